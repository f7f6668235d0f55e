--- Speed over time, and under it how much later the other runs are than the first. Part of
-- tas.report.

local chart = require "tas.report.chart"
local delta = require "tas.report.delta"
local text = require "tas.report.text"
local runs_of = require "tas.report.run"

local M = {}

local TOP = 24 -- room for the numbers of checkpoints
local TITLE = 18 -- and for words above them

-- The least and the highest speed, and how many numbers there shall be between.
local function speed_range(runs)
  local least, most = 0, 1
  for _, run in ipairs(runs) do
    for _, speed in ipairs(run.speed) do
      if text.is_number(speed) then
        least, most = math.min(least, speed), math.max(most, speed)
      end
    end
  end
  return least, most, 6
end

--- Lines at checkpoints, numbered above: pairs of x in pixels and name. Numbers that would touch
-- are left out; the lines are not.
function M.checkpoints(frame, marks)
  local parts, free = {}, -math.huge
  for _, mark in ipairs(marks) do
    local x, half = mark.x, 3.6 * utf8.len(mark.name)
    parts[#parts + 1] = chart.line("gate", x, frame.top, x, frame.bottom)
    local at = math.min(x, frame.layout.width - half - 2)
    if at - half > free then
      parts[#parts + 1] = chart.label("tick", at, frame.top - 7, "middle", mark.name)
      free = at + half + 4
    end
  end
  return table.concat(parts, "\n")
end

--- The marks of the checkpoints of a run in a plot over time.
function M.marks_over_time(frame, run)
  local marks = {}
  for i, time in ipairs(run.splits and run.splits.times or {}) do
    if time / 1000 >= frame.x_min and time / 1000 <= frame.x_max then
      marks[#marks + 1] = { x = frame:px(time / 1000), name = runs_of.checkpoint_name(run, i) }
    end
  end
  table.sort(marks, function(a, b) return a.x < b.x end)
  return marks
end

--- The line of a run, with its name to point at.
function M.run_line(run, path)
  if path == "" then return "" end
  return ('<path class="line %s" d="%s"><title>%s</title></path>'):format(run.class, path,
    text.escape(run.name))
end

local function speeds(layout, runs)
  local least, most, step = chart.round_range(speed_range(runs))
  local frame = chart.new(layout, TOP, layout.class == "wide" and 250 or 210,
    runs_of.time_range(runs), { least, most })
  local parts = { frame:y_axis(step), frame:time_axis(),
    M.checkpoints(frame, M.marks_over_time(frame, runs[1])) }
  for i = #runs, 1, -1 do
    parts[#parts + 1] = M.run_line(runs[i], frame:path(runs[i].seconds, runs[i].speed))
  end
  parts[#parts + 1] = chart.label("axis", 4, 12, "start", "km/h")
  parts[#parts + 1] = frame:cursor()
  return chart.svg(layout, frame.bottom + 44, "Speed over race time", frame:time_attributes(),
    parts)
end

-- Differences ---------------------------------------------------------------------------------

-- What there is of each run but the first: curves by place, and dots at checkpoints.
local function differences_of(runs)
  local list, has_curve, has_dots = {}, false, false
  for i = 2, #runs do
    local metres, seconds = delta.by_place(runs[1], runs[i])
    local dots = delta.at_checkpoints(runs[1], runs[i])
    list[#list + 1] = { run = runs[i], metres = metres, seconds = seconds, dots = dots }
    has_curve, has_dots = has_curve or metres ~= nil, has_dots or #dots > 0
  end
  return list, has_curve, has_dots
end

local function seconds_range(list)
  local least, most = 0.0, 0.0
  local function take(value)
    if value == value then least, most = math.min(least, value), math.max(most, value) end
  end
  for _, one in ipairs(list) do
    for _, value in ipairs(one.seconds or {}) do take(value) end
    for _, dot in ipairs(one.dots) do take(dot.seconds) end
  end
  if most - least < 0.02 then least, most = least - 0.02, most + 0.02 end
  return chart.round_range(least, most, 5)
end

-- The area between the curve and zero, twice: clipped to what is lost, above, and gained, below.
local function areas(frame, one, id)
  local at, zero, parts = text.coordinate, frame:py(0), {}
  local path = frame:area(one.metres, one.seconds)
  for _, half in ipairs { { "lost", frame.top, zero }, { "gained", zero, frame.bottom } } do
    parts[#parts + 1] = ('<clipPath id="%s-%s"><rect x="%s" y="%s" width="%s" height="%s" />'
      .. '</clipPath><path class="%s" clip-path="url(#%s-%s)" d="%s" />'):format(half[1], id,
      at(frame.left), at(half[2]), at(frame.right - frame.left), at(half[3] - half[2]), half[1],
      half[1], id, path)
  end
  return table.concat(parts, "\n")
end

local function dot(frame, run, place, one)
  local x = math.max(frame.left, math.min(frame.right, frame:px(place)))
  return ('<circle class="point %s" cx="%s" cy="%s" r="3.5"><title>%s</title></circle>'):format(
    run.class, text.coordinate(x), text.coordinate(frame:py(one.seconds)),
    text.escape(("%s, %s: %s s"):format(run.name, one.name == "finish" and one.name
      or "checkpoint " .. one.name, text.signed(one.seconds, 3))))
end

local function signed_tick(value, decimals)
  return value == 0 and "0" or text.signed(value, decimals)
end

local function difference_frame(layout, list, x_range)
  local least, most, step = seconds_range(list)
  local frame = chart.new(layout, TITLE + TOP, 150, x_range,
    { least, most })
  return frame, frame:y_axis(step, signed_tick)
end

local function title_of(layout, runs)
  local room = layout.class == "wide" and 60 or 20
  return ("s against %s: + is later"):format(text.shorten(runs[1].name, room))
end

local function over_distance(layout, runs, list)
  local reference = runs[1]
  local frame, axis = difference_frame(layout, list,
    { 0, math.max(reference.distances[#reference.distances], 1) })
  local parts, marks = { axis, frame:x_axis("distance along the first run, m") }, {}
  for i, time in ipairs(reference.splits and reference.splits.times or {}) do
    local metres = runs_of.value_at(reference, reference.distances, time / 1000)
    if metres then
      marks[#marks + 1] = { x = frame:px(metres), name = runs_of.checkpoint_name(reference, i) }
    end
  end
  parts[#parts + 1] = M.checkpoints(frame, marks)
  if #list == 1 and list[1].metres then
    parts[#parts + 1] = areas(frame, list[1], layout.class)
  end
  parts[#parts + 1] = frame:zero()
  for _, one in ipairs(list) do
    if one.metres then
      parts[#parts + 1] = M.run_line(one.run, frame:path(one.metres, one.seconds))
    end
    for _, at in ipairs(one.dots) do
      if at.metres then parts[#parts + 1] = dot(frame, one.run, at.metres, at) end
    end
  end
  parts[#parts + 1] = chart.label("axis", 4, 12, "start", title_of(layout, runs))
  return chart.svg(layout, frame.bottom + 44, "Time lost and gained over distance", "", parts)
end

local function over_checkpoints(layout, runs, list)
  local frame, axis = difference_frame(layout, list, runs_of.time_range(runs))
  local parts = { axis, frame:time_axis(),
    M.checkpoints(frame, M.marks_over_time(frame, runs[1])), frame:zero() }
  for _, one in ipairs(list) do
    local times, seconds = {}, {}
    for i, at in ipairs(one.dots) do
      times[i], seconds[i] = at.time, at.seconds
      parts[#parts + 1] = dot(frame, one.run, at.time, at)
    end
    parts[#parts + 1] = M.run_line(one.run, frame:path(times, seconds))
  end
  parts[#parts + 1] = chart.label("axis", 4, 12, "start", title_of(layout, runs))
  parts[#parts + 1] = frame:cursor()
  return chart.svg(layout, frame.bottom + 44, "Time lost and gained at checkpoints",
    frame:time_attributes(), parts)
end

local function difference_pictures(runs)
  if #runs == 1 then return "" end
  local list, has_curve, has_dots = differences_of(runs)
  if not has_curve and not has_dots then
    return '<p class="none">The runs have too little in common for a difference in time.</p>'
  end
  local draw, parts = has_curve and over_distance or over_checkpoints, {}
  for i, layout in ipairs(chart.LAYOUTS) do parts[i] = draw(layout, runs, list) end
  local note = has_curve
    and "Time lost and gained: how much later a run is at the places of the first; dots are the "
      .. "differences at checkpoints."
    or "Time lost and gained at checkpoints: the runs take ways too different to compare places."
  return table.concat(parts, "\n") .. ('\n<p class="note">%s</p>'):format(note)
end

--- The content of the figure.
function M.draw(runs)
  local parts = {}
  for i, layout in ipairs(chart.LAYOUTS) do parts[i] = speeds(layout, runs) end
  parts[#parts + 1] = difference_pictures(runs)
  return table.concat(parts, "\n")
end

return M
