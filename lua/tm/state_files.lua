--- The forms in which files hold states. There are three:
--
--  * A: the fixed part of a state, then its checkpoint data without the reserved word.
--  * B: a state as the game sends it. What `state:save` writes.
--  * C: a header of 24 bytes, then chunks, of which each region of the state is one. It has the
--    inputs of the race too. The words at the head of the file are not known for certain, so it is
--    recognised by what must be so: as many chunks as the header says, which fill the file.
--
-- Positions in messages are bytes of the file, the first one 0. No length in a file is believed
-- before that many bytes are there.
--
-- Source: fact sheet "TMInterface mapped-memory protocol", sections 10 and 12.

local native = require "tm.native"
local events = require "tm.events"

local M = {}

local FIXED_SIZE = native.limits().state_fixed_size
local RESERVED = ("\0"):rep(4)
local VERSION = 1 -- of the layout to which chunks are put together
local HEADER_SIZE = 24
local EVENTS_SIZE = 64 -- the eight events that hold at the moment
local NAMES_SIZE = 40

-- In the order of the state. Section 10.4: the flag says that the region is there.
local regions = {
  { id = 0x1002, name = "timers", size = 212, flag = 0x01 },
  { id = 0x1003, name = "dyna", size = 1424, flag = 0x02 },
  { id = 0x1004, name = "scene_mobil", size = 2168, flag = 0x04 },
  { id = 0x1005, name = "simulation_wheels", size = 3056, flag = 0x08 },
  { id = 0x1006, name = "plug_solid", size = 68, flag = 0x10 },
  { id = 0x1007, name = "cmd_buffer_core", size = 264, flag = 0x20 },
  { id = 0x1009, name = "player_info", size = 952, flag = 0x80 },
  { id = 0x1008, name = "internal_input_state", size = 120, flag = 0x40, entry_size = 12 },
}
local CONTEXT_MODE, INPUTS, MAP, CHECKPOINTS = 0x1001, 0x100A, 0x100B, 0x100C

local known = { [CONTEXT_MODE] = true, [INPUTS] = true, [MAP] = true, [CHECKPOINTS] = true }
for _, region in ipairs(regions) do known[region.id] = true end

-- Refusals: raised as tables, so that the errors of the code itself stay errors.
local function refuse(at, what, ...)
  error({ text = ("byte %d: %s"):format(at, what:format(...)) }, 0)
end

-- What `fn` returns, or nil and the text of its refusal.
local function attempt(fn, ...)
  local results = table.pack(pcall(fn, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  if type(results[2]) ~= "table" then error(results[2], 0) end
  return nil, results[2].text
end

local function word_at(bytes, at) return (string.unpack("<i4", bytes, at + 1)) end

local function slice(bytes, first, last) return bytes:sub(first + 1, last) end

-- A count and that many elements, from byte `at` on: where they end, before `last`, and the count.
local function read_list(bytes, at, last, size, what)
  if at + 4 > last then refuse(at, "the number of %s should stand here", what) end
  local count, left = word_at(bytes, at), last - at - 4
  if count < 0 or count > left // size then
    refuse(at, "%d %s of %d bytes do not go into the %d that follow", count, what, size, left)
  end
  return at + 4 + size * count, count
end

-- Checkpoint data without its reserved word that fills the bytes up to `last`; true.
local function check_checkpoints(bytes, first, last)
  local at = read_list(bytes, first, last, 4, "checkpoint states")
  at = read_list(bytes, at, last, 8, "checkpoint times")
  if at ~= last then refuse(at, "%d bytes are left over", last - at) end
  return true
end

-- The form, "A" or "B", that a file with these bytes has if it is neither too short nor of form C,
-- and the first byte of its checkpoint data. The word behind the fixed part tells: in B it is the
-- reserved one, 0, and in A the number of checkpoints, of which every track has the finish.
local function plain_form(bytes)
  if word_at(bytes, FIXED_SIZE) == 0 then return "B", FIXED_SIZE + #RESERVED end
  return "A", FIXED_SIZE
end

-- True for a whole file of that form.
local function is_plain(bytes)
  if #bytes < FIXED_SIZE + #RESERVED then refuse(#bytes, "the file ends within a state") end
  return check_checkpoints(bytes, select(2, plain_form(bytes)), #bytes)
end

-- Form C --------------------------------------------------------------------------------------

-- The chunks that we know, by their ids: {first =, last =}, the bytes of their content.
local function read_chunks(bytes)
  if #bytes < HEADER_SIZE then refuse(#bytes, "the file ends within a header") end
  local chunks, at, count = {}, HEADER_SIZE, word_at(bytes, HEADER_SIZE - 4)
  if count < 1 or count > (#bytes - HEADER_SIZE) // 8 then
    refuse(HEADER_SIZE - 4, "a file of %d bytes cannot have %d chunks", #bytes, count)
  end
  for i = 1, count do
    if at + 8 > #bytes then refuse(at, "chunk %d of %d should begin here", i, count) end
    local id, size = string.unpack("<i4i4", bytes, at + 1)
    local first = at + 8
    if size < 0 or size > #bytes - first then
      refuse(at + 4, "a chunk of %d bytes, and %d follow", size, #bytes - first)
    end
    if known[id] then
      if chunks[id] then refuse(at, "a second chunk 0x%X", id) end
      chunks[id] = { first = first, last = first + size }
    end
    at = first + size
  end
  if at ~= #bytes then refuse(at, "%d bytes follow the last chunk", #bytes - at) end
  if not next(chunks) then refuse(HEADER_SIZE, "none of the chunks is known") end
  return chunks
end

-- The bytes of a region, and its flag. One that is not there is zero and has none. The offset that
-- stands before the size is not used: it is not known from where it counts.
local function read_region(bytes, chunk, region)
  local absent = ("\0"):rep(region.size)
  if not chunk then return absent, 0 end
  local there = chunk.last - chunk.first - 8
  if there < 0 then refuse(chunk.first, "the head of %s is cut short", region.name) end
  local size = word_at(bytes, chunk.first + 4)
  if size ~= there then
    refuse(chunk.first + 4, "%s of %d bytes in a chunk with %d", region.name, size, there)
  end
  if size == 0 then return absent, 0 end
  local is_shorter = region.entry_size and size < region.size and size % region.entry_size == 0
  if size ~= region.size and not is_shorter then
    refuse(chunk.first + 4, "%s has %d bytes, and not %d", region.name, region.size, size)
  end
  local content = slice(bytes, chunk.last - size, chunk.last)
  return content .. absent:sub(size + 1), region.flag
end

local function read_context_mode(bytes, chunk)
  if not chunk then return 0 end
  if chunk.last - chunk.first ~= 4 then
    refuse(chunk.first - 4, "a context mode has 4 bytes, and not %d", chunk.last - chunk.first)
  end
  return (string.unpack("<I4", bytes, chunk.first + 1))
end

-- The events that hold, as in a state, and those of the race.
local function read_inputs(bytes, chunk)
  if not chunk then return ("\0"):rep(EVENTS_SIZE) end
  local names_at = chunk.first + EVENTS_SIZE
  local count_at = names_at + NAMES_SIZE
  local last, count = read_list(bytes, count_at, chunk.last, 8, "events")
  if last ~= chunk.last then refuse(last, "%d bytes are left over", chunk.last - last) end
  local buffer = slice(bytes, names_at, count_at) .. string.pack("<I4I4", 0, count)
    .. slice(bytes, count_at + 4, last)
  local list, message = events.decode(buffer)
  if not list then refuse(names_at, "%s", message) end
  list:sort() -- nothing says in which order the file has them
  return slice(bytes, chunk.first, names_at), list
end

-- UTF-8; half of a pair becomes U+FFFD.
local function from_utf16(text)
  local high
  local function convert(pair)
    local unit, before = string.unpack("<I2", pair), ""
    local is_low = unit >= 0xDC00 and unit < 0xE000
    if high and is_low then
      unit, high = 0x10000 + (high - 0xD800) * 0x400 + unit - 0xDC00, nil
      return utf8.char(unit)
    end
    if high then before, high = "\u{FFFD}", nil end
    if is_low then return before .. "\u{FFFD}" end
    if unit >= 0xD800 and unit < 0xDC00 then
      high = unit
      return before
    end
    return before .. utf8.char(unit)
  end
  local converted = text:gsub("..", convert)
  return high and converted .. "\u{FFFD}" or converted
end

local function read_map(bytes, chunk)
  if not chunk then return end
  local map, at = {}, chunk.first
  for i, name in ipairs { "name", "uid", "collection" } do
    local what = "units of the map's " .. name
    local last = read_list(bytes, at, chunk.last, i == 1 and 2 or 1, what)
    map[name], at = slice(bytes, at + 4, last), last
  end
  if at ~= chunk.last then refuse(at, "%d bytes are left over", chunk.last - at) end
  map.name = from_utf16(map.name)
  return map
end

local function read_checkpoints(bytes, chunk)
  if not chunk then return RESERVED .. RESERVED .. RESERVED end -- no states, no times
  check_checkpoints(bytes, chunk.first, chunk.last)
  return RESERVED .. slice(bytes, chunk.first, chunk.last)
end

-- The state of a file of form C as bytes of form B, and what else is there.
local function read_form_c(bytes)
  local chunks = read_chunks(bytes)
  local flags, parts = 0, { "" }
  for _, region in ipairs(regions) do
    local content, flag = read_region(bytes, chunks[region.id], region)
    flags, parts[#parts + 1] = flags | flag, content
  end
  local mode = read_context_mode(bytes, chunks[CONTEXT_MODE])
  parts[1] = string.pack("<I4I4I4", VERSION, mode, flags)
  local held, list = read_inputs(bytes, chunks[INPUTS])
  parts[#parts + 1] = held .. string.pack("<I4", 0) -- the respawns are not in the file
  parts[#parts + 1] = read_checkpoints(bytes, chunks[CHECKPOINTS])
  local file_version, client_version = string.unpack("<I4I4", bytes, 5)
  return table.concat(parts), { form = "C", events = list, map = read_map(bytes, chunks[MAP]),
    file_version = file_version, client_version = client_version }
end

-- Whether the first chunk would be one that we know.
local function looks_like_c(bytes)
  return #bytes >= HEADER_SIZE + 4 and known[word_at(bytes, HEADER_SIZE)]
end

-- For tm.state ----------------------------------------------------------------------------------

--- The state in the bytes of a file, as bytes of form B, and `{form =, …}` as `tm.load_state` has
-- it; or nil and a message.
function M.decode(bytes)
  local plain, fault = attempt(is_plain, bytes)
  if plain then
    local form, first = plain_form(bytes)
    return slice(bytes, 0, FIXED_SIZE) .. RESERVED .. slice(bytes, first, #bytes), { form = form }
  end
  local state, info = attempt(read_form_c, bytes)
  if state then return state, info end
  if looks_like_c(bytes) then fault = info end
  return nil, ("not a simulation state, %d bytes: %s"):format(#bytes, fault)
end

--- The bytes of a state as a file of the form "A" or "B" has them; or nil, message, "unsupported":
-- C, of which the first bytes are not known, and A for a state without checkpoints, which would be
-- read as one of form B. The reserved word is written as 0, by which B is known.
function M.encode(bytes, form)
  local first, last = slice(bytes, 0, FIXED_SIZE), bytes:sub(FIXED_SIZE + #RESERVED + 1)
  if form == "B" then return first .. RESERVED .. last end
  if form == "C" then
    return nil, "form C cannot be written: with which bytes it begins is not known", "unsupported"
  end
  if plain_form(first .. last) == "A" then return first .. last end
  return nil, "form A cannot hold a state without checkpoints", "unsupported"
end

return M
