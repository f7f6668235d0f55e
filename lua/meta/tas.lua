---@meta tas
-- The library `tas`; see lua/tas/init.lua. Times are race times in ms unless it says otherwise.
-- Never loaded at run time.

--- Loads its modules when they are looked at.
---@class tas
---@field inputs tas.inputs
---@field states tas.states
---@field splits tas.splits
---@field verify tas.verify
---@field progress tas.progress
---@field plot tas.plot
---@field player tas.player
---@field recorder tas.recorder
---@field trace tas.trace
---@field report tas.report
---@field evaluate tas.evaluate
---@field search tas.search
local tas = {}

--- Named savestates, in memory and on disk.
---@class tas.states
local states = {}

--- A shelf for the states of a game; with a folder, which must be there, each is a file in it too.
---@param game tm.Game
---@param folder? string
---@return tas.Shelf
function states.new(game, folder) end

---@class tas.Shelf
local Shelf = {}

--- Keeps the game's state. Waits for the game's next call if none is open.
---@param name string
---@return tm.State? state
---@return string? message
---@return tm.Code? code "invalid" for a name that cannot be one, "system" …
function Shelf:save(name) end

--- Puts a copy of a state onto the shelf.
---@param name string
---@param state tm.State
---@return true? ok
---@return string? message
---@return tm.Code? code "invalid", "system"
function Shelf:put(name, state) end

--- A copy of the state of that name.
---@param name string
---@return tm.State? state
---@return string? message
---@return tm.Code? code "invalid": there is none, or its file is damaged
function Shelf:get(name) end

--- Takes the game back to the state of that name.
---@param name string
---@return tm.State? state
---@return string? message
---@return tm.Code? code "invalid": there is none, its file is damaged, or it is of another track
function Shelf:load(name) end

--- All names, sorted.
---@return string[]
function Shelf:names() end

--- Removes a state, its file too.
---@param name string
---@return true? ok
---@return string? message
---@return tm.Code? code "invalid", "system"
function Shelf:remove(name) end

--- The fields in which a state differs from the game's, or from that of another name.
---@param name string
---@param other? string
---@return tm.StateDifference[]? differences
---@return string? message
---@return tm.Code? code
function Shelf:diff(name, other) end

--- Checkpoint splits of runs.
---@class tas.splits
local splits = {}

---@class tas.Run
---@field name string
---@field times integer[] race time at each checkpoint passed, the finish being one
---@field laps integer[] race time at the end of each lap
---@field target? integer how many checkpoints there are
---@field finish? integer
local Run = {}

--- Records no more. Twice is fine.
function Run:stop() end

--- Forgets what lies behind that race time, for whoever sees a rewind that goes back to it.
---@param time integer
function Run:cut(time) end

---@class tas.RunFields
---@field name? string
---@field times? integer[]
---@field laps? integer[]
---@field target? integer

---@param fields? tas.RunFields
---@return tas.Run
function splits.new(fields) end

--- Records the game from now on, until `run:stop()`.
---@param game tm.Game
---@param name? string
---@return tas.Run
function splits.watch(game, name) end

--- The run so far, out of the checkpoint data of a state.
---@param state tm.State
---@param name? string
---@return tas.Run
function splits.of_state(state, name) end

---@class tas.SplitRow
---@field times table<integer, integer> by the number of the run
---@field differences table<integer, integer> to the first run
---@field sections table<integer, integer> since the checkpoint before
---@field n integer how many runs there are
---@field best? integer
---@field best_run? integer
---@field best_section? integer

---@class tas.Comparison
---@field [integer] tas.SplitRow
---@field runs tas.Run[]
---@field target? integer
---@field best_of integer sum of the best sections

---@param runs tas.Run[] the first is the reference
---@return tas.Comparison
function splits.compare(runs) end

--- The comparison as a table of text.
---@param runs tas.Run[]|tas.Comparison
---@return string
function splits.format(runs) end

--- "49.91", "1:05.25", "12.345".
---@param ms integer
---@return string
function splits.time_text(ms) end

--- Writes a run to a small text file, whole or not at all.
---@param run tas.Run
---@param path string
---@return true? ok
---@return string? message
---@return tm.Code? code "system"
function splits.save(run, path) end

---@param path string
---@return tas.Run? run
---@return string? message
---@return tm.Code? code "system", "invalid"
function splits.load(path) end

--- Plays twice, and tells where the runs part.
---@class tas.verify
local verify = {}

---@class tas.VerifyOptions
---@field every? integer compare every n-th tick only, and look closer where the runs part
---@field from? integer race time of the first tick that counts
---@field ignore? string[] fields that may differ
---@field start? tm.State where to begin; default: where the game is

---@class tas.VerifyResult
---@field same boolean
---@field text string for people
---@field ticks? integer how many were the same, of runs that are
---@field tick? integer number of the first that differs
---@field time? integer its race time
---@field fields? tm.StateDifference[]
---@field a? tm.State
---@field b? tm.State
---@field exact? boolean false: the tick was not seen again; it may be up to `every - 1` earlier
---@field every? integer
---@field ended? "a"|"b" the run that only ends sooner

---@param game tm.Game
---@param play fun(game: tm.Game) drives the game, and returns when the run is over
---@param options? tas.VerifyOptions
---@return tas.VerifyResult? result
---@return string? message
---@return tm.Code? code "invalid": nothing was played …
function verify.twice(game, play, options) end

---@param first tm.Game
---@param second tm.Game
---@param play fun(game: tm.Game)
---@param options? tas.VerifyOptions
---@return tas.VerifyResult? result
---@return string? message
---@return tm.Code? code
function verify.between(first, second, play, options) end

--- A progress bar.
---@class tas.progress
local progress = {}

---@class tas.ProgressOptions
---@field total? number
---@field done? number what was done before; it does not count for the rate
---@field label? string
---@field writer? file* has a method `write`; default io.stderr
---@field terminal? boolean
---@field columns? integer
---@field clock? fun(): number seconds; default os.time, better tm.now

---@param options? tas.ProgressOptions
---@return tas.ProgressBar
function progress.new(options) end

--- "0:07", "12:34", "1:02:03".
---@param seconds number
---@return string
function progress.duration(seconds) end

---@class tas.ProgressBar
local Bar = {}

--- So much is done; draws when it is time to.
---@param done number
---@param best? any
function Bar:update(done, best) end

--- Takes the bar away, for a line in its place; the next update draws it again.
function Bar:clear() end

--- Draws how it ended, once.
function Bar:finish() end

--- Plots as text.
---@class tas.plot
local plot = {}

---@class tas.Series
---@field label? string
---@field x? number[] default 1, 2, 3 …
---@field y number[]

---@class tas.PlotOptions
---@field columns? integer of the field inside the axes, default 60
---@field rows? integer default 12
---@field x_min? number
---@field x_max? number
---@field y_min? number
---@field y_max? number
---@field title? string
---@field style? "braille"|"marks"

---@param series tas.Series[]|number[]
---@param options? tas.PlotOptions
---@return string
function plot.lines(series, options) end

--- A line of blocks, one for each number or for the mean of several.
---@param values number[]
---@param columns? integer
---@return string
function plot.spark(values, columns) end
