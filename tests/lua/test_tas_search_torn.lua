-- Journals that were torn or damaged: a search goes on from them, or says why not.
local evaluate = require "tas.evaluate"
local random = require "tas.search.random"
local record = require "tas.search.record"
local search = require "tas.search"
local harness = require "harness"
local searching = require "searching"
local test, equal, refused, contains = harness.test, harness.equal, harness.refused,
  harness.contains

local STRATEGIES = { "hill", "brute", "anneal" }

-- A journal as it is in the middle of a round, with what was found at its end, and what is in it.
local function journal_in_a_round(output, strategy)
  local options = searching.options { output = output, strategy = strategy, seed = 2 }
  local queue = assert(search.open(options))
  local game = searching.game()
  searching.stop_at(queue, game, 7)
  game:close()
  local journal = queue.journal
  journal:add("improved", { score = { 9980, -1.25 }, text = "0 press up\n", simulation = 30 })
  journal:close()
  return searching.read(output .. ".search"), options
end

-- The best score that whole lines of a text tell of.
local function best_in(text)
  local best
  for line in text:gmatch "([^\n]*)\n" do
    local word, fields = record.read(line)
    if (word == "improved" or word == "best") and evaluate.is_better(fields.score, best) then
      best = fields.score
    end
  end
  return best
end

-- Opens a search on a journal of those bytes; whether it went on.
local function reopen(options, bytes)
  searching.write(options.output .. ".search", bytes)
  options.resume = true
  local queue, message, code = search.open(options)
  if not queue then
    equal({ type(message), code }, { "string", "invalid" })
    contains(message, options.output .. ".search")
    equal(searching.read(options.output .. ".search"), bytes) -- and it is left as it was
    return false
  end
  queue.journal:close()
  local best = best_in(bytes)
  assert(not evaluate.is_better(best, queue:best()))
  -- what is written now is whole
  local again = assert(search.load(options.output .. ".search"))
  equal(again.score, queue:best())
  return queue
end

for _, strategy in ipairs(STRATEGIES) do
  test("a journal that was cut anywhere goes on or is refused: " .. strategy, function()
    local output = searching.output()
    local bytes, options = journal_in_a_round(output, strategy)
    equal(best_in(bytes), { 9980, -1.25 })
    local places, went_on = {}, 0
    for last = #bytes - 200, #bytes do places[#places + 1] = last end
    local numbers = random.new(4)
    for _ = 1, 100 do places[#places + 1] = numbers:integer(0, #bytes) end
    for _, last in ipairs(places) do
      if reopen(options, bytes:sub(1, last)) then went_on = went_on + 1 end
    end
    assert(went_on > 100, went_on)
    equal(reopen(options, bytes):best(), { 9980, -1.25 })
    searching.output()
  end)

  test("a search with a torn journal ends as it would have: " .. strategy, function()
    local output = searching.output()
    local _, expected = searching.run { strategy = strategy, seed = 2 }
    local bytes, options = journal_in_a_round(output, strategy)
    bytes = bytes:match "^(.*\n)improved [^\n]*\n$" -- which no run was
    local numbers, lines = random.new(5), {}
    for place in bytes:gmatch "()\n" do lines[#lines + 1] = place end
    for _ = 1, 8 do
      local torn = bytes:sub(1, lines[#lines] - numbers:integer(0, 600))
      local queue = reopen(options, torn)
      if queue and torn:find "\nbest " then
        local game = searching.game()
        assert(search.work(queue, game))
        game:close()
        equal(queue:summary().simulations, 60)
        if strategy ~= "anneal" then equal(queue:best(), expected[2]) end
      end
    end
    searching.output()
  end)
end

test("a damaged journal goes on or is refused, and nothing fails over it", function()
  local output = searching.output()
  local bytes, options = journal_in_a_round(output, "anneal")
  local numbers = random.new(12)
  for _ = 1, 300 do
    local damaged = bytes
    for _ = 1, numbers:integer(1, 3) do
      local at, kind = numbers:integer(1, #damaged), numbers:integer(1, 4)
      local other = kind == 1 and "" or kind == 2 and "\n" or kind == 3 and "\0"
        or string.char(numbers:integer(0, 255))
      damaged = damaged:sub(1, at - 1) .. other .. damaged:sub(at + 1)
    end
    searching.write(output .. ".search", damaged)
    options.resume = true
    local queue, message, code = search.open(options)
    if queue then
      queue.journal:close()
      queue:summary()
    else
      assert(type(message) == "string" and code == "invalid", code)
    end
    search.load(output .. ".search")
  end
  searching.output()
end)

test("numbers that no search has are refused", function()
  local output = searching.output()
  local bytes, options = journal_in_a_round(output, "hill")
  for _, change in ipairs { { "lanes=3", "lanes=0" }, { "tries=5", "tries=-1" },
    { "(\nround .-simulations=)", "%1-" }, { "round=%d+", "round=0" },
    { "plane=%S+", "plane=,1,2" }, { "(\nresult .-ticks=)", "%1-" } } do
    local damaged, count = bytes:gsub(change[1], change[2], 1)
    equal(count, 1, change[1])
    searching.write(output .. ".search", damaged)
    contains(refused("invalid", search.load(output .. ".search")), "not complete")
    equal(reopen(options, damaged), false, change[1])
  end
  searching.output()
end)

test("what is no journal is refused", function()
  local output = searching.output()
  local options = searching.options { output = output, resume = true }
  for _, text in ipairs { "", "\n", "x", "0 press up\n", "# tmlua search 1", "# tmlua search 2\n",
    "# tmlua search 1\n", "# tmlua search 1\nround round=1 simulations=0 ticks=0\n",
    "# tmlua search 1\nsettings\n", "# tmlua search 1\n\n", ("\0"):rep(1000) } do
    equal(reopen(options, text), false)
    refused("invalid", search.load(output .. ".search"))
  end
  searching.output()
  refused("system", search.load(output .. ".search"))
end)

harness.run()
