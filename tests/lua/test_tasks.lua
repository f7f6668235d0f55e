-- Tasks: when they run, how they wait, how they end.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises = harness.test, harness.equal, harness.raises

test("a task runs at once, with its arguments, up to its first wait", function()
  local seen = {}
  local task = tm.task(function(...)
    seen = { ... }
    tm.sleep(0)
    seen = "done"
  end, 1, "two", false)
  equal(seen, { 1, "two", false })
  equal(task.status, "sleeping")
  tm.sleep(0.01)
  equal(seen, "done")
  equal(task.status, "finished")
end)

test("a task without a wait is over before tm.task returns", function()
  local ran = false
  equal(tm.task(function() ran = true end).status, "finished")
  equal(ran, true)
end)

test("a task knows its own status", function()
  local task, status
  task = tm.task(function()
    tm.sleep(0)
    status = task.status
    coroutine.yield()
  end)
  while not status do tm.sleep(0) end
  equal(status, "running")
  tm.sleep(0.01)
  equal(task.status, "finished")
end)

test("a task that waits for a game says so", function()
  local game = harness.game()
  local task = tm.task(function() game:wait "custom_command" end)
  equal(task.status, "waiting")
  equal(task:cancel(), true)
end)

test("tm.task wants a function", function()
  raises("bad argument #1 to 'task' (function expected", function() tm.task() end)
  raises("bad argument #1 to 'task' (function expected", function() tm.task "x" end)
end)

-- The order in which sleepers wake, and the seconds in which all of them fell asleep.
local function order_of_sleepers()
  local order, since = {}, tm.now()
  for _, seconds in ipairs { 0.03, 0.01, 0.04, 0.02, 0.0 } do
    tm.task(function()
      tm.sleep(seconds)
      order[#order + 1] = seconds
    end)
  end
  local took = tm.now() - since
  while #order < 5 do tm.sleep(0.001) end
  return order, took
end

test("sleepers wake in the order of their times", function()
  local order, took
  repeat order, took = order_of_sleepers() until took < 0.01 -- else others kept the machine busy
  equal(order, { 0.0, 0.01, 0.02, 0.03, 0.04 })
end)

test("sleepers of one moment wake in the order in which they fell asleep", function()
  local order = {}
  for i = 1, 5 do
    tm.task(function()
      for round = 1, 3 do
        tm.sleep(0)
        order[#order + 1] = round * 10 + i
      end
    end)
  end
  while #order < 15 do tm.sleep(0.001) end
  equal(order, { 11, 12, 13, 14, 15, 21, 22, 23, 24, 25, 31, 32, 33, 34, 35 })
end)

test("tm.sleep sleeps as long as asked, by tm.now", function()
  local since = tm.now()
  tm.sleep(0.05)
  local slept = tm.now() - since
  assert(slept >= 0.05 and slept < 1, slept)
end)

test("tm.sleep takes seconds and nothing else", function()
  raises("bad argument #1 to 'sleep' (number expected, got no value)", function() tm.sleep() end)
  raises("bad argument #1 to 'sleep' (number expected, got table)", function() tm.sleep {} end)
  raises("bad argument #1 to 'sleep' (must not be negative)", function() tm.sleep(-0.001) end)
  raises("bad argument #1 to 'sleep'", function() tm.sleep(0 / 0) end)
end)

test("a sleep without end can be cancelled", function()
  local task = tm.task(tm.sleep, math.huge)
  equal(task.status, "sleeping")
  equal(task:cancel(), true)
  tm.sleep(0)
  equal(task.status, "finished")
end)

test("coroutine.yield in a task lets the others run", function()
  local order = {}
  for i = 1, 2 do
    tm.task(function()
      for _ = 1, 2 do
        order[#order + 1] = i
        coroutine.yield "ignored"
      end
    end)
  end
  while #order < 4 do tm.sleep(0.001) end
  equal(order, { 1, 2, 1, 2 })
end)

test("thousands of tasks come and go", function()
  local count = 0
  for i = 1, 3000 do
    tm.task(function()
      tm.sleep(i % 7 / 1000)
      count = count + 1
    end)
  end
  local limit = tm.now() + 10
  while count < 3000 and tm.now() < limit do tm.sleep(0.005) end
  equal(count, 3000)
end)

test("tm.every calls again and again, the first time after the interval", function()
  local times, since = {}, tm.now()
  local task = tm.every(0.02, function() times[#times + 1] = tm.now() - since end)
  equal(#times, 0)
  while #times < 4 do tm.sleep(0.005) end
  equal(task:cancel(), true)
  local count = #times
  for i = 1, 4 do assert(times[i] >= 0.02 * i - 0.001, times[i]) end
  tm.sleep(0.05)
  equal(#times, count)
end)

test("tm.every does not rush after a halt", function()
  local times, halted = {}, nil
  local task = tm.every(0.01, function()
    times[#times + 1] = tm.now()
    if #times > 1 then return end
    while tm.now() - times[1] < 0.1 do end
    halted = tm.now()
  end)
  while #times < 6 do tm.sleep(0.001) end
  task:cancel()
  -- Ten intervals were lost. The next call comes at once, those behind it in their time.
  for i = 2, 6 do assert(times[i] - halted >= 0.01 * (i - 2) - 0.0001, i) end
end)

test("tm.every(0) leaves room for others", function()
  local count = 0
  local task = tm.every(0, function() count = count + 1 end)
  for _ = 1, 20 do tm.sleep(0) end
  task:cancel()
  assert(count >= 10, count)
end)

test("tm.every refuses what is not seconds", function()
  for _, seconds in ipairs { -1, "x", 0 / 0, false } do
    raises("bad argument #1 to 'every'", tm.every, seconds, print)
  end
end)

test("tm.every refuses what cannot be called", function()
  raises("bad argument #2 to 'every'", tm.every, 1)
  raises("bad argument #2 to 'every'", tm.every, 1, "x")
end)

test("the function of tm.every may wait", function()
  local running, most, count = 0, 0, 0
  local task = tm.every(0.005, function()
    running = running + 1
    most = math.max(most, running)
    tm.sleep(0.01)
    running, count = running - 1, count + 1
  end)
  while count < 3 do tm.sleep(0.005) end
  task:cancel()
  equal(most, 1)
end)

local function closing(log, name)
  return setmetatable({}, { __close = function(_, err) log[#log + 1] = name .. tostring(err) end })
end

test("cancelling closes variables, inner ones first, and says whether it did anything", function()
  local log = {}
  local task = tm.task(function()
    local _ <close> = closing(log, "outer ")
    pcall(tm.sleep, 0)
    local _ <close> = closing(log, "inner ")
    tm.sleep(1000)
    log[#log + 1] = "not reached"
  end)
  tm.sleep(0.01)
  equal(task:cancel(), true)
  equal(task:cancel(), false)
  tm.sleep(0)
  equal(task.status, "finished")
  equal(task:cancel(), false)
  equal(#log, 2)
  harness.contains(log[1], "inner ", "cancelled")
  harness.contains(log[2], "outer ", "cancelled")
end)

test("a task that waits for a game or for its turn can be cancelled", function()
  local game = harness.game "sim:?speed=1"
  game:step()
  local log, tasks = {}, {}
  for i, wait in ipairs { function() game:step(1000000) end,
    function() game:wait "custom_command" end, function() game:wait("run_step", 1000) end } do
    tasks[i] = tm.task(function()
      local _ <close> = closing(log, tostring(i))
      wait()
    end)
  end
  for _, task in ipairs(tasks) do equal(task:cancel(), true) end
  tm.sleep(0)
  for _, task in ipairs(tasks) do equal(task.status, "finished") end
  equal(#log, 3)
  equal(math.type(game:step()), "integer")
end)

test("cancelling one that is due in the same moment leaves the others", function()
  local log, second = {}, nil
  local function sleeper(name)
    return tm.task(function()
      local function note() log[#log + 1] = "closed " .. name end
      local _ <close> = setmetatable({}, { __close = note })
      tm.sleep(0.001)
      log[#log + 1] = name
    end)
  end
  tm.task(function()
    tm.sleep(0.001)
    equal(second:cancel(), true)
  end)
  second = sleeper "second"
  sleeper "third"
  local since = tm.now()
  while tm.now() < since + 0.002 do end -- now all three are due in one turn
  tm.sleep(0.01)
  equal(log, { "closed second", "third", "closed third" })
end)

test("a task cannot cancel itself", function()
  local task, result
  task = tm.task(function()
    tm.sleep(0)
    result = task:cancel()
  end)
  tm.sleep(0.01)
  equal(result, false)
  equal(task.status, "finished")
end)

test("a task may cancel the one that started it", function()
  local log = {}
  local outer = tm.task(function()
    local _ <close> = closing(log, "")
    tm.sleep(1000)
  end)
  tm.task(function() outer:cancel() end)
  tm.sleep(0)
  equal(outer.status, "finished")
  equal(#log, 1)
end)

test("tasks have no other names", function()
  local task = tm.task(print)
  equal(task.nothing, nil)
  raises("bad argument #1 to 'cancel'", function() task.cancel {} end)
  equal(getmetatable(task), "tm.task")
  equal(pcall(function() task.status = 1 end), false)
end)

test("tm.now does not go back", function()
  local last = tm.now()
  for _ = 1, 1000 do
    local now = tm.now()
    assert(now >= last)
    last = now
  end
  equal(math.type(last), "float")
end)

harness.run()
