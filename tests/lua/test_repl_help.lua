-- :help and ?NAME: everything that is there is explained.
local harness = require "harness"
local prompt = require "prompt"
local stubs = require "tm.repl.stubs"
local test, equal, contains = harness.test, harness.equal, harness.contains
local read, repl = prompt.read, prompt.repl
local native = package.loaded["tm.native"]

test(":help lists every command, within the width of a terminal", function()
  local text = read ":help"
  text = "\n" .. text
  for _, command in pairs(repl.commands) do contains(text, "\n" .. command.usage) end
  text = text:sub(2)
  for line in text:gmatch "[^\n]+" do assert(utf8.len(line) <= 80, line) end
  equal(read "?", text)
end)

test("every command explains itself", function()
  for name, command in pairs(repl.commands) do
    for _, question in ipairs { ":help " .. name, "?:" .. name } do
      local text = read(question)
      contains(text, command.usage)
      for line in command.help:gmatch "[^\n]+" do contains(text, line) end
    end
  end
end)

test("every function of the stubs is found by its name, and by its full name", function()
  local count = 0
  for _, name in ipairs(native.meta()) do
    for owner, mark, method in native.meta(name):gmatch "\nfunction ([%w_]+)([.:])([%w_]+)%(" do
      count = count + 1
      contains(read("?" .. method), mark .. method .. "(")
      local display = ({ Log = "tm.log", msgpack = "tm.msgpack", EngineServer = "server",
        EnginePeer = "peer" })[owner] or owner:lower()
      contains(read(("?%s.%s"):format(display, method)), display .. mark .. method .. "(")
      contains(read(("?%s%s%s"):format(display, mark, method)), display .. mark .. method .. "(")
    end
  end
  assert(count > 100, count)
end)

test("everything that the stubs tell is found", function()
  for _, entry in ipairs(stubs.entries()) do
    local text = read("?" .. entry.name)
    assert(not text:find "nothing is known", entry.name)
  end
end)

test("an explanation has arguments, their kinds, and results", function()
  local text = read "?game.step"
  contains(text, "game:step([count], [event])", "Goes on by that many steps",
    "count        integer",
    "(optional)", "-> ", "race time, ms", '"lost", "shutdown", "closed"')
  equal(read "?game:step", text)
  equal(read "? game.step ", text)
  equal(read ":help game.step", text)
  equal(read "?game:step()", text)
  contains(read "?tm.attach", "tm.attach([address], [options])", "mapped:NAME")
end)

test("a name that is both a command and a function is explained as both", function()
  contains(read "?step", ":step [N]", "game:step([count], [event])")
end)

test("classes, fields, events and code words", function()
  contains(read "?game", "game (tm.Game)", "game:step([count], [event])",
    "game.time  integer race time")
  contains(read "?state", "state (tm.State)", "state.position", "state:save(path, [form])")
  contains(read "?tm.DrawOptions", "track")
  contains(read "?state.position", "state.position  tm.Vector")
  contains(read "?run_step", '"run_step"', "a step of a race", "(tm.Event)")
  contains(read "?on_run_step", '"run_step"')
  contains(read "?too_long", '"too_long"', "(tm.Code)")
  contains(read "?tm.msgpack.decode", "tm.msgpack.decode(bytes, [position], [options])")
end)

test("a name that is not there leads to those that are like it", function()
  contains(read "?rewind", "nothing is known about 'rewind'; there is ", "game:rewind_to_state")
  equal(read "?qqqq", "nothing is known about 'qqqq'")
  equal(read ":help qqqq", "nothing is known about 'qqqq'")
  contains(read "?%", "nothing is known about '%'")
end)

test("the texts are in the program", function()
  local names = native.meta()
  assert(#names >= 8)
  equal(native.meta "meta.nothing", nil)
  equal(pcall(require, "meta.tm"), false)
  local text = read "?game.step"
  local output = harness.child("require 'tm.repl'.read '?game.step'")
  equal(output, text .. "\n")
end)

harness.run()
