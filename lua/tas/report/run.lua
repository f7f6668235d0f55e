--- The runs of a report: what was given, checked and in the units of the page. Part of tas.report.

local text = require "tas.report.text"

local M = {}

-- Of a run, a tick each:
--   seconds, x, y, z, speed and what else there is   as given, times in s
--   joined, distances                                see follow

local NEEDED = { "x", "y", "z", "speed" }
local WANTED = { "steer", "gas", "accelerate", "brake" }
local MOVING = { "speed", "steer", "gas", "accelerate", "brake" }
local FASTEST = 1000 -- m/s; what moves faster was put there, as by a respawn

local function fail(what, ...)
  error(("bad trace %s: "):format(what) .. (...):format(select(2, ...)), 0)
end

local function check_list(what, trace, name, count)
  local list = trace[name]
  if type(list) ~= "table" then fail(what, "'%s' is a %s, not a list", name, type(list)) end
  if #list ~= count then
    fail(what, "'%s' has %d values, and there are %d times", name, #list, count)
  end
end

-- Pedals may be booleans, as the properties of a state are.
local function numbers_of(what, trace, name)
  local list = {}
  for i, value in ipairs(trace[name]) do
    if type(value) == "boolean" then value = value and 1 or 0 end
    if type(value) ~= "number" then fail(what, "'%s' has a %s at %d", name, type(value), i) end
    list[i] = value
  end
  return list
end

local function seconds_of(what, trace)
  local list, before = {}, -math.huge
  for i, time in ipairs(trace.times) do
    if not text.is_number(time) then fail(what, "'times' has no number at %d", i) end
    if time < before then fail(what, "'times' goes back at %d", i) end
    list[i], before = time / 1000, time
  end
  return list
end

local function check_splits(what, splits)
  if splits == nil then return end
  if type(splits) ~= "table" or type(splits.times) ~= "table" then
    fail(what, "'splits' is not a run of tas.splits")
  end
  for i, time in ipairs(splits.times) do
    if not text.is_number(time) then fail(what, "'splits' has no number at %d", i) end
  end
end

local function has_place(run, i)
  return text.is_number(run.x[i]) and text.is_number(run.y[i]) and text.is_number(run.z[i])
end

-- `joined[i]`: whether the run goes on from tick i to the next, without gap or jump; and
-- `distances`, the metres driven up to each tick.
local function follow(run)
  local joined, distances, x, y, z = {}, { 0.0 }, run.x, run.y, run.z
  for i = 1, #run.seconds - 1 do
    local step = math.huge
    if has_place(run, i) and has_place(run, i + 1) then
      step = ((x[i + 1] - x[i]) ^ 2 + (y[i + 1] - y[i]) ^ 2 + (z[i + 1] - z[i]) ^ 2) ^ 0.5
    end
    joined[i] = step <= FASTEST * math.max(run.seconds[i + 1] - run.seconds[i], 0.01)
    distances[i + 1] = distances[i] + (joined[i] and step or 0)
  end
  run.joined, run.distances = joined, distances
end

local function top_of(list)
  local most
  for _, value in ipairs(list) do
    if text.is_number(value) and value > (most or -math.huge) then most = value end
  end
  return most
end

--- The run that a trace is; raises an error that names it for what is wrong with it.
function M.new(trace, index)
  local what = ("#%d"):format(index)
  if type(trace) ~= "table" then fail(what, "it is a %s, not a table", type(trace)) end
  if trace.name ~= nil and type(trace.name) ~= "string" then fail(what, "'name' is no string") end
  what = trace.name and ("'%s'"):format(trace.name) or what
  if type(trace.times) ~= "table" then fail(what, "it has no list 'times'") end
  if #trace.times == 0 then fail(what, "it is empty: there are no ticks in it") end
  local run = { name = trace.name or ("run %d"):format(index), index = index,
    class = ("r%d"):format((index - 1) % 6 + 1), seconds = seconds_of(what, trace),
    splits = trace.splits }
  for _, name in ipairs(NEEDED) do
    check_list(what, trace, name, #trace.times)
    run[name] = numbers_of(what, trace, name)
  end
  for _, name in ipairs(WANTED) do
    if trace[name] ~= nil then
      check_list(what, trace, name, #trace.times)
      run[name] = numbers_of(what, trace, name)
    end
  end
  check_splits(what, trace.splits)
  follow(run)
  run.top_speed = top_of(run.speed)
  return run
end

-- The last tick at or before a time (s); 0 before the first.
local function tick_at(run, seconds)
  local low, high = 0, #run.seconds
  while low < high do
    local middle = (low + high + 1) // 2
    if run.seconds[middle] <= seconds then low = middle else high = middle - 1 end
  end
  return low
end

--- A value of a list at a time (s), between two ticks in proportion; nil outside of the run and in
-- gaps. A time up to a tick behind the last is the last.
function M.value_at(run, list, seconds)
  local i, count = tick_at(run, seconds), #run.seconds
  if i == 0 then return nil end
  local a, b = list[i], list[i + 1]
  if i == count then b = run.seconds[i] >= seconds - 0.011 and a or nil end
  if not text.is_number(a) or not text.is_number(b) then return nil end
  local span = (run.seconds[i + 1] or run.seconds[i]) - run.seconds[i]
  return span > 0 and a + (b - a) * (seconds - run.seconds[i]) / span or a
end

local function is_moved(run, i)
  for _, name in ipairs(MOVING) do
    local value = (run[name] or {})[i]
    if text.is_number(value) and value ~= 0 then return true end
  end
  return false
end

-- The countdown in which nothing happens is left out.
local function begin_of(run)
  local begin = run.seconds[1]
  for i, seconds in ipairs(run.seconds) do
    if seconds > 0 or is_moved(run, i) then break end
    begin = seconds
  end
  return begin
end

--- The span of times (s) in which something happens in a run, never empty.
function M.time_range(runs)
  local least, most = math.huge, -math.huge
  for _, run in ipairs(runs) do
    least = math.min(least, begin_of(run))
    most = math.max(most, run.seconds[#run.seconds])
  end
  if most - least < 0.01 then most = least + 0.01 end
  return { least, most }
end

--- What the checkpoint of that number is called.
function M.checkpoint_name(run, i)
  return i == run.splits.target and "finish" or tostring(i)
end

return M
