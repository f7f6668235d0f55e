---@meta tas.report
-- Pages about runs and searches; see lua/tas/report.lua. Never loaded at run time.

--- One HTML file that needs nothing else: the track map, speeds, inputs, splits, and the history of
--- a search. Wrong options raise errors; numbers that are none or infinite are gaps.
---@class tas.report
local report = {}

--- A run as it was driven: a value for each tick in every list.
---@class tas.ReportRun
---@field name? string
---@field times integer[] race times, ms, ascending
---@field x number[] m
---@field y number[] m, upwards
---@field z number[] m
---@field speed number[] km/h
---@field steer? number[] -65536 (left) to 65536 (right)
---@field gas? number[] -65536 (accelerate) to 65536 (brake)
---@field accelerate? (integer|boolean)[]
---@field brake? (integer|boolean)[]
---@field splits? tas.Run

---@class tas.SearchPoint
---@field simulations integer made so far
---@field value? number the best so far; nil: none yet

---@class tas.SearchHistory
---@field points tas.SearchPoint[]
---@field target? string what was searched for: "finish"
---@field unit? string of the values: "s"
---@field total? integer simulations made in all
---@field seconds? number that it took
---@field ticks? integer that were simulated

---@class tas.ReportOptions
---@field title? string
---@field runs? tas.ReportRun[] the first is the reference
---@field history? tas.SearchHistory there must be one, or a run
---@field notes? any[][] pairs of a name and a value

--- The page. The same options make the same page, byte for byte.
---@param options tas.ReportOptions
---@return string
function report.page(options) end

--- Writes the page to a file, whole or not at all.
---@param options tas.ReportOptions
---@param path string
---@return true? ok
---@return string? message
---@return tm.Code? code "system"
function report.save(options, path) end
