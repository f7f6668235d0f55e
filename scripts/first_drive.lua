-- Drives the embedded game's track `easy` to the finish: a dozen waypoints and a little steering.
local tm = require "tm"
local game = assert(tm.attach())

-- Where to go, and how fast at most on the way there: x and z in metres, metres per second.
local way = {
  { -10, 105, 80 }, { 35, 210, 75 }, { 120, 280, 55 }, { 175, 395, 50 }, { 275, 450, 45 },
  { 365, 405, 45 }, { 395, 290, 60 }, { 350, 155, 60 }, { 350, 40, 80 }, { 365, -55, 75 },
  { 350, -195, 80 }, { 320, -285, 80 },
}
local target, split = 1, 0

game:on("run_step", function(_, time)
  if time < -10 then target = 1 return end
  local state = game:get_simulation_state()
  local x, _, z = state:unpack "position"
  local _, _, right_z, _, _, _, _, _, ahead_z = state:unpack "rotation_matrix"
  local dx, dz = way[target][1] - x, way[target][2] - z
  if dx * dx + dz * dz < 25 * 25 and target < #way then target = target + 1 end
  dx, dz = way[target][1] - x, way[target][2] - z
  -- How far the next waypoint lies off the nose; inputs count to 65536, negative is left and go.
  local angle = math.atan(dx * ahead_z - dz * right_z, dx * right_z + dz * ahead_z)
  local steer = math.max(-1, math.min(1, -4.5 * angle))
  local excess = state.display_speed / 3.6 - way[target][3]
  local gas = excess < 0 and -65536 or excess > 3 and 65536 or 0
  game:set_input_state { steer = 65536 * steer, gas = gas }
end)

game:on("checkpoint_count_changed", function(_, current, total)
  local time = game:get_simulation_state().race_time
  local name = current == total and "finish" or ("checkpoint %d of %d"):format(current, total)
  print(("%-17s %6.2f s   split %5.2f s"):format(name, time / 1000, (time - split) / 1000))
  split = time
  if current == total then tm.quit() end
end)

game:give_up() -- from the start of a race, wherever the game is
