-- The script of bench_prompt: a hook that does something, and the number of its calls in a second
-- that begins after a while, written into a file: to stdout it would go above the prompt.
--
--   tmlua -a ADDRESS [-i] prompt.lua FILE WARM_SECONDS SECONDS

local tm = require "tm"

local game = assert(tm.attach())
local steps = 0
game:on("run_step", function(_, time)
  steps = steps + 1
  if time % 1000 == 0 then game:set_input_state { accelerate = true } end
end)
tm.sleep(tonumber(arg[2]))
local first, start = steps, tm.now()
tm.sleep(tonumber(arg[3]))
local rate = (steps - first) / (tm.now() - start)
local file = assert(io.open(arg[1], "w"))
file:write(("%.1f\n"):format(rate))
file:close()
