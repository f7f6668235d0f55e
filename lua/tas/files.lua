--- Files that are there whole or not at all.

local M = {}

--- The bytes of a file, or nil, message, "system".
function M.read(path)
  local file <close>, message = io.open(path, "rb")
  if not file then return nil, message, "system" end
  local bytes
  bytes, message = file:read "a"
  if not bytes then return nil, ("%s: %s"):format(path, message or "cannot be read"), "system" end
  return bytes
end

-- A name that no other program takes at the same time. Not by chance: the sequence of math.random
-- belongs to the program.
local function name_beside(path)
  local mark = tostring {}:gsub("%X", "")
  return ("%s.%x%s.part"):format(path, os.time(), mark:sub(-10))
end

-- The C library of Windows refuses a name that is taken: the old file then goes aside first.
local function replace(from, path)
  local ok, message = os.rename(from, path)
  if ok then return true end
  local old = from .. ".old"
  if not os.rename(path, old) then return nil, message end
  ok, message = os.rename(from, path)
  if ok then os.remove(old) else os.rename(old, path) end
  return ok, message
end

--- Writes a file beside and gives it the name. Returns true, or nil, message, "system".
function M.write(path, bytes)
  local partial = name_beside(path)
  local file, message = io.open(partial, "wb")
  if not file then return nil, message, "system" end
  local ok
  ok, message = file:write(bytes)
  local closed, close_message = file:close()
  if ok and not closed then ok, message = nil, close_message end
  if ok then ok, message = replace(partial, path) end
  if ok then return true end
  os.remove(partial)
  return nil, message, "system"
end

return M
