-- Takes the car somewhere else by changing a few fields of its state: turned around on the
-- other side of the road, at the same speed.
local tm = require "tm"
local game = assert(tm.attach())

game:give_up()
repeat until game:step() == -10
game:set_input_state { accelerate = true }
repeat until game:step() == 3000

local state = game:get_simulation_state()
print("before", state.position, state.velocity)

local changed = state:copy()
local x, y, z = state:unpack "position"
changed.position = { x + 4, y, z }
local m = { state:unpack "rotation_matrix" }
changed.rotation_matrix = { -- half a turn about Y
  { -m[1], m[2], -m[3] }, { m[4], m[5], m[6] }, { -m[7], m[8], -m[9] },
}
local vx, vy, vz = state:unpack "velocity"
changed.velocity = { -vx, vy, -vz }

print "what is different:"
for _, difference in ipairs(state:diff(changed)) do print("", difference.path) end

game:rewind_to_state(changed)
game:step(100)
print("a second later", game:get_simulation_state().position)
