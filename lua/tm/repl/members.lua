--- The names inside of values, for completion.
--
-- Nothing of the user's is called: tables are read without their metamethods, but for the tables
-- of an `__index`. Values of ours are read through their fields, which neither wait nor change.

local native = require "tm.native"
local stubs = require "tm.repl.stubs"

local M = {}

--- The name of a value's type, if it is one of ours ("tm.game"); else nil.
function M.type(value)
  local meta = type(value) == "userdata" and debug.getmetatable(value)
  local name = meta and rawget(meta, "__name")
  return type(name) == "string" and name:find "^tm%." and name or nil
end

-- The field of a table, or of a table that its metatable leads to.
local function table_field(value, name)
  for _ = 1, 20 do
    local field = rawget(value, name)
    if field ~= nil then return field end
    local meta = debug.getmetatable(value)
    value = meta and rawget(meta, "__index")
    if type(value) ~= "table" then return nil end
  end
end

-- The routing library, whose modules are there when they are looked at, or nil.
local function library_class(value)
  return value ~= nil and value == package.loaded.tas and stubs.class "tas" or nil
end

local function library_module(tas, name)
  local ok, module = pcall(function() return tas[name] end)
  return ok and module or nil
end

local function field(value, name)
  local library = library_class(value)
  if library and library.members[name] then return library_module(value, name) end
  if type(value) == "table" then return table_field(value, name) end
  if type(value) == "string" then return string[name] end
  if M.type(value) then
    local ok, result = pcall(function() return value[name] end)
    return ok and result or nil
  end
end

--- The value of "a.b[1].c"; nil when there is none.
function M.resolve(chain)
  local head, rest = chain:match "^([%a_][%w_]*)(.*)$"
  if not head then return nil end
  local value = table_field(_G, head)
  while rest ~= "" and value ~= nil do
    local name, after = rest:match "^[.:]([%a_][%w_]*)(.*)$"
    if not name then
      name, after = rest:match "^%[(%d+)%](.*)$"
      name = math.tointeger(tonumber(name))
    end
    if not name then return nil end
    value, rest = field(value, name), after
  end
  return value
end

local function add_keys(names, value, only_functions)
  for key, item in next, value do
    if type(key) == "string" and key:find "^[%a_][%w_]*$"
      and (not only_functions or type(item) == "function") then
      names[key] = true
    end
  end
end

local function add_table(names, value, only_functions)
  for _ = 1, 20 do
    add_keys(names, value, only_functions)
    local meta = debug.getmetatable(value)
    value = meta and rawget(meta, "__index")
    if type(value) ~= "table" then return end
  end
end

-- The methods of a type of ours, which its __index has as an upvalue, with those that were added.
local function add_methods(names, value)
  local index = rawget(debug.getmetatable(value), "__index")
  if type(index) == "table" then return add_keys(names, index, true) end
  for i = 1, 8 do
    local name, methods = debug.getupvalue(index, i)
    if not name then return end
    if type(methods) == "table" then add_keys(names, methods, true) end
  end
end

-- What a script keeps in a game of its own.
local function add_own_fields(names, value)
  local fields = debug.getuservalue(value, 3)
  if type(fields) == "table" then add_keys(names, fields) end
end

local paths

-- The paths of all fields of a state, as a set.
local function state_paths()
  if paths then return paths end
  paths = {}
  for _, row in ipairs(native.state_fields()) do paths[row.path] = true end
  return paths
end

-- The class of a view says nothing of its fields: those are found by where it is in the state.
local function add_view(names, chain)
  for path in pairs(state_paths()) do
    local at = chain
    while at do
      local next_name = path:sub(1, #at + 1) == at .. "." and path:match("^[%a_][%w_]*", #at + 2)
      if next_name then names[next_name] = true end
      at = at:match "^[^.]*%.(.*)$"
    end
  end
end

local function add_ours(names, value, chain, only_functions)
  local type_name = M.type(value)
  local class = stubs.class_of_type(type_name)
  for name, entry in pairs(class and stubs.members(class) or {}) do
    if not only_functions or entry.kind == "function" then names[name] = true end
  end
  add_methods(names, value)
  if type_name == "tm.game" then add_own_fields(names, value) end
  if type_name == "tm.view" and not only_functions then add_view(names, chain) end
  if type_name == "tm.state" and not only_functions then
    for path in pairs(state_paths()) do names[path:match "^[%a_][%w_]*"] = true end
  end
end

--- The names of all globals, as a set.
function M.globals()
  local names = {}
  add_table(names, _G)
  return names
end

--- The names inside of the value of "a.b[1].c", as a set; or those that can be called.
function M.of(chain, only_functions)
  local value, names = M.resolve(chain), {}
  if type(value) == "table" then
    add_table(names, value, only_functions)
    if value == package.loaded.tm then names.messages = not only_functions or nil end
    local library = not only_functions and library_class(value)
    for name in pairs(library and library.members or {}) do names[name] = true end
  elseif type(value) == "string" then
    add_keys(names, string, true)
  elseif M.type(value) then
    add_ours(names, value, chain, only_functions)
  end
  return names
end

return M
