-- What the tests of searches share: short searches late in a race, and what they have written.

local inputs = require "tas.inputs"
local search = require "tas.search"
local harness = require "harness"

local searching = {}

--- Drives badly behind 8 s, on "straight": finishes at 10.10 s and not at 9.99 s.
searching.TEXT = [[
0 press up
8000 steer 6000
8200 steer 0
8400 press down
8500 rel down
8700 steer -9000
8900 steer 0
9000 press down
9150 rel down
]]

function searching.script(text)
  return assert(inputs.parse(text or searching.TEXT))
end

function searching.stock(track)
  return assert(inputs.load(("%s/scripts/inputs/%s.txt"):format(os.getenv "TMLUA_ROOT" or ".",
    track)))
end

--- A game of its own that simulates something else.
function searching.game(track)
  return harness.simulation("0 press down\n", track)
end

--- Options of a search that takes a moment; `fields` stand before them.
function searching.options(fields)
  local options = { script = searching.script(), target = "finish", from = 8000, to = 9600,
    simulations = 60, lanes = 3, tries = 5 }
  for name, value in pairs(fields or {}) do options[name] = value end
  return options
end

--- Files of a search in the test's folder, which are not there.
function searching.output(name)
  local path = harness.path(name or "better.txt")
  os.remove(path)
  os.remove(path .. ".search")
  return path
end

function searching.read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

function searching.write(path, bytes)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(bytes))
end

function searching.exists(path)
  local file <close> = io.open(path, "rb")
  return file ~= nil
end

--- What a search has come to, as a table that can be compared. How many ticks it took depends on
--- who has done which piece of it.
function searching.outcome(queue)
  local summary = queue:summary()
  local _, text = queue:best()
  local records = queue.plan:records()
  if records[2] then
    records[2] = { "round", { round = queue.plan.round, simulations = queue.plan.simulations } }
  end
  return { summary.simulations, summary.score, summary.history, text, records }
end

--- A whole search with a game of its own; the search and its outcome.
function searching.run(fields)
  local queue = assert(search.open(searching.options(fields)))
  assert(search.work(queue, searching.game()))
  return queue, searching.outcome(queue)
end

--- A search that ends before its k-th lease, as one that was stopped does. nil: it was over before.
function searching.stop_at(queue, game, k)
  local lease, count = queue.lease, 0
  function queue.lease(self, worker)
    count = count + 1
    if count == k then return nil, "done" end
    return lease(self, worker)
  end
  assert(search.work(queue, game))
  queue.journal:close()
  return count == k
end

return searching
