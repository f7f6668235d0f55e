-- What a line could go on with.
local tm = require "tm"
local harness = require "harness"
local prompt = require "prompt"
local test, equal = harness.test, harness.equal
local repl = prompt.repl

local function complete(text)
  local start, list = repl.complete(text)
  return list, start
end

-- All of these are among the candidates.
local function offers(text, ...)
  local known, list = {}, complete(text)
  for _, word in ipairs(list) do known[word] = true end
  for _, word in ipairs { ... } do
    if not known[word] then
      error(("%s does not offer %s, but %s"):format(text, word, table.concat(list, " ")), 2)
    end
  end
end

local function offers_not(text, ...)
  for _, word in ipairs { ... } do
    if pcall(offers, text, word) then error(("%s offers %s"):format(text, word), 2) end
  end
end

test("globals and keywords, where their word begins", function()
  equal({ complete "coro" }, { { "coroutine" }, 1 })
  equal({ complete "x = coro" }, { { "coroutine" }, 5 })
  offers("", "print", "while", "tm")
  equal(complete "whi", { "while" })
  equal(complete "tostring(pri", { "print" })
  equal(complete "x..coro", { "coroutine" })
  equal(complete "no_such_nam", {})
end)

test("fields of tables, of tables in tables, and through __index tables", function()
  equal({ complete "string.form" }, { { "format" }, 8 })
  equal(complete "tm.msgpack.enc", { "encode", "encode_within" })
  offers("tm.", "attach", "messages", "log")
  offers("package.loaded.", "tm", "string")
  local base = { inherited = 1, other = 2 }
  rawset(_G, "t_of_test", setmetatable({ list = { { deep = 1 } }, ["no name"] = 1 },
    { __index = setmetatable({}, { __index = base }) }))
  equal(complete "t_of_test.", { "inherited", "list", "other" })
  equal(complete "t_of_test.list[1].d", { "deep" })
  equal(complete "t_of_test.list[2].d", {})
  equal(complete "t_of_test.nothing.", {})
  equal(complete "(t_of_test).", {})
  rawset(_G, "t_of_test", nil)
end)

test("modules of the routing library, before they are loaded", function()
  local known = package.loaded.tas
  package.loaded.tas = nil
  rawset(_G, "t_of_test", require "tas")
  equal(next(t_of_test), nil) -- luacheck: ignore
  offers("t_of_test.", "inputs", "player", "search")
  equal(complete "t_of_test.pla", { "player" })
  equal(complete "t_of_test.evaluate.spe", { "speed" })
  equal(complete "t_of_test:", {})
  rawset(_G, "t_of_test", nil)
  package.loaded.tas = known
end)

test("only functions stand behind a colon", function()
  rawset(_G, "t_of_test", { run = print, value = 1, s = "text" })
  equal(complete "t_of_test:", { "run" })
  equal(complete "t_of_test.s:rev", { "reverse" })
  rawset(_G, "t_of_test", nil)
end)

test("nothing of the user's is called", function()
  local function fail() error "called" end
  rawset(_G, "t_of_test", setmetatable({ own = 1 },
    { __index = fail, __pairs = fail, __len = fail, __tostring = fail, __name = "tm.game" }))
  equal(complete "t_of_test.", { "own" })
  equal(complete "t_of_test.own.", {})
  equal(complete "t_of_test.other.", {})
  rawset(_G, "t_of_test", nil)
end)

test("names with a line in front are offered when one is typed", function()
  offers_not("", "_G", "_VERSION")
  offers("_", "_G", "_VERSION")
end)

test("fields and methods of games, and what a script keeps in them", function()
  local game = prompt.at("sim:", 0)
  equal({ complete "game.ti" }, { { "time", "timeout" }, 6 })
  equal(complete "game:get_sim", { "get_simulation_state" })
  offers("game:", "step", "pause", "on", "log", "close")
  offers_not("game:", "time", "_register", "_hold")
  game.my_plan = 1
  equal(complete "game.my", { "my_plan" })
  prompt.clean()
end)

test("fields of states, however deep", function()
  local game = prompt.at("sim:", 0)
  rawset(_G, "state_of_test", game:get_simulation_state())
  offers("state_of_test.", "position", "dyna", "race_time", "scene_mobil", "cp_data", "save")
  offers("state_of_test:", "save", "copy", "diff", "unpack")
  offers("state_of_test.dyna.", "current_state", "previous_state")
  equal(complete "state_of_test.dyna.current_state.linear", { "linear_speed" })
  offers("state_of_test.scene_mobil.engine.", "actual_rpm")
  equal(complete "state_of_test.position:unp", { "unpack" })
  rawset(_G, "state_of_test", nil)
  prompt.clean()
end)

test("images, events, engines, servers, tasks and hooks", function()
  local game = prompt.at("sim:", 0)
  local server = assert(tm.listen "127.0.0.1:0")
  rawset(_G, "of_test", { image = tm.image(1, 1), events = game:get_event_buffer(),
    engine = tm.connect(server.address), server = server, task = tm.task(function() end),
    hook = game:on("run_step", function() end), server_hook = server:on("closed", function() end) })
  offers("of_test.image:", "save", "pixel", "set_pixel")
  offers("of_test.image.", "width", "height")
  offers("of_test.events:", "add", "find", "to_script")
  equal(complete "of_test.events[1].va", { "value" })
  offers("of_test.engine:", "screenshot", "on", "ping", "flush")
  offers("of_test.engine.", "state", "queued")
  offers("of_test.server:", "log", "close")
  offers("of_test.task.", "status", "cancel")
  offers("of_test.hook:", "cancel")
  offers("of_test.server_hook:", "cancel")
  offers("of_test.engine:on('", "log", "disconnected")
  offers_not("of_test.engine:on('", "run_step")
  offers("of_test.server:on('", "screenshot", "command")
  of_test.engine:close() -- luacheck: ignore 113
  server:close()
  rawset(_G, "of_test", nil)
  prompt.clean()
end)

test("names of hooks", function()
  equal({ complete 'game:on("run_' }, { { "run_step" }, 10 })
  equal({ complete "game:once 'simulation_" }, { { "simulation_begin", "simulation_end",
    "simulation_step" }, 12 })
  equal(complete 'game:wait("on_run', { "on_run_step" })
  equal(complete 'game:on("nothing', {})
end)

test("names of files in other strings", function()
  local path = harness.path "of_completion.txt"
  assert(io.open(path, "w")):close()
  local text = "io.open('" .. path:sub(1, -6)
  equal({ complete(text) }, { { path }, 10 })
  equal({ complete(":load " .. path:sub(1, -6)) }, { { path }, 7 })
  equal({ complete(":shot " .. path:sub(1, -6)) }, { { path }, 7 })
  os.remove(path)
  equal(complete(text), {})
  equal(complete 'print("it\\"s") coro', { "coroutine" })
  local folder = path:match "^(.*)/[^/]*/"
  if folder then
    local name = path:sub(#folder + 2):match "^[^/]*"
    offers("x = '" .. folder .. "/" .. name, folder .. "/" .. name .. "/")
  end
  equal(complete "x = 'it''s'..'/no such folder/", {})
end)

test("commands at the beginning, and what they take", function()
  equal({ complete ":sp" }, { { "speed" }, 2 })
  equal({ complete "  :unw" }, { { "unwatch" }, 4 })
  offers(":", "help", "until")
  equal(complete ":xyz", {})
  repl.states.of_test = true
  equal({ complete ":load of_" }, { { "of_test" }, 7 })
  equal({ complete ":diff of_" }, { { "of_test" }, 7 })
  repl.states.of_test = nil
  equal({ complete ":events checkp" }, { { "checkpoint_count_changed" }, 9 })
  equal({ complete ":events on" }, { { "on" }, 9 })
  equal({ complete ":hold coro" }, { { "coroutine" }, 7 })
  equal({ complete ":until x == string.form" }, { { "format" }, 20 })
  equal(complete ":step coro", {})
  offers(":help st", "step", "steer")
end)

test("names that can be asked for", function()
  equal({ complete "?game.ste" }, { { "game.step" }, 2 })
  offers("?:st", ":step", ":states")
  offers("? run_", "run_step")
end)

test("a line of an incomplete chunk is Lua", function()
  prompt.read "do"
  equal(complete ":sp", {})
  equal(complete "coro", { "coroutine" })
  repl.give_up()
end)

test("keys of tables that a function takes", function()
  equal({ complete "game:set_input_state { acc" }, { { "accelerate" }, 24 })
  offers("game:set_input_state({ left = 1, ", "right", "brake", "steer")
  offers("tm.draw(s, 1, 2, { ", "track", "camera")
  equal(complete "tm.attach('sim:', { wa", { "wait" })
  equal(complete "game:set_input_state { steer = coro", { "coroutine" })
end)

test("nothing in comments, and nothing fails", function()
  equal(complete "-- coro", {})
  for _, text in ipairs { "", ".", ":", "::", "a.b.c", "1.", "..", "'", '"\\', "[[", "x = {", "f(",
    "a[", "a[1].", "?", "??", " :", ":x y z", "game:on(", "\0", "\xff\xfe.", "a:b:c", "game..x",
    "::label::", "goto ", "return ", ":load '" } do
    local ok, start, list = pcall(repl.complete, text)
    assert(ok, start)
    assert(math.type(start) == "integer" and start >= 1 and start <= #text + 1, text)
    equal(type(list), "table")
  end
end)

harness.run()
