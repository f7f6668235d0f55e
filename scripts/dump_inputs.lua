-- Writes the inputs of the race so far, or of the simulation, as an input script:
--   scripts/dev/run scripts/dump_inputs.lua [FILE]      (standard output)
local tm = require "tm"
local game = assert(tm.attach())

-- Something to see, if there is nothing yet.
if game:step() and game.context == "run" then
  game:give_up()
  repeat until game:step() == -10
  game:set_input_state { accelerate = true }
  game:step(150)
  game:set_input_state { steer = -12000 }
  game:step(50)
  game:set_input_state { steer = 0, brake = true }
  game:step(20)
end

local events = assert(game:get_event_buffer())
local file = arg[1] and assert(io.open(arg[1], "w")) or io.stdout
file:write(("# %d events, %.2f s\n"):format(#events, events.duration / 1000), events:to_script())
if arg[1] then file:close() end
