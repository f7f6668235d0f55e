-- What bench_engine times, each with the nanoseconds of one as its output:
--
--   tmlua engine.lua ADDRESS ping|drop|close COUNT
--   tmlua -a GAME engine.lua ADDRESS ping COUNT game

local tm = require "tm"

local engine = assert(tm.connect(arg[1], { timeout = 30 }))
local count = tonumber(arg[3])
local verbs = {}

function verbs.ping() assert(engine:ping()) end

function verbs.drop() assert(engine:screenshot(1920, 1080)) end

function verbs.close() assert(engine:screenshot(1920, 1080)):close() end

local game
if arg[4] then
  game = assert(tm.attach())
  game:on("run_step", function() end)
end
local verb = verbs[arg[2]]
for _ = 1, count // 10 do -- to get warm
  verb()
end
local start = tm.now()
for _ = 1, count do
  verb()
end
print(("%.1f"):format((tm.now() - start) * 1e9 / count))
engine:close()
if game then
  game:close()
end
