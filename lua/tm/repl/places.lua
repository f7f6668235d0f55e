--- Where the prompt's own files are: the user's init.lua, and the history.

local M = {}

local WINDOWS = package.config:sub(1, 1) == "\\"

-- The folder that a variable names, or one in the home folder; nil where there is neither.
local function folder(variable, in_home)
  local path = os.getenv(variable)
  if path and path ~= "" then return path end
  local home = not WINDOWS and os.getenv "HOME"
  return home and home ~= "" and home .. in_home or nil
end

local function inside(path, name)
  if not path then return nil end
  return WINDOWS and path .. "\\tmlua\\" .. name or path .. "/tmlua/" .. name
end

--- The path of the user's init.lua, whether it is there or not; or nil.
function M.init_file()
  return inside(folder(WINDOWS and "APPDATA" or "XDG_CONFIG_HOME", "/.config"), "init.lua")
end

--- The path of the history, whether it is there or not; or nil.
function M.history_file()
  return inside(folder(WINDOWS and "LOCALAPPDATA" or "XDG_STATE_HOME", "/.local/state"), "history")
end

return M
