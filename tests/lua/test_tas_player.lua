-- Scripts played on games, in both contexts.
local inputs = require "tas.inputs"
local player = require "tas.player"
local verify = require "tas.verify"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local FINISHES = { straight = 9990, easy = 29690, technical = 43700, laps = 49910 }
local GATES = { straight = 3, easy = 5, technical = 5, laps = 12 }
local IDLE = "0 press down\n"

local function stock(track)
  return assert(inputs.load(("%s/scripts/inputs/%s.txt"):format(os.getenv "TMLUA_ROOT" or ".",
    track)))
end

local function script(text)
  return assert(inputs.parse(text))
end

-- A game of either context, of which the player knows nothing.
local function open(context, track)
  if context == "run" then return harness.game("sim:" .. (track or "straight")) end
  return harness.simulation(IDLE, track)
end

local function play(context, text, options, track)
  return player.play(open(context, track), script(text), options)
end

-- A game at the step before 0, for verify.
local function ready(context, track)
  local game = open(context, track)
  repeat until game:step() == -10
  return game
end

for track, finish in pairs(FINISHES) do
  test("the same race in both contexts: " .. track, function()
    local results, recorded = {}, stock(track)
    for i, context in ipairs { "run", "simulation" } do
      results[i] = assert(player.play(open(context, track), recorded))
      local result = results[i]
      equal({ result.finish, result.time, result.ended, #result.splits.times,
        result.state.race_time }, { finish, finish, "finish", GATES[track], finish }, context)
    end
    equal(results[1].splits.times, results[2].splits.times)
    equal(results[1].splits.laps, results[2].splits.laps)
    equal(results[1].state.position, results[2].state.position)
    local result = assert(verify.between(ready("run", track), ready("simulation", track),
      function(game) assert(player.play(game, recorded)) end, { from = 0, every = 25 }))
    equal(result.text, ("the runs are the same, %d ticks"):format(finish // 10 + 1))
  end)
end

-- Keys and analog values, ranges, between two ticks, more than one at a time, immediate.
local MIXED = [[
press up
5500 press enter
6000 press left; 6200 rel left; 6201 steer 100; 6209 steer -20000; 6205 steer 300
6300-6400 steer 40000
6500 gas -65536; 6500 rel up; 6800 gas 0; 6800 press up
6901 press right; 6908 rel right
7000 press horn
7100-7200 press down
7300 steer 90000
7400 steer 0
]]

test("all kinds of inputs are the same in both contexts, tick by tick", function()
  local mixed = script(MIXED)
  local function drive(game) assert(player.play(game, mixed, { until_time = 9000 })) end
  local result = assert(verify.between(ready "run", ready "simulation", drive, { from = 0 }))
  equal(result.text, "the runs are the same, 901 ticks")
  local other = mixed:copy()
  other:insert "7350 steer -90000"
  local runs = 0
  result = assert(verify.between(ready "run", ready "simulation", function(game)
    runs = runs + 1
    assert(player.play(game, runs == 1 and mixed or other, { until_time = 9000 }))
  end, { from = 0 }))
  equal({ result.same, result.time }, { false, 7350 })
end)

for _, context in ipairs { "run", "simulation" } do
  test("inputs act at their times: " .. context, function()
    local got, steps = {}, 0
    local result = assert(play(context, "100 press up; 105 steer 300; 2000 press left", {
      until_time = 2500,
      step = function(_, time)
        steps = steps + 1
        if time == 100 then got[1] = true end
      end,
    }))
    equal({ result.ended, result.time, result.finish == nil, got[1] }, { "until_time", 2500, true,
      true })
    assert(steps >= 251, steps)
    local events = context == "run" and "" or result.state.input_left_event.time
    if context == "run" then equal(result.state.input_left, true) else equal(events, 102010) end
    equal({ result.state.input_accelerate_event.time, result.state.input_steer_event.time },
      { 100110, 100120 })
  end)

  test("inputs are released at the end, or held: " .. context, function()
    for _, hold in ipairs { false, true } do
      local game = open(context)
      local result = assert(player.play(game, script "0 press up; 10 steer 500; 1200 steer 700", {
        until_time = 1000, hold = hold }))
      equal({ game.time, result.state.input_accelerate, result.state.input_steer },
        { 1000, true, 500 })
      game:step(50)
      local state = game:get_simulation_state()
      equal({ state.input_accelerate, state.input_steer }, hold and { true,
        context == "run" and 500 or 700 } or { false, 0 })
    end
  end)

  test("a script that does not finish comes to an end: " .. context, function()
    local result = assert(play(context, "0 press down; 500 rel down", { roll_out = 700 }))
    equal({ result.ended, result.time, result.finish == nil }, { "end", 1200, true })
  end)

  test("from a state, with what is in force there: " .. context, function()
    local recorded, states = stock "easy", {}
    local game = open(context, "easy")
    assert(player.play(game, recorded, { step = function(g, time)
      if time == 5000 or time == 20000 then states[time] = g:get_simulation_state() end
    end }))
    for _, time in ipairs { 5000, 20000 } do
      local first = true
      local result = assert(player.play(game, recorded, { start = states[time],
        step = function(_, now)
          if first then equal(now, time + 10) end
          first = false
        end }))
      equal({ result.finish, #result.splits.times }, { 29690, 5 })
    end
    local plain = assert(verify.twice(game, function(g)
      local result = assert(player.play(g, recorded, { restart = false }))
      equal(result.finish, 29690)
    end, { start = states[5000], every = 7 }))
    equal(plain.same, true)
  end)

  test("a state of another drive gets the inputs of the script: " .. context, function()
    local game = open(context)
    local saved
    assert(player.play(game, script "0 press up; 0 press left; 0 steer 7", { until_time = 300,
      hold = true, step = function(g, time)
        if time == 200 then saved = g:get_simulation_state() end
      end }))
    local result = assert(player.play(game, script "0 press down; 250 rel down; 900 steer 1",
      { start = saved, until_time = 220 }))
    local state = result.state
    equal({ state.input_accelerate, state.input_left, state.input_brake, state.input_steer },
      { false, false, true, 0 })
  end)

  test("commands are run at their times, immediate ones first: " .. context, function()
    local game, heard = open(context), {}
    assert(game:register_custom_command("note", function(g, from, _, args)
      heard[#heard + 1] = { args[1], from, args[1] == "now" or g:get_simulation_state().race_time }
    end))
    assert(player.play(game, script '500 note "a b"; note now; 0 press up; 700 100 note no',
      { until_time = 1000 }))
    equal(heard, { { "now", -1, true }, { "a b", -1, 500 } })
  end)

  test("a rewind by a step is followed: " .. context, function()
    local saved, rewinds = nil, 0
    local result = assert(player.play(open(context, "easy"), stock "easy", {
      step = function(g, time)
        if time == 4440 and rewinds == 0 then saved = g:get_simulation_state() end
        if time == 15000 and rewinds < 2 then
          rewinds = rewinds + 1
          assert(g:rewind_to_state(saved))
        end
      end }))
    equal({ rewinds, result.finish, #result.splits.times }, { 2, 29690, 5 })
  end)

  test("checkpoints that a rewind takes back are forgotten: " .. context, function()
    local game, saved, back = open(context), nil, nil
    local made = assert(player.start(game, script "0 press up", { step = function(g, time)
      if time == 3000 and not saved then saved = g:get_simulation_state() end
      if time == 6000 then
        back = assert(g:rewind_to_state(saved))
      end
    end }))
    repeat until game:step() == 4000 and back
    made:stop()
    equal({ made.result.splits.times, made.result.time }, { {}, 4000 })
  end)

  test("a player in hooks, and stopped: " .. context, function()
    local game = open(context)
    local made = assert(player.start(game, script "0 press up"))
    equal({ made.done, made.result == nil }, { false, true })
    repeat game:step() until made.done
    equal({ made.result.finish, made:wait().ended, game.time }, { 9990, "finish", 9990 })
    made = assert(player.start(game, script "0 press up"))
    repeat until game:step() == 500
    made:stop()
    made:stop()
    equal({ made.done, made.result.ended, made:wait().time }, { true, "stopped", 500 })
    game:step()
    equal(game:get_simulation_state().input_accelerate, false)
  end)

  test("a game that does not step: " .. context, function()
    local game = open(context)
    local options = { timeout = 0.05, step = function(g, time)
      if time == 100 then assert(g:pause()) end
    end }
    contains(refused("timeout", player.play(game, script "0 press up", options)), "0.05")
    assert(game:resume())
    equal(assert(player.play(game, script "0 press up", { timeout = 10 })).finish, 9990)
  end)
end

test("a restart ends the play", function()
  for text, time in pairs { ["0 press up; 1000 press delete"] = 990,
    ["1000 press enter"] = 990 } do
    local game = open "run"
    local result = assert(player.play(game, script(text)))
    equal({ result.ended, result.time, result.state == nil, game.time }, { "end", time, true,
      -2600 })
  end
  local game = open "run"
  local result = assert(player.play(game, script "0 press up", { step = function(g, time)
    if time == 300 then assert(g:give_up()) end
  end }))
  equal({ result.ended, result.time }, { "end", 300 })
end)

test("past the finish", function()
  local game = open "run"
  local result = assert(player.play(game, script "0 press up",
    { stop_at_finish = false, until_time = 10500 }))
  equal({ result.finish, result.time, result.ended }, { 9990, 10500, "until_time" })
  result = assert(player.play(game, script "0 press up", { stop_at_finish = false }))
  equal({ result.finish, result.ended }, { 9990, "end" })
  assert(result.time > 10000, result.time)
  result = assert(play("simulation", "0 press up", { stop_at_finish = false }))
  equal({ result.finish, result.time, result.ended }, { 9990, 9990, "end" })
end)

test("a simulation beyond its start goes on to the next", function()
  local game, ends = open "simulation", 0
  game:on("simulation_end", function() ends = ends + 1 end)
  game:step(500)
  equal(assert(player.play(game, script "0 press up")).finish, 9990)
  equal(ends, 1)
  game:wait "simulation_end"
  equal(assert(player.play(game, script "0 press up")).finish, 9990)
end)

test("a simulation from its begin hook", function()
  local game, made = open "simulation", nil
  game:once("simulation_begin", function(g) made = assert(player.start(g, script "0 press up")) end)
  game:wait "simulation_end"
  equal(made.result.finish, 9990)
end)

test("what cannot be played is refused", function()
  contains(refused("wrong_context", play("simulation", "10 press delete")), "delete")
  local game = open "run"
  game:close()
  refused("closed", player.play(game, script "0 press up"))
  game = open "simulation"
  local made = assert(player.start(game, script "0 press up"))
  game:close()
  refused("closed", made:wait())
  raises("script expected, got string", player.play, open "run", "0 press up")
  raises("test_tas_player.lua", function() player.start(open "run", "0 press up") end)
  raises("there is no option 'untiltime'", player.play, open "run", script "", { untiltime = 1 })
  raises("until_time: number expected", player.play, open "run", script "", { until_time = "1" })
end)

test("the script is not changed, and extended steering is played", function()
  local extended = script "set extended_steer true; 0 press up; 5 steer 900000; 30 steer 0"
  local before = extended:text()
  for _, context in ipairs { "run", "simulation" } do
    local value
    assert(player.play(open(context), extended, { until_time = 50, step = function(g, time)
      if time == 20 then value = g:get_simulation_state().input_steer end
    end }))
    equal(value, context == "run" and 0 or 900000)
  end
  equal(extended:text(), before)
end)

harness.run()
