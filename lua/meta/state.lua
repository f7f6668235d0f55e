---@meta _
-- States of the simulation; see tm.lua. Their fields are in state_layout.lua. Never loaded at run
-- time.

--- The bytes of a state, decoded where they are touched and written in place. Fields are reached
--- by their names, one after the other (`state.dyna.current_state.position[1]`), or by a path
--- (`state:get "dyna.current_state.position[1]"`); indices begin at 1. An unknown name, a value
--- that is out of range and a table of another length raise errors. Two states are equal when all
--- their bytes are; `#state` is their count.
---@class tm.State: tm.StateFields
---@field position tm.Vector dyna.current_state.position, m
---@field velocity tm.Vector dyna.current_state.linear_speed, m/s
---@field rotation_matrix tm.Matrix dyna.current_state.rotation; assignment sets the quaternion too
---@field quaternion tm.Vector dyna.current_state.quat, w first
---@field race_time integer player_info.race_time, ms
---@field display_speed integer player_info.display_speed, km/h
---@field time integer timers[2], ms
---@field rewind_time integer race_time + 10: that of the step after a rewind; read only
---@field input_accelerate boolean what is held; read only
---@field input_brake boolean read only
---@field input_left boolean read only
---@field input_right boolean read only
---@field input_steer integer -65536 (left) to 65536 (right); read only
---@field input_gas integer -65536 (accelerate) to 65536 (brake); read only
---@field yaw_pitch_roll number[] of the rotation, radians; a copy, read only
---@field cp_data tm.CheckpointData a copy, read only
---@operator len: integer
local State = {}

--- What the path leads to.
---@param path string
---@return number|boolean|string|tm.View
function State:get(path) end

--- Writes a number, boolean, string of bytes, or table there.
---@param path string
---@param value number|boolean|string|table|tm.View
function State:set(path, value) end

--- All numbers there, row by row: the quick way to read vectors.
---@param path string
---@return number ...
function State:unpack(path) end

--- The bytes, as the game sent them.
---@return string
function State:bytes() end

--- A state of its own with the same bytes.
---@return tm.State
function State:copy() end

---@class tm.StateDifference
---@field path string "dyna.current_state.position", "bytes 0..267" (without a name), "cp_data"
---@field [1] any ours
---@field [2] any theirs

--- The fields that differ, in the order of the layout; an array is one field.
---@param other tm.State
---@return tm.StateDifference[]
function State:diff(other) end

--- Writes the state to a file, whole or not at all; `tm.load_state` reads it. Of the three forms in
--- which TMInterface has kept states B is written, the bytes as the game sends them, or A, the same
--- without the reserved word. C cannot be written: with which bytes it begins is not known.
---@param path string
---@param form? "A"|"B"|"C" default "B"
---@return true? ok
---@return string? message
---@return tm.Code? code "system", "unsupported" (form C, or form A without any checkpoint)
function State:save(path, form) end

--- What a file tells beside its state.
---@class tm.StateFile
---@field form "A"|"B"|"C" C is the one of chunks; the fields below are of it alone
---@field events? tm.Events the inputs of the race, if the file has them; their duration is 0
---@field map? {name: string, uid: string, collection: string} if the file has it
---@field file_version? integer
---@field client_version? integer

--- A part of a state: a struct, or an array with `#` and indices from 1. Reads and writes go
--- through to the state. Views are equal when their bytes are.
---@class tm.View
---@field [integer] any
---@operator len: integer
local View = {}

--- All its numbers, row by row.
---@return number ...
function View:unpack() end

---@class tm.Vector: tm.View
---@field [integer] number

---@class tm.Matrix: tm.View
---@field [integer] tm.Vector rows

---@class tm.IntegerVector: tm.View
---@field [integer] integer
