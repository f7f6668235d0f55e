-- Engines at both ends, in one process over a real connection: what is asked and answered.

local tm = require "tm"
local harness = require "tests.lua.harness"

local test, equal, contains = harness.test, harness.equal, harness.contains
local raises, refused = harness.raises, harness.refused

-- A server on a port of its own and a client of it, both closed behind the test.
local function pair(body, server_options, client_options)
  local server <close> = assert(tm.listen("127.0.0.1:0", server_options))
  local engine <close> = assert(tm.connect(server.address, client_options))
  body(engine, server)
end

local function picture(width, height, seed)
  local image = tm.image(width, height)
  for y = 0, height - 1 do
    for x = 0, width - 1 do
      image:set_pixel(x, y, (x * 7 + seed) % 256, (y * 11 + seed) % 256, (x * y) % 256, 255)
    end
  end
  return image
end

test("a ping comes back, and takes some time", function()
  pair(function(engine)
    for _ = 1, 3 do
      local seconds = assert(engine:ping())
      assert(seconds > 0 and seconds < 5, seconds)
    end
    equal(engine.state, "connected")
    equal(engine.queued, 0)
  end)
end)

test("hooks hear that a connection is there and that it ends", function()
  pair(function(engine, server)
    local peer = assert(server:wait("connected", 5))
    equal(tostring(peer):match "^client 1 at 127.0.0.1:%d+$" ~= nil, true)
    equal(#server.peers, 1)
    assert(engine:ping())
    peer:close()
    contains(assert(engine:wait("disconnected", 5)), "closed by the other side")
    equal(peer.state, "closed")
    refused("closed", peer:log("info", "late"))
    assert(engine:wait("connected", 5) == nil, "and comes back")
    equal(engine.state, "connected")
  end)
end)

test("logs have a level, a text and perhaps an id", function()
  pair(function(engine, server)
    local seen = {}
    engine:on("log", function(from, level, text, id)
      assert(from == engine)
      seen[#seen + 1] = { level, text, id or "none" }
    end)
    local peer = assert(server:wait("connected", 5))
    assert(peer:log("warning", "Grüße, 世界"))
    assert(peer:log("fatal", "", 77))
    assert(peer:log("trace", ("x"):rep(70000)))
    server:log("info", "to all")
    while #seen < 4 do assert(engine:ping()) end
    equal(seen[1], { "warning", "Grüße, 世界", "none" })
    equal(seen[2], { "fatal", "", 77 })
    equal(#seen[3][2], 65536)
    equal(seen[4], { "info", "to all", "none" })
    raises("invalid option 'loud'", peer.log, peer, "loud", "text")
  end)
end)

test("a screenshot arrives as it was sent, the right way up", function()
  pair(function(engine, server)
    server:on("screenshot", function(_, _, width, height) return picture(width, height, 5) end)
    for _, sides in ipairs { { 1, 1 }, { 7, 3 }, { 640, 360 } } do
      local image = assert(engine:screenshot(sides[1], sides[2]))
      equal({ image.width, image.height }, sides)
      equal(image:bytes() == picture(sides[1], sides[2], 5):bytes(), true)
    end
  end)
end)

test("a bare screenshot does too", function()
  pair(function(engine, server)
    server:on("screenshot", function(_, _, width, height) return picture(width, height, 9) end)
    local image = assert(engine:screenshot(31, 17))
    equal(image:bytes() == picture(31, 17, 9):bytes(), true)
  end, { bare_screenshots = true })
end)

test("screenshots are asked for one at a time, and come in that order", function()
  pair(function(engine, server)
    local widths, waiting, most = {}, 0, 0
    server:on("screenshot", function(_, peer, width, height)
      waiting = waiting + 1
      most = math.max(most, peer.asked)
      tm.sleep(0.01)
      waiting = waiting - 1
      equal(waiting, 0)
      return picture(width, height, 1)
    end)
    for width = 1, 8 do
      tm.task(function()
        local image = assert(engine:screenshot(width, 2))
        widths[#widths + 1] = image.width
      end)
    end
    while #widths < 8 do tm.sleep(0.01) end
    equal(widths, { 1, 2, 3, 4, 5, 6, 7, 8 })
    equal(most, 1)
  end)
end)

test("a call is answered by the log with its id", function()
  pair(function(engine, server)
    local seen
    server:on("command", function(_, peer, method, ...)
      seen = table.pack(method, ...)
      if method == "add" then return tostring((...) + select(2, ...)) end
      if method == "fail" then return nil, "not today" end
      if method == "odd" then peer:log("info", "of nobody", 999999) end
    end)
    local other = {}
    engine:on("log", function(_, _, text, id) other[#other + 1] = { text, id } end)
    equal(engine:call("add", 3, 4), "7")
    equal(seen.n, 3)
    equal(engine:call("nothing", { 1, 2, { x = 1.5 } }, "text", true), "ok")
    equal(seen[2], { 1, 2, { x = 1.5 } })
    equal({ seen[3], seen[4] }, { "text", true })
    equal(refused("refused", engine:call("fail")), "not today")
    equal(engine:call("odd"), "ok")
    equal(other, { { "of nobody", 999999 } })
    assert(engine:notify("add", 1, 2))
    assert(engine:ping())
    equal(other[2][1], "3")
    raises("cannot", engine.notify, engine, "add", print)
  end)
end)

test("frames of other kinds are passed on raw, both ways", function()
  pair(function(engine, server)
    local got = {}
    server:on("frame", function(_, peer, kind, body) peer:send(kind, body:reverse()) end)
    engine:on("frame", function(_, kind, body) got[#got + 1] = { kind, body } end)
    assert(server:wait("connected", 5))
    assert(engine:send(6, "proto"))
    assert(engine:send(0xF0, "\0\1\2"))
    assert(engine:send(7, ""))
    assert(engine:ping())
    equal(got, { { 6, "otorp" }, { 0xF0, "\2\1\0" }, { 7, "" } })
    raises("0 to 255", engine.send, engine, 256, "")
  end)
end)

test("what is wrong with a frame is told at both ends, and the connection goes on", function()
  pair(function(engine, server)
    local warnings, ours, logs = {}, {}, {} -- which end hears first is left to the system
    server:on("warning", function(_, _, text) warnings[#warnings + 1] = text end)
    engine:on("warning", function(_, text) ours[#ours + 1] = text end)
    engine:on("log", function(_, level, text) logs[#logs + 1] = level .. " " .. text end)
    local peer = assert(server:wait("connected", 5))
    assert(engine:send(0, "abc"))
    assert(engine:send(3, "short"))
    assert(engine:send(5, "\xc1"))
    assert(peer:send(0, ""))
    assert(engine:ping())
    contains(warnings[1], "kind 0", "3 bytes")
    contains(warnings[2], "another size", "ask screenshot")
    contains(ours[1], "kind 0, which is invalid (invalid, 0 bytes")
    contains(table.concat(logs, "\n"), "error a frame of kind 0", "there are no commands here")
  end)
end)

test("requests wait for a connection and end at their time with the reason", function()
  local server = assert(tm.listen "127.0.0.1:0")
  local address = server.address
  server:close()
  local engine <close> = assert(tm.connect(address, { timeout = 0.3 }))
  local before = tm.now()
  contains(refused("timeout", engine:ping()), address, "not connected", "refused")
  contains(refused("timeout", engine:screenshot(4, 4, 0.1)), "not connected")
  assert(tm.now() - before < 5)
  refused("closed", engine:notify "hello")
  refused("closed", engine:send(7, ""))
  equal(engine.state ~= "connected", true)
  contains(engine.reason, "refused")
  -- It is tried again until somebody is there.
  local waiting
  tm.task(function() waiting = assert(engine:ping(10)) end)
  local later <close> = assert(tm.listen(address))
  equal(later.address, address)
  assert(later:wait("connected", 10))
  while not waiting do tm.sleep(0.01) end
end)

test("a server without pictures says so, and the request ends at its time", function()
  pair(function(engine)
    local said
    engine:on("log", function(_, level, text) said = level .. ": " .. text end)
    contains(refused("timeout", engine:screenshot(8, 8, 0.2)), "not answered in time",
      "the last error was: there are no screenshots here")
    equal(said, "error: there are no screenshots here")
    assert(engine:wait("connected", 5) == nil)
    assert(engine:ping())
  end)
end)

test("a silent server costs a request its time and nobody else any", function()
  pair(function(engine, server)
    server:on("screenshot", function() end)
    local ticks = 0
    local ticker = tm.every(0.01, function() ticks = ticks + 1 end)
    refused("timeout", engine:screenshot(8, 8, 0.3))
    ticker:cancel()
    assert(ticks >= 10, ticks)
  end)
end)

test("a cancelled task leaves nothing behind", function()
  pair(function(engine, server)
    local asked = 0
    server:on("screenshot", function(_, _, width, height)
      asked = asked + 1
      if asked > 1 then return picture(width, height, 2) end
    end)
    local task = tm.task(function() engine:screenshot(5, 5) end)
    while asked == 0 do tm.sleep(0.005) end
    equal(task:cancel(), true)
    equal(assert(engine:screenshot(6, 6)).width, 6)
    local pinging = tm.task(function() engine:ping() end)
    pinging:cancel()
    assert(engine:ping())
  end)
end)

test("too much to be sent is refused, and flush waits until it is sent", function()
  pair(function(engine, server)
    local count, received = 0, 0
    server:on("frame", function(_, _, _, body) received = received + #body end)
    assert(engine:ping())
    local block = ("x"):rep(1024 * 1024)
    local ok, message, code
    repeat
      ok, message, code = engine:send(9, block)
      if ok then count = count + 1 end
    until not ok
    refused("busy", ok, message, code)
    contains(message, "too much waits")
    assert(count >= 4 and count < 64, count)
    assert(engine.queued > 0)
    assert(engine:flush(10))
    equal(engine.queued, 0)
    assert(engine:ping(10))
    equal(received, count * #block)
    refused("too_long", engine:send(9, ("x"):rep(9 * 1024 * 1024)))
  end)
end)

test("once, cancel and wait", function()
  pair(function(engine, server)
    local once, cancelled = 0, 0
    engine:once("log", function() once = once + 1 end)
    local hook = engine:on("log", function() cancelled = cancelled + 1 end)
    local peer = assert(server:wait("connected", 5))
    peer:log("info", "1")
    peer:log("info", "2")
    assert(engine:ping())
    equal({ once, cancelled }, { 1, 2 })
    hook:cancel()
    hook:cancel()
    tm.task(function() peer:log("info", "3") end)
    local level, text, id = engine:wait("log", 5)
    equal({ level, text, id == nil }, { "info", "3", true })
    equal({ once, cancelled }, { 1, 2 })
    refused("timeout", engine:wait("log", 0.02))
    raises("unknown event 'logs'; there are: closed connected", engine.on, engine, "logs", print)
    raises("function expected", engine.on, engine, "log", {})
    raises("function expected", engine.on, engine, "log")
  end)
end)

test("a closed client refuses everything, once and for all", function()
  pair(function(engine, server)
    assert(engine:ping())
    local reason, was_closed
    engine:on("disconnected", function(_, why) reason = why end)
    engine:on("closed", function() was_closed = true end)
    tm.task(function() refused("closed", engine:screenshot(3, 3)) end)
    tm.task(function() refused("closed", engine:wait "log") end)
    engine:close()
    engine:close()
    equal({ reason, was_closed, engine.state }, { "closed", true, "closed" })
    refused("closed", engine:ping())
    refused("closed", engine:screenshot(1, 1))
    refused("closed", engine:call "help")
    refused("closed", engine:wait "log")
    assert(server:wait("disconnected", 5))
    server:close()
    equal({ server.state, #server.peers }, { "closed", 0 })
  end)
end)

test("a client that is not to come back closes with its connection", function()
  pair(function(engine, server)
    assert(engine:ping())
    server.peers[1]:close()
    engine:wait("closed", 5)
    equal(engine.state, "closed")
  end, nil, { reconnect = false })
end)

test("addresses and options are checked", function()
  refused("invalid", tm.connect "no where")
  refused("invalid", tm.connect "host:99999")
  refused("invalid", tm.listen "[::1")
  raises("unknown option 'timout'", tm.connect, "127.0.0.1", { timout = 1 })
  raises("option 'timeout'", tm.connect, "127.0.0.1", { timeout = "5" })
  raises("string expected", tm.connect, 4242)
  local server <close> = assert(tm.listen "engine:127.0.0.1:0")
  assert(server.port > 0)
  equal(server.address, "127.0.0.1:" .. server.port)
  contains(refused("busy", tm.listen(server.address)), server.address, "in use")
  local engine <close> = assert(tm.connect("engine:" .. server.address))
  equal(engine.address, server.address)
  equal(tostring(engine), "engine " .. server.address)
  raises("argument", engine.screenshot, engine, 0, 10)
  raises("argument", engine.screenshot, engine, 10)
  raises("argument", engine.screenshot, engine, 20000, 10)
  raises("negative", engine.ping, engine, -1)
end)

test("a game is answered while an engine is silent", function()
  pair(function(engine, server)
    server:on("screenshot", function() end)
    local game = harness.game "sim:easy?speed=1"
    local shot
    tm.task(function() shot = table.pack(engine:screenshot(64, 64, 0.5)) end)
    local steps, since = 0, tm.now()
    while not shot do
      assert(game:step())
      steps = steps + 1
    end
    equal(shot[3], "timeout")
    assert(steps >= (tm.now() - since) * 100 * 0.5, steps)
  end)
end)

harness.run()
