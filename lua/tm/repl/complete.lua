--- What a line could go on with.

local session = require "tm.repl.session"
local files = require "tm.repl.files"
local members = require "tm.repl.members"
local show = require "tm.repl.show"
local stubs = require "tm.repl.stubs"

local M = {}

local FILE_COMMANDS = { load = true, save = true, shot = true, reload = true, diff = true }
local STATE_COMMANDS = { load = true, save = true, diff = true }

-- Those that begin so, sorted. A name with a line in front is shown when one was typed.
local function select_names(names, prefix)
  local list = {}
  for name in pairs(names) do
    if name:sub(1, #prefix) == prefix and (prefix ~= "" or name:sub(1, 1) ~= "_") then
      list[#list + 1] = name
    end
  end
  table.sort(list)
  return list
end

local function complete_global(prefix)
  local names = members.globals()
  for word in pairs(show.keywords) do names[word] = true end
  return select_names(names, prefix)
end

-- Strings -----------------------------------------------------------------------------------------

-- The byte behind the quote of the string that is open at the end of the text; nil when none is.
local function open_string(text)
  local at, quote, start = 1, nil, nil
  while at <= #text do
    local c = text:sub(at, at)
    if quote and c == "\\" then
      at = at + 1
    elseif quote and c == quote then
      quote = nil
    elseif not quote and (c == '"' or c == "'") then
      quote, start = c, at + 1
    elseif not quote and text:find("^%-%-", at) then
      return nil, true
    end
    at = at + 1
  end
  return quote and start or nil
end

local EVENTS_OF = {
  ["tm.engine"] = "tm.EngineEvent",
  ["tm.engine_server"] = "tm.EngineServerEvent",
}

-- The events of the connection that is hooked here, or nil.
local function events_before(text)
  local chain, verb = text:match "([%w_.]+)%s*:%s*(%a+)%s*%(?%s*[\"']$"
  if verb ~= "on" and verb ~= "once" and verb ~= "wait" then return nil end
  local names = {}
  local type_name = members.type(members.resolve(chain))
  for _, name in ipairs(stubs.values(EVENTS_OF[type_name] or "tm.Event")) do
    names[name] = true
  end
  return names
end

local function complete_string(text, start)
  local prefix = text:sub(start)
  local events = events_before(text:sub(1, start - 1))
  if not events then return start, files.complete(prefix) end
  local on = prefix:match "^on_" or ""
  local list = select_names(events, prefix:sub(#on + 1))
  for i, name in ipairs(list) do list[i] = on .. name end
  return start, list
end

-- Keys of tables that a function takes ------------------------------------------------------------

-- In `game:set_input_state { acc`, the fields of the class of that argument; or nil.
local function option_names(before)
  local name = before:match "([%a_][%w_]*)%s*{[^{}]*$"
    or before:match "([%a_][%w_]*)%s*%([^(){}]*{[^{}]*$"
  if not name or not before:find "[{,;]%s*$" then return nil end
  local names, any = {}, false
  for _, entry in ipairs(stubs.entries()) do
    local is_called = entry.kind == "function" and entry.name == name
    for _, param in ipairs(is_called and entry.params or {}) do
      local class = stubs.class(param.about:match "^tm%.%w+" or "")
      for key in pairs(class and not class.display and class.members or {}) do
        names[key], any = true, true
      end
    end
  end
  return any and names or nil
end

-- Lines -------------------------------------------------------------------------------------------

local function add_states(list, prefix)
  for _, name in ipairs(select_names(session.states, prefix)) do list[#list + 1] = name end
  return list
end

local function complete_events(prefix)
  local names = { on = true, off = true }
  for _, name in ipairs(stubs.values "tm.Event") do names[name] = true end
  return select_names(names, prefix)
end

-- Of these the rest is Lua.
local LUA_COMMANDS = { hold = true, ["until"] = true, watch = true }

local function complete_command(text)
  local blank, name = text:match "^(%s*:)([%w_]*)$"
  if name then return #blank + 1, select_names(session.commands, name) end
  local command, before, word = text:match "^%s*:([%w_]+)(.-)(%S*)$"
  local start = #text - #word + 1
  if not FILE_COMMANDS[command] or before:find "%S" then
    if command == "help" then return start, M.topics(word) end
    if command == "events" then return start, complete_events(word) end
    if LUA_COMMANDS[command] then return nil end
    return #text + 1, {}
  end
  local list = STATE_COMMANDS[command] and add_states({}, word) or {}
  for _, path in ipairs(files.complete(word)) do list[#list + 1] = path end
  return start, list
end

local function complete_lua(text)
  local start, is_comment = open_string(text)
  if is_comment then return #text + 1, {} end
  if start then return complete_string(text, start) end
  local prefix = text:match "[%a_]?[%w_]*$"
  start = #text - #prefix + 1
  local before = text:sub(1, start - 1)
  local chain, mark = before:match "([%a_][%w_.:%[%]]*)([.:])$"
  if chain and before:sub(-2) ~= ".." then
    return start, select_names(members.of(chain, mark == ":"), prefix)
  end
  if before:find "[.:]$" and before:sub(-2) ~= ".." and before:sub(-2) ~= "::" then
    return start, {}
  end
  local options = option_names(before)
  if options then return start, select_names(options, prefix) end
  return start, complete_global(prefix)
end

--- Names that `?` knows, for completion.
function M.topics(prefix)
  local names = {}
  for _, entry in ipairs(stubs.entries()) do
    names[entry.name] = true
    if entry.owner then names[entry.owner .. "." .. entry.name] = true end
  end
  for name in pairs(session.commands) do names[":" .. name] = true end
  return select_names(names, prefix)
end

--- What the text before the cursor could go on with. Returns the byte at which its last word
-- begins, 1 the first, and the words that could stand there.
function M.complete(text)
  if not session.pending then
    if text:find "^%s*:[%a]?" and not text:find "^%s*::" then
      local start, list = complete_command(text)
      if start then return start, list end
    end
    local mark, topic = text:match "^(%s*%?+%s*)(%S*)$"
    if mark then return #mark + 1, M.topics(topic) end
  end
  return complete_lua(text)
end

return M
