--- The search for better inputs: changes a window of an input script again and again, and keeps
-- what is better.
--
--     local queue = assert(search.open { script = script, target = "finish", from = 3000,
--       to = 9000, seed = 1, simulations = 2000, output = "better.txt" })
--     assert(search.work(queue, game))
--     print(queue:script():text())
--
-- A search is a function of its settings: the same seed finds the same, with one game or with many.
-- What it has found is written to the output at once, and what it has done to a journal beside it
-- (the output's name and ".search"), from which it goes on when it was ended, by whatever.
--
-- The files: settings.lua, what makes a search what it is; plan.lua, what is done next; lane.lua, a
-- piece of it; trial.lua, a game that plays; mutate.lua, the changes; queue.lua, between those who
-- search and those who play; remote.lua, when they are in different processes, and crew.lua, those
-- who play there; journal.lua and record.lua, what is written.

local evaluate = require "tas.evaluate"
local files = require "tas.files"
local inputs = require "tas.inputs"
local journal = require "tas.search.journal"
local lane = require "tas.search.lane"
local plan = require "tas.search.plan"
local queue = require "tas.search.queue"
local settings = require "tas.search.settings"
local trial = require "tas.search.trial"

local M = {}

--- How a search may look for better runs; see plan.lua.
M.STRATEGIES = settings.STRATEGIES

local Search = setmetatable({}, { __index = queue.Queue })
Search.__index = Search
Search.__name = "tas.search"

-- A target, or the text of one.
local function target_of(target)
  if type(target) == "string" then return evaluate.parse(target) end
  return target
end

-- What an output begins with.
local function title_of(target)
  return ("# %s: "):format(target.text)
end

-- The text of all that is no input, with its comments; the title of an earlier search aside.
local function rest_of(script, target)
  local rest = script:copy()
  rest:remove(function(entry)
    return entry.action and entry.value and entry.action ~= "unknown" and entry.action ~= "delete"
  end)
  local text, title = rest:text(), title_of(target)
  if text:sub(1, #title) == title then text = text:match "\n(.*)$" or "" end
  return (text == "" or text:find "\n$") and text or text .. "\n"
end

-- Files ------------------------------------------------------------------------------------------

-- Writes a run to the output: what is no input as in the script, then the inputs.
local function write_output(self, score, text)
  if not self.output then return true end
  local title = title_of(self.target) .. self.target:show(score) .. "\n"
  return files.write(self.output, title .. self.rest .. text)
end

-- The best run that was ever announced.
local function best_of(made, records)
  local best = made.best
  for _, one in ipairs(records) do
    local fields = one[2]
    if one[1] == "improved" and evaluate.is_better(fields.score, best and best.score) then
      best = { score = fields.score, text = fields.text }
    end
  end
  return best
end

-- The plan of a journal, for those settings, and the best run it knows.
local function resume(path, wanted)
  local records, message, code = journal.load(path)
  if not records then return nil, message, code end
  local made = plan.of_records(records)
  if not made then return nil, path .. ": the journal is not complete", "invalid" end
  local name = settings.difference(made.settings, wanted)
  if name then
    local was = name == "text" and "of other inputs" or
      ("with %s %s"):format(name, tostring(made.settings[name]))
    return nil, ("%s: that search was begun %s"):format(path, was), "invalid"
  end
  made.settings.simulations = wanted.simulations
  return made, best_of(made, records)
end

-- A journal of which nothing was ever played: there was no game, or the inputs do not reach the
-- target. Nothing is lost with it.
local function is_unplayed(path)
  local records = journal.load(path)
  return records and #records == 1 and plan.of_records(records) ~= nil
end

local function begin_journal(self, path, options)
  local is_there = files.exists(path) and not is_unplayed(path)
  if is_there and options.resume then
    local made, best, code = resume(path, self.plan.settings)
    if not made then return nil, best, code end
    self.plan, self.known = made, best
  elseif is_there and not options.overwrite then
    return nil, ("%s is there already: resume that search, or overwrite it"):format(path), "invalid"
  end
  self.journal = journal.new(path)
  return self:write_journal()
end

local function check_script(script)
  if type(script) == "table" and script.to_events then return end
  error(("script must be a script of tas.inputs, not %s"):format(type(script)), 3)
end

--- Prepares a search. Options: `script`, the inputs to begin with (tas.Script); `target`, as
-- tas.evaluate has it, or its text ("finish"); `from`, `to`, the window of input times in ms (all);
-- `strategy` "hill" (default), "brute" or "anneal"; `seed`, `simulations`, `lanes`, `tries` as in
-- plan.lua, `cut` as in trial.lua, and what mutate.lua has; `output`, the file for the best run,
-- and with it a journal. `resume`: go on from the journal, if there is one; `overwrite`: begin
-- again.
-- `on_improved(score, text, simulation)` is called for each better run, when it is written.
-- Returns the search, which is a queue (queue.lua); or nil, message, code: "invalid", "system".
function M.open(options)
  check_script(options.script)
  local target, message, code = target_of(options.target or "finish")
  if not target then return nil, message, code end
  local self = setmetatable(queue.new(plan.new(settings.new(options, target)), {}), Search)
  self.target, self.output, self.rest = target, options.output, rest_of(options.script, target)
  function self.on_improved(score, text, simulation)
    local ok, why, word = write_output(self, score, text)
    if ok and options.on_improved then options.on_improved(score, text, simulation) end
    return ok, why, word
  end
  function self.on_settled(score, text) return write_output(self, score, text) end
  if not options.output then return self end
  local ok
  ok, message, code = begin_journal(self, options.output .. ".search", options)
  if ok and self.known then -- it was found, and may not have been written any more
    ok, message, code = write_output(self, self.known.score, self.known.text)
  end
  if not ok then return nil, message, code end
  return self
end

--- The best run as a script; nil before anything was played.
function Search:script()
  return self.known and inputs.parse(self.known.text, self.output or "search")
end

--- What there is to say about the search: `simulations`, `ticks` (simulated), `score` and
-- `first_score`, their texts `best` and `first`, and `history`, a list of `{simulations, score}`.
function Search:summary()
  local made = self.plan
  local history = {}
  for i, entry in ipairs(made.history) do history[i] = { entry[1], { entry[2], entry[3] } } end
  local first = made.original and made.original.score
  return { simulations = made.simulations, ticks = made.ticks, history = history,
    score = self.known and self.known.score, first_score = first,
    best = self.known and self.target:show(self.known.score),
    first = first and self.target:show(first) }
end

--- The settings of a journal, and the plan it describes, for those who only look.
-- Returns a table as `summary` with `settings`, `target`, and the inputs of runs: `original_text`,
-- `best_text` (nil before anything was played); or nil, message, code.
function M.load(path)
  local records, message, code = journal.load(path)
  if not records then return nil, message, code end
  local made = plan.of_records(records)
  if not made then return nil, path .. ": the journal is not complete", "invalid" end
  local target
  target, message, code = evaluate.parse(made.settings.target)
  if not target then return nil, message, code end
  local known = best_of(made, records)
  local self = setmetatable({ plan = made, target = target, known = known }, Search)
  local summary = self:summary()
  summary.settings, summary.target = made.settings, target
  summary.original_text, summary.best_text = made.settings.text, known and known.text
  return summary
end

-- Work -------------------------------------------------------------------------------------------

local function open_trial(game, wanted, target)
  local message, code
  target, message, code = target_of(target or wanted.target)
  if not target then return nil, message, code end
  return trial.open(game, target, wanted.from, wanted.to, { cut = wanted.cut })
end

-- Asks the queue. A game of our own stands still while others answer: nobody would look at it.
local function ask(leases, game, method, ...)
  if not (leases.is_remote and game.address:find "^sim:") then
    return leases[method](leases, ...)
  end
  game:pause()
  local answer = table.pack(leases[method](leases, ...))
  game:resume()
  return table.unpack(answer, 1, answer.n)
end

local HOPELESS = { invalid = true, wrong_context = true, unsupported = true }

-- What another game would not do better ends the whole search.
local function fail(leases, message, code)
  if HOPELESS[code] then leases:failed(message, code) end
  return nil, message, code
end

-- One lease after the other. -> true; or nil, message, code
local function work(leases, game, player, wanted, options)
  while true do
    local lease, message, code = ask(leases, game, "lease", options.name or "here")
    if not lease then
      if message == "done" then return true end
      if message ~= "wait" then return nil, message, code end
      if options.wait then options.wait() end
    else
      local result
      result, message, code = lane.run(player, wanted, lease, {
        improved = function(improved) return leases:improved(improved) end, tried = options.tried })
      if not result then return fail(leases, message, code) end
      local ok
      ok, message, code = ask(leases, game, "result", result)
      if not ok then return nil, message, code end
    end
  end
end

--- Plays for a queue until its search is over, with a game that simulates; waits for a simulation
-- to begin. Options: `name` of the worker; `target`, if it is one that has no text; `wait()`, which
-- lets some time pass while others have the rest of a round; `tried(count)`, called after each try.
-- Returns true; or nil, message, code.
function M.work(leases, game, options)
  options = options or {}
  local wanted, message, code = leases:settings()
  if not wanted then return nil, message, code end
  local player
  player, message, code = open_trial(game, wanted, options.target or leases.target)
  if not player then return fail(leases, message, code) end
  local _ <close> = player
  return work(leases, game, player, wanted, options)
end

return M
