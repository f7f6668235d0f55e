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

--- Whether a file is there that can be read.
function M.exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

-- A name that no other program takes at the same time. Not by chance: the sequence of math.random
-- belongs to the program.
local function name_beside(path)
  local mark = tostring {}:gsub("%X", "")
  return ("%s.%x%s.part"):format(path, os.time(), mark:sub(-10))
end

-- tmlua takes the place of the old file at once. In another Lua the C library of Windows refuses a
-- name that is taken: the old file then goes aside first.
local function replace(from, path)
  local ok, message = os.rename(from, path)
  if ok then return true end
  local old = from .. ".old"
  if not os.rename(path, old) then return nil, message end
  ok, message = os.rename(from, path)
  if ok then os.remove(old) else os.rename(old, path) end
  return ok, message
end

-- A device is written to: a file in its place would be there for everybody.
local function is_device(path)
  return path:find "^/dev/" and not path:find "^/dev/shm/"
end

-- Writes a file as it comes. True, or nil, message.
local function write_plainly(path, bytes)
  local file, message = io.open(path, "wb")
  if not file then return nil, message end
  local ok
  ok, message = file:write(bytes)
  local closed, close_message = file:close()
  if ok and not closed then ok, message = nil, close_message end
  return ok and true, message
end

-- What is wrong is said of the file that was asked for, and not of the one beside it.
local function complaint(path, partial, message)
  if message:sub(1, #partial + 2) == partial .. ": " then message = message:sub(#partial + 3) end
  return ("%s: %s"):format(path, message)
end

--- Writes a file beside and gives it the name. Returns true, or nil, message, "system"; the message
-- begins with the path.
function M.write(path, bytes)
  local partial = is_device(path) and path or name_beside(path)
  local ok, message = write_plainly(partial, bytes)
  if ok and partial ~= path then ok, message = replace(partial, path) end
  if ok then return true end
  if partial ~= path then os.remove(partial) end
  return nil, complaint(path, partial, message), "system"
end

return M
