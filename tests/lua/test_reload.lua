-- Running a script again in the same program: what ends with a run, what stays.
local harness = require "harness"
local test, equal, contains, child = harness.test, harness.equal, harness.contains, harness.child

-- A script that is run `runs` times; `body` has the globals `run`, `tm`, `reload`.
local function script(runs, body)
  return ([[
io.stdout:setvbuf "no"
tm, reload = require "tm", require "tm.reload"
run = (run or 0) + 1
if ended then table.sort(ended) print(table.concat(ended, "\n")) end
if run > %d then tm.quit(0) return end
%s]]):format(runs, body)
end

local function says(expected, runs, body, options)
  local output, status = child(script(runs, body), options)
  equal(output, expected)
  equal(status, 0)
end

test("a run that ends closes the variables of its tasks, in whatever they wait", function()
  says("sleeps nil\nsteps nil\nyields nil\n", 1, [[
local game = assert(tm.attach "sim:")
local log = {}
local function task(name, wait)
  tm.task(function()
    local function note(_, message) log[#log + 1] = name .. " " .. tostring(message) end
    local _ <close> = setmetatable({}, { __close = note })
    wait()
    print "must not go on"
  end)
end
task("steps", function() game:step(1000000) end)
task("sleeps", function() while true do pcall(tm.sleep, 100) end end)
task("yields", function() while true do coroutine.yield() end end)
tm.sleep(0.01)
ended = log
reload.reload()]])
end)

test("a __close that fails is told, and one that wants a task gets none", function()
  local output, status = child(script(1, [[
tm.task(function()
  local _ <close> = setmetatable({}, { __close = function() error "in close" end })
  tm.sleep(100)
end)
tm.task(function()
  local _ <close> = setmetatable({}, { __close = function() print(pcall(tm.task, print)) end })
  tm.sleep(100)
end)
tm.task(function()
  local _ <close> = setmetatable({}, { __close = function() tm.sleep(1) end })
  tm.sleep(100)
end)
reload.reload()]]))
  contains(output, "in close", "no task can be started while the run ends",
    "tm.sleep cannot wait inside this callback")
  equal(status, 0)
end)

test("hooks go, and so do those that they and tasks have made", function()
  says("first\nsecond 0\n", 2, [[
local game = assert(tm.attach "sim:")
if run == 1 then
  calls = 0
  game:on("run_step", function()
    calls = calls + 1
    if calls > 1 then return end
    game:on("run_step", function() calls = calls + 1 end)
    tm.task(function()
      game:on("run_step", function() calls = calls + 1 end)
      while true do game:step() calls = calls + 1 end
    end)
  end)
  while calls < 100 do game:step() end
  print "first"
  reload.reload()
else
  local before = calls
  game:step(100)
  print("second " .. calls - before)
  reload.reload()
end]])
end)

test("the same address is the same game, two of them in their order", function()
  says("true true true\ntrue true true\n", 2, [[
local a, b = assert(tm.attach "sim:"), assert(tm.attach "sim:")
first, second = first or a, second or b
print(tostring(a == first) .. " " .. tostring(b == second) .. " " .. tostring(a ~= b))
reload.reload()]])
end)

test("registered is told to each run once, to its hooks and to a task that waits", function()
  says("hook 1\nwait 1\nhook 2\nwait 2\n", 2, [[
local game = assert(tm.attach "sim:")
game:on("registered", function() print("hook " .. run) end)
assert(game:wait("registered", 10))
print("wait " .. run)
game:step(50)
reload.reload()]])
end)

test("registered comes before the first call, and its hooks can ask the game", function()
  says(("registered\ttrue\nasked\ttrue\n"):rep(2), 2, [[
local game = assert(tm.attach "sim:")
local registered, ok
game:on("registered", function()
  registered = true
  ok = game:set_timeout(3000)
end)
game:once("run_step", function() print("registered", registered) end)
game:step(20)
print("asked", ok)
reload.reload()]])
end)

test("a game that is not asked for again is closed behind the main chunk", function()
  says("attached\nclosed closed attached\n", 2, [[
if run == 1 then
  one, two = assert(tm.attach "sim:"), assert(tm.attach "sim:easy")
  three = assert(tm.attach "sim:laps")
  two:close()
  print(one.state)
  reload.reload()
else
  assert(tm.attach "sim:laps")
  tm.task(function()
    tm.sleep(0.01)
    print(one.state .. " " .. two.state .. " " .. three.state)
    reload.reload()
  end)
end]])
end)

test("speed, timeout and fields of a game stay, a pause does not", function()
  says("3000 mine 2000\n4000 mine 4000\n", 2, [[
local game = assert(tm.attach "sim:")
if run == 1 then
  game.own = "mine"
  local before = game.timeout
  game:set_timeout(3000)
  print(("%d %s %d"):format(game.timeout, game.own, before))
  game:set_timeout(4000)
  game:step()
  game:pause()
else
  local patience = game.timeout
  game:step(5)
  print(("%d %s %d"):format(game.timeout, game.own, patience))
end
reload.reload()]])
end)

test("a command of the old run is not answered by its code", function()
  says("new\n", 2, [[
local game = assert(tm.attach "sim:")
local text = run == 1 and "old" or "new"
local function use() print(text) end
local function register() return game:register_custom_command("note", use) end
assert(register())
assert(select(3, register()) == "command_already_registered")
if run == 2 then assert(game:execute_command "note") game:step(2) end
reload.reload()]])
end)

test("a hook that waits in a call is ended, and the call is answered", function()
  says("waits\ngoes on\n", 2, [[
local game = assert(tm.attach "sim:")
if run == 1 then
  game:once("run_step", function()
    print "waits"
    reload.reload()
    pcall(tm.sleep, 100)
    print "must not go on"
  end)
else
  game:step(100)
  print "goes on"
  reload.reload()
end]])
end)

test("engines and servers of the run are closed, and their hooks hear nothing", function()
  says("closed closed\nport is free\n", 2, [[
if run == 1 then
  server = assert(tm.listen "127.0.0.1:0")
  engine = assert(tm.connect("127.0.0.1:" .. server.port))
  server:on("closed", function() print "server's hook" end)
  engine:on("disconnected", function() print "engine's hook" end)
  engine:wait("connected", 10)
  tm.task(function() engine:ping() tm.sleep(100) end)
else
  print(server.state .. " " .. engine.state)
  local again = assert(tm.listen("127.0.0.1:" .. server.port))
  print(again.port == server.port and "port is free")
end
reload.reload()]])
end)

test("arg, package.path and modules are as at first", function()
  says("true 3 true\ntrue 3 true\n", 2, [[
local path = package.path
print(("%s %d %s"):format(arg[0] ~= nil and arg[1] == nil, x, path == (first or path)))
first, arg[1], package.path = first or path, "more", "elsewhere;" .. path
reload.reload()]], "-e 'x = 3'")
end)

test("-e and -l are run again, in their order", function()
  says("1 1\n2 2\n", 2, [[
print(count .. " " .. run)
reload.reload()]], "-e 'count = (count or 0) + 1' -l tm.log -e 'assert(count == (run or 0) + 1)'")
end)

test("what does not compile leaves the run as it is", function()
  local output, status = child(([[
local tm, reload = require "tm", require "tm.reload"
local file <close> = assert(io.open(arg[0], "a"))
file:write "\nlocal x = = 1"
file:close()
print(select("#", reload.reload()), (select(2, reload.reload())))
tm.sleep(0.01)
print "goes on"]]))
  local place = ":8: unexpected symbol near '='"
  contains(output, "tmlua: ", place, "2\t", "goes on\n")
  equal(status, 0)
end)

test("an error of the new run is the end, as of any run", function()
  local output, status = child [[
run = (run or 0) + 1
if run == 2 then error "second" end
require "tm.reload".reload()]]
  contains(output, ":2: second")
  equal(status, 1)
end)

harness.run()
