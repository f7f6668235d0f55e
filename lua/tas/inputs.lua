--- Input scripts of TMInterface: read, edited and written. Pure Lua, also for a stock lua5.4.
--
--   local inputs = require "tas.inputs"
--   local script = assert(inputs.load "run.txt")
--   script:shift(-10, 5000)              -- everything from 5 s on, one tick earlier
--   script:insert "7320 steer -21000"
--   assert(script:save "run.txt")        -- what was not touched is as it was
--
-- Every text is a script, as it is for the game: a command whose time is none runs at once, a key
-- that does not exist does nothing. `script:problems()` names such places, and `strict = true`
-- refuses them. Only numbers that no event can hold are refused always, since they would have to be
-- changed.
--
-- Source: fact sheet "TMInterface input scripts".

local command = require "tas.inputs.command"
local events = require "tas.inputs.events"
local files = require "tas.files"
local layout = require "tas.inputs.layout"
local script = require "tas.inputs.script"

local M = {}

local function refuse_problems(found, name)
  local first = found:problems()[1]
  if not first then return found end
  return nil, ("%s:%d:%d: %s"):format(name, first.line, first.column, first.message), "invalid"
end

--- The script that a text is, or nil, a message "name:line:column: …", "invalid". `name` is for
--- messages. `options.strict`: anything that script:problems() would name is refused.
function M.parse(text, name, options)
  if type(text) ~= "string" then
    error(("parse: a text is expected, not %s"):format(type(text)), 2)
  end
  name = name or "script"
  local found, message, code = script.parse(text, name)
  if not found then return nil, message, code end
  if options and options.strict then return refuse_problems(found, name) end
  return found
end

--- The script in a file, or nil, message, "invalid" or "system".
function M.load(path, options)
  local text, message, code = files.read(path)
  if not text then return nil, message, code end
  return M.parse(text, path, options)
end

--- A script without any command.
function M.new(name)
  return script.parse("", name or "script")
end

--- The script that a list of events is, tm's or any of { time =, name =, value = }: the inputs from
--- the start of the race to its finish, or `all`. As events:to_script, but that what acts before 0
--- is at 0, since a script cannot say it. nil, message, "invalid": there is an event that no game
--- has.
function M.from_events(list, all)
  local entries, message, code = events.entries(list, all)
  if not entries then return nil, message, code end
  local made = M.new "events"
  layout.rearrange(made, entries)
  return made
end

--- A time as scripts have it, or a range, in ms: 12340 of "12.34", 100 and 200 of "200-100". nil:
--- the text is neither.
function M.time(text)
  return command.times(text)
end

--- A time for people: "12.34", "1:02.50"; milliseconds if it is between two hundredths.
function M.format_time(ms)
  return command.format_time(ms)
end

return M
