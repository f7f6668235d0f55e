--- Names of files, for completion.

local native = require "tm.native"

local M = {}

local WINDOWS = package.config:sub(1, 1) == "\\"

--- The paths that begin so. Those of folders end with a slash; hidden ones are left out unless
-- their dot was typed.
function M.complete(prefix)
  local folder, name = prefix:match(WINDOWS and "^(.*[/\\])([^/\\]*)$" or "^(.*/)([^/]*)$")
  folder, name = folder or "", name or prefix
  local place = folder == "" and "." or folder
  local list = {}
  for _, file in ipairs(native.files(place) or {}) do
    local is_hidden = file:sub(1, 1) == "." and name:sub(1, 1) ~= "."
    if file:sub(1, #name) == name and not is_hidden then
      list[#list + 1] = folder .. file
    end
  end
  table.sort(list)
  return list
end

return M
