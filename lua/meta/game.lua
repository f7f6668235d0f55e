---@meta _
-- Games and hooks; see tm.lua, and events.lua for event buffers. Never loaded at run time.

--- One attached game. A verb outside a call of the game waits for the next one and then holds it:
--- the game stands still until the task waits for something else or ends. Besides the names below a
--- script may keep values of its own in a game.
---@class tm.Game
---@field address string as given to tm.attach
---@field dialect tm.Dialect
---@field state "open"|"attached"|"lost"|"shutdown"|"closed"
---@field context "run"|"simulation"|nil as the last call told; nil before one has
---@field time integer race time of the last step, ms; -2600 to 0 is the countdown
---@field timeout integer the game's patience with us, ms; -1: for ever
---@field [any] any
local Game = {}

--- What can be hooked and waited for; an "on_" in front, as the Python client has it, is allowed.
---@alias tm.Event
---| "registered" the game has registered us
---| "deregistered" the attachment has ended: reason (a code word)
---| "shutdown" the game ends
---| "run_step" a step of a race: time (race time, ms)
---| "simulation_begin" a simulation begins
---| "simulation_step" a step of it: time (race time in every dialect, ms)
---| "simulation_end" it has ended: result (see tm.SimulationResult)
---| "checkpoint_count_changed" current, target
---| "laps_count_changed" current
---| "custom_command" from, to (ms, -1: none), name, args (list of strings)
---| "bruteforce_evaluate" info; a hook returns a decision and a rewind time (ms)
---| "message" a call of a number that the dialect does not know: number, code, payload (bytes)
---| "error" a hook or a task has failed: message, traceback, where; unhandled, it ends the program

--- How a simulation ended: 0 it is invalid (no finish within its limit), 1 valid, 2 wrong (another
--- finish than the replay's, or other states on the way while they are validated).
---@alias tm.SimulationResult 0|1|2

--- The question of the brute force, at each of its steps; times in ms.
---@class tm.BruteforceInfo
---@field phase integer 0 initial: plays the best inputs; 1 search: plays changed ones
---@field target integer 0 finish time, 1 checkpoint time, 2 trigger, 3 distance or speed
---@field time integer race time
---@field modified_inputs_num integer how many inputs have been changed
---@field inputs_min_time integer from where inputs are changed
---@field inputs_max_time integer up to where
---@field max_steer_diff integer by how much steering is changed at most
---@field max_time_diff integer by how much times are
---@field override_stop_time integer -1: none
---@field search_forever boolean
---@field inputs_extend_steer boolean

--- What the brute force shall do.
---@alias tm.Decision
---| integer 0 to 4: the words below, in their order
---| "continue" evaluate as it does by itself; the answer when no hook decides
---| "do_nothing" evaluate nothing in this step
---| "accept" in the search: these inputs are the new best
---| "reject" in the search: try others, from the rewind time (nil or -1: the game chooses)
---| "stop" search no more

---@alias tm.PlainHook fun(game: tm.Game)
---@alias tm.TimeHook fun(game: tm.Game, time: integer)
---@alias tm.ReasonHook fun(game: tm.Game, reason: tm.Code)
---@alias tm.ResultHook fun(game: tm.Game, result: tm.SimulationResult)
---@alias tm.CountHook fun(game: tm.Game, current: integer, target: integer)
---@alias tm.LapHook fun(game: tm.Game, current: integer)
---@alias tm.CommandHook fun(game: tm.Game, from: integer, to: integer, name: string, args: table)
---@alias tm.BruteforceHook fun(game: tm.Game, info: tm.BruteforceInfo): tm.Decision?, integer?
---@alias tm.MessageHook fun(game: tm.Game, number: integer, code: integer, payload: string)
---@alias tm.ErrorHook fun(game: tm.Game, message: any, traceback: string, where: string)

--- Calls `fn` for every such event, after the hooks that were made before. Hooks run inside the
--- call: the game waits for them, and they may send requests, but not wait for a later call. After
--- them come the tasks that waited for the call. The program goes on as long as an attached game
--- has hooks. Raises an error for an unknown event.
---
--- Of several hooks for "bruteforce_evaluate" the last that returns something decides; a decision
--- that is none is an error of that hook, and the answer is to continue.
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

--- Goes on by that many steps, and holds the game there: of a race or of a simulation, whichever
--- comes. When one ends, the next step is the first of the next; the end is an event of its own.
--- With `event`, the first step after such a call ends the wait, too. No Lua runs on the way.
---@param count? integer at least 1, the default
---@param event? tm.Event "checkpoint_count_changed" …
---@return integer? time race time, ms
---@return string|true|nil message true: there was such a call
---@return tm.Code? code "lost", "shutdown", "closed"
function Game:step(count, event) end

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
---@field sim_clear_buffer? boolean in a simulation: empty the event buffer first, the default

--- Presses and releases. They act from the next step on. Raises an error for unknown names.
---
--- In a simulation they are added to the event buffer. As with the Python client, it is emptied
--- before, down to the race-running event, unless `sim_clear_buffer = false` says not to; and so
--- `respawn` or `horn` in the same step take out again what this has added, unless told not to.
---@param inputs tm.InputState
---@return true? ok
---@return string? message
---@return tm.Code? code "no_event_buffer"; "wrong_context" in simulations of the dialect public
function Game:set_input_state(inputs) end

--- Back to the last checkpoint; to the start before the first.
---@param sim_clear_events? boolean in a simulation: empty the event buffer first, the default
---@return true? ok
---@return string? message
---@return tm.Code? code as set_input_state
function Game:respawn(sim_clear_events) end

--- Starts the race again.
---@return true? ok
---@return string? message
---@return tm.Code? code "wrong_context" in a simulation, "unsupported" in old dialects
function Game:give_up() end

---@param sim_clear_events? boolean in a simulation: empty the event buffer first, the default
---@return true? ok
---@return string? message
---@return tm.Code? code as set_input_state, "unsupported" in old dialects
function Game:horn(sim_clear_events) end

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
---
--- Nothing is called from within. The hooks of the open call that come after, and the tasks that
--- waited for it, hear of it as before: its values and `game.time` stay, the state is the new one.
--- Calls that the game still owed for this step are not made. Of two rewinds the later one counts.
--- No event tells that checkpoints are taken back: `get_checkpoint_state` does.
---@param state tm.State
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:rewind_to_state(state) end

--- Reads a file with a state, as `tm.load_state`; the game is not asked.
---@param path string
---@return tm.State? state
---@return tm.StateFile|string info what else the file tells, or a message
---@return tm.Code? code "system", "invalid"
function Game:load_state(path) end

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

--- The inputs of the race so far; in a simulation all that it plays.
---@return tm.Events? events a copy
---@return string? message
---@return tm.Code? code "no_event_buffer", "response_too_long" …
function Game:get_event_buffer() end

--- Gives a simulation other inputs, in any call of it. The game sorts them by time; of those of one
--- time the last of the list acts last. Events of another game go by their names; an error is
--- raised if this one lacks one.
---@param events tm.Events
---@return true? ok
---@return string? message
---@return tm.Code? code "no_event_buffer", "invalid_event_buffer_size", "too_long"
function Game:set_event_buffer(events) end

--- Takes all inputs out of a simulation but the race-running event, without which it never starts.
---@return true? ok
---@return string? message
---@return tm.Code? code as set_event_buffer
function Game:clear_event_buffer() end

---@param ms? integer race time when this simulation ends at the latest; nil or -1: as it was
---@return true? ok
---@return string? message
---@return tm.Code? code "wrong_context" in a race, "unsupported" in old dialects
function Game:set_simulation_time_limit(ms) end

--- States that differ from the replay's are no failure of this simulation.
---@return true? ok
---@return string? message
---@return tm.Code? code "wrong_context" in a race, "unsupported" in old dialects
function Game:remove_state_validation() end

--- The finish line does not end this simulation. To be said when it is passed: in the hook for the
--- last checkpoint.
---@return true? ok
---@return string? message
---@return tm.Code? code "wrong_context" in a race, "unsupported" in old dialects
function Game:prevent_simulation_finish() end

--- Runs a line in the game's console, when the game comes to it. What the console of an embedded
--- game in this process has to say goes to standard error.
---@param command string
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:execute_command(command) end

--- Whether the inputs of scripts that the game has loaded are played.
---@param execute boolean
---@return true? ok
---@return string? message
---@return tm.Code? code
function Game:set_execute_commands(execute) end

--- Registers a console command; `fn` is called for each use of it. Without it there is the event
--- "custom_command".
---@param name string one word
---@param fn? fun(game: tm.Game, from: integer, to: integer, args: string[]) times in ms, -1: none
---@return true? ok
---@return string? message
---@return tm.Code? code "command_already_registered", "unsupported" in old dialects
function Game:register_custom_command(name, fn) end

--- Writes a line to the game's console; one byte per character.
---@param text any as tostring has it
---@param severity? "log"|"success"|"warning"|"error"
---@return true? ok
---@return string? message
---@return tm.Code? code "unsupported" in old dialects
function Game:log(text, severity) end

--- Sends a message of ours as bytes, inside the open call, and returns the bytes of the reply. For
--- messages that nobody has a verb for: a game that does not know the number may never answer.
--- No message says how long it is: a reply that `tm.messages` describes is as long as that, of any
--- other all that the game's memory holds is given, zeros behind what was written.
---@param message string|integer a name of tm.messages, or the number in the game's dialect
---@param payload? string data behind the header, default none
---@return string? payload
---@return integer|string code error code of the game, 0: none; or a message
---@return tm.Code? refusal "unsupported", "too_long", "timeout" …
function Game:call(message, payload) end

--- Sets the bytes behind the number of the open call in our answer to it, which is sent when all
--- hooks and tasks are done with the call. For calls that nobody knows (event "message"), and for a
--- task that waited for "bruteforce_evaluate": `string.pack("<I4i4", decision, rewind_time)`.
---@param payload string
---@return true? ok
---@return string? message
---@return tm.Code? code "no_call" when none is open, "too_long"
function Game:reply(payload) end

---@class tm.Hook
local Hook = {}

--- The hook is called no more. Twice is fine.
function Hook:cancel() end
