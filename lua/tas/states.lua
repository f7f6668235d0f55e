--- Named savestates of a game, in memory and, with a folder, on disk.
--
--     local shelf = states.new(game, "states")
--     assert(shelf:save "before the jump")
--     …
--     assert(shelf:load "before the jump")
--
-- A state NAME is the file NAME.state, as `state:save` writes it or in another form that
-- `game:load_state` reads; `names.txt` beside them is the list of names, as a folder cannot be
-- listed from Lua alone. A file that the list lacks is found by its name all the same. What is in
-- memory goes before what is on disk.

local files = require "tas.files"

local M = {}

local NAME_SIZE_MAX = 100 -- bytes; with ".state.part" well inside every file system's limit
local LIST = "names.txt"

local Shelf = {}
Shelf.__index = Shelf
Shelf.__name = "tas.states.shelf"

local DEVICES = { con = true, prn = true, aux = true, nul = true } -- files of Windows everywhere

local function is_device(name)
  local stem = name:match("^[^.]*"):lower()
  return DEVICES[stem] or stem:find "^com%d$" or stem:find "^lpt%d$"
end

-- What is wrong with a name, or nil. A name is good on every system, so that folders can travel.
local function fault_of(name)
  if name == "" then return "a name is needed" end
  if #name > NAME_SIZE_MAX then return ("it has more than %d bytes"):format(NAME_SIZE_MAX) end
  if name:find '[/\\:*?"<>|%c]' then return "it has a character that file names cannot have" end
  if name:find("..", 1, true) then return "it contains '..'" end
  if name:find "^[. ]" or name:find "[. ]$" then return "it begins or ends with a dot or space" end
  if is_device(name) then return "it is the name of a device" end
end

-- True, or nil, message, "invalid"; anything but a string is the caller's error.
local function check_name(name, verb)
  if type(name) ~= "string" then
    error(("bad argument #1 to '%s' (name expected, got %s)"):format(verb, type(name)), 3)
  end
  local fault = fault_of(name)
  if not fault then return true end
  return nil, ("'%s' cannot be the name of a state: %s"):format(name, fault), "invalid"
end

local function path_of(shelf, name)
  return shelf.folder and ("%s/%s.state"):format(shelf.folder, name)
end

local function exists(path)
  return path ~= nil and files.exists(path)
end

-- Names on disk ---------------------------------------------------------------------------------

-- The names of the list whose files are there, as a set.
local function listed(shelf)
  local names = {}
  local file = shelf.folder and io.open(shelf.folder .. "/" .. LIST, "rb")
  if not file then return names end
  for line in (file:read "a" or ""):gmatch "[^\r\n]+" do
    if not fault_of(line) and exists(path_of(shelf, line)) then names[line] = true end
  end
  file:close()
  return names
end

local function sorted(set)
  local list = {}
  for name in pairs(set) do list[#list + 1] = name end
  table.sort(list)
  return list
end

local function write_list(shelf, set)
  local names = sorted(set)
  names[#names + 1] = ""
  return files.write(shelf.folder .. "/" .. LIST, table.concat(names, "\n"))
end

-- The shelf ---------------------------------------------------------------------------------------

--- A shelf for the states of a game. With `folder`, which must be there, every state is a file in
-- it too, and those that are there already can be loaded.
function M.new(game, folder)
  if folder ~= nil and (type(folder) ~= "string" or folder == "") then
    error(("bad argument #2 to 'new' (folder expected, got %s)"):format(type(folder)), 2)
  end
  return setmetatable({ game = game, folder = folder, states = {} }, Shelf)
end

--- Puts a state onto the shelf, in place of one of that name; a copy is kept. Returns true, or nil,
-- message, code: "invalid" for a name that cannot be one, "system" when it cannot be written, and
-- then all is as before.
function Shelf:put(name, state)
  local ok, message, code = check_name(name, "put")
  if not ok then return nil, message, code end
  local path = path_of(self, name)
  if path then
    ok, message, code = state:save(path)
    if not ok then return nil, message, code end
  end
  self.states[name] = state:copy()
  if not path then return true end
  local names = listed(self)
  names[name] = true
  return write_list(self, names)
end

--- Keeps the game's state under that name. Waits for the game's next call if none is open. Returns
-- the state, or nil, message, code: as `put`, or as `game:get_simulation_state`.
function Shelf:save(name)
  local ok, message, code = check_name(name, "save")
  if not ok then return nil, message, code end
  local state
  state, message, code = self.game:get_simulation_state()
  if not state then return nil, message, code end
  ok, message, code = self:put(name, state)
  if not ok then return nil, message, code end
  return state
end

-- The state of a name that is a good one; as `get`.
local function find(shelf, name)
  if shelf.states[name] then return shelf.states[name]:copy() end
  local path = path_of(shelf, name)
  if not exists(path) then return nil, ("there is no state '%s'"):format(name), "invalid" end
  local state, message, code = shelf.game:load_state(path)
  if not state then return nil, message, code end
  shelf.states[name] = state
  return state:copy()
end

--- A copy of the state of that name. Returns it, or nil, message, code: "invalid" when there is
-- none, its name cannot be one, or its file is damaged.
function Shelf:get(name)
  local ok, message, code = check_name(name, "get")
  if not ok then return nil, message, code end
  return find(self, name)
end

--- Takes the game back to the state of that name: the next step has its race time + 10 ms. Waits
-- for the game's next call if none is open. Returns the state, or nil, message, code: as `get` and
-- `game:rewind_to_state`, and "invalid" when the game has not taken it, being on another track.
function Shelf:load(name)
  local ok, message, code = check_name(name, "load")
  if not ok then return nil, message, code end
  local state
  state, message, code = find(self, name)
  if not state then return nil, message, code end
  ok, message, code = self.game:rewind_to_state(state)
  if not ok then return nil, message, code end
  local now
  now, message, code = self.game:get_simulation_state()
  if not now then return nil, message, code end
  if now.position ~= state.position then
    return nil, ("the game has not taken the state '%s'; is it of another track?"):format(name),
      "invalid"
  end
  return state
end

--- The names there are, in memory and on the list of the folder, sorted.
function Shelf:names()
  local names = listed(self)
  for name in pairs(self.states) do names[name] = true end
  return sorted(names)
end

--- Removes a state, its file too. Returns true, or nil, message, code: "invalid" when there is
-- none, "system" when the file cannot be removed.
function Shelf:remove(name)
  local ok, message, code = check_name(name, "remove")
  if not ok then return nil, message, code end
  local path = path_of(self, name)
  local is_on_disk = exists(path)
  if not self.states[name] and not is_on_disk then
    return nil, ("there is no state '%s'"):format(name), "invalid"
  end
  if is_on_disk then
    ok, message = os.remove(path)
    if not ok then return nil, message, "system" end
  end
  self.states[name] = nil
  return not is_on_disk or write_list(self, listed(self))
end

--- The fields in which the state of that name differs from the game's, or from the state of another
-- name: a list as `state:diff` has it. Returns it, or nil, message, code: as `get`, or as
-- `game:get_simulation_state`.
function Shelf:diff(name, other)
  local ok, message, code = check_name(name, "diff")
  if not ok then return nil, message, code end
  local state
  state, message, code = find(self, name)
  if not state then return nil, message, code end
  local second
  if other == nil then
    second, message, code = self.game:get_simulation_state()
  else
    second, message, code = self:get(other)
  end
  if not second then return nil, message, code end
  return state:diff(second)
end

return M
