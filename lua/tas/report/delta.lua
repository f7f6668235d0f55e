--- How much later a run is than another at the same place. Part of tas.report.
--
-- Places are those of the reference, by the distance driven there. The other run is followed along
-- it: for each of its places the nearest on the next stretch of the reference counts, never one
-- that lies behind, so that a track may cross itself. Where it is too far away, it takes another
-- way, and there is no difference to tell.

local text = require "tas.report.text"
local runs_of = require "tas.report.run"

local M = {}

local STEP = 0.5 -- m between places of the reference; straight lines between them
local AWAY = 16 -- m beside the reference that still count as the same place
local AHEAD = 24 -- m of the reference that are looked at, and twice what was driven since the last
local SHARE = 0.5 -- of the reference that must have been matched, for a curve that tells something

local function has_place(run, i)
  return text.is_number(run.x[i]) and text.is_number(run.y[i]) and text.is_number(run.z[i])
end

-- Ticks of a run that are at least `step` metres apart; the first of those at one place.
local function ticks_apart(run, step)
  local list, last = {}, -math.huge
  for i = 1, #run.seconds do
    if has_place(run, i) and (run.distances[i] - last >= step or i == #run.seconds) then
      list[#list + 1], last = i, run.distances[i]
    end
  end
  return list
end

-- Squared metres from a place to the reference between two ticks, and where between, 0 to 1;
-- infinitely many where the reference has jumped.
local function to_segment(run, a, b, x, y, z)
  local ax, ay, az = run.x[a], run.y[a], run.z[a]
  local dx, dy, dz = run.x[b] - ax, run.y[b] - ay, run.z[b] - az
  local length = dx * dx + dy * dy + dz * dz
  if length > (run.distances[b] - run.distances[a] + 1) ^ 2 then return math.huge, 0 end
  local t = length > 0 and ((x - ax) * dx + (y - ay) * dy + (z - az) * dz) / length or 0
  t = math.max(0, math.min(1, t))
  return (ax + t * dx - x) ^ 2 + (ay + t * dy - y) ^ 2 + (az + t * dz - z) ^ 2, t
end

-- The nearest place from segment `from` on, within `ahead` metres: segment, where in it; or nil.
local function nearest(run, ticks, from, ahead, x, y, z)
  local best, segment, place = AWAY * AWAY, nil, nil
  local limit = run.distances[ticks[from]] + ahead
  for k = from, #ticks - 1 do
    local a, b = ticks[k], ticks[k + 1]
    if run.distances[a] > limit then break end
    local distance, t = to_segment(run, a, b, x, y, z)
    if distance < best then best, segment, place = distance, k, t end
  end
  return segment, place
end

local function between(list, a, b, t)
  return list[a] + (list[b] - list[a]) * t
end

-- Before the start and behind the end of the reference there is no place of it.
local function is_beyond(ticks, segment, place)
  return segment == 1 and place <= 0 or segment == #ticks - 1 and place >= 1
end

--- Follows a run along the reference. Returns two lists: metres along the reference, and seconds by
-- which the run is later there, NaN between two stretches; or nil where they have too little of the
-- way in common.
function M.by_place(reference, run)
  local ticks = ticks_apart(reference, STEP)
  if #ticks < 2 then return nil end
  local metres, seconds, from, last, covered = {}, {}, 1, nil, 0
  for _, i in ipairs(ticks_apart(run, STEP)) do
    local driven = last and run.distances[i] - run.distances[last] or 0
    local segment, place = nearest(reference, ticks, from, AHEAD + 2 * driven, run.x[i], run.y[i],
      run.z[i])
    if segment and not is_beyond(ticks, segment, place) then
      local a, b = ticks[segment], ticks[segment + 1]
      local at, before = between(reference.distances, a, b, place), metres[#metres]
      if before and driven > AHEAD then
        metres[#metres + 1], seconds[#seconds + 1] = at, 0 / 0
      elseif before then
        covered = covered + at - before
      end
      if not before or at >= before then
        metres[#metres + 1] = at
        seconds[#seconds + 1] = run.seconds[i] - between(reference.seconds, a, b, place)
      end
      from, last = segment, i
    end
  end
  if covered <= 0 or covered < SHARE * reference.distances[#reference.distances] then return nil end
  return metres, seconds
end

--- The differences at the checkpoints that both runs have passed: metres along the reference, or
-- nil where that is unknown, and seconds.
function M.at_checkpoints(reference, run)
  local list = {}
  for i, time in ipairs(reference.splits and reference.splits.times or {}) do
    local other = run.splits and run.splits.times[i]
    if other then
      list[#list + 1] = { seconds = (other - time) / 1000, time = time / 1000,
        metres = runs_of.value_at(reference, reference.distances, time / 1000),
        name = runs_of.checkpoint_name(reference, i) }
    end
  end
  return list
end

return M
