-- The inputs of a simulation: its event buffer, and the verbs that add to it.
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local SCRIPT = "0 press up\n1000 steer -50\n1200 steer 0\n9900 press left\n9910 rel left\n"

-- A simulation at the step of that time, in which other inputs are not wrong.
local function at(time)
  local game = harness.simulation(SCRIPT)
  game:step()
  assert(game:remove_state_validation())
  while game.time < time do game:step() end
  return game
end

local function show(game)
  local rows = {}
  for i, event in ipairs(assert(game:get_event_buffer())) do rows[i] = tostring(event) end
  return table.concat(rows, "; ")
end

local RUNNING = "-10 _FakeIsRaceRunning 1"

test("the buffer is the script that is simulated", function()
  local game = at(-2600)
  equal(show(game), RUNNING .. "; 0 Accelerate 1; 1000 Steer (analog) -50; "
    .. "1200 Steer (analog) 0; 9900 Steer left 1; 9910 Steer left 0; 9990 _FakeFinishLine 1")
  local events = game:get_event_buffer()
  equal(events:to_script(), SCRIPT)
  equal(events.duration, 9990)
  equal(harness.simulation(events:to_script()):wait "simulation_end", 1)
end)

test("what is set is what is played and read", function()
  local game = at(-2600)
  local events = game:get_event_buffer()
  events:remove { event_name = "Steer left" }
  events:remove { event_name = "_FakeFinishLine" }
  events:add(500, "down", true)
  events:add(600, "down", false)
  equal({ game:set_event_buffer(events) }, { true })
  equal(show(game), RUNNING .. "; 0 Accelerate 1; 500 Brake 1; 600 Brake 0; "
    .. "1000 Steer (analog) -50; 1200 Steer (analog) 0")
  repeat game:step() until game.time == 510
  equal(game:get_simulation_state().input_brake, true)
  repeat game:step() until game.time == 610
  equal(game:get_simulation_state().input_brake, false)
end)

test("what is read and set at once changes nothing", function()
  local game = harness.simulation(SCRIPT)
  game:step()
  assert(game:set_event_buffer(game:get_event_buffer()))
  equal(game:wait "simulation_end", 1)
  game:on("simulation_begin", function(g) assert(g:set_event_buffer(g:get_event_buffer())) end)
  equal(game:wait "simulation_end", 1)
end)

test("events that were kept from one simulation are set in the next", function()
  local game = harness.simulation(SCRIPT)
  local events
  game:once("simulation_begin", function(g) events = g:get_event_buffer() end)
  game:wait "simulation_end"
  game:once("simulation_begin", function(g)
    events:clear()
    events:add(0, "up", 1)
    assert(g:set_event_buffer(events))
    assert(g:remove_state_validation())
  end)
  game:step(300)
  equal(show(game), RUNNING .. "; 0 Accelerate 1")
end)

test("of events of one time the last of the list is left", function()
  local game = at(-2600)
  local events = game:get_event_buffer()
  events:clear()
  events:add(0, "up", 1)
  events:add(100, "steer", 1)
  events:add(100, "steer", 2)
  events:add(100, "steer", 3)
  assert(game:set_event_buffer(events))
  equal(show(game), RUNNING .. "; 0 Accelerate 1; 100 Steer (analog) 1; 100 Steer (analog) 2; "
    .. "100 Steer (analog) 3")
  repeat game:step() until game.time == 200
  equal(game:get_simulation_state().input_steer, 3)
end)

test("an unsorted list is sorted by the game", function()
  local game = at(-2600)
  local events = game:get_event_buffer()
  events:clear()
  for _, time in ipairs { 500, 0, 300, 100 } do events:add(time, "steer", time + 1) end
  assert(game:set_event_buffer(events))
  equal(show(game), RUNNING .. "; 0 Steer (analog) 1; 100 Steer (analog) 101; "
    .. "300 Steer (analog) 301; 500 Steer (analog) 501")
end)

test("set_event_buffer wants events", function()
  local game = at(-2600)
  for _, value in ipairs { 1, "bytes", {}, print } do
    raises("bad argument #1 to 'set_event_buffer' (events expected, got", function()
      game:set_event_buffer(value)
    end)
  end
  raises("test_simulation_inputs.lua", function() game:set_event_buffer() end) -- the caller's
  equal(#game:get_event_buffer(), 7)
end)

test("more events than the game's memory holds are refused", function()
  local game = at(-2600)
  local events = game:get_event_buffer()
  for i = 1, 8200 do events:add(10 * i, "steer", i) end
  contains(refused("too_long", game:set_event_buffer(events)), "set_event_buffer", "65")
  equal(#game:get_event_buffer(), 7)
end)

test("clear_event_buffer leaves the race-running event", function()
  local game = at(100)
  equal({ game:clear_event_buffer() }, { true })
  equal(show(game), RUNNING)
  equal({ game:clear_event_buffer() }, { true })
  equal(game:get_simulation_state().input_accelerate, true) -- what is held stays held
  equal(game:step(), 110)
end)

test("set_input_state empties the buffer, and adds to it at the next step", function()
  local game = at(100)
  equal({ game:set_input_state { brake = true, steer = 4000 } }, { true })
  equal(show(game), RUNNING .. "; 110 Brake 1; 110 Steer (analog) 4000")
  game:step(2)
  local state = game:get_simulation_state()
  equal({ state.input_brake, state.input_steer }, { true, 4000 })
end)

test("set_input_state can leave the buffer as it is", function()
  local game = at(100)
  local before = #game:get_event_buffer()
  equal({ game:set_input_state { brake = true, sim_clear_buffer = false } }, { true })
  equal(#game:get_event_buffer(), before + 1)
  game:set_input_state { sim_clear_buffer = true }
  equal(show(game), RUNNING)
end)

test("respawn and horn empty the buffer unless they are told not to", function()
  local game = at(100)
  equal({ game:horn(false) }, { true })
  equal({ game:respawn(false) }, { true })
  equal(#game:get_event_buffer():find { event_name = "Horn" }, 1)
  equal(#game:get_event_buffer():find { event_name = "Respawn" }, 1)
  equal(#game:get_event_buffer(), 9)
  equal({ game:horn() }, { true })
  equal(show(game), RUNNING .. "; 110 Horn 1")
  equal({ game:respawn(true) }, { true })
  equal(show(game), RUNNING .. "; 110 Respawn 1")
  equal({ game:respawn(nil) }, { true })
  equal(show(game), RUNNING .. "; 110 Respawn 1")
end)

test("inputs step by step drive a simulation", function()
  local game = harness.simulation "0 press up\n"
  game:on("simulation_begin", function(g) g:remove_state_validation() end)
  local steers = {}
  game:on("simulation_step", function(g, time)
    if time < 0 or time >= 300 then return end
    g:set_input_state { accelerate = true, steer = 10 * time }
    steers[#steers + 1] = g:get_simulation_state().input_steer
  end)
  repeat game:step() until game.time == 400
  equal(#steers, 30)
  for i = 2, 30 do equal(steers[i], 100 * (i - 2)) end
  equal(show(game), RUNNING .. "; 300 Steer (analog) 2900")
end)

test("a hook of no certain context asks for it", function()
  local game = at(100)
  game:register_custom_command("brake", function(g) assert(g:set_input_state { brake = true }) end)
  game:execute_command "brake"
  game:step(2)
  equal(#game:get_event_buffer(), 2)
  contains(show(game), "Brake 1")
  local race = harness.race("sim:", 100)
  race:register_custom_command("brake", function(g) assert(g:set_input_state { brake = true }) end)
  race:execute_command "brake"
  race:step(2)
  equal(race:get_simulation_state().input_brake, true)
end)

test("a buffer that does not fit in the reply can be emptied all the same", function()
  local lines = {}
  for i = 0, 8999 do lines[i + 1] = ("%d steer %d"):format(10 * i, i % 100) end
  local game = harness.simulation(table.concat(lines, "\n"))
  game:step()
  refused("response_too_long", game:get_event_buffer())
  equal({ game:clear_event_buffer() }, { true })
  equal(show(game), RUNNING)
end)

test("inputs in user coroutines and callbacks", function()
  local game = at(100)
  local ok = coroutine.wrap(function() return game:set_input_state { brake = true } end)()
  equal(ok, true)
  equal(show(game), RUNNING .. "; 110 Brake 1")
  table.sort({ 1, 2 }, function() game:horn() return false end)
  equal(show(game), RUNNING .. "; 110 Horn 1")
end)

test("two tasks that set inputs in one step do not upset each other", function()
  local game, tm = at(100), require "tm"
  for i = 1, 5 do
    tm.task(function()
      game:step()
      assert(game:set_input_state { steer = i })
    end)
  end
  game:step(3)
  contains(show(game), RUNNING .. "; 120 Steer (analog) ")
  equal(#game:get_event_buffer(), 2)
end)

test("execute_commands false keeps loaded inputs out of a race", function()
  local path = harness.path "held.txt"
  local file <close> = assert(io.open(path, "w"))
  file:write "0 press up\n"
  file:close()
  local function speed(execute)
    local game = harness.game "sim:straight"
    game:step()
    game:execute_command("load " .. path)
    game:give_up()
    assert(game:set_execute_commands(execute))
    repeat game:step() until game.time == 1000
    return game:get_simulation_state().display_speed
  end
  assert(speed(true) > 20)
  equal(speed(false), 0)
  os.remove(path)
end)

harness.run()
