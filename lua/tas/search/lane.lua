--- A piece of a search: so many tries, one after the other, from one run on. What comes of it
-- depends on nothing but the settings of the search and the lease, so that it does not matter who
-- does it, when, or how often.

local evaluate = require "tas.evaluate"
local mutate = require "tas.search.mutate"
local random = require "tas.search.random"

local M = {}

local MARGIN <const> = 5 -- times the temperature: what is worse by more is never taken

-- Inputs as leases and results have them: a line each, "TIME press|rel KEY" or
-- "TIME steer|gas VALUE".
local function text_of(events)
  return events:to_script(true)
end

local PRESSED = { press = 1, rel = 0 }

-- Adds the inputs of the text; -> where it has stopped to be one.
local function add_lines(events, text)
  local stop = 1
  for from, time, verb, what, next_line in text:gmatch "()(%d+) (%l+) ([%w-]+)\n()" do
    if from ~= stop then break end
    local value = PRESSED[verb]
    if value then
      events:add(math.tointeger(time), what, value)
    else
      events:add(math.tointeger(time), verb, math.tointeger(what))
    end
    stop = next_line
  end
  return stop
end

local function events_of(trial, text)
  local events = trial.names:copy()
  events:clear()
  local ok, stop = pcall(add_lines, events, text)
  if not ok then return nil, "a lease is no list of inputs: " .. tostring(stop), "invalid" end
  if stop <= #text then
    return nil, ("a lease is no list of inputs: %q"):format(text:sub(stop, stop + 40)), "invalid"
  end
  events:sort()
  return events
end

-- Which strategies there are: whether a run that is tried becomes the one that is changed.
local TAKES = {}

function TAKES.brute()
  return false
end

function TAKES.hill(lane, score)
  return evaluate.is_better(score, lane.score)
end

function TAKES.anneal(lane, score)
  local worse = evaluate.difference(score, lane.score)
  local chance = lane.random:number()
  return worse <= 0 or chance < math.exp(-worse / lane.temperature)
end

local function temperature_at(settings, simulation)
  if settings.temperature == 0 then return 0 end
  local share = math.min(simulation / math.max(settings.simulations, 1), 1)
  return settings.temperature * (settings.last_temperature / settings.temperature) ^ share
end

-- After which race time a try is not worth going on with.
local function limit_of(lane)
  local limit = lane.trial.target:limit(lane.score)
  if limit and lane.temperature then limit = limit + MARGIN * lane.temperature end
  return limit and math.ceil(limit)
end

local function improve(lane, events, score, try)
  lane.best = score
  local sorted = events:copy()
  sorted:sort()
  local text, message, code = text_of(sorted)
  if not text then return nil, message, code end
  lane.improvements[#lane.improvements + 1] = { score = score, try = try, text = text }
  if not lane.hooks.improved then return true end
  return lane.hooks.improved { score = score, text = text, simulation = lane.lease.first + try }
end

local function take(lane, events, changed, score)
  events:sort()
  local ok, message, code = lane.trial:adopt(events, changed, score)
  if not ok then return nil, message, code end
  lane.trial.text = nil -- it is on another run now
  lane.mutator:take(events)
  lane.score, lane.events = score, events
  return true
end

-- One try. -> true; or nil, message, code
local function attempt(lane, try)
  local settings = lane.settings
  if settings.strategy == "anneal" then
    lane.temperature = temperature_at(settings, lane.lease.first + try)
  end
  local events, changed = lane.mutator:make(lane.random)
  if not events then return true end
  local score, message, code = lane.trial:try(events, changed, limit_of(lane))
  if code then return nil, message, code end
  if not score then return true end
  local ok, is_better = true, evaluate.is_better(score, lane.best)
  if TAKES[settings.strategy](lane, score) then
    ok, message, code = take(lane, events, changed, score)
  elseif is_better then
    ok, message, code = lane.trial:confirm(events, changed, score)
  end
  if ok and is_better then ok, message, code = improve(lane, events, score, try) end
  return ok, message, code
end

local function result_of(lane)
  local lease, last = lane.lease, lane.improvements[#lane.improvements]
  local result = { id = lease.id, simulations = lease.count, ticks = lane.trial.ticks - lane.ticks,
    tries = {}, scores = {} }
  for i, improvement in ipairs(lane.improvements) do
    result.tries[i] = improvement.try
    result.scores[2 * i - 1], result.scores[2 * i] = improvement.score[1], improvement.score[2]
  end
  if last then result.text, result.score = last.text, last.score end
  if lane.settings.strategy == "anneal" then
    local message, code
    result.current, message, code = text_of(lane.events)
    if not result.current then return nil, message, code end
    result.current_score = lane.score
  end
  return result
end

-- The run that everything begins with: its score, and the plane by which others are measured.
local function start(trial, lease)
  local ticks = trial.ticks
  trial.target.plane = nil
  local events, message, code = events_of(trial, lease.text)
  if not events then return nil, message, code end
  local score
  score, message, code = trial:set(events)
  if code then return nil, message, code end
  if not score then
    return nil, ("the inputs do not reach the target '%s'"):format(trial.target.text), "invalid"
  end
  return { id = lease.id, simulations = 1, ticks = trial.ticks - ticks, score = score,
    plane = trial.target.plane or {}, tries = {}, scores = {} }
end

-- Puts the trial onto the run that a lease begins with, unless that is where it is.
local function set(trial, lease)
  if trial.text == lease.text then return trial.set_events end
  local events, message, code = events_of(trial, lease.text)
  if not events then return nil, message, code end
  local score
  score, message, code = trial:set(events)
  if code then return nil, message, code end
  if not score or score[1] ~= lease.score[1] or score[2] ~= lease.score[2] then
    return nil, ("the game does not repeat itself: a run of %s gave %s"):format(
      trial.target:show(lease.score), score and trial.target:show(score) or "nothing"), "invalid"
  end
  trial.text, trial.set_events = lease.text, events
  return events
end

--- Does what a lease asks for. Hooks: `improved{score =, text =, simulation =}` is called for each
-- run that is better than all that the lease knows of, and returns true, or nil, message, code;
-- `tried()` after each try. Returns a result as `queue:result` takes it; or nil, message, code.
function M.run(trial, settings, lease, hooks)
  if lease.kind == "start" then return start(trial, lease) end
  trial.target.plane = #lease.plane > 0 and lease.plane or nil
  local events, message, code = set(trial, lease)
  if not events then return nil, message, code end
  -- The ticks of the tries: how many it takes to begin depends on what was played before.
  local lane = { trial = trial, settings = settings, lease = lease, events = events,
    ticks = trial.ticks, score = lease.score, best = lease.best, improvements = {}, hooks = hooks,
    random = random.new(settings.seed, lease.round, lease.lane),
    mutator = mutate.new(events, settings.from, settings.to, settings) }
  for try = 1, lease.count do
    local ok
    ok, message, code = attempt(lane, try)
    if not ok then return nil, message, code end
    if hooks.tried then hooks.tried() end
  end
  return result_of(lane)
end

return M
