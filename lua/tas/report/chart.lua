--- The frame of a plot: scales, grid, axes with round numbers, and lines in it. Part of tas.report.
--
-- Every plot is drawn twice, for a wide window and for a narrow one, as text in a picture that
-- shrinks cannot be read; the style sheet shows one of them.

local text = require "tas.report.text"
local lines = require "tas.report.lines"

local M = {}

--- The two sizes. `gap`: pixels from one number of the x axis to the next, at least.
M.LAYOUTS = {
  { class = "wide", width = 960, left = 62, right = 18, gap = 70 },
  { class = "narrow", width = 400, left = 50, right = 12, gap = 58 },
}

local TOLERANCE = 0.2 -- pixels that a line may be off
local TIME_STEPS = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600 }

--- A round number, 1, 2 or 5 times a power of ten, that goes into a span at most `count` times.
function M.round_step(span, count)
  local rough = span / math.max(count, 1)
  local power = 10.0 ^ math.floor(math.log(rough, 10))
  for _, factor in ipairs { 1, 2, 5 } do
    if power * factor >= rough * 0.999999 then return power * factor end
  end
  return power * 10
end

--- The same for seconds, which go on in minutes.
function M.time_step(span, count)
  if span / math.max(count, 1) < 1 then return M.round_step(span, count) end
  for _, step in ipairs(TIME_STEPS) do
    if span / step <= count then return step end
  end
  return 3600 * math.ceil(span / 3600 / count)
end

--- How many decimals the multiples of a step have.
function M.decimals(step)
  return math.max(0, -math.floor(math.log(step, 10) + 1e-9))
end

--- The multiples of a step from `least` to `most`.
function M.ticks(least, most, step)
  local list = {}
  for i = math.ceil(least / step - 1e-9), math.floor(most / step + 1e-9) do
    list[#list + 1] = i * step
  end
  return list
end

--- A range of multiples of a step, with about `count` of them; returns it and the step.
function M.round_range(least, most, count)
  local size = math.max(math.abs(least), math.abs(most))
  if most - least <= size * 1e-9 then
    local room = math.max(size * 0.01, 0.5)
    least, most = least - room, most + room
  end
  local step = M.round_step(most - least, count)
  return math.floor(least / step + 1e-9) * step, math.ceil(most / step - 1e-9) * step, step
end

local Chart = {}
Chart.__index = Chart

--- A frame of `layout` from `top` down, `height` high, for x and y between two numbers each.
function M.new(layout, top, height, x_range, y_range)
  return setmetatable({
    layout = layout, left = layout.left, right = layout.width - layout.right,
    top = top, bottom = top + height, x_min = x_range[1], x_max = x_range[2],
    y_min = y_range[1], y_max = y_range[2],
  }, Chart)
end

function Chart:px(x)
  return self.left + (x - self.x_min) / (self.x_max - self.x_min) * (self.right - self.left)
end

function Chart:py(y)
  return self.bottom - (y - self.y_min) / (self.y_max - self.y_min) * (self.bottom - self.top)
end

local function line(class, x1, y1, x2, y2)
  local at = text.coordinate
  return ('<line class="%s" x1="%s" y1="%s" x2="%s" y2="%s" />'):format(class, at(x1), at(y1),
    at(x2), at(y2))
end
M.line = line

--- Words in a picture, escaped here. `anchor`: "start", "middle" or "end".
function M.label(class, x, y, anchor, words)
  return ('<text class="%s" x="%s" y="%s" text-anchor="%s">%s</text>'):format(class,
    text.coordinate(x), text.coordinate(y), anchor, text.escape(words))
end

--- Numbers and lines of the y axis.
function Chart:y_axis(step, format)
  local decimals, parts = M.decimals(step), {}
  for _, value in ipairs(M.ticks(self.y_min, self.y_max, step)) do
    local y = self:py(value)
    parts[#parts + 1] = line("grid", self.left, y, self.right, y)
    parts[#parts + 1] = M.label("tick", self.left - 7, y + 4, "end",
      (format or text.fixed)(value, decimals))
  end
  return table.concat(parts, "\n")
end

local function time_text(value, decimals, most)
  if most < 120 then return text.fixed(value, decimals) end
  local whole = math.floor(math.abs(value) + 0.5)
  return ("%s%d:%02d"):format(value < 0 and "−" or "", whole // 60, whole % 60)
end

-- A number at the edge keeps inside the picture.
local function x_tick(chart, value, words)
  local x = chart:px(value)
  local edge = chart.layout.width - 3.7 * utf8.len(words) - 1
  return line("grid", x, chart.top, x, chart.bottom) .. "\n"
    .. M.label("tick", math.min(x, edge), chart.bottom + 17, "middle", words)
end

--- Numbers and lines of an x axis of other things than time, and its name.
function Chart:x_axis(name)
  local step = M.round_step(self.x_max - self.x_min, (self.right - self.left) / self.layout.gap)
  local parts, decimals = {}, M.decimals(step)
  for _, value in ipairs(M.ticks(self.x_min, self.x_max, step)) do
    parts[#parts + 1] = x_tick(self, value, text.fixed(value, decimals))
  end
  parts[#parts + 1] = M.label("axis", self.right, self.bottom + 36, "end", name)
  return table.concat(parts, "\n")
end

--- The same for times in seconds.
function Chart:time_axis()
  local count = (self.right - self.left) / self.layout.gap
  local step = M.time_step(self.x_max - self.x_min, count)
  local parts, decimals = {}, M.decimals(step)
  for _, value in ipairs(M.ticks(self.x_min, self.x_max, step)) do
    parts[#parts + 1] = x_tick(self, value, time_text(value, decimals, self.x_max))
  end
  local name = self.x_max < 120 and "race time, s" or "race time, min:s"
  parts[#parts + 1] = M.label("axis", self.right, self.bottom + 36, "end", name)
  return table.concat(parts, "\n")
end

--- The line where nothing is lost or held.
function Chart:zero()
  return line("zero", self.left, self:py(0), self.right, self:py(0))
end

-- Calls `each(xs, ys)` for every piece of a line, in pixels; gaps are between the pieces.
local function pieces(chart, list_x, list_y, is_step, each)
  local xs, ys = {}, {}
  for i = 1, #list_x + 1 do
    local x, y = list_x[i], list_y[i]
    if text.is_number(x) and text.is_number(y) and x >= chart.x_min then
      x, y = chart:px(x), chart:py(y)
      if is_step and #ys > 0 and ys[#ys] ~= y then
        xs[#xs + 1], ys[#ys + 1] = x, ys[#ys]
      end
      xs[#xs + 1], ys[#ys + 1] = x, y
    elseif #xs > 0 then
      each(xs, ys)
      xs, ys = {}, {}
    end
  end
end

--- The line through two lists, x ascending; numbers that are none are gaps, and what lies left of
-- the frame is left out. With `is_step` a value
-- holds until the next. Returns the data of a path, "" if there is nothing to draw.
function Chart:path(list_x, list_y, is_step)
  local parts = {}
  pieces(self, list_x, list_y, is_step, function(xs, ys)
    if #xs == 1 then xs[2], ys[2] = xs[1] + 0.5, ys[1] end -- a lonely value is a dot
    xs, ys = lines.thin(xs, ys, 0.5)
    parts[#parts + 1] = text.path(lines.simplify(xs, ys, TOLERANCE))
  end)
  return table.concat(parts)
end

--- The area between such a line and y = 0; path data too.
function Chart:area(list_x, list_y)
  local parts, zero = {}, self:py(0)
  pieces(self, list_x, list_y, false, function(xs, ys)
    xs, ys = lines.thin(xs, ys, 0.5)
    xs, ys = lines.simplify(xs, ys, TOLERANCE)
    table.insert(xs, 1, xs[1])
    table.insert(ys, 1, zero)
    xs[#xs + 1], ys[#ys + 1] = xs[#xs], zero
    parts[#parts + 1] = text.path(xs, ys) .. "z"
  end)
  return table.concat(parts)
end

--- A picture of that height; `attributes` go into it as they are, `words` say what it shows.
function M.svg(layout, height, words, attributes, parts)
  return ('<svg class="%s" viewBox="0 0 %d %s" role="img" aria-label="%s"%s>\n%s\n</svg>'):format(
    layout.class, layout.width, text.coordinate(height), text.escape(words), attributes,
    table.concat(parts, "\n"))
end

--- What the script of the page needs to find the time under the pointer.
function Chart:time_attributes()
  return (' data-t="%s %s %.3f %.3f"'):format(text.coordinate(self.left),
    text.coordinate(self.right), self.x_min, self.x_max)
end

function Chart:cursor()
  return ('<line class="cursor" x1="0" y1="%s" x2="0" y2="%s" />'):format(
    text.coordinate(self.top), text.coordinate(self.bottom))
end

return M
