--- Values on a command line: texts that are read as what an option or argument is to be.
--
-- A row of an option or argument says what with `type`: "text" (the default), "number", "integer",
-- "time", "window", "file" (one that is there and can be read), or with `choices`, a list of words.
-- Numbers may have `min` and `max`.

local inputs = require "tas.inputs"
local near = require "tas.commands.near"

local M = {}

local readers = {}

function readers.text(text)
  return text
end

local function bounds_text(row)
  if row.min and row.max then return (" from %s to %s"):format(row.min, row.max) end
  if row.min then return (" of at least %s"):format(row.min) end
  return row.max and (" of at most %s"):format(row.max) or ""
end

local function in_bounds(row, number)
  return number >= (row.min or -math.huge) and number <= (row.max or math.huge)
end

function readers.number(text, row)
  local number = tonumber(text)
  local is_finite = number and number - number == 0
  if is_finite and in_bounds(row, number) then return number end
  return nil, ("needs a number%s, not '%s'"):format(bounds_text(row), text)
end

function readers.integer(text, row)
  local number = math.tointeger(tonumber(text))
  if number and in_bounds(row, number) then return number end
  return nil, ("needs a whole number%s, not '%s'"):format(bounds_text(row), text)
end

function readers.time(text)
  local time, stop = inputs.time(text)
  if time and not stop then return time end
  return nil, ("needs a time (12.34, 1:02.50, or 12340 for ms), not '%s'"):format(text)
end

function readers.window(text)
  local from, to = inputs.time(text)
  if from and to then return { from = from, to = to } end
  return nil, ("needs a window of time (2.5-7.25, or 2500-7250 for ms), not '%s'"):format(text)
end

-- A folder can be opened on Linux, but not read.
function readers.file(text)
  local file <close>, message = io.open(text, "rb")
  if not file then return nil, message, "system" end
  local bytes, why = file:read(0)
  if not bytes and why then return nil, ("%s: %s"):format(text, why), "system" end
  return text
end

local function choose(text, choices)
  for _, choice in ipairs(choices) do
    if text == choice then return text end
  end
  local list = #choices == 1 and choices[1]
    or table.concat(choices, ", ", 1, #choices - 1) .. " or " .. choices[#choices]
  return nil, ("must be %s, not '%s'%s"):format(list, text, near.question(text, choices))
end

--- The value that a text is for a row; or nil and the end of a sentence that begins with the row's
-- name; or nil, a whole sentence and "system": the file cannot be read.
function M.read(row, text)
  if row.choices then return choose(text, row.choices) end
  if text == "" and not row.optional then return nil, "needs a value" end
  return readers[row.type or "text"](text, row)
end

--- A value as a person would write it.
function M.text(row, value)
  if row.type == "time" then return inputs.format_time(value) end
  if row.type == "window" then
    return ("%s-%s"):format(inputs.format_time(value.from), inputs.format_time(value.to))
  end
  return math.type(value) == "float" and ("%g"):format(value) or tostring(value)
end

return M
