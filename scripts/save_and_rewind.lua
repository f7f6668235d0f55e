-- Tries the same corner twice from one saved state, then shows that a replay is exact.
local tm = require "tm"
local game = assert(tm.attach())

-- Goes on for two seconds with that steering; returns where the car is then.
local function drive(steer)
  game:set_input_state { steer = steer }
  assert(game:step(200))
  return game:get_simulation_state()
end

game:give_up()
repeat until game:step() == -10
game:set_input_state { accelerate = true, steer = 0 }
repeat until game:step() == 2000

local saved = game:get_simulation_state()
print("saved at", saved.race_time, "ms, position", saved.position)

local left = drive(-20000)
print("to the left:", left.position)

game:rewind_to_state(saved)
local right = drive(20000)
print("to the right:", right.position)

game:rewind_to_state(saved)
print("left again, byte for byte the same:", drive(-20000) == left)

local path = os.tmpname()
assert(saved:save(path))
print("and the file holds the state:", tm.load_state(path) == saved)
os.remove(path)
