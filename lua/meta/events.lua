---@meta _
-- Event buffers; see tm.lua. Never loaded at run time.

--- One event of a list, to be read and written. It raises an error once the list has been sorted or
--- made shorter: then it may be another event's place. Two are equal when all three fields are.
---@class tm.InputEvent
---@field time integer input time, ms; 0 is the first input that acts in a race
---@field name string as the game has it: "Accelerate", "Steer (analog)" …; "#12" if it has no name
---@field value integer 0 or 1, booleans set it too; analog -65536 to 65536, up to 100 times that

--- The inputs of a race, a list that games give in rising time. A copy: `game:set_event_buffer`
--- gives it to a simulation. What is not written goes back as it came, bit by bit.
---
--- Names are the game's ("Steer (analog)"), or the words of input scripts: up, down, left, right,
--- steer, gas, enter, horn. Unknown names, and values out of range, raise errors.
---@class tm.Events
---@field duration integer ms; games do not look at it
---@field [integer] tm.InputEvent
---@operator len: integer
local Events = {}

---@class tm.EventPattern
---@field time? integer
---@field name? string
---@field event_name? string the same, as the Python client has it
---@field value? integer|boolean

--- Puts an event at the end of the list; `sort` if that is not its place. Raises an error for an
--- action that these events have no name index for.
---@param time integer input time, ms
---@param name string
---@param value integer|number|boolean analog values are rounded
---@return integer place its index
function Events:add(time, name, value) end

--- The events that match every field given, in order.
---@param wanted tm.EventPattern
---@return tm.InputEvent[]
function Events:find(wanted) end

--- Takes those events out. At least one field is to be given.
---@param wanted tm.EventPattern
---@return integer count how many there were
function Events:remove(wanted) end

--- Takes all events out but the race-running one, at its time and with its value 1.
function Events:clear() end

--- Sorts by time, earliest first; those of one time keep their order.
function Events:sort() end

--- All of them at once, in three lists: the quick way to look at many.
---@return integer[] times input times, ms
---@return string[] names
---@return integer[] values
function Events:lists() end

--- A list of its own with the same events.
---@return tm.Events
function Events:copy() end

--- The inputs as an input script: those of the race, from its start to its finish, or all of them.
--- Sorted by time, which goes up to whole ticks and counts from the race-running event.
---@param all? boolean
---@return string? script
---@return string? message
---@return tm.Code? code "invalid": there is an event of an index that no game has
function Events:to_script(all) end
