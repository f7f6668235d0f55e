--- One command of an input script: its time, its arguments, and which input it is. The same rules
-- as src/wire/console_command.c, but that numbers too large for an event are not cut: the reader
-- refuses them.
--
-- Source: fact sheet "TMInterface input scripts", sections 2 to 4.

local byte, find, gmatch, lower, sub = string.byte, string.find, string.gmatch, string.lower,
  string.sub

local M = {}

M.TIME_MAX = 0x7FFFFFFF - 100010 -- ms: the last that has a stored time
M.ANALOG_MIN, M.ANALOG_MAX = -8388607, 8388608 -- what an event can hold
M.WHITE = " \t\n\v\f\r" -- isspace in the C locale

local HUGE = 0x7FFFFFFF -- numbers beyond are read as this one, which no time and no value is
local SPACE = byte " "
local OUTER_WHITE = "^[" .. M.WHITE .. "]"

local is_white = {}
for i = 1, #M.WHITE do is_white[byte(M.WHITE, i)] = true end

--- Where the text between two places begins and ends without the white space around it; the end
-- is before the beginning if there is nothing else.
function M.trim(text, first, last)
  while first <= last and is_white[byte(text, first)] do first = first + 1 end
  while last >= first and is_white[byte(text, last)] do last = last - 1 end
  return first, last
end

local function trimmed(text)
  if not find(text, OUTER_WHITE) and not is_white[byte(text, -1)] then return text end
  return sub(text, M.trim(text, 1, #text))
end

local function digits(text)
  if not find(text, "^%d+$") then return nil end
  local value = tonumber(text) -- a float if there are very many
  return value < HUGE and value or HUGE
end

local function number(text)
  text = trimmed(text)
  return digits(byte(text) == 43 and sub(text, 2) or text)
end

-- Of the fraction only two characters are looked at, and read as a number of their own.
local function seconds(text)
  local dot = find(text, ".", 1, true)
  if not dot or dot == #text then return nil end
  local fraction = sub(text, dot + 1, dot + 2)
  if #fraction == 1 then fraction = fraction .. "0" end
  local whole, hundredths = number(sub(text, 1, dot - 1)), number(fraction)
  return whole and hundredths and whole * 1000 + hundredths * 10
end

--- One time, ms; nil if the text is none. Section 3.
function M.time(text)
  if not find(text, ".", 1, true) then return number(text) end
  local minutes, from = 0, 1
  for _ = 1, 2 do
    local colon = find(text, ":", from, true)
    if not colon then break end
    local part = number(sub(text, from, colon - 1))
    if not part then return nil end
    minutes, from = minutes * 60 + part, colon + 1
  end
  local rest = seconds(sub(text, from))
  return rest and minutes * 60000 + rest
end

--- A time, or the two of a range, the smaller one first; nil if the text is neither.
function M.times(text)
  local dash = find(text, "-", 1, true)
  if not dash then return M.time(text) end
  local from, to = M.time(sub(text, 1, dash - 1)), M.time(sub(text, dash + 1))
  if not from or not to then return nil end
  if from > to then from, to = to, from end
  return from, to
end

-- The argument at or behind a place, and where to go on; nil if there is none. Section 2.
local function next_argument(text, at)
  local start = find(text, "[^ ]", at)
  at = start
  while at do
    at = find(text, '[ "]', at)
    if not at or byte(text, at) == SPACE then break end
    local closing = find(text, '"', at + 1, true)
    if not closing then
      at = at + 2 -- the character behind this quote separates nothing
    elseif closing == at + 1 then -- no argument, and what is glued before is dropped
      start = find(text, "[^ ]", closing + 1)
      at = start
    else
      return sub(text, at + 1, closing - 1), closing + 1
    end
  end
  if not start then return nil end
  return sub(text, start, at and at - 1 or #text), at or #text + 1
end

--- The arguments of a command, as a list.
function M.split(text)
  local list, count = {}, 0
  if not find(text, '"', 1, true) then
    for argument in gmatch(text, "[^ ]+") do
      count = count + 1
      list[count] = argument
    end
    return list
  end
  local argument, at = next_argument(text, 1)
  while argument do
    count = count + 1
    list[count] = argument
    argument, at = next_argument(text, at)
  end
  return list
end

--- The arguments as text that splits into them again. Behind a quote that nothing closes there is
-- no quoting, and none is needed.
function M.join(arguments)
  local parts, open = {}, false
  for i, argument in ipairs(arguments) do
    open = open or find(argument, '"', 1, true) ~= nil
    local plain = open or not find(argument, "[;" .. M.WHITE .. "]")
    parts[i] = plain and argument or '"' .. argument .. '"'
  end
  return table.concat(parts, " ")
end

--- The same as a line of its own. White space in front that cannot be quoted is kept from being
-- that of the line.
function M.join_line(arguments)
  local text = M.join(arguments)
  return find(text, OUTER_WHITE) and ";" .. text or text
end

-- Inputs ---------------------------------------------------------------------------------------

local KEY_VALUES = { press = 1, rel = 0 }
M.ANALOG = { steer = true, gas = true }
M.ACTIONS = { up = true, down = true, left = true, right = true, enter = true, delete = true,
  horn = true, steer = true, gas = true }

--- The analog value that a text is; nil if it is no whole number.
function M.analog(text)
  text = trimmed(text)
  if byte(text) ~= 45 then return number(text) end
  local value = digits(sub(text, 2))
  return value and -value
end

--- Of a list of arguments: action and value, if they are an input. An action nobody knows is
-- "unknown"; steer and gas without a number have an action and no value. Section 4.
function M.input(arguments)
  local name, argument = arguments[1], arguments[2]
  if not argument then return nil end
  name = lower(name)
  if M.ANALOG[name] then return name, M.analog(argument) end
  local value = KEY_VALUES[name]
  if not value then return nil end
  local action = lower(argument)
  return M.ACTIONS[action] and action or "unknown", value
end

--- The arguments that an input is written with.
function M.input_arguments(action, value)
  if M.ANALOG[action] then return action, ("%d"):format(value) end
  return value == 0 and "rel" or "press", action
end

--- What the arguments are at the end of a range: keys are let go, analog values go to 0, and any
-- other command comes again.
function M.end_arguments(arguments)
  local action = M.input(arguments)
  if not action then return table.unpack(arguments) end
  if action == "unknown" then return "rel", arguments[2] end
  return M.input_arguments(action, 0)
end

--- Whether two lists have the same arguments.
function M.same_arguments(a, b)
  for i = 1, math.max(#a, #b) do
    if a[i] ~= b[i] then return false end
  end
  return true
end

--- "12.34" or "1:02.50" of whole hundredths, else the milliseconds.
function M.format_time(ms)
  if ms % 10 ~= 0 then return ("%d"):format(ms) end
  local minutes = ms // 60000
  if minutes == 0 then return ("%d.%02d"):format(ms // 1000, ms % 1000 // 10) end
  local rest = ms % 60000
  return ("%d:%02d.%02d"):format(minutes, rest // 1000, rest % 1000 // 10)
end

return M
