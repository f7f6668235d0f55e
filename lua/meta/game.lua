---@meta _
-- Games, hooks and event buffers; see tm.lua. Never loaded at run time.

--- One attached game. A verb outside a call of the game waits for the next one and then holds it:
--- the game stands still until the task waits for something else or ends. Besides the names below a
--- script may keep values of its own in a game.
---@class tm.Game
---@field address string as given to tm.attach
---@field dialect "v1"|"public"
---@field state "open"|"attached"|"lost"|"shutdown"|"closed"
---@field context "run"|"simulation"
---@field time integer race time of the last step, ms; -2600 to 0 is the countdown
---@field timeout integer the game's patience with us, ms; -1: for ever
---@field [any] any
local Game = {}

--- What can be hooked and waited for; an "on_" in front, as the Python client has it, is allowed.
---@alias tm.Event
---| "registered" the game has registered us
---| "deregistered" the attachment has ended: reason (a code word)
---| "shutdown" the game ends
---| "run_step" a step of a race: time (ms)
---| "simulation_begin" a replay begins
---| "simulation_step" a step of a replay: time (ms)
---| "simulation_end" a replay has ended: result
---| "checkpoint_count_changed" current, target
---| "laps_count_changed" current
---| "custom_command" from, to (ms, -1: none), name, args (list of strings)
---| "bruteforce_evaluate" info; the hook returns a decision and a rewind time (ms)
---| "message" of a number that the dialect does not know: number, code, payload (bytes)
---| "error" a hook or a task has failed: message, traceback, where; unhandled, it ends the program

--- The question of the brute force: times in ms.
---@class tm.BruteforceInfo
---@field phase integer
---@field target integer
---@field time integer
---@field modified_inputs_num integer
---@field inputs_min_time integer
---@field inputs_max_time integer
---@field max_steer_diff integer
---@field max_time_diff integer
---@field override_stop_time integer
---@field search_forever boolean
---@field inputs_extend_steer boolean

---@alias tm.PlainHook fun(game: tm.Game)
---@alias tm.TimeHook fun(game: tm.Game, time: integer)
---@alias tm.ReasonHook fun(game: tm.Game, reason: tm.Code)
---@alias tm.ResultHook fun(game: tm.Game, result: integer)
---@alias tm.CountHook fun(game: tm.Game, current: integer, target: integer)
---@alias tm.LapHook fun(game: tm.Game, current: integer)
---@alias tm.CommandHook fun(game: tm.Game, from: integer, to: integer, name: string, args: table)
---@alias tm.BruteforceHook fun(game: tm.Game, info: tm.BruteforceInfo): integer?, integer?
---@alias tm.MessageHook fun(game: tm.Game, number: integer, code: integer, payload: string)
---@alias tm.ErrorHook fun(game: tm.Game, message: any, traceback: string, where: string)

--- Calls `fn` for every such event, after the hooks that were made before. Hooks run inside the
--- call: the game waits for them, and they may send requests, but not wait for a later call. The
--- program goes on as long as an attached game has hooks. Raises an error for an unknown event.
---@param event tm.Event
---@param fn fun(game: tm.Game, ...)
---@return tm.Hook
---@overload fun(self: tm.Game, event: "run_step", fn: tm.TimeHook): tm.Hook
---@overload fun(self: tm.Game, event: "simulation_step", fn: tm.TimeHook): tm.Hook
---@overload fun(self: tm.Game, event: "registered", fn: tm.PlainHook): tm.Hook
---@overload fun(self: tm.Game, event: "shutdown", fn: tm.PlainHook): tm.Hook
---@overload fun(self: tm.Game, event: "simulation_begin", fn: tm.PlainHook): tm.Hook
---@overload fun(self: tm.Game, event: "deregistered", fn: tm.ReasonHook): tm.Hook
---@overload fun(self: tm.Game, event: "simulation_end", fn: tm.ResultHook): tm.Hook
---@overload fun(self: tm.Game, event: "checkpoint_count_changed", fn: tm.CountHook): tm.Hook
---@overload fun(self: tm.Game, event: "laps_count_changed", fn: tm.LapHook): tm.Hook
---@overload fun(self: tm.Game, event: "custom_command", fn: tm.CommandHook): tm.Hook
---@overload fun(self: tm.Game, event: "bruteforce_evaluate", fn: tm.BruteforceHook): tm.Hook
---@overload fun(self: tm.Game, event: "message", fn: tm.MessageHook): tm.Hook
---@overload fun(self: tm.Game, event: "error", fn: tm.ErrorHook): tm.Hook
function Game:on(event, fn) end

--- As `on`, for one event only.
---@param event tm.Event
---@param fn fun(game: tm.Game, ...)
---@return tm.Hook
function Game:once(event, fn) end

--- Waits for the next such call of the game and returns its values, or true if it has none. The
--- task is then inside the call.
---@param event tm.Event
---@param seconds? number how long at most (default: for ever)
---@return any ... its values; or nil, message, code: "timeout", "lost", "shutdown", "closed"
function Game:wait(event, seconds) end

--- Goes on by that many steps of the race, and holds the game there.
---@param count? integer at least 1, the default
---@return integer? time race time, ms
---@return string? message
---@return tm.Code? code "lost", "shutdown", "closed"
function Game:step(count) end

--- Holds the game where it is, until `resume`; its patience is lifted meanwhile.
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:pause() end

--- Lets a paused game go on, with the patience it had.
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:resume() end

--- Answers the open call, deregisters, and lets the game go. Twice is fine; the end of the program
--- and `local game <close>` do it too.
---@return true
function Game:close() end

--- Keys are held until they are released; what is absent stays as it is.
---@class tm.InputState
---@field left? boolean|integer
---@field right? boolean|integer
---@field accelerate? boolean|integer
---@field brake? boolean|integer
---@field steer? number -65536 (left) to 65536 (right), up to a hundred times that; rounded
---@field gas? number -65536 (accelerate) to 65536 (brake), as steer
---@field sim_clear_buffer? boolean taken as the Python client has it

--- Presses and releases. They act from the next step on. Raises an error for unknown names.
---@param inputs tm.InputState
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:set_input_state(inputs) end

--- Back to the last checkpoint; to the start before the first.
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:respawn() end

--- Starts the race again.
---@return true? ok
---@return string? message
---@return tm.Code? code "unsupported" in the dialect public
function Game:give_up() end

---@return true? ok
---@return string? message
---@return tm.Code? code "unsupported" in the dialect public
function Game:horn() end

--- How fast the game runs.
---@param speed number times real time, not negative
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:set_speed(speed) end

--- How long the game waits for our answer to a call before it drops us.
---@param ms integer milliseconds, or -1 for ever; 2000 at first
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:set_timeout(ms) end

--- The state of the simulation, now. With `into`, that state is filled again and returned: no
--- garbage; it raises an error if it is too small.
---@param into? tm.State
---@return tm.State? state
---@return string? message
---@return tm.Code? code "response_too_long", "no_player_info" …
function Game:get_simulation_state(into) end

--- The race goes on from that state: the next step has its race time + 10 ms.
---@param state tm.State
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:rewind_to_state(state) end

---@class tm.CheckpointTime
---@field time integer ms; negative or very large: not passed yet
---@field stunts_score integer

---@class tm.CheckpointData
---@field cp_states boolean[] whether each checkpoint of the lap has been passed
---@field cp_times tm.CheckpointTime[] one for each checkpoint of the race

---@return tm.CheckpointData? data
---@return string? message
---@return tm.Code? code
function Game:get_checkpoint_state() end

---@param data tm.CheckpointData
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:set_checkpoint_state(data) end

--- 0 in a simulation, 1 in a race.
---@return integer? mode
---@return string? message
---@return tm.Code? code
function Game:get_context_mode() end

--- The inputs of the race, or simulation, so far.
---@return tm.Events? events
---@return string? message
---@return tm.Code? code "no_event_buffer" …
function Game:get_event_buffer() end

---@param ms integer when a simulation ends at the latest; -1: never
---@return true? ok
---@return string? message
---@return tm.Code? code "unsupported" in the dialect public
function Game:set_simulation_time_limit(ms) end

--- For simulations: states that differ from the replay's are no failure.
---@return true? ok
---@return string? message
---@return tm.Code? code "unsupported" in the dialect public
function Game:remove_state_validation() end

--- For simulations: the finish line does not end it. To be said at the last checkpoint.
---@return true? ok
---@return string? message
---@return tm.Code? code "unsupported" in the dialect public
function Game:prevent_simulation_finish() end

--- Runs a line in the game's console.
---@param command string
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:execute_command(command) end

--- Registers a console command; `fn` is called for each use of it. Without it there is the event
--- "custom_command".
---@param name string one word
---@param fn? fun(game: tm.Game, from: integer, to: integer, args: string[]) times in ms, -1: none
---@return true? ok
---@return string? message
---@return tm.Code? code "command_already_registered", "unsupported" in the dialect public
function Game:register_custom_command(name, fn) end

--- Writes a line to the game's console; one byte per character.
---@param text any as tostring has it
---@param severity? "log"|"success"|"warning"|"error"
---@return true? ok
---@return string? message
---@return tm.Code? code "unsupported" in the dialect public
function Game:log(text, severity) end

---@class tm.Hook
local Hook = {}

--- The hook is called no more. Twice is fine.
function Hook:cancel() end

---@class tm.InputEvent
---@field time integer input time, ms; 0 is the first input that acts in a race
---@field name string as the game has it: "Accelerate", "Steer (analog)" …
---@field value integer 0 or 1; of analog ones -65536 to 65536 and beyond

--- The inputs of a race, a list sorted by time. A copy: changes stay here.
---@class tm.Events
---@field duration integer ms
---@field [integer] tm.InputEvent
local Events = {}

---@class tm.EventPattern
---@field time? integer
---@field event_name? string the game's name, or a word of input scripts: up, down, left, steer …
---@field value? integer

--- The events that match every field given, in order.
---@param wanted tm.EventPattern
---@return tm.InputEvent[]
function Events:find(wanted) end
