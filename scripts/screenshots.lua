-- Saves a picture of the race every few seconds of a lap, each of just that step. Needs an engine,
-- here that of the game itself:
--
--     build/bin/tmsim --engine --inputs scripts/inputs/easy.txt &
--     build/bin/tmlua scripts/screenshots.lua [FOLDER [SECONDS [ENGINE]]]

local tm = require "tm"

local folder, seconds, address = arg[1] or ".", tonumber(arg[2] or 2), arg[3]
local game = assert(tm.attach())
local engine = assert(tm.connect(address))
local WIDTH, HEIGHT = 640, 360

-- To wait inside a hook holds the game at its step, and it may take its time for this.
local function take(name)
  local image = assert(engine:screenshot(WIDTH, HEIGHT))
  local file = ("%s/%s.png"):format(folder, name)
  assert(image:save(file))
  print(file)
end

game:on("run_step", function(_, time)
  if time >= 0 and time % math.floor(seconds * 1000) == 0 then
    take(("lap_%06.2f"):format(time / 1000))
  end
end)

game:on("checkpoint_count_changed", function(_, current, target)
  if current < target then return end
  take "lap_finish"
  tm.quit()
end)

game:set_timeout(10000)
game:give_up()
