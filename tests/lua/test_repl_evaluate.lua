-- Lines of Lua at the prompt: what they print, when they are complete, how they fail.
local tm = require "tm"
local harness = require "harness"
local prompt = require "prompt"
local test, equal, contains = harness.test, harness.equal, harness.contains
local read, repl = prompt.read, prompt.repl

test("an expression prints its value, a statement nothing", function()
  equal(read "1 + 1", "2")
  equal(read "x_of_test = 7", "")
  equal(read "x_of_test", "7")
  equal(read "nil", "nil")
  equal(read "print", "function (C)")
  equal(read "(function() end)()", "")
  equal(read "= 4", "4")
  equal(read "", "")
  equal(read "-- nothing", "")
end)

test("several values stand in one line if they fit, else below each other", function()
  equal(read "1, 'a', nil", '1  "a"  nil')
  local text = read "('x'):rep(50), ('y'):rep(50)"
  equal(text, ('"%s"\n"%s"'):format(("x"):rep(50), ("y"):rep(50)))
end)

test("_ is the last value, and locals end with their line", function()
  read "'first', 'second'"
  equal(read "_", '"first"')
  read "local gone = 1"
  equal(read "gone", "nil")
  read "6 * 7"
  equal(read "_ + 1", "43")
  equal(read "local t = 1", "")
  equal(read "_", "43")
end)

test("strings are quoted, with escapes", function()
  equal(read [['a\n"b"\t\\']], [["a\n\"b\"\t\\"]])
  equal(read [['\0\255']], [["\x00\xFF"]])
  equal(read "'über'", '"über"')
  local text = read "('x'):rep(5000)"
  contains(text, "… (5000 bytes)")
  assert(#text < 2100)
end)

test("tables: list first, keys sorted, what is no name in brackets", function()
  equal(read "{ 1, 2, b = 1, a = { x = 'y' }, [10] = 3, ['no name'] = 4, ['end'] = 5 }",
    '{ 1, 2, [10] = 3, a = { x = "y" }, b = 1, ["end"] = 5, ["no name"] = 4 }')
  equal(read "{}", "{}")
  equal(read "{ [true] = 1, [1.5] = 2 }", "{ [true] = 1, [1.5] = 2 }")
end)

test("tables that are wider than the screen take several lines", function()
  equal(read "{ a = ('x'):rep(40), b = ('y'):rep(40) }", ('{\n  a = "%s",\n  b = "%s"\n}'):format(
    ("x"):rep(40), ("y"):rep(40)))
end)

test("cycles end, and what is there twice is shown twice", function()
  equal(read "local t = { 1 } t.self = t return t", "{ 1, self = <cycle> }")
  equal(read "local t = { 1 } return { t, t }", "{ { 1 }, { 1 } }")
end)

test("long tables are cut with a count, deep and large ones come to an end", function()
  local text = read "local t = {} for i = 1, 1000 do t[i] = i end return t"
  contains(text, "1, ", "50", "… 950 more")
  text = read "local t = {} for i = 1, 100 do t = { t } end return t"
  contains(text, "{…}")
  text = read "_G"
  assert(#text < 20000, #text)
  contains(text, "_G = <cycle>", "… ")
end)

test("__tostring is used, and may fail", function()
  equal(read "setmetatable({}, { __tostring = function() return 'mine' end })", "mine")
  contains(read "setmetatable({}, { __tostring = function() error 'no' end })", "__tostring fails")
  contains(read "setmetatable({}, { __index = error, __len = error, __pairs = error })", "{}")
end)

test("states, vectors, events, images and games are told in short", function()
  prompt.at("sim:", 0)
  contains(read "game", "game (sim:, attached)")
  contains(read "game:get_simulation_state()", "state 0.00 s: position (", "km/h")
  contains(read "game:get_simulation_state().position", "(0, ")
  contains(read "game:get_event_buffer()", "events (1", "_FakeIsRaceRunning")
  equal(read "tm.image(4, 3)", "image 4x3")
  equal(read "{ tm.image(4, 3) }", "{ image 4x3 }")
  contains(read "tm.connect()", "engine 127.0.0.1:4242")
  equal(read "tm.task(function() end)", "task (finished)")
  prompt.clean()
end)

test("the Lua parser decides what is complete", function()
  local _, result = read "for i = 1, 2 do"
  equal(result, "more")
  local text
  text, result = read "print_of_test = i"
  equal({ text, result }, { "", "more" })
  text, result = read "end"
  equal({ text, result }, { "", "done" })
  equal(read "print_of_test", "2")
  equal(select(2, read "{ 1,"), "more")
  equal(read "2 }", "{ 1, 2 }")
  equal(select(2, read "s_of_test = [["), "more")
  equal(select(2, read ":help"), "more")
  read "]]"
  equal(read "s_of_test", [[":help\n"]])
end)

test("a blank line belongs to the chunk, a second one gives it up", function()
  read "do"
  equal(select(2, read ""), "more")
  equal(select(2, read "x_of_test = 1"), "more")
  equal(select(2, read "end"), "done")
  equal(read "x_of_test", "1")
  read "do"
  read ""
  local text, result = read ""
  equal(result, "done")
  contains(text, "'end' expected", "near <eof>")
  equal(read "1", "1")
end)

test("an incomplete chunk can be given up, and its prompt is as wide as the first", function()
  local first = repl.prompt()
  read "do"
  equal(utf8.len(repl.prompt()), utf8.len(first))
  contains(repl.prompt(), "…> ")
  repl.give_up()
  equal(repl.prompt(), first)
  equal(read "1", "1")
end)

test("several lines at once", function()
  equal(read "local a = 1\nlocal b = 2\nreturn a + b", "3")
end)

test("an error has a traceback without frames of the prompt", function()
  local text = read "local function f() error 'oh no' end f()"
  contains(text, "prompt:1: oh no", "stack traceback:", "in local 'f'", "in main chunk")
  assert(not text:find "lua/tm/repl", text)
  assert(not text:find "xpcall", text)
  equal(read "1", "1")
end)

test("errors of any kind are shown", function()
  contains(read "error { code = 5 }", "error object: { code = 5 }")
  contains(read "error()", "nil")
  contains(read "error(setmetatable({}, { __tostring = function() return 'mine' end }))", "mine")
  equal(read "x y", "prompt:1: syntax error near 'y'")
  contains(read "local t = nil; t.x = 1", "attempt to index a nil value (local 't')")
end)

test("a line may wait, and the game goes on for it", function()
  local game = prompt.at "sim:"
  local time = game:step()
  equal(read "tm.sleep(0)", "")
  assert(tonumber((read "game:step()")) > time)
  prompt.clean()
end)

test("a refusal shows its message and code", function()
  prompt.at "sim:"
  read ":detach"
  contains(read "game:step()", 'nil  "', '"closed"')
  prompt.clean()
end)

test("without a game the error says so", function()
  game = nil -- luacheck: ignore 111
  contains(read "game:step()", "global 'game'", "no game is attached")
end)

test("what takes too long is interrupted, with a word about :hold", function()
  local game = prompt.at "sim:"
  game:set_timeout(300)
  local text = read "game:horn() while true do end"
  contains(text, "interrupted: no progress", ":hold LINE")
  equal(game.state, "attached")
  equal(read "1", "1")
  prompt.clean()
end)

test("a line that is cancelled says that it was interrupted", function()
  local task = tm.task(function() repl.read "tm.sleep(100)" end)
  task:cancel()
  prompt.wait_for("the end", function() return task.status == "finished" end)
  equal(prompt.printed(), "interrupted!")
end)

harness.run()
