-- Drives the track `easy` to the finish, from a dozen waypoints and a look at the car:
--   tmlua --sim=easy scripts/first_drive.lua
local tm = require "tm"
local game = assert(tm.attach())

-- Where to go, and how fast at most on the way there: x and z in metres, metres per second.
local way = {
  { -10, 105, 80 }, { 35, 210, 75 }, { 120, 280, 55 }, { 175, 395, 50 }, { 275, 450, 45 },
  { 365, 405, 45 }, { 395, 290, 60 }, { 350, 155, 60 }, { 350, 40, 80 }, { 365, -55, 75 },
  { 350, -195, 80 }, { 320, -285, 80 },
}
local next_point = 1

local function drive(state)
  local x, _, z = state:unpack "position"
  local vx, _, vz = state:unpack "velocity"
  local _, _, forward_x, _, _, _, _, _, forward_z = state:unpack "rotation_matrix"
  local speed = math.sqrt(vx * vx + vz * vz)
  local dx, dz = way[next_point][1] - x, way[next_point][2] - z
  if dx * dx + dz * dz < 25 * 25 and next_point < #way then
    next_point = next_point + 1
    dx, dz = way[next_point][1] - x, way[next_point][2] - z
  end
  local left = dx * forward_z - dz * forward_x
  local angle = math.atan(left, dx * forward_x + dz * forward_z)
  local steer = math.max(-1, math.min(1, -4.5 * angle))
  local most = way[next_point][3]
  local gas = speed < most and -1 or speed > most + 3 and 1 or 0
  game:set_input_state { steer = math.floor(steer * 65536), gas = gas * 65536 }
end

while game:step() < -10 do end
repeat drive(game:get_simulation_state()) until game:step() < 0 -- the race restarts
