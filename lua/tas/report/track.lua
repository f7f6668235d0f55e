--- The map: the track from above, as it was driven. Part of tas.report.
--
-- Seen from above with x to the right and z down, left is left and right is right. A track that is
-- longer than it is wide is turned by a quarter where that makes it larger; arrows tell.

local chart = require "tas.report.chart"
local text = require "tas.report.text"
local lines = require "tas.report.lines"
local palette = require "tas.report.palette"
local runs_of = require "tas.report.run"

local M = {}

local HEIGHTS = { wide = 560, narrow = 430 } -- of the track itself, at most
local EDGE = 34
local SHORTEST = 1 -- m; a run that stays where it is still gets a map
local TOLERANCE = 0.2
local STRETCHES_MAX = 2000 -- that tell their times and speeds
local NEXT, SHORT = 0.5, 2 -- pixels, see below
local SIGN, LETTER = 22, 7.2 -- pixels: how high signs are, and how wide what is in them

local function widen(range, value)
  if not text.is_number(value) then return end
  range[1], range[2] = math.min(range[1] or value, value), math.max(range[2] or value, value)
end

-- The ranges of x and z; nil if no run has a place.
local function bounds_of(runs)
  local x, z = {}, {}
  for _, run in ipairs(runs) do
    for i = 1, #run.seconds do
      if text.is_number(run.x[i]) and text.is_number(run.z[i]) then
        widen(x, run.x[i])
        widen(z, run.z[i])
      end
    end
  end
  if not x[1] then return nil end
  return x, z
end

-- Pixels per metre, and how high the map becomes.
local function fit(layout, across, down)
  local room, height = layout.width - 2 * EDGE, HEIGHTS[layout.class]
  across, down = math.max(across, SHORTEST), math.max(down, SHORTEST)
  local scale = math.min(room / across, height / down)
  return scale, down * scale
end

-- x and z to pixels: px = ax*x + bx*z + cx, py likewise. One of the four is not zero in each.
local function projection(layout, x, z)
  local scale, height = fit(layout, x[2] - x[1], z[2] - z[1])
  local turned_scale, turned_height = fit(layout, z[2] - z[1], x[2] - x[1])
  local middle, mx, mz = layout.width / 2, (x[1] + x[2]) / 2, (z[1] + z[2]) / 2
  if turned_scale > scale * 1.15 then
    scale, height = turned_scale, turned_height
    local half = EDGE + math.max(height, 60) / 2
    return { turned = true, scale = scale, height = half * 2, ax = 0, bx = scale,
      cx = middle - scale * mz, ay = -scale, by = 0, cy = half + scale * mx }
  end
  local half = EDGE + math.max(height, 60) / 2
  return { scale = scale, height = half * 2, ax = scale, bx = 0, cx = middle - scale * mx,
    ay = 0, by = scale, cy = half - scale * mz }
end

local function place(map, x, z)
  return map.ax * x + map.bx * z + map.cx, map.ay * x + map.by * z + map.cy
end

-- Points nearer than NEXT pixels to the one before are left out, but for the last.
local function extend(stretch, x, y, is_last)
  local xs, ys = stretch.xs, stretch.ys
  local n = #xs
  if is_last or (xs[n] - x) ^ 2 + (ys[n] - y) ^ 2 >= NEXT * NEXT then
    xs[n + 1], ys[n + 1] = x, y
  end
end

local function is_long(stretch, x, y)
  return (stretch.xs[1] - x) ^ 2 + (stretch.ys[1] - y) ^ 2 >= SHORT * SHORT
end

-- Calls each(stretch, last) for every stretch of ticks without gap that is of one class, as far as
-- pixels tell: a stretch has a length of SHORT pixels before another follows it.
local function stretches(map, run, class_of, each)
  local stretch
  for i = 1, #run.seconds do
    local is_end, x, y = not run.joined[i], nil, nil
    if stretch or not is_end then x, y = place(map, run.x[i], run.z[i]) end
    local class = not is_end and class_of(i)
    if stretch then
      local is_last = is_end or class ~= stretch.class and is_long(stretch, x, y)
      extend(stretch, x, y, is_last)
      if is_last then
        each(stretch, i)
        stretch = nil
      end
    end
    if not is_end and not stretch then
      stretch = { first = i, class = class, xs = { x }, ys = { y } }
    end
  end
end

local function whole_path(map, run)
  local parts = {}
  stretches(map, run, function() return 0 end, function(stretch)
    parts[#parts + 1] = text.path(lines.simplify(stretch.xs, stretch.ys, TOLERANCE))
  end)
  return table.concat(parts)
end

local function span_text(run, first, last)
  local least, most
  for i = first, last do
    local speed = run.speed[i]
    if text.is_number(speed) then
      least, most = math.min(least or speed, speed), math.max(most or speed, speed)
    end
  end
  local times = ("%s to %s"):format(text.seconds(run.seconds[first] * 1000),
    text.seconds(run.seconds[last] * 1000))
  if not least then return times .. ", speed unknown" end
  return ("%s, %s to %s km/h"):format(times, text.fixed(least, 0), text.fixed(most, 0))
end

-- Of too many stretches those of one colour are one path, and tell nothing.
local function in_levels(list)
  local paths, parts = {}, {}
  for _, one in ipairs(list) do
    paths[one.class] = paths[one.class] or {}
    table.insert(paths[one.class], one.path)
  end
  for level = 0, palette.LEVELS do
    if paths[level] then
      parts[#parts + 1] = ('<path class="road s%d" d="%s" />'):format(level,
        table.concat(paths[level]))
    end
  end
  return table.concat(parts, "\n")
end

local function coloured(map, run, range)
  local list, parts = {}, {}
  local function class_of(i)
    if not text.is_number(run.speed[i]) then return 0 end
    return palette.level(run.speed[i], range[1], range[2])
  end
  stretches(map, run, class_of, function(stretch, last)
    list[#list + 1] = { class = stretch.class, first = stretch.first, last = last,
      path = text.path(lines.simplify(stretch.xs, stretch.ys, TOLERANCE)) }
  end)
  if #list > STRETCHES_MAX then return in_levels(list) end
  for i, one in ipairs(list) do
    parts[i] = ('<path class="road s%d" d="%s"><title>%s</title></path>'):format(one.class,
      one.path, span_text(run, one.first, one.last))
  end
  return table.concat(parts, "\n")
end

-- Markers ---------------------------------------------------------------------------------------

-- Where the run is at a time (s), in pixels; nil if that is unknown.
local function place_at(map, run, seconds)
  local x, z = runs_of.value_at(run, run.x, seconds), runs_of.value_at(run, run.z, seconds)
  if x and z then return place(map, x, z) end
end

local function add_marker(markers, kind, words, title, x, y)
  if not x then return end
  local width = math.max(SIGN, LETTER * utf8.len(words) + 12)
  markers[#markers + 1] = { kind = kind, words = words, title = title, x = x, y = y,
    width = width, spots = { { x, y } } }
end

local function touch(a, b)
  return math.abs(a.x - b.x) < (a.width + b.width) / 2 + 2 and math.abs(a.y - b.y) < SIGN + 2
end

local function merge(a, b)
  a.words, a.title = a.words .. " · " .. b.words, a.title .. "\n" .. b.title
  a.kind = a.kind == "checkpoint" and b.kind or a.kind
  a.width = LETTER * utf8.len(a.words) + 12
  table.move(b.spots, 1, #b.spots, #a.spots + 1, a.spots)
end

-- Markers that would hide each other, as those of laps, get one sign together.
local function merge_touching(markers)
  local i, k = 1, 2
  while i < #markers do
    if k > #markers then
      i, k = i + 1, i + 2
    elseif touch(markers[i], markers[k]) then
      merge(markers[i], table.remove(markers, k))
      i, k = 1, 2 -- it is wider now
    else
      k = k + 1
    end
  end
  return markers
end

-- The start and the end as ticks: the first and last with a place, the start at time 0 if it is.
local function ends_of(run)
  local first, last
  for i = 1, #run.seconds do
    if text.is_number(run.x[i]) and text.is_number(run.z[i]) then
      if not first or run.seconds[i] <= 0 then first = i end
      last = i
    end
  end
  return first, last
end

local function markers_of(map, run)
  local markers, splits = {}, run.splits or { times = {} }
  local first, last = ends_of(run)
  if first then
    add_marker(markers, "start", "start", "start", place(map, run.x[first], run.z[first]))
  end
  local is_finished = false
  for i, time in ipairs(splits.times) do
    local name = run.splits and runs_of.checkpoint_name(run, i)
    local title = ("%s: %s"):format(name == "finish" and name or "checkpoint " .. name,
      text.seconds(time))
    local x, y = place_at(map, run, time / 1000)
    is_finished = is_finished or name == "finish" and x ~= nil
    add_marker(markers, name == "finish" and name or "checkpoint", name, title, x, y)
  end
  if last and not is_finished then
    local title = "end: " .. text.seconds(run.seconds[last] * 1000)
    add_marker(markers, "end", "end", title, place(map, run.x[last], run.z[last]))
  end
  return merge_touching(markers)
end

-- A sign of its words on the line; wide ones keep inside the picture.
local function sign(layout, marker)
  local at, width, spots = text.coordinate, marker.width, {}
  local edge = width / 2 + 2
  local x = math.max(edge, math.min(layout.width - edge, marker.x))
  for i, spot in ipairs(marker.spots) do
    spots[i] = ('<circle class="spot" cx="%s" cy="%s" r="4" />'):format(at(spot[1]), at(spot[2]))
  end
  spots[#spots + 1] = ('<g class="sign %s"><title>%s</title><rect x="%s" y="%s" width="%s" '
    .. 'height="%d" rx="%d" /><text x="%s" y="%s" text-anchor="middle">%s</text></g>'):format(
    marker.kind, text.escape(marker.title), at(x - width / 2), at(marker.y - SIGN / 2), at(width),
    SIGN, SIGN // 2, at(x), at(marker.y + 4.5), text.escape(marker.words))
  return table.concat(spots)
end

-- Below the map ---------------------------------------------------------------------------------

local function legend(layout, top, range, step)
  local parts, width = {}, layout.class == "wide" and 360 or 190
  local cell, left = width / palette.LEVELS, EDGE
  for level = 1, palette.LEVELS do
    parts[level] = ('<rect class="s%d" x="%s" y="%s" width="%s" height="12" />'):format(level,
      text.coordinate(left + (level - 1) * cell), text.coordinate(top),
      text.coordinate(cell + (level < palette.LEVELS and 0.5 or 0)))
  end
  local at = function(speed) return left + (speed - range[1]) / (range[2] - range[1]) * width end
  local every = math.max(1, math.ceil((range[2] - range[1]) / step * 40 / width))
  for _, speed in ipairs(chart.ticks(range[1], range[2], step * every)) do
    parts[#parts + 1] = chart.label("tick", at(speed), top + 27, "middle", text.fixed(speed,
      chart.decimals(step)))
  end
  parts[#parts + 1] = chart.label("tick", left + width + 8, top + 11, "start", "km/h")
  return '<g class="levels">' .. table.concat(parts, "\n") .. "</g>"
end

-- The largest 1, 2 or 5 times a power of ten that is not above a number.
local function round_down(value)
  local power = 10.0 ^ math.floor(math.log(value, 10))
  return power * (value >= 5 * power and 5 or value >= 2 * power and 2 or 1)
end

local function scale_bar(layout, top, map)
  local metres = round_down((layout.class == "wide" and 200 or 100) / map.scale)
  local right, width, at = layout.width - EDGE, metres * map.scale, text.coordinate
  return ('<path class="scale" d="M%s %sv6h%sv-6" />'):format(at(right - width), at(top + 4),
    at(width)) .. chart.label("tick", right - width / 2, top + 27, "middle",
    text.fixed(metres, chart.decimals(metres)) .. " m")
end

-- Two arrows, the names of the axes at their heads; left of the scale.
local function compass(layout, top, map)
  local x, y = layout.width - (layout.class == "wide" and 300 or 44), top + 2
  if layout.class == "narrow" then y = top + 42 end
  local right, other = "x", "z"
  if map.turned then right, other = "z", "x" end
  local head_y, sign_y = y + 22, 1
  if map.turned then y, head_y, sign_y = y + 22, y, -1 end
  return ('<path class="scale" d="M%s %sh22m-4-3l4 3-4 3M%s %sv%d" /><path class="scale" '
    .. 'd="M%s %sl3 %d 3 %d" />'):format(text.coordinate(x), text.coordinate(y),
    text.coordinate(x), text.coordinate(y), 22 * sign_y, text.coordinate(x - 3),
    text.coordinate(head_y - 4 * sign_y), 4 * sign_y, -4 * sign_y)
    .. chart.label("tick", x + 27, y + 4, "start", right)
    .. chart.label("tick", x - 9, head_y + 3, "end", other)
end

local function speed_range(run)
  local least, most
  for _, speed in ipairs(run.speed) do
    if text.is_number(speed) then
      least, most = math.min(least or speed, speed), math.max(most or speed, speed)
    end
  end
  local low, high, step = chart.round_range(least or 0, most or 1, 7)
  return { low, math.min(high, math.max(most or 1, low + step)) }, step
end

local function dots(runs)
  local parts = {}
  for i, run in ipairs(runs) do
    parts[i] = ('<circle class="dot %s" cx="0" cy="0" r="6" />'):format(run.class)
  end
  return table.concat(parts, "\n")
end

-- A whole run in one path; nothing for one that goes nowhere.
local function whole(map, run, class)
  local path = whole_path(map, run)
  if path == "" then return "" end
  return ('<path class="%s" d="%s"><title>%s</title></path>'):format(class, path,
    text.escape(run.name))
end

local function picture(layout, runs, x, z)
  local map, run = projection(layout, x, z), runs[1]
  local range, step = speed_range(run)
  local parts = { whole(map, run, "verge"), coloured(map, run, range) }
  for i = 2, #runs do
    parts[#parts + 1] = whole(map, runs[i], "other " .. runs[i].class)
  end
  for _, marker in ipairs(markers_of(map, run)) do parts[#parts + 1] = sign(layout, marker) end
  parts[#parts + 1] = dots(runs)
  local top = map.height + 14
  parts[#parts + 1] = legend(layout, top, range, step)
  parts[#parts + 1] = scale_bar(layout, top, map)
  parts[#parts + 1] = compass(layout, top, map)
  local matrix = (' data-m="%.6g %.6g %.6g %.6g %.6g %.6g"'):format(map.ax, map.bx, map.cx, map.ay,
    map.by, map.cy)
  local words = ("Map of the track from above, %s coloured by its speed"):format(run.name)
  return chart.svg(layout, top + (layout.class == "wide" and 36 or 76), words, matrix, parts)
end

--- The content of the figure; two pictures.
function M.draw(runs)
  local x, z = bounds_of(runs)
  if not x then return '<p class="none">No places were recorded.</p>' end
  local parts = {}
  for i, layout in ipairs(chart.LAYOUTS) do parts[i] = picture(layout, runs, x, z) end
  return table.concat(parts, "\n")
end

return M
