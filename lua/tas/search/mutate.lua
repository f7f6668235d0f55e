--- Changes to a window of the inputs of a race, by chance.
--
-- A mutator knows the inputs that are changed (tm.Events in rising time) and makes copies of them
-- with one or several changes: a key or a steer value at another time, another steer value, an
-- input more or one less, and the same for a stretch of them at once. Nothing outside of the window
-- changes, and times stay on the game's grid of 10 ms.

local M = {}

local GRID <const> = 10
local ATTEMPTS <const> = 10 -- at a change of which there is anything to be seen
local FULL <const> = 65536
local STEER = "Steer (analog)"
local KEYS = {
  ["Accelerate"] = true, ["Brake"] = true, ["Steer left"] = true, ["Steer right"] = true,
}
local ANALOG = { [STEER] = true, ["Accelerate (analog)"] = true }

--- What a mutator does if nobody says otherwise: how far steer values and times move at most, how
-- long a stretch is, how many changes are made at once, and how often each kind is chosen.
M.DEFAULTS = {
  max_steer = 16384, max_time = 100, max_stretch = 3000, max_changes = 3,
  steer = 4, time = 3, stretch = 3, slide = 1, insert = 1, remove = 1,
}

--- The kinds of changes; each has a weight of its name in the options.
M.KINDS = { "steer", "time", "stretch", "slide", "insert", "remove" }
M.WEIGHTS = {}
for _, kind in ipairs(M.KINDS) do M.WEIGHTS[kind] = true end

local Mutator = {}
Mutator.__index = Mutator
Mutator.__name = "tas.search.mutator"

local function is_input(name)
  return KEYS[name] or ANALOG[name]
end

-- The inputs of the window: parallel lists of their places in the events, times, names and values.
local function index(events, from, to)
  local list = { places = {}, times = {}, names = {}, values = {}, steers = {}, keys = {},
    before = {} }
  local seen, times, names, values = {}, events:lists()
  for place, name in ipairs(names) do
    if is_input(name) then
      local time = times[place]
      if KEYS[name] and not seen[name] then list.keys[#list.keys + 1] = name end
      seen[name] = true
      if time < from then list.before[name] = values[place] end
      if time >= from and time <= to then
        local i = #list.places + 1
        list.places[i], list.times[i] = place, time
        list.names[i], list.values[i] = name, values[place]
        if name == STEER then list.steers[#list.steers + 1] = i end
      end
    end
  end
  list.analog = seen[STEER]
  return list
end

--- A mutator of these events between those input times (ms, both included). `options`: as
-- DEFAULTS, which stand for what is missing.
function M.new(events, from, to, options)
  local self = setmetatable({ from = from, to = to }, Mutator)
  self.options = setmetatable(options or {}, { __index = M.DEFAULTS })
  self:take(events)
  return self
end

--- Goes on from other events.
function Mutator:take(events)
  self.events = events
  self.index = index(events, self.from, self.to)
end

local function clamp(value, least, most)
  return math.max(least, math.min(most, value))
end

-- A whole number of grid steps from -max to max, but not 0.
local function random_shift(random, max)
  local steps = math.max(max // GRID, 1)
  local shift = random:integer(1, 2 * steps) - steps
  return (shift <= 0 and shift - 1 or shift) * GRID
end

-- A whole number from -max to max, but not 0.
local function random_amount(random, max)
  local amount = random:integer(1, 2 * max) - max
  return amount <= 0 and amount - 1 or amount
end

-- Adds to a steer value. -> whether it is another one then
local function add_steer(entry, amount)
  local was = entry.value
  entry.value = clamp(was + amount, -FULL, FULL)
  return entry.value ~= was
end

-- Each kind of change: fn(mutator, random, candidate), which returns the first time at which
-- anything is different; nil: it had nothing to change.

local function change_steer(self, random, candidate)
  local list = self.index
  if #list.steers == 0 then return nil end
  local i = list.steers[random:integer(1, #list.steers)]
  local amount = random_amount(random, self.options.max_steer)
  return add_steer(candidate[list.places[i]], amount) and list.times[i] or nil
end

local function move(self, candidate, i, shift)
  local list = self.index
  local time = clamp(list.times[i] + shift, self.from, self.to)
  candidate[list.places[i]].time = time
  return time ~= list.times[i] and math.min(time, list.times[i]) or nil
end

local function change_time(self, random, candidate)
  local count = #self.index.places
  if count == 0 then return nil end
  local i = random:integer(1, count)
  return move(self, candidate, i, random_shift(random, self.options.max_time))
end

-- First and last place in the index of a stretch of time of random length.
local function random_stretch(self, random)
  local times = self.index.times
  local count = #times
  if count == 0 then return nil end
  local first = random:integer(1, count)
  local stop = times[first] + random:integer(0, self.options.max_stretch)
  local last = first
  while last < count and times[last + 1] <= stop do last = last + 1 end
  return first, last
end

-- All steer values of a stretch by the same amount.
local function change_stretch(self, random, candidate)
  local list = self.index
  local first, last = random_stretch(self, random)
  if not first then return nil end
  local amount, changed = random_amount(random, self.options.max_steer), nil
  for i = first, last do
    if list.names[i] == STEER and add_steer(candidate[list.places[i]], amount) then
      changed = changed or list.times[i]
    end
  end
  return changed
end

-- All inputs of a stretch by the same time.
local function slide_stretch(self, random, candidate)
  local first, last = random_stretch(self, random)
  if not first then return nil end
  local shift, changed = random_shift(random, self.options.max_time), nil
  for i = first, last do
    local time = move(self, candidate, i, shift)
    changed = math.min(changed or time or math.huge, time or math.huge)
  end
  return changed ~= math.huge and changed or nil
end

local function random_time(self, random)
  local from = -(-self.from // GRID)
  return random:integer(from, math.max(self.to // GRID, from)) * GRID
end

-- The last value of that name up to a time, in the window or before; 0 if there is none.
local function value_before(self, name, time)
  local list, value = self.index, self.index.before[name] or 0
  for i = 1, #list.places do
    if list.times[i] > time then break end
    if list.names[i] == name then value = list.values[i] end
  end
  return value
end

local function insert(self, random, candidate)
  local list, time = self.index, random_time(self, random)
  local kinds = #list.keys + (list.analog and 1 or 0)
  if kinds == 0 then return nil end
  local key = list.keys[random:integer(1, kinds)]
  if not key then
    local max = self.options.max_steer
    local value = value_before(self, STEER, time) + random:integer(-max, max)
    candidate:add(time, STEER, clamp(value, -FULL, FULL))
    return time
  end
  local held = value_before(self, key, time)
  local stop = math.min(time + math.abs(random_shift(random, self.options.max_time)), self.to)
  candidate:add(time, key, 1 - held)
  if stop > time then candidate:add(stop, key, held) end
  return time
end

-- Whatever is at that place goes; of two that are the same, both.
local function remove(self, random, candidate)
  local list = self.index
  if #list.places == 0 then return nil end
  local i = random:integer(1, #list.places)
  local entry = candidate[list.places[i]]
  self.removals[#self.removals + 1] = { time = entry.time, name = entry.name, value = entry.value }
  return math.min(list.times[i], entry.time)
end

local FUNCTIONS = { steer = change_steer, time = change_time, stretch = change_stretch,
  slide = slide_stretch, insert = insert, remove = remove }

local function kinds_of(self)
  if self.kinds then return self.kinds end
  local kinds = {}
  for i, kind in ipairs(M.KINDS) do
    kinds[i] = { fn = FUNCTIONS[kind], weight = self.options[kind] }
  end
  self.kinds = kinds
  return kinds
end

local function change(self, random)
  local candidate, changed = self.events:copy(), nil
  self.removals = {} -- at the end: they would move the places of all that follow
  for _ = 1, random:integer(1, self.options.max_changes) do
    local time = random:choose(kinds_of(self)).fn(self, random, candidate)
    if time then changed = math.min(changed or time, time) end
  end
  for _, removal in ipairs(self.removals) do candidate:remove(removal) end
  return changed and candidate, changed
end

--- A copy of the events with some changes, and the first input time at which anything is different,
-- if the changes do not cancel each other; nil when there is nothing that could be changed.
function Mutator:make(random)
  for _ = 1, ATTEMPTS do
    local candidate, changed = change(self, random)
    if candidate then return candidate, changed end
  end
end

return M
