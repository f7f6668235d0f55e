--- Plays an input script on a game: in a race, and in a simulation, with the same outcome to the
-- last bit.
--
--     local script = assert(tas.inputs.load "run.txt")
--     local result = assert(player.play(game, script))
--     print(result.finish, result.ended)
--
-- In a race each input is set in the step before its time. In a simulation the events are replaced
-- by those of the script, nothing is validated, and the time limit is lifted. What is no input is
-- run in the game's console at its time; immediate commands come first, immediate inputs act at 0.
-- Steps for which the script says nothing cost a comparison.
--
-- A restart of the race ends the play: `delete` in the script, one made by hand, and in a race
-- `enter` before the first checkpoint, where the game restarts (in a simulation the car is put on
-- the start). When somebody rewinds, the play goes on from there: inputs are set again in the first
-- step behind the rewind, and act from the second on; those that were set when the state was taken
-- are in it. A step of a race before 0 that comes behind one of 0 or later is a restart.

local Plan = require "tas.player.plan"
local simulation = require "tas.player.simulation"
local splits = require "tas.splits"

local M = {}

local TICK = 10 -- ms
local ROLL_OUT = 60000 -- ms
local SLICE = 1 -- seconds between two looks at a game that does not step

local Player = {}
Player.__index = Player
Player.__name = "tas.Player"

-- Doing what the plan says ----------------------------------------------------------------------

-- A verb of the game; false when it has refused, and then the play has failed.
local function ask(player, verb, ...)
  local ok, message, code = player.game[verb](player.game, ...)
  if ok then return true end
  player:_fail(message, code)
  return false
end

local function run_commands(player, commands)
  for _, line in ipairs(commands) do
    if not ask(player, "execute_command", line) then return false end
  end
  return true
end

local function perform(player, row, inputs)
  if player.context == "run" then
    if inputs and not ask(player, "set_input_state", inputs) then return end
    for _, verb in ipairs(row and row.verbs or {}) do
      if not ask(player, verb) then return end
    end
  end
  if row then run_commands(player, row.commands) end
end

-- Goes on from the step of that time, whatever was before it.
local function join(player, time)
  local plan = player.plan
  local place = plan:place(time)
  local row = plan[place]
  if row and row.at ~= time then row = nil end
  player.place = row and place + 1 or place
  player.next_at = plan[player.place] and plan[player.place].at or math.huge
  player.last = time
  perform(player, row, player.context == "run" and plan:held(time))
end

local function perform_due(player, time)
  local plan = player.plan
  while time >= player.next_at and not player.done do
    local row = plan[player.place]
    player.place = player.place + 1
    player.next_at = plan[player.place] and plan[player.place].at or math.huge
    perform(player, row, row.inputs)
  end
end

-- The end ---------------------------------------------------------------------------------------

local function leave(player)
  for _, hook in ipairs(player.hooks) do hook:cancel() end
  player.hooks = {}
  if player.splits then player.splits:stop() end
  player.done = true
end

function Player:_fail(message, code)
  if self.done then return end
  leave(self)
  self.failure = { message, code }
end

-- Nothing is pressed from the next step on. What the game refuses now has no consequence.
local function release(player, ended)
  if player.options.hold then return end
  if player.context == "run" then
    player.game:set_input_state(Plan.released())
  elseif ended ~= "finish" then
    simulation.release(player.game, player.last)
  end
end

-- `state`: false when the race that was played is over, and the game's state is not of it.
local function finish(player, ended, state)
  if player.done then return end
  local run = player.splits or splits.new()
  leave(player)
  if state == nil and player.last then state = player.game:get_simulation_state() end
  player.result = { finish = run.finish, splits = run, time = player.last, ended = ended,
    state = state or nil }
  if player.last then release(player, ended) end
end

-- How the play is over at a step, or nil.
local function outcome(player, time)
  local run, options = player.splits, player.options
  if run.finish and time >= run.finish and options.stop_at_finish then return "finish" end
  if options.until_time then return time >= options.until_time and "until_time" or nil end
  return time >= player.limit and "end" or nil
end

-- Steps -----------------------------------------------------------------------------------------

-- Somebody has rewound, or the race is another one. False: the play is over.
local function moved(player, time)
  if player.context == "run" and time < 0 and player.last >= 0 then
    finish(player, "end", false)
    return false
  end
  player.splits:cut(time) -- a checkpoint of this tick has been told before its step
  join(player, time)
  return not player.done
end

local function activate(player, time)
  player.splits = splits.watch(player.game, player.plan.script.name)
  join(player, time)
end

local function step(player, time)
  if player.given_up_at then -- the race restarts
    if time > player.given_up_at then return end
    player.given_up_at = nil
    activate(player, time)
  elseif time ~= player.last + TICK and not moved(player, time) then
    return
  end
  player.last = time
  local ended = outcome(player, time)
  if not ended and time >= player.next_at then perform_due(player, time) end
  if player.options.step and not player.done then player.options.step(player.game, time) end
  if ended then finish(player, ended) end
end

local function hook(player, event, fn)
  player.hooks[#player.hooks + 1] = player.game:on(event, function(_, ...)
    if not player.done then fn(player, ...) end
  end)
end

-- The beginning -----------------------------------------------------------------------------------

-- True, or nil, message, code, as what follows.
local function begin_race(player)
  local game, options = player.game, player.options
  if not run_commands(player, player.plan.immediate) then return nil end
  local state, message, code = options.start, nil, nil
  if not state then state, message, code = game:get_simulation_state() end
  if not state then return nil, message, code end
  if options.start then
    if not ask(player, "rewind_to_state", options.start) then return nil end
    activate(player, state.race_time)
  elseif not options.restart then
    activate(player, state.race_time)
  else
    if not ask(player, "give_up") then return nil end
    player.given_up_at = state.race_time
  end
  hook(player, "run_step", step)
  return true
end

-- Takes the simulation that is there, not beyond its start or from where it is.
local function take_simulation(player)
  local game, options = player.game, player.options
  local time, message, code = simulation.take(game, player.plan, options.start, player.limit)
  if not time then return nil, message, code end
  if not run_commands(player, player.plan.immediate) then return nil end
  activate(player, time)
  hook(player, "simulation_step", step)
  hook(player, "simulation_end", function() finish(player, "end", false) end)
  return true
end

local function begin_simulation(player)
  local game, options = player.game, player.options
  if player.plan.restarts then
    return nil, ("%s: a simulation cannot be restarted (delete)"):format(player.plan.script.name),
      "wrong_context"
  end
  local state, message, code = game:get_simulation_state()
  if not state and code ~= "no_player_info" then return nil, message, code end
  if state and (options.start or not options.restart or state.race_time <= -TICK) then
    return take_simulation(player)
  end
  local waits = true
  hook(player, "simulation_begin", function()
    if not waits then return end
    waits = false
    local ok, why, word = take_simulation(player)
    if not ok then player:_fail(why, word) end
  end)
  return true
end

-- The game's context, "run" or "simulation"; or nil, message, code.
local function context_of(game)
  local mode, message, code = game:get_context_mode()
  if mode then return mode == 0 and "simulation" or "run" end
  if code == "unsupported" then return game.context or "run" end
  return nil, message, code
end

local OPTIONS = { restart = "boolean", until_time = "number", start = "userdata",
  stop_at_finish = "boolean", timeout = "number", step = "function", hold = "boolean",
  roll_out = "number" }

local function read_options(script, options, verb)
  if type(script) ~= "table" or not script.to_events then
    error(("bad argument #2 to '%s' (script expected, got %s)"):format(verb, type(script)), 3)
  end
  local read = { restart = true, stop_at_finish = true, roll_out = ROLL_OUT }
  for name, value in pairs(options or {}) do
    if type(value) ~= (OPTIONS[name] or "") then
      error(OPTIONS[name] and ("%s: %s expected, got %s"):format(name, OPTIONS[name], type(value))
        or ("there is no option '%s'"):format(tostring(name)), 3)
    end
    read[name] = value
  end
  return read
end

-- The options have been read.
local function start(game, script, options)
  local context, message, code = context_of(game)
  if not context then return nil, message, code end
  local plan = Plan.of(script)
  local player = setmetatable({ game = game, plan = plan, options = options,
    context = context, hooks = {}, done = false, next_at = math.huge,
    limit = options.until_time or plan.duration + options.roll_out }, Player)
  local begin = context == "run" and begin_race or begin_simulation
  local ok
  ok, message, code = begin(player)
  if ok and not player.failure then return player end
  leave(player)
  if player.failure then message, code = table.unpack(player.failure) end
  return nil, message, code
end

--- Begins to play a script and returns the player, which goes on in hooks; options and refusals as
-- `play`. In a call of the game it begins at once; outside of one it waits for the next.
-- `player.done` is true when it is over, `player.result` then what `play` returns.
function M.start(game, script, options)
  return start(game, script, read_options(script, options, "start"))
end

--- Plays a script and returns when it is over, in the game's call of the last step. Options:
--   restart         false: from where the game is. In a race the default is to give up and to
--                   begin at the next start. A simulation that has not come to its start is taken
--                   as it is; of one that is beyond, the end is waited for, and the next is taken.
--   start           a state to rewind to; what is in force at its time is set first
--   until_time      race time of the last step, ms; instead of roll_out
--   roll_out        ms behind the last command after which the play ends, default 60000
--   stop_at_finish  false: goes on behind the finish, until something else ends it
--   hold            true: inputs stay as they are at the end, and are not released
--   timeout         seconds without a step after which it gives up; default: for ever
--   step            function(game, time), called at each step, behind what is set in it
-- Returns {finish = ms or nil, splits = tas.splits run, time = race time of the last step, ended =
-- "finish", "until_time", "end" or (by player:stop()) "stopped", state = state of the last step,
-- before inputs were released; nil if the race was over}. Or nil, message, code: "timeout";
-- "invalid" for an action that the game has no event for; "wrong_context" for a script that
-- restarts the race in a simulation; and as the game refuses.
function M.play(game, script, options)
  local player, message, code = start(game, script, read_options(script, options, "play"))
  if not player then return nil, message, code end
  return player:wait()
end

--- Plays no more, and releases the inputs, for which it waits for a call of the game if none is
-- open. Twice is fine.
function Player:stop()
  finish(self, "stopped")
end

Player.__close = Player.stop

--- Waits for the end, and returns as `play` does. A game that does not step for the time of the
-- option `timeout` is nil, message, "timeout", and the play has ended. That a simulation ended by
-- itself is noticed in the first step of the next, or a second later.
function Player:wait()
  local event = self.context == "run" and "run_step" or "simulation_step"
  local timeout = self.options.timeout
  while not self.result and not self.failure do
    local time, message, code = self.game:wait(event, timeout or SLICE)
    if code == "timeout" then message = ("%s: no step within %g s"):format(self.game.address,
      timeout or SLICE) end
    if not time and (code ~= "timeout" or timeout) then self:_fail(message, code) end
  end
  if self.failure then return nil, table.unpack(self.failure) end
  return self.result
end

return M
