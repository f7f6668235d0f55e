--- What a search does next, and what has come of it. It plays nothing and writes nothing: it hands
-- out leases, takes their results, and is a function of the settings alone, whoever does the work
-- and in whatever order.
--
-- A search goes in rounds of `lanes` leases. Strategies: "brute" changes the run it was given again
-- and again; "hill" changes the best there was when the round began, each lane going on from what
-- it finds; "anneal" has a run in each lane that now and then becomes a worse one, the less the
-- longer it goes on.

local evaluate = require "tas.evaluate"

local M = {}

local Plan = {}
Plan.__index = Plan
Plan.__name = "tas.search.plan"

--- The settings that make a search what it is, with what stands for those that are missing:
-- `strategy`, `seed`, `simulations` (all of them), `lanes` of a round, `tries` of a lease, `from`
-- and `to` (the window, input times in ms), `temperature`, `last_temperature` and what mutate.lua
-- has.
M.DEFAULTS = { strategy = "hill", seed = 1, simulations = 1000, lanes = 8, tries = 25 }

--- The lanes of "anneal" if nobody says otherwise: each begins anew, so that many get on slowly.
M.ANNEAL_LANES = 2

local function copy(score)
  return score and { score[1], score[2] }
end

--- A plan for these settings, in which `text` is the text of the run to begin with.
function M.new(settings)
  return setmetatable({ settings = settings, round = 0, simulations = 0, ticks = 0, history = {},
    lanes = {}, results = {}, leased = {} }, Plan)
end

local function leases_of_round(self)
  local settings, list = self.settings, {}
  if self.round == 0 then
    return { { kind = "start", lane = 1, count = 1, first = 0, text = settings.text } }
  end
  local first = self.simulations
  for lane = 1, settings.lanes do
    local count = math.min(settings.tries, settings.simulations - first)
    if count <= 0 then break end
    local from = settings.strategy == "brute" and self.original or
      settings.strategy == "anneal" and self.lanes[lane] or self.best
    list[lane] = { kind = "tries", lane = lane, count = count, first = first, text = from.text,
      score = from.score, best = self.best.score, plane = self.plane }
    first = first + count
  end
  return list
end

-- The leases of the round that is under way, made when they are first asked for.
local function leases(self)
  if not self.pending then
    self.pending = leases_of_round(self)
    for _, lease in ipairs(self.pending) do
      lease.round, lease.id = self.round, ("%d.%d"):format(self.round, lease.lane)
    end
  end
  return self.pending
end

--- Whether there is nothing more to do.
function Plan:is_done()
  return self.stopped or #leases(self) == 0
end

--- A lease for a worker (any value but nil); or nil, and "wait" while all are handed out, "done"
-- when the search is over.
function Plan:lease(worker)
  if self:is_done() then return nil, "done" end
  for _, lease in ipairs(leases(self)) do
    if not self.results[lease.id] and not self.leased[lease.id] then
      self.leased[lease.id] = worker
      return lease
    end
  end
  return nil, "wait"
end

--- What a worker has been handed out is handed out again: it is gone.
function Plan:release(worker)
  for id, holder in pairs(self.leased) do
    if holder == worker then self.leased[id] = nil end
  end
end

local function add_history(self, simulation, score)
  self.history[#self.history + 1] = { simulation, score[1], score[2] }
end

-- A run that is better than all before. What is heard of it early counts when its lease is over.
local function take_best(self, text, score)
  self.best = { text = text, score = copy(score) }
end

local function end_start(self, result)
  take_best(self, self.settings.text, result.score)
  self.original = self.best
  self.plane = result.plane
  for lane = 1, self.settings.lanes do self.lanes[lane] = self.best end
  add_history(self, 0, result.score)
end

-- Results count in the order of the lanes, in which order ever they have come.
local function end_lane(self, lease, result)
  for i, try in ipairs(result.tries) do
    local score = { result.scores[2 * i - 1], result.scores[2 * i] }
    if evaluate.is_better(score, self.best_in_history) then
      self.best_in_history = score
      add_history(self, lease.first + try, score)
    end
  end
  if result.score and evaluate.is_better(result.score, self.best.score) then
    take_best(self, result.text, result.score)
  end
  if result.current then
    self.lanes[lease.lane] = { text = result.current, score = copy(result.current_score) }
  end
  self.simulations = self.simulations + result.simulations
end

local function end_round(self)
  self.best_in_history = self.best and self.best.score
  for _, lease in ipairs(self.pending) do
    local result = self.results[lease.id]
    self.ticks = self.ticks + result.ticks
    if lease.kind == "start" then end_start(self, result) else end_lane(self, lease, result) end
  end
  self.round, self.pending, self.results, self.leased = self.round + 1, nil, {}, {}
end

local function find(self, id)
  for _, lease in ipairs(leases(self)) do
    if lease.id == id then return lease end
  end
end

--- Whether a result can be one of its lease: true; or nil, message, "invalid".
function Plan:check(result)
  local lease = find(self, result.id)
  if not lease then return true end
  local is_start, anneals = lease.kind == "start", self.settings.strategy == "anneal"
  local fits = result.simulations == lease.count and #result.scores == 2 * #result.tries
    and (#result.tries == 0 or result.text and result.score)
    and (not is_start or result.score and result.plane)
    and (is_start or not anneals or result.current and result.current_score)
  if fits then return true end
  return nil, ("the result of lease %s is none"):format(result.id), "invalid"
end

--- The result of a lease. One that is not asked for (any more) is ignored: whoever does a lease
-- twice does the same. Returns true when a round is over with it, else false.
function Plan:result(result)
  if not find(self, result.id) or self.results[result.id] then return false end
  self.results[result.id] = result
  for _, lease in ipairs(self.pending) do
    if not self.results[lease.id] then return false end
  end
  end_round(self)
  return true
end

--- How many simulations there have been, with those of the round that is under way.
function Plan:progress()
  local count = self.simulations
  if self.round == 0 then return 0 end
  for _, result in pairs(self.results) do count = count + result.simulations end
  return count
end

--- Ends the search: nothing more is handed out.
function Plan:stop()
  self.stopped = true
end

-- Records -----------------------------------------------------------------------------------------

--- All that the search is between two rounds, as a list of records {word, fields}.
function Plan:records()
  local list = { { "settings", self.settings } }
  if self.round == 0 then return list end
  local function add(word, fields) list[#list + 1] = { word, fields } end
  add("round", { round = self.round, simulations = self.simulations, ticks = self.ticks })
  add("original", { score = self.original.score, text = self.original.text, plane = self.plane })
  add("best", { score = self.best.score, text = self.best.text })
  if self.settings.strategy == "anneal" then
    for lane, run in ipairs(self.lanes) do
      add("lane", { lane = lane, score = run.score, text = run.text })
    end
  end
  for _, entry in ipairs(self.history) do add("history", { entry = entry }) end
  return list
end

-- What must be in the fields of records.
local RUN = { score = "score", text = "string" }
local SHAPES = {
  settings = { target = "string", text = "string", strategy = "string", seed = "integer",
    simulations = "integer", lanes = "integer", tries = "integer", from = "integer",
    to = "integer", temperature = "number", last_temperature = "number" },
  round = { round = "integer", simulations = "integer", ticks = "integer" },
  original = { score = "score", text = "string", plane = "list" }, best = RUN, improved = RUN,
  lane = { lane = "integer", score = "score", text = "string" },
  history = { entry = "list" },
  result = { id = "string", simulations = "integer", ticks = "integer", tries = "list",
    scores = "list" },
}

local function is_of(value, kind)
  if kind == "list" then return type(value) == "table" end
  if kind == "score" then return type(value) == "table" and #value == 2 end
  if kind == "integer" then return math.type(value) == kind end
  return type(value) == kind
end

-- The least that a number of a record can be.
local LEAST = {
  settings = { simulations = 1, lanes = 1, tries = 1, from = 0, to = 0 },
  round = { round = 1, simulations = 0, ticks = 0 },
  lane = { lane = 1 },
  result = { simulations = 0, ticks = 0 },
}

-- A plane is a position and a direction, or nothing.
local function is_plane(list)
  return #list == 0 or #list == 6
end

--- Whether a record has all that one of its word must have.
function M.is_whole(word, fields)
  for name, kind in pairs(SHAPES[word] or {}) do
    if not is_of(fields[name], kind) then return false end
  end
  for name, least in pairs(LEAST[word] or {}) do
    if fields[name] < least then return false end
  end
  if word == "original" then return is_plane(fields.plane) end
  if word == "result" then return #fields.scores == 2 * #fields.tries end
  return word ~= "history" or #fields.entry == 3
end

local function is_begun(plan)
  return plan.round == 0 or plan.best and plan.original
end

local READERS = {}

function READERS.round(self, fields)
  self.round, self.simulations, self.ticks = fields.round, fields.simulations, fields.ticks
end

function READERS.original(self, fields)
  self.original = { score = fields.score, text = fields.text }
  self.plane = fields.plane
end

function READERS.best(self, fields)
  self.best = { score = fields.score, text = fields.text }
  for lane = 1, self.settings.lanes do self.lanes[lane] = self.best end
end

function READERS.lane(self, fields)
  self.lanes[fields.lane] = { score = fields.score, text = fields.text }
end

function READERS.history(self, fields)
  self.history[#self.history + 1] = fields.entry
end

function READERS.result(self, fields)
  if is_begun(self) then self:result(fields) end
end

--- A plan out of such records, and of results ("result") that came after them. nil: they make none.
function M.of_records(list)
  if not list[1] or list[1][1] ~= "settings" then return nil end
  for _, one in ipairs(list) do
    if not M.is_whole(one[1], one[2]) then return nil end
  end
  local plan = M.new(list[1][2])
  for i = 2, #list do
    local reader = READERS[list[i][1]]
    if reader then reader(plan, list[i][2]) end
  end
  return is_begun(plan) and plan or nil
end

return M
