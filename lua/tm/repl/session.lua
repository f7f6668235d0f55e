--- What the parts of the prompt share: one session per program. `require "tm.repl"` is this table
-- too, with the functions of the other parts in it.

local native = require "tm.native"

local M = {
  print = print, -- where everything goes; tests replace it
  commands = {}, -- name -> {run =, usage =, help =}
  states = {}, -- of :save, by name
  watches = {}, -- of :watch, in order
  has_script = false, -- one runs beside the prompt
  private = false, -- nothing is remembered in the history
  pending = nil, -- lines of a chunk that is not complete yet
  pending_is_private = false, -- its first line was not remembered
  pending_columns = 3, -- of the prompt in front of its first line
  game = nil, -- the current one, attached when it was last looked at
  engine = nil, -- of :engine
  loaded = nil, -- by :load, until the game goes on: {game =, time =, called_at =}
}

--- Prints an error, to where errors go.
function M.complain(text)
  if M.print ~= print then return M.print(text) end
  io.stdout:flush()
  io.stderr:write(text, "\n")
end

--- Prints one line, as of string.format.
function M.say(format, ...)
  M.print(format:format(...))
end

local Refusal = { __tostring = function(refusal) return refusal.text end }

--- Ends a command with a message, which is shown without a traceback.
function M.refuse(message)
  error(setmetatable({ text = message }, Refusal), 0)
end

--- Whether an error is one of those.
function M.is_refusal(value)
  return type(value) == "table" and debug.getmetatable(value) == Refusal
end

--- The value; or, of nil and a message, a refusal.
function M.check(value, message)
  if not value then M.refuse(message) end
  return value
end

--- How many columns a line has.
function M.columns()
  return native.columns()
end

--- Adds a command, `{run = function(text, repl), usage =, help =}`; `:name text` runs it.
function M.command(name, command)
  if type(name) ~= "string" or not name:find "^%a[%w_]*$" then
    error("bad argument #1 to 'command' (a name expected)", 2)
  elseif type(command) ~= "table" or type(command.run) ~= "function" then
    error("bad argument #2 to 'command' (a table with a function 'run' expected)", 2)
  end
  command.usage = command.usage or ":" .. name
  command.help = command.help or "(no help)"
  M.commands[name] = command
end

return M
