---@meta tas.player
-- Playing, recording and tracing races. Never loaded at run time.
--
-- Times are race times in ms.

--- Plays input scripts, in races and simulations.
---@class tas.player
local player = {}

---@class tas.PlayOptions
---@field restart? boolean false: from where the game is, and not from the start
---@field start? tm.State rewind to it; what is in force at its time is set first
---@field until_time? integer race time of the last step; instead of roll_out
---@field roll_out? integer ms behind the last command after which the play ends, default 60000
---@field stop_at_finish? boolean false: goes on behind the finish
---@field hold? boolean inputs are not released at the end
---@field timeout? number seconds without a step after which it gives up; default: for ever
---@field step? fun(game: tm.Game, time: integer) called at each step, behind what is set in it

---@class tas.PlayResult
---@field finish? integer
---@field splits tas.Run
---@field time? integer race time of the last step; nil if there was none
---@field ended "finish"|"until_time"|"end"|"stopped"
---@field state? tm.State of the last step, before inputs were released; nil if the race was over

--- Begins to play in hooks. In a call of the game at once, else it waits for the next.
---@param game tm.Game
---@param script tas.Script
---@param options? tas.PlayOptions
---@return tas.Player? player
---@return string? message
---@return tm.Code? code as play
function player.start(game, script, options) end

--- Plays, and returns in the game's call of the last step. Waits.
---@param game tm.Game
---@param script tas.Script
---@param options? tas.PlayOptions
---@return tas.PlayResult? result
---@return string? message
---@return tm.Code? code "timeout"; "invalid": an action has no event; "wrong_context": a simulation
---cannot be restarted; and as the game refuses
function player.play(game, script, options) end

---@class tas.Player
---@field done boolean
---@field result? tas.PlayResult
---@field failure? table message and code, when it has failed
---@field game tm.Game
---@field context "run"|"simulation"
local Player = {}

--- Plays no more and releases the inputs. Twice is fine.
function Player:stop() end

--- Waits for the end.
---@return tas.PlayResult? result
---@return string? message
---@return tm.Code? code
function Player:wait() end

--- Makes input scripts of what is driven.
---@class tas.recorder
local recorder = {}

---@class tas.RecordOptions
---@field on_finish? fun(recorder: tas.Recorder, run: tas.RecordedRun) called at each finish
---@field track? string for the comment on top of the scripts, "unknown" by default
---@field name? string of the scripts, "recorded" by default, and of the splits
---@field keep? boolean the race under way is kept at each step, for `kept`

---@class tas.RecordedRun
---@field number integer
---@field finish integer
---@field splits tas.Run
---@field script? tas.Script only of the best and the last

--- Records from now on, until `recorder:stop()`.
---@param game tm.Game
---@param options? tas.RecordOptions
---@return tas.Recorder
function recorder.start(game, options) end

---@class tas.Recorder
---@field runs tas.RecordedRun[]
---@field best? tas.RecordedRun
---@field last? tas.RecordedRun
---@field game tm.Game
local Recorder = {}

--- Records no more. The script of the best run; without a finish that of the race under way. Twice
--- is fine.
---@return tas.Script? script
---@return string? message
---@return tm.Code? code as Game.get_event_buffer; "invalid": there is an event that no game has
function Recorder:stop() end

--- The script of the race under way as it was at its last step, and the race time of that (ms).
--- Needs the option `keep`, and asks nothing of the game.
---@return tas.Script? script
---@return integer|string time or a message
---@return tm.Code? code "invalid": there was no step, or there is an event that no game has
function Recorder:kept() end

--- What the car did, tick by tick.
---@class tas.trace
local trace = {}

--- Records from now on, until `trace:stop()`.
---@param game tm.Game
---@param name? string
---@return tas.Trace
function trace.watch(game, name) end

--- Reads a file that `trace:save` has written.
---@param path string
---@return tas.Trace? trace
---@return string? message
---@return tm.Code? code "system"; "invalid" with a message "path:line:column: …"
function trace.load(path) end

--- Lists of one length, a value for each tick.
---@class tas.Trace
---@field name string
---@field splits tas.Run
---@field times integer[] rising
---@field x number[] m
---@field y number[]
---@field z number[]
---@field speed number[] km/h
---@field steer integer[] -65536 (left) to 65536 (right) and beyond
---@field gas integer[] -65536 (accelerate) to 65536 (brake)
---@field accelerate integer[] 1 or 0: the key
---@field brake integer[] 1 or 0: the key
local Trace = {}

--- Records no more. Twice is fine.
function Trace:stop() end

--- The index of the last tick that is not behind that time; nil if all are.
---@param time integer
---@return integer?
function Trace:at(time) end

--- Writes it to a file of comma-separated values, whole or not at all.
---@param path string
---@return true? ok
---@return string? message
---@return tm.Code? code "system"
function Trace:save(path) end
