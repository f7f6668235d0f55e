-- search.lua SIMULATIONS STRATEGY: searches on the simulation that is attached, and prints how many
-- ticks were simulated a second.

local tm = require "tm"
local inputs = require "tas.inputs"
local search = require "tas.search"

local game = assert(tm.attach())
local script = assert(inputs.load(arg[3]))
local queue = assert(search.open { script = script, target = "finish", strategy = arg[2],
  simulations = math.tointeger(tonumber(arg[1])) })
local start = tm.now()
assert(search.work(queue, game))
print(("%.0f"):format(queue:summary().ticks / (tm.now() - start)))
tm.quit()
