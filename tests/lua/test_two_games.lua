-- One script, several games: each is held only while the script needs it, and none is forgotten.
local tm = require "tm"
local harness = require "harness"
local test, equal = harness.test, harness.equal

local function pair(track)
  return harness.game("sim:" .. (track or "")), harness.game("sim:" .. (track or ""))
end

test("verbs of two games in turn leave neither waiting", function()
  local a, b = pair()
  a:get_simulation_state()
  b:get_simulation_state()
  equal(math.type(a:step()), "integer")
  equal(math.type(b:step()), "integer")
  for _ = 1, 20 do
    a:horn()
    b:horn()
    a:horn()
    a:step()
    b:step()
  end
end)

test("a step of one game between verbs of the other", function()
  local a, b = pair()
  for _ = 1, 20 do
    a:step()
    b:get_context_mode()
    a:get_context_mode()
    b:step(3)
  end
  equal(a.state, "attached")
  equal(b.state, "attached")
end)

test("a hook of one game may ask another", function()
  local a, b = pair()
  local modes = 0
  local hook = a:on("run_step", function() modes = modes + b:get_context_mode() end)
  for _ = 1, 20 do a:step() end
  hook:cancel()
  assert(modes >= 20, modes)
  equal(math.type(b:step()), "integer")
end)

test("a task per game", function()
  local games, done = { pair() }, 0
  for _, game in ipairs(games) do
    tm.task(function()
      for _ = 1, 100 do
        game:step()
        game:get_simulation_state()
        game:set_input_state { accelerate = true }
      end
      done = done + 1
    end)
  end
  while done < 2 do tm.sleep(0.001) end
end)

test("closing one game leaves the other alone", function()
  local a, b = pair()
  a:get_simulation_state()
  b:get_simulation_state()
  a:close()
  local time = b:step()
  equal(b:step(), time + 10)
end)

test("games attached after one was left inside its call are held all the same", function()
  local first = harness.game()
  first:step()
  first:close()
  for _ = 1, 3 do
    local game = harness.game()
    local time = game:step()
    for _ = 1, 20 do equal(game:get_simulation_state().race_time, time) end
    local other = harness.game()
    other:step()
    equal(game:get_simulation_state().race_time, time)
    equal(game:step(), time + 10)
    game:close()
  end
end)

test("two games go in lock step: no step of either is missed", function()
  local a, b = pair "straight"
  local function restart(game)
    game:give_up()
    equal(game:step(), -2600)
  end
  restart(a)
  restart(b)
  for time = -2590, 1000, 10 do
    equal({ a:step(), b:step() }, { time, time })
    if time == 0 then
      a:set_input_state { accelerate = true }
      b:set_input_state { accelerate = true }
    end
    if time % 100 == 0 then
      local ours, theirs = a:get_simulation_state(), b:get_simulation_state()
      assert(ours.dyna.current_state.position == theirs.dyna.current_state.position)
      assert(ours.velocity == theirs.velocity)
    end
  end
end)

harness.run()
