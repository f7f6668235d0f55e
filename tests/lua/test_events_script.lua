-- Events as an input script: fact sheet "TMInterface input scripts", section 7.
local harness = require "harness"
local events_module = require "tm.events"
local test, equal, refused, contains = harness.test, harness.equal, harness.refused,
  harness.contains

local NAMES = { 9, 8, 4, 5, 2, 3, 6, 7, 0, 1 }

-- Events in the order of the rows {stored time, name, value}.
local function list(rows, names)
  local bytes = string.pack(("i4"):rep(10), table.unpack(names or NAMES))
    .. string.pack("I4I4", 0, 0)
  local events = assert(events_module.decode(bytes))
  for _, row in ipairs(rows) do events:add(row[1] - 100010, row[2], row[3]) end
  return events
end

local RUNNING, FINISH = "_FakeIsRaceRunning", "_FakeFinishLine"

test("the example of the fact sheet", function()
  local events = list { { 100000, RUNNING, 1 }, { 100000, "down", 1 }, { 100010, "up", 1 },
    { 100010, "up", 0 }, { 100015, "steer", -300 }, { 100110, "enter", 1 }, { 100120, "enter", 0 },
    { 100210, FINISH, 1 }, { 100310, "up", 1 } }
  equal(events:to_script(),
    "-10 press down\n0 press up\n0 rel up\n10 steer -300\n100 press enter\n")
  equal(events:to_script(true),
    "-10 press down\n0 press up\n0 rel up\n10 steer -300\n100 press enter\n300 press up\n")
  equal(#events, 9)
end)

test("every action has its line", function()
  local events = list { { 100000, RUNNING, 1 }, { 100010, "up", 1 }, { 100020, "down", 1 },
    { 100030, "left", 1 }, { 100040, "right", 1 }, { 100050, "steer", 65536 },
    { 100060, "gas", -65536 }, { 100070, "enter", 1 }, { 100080, "horn", 1 }, { 100090, "up", 0 },
    { 100100, "down", 0 }, { 100110, "left", 0 }, { 100120, "right", 0 }, { 100130, "horn", 0 } }
  equal(events:to_script(), "0 press up\n10 press down\n20 press left\n30 press right\n"
    .. "40 steer 65536\n50 gas -65536\n60 press enter\n70 press horn\n80 rel up\n90 rel down\n"
    .. "100 rel left\n110 rel right\n")
end)

test("times go up to the next whole tick", function()
  for stored, time in pairs { [100000] = -10, [100001] = 0, [100009] = 0, [100010] = 0,
    [100011] = 10, [100015] = 10, [100020] = 10, [100021] = 20 } do
    equal(list { { 100000, RUNNING, 1 }, { stored, "up", 1 } }:to_script(),
      ("%d press up\n"):format(time))
  end
end)

test("times count from the race-running event", function()
  local events = list { { 165540, RUNNING, 1 }, { 165555, "up", 1 }, { 166550, "up", 0 } }
  equal(events:to_script(), "10 press up\n1000 rel up\n")
  equal(list { { 100010, "up", 1 } }:to_script(), "0 press up\n")
  equal(list({ { 100010, "up", 1 } }, { -1, -1, 4, -1, -1, -1, -1, -1, -1, -1 }):to_script(),
    "0 press up\n")
end)

test("of several race-running events the first of the list counts", function()
  equal(list { { 100000, RUNNING, 1 }, { 101000, RUNNING, 1 }, { 101010, "up", 1 } }:to_script(),
    "1000 press up\n")
  equal(list { { 101000, RUNNING, 1 }, { 100000, RUNNING, 1 }, { 101010, "up", 1 } }:to_script(),
    "0 press up\n")
end)

test("what comes before the start and behind the finish is for all events only", function()
  local events = list { { 99000, "enter", 1 }, { 99990, "up", 1 }, { 100000, RUNNING, 1 },
    { 100500, FINISH, 1 }, { 100500, "up", 0 } }
  equal(events:to_script(), "")
  equal(events:to_script(true),
    "-1010 press enter\n-20 press up\n490 rel up\n")
end)

test("an unsorted list is written sorted, those of one time in their order", function()
  local events = list { { 100100, "steer", 1 }, { 100020, "steer", 2 }, { 100100, "steer", 3 },
    { 100000, RUNNING, 1 }, { 100020, "steer", 4 } }
  equal(events:to_script(), "10 steer 2\n10 steer 4\n90 steer 1\n90 steer 3\n")
  equal(events[1].time, 90) -- and stays as it was
end)

test("a finish before the start ends nothing", function()
  equal(list { { 99000, FINISH, 1 }, { 100000, RUNNING, 1 }, { 100010, "up", 1 } }:to_script(),
    "0 press up\n")
end)

test("an index without a name has no line, one above 9 is refused", function()
  local names = { 9, 8, 4, -1, -1, -1, -1, -1, -1, -1 }
  local events = list({ { 100000, RUNNING, 1 }, { 100010, "#5", 7 }, { 100020, "up", 1 } }, names)
  equal(events:to_script(), "10 press up\n")
  events:add(30, "#10", 1)
  contains(refused("invalid", events:to_script()), "30 ms", "10")
end)

test("a respawn before the start is no part of the race", function()
  equal(list { { 98000, "enter", 1 }, { 100000, RUNNING, 1 }, { 100110, "enter", 1 } }:to_script(),
    "100 press enter\n")
end)

test("extreme times are written", function()
  local events = list { { -2147483638, "up", 1 }, { 2147483647, "up", 0 } }
  equal(events:to_script(true), "-2147583640 press up\n2147383640 rel up\n")
end)

test("no events make an empty script", function()
  equal(list {}:to_script(), "")
  equal(list {}:to_script(true), "")
end)

harness.run()
