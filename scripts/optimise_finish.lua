-- A small optimiser that does without the game's own: each try changes one steering event of the
-- best run, plays on from a state saved before it, and is kept if it finishes sooner. Needs a
-- simulation:
--   scripts/dev/run --sim="easy?simulate=scripts/inputs/easy.txt" scripts/optimise_finish.lua 300
local tm = require "tm"
local game = assert(tm.attach())

local TRIES = tonumber(arg[1]) or 60
local EVERY = 500 -- ms of race time between saved states

math.randomseed(1) -- the same search every time
local best, best_time -- the events of the best run, and when it finished, ms
local current, tries = nil, 0
local saved, seen = {}, {} -- [n]: the state at n * EVERY of the best run, and of this one
local back_to -- which of them to go on from

local function mutate(events)
  local steering = events:find { event_name = "steer" }
  local event = steering[math.random(#steering)]
  local from = event.time
  if math.random() < 0.5 then
    event.value = math.max(-65536, math.min(65536, event.value + math.random(-12000, 12000)))
  else
    event.time = math.max(0, event.time + 10 * math.random(-4, 4))
  end
  return math.min(from, event.time) -- nothing before it is different
end

local function try_another()
  if tries == TRIES then return end
  tries = tries + 1
  current = best:copy()
  local changed_at = mutate(current)
  assert(game:set_event_buffer(current))
  back_to = math.max(0, (changed_at - 10) // EVERY)
  seen = {}
end

game:on("simulation_begin", function()
  game:remove_state_validation()
  game:set_simulation_time_limit(10 * 60 * 1000)
  current = game:get_event_buffer()
end)

game:on("checkpoint_count_changed", function(_, passed, target)
  if passed < target then return end
  local time = game:get_simulation_state().race_time
  if not best_time or time < best_time then
    print(("after %3d tries  %.2f s"):format(tries, time / 1000))
    best, best_time = current, time
    for n, state in pairs(seen) do saved[n] = state end
  end
  if tries < TRIES then game:prevent_simulation_finish() end
  try_another()
end)

game:on("simulation_step", function(_, time)
  if best_time and time > best_time then try_another() end -- too late already
  if back_to then
    game:rewind_to_state(saved[back_to])
    back_to = nil
  elseif time >= 0 and time % EVERY == 0 then
    seen[time // EVERY] = game:get_simulation_state()
  end
end)

game:on("simulation_end", function()
  print(("%d tries, best %.2f s"):format(tries, best_time / 1000))
  tm.quit()
end)
