-- Programs that are started from Lua, for the search that puts workers onto several processors.
local tm = require "tm"
local native = require "tm.native"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local function start(...)
  return assert(native.start_child { ... })
end

-- The test as a whole has a deadline.
local function status_of(child)
  while not child.status do tm.sleep(0.001) end
  return child.status
end

local function is_running(pid)
  return os.execute(("kill -0 %d 2>/dev/null"):format(pid)) == true
end

test("how they end is told", function()
  local cases = { [0] = { "/bin/true" }, { "/bin/false" }, [42] = { "/bin/sh", "-c", "exit 42" },
    [128 + 15] = { "/bin/sh", "-c", "kill -TERM $$" } }
  for status, arguments in pairs(cases) do
    local child <close> = assert(native.start_child(arguments))
    assert(math.type(child.pid) == "integer" and child.pid > 1)
    equal(status_of(child), status)
    equal(is_running(child.pid), false)
    equal(tostring(child), ("child %d: ended with %d"):format(child.pid, status))
    child:kill()
    equal(child.status, status)
  end
end)

test("one that is killed has the status of the signal", function()
  local child <close> = start("/bin/sleep", "1000")
  equal(child.status, nil)
  equal(tostring(child), ("child %d: runs"):format(child.pid))
  child:kill()
  child:kill()
  equal(status_of(child), 137)
end)

test("closing ends it, and twice is fine", function()
  local child = start("/bin/sleep", "1000")
  child:close()
  equal(child.status, 137)
  child:close()
  child:kill()
  local other <close> = start("/bin/true") -- looks after those that have ended
  repeat local _ = other.status until not is_running(child.pid)
  equal(tostring(child), ("child %d: ended with 137"):format(child.pid))
end)

test("one that nobody holds ends", function()
  local pid = start("/bin/sleep", "1000").pid
  collectgarbage()
  local other <close> = start("/bin/true")
  repeat local _ = other.status until not is_running(pid)
end)

test("many at once", function()
  local all = {}
  for i = 1, 30 do all[i] = start("/bin/sh", "-c", "exit $0", tostring(i)) end
  for i, child in ipairs(all) do equal(status_of(child), i) end
end)

test("what is not there is refused by name", function()
  equal(refused("system", native.start_child { "/no/such/program", "x" }),
    "/no/such/program: no such file or directory")
  equal(refused("denied", native.start_child { "/etc/passwd" }),
    "/etc/passwd: permission denied")
end)

test("wrong arguments are errors", function()
  raises("table expected", native.start_child, "/bin/true")
  raises("a program and its arguments expected", native.start_child, {})
  raises("texts without zeros expected", native.start_child, { "/bin/true", 1 })
  raises("texts without zeros expected", native.start_child, { "/bin/true", "a\0b" })
  local child <close> = start "/bin/true"
  raises("tm.child expected", child.kill, io.stdout)
  equal(child.nothing, nil)
end)

test("its output is ours, its input is empty", function()
  local output, status = harness.child([[
    local native, tm = require "tm.native", require "tm"
    local child = assert(native.start_child { "/bin/sh", "-c",
      "echo out \"$0\" \"$1\"; echo err >&2; cat; exit 3", "*", "$HOME 'x'" })
    while not child.status do tm.sleep(0.001) end
    tm.quit(child.status)]])
  equal({ output, status }, { "out * $HOME 'x'\nerr\n", 3 })
end)

test("streams that are closed do no harm", function()
  local code = [[
    local native, tm = require "tm.native", require "tm"
    local child = assert(native.start_child { "/bin/sh", "-c", "exit 7" })
    while not child.status do tm.sleep(0.001) end
    io.stdout:write "x"
    tm.quit(io.stdout:flush() and 8 or child.status)]]
  for _, streams in ipairs { ">&-", "2>&-", "<&-", ">&- 2>&- <&-" } do
    local wants = streams:find "^>" and 7 or 8
    local command = ("'%s' -e '%s' >/dev/null %s"):format(native.program, code, streams)
    local _, _, status = os.execute(command)
    equal(status, wants, streams)
  end
end)

test("our own program, and the processors", function()
  assert(native.processors() >= 1)
  local child <close> = assert(native.start_child { native.program, "-e", "os.exit(9)" })
  equal(status_of(child), 9)
end)

-- One that were left would not hold the test up, nor stay for long.
local SLEEP = "exec sleep 30 >&- 2>&-"

-- However the program ends, unless it is killed outright.
for name, ending in pairs { returning = "", quitting = "require 'tm'.quit(0)",
  exiting = "os.exit(0)", ["exiting after all is closed"] = "os.exit(0, true)",
  failing = "error 'x'" } do
  test("children end with a program: " .. name, function()
    local output = harness.child([[
      local child = require "tm.native".start_child { "/bin/sh", "-c", "]] .. SLEEP .. [[" }
      print(child.pid)
      io.stdout:flush()
      ]] .. ending)
    equal(is_running(tonumber(output:match "^%d+")), false)
  end)
end

test("children end with the run of the script that has made them", function()
  local output = harness.child([[
    local native, tm = require "tm.native", require "tm"
    if pid then
      local other = native.start_child { "/bin/true" }
      while not other.status do tm.sleep(0.001) end
      repeat local _ = other.status until not os.execute("kill -0 " .. pid .. " 2>/dev/null")
      print "gone"
      tm.quit()
    else
      child = native.start_child { "/bin/sh", "-c", "]] .. SLEEP .. [[" }
      pid = child.pid
      print(require "tm.reload".reload())
    end]])
  contains(output, "true\ngone\n")
end)

harness.run()
