--- MessagePack: values of Lua into bytes and back.
--
--     local bytes = tm.msgpack.encode("updateCamera", { { 1, 2, 3 } })
--     local method, next_position = tm.msgpack.decode(bytes)
--     local arguments = tm.msgpack.decode(bytes, next_position)
--
-- What Lua has no value for is wrapped: a table with one of the metatables that C knows. A table
-- with any other metatable is encoded as one without; no metamethod is called.

local native = require("tm.native").msgpack
local types = native.metatables

local M = {}

--- The bytes of the values, each as one object, in a row. A table with the keys 1 to n and no other
-- is an array, as is one without keys; any other is a map. Raises an error that names the place of
-- what cannot be encoded (functions, other userdata), and for tables more than 32 deep, which
-- tables within themselves always are.
M.encode = native.encode

--- The same if they are no more than `size_max` bytes; raises an error otherwise. `encode` has the
-- limit of a frame of the engine protocol, 64 MiB and 8 bytes.
M.encode_within = native.encode_within

--- Decodes the object that begins at `position` (1, as for string.unpack) of a string: its value
-- and the position behind it. What cannot be decoded is refused with nil, a message that tells at
-- which byte, and a code: "more" (it ends too early), "too_long", "invalid". Options: `size_max`,
-- in bytes of one object; `bin = true` wraps bin, which is a string otherwise.
M.decode = native.decode

--- Stands for nil inside of arrays and maps, where Lua can have none.
M.null = native.null

local function check(value, type_name, function_name)
  if type(value) ~= type_name then
    error(("bad argument #1 to '%s' (%s expected, got %s)"):format(function_name, type_name,
      type(value)), 3)
  end
end

-- A table keeps what it is when it is decoded and encoded again, so this marks it for good.
local function mark(metatable, name)
  return function(t)
    check(t, "table", name)
    local old = getmetatable(t)
    if old ~= nil and old ~= types.map and old ~= types.array then
      error(("bad argument #1 to '%s' (it has a metatable already)"):format(name), 2)
    end
    return setmetatable(t, metatable)
  end
end

--- Marks a table to be an array of its elements 1 to #t, whatever other keys it has; returns it.
M.array = mark(types.array, "array")

--- Marks a table to be a map, even an empty one or a list; returns it.
M.map = mark(types.map, "map")

--- A string to be encoded as bin: `bin.data`.
function M.bin(data)
  check(data, "string", "bin")
  return setmetatable({ data = data }, types.bin)
end

--- A value of an extension type, -128 to 127, with the bytes `data`. Timestamps are type -1.
function M.ext(type_number, data)
  if math.type(type_number) ~= "integer" or type_number < -128 or type_number > 127 then
    error("bad argument #1 to 'ext' (integer from -128 to 127 expected)", 2)
  elseif type(data) ~= "string" then
    error("bad argument #2 to 'ext' (string expected)", 2)
  end
  return setmetatable({ type = type_number, data = data }, types.ext)
end

--- An unsigned integer whose 64 bits are those of the Lua integer `bits`. Those above
-- math.maxinteger are decoded to it; `tostring` shows them as they are meant.
function M.unsigned(bits)
  if math.type(bits) ~= "integer" then
    error("bad argument #1 to 'unsigned' (integer expected)", 2)
  end
  return setmetatable({ bits = bits }, types.unsigned)
end

--- A number to be encoded in 32 bits, to which it is rounded; others take 64.
function M.float32(value)
  check(value, "number", "float32")
  return setmetatable({ value = value }, types.float32)
end

-- The data and types of wrapped values compare as what they are.
local function equal_data(a, b)
  return getmetatable(a) == getmetatable(b) and a.data == b.data and a.type == b.type
end

types.bin.__eq = equal_data
types.ext.__eq = equal_data
function types.unsigned.__eq(a, b)
  return getmetatable(a) == getmetatable(b) and a.bits == b.bits
end

function types.unsigned.__tostring(self)
  local tens = (self.bits >> 1) // 5
  return ("%d%d"):format(tens, self.bits - 10 * tens)
end

return M
