--- The place where work is handed out and results are brought: all that those who search and those
-- who play know of each other.
--
--     queue:settings()          the settings, as plan.lua has them
--     queue:lease(worker)       a lease for that worker; or nil, "wait" or "done"
--     queue:result(result)      what has come of one
--     queue:improved(improved)  a run that is better than its lease knew: {score =, text =,
--                               simulation =}; at once, so that it is not lost
--     queue:failed(message, code)  nobody can do this: inputs, game or settings are not what a
--                               search needs
--     queue:best()              the best run so far: its score and its text
--
-- Each returns nil, message, code when the other side cannot be reached or has failed. This one is
-- local: a plan, and a journal for all that must not be lost. remote.lua has one whose other side
-- is in another process; another system can stand behind it in the same way.

local evaluate = require "tas.evaluate"

local M = {}

local Queue = {}
Queue.__index = Queue
Queue.__name = "tas.search.queue"

--- A queue of a plan. `options`: `journal` (nil: nothing is kept), `best`, a run that is known
-- already, and `on_improved(score, text, simulation)`, which is called once a better run is in the
-- journal; it returns nil, message, code if it has failed. `on_settled(score, text)` likewise, for
-- the first run, and when of several that are as good another one counts at the end of a round.
function M.new(plan, options)
  local self = setmetatable({ plan = plan, journal = options.journal }, Queue)
  self.on_improved, self.on_settled = options.on_improved, options.on_settled
  self.known = options.best or plan.best
  return self
end

function Queue:settings()
  return self.plan.settings
end

function Queue:lease(worker)
  return self.plan:lease(worker)
end

--- Hands out again what a worker had that is gone.
function Queue:release(worker)
  self.plan:release(worker)
end

function Queue:best()
  if self.known then return self.known.score, self.known.text end
end

--- Whoever works here knows by himself.
function Queue:failed() -- luacheck: ignore self
end

function Queue:improved(improved)
  if not evaluate.is_better(improved.score, self.known and self.known.score) then return true end
  if self.journal then
    local ok, message, code = self.journal:add("improved", improved)
    if not ok then return nil, message, code end
  end
  self.known = { score = improved.score, text = improved.text }
  if not self.on_improved then return true end
  return self.on_improved(improved.score, improved.text, improved.simulation)
end

-- The plan's best at the end of a round, which nobody has found if it is the first run. Of several
-- that are as good it is the same one whoever was sooner.
local function take_best(self)
  local best, known = self.plan.best, self.known
  if known and (known.text == best.text or evaluate.is_better(known.score, best.score)) then
    return true
  end
  self.known = best
  return not self.on_settled or self.on_settled(best.score, best.text)
end

function Queue:result(result)
  local fits, why, word = self.plan:check(result)
  if not fits then return nil, why, word end
  if self.journal then
    local ok, message, code = self.journal:add("result", result)
    if not ok then return nil, message, code end
  end
  if not self.plan:result(result) then return true end
  local ok, message, code = self:write_journal()
  if not ok then return nil, message, code end
  return take_best(self)
end

--- Writes the journal anew: the plan, what there is of a round, and the best run if it is of that.
-- Returns true; or nil, message, code.
function Queue:write_journal()
  if not self.journal then return true end
  local records, best = self.plan:records(), self.plan.best
  if self.known and evaluate.is_better(self.known.score, best and best.score) then
    records[#records + 1] = { "improved", self.known }
  end
  for _, result in pairs(self.plan.results) do records[#records + 1] = { "result", result } end
  return self.journal:write(records)
end

--- The class, for those who are more than a queue.
M.Queue = Queue

return M
