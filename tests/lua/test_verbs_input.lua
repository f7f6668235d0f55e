-- Inputs: set_input_state, and what the event buffer says about them.
local harness = require "harness"
local test, equal, raises = harness.test, harness.equal, harness.raises

-- At the step before the race listens, which is the time of its first inputs.
local function at_start()
  return harness.race("sim:", -10)
end

-- What the car holds after the inputs were set: the derived fields of the state.
local function held(game)
  local state = game:get_simulation_state()
  return {
    accelerate = state.input_accelerate, brake = state.input_brake, left = state.input_left,
    right = state.input_right, steer = state.input_steer, gas = state.input_gas,
  }
end

local NOTHING =
  { accelerate = false, brake = false, left = false, right = false, steer = 0, gas = 0 }

local function with(changes)
  local inputs = {}
  for name, value in pairs(NOTHING) do inputs[name] = value end
  for name, value in pairs(changes) do inputs[name] = value end
  return inputs
end

test("every input can be set by its name", function()
  local game = at_start()
  equal(held(game), NOTHING)
  for _, name in ipairs { "accelerate", "brake", "left", "right" } do
    equal({ game:set_input_state { [name] = true } }, { true })
    equal(held(game), with { [name] = true })
    game:set_input_state { [name] = false }
    equal(held(game), NOTHING)
  end
  for _, name in ipairs { "steer", "gas" } do
    for _, value in ipairs { 65536, -65536, 1, -1, 0 } do
      game:set_input_state { [name] = value }
      equal(held(game), with { [name] = value })
    end
  end
end)

test("what is not named stays as it is", function()
  local game = at_start()
  game:set_input_state { accelerate = true, left = true, steer = 100 }
  game:set_input_state { brake = true }
  equal(held(game), with { accelerate = true, left = true, steer = 100, brake = true })
  game:set_input_state {}
  equal(held(game), with { accelerate = true, left = true, steer = 100, brake = true })
end)

test("keys are true or false, numbers count as in the Python client", function()
  local game = at_start()
  for value, pressed in pairs { [1] = true, [0] = false, [2] = true, [-0.5] = true } do
    game:set_input_state { accelerate = value }
    equal(held(game).accelerate, pressed, tostring(value))
  end
end)

test("analog values are rounded to the nearest whole number", function()
  local game = at_start()
  for value, stored in pairs { [0.4] = 0, [0.5] = 1, [1.5] = 2, [-0.5] = -1, [-1.4] = -1,
    [65535.6] = 65536, [-65535.5] = -65536 } do
    game:set_input_state { steer = value, gas = value }
    equal(held(game).steer, stored, tostring(value))
    equal(held(game).gas, stored, tostring(value))
  end
end)

test("analog values reach a hundred times full, and no further", function()
  local game = at_start()
  for _, value in ipairs { 6553600, -6553600, 65537 } do
    game:set_input_state { steer = value, gas = -value }
    equal(held(game), with { steer = value, gas = -value })
  end
  for _, value in ipairs { 6553601, -6553601, 6553600.5, 1e300, math.huge, -math.huge, 0 / 0,
    2147483647 } do
    for _, name in ipairs { "steer", "gas" } do
      raises(name .. ": ", function() game:set_input_state { [name] = value } end)
      raises("out of range", function() game:set_input_state { [name] = value } end)
    end
  end
  equal(held(game), with { steer = 65537, gas = -65537 })
end)

test("analog values are numbers", function()
  local game = at_start()
  for _, value in ipairs { "100", true, {} } do
    raises("steer: a number is expected, not " .. type(value), function()
      game:set_input_state { steer = value }
    end)
    raises("gas: a number is expected", function() game:set_input_state { gas = value } end)
  end
end)

test("unknown names are refused, and nothing is set", function()
  local game = at_start()
  raises("unknown input 'acelerate'", function()
    game:set_input_state { acelerate = true, brake = true }
  end)
  raises("unknown input", function() game:set_input_state { true } end)
  raises("unknown input", function() game:set_input_state { [{}] = true } end)
  raises("bad argument #1 to 'set_input_state' (table expected", function()
    game:set_input_state()
  end)
  raises("bad argument #1 to 'set_input_state' (table expected", function()
    game:set_input_state "up"
  end)
  equal(held(game), NOTHING)
end)

test("sim_clear_buffer is taken, as the Python client has it", function()
  local game = at_start()
  equal(game:set_input_state { sim_clear_buffer = false, accelerate = true }, true)
  equal(held(game), with { accelerate = true })
end)

test("inputs drive the car", function()
  local function speed_after(inputs)
    return harness.race("sim:straight", 1000, inputs):get_simulation_state().display_speed
  end
  equal(speed_after {}, 0)
  assert(speed_after { accelerate = true } > 20)
  equal(speed_after { gas = -65536 }, speed_after { accelerate = true })
  assert(speed_after { brake = true } ~= 0, "the brake drives backwards")
end)

test("the event buffer holds what was pressed, with its times", function()
  local game = at_start()
  game:set_input_state { accelerate = true }
  game:step(100)
  game:set_input_state { steer = -12345, left = true }
  game:step(10)
  game:set_input_state { accelerate = false, left = false }
  game:step()
  local events = game:get_event_buffer()
  local rows = {}
  for i, event in ipairs(events) do
    rows[i] = ("%d %s %d"):format(event.time, event.name, event.value)
  end
  table.sort(rows)
  local text = table.concat(rows, "; ")
  harness.contains(text, "1000 Steer (analog) -12345", "1000 Steer left 1", "1100 Steer left 0",
    "1100 Accelerate 0", "0 Accelerate 1",
    "-10 _FakeIsRaceRunning 1")
  equal(#events:find { event_name = "Accelerate" }, 2)
  equal(events.duration, game.time)
end)

test("events come sorted and say what they are", function()
  local game = at_start()
  for i = 1, 50 do
    game:set_input_state { steer = i * 100 }
    game:step()
  end
  local events = game:get_event_buffer()
  for i, event in ipairs(events) do
    equal(math.type(event.time), "integer")
    equal(math.type(event.value), "integer")
    equal(type(event.name), "string")
    if i > 1 then assert(event.time >= events[i - 1].time) end
  end
  local steers = events:find { event_name = "steer" }
  equal(#steers, 50)
  for i, event in ipairs(steers) do
    equal(event.value, i * 100)
    equal(event.time, steers[1].time + 10 * (i - 1))
  end
end)

test("find matches every field that it is given", function()
  local game = at_start()
  game:set_input_state { accelerate = true, left = true }
  game:step(10)
  game:set_input_state { left = false }
  game:step()
  local events = game:get_event_buffer()
  local left = events:find { event_name = "Steer left" }
  equal(#left, 2)
  equal(events:find { event_name = "left" }, left)
  equal(events:find { event_name = "left", value = 0 }, { left[2] })
  equal(events:find { time = left[2].time }, { left[2] })
  equal(events:find { event_name = "down" }, {})
  equal(#events:find {}, #events)
end)

test("the first input that acts has input time 0", function()
  local game = at_start()
  game:set_input_state { accelerate = true }
  game:step(5)
  equal(game:get_event_buffer():find { event_name = "up" }[1].time, 0)
end)

test("an input that changes nothing leaves no event", function()
  local game = at_start()
  for _ = 1, 10 do
    game:set_input_state { accelerate = true, steer = 7 }
    game:step()
  end
  equal(#game:get_event_buffer():find { event_name = "Accelerate" }, 1)
  equal(#game:get_event_buffer():find { event_name = "Steer (analog)" }, 1)
end)

harness.run()
