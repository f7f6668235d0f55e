-- Hooks of a game: order, once, cancelling and adding while they run, errors.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, contains = harness.test, harness.equal, harness.raises,
  harness.contains

test("hooks run in the order in which they were made, with the game and the values", function()
  local game, order = harness.game(), {}
  for i = 1, 5 do
    game:on("run_step", function(...)
      local g, time = ...
      equal(select("#", ...), 2)
      assert(g == game)
      equal(time, game.time)
      order[#order + 1] = i
    end)
  end
  game:step()
  equal(order, { 1, 2, 3, 4, 5 })
end)

test("hooks run before the tasks that waited for the call", function()
  local game, order = harness.game(), {}
  tm.task(function()
    game:step()
    order[#order + 1] = "task"
  end)
  game:on("run_step", function() order[#order + 1] = "hook" end)
  game:step()
  equal(order, { "hook", "task" })
end)

test("a hook made by once hears one call", function()
  local game, times = harness.game(), {}
  game:once("run_step", function(_, time) times[#times + 1] = time end)
  local first = game:step()
  game:step(5)
  equal(times, { first })
end)

test("once is over before the hook runs, so that it may make itself again", function()
  local game, count = harness.game(), 0
  local function hook()
    count = count + 1
    if count < 3 then game:once("run_step", hook) end
  end
  game:once("run_step", hook)
  game:step(10)
  equal(count, 3)
end)

test("a cancelled hook is quiet, cancelling twice is fine", function()
  local game, count = harness.game(), 0
  local hook = game:on("run_step", function() count = count + 1 end)
  game:step(3)
  hook:cancel()
  hook:cancel()
  game:step(3)
  equal(count, 3)
  local once = game:once("run_step", function() count = count + 1 end)
  game:step()
  once:cancel()
  equal(count, 4)
end)

test("a hook may cancel itself", function()
  local game, count, hook = harness.game(), 0, nil
  hook = game:on("run_step", function()
    count = count + 1
    if count == 2 then hook:cancel() end
  end)
  game:step(5)
  equal(count, 2)
end)

test("hooks that an earlier one cancels do not run any more, the others do", function()
  local game, order, hooks = harness.game(), {}, {}
  for i = 1, 5 do
    hooks[i] = game:on("run_step", function()
      order[#order + 1] = i
      if i == 2 then
        hooks[1]:cancel()
        hooks[3]:cancel()
      end
    end)
  end
  game:step(2)
  equal(order, { 1, 2, 4, 5, 2, 4, 5 })
end)

test("hooks added while hooks run hear of the next call", function()
  local game, order = harness.game(), {}
  game:once("run_step", function()
    order[#order + 1] = "old"
    game:on("run_step", function() order[#order + 1] = "new" end)
  end)
  game:step()
  equal(order, { "old" })
  game:step()
  equal(order, { "old", "new" })
end)

test("many hooks, cancelled in any order", function()
  local game, count, hooks = harness.game(), 0, {}
  for i = 1, 500 do hooks[i] = game:on("run_step", function() count = count + 1 end) end
  game:step()
  equal(count, 500)
  for i = 1, 500, 2 do hooks[i]:cancel() end
  count = 0
  game:step()
  equal(count, 250)
  for i = 2, 500, 2 do hooks[i]:cancel() end
  count = 0
  game:step(2)
  equal(count, 0)
end)

test("an unknown event is refused with the names there are", function()
  local game = harness.game()
  for _, use in ipairs { function() game:on("stepp", print) end,
    function() game:once("stepp", print) end, function() game:wait "stepp" end } do
    local message = raises("unknown event 'stepp'", use)
    contains(message, "registered", "deregistered", "shutdown", "run_step", "simulation_begin",
      "simulation_step", "simulation_end", "checkpoint_count_changed", "laps_count_changed",
      "custom_command", "bruteforce_evaluate", "message", "error")
  end
  raises("bad argument #1 to 'on'", function() game:on(nil, print) end)
  raises("bad argument #2 to 'on' (function expected", function() game:on "run_step" end)
  raises("bad argument #2 to 'once' (function expected", function() game:once("run_step", {}) end)
end)

test("the names of the Python client are understood", function()
  local game, times = harness.game(), {}
  game:on("on_run_step", function(_, time) times[#times + 1] = time end)
  local first = game:step()
  equal(game:wait "on_run_step", first + 10)
  equal(times, { first, first + 10 })
  raises("unknown event", function() game:on("on_on_run_step", print) end)
end)

test("registered is heard after tm.attach has returned", function()
  local game, count = harness.game(), 0
  game:on("registered", function(g)
    assert(g == game)
    count = count + 1
  end)
  game:step(3)
  equal(count, 1)
end)

test("checkpoints and the restart of the race are told", function()
  local game, counts, steps = harness.game "sim:straight", {}, {}
  game:on("checkpoint_count_changed", function(_, current, target)
    counts[#counts + 1] = ("%d/%d"):format(current, target)
  end)
  while game:step() < -10 do end
  game:set_input_state { accelerate = true }
  repeat steps[#steps + 1] = game:step() until game.time < 0
  equal(counts, { "1/3", "2/3", "3/3" })
  for i = 2, #steps - 1 do equal(steps[i], steps[i - 1] + 10) end
end)

test("deregistered says why", function()
  local game, reasons = harness.game(), {}
  game:on("deregistered", function(g, reason)
    assert(g == game)
    reasons[#reasons + 1] = reason
  end)
  game:step()
  game:close()
  game:close()
  equal(reasons, { "closed" })
  equal(game.state, "closed")
  harness.refused("closed", game:step())
end)

test("a hook may close the game, which ends the others' call", function()
  local game, order = harness.game(), {}
  game:on("run_step", function(g)
    order[#order + 1] = "first"
    g:close()
  end)
  harness.refused("closed", game:step())
  equal(order[1], "first")
  equal(game.state, "closed")
end)

test("a game closed by to-be-closed is closed once", function()
  local kept
  do
    local game <close> = assert(tm.attach "sim:")
    kept = game
    game:step()
  end
  equal(kept.state, "closed")
end)

test("hooks of two games do not mix", function()
  local a, b = harness.game "sim:easy", harness.game "sim:straight"
  local seen = {}
  a:on("run_step", function(g) seen.a = g == a end)
  b:on("run_step", function(g) seen.b = g == b end)
  a:step(2)
  b:step(2)
  equal(seen, { a = true, b = true })
end)

test("a hook that waits for something else holds the call", function()
  local game, times = harness.game(), {}
  game:once("run_step", function(_, time)
    times[1] = time
    tm.sleep(0.02)
    times[2] = game.time
    times[3] = game:get_simulation_state().race_time
  end)
  game:step()
  equal(times, { times[1], times[1], times[1] })
end)

test("waits for a later call inside a hook are refused, in a task of the hook they work", function()
  local game, message, later = harness.game(), nil, nil
  game:once("run_step", function()
    message = raises("game:step inside a hook", function() game:step() end)
    raises("game:wait inside a hook", function() game:wait "run_step" end)
    tm.task(function() later = game:step() end)
  end)
  local first = game:step()
  contains(message, "use tm.task")
  game:step()
  equal(later, first + 10)
end)

harness.run()
