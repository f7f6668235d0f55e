-- Event buffers as values: reading, editing, bytes and back.
local harness = require "harness"
local events_module = require "tm.events"
local test, equal, raises, contains = harness.test, harness.equal, harness.raises,
  harness.contains
local refused = harness.refused

-- Indices of the ten actions, in the order of the reply; as the embedded game has them.
local NAMES = { 9, 8, 4, 5, 2, 3, 6, 7, 0, 1 }

-- The data of a reply: rows of {stored time, name index, 24 bits of value}, in stored order.
local function reply(rows, names, duration)
  local parts = { string.pack(("i4"):rep(10), table.unpack(names or NAMES)),
    string.pack("I4I4", duration or 0, #rows) }
  for _, row in ipairs(rows) do
    parts[#parts + 1] = string.pack("<i4I4", row[1], row[3] | row[2] << 24)
  end
  return table.concat(parts)
end

local function decode(rows, names, duration)
  return assert(events_module.decode(reply(rows, names, duration)))
end

local function bare()
  return decode { { 100000, 9, 1 } }
end

local function show(events)
  local rows = {}
  for i, event in ipairs(events) do rows[i] = tostring(event) end
  return table.concat(rows, "; ")
end

test("the last event of a buffer is the first of the list", function()
  local events = decode({ { 101010, 4, 0 }, { 100500, 6, 0x010000 }, { 100010, 4, 1 },
    { 100000, 9, 1 } }, nil, 1234)
  equal(#events, 4)
  equal(show(events), "-10 _FakeIsRaceRunning 1; 0 Accelerate 1; 490 Steer (analog) -65536; "
    .. "1000 Accelerate 0")
  equal(events.duration, 1234)
  equal(events[0], nil)
  equal(events[5], nil)
  equal(events[-1], nil)
  equal(events[1.5], nil)
  contains(tostring(events), "events", "4", "1234")
end)

test("all events at once say what they say one by one", function()
  local events = decode({ { 101010, 4, 0 }, { 100500, 6, 0x010000 }, { 100015, 77, 5 },
    { 100010, 4, 1 }, { 100000, 9, 1 } })
  local times, names, values = events:lists()
  equal(#times, 5)
  for i, event in ipairs(events) do
    equal({ times[i], names[i], values[i] }, { event.time, event.name, event.value })
  end
  equal({ bare():lists() }, { { -10 }, { "_FakeIsRaceRunning" }, { 1 } })
end)

test("the golden events of the fact sheet", function()
  local names = { 9, -1, -1, -1, -1, -1, 6, -1, -1, -1 }
  local head = string.pack(("i4"):rep(10), table.unpack(names)) .. string.pack("I4I4", 0, 3)
  local bytes = head .. "\xAA\x86\x01\x00\x00\x00\x01\x06" .. "\xAA\x86\x01\x00\x00\x00\xFF\x06"
    .. "\xA0\x86\x01\x00\x01\x00\x00\x09"
  equal(show(events_module.decode(bytes)),
    "-10 _FakeIsRaceRunning 1; 0 Steer (analog) 65536; 0 Steer (analog) -65536")
end)

test("analog values are negated, and sign-extended from 24 bits", function()
  for raw, value in pairs { [0] = 0, [0x010000] = -65536, [0xFF0000] = 65536, [0xFFFFFF] = 1,
    [0x9C0000] = 6553600, [0x640000] = -6553600, [0x800000] = 8388608, [0x7FFFFF] = -8388607 } do
    equal(decode({ { 100010, 6, raw } })[1].value, value)
    equal(decode({ { 100010, 7, raw } })[1].value, value)
  end
end)

test("a key is on when it is not 0", function()
  for raw, value in pairs { [0] = 0, [1] = 1, [2] = 1, [0x10000] = 1, [0xFFFFFF] = 1 } do
    equal(decode({ { 100010, 4, raw } })[1].value, value)
  end
end)

test("what nobody touches goes back as it came, bit by bit", function()
  local rows = {}
  for i = 1, 300 do
    rows[i] = { 100000 + (i * 7919) % 90000 - 40000, (i * 31) % 256, (i * 104729) % 0x1000000 }
  end
  rows[301], rows[302] = { -2147483648, 255, 0xFFFFFF }, { 2147483647, 0, 0x800000 }
  local bytes = reply(rows, nil, 77)
  local events = events_module.decode(bytes)
  for _, event in ipairs(events) do assert(event.time and event.name and event.value) end
  equal(events_module.encode(events):sub(41), bytes:sub(41))
  equal(events_module.encode(events):sub(1, 40), ("\xFF"):rep(40))
end)

test("an index without a name keeps its number and its value", function()
  local events = decode({ { 100010, 200, 0x123456 }, { 100000, 9, 1 } })
  equal(events[2].name, "#200")
  equal(events[2].value, 0x123456)
  equal(#events:find { event_name = "#200" }, 1)
  events:add(events[2].time, events[2].name, events[2].value)
  equal(show(events), "-10 _FakeIsRaceRunning 1; 0 #200 1193046; 0 #200 1193046")
  for _, value in ipairs { -1, 0x1000000, 1.5, "x", true } do
    raises("an action without a name", function() events:add(0, "#200", value) end)
  end
  for _, name in ipairs { "#256", "#", "#-1", "#1x", "# 1", "#99999999999999999999" } do
    raises(("unknown action '%s'"):format(name), function() events:add(0, name, 1) end)
  end
end)

test("the number of a known action is that action", function()
  local events = bare()
  events:add(0, "#4", 1)
  equal(events[2].name, "Accelerate")
end)

test("events are added by the names of the game, and by those of scripts", function()
  local events = bare()
  for _, name in ipairs { "Accelerate", "up", "Brake", "down", "Steer left", "left", "Steer right",
    "right", "Respawn", "enter", "Horn", "horn", "_FakeFinishLine", "_FakeIsRaceRunning" } do
    equal(events:add(100, name, 1), #events)
  end
  events:add(100, "Steer (analog)", -5)
  events:add(100, "steer", -5)
  events:add(100, "Accelerate (analog)", 7)
  events:add(100, "gas", 7)
  local counts = {}
  for _, event in ipairs(events) do counts[event.name] = (counts[event.name] or 0) + 1 end
  equal(counts, { ["Accelerate"] = 2, ["Brake"] = 2, ["Steer left"] = 2, ["Steer right"] = 2,
    ["Respawn"] = 2, ["Horn"] = 2, ["_FakeFinishLine"] = 1, ["_FakeIsRaceRunning"] = 2,
    ["Steer (analog)"] = 2, ["Accelerate (analog)"] = 2 })
  raises("unknown action 'brake'; there are: _FakeIsRaceRunning, _FakeFinishLine, Accelerate",
    function() events:add(0, "brake", 1) end)
  raises("up, down, left, right, steer, gas, enter, horn", function() events:add(0, "", 1) end)
  raises("name: a string is expected, not nil", function() events:add(0) end)
end)

test("an action whose index is -1 cannot be added, and none is found", function()
  local events = decode({ { 100000, 9, 1 } }, { 9, -1, 4, -1, -1, -1, -1, -1, -1, -1 })
  raises("these events have no action Horn", function() events:add(0, "Horn", 1) end)
  raises("these events have no action steer", function() events:add(0, "steer", 1) end)
  raises("these events have no action Brake", function() events[1].name = "Brake" end)
  equal(events:find { event_name = "Horn" }, {})
  equal(events:remove { event_name = "Horn" }, 0)
  equal(show(events), "-10 _FakeIsRaceRunning 1")
end)

test("values are checked by name", function()
  local events = bare()
  for _, value in ipairs { 6553600, -6553600, 0, 1 } do
    events:add(0, "Steer (analog)", value)
    equal(events[#events].value, value)
  end
  for given, stored in pairs { [0.4] = 0, [0.5] = 1, [-0.5] = -1, [-65535.6] = -65536 } do
    events:add(0, "gas", given)
    equal(events[#events].value, stored)
  end
  for _, value in ipairs { 6553601, -6553601, math.huge, -math.huge, 0 / 0 } do
    raises("Steer (analog): ", function() events:add(0, "steer", value) end)
    raises("is out of range (-65536 to 65536, extended 100 times that)", function()
      events:add(0, "gas", value)
    end)
  end
  raises("Steer (analog): a number is expected, not string", function()
    events:add(0, "steer", "1")
  end)
  raises("Accelerate (analog): a number is expected, not nil", function()
    events:add(0, "gas")
  end)
  for given, stored in pairs { [true] = 1, [false] = 0, [1] = 1, [0] = 0 } do
    events:add(0, "up", given)
    equal(events[#events].value, stored)
  end
  for _, value in ipairs { 2, -1, 0.5, 0 / 0 } do
    raises("is neither 0 nor 1", function() events:add(0, "up", value) end)
  end
  raises("Accelerate: a number is expected, not table", function() events:add(0, "up", {}) end)
end)

test("times are whole milliseconds that can be stored", function()
  local events = bare()
  for _, time in ipairs { 0, 10, 5, -100010, -2147583658, 2147383637, 30.0 } do
    events:add(time, "up", 1)
    equal(events[#events].time, time // 1 | 0)
  end
  for _, time in ipairs { 2147383638, -2147583659, 1 << 40, math.mininteger } do
    raises("time: ", function() events:add(time, "up", 1) end)
    raises("is out of range", function() events:add(time, "up", 1) end)
  end
  for _, time in ipairs { 1.5, "10", {}, true } do
    raises("time: whole milliseconds are expected", function() events:add(time, "up", 1) end)
  end
  raises("time: whole milliseconds are expected, not nil", function() events:add() end)
end)

test("an event's fields can be written, and nothing else", function()
  local events = decode { { 100500, 6, 0 }, { 100010, 4, 1 }, { 100000, 9, 1 } }
  local event = events[2]
  event.time = 40
  event.value = false
  equal(show(events), "-10 _FakeIsRaceRunning 1; 40 Accelerate 0; 490 Steer (analog) 0")
  events[3].value = -12345
  event.name = "Brake"
  event.value = 1
  equal(show(events), "-10 _FakeIsRaceRunning 1; 40 Brake 1; 490 Steer (analog) -12345")
  events[3].name = "gas"
  equal(events[3].value, -12345)
  events[3].name = "left"
  equal(events[3].value, 1)
  events[3].name = "steer"
  equal(events[3].value, 1)
  raises("an event has no field 'tmie'", function() event.tmie = 1 end)
  raises("an event has no field 'tmie'", function() return event.tmie end)
  raises("Brake: 2.0 is neither", function() event.value = 2 end)
  raises("time: ", function() event.time = 1.5 end)
  raises("unknown action", function() event.name = "x" end)
  equal(tostring(event), "40 Brake 1")
end)

test("a list is changed by its methods alone", function()
  local events = bare()
  raises("events[1] cannot be assigned", function() events[1] = {} end)
  raises("events[2] cannot be assigned", function() events[2] = events[1] end)
  raises("events[names] cannot be assigned", function() events.names = {} end)
  raises("events have no field 'nmaes'", function() return events.nmaes end)
  events.duration = 4000000000
  equal(events.duration, 4000000000)
  equal(events_module.encode(events):sub(41, 44), string.pack("I4", 4000000000))
  for _, duration in ipairs { -1, 1 << 32, 1.5, "x" } do
    raises("duration: milliseconds are expected", function() events.duration = duration end)
  end
  raises("duration: milliseconds are expected, not nil", function() events.duration = nil end)
end)

test("many events can be added", function()
  local events = bare()
  for i = 0, 9999 do events:add(10 * i, "steer", i) end
  equal(#events, 10001)
  for i = 0, 9999, 77 do
    equal(tostring(events[i + 2]), ("%d Steer (analog) %d"):format(10 * i, i))
  end
  local bytes = events_module.encode(events)
  equal(#bytes, 48 + 8 * 10001)
  equal(bytes:sub(49, 56), string.pack("<i4I4", 100010 + 99990, 0x06000000 | -9999 & 0xFFFFFF))
end)

test("find looks for every field that is given", function()
  local events = decode { { 100040, 6, 0xFFFFFF }, { 100030, 4, 0 }, { 100020, 5, 1 },
    { 100010, 4, 1 }, { 100000, 9, 1 } }
  local function found(pattern)
    local rows = {}
    for i, event in ipairs(events:find(pattern)) do rows[i] = tostring(event) end
    return table.concat(rows, "; ")
  end
  equal(found { event_name = "up" }, "0 Accelerate 1; 20 Accelerate 0")
  equal(found { name = "Accelerate", value = 0 }, "20 Accelerate 0")
  equal(found { value = true }, "-10 _FakeIsRaceRunning 1; 0 Accelerate 1; 10 Brake 1; "
    .. "30 Steer (analog) 1")
  equal(found { time = 10 }, "10 Brake 1")
  equal(found { time = 11 }, "")
  equal(#events:find {}, 5)
  raises("unknown field 'evnet_name'", function() events:find { evnet_name = "up" } end)
  raises("unknown field '1'", function() events:find { "up" } end)
  raises("unknown action 'Up'", function() events:find { event_name = "Up" } end)
  raises("value: a whole number is expected", function() events:find { value = 1.5 } end)
  raises("bad argument #1 to 'find' (table expected", function() events:find() end)
end)

test("what was found can be written", function()
  local events = decode { { 100030, 4, 0 }, { 100010, 4, 1 }, { 100000, 9, 1 } }
  for _, event in ipairs(events:find { event_name = "up" }) do event.time = event.time + 100 end
  equal(show(events), "-10 _FakeIsRaceRunning 1; 100 Accelerate 1; 120 Accelerate 0")
end)

test("remove takes out what matches, and says how many", function()
  local events = decode { { 100040, 6, 0 }, { 100030, 4, 0 }, { 100020, 5, 1 }, { 100010, 4, 1 },
    { 100000, 9, 1 } }
  equal(events:remove { event_name = "Accelerate" }, 2)
  equal(show(events), "-10 _FakeIsRaceRunning 1; 10 Brake 1; 30 Steer (analog) 0")
  equal(events:remove { time = 5000 }, 0)
  equal(events:remove { time = 30, value = 0 }, 1)
  equal(show(events), "-10 _FakeIsRaceRunning 1; 10 Brake 1")
  raises("say which events", function() events:remove {} end)
  events:add(20, "up", 1)
  equal(show(events), "-10 _FakeIsRaceRunning 1; 10 Brake 1; 20 Accelerate 1")
end)

test("clear leaves the race-running event", function()
  local events = decode { { 100040, 6, 0 }, { 100030, 9, 0 } }
  equal(select("#", events:clear()), 0)
  equal(show(events), "-10 _FakeIsRaceRunning 1")
  equal(events_module.encode(events):sub(49), "\xA0\x86\x01\x00\x01\x00\x00\x09")
  local without = decode({ { 100010, 4, 1 } }, { -1, -1, 4, -1, -1, -1, -1, -1, -1, -1 })
  raises("these events have no action _FakeIsRaceRunning", function() without:clear() end)
  equal(#without, 1)
end)

test("sort orders by time, and keeps the order of one time", function()
  local events = bare()
  local expected, seed = {}, 12345
  for i = 1, 1000 do
    seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
    local time = seed % 50 * 10
    events:add(time, "steer", i)
    expected[i] = { time = time, value = i }
  end
  events:sort()
  table.sort(expected, function(a, b)
    return a.time < b.time or a.time == b.time and a.value < b.value
  end)
  for i, event in ipairs(expected) do
    equal({ events[i + 1].time, events[i + 1].value }, { event.time, event.value })
  end
  equal(events[1].name, "_FakeIsRaceRunning")
end)

test("an event that is no longer in its place says so", function()
  local function stale(change)
    local events = decode { { 100010, 4, 1 }, { 100040, 6, 0 }, { 100000, 9, 1 } }
    local event = events[2]
    change(events)
    raises("this event is no longer in its place", function() return event.time end)
    raises("this event is no longer in its place", function() event.time = 0 end)
    raises("this event is no longer in its place", function() return event == events[1] end)
  end
  stale(function(events) events:sort() end)
  stale(function(events) events:remove { event_name = "steer" } end)
  stale(function(events) events:clear() end)
  local events = decode { { 100040, 6, 0 }, { 100010, 4, 1 }, { 100000, 9, 1 } }
  local event = events[2]
  events:sort() -- nothing to sort
  equal(events:remove { time = 7 }, 0)
  for i = 1, 100 do events:add(i, "up", 1) end
  equal(tostring(event), "0 Accelerate 1")
  event.value = 0
  equal(tostring(events[2]), "0 Accelerate 0")
end)

test("a copy is a list of its own", function()
  local events = decode({ { 100010, 4, 1 }, { 100000, 9, 1 } }, nil, 5)
  local copy = events:copy()
  copy[2].time = 500
  copy:add(600, "up", 0)
  copy.duration = 6
  equal(show(events), "-10 _FakeIsRaceRunning 1; 0 Accelerate 1")
  equal(show(copy), "-10 _FakeIsRaceRunning 1; 500 Accelerate 1; 600 Accelerate 0")
  equal({ events.duration, copy.duration }, { 5, 6 })
end)

test("an event outlives its list", function()
  local event = decode({ { 100010, 4, 1 } })[1]
  collectgarbage()
  collectgarbage()
  equal(tostring(event), "0 Accelerate 1")
end)

test("events are equal when they say the same", function()
  local a = decode { { 100010, 4, 1 } }
  local b = decode({ { 100010, 7, 2 } }, { 9, 8, 7, 5, 2, 3, 6, 4, 0, 1 })
  assert(a[1] == b[1])
  b[1].value = 0
  assert(a[1] ~= b[1])
  assert(decode({ { 100010, 200, 1 } })[1] ~= decode({ { 100010, 201, 1 } })[1])
end)

test("bytes that are no event buffer are refused", function()
  local bytes = reply { { 100010, 4, 1 }, { 100000, 9, 1 } }
  for size = 0, #bytes - 1 do
    refused("invalid", events_module.decode(bytes:sub(1, size)))
  end
  refused("invalid", events_module.decode(bytes .. "\0"))
  refused("invalid", events_module.decode(reply({}):sub(1, 44) .. string.pack("i4", -1)))
  refused("invalid", events_module.decode(reply({}):sub(1, 44) .. string.pack("I4", 0x7FFFFFFF)))
  raises("unknown dialect", function() events_module.decode(bytes, "v2") end)
end)

test("a dialect without names takes them from elsewhere", function()
  local bytes = string.pack("<I4I4 i4I4 i4I4", 1000, 2, 100010, 0x04000001, 100000, 0x09000001)
  local events = events_module.decode(bytes, "public", NAMES)
  equal(show(events), "-10 _FakeIsRaceRunning 1; 0 Accelerate 1")
  equal(events_module.encode(events, "public"), bytes)
  equal(show(events_module.decode(bytes, "public")), "-10 #9 1; 0 #4 1")
end)

test("indices that no event can hold are no names", function()
  local events = decode({ { 100000, 9, 1 } },
    { 9, 256, -2, 2147483647, -2147483648, 255, -1, -1, -1, -1 })
  raises("no action Accelerate", function() events:add(0, "Accelerate", 1) end)
  raises("no action _FakeFinishLine", function() events:add(0, "_FakeFinishLine", 1) end)
  events:add(0, "right", 1)
  equal(events_module.encode(events):sub(49, 56), string.pack("<i4I4", 100010, 0xFF000001))
end)

harness.run()
