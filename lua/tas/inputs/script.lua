--- The object `script`: a list of entries with what can be done to it. `script[i]` and `#script`
-- are its entries in the order of the file; they may be changed in place, and are put in and taken
-- out with insert and remove.

local edit = require "tas.inputs.edit"
local Entry = require "tas.inputs.entry"
local events = require "tas.inputs.events"
local files = require "tas.files"
local layout = require "tas.inputs.layout"
local problems = require "tas.inputs.problems"
local reader = require "tas.inputs.reader"
local timeline = require "tas.inputs.timeline"

local Script = { shift = edit.shift, slice = edit.slice, merge = edit.merge,
  quantise = edit.quantise, at = timeline.at, diff = timeline.diff, steps = timeline.steps,
  to_events = events.fill }
Script.__index = Script
Script.__name = "tas.Script"

local M = {}

--- A script of a text, or nil, message, code.
function M.parse(text, name)
  local script, message, code = reader.read(text, name)
  if not script then return nil, message, code end
  script.name, script.source = name, text
  script.newline = text:match "^[^\r\n]*(\r?\n)" or "\n"
  return setmetatable(script, Script)
end

local function canonical(script, as_client)
  local lines = {}
  for i, step in ipairs(timeline.steps(script)) do lines[i] = timeline.line(step, as_client) end
  lines[#lines + 1] = ""
  return table.concat(lines, "\n")
end

--- The script as text; what was not changed is written as it was read. `canonical = true`: all
--- immediate commands, then all others by time, one to a line, times in milliseconds, ranges as two
--- commands, no comments. `canonical = "client"`: the same, to the byte as the Python client does
--- it, which loses quotes and unknown keys. Raises an error for an entry that no text says.
function Script:text(options)
  local form = options and options.canonical
  if form then return canonical(self, form == "client") end
  return layout.text(self)
end

--- Writes the text to a file, whole or not at all. Returns true, or nil, message, "system".
function Script:save(path, options)
  return files.write(path, self:text(options))
end

--- What looks like a mistake, though a game takes it: a list of { line, column, message }, in the
--- text as it is now.
function Script:problems()
  local text = self:text()
  return problems.find(text, assert(reader.read(text, self.name)))
end

--- The last time of any command, ms; 0 if there is none.
function Script:duration()
  local last = 0
  for _, entry in ipairs(self) do last = math.max(last, entry.stop or entry.time or 0) end
  return last
end

--- A script of its own that says the same, with the same text.
function Script:copy()
  local copy = { name = self.name, newline = self.newline, source = self.source, tail = self.tail }
  for i, entry in ipairs(self) do copy[i] = Entry.copy(entry) end
  return setmetatable(copy, Script)
end

--- Whether both do the same at the same times in the same order, however they are written.
--- `==` says the same.
function Script:equals(other)
  return timeline.equal(self, other)
end

Script.__eq = timeline.equal

function Script:__tostring()
  return ("script (%s, %d entries, %d ms)"):format(self.name, #self, self:duration())
end

--- Goes through the entries of the times from `from` to `to`, both included, in the order of the
--- file: `for i, entry in script:each(1000, 2000) do`. Without times through all of them.
function Script:each(from, to)
  local i = 0
  return function()
    local entry
    repeat
      i = i + 1
      entry = self[i]
    until not entry or not (from or to)
      or (entry.time and entry.time >= (from or 0) and entry.time <= (to or math.maxinteger))
    if entry then return i, entry end
  end
end

local FOUND_BY = { action = true, value = true, time = true, kind = true }

--- The entries with these values of action, value, time or kind, as a list.
function Script:find(wanted)
  for key in pairs(wanted) do
    if not FOUND_BY[key] then error(("find: an entry has no '%s'"):format(tostring(key)), 2) end
  end
  local found = {}
  for _, entry in ipairs(self) do
    local fits = true
    for key, value in pairs(wanted) do fits = fits and entry[key] == value end
    if fits then found[#found + 1] = entry end
  end
  return found
end

-- Changing entries -----------------------------------------------------------------------------

-- An entry that its text does not say would be lost in the file.
local function check(entry)
  local read = reader.read(Entry.__tostring(entry), "")
  if not read or #read ~= 1 or read[1] ~= entry then
    error(("this cannot be written: %s"):format(Entry.__tostring(entry)), 0)
  end
end

local function apply(entry, changes)
  for key in pairs(changes) do
    if key ~= "time" and key ~= "stop" and key ~= "action" and key ~= "value"
      and math.type(key) ~= "integer" then
      error(("an entry has no field '%s'"):format(tostring(key)), 0)
    end
  end
  if changes.time ~= nil then entry.time = changes.time or nil end
  if changes.stop ~= nil then entry.stop = changes.stop or nil end
  if changes[1] ~= nil then
    for i = 1, math.max(#entry, #changes) do
      entry[i] = changes[i] ~= nil and tostring(changes[i]) or nil
    end
  end
  if changes.action ~= nil and changes.value ~= nil then
    Entry.set_input(entry, changes.action, changes.value)
  elseif changes.action ~= nil then
    entry.action = changes.action
  elseif changes.value ~= nil then
    entry.value = changes.value
  end
  check(entry)
end

local function from_text(text)
  local read, message = reader.read(text, "text")
  if not read then error(message, 0) end
  if #read == 0 then error("there is no command in the text", 0) end
  for i, entry in ipairs(read) do read[i] = Entry.copy(entry, true) end
  return read
end

local function from_table(fields)
  if getmetatable(fields) == Entry then
    local entry = Entry.copy(fields, true)
    check(entry)
    return { entry }
  end
  local entry = setmetatable({}, Entry)
  local complete = {}
  for key, value in pairs(fields) do complete[key] = value end
  if fields.action and fields.value == nil then complete.value = 1 end
  apply(entry, complete)
  return { entry }
end

local function guarded(fn, ...)
  local ok, result = pcall(fn, ...)
  if not ok then error(result, 3) end
  return result
end

local function new_entries(what)
  if type(what) == "string" then return from_text(what) end
  if type(what) ~= "table" then
    error(("an entry or its text is expected, not %s"):format(type(what)), 0)
  end
  return from_table(what)
end

local function place_of(script, which)
  if math.type(which) == "integer" then return script[which] and which end
  for i, entry in ipairs(script) do
    if rawequal(entry, which) then return i end
  end
end

local function entry_at(script, which)
  local place = place_of(script, which)
  if not place then error("the script has no such entry", 0) end
  return script[place]
end

--- Changes an entry, given by its index or itself: { time =, stop =, action =, value = } or a list
--- of arguments; `stop = false` makes a range a single command, `time = false` an immediate one.
--- Raises an error for what cannot be written, and then changes nothing. Returns the entry.
function Script:set(which, changes)
  local entry = guarded(entry_at, self, which)
  local trial = Entry.copy(entry)
  guarded(apply, trial, changes)
  entry.time, entry.stop = trial.time, trial.stop
  for i = 1, math.max(#entry, #trial) do entry[i] = trial[i] end
  return entry
end

-- Behind what is not later, in front of everything that is.
local function place_for(script, entry)
  local place, first_timed = nil, nil
  for i, other in ipairs(script) do
    if not other.time or (entry.time and other.time <= entry.time) then place = i + 1 end
    if other.time then first_timed = first_timed or i end
  end
  return place or first_timed or #script + 1
end

--- Puts commands in, each in a line of its own: text, or { time =, stop =, action =, value = }, or
--- { time =, "set", "speed", "2" }. `place` is the index of the first; without it each goes by its
--- time, behind those of the same time. Raises an error for what cannot be written. Returns the
--- first of the new entries.
function Script:insert(place, what)
  if what == nil then place, what = nil, place end
  if place and (math.type(place) ~= "integer" or place < 1 or place > #self + 1) then
    error(("insert: the place is from 1 to %d, and not %s"):format(#self + 1, tostring(place)), 2)
  end
  local entries = guarded(new_entries, what)
  for i, entry in ipairs(entries) do
    layout.insert(self, place and place + i - 1 or place_for(self, entry), entry)
  end
  return entries[1]
end

--- Takes out an entry, given by its index or itself, or all for which a function of the entry
--- returns true. Comments in lines of their own stay. Returns how many were taken out.
function Script:remove(which)
  local is_removed = which
  if type(which) ~= "function" then
    local entry = guarded(entry_at, self, which)
    function is_removed(other) return rawequal(other, entry) end
  end
  return layout.filter(self, function(entry) return not is_removed(entry) end)
end

--- Puts the entries in the order in which they act, ranges as two entries each; comments go with
--- the entry they stand before or behind. Returns the script.
function Script:flatten()
  return edit.flatten(self)
end

return M
