--- Text files that are written whole or not at all.

local M = {}

-- The C library of Windows does not rename onto a file that is there.
local REPLACES = package.config:sub(1, 1) ~= "\\"

--- Puts `text` into the file, beside which a "PATH.part" is made first. On Windows a file that is
-- replaced is gone for a moment. Returns true, or nil, message, "system".
function M.write(path, text)
  local partial = path .. ".part"
  local file, message = io.open(partial, "wb")
  if not file then return nil, message, "system" end
  local ok
  ok, message = file:write(text)
  local closed, why = file:close()
  if ok and not closed then ok, message = nil, why end
  if ok and not REPLACES then os.remove(path) end
  if ok then ok, message = os.rename(partial, path) end
  if ok then return true end
  os.remove(partial)
  return nil, message, "system"
end

return M
