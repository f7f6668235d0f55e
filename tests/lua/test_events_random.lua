-- Event buffers against a plain list of tables, over random edits; the same ones every time.
local harness = require "harness"
local events_module = require "tm.events"
local test, equal = harness.test, harness.equal

local NAMES = { 9, 8, 4, 5, 2, 3, 6, 7, 0, 1 }
local ACTIONS = { "_FakeIsRaceRunning", "_FakeFinishLine", "Accelerate", "Brake", "Steer left",
  "Steer right", "Steer (analog)", "Accelerate (analog)", "Respawn", "Horn" }

local function is_analog(name)
  return name:find "analog" ~= nil
end

local function random_value(name)
  return is_analog(name) and math.random(-6553600, 6553600) or math.random(0, 1)
end

local edits = {}

function edits.add(events, model)
  local event = { time = math.random(-200, 200) * 10, name = ACTIONS[math.random(#ACTIONS)] }
  event.value = random_value(event.name)
  model[#model + 1] = event
  assert(events:add(event.time, event.name, event.value) == #model)
end

function edits.write(events, model)
  if #model == 0 then return end
  local i = math.random(#model)
  local name = model[i].name
  model[i].time, model[i].value = math.random(-200, 200) * 10, random_value(name)
  local event = events[i]
  event.time, event.value = model[i].time, model[i].value
end

function edits.remove(events, model)
  if math.random(4) > 1 then return end
  local name, kept = ACTIONS[math.random(#ACTIONS)], {}
  for _, event in ipairs(model) do
    if event.name ~= name then kept[#kept + 1] = event end
  end
  assert(events:remove { name = name } == #model - #kept)
  table.move(kept, 1, #model, 1, model)
end

function edits.sort(events, model)
  for i, event in ipairs(model) do event.place = i end
  table.sort(model, function(a, b)
    return a.time < b.time or a.time == b.time and a.place < b.place
  end)
  events:sort()
end

function edits.clear(events, model)
  if math.random(10) > 1 then return end
  for i = #model, 2, -1 do model[i] = nil end
  model[1] = { time = -10, name = ACTIONS[1], value = 1 }
  events:clear()
end

local ORDER = { "add", "add", "add", "write", "write", "remove", "sort", "clear" }

local function compare(events, model)
  assert(#events == #model)
  for i, event in ipairs(model) do
    local ours = events[i]
    assert(ours.time == event.time and ours.name == event.name and ours.value == event.value)
  end
end

-- Into bytes, out of them, and through a copy: still the same.
local function carry(events)
  local bytes = events_module.encode(events)
  local again = assert(events_module.decode(
    string.pack(("i4"):rep(10), table.unpack(NAMES)) .. bytes:sub(41)))
  equal(events_module.encode(again:copy()), bytes)
  return again
end

local function play(seed)
  math.randomseed(seed)
  local events = assert(events_module.decode(
    string.pack(("i4"):rep(10), table.unpack(NAMES)) .. ("\0"):rep(8)))
  local model = {}
  for _ = 1, 150 do
    edits[ORDER[math.random(#ORDER)]](events, model)
    if math.random(10) == 1 then events = carry(events) end
  end
  compare(events, model)
end

test("random edits do what they do to a plain list", function()
  for seed = 1, 30 do
    local ok, message = pcall(play, seed)
    if not ok then error(("seed %d: %s"):format(seed, message)) end
  end
end)

harness.run()
