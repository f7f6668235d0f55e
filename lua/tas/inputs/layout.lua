--- The text around the entries of a script. Until the first change of its entries a script has its
-- source, and each entry the place in it. Then each takes its part of the text: `before`, whole
-- lines and what is in front of it in its own line; `raw`, itself; `after`, the rest of its line if
-- it is the last one there. What is behind all of them is `script.tail`.

local command = require "tas.inputs.command"
local Entry = require "tas.inputs.entry"
local reader = require "tas.inputs.reader"

local find, sub = string.find, string.sub

local M = {}

local WHITE_FIRST, WHITE_LAST = "^[" .. command.WHITE .. "]", "[" .. command.WHITE .. "]$"

local function has_white_edge(raw)
  return find(raw, WHITE_FIRST) or find(raw, WHITE_LAST)
end

-- An entry that comes to the edge of its line, where white space that belongs to its arguments
-- would be lost: it has to be quoted.
local function unjoin(entry)
  if entry.raw and has_white_edge(entry.raw) then entry.raw = nil end
end

-- An entry that another one follows in its line ends with nothing, the last one with a line feed.
local function ends_line(entry)
  return sub(entry.after, -1) == "\n"
end

--- Makes the entries independent of the source.
function M.detach(script)
  local source, last_entry = script.source, nil
  if not source then return end
  local gap = 1
  for _, entry in ipairs(script) do
    local before = sub(source, gap, entry.first - 1)
    local feed = last_entry and find(before, "\n", 1, true)
    if last_entry then last_entry.after = feed and sub(before, 1, feed) or "" end
    entry.before = feed and sub(before, feed + 1) or before
    entry.raw = sub(source, entry.first, entry.last)
    gap, last_entry = entry.last + 1, entry
  end
  local rest = sub(source, gap)
  local feed = last_entry and (find(rest, "\n", 1, true) or #rest)
  if last_entry then last_entry.after = sub(rest, 1, feed) end
  script.tail = feed and sub(rest, feed + 1) or rest
  script.source = nil
  for _, entry in ipairs(script) do entry.first, entry.last = nil, nil end
end

-- The whole lines of what is before an entry.
local function lines_of(before)
  return before:match "^.*\n" or ""
end

-- What the line of the entries from one place on has in front, and where it ends.
local function line_at(entries, first)
  local last = first
  while last < #entries and not ends_line(entries[last]) do last = last + 1 end
  return entries[first].before, last
end

--- Leaves only the entries for which the function says so. Comments in lines of their own stay,
--- those behind a command go with the last of their line. Returns how many went.
function M.filter(script, is_kept)
  M.detach(script)
  local entries, kept, comments, first = table.move(script, 1, #script, 1, {}), {}, {}, 1
  while first <= #entries do
    local before, last = line_at(entries, first)
    local last_kept
    for i = first, last do
      local entry = entries[i]
      if is_kept(entry) then
        if not last_kept then
          if i > first then unjoin(entry) end
          comments[#comments + 1] = before
          entry.before, comments = table.concat(comments), {}
        end
        last_kept = entry
        kept[#kept + 1] = entry
      end
    end
    if last_kept then
      if not rawequal(last_kept, entries[last]) then unjoin(last_kept) end
      last_kept.after = entries[last].after
    else
      comments[#comments + 1] = lines_of(before)
    end
    first = last + 1
  end
  script.tail = table.concat(comments) .. script.tail
  for i = 1, #entries do script[i] = kept[i] end
  return #entries - #kept
end

local function end_line(script, entry)
  if not ends_line(entry) then entry.after = entry.after .. script.newline end
end

--- Puts an entry into a line of its own at that place.
function M.insert(script, place, entry)
  M.detach(script)
  local previous, following = script[place - 1], script[place]
  entry.before, entry.raw, entry.after = "", nil, script.newline
  if previous and not ends_line(previous) then
    end_line(script, previous)
    unjoin(previous)
    if following then
      following.before = ""
      unjoin(following)
    end
  elseif not previous and following then -- behind what the script begins with
    entry.before = lines_of(following.before)
    following.before = following.before:sub(#entry.before + 1)
  elseif not previous then
    entry.before, script.tail = script.tail, ""
    if entry.before ~= "" and entry.before:sub(-1) ~= "\n" then
      entry.before = entry.before .. script.newline
    end
  end
  table.insert(script, place, entry)
end

--- Takes the entries of the list instead of its own, each in its own line; they are its own ones in
--- another order, or new ones. What the script begins with stays its beginning.
function M.rearrange(script, entries)
  M.detach(script)
  local head = script[1] and lines_of(script[1].before) or ""
  if script[1] then script[1].before = script[1].before:sub(#head + 1) end
  for i = 1, math.max(#script, #entries) do
    local entry = entries[i]
    script[i] = entry
    if entry then
      local is_joined = entry.before and find(entry.before, ";", 1, true)
        and not find(entry.before, "\n", 1, true)
      unjoin(entry)
      entry.before = not is_joined and entry.before or ""
      entry.after = entry.after or script.newline
      end_line(script, entry)
    end
  end
  if script[1] then script[1].before = head .. script[1].before end
end

--- Adds copies of all entries of another script behind its own, with the text around them.
function M.append(script, other)
  M.detach(script)
  M.detach(other)
  if #script > 0 then end_line(script, script[#script]) end
  local between = script.tail
  if between ~= "" and between:sub(-1) ~= "\n" then between = between .. script.newline end
  for _, entry in ipairs(other) do
    local copy = Entry.copy(entry)
    copy.before, between = between .. copy.before, ""
    script[#script + 1] = copy
  end
  script.tail = between .. other.tail
end

-- What the entry is written as: as it was, unless it says something else now.
local function piece(entry)
  local raw = entry.raw
  if raw then
    local read = has_white_edge(raw) and reader.read_piece(raw) or reader.read(raw, "")[1]
    if read == entry then return raw end
  end
  return tostring(entry), true
end

local function source_text(script)
  local parts, from = {}, 1
  local read = assert(reader.read(script.source, script.name))
  if #read ~= #script then
    error("entries are put in and taken out with insert and remove", 0)
  end
  for i, written in ipairs(read) do
    local entry = script[i]
    if entry ~= written then
      parts[#parts + 1] = sub(script.source, from, written.first - 1)
      parts[#parts + 1] = tostring(entry)
      from = written.last + 1
    end
  end
  parts[#parts + 1] = sub(script.source, from)
  return table.concat(parts), #parts > 1
end

local function detached_text(script)
  local parts, is_new = {}, false
  for _, entry in ipairs(script) do
    local raw, is_changed = piece(entry)
    is_new = is_new or is_changed
    parts[#parts + 1] = entry.before
    parts[#parts + 1] = raw
    parts[#parts + 1] = entry.after
  end
  parts[#parts + 1] = script.tail
  return table.concat(parts), is_new
end

--- The text of the script; what was not changed is as it was. Raises an error for an entry that no
--- text says.
function M.text(script)
  local text, is_new = (script.source and source_text or detached_text)(script)
  if not is_new then return text end
  local read = reader.read(text, script.name)
  for i = 1, #script do
    if not read or read[i] ~= script[i] then
      error(("entry %d cannot be written: %s"):format(i, Entry.__tostring(script[i])), 0)
    end
  end
  return text
end

return M
