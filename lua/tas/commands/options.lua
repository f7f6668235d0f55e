--- The command line of a command, read by the tables that its help is made of too.
--
-- An option is a row {name = "output", short = "o", value = "FILE", type =, default =, help =}:
--   value       what its value is called; nil: a flag, which is true or nil
--   type, choices, min, max: see tas.commands.values
--   repeatable  may be given more than once: the values are a list, empty without any
--   optional    the value may be left out, and is then ""; it must be given with "="
--   into        the name under which the value is kept, if it is not `name`
--   convert     fn(value) -> the value that is kept
-- An argument is a row {name = "FILE", type =, help =, optional =, repeatable =}; only the last may
-- be repeatable, and behind an optional one all are.
--
-- "--name VALUE", "--name=VALUE", "-n VALUE", "-nVALUE"; flags may stand together as "-xyz". "--"
-- is the end of the options; "-" is an argument. In the options "-" of a name is "_".

local near = require "tas.commands.near"
local values = require "tas.commands.values"

local M = {}

--- The option that every command has.
M.HELP = { name = "help", short = "h", help = "show this" }

local function find(state, key, name)
  for _, row in ipairs(state.command.options or {}) do
    if row[key] == name then return row end
  end
  return M.HELP[key] == name and M.HELP or nil
end

local function unknown(state, name)
  local names = { M.HELP.name }
  for _, row in ipairs(state.command.options or {}) do names[#names + 1] = row.name end
  return nil, ("unknown option '--%s'%s"):format(name, near.question(name, names, "--"))
end

local function key_of(row)
  return ((row.into or row.name):gsub("-", "_"))
end

-- Keeps a value; true, or nil, message, code.
local function keep(state, row, value)
  local key, options = key_of(row), state.options
  if row.convert then value = row.convert(value) end
  if row.repeatable then
    table.insert(options[key], value)
  elseif state.given[row] and row.value then
    return nil, ("--%s was given twice"):format(row.name)
  else
    options[key] = value
  end
  state.given[row] = true
  return true
end

-- `attached`: the value that stands in the same word, or nil.
local function take(state, row, attached)
  if not row.value then return keep(state, row, true) end
  local text = attached
  if not text and row.optional then
    text = ""
  elseif not text then
    state.at = state.at + 1
    text = state.list[state.at]
    if not text then return nil, ("--%s needs %s"):format(row.name, row.value) end
  end
  local value, message, code = values.read(row, text)
  if value == nil then
    return nil, code and message or ("--%s %s"):format(row.name, message), code
  end
  return keep(state, row, value)
end

local function take_long(state, word)
  local name, attached = word:match "^%-%-([^=]*)=(.*)$"
  name = name or word:sub(3)
  local row = find(state, "name", name)
  if not row then return unknown(state, name) end
  if attached and not row.value then
    return nil, ("--%s takes no value"):format(row.name)
  end
  return take(state, row, attached)
end

local function take_short(state, word)
  for i = 2, #word do
    local row = find(state, "short", word:sub(i, i))
    if not row then return nil, ("unknown option '-%s'"):format(word:sub(i)) end
    if row.value then return take(state, row, i < #word and word:sub(i + 1) or nil) end
    keep(state, row, true)
  end
  return true
end

local function take_word(state, word)
  if state.ended or word == "-" or word:sub(1, 1) ~= "-" then
    table.insert(state.arguments, word)
    return true
  elseif word == "--" then
    state.ended = true
    return true
  end
  return (word:sub(1, 2) == "--" and take_long or take_short)(state, word)
end

local function set_defaults(state)
  for _, row in ipairs(state.command.options or {}) do
    local key = key_of(row)
    if row.repeatable then
      state.options[key] = state.options[key] or {}
    elseif row.default ~= nil then
      state.options[key] = row.default
    end
  end
end

-- Reads the arguments as what they are to be; true, or nil, message, code.
local function check_arguments(state)
  local rows, arguments = state.command.arguments or {}, state.arguments
  local missing = rows[#arguments + 1]
  if missing and not missing.optional then return nil, ("%s is missing"):format(missing.name) end
  local last = rows[#rows]
  local surplus = not (last and last.repeatable) and arguments[#rows + 1]
  if surplus then return nil, ("too many arguments at '%s'"):format(surplus) end
  for i, text in ipairs(arguments) do
    local row = rows[i] or last
    local value, message, code = values.read(row, text)
    if value == nil then
      return nil, code and message or ("%s %s"):format(row.name, message), code
    end
    arguments[i] = value
  end
  return true
end

--- Reads the words behind the name of a command. Returns its options by name and the list of its
-- arguments; when help is asked for, options.help is true, and nothing else was checked. Or nil,
-- a message, and "system" for a file that cannot be read.
function M.read(command, words)
  local state = { command = command, list = words, at = 1, options = {}, given = {},
    arguments = {} }
  set_defaults(state)
  while words[state.at] do
    local ok, message, code = take_word(state, words[state.at])
    if not ok then return nil, message, code end
    if state.options.help then return state.options, {} end
    state.at = state.at + 1
  end
  local ok, message, code = check_arguments(state)
  if not ok then return nil, message, code end
  return state.options, state.arguments
end

return M
