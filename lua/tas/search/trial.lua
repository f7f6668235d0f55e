--- A game in the simulation context that tries inputs: it plays a run, keeps states of it, and
-- plays others from the last state before anything is different in them.
--
-- What plays waits. The game must repeat itself exactly: a run that is played again with another
-- outcome is an error, and nothing is built on it.

local evaluate = require "tas.evaluate"

local M = {}

local GRID <const> = 10
local STATES_MAX <const> = 256  -- of a window; with 8 KB each a few MB
local ROLL_OUT <const> = 10000  -- ms for which a run may go on after its last input
local TIME_LIMIT <const> = 1000000000 -- ms, for the game
local PASSED = "checkpoint_count_changed"

local Trial = {}
Trial.__index = Trial
Trial.__name = "tas.search.trial"

-- The game's own rules would end a run that is not what it was given.
local function free(game)
  local ok, message, code = game:remove_state_validation()
  if not ok then return nil, message, code end
  return game:set_simulation_time_limit(TIME_LIMIT)
end

-- Goes to a step before the race, where every run begins. -> its race time; or nil, message, code
local function go_to_start(game)
  local time, message, code = game:step()
  if time and game.context ~= "simulation" then
    return nil, "the game drives a race; a search needs a simulation: a replay that is validated, "
      .. "tmsim --simulate, or --sim", "wrong_context"
  end
  while time and time >= 0 do time, message, code = game:step() end
  if not time then return nil, message, code end
  return time
end

local function on_pass(self)
  return self.game:on(PASSED, function(game, current, total)
    self.passed, self.total = current, total
    self.splits[current] = game.time + GRID
    if current == total then game:prevent_simulation_finish() end
  end)
end

--- Takes a game for runs that are changed from input time `from` to `to` and judged by a target.
-- Waits for the start of a simulation. Options: `cut`, ms that a run may be behind the best at a
-- checkpoint before it is given up (nil: as many as it likes). Returns the trial, or nil, message,
-- code.
function M.open(game, target, from, to, options)
  local time, message, code = go_to_start(game)
  if not time then return nil, message, code end
  local self = setmetatable({ game = game, target = target, from = from, to = to }, Trial)
  self.cut = options and options.cut
  self.ticks, self.splits, self.states = 0, {}, {}
  self.every = math.max((to - from) // STATES_MAX // GRID * GRID, GRID)
  self.hooks = { on_pass(self), game:on("simulation_begin", function(g) free(g) end) }
  local ok
  ok, message, code = free(game)
  if ok then self.start, message, code = game:get_simulation_state() end
  if self.start then self.names, message, code = game:get_event_buffer() end
  if self.names then return self end
  self:close()
  return nil, message, code
end

--- Lets the game go: its simulation ends when it would have ended. Twice is fine.
function Trial:close()
  for _, hook in ipairs(self.hooks) do hook:cancel() end
  if #self.hooks > 0 then self.game:set_simulation_time_limit() end -- a game that is gone refuses
  self.hooks = {}
end

Trial.__close = Trial.close

-- Whether a run is too far behind the best at the checkpoint it has just passed.
local function is_hopeless(self, best)
  local split = self.cut and best and best[self.passed]
  return split and self.splits[self.passed] > split + self.cut
end

-- Whether the pass that has just been is the one that is measured.
local function is_reached(self)
  local wanted = self.target.checkpoint
  return wanted and (self.passed == wanted or wanted == "finish" and self.passed == self.total)
end

-- The next race time at which there is something to do; the limit at the latest.
local function next_stop(self, time, limit, keeps)
  local target, stop = self.target, limit
  if target.from and time < target.to then
    stop = math.min(stop, math.max(target.from, time + GRID))
  end
  if keeps then stop = math.min(stop, keeps) end
  return stop
end

-- The race time of the next state that is kept, after one of that race time.
local function next_keep(self, time)
  local first = self.gate_time
  if time < first then return first end
  if time >= self.to then return nil end
  return first + ((time - first) // self.every + 1) * self.every
end

local function keep(self, time)
  local state, message, code = self.game:get_simulation_state()
  if not state then return nil, message, code end
  self.states[#self.states + 1] = state
  if time == self.gate_time then self.gate = state end
  return true
end

-- Plays on from a race time to the limit at most. -> the score or nil; nil, message, code for what
-- is no run at all.
local function play(self, time, limit, options)
  local game, target, best = self.game, self.target, nil
  local keeps = options.keeps and next_keep(self, time)
  while true do
    local stop = next_stop(self, time, limit, keeps)
    local now, passed, code = game:step(math.max((stop - time) // GRID, 1), PASSED)
    if not now then return nil, passed, code end
    if now <= time then
      return nil, "the game has begun a new simulation in the middle of a run", "invalid"
    end
    self.ticks = self.ticks + (now - time) // GRID
    time = now
    if passed and is_hopeless(self, options.splits) then return nil end
    if passed and is_reached(self) or target.from and time >= target.from and time <= target.to then
      local score, done, word = target:measure(game, time)
      if word then return nil, done, word end
      if evaluate.is_better(score, best) then best = score end
      if done == true then return best end
    end
    if time >= limit then return best end
    if keeps and time >= keeps then
      local ok, message
      ok, message, code = keep(self, time)
      if not ok then return nil, message, code end
      keeps = next_keep(self, time)
    end
  end
end

-- The race time at which a run ends that does not reach the target.
local function end_of(self, events)
  local last, from, to = #events > 0 and events[#events].time or 0, self.target.from, self.target.to
  if to == math.huge then to = nil end
  return math.max(last, self.to, from or 0, to or 0) + ROLL_OUT
end

-- Puts the game into a state with those inputs. -> true, or nil, message, code
local function begin(self, state, events)
  local ok, message, code = self.game:set_event_buffer(events)
  if ok then ok, message, code = self.game:rewind_to_state(state) end
  if not ok then return nil, message, code end
  self.splits, self.passed = {}, nil
  return true
end

-- Plays a run that is kept, from one of its states on.
local function play_kept(self, state, events)
  local ok, message, code = begin(self, state, events)
  if not ok then return nil, message, code end
  local score
  self.stop = end_of(self, events)
  score, message, code = play(self, state.race_time, self.stop, { keeps = true })
  if not score then return nil, message, code end
  for checkpoint, time in pairs(self.splits) do self.best_splits[checkpoint] = time end
  return score
end

--- The run that others are changes of: plays it, from the start the first time. From now on every
-- run must have the same inputs before the window. Returns its score; nil without a message if it
-- does not reach the target; or nil, message, code.
function Trial:set(events)
  self.gate_time = self.from - GRID
  self.states, self.best_splits = {}, {}
  local state = self.gate
  if state then
    self.states[1] = state
  else
    state = self.start
    if self.gate_time <= state.race_time then self.gate_time, self.gate = state.race_time, state end
    if self.gate then self.states[1] = state end
  end
  local score, message, code = play_kept(self, state, events)
  if score and #self.states == 0 then
    return nil, ("the target '%s' is reached before the window begins"):format(self.target.text),
      "invalid"
  end
  return score, message, code
end

-- The last state that is kept in which nothing of the change has acted; its place in the list.
local function state_before(self, changed)
  local place = (changed - GRID - self.gate_time) // self.every + 1
  return math.max(1, math.min(place, #self.states))
end

--- Plays a run that is different from input time `changed` on, up to race time `limit` at most.
-- Returns its score, nil if it has none; or nil, message, code.
function Trial:try(events, changed, limit)
  local state = self.states[state_before(self, changed)]
  local ok, message, code = begin(self, state, events)
  if not ok then return nil, message, code end
  limit = math.min(limit or self.stop, self.stop)
  return play(self, state.race_time, limit, { splits = self.best_splits })
end

local function compare(self, score, again)
  if again and again[1] == score[1] and again[2] == score[2] then return true end
  return nil, ("the game does not repeat itself: the same inputs gave %s, and then %s"):format(
    self.target:show(score), again and self.target:show(again) or "nothing"), "invalid"
end

--- Plays the run that has just been tried, with that score, once more. Returns true; or nil,
-- message, code: "invalid" when it is not the same again.
function Trial:confirm(events, changed, score)
  local again, message, code = self:try(events, changed)
  if code then return nil, message, code end
  return compare(self, score, again)
end

--- Makes the run that has just been tried, with that score, the one that others are changes of.
-- Returns true; or nil, message, code: "invalid" when it is not the same again.
function Trial:adopt(events, changed, score)
  local place = state_before(self, changed)
  for i = #self.states, place + 1, -1 do self.states[i] = nil end
  local again, message, code = play_kept(self, self.states[place], events)
  if code then return nil, message, code end
  return compare(self, score, again)
end

return M
