-- Drives a little, takes the inputs from the game, and drives them again from the start: the car
-- ends in the same place, to the last bit.
local tm = require "tm"
local game = assert(tm.attach())

local SECONDS = 6

local function from_the_start()
  game:give_up()
  repeat until game:step() == -10
end

from_the_start()
game:set_input_state { accelerate = true }
while true do
  local time = assert(game:step())
  if time >= SECONDS * 1000 then break end
  if time % 300 == 0 then game:set_input_state { steer = time % 1200 < 600 and 9000 or -9000 } end
end
local events = game:get_event_buffer()
local recorded = game:get_simulation_state()

-- What to set in the step before the time of an event, for it to act at its time.
local names = {
  ["Accelerate"] = "accelerate", ["Brake"] = "brake", ["Steer left"] = "left",
  ["Steer right"] = "right", ["Steer (analog)"] = "steer", ["Accelerate (analog)"] = "gas",
}
local plan = {}
for i = 1, #events do
  local event = events[i]
  local name = names[event.name]
  if name then
    plan[event.time - 10] = plan[event.time - 10] or {}
    plan[event.time - 10][name] = event.value
  end
end

from_the_start()
local time = -10
repeat
  if plan[time] then game:set_input_state(plan[time]) end
  time = assert(game:step())
until time >= recorded.race_time

local replayed = game:get_simulation_state()
print("recorded", recorded.position)
print("replayed", replayed.position)
print("the same position:", replayed.position == recorded.position)
