--- Scripts to and from event buffers, tm's or any list of { time =, name =, value = }.
--
-- Source: fact sheet "TMInterface input scripts", sections 7 and 8.

local command = require "tas.inputs.command"
local Entry = require "tas.inputs.entry"
local timeline = require "tas.inputs.timeline"

local M = {}

local RUNNING, FINISH = "_FakeIsRaceRunning", "_FakeFinishLine"
local FULL, EXTENDED = 65536, 6553600

local WORDS = {
  ["Accelerate"] = "up", ["Brake"] = "down", ["Steer left"] = "left", ["Steer right"] = "right",
  ["Steer (analog)"] = "steer", ["Accelerate (analog)"] = "gas", ["Respawn"] = "enter",
  ["Horn"] = "horn",
}
for _, word in pairs { "up", "down", "left", "right", "steer", "gas", "enter", "horn" } do
  WORDS[word] = word
end
local NAMELESS_MAX = 9 -- the last name index that a game has

-- Events of those a game has: where the race starts and ends, in the list's own times.
local function start_of(events)
  for _, event in ipairs(events) do
    if event.name == RUNNING then return event.time end
  end
  return -10
end

local function sorted(events)
  local list = {}
  for i, event in ipairs(events) do
    list[i] = { time = event.time, name = event.name, value = event.value, order = i }
  end
  table.sort(list, function(a, b)
    if a.time == b.time then return a.order < b.order end
    return a.time < b.time
  end)
  return list
end

local function is_stranger(name)
  local index = name:match "^#(%d+)$"
  return index and tonumber(index) > NAMELESS_MAX
end

-- Whether a script has a line for it: respawn and horn are only pressed.
local function is_written(word, value)
  return word and not ((word == "enter" or word == "horn") and (value == 0 or not value))
end

local function new_entry(time, word, value)
  local entry = setmetatable({ time = time }, Entry)
  Entry.set_input(entry, word, value)
  return entry
end

--- The entries of a list of events, from the start of the race to its finish, or `all`. Times count
--- from the race-running event and go up to whole ticks; what would be before 0 is at 0, and a
--- respawn or horn from before is left out. nil, message, "invalid": there is an event that no game
--- has.
function M.entries(events, all)
  local start, entries = start_of(events), {}
  for _, event in ipairs(sorted(events)) do
    if is_stranger(event.name) then
      return nil, ("the event at %d ms is of index %s, and there is nothing above %d"):format(
        event.time, event.name:sub(2), NAMELESS_MAX), "invalid"
    end
    if not all and event.name == FINISH and event.time >= start then break end
    local time, word = (event.time - start - 1) // 10 * 10, WORDS[event.name]
    local counts = event.time >= start or (all and word ~= "enter" and word ~= "horn")
    if counts and is_written(word, event.value) then
      entries[#entries + 1] = new_entry(math.max(time, 0), word, event.value)
    end
  end
  return entries
end

-- The entries behind `set extended_steer true`, in which analog values are not cut.
local function extended_entries(script)
  local found, is_extended = {}, false
  for _, entry in ipairs(script) do
    if not entry.time and entry[1]:lower() == "set" and entry[2] == "extended_steer" then
      is_extended = entry[3] == "true" or entry[3] == "1"
    end
    found[entry] = is_extended
  end
  return found
end

-- An input with the value that acts.
local function value_of(step, is_extended)
  if not command.ANALOG[step.action] then return step.value end
  local most = is_extended and EXTENDED or FULL
  return math.max(-most, math.min(most, step.value))
end

--- The inputs as they act, a list of { time =, word =, value =, entry = }; of one action at one
--- time only the last value, in the place of the first. Immediate ones act at 0.
function M.effective(script, is_extended)
  local extended, list, places, time = extended_entries(script), {}, {}, nil
  for _, step in ipairs(timeline.inputs(script)) do
    if step.time ~= time then time, places = step.time, {} end
    local place = places[step.action] or #list + 1
    places[step.action] = place
    list[place] = { time = time, word = step.action, entry = step.entry,
      value = value_of(step, is_extended or extended[step.entry]) }
  end
  return list
end

-- What has no event.
local function left_out(script)
  local list = {}
  for _, entry in ipairs(script) do
    local action = entry.action
    if not action or not entry.value or action == "unknown" or action == "delete" then
      list[#list + 1] = entry
    end
  end
  return list
end

--- A copy of the events with the inputs of the script in it and nothing else, the race-running
--- event aside. Returns it and the entries that have no event: delete, and what is no input.
--- nil, message, "invalid": the events have no name for one of the actions.
function M.fill(script, events, options)
  local filled = events:copy()
  filled:clear()
  for _, input in ipairs(M.effective(script, options and options.extended)) do
    if input.word ~= "delete" then
      local ok, message = pcall(filled.add, filled, input.time, input.word, input.value)
      if not ok then
        return nil, ("%s: %s: %s"):format(script.name, tostring(input.entry), message), "invalid"
      end
    end
  end
  return filled, left_out(script)
end

return M
