-- Addresses, options, and what tm.attach says when there is no game.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, refused, contains, child = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains, harness.child

-- A name that nobody serves.
local function nobody()
  return "TMInterface_nobody_" .. tostring({}):match "0x(%x+)"
end

test("sim: is the embedded game, on the track that is named", function()
  for _, address in ipairs { "sim:", "sim:straight", "sim:easy", "sim:technical", "sim:laps",
    "sim:?speed=max", "sim:laps?speed=2.5", "sim:easy?speed=0" } do
    local game = harness.game(address)
    equal(game.address, address)
    equal(game.state, "attached")
    game:close()
  end
end)

test("without an address the first of the command line is meant", function()
  for _, case in ipairs { { "--sim", "sim:" }, { "--sim=laps", "sim:laps" },
    { "-a sim:easy -a sim:laps", "sim:easy" }, { "--attach=sim:technical", "sim:technical" } } do
    local output, status = child("print(assert(require 'tm'.attach()).address)", case[1])
    equal({ output, status }, { case[2] .. "\n", 0 })
  end
end)

test("an address of the script goes before that of the command line", function()
  local output = child("print(assert(require 'tm'.attach 'sim:laps').address)", "--sim=easy")
  equal(output, "sim:laps\n")
end)

test("a track that does not exist is refused with those that do", function()
  contains(refused("no_game", tm.attach "sim:monza"), "monza", "straight", "easy", "technical",
    "laps")
end)

test("addresses that mean nothing are refused, with what is wrong", function()
  for address, text in pairs {
    [""] = "is not the address of a game", ["sim"] = "is not the address of a game",
    ["TMInterface0"] = "is not the address of a game", ["file:x"] = "is not the address",
    [":"] = "is not the address", ["sim:easy?x=1"] = "unknown address option 'x=1'",
    ["sim:?speed"] = "unknown address option 'speed'", ["sim:?speed=fast"] = "speed must be",
    ["sim:?speed=-1"] = "speed must be", ["sim:?dialect=v1"] = "unknown address option",
    ["sim:?speed=nan"] = "speed must be",
    ["mapped:?dialect=v2"] = "unknown dialect 'v2'", ["mapped:?speed=1"] = "unknown address option",
    ["mapped:X?size=255"] = "size must be", ["mapped:X?size=16777217"] = "size must be",
    ["mapped:X?size=many"] = "size must be", ["mapped:X?size=300.5"] = "size must be",
    ["mapped:?pid=0"] = "pid must be", ["mapped:?pid=-1"] = "pid must be",
    ["mapped:X?pid=tmsim"] = "pid must be", ["mapped:?pid=1.5"] = "pid must be",
    ["mapped:?pid=2147483648"] = "pid must be", ["sim:?pid=1"] = "unknown address option",
    ["mapped:a/b"] = "is not the name of a game", ["mapped:../x"] = "is not the name of a game",
    ["mapped:.hidden"] = "is not the name", ["mapped:a b"] = "is not the name" } do
    contains(refused("invalid", tm.attach(address, { wait = 0 })), text)
  end
end)

test("a wrong address is known at once, whatever the wait", function()
  local since = tm.now()
  refused("invalid", tm.attach("mapped:a/b", { wait = 100 }))
  refused("no_game", tm.attach("sim:monza", { wait = 100 }))
  assert(tm.now() - since < 5)
end)

test("a name that is too long is no game", function()
  local game, message, code = tm.attach("mapped:" .. ("x"):rep(300), { wait = 0 })
  equal(game, nil)
  equal(type(message), "string")
  assert(code == "invalid" or code == "no_game", code)
end)

test("an address is a text", function()
  for _, address in ipairs { 1, {}, true } do
    raises("bad argument #1 to 'attach' (address expected, got " .. type(address), tm.attach,
      address)
  end
end)

test("options are wait, in seconds, and nothing else", function()
  raises("unknown option 'wiat' of attach", tm.attach, "sim:", { wiat = 1 })
  raises("unknown option '1' of attach", tm.attach, "sim:", { 5 })
  for _, wait in ipairs { -1, "1", 0 / 0, {} } do
    raises("wait must be seconds", tm.attach, "sim:", { wait = wait })
  end
  raises("bad argument #2 to 'attach'", tm.attach, "sim:", 5)
end)

test("the place of a wrong argument is the caller's", function()
  contains(raises("unknown option", function() tm.attach("sim:", { x = 1 }) end),
    "test_attach.lua:")
  contains(raises("bad argument", function() tm.attach(1) end), "test_attach.lua:")
end)

test("no game: at once, or after the wait", function()
  local name = nobody()
  for _, wait in ipairs { 0, 0.2 } do
    local since = tm.now()
    local message = refused("no_game", tm.attach("mapped:" .. name, { wait = wait }))
    local took = tm.now() - since
    assert(took >= wait and took < wait + 2, took)
    contains(message, name, ("within %g s"):format(wait), "--sim", "sim:")
  end
end)

test("the search for a game lets other tasks run", function()
  local count = 0
  local task = tm.every(0.01, function() count = count + 1 end)
  refused("no_game", tm.attach("mapped:" .. nobody(), { wait = 0.3 }))
  task:cancel()
  assert(count >= 1, count)
end)

test("a search can be cancelled", function()
  local task = tm.task(tm.attach, "mapped:" .. nobody(), { wait = 1000 })
  tm.sleep(0.02)
  equal(task:cancel(), true)
  tm.sleep(0)
  equal(task.status, "finished")
end)

test("a script that asserts a game ends with status 3 and one line", function()
  local name = nobody()
  local output, status = child(("assert(require 'tm'.attach('mapped:%s'))"):format(name), "-w 0")
  equal(status, 3)
  contains(output, "tmlua: ", name)
  equal(select(2, output:gsub("\n", "")), 1)
  output, status = child(("local game = require 'tm'.attach('mapped:%s') print(game)"):format(name),
    "-w 0")
  equal({ output, status }, { "nil\n", 0 })
end)

test("an error that has nothing to do with the game is status 1", function()
  local output, status = child(("require 'tm'.attach('mapped:%s') error 'other'"):format(nobody()),
    "-w 0")
  equal(status, 1)
  contains(output, "other", "stack traceback:")
end)

test("several games in one script", function()
  local games = {}
  for i = 1, 8 do games[i] = harness.game(i % 2 == 0 and "sim:straight" or "sim:laps") end
  for i = 1, 8 do equal(math.type(games[i]:step()), "integer") end
end)

test("attaching again and again leaves nothing behind", function()
  collectgarbage()
  for _ = 1, 200 do
    local game <close> = assert(tm.attach "sim:straight")
    game:step()
  end
  collectgarbage()
  assert(collectgarbage "count" < 20000, collectgarbage "count")
end)

test("tm.instances lists what there is", function()
  equal(select("#", tm.instances()), 1)
  for _, instance in ipairs(tm.instances()) do
    equal(instance.address, "mapped:" .. instance.name ..
      (instance.pid and "?pid=" .. instance.pid or ""))
    equal(math.type(instance.size), "integer")
    assert(({ free = 1, ["in use"] = 1, unknown = 1, gone = 1, denied = 1 })[instance.state],
      instance.state)
    equal(type(instance.program), instance.pid and "string" or "nil")
  end
end)

test("the vocabulary is there as data", function()
  assert(tm.version:match "^%d+%.%d+%.%d+$", tm.version)
  equal(tm.messages.S_ON_RUN_STEP.numbers.v1, 4)
  equal(tm.messages.S_ON_RUN_STEP.numbers.public, 2)
  for name, message in pairs(tm.messages) do
    assert(name:match "^[CS]_[A-Z_]+$", name)
    equal(message.sender, name:sub(1, 1) == "S" and "game" or "client", name)
    for _, field in ipairs { "shape", "fields", "reply" } do
      equal(type(message[field]), "string")
    end
    assert(next(message.numbers), name)
  end
end)

harness.run()
