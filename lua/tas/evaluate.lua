--- What "better" means: targets, which give each run a score.
--
--     local target = evaluate.finish()
--     local target = evaluate.speed(12000)
--     local target = assert(evaluate.parse "checkpoint:3")
--
-- A score is a list of two numbers; the smaller first one is better, of two that are the same the
-- smaller second one. For what is reached sooner or later it is the race time in ms, and within
-- the tick of 10 ms by how many ms earlier the car has crossed the plane in which the first run
-- measured stood at that moment, across its way: negative is earlier.
--
-- A target is a table that a search asks: `text`, as `parse` takes it; `checkpoint`, the number of
-- the pass that is measured, or "finish"; `from` and `to`, the race times between which each step
-- is measured; `measure(target, game, time)`, which returns a score or nil, and true when nothing
-- better can follow; `limit(target, score)`, the race time after which a run cannot be better than
-- that; `show(target, score)`, for people; and `temperature`, what is a small difference.

local inputs = require "tas.inputs"

local M = {}

local GRID <const> = 10

local Target = {}
Target.__index = Target
Target.__name = "tas.evaluate.target"

--- Whether score `a` is better than `b`; anything is better than nil.
function M.is_better(a, b)
  if not a then return false end
  if not b then return true end
  if a[1] ~= b[1] then return a[1] < b[1] end
  return a[2] < b[2]
end

--- By how much `a` is worse than `b`, as one number.
function M.difference(a, b)
  return (a[1] - b[1]) + (a[2] - b[2])
end

function Target:limit() -- luacheck: ignore self
  return nil
end

local function new(fields)
  return setmetatable(fields, Target)
end

-- The shortest text that is read as the same number: other processes have nothing else.
local function number_text(number)
  for digits = 6, 17 do
    local text = ("%." .. digits .. "g"):format(number)
    if tonumber(text) == number then return text end
  end
end

local function list_text(...)
  local parts = {}
  for i, number in ipairs { ... } do parts[i] = number_text(number) end
  return table.concat(parts, ",")
end

local function time_text(ms)
  return inputs.format_time(ms)
end

-- What is reached at a time ----------------------------------------------------------------------

local function show_time(_, score)
  if math.abs(score[2]) < 0.05 then return time_text(score[1]) .. " s" end
  return ("%s s (%+.1f ms)"):format(time_text(score[1]), score[2])
end

local function limit_time(_, score)
  return score[1]
end

-- A plane through the car, across its way: position, and direction of length 1.
local function plane_of(state)
  local x, y, z = state:unpack "position"
  local vx, vy, vz = state:unpack "velocity"
  local speed = math.sqrt(vx * vx + vy * vy + vz * vz)
  if speed == 0 then return { x, y, z, 0, 0, 0 } end
  return { x, y, z, vx / speed, vy / speed, vz / speed }
end

-- How many ms ago the car has crossed the plane; at most a few ticks, whatever it does.
local function since(state, plane)
  local x, y, z = state:unpack "position"
  local vx, vy, vz = state:unpack "velocity"
  local ahead = (x - plane[1]) * plane[4] + (y - plane[2]) * plane[5] + (z - plane[3]) * plane[6]
  local speed = vx * plane[4] + vy * plane[5] + vz * plane[6]
  if speed <= 1 then return 0 end
  return math.max(-GRID, math.min(GRID, ahead / speed * 1000))
end

local function measure_pass(target, game, time)
  local state, message, code = game:get_simulation_state()
  if not state then return nil, message, code end
  target.plane = target.plane or plane_of(state)
  return { time, -since(state, target.plane) }, true
end

--- The finish, as soon as possible.
function M.finish()
  return new { text = "finish", checkpoint = "finish", measure = measure_pass, show = show_time,
    limit = limit_time, temperature = 20, unit = "s" }
end

--- The n-th checkpoint of the race, counted over all laps.
function M.checkpoint(n)
  if math.type(n) ~= "integer" or n < 1 then
    error("bad argument #1 to 'checkpoint' (a number from 1 expected)", 2)
  end
  return new { text = ("checkpoint:%d"):format(n), checkpoint = n, measure = measure_pass,
    show = show_time, limit = limit_time, temperature = 20, unit = "s" }
end

--- The first time at which the car is inside of a box: its corner of the smallest coordinates, and
-- its sizes, m, as add_trigger has them; looked for from race time `from` on (ms, 0).
function M.trigger(x, y, z, size_x, size_y, size_z, from)
  local function measure(_, game, time)
    local state, message, code = game:get_simulation_state()
    if not state then return nil, message, code end
    local px, py, pz = state:unpack "position"
    local inside = px >= x and px <= x + size_x and py >= y and py <= y + size_y
      and pz >= z and pz <= z + size_z
    if inside then return { time, 0 }, true end
  end
  local text = "trigger:" .. list_text(x, y, z, size_x, size_y, size_z)
  if from then text = text .. "@" .. time_text(from) end
  return new { text = text, from = from or 0, to = math.huge, measure = measure, show = show_time,
    limit = limit_time, temperature = 20, unit = "s" }
end

-- What is measured at a time ---------------------------------------------------------------------

--- The speed at a race time (ms), as high as possible; scores are km/h, negative.
function M.speed(at)
  local function measure(_, game)
    local state, message, code = game:get_simulation_state()
    if not state then return nil, message, code end
    local x, y, z = state:unpack "velocity"
    return { -3.6 * math.sqrt(x * x + y * y + z * z), 0 }, true
  end
  return new { text = "speed@" .. time_text(at), from = at, to = at, measure = measure,
    show = function(_, score) return ("%.3f km/h"):format(-score[1]) end,
    limit = function() return at end, temperature = 0.2, unit = "km/h" }
end

--- The distance to a point (m), as small as possible: at the race time `from`, or the least from
-- there to `to` (ms, both included).
function M.distance(x, y, z, from, to)
  to = to or from
  local function measure(_, game, time)
    local state, message, code = game:get_simulation_state()
    if not state then return nil, message, code end
    local px, py, pz = state:unpack "position"
    local distance = math.sqrt((px - x) ^ 2 + (py - y) ^ 2 + (pz - z) ^ 2)
    return { distance, 0 }, time >= to
  end
  local text = ("distance:%s@%s"):format(list_text(x, y, z), time_text(from))
  if to ~= from then text = text .. "-" .. time_text(to) end
  return new { text = text, from = from, to = to, measure = measure,
    show = function(_, score) return ("%.3f m"):format(score[1]) end,
    limit = function() return to end, temperature = 0.05, unit = "m" }
end

--- Anything: `measure(state, time, game)` is called at each step from race time `from` to `to` (ms,
-- both included); it returns a number, the smaller the better, or nil, and true when the run need
-- not go on. The least number of a run counts. `name` is for people.
function M.custom(name, from, to, measure)
  local function take(_, game, time)
    local state, message, code = game:get_simulation_state()
    if not state then return nil, message, code end
    local value, done = measure(state, time, game)
    if value ~= nil and (type(value) ~= "number" or value ~= value) then
      error(("%s: a number or nil expected, got %s"):format(name, tostring(value)), 0)
    end
    return value and { value, 0 }, done or time >= to
  end
  return new { text = name, from = from, to = to, measure = take,
    show = function(_, score) return ("%g"):format(score[1]) end,
    limit = function() return to end, temperature = 1, unit = "" }
end

-- Text -------------------------------------------------------------------------------------------

local function invalid(text, why)
  return nil, ("'%s' is no target: %s"):format(text, why), "invalid"
end

local function numbers(text, count)
  local list = {}
  for part in (text .. ","):gmatch "([^,]*)," do
    local number = tonumber(part)
    if not number or number ~= number or math.abs(number) == math.huge then return nil end
    list[#list + 1] = number
  end
  return #list == count and list or nil
end

-- A file that returns { from =, to =, measure = function(state, time, game) end }.
local function load_file(text, path)
  local chunk, message = loadfile(path)
  if not chunk then return nil, message, "system" end
  local ok, result = pcall(chunk)
  if not ok then return nil, tostring(result), "invalid" end
  if type(result) ~= "table" or type(result.measure) ~= "function" then
    return invalid(text, "the file must return a table with a function 'measure'")
  end
  for _, name in ipairs { "from", "to" } do
    if math.type(result[name]) ~= "integer" then
      return invalid(text, ("'%s' must be a race time in ms"):format(name))
    end
  end
  return M.custom(text, result.from, result.to, result.measure)
end

local READERS = {}

function READERS.finish(text, rest, at)
  if rest or at then return invalid(text, "finish has no value") end
  return M.finish()
end

function READERS.checkpoint(text, rest, at)
  local n = rest and rest:find "^%d+$" and math.tointeger(tonumber(rest))
  if not n or n < 1 or at then return invalid(text, "checkpoint:N has a number from 1") end
  return M.checkpoint(n)
end

function READERS.speed(text, rest, at)
  local from, to = inputs.time(at or "")
  if rest or not from or to then return invalid(text, "speed@TIME has a race time") end
  return M.speed(from)
end

function READERS.distance(text, rest, at)
  local list, from, to = numbers(rest or "", 3), inputs.time(at or "")
  if not list or not from then
    return invalid(text, "distance:X,Y,Z@TIME or @FROM-TO has three numbers and a race time")
  end
  return M.distance(list[1], list[2], list[3], from, to)
end

function READERS.trigger(text, rest, at)
  local list, from, to = numbers(rest or "", 6), inputs.time(at or "0")
  if not list or not from or to then
    return invalid(text, "trigger:X,Y,Z,SIZE_X,SIZE_Y,SIZE_Z has six numbers; @FROM may follow")
  end
  return M.trigger(list[1], list[2], list[3], list[4], list[5], list[6], at and from)
end

--- The target that a text says: "finish", "checkpoint:3", "speed@12.00",
-- "distance:X,Y,Z@12.00-13.00", "trigger:X,Y,Z,SX,SY,SZ@5.00", or "FILE.lua", a file that returns
-- `{ from =, to =, measure = }` as of `custom`. Returns it, or nil, message, code: "invalid",
-- "system".
function M.parse(text)
  if type(text) ~= "string" then error("bad argument #1 to 'parse' (string expected)", 2) end
  if text:find "%.lua$" then return load_file(text, text) end
  local before, at = text:match "^([^@]*)@(.*)$"
  local word, rest = (before or text):match "^(%l+):(.*)$"
  word = word or before or text
  if not READERS[word] then
    return invalid(text, "there are finish, checkpoint:N, speed@TIME, distance:X,Y,Z@TIME, "
      .. "trigger:X,Y,Z,SX,SY,SZ and FILE.lua")
  end
  return READERS[word](text, rest, at)
end

return M
