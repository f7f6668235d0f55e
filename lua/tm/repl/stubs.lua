--- What the API is, read from the stubs of lua/meta, which are in the program as texts: functions,
-- fields, events and code words, each with its explanation.

local native = require "tm.native"

local M = {}

-- Classes of which a script has no value by the name that its variable has in the stub.
local DISPLAY = { Log = "tm.log", msgpack = "tm.msgpack", EngineServer = "server",
  EnginePeer = "peer" }

local index -- {classes =, aliases =, entries =}, made when it is first asked for

local function display_name(variable)
  return DISPLAY[variable] or variable:lower()
end

local Reader = {}
Reader.__index = Reader

function Reader:add(entry)
  self.entries[#self.entries + 1] = entry
end

function Reader:forget_block()
  self.doc, self.params, self.returns = {}, {}, {}
end

local function clean(comment)
  return (comment:gsub("^%-%-%-?%s?", ""))
end

-- `---@tag rest`, by tag.
local tags = {}

function tags.class(reader, rest)
  local name, parent = rest:match "^([%w_.]+):?%s*([%w_.]*)"
  local class = { name = name, parent = parent, members = {}, doc = reader.doc }
  reader.class, reader.alias = class, nil
  reader.classes[name] = class
  reader:add { kind = "class", name = name, doc = reader.doc, class = class }
  reader.doc = {}
end

function tags.field(reader, rest)
  local name, optional, about = rest:match "^([%w_]+)(%??)%s+(.*)$"
  if not name or not reader.class then return end
  local entry = { kind = "field", name = name, optional = optional ~= "", about = about,
    class = reader.class, doc = {} }
  reader.class.members[name] = entry
  reader:add(entry)
end

function tags.alias(reader, rest)
  local name = rest:match "^[%w_.]+"
  reader.alias, reader.class = { name = name, list = {}, doc = reader.doc }, nil
  reader.aliases[name] = reader.alias
  reader.doc = {}
end

function tags.param(reader, rest)
  local name, optional, about = rest:match "^([%w_.]+)(%??)%s+(.*)$"
  if name then
    reader.params[#reader.params + 1] = { name = name, optional = optional ~= "", about = about }
  end
end

tags["return"] = function(reader, rest)
  reader.returns[#reader.returns + 1] = rest
end

function Reader:read_function(owner, mark, name, parameters)
  local class = self.variables[owner]
  local entry = { kind = "function", name = name, owner = display_name(owner), mark = mark,
    parameters = parameters, doc = self.doc, params = self.params, returns = self.returns,
    class = class }
  if class then class.members[name] = entry end
  self:add(entry)
  self:forget_block()
end

function Reader:read_value(line)
  local word, about = line:match '^%-%-%-|%s*"([%w_ ]+)"%s*(.*)$'
  if not word or not self.alias then return end
  self.alias.list[#self.alias.list + 1] = word
  self:add { kind = "word", name = word, about = about, alias = self.alias, doc = {} }
end

function Reader:read_line(line)
  local tag, rest = line:match "^%-%-%-@(%a+)%s*(.*)$"
  local variable = line:match "^local ([%w_]+) = {}"
  local owner, mark, name, parameters = line:match "^function ([%w_]+)([.:])([%w_]+)(%b())"
  if tag then
    if tags[tag] then tags[tag](self, rest) end
  elseif line:find "^%-%-%-|" then
    self:read_value(line)
  elseif line:find "^%-%-%-" then
    self.doc[#self.doc + 1] = clean(line)
  elseif variable and self.class then
    self.variables[variable] = self.class
    self.class.display = display_name(variable)
  elseif owner then
    self:read_function(owner, mark, name, parameters)
  elseif line == "" then
    self.class, self.alias = nil, nil
    self:forget_block()
  end
end

local function read_all()
  local reader = setmetatable({ entries = {}, classes = {}, aliases = {}, variables = {} }, Reader)
  for _, name in ipairs(native.meta and native.meta() or {}) do
    reader.variables = {}
    reader.class, reader.alias = nil, nil
    reader:forget_block()
    for line in native.meta(name):gmatch "([^\n]*)\n" do reader:read_line(line) end
  end
  return reader
end

local function get()
  index = index or read_all()
  return index
end

--- All entries: `{kind = "function" | "field" | "class" | "word", name =, doc = {lines}, …}`.
function M.entries()
  return get().entries
end

--- The class of that name, `{name =, parent =, members = {name -> entry}, doc =}`, or nil.
function M.class(name)
  return get().classes[name]
end

--- The class of a value of ours by the name of its metatable: of "tm.engine_server" it is
-- tm.EngineServer. Nil if there is none.
function M.class_of_type(type_name)
  if type_name == "tm.event" then return M.class "tm.InputEvent" end
  local wanted = type_name:gsub("_", ""):lower()
  for name, class in pairs(get().classes) do
    if name:lower() == wanted and name ~= "tm" then return class end
  end
end

--- The entry of a member of a class or of what it is derived from, or nil.
function M.member(class, name)
  while class do
    if class.members[name] then return class.members[name] end
    class = M.class(class.parent)
  end
end

--- The names of all members of a class and of what it is derived from: name -> entry.
function M.members(class)
  local all = {}
  while class do
    for name, entry in pairs(class.members) do all[name] = all[name] or entry end
    class = M.class(class.parent)
  end
  return all
end

--- The words that an alias lists, such as the events of "tm.Event".
function M.values(alias)
  local found = get().aliases[alias]
  return found and found.list or {}
end

return M
