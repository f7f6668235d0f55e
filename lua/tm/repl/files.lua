--- Names of files, for completion.

local native = require "tm.native"

local M = {}

local WINDOWS = package.config:sub(1, 1) == "\\"

-- The names in a folder, those of folders with a slash behind.
local function list_folder(folder)
  if native.files then return native.files(folder) or {} end
  if WINDOWS then return {} end
  local pipe = io.popen("ls -1ap -- '" .. folder:gsub("'", "'\\''") .. "' 2>/dev/null")
  local names = {}
  for name in pipe and pipe:lines() or function() end do names[#names + 1] = name end
  if pipe then pipe:close() end
  return names
end

--- The paths that begin so. Those of folders end with a slash; hidden ones are left out unless
-- their dot was typed.
function M.complete(prefix)
  local folder, name = prefix:match(WINDOWS and "^(.*[/\\])([^/\\]*)$" or "^(.*/)([^/]*)$")
  folder, name = folder or "", name or prefix
  local place = folder == "" and "." or folder
  local list = {}
  for _, file in ipairs(list_folder(place)) do
    local is_hidden = file:sub(1, 1) == "." and name:sub(1, 1) ~= "."
    if file:sub(1, #name) == name and not is_hidden and file ~= "./" and file ~= "../" then
      list[#list + 1] = folder .. file
    end
  end
  table.sort(list)
  return list
end

return M
