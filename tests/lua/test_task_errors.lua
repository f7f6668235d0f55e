-- Errors in tasks, coroutines inside tasks, protected calls across waits, the end of the program.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, contains = harness.test, harness.equal, harness.raises,
  harness.contains
local child = harness.child

test("an error in a task ends the program with its traceback", function()
  local output, status = child [[
    local tm = require "tm"
    tm.task(function()
      tm.sleep(0.01)
      local function inner() error "task broke" end
      inner()
    end)
    tm.sleep(1000)
    print "not reached"]]
  equal(status, 1)
  contains(output, "tmlua: ", ":4: task broke", "stack traceback:", "'inner'")
  equal(output:find("not reached", 1, true), nil)
end)

test("an error before the first wait does not break who started the task", function()
  local output, status = child [[
    local tm = require "tm"
    local task = tm.task(error, "at once")
    io.stderr:write("went on, ", task.status, "\n")]]
  equal(status, 1)
  contains(output, "at once", "went on, finished")
end)

test("errors need not be strings", function()
  for _, case in ipairs {
    { "setmetatable({}, { __tostring = function() return 'my object' end })", "my object" },
    { "nil", "nil" }, { "42", "42" }, { "{ traceback = 7 }", "table" } } do
    local output, status = child(("require 'tm'.task(error, %s)"):format(case[1]))
    equal(status, 1, case[1])
    contains(output, "tmlua: ", case[2])
  end
end)

test("a cancelled task is quiet", function()
  local output, status = child [[
    local tm = require "tm"
    local task = tm.task(function() tm.sleep(1000) end)
    task:cancel()
    tm.sleep(0.01)
    print(task.status)]]
  equal({ output, status }, { "finished\n", 0 })
end)

test("pcall and xpcall hold across waits", function()
  local ok, message = pcall(function()
    tm.sleep(0)
    local inner_ok, inner = pcall(function()
      tm.sleep(0)
      error "inner"
    end)
    equal(inner_ok, false)
    contains(inner, "inner")
    tm.sleep(0)
    error({ "outer" })
  end)
  equal(ok, false)
  equal(message, { "outer" })
  local handled
  equal(xpcall(function()
    tm.sleep(0)
    error("x", 0)
  end, function(text) handled = text end), false)
  equal(handled, "x")
  equal({ pcall(function() tm.sleep(0) return 1, nil, 3 end) }, { true, 1, nil, 3 })
end)

test("to-be-closed variables and generic for live across waits", function()
  local closed = 0
  local function each()
    local i = 0
    local guard = setmetatable({}, { __close = function() closed = closed + 1 end })
    return function()
      tm.sleep(0)
      i = i + 1
      if i <= 3 then return i end
    end, nil, nil, guard
  end
  local sum = 0
  for i in each() do sum = sum + i end
  equal(sum, 6)
  equal(closed, 1)
  pcall(function()
    for _ in each() do error "out" end
  end)
  equal(closed, 2)
end)

test("metamethods may wait", function()
  local slow = setmetatable({}, { __index = function(_, key) tm.sleep(0) return key end,
    __add = function() tm.sleep(0) return "sum" end, __call = function() tm.sleep(0) return 7 end })
  equal(slow.word, "word")
  equal(slow + 1, "sum")
  equal(slow(), 7)
end)

test("a wait inside a callback of C says that it cannot", function()
  raises("tm.sleep cannot wait inside this callback", table.sort, { 2, 1, 3 },
    function() tm.sleep(0) end)
  raises("cannot wait inside this callback", string.gsub, "x", "x", function() tm.sleep(0) end)
end)

test("coroutines of the script are the script's own", function()
  local co = coroutine.create(function(a, b)
    local c = coroutine.yield(a + b)
    local d, e = coroutine.yield(c * 2)
    return d, e
  end)
  equal({ coroutine.resume(co, 1, 2) }, { true, 3 })
  equal(coroutine.status(co), "suspended")
  equal({ coroutine.resume(co, 10) }, { true, 20 })
  equal({ coroutine.resume(co, "x", nil) }, { true, "x", nil })
  equal(coroutine.status(co), "dead")
  equal({ coroutine.resume(co) }, { false, "cannot resume dead coroutine" })
  local ok, message = coroutine.resume(coroutine.running())
  equal({ ok, message }, { false, "cannot resume non-suspended coroutine" })
  raises("bad argument #1 to 'coroutine.resume' (coroutine expected", coroutine.resume, 1)
end)

test("coroutine.wrap behaves as Lua's", function()
  local function squares(n)
    return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end)
  end
  local sum = 0
  for i, square in squares(10) do sum = sum + i * square end
  equal(sum, 3025)
  raises("deep", coroutine.wrap(function() error "deep" end))
  local message = { "table" }
  local ok, got = pcall(coroutine.wrap(function() error(message) end))
  equal(ok, false)
  assert(got == message)
  local finished = coroutine.wrap(function() end)
  finished()
  raises("cannot resume dead coroutine", finished)
  raises("bad argument #1 to 'coroutine.wrap' (function expected", coroutine.wrap, 1)
end)

test("an error in a wrapped function closes its variables", function()
  local closed
  local wrapped = coroutine.wrap(function()
    local _ <close> = setmetatable({}, { __close = function() closed = true end })
    error "x"
  end)
  equal(pcall(wrapped), false)
  equal(closed, true)
end)

test("coroutines inside coroutines", function()
  local function depth(n)
    if n == 0 then
      coroutine.yield "bottom"
      return 0
    end
    local inner = coroutine.wrap(depth)
    coroutine.yield(inner(n - 1))
    return inner() + 1
  end
  local outer = coroutine.wrap(depth)
  equal(outer(50), "bottom")
  equal(outer(), 50)
end)

test("a user coroutine can go on in another task", function()
  local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end)
  local got = { co() }
  tm.task(function() got[2] = co() end)
  tm.sleep(0)
  got[3] = co()
  equal(got, { 1, 2, 3 })
end)

test("waits inside a coroutine of the script name the remedy", function()
  raises("tm.sleep cannot wait inside a coroutine of your own; use tm.task",
    coroutine.wrap(function() tm.sleep(0) end))
  raises("attach cannot wait inside a coroutine of your own",
    coroutine.wrap(function() tm.attach "sim:" end))
  local game = harness.game()
  raises("game:step cannot wait inside a coroutine of your own",
    coroutine.wrap(function() game:step() end))
  raises("game:wait cannot wait inside a coroutine of your own",
    coroutine.wrap(function() game:wait "run_step" end))
end)

test("verbs inside a coroutine of the script work while a call is open", function()
  local game = harness.game()
  game:step()
  local state = coroutine.wrap(function() return game:get_simulation_state() end)()
  equal(state.race_time, game.time)
  game:once("run_step", function()
    state = coroutine.wrap(function()
      assert(game:horn())
      return (game:get_simulation_state())
    end)()
  end)
  game:step()
  equal(state.race_time, game.time)
end)

test("tasks may be started inside a coroutine of the script", function()
  local ran = false
  coroutine.wrap(function()
    tm.task(function()
      tm.sleep(0)
      ran = true
    end)
  end)()
  tm.sleep(0.01)
  equal(ran, true)
end)

test("tm.quit ends the program with its status, once the slice of Lua is over", function()
  for _, case in ipairs {
    { "tm.quit() io.write 'still '", 0, "still " },
    { "tm.quit(7)", 7, "" },
    { "tm.quit(3) tm.quit(4)", 3, "" },
    { "tm.task(function() tm.quit(5) end) tm.sleep(1000)", 5, "" },
    { "tm.quit(6) tm.sleep(1000)", 6, "" },
    { "tm.every(0.01, function() tm.quit(8) end)", 8, "" },
    { "tm.task(tm.sleep, 1000) tm.quit(9)", 9, "" },
  } do
    local output, status = child("local tm = require 'tm' " .. case[1])
    equal({ output, status }, { case[3], case[2] }, case[1])
  end
end)

test("tm.quit takes what can be an exit status", function()
  for _, code in ipairs { -1, 256, 1.5, "x", {} } do
    raises("bad argument #1 to 'quit'", function() tm.quit(code) end)
  end
end)

test("the program ends by itself when nothing is left to do", function()
  local output, status = child [[
    local tm = require "tm"
    local game = assert(tm.attach "sim:")
    game:on("run_step", function() end):cancel()
    tm.task(function() tm.sleep(0.02) print "task" end)
    print "chunk"]]
  equal({ output, status }, { "chunk\ntask\n", 0 })
end)

harness.run()
