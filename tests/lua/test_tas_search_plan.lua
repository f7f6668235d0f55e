-- What is done next is a function of the settings, whoever does it, in whatever order, how often.
local plan = require "tas.search.plan"
local random = require "tas.search.random"
local record = require "tas.search.record"
local harness = require "harness"
local test, equal = harness.test, harness.equal

local STRATEGIES = { "hill", "brute", "anneal" }

local function settings(fields)
  local made = { target = "finish", from = 0, to = 1000, temperature = 20, last_temperature = 0.4,
    text = "0 press up\n" }
  for name, value in pairs(plan.DEFAULTS) do made[name] = value end
  made.simulations, made.lanes, made.tries = 100, 4, 7
  for name, value in pairs(fields or {}) do made[name] = value end
  return made
end

-- Does a lease without a game: a function of the lease alone, as a lane is.
local function work(made, lease)
  if lease.kind == "start" then
    return { id = lease.id, simulations = 1, ticks = 100, score = { 10000, 0 },
      plane = { 1.5, 2, 3, 0, 0, 1 }, tries = {}, scores = {} }
  end
  local numbers = random.new(made.seed, lease.round, lease.lane, #lease.text)
  local result = { id = lease.id, simulations = lease.count, ticks = numbers:integer(1, 1000),
    tries = {}, scores = {} }
  local best = lease.best
  for try = 1, lease.count do
    if numbers:number() < 0.1 then
      best = { best[1] - 10 * numbers:integer(0, 2), best[2] - numbers:number() }
      result.tries[#result.tries + 1] = try
      table.move(best, 1, 2, #result.scores + 1, result.scores)
      result.text, result.score = ("%d press up\n"):format(numbers:integer(0, 99) * 10), best
    end
  end
  if made.strategy == "anneal" then
    result.current = ("%d rel up\n"):format(numbers:integer(0, 99) * 10)
    result.current_score = { best[1] + 10 * numbers:integer(0, 3), numbers:number() }
  end
  return result
end

-- The whole plan as text.
local function text_of(made)
  local lines = {}
  for i, one in ipairs(made:records()) do lines[i] = record.write(one[1], one[2]) end
  return table.concat(lines, "\n")
end

-- One lease after the other, to the end; the number of leases.
local function in_order(made)
  local count = 0
  while true do
    local lease, why = made:lease "one"
    if not lease then
      equal(why, "done")
      return count
    end
    made:result(work(made.settings, lease))
    count = count + 1
  end
end

local function expected_of(fields)
  local made = plan.new(settings(fields))
  in_order(made)
  return made
end

-- Workers that come and go, and bring results late, twice, or never.
local function in_disorder(made, seed)
  local numbers, open, old, steps = random.new(seed), {}, {}, 0
  while not made:is_done() do
    steps = steps + 1
    assert(steps < 10000)
    local chance = numbers:number()
    if chance < 0.5 then
      local lease, why = made:lease(numbers:integer(1, 3))
      if lease then open[#open + 1] = lease else equal(why, "wait") end
    elseif chance < 0.8 and #open > 0 then
      local result = work(made.settings, table.remove(open, numbers:integer(1, #open)))
      old[#old + 1] = result
      made:result(result)
    elseif chance < 0.9 and #old > 0 then
      made:result(old[numbers:integer(1, #old)])
    else
      made:release(numbers:integer(1, 3)) -- and its result may come all the same
    end
  end
end

for _, strategy in ipairs(STRATEGIES) do
  test("results in any order make the same plan: " .. strategy, function()
    local expected = expected_of { strategy = strategy }
    for seed = 1, 60 do
      local made = plan.new(settings { strategy = strategy })
      in_disorder(made, seed)
      equal(text_of(made), text_of(expected), "seed " .. seed)
      equal({ made:lease(1) }, { nil, "done" })
    end
  end)

  test("simulations are exactly as many as asked for: " .. strategy, function()
    for _, count in ipairs { 1, 2, 6, 7, 8, 27, 28, 29, 100, 111 } do
      local made = expected_of { strategy = strategy, simulations = count }
      equal({ made.simulations, made:progress() }, { count, count })
    end
  end)

  test("a plan goes on from its records at every moment: " .. strategy, function()
    local expected = expected_of { strategy = strategy }
    local leases = in_order(plan.new(settings { strategy = strategy }))
    assert(leases > 10)
    for stop = 0, leases do
      local made = plan.new(settings { strategy = strategy })
      for _ = 1, stop do made:result(work(made.settings, made:lease "one")) end
      local list = {}
      for i, one in ipairs(made:records()) do
        list[i] = { record.read(record.write(one[1], one[2])) }
      end
      for _, result in pairs(made.results) do
        list[#list + 1] = { record.read(record.write("result", result)) }
      end
      local again = assert(plan.of_records(list))
      equal(again:progress(), made:progress())
      equal(text_of(again), text_of(made))
      in_order(again)
      equal(text_of(again), text_of(expected), "stopped after " .. stop)
    end
  end)
end

test("leases are handed out once, until they are released", function()
  local made = plan.new(settings())
  local start = made:lease "a"
  equal({ start.kind, start.count, start.text }, { "start", 1, "0 press up\n" })
  equal({ made:lease "b" }, { nil, "wait" })
  made:release "b"
  equal({ made:lease "b" }, { nil, "wait" })
  made:release "a"
  equal(made:lease("b").id, start.id)
  equal(made:result(work(made.settings, start)), true)
  equal(made:result(work(made.settings, start)), false)
  local seen = {}
  for lane = 1, 4 do
    local lease = made:lease(lane)
    equal({ lease.kind, lease.lane, lease.count, lease.first }, { "tries", lane, 7, 7 * lane - 7 })
    assert(not seen[lease.id])
    seen[lease.id] = true
  end
  equal({ made:lease "x" }, { nil, "wait" })
  made:release(3)
  equal(made:lease("x").lane, 3)
  equal(made:result { id = "9.9" }, false)
  made:stop()
  equal({ made:lease "x" }, { nil, "done" })
end)

test("each strategy begins where it should", function()
  local function second_round(strategy)
    local made = plan.new(settings { strategy = strategy, lanes = 2, tries = 1, simulations = 100 })
    made:result(work(made.settings, made:lease(1)))
    for lane, score in ipairs { { 9000, 0 }, { 8000, 0 } } do
      local lease = made:lease(lane)
      made:result { id = lease.id, simulations = 1, ticks = 1, tries = { 1 }, scores = score,
        text = "best " .. lane, score = score,
        current = strategy == "anneal" and "current " .. lane or nil, current_score = { 9500, 0 } }
    end
    local a, b = made:lease(1), made:lease(2)
    equal({ a.best, b.best }, { { 8000, 0 }, { 8000, 0 } })
    return { a.text, b.text }
  end
  equal(second_round "hill", { "best 2", "best 2" })
  equal(second_round "brute", { "0 press up\n", "0 press up\n" })
  equal(second_round "anneal", { "current 1", "current 2" })
end)

test("the history is what became better, by simulations", function()
  for _, strategy in ipairs(STRATEGIES) do
    local made, last = expected_of { strategy = strategy }, nil
    equal(made.history[1], { 0, 10000, 0 })
    for _, entry in ipairs(made.history) do
      assert(not last or entry[1] > last[1])
      assert(not last or entry[2] < last[2] or entry[2] == last[2] and entry[3] < last[3])
      last = entry
    end
    equal({ last[2], last[3] }, made.best.score)
  end
end)

test("more simulations go on where fewer have ended", function()
  local made = expected_of { simulations = 56 } -- two whole rounds
  made.settings.simulations = 100
  made = plan.of_records(made:records())
  in_order(made)
  equal(text_of(made), text_of(expected_of()))
end)

test("records that make no plan are refused, and nothing fails over them", function()
  local made = expected_of { strategy = "anneal" }
  local list = made:records()
  equal(plan.of_records {}, nil)
  equal(plan.of_records { list[2] }, nil)
  local numbers = random.new(6)
  local function one_less(fields)
    local rest, names = {}, {}
    for name, value in pairs(fields) do rest[name], names[#names + 1] = value, name end
    table.sort(names)
    if #names > 0 then rest[names[numbers:integer(1, #names)]] = nil end
    return rest
  end
  for _ = 1, 500 do
    local damaged = {}
    for i, one in ipairs(list) do damaged[i] = one end
    for _ = 1, numbers:integer(1, 3) do
      local place = numbers:integer(1, #damaged)
      if numbers:number() < 0.5 then
        table.remove(damaged, place)
      else
        damaged[place] = { damaged[place][1], one_less(damaged[place][2]) }
      end
      local result = work(made.settings, { id = "14.1", kind = "tries", count = 3, round = 14,
        lane = 1, text = "", best = { 1, 1 } })
      damaged[#damaged + 1] = { "result", one_less(result) }
    end
    local again = plan.of_records(damaged)
    if again then text_of(again) end
  end
end)

harness.run()
