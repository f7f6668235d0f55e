-- Lets the game's own brute force change the inputs, and judges its tries itself: the best is the
-- one that is fastest six seconds into the race. The game writes it to bruteforce_speed.txt. Needs
-- a simulation:
--   scripts/dev/run --sim="easy?simulate=scripts/inputs/easy.txt" scripts/bruteforce_speed.lua 200
local tm = require "tm"
local game = assert(tm.attach())

local JUDGED_AT = 6000 -- ms of race time
local TRIES = tonumber(arg[1]) or 40

for _, setting in ipairs {
  "controller bruteforce", "bf_modify_prob 0.05", "bf_max_steer_diff 20000", "bf_max_time_diff 100",
  "bf_inputs_min_time 3000", "bf_inputs_max_time 6000", "bf_search_forever true",
  "bf_result_filename bruteforce_speed.txt",
} do game:execute_command("set " .. setting) end

local INITIAL = 0
local best, tries = -1, 0

local function speed()
  local x, y, z = game:get_simulation_state():unpack "velocity"
  return math.sqrt(x * x + y * y + z * z)
end

game:on("bruteforce_evaluate", function(_, info)
  if info.phase == INITIAL then
    if info.time == JUDGED_AT then best = math.max(best, speed()) end
    return "continue"
  end
  if info.time < JUDGED_AT then return "do_nothing" end
  tries = tries + 1
  local now = speed()
  if now > best then
    print(("try %d: %.3f m/s instead of %.3f"):format(tries, now, best))
    best = now
    return "accept"
  end
  if tries >= TRIES then return "stop" end
  return "reject"
end)

game:on("simulation_end", function()
  print(("%d tries, the best has %.3f m/s"):format(tries, best))
  tm.quit()
end)
