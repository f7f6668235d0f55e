--- Plots as text: lines over time with axes and a legend, and sparklines. UTF-8, no colours.
--
--     print(plot.lines({ { label = "speed", x = times, y = speeds } }, { columns = 72 }))
--     print(plot.spark(speeds, 40))
--
-- Numbers that are none, or infinite, are gaps in a line.

local M = {}

local MARKS = { "*", "o", "+", "x", "#", "@", "%", "&" }
local BLOCKS = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }
local LARGEST = 0x1.fffffffffffffp1023
local BRAILLE = 0x2800
-- The bit of the dot in column 0 or 1 and row 0 to 3 of a braille character.
local DOTS = { [0] = { [0] = 0x01, 0x02, 0x04, 0x40 }, { [0] = 0x08, 0x10, 0x20, 0x80 } }

local function is_finite(value)
  return type(value) == "number" and value == value and value > -math.huge and value < math.huge
end

-- Widens a range to what is in the list; -> least, most, or nothing when there is nothing.
local function reach(list, last, least, most)
  for i = 1, last do
    local value = list[i]
    if is_finite(value) then
      value = value + 0.0 -- differences of integers would wrap around
      least, most = math.min(least or value, value), math.max(most or value, value)
    end
  end
  return least, most
end

-- Where a value is between two others, 0 to 1. Halves where the difference is infinite.
local function place(value, least, most)
  if is_finite(most - least) then return (value - least) / (most - least) end
  return (value / 2 - least / 2) / (most / 2 - least / 2)
end

-- A range of one number gets some room.
local function widen(least, most)
  if least < most then return least, most end
  local room = math.max(math.abs(least) / 10, 0.5)
  return math.max(least - room, -LARGEST), math.min(most + room, LARGEST)
end

local function number_text(value)
  local whole = math.tointeger(value)
  return whole and value > -1e6 and value < 1e6 and ("%d"):format(whole) or ("%.4g"):format(value)
end

-- Lists of numbers, or {label =, x =, y =}, as series of both coordinates.
local function read_series(list)
  if type(list) ~= "table" then error("bad argument #1 to 'lines' (table expected)", 3) end
  local series = {}
  for i, one in ipairs(type(list[1]) == "table" and list or { list }) do
    local y = one.y or one
    local x, last = one.x or {}, 0
    for k in pairs(y) do
      if math.type(k) == "integer" and k > last then last = k end
    end
    if not one.x then for k = 1, last do x[k] = k end end
    series[i] = { label = one.label, x = x, y = y, last = last, mark = MARKS[(i - 1) % #MARKS + 1] }
  end
  return series
end

local function size_of(options, name, default, least)
  local value = options[name] or default
  if math.type(value) ~= "integer" or value < least or value > 1000 then
    error(("%s must be a whole number from %d to 1000"):format(name, least), 3)
  end
  return value
end

local function ranges(series, options)
  local x_min, x_max, y_min, y_max
  for _, one in ipairs(series) do
    x_min, x_max = reach(one.x, one.last, x_min, x_max)
    y_min, y_max = reach(one.y, one.last, y_min, y_max)
  end
  if not x_min or not y_min then return nil end
  x_min, x_max = widen(options.x_min or x_min, options.x_max or x_max)
  y_min, y_max = widen(options.y_min or y_min, options.y_max or y_max)
  return { x_min = x_min, x_max = x_max, y_min = y_min, y_max = y_max }
end

-- Calls set(x, y) for every dot between two, both ends included.
local function stroke(x0, y0, x1, y1, set)
  local steps = math.max(math.abs(x1 - x0), math.abs(y1 - y0))
  for i = 1, steps do
    set(math.floor(x0 + (x1 - x0) * i / steps + 0.5), math.floor(y0 + (y1 - y0) * i / steps + 0.5))
  end
  if steps == 0 then set(x0, y0) end
end

-- The dots of one series on a field of width x height dots, row 0 at the top.
local function trace(one, range, width, height, set)
  local x0, y0
  for i = 1, one.last do
    local x, y = one.x[i], one.y[i]
    local shown = is_finite(x) and is_finite(y) and x >= range.x_min and x <= range.x_max
      and y >= range.y_min and y <= range.y_max
    if shown then
      x = math.floor(place(x, range.x_min, range.x_max) * (width - 1) + 0.5)
      y = height - 1 - math.floor(place(y, range.y_min, range.y_max) * (height - 1) + 0.5)
      if not x0 then set(x, y) else stroke(x0, y0, x, y, set) end
    end
    x0, y0 = shown and x or nil, shown and y or nil
  end
end

local function braille(series, range, columns, rows)
  local bits = {}
  for i = 0, columns * rows - 1 do bits[i] = 0 end
  for _, one in ipairs(series) do
    trace(one, range, 2 * columns, 4 * rows, function(x, y)
      local cell = y // 4 * columns + x // 2
      bits[cell] = bits[cell] | DOTS[x % 2][y % 4]
    end)
  end
  return function(column, row)
    local cell = bits[row * columns + column]
    return cell == 0 and " " or utf8.char(BRAILLE + cell)
  end
end

local function marks(series, range, columns, rows)
  local cells = {}
  for _, one in ipairs(series) do
    trace(one, range, columns, rows, function(x, y) cells[y * columns + x] = one.mark end)
  end
  return function(column, row) return cells[row * columns + column] or " " end
end

local function legend(series, style)
  local entries = {}
  for _, one in ipairs(series) do
    if one.label then
      entries[#entries + 1] = (style == "marks" and one.mark .. " " or "") .. one.label
    end
  end
  return #entries > 0 and table.concat(entries, "   ") or nil
end

local function right(text, width)
  return (" "):rep(width - #text) .. text
end

local function trimmed(line)
  return (line:gsub("%s+$", ""))
end

local function frame(cell, range, columns, rows)
  local top, bottom = number_text(range.y_max), number_text(range.y_min)
  local width, lines = math.max(#top, #bottom), {}
  for row = 0, rows - 1 do
    local parts = { right(row == 0 and top or row == rows - 1 and bottom or "", width), " ┤" }
    if row > 0 and row < rows - 1 then parts[2] = " │" end
    for column = 0, columns - 1 do parts[#parts + 1] = cell(column, row) end
    lines[#lines + 1] = trimmed(table.concat(parts))
  end
  lines[#lines + 1] = (" "):rep(width) .. " └" .. ("─"):rep(columns)
  local from, to = number_text(range.x_min), number_text(range.x_max)
  local gap = math.max(columns - #from - #to, 1)
  lines[#lines + 1] = (" "):rep(width + 2) .. from .. (" "):rep(gap) .. to
  return lines
end

--- A plot of one or several series as lines of text. `series` is a list of numbers, or a list of
-- tables `{label =, x =, y =}` with lists of numbers (without `x`: 1, 2, 3 …). Options: `columns`
-- and `rows` of the field inside the axes (60 and 12; at least 2), `x_min`, `x_max`, `y_min`,
-- `y_max` (those of the numbers), `title`, and `style`: "braille", two by four dots in each
-- character, as one series has it, or "marks", a character for each series, as several have it.
-- Without any number to be shown the text says so. Raises an error for sizes that are none.
function M.lines(series, options)
  options = options or {}
  series = read_series(series)
  local columns = size_of(options, "columns", 60, 2)
  local rows = size_of(options, "rows", 12, 2)
  local style = options.style or (#series > 1 and "marks" or "braille")
  if style ~= "braille" and style ~= "marks" then error("style must be braille or marks", 2) end
  local lines, range = {}, ranges(series, options)
  if range then
    local draw = style == "braille" and braille or marks
    lines = frame(draw(series, range, columns, rows), range, columns, rows)
  else
    lines[1] = "(no numbers)"
  end
  if options.title then table.insert(lines, 1, options.title) end
  lines[#lines + 1] = legend(series, style)
  return table.concat(lines, "\n")
end

-- The mean of what there is in values[first..last], or nil.
local function mean(values, first, last)
  local sum, count = 0, 0
  for i = first, last do
    if is_finite(values[i]) then sum, count = sum + values[i], count + 1 end
  end
  return count > 0 and sum / count or nil
end

--- A line of blocks, one for each number; more than `columns` numbers are drawn together to as
-- many means. Gaps are spaces; numbers that are all the same are of half height.
function M.spark(values, columns)
  if type(values) ~= "table" then error("bad argument #1 to 'spark' (table expected)", 2) end
  local count = #values
  local width = columns and math.min(columns, count) or count
  local shown, parts = {}, {}
  for i = 1, width do
    shown[i] = mean(values, (i - 1) * count // width + 1, i * count // width)
  end
  local least, most = reach(shown, width)
  for i = 1, width do
    local value = shown[i]
    local level = not value and 0 or least == most and 4
      or math.min(math.floor(place(value, least, most) * 8) + 1, 8)
    parts[i] = BLOCKS[level] or " "
  end
  return table.concat(parts)
end

return M
