-- Writes the Lua modules of lua/ as one C file, which src/host/embedded_modules.h declares; the
-- stubs of lua/meta are a list of their own there.
-- Runs inside premake, which is Lua 5.1 (premake 4) or 5.3 (premake 5), and under lua5.4.

local function read_file(path)
  local file = io.open(path, "rb")
  if not file then return nil end
  local bytes = file:read("*a")
  file:close()
  return bytes
end

-- "lua/tm/address.lua" is "tm.address", and an init.lua goes by the name of its folder.
local function module_name(path)
  local name = path:gsub("^lua/", ""):gsub("%.lua$", ""):gsub("/init$", ""):gsub("/", ".")
  return name
end

-- Numbers, not a string literal: C11 promises no more than 4095 characters in one of those.
local function byte_array(identifier, bytes)
  local lines = { "static const unsigned char " .. identifier .. "[] = {" }
  for start = 1, #bytes, 24 do
    local line = bytes:sub(start, start + 23):gsub(".", function(c) return c:byte() .. "," end)
    lines[#lines + 1] = line
  end
  if #bytes == 0 then lines[#lines + 1] = "0" end
  lines[#lines + 1] = "};"
  return table.concat(lines, "\n")
end

-- The arrays of a list's files, and the list itself, `struct embedded_module NAMEs[]`.
local function list_of(name, paths)
  local arrays, rows = {}, {}
  for index, path in ipairs(paths) do
    local bytes = assert(read_file(path), "cannot read " .. path)
    local identifier = name .. "_" .. index
    arrays[index] = byte_array(identifier, bytes)
    rows[index] = ('    {"%s", "@%s", %s, %d},'):format(module_name(path), path, identifier, #bytes)
  end
  return table.concat({
    table.concat(arrays, "\n"),
    ("const struct embedded_module embedded_%ss[] = {"):format(name),
    table.concat(rows, "\n"),
    "    {0, 0, 0, 0},",
    "};",
    ("const size_t embedded_%s_count = %d;"):format(name, #paths),
  }, "\n")
end

local function generate(modules, stubs)
  return table.concat({
    "/* Written by scripts/dev/embed.lua; changes here are lost. */",
    '#include "host/embedded_modules.h"',
    list_of("module", modules),
    list_of("stub", stubs),
    "",
  }, "\n")
end

-- Leaves a file that is already right alone, so that make has nothing to do.
return function(modules, stubs, output)
  local text = generate(modules, stubs)
  if read_file(output) == text then return end
  local file = assert(io.open(output, "wb"))
  file:write(text)
  file:close()
end
