-- States: assignment in place, copies, comparison, files.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local kept
local function a_state()
  kept = kept or harness.race("sim:straight", 1000, { accelerate = true }):get_simulation_state()
  return kept:copy()
end

local function copy_of(view)
  return { view:unpack() }
end

test("numbers are stored where they are read", function()
  local s = a_state()
  s.race_time = 1230
  s.display_speed = -5
  s.player_info.race_finished = true
  s.scene_mobil.engine.actual_rpm = 1234.5
  s.scene_mobil.engine.gear = 3
  s.timers[53] = -1
  s:set("simulation_wheels[2].steerable", false)
  s["player_info.cur_lap"] = 2
  equal({ s.race_time, s.display_speed, s.player_info.race_finished,
    s.scene_mobil.engine.actual_rpm, s.scene_mobil.engine.gear, s.timers[53],
    s.simulation_wheels[2].steerable, s.player_info.cur_lap },
    { 1230, -5, true, 1234.5, 3, -1, false, 2 })
  s.player_info.race_finished = false
  equal(s.player_info.race_finished, false)
end)

test("only the bytes of the field change", function()
  local s = a_state()
  local before = s:bytes()
  s.position[2] = 42
  local after, changed = s:bytes(), {}
  for i = 1, #before do
    if before:byte(i) ~= after:byte(i) then changed[#changed + 1] = i end
  end
  assert(#changed >= 1 and changed[#changed] - changed[1] < 4)
  equal(s:diff(a_state())[1].path, "dyna.current_state.position")
end)

test("vectors and matrices are assigned from tables and views", function()
  local s = a_state()
  s.position = { 1, 2, 3 }
  equal(copy_of(s.position), { 1.0, 2.0, 3.0 })
  s.velocity = s.position
  equal(copy_of(s.velocity), { 1.0, 2.0, 3.0 })
  s.dyna.previous_state.rotation = { { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } }
  equal(copy_of(s.dyna.previous_state.rotation), { 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0 })
  s.dyna.previous_state.rotation[2] = { 0.5, 0.25, 0.125 }
  equal(copy_of(s.dyna.previous_state.rotation[2]), { 0.5, 0.25, 0.125 })
  s.dyna.temp_state.rotation = s.dyna.previous_state.rotation
  assert(s.dyna.temp_state.rotation == s.dyna.previous_state.rotation)
end)

test("tables of another shape are refused, and nothing is stored", function()
  local s = a_state()
  local before = s:bytes()
  raises("3 elements are expected, not 2", function() s.position = { 1, 2 } end)
  raises("3 elements are expected, not 4", function() s.position = { 1, 2, 3, 4 } end)
  raises("a table of 3 is expected, not number", function() s.position = 1 end)
  raises("a table of 3 is expected, not string", function() s.position = "1,2,3" end)
  raises("a table of 3 is expected", function() s.dyna.previous_state.rotation = { 1, 2, 3 } end)
  raises("elements are expected", function()
    s.dyna.previous_state.rotation = { { 1, 2, 3 }, { 4, 5 }, { 7, 8, 9 } }
  end)
  raises("a number is expected, not string", function() s.position = { 1, 2, "x" } end)
  raises("a number is expected, not nil", function()
    s.position = setmetatable({ 1, 2 }, { __len = function() return 3 end })
  end)
  raises("struct cannot be assigned", function() s.dyna = a_state().dyna end)
  raises("struct cannot be assigned", function() s.scene_mobil.engine = {} end)
  equal(s:bytes(), before)
end)

test("an assigned table that is wrong at its end leaves the beginning as it was", function()
  local s = a_state()
  local before = s:bytes()
  equal(pcall(function() s.position = { 7, 8, {} } end), false)
  equal(pcall(function() s.rotation_matrix = { { 1, 2, 3 }, { 4, 5, 6 }, 7 } end), false)
  equal(s:bytes(), before)
end)

test("bytes are assigned whole", function()
  local s = a_state()
  local size = #s.plug_solid
  equal(size, 68)
  s.plug_solid = ("\1\2\3\4"):rep(17)
  equal(s.plug_solid, ("\1\2\3\4"):rep(17))
  s.dyna.rest = ("\255"):rep(616)
  equal(s.dyna.rest, ("\255"):rep(616))
  raises("plug_solid: a string of 68 bytes is expected", function() s.plug_solid = "short" end)
  raises("a string of 68 bytes is expected", function() s.plug_solid = ("x"):rep(69) end)
  raises("a string of 68 bytes is expected", function() s.plug_solid = {} end)
end)

test("what does not fit in a field is refused by its name", function()
  local s = a_state()
  for _, value in ipairs { 2147483648, -2147483649, 1e300, 0 / 0, math.huge } do
    raises("race_time: ", function() s.race_time = value end)
    raises("out of range", function() s.race_time = value end)
  end
  for _, value in ipairs { -1, 4294967296, 0 / 0 } do
    raises("out of range", function() s.version = value end)
    raises("out of range", function() s:set("player_info.cur_checkpoint", value) end)
  end
  raises("race_time: a number is expected, not string", function() s.race_time = "10" end)
  raises("race_time: a number is expected, not nil", function() s.race_time = nil end)
  raises("race_time: a number is expected, not table", function() s.race_time = {} end)
  raises("no field or element '4'", function() s.position[4] = 1 end)
  raises("no field or element '0'", function() s.position[0] = 1 end)
  raises("no field or element 'nothing'", function() s.dyna.nothing = 1 end)
  raises("no field 'nothing'", function() s.nothing = 1 end)
  s.race_time, s.version = 2147483647, 4294967295
  equal({ s.race_time, s.version }, { 2147483647, 4294967295 })
  s.race_time = -2147483648
  equal(s.race_time, -2147483648)
  equal(s, s:copy())
end)

test("derived values are not assigned", function()
  local s = a_state()
  for _, name in ipairs { "rewind_time", "input_accelerate", "input_brake", "input_left",
    "input_right", "input_steer", "input_gas", "cp_data", "yaw_pitch_roll" } do
    equal(pcall(function() s[name] = 0 end), false, name)
  end
end)

test("floats become the nearest float32", function()
  local s = a_state()
  s.position[1] = 0.1
  equal(s.position[1], string.unpack("<f", string.pack("<f", 0.1)))
  s.position[1] = 1e300
  equal(s.position[1], math.huge)
  s.position[1] = 0 / 0
  assert(s.position[1] ~= s.position[1])
end)

test("copies are of their own", function()
  local s = a_state()
  local copy = s:copy()
  equal(copy, s)
  assert(copy == s and not rawequal(copy, s))
  copy.position[1] = 123
  assert(copy ~= s)
  assert(s.position[1] ~= 123)
  equal(#copy, #s)
  equal(s == 1, false)
  equal(s ~= nil, true)
end)

test("bytes are as many as the length says", function()
  local s = a_state()
  equal(#s:bytes(), #s)
  equal(type(s:bytes()), "string")
  equal(#s, 8344 + 12 + 4 * 3 + 8 * 3)
end)

test("diff names the fields that differ, with both values", function()
  local a = a_state()
  local b = a:copy()
  equal(a:diff(b), {})
  b.race_time = a.race_time + 10
  b.scene_mobil.engine.gear = 9
  b.position[3] = 5
  b.plug_solid = ("z"):rep(68)
  local list = a:diff(b)
  local paths = {}
  for i, difference in ipairs(list) do
    paths[i] = difference.path
    equal(difference[1], a:get(difference.path))
    equal(difference[2], b:get(difference.path))
  end
  equal(paths, { "dyna.current_state.position", "scene_mobil.engine.gear", "plug_solid",
    "player_info.race_time" })
  equal(list[4][1], 1000)
  equal(list[4][2], 1010)
end)

test("diff sees bytes that have no name, and checkpoint data", function()
  local a = a_state()
  local bytes = a:bytes()
  local function with(at, byte)
    local path = harness.path "diff.state"
    local file <close> = assert(io.open(path, "wb"))
    file:write(bytes:sub(1, at - 1), byte, bytes:sub(at + 1))
    file:close()
    local state = assert(tm.load_state(path))
    os.remove(path)
    return state
  end
  local checkpoint = with(8344 + 9, "\1") -- the first checkpoint's state
  local list = a:diff(checkpoint)
  equal(#list, 1)
  equal(list[1].path, "cp_data")
  equal(list[1][1].cp_states[1], false)
  equal(list[1][2].cp_states[1], true)
  local gap = with(236 + 1, bytes:byte(237) == 1 and "\2" or "\1") -- somewhere in dyna's first gap
  assert(gap ~= a)
  assert(#a:diff(gap) >= 1, "states differ, and diff says nothing")
end)

test("diff wants a state", function()
  raises("bad argument #1 to 'diff'", function() a_state():diff(1) end)
  raises("bad argument #1 to 'diff'", function() a_state():diff() end)
end)

test("a saved state comes back whole", function()
  local path, s = harness.path "whole.state", a_state()
  equal({ s:save(path) }, { true })
  local loaded = assert(tm.load_state(path))
  equal(loaded, s)
  equal(loaded:bytes(), s:bytes())
  s.race_time = 5
  equal(s:save(path), true) -- over the old one
  equal(tm.load_state(path).race_time, 5)
  os.remove(path)
  equal(io.open(path .. ".part"), nil)
end)

test("files that are no states are refused", function()
  local path, bytes = harness.path "broken.state", a_state():bytes()
  local function load(content)
    local file = assert(io.open(path, "wb"))
    file:write(content)
    file:close()
    return tm.load_state(path)
  end
  for _, content in ipairs { "", "x", bytes:sub(1, 100), bytes:sub(1, 8344), bytes:sub(1, -2),
    bytes .. "x", ("\255"):rep(#bytes), "local x = 1\n" } do
    contains(refused("invalid", load(content)), path, tostring(#content))
  end
  assert(load(bytes))
  os.remove(path)
  contains(refused("system", tm.load_state(path)), path)
  contains(refused("system", tm.load_state(harness.path ".")), harness.path ".")
  equal(pcall(tm.load_state), false)
end)

test("a state that cannot be written is refused, and nothing is left", function()
  local s = a_state()
  contains(refused("system", s:save(harness.path "no/such/folder/x")), "no/such/folder")
  refused("system", s:save(harness.path ".")) -- a folder
  equal(pcall(s.save, s), false)
end)

harness.run()
