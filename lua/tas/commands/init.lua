--- The commands of `tmlua tas`: finds the one that is asked for, reads its command line, runs it.
--
-- A command is a module of this folder: {name =, summary = (a line), description = (text, or nil
-- for the summary), usage = (behind its name), options = {rows}, arguments = {rows}, examples =
-- {lines}, run = function(env, options, arguments) -> exit status}. For the rows see
-- tas.commands.options. Those that use a game begin their options with those of
-- tas.commands.common.
--
-- What a command gets as `env`:
--   tm          the module
--   out, err    streams
--   attach      fn(options, choice) -> a game, or nil, message, code; see tas.commands.common
--   program, processors, start    our own path, how many there are, fn{program, argument…} -> child
--   progress    fn(label, total, done) -> a progress bar on standard error
--   addresses   fn(options) -> list of the addresses that were asked for
--   warn        fn(message) says it: "tmlua tas splits: …"
--   fail        fn(message, code) -> exit status; says it too. `return env.fail(message, code)` is
--               how a command ends in a refusal
--
-- Nothing here requires `tm`: the program gives it.

local common = require "tas.commands.common"
local help = require "tas.commands.help"
local near = require "tas.commands.near"
local options = require "tas.commands.options"

local M = {}

--- The names of the commands, in the order of the help; each is a module of that name.
M.NAMES = {
  "play",
  "record",
  "search",
  "splits",
  "verify",
  "report",
  "work",
}

local BROKEN_PIPE = { [32] = true, [22] = true } -- Linux; Windows says that something is invalid

local EXAMPLES = {
  "tmlua tas help verify",
  "tmlua --sim=easy tas splits run.txt",
  "tmlua -a mapped:TMInterface3 tas verify run.txt",
}

local function is_command(name)
  for _, known in ipairs(M.NAMES) do
    if name == known then return true end
  end
  return false
end

local function load_command(name)
  return require("tas.commands." .. name)
end

local function overview()
  local rows = {}
  for i, name in ipairs(M.NAMES) do rows[i] = { name, load_command(name).summary } end
  rows[#rows + 1] = { "help COMMAND", "show what a command does and its options" }
  return ("usage: tmlua [options] tas COMMAND [arguments]\n\ncommands:\n%s\n\nexamples:\n  %s\n\n")
    :format(help.columns(rows), table.concat(EXAMPLES, "\n  ")) .. [[
The game is the first address that is given before or behind the command (-a, --sim), or else the
first that runs. A file called tas is run as ./tas.
exit status: 0 done, 1 an error or bad usage, or a difference that was found, 3 no game found in
             time, 4 game lost, 130 interrupted
]]
end

-- What was wrong with the command line; `name` is that of the command, or nil.
local function refuse(env, name, message, code)
  local program = "tmlua tas" .. (name and " " .. name or "")
  local hint = code == nil and (" (see %s --help)"):format(program) or ""
  env.err:write(("%s: %s%s\n"):format(program, message, hint))
  return 1
end

local function refuse_name(env, name)
  if name:sub(1, 1) == "-" then
    return refuse(env, nil, ("unknown option '%s'"):format(name))
  end
  return refuse(env, nil, ("unknown command '%s'%s"):format(name, near.question(name, M.NAMES)))
end

local function show_help(env, name, surplus)
  if surplus then return refuse(env, nil, ("too many arguments at '%s'"):format(surplus)) end
  if name == nil or name == "help" then
    env.out:write(overview())
  elseif is_command(name) then
    env.out:write(help.of(load_command(name)))
  else
    return refuse_name(env, name)
  end
  return 0
end

local function run_command(env, name, words)
  local command = load_command(name)
  local read, arguments, code = options.read(command, words)
  if not read then return refuse(env, name, arguments, code) end
  if read.help then return show_help(env, name) end
  return command.run(common.environment(env, name), read, arguments)
end

local function dispatch(env, words)
  local name = words[1]
  if name == nil then return show_help(env) end
  if name == "--help" or name == "-h" then return show_help(env, nil, words[2]) end
  if name == "help" then return show_help(env, words[2], words[3]) end
  if not is_command(name) then return refuse_name(env, name) end
  return run_command(env, name, table.move(words, 2, #words, 1, {}))
end

-- A file that keeps its first failure: a full buffer is written in the middle, and what could not
-- be is forgotten by the end. Windows writes to some devices with no buffer at all.
local function careful(file)
  local out = {}
  local function keep(ok, message, number)
    if not ok and not out.failure then out.failure = { message, number } end
    return ok, message, number
  end
  function out.write(_, ...)
    local ok, message, number = keep(file:write(...))
    if not ok then return nil, message, number end
    return out
  end
  function out.flush() return keep(file:flush()) end
  return out
end

--- Runs what the words behind `tas` ask for. `env` is {tm =, out =, err =, known = the addresses
-- given before `tas`}. Returns the exit status. Somebody who reads no further, as `| head` does, is
-- no failure.
function M.run(env, words)
  local out = careful(env.out)
  local status = dispatch(setmetatable({ out = out }, { __index = env }), words)
  out:flush()
  if not out.failure or BROKEN_PIPE[out.failure[2]] then return status end
  env.err:write(("tmlua tas: cannot write: %s\n"):format(out.failure[1]))
  return 1
end

return M
