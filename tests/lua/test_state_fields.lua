-- States: every field by path and by chained fields, aliases, derived values.
local harness = require "harness"
local test, equal, raises, near = harness.test, harness.equal, harness.raises, harness.near

local FIELDS = package.loaded["tm.native"].state_fields()

-- One state of a race that has begun, for all tests that only read.
local state
local function a_state()
  if not state then
    local game = harness.race("sim:straight", 3000, { accelerate = true, steer = 2000 })
    state = game:get_simulation_state()
  end
  return state
end

-- Follows "a.b[2].c" with index operations, one by one.
local function walk(value, path)
  for name, index in path:gmatch "([%a_][%w_]*)%[?(%d*)" do
    value = value[name]
    if index ~= "" then value = value[tonumber(index)] end
  end
  return value
end

-- The numbers of a field straight from the bytes.
local FORMATS = { float32 = "<f", int32 = "<i4", uint32 = "<I4", bool32 = "<I4" }
local function raw(bytes, field)
  if field.type == "bytes" then return bytes:sub(field.offset + 1, field.offset + field.count) end
  local list = {}
  for i = 0, field.count - 1 do
    list[i + 1] = string.unpack(FORMATS[field.type], bytes, field.offset + 4 * i + 1)
    if field.type == "bool32" then list[i + 1] = list[i + 1] ~= 0 end
  end
  return list
end

local function flat(value, list)
  list = list or {}
  if type(value) ~= "userdata" then
    list[#list + 1] = value
  else
    for i = 1, #value do flat(value[i], list) end
  end
  return list
end

-- NaN is not equal to itself; bytes of nobody's are whatever they are.
local function equal_numbers(actual, expected, what)
  equal(#actual, #expected, what)
  for i = 1, #expected do
    if expected[i] == expected[i] then equal(actual[i], expected[i], what) end
  end
end

test("the layout has all its fields", function()
  assert(#FIELDS > 300, #FIELDS)
  local seen = {}
  for _, field in ipairs(FIELDS) do
    assert(not seen[field.path], field.path)
    seen[field.path] = true
  end
  assert(seen["dyna.current_state.position"])
  assert(seen["simulation_wheels[4].real_time_state.is_sliding"])
end)

test("every field reads the same by path, by chained fields, and as the bytes have it", function()
  local s = a_state()
  local bytes = s:bytes()
  for _, field in ipairs(FIELDS) do
    local expected = raw(bytes, field)
    local by_path, by_fields = s:get(field.path), walk(s, field.path)
    if field.type == "bytes" then
      equal(by_path, expected, field.path)
      equal(by_fields, expected, field.path)
    else
      equal_numbers(flat(by_path), expected, field.path)
      equal_numbers(flat(by_fields), expected, field.path)
      equal_numbers({ s:unpack(field.path) }, expected, field.path)
      equal_numbers(flat(s[field.path]), expected, field.path)
    end
  end
end)

test("types are those of the fields", function()
  local s = a_state()
  for _, field in ipairs(FIELDS) do
    local value = flat(s:get(field.path))[1]
    local expected = ({ float32 = "float", int32 = "integer", uint32 = "integer" })[field.type]
    equal(math.type(value), expected or nil, field.path)
    if field.type == "bool32" then equal(type(value), "boolean", field.path) end
    if field.type == "bytes" then equal(type(value), "string", field.path) end
  end
end)

test("aliases are other names of the same place", function()
  local s = a_state():copy()
  for alias, path in pairs {
    position = "dyna.current_state.position", velocity = "dyna.current_state.linear_speed",
    rotation_matrix = "dyna.current_state.rotation", quaternion = "dyna.current_state.quat",
    race_time = "player_info.race_time", display_speed = "player_info.display_speed",
    time = "timers[2]" } do
    equal(flat(s[alias]), flat(s:get(path)), alias)
    equal(flat(s:get(alias)), flat(s:get(path)), alias)
    equal({ s:unpack(alias) }, { s:unpack(path) }, alias)
  end
  s.dyna.current_state.position[2] = 99
  equal(s.position[2], 99.0)
  s.race_time = 77
  equal(s.player_info.race_time, 77)
end)

test("the state knows when and where the car is", function()
  local s = a_state()
  equal(s.race_time, 3000)
  equal(s.rewind_time, 3010)
  local x, y, z = s:unpack "position"
  equal({ s.position[1], s.position[2], s.position[3] }, { x, y, z })
  assert(z > 10, z)
  local speed = math.sqrt(s.velocity[1] ^ 2 + s.velocity[2] ^ 2 + s.velocity[3] ^ 2)
  near(s.display_speed, speed * 3.6, 3)
end)

test("views count, unpack, print and compare", function()
  local s = a_state()
  equal(#s.position, 3)
  equal(#s.rotation_matrix, 3)
  equal(#s.rotation_matrix[1], 3)
  equal(#s.simulation_wheels, 4)
  equal(#s.timers, 53)
  equal({ s.position:unpack() }, { s:unpack "position" })
  equal(select("#", s.rotation_matrix:unpack()), 9)
  local row = s.rotation_matrix[2]
  equal({ row:unpack() }, { row[1], row[2], row[3] })
  equal({ row:unpack() }, { table.unpack({ s:unpack "rotation_matrix" }, 4, 6) })
  assert(s.position == s.dyna.current_state.position)
  assert(s.position == s:copy().position)
  assert(s.position ~= s.velocity)
  assert(tostring(s.position):match "^%(.+, .+, .+%)$", tostring(s.position))
  harness.contains(tostring(s.dyna), "dyna")
  harness.contains(tostring(s), "3000 ms", ("%d bytes"):format(#s))
  equal(getmetatable(s), "tm.state")
  equal(getmetatable(s.position), "tm.view")
end)

test("arrays end where they end, as ipairs and table.unpack want it", function()
  local s = a_state()
  equal(s.position[0], nil)
  equal(s.position[4], nil)
  equal(s.simulation_wheels[5], nil)
  local count = 0
  for i, value in ipairs(s.position) do
    count = count + 1
    equal(value, s.position[i])
  end
  equal(count, 3)
  equal({ table.unpack(s.position, 1, #s.position) }, { s:unpack "position" })
end)

test("structs are reached one by one, and copies of them keep the state", function()
  local engine = a_state():copy().scene_mobil.engine
  local rpm = engine.actual_rpm
  collectgarbage()
  equal(engine.actual_rpm, rpm)
  assert(engine.gear >= 0 and rpm > 0)
end)

test("what does not exist is named", function()
  local s = a_state()
  for _, path in ipairs { "nothing", "dyna.nothing", "position.x", "timers[54]", "timers[0]",
    "simulation_wheels[5].steerable", "dyna..x", "", ".", "position[", "position[1", "position[x]",
    "position[1]]", "player_info.race_time.x", "position[1][1]", "position[-1]", ("x"):rep(5000),
    "timers[99999999999]", "dyna.", "position[1.5]", "position[ 1]" } do
    for _, method in ipairs { s.get, s.unpack, s.set } do
      local ok, message = pcall(method, s, path, 1)
      assert(not ok, "found: " .. path)
      harness.contains(message, "no field")
    end
  end
  raises("state has no field 'nothing'", function() return s.nothing end)
  raises("has no field 'nothing'", function() return s.dyna.nothing end)
  raises("has no field 'nothing'", function() return s.dyna.current_state.nothing end)
  raises("bad argument #1 to 'get' (string expected", function() s:get() end)
  raises("tm.state expected", s.get, {}, "position")
end)

test("unpack is for numbers", function()
  local s = a_state()
  raises("not a number", s.unpack, s, "dyna")
  raises("not a number", s.unpack, s, "plug_solid")
  raises("not a number", s.unpack, s, "simulation_wheels")
  equal({ s:unpack "race_time" }, { 3000 })
  equal({ s:unpack "simulation_wheels[1].steerable" }, { s.simulation_wheels[1].steerable })
  equal(select("#", s:unpack "timers"), 53)
  raises("not a number", function() s.dyna:unpack() end)
end)

test("inputs are derived from their events", function()
  local s = a_state():copy()
  equal(s.input_accelerate, true)
  equal(s.input_brake, false)
  equal(s.input_steer, 2000)
  equal(s.input_gas, 0)
  s.input_left_event.input_data = 1
  equal(s.input_left, true)
  s.input_left_event.input_data = 0x04000000
  equal(s.input_left, false)
  s.input_gas_event.input_data = 0x00FFFF
  equal(s.input_gas, -65535)
  for _, name in ipairs { "accelerate", "brake", "left", "right" } do
    equal(type(s["input_" .. name]), "boolean")
  end
end)

test("yaw, pitch and roll turn with the car", function()
  local s = a_state():copy()
  local angles = s.yaw_pitch_roll
  equal(#angles, 3)
  local function yaw_of(angle)
    local c, r = math.cos(angle), math.sin(angle)
    s.rotation_matrix = { { c, 0, r }, { 0, 1, 0 }, { -r, 0, c } }
    return s.yaw_pitch_roll
  end
  for _, angle in ipairs { 0, 0.5, 1.5, -0.5, -1.5, 3, -3 } do
    local got = yaw_of(angle)
    near(got[1], angle, 1e-5)
    near(got[2], 0, 1e-5)
    near(got[3], 0, 1e-5)
  end
end)

test("the quaternion follows the matrix", function()
  local s = a_state():copy()
  s.rotation_matrix = { { 0, 0, 1 }, { 0, 1, 0 }, { -1, 0, 0 } } -- a quarter turn about y
  local w, x, y, z = s:unpack "quaternion"
  near(w, math.sqrt(0.5), 1e-6)
  near(x, 0, 1e-6)
  near(y, math.sqrt(0.5), 1e-6)
  near(z, 0, 1e-6)
end)

test("checkpoint data is a copy", function()
  local s = a_state()
  local data = s.cp_data
  equal(#data.cp_states, 3)
  equal(#data.cp_times, 3)
  data.cp_states[1] = not data.cp_states[1]
  assert(s.cp_data.cp_states[1] ~= data.cp_states[1])
  raises("cannot be assigned", function() s.cp_data = data end)
  raises("cannot be assigned", function() s.yaw_pitch_roll = { 0, 0, 0 } end)
end)

harness.run()
