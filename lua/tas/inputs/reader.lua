--- Text into entries. Nearly every line of nearly every script has one of two plain shapes, which
-- a pattern takes in one step; all others go the long way, which is exact for any bytes. Each way
-- takes time that grows with the size of the line and nothing else.
--
-- Source: fact sheet "TMInterface input scripts", section 1.

local command = require "tas.inputs.command"
local Entry = require "tas.inputs.entry"

local byte, find, match, sub = string.byte, string.find, string.match, string.sub
local floor, type = math.floor, math.type
local times, trim, TIME_MAX = command.times, command.trim, command.TIME_MAX

local M = {}

local LINE_FEED, HASH, QUOTE, SEMICOLON, DOT, DASH = byte("\n#\";.-", 1, -1)
-- Characters of numbers that are not too large.
local SHORT_TIME, SHORT_SECONDS, SHORT_ARGUMENT = 9, 6, 6

local function refuse(entry, what, ...)
  error({ line = entry.line, first = entry.first, message = what:format(...) }, 0)
end

-- Numbers that no event can hold would have to be changed.
local function check(entry)
  local last = entry.stop or entry.time
  if last and last > TIME_MAX then
    refuse(entry, "the time is too large, the last is %d ms", TIME_MAX)
  end
  local action, value = command.input(entry)
  if action and value and (value < command.ANALOG_MIN or value > command.ANALOG_MAX) then
    refuse(entry, "%s %s is too large, it goes from %d to %d", action, entry[2],
      command.ANALOG_MIN, command.ANALOG_MAX)
  end
  return entry
end

-- The command between two places of the text; nil if there is no argument in it.
local function read_command(text, first, last, line)
  while first <= last and byte(text, first) == 32 do first = first + 1 end
  while last >= first and byte(text, last) == 32 do last = last - 1 end
  if last < first then return nil end
  local entry = command.split(sub(text, first, last))
  if #entry == 0 then return nil end
  local time, stop = times(entry[1])
  if time then table.remove(entry, 1) end
  entry.time, entry.stop, entry.line, entry.first, entry.last = time, stop, line, first, last
  return check(setmetatable(entry, Entry))
end

-- Where the command that begins there ends: before a `;` outside of quotes, or with the line.
local function command_end(text, at, last)
  local in_quotes = false
  local found = find(text, '[";]', at)
  while found and found <= last do
    if byte(text, found) == QUOTE then
      in_quotes = not in_quotes
    elseif not in_quotes then
      return found - 1
    end
    found = find(text, '[";]', found + 1)
  end
  return last
end

-- All commands of the line between two places; white space is taken off before the first of it.
local function read_line(entries, text, first, last, line, is_whole)
  local content = sub(text, first, last) -- so that no search runs on through the whole text
  local hash = find(content, "#", 1, true)
  local from, to = trim(content, 1, hash and hash - 1 or #content)
  if from > to then return end
  if not is_whole then from = 1 end
  while from <= to do
    local stop = command_end(content, from, to)
    local entry = read_command(content, from, stop, line)
    if entry then
      entry.first, entry.last = entry.first + first - 1, entry.last + first - 1
      entries[#entries + 1] = entry
    end
    from = stop + 2
  end
end

-- A time or a range in one of its plain shapes; the other ones go the long way. Hundredths are
-- exact: what a float makes of two digits is near enough to be rounded to them.
local function read_times(text)
  if byte(text) == DASH then return nil end
  local time = tonumber(text)
  if type(time) == "integer" then return time end
  if time and byte(text) ~= DOT and (byte(text, -3) == DOT or byte(text, -2) == DOT) then
    return floor(time * 100 + 0.5) * 10
  end
  local from, to = match(text, "^(%d+)%-(%d+)$")
  if not from then return times(text) end
  from, to = tonumber(from), tonumber(to)
  if from <= to then return from, to end
  return to, from
end

local function add(entries, when, name, argument, line, first, last)
  local time, stop = read_times(when)
  if not time then return false end
  local entry = stop and { name, argument, time = time, stop = stop, line = line, first = first,
    last = last } or { name, argument, time = time, line = line, first = first, last = last }
  setmetatable(entry, Entry)
  if (stop or time) > TIME_MAX or #argument > SHORT_ARGUMENT then check(entry) end
  entries[#entries + 1] = entry
  return true
end

-- Commands of a time, a name and one argument, up to the end of the line; returns where the next
-- line begins. nil and a place: what is there is something else.
local function read_simple(entries, text, at, line)
  local shape = "^[ \t]*()([%d:.-]+) +(%a+) +([-+%w]+)() *()[ \t\r]*"
  while true do
    local _, last, first, when, name, argument, behind, spaces = find(text, shape, at)
    local ending = last and byte(text, last + 1)
    local is_last = not ending or ending == LINE_FEED or ending == HASH
    if not last or not (is_last or (ending == SEMICOLON and spaces == last + 1))
      or not add(entries, when, name, argument, line, first, behind - 1) then
      return nil, at
    end
    if ending == LINE_FEED then return last + 2 end
    if is_last then return (find(text, "\n", last + 1, true) or #text + 1) + 1 end
    at = last + 2
    shape = "^ *()([%d:.-]+) +(%a+) +([-+%w]+)() *()[ \t\r]*" -- tabs are part of arguments here
  end
end

-- A range of whole milliseconds and nothing else; returns where the next line begins, or nil.
local function read_range(entries, text, at, line)
  local _, last, time, stop, name, argument, behind = find(text,
    "^(%d+)%-(%d+) (%l+) ([-%w]+)()\r?\n", at)
  if not last then return nil end
  time, stop = tonumber(time), tonumber(stop)
  if time > stop then time, stop = stop, time end
  local entry = setmetatable({ name, argument, time = time, stop = stop, line = line, first = at,
    last = behind - 1 }, Entry)
  if stop > TIME_MAX or #argument > SHORT_ARGUMENT then check(entry) end
  entries[#entries + 1] = entry
  return last + 1
end

-- One command at a time of whole hundredths, and perhaps a comment; the same.
local function read_seconds(entries, text, at, line)
  local _, last, whole, hundredths, name, argument, behind, ending = find(text,
    "^(%d+)%.(%d%d) (%l+) ([-%w]+)() ?([#\n])", at)
  if not last or #whole > SHORT_SECONDS or #argument > SHORT_ARGUMENT then return nil end
  entries[#entries + 1] = setmetatable({ name, argument,
    time = tonumber(whole) * 1000 + tonumber(hundredths) * 10, line = line, first = at,
    last = behind - 1 }, Entry)
  if ending == "\n" then return last + 1 end
  return (find(text, "\n", last + 1, true) or #text) + 1
end

local function read_any(entries, text, at, line)
  local following = read_range(entries, text, at, line) or read_seconds(entries, text, at, line)
  if following then return following end
  local from
  following, from = read_simple(entries, text, at, line)
  if following then return following end
  local ending = find(text, "\n", from, true) or #text + 1
  read_line(entries, text, from, ending - 1, line, from == at)
  return ending + 1
end

local function read_text(text)
  local entries, at, line, size, count = {}, 1, 1, #text, 0
  while at <= size do
    local _, last, time, name, argument, behind = find(text,
      "^(%d+) (%l+) ([-%w]+)()\r?\n", at)
    if last and #time <= SHORT_TIME and #argument <= SHORT_ARGUMENT then
      count = count + 1
      entries[count] = setmetatable({ name, argument, time = tonumber(time), line = line,
        first = at, last = behind - 1 }, Entry)
      at = last + 1
    else
      at = read_any(entries, text, at, line)
      count = #entries
    end
    line = line + 1
  end
  return entries
end

--- The column, from 1 and in bytes, of a place in the text.
function M.column(text, place)
  local at = place
  while at > 1 and byte(text, at - 1) ~= LINE_FEED do at = at - 1 end
  return place - at + 1
end

--- The entry of one command as it is between others in a line.
function M.read_piece(text)
  return read_command(text, 1, #text, 1)
end

--- The entries of a text in their order; nil, a message that begins with name, line and column,
-- and the code "invalid".
function M.read(text, name)
  local ok, result = pcall(read_text, text)
  if ok then return result end
  if _G.type(result) ~= "table" then error(result, 0) end
  return nil, ("%s:%d:%d: %s"):format(name, result.line, M.column(text, result.first),
    result.message), "invalid"
end

return M
