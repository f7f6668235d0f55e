---@meta _
-- MessagePack; see tm.lua. Never loaded at run time.

--- MessagePack, exact both ways:
---
---     nil                        nil; inside of arrays and maps `null`
---     booleans, strings          the same; strings are str, whatever bytes they have
---     integers                   the shortest integer; -2^63 to 2^63 - 1 are integers of Lua
---     uint 64 above 2^63 - 1     tm.msgpack.Unsigned: a float would not be exact, and an integer
---                                of Lua would be negative
---     floats                     float 64, even if whole; float 32 is decoded to the same number
---     bin                        a string, or with the option `bin` a tm.msgpack.Bin
---     ext                        tm.msgpack.Ext; timestamps are type -1
---     tables with keys 1 to n    array; so are those without keys
---     other tables               map
---
--- Tables that are marked by `array` and `map` are what they are marked as, and maps that would
--- otherwise become arrays are decoded marked. Other metatables mean nothing, and no metamethod is
--- called. Of a map with the same key twice the last one counts, and a float key with the value of
--- an integer is that integer, as everywhere in Lua; NaN cannot be a key of a table.
---
--- Up to 32 arrays and maps may be inside each other. Memory is taken in proportion to the bytes
--- that are there, never to the sizes that they announce: at most about 100 bytes for each.
---@class tm.MessagePack
---@field null userdata nil inside of arrays and maps; `tostring` shows "null"
local msgpack = {}

--- Each value as one object, in a row. Raises an error for what cannot be encoded (functions,
--- threads, other userdata) and says where it is, for tables nested too deep, as those within
--- themselves are, and for more than 64 MiB and 8 bytes.
---@param ... any
---@return string bytes
function msgpack.encode(...) end

--- The same with another limit, of all values together.
---@param size_max integer bytes
---@param ... any
---@return string bytes
function msgpack.encode_within(size_max, ...) end

---@class tm.MessagePackOptions
---@field size_max? integer bytes of the object, default 64 MiB and 8 bytes
---@field bin? boolean bin is decoded to tm.msgpack.Bin, so that it can be told from str

--- Decodes one object. A nil that is decoded is followed by a position, a refusal by a message,
--- which tells at which byte of the string.
---@param bytes string
---@param position? integer of its first byte, default 1; negative from the end
---@param options? tm.MessagePackOptions
---@return any value
---@return integer|string next_position behind it, or the message
---@return tm.Code? code "more": it ends too early; "too_long"; "invalid"
function msgpack.decode(bytes, position, options) end

--- Marks a table to be encoded as the array of its elements 1 to #t, and returns it.
---@generic T: table
---@param t T
---@return T
function msgpack.array(t) end

--- Marks a table to be encoded as a map, and returns it.
---@generic T: table
---@param t T
---@return T
function msgpack.map(t) end

--- A string that is encoded as bin. Equal to others with the same data.
---@class tm.msgpack.Bin
---@field data string

---@param data string
---@return tm.msgpack.Bin
function msgpack.bin(data) end

--- A value of an extension type. Equal to others of that type with the same data.
---@class tm.msgpack.Ext
---@field type integer -128 to 127
---@field data string

---@param type integer
---@param data string
---@return tm.msgpack.Ext
function msgpack.ext(type, data) end

--- An unsigned integer of 64 bits. `tostring` shows its value.
---@class tm.msgpack.Unsigned
---@field bits integer the integer of Lua with the same bits

---@param bits integer
---@return tm.msgpack.Unsigned
function msgpack.unsigned(bits) end

--- A number that is encoded as float 32, to which it is rounded.
---@class tm.msgpack.Float32
---@field value number

---@param value number
---@return tm.msgpack.Float32
function msgpack.float32(value) end
