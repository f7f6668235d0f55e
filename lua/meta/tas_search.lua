---@meta tas.search
-- The search for better inputs, and what "better" means. Never loaded at run time.
--
-- Times are race times in ms unless it says otherwise.

--- Two numbers: the smaller first one is better, of two that are the same the smaller second one.
---@alias tas.Score number[]

--- Targets, which give each run a score.
---@class tas.evaluate
local evaluate = {}

--- Anything is better than nil.
---@param a? tas.Score
---@param b? tas.Score
---@return boolean
function evaluate.is_better(a, b) end

--- By how much `a` is worse than `b`, as one number.
---@param a tas.Score
---@param b tas.Score
---@return number
function evaluate.difference(a, b) end

--- The finish, as soon as possible.
---@return tas.Target
function evaluate.finish() end

--- The n-th checkpoint of the race, counted over all laps.
---@param n integer from 1
---@return tas.Target
function evaluate.checkpoint(n) end

--- The first time inside of a box: its corner of the smallest coordinates, and its sizes, m.
---@param x number
---@param y number
---@param z number
---@param size_x number
---@param size_y number
---@param size_z number
---@param from? integer where to begin to look, default 0
---@return tas.Target
function evaluate.trigger(x, y, z, size_x, size_y, size_z, from) end

--- The speed at a time, as high as possible.
---@param at integer
---@return tas.Target
function evaluate.speed(at) end

--- The distance to a point (m) at the time `from`, or the least up to `to`; as small as possible.
---@param x number
---@param y number
---@param z number
---@param from integer
---@param to? integer
---@return tas.Target
function evaluate.distance(x, y, z, from, to) end

--- The least number that a function returns at the steps from `from` to `to`. It returns nil for
--- no number, and true behind it when the run need not go on; anything else raises an error.
---@param name string
---@param from integer
---@param to integer
---@param measure fun(state: tm.State, time: integer, game: tm.Game): number?, boolean?
---@return tas.Target
function evaluate.custom(name, from, to, measure) end

--- The target that a text says: "finish", "checkpoint:N", "speed@TIME", "distance:X,Y,Z@TIME" or
--- "@FROM-TO", "trigger:X,Y,Z,SX,SY,SZ" with "@FROM" or without, and "FILE.lua", a file that
--- returns `{ from =, to =, measure = }` as custom has them.
---@param text string
---@return tas.Target? target
---@return string? message
---@return tm.Code? code "invalid", "system"
function evaluate.parse(text) end

---@class tas.Target
---@field text string as `parse` takes it
---@field unit string of the first number, as people see it
---@field temperature number what is a small difference
---@field checkpoint? integer|"finish" the pass that is measured
---@field from? integer each step from there to `to` is measured
---@field to? number
---@field plane? number[] position and direction: where the first run measured stood
local Target = {}

--- The score at this step, nil if there is none, and true when nothing better can follow.
---@param game tm.Game
---@param time integer
---@return tas.Score? score
---@return boolean|string? done or a message
---@return tm.Code? code
function Target:measure(game, time) end

--- The time after which a run cannot be better than that; nil: there is none.
---@param score tas.Score
---@return number?
function Target:limit(score) end

--- The score for people.
---@param score tas.Score
---@return string
function Target:show(score) end

--- Searches for better inputs, one after the other or many at once.
---@class tas.search
---@field STRATEGIES string[]
local search = {}

---@class tas.SearchOptions: tas.Changes
---@field script tas.Script the inputs to begin with
---@field target? tas.Target|string default "finish"
---@field from? integer the window, input times in whole ticks; default 0
---@field to? integer default: the last input
---@field strategy? "hill"|"brute"|"anneal" default "hill"
---@field seed? integer default 1
---@field simulations? integer how many in all, default 1000
---@field lanes? integer leases of a round, default 8
---@field tries? integer of a lease, default 25
---@field cut? integer ms that a run may be behind at a checkpoint before it is given up
---@field temperature? number of "anneal", at first; default: that of the target
---@field last_temperature? number at last, default a 50th of the target's
---@field output? string file for the best run, with a journal beside it, its name and ".search"
---@field resume? boolean go on from the journal, if there is one
---@field overwrite? boolean begin again over a journal that is there
---@field on_improved? fun(score: tas.Score, text: string, simulation: integer) when it is written

--- What is changed: weights of the kinds, of which one must be above 0, and how far.
---@class tas.Changes
---@field steer? number another steer value
---@field time? number an input at another time
---@field stretch? number the steer values of a stretch by the same amount
---@field slide? number the inputs of a stretch by the same time
---@field insert? number an input more
---@field remove? number an input less
---@field max_changes? integer at once
---@field max_steer? integer how far steer values move
---@field max_time? integer how far times move, ms
---@field max_stretch? integer how long a stretch is, ms

--- Prepares a search. Raises errors for options that make no sense.
---@param options tas.SearchOptions
---@return tas.Search? search
---@return string? message
---@return tm.Code? code "invalid": no target, or a journal of another search, or damaged; "system"
function search.open(options) end

---@class tas.WorkOptions
---@field name? any of the worker, for `queue:release`; default "here"
---@field target? tas.Target if it is one that has no text
---@field wait? fun() lets some time pass; needed when others play too
---@field tried? fun() called after each try

--- Plays for a queue until its search is over. Waits for a simulation to begin.
---@param queue tas.SearchQueue
---@param game tm.Game that simulates
---@param options? tas.WorkOptions
---@return true? ok
---@return string? message
---@return tm.Code? code "wrong_context": the game drives a race; "invalid": the inputs do not reach
---the target, or the game does not repeat itself; as the queue and the game have it
function search.work(queue, game, options) end

---@class tas.LoadedSearch: tas.SearchSummary
---@field settings tas.SearchSettings
---@field target tas.Target

--- What a journal tells, for those who only look.
---@param path string of the journal
---@return tas.LoadedSearch? found
---@return string? message
---@return tm.Code? code "system", "invalid"
function search.load(path) end

---@class tas.SearchSummary
---@field simulations integer of whole rounds
---@field ticks integer simulated for them
---@field history table[] {simulations, score} of each better run
---@field score? tas.Score
---@field first_score? tas.Score
---@field best? string for people
---@field first? string

--- A search: the queue of those who play for it.
---@class tas.Search: tas.SearchQueue
local Search = {}

--- The best run; nil before anything was played.
---@return tas.Script?
function Search:script() end

---@return tas.SearchSummary
function Search:summary() end

--- Where work is handed out and results are brought. Each method returns nil, message, code when
--- the other side cannot be reached or has failed.
---@class tas.SearchQueue
local Queue = {}

---@return tas.SearchSettings? settings
---@return string? message
---@return tm.Code? code
function Queue:settings() end

--- Something to do; or nil, and "wait" while all is handed out, "done" when the search is over.
---@param worker any but nil
---@return tas.Lease? lease
---@return "wait"|"done"|string? message
---@return tm.Code? code
function Queue:lease(worker) end

--- Hands out again what a worker had that is gone.
---@param worker any
function Queue:release(worker) end

--- Brings what has come of a lease. Twice is fine.
---@param result tas.LeaseResult
---@return true? ok
---@return string? message
---@return tm.Code? code "system": the journal or the output cannot be written
function Queue:result(result) end

--- Tells of a run that is better than its lease knew, at once.
---@param improved tas.Improved
---@return true? ok
---@return string? message
---@return tm.Code? code as result
function Queue:improved(improved) end

--- The best run so far; nothing before the first.
---@return tas.Score? score
---@return string? text its inputs
function Queue:best() end

--- Nobody can do this: inputs, game or settings are not what a search needs.
---@param message string
---@param code tm.Code
function Queue:failed(message, code) end

--- Writes the journal anew.
---@return true? ok
---@return string? message
---@return tm.Code? code "system"
function Queue:write_journal() end

--- The options with what stands for those that are missing; see tas.SearchOptions.
---@class tas.SearchSettings
---@field target string
---@field text string the inputs to begin with, a line each: "0 press up", "120 steer -500"
---@field from integer
---@field to integer
---@field strategy string
---@field seed integer
---@field simulations integer
---@field lanes integer
---@field tries integer
---@field cut? integer
---@field temperature number
---@field last_temperature number
---@field steer number
---@field time number
---@field stretch number
---@field slide number
---@field insert number
---@field remove number
---@field max_changes integer
---@field max_steer integer
---@field max_time integer
---@field max_stretch integer

--- So many tries from one run on.
---@class tas.Lease
---@field id string
---@field kind "start"|"tries"
---@field plane? number[] of the target, of the first run; not of "start"
---@field round integer
---@field lane integer
---@field count integer how many tries
---@field first integer how many simulations there were before
---@field text string the run to begin with
---@field score? tas.Score of it
---@field best? tas.Score that is known; only what is better is told of

---@class tas.LeaseResult
---@field id string
---@field simulations integer
---@field ticks integer
---@field tries integer[] numbers of the tries that were better than all before
---@field scores number[] theirs, two numbers each
---@field text? string the best of them
---@field score? tas.Score
---@field plane? number[] of the first run
---@field current? string of "anneal": the run that the lane is on
---@field current_score? tas.Score

---@class tas.Improved
---@field score tas.Score
---@field text string
---@field simulation integer
