-- Scripts made of what is driven.
local inputs = require "tas.inputs"
local player = require "tas.player"
local recorder = require "tas.recorder"
local verify = require "tas.verify"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local function stock(track)
  return assert(inputs.load(("%s/scripts/inputs/%s.txt"):format(os.getenv "TMLUA_ROOT" or ".",
    track)))
end

-- What counts of a final state: where the car is, how fast, and when it passed what.
local function summary(state)
  return { { state.position:unpack() }, { state.velocity:unpack() },
    { state.quaternion:unpack() }, { state:unpack "dyna.current_state.angular_speed" },
    state.race_time, state.display_speed, state.cp_data }
end

-- Drives until the finish: fn(game, time) at each step from -10 on. Returns the final state.
local function drive(game, fn)
  game:give_up()
  repeat until game:step() == -10
  local time, target = -10, nil
  local hook <close> = setmetatable({ game:on("checkpoint_count_changed", function(_, n, of)
    if n == of then target = true end
  end) }, { __close = function(list) list[1]:cancel() end })
  assert(hook)
  repeat
    fn(game, time)
    time = game:step()
  until target
  return game:get_simulation_state()
end

local function by_hand(game, time)
  if time == -10 then game:set_input_state { accelerate = true } end
  if time == 500 then game:set_input_state { left = true } end
  if time == 520 then game:set_input_state { left = false, right = true } end
  if time == 540 then game:set_input_state { right = false } end
  if time == 1500 then game:execute_command "press down" end
  if time == 1700 then game:execute_command "rel down; steer -300" end
  if time == 1710 then game:execute_command "steer 0" end
  if time == 2000 then game:horn() end
  if time == 7000 then game:respawn() end
end

-- A script gives the same final state in a race and in a simulation of its own.
local function plays_alike(script, track, state)
  for _, game in ipairs { harness.game("sim:" .. track), harness.simulation("", track) } do
    local result = assert(player.play(game, script))
    equal(result.finish, state.race_time)
    equal(summary(result.state), summary(state))
  end
end

test("what is driven by hand and by commands is played again", function()
  local game = harness.game "sim:straight"
  local recording = recorder.start(game)
  local state = drive(game, by_hand)
  local script = assert(recording:stop())
  equal({ #recording.runs, recording.best == recording.last, recording.best.finish,
    #recording.best.splits.times }, { 1, true, state.race_time, 3 })
  contains(script:text(), ("# Track unknown, finish at %d."):format(state.race_time // 1000),
    "\n510 press left\n", "\n7010 press enter\n", "\n2010 press horn\n", "\n1510 press down\n")
  plays_alike(script, "straight", state)
  local again = assert(verify.twice(harness.race("sim:straight", -10), function(g)
    assert(player.play(g, script))
  end, { from = 0, every = 10 }))
  equal(again.same, true)
end)

for _, track in ipairs { "easy", "laps" } do
  test("what a script drives is that script: " .. track, function()
    for _, game in ipairs { harness.game("sim:" .. track), harness.simulation("", track) } do
      local recording = recorder.start(game, { track = track, name = "mine" })
      local result = assert(player.play(game, stock(track)))
      local script = assert(recording:stop())
      equal({ script.name, tostring(script:text():match "^[^\n]*") },
        { "mine", ("# Track %s, finish at %.2f s."):format(track, result.finish / 1000) })
      local other = stock(track):slice(0, result.finish)
      equal({ #script, #script:diff(other) }, { #other, 0 })
      plays_alike(script, track, result.state)
    end
  end)
end

test("a rewind takes back what was driven behind it", function()
  local game = harness.game "sim:straight"
  local recording = recorder.start(game)
  local saved, rewound
  local state = drive(game, function(g, time)
    if time == -10 then g:set_input_state { accelerate = true } end
    if time == 1000 and not saved then saved = g:get_simulation_state() end
    if time == 1500 and not rewound then g:set_input_state { steer = 20000, brake = true } end
    if time == 9000 and not rewound then
      rewound = true
      assert(g:rewind_to_state(saved))
    end
  end)
  local script = assert(recording:stop())
  equal(script:text(), "# Track unknown, finish at 9.99 s.\n0 press up\n")
  plays_alike(script, "straight", state)
end)

test("of several races the best and the last are kept", function()
  local game = harness.game "sim:straight"
  local heard = {}
  local recording = recorder.start(game, { on_finish = function(self, run)
    equal({ self.last.number, game.time < run.finish + 10 }, { run.number, true })
    heard[#heard + 1] = run.finish
  end })
  for _, delay in ipairs { 500, 0, 900, 300 } do
    drive(game, function(g, time)
      if time == delay - 10 then g:set_input_state { accelerate = true } end
    end)
  end
  local kept = {}
  for i, run in ipairs(recording.runs) do
    equal({ run.finish, run.number, run.splits.finish }, { heard[i], i, heard[i] })
    kept[i] = run.script ~= nil
  end
  equal(kept, { false, true, false, true })
  equal({ recording.best.number, recording.last.number }, { 2, 4 })
  contains(recording.last.script:text(), "\n300 press up\n")
  local script = recording:stop()
  equal(script:text(), "# Track unknown, finish at 9.99 s.\n0 press up\n")
  assert(rawequal(script, recording:stop()))
  drive(game, by_hand)
  equal(#recording.runs, 4)
end)

test("a race that is not over", function()
  local game = harness.race("sim:straight", 1000, { accelerate = true })
  local recording = recorder.start(game)
  game:step(10)
  game:set_input_state { steer = 7 }
  game:step(5)
  local script = assert(recording:stop())
  equal(script:text(),
    "# Track unknown, no finish, recorded up to 1.15 s.\n0 press up\n1110 steer 7\n")
  equal(recording.runs, {})
end)

test("a race that is not over is kept at each step, also when the game has gone", function()
  local game = harness.race("sim:straight", 1000, { accelerate = true })
  local recording = recorder.start(game, { keep = true })
  refused("invalid", recording:kept())
  game:step(10)
  game:set_input_state { steer = 7 }
  game:step(5)
  local text = "# Track unknown, no finish, recorded up to 1.15 s.\n0 press up\n1110 steer 7\n"
  local script, time = assert(recording:kept())
  equal({ script:text(), time }, { text, 1150 })
  assert(game:give_up())
  game:step() -- the countdown of the next race
  equal(game.time < 0, true)
  equal(recording:kept():text(), text)
  game:close()
  equal(recording:kept():text(), text)
end)

test("steering beyond the keys is played again", function()
  local game = harness.game "sim:straight"
  local recording = recorder.start(game)
  local state = drive(game, function(g, time)
    if time == -10 then g:set_input_state { accelerate = true } end
    if time == 100 then g:set_input_state { steer = 900000 } end
    if time == 120 then g:set_input_state { steer = -900000 } end
    if time == 140 then g:set_input_state { steer = 0 } end
  end)
  local script = assert(recording:stop())
  contains(script:text(), "\nset extended_steer true\n", "\n110 steer 900000\n")
  local simulation = harness.simulation ""
  local result = assert(player.play(simulation, script))
  equal(summary(result.state), summary(state))
end)

test("a simulation with other inputs than its replay's", function()
  local game = harness.simulation "0 press up\n"
  local recording = recorder.start(game)
  game:step()
  assert(game:remove_state_validation())
  assert(game:set_simulation_time_limit(60000))
  while game:step() < 2000 do end
  game:set_input_state { accelerate = false, sim_clear_buffer = false }
  while game:step() < 3000 do end
  game:set_input_state { accelerate = true, sim_clear_buffer = false }
  while game:step() < 10200 do end
  game:set_input_state { steer = 100, sim_clear_buffer = false }
  repeat until game:wait "checkpoint_count_changed" == 3
  local state = game:get_simulation_state()
  local script = assert(recording:stop())
  assert(state.race_time > 10200, state.race_time)
  contains(script:text(), "\n2010 rel up\n3010 press up\n10210 steer 100\n")
  plays_alike(script, "straight", state)
end)

test("what a simulation would have played behind the end is left out", function()
  local script = assert(inputs.parse "0 press up; 9000 steer 1; 9010 steer 0; 20000 steer 5")
  for until_time, count in pairs { [20000] = 3, [9000] = 2 } do
    local game = harness.simulation ""
    local recording = recorder.start(game)
    assert(player.play(game, script, { until_time = until_time, hold = true }))
    equal(#assert(recording:stop()), count)
  end
end)

test("what cannot be recorded", function()
  local game = harness.game()
  raises("there is no option 'fn'", recorder.start, game, { fn = print })
  raises("test_tas_recorder.lua", function() recorder.start(game, { on_finish = 1 }) end)
  local recording = recorder.start(game)
  do
    local _ <close> = recorder.start(game)
  end
  game:close()
  refused("closed", recording:stop())
  refused("closed", recording:stop())
end)

harness.run()
