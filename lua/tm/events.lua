--- Event buffers: the inputs of a race as the game stores them.
--
-- Source: fact sheet "TMInterface mapped-memory protocol", section 8.

local native = require "tm.native"

local M = {}
local Events = {}
Events.__index = Events

local ACTIONS = native.actions()
local TIME_ZERO = native.limits().event_time_zero -- stored time of input time 0

local function decode_value(action, data)
  local value = data & 0xFFFFFF
  if not (action and action.analog) then return value end
  if value >= 0x800000 then value = value - 0x1000000 end
  return -value
end

--- Decodes the reply of C_SIM_GET_EVENT_BUFFER (v1). Events come sorted by time, earliest first:
-- `events[i].time` in ms of input time, `.name`, `.value` (0 or 1; analog -65536 … 65536).
function M.decode(bytes)
  local self = setmetatable({ names = {} }, Events)
  for i, action in ipairs(ACTIONS) do
    local index = string.unpack("<i4", bytes, 4 * i - 3)
    if index >= 0 then self.names[index] = action end
  end
  local duration, count, at = string.unpack("<I4I4", bytes, 4 * #ACTIONS + 1)
  self.duration = duration
  for i = count, 1, -1 do
    local time, data
    time, data, at = string.unpack("<i4i4", bytes, at)
    local action = self.names[data >> 24 & 0xFF]
    self[i] = {
      time = time - TIME_ZERO,
      name = action and action.name or ("#%d"):format(data >> 24 & 0xFF),
      value = decode_value(action, data),
    }
  end
  return self
end

--- The events that match every given field of `{time =, event_name =, value =}`, in order.
-- Names are the game's ("Steer (analog)") or the words of input scripts ("steer").
function Events:find(wanted)
  local name = wanted.event_name
  for _, action in ipairs(ACTIONS) do
    if name and action.word ~= "" and action.word == name then name = action.name end
  end
  local found = {}
  for _, event in ipairs(self) do
    if (not wanted.time or event.time == wanted.time) and (not name or event.name == name)
      and (not wanted.value or event.value == wanted.value) then
      found[#found + 1] = event
    end
  end
  return found
end

return M
