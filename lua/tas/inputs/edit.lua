--- Changes to a whole script or a part of its time.

local command = require "tas.inputs.command"
local Entry = require "tas.inputs.entry"
local layout = require "tas.inputs.layout"
local timeline = require "tas.inputs.timeline"

local M = {}

local HUGE = math.maxinteger

local function check_time(value, what)
  local time = math.type(value) and math.tointeger(value)
  if not time then error(("%s: whole milliseconds are expected, not %s"):format(what,
    tostring(value)), 3) end
  return time
end

local function window(from, to)
  return from and check_time(from, "from") or 0, to and check_time(to, "to") or HUGE
end

--- Moves the timed entries whose time is from `from` to `to` (all) by so many milliseconds, ranges
--- as a whole. Returns how many it moved; nil, message, "invalid" if one would be before 0 or too
--- late, and then none is moved.
function M.shift(script, ms, from, to)
  ms = check_time(ms, "shift")
  from, to = window(from, to)
  local moved = {}
  for _, entry in ipairs(script) do
    local time = entry.time
    if time and time >= from and time <= to then
      local last = entry.stop or time
      if time + ms < 0 or last + ms > command.TIME_MAX then
        return nil, ("%s: '%s' cannot be moved by %d ms"):format(script.name, tostring(entry), ms),
          "invalid"
      end
      moved[#moved + 1] = entry
    end
  end
  for _, entry in ipairs(moved) do
    entry.time = entry.time + ms
    if entry.stop then entry.stop = entry.stop + ms end
  end
  return #moved
end

-- Makes an entry the part of it that acts at times for which the function says so. False: nothing
-- of it does.
local function clip(entry, is_kept)
  if not entry.stop then return not entry.time or is_kept(entry.time) end
  local start_kept, end_kept = is_kept(entry.time), is_kept(entry.stop)
  if start_kept and end_kept then return true end
  if end_kept then
    local arguments = { command.end_arguments(entry) }
    entry.time = entry.stop
    for i = 1, math.max(#entry, #arguments) do entry[i] = arguments[i] end
  end
  entry.stop = nil
  return start_kept or end_kept
end

local function clip_all(script, is_kept)
  return layout.filter(script, function(entry) return clip(entry, is_kept) end)
end

local ORDER = { "accelerate", "brake", "left", "right", "steer", "gas" }
local WORDS = { accelerate = "up", brake = "down", left = "left", right = "right", steer = "steer",
  gas = "gas" }

-- Puts in what is held at a time, before everything else of that time.
local function hold(script, held, time)
  local place = 1
  while script[place] and not script[place].time do place = place + 1 end
  for _, name in ipairs(ORDER) do
    local value = held[name]
    if value and value ~= 0 then
      local entry = setmetatable({ time = time }, Entry)
      Entry.set_input(entry, WORDS[name], value)
      layout.insert(script, place, entry)
      place = place + 1
    end
  end
end

--- A script of its own with the immediate entries and those of the times `from` to `to`, both
--- included. Of a range that crosses an edge the part inside is left. `options.held`: what is held
--- when it begins is put in, so that the same inputs are in force in all of the slice.
function M.slice(script, from, to, options)
  from, to = window(from, to)
  local held = options and options.held and script:at(from - 1)
  local copy = script:copy()
  clip_all(copy, function(time) return time >= from and time <= to end)
  if held then hold(copy, held, from) end
  return copy
end

local function span(script)
  local first, last = HUGE, -1
  for _, entry in ipairs(script) do
    if entry.time then
      first, last = math.min(first, entry.time), math.max(last, entry.stop or entry.time)
    end
  end
  return first, last
end

--- Puts copies of the entries of another script in. `how`: "over", the default: at times that both
--- have the other one's act last and so win; "under": its own win; "replace": its own are taken out
--- from the first to the last time of the other script. Returns the script.
function M.merge(script, other, how)
  other, how = other:copy(), how or "over"
  if how == "replace" then
    local first, last = span(other)
    clip_all(script, function(time) return time < first or time > last end)
  elseif how == "under" then
    local own = script:copy()
    layout.filter(script, function() return false end)
    script.tail = ""
    layout.append(script, other)
    other = own
  elseif how ~= "over" then
    error(("merge: 'over', 'under' or 'replace' is expected, not '%s'"):format(tostring(how)), 2)
  end
  layout.append(script, other)
  return script
end

-- The time of the tick in which something of that time acts.
local function tick_of(time, grid)
  return (time + grid - 1) // grid * grid
end

local function order_of(script)
  local order = {}
  for i, step in ipairs(timeline.steps(script)) do
    order[i] = { entry = step.entry, is_end = step.is_end }
  end
  return order
end

local function same_order(a, b)
  for i, step in ipairs(a) do
    if not rawequal(step.entry, b[i].entry) or step.is_end ~= b[i].is_end then return false end
  end
  return true
end

--- Puts the entries in the order in which they act, ranges as two entries each; comments go with
--- the entry they stand before or behind. Returns the script.
function M.flatten(script, order)
  local entries = {}
  for _, step in ipairs(order or order_of(script)) do
    local entry = step.entry
    if step.is_end then
      entry = setmetatable({ command.end_arguments(entry) }, Entry)
      entry.time, entry.line = step.entry.stop, step.entry.line
    end
    entries[#entries + 1] = entry
  end
  layout.rearrange(script, entries)
  for _, entry in ipairs(entries) do entry.stop = nil end
  return script
end

--- Moves every time up to the next multiple of 10 ms, or of `grid`: the tick in which it acts
--- anyway. What is driven stays the same; if the order within a tick would not, the script is
--- flattened. Returns a list of what was moved: { entry, from, to, stop_from, stop_to }.
function M.quantise(script, grid)
  grid = grid and check_time(grid, "grid") or 10
  if grid < 1 then error("quantise: the grid is at least 1 ms", 2) end
  local moved, order = {}, order_of(script)
  for _, entry in ipairs(script) do
    local time, stop = entry.time, entry.stop
    local new_time, new_stop = time and tick_of(time, grid), stop and tick_of(stop, grid)
    if new_time ~= time or new_stop ~= stop then
      moved[#moved + 1] = { entry = entry, from = time, to = new_time, stop_from = stop,
        stop_to = new_stop }
      entry.time, entry.stop = new_time, new_stop
    end
  end
  if not same_order(order, order_of(script)) then M.flatten(script, order) end
  return moved
end

return M
