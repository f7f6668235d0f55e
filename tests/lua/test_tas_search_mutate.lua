-- Changes by chance: what they may be, and what they must not.
local mutate = require "tas.search.mutate"
local random = require "tas.search.random"
local harness = require "harness"
local searching = require "searching"
local test, equal = harness.test, harness.equal

local FULL <const> = 65536
local KINDS = { "steer", "time", "stretch", "slide", "insert", "remove" }
local FROM <const>, TO <const> = 3000, 6000

local TEXT = [[
0 press up
1000 steer 100
2990 press left
3000 rel left
3000 steer -65536
3010 steer 65536
3500 press down; 3500 steer 7
3600 rel down; 3600 rel up
4000 steer -20000
4000 steer 20000
4500 press right
4510 press up
5000 gas -65536
5500 steer 0
6000 rel right
6010 steer 500
7000 press horn
7500 press enter
]]

local names

-- The events of a script, sorted.
local function events_of(text)
  if not names then
    local game = searching.game()
    game:step()
    names = assert(game:get_event_buffer())
    game:close()
  end
  local events = assert(searching.script(text or TEXT):to_events(names))
  events:sort()
  return events
end

-- The events at each input time as a text, in the order in which they act.
local function by_time(events)
  local sorted, times = events:copy(), {}
  sorted:sort()
  for i = 1, #sorted do
    local event = sorted[i]
    times[event.time] = ("%s%s=%d "):format(times[event.time] or "", event.name, event.value)
  end
  return times
end

-- The first time at which two lists are different; nil: they are not.
local function first_difference(a, b)
  a, b = by_time(a), by_time(b)
  local first
  for _, times in ipairs { a, b } do
    for time in pairs(times) do
      if a[time] ~= b[time] and (not first or time < first) then first = time end
    end
  end
  return first
end

local function last_difference(a, b)
  a, b = by_time(a), by_time(b)
  local last
  for _, times in ipairs { a, b } do
    for time in pairs(times) do
      if a[time] ~= b[time] and (not last or time > last) then last = time end
    end
  end
  return last
end

local function only(kind, fields)
  local options = fields or {}
  for _, name in ipairs(KINDS) do options[name] = name == kind and 1 or 0 end
  return options
end

-- fn(candidate, changed) for so many changes, from several seeds.
local function each(events, options, count, fn)
  local mutator = mutate.new(events, FROM, TO, options)
  for i = 1, count do
    local candidate, changed = mutator:make(random.new(i, 1))
    if candidate then fn(candidate, changed, i) end
  end
end

test("nothing changes outside of the window, nor before the time that is named", function()
  local events = events_of()
  local exact = 0
  each(events, { max_changes = 5 }, 3000, function(candidate, changed, i)
    local first, last = first_difference(events, candidate), last_difference(events, candidate)
    assert(changed >= FROM and changed <= TO, changed)
    assert(not first or changed <= first and first >= FROM and last <= TO,
      ("%d: %s, first %s, last %s"):format(i, changed, first, last))
    if first == changed then exact = exact + 1 end
  end)
  assert(exact > 2700, exact) -- a change may cancel another
end)

for _, kind in ipairs(KINDS) do
  test("one change alone is at the time that is named: " .. kind, function()
    local events, count, nothing = events_of(), 0, 0
    each(events, only(kind, { max_changes = 1 }), 500, function(candidate, changed)
      local first = first_difference(events, candidate)
      count = count + 1
      if first then equal(changed, first) else nothing = nothing + 1 end
    end)
    assert(count > 450 and nothing == 0, ("%d of %d"):format(nothing, count))
  end)
end

test("the original stays as it is", function()
  local events = events_of()
  local copy = events:copy()
  each(events, { max_changes = 5 }, 500, function() end)
  equal(first_difference(events, copy), nil)
  for i = 1, #events do
    local a, b = events[i], copy[i]
    equal({ a.time, a.name, a.value }, { b.time, b.name, b.value })
  end
end)

test("times are on the grid, and values in range", function()
  each(events_of(), { max_changes = 5, max_steer = 200000, max_time = 5000 }, 2000,
    function(candidate)
      for i = 1, #candidate do
        local event = candidate[i]
        assert(event.time % 10 == 0, event.time)
        if event.name:find "analog" then
          assert(math.abs(event.value) <= FULL, event.value)
        else
          assert(event.value == 0 or event.value == 1, event.value)
        end
      end
    end)
end)

test("steer values and times move as far as they may and not further", function()
  local events, most = events_of "3000 steer 0\n4000 steer 5\n", 0
  each(events, only("steer", { max_changes = 1, max_steer = 100 }), 500, function(candidate)
    local steers = candidate:find { name = "steer" }
    local a, b = steers[1].value, steers[2].value
    assert(math.abs(a) <= 100 and math.abs(b - 5) <= 100)
    most = math.max(most, math.abs(a))
  end)
  assert(most > 95, most)
  local seen = {}
  each(events, only("time", { max_changes = 1, max_time = 30 }), 500, function(candidate)
    seen[candidate:find { value = 5 }[1].time] = true
  end)
  for time = 3960, 4040, 10 do
    equal(seen[time] ~= nil, math.abs(time - 4000) <= 30, tostring(time))
  end
end)

test("each kind happens with the defaults", function()
  local events, seen = events_of(), {}
  each(events, { max_changes = 1 }, 2000, function(candidate)
    local difference = #candidate - #events
    if difference > 0 then seen.insert = true end
    if difference < 0 then seen.remove = true end
    if difference ~= 0 then return end
    local values, times, now = 0, 0, candidate:find { name = "steer" }
    for i, steer in ipairs(events:find { name = "steer" }) do
      if steer.value ~= now[i].value then values = values + 1 end
    end
    for i = 1, #events do
      if candidate[i].time ~= events[i].time then times = times + 1 end
    end
    if values == 1 then seen.steer = true elseif values > 1 then seen.stretch = true end
    if times == 1 then seen.time = true elseif times > 1 then seen.slide = true end
  end)
  for _, kind in ipairs(KINDS) do assert(seen[kind], kind) end
end)

test("a kind of weight 0 never happens", function()
  local events = events_of()
  for _, kind in ipairs(KINDS) do
    local options = { [kind] = 0, max_changes = 4 }
    if kind == "remove" then
      each(events, options, 300, function(candidate) assert(#candidate >= #events) end)
    elseif kind == "insert" then
      each(events, options, 300, function(candidate) assert(#candidate <= #events) end)
    end
  end
  local timing = { steer = 0, stretch = 0, insert = 0, remove = 0, max_changes = 4 }
  each(events, timing, 300, function(candidate)
    for i = 1, #events do equal(candidate[i].value, events[i].value) end
  end)
  local values = { time = 0, slide = 0, insert = 0, remove = 0, max_changes = 4 }
  each(events, values, 300, function(candidate)
    for i = 1, #events do equal(candidate[i].time, events[i].time) end
  end)
end)

test("a key that is held since before the window is pressed otherwise in it, and then as before",
  function()
    local events, seen = events_of "0 press up\n", 0
    each(events, only("insert", { max_changes = 1 }), 200, function(candidate, changed)
      local list = candidate:find { name = "up" }
      equal(list[2].value, 0)
      equal(list[2].time, changed)
      if list[3] then equal(list[3].value, 1) end
      seen = seen + 1
    end)
    equal(seen, 200)
  end)

test("the same numbers make the same changes", function()
  local events, first = events_of(), {}
  each(events, {}, 200, function(candidate, _, i) first[i] = candidate end)
  each(events, {}, 200, function(candidate, _, i)
    equal(first_difference(candidate, first[i]), nil)
  end)
end)

test("with nothing in the window there is nothing to change but by insertion", function()
  local count = 0
  for _, text in ipairs { "0 press up\n7000 steer 5\n", "0 press enter\n4000 press horn\n", "" } do
    for _, kind in ipairs { "steer", "time", "stretch", "slide", "remove" } do
      each(events_of(text), only(kind), 50, function() count = count + 1 end)
    end
  end
  equal(count, 0)
  each(events_of "", {}, 50, function() count = count + 1 end)
  equal(count, 0)
  each(events_of "0 press up\n7000 steer 5\n", only "insert", 50, function() count = count + 1 end)
  equal(count, 50)
end)

test("others' keys are never touched", function()
  local events = events_of "0 press up\n4000 press enter\n4010 press horn\n4020 rel horn\n"
  each(events, { max_changes = 5 }, 500, function(candidate)
    for _, name in ipairs { "enter", "horn" } do
      local was, is = events:find { name = name }, candidate:find { name = name }
      equal(#is, #was)
      for i = 1, #was do equal({ is[i].time, is[i].value }, { was[i].time, was[i].value }) end
    end
  end)
end)

harness.run()
