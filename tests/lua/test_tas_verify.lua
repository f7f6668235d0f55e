-- Two runs of the same, and where they part.
local verify = require "tas.verify"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local function ready(address)
  return harness.race(address or "sim:straight", -10)
end

local function simulation()
  local game = harness.simulation "0 press up\n"
  while game:step() < -10 do end
  assert(game:remove_state_validation())
  return game
end

-- Plays up to that time; steers at `at` in every run but the first.
local function player(limit, at)
  local runs = 0
  return function(game)
    runs = runs + 1
    local steered = (runs - 1) % 2 == 1
    game:set_input_state { accelerate = true, steer = 0, sim_clear_buffer = false }
    repeat
      local time = game:step()
      if time == at and steered then
        game:set_input_state { steer = 30000, sim_clear_buffer = false }
      end
    until time >= limit
  end
end

for context, begin in pairs { run = ready, simulation = simulation } do
  test("the same inputs make the same run: " .. context, function()
    local result = assert(verify.twice(begin(), player(3000)))
    equal(result, { same = true, ticks = 301, text = "the runs are the same, 301 ticks" })
  end)

  test("the first tick that differs is found: " .. context, function()
    local result = assert(verify.twice(begin(), player(2000, 1000)))
    equal({ result.same, result.exact, result.time }, { false, true, 1010 })
    equal({ result.a.race_time, result.b.race_time }, { 1010, 1010 })
    local paths = {}
    for _, field in ipairs(result.fields) do
      paths[field.path] = true
      equal(tostring(field[1]), tostring(field.path == "cp_data" and field[1]
        or not field.path:find "^bytes" and result.a:get(field.path) or field[1]))
    end
    assert(paths["scene_mobil.input_steer"] or paths["input_steer_event.time"]
      or paths["input_steer_event.input_data"], result.text)
    contains(result.text, "the runs part at 1.01 s (tick 102)\n  ")
  end)

  test("comparing every n-th tick finds the same tick: " .. context, function()
    for _, every in ipairs { 2, 7, 100, 1000 } do
      local result = assert(verify.twice(begin(), player(2000, 1000), { every = every }))
      equal({ result.same, result.exact, result.time, result.tick }, { false, true, 1010, 102 })
    end
    local same = assert(verify.twice(begin(), player(2000), { every = 7 }))
    equal({ same.same, same.ticks }, { true, 201 })
  end)
end

test("what does not happen again is said to be near", function()
  local runs = 0
  local function play(game)
    runs = runs + 1
    game:set_input_state { accelerate = true, steer = 0 }
    game:step(5)
    game:set_input_state { steer = runs == 2 and 9000 or 0 }
    game:step(95)
  end
  local result = assert(verify.twice(ready(), play, { every = 30 }))
  equal({ result.same, result.exact, result.tick }, { false, false, 31 })
  contains(result.text, "or up to 29 ticks before")
end)

test("a run that ends sooner is told", function()
  local runs = 0
  local result = assert(verify.twice(ready(), function(game)
    runs = runs + 1
    game:step(10 * runs)
  end))
  equal({ result.same, result.ended, result.tick, result.time, #result.fields },
    { false, "a", 11, 90, 0 })
  equal(result.text, "the first run ends after 10 ticks at 0.09 s, the other has 20")
end)

test("two games that have been on for different times are the same", function()
  local first, second = ready(), ready()
  second:step(300)
  second:give_up()
  repeat until second:step() == -10
  assert(first:get_simulation_state() ~= second:get_simulation_state())
  local result = assert(verify.between(first, second, player(2000)))
  equal(result.text, "the runs are the same, 201 ticks")
  equal(assert(verify.between(first, simulation(), player(2500), { from = 0 })).ended, "a")
  local third = simulation()
  first:give_up()
  repeat until first:step() == -10
  equal(assert(verify.between(first, third, player(1000), { from = 0 })).text,
    "the runs are the same, 101 ticks")
end)

test("two tracks part at once", function()
  local result = assert(verify.between(ready(), ready "sim:laps", player(500)))
  equal({ result.same, result.tick }, { false, 1 })
  contains(result.text, "dyna.current_state.position: (0, 0.36, ")
end)

test("fields can be left out", function()
  local state = ready():get_simulation_state()
  local other = state:copy()
  other.scene_mobil.horn_limit = 7
  local function play(games)
    return function(game)
      games.n = games.n + 1
      if games.n == 2 then assert(game:rewind_to_state(other)) end
      game:step(5)
    end
  end
  local game = ready()
  local ignore = { "scene_mobil.horn_limit" }
  equal(assert(verify.twice(game, play { n = 0 }, { ignore = ignore, start = state })).same, true)
end)

test("moments are compared by how long ago they were", function()
  local game = ready()
  local a = game:get_simulation_state()
  a.timers[2] = 10000
  a.scene_mobil.last_turbo_time = 9000
  local function with(clock, moment)
    local b, runs = a:copy(), 0
    b.timers[2] = clock
    b.scene_mobil.last_turbo_time = moment
    return verify.twice(game, function(g)
      runs = runs + 1
      if runs == 2 then assert(g:rewind_to_state(b)) end
      g:step()
    end, { start = a })
  end
  equal(with(50000, 49000).text, "the runs are the same, 1 tick")
  equal(with(50000, 48990).fields[1].path, "scene_mobil.last_turbo_time")
end)

test("nothing played, wrong arguments, and errors of the run", function()
  local game = ready()
  contains(refused("invalid", verify.twice(game, function() end)), "nothing was played")
  raises("function expected, got nil", verify.twice, game)
  raises("test_tas_verify.lua", function() verify.twice(game, 1) end)
  raises("every must be", verify.twice, game, print, { every = 0 })
  raises("in the run", verify.twice, game, function() error "in the run" end)
  equal(verify.twice(game, player(500)).same, true)
  game:close()
  refused("closed", verify.twice(game, player(500)))
end)

harness.run()
