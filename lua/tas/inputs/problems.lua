--- What a game takes without a word and an author hardly means: times that are none, keys that do
-- not exist, quotes that nothing closes.

local command = require "tas.inputs.command"
local reader = require "tas.inputs.reader"

local M = {}

local EXTENDED = 6553600
local INPUTS = { press = true, rel = true, steer = true, gas = true }

local function time_problem(entry)
  local first = entry[1]
  if not entry.time and first and first:find "^[%d:.+-]" and first:find "%d" then
    return ("'%s' is no time, so the command runs at once"):format(first)
  end
  local off = entry.time and entry.time % 10 ~= 0 and entry.time
    or entry.stop and entry.stop % 10 ~= 0 and entry.stop
  if off then return ("%d ms is between two ticks"):format(off) end
  if entry.time and not first then return "there is no command behind the time" end
end

local function input_problem(entry)
  local name = entry[1] and entry[1]:lower()
  if name == "unpress" then return "there is no 'unpress'; 'rel' lets a key go" end
  if not INPUTS[name] then return nil end
  if not entry[2] then return ("%s needs an argument"):format(name) end
  local action, value = command.input(entry)
  if action == "unknown" then return ("there is no key '%s'"):format(entry[2]) end
  if not value then return ("'%s' is no whole number"):format(entry[2]) end
  if math.abs(value) > EXTENDED then
    return ("%d is beyond %d, the most there is"):format(value, EXTENDED)
  end
end

local function argument_problem(entry)
  for _, argument in ipairs(entry) do
    if argument:find('"', 1, true) then return "a quote is not closed" end
    if argument:find("\t", 1, true) then return "a tab separates nothing" end
  end
end

-- A comment that begins inside of quotes, and with it the line's last argument.
local function cut_problem(text, entry)
  if text:sub(entry.last + 1, entry.last + 1) ~= "#" then return nil end
  local _, quotes = text:sub(entry.first, entry.last):gsub('"', "")
  if quotes % 2 == 1 then return "the comment begins inside of quotes" end
end

--- The problems of a text and its entries: a list of { line =, column =, message = }.
function M.find(text, entries)
  local list = {}
  for _, entry in ipairs(entries) do
    local message = time_problem(entry) or input_problem(entry) or cut_problem(text, entry)
      or argument_problem(entry)
    if message then
      list[#list + 1] = { line = entry.line, column = reader.column(text, entry.first),
        message = message }
    end
  end
  return list
end

return M
