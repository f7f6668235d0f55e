-- soak.lua straight|rewind HOURS: drives in circles for that many hours of race time, and writes
-- the state of every second to standard output. With `rewind` it takes a detour after every second:
-- other inputs for a while, and back. Both must write the same bytes. Says on standard error when
-- each twentieth of the time has passed.

local tm = require "tm"

local DETOUR_STEPS = 37
-- The states tell how long the game has been on, and a game without a client goes on in real time:
-- both runs begin at this moment of its clock, however late they have been attached.
local BEGIN_MS = 60000

local mode, hours = arg[1], tonumber(arg[2])
local last = math.floor(hours * 3600) * 1000
local game = assert(tm.attach())
local marks = 0

local function drive(time)
  local steer = time % 7000 < 3500 and 20000 or 60000
  game:set_input_state { accelerate = true, brake = false, steer = steer }
end

local function detour(state)
  for step = 1, DETOUR_STEPS do
    game:set_input_state { accelerate = step % 2 == 0, brake = step % 3 == 0, steer = -65536 }
    assert(game:step())
  end
  assert(game:rewind_to_state(state))
end

local clock
repeat
  assert(game:step())
  clock = game:get_simulation_state().timers[1]
until clock >= BEGIN_MS
assert(clock == BEGIN_MS, "attached too late")
game:give_up()
repeat until assert(game:step()) == -10
local time = -10
while time < last do
  drive(time)
  time = assert(game:step())
  if time % 1000 == 0 then
    local state = assert(game:get_simulation_state())
    io.stdout:write(state:bytes())
    if mode == "rewind" then detour(state) end
    if time >= (marks + 1) * last / 20 then
      marks = marks + 1
      io.stderr:write(("mark %d\n"):format(marks))
    end
  end
end
assert(time == last)
game:close()
io.stdout:flush()
io.stderr:write("done\n")
