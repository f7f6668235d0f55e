-- MessagePack: values into bytes and back, by the formats of the specification; hostile bytes, and
-- values that have no bytes.
local harness = require "harness"
local tm = require "tm"
local test, equal, raises, contains = harness.test, harness.equal, harness.raises,
  harness.contains
local refused = harness.refused
local msgpack = tm.msgpack
local encode, decode = msgpack.encode, msgpack.decode

local function bytes(hex)
  return (hex:gsub("%s", ""):gsub("%x%x", function(pair)
    return string.char(tonumber(pair, 16))
  end))
end

local function hex(text)
  return (text:gsub(".", function(c) return ("%02X "):format(c:byte()) end):sub(1, -2))
end

-- All of the bytes are one object; its value.
local function value_of(text, options)
  local value, position, code = decode(text, 1, options)
  equal(code, nil, "refused: " .. tostring(position))
  equal(position, #text + 1, "next position")
  return value
end

-- Both ways.
local function both(value, expected)
  equal(hex(encode(value)), expected)
  equal(value_of(bytes(expected)), value)
end

test("nil and booleans", function()
  both(nil, "C0")
  both(false, "C2")
  both(true, "C3")
end)

test("integers have the shortest format", function()
  for _, row in ipairs { { 0, "00" }, { 127, "7F" }, { 128, "CC 80" }, { 255, "CC FF" },
    { 256, "CD 01 00" }, { 65535, "CD FF FF" }, { 65536, "CE 00 01 00 00" },
    { 0xFFFFFFFF, "CE FF FF FF FF" }, { 0x100000000, "CF 00 00 00 01 00 00 00 00" },
    { math.maxinteger, "CF 7F FF FF FF FF FF FF FF" }, { -1, "FF" }, { -32, "E0" },
    { -33, "D0 DF" }, { -128, "D0 80" }, { -129, "D1 FF 7F" }, { -32768, "D1 80 00" },
    { -32769, "D2 FF FF 7F FF" }, { -2147483648, "D2 80 00 00 00" },
    { -2147483649, "D3 FF FF FF FF 7F FF FF FF" },
    { math.mininteger, "D3 80 00 00 00 00 00 00 00" } } do
    both(row[1], row[2])
  end
end)

test("integers around every power of two are exact, also in tables", function()
  for shift = 0, 63 do
    for offset = -1, 1 do
      local value = (1 << shift) + offset
      equal(value_of(encode(value)), value)
      equal(value_of(encode { value, -value }), { value, -value })
    end
  end
end)

test("longer formats than needed are decoded", function()
  for text, value in pairs { ["CF 00 00 00 00 00 00 00 01"] = 1, ["D3 00 00 00 00 00 00 00 01"] = 1,
    ["D0 01"] = 1, ["D9 01 61"] = "a", ["DB 00 00 00 01 61"] = "a" } do
    equal(value_of(bytes(text)), value)
  end
  equal(value_of(bytes "DD 00 00 00 01 05"), { 5 })
  equal(value_of(bytes "DF 00 00 00 01 A1 6B 05"), { k = 5 })
end)

test("unsigned integers above those of Lua keep their bits and their meaning", function()
  for text, shown in pairs { ["CF FF FF FF FF FF FF FF FF"] = "18446744073709551615",
    ["CF 80 00 00 00 00 00 00 00"] = "9223372036854775808" } do
    local value = value_of(bytes(text))
    equal(tostring(value), shown)
    equal(hex(encode(value)), text)
    equal(value == msgpack.unsigned(value.bits), true)
    equal(hex(encode { k = value }), "81 A1 6B " .. text)
  end
  equal(value_of(bytes "CF FF FF FF FF FF FF FF FF").bits, -1)
  equal(hex(encode(msgpack.unsigned(5))), "05")
  equal(tostring(msgpack.unsigned(70)), "70")
  equal(msgpack.unsigned(1) == msgpack.unsigned(2), false)
  raises("integer expected", msgpack.unsigned, 1.5)
end)

test("floats stay floats of 64 bits", function()
  both(1.5, "CB 3F F8 00 00 00 00 00 00")
  both(1.0, "CB 3F F0 00 00 00 00 00 00")
  both(-0.0, "CB 80 00 00 00 00 00 00 00")
  equal(1 / value_of(encode(-0.0)), -math.huge)
  both(math.huge, "CB 7F F0 00 00 00 00 00 00")
  both(-math.huge, "CB FF F0 00 00 00 00 00 00")
  both(2.0 ^ 53, "CB 43 40 00 00 00 00 00 00")
  both(2.0 ^ 63, "CB 43 E0 00 00 00 00 00 00")
  both(5e-324, "CB 00 00 00 00 00 00 00 01")
  local nan = value_of(encode(0 / 0))
  equal(nan ~= nan, true)
  local list = { 1.0, 2 ^ 53, -2.0 ^ 60, 1e300, 0.1, 3 }
  equal(value_of(encode(list)), list)
end)

test("floats of 32 bits are exact, and made on demand", function()
  equal(value_of(bytes "CA 3D CC CC CD"), 0.100000001490116119384765625)
  equal(value_of(bytes "CA 3F 80 00 00"), 1.0)
  equal(hex(encode(msgpack.float32(0.1))), "CA 3D CC CC CD")
  equal(hex(encode { msgpack.float32(2) }), "91 CA 40 00 00 00")
  raises("number expected", msgpack.float32, "1")
end)

test("strings are str of any bytes", function()
  both("", "A0")
  both("a\0\xFF", "A3 61 00 FF")
  for size, head in pairs { [31] = "BF", [32] = "D9 20", [255] = "D9 FF", [256] = "DA 01 00",
    [65535] = "DA FF FF", [65536] = "DB 00 01 00 00" } do
    local text = ("x"):rep(size)
    equal(encode(text) == bytes(head) .. text, true, head)
    equal(value_of(encode(text)) == text, true, head)
  end
end)

test("bin is a string, or wrapped on demand", function()
  for size, head in pairs { [0] = "C4 00", [255] = "C4 FF", [256] = "C5 01 00",
    [65536] = "C6 00 01 00 00" } do
    local text = ("x"):rep(size)
    local packed = encode(msgpack.bin(text))
    equal(packed == bytes(head) .. text, true, head)
    equal(value_of(packed) == text, true, head)
    equal(value_of(packed, { bin = true }) == msgpack.bin(text), true, head)
    equal(encode(value_of(packed, { bin = true })) == packed, true, head)
  end
  equal(value_of(bytes "A1 61", { bin = true }), "a")
  raises("string expected", msgpack.bin, 5)
end)

test("ext of every format", function()
  for size, head in pairs { [1] = "D4 05", [2] = "D5 05", [4] = "D6 05", [8] = "D7 05",
    [16] = "D8 05", [0] = "C7 00 05", [3] = "C7 03 05", [256] = "C8 01 00 05",
    [65536] = "C9 00 01 00 00 05" } do
    local value = msgpack.ext(5, ("x"):rep(size))
    equal(encode(value) == bytes(head) .. value.data, true, head)
    equal(value_of(encode(value)) == value, true, head)
  end
  equal(value_of(bytes "D6 FF 00 00 00 01").type, -1)
  equal(value_of(bytes "D4 80 00").type, -128)
  equal(msgpack.ext(1, "a") == msgpack.ext(2, "a"), false)
  raises("-128 to 127", msgpack.ext, 128, "")
  raises("string expected", msgpack.ext, 1)
end)

test("lists are arrays", function()
  both({}, "90")
  both({ 1, "a", true }, "93 01 A1 61 C3")
  both({ { {} }, { 1 } }, "92 91 90 91 01")
  for count, head in pairs { [15] = "9F", [16] = "DC 00 10", [65535] = "DC FF FF",
    [65536] = "DD 00 01 00 00" } do
    local list = {}
    for i = 1, count do list[i] = i % 100 end
    equal(hex(encode(list):sub(1, #bytes(head))), head)
    equal(value_of(encode(list)), list)
  end
end)

test("lists are lists however they were made", function()
  local backwards, grown, cut = {}, {}, {}
  for i = 40, 1, -1 do backwards[i] = i end
  for i = 1, 40 do grown[#grown + 1] = i end
  for i = 1, 60 do cut[i] = i end
  for i = 60, 41, -1 do cut[i] = nil end
  equal(hex(encode(backwards)), hex(encode(grown)))
  equal(hex(encode(cut)), hex(encode(grown)))
  cut.x = 1
  cut.x = nil
  equal(hex(encode(cut)), hex(encode(grown)))
end)

test("lists are lists whichever part of the table has them", function()
  local function element(i) return i % 3 == 0 and { i } or i % 3 == 1 and i / 2 or "s" .. i end
  for count = 0, 70 do
    local text = ""
    local fields, hashed, mixed, shrunk = { x = 1 }, {}, { element(1), element(2) }, {}
    for i = 1, count do fields[i], text = element(i), text .. encode(element(i)) end
    fields.x = nil
    for i = count, 1, -1 do hashed[i] = element(i) end
    for i = 3, count do mixed[i] = element(i) end
    for i = count + 1, 2 do mixed[i] = nil end
    for i = 1, count + 40 do shrunk[i] = element(i) end
    for i = count + 40, count + 1, -1 do shrunk[i] = nil end
    local head = count < 16 and string.char(0x90 + count) or "\xDC\0" .. string.char(count)
    for name, list in pairs { fields = fields, hashed = hashed, mixed = mixed, shrunk = shrunk } do
      equal(hex(encode(list)), hex(head .. text), name .. " " .. count)
    end
  end
end)

test("lists with holes, or with one key more, are maps", function()
  for count = 2, 40 do
    for _, key in ipairs { count + 2, 0, -1, 1.5, "1", tostring(count), tostring(count + 1) } do
      local list = {}
      for i = 1, count do list[i] = i * 10 end
      list[key] = true
      equal(encode(list):byte() & 0xF0, count < 15 and 0x80 or 0xD0, key)
      equal(value_of(encode(list)), list)
    end
    for hole = 1, count - 1 do
      local list = {}
      for i = 1, count do list[i] = i * 10 end
      list[hole] = nil
      equal(value_of(encode(list)), list)
      equal(encode(list):byte() < 0x90 or encode(list):byte() == 0xDE, true, hole)
      list[tostring(hole)] = hole * 10 -- as many keys as a list of this length has
      equal(value_of(encode { list, list }), { list, list })
      list[tostring(hole)], list[hole] = nil, hole * 10
      equal(encode(list):byte(), count < 16 and 0x90 + count or 0xDC)
    end
  end
end)

-- More of them than are on the stack at once, and tables among and within them.
test("tables in lists, as keys, and in a row", function()
  local list, text = {}, ""
  for i = 1, 50 do
    list[i] = i % 7 == 0 and { i, { k = { i } } } or i % 5 == 0 and msgpack.bin "b" or i
    text = text .. encode(list[i])
  end
  equal(hex(encode(list)), hex("\xDC\0\x32" .. text))
  equal(hex(encode(1, list, 2, list)), hex("\1" .. encode(list) .. "\2" .. encode(list)))
  equal(hex(encode { [list] = list }), hex("\x81" .. encode(list) .. encode(list)))
  equal(hex(encode { [msgpack.bin "x"] = { list } }), hex("\x81\xC4\1x\x91" .. encode(list)))
  equal(hex(encode(msgpack.array { list, 5, list })),
    hex("\x93" .. encode(list) .. "\5" .. encode(list)))
  list[40] = { 1, { [2] = print } }
  raises("value #2[40][2][2]: a function cannot be encoded", encode, 0, list)
  list[40] = { [{ 1, print }] = 1 }
  raises("value #1[40][table][2]: a function cannot be encoded", encode, list)
end)

test("any other key makes a map", function()
  both({ k = 5 }, "81 A1 6B 05")
  equal(hex(encode { [2] = 1 }), "81 02 01")
  equal(hex(encode { [0] = 1 }), "81 00 01")
  equal(hex(encode { [1.5] = true }), "81 CB 3F F8 00 00 00 00 00 00 C3")
  equal(hex(encode { [true] = 1 }), "81 C3 01")
  for _, t in ipairs { { 1, 2, x = 3 }, { 1, nil, 3 }, { 1, 2, [4] = 4 }, { [1] = 1, ["2"] = 2 },
    { 1, 2, [0] = 0 }, { 1, 2, [-1] = 0 }, { 1, [2.5] = 1 } } do
    equal(value_of(encode(t)), t)
    equal(encode(t):byte() & 0xF0, 0x80)
  end
  local long = { x = 1 }
  for i = 1, 40 do long[i] = i end
  equal(hex(encode(long):sub(1, 3)), "DE 00 29")
  equal(value_of(encode(long)), long)
end)

test("tables can be marked, and decoded maps stay maps", function()
  equal(hex(encode(msgpack.map {})), "80")
  equal(hex(encode(msgpack.map { 7 })), "81 01 07")
  equal(hex(encode(msgpack.array { 7, x = 1 })), "91 07")
  equal(hex(encode(msgpack.array {})), "90")
  equal(hex(encode(msgpack.array(msgpack.map { 7 }))), "91 07")
  for _, text in ipairs { "80", "81 01 07", "82 01 80 02 90", "91 80" } do
    equal(hex(encode(value_of(bytes(text)))), text)
  end
  local t = {}
  equal(msgpack.map(t) == t, true)
  raises("metatable", msgpack.map, setmetatable({}, {}))
  raises("table expected", msgpack.array, "x")
end)

test("other metatables mean nothing", function()
  local function no() error "called" end
  local t = setmetatable({ 1, 2 }, { __index = no, __len = no, __pairs = no, __name = "x" })
  equal(hex(encode(t)), "92 01 02")
end)

test("null stands for nil inside", function()
  local null = msgpack.null
  equal(tostring(null), "null")
  equal(hex(encode(null)), "C0")
  equal(hex(encode { 1, null, 3 }), "93 01 C0 03")
  local list = value_of(bytes "93 01 C0 03")
  equal(rawequal(list[2], null) and #list == 3, true)
  equal(rawequal(value_of(bytes "81 A1 6B C0").k, null), true)
  equal(value_of(bytes "81 C0 05")[null], 5)
end)

test("several objects in a row", function()
  local text = encode("updateCamera", { { 1.5 } }, nil)
  equal(hex(text), "AC 75 70 64 61 74 65 43 61 6D 65 72 61 91 91 CB 3F F8 00 00 00 00 00 00 C0")
  local method, position = decode(text)
  equal(method, "updateCamera")
  local arguments, behind = decode(text, position)
  equal(arguments, { { 1.5 } })
  equal({ decode(text, behind) }, { nil, #text + 1 })
  equal({ decode(text, -1) }, { nil, #text + 1 })
  equal(encode(), "")
  contains(refused("more", decode(text, #text + 1)), "at byte " .. #text + 1)
end)

test("a key that is there twice counts once, the last time", function()
  equal(value_of(bytes "82 A1 6B 01 A1 6B 02"), { k = 2 })
  contains(refused("invalid", decode(bytes "C0 81 CB 7F F8 00 00 00 00 00 00 01", 2)), "NaN",
    "byte 2")
  contains(refused("invalid", decode(bytes "81 CA 7F C0 00 00 01")), "NaN")
end)

test("bytes that are cut are told from bad ones", function()
  local text = encode { 1, "abc", { k = 1.5 }, msgpack.ext(1, "xyz") }
  for size = 0, #text - 1 do
    contains(refused("more", decode(text:sub(1, size))), "at byte ", " more are needed")
  end
  contains(refused("invalid", decode(bytes "92 01 C1")), "C1", "at byte 3")
  contains(refused("invalid", decode("xx" .. bytes "C1", 3)), "at byte 3")
end)

-- What decoding does not raise, whatever the bytes.
test("every byte may be any other", function()
  local text = encode({ 1, -7, "abc", { k = 1.5, [3] = msgpack.null }, msgpack.ext(1, "xyz") })
  local decoded = 0
  for at = 1, #text do
    for byte = 0, 255 do
      local changed = text:sub(1, at - 1) .. string.char(byte) .. text:sub(at + 1)
      local value, position, code = decode(changed)
      if not code then
        decoded = decoded + 1
        assert(math.type(position) == "integer" and position <= #text + 1)
        local again = encode(value)
        assert(encode(value_of(again)) == again or type(value) == "table")
      else
        assert(value == nil and (code == "more" or code == "invalid" or code == "too_long"))
      end
    end
  end
  assert(decoded > 500)
end)

local function memory_kib()
  collectgarbage()
  collectgarbage()
  return collectgarbage "count"
end

local function resident_kib()
  local file = io.open "/proc/self/status"
  if not file then return 0 end
  local text = file:read "a"
  file:close()
  return tonumber(text:match "VmHWM:%s*(%d+)" or 0)
end

test("what is announced and not there costs no memory", function()
  local hostile = { "DD FF FF FF FF", "DF FF FF FF FF", "DB FF FF FF FF", "C6 FF FF FF FF",
    "C9 FF FF FF FF 05", "DD 00 FF FF FF 01", "DC FF FF 01", "92 DD 00 0F FF FF",
    ("DC FF FF "):rep(30), ("DE FF FF 01 "):rep(30) }
  local options = { size_max = 0x7FFFFFFF }
  for _, text in ipairs(hostile) do decode(bytes(text), 1, options) end
  local before, resident = memory_kib(), resident_kib()
  for _, text in ipairs(hostile) do
    local _, _, code = decode(bytes(text), 1, options)
    equal(code == "more" or code == "too_long", true, text)
    refused("too_long", decode(bytes(text), 1, { size_max = 10 }))
  end
  collectgarbage "stop"
  local count = collectgarbage "count"
  local text = bytes "DD FF FF FF FF"
  for _ = 1, 100 do decode(text) end
  equal(collectgarbage "count" - count < 64, true)
  collectgarbage "restart"
  equal(memory_kib() - before < 64, true)
  equal(resident_kib() - resident < 4096, true)
end)

local function nested(depth)
  local value = 1
  for _ = 1, depth do value = { value } end
  return value
end

test("32 tables may be inside each other", function()
  equal(value_of(encode(nested(32))), nested(32))
  contains(raises("value #2[1][1]", encode, 0, nested(33)), "nested deeper than 32")
  contains(refused("invalid", decode(("\x91"):rep(33) .. "\1")), "too deep", "at byte 33")
  contains(refused("invalid", decode(("\x91"):rep(100000))), "too deep", "at byte 33")
  equal(hex(encode { msgpack.map(nested(31)) }):sub(1, 5), "91 81")
  local cycle = {}
  cycle.me = { cycle }
  raises("within itself", encode, cycle)
end)

test("what cannot be encoded is named with its place", function()
  raises("value #1: a function cannot be encoded", encode, print)
  raises('value #2["a"][3]: a function cannot be encoded', encode, 1, { a = { 1, 2, print } })
  raises("value #1[function]: a function cannot be encoded", encode, { [print] = 1 })
  raises("value #1: a thread cannot be encoded", encode, coroutine.create(print))
  raises("value #1[1]: a userdata cannot be encoded", encode, { io.stdout })
  local ext = msgpack.ext(1, "a")
  ext.type = 1.5
  raises("type is not from -128 to 127", encode, ext)
  ext.type, ext.data = 1, 5
  raises("'data' is no string", encode, { ext })
  local number = msgpack.unsigned(1)
  number.bits = 1.5
  raises("'bits' is no integer", encode, number)
  raises("'value' is no number", encode, setmetatable({}, getmetatable(msgpack.float32(1))))
end)

test("an error in the middle leaves encode and decode as they were", function()
  local huge = ("x"):rep(3 * 1024 * 1024)
  for _ = 1, 200 do
    pcall(encode, huge, print)
    equal(hex(encode { 1 }), "91 01")
    equal(value_of(bytes "91 01"), { 1 })
  end
  equal(memory_kib() < 64 * 1024, true)
end)

-- A finalizer may run while a table is made.
test("finalizers may encode and decode as well", function()
  collectgarbage() -- so that it begins early to collect more
  local finalized = 0
  local function drop()
    setmetatable({}, { __gc = function()
      finalized = finalized + 1
      assert(#encode { decode "\x93\1\2\3" } > 0)
    end })
  end
  local list = {}
  for i = 1, 5000 do list[i] = { i, tostring(i) } end
  local text = encode(list)
  for _ = 1, 20 do
    for _ = 1, 100 do drop() end
    equal(value_of(text), list)
  end
  equal(finalized > 100, true)
end)

test("sizes have limits", function()
  equal(msgpack.encode_within(4, "abc"), "\xA3abc")
  raises("longer than 3 bytes", msgpack.encode_within, 3, "abc")
  raises("longer than 0 bytes", msgpack.encode_within, 0, 1)
  raises("longer than 67108872 bytes", encode, ("x"):rep(64 * 1024 * 1024 + 8))
  equal(decode("\xA3abc", 1, { size_max = 4 }), "abc")
  equal(decode("\1\xA3abc", 2, { size_max = 4 }), "abc")
  contains(refused("too_long", decode("\xA3abc", 1, { size_max = 3 })), "3 bytes")
  contains(refused("too_long", decode(bytes "C6 05 00 00 00")), "67108872 bytes")
  refused("more", decode(bytes "C6 05 00 00 00", 1, { size_max = 0x7FFFFFFF }))
end)

test("wrong arguments raise errors", function()
  raises("string expected", decode)
  raises("string expected", decode, {})
  raises("out of string", decode, "a", 3)
  raises("out of string", decode, "a", 0)
  raises("out of string", decode, "a", -2)
  raises("table expected", decode, "a", 1, 5)
  raises("no such option: 'bins'", decode, "a", 1, { bins = true })
  raises("size_max out of range", decode, "a", 1, { size_max = -1 })
  raises("size_max out of range", msgpack.encode_within, 1 << 40, 1)
end)

harness.run()
