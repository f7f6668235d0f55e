--- Commands about the prompt itself: :help, :private, :reload, :quit.

local native = require "tm.native"
local session = require "tm.repl.session"
local help = require "tm.repl.help"

local command, say = session.command, session.say

command("help", { usage = ":help [NAME]",
  help = "Lists the commands, or explains a name as ? does.",
  run = function(text)
    if text == "" then return help.list() end
    help.answer(text)
  end })

command("private", { usage = ":private",
  help = "Keeps lines out of the history, or no longer.\n"
    .. "A line that begins with a blank never gets there.",
  run = function()
    session.private = not session.private
    say(session.private and "lines are not remembered" or "lines are remembered again")
  end })

command("reload", { usage = ":reload",
  help = "Runs the script again; games stay attached.",
  run = function(_, repl)
    local ok, message = repl.reload()
    if not ok and message then session.refuse(message) end
  end })

command("quit", { usage = ":quit [CODE]",
  help = "Leaves, with that exit status (0).\nGames are let go first.",
  run = function(text)
    local code = text == "" and 0 or math.tointeger(tonumber(text))
    if not code or code < 0 or code > 255 then return say "usage: :quit [CODE], 0 to 255" end
    native.quit(code)
  end })
