-- simulation.lua SIMULATIONS: counts the steps of so many simulations with a hook per step, and
-- prints how many there are a second.

local tm = require "tm"

local game = assert(tm.attach())
local left, steps, start = tonumber(arg[1]), 0, nil

game:on("simulation_step", function() steps = steps + 1 end)
game:on("simulation_end", function()
  if not start then start, steps = tm.now(), 0 return end -- the first one was to get warm
  left = left - 1
  if left > 0 then return end
  print(("%.0f"):format(steps / (tm.now() - start)))
  tm.quit()
end)
