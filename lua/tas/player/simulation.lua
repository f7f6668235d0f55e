--- What a player does with the event buffer of a simulation.

local Plan = require "tas.player.plan"

local M = {}

local TICK = 10 -- ms
local MARGIN = 1000 -- ms that the game's limit lies behind the player's own

-- The inputs of a state that `held` has otherwise, but for those of `others`.
local function differences(state, held, others)
  local list = {}
  for name, value in pairs(held) do
    if state["input_" .. name] ~= value and others[name] == nil then
      list[#list + 1] = { Plan.WORDS[name], value }
    end
  end
  return list
end

local function add(events, time, inputs)
  for _, input in ipairs(inputs) do events:add(time, input[1], input[2]) end
end

-- Not in every dialect, and then the game goes without.
local function lift_limits(game, limit)
  local ok, message, code = game:remove_state_validation()
  if not ok and code ~= "unsupported" then return nil, message, code end
  ok, message, code = game:set_simulation_time_limit(limit + MARGIN)
  if not ok and code ~= "unsupported" then return nil, message, code end
  return true
end

--- Gives a simulation the inputs of a plan, from the state `start`, or from where it is: behind its
-- start the inputs in force are set first. Lifts the validation, and the time limit to a little
-- behind `limit` (ms). Returns the race time that it goes on from, or nil, message, code: "invalid"
-- for an action that the game has no event for, and as the game refuses.
function M.take(game, plan, start, limit)
  local buffer, message, code = game:get_event_buffer()
  if not buffer then return nil, message, code end
  local events
  events, message, code = plan.script:to_events(buffer)
  if not events then return nil, message, code end
  local state = start
  if not state then state, message, code = game:get_simulation_state() end
  if not state then return nil, message, code end
  local time = state.race_time
  local from = math.max(time, -TICK) -- nothing acts before 0
  add(events, from + TICK, differences(state, plan:held(from), plan:inputs(from)))
  local ok
  ok, message, code = lift_limits(game, limit)
  if ok and start then ok, message, code = game:rewind_to_state(start) end
  if ok then ok, message, code = game:set_event_buffer(events) end
  if not ok then return nil, message, code end
  return time
end

--- Takes out what acts behind that time (ms), and lets go of what is pressed.
function M.release(game, time)
  local events, message, code = game:get_event_buffer()
  if not events then return nil, message, code end
  local state
  state, message, code = game:get_simulation_state()
  if not state then return nil, message, code end
  local kept = {}
  for _, event in ipairs(events) do
    if event.time <= time and not event.name:find "^_" then
      kept[#kept + 1] = { event.time, event.name, event.value }
    end
  end
  events:clear()
  for _, event in ipairs(kept) do events:add(table.unpack(event)) end
  add(events, time + TICK, differences(state, Plan.released(), {}))
  return game:set_event_buffer(events)
end

return M
