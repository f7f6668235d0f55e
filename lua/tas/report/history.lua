--- The history of a search: the best value over the simulations made. Part of tas.report.

local chart = require "tas.report.chart"
local text = require "tas.report.text"

local M = {}

local DOTS_MAX = 150

local function fail(...)
  error("bad history: " .. (...):format(select(2, ...)), 0)
end

local function check_fields(history)
  for _, name in ipairs { "total", "seconds", "ticks" } do
    local value = history[name]
    if value ~= nil and not (text.is_number(value) and value >= 0) then
      fail("'%s' is no count", name)
    end
  end
  for _, name in ipairs { "target", "unit" } do
    if history[name] ~= nil and type(history[name]) ~= "string" then
      fail("'%s' is no string", name)
    end
  end
end

--- The history that was given, checked: `.simulations` and `.values` are the lists of its points.
function M.new(history)
  if type(history) ~= "table" then fail("it is a %s, not a table", type(history)) end
  if type(history.points) ~= "table" then fail "it has no list 'points'" end
  if #history.points == 0 then fail "it is empty: there are no points in it" end
  check_fields(history)
  local simulations, values, before = {}, {}, -math.huge
  for i, point in ipairs(history.points) do
    if type(point) ~= "table" or not text.is_number(point.simulations)
        or point.simulations < 0 then
      fail("point %d has no number 'simulations'", i)
    end
    if point.simulations < before then fail("'simulations' goes back at point %d", i) end
    if point.value ~= nil and type(point.value) ~= "number" then
      fail("point %d has a %s as 'value'", i, type(point.value))
    end
    simulations[i], values[i], before = point.simulations, point.value or 0 / 0, point.simulations
  end
  return { simulations = simulations, values = values, target = history.target or "target",
    unit = history.unit or "", total = math.max(history.total or 0, before),
    seconds = history.seconds, ticks = history.ticks }
end

-- The first and the last value that are numbers.
local function ends_of(history)
  local first, last
  for _, value in ipairs(history.values) do
    if text.is_number(value) then first, last = first or value, value end
  end
  return first, last
end

local function decimals_of(history)
  if history.unit ~= "s" then return 3 end
  for _, value in ipairs(history.values) do
    if text.is_number(value) and math.abs(value * 100 - math.floor(value * 100 + 0.5)) > 1e-6 then
      return 3
    end
  end
  return 2
end

local function with_unit(words, history)
  return history.unit == "" and words or words .. " " .. history.unit
end

-- "12 345", with thin spaces.
local function grouped(count)
  local digits, groups = ("%.0f"):format(count), {}
  for last = #digits, 1, -3 do
    table.insert(groups, 1, digits:sub(math.max(1, last - 2), last))
  end
  return table.concat(groups, "\u{2009}")
end

--- What came out of it, as a sentence.
function M.summary(history)
  local first, last = ends_of(history)
  local parts, decimals = {}, decimals_of(history)
  if not first then
    parts[1] = ("No value of %s was found"):format(history.target)
  elseif first == last then
    parts[1] = ("Best %s stayed %s"):format(history.target,
      with_unit(text.fixed(last, decimals), history))
  else
    parts[1] = ("Best %s from %s to %s (%s)"):format(history.target, text.fixed(first, decimals),
      with_unit(text.fixed(last, decimals), history), text.signed(last - first, decimals))
  end
  parts[2] = (" in %s simulations"):format(grouped(history.total))
  if history.ticks then parts[#parts + 1] = (", %s ticks"):format(grouped(history.ticks)) end
  if history.seconds and history.seconds > 0 then
    parts[#parts + 1] = (", in %s: %s simulations a second"):format(text.seconds(
      history.seconds * 1000), text.fixed(history.total / history.seconds,
      history.total / history.seconds < 10 and 2 or 0))
  end
  return table.concat(parts) .. "."
end

-- The points and, behind them, the last value up to the end of the search.
local function extended(history)
  local xs, ys = { table.unpack(history.simulations) }, { table.unpack(history.values) }
  xs[#xs + 1], ys[#ys + 1] = history.total, ys[#ys]
  return xs, ys
end

local function dots(frame, history, decimals)
  local parts, before = {}, nil
  for i, value in ipairs(history.values) do
    if text.is_number(value) and value ~= before then
      parts[#parts + 1] = ('<circle class="point r1" cx="%s" cy="%s" r="3.5"><title>%s</title>'
        .. '</circle>'):format(text.coordinate(frame:px(history.simulations[i])),
        text.coordinate(frame:py(value)), text.escape(("simulation %s: %s"):format(
          grouped(history.simulations[i]), with_unit(text.fixed(value, decimals), history))))
      before = value
    end
  end
  return #parts <= DOTS_MAX and table.concat(parts, "\n") or ""
end

-- The last value, at the end of its line, on the side that the line did not come from.
local function last_label(frame, history, first, last, decimals)
  local y = frame:py(last)
  return chart.label("value", frame.right - 2, last <= first and y - 8 or y + 18, "end",
    with_unit(text.fixed(last, decimals), history))
end

local function picture(layout, history)
  local least, most
  for _, value in ipairs(history.values) do
    if text.is_number(value) then
      least, most = math.min(least or value, value), math.max(most or value, value)
    end
  end
  local low, high, step = chart.round_range(least, most, 6)
  local first_x = math.min(history.simulations[1], 0)
  local frame = chart.new(layout, 24, layout.class == "wide" and 230 or 200,
    { first_x, math.max(history.total, first_x + 1) }, { low, high })
  local first, last = ends_of(history)
  local decimals = decimals_of(history)
  local xs, ys = extended(history)
  local unit = history.unit == "" and history.target or history.target .. ", " .. history.unit
  local parts = { frame:y_axis(step), frame:x_axis "simulations",
    ('<path class="line r1" d="%s" />'):format(frame:path(xs, ys, true)),
    dots(frame, history, decimals), last_label(frame, history, first, last, decimals),
    chart.label("axis", 4, 12, "start", text.shorten(unit, 40)) }
  return chart.svg(layout, frame.bottom + 44, "Best value over simulations", "", parts)
end

--- The content of the figure.
function M.draw(history)
  if not ends_of(history) then return '<p class="none">The search has found no value.</p>' end
  local parts = {}
  for i, layout in ipairs(chart.LAYOUTS) do parts[i] = picture(layout, history) end
  return table.concat(parts, "\n")
end

return M
