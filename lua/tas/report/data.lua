--- The values that the cursor of a page tells, as JSON inside of it. Part of tas.report.

local text = require "tas.report.text"

local M = {}

local SAMPLES_MAX = 2000 -- of a run; of longer ones every n-th tick

local ESCAPES = { ['"'] = '\\"', ["\\"] = "\\\\", ["<"] = "\\u003c", [">"] = "\\u003e",
  ["&"] = "\\u0026" }

-- The replacement of control characters is that of the page.
local function quoted(words)
  local plain = text.shorten(words, 60):gsub("%c", " "):gsub('["\\<>&]', ESCAPES)
  return '"' .. plain .. '"'
end

local function list(values, every, decimals, factor)
  local parts = {}
  for i = 1, #values, every do
    local value = values[i]
    local words = text.is_number(value) and text.fixed(value * (factor or 1), decimals) or "null"
    if words:find(".", 1, true) then words = words:gsub("%.?0+$", "") end
    parts[#parts + 1] = words
  end
  return "[" .. table.concat(parts, ",") .. "]"
end

local function object(run)
  local every = math.ceil(#run.seconds / SAMPLES_MAX)
  local parts = {
    '"name":' .. quoted(run.name), '"times":' .. list(run.seconds, every, 0, 1000),
    '"x":' .. list(run.x, every, 1), '"z":' .. list(run.z, every, 1),
    '"speed":' .. list(run.speed, every, 0),
  }
  if run.steer then parts[#parts + 1] = '"steer":' .. list(run.steer, every, 0) end
  return "{" .. table.concat(parts, ",") .. "}"
end

--- All runs, a list of objects.
function M.json(runs)
  local parts = {}
  for i, run in ipairs(runs) do parts[i] = object(run) end
  return "[" .. table.concat(parts, ",\n") .. "]"
end

return M
