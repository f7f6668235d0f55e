--- What the car did, tick by tick: recorded from a game, kept in files.
--
--     local mine = trace.watch(game, "mine")     -- until mine:stop()
--     …
--     local i = mine:at(12340)
--     print(mine.speed[i], mine.x[i], mine.z[i])
--
-- A trace is a table with lists of one length, a value for each tick from 0 on:
--   times            race time, ms, rising
--   x, y, z          position, m
--   speed            length of the velocity, km/h
--   steer            -65536 (left) to 65536 (right) and beyond; of keys all of it
--   gas              analog: -65536 (accelerate) to 65536 (brake)
--   accelerate, brake   1 while the key is pressed, else 0
-- and `name`, and `splits`, a run of tas.splits. Inputs are those that acted in the tick, also when
-- those of the next have been set already.
--
-- In a file a trace is a table of comma-separated values, a line for each tick, below a line with
-- the names of the columns. Lines that begin with # are around it: which format it is, the name,
-- the splits, and the end.

local files = require "tas.files"
local splits = require "tas.splits"

local M = {}

local TICK = 10 -- ms
local FULL = 65536
local FIRST = "# tmlua trace 1"
local COLUMNS = { "times", "x", "y", "z", "speed", "steer", "gas", "accelerate", "brake" }
local HEADER = "time,x,y,z,speed,steer,gas,accelerate,brake"

local Trace = {}
Trace.__index = Trace
Trace.__name = "tas.Trace"

local function new(run)
  local trace = setmetatable({ name = run.name, splits = run }, Trace)
  for _, column in ipairs(COLUMNS) do trace[column] = {} end
  return trace
end

-- Forgets the ticks of that time and later.
local function cut(trace, time)
  local last = (trace:at(time - 1) or 0) + 1
  for _, column in ipairs(COLUMNS) do
    local list = trace[column]
    for i = #list, last, -1 do list[i] = nil end
  end
  trace.splits:cut(time) -- a checkpoint of this tick has been told before its step
end

-- Reading states --------------------------------------------------------------------------------

local INPUTS = { "left", "right", "steer", "gas", "accelerate", "brake" }

-- Whether an event of the state has been set for a later tick than that of the time.
local function is_later(state, event, time)
  local running = state.input_running_event.time -- 0: the game tells no times
  return running ~= 0 and state[event].time - running - TICK > time
end

-- A reader of what acts: called with the state of each tick it returns the six inputs. A value that
-- has been set for the next tick is that of the tick after, and until then the one before acts.
local function inputs_reader()
  local fields, events, seen, acts = {}, {}, {}, {}
  for i, name in ipairs(INPUTS) do
    fields[i], events[i] = "input_" .. name, "input_" .. name .. "_event"
  end
  return function(state, time)
    for i = 1, 6 do
      local value, before = state[fields[i]], seen[i]
      acts[i], seen[i] = value, value
      if value ~= before and before ~= nil and is_later(state, events[i], time) then
        acts[i] = before
      end
    end
    return acts[1], acts[2], acts[3], acts[4], acts[5], acts[6]
  end
end

local function steer_of(analog, left, right)
  if analog ~= 0 then return analog end
  return (right and FULL or 0) - (left and FULL or 0)
end

-- The state as it is, in the memory of the one before: no garbage. Another track may need more.
local function state_reader(game)
  local state
  return function()
    local ok, read, message = pcall(game.get_simulation_state, game, state)
    if not ok then read, message = game:get_simulation_state() end
    if not read then error(message, 0) end
    state = read
    return read
  end
end

-- The function for each tick. Before 0 it only looks at what is set.
local function watcher(trace, game)
  local read, inputs = state_reader(game), inputs_reader()
  local times, x, y, z = trace.times, trace.x, trace.y, trace.z
  local speed, steer, gas = trace.speed, trace.steer, trace.gas
  local accelerate, brake = trace.accelerate, trace.brake
  local sqrt = math.sqrt
  return function(_, time)
    if time < -TICK then return end
    local state = read()
    local left, right, analog, gas_now, accelerates, brakes = inputs(state, time)
    if time < 0 then return end
    if times[1] and time <= times[#times] then cut(trace, time) end
    local i = #times + 1
    x[i], y[i], z[i] = state:unpack "dyna.current_state.position"
    local a, b, c = state:unpack "dyna.current_state.linear_speed"
    speed[i] = sqrt(a * a + b * b + c * c) * 3.6
    steer[i], gas[i] = steer_of(analog, left, right), gas_now
    accelerate[i], brake[i] = accelerates and 1 or 0, brakes and 1 or 0
    times[i] = time
  end
end

--- Records the game from now on, in races and simulations, until `trace:stop()`. A rewind takes
-- back what is behind it; the first tick of another race takes back all. One state is read in a
-- tick. A game that refuses one is an error of the hook.
function M.watch(game, name)
  local trace = new(splits.watch(game, name or "trace"))
  local fn = watcher(trace, game)
  trace.hooks = { game:on("run_step", fn), game:on("simulation_step", fn) }
  return trace
end

--- Records no more. Twice is fine.
function Trace:stop()
  for _, hook in ipairs(self.hooks or {}) do hook:cancel() end
  self.hooks = nil
  self.splits:stop()
end

Trace.__close = Trace.stop

--- The index of the last tick that is not behind that race time (ms); nil if all are.
function Trace:at(time)
  local times = self.times
  local low, high = 0, #times -- the answer is in between
  while low < high do
    local middle = (low + high + 1) // 2
    if times[middle] <= time then low = middle else high = middle - 1 end
  end
  return low > 0 and low or nil
end

-- Files -------------------------------------------------------------------------------------------

local ESCAPES = { ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r" }
local MEANINGS = { ["\\\\"] = "\\", ["\\n"] = "\n", ["\\r"] = "\r" }
local ROW = "%d,%.17g,%.17g,%.17g,%.17g,%d,%d,%d,%d"

local function head_of(trace)
  local run = trace.splits
  local lines = { FIRST, "# name " .. trace.name:gsub("[\\\n\r]", ESCAPES) }
  if run.target then lines[#lines + 1] = ("# target %d"):format(run.target) end
  for _, time in ipairs(run.times) do lines[#lines + 1] = ("# checkpoint %d"):format(time) end
  for _, time in ipairs(run.laps) do lines[#lines + 1] = ("# lap %d"):format(time) end
  lines[#lines + 1] = HEADER
  return lines
end

--- Writes the trace to a file, whole or not at all; `trace.load` gives it back exactly. Returns
-- true, or nil, message, "system".
function Trace:save(path)
  local lines = head_of(self)
  for i, time in ipairs(self.times) do
    lines[#lines + 1] = ROW:format(time, self.x[i], self.y[i], self.z[i], self.speed[i],
      self.steer[i], self.gas[i], self.accelerate[i], self.brake[i])
  end
  lines[#lines + 1] = "# end\n"
  return files.write(path, table.concat(lines, "\n"))
end

local function whole(cell)
  return cell:find "^%-?%d+$" and math.tointeger(tonumber(cell))
end

local function switch(cell)
  return (cell == "0" or cell == "1") and whole(cell)
end

-- What a damaged state had in it comes back too.
local STRANGE = { nan = 0 / 0, ["-nan"] = 0 / 0, inf = math.huge, ["-inf"] = -math.huge }

local function real(cell)
  if STRANGE[cell] then return STRANGE[cell] end
  local number = cell:find "^%-?%d[%d.e+-]*$" and tonumber(cell)
  return number and number + 0.0
end

local KINDS = { { whole, "a time in ms" }, { real, "a number" }, { real, "a number" },
  { real, "a number" }, { real, "a number" }, { whole, "a whole number" },
  { whole, "a whole number" }, { switch, "0 or 1" }, { switch, "0 or 1" } }

-- Takes one line into the lists. Returns nil, or the place in the line and what is wrong there.
local function read_row(trace, line)
  local n, place = #trace.times + 1, 1
  for i, kind in ipairs(KINDS) do
    if place > #line + 1 then return place - 1, "there are less than 9 columns" end
    local comma = line:find(",", place, true) or #line + 1
    local value = kind[1](line:sub(place, comma - 1))
    if not value then return place, kind[2] .. " is expected" end
    if i == 1 and n > 1 and value <= trace.times[n - 1] then return place, "times must rise" end
    trace[COLUMNS[i]][n] = value
    place = comma + 1
  end
  if place <= #line + 1 then return place, "there are more than 9 columns" end
end

local LISTS = { checkpoint = "times", lap = "laps" }

-- A line above the table. Returns as `read_row`.
local function read_head(fields, line)
  local word, rest = line:match "^# (%l+) (.*)$"
  local number = rest and whole(rest)
  if word == "name" then
    fields.name = rest:gsub("\\.", MEANINGS)
  elseif word == "target" and number and number > 0 then
    fields.target = number
  elseif LISTS[word] and number then
    table.insert(fields[LISTS[word]], number)
  elseif line == HEADER then
    fields.complete = true
  else
    return 1, "the line of the columns is missing"
  end
end

-- The trace of a text; or nil, line, column, what is wrong there.
local function parse(text)
  local fields, trace, number, complete = { times = {}, laps = {} }, nil, 0, false
  for line in text:gmatch "([^\n]*)\n" do
    number, line = number + 1, line:gsub("\r$", "")
    local column, fault
    if number == 1 then
      if line ~= FIRST then return nil, 1, 1, "this is no trace" end
    elseif complete then
      return nil, number, 1, "there is something behind the end"
    elseif not trace then
      column, fault = read_head(fields, line)
      if fields.complete then trace = new(splits.new(fields)) end
    elseif line == "# end" then
      complete = true
    else
      column, fault = read_row(trace, line)
    end
    if fault then return nil, number, column, fault end
  end
  if not complete then return nil, number + 1, 1, "the end is missing" end
  return trace
end

--- Reads a file that `trace:save` has written. Returns the trace, or nil, message, code: "system",
-- or "invalid" with a message "path:line:column: …".
function M.load(path)
  local text, message, code = files.read(path)
  if not text then return nil, message, code end
  local trace, line, column, fault = parse(text)
  if trace then return trace end
  return nil, ("%s:%d:%d: %s"):format(path, line, column, fault), "invalid"
end

return M
