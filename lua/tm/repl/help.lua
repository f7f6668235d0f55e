--- `:help`, and `?name` for whatever the stubs explain.

local session = require "tm.repl.session"
local stubs = require "tm.repl.stubs"

local M = {}

local COMMAND_COLUMNS = 26

local function sorted_names(list)
  local names = {}
  for name in pairs(list) do names[#names + 1] = name end
  table.sort(names)
  return names
end

--- Lists the commands.
function M.list()
  for _, name in ipairs(sorted_names(session.commands)) do
    local command = session.commands[name]
    local blanks = (" "):rep(COMMAND_COLUMNS - (utf8.len(command.usage) or #command.usage))
    session.say("%s%s %s", command.usage, blanks, command.help:match "^[^\n]*")
  end
  session.print "?NAME explains a name: ?step, ?game.step, ?tm.connect, ?game, ?run_step, ?:step"
  session.print "Anything else is Lua; `tm` and `game` are there, and _ is the last value."
end

-- The arguments, with brackets around those that may be left out.
local function signature(entry)
  local optional, parts = {}, {}
  for _, param in ipairs(entry.params) do optional[param.name] = param.optional end
  for name in entry.parameters:gmatch "[%w_.]+" do
    parts[#parts + 1] = optional[name] and "[" .. name .. "]" or name
  end
  return ("%s%s%s(%s)"):format(entry.owner, entry.mark, entry.name, table.concat(parts, ", "))
end

local function full_name(entry)
  if entry.kind == "function" then return entry.owner .. entry.mark .. entry.name end
  if entry.kind == "field" then return (entry.class.display or entry.class.name) .. "."
    .. entry.name end
  return entry.name
end

local function print_doc(doc)
  for _, line in ipairs(doc) do session.print(line == "" and "" or "  " .. line) end
end

local printers = {}

printers["function"] = function(entry)
  session.print(signature(entry))
  print_doc(entry.doc)
  for _, param in ipairs(entry.params) do
    session.say("    %-12s %s%s", param.name, param.about, param.optional and "  (optional)" or "")
  end
  for i, result in ipairs(entry.returns) do
    session.say("    %-12s %s", i == 1 and "->" or "", result)
  end
end

function printers.field(entry)
  session.say("%s  %s%s", full_name(entry), entry.about, entry.optional and "  (optional)" or "")
end

function printers.word(entry)
  session.say('"%s"  %s  (%s)', entry.name, entry.about, entry.alias.name)
end

function printers.class(entry)
  local class = entry.class
  session.print(class.display and ("%s (%s)"):format(class.display, class.name) or class.name)
  print_doc(entry.doc)
  for _, name in ipairs(sorted_names(class.members)) do
    local member = class.members[name]
    session.print("    " .. (member.kind == "function" and signature(member)
      or ("%s  %s"):format(full_name(member), member.about)))
  end
end

local function is_of(entry, owner)
  if entry.kind ~= "function" and entry.kind ~= "field" then return false end
  local class = entry.class
  return owner == entry.owner or class and (owner == class.display or owner == class.name)
end

-- Does the entry go by that name? `owner` is nil for a name that stands alone.
local function matches(entry, owner, name)
  if entry.kind == "class" then
    local whole = owner and owner .. "." .. name or name
    return entry.name == whole or entry.class.display == whole
  end
  return entry.name == name and (not owner or is_of(entry, owner))
end

local function find(text)
  local owner, name = text:match "^(.-)[.:]?([^.:]+)$"
  if owner == "" then owner = nil end
  name = name and name:gsub("^on_", "")
  local found = {}
  for _, entry in ipairs(name and stubs.entries() or {}) do
    if matches(entry, owner, name) then found[#found + 1] = entry end
  end
  return found
end

local function explain_command(command)
  session.print(command.usage)
  for line in command.help:gmatch "[^\n]+" do session.print("  " .. line) end
end

-- Names that contain the word, for one that is not there.
local function tell_unknown(text)
  local word, similar = (text:match "[%w_]+$" or text):lower(), {}
  for _, entry in ipairs(stubs.entries()) do
    if entry.name:lower():find(word, 1, true) then similar[full_name(entry)] = true end
  end
  local names = sorted_names(similar)
  session.say("nothing is known about '%s'%s", text, #names == 0 and ""
    or "; there is " .. table.concat(names, ", ", 1, math.min(#names, 12)))
end

--- Explains a name of the API, or a command.
function M.answer(text)
  text = text:gsub("%s*%b()$", ""):gsub("^%?+", "")
  if text == "" then return M.list() end
  local command = session.commands[text:match "^:?(.*)$"]
  local found = text:sub(1, 1) ~= ":" and find(text) or {}
  if command then explain_command(command) end
  for i, entry in ipairs(found) do
    if i > 1 or command then session.print "" end
    printers[entry.kind](entry)
  end
  if not command and #found == 0 then tell_unknown(text) end
end

return M
