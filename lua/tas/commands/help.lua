--- The help of commands, made of the tables by which their command lines are read.

local options = require "tas.commands.options"
local values = require "tas.commands.values"

local M = {}

local WIDTH = 90
local COLUMN_MAX = 28 -- of the left column; what is longer has a line of its own

-- The lines of a text whose words are set anew, one paragraph after the other; an empty line parts
-- two of them.
local function wrap(text, width)
  local lines = {}
  text = text:gsub("([^\n])\n([^\n])", "%1 %2")
  for paragraph in (text .. "\n"):gmatch "([^\n]*)\n" do
    local line = ""
    for word in paragraph:gmatch "%S+" do
      if line ~= "" and #line + 1 + #word > width then
        lines[#lines + 1], line = line, ""
      end
      line = line == "" and word or line .. " " .. word
    end
    lines[#lines + 1] = line
  end
  return lines
end

--- Two columns: the rows are {left, right}.
function M.columns(rows)
  local width, lines = 0, {}
  for _, row in ipairs(rows) do
    if #row[1] <= COLUMN_MAX then width = math.max(width, #row[1]) end
  end
  for _, row in ipairs(rows) do
    local left = row[1]
    if #left > width then lines[#lines + 1], left = "  " .. left, "" end
    for i, text in ipairs(wrap(row[2], WIDTH - width - 4)) do
      local line = ("  %s  %s"):format((i == 1 and left or ""):sub(1, width)
        .. (" "):rep(width - (i == 1 and #left or 0)), text)
      lines[#lines + 1] = (line:gsub("%s+$", ""))
    end
  end
  return table.concat(lines, "\n")
end

local function option_left(row)
  local value = ""
  if row.value then value = (row.optional and "[=%s]" or " %s"):format(row.value) end
  return ("%s--%s%s"):format(row.short and ("-%s, "):format(row.short) or "    ", row.name, value)
end

local function option_right(row)
  local notes = {}
  if row.choices then notes[1] = table.concat(row.choices, ", ") end
  if row.repeatable then notes[#notes + 1] = "repeatable" end
  if row.default ~= nil then
    notes[#notes + 1] = "default " .. values.text(row, row.default)
  end
  if #notes == 0 then return row.help end
  return ("%s (%s)"):format(row.help, table.concat(notes, "; "))
end

local function add_columns(parts, title, list, left, right)
  local rows = {}
  for i, row in ipairs(list) do rows[i] = { left(row), right(row) } end
  if #rows > 0 then parts[#parts + 1] = title .. "\n" .. M.columns(rows) end
end

--- The help of a command: its usage, what it does, arguments, options, examples.
function M.of(command)
  local all = { table.unpack(command.options or {}) }
  all[#all + 1] = options.HELP
  local parts = { ("usage: tmlua tas %s %s"):format(command.name, command.usage),
    table.concat(wrap(command.description or command.summary, WIDTH), "\n") }
  add_columns(parts, "arguments:", command.arguments or {}, function(row) return row.name end,
    function(row) return row.help end)
  add_columns(parts, "options:", all, option_left, option_right)
  if command.examples then
    parts[#parts + 1] = "examples:\n  " .. table.concat(command.examples, "\n  ")
  end
  return table.concat(parts, "\n\n") .. "\n"
end

return M
