--- Inputs over time, a band for each run: steering as a line, pedals as bars. Part of tas.report.

local chart = require "tas.report.chart"
local text = require "tas.report.text"
local speed = require "tas.report.speed"
local runs_of = require "tas.report.run"

local M = {}

local FULL = 65536
local NAME, STEER, GAS, PEDAL, BETWEEN = 24, 84, 44, 12, 7 -- heights of what is in a band
local TOP = 18

local PEDALS = { { "accelerate", "accel." }, { "brake", "brake" } }

local function has_any(list)
  for _, value in ipairs(list or {}) do
    if text.is_number(value) and value ~= 0 then return true end
  end
  return false
end

local function is_down(value)
  return text.is_number(value) and value ~= 0
end

-- Spans of time (s) in which a pedal is down.
local function spans_of(run, list)
  local spans, from = {}, nil
  for i, value in ipairs(list) do
    if is_down(value) and not from then
      from = run.seconds[i]
    elseif not is_down(value) and from then
      spans[#spans + 1] = { from, run.seconds[i] }
      from = nil
    end
  end
  if from then spans[#spans + 1] = { from, run.seconds[#run.seconds] } end
  return spans
end

-- All bars of a lane in one path: of inputs that are tapped there are many.
local function bars(frame, spans, y)
  local parts, at = {}, text.coordinate
  for i, span in ipairs(spans) do
    local x = frame:px(span[1])
    local width = math.max(frame:px(span[2]) - x, 0.3)
    parts[i] = ("M%s %sh%sv%sh-%sz"):format(at(x), at(y), at(width), PEDAL, at(width))
  end
  return table.concat(parts)
end

local function pedal_lane(frame, run, pedal, y)
  local list = run[pedal[1]]
  local spans, held = spans_of(run, list), 0
  for _, span in ipairs(spans) do held = held + span[2] - span[1] end
  local parts = { ('<rect class="lane" x="%s" y="%s" width="%s" height="%d" />'):format(
    text.coordinate(frame.left), text.coordinate(y), text.coordinate(frame.right - frame.left),
    PEDAL), chart.label("tick", frame.left - 7, y + PEDAL - 2, "end", pedal[2]) }
  if #spans > 0 then
    parts[#parts + 1] = ('<path class="%s" d="%s"><title>%s: pressed %d times, held for %s s'
      .. '</title></path>'):format(pedal[1], bars(frame, spans, y), pedal[1], #spans,
      text.fixed(held, 2))
  end
  return table.concat(parts, "\n")
end

local function largest(list)
  local most = FULL
  for _, value in ipairs(list) do
    if text.is_number(value) then most = math.max(most, math.abs(value)) end
  end
  return most
end

-- A value that goes both ways from a middle line, with the words for up and down.
local function lane(layout, run, list, x_range, y, height, words)
  local most = largest(list)
  local frame = chart.new(layout, y, height, x_range, { -most, most })
  local values = list
  return table.concat({
    ('<rect class="lane" x="%s" y="%s" width="%s" height="%d" />'):format(
      text.coordinate(frame.left), text.coordinate(y), text.coordinate(frame.right - frame.left),
      height),
    frame:zero(),
    chart.label("tick", frame.left - 7, y + 11, "end", words[1]),
    chart.label("tick", frame.left - 7, y + height - 3, "end", words[2]),
    speed.run_line({ class = run.class .. " thin", name = words[3] },
      frame:path(run.seconds, values, true)),
  }, "\n")
end

local function reversed(list)
  local values = {}
  for i, value in ipairs(list) do values[i] = -value end
  return values
end

-- One run from y down: its parts and where it ends.
local function band(layout, run, x_range, y)
  local parts, frame = {}, chart.new(layout, y, 1, x_range, { 0, 1 })
  local room = layout.class == "wide" and 80 or 36
  parts[1] = chart.label("name " .. run.class, frame.left, y + 14, "start",
    text.shorten(run.name, room))
  y = y + NAME
  if run.steer then
    parts[#parts + 1] = lane(layout, run, run.steer, x_range, y, STEER,
      { "right", "left", "steering" })
    y = y + STEER + BETWEEN
  end
  if has_any(run.gas) then
    parts[#parts + 1] = lane(layout, run, reversed(run.gas), x_range, y, GAS,
      { "gas", "brake", "analog gas" })
    y = y + GAS + BETWEEN
  end
  for _, pedal in ipairs(PEDALS) do
    if run[pedal[1]] then
      parts[#parts + 1] = pedal_lane(frame, run, pedal, y)
      y = y + PEDAL + BETWEEN
    end
  end
  if #parts == 1 then
    parts[2] = chart.label("tick", frame.left, y + 12, "start", "no inputs recorded")
    y = y + 24
  end
  return table.concat(parts, "\n"), y
end

local function picture(layout, runs)
  local x_range, y, bands = runs_of.time_range(runs), TOP, {}
  for i, run in ipairs(runs) do
    bands[i], y = band(layout, run, x_range, y)
    y = y + 8
  end
  local frame = chart.new(layout, TOP, y - TOP, x_range, { 0, 1 })
  local marks = speed.checkpoints(frame, speed.marks_over_time(frame, runs[1]))
  local parts = { frame:time_axis(), marks, table.concat(bands, "\n"), frame:cursor() }
  return chart.svg(layout, frame.bottom + 44, "Inputs over race time", frame:time_attributes(),
    parts)
end

--- The content of the figure.
function M.draw(runs)
  local is_there = false
  for _, run in ipairs(runs) do
    is_there = is_there or run.steer or run.accelerate or run.brake or has_any(run.gas)
  end
  if not is_there then return '<p class="none">No inputs were recorded.</p>' end
  local parts = {}
  for i, layout in ipairs(chart.LAYOUTS) do parts[i] = picture(layout, runs) end
  return table.concat(parts, "\n")
end

return M
