--- Event buffers: the inputs of a race as the game stores them. Games give and take them
-- (`game:get_event_buffer()`, `game:set_event_buffer(events)`); here they are made of bytes.
--
-- A list in rising time: `events[i].time` (ms of input time, 0 is the first input that acts in a
-- race), `.name`, `.value` (0 and 1; analog -65536 to 65536), each to be read and written. What it
-- can do is in src/bindings/events_edit.c, and described in lua/meta/game.lua.
--
-- Source: fact sheet "TMInterface mapped-memory protocol", section 8.

local native = require "tm.native"

local M = {}

--- Events from the data of the reply of C_SIM_GET_EVENT_BUFFER, in that dialect (default "v1").
-- `names` are the name indices of the ten actions in the order of the v1 reply, for dialects that
-- do not tell them. Returns events, or nil, message, code.
M.decode = native.events

--- The data of C_SIM_SET_EVENT_BUFFER for them.
M.encode = native.event_bytes

return M
