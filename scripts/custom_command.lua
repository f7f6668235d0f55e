-- Adds a command to the game's console: `boost 50` makes the car that many km/h faster. The game
-- forgets it when the script ends.
local tm = require "tm"
local game = assert(tm.attach())

assert(game:register_custom_command "boost")

game:on("custom_command", function(_, _, _, name, args)
  if name ~= "boost" then return end
  local more = tonumber(args[1])
  if not more then return game:log("boost needs a number: boost 50", "error") end
  local state = game:get_simulation_state()
  local x, y, z = state:unpack "velocity"
  local speed = math.sqrt(x * x + y * y + z * z)
  if speed < 1 then return game:log("boost: the car stands", "warning") end
  local factor = 1 + more / 3.6 / speed
  state.velocity = { x * factor, y * factor, z * factor }
  game:rewind_to_state(state)
  game:log(("boost: %d km/h more"):format(more), "success")
end)

-- Somebody would type it; here the script does, twice.
game:give_up()
repeat until game:step() == -10
game:set_input_state { accelerate = true }
repeat until game:step() == 1500
for _, command in ipairs { "boost 50", "boost 100" } do
  repeat until game:step() % 1000 == 0
  local before = game:get_simulation_state().display_speed
  game:execute_command(command)
  game:step(2)
  print(command, before .. " km/h", game:get_simulation_state().display_speed .. " km/h")
end
tm.quit()
