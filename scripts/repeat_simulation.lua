-- Plays a simulation five times without ever letting it end: at the finish it prevents the end and
-- goes back to the first step. Needs a simulation:
--   scripts/dev/run --sim="easy?simulate=scripts/inputs/easy.txt" scripts/repeat_simulation.lua
local tm = require "tm"
local game = assert(tm.attach())

local ROUNDS = 5
local first, finished
local round = 0

game:on("simulation_begin", function() game:remove_state_validation() end)

game:on("checkpoint_count_changed", function(_, current, target)
  if current < target then return end
  round = round + 1
  print(("round %d: finish %.2f s"):format(round, game:get_simulation_state().race_time / 1000))
  if round == ROUNDS then return end -- this one may end
  game:prevent_simulation_finish()
  finished = true
end)

game:on("simulation_step", function()
  if not first then first = game:get_simulation_state() end
  if finished then
    finished = false
    game:rewind_to_state(first)
  end
end)

game:on("simulation_end", function(_, result)
  print("the game says", ({ [0] = "invalid", "valid", "wrong simulation" })[result])
  tm.quit()
end)
