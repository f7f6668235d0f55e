-- The hooks that the benchmarks time:
--
--   tmlua -a ADDRESS hooks.lua empty|read         until the game ends
--   tmlua -a ADDRESS hooks.lua empty|read STEPS   prints the nanoseconds of one step

local tm = require "tm"

local hooks = {}

function hooks.empty() end

-- Position and speed of a fresh state decide about the inputs.
function hooks.read(game)
  local state = game:get_simulation_state()
  local x, y, z = state:unpack("position")
  local speed = state.display_speed
  game:set_input_state { accelerate = speed < 200, steer = x > y and z > 0 and 6000 or -6000 }
end

local game = assert(tm.attach())
local count = tonumber(arg[2])
game:on("run_step", hooks[arg[1]])
if count then
  assert(game:step(count // 10)) -- to get warm
  local start = tm.now()
  assert(game:step(count))
  print(("%.1f"):format((tm.now() - start) * 1e9 / count))
  game:close()
end
