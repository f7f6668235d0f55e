-- States that are edited and given back: the race goes on from what they say.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, near = harness.test, harness.equal, harness.raises, harness.near

local function at_one_second()
  return harness.race("sim:straight", 1000, { accelerate = true })
end

test("the race goes on from an edited position and speed", function()
  local game = at_one_second()
  local state = game:get_simulation_state()
  state.position = { 1, state.position[2], 300 }
  state.velocity = { 0, 0, 55 }
  game:rewind_to_state(state)
  equal(game:get_simulation_state(), state)
  equal(game:step(), 1010)
  local next_state = game:get_simulation_state()
  near(next_state.position[1], 1, 0.01)
  near(next_state.position[3], 300.55, 0.05)
  near(next_state.display_speed, 198, 3)
end)

test("the race goes on from an edited direction", function()
  local game = at_one_second()
  local state = game:get_simulation_state()
  state.rotation_matrix = { { 0, 0, 1 }, { 0, 1, 0 }, { -1, 0, 0 } } -- a quarter turn
  state.velocity = { 20, 0, 0 }
  state.dyna.current_state.angular_speed = { 0, 0, 0 }
  local x = state.position[1]
  game:rewind_to_state(state)
  game:step(10)
  local later = game:get_simulation_state()
  assert(later.position[1] > x + 1.5, later.position[1])
end)

test("the time of the race can be edited", function()
  local game = at_one_second()
  local state = game:get_simulation_state()
  state.race_time = 5000
  game:rewind_to_state(state)
  equal(game:get_simulation_state().race_time, 5000)
  equal(game:step(), 5010)
end)

test("rewinding to an unedited state changes nothing but time", function()
  local game = at_one_second()
  local state = game:get_simulation_state()
  game:step(100)
  game:rewind_to_state(state)
  equal(game:get_simulation_state():bytes(), state:bytes())
  equal(game:step(), 1010)
end)

test("a state may be given back any number of times, even edited meanwhile", function()
  local game = at_one_second()
  local state = game:get_simulation_state()
  for i = 1, 10 do
    state.position[1] = i / 4
    game:rewind_to_state(state)
    equal(game:step(), 1010)
    near(game:get_simulation_state().position[1], i / 4, 0.01)
  end
end)

test("a rewind gives back the checkpoints too", function()
  local game = at_one_second()
  local state = game:get_simulation_state()
  game:wait "checkpoint_count_changed"
  equal(game:get_checkpoint_state().cp_states[1], true)
  game:rewind_to_state(state)
  equal(game:get_checkpoint_state().cp_states, { false, false, false })
  equal({ game:wait "checkpoint_count_changed" }, { 1, 3 })
end)

test("a rewind cuts the record of inputs, which then agrees with the state", function()
  local game = at_one_second()
  local state = game:get_simulation_state()
  local before = game:get_event_buffer()
  for i = 1, 20 do
    game:set_input_state { steer = i * 1000 }
    game:step()
  end
  assert(#game:get_event_buffer() > #before)
  game:rewind_to_state(state)
  local after = game:get_event_buffer()
  equal(#after, #before)
  for i = 1, #before do equal(after[i], before[i]) end
end)

test("a state of another track is not taken", function()
  local other = harness.race("sim:laps", 0)
  local foreign = other:get_simulation_state()
  other:close()
  local game = at_one_second()
  local before = game:get_simulation_state()
  equal(game:rewind_to_state(foreign), true) -- the protocol has no word for a refusal
  equal(game:get_simulation_state(), before)
  equal(game:step(), 1010)
end)

test("a state outlives its game, and can be taken to the next", function()
  local state
  do
    local game = at_one_second()
    state = game:get_simulation_state()
    game:close()
  end
  collectgarbage()
  local game = harness.game "sim:straight"
  game:rewind_to_state(state)
  equal(game:get_simulation_state(), state)
  equal(game:step(), 1010)
end)

test("a state from a file is as good", function()
  local game, path = at_one_second(), harness.path "rewind.state"
  local state = game:get_simulation_state()
  assert(state:save(path))
  game:step(200)
  local expected = game:get_simulation_state()
  game:rewind_to_state(assert(tm.load_state(path)))
  os.remove(path)
  game:step(200)
  equal(game:get_simulation_state(), expected)
end)

test("rewinding in a hook is followed by the next step", function()
  local game = at_one_second()
  local state, times, rewound = game:get_simulation_state(), {}, false
  game:on("run_step", function(g, time)
    times[#times + 1] = time
    if time == 1030 and not rewound then
      rewound = true
      g:rewind_to_state(state)
    end
  end)
  game:step(6)
  equal(times, { 1010, 1020, 1030, 1010, 1020, 1030 })
end)

test("one state is filled again and again without a new one", function()
  local game = at_one_second()
  local state = game:get_simulation_state()
  local position = state.position -- the view follows the state
  local last = position[3]
  for _ = 1, 50 do
    game:step()
    assert(rawequal(game:get_simulation_state(state), state))
    assert(position[3] > last)
    last = position[3]
  end
  equal(state.race_time, 1500)
  raises("tm.state expected", function() game:get_simulation_state(position) end)
end)

harness.run()
