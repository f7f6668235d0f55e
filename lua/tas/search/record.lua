--- What a search says to its file and to its workers: records, a line of text each.
--
--     improved score=,43250,-4.5 text=0%20press%20up%0A
--
-- A word, then names and values in the order of their names. Values are texts, whole numbers,
-- numbers, booleans, and lists of numbers; a value knows its type by how it is written, so that a
-- text that looks like something else begins with an apostrophe. No table inside of another.

local M = {}

-- Every byte as it is written, and the other way round.
local codes, bytes = {}, {}
for byte = 0, 255 do
  local code = ("%%%02X"):format(byte)
  codes[string.char(byte)], bytes[code] = code, string.char(byte)
end

-- The inputs of a run go back and forth many times: long texts are remembered with how they are
-- written, for a while.
local LONG <const>, KEPT_MAX <const> = 256, 64
local written_of, bare_of, kept = {}, {}, 0

local function remember(bare, written)
  if #bare < LONG then return end
  if kept == KEPT_MAX then written_of, bare_of, kept = {}, {}, 0 end
  written_of[bare], bare_of[written], kept = written, bare, kept + 1
end

local function escape(text)
  local written = written_of[text]
  if not written then
    written = text:gsub("[^%w_.:/,-]", codes)
    remember(text, written)
  end
  return written
end

-- nil: nobody has written that.
local function unescape(text)
  local bare = bare_of[text]
  if bare then return bare end
  if text:find "[^%w_.:/,%%-]" then return nil end
  local count
  bare, count = text:gsub("%%[%dA-F][%dA-F]", bytes)
  if count ~= select(2, text:gsub("%%", "")) then return nil end
  remember(bare, text)
  return bare
end

local function number_text(value)
  if value ~= value then error("a record holds no number that is none", 4) end
  if math.type(value) == "integer" then return ("%d"):format(value) end
  local text = ("%.17g"):format(value)
  return text:find "^[-%d]+$" and text .. ".0" or text -- it stays what it is
end

local function list_text(list)
  local parts = {}
  for i, value in ipairs(list) do parts[i] = number_text(value) end
  return "," .. table.concat(parts, ",")
end

local function value_text(value)
  local kind = type(value)
  if kind == "number" then return number_text(value) end
  if kind == "boolean" then return tostring(value) end
  if kind == "table" then return list_text(value) end
  if kind ~= "string" then error("a record holds no " .. kind, 3) end
  local ambiguous = tonumber(value) or value == "true" or value == "false" or value == "inf"
    or not value:find "^%a"
  return (ambiguous and "'" or "") .. escape(value)
end

--- The line of a record, without its end: `word`, and a table of fields.
function M.write(word, fields)
  local names, parts = {}, { word }
  for name in pairs(fields) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do parts[#parts + 1] = name .. "=" .. value_text(fields[name]) end
  return table.concat(parts, " ")
end

local function read_number(text)
  if text:find "^-?%d+$" then return math.tointeger(tonumber(text)) end
  local number = text:find "^-?[%d.]+[eE]?[-+]?%d*$" and tonumber(text)
  if number then return number end
  if text == "inf" then return math.huge elseif text == "-inf" then return -math.huge end
end

local function read_list(text)
  local list = {}
  for part in text:gmatch "[^,]+" do
    local number = read_number(part)
    if not number then return nil end
    list[#list + 1] = number
  end
  return list
end

local function read_value(text)
  local first = text:sub(1, 1)
  if first == "'" then return unescape(text:sub(2)) end
  if first == "," then return read_list(text) end
  if text == "true" then return true elseif text == "false" then return false end
  local number = read_number(text)
  if number then return number end
  return first:find "%a" and unescape(text) or nil
end

--- Reads such a line. Returns the word and a table of fields; nil: it is none.
function M.read(line)
  local word, rest = line:match "^(%l[%w_]*)(.*)$"
  if not word or not (rest == "" or rest:find "^ ") then return nil end
  local fields = {}
  for part in rest:gmatch "[^ ]+" do
    local name, text = part:match "^(%l[%w_]*)=(.*)$"
    local value
    if name then value = read_value(text) end
    if value == nil then return nil end
    fields[name] = value
  end
  return word, fields
end

return M
