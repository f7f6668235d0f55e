-- game:step, game:wait, and when a straight-line script holds the game.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, refused = harness.test, harness.equal, harness.raises, harness.refused

test("step returns the race time, ten milliseconds later each", function()
  local game = harness.game()
  local time = game:step()
  equal(math.type(time), "integer")
  for i = 1, 100 do
    equal(game:step(), time + 10 * i)
    equal(game.time, time + 10 * i)
  end
end)

test("step(n) goes on for n steps", function()
  local game = harness.game()
  local time = game:step()
  equal(game:step(1), time + 10)
  equal(game:step(7), time + 80)
  equal(game:step(100), time + 1080)
end)

test("step wants a count", function()
  local game = harness.game()
  for _, count in ipairs { 0, -1, 1e10 // 1 | 0 } do
    raises("bad argument #1 to 'step'", function() game:step(count) end)
  end
  raises("bad argument #1 to 'step' (number expected", function() game:step "x" end)
  raises("bad argument #1 to 'step'", function() game:step(1.5) end)
end)

test("wait returns the values of the call", function()
  local game = harness.game "sim:straight"
  equal({ game:wait "registered" }, { true })
  local time = game:step()
  equal({ game:wait "run_step" }, { time + 10 })
  while game:step() < -10 do end
  game:set_input_state { accelerate = true }
  equal({ game:wait "checkpoint_count_changed" }, { 1, 3 })
  equal({ game:wait("checkpoint_count_changed", 5) }, { 2, 3 })
end)

test("wait with a limit returns nil, a message and timeout", function()
  local game = harness.game()
  local since = tm.now()
  refused("timeout", game:wait("custom_command", 0.05))
  local took = tm.now() - since
  assert(took >= 0.05 and took < 2, took)
  refused("timeout", game:wait("custom_command", 0))
  equal(math.type(game:wait("run_step", 5)), "integer")
end)

test("wait wants an event and a limit that is one", function()
  local game = harness.game()
  raises("bad argument #1 to 'wait'", function() game:wait() end)
  raises("bad argument #2 to 'wait' (must not be negative)", function()
    game:wait("run_step", -1)
  end)
  raises("bad argument #2 to 'wait'", function() game:wait("run_step", 0 / 0) end)
  raises("bad argument #2 to 'wait' (number expected", function() game:wait("run_step", {}) end)
end)

test("several waiters get the same call, in the order in which they came", function()
  local game, got = harness.game(), {}
  for i = 1, 4 do
    tm.task(function() table.insert(got, { i, game:wait "run_step" }) end)
  end
  tm.task(function() table.insert(got, { 5, game:step(2) }) end)
  local time = game:step()
  equal(got, { { 1, time }, { 2, time }, { 3, time }, { 4, time } })
  game:step()
  equal(got[5], { 5, time + 10 })
end)

test("two tasks in lock step never miss one", function()
  local game, lists = harness.game(), { {}, {} }
  local done = 0
  for i = 1, 2 do
    tm.task(function()
      for k = 1, 50 do lists[i][k] = game:step() end
      done = done + 1
    end)
  end
  while done < 2 do game:step() end
  equal(lists[1], lists[2])
  for k = 2, 50 do equal(lists[1][k], lists[1][k - 1] + 10) end
end)

test("a script holds the game while it runs between two waits", function()
  local game = harness.game()
  local time = game:step()
  for _ = 1, 50 do equal(game:get_simulation_state().race_time, time) end
  local since = tm.now()
  while tm.now() - since < 0.02 do end
  equal(game:get_simulation_state().race_time, time)
  equal(game:step(), time + 10)
end)

test("a script that sleeps lets the game go", function()
  local game = harness.game()
  local time = game:step()
  tm.sleep(0.05)
  assert(game.time > time + 10, game.time)
  local later = game:get_simulation_state().race_time -- waits for a step that is open
  assert(later > time + 10, later)
end)

test("after a verb outside any call the script is inside one", function()
  local game = harness.game()
  tm.sleep(0.01)
  local first = game:get_simulation_state().race_time
  equal(game:get_simulation_state().race_time, first)
  equal(game.time, first)
end)

test("a task that holds the call holds it for all", function()
  local game, order = harness.game(), {}
  tm.task(function()
    table.insert(order, (game:step()))
    for _ = 1, 20 do game:get_context_mode() end
    table.insert(order, game:get_simulation_state().race_time)
  end)
  tm.task(function() table.insert(order, (game:step())) end)
  local time = game:step()
  game:step()
  equal(order, { time, time, time })
end)

test("the end of the game reaches everybody who waits", function()
  local game, codes = harness.game(), {}
  for i, wait in ipairs { function() return game:step(1000000) end,
    function() return game:wait "custom_command" end,
    function() return game:wait("custom_command", 1000) end } do
    tm.task(function() codes[i] = { wait() } end)
  end
  game:step()
  game:close()
  tm.sleep(0)
  for i = 1, 3 do refused("closed", table.unpack(codes[i], 1, 3)) end
end)

test("a closed game refuses, and who does not listen is stopped", function()
  local game = harness.game()
  game:close()
  refused("closed", game:step())
  refused("closed", game:wait("run_step", 1))
  refused("closed", game:get_simulation_state())
  raises("goes on asking", function() while true do game:step() end end)
end)

test("a wait whose call and limit come together is one or the other", function()
  local game, count = harness.game(), 0
  for _ = 1, 200 do
    local time, message, code = game:wait("run_step", 0.00005)
    if time then count = count + 1 else refused("timeout", time, message, code) end
  end
  equal(math.type(game:step()), "integer")
end)

test("games wait side by side", function()
  local a, b = harness.game "sim:easy", harness.game "sim:laps"
  local passed = {}
  for name, game in pairs { a = a, b = b } do
    tm.task(function()
      local time = game:step()
      passed[name] = game:step(100) - time
    end)
  end
  while not (passed.a and passed.b) do tm.sleep(0.001) end
  equal(passed, { a = 1000, b = 1000 })
end)

test("steps that nobody looks at pass all the same, for whoever waits", function()
  local game, seen = harness.race("sim:easy", 0, { accelerate = true }), {}
  for _, count in ipairs { 5, 64, 65, 1000 } do
    tm.task(function() seen[count] = game:step(count) end)
  end
  equal(game:step(1001), 10010)
  equal(seen, { [5] = 50, [64] = 640, [65] = 650, [1000] = 10000 })
  equal(game.time, 10010)
end)

test("a hook that comes meanwhile sees every step from then on", function()
  local game, times = harness.race("sim:easy", 0), {}
  tm.task(function()
    tm.sleep(0)
    game:on("run_step", function(_, time) times[#times + 1] = time end)
  end)
  local last = game:step(20000)
  assert(#times > 100, #times)
  for i, time in ipairs(times) do equal(time, last - 10 * (#times - i)) end
end)

test("a call of another kind ends a wait for steps", function()
  local game, hook_time = harness.race("sim:straight", 0, { accelerate = true }), nil
  game:once("checkpoint_count_changed", function() hook_time = game.time end)
  local time, passed = game:step(100000, "checkpoint_count_changed")
  equal(passed, true)
  equal(time, game:get_simulation_state().cp_data.cp_times[1].time)
  equal(hook_time, time - 10)
  equal(table.pack(game:step(3, "laps_count_changed")), { time + 30, n = 1 })
  raises("unknown event 'pass'", game.step, game, 3, "pass")
end)

test("a game with a speed takes its time", function()
  local game = harness.game "sim:?speed=10"
  game:step()
  local since = tm.now()
  game:step(500) -- five seconds of race time; a fifth of a second may be made up for
  local took = tm.now() - since
  assert(took > 0.25 and took < 5, took)
end)

harness.run()
