-- The user's init.lua, the history, and private mode.
local harness = require "harness"
local prompt = require "prompt"
local test, equal, contains = harness.test, harness.equal, harness.contains
local read, repl = prompt.read, prompt.repl

-- Starts a prompt in a program of its own, with that init.lua. Returns what was printed.
local function start_with(init, code)
  local folder = harness.path("prompt_config_" .. os.tmpname():match "[^/]+$")
  assert(os.execute(("mkdir -p '%s/tmlua'"):format(folder)))
  if init then
    local file <close> = assert(io.open(folder .. "/tmlua/init.lua", "w"))
    file:write(init)
  end
  local path = folder .. "/run.lua"
  local file = assert(io.open(path, "w"))
  file:write('local repl = require "tm.repl"\n' .. code)
  file:close()
  local pipe = assert(io.popen(("XDG_CONFIG_HOME='%s' timeout -k 5 20 '%s' '%s' 2>&1 </dev/null")
    :format(folder, os.getenv "TMLUA_BIN" or arg[-1], path)))
  local output = pipe:read "a"
  pipe:close()
  os.execute(("rm -r '%s'"):format(folder))
  return output
end

local START = "repl.start { quiet = true, script = true }\n"

test("the user's init.lua is loaded, and may add commands and globals", function()
  local output = start_with([[
    require "tm.repl".command("greet", { run = function(text) print("hello " .. text) end })
    answer = tm.version and 42
  ]], START .. 'repl.read ":greet you" repl.read "answer" os.exit(0)')
  equal(output, "hello you\n42\n")
end)

test("an error in it is shown, and the prompt goes on", function()
  local output = start_with("local function f() error 'oh no' end\nf()",
    START .. 'repl.read "1" os.exit(0)')
  contains(output, "init.lua:1: oh no", "stack traceback:", "in main chunk\n1\n")
  assert(not output:find "tm/repl/evaluate", output)
  output = start_with("x =", START .. 'repl.read "1" os.exit(0)')
  contains(output, "init.lua:1: unexpected symbol near <eof>\n1\n")
end)

test("it need not be there", function()
  equal(start_with(nil, START .. 'repl.read "1" os.exit(0)'), "1\n")
end)

local function history_with(variables)
  local code = "print(require 'tm.repl'.history())"
  local pipe = assert(io.popen(("env -u XDG_STATE_HOME -u HOME %s '%s' -e \"%s\""):format(variables,
    os.getenv "TMLUA_BIN" or arg[-1], code)))
  local output = pipe:read "a"
  pipe:close()
  return output
end

test("the history is in the folder for states", function()
  equal(history_with "XDG_STATE_HOME=/states", "/states/tmlua/history\n")
  equal(history_with "HOME=/home/me", "/home/me/.local/state/tmlua/history\n")
  equal(history_with "HOME=/home/me XDG_STATE_HOME=", "/home/me/.local/state/tmlua/history\n")
  equal(history_with "A=b", "nil\n")
end)

test("private mode, and lines behind a blank", function()
  equal(repl.remembers "x", true)
  equal(repl.remembers ":help", true)
  equal(repl.remembers " x", false)
  equal(repl.remembers "\tx", false)
  equal(repl.remembers "", false)
  equal(read ":private", "lines are not remembered")
  equal(repl.remembers "x", false)
  equal(read ":private", "lines are remembered again")
  equal(repl.remembers "x", true)
end)

test("of several lines the first one decides", function()
  read "do"
  equal(repl.remembers "  x = 1", true)
  equal(repl.remembers "", false)
  repl.give_up()
  read " do"
  equal(repl.remembers "x = 1", false)
  repl.give_up()
end)

test("a session that is over has nothing running", function()
  local output = start_with(nil, START .. [[
    repl.read ":watch 1"
    repl.finish()
    repl.finish()
    print(repl.status(), repl.prompt())
  ]])
  equal(output, "nil\tno game> \n")
end)

harness.run()
