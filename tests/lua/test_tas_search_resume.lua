-- A search goes on from its journal after anything, to the same end.
local evaluate = require "tas.evaluate"
local files = require "tas.files"
local search = require "tas.search"
local harness = require "harness"
local searching = require "searching"
local test, equal, refused, contains = harness.test, harness.equal, harness.refused,
  harness.contains

local STRATEGIES = { "hill", "brute", "anneal" }

for _, strategy in ipairs(STRATEGIES) do
  test("a search that was stopped ends as one that was not: " .. strategy, function()
    local output = searching.output()
    local short = { strategy = strategy, output = output, lanes = 2, simulations = 28 }
    local _, expected = searching.run(short)
    local text, k = searching.read(output), 0
    repeat
      k = k + 1
      searching.output()
      local options = searching.options(short)
      local stopped = searching.stop_at(assert(search.open(options)), searching.game(), k)
      local before = search.load(output .. ".search").score
      options.resume = true
      local queue = assert(search.open(options))
      equal(queue:best(), before)
      assert(not before or searching.read(output):find(select(2, queue:best()), 1, true))
      local game = searching.game()
      assert(search.work(queue, game))
      game:close()
      equal(searching.outcome(queue), expected, "stopped at " .. k)
      equal(searching.read(output), text)
      collectgarbage()
    until not stopped
    assert(k > 6)
    searching.output()
  end)
end

-- A whole search by pieces of three leases.
test("a search may be stopped again and again", function()
  local output = searching.output()
  local _, expected = searching.run { strategy = "anneal" }
  local options = searching.options { strategy = "anneal", output = output, resume = true }
  local rounds, last, outcome = 0
  repeat
    local game, queue = searching.game(), assert(search.open(options))
    local stopped = searching.stop_at(queue, game, 4)
    game:close()
    local best = queue:best()
    assert(not last or not evaluate.is_better(last, best))
    last, rounds, outcome = best, rounds + 1, searching.outcome(queue)
  until not stopped
  equal(outcome, expected)
  assert(rounds >= 4)
  searching.output()
end)

test("more simulations go on where a search has ended", function()
  local output = searching.output()
  local _, expected = searching.run { simulations = 90 }
  searching.run { output = output, simulations = 45 } -- whole rounds
  local queue = searching.run { output = output, simulations = 90, resume = true }
  equal(searching.outcome(queue), expected)
  queue = searching.run { output = output, simulations = 30, resume = true } -- fewer than there are
  equal({ queue:summary().simulations, queue:summary().score }, { 90, expected[2] })
  searching.output()
end)

-- Refusals ----------------------------------------------------------------------------------------

test("a journal of which nothing was played is begun anew", function()
  local output = searching.output()
  local options = searching.options { output = output, seed = 3 }
  assert(search.open(options)).journal:close()
  for _, resume in ipairs { false, true } do
    options.seed, options.resume = options.seed + 1, resume
    assert(search.open(options)).journal:close()
    equal(search.load(output .. ".search").settings.seed, options.seed)
  end
  searching.run { output = output, overwrite = true }
  options.resume = false
  contains(refused("invalid", search.open(options)), "is there already")
  searching.output()
end)

test("other settings are refused by name, and the journal stays as it is", function()
  local output = searching.output()
  searching.run { output = output }
  local bytes = searching.read(output .. ".search")
  for name, value in pairs { seed = 2, strategy = "brute", target = "checkpoint:3", from = 8010,
    to = 9500, lanes = 4, tries = 6, temperature = 5, last_temperature = 1, cut = 100,
    max_changes = 4, max_steer = 5, max_time = 50, max_stretch = 7, steer = 9, time = 9,
    stretch = 9, slide = 9, insert = 9, remove = 9 } do
    local message = refused("invalid", search.open(searching.options { output = output,
      resume = true, [name] = value }))
    contains(message, output .. ".search: that search was begun with ")
    local named = message:match "begun with ([%w_]+) "
    assert(named == name or named == "last_temperature" and name == "target", message)
    equal(searching.read(output .. ".search"), bytes)
  end
  local message = refused("invalid", search.open(searching.options { output = output,
    resume = true,
    script = searching.script(searching.TEXT .. "9600 steer 1\n") }))
  contains(message, "was begun of other inputs")
  -- the same inputs, otherwise written
  assert(search.open(searching.options { output = output, resume = true,
    script = searching.script("# hello\n" .. searching.TEXT:gsub("8000", "8.00")) }))
  searching.output()
end)

test("a journal that is there is neither lost nor taken unasked", function()
  local output = searching.output()
  searching.run { output = output }
  local bytes = searching.read(output .. ".search")
  contains(refused("invalid", search.open(searching.options { output = output })),
    output .. ".search is there already")
  equal(searching.read(output .. ".search"), bytes)
  local queue = assert(search.open(searching.options { output = output, overwrite = true,
    seed = 9 }))
  equal({ queue.plan.round, queue:best() }, { 0 })
  assert(search.work(queue, searching.game()))
  searching.output()
  -- nothing to go on from: it begins
  queue = assert(search.open(searching.options { output = output, resume = true }))
  equal(queue.plan.round, 0)
  queue.journal:close()
  searching.output()
end)

test("an output that was lost is written again", function()
  local output = searching.output()
  searching.run { output = output }
  local text = searching.read(output)
  os.remove(output)
  local queue = assert(search.open(searching.options { output = output, resume = true }))
  equal(searching.read(output), text)
  equal(queue.plan:is_done(), true)
  searching.output()
end)

test("those who only look see what there is", function()
  local output = searching.output()
  local queue = searching.run { output = output }
  local seen, summary = assert(search.load(output .. ".search")), queue:summary()
  for _, name in ipairs { "simulations", "ticks", "score", "first_score", "best", "first",
    "history" } do
    equal(seen[name], summary[name], name)
  end
  equal({ seen.settings.seed, seen.target.text }, { 1, "finish" })
  local text = assert(files.read(output .. ".search"))
  searching.write(output .. ".search", (text:gsub("target=finish", "target=nothing")))
  contains(refused("invalid", search.load(output .. ".search")), "'nothing' is no target")
  searching.output()
end)

harness.run()
