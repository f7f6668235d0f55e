-- Shows the speed while the car accelerates for as many seconds of race time as asked (5):
--   scripts/dev/run scripts/watch_speed.lua 8
local tm = require "tm"
local game = assert(tm.attach())
local seconds = tonumber(arg[1]) or 5

game:give_up()
repeat until game:step() == -10 -- the next step is the first that listens to inputs
game:set_input_state { accelerate = true }

while true do
  local state = game:get_simulation_state()
  local engine = state.scene_mobil.engine
  print(("%6.2f s  %4d km/h  gear %d  %5.0f rpm  %s"):format(
    state.race_time / 1000, state.display_speed, engine.gear, engine.actual_rpm,
    ("#"):rep(state.display_speed // 10)))
  if state.race_time >= seconds * 1000 then break end
  assert(game:step(50)) -- half a second
end
