-- Editing input scripts. Runs under a stock lua5.4 too.
local harness = require "harness"
local inputs = require "tas.inputs"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local function parse(text)
  return assert(inputs.parse(text))
end

local function show(list)
  local lines = {}
  for i, item in ipairs(list) do lines[i] = tostring(item) end
  return table.concat(lines, "; ")
end

-- A script of inputs in any order, ranges and ties included, the same for a seed.
local KEYS = { "press up", "rel up", "press down", "rel down", "steer 5", "steer -70", "gas 9",
  "steer 0", "press left" }
local function random_script(seed, grid)
  local lines, state = {}, seed
  local function random(most)
    state = (state * 6364136223846793005 + 1442695040888963407) & 0x7FFFFFFFFFFFFFFF
    return (state >> 33) % most
  end
  for i = 1, 3 + random(12) do
    local from = random(40) * grid
    local times = random(4) == 0 and ("%d-%d"):format(from, from + random(8) * grid) or from
    lines[i] = ("%s %s"):format(times, KEYS[1 + random(#KEYS)])
  end
  return parse(table.concat(lines, "\n") .. "\n")
end

local function held(script, time)
  local state, parts = script:at(time), {}
  for _, name in ipairs { "accelerate", "brake", "left", "right", "steer", "gas" } do
    parts[#parts + 1] = tostring(state[name])
  end
  return table.concat(parts, " ")
end

test("shift moves all of it or a part, ranges as a whole", function()
  local script = parse "set speed 2\n0 press up\n100-300 steer 5\n200 press down\n300 rel up\n"
  equal(script:shift(50), 4)
  equal(show(script),
    "set speed 2; 50 press up; 150-350 steer 5; 250 press down; 350 rel up")
  equal(script:shift(-100, 150, 250), 2)
  equal(show(script),
    "set speed 2; 50 press up; 50-250 steer 5; 150 press down; 350 rel up")
  equal(script:shift(10, 5000), 0)
end)

test("shift moves nothing before 0 or out of range", function()
  local script = parse "100 press up\n20 rel up\n"
  contains(refused("invalid", script:shift(-30)), "20 rel up", "-30")
  equal(show(script), "100 press up; 20 rel up")
  refused("invalid", script:shift(2147383637))
  equal(script:shift(-20), 2)
  raises("whole milliseconds", script.shift, script, 1.5)
  raises("whole milliseconds", script.shift, script, "x")
end)

test("a slice has the times asked for, and the parts of ranges", function()
  local script = parse("set speed 2 # c\n0 press up\n50-150 steer 5\n100 press down\n"
    .. "120-400 press left\n200 rel down\n50-400 gas 3\n10-20 set a b\n60-110 set a b\n")
  local slice = script:slice(100, 200)
  equal(show(slice), "set speed 2; 150 steer 0; 100 press down; 120 press left; 200 rel down; "
    .. "110 set a b")
  equal(#script, 9)
  equal(show(script:slice()), show(script))
  equal(show(script:slice(300)), "set speed 2; 400 rel left; 400 gas 0")
  equal(show(script:slice(nil, 10)), "set speed 2; 0 press up; 10 set a b")
end)

test("in a slice with what is held the same is in force", function()
  for seed = 1, 300 do
    local script = random_script(seed, 10)
    local slice = script:slice(100, 250, { held = true })
    for time = 100, 250, 10 do
      equal(held(slice, time), held(script, time), ("seed %d, %d ms"):format(seed, time))
    end
  end
end)

test("merge: over, under, replace", function()
  local own = "0 press up\n100 steer 5 # own\n300 rel up\n"
  local other = "# other\n100 steer 7\n200 press down\n"
  local over = parse(own):merge(parse(other))
  equal(over:text(), own .. other)
  equal(over:at(100).steer, 7)
  local under = parse(own):merge(parse(other), "under")
  equal(under:text(), other .. own)
  equal(under:at(100).steer, 5)
  local replaced = parse(own):merge(parse(other), "replace")
  equal(replaced:text(), "0 press up\n300 rel up\n" .. other)
  raises("'beside'", function() parse(own):merge(parse(other), "beside") end)
  local script = parse(own)
  equal(#script:merge(script), 6)
  equal(#parse(own):merge(inputs.new(), "replace"), 3)
end)

test("replace leaves what is outside as it was", function()
  for seed = 1, 200 do
    local script, other = random_script(seed, 10), parse "100 steer 1; 200 steer 2\n"
    local merged = script:copy():merge(other, "replace")
    for time = 0, 90, 10 do equal(held(merged, time), held(script, time)) end
    equal(merged:at(100).steer, 1)
    equal(merged:at(200).steer, 2)
  end
end)

test("quantise says what it moved", function()
  local script = parse "0 press up\n101-110 steer 5\n199 say x\nset a b\n3.45 rel up\n"
  local moved = script:quantise()
  equal(#moved, 2)
  equal({ moved[1].from, moved[1].to, moved[1].stop_from, moved[1].stop_to },
    { 101, 110, 110, 110 })
  equal({ moved[2].from, moved[2].to, rawequal(moved[2].entry, script[3]) }, { 199, 200, true })
  equal(show(script), "0 press up; 110-110 steer 5; 200 say x; set a b; 3450 rel up")
  equal(#script:quantise(), 0)
  equal(#script:quantise(100), 2)
  raises("at least 1", script.quantise, script, 0)
end)

test("on every tick the quantised script holds the same", function()
  for seed = 1, 500 do
    local script = random_script(seed, 3)
    local copy = parse(script:text())
    copy:quantise()
    copy = parse(copy:text())
    for time = 0, 200, 10 do
      equal(held(copy, time), held(script, time), ("seed %d, %d ms"):format(seed, time))
    end
  end
end)

test("flatten puts everything in order", function()
  local script = parse("# head\n200 rel up; 100-300 press down # d\n# mid\n0 press up\n"
    .. "set speed 2\n# tail\n")
  local before = script:copy()
  script:flatten()
  equal(script:text(), "# head\nset speed 2\n# mid\n0 press up\n100 press down # d\n"
    .. "200 rel up\n300 rel down\n# tail\n")
  assert(script == before)
  for seed = 1, 200 do
    local random = random_script(seed, 10)
    assert(parse(random:copy():flatten():text()) == random)
  end
end)

test("diff says what has to be done", function()
  local a = parse "set x y\n0 press up\n100 steer 5\n200-300 press down\n400 say a\n"
  local b = parse "0 press up\n1.00 steer 6\n100 steer 7\n200 press down\n400 say a; 400 say a\n"
  local row = a:diff(b)[2]
  equal({ row.time, row.action, row.was, row.is }, { 100, "steer", 5, 7 })
  equal(show(a:diff(b)), "at once set x y: 1 -> nothing; 100 steer: 5 -> 7; "
    .. "300 down: 0 -> nothing; 400 say a: 1 -> 2; 1000 steer: nothing -> 6")
  equal(#a:diff(a:copy()), 0)
  equal(show(inputs.new():diff(parse "10 horn x\n5 press up")),
    "5 up: nothing -> 1; 10 horn x: nothing -> 1")
end)

test("equal scripts do the same in the same order", function()
  local a = parse "0 press up # a\n1.00-2.00 steer 5\n"
  assert(a == parse "2000 steer 0\n1000 STEER +5; 0 Press UP")
  assert(a:equals(a:copy()))
  assert(a ~= parse "0 press up\n")
  assert(parse "0 set a b; 0 set c d" ~= parse "0 set c d; 0 set a b")
  assert(parse "press up" ~= parse "0 press up")
  assert(parse 'say "a b"' ~= parse "say a b")
end)

test("a copy is on its own", function()
  local script = parse "0 press up\n10 steer 5\n"
  local copy = script:copy()
  copy[2].value = 6
  copy:remove(1)
  equal(script:text(), "0 press up\n10 steer 5\n")
  equal(copy:text(), "10 steer 6\n")
end)

test("what is held at a time", function()
  local script = parse("press left\n0 press up\n100-200 steer 5\n150 press down; 150 rel down\n"
    .. "300 gas -9\n300 gas 8\n100 press foo\n100 press horn\n5 say x\n")
  equal(held(script, -1), "false false false false 0 0")
  equal(held(script, 0), "true false true false 0 0")
  equal(held(script, 199), "true false true false 5 0")
  equal(held(script, 200), "true false true false 0 0")
  equal(script:at(300), { left = true, right = false, accelerate = true, brake = false, steer = 0,
    gas = 8 })
end)

test("entries are changed in place", function()
  local script = parse "0 press up\n10 steer 5 left over\n20 say x\n30 press foo\nset a b\n"
  script[1].value = false
  script[1].action = "down"
  script[2].value = -7
  script[3].time = 25
  script[3][2] = "y"
  script[4].value = 0
  equal(show(script), "0 rel down; 10 steer -7; 25 say y; 30 rel foo; set a b")
  raises("no input", function() script[3].value = 1 end)
  raises("no input", function() script[5].action = "up" end)
  raises("1 or 0", function() script[1].value = 2 end)
  raises("whole number", function() script[2].value = 1.5 end)
  raises("unknown action 'foo'", function() script[1].action = "foo" end)
  raises("no field 'vaule'", function() script[1].vaule = 2 end)
  equal({ script[3].action, script[3].value, script[3].kind, script[5].kind, script[1].kind },
    { nil, nil, "command", "immediate", "input" })
end)

test("set changes all at once or nothing", function()
  local script = parse "0 press up\n10 steer 5\n20 say x\n"
  local entry = script:set(1, { time = 40, stop = 50, action = "steer", value = 9 })
  assert(rawequal(entry, script[1]))
  equal(show(script), "40-50 steer 9; 10 steer 5; 20 say x")
  script:set(entry, { stop = false, action = "down" })
  script:set(3, { time = false, "say", "a b" })
  equal(script:text(), "40 press down\n10 steer 5\nsay \"a b\"\n")
  for _, changes in ipairs { { time = -10 }, { time = 10, stop = 5 }, { time = 1.5 },
    { value = 2 }, { "say", 'a"b c"d' }, { time = 1 << 40 }, { vaule = 1 }, { "say", "#1" } } do
    assert(not pcall(script.set, script, 1, changes))
    equal(script:text(), "40 press down\n10 steer 5\nsay \"a b\"\n")
  end
  raises("no such entry", script.set, script, 9, {})
  raises("no such entry", script.remove, script, 9)
end)

test("insert goes by time, or to a place", function()
  local script = parse "set a b\n0 press up\n100 rel up\n"
  local entry = script:insert { time = 0, action = "steer", value = 5, stop = 20 }
  equal(entry.kind, "input")
  script:insert "50 press down\nset c d"
  script:insert(1, { "say", "hello you" })
  script:insert { time = 200, action = "up" }
  equal(show(script), 'say "hello you"; set a b; set c d; 0 press up; 0-20 steer 5; '
    .. "50 press down; 100 rel up; 200 press up")
  local other = parse "5 horn x\n"
  script:insert(other[1])
  equal(#other, 1)
  equal(#script, 9)
  raises("no command", script.insert, script, "# nothing")
  raises("from 1 to 10", script.insert, script, 11, "5 x")
  raises("cannot be written", script.insert, script, { time = -5, action = "up" })
  raises("expected, not number", script.insert, script, 5)
  raises("too large", script.insert, script, "5 steer 99999999")
  assert(parse(script:text()) == script)
end)

test("remove takes an index, an entry or a function", function()
  local script = parse "0 press up\n10 steer 5\n20 steer 6\n30 say x\n"
  equal(script:remove(1), 1)
  equal(script:remove(script[3]), 1)
  equal(script:remove(function(entry) return entry.action == "steer" end), 2)
  equal(script:text(), "")
  equal(script:duration(), 0)
end)

test("each and find", function()
  local script = parse "set a b\n0 press up\n10-50 steer 5\n20 steer 6\n30 say x\n"
  local function times(...)
    local list = {}
    for i, entry in script:each(...) do list[#list + 1] = ("%d:%s"):format(i, entry.time) end
    return table.concat(list, " ")
  end
  equal(times(), "1:nil 2:0 3:10 4:20 5:30")
  equal(times(10, 20), "3:10 4:20")
  equal(times(nil, 10), "2:0 3:10")
  equal(show(script:find { action = "steer" }), "10-50 steer 5; 20 steer 6")
  equal(show(script:find { action = "steer", value = 6 }), "20 steer 6")
  equal(show(script:find { kind = "immediate" }), "set a b")
  equal(#script:find { time = 30 }, 1)
  raises("no 'line'", script.find, script, { line = 1 })
  equal(script:duration(), 50)
  contains(tostring(script), "5 entries", "50 ms")
end)

harness.run()
