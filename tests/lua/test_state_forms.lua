-- Files of states in the three forms. The files are made here, from the fact sheet alone (sections
-- 10 and 12 of "TMInterface mapped-memory protocol"), not by what is under test.
local tm = require "tm"
local state_files = require "tm.state_files"
local harness = require "harness"
local test, equal, refused, raises, contains = harness.test, harness.equal, harness.refused,
  harness.raises, harness.contains

local FIXED_SIZE = 8344

local function write(bytes)
  local path = harness.path "form.bin"
  local file <close> = assert(io.open(path, "wb"))
  file:write(bytes)
  return path
end

local function load(bytes)
  local path = write(bytes)
  local state, info, code = tm.load_state(path)
  os.remove(path)
  return state, info, code
end

local function expect_refused(bytes, ...)
  local message = refused("invalid", load(bytes))
  contains(message, harness.path "form.bin", ...)
  assert(message:find "byte %d+: ", message)
end

-- Bytes that differ from place to place, none of them zero.
local function filler(size, seed)
  local bytes = {}
  for i = 1, size do bytes[i] = string.char((i * 7 + seed * 31) % 251 + 1) end
  return table.concat(bytes)
end

local checkpoints = string.pack("<i4 i4i4i4 i4 i4i4 i4i4 i4i4", 3, 1, 0, 0, 3, 4210, 0, -1, 0,
  -1, 0)
local fixed = string.pack("<I4I4I4", 1, 1, 0x9F) .. filler(FIXED_SIZE - 12, 1)
local form_a = fixed .. checkpoints
local form_b = fixed .. "\0\0\0\0" .. checkpoints

-- Form C ----------------------------------------------------------------------------------------

local sizes = { [0x1002] = 212, [0x1003] = 1424, [0x1004] = 2168, [0x1005] = 3056, [0x1006] = 68,
  [0x1007] = 264, [0x1009] = 952, [0x1008] = 120 }
local ids = { 0x1002, 0x1003, 0x1004, 0x1005, 0x1006, 0x1007, 0x1009, 0x1008 } -- as in a state
local flags = { [0x1002] = 0x01, [0x1003] = 0x02, [0x1004] = 0x04, [0x1005] = 0x08,
  [0x1006] = 0x10, [0x1007] = 0x20, [0x1008] = 0x40, [0x1009] = 0x80 }

local function chunk(id, content) return string.pack("<i4i4", id, #content) .. content end

local function region(id, bytes, offset)
  return chunk(id, string.pack("<i4i4", offset or 0, #bytes) .. bytes)
end

local function chunk_file(...)
  local head = string.pack("<I4I4I4I4i4i4", 0x12345678, 3, 1004003, 7, 0, select("#", ...))
  return head .. table.concat { ... }
end

local held = filler(64, 9)
local race = string.pack("<i4i4 i4i4 i4i4", 100500, 4 << 24, 100010, 4 << 24 | 1, 100000,
  9 << 24 | 1)
local names = string.pack("<i4i4i4i4i4i4i4i4i4i4", 9, -1, 4, 5, 0, 1, 6, -1, -1, -1)
local inputs = held .. names .. string.pack("<i4", 3) .. race
local map = string.pack("<i4", 4) .. "A\0\xE4\0\x3D\xD8\x00\xDE"
  .. string.pack("<s4s4", "uid-27", "S")

local function chunks_but(missing)
  local list = { chunk(0x1001, string.pack("<i4", 1)) }
  for i, id in ipairs(ids) do
    if id ~= missing then list[#list + 1] = region(id, filler(sizes[id], i)) end
  end
  for id, content in pairs { [0x100A] = inputs, [0x100B] = map, [0x100C] = checkpoints } do
    if id ~= missing then list[#list + 1] = chunk(id, content) end
  end
  return list
end

local function form_c(missing) return chunk_file(table.unpack(chunks_but(missing))) end

-- What a state of that file must be.
local function state_of_c(missing)
  local flag_sum, parts = 0, { "" }
  for i, id in ipairs(ids) do
    if id ~= missing then flag_sum = flag_sum | flags[id] end
    parts[i + 1] = id ~= missing and filler(sizes[id], i) or ("\0"):rep(sizes[id])
  end
  parts[1] = string.pack("<I4I4I4", 1, 1, flag_sum)
  parts[#parts + 1] = missing == 0x100A and ("\0"):rep(64) or held
  parts[#parts + 1] = ("\0"):rep(8) -- the respawns and the reserved word
  parts[#parts + 1] = missing == 0x100C and ("\0"):rep(8) or checkpoints
  return table.concat(parts)
end

-- Tests ---------------------------------------------------------------------------------------

test("form B is the state", function()
  local state, info = load(form_b)
  equal(state:bytes(), form_b)
  equal(info, { form = "B" })
end)

test("form A lacks the reserved word", function()
  local state, info = load(form_a)
  equal(state:bytes(), form_b)
  equal(info, { form = "A" })
  equal(state.cp_data.cp_states, { true, false, false })
  equal(state.cp_data.cp_times[1], { time = 4210, stunts_score = 0 })
end)

test("form C is put together from its chunks", function()
  local state, info = load(form_c())
  equal(state:bytes(), state_of_c())
  equal(state.flags, 0xFF)
  equal({ info.form, info.file_version, info.client_version }, { "C", 3, 1004003 })
  equal(info.map, { name = "A\u{E4}\u{1F600}", uid = "uid-27", collection = "S" })
  equal({ #info.events, info.events[2].name, info.events[2].time, info.events[3].value },
    { 3, "Accelerate", 0, 0 })
  equal(info.events[1].name, "_FakeIsRaceRunning")
end)

test("chunks may lack, stand in any order, and be unknown", function()
  for _, missing in ipairs { 0x1002, 0x1003, 0x1004, 0x1005, 0x1006, 0x1007, 0x1008, 0x1009,
    0x100A, 0x100B, 0x100C } do
    local state, info = load(form_c(missing))
    equal(state:bytes(), state_of_c(missing), ("without 0x%X"):format(missing))
    equal({ info.events == nil, info.map == nil }, { missing == 0x100A, missing == 0x100B })
  end
  local reversed, list = { chunk(0x2000, "?"), chunk(-5, "") }, chunks_but()
  for i = #list, 1, -1 do reversed[#reversed + 1] = list[i] end
  equal(load(chunk_file(table.unpack(reversed))):bytes(), state_of_c())
  local only = load(chunk_file(region(0x1002, filler(212, 3), 99)))
  equal({ only.flags, only:bytes():sub(13, 224) }, { 1, filler(212, 3) })
end)

test("an input state may have fewer entries, and a region none", function()
  local state = load(chunk_file(region(0x1008, filler(36, 1)), region(0x1003, "")))
  equal(state.flags, 0x40)
  equal(state:bytes():sub(8157, 8276), filler(36, 1) .. ("\0"):rep(84))
end)

test("events in rising time come out as those in falling time", function()
  local rising = race:sub(17, 24) .. race:sub(9, 16) .. race:sub(1, 8)
  for _, order in ipairs { race, rising } do
    local content, times = held .. names .. string.pack("<i4", 3) .. order, {}
    local list = select(2, load(chunk_file(chunk(0x100A, content)))).events
    for i = 1, #list do times[i] = list[i].time end
    equal(times, { -10, 0, 490 })
  end
end)

test("halves of pairs in a map's name are marked", function()
  local function name_of(utf16)
    local content = string.pack("<i4", #utf16 // 2) .. utf16 .. ("\0"):rep(8)
    return select(2, load(chunk_file(chunk(0x100B, content)))).map.name
  end
  equal(name_of "\x3D\xD8", "\u{FFFD}")
  equal(name_of "\x00\xDEx\0", "\u{FFFD}x")
  equal(name_of "\x3D\xD8\x3D\xD8\x00\xDE", "\u{FFFD}\u{1F600}")
  equal(name_of "", "")
end)

test("no truncation is a state", function()
  for _, whole in ipairs { form_a, form_b, form_c() } do
    for size = 0, #whole - 1 do
      local state, message = state_files.decode(whole:sub(1, size))
      equal(state, nil, size)
      contains(message, " " .. size .. " bytes: byte ")
      if size % 100 == 0 then expect_refused(whole:sub(1, size)) end -- as a file
    end
    expect_refused(whole .. "\0")
  end
end)

test("no hostile number is believed", function()
  local hostile = { -1, -2 ^ 31 | 0, 2 ^ 31 - 1 | 0, 0x40000000, 0x20000001, 0x7FFFFFF8, 5 }
  local function try(whole, at)
    for _, number in ipairs(hostile) do
      local bytes = whole:sub(1, at) .. string.pack("<i4", number) .. whole:sub(at + 5)
      if bytes ~= whole then expect_refused(bytes) end
    end
  end
  try(form_a, FIXED_SIZE)
  try(form_a, FIXED_SIZE + 16)
  try(form_b, FIXED_SIZE + 4)
  try(form_b, FIXED_SIZE + 20)
  try(form_c(), 20)
  local before = chunk(0x1001, "\0\0\0\0")
  local function try_chunk(content, ...) -- places in the chunk with its head, from 0
    for _, at in ipairs { ... } do try(chunk_file(before, content), 24 + #before + at) end
  end
  for _, id in ipairs(ids) do try_chunk(region(id, filler(sizes[id], 1)), 4, 12) end
  try_chunk(chunk(0x100A, inputs), 4, 8 + 64 + 40)
  try_chunk(chunk(0x100B, map), 4, 8, 20, 30)
  try_chunk(chunk(0x100C, checkpoints), 4, 8, 24)
  try_chunk(before, 4)
end)

test("no byte of a chunk is left over", function()
  for id, content in pairs { [0x1001] = "1234", [0x100A] = inputs, [0x100B] = map,
    [0x100C] = checkpoints } do
    assert(load(chunk_file(chunk(id, content))))
    expect_refused(chunk_file(chunk(id, content .. "\0")))
    expect_refused(chunk_file(chunk(id, content:sub(1, -2))))
    expect_refused(chunk_file(chunk(id, "")))
  end
  local entries = region(0x1008, filler(120, 1))
  expect_refused(chunk_file(entries:sub(1, 12) .. string.pack("<i4", 36) .. entries:sub(17)))
  expect_refused(chunk_file(region(0x1008, filler(132, 1))))
  expect_refused(chunk_file(region(0x1008, filler(35, 1))))
end)

test("the message names the place", function()
  local function where(bytes) return refused("invalid", load(bytes)):match "byte (%d+): (.*)" end
  equal({ where(form_b:sub(1, 5000)) }, { "5000",
    "the file ends within a state" })
  equal({ where(form_b:sub(1, -2)) }, { "8364",
    "3 checkpoint times of 8 bytes do not go into the 23 that follow" })
  equal({ where(chunk_file(chunk(0x1001, "\0\0\0\0"), region(0x1003, "x"))) }, { "48",
    "dyna has 1424 bytes, and not 1" })
  local timers = region(0x1002, filler(212, 1))
  equal({ where(chunk_file(timers, timers)) }, { "252", "a second chunk 0x1002" })
end)

test("a large length takes no memory", function()
  collectgarbage()
  local before = collectgarbage "count"
  expect_refused(chunk_file(string.pack("<i4i4", 0x100A, 0x7FFFFFFF)))
  expect_refused(fixed .. string.pack("<i4i4", 0, 0x1FFFFFFF))
  assert(collectgarbage "count" - before < 200)
end)

-- A state of the game in each form, of which the regions are as the flags say.
local function files_of(state)
  local bytes = state:bytes()
  local list, at = { chunk(0x1001, bytes:sub(5, 8)) }, 12
  for _, id in ipairs(ids) do
    if state.flags & flags[id] ~= 0 then
      list[#list + 1] = region(id, bytes:sub(at + 1, at + sizes[id]))
    end
    at = at + sizes[id]
  end
  list[#list + 1] = chunk(0x100A, bytes:sub(8277, 8340) .. names .. "\0\0\0\0")
  list[#list + 1] = chunk(0x100C, bytes:sub(FIXED_SIZE + 5))
  return { A = bytes:sub(1, FIXED_SIZE) .. bytes:sub(FIXED_SIZE + 5), B = bytes,
    C = chunk_file(table.unpack(list)) }
end

test("a game goes on from each form as from the state", function()
  local game = harness.race("sim:straight", 1000, { accelerate = true, steer = 9000 })
  local state = game:get_simulation_state()
  game:step(100)
  local later = game:get_simulation_state()
  assert(later ~= state)
  for form, bytes in pairs(files_of(state)) do
    local path = write(bytes)
    local loaded, info = game:load_state(path)
    os.remove(path)
    equal({ info.form, loaded }, { form, state })
    assert(game:rewind_to_state(loaded))
    equal(game:step(), 1010)
    game:step(99)
    equal(game:get_simulation_state(), later, form)
  end
end)

test("states are written in form B and, if asked, in A", function()
  local path, state = harness.path "saved.bin", load(form_b)
  for form, bytes in pairs { A = form_a, B = form_b } do
    equal(state:save(path, form), true)
    local file <close> = assert(io.open(path, "rb"))
    equal(file:read "a", bytes)
    equal({ tm.load_state(path) }, { state, { form = form } })
  end
  contains(refused("unsupported", state:save(path, "C")), "form C")
  equal(tm.load_state(path), state) -- the file is still there
  raises("bad argument #2 to 'save'", function() state:save(path, "D") end)
  raises("bad argument #1 to 'save'", function() state:save() end)
  os.remove(path)
end)

test("the reserved word tells A and B apart", function()
  -- No checkpoints and three times in form A; three checkpoints and one time in form B.
  local tail = string.pack("<i4i4 i4i4i4 i4 i4i4", 0, 3, 1, 1, 0, 1, 10, 20)
  local state, info = load(fixed .. tail)
  equal({ state:bytes(), info.form }, { fixed .. tail, "B" })
  local none = load(fixed .. "\0\0\0\0" .. tail) -- the state that it would be in form A
  equal({ #none.cp_data.cp_states, #none.cp_data.cp_times }, { 0, 3 })
  local path = harness.path "none.bin"
  contains(refused("unsupported", none:save(path, "A")), "form A")
  equal(io.open(path), nil)
  -- Form A, though with a reserved word of 1 it would be a state without checkpoints in form B.
  state, info = load(fixed .. string.pack("<i4i4 i4 i4i4", 1, 0, 1, 10, 20))
  equal({ info.form, #state.cp_data.cp_states, #state.cp_data.cp_times }, { "A", 1, 1 })
end)

harness.run()
