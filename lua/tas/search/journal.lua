--- The file of a search, from which it goes on after anything: records, a line each; a last one
-- that was cut short counts for nothing.
--
-- Between two rounds the file is written anew, whole or not at all; what happens in a round is
-- added at its end, and is in the hands of the system before anybody hears of it.

local files = require "tas.files"
local record = require "tas.search.record"

local M = {}

local HEADER = "# tmlua search 1"

local Journal = {}
Journal.__index = Journal
Journal.__name = "tas.search.journal"

--- The journal at that path; nothing is written yet.
function M.new(path)
  return setmetatable({ path = path }, Journal)
end

local function text_of(list)
  local lines = { HEADER }
  for _, one in ipairs(list) do lines[#lines + 1] = record.write(one[1], one[2]) end
  lines[#lines + 1] = ""
  return table.concat(lines, "\n")
end

--- Begins the file anew with those records {word, fields}. Returns true, or nil, message, "system".
function Journal:write(list)
  self:close()
  return files.write(self.path, text_of(list))
end

--- Adds a record. Returns true, or nil, message, "system".
function Journal:add(word, fields)
  local message
  if not self.file then self.file, message = io.open(self.path, "ab") end
  if not self.file then return nil, message, "system" end
  local ok
  ok, message = self.file:write(record.write(word, fields), "\n")
  if ok then ok, message = self.file:flush() end
  if not ok then return nil, ("%s: %s"):format(self.path, message), "system" end
  return true
end

--- Closes the file until something is added.
function Journal:close()
  if self.file then self.file:close() end
  self.file = nil
end

--- Reads a journal. Returns the list of its records; or nil, message, code: "system", or "invalid"
-- with the line that makes no sense.
function M.load(path)
  local text, message, code = files.read(path)
  if not text then return nil, message, code end
  local list, number = {}, 0
  for line in text:gmatch "([^\n]*)\n" do
    number = number + 1
    local word, fields = record.read(line)
    if number == 1 then
      if line ~= HEADER then return nil, path .. ":1: no journal of a search", "invalid" end
    elseif not word then
      return nil, ("%s:%d: no record of a search"):format(path, number), "invalid"
    else
      list[#list + 1] = { word, fields }
    end
  end
  if number == 0 then return nil, path .. ": no journal of a search", "invalid" end
  return list
end

return M
