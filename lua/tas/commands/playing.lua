--- What the commands that play input scripts have in common.

local player = require "tas.player"
local trace = require "tas.trace"

local M = {}

--- Goes to a step that has a state: a simulation has none before its first, and cannot be taken to
-- another one from there. True, or nil, message, code.
function M.wait_for_state(game)
  local state, message, code = game:get_simulation_state()
  if state then return true end
  if code == "no_player_info" then
    state, message, code = game:step()
    if state then return true end
  end
  return nil, message, code
end

-- A game that has not taken a state says so in its console alone.
local function check_taken(game, start)
  local state, message, code = game:get_simulation_state()
  if not state then return nil, message, code end
  if state.position == start.position then return true end
  return nil, "the game has not taken the state; is it of another track?", "invalid"
end

--- Plays a script on a game with the options of tas.player, once it can be taken to `start`.
-- `choice`: `name` of the run; `trace`: what the car does is traced; `started`: fn(player), called
-- when it begins. Returns the player's result, and the trace, which is stopped, if one was asked
-- for; or nil, message, code.
function M.play(game, script, options, choice)
  if options.start then
    local ok, message, code = M.wait_for_state(game)
    if not ok then return nil, message, code end
  end
  local playing, message, code = player.start(game, script, options)
  if not playing then return nil, message, code end
  if options.start then
    local ok
    ok, message, code = check_taken(game, options.start)
    if not ok then return nil, message, code end
  end
  local traced <close> = choice.trace and trace.watch(game, choice.name) or nil -- misses no step
  if choice.started then choice.started(playing) end
  local result
  result, message, code = playing:wait()
  if not result then return nil, message, code end
  result.splits.name = choice.name
  return result, traced
end

return M
