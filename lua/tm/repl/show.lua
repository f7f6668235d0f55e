--- Values as a person reads them: strings quoted, tables with sorted keys and their cycles, long
-- ones cut with a count, the types of tmlua in short. The result is Lua where it can be.

local M = {}

-- Items of a table, and of all that are shown together; tables inside of each other; bytes.
local LIMITS = { items = 50, total = 200, depth = 8, text = 2000 }

local KEYWORDS = {}
for word in ([[and break do else elseif end false for function goto if in local nil not or repeat
  return then true until while]]):gmatch "%a+" do
  KEYWORDS[word] = true
end
M.keywords = KEYWORDS

local ESCAPES = { ["\n"] = "\\n", ["\t"] = "\\t", ["\r"] = "\\r", ['"'] = '\\"', ["\\"] = "\\\\" }

local function escape(c)
  return ESCAPES[c] or ("\\x%02X"):format(c:byte())
end

local function quote(text)
  local rest = ""
  if #text > LIMITS.text then
    rest = ("… (%d bytes)"):format(#text)
    text = text:sub(1, utf8.len(text) and utf8.offset(text, 0, LIMITS.text) - 1 or LIMITS.text)
  end
  local special = utf8.len(text) and '[%c"\\]' or '[%c"\\\128-\255]'
  return '"' .. text:gsub(special, escape) .. '"' .. rest
end

-- Code of the user's: it may raise errors.
local function safe_tostring(value)
  local ok, text = pcall(tostring, value)
  return ok and text or ("%s (its __tostring fails: %s)"):format(type(value), tostring(text))
end

-- Functions are told by where they are from: an address says nothing.
local function show_function(value)
  local info = debug.getinfo(value, "S")
  if info.what == "C" then return "function (C)" end
  return ("function (%s:%d)"):format(info.short_src, info.linedefined)
end

local function seconds(ms)
  return ("%.2f s"):format(ms / 1000)
end

local userdata = {} -- by the name of their metatable

userdata["tm.state"] = function(state)
  local x, y, z = state:unpack "position"
  return ("state %s: position (%.3f, %.3f, %.3f), speed %d km/h, %d bytes"):format(
    seconds(state.race_time), x, y, z, state.display_speed, #state)
end

userdata["tm.events"] = function(events, width)
  local lines = { tostring(events) }
  local shown = width and math.min(#events, LIMITS.items) or 0
  for i = 1, shown do lines[#lines + 1] = ("  %3d  %s"):format(i, tostring(events[i])) end
  if shown > 0 and #events > shown then
    lines[#lines + 1] = ("  … %d more"):format(#events - shown)
  end
  return table.concat(lines, "\n")
end

userdata["tm.task"] = function(task) return ("task (%s)"):format(task.status) end

local function show_userdata(value, width)
  local meta = debug.getmetatable(value)
  local name = meta and rawget(meta, "__name")
  local special = type(name) == "string" and userdata[name]
  local ok, text = pcall(special or tostring, value, width)
  return ok and text or safe_tostring(value)
end

local function order(a, b)
  local kind, other = type(a), type(b)
  if kind == "number" and other == "number" then return a < b end
  if kind == other and kind == "string" then return a < b end
  if kind ~= other then return kind < other end
  return safe_tostring(a) < safe_tostring(b)
end

local show_value

local function show_key(key, seen)
  if type(key) == "string" and key:find "^[%a_][%w_]*$" and not KEYWORDS[key] then return key end
  return "[" .. show_value(key, nil, LIMITS.depth, seen) .. "]"
end

-- The keys that are not in the list part, sorted.
local function other_keys(value, count)
  local keys = {}
  for key in next, value do
    local is_listed = math.type(key) == "integer" and key >= 1 and key <= count
    if not is_listed then keys[#keys + 1] = key end
  end
  table.sort(keys, order)
  return keys
end

local function list_length(value)
  local count = 0
  while rawget(value, count + 1) ~= nil do count = count + 1 end
  return count
end

-- The items of a table as texts, and how many of them are the list's.
local function items_of(value, width, depth, seen)
  local items, count = {}, list_length(value)
  local most = math.min(LIMITS.items, LIMITS.total - seen.total)
  for i = 1, math.min(count, most) do
    seen.total = seen.total + 1
    items[i] = show_value(rawget(value, i), width, depth + 1, seen)
  end
  local keys = other_keys(value, count)
  for i = 1, math.min(#keys, most - #items) do
    local key = keys[i]
    seen.total = seen.total + 1
    items[#items + 1] = show_key(key, seen) .. " = "
      .. show_value(rawget(value, key), width, depth + 1, seen)
  end
  local left_out = count + #keys - #items
  if left_out > 0 then items[#items + 1] = ("… %d more"):format(left_out) end
  return items, math.min(count, most)
end

-- The items of the list part, several in a line of that width.
local function fill(items, count, width)
  local lines = {}
  for i, item in ipairs(items) do
    local last = lines[#lines]
    if last and i <= count and #last + #item + 2 < width and not (last .. item):find "\n" then
      lines[#lines] = last .. ", " .. item
    else
      lines[#lines + 1] = item
    end
  end
  return lines
end

local function join(items, count, width, depth)
  local line = "{ " .. table.concat(items, ", ") .. " }"
  if not width or (#line + 2 * depth <= width and not line:find "\n") then return line end
  local indent = ("  "):rep(depth + 1)
  return "{\n" .. indent .. table.concat(fill(items, count, width - #indent), ",\n" .. indent)
    .. "\n" .. ("  "):rep(depth) .. "}"
end

local function show_table(value, width, depth, seen)
  local meta = debug.getmetatable(value)
  if meta and rawget(meta, "__tostring") then return safe_tostring(value) end
  if seen[value] then return "<cycle>" end
  if next(value) == nil then return "{}" end
  if depth >= LIMITS.depth or seen.total >= LIMITS.total then return "{…}" end
  seen[value] = true
  local items, list_count = items_of(value, width, depth, seen)
  seen[value] = nil
  return join(items, list_count, width, depth)
end

function show_value(value, width, depth, seen)
  local kind = type(value)
  if kind == "string" then return quote(value) end
  if kind == "table" then return show_table(value, width, depth, seen) end
  if kind == "function" then return show_function(value) end
  if kind == "userdata" then return show_userdata(value, depth == 0 and width) end
  return safe_tostring(value)
end

--- The value as text. With `width`, in columns, tables that are wider take several lines; without,
-- it is one line.
function M.show(value, width)
  return show_value(value, width, 0, { total = 0 })
end

--- The same in one line of so many bytes at most.
function M.short(value, size)
  local text = M.show(value):gsub("%s*\n%s*", " ")
  if #text <= size then return text end
  while size > 0 and text:byte(size + 1) & 0xC0 == 0x80 do size = size - 1 end
  return text:sub(1, size) .. "…"
end

--- Several values, as a line gives them: in one line if they fit, else below each other.
function M.list(values, width)
  local texts = {}
  for i = 1, values.n do texts[i] = M.show(values[i], width) end
  local line = table.concat(texts, "  ")
  if #line <= width and not line:find "\n" then return line end
  return table.concat(texts, "\n")
end

return M
