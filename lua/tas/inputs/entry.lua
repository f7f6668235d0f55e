--- One entry of a script: a command as it was written. `entry.time` and `entry.stop` (ms) say
-- when, `entry[1]`, `entry[2]` … are its name and arguments, which are all there is to it: action
-- and value are read from them and written into them.

local command = require "tas.inputs.command"

local Entry = {}

--- Fields of an entry that are its own. `first` and `last` are places in the source of the script,
-- `before`, `raw` and `after` the text around it once the script was edited (layout.lua).
local FIELDS = { time = true, stop = true, line = true, first = true, last = true, before = true,
  raw = true, after = true }

local read = {}

--- "up" … "gas" of an input, "unknown" for one of a word that nobody knows; nil of other commands.
function read.action(entry)
  local action, value = command.input(entry)
  if value or rawget(entry, "stop") then return action end
end

--- What the input is set to at `entry.time`: 1 or 0 for keys, else the analog value.
function read.value(entry)
  return (select(2, command.input(entry)))
end

--- "immediate", "input" or "command".
function read.kind(entry)
  if not rawget(entry, "time") then return "immediate" end
  return read.action(entry) and "input" or "command"
end

local write = {}

local function key_value(value)
  if value == true or value == 1 then return 1 end
  if value == false or value == 0 then return 0 end
  error(("a key is pressed or not, 1 or 0, and not %s"):format(value), 0)
end

local function analog_value(value)
  local whole = math.type(value) and math.tointeger(value)
  if not whole or whole < command.ANALOG_MIN or whole > command.ANALOG_MAX then
    error(("an analog value is a whole number from %d to %d, and not %s"):format(
      command.ANALOG_MIN, command.ANALOG_MAX, value), 0)
  end
  return whole
end

-- Makes it that input.
function Entry.set_input(entry, action, value)
  if not command.ACTIONS[action] then error(("unknown action '%s'"):format(action), 0) end
  value = command.ANALOG[action] and analog_value(value) or key_value(value)
  for i = #entry, 3, -1 do entry[i] = nil end
  local name, argument = command.input_arguments(action, value)
  rawset(entry, 1, name)
  rawset(entry, 2, argument)
end

function write.action(entry, action)
  local value = read.value(entry)
  if not value then error("this command is no input", 0) end
  if (command.ANALOG[action] or false) ~= (command.ANALOG[read.action(entry)] or false) then
    value = command.ANALOG[action] and 0 or 1
  end
  Entry.set_input(entry, action, value)
end

function write.value(entry, value)
  local action = read.action(entry)
  if not action then error("this command is no input", 0) end
  if action == "unknown" then
    rawset(entry, 1, key_value(value) == 1 and "press" or "rel")
  else
    Entry.set_input(entry, action, value)
  end
end

function Entry.__index(entry, key)
  local property = read[key]
  if property then return property(entry) end
end

function Entry.__newindex(entry, key, value)
  if write[key] then
    local ok, message = pcall(write[key], entry, value)
    if not ok then error(message, 2) end
  elseif FIELDS[key] or math.type(key) == "integer" then
    rawset(entry, key, value)
  else
    error(("an entry has no field '%s'"):format(tostring(key)), 2)
  end
end

--- The entry as a line of a script.
function Entry.__tostring(entry)
  local time, stop = rawget(entry, "time"), rawget(entry, "stop")
  if not time then return command.join_line(entry) end
  local text = command.join(entry)
  local times = stop and ("%d-%d"):format(time, stop) or ("%d"):format(time)
  return text == "" and times or times .. " " .. text
end

--- Whether two say the same.
function Entry.same(a, b)
  return rawget(a, "time") == rawget(b, "time") and rawget(a, "stop") == rawget(b, "stop")
    and command.same_arguments(a, b)
end

Entry.__eq = Entry.same

--- An entry of its own that says the same; where it stands in a text is left out if `bare`.
function Entry.copy(entry, bare)
  local copy = {}
  for key, value in next, entry do
    if not bare or key == "time" or key == "stop" or math.type(key) then copy[key] = value end
  end
  return setmetatable(copy, Entry)
end

return Entry
