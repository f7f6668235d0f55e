--- The interactive prompt, over the line editor of the host, which calls `start`, `prompt`,
-- `status`, `read`, `complete` … and prints what they print above the prompt.
--
-- A line is Lua, a command (`:step 10`) or a question (`?game.step`). Commands can be added, by
-- the user's init.lua:
--
--     local repl = require "tm.repl"
--     repl.command("hello", { usage = ":hello NAME", help = "Greets.",
--       run = function(text, repl) repl.print("hello " .. text) end })

local native = require "tm.native"
local session = require "tm.repl.session"
local commands = require "tm.repl.commands"
local complete = require "tm.repl.complete"
local evaluate = require "tm.repl.evaluate"
local games = require "tm.repl.games"
local help = require "tm.repl.help"
local places = require "tm.repl.places"
local watch = require "tm.repl.watch"

local M = session

local function load_init()
  local path = places.init_file()
  local file = path and io.open(path, "rb")
  if not file then return end
  file:close()
  local chunk, message = loadfile(path)
  if not chunk then
    M.complain(message)
    return
  end
  local ok, trace = evaluate.protect(chunk)
  if not ok then M.complain(trace) end
end

--- Begins: the banner, the user's init.lua, the search for a game. To be called in a task.
-- Options: `script`, one runs beside the prompt, whose games are waited for; `quiet`, no banner.
function M.start(options)
  options = options or {}
  M.has_script = options.script
  if not options.quiet then
    M.say("tmlua %s, %s", native.version, _VERSION)
    M.print ":help lists the commands, ?NAME explains; Ctrl-D or :quit leaves"
  end
  rawset(_G, "tm", require "tm")
  load_init()
  games.begin(not options.script)
end

--- What stands before the text of a line. Cheap, and never waits.
function M.prompt()
  if not M.pending then return games.prompt() end
  return (" "):rep(M.pending_columns - 3) .. "…> "
end

--- The line above the prompt, or nil; asked for as often as the screen is drawn. Never waits.
M.status = watch.status

--- What the text could go on with: the byte where its last word begins, and a list of words.
M.complete = complete.complete

--- Forgets a chunk that is not complete, as after Ctrl-C.
function M.give_up()
  M.pending = nil
end

-- A blank line belongs to the chunk; a second one behind it gives the chunk up.
local function read_more(text)
  local is_blank = not text:find "%S"
  local whole = M.pending .. "\n" .. text
  local chunk, _, is_open = evaluate.compile(whole)
  if not chunk and is_open and not (is_blank and M.pending:find "\n%s*$") then
    M.pending = whole
    return "more"
  end
  M.pending = nil
  evaluate.evaluate(whole)
  return "done"
end

local function read_first(text)
  local name, rest = text:match "^%s*:(%a[%w_]*)%s*(.-)%s*$"
  local question = text:match "^%s*%?%s*(.-)%s*$"
  if name then
    commands.run(name, rest)
  elseif question then
    help.answer(question)
  elseif text:find "%S" then
    local chunk, _, is_open = evaluate.compile(text)
    if not chunk and is_open then
      M.pending_columns = utf8.len(games.prompt()) or 3
      M.pending, M.pending_is_private = text, not M.remembers(text)
      return "more"
    end
    evaluate.evaluate(text)
  end
  return "done"
end

--- Reads a line, or several: runs what is complete, and prints what comes of it. Returns "more"
-- when the Lua parser wants another line. To be called in a task; waits as the line does.
function M.read(text)
  local read = M.pending and read_more or read_first
  local result = read(text)
  watch.touch()
  return result
end

--- The file that keeps the history, or nil.
M.history = places.history_file

--- Whether a line that is about to be read goes into the history: not in private mode, nor behind
-- a blank; of a chunk of several lines the first one decides.
function M.remembers(text)
  if M.private or not text:find "%S" then return false end
  if M.pending then return not M.pending_is_private end
  return text:find "^%S" ~= nil
end

--- Ends what runs in the background. The host closes the games.
function M.finish()
  if M.looking then M.looking:cancel() end
  M.looking = nil
  watch.remove()
end

--- Runs the script again, and keeps the games attached. Returns true, or nil and a message; nil
-- alone if the script does not compile, which has been shown then.
function M.reload()
  if not native.reload then return nil, "there is no script to reload" end
  return (native.reload())
end

return M
