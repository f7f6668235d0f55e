-- Plays an input script in a race and prints the time, the split and the speed at each checkpoint:
--   scripts/dev/run scripts/log_checkpoints.lua [FILE]      (scripts/inputs/easy.txt)
local tm = require "tm"
local game = assert(tm.attach())

local folder = arg[0]:match "^(.*)[/\\]" or "."
local path = arg[1] or folder .. "/inputs/easy.txt"

-- The game itself can play a script; `load` is a command of its console.
assert(game:execute_command(('load "%s"'):format(path)))
game:give_up()

local before = 0
game:on("checkpoint_count_changed", function(_, current, target)
  local state = game:get_simulation_state()
  local time = state.race_time
  local name = current == target and "finish" or ("checkpoint %d of %d"):format(current, target)
  print(("%-18s %6.2f s   split %6.2f s   %3d km/h"):format(
    name, time / 1000, (time - before) / 1000, state.display_speed))
  before = time
  if current == target then
    game:execute_command "unload"
    tm.quit()
  end
end)

-- Steps without a finish: the script is of another track.
game:on("run_step", function(_, time)
  if time > 120000 then error "no finish within two minutes" end
end)
