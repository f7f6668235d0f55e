-- Searches: the same seed finds the same, with one game or two, and what is written plays.
local tm = require "tm"
local evaluate = require "tas.evaluate"
local inputs = require "tas.inputs"
local player = require "tas.player"
local search = require "tas.search"
local harness = require "harness"
local searching = require "searching"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local STRATEGIES = { "hill", "brute", "anneal" }

-- Two games in two tasks, which take leases as they come.
local function with_two(fields)
  local queue = assert(search.open(searching.options(fields)))
  local leases, tasks = {}, {}
  for worker = 1, 2 do
    local game = searching.game()
    tasks[worker] = tm.task(function()
      assert(search.work(queue, game, { name = worker, wait = function() tm.sleep(0.001) end,
        tried = function() leases[worker] = (leases[worker] or 0) + 1 end }))
    end)
  end
  local deadline = tm.now() + 20
  while tasks[1].status ~= "finished" or tasks[2].status ~= "finished" do
    assert(tm.now() < deadline, "the workers do not end")
    tm.sleep(0.001)
  end
  return searching.outcome(queue), leases
end

for _, strategy in ipairs(STRATEGIES) do
  test("the same seed finds the same, another one something else: " .. strategy, function()
    local queue, first = searching.run { strategy = strategy, seed = 5 }
    local _, again = searching.run { strategy = strategy, seed = 5 }
    equal(again, first)
    local _, other = searching.run { strategy = strategy, seed = 6 }
    assert(other[4] ~= first[4])
    local summary = queue:summary()
    equal({ summary.simulations, summary.first_score[1] }, { 60, 10100 })
    assert(evaluate.is_better(summary.score, summary.first_score))
    equal(summary.first, "10.10 s")
  end)

  test("two games find what one finds: " .. strategy, function()
    local _, expected = searching.run { strategy = strategy }
    local found, tries = with_two { strategy = strategy }
    equal(found, expected)
    equal(tries[1] + tries[2], 60)
    assert(tries[1] > 0 and tries[2] > 0)
  end)
end

-- A search whose first run is done, with two leases.
local function begun(output)
  local queue = assert(search.open(searching.options { lanes = 2, output = output }))
  assert(queue:result { id = queue:lease(1).id, simulations = 1, ticks = 1, score = { 10100, 0 },
    plane = {}, tries = {}, scores = {} })
  return queue, queue:lease(1), queue:lease(2)
end

test("of several runs that are as good the first lane's counts, whoever was sooner", function()
  local output = searching.output()
  for _, order in ipairs { { 1, 2 }, { 2, 1 } } do
    searching.output()
    local queue, a, b = begun(output)
    contains(searching.read(output), "# finish: 10.10 s\n0 press up\n")
    local leases = { a, b }
    for _, lane in ipairs(order) do
      local text, score = ("%d press up\n"):format(lane * 10), { 10000, -1.5 }
      assert(queue:improved { score = score, text = text, simulation = lane })
      contains(searching.read(output), ("\n%d press up\n"):format(order[1] * 10))
      assert(queue:result { id = leases[lane].id, simulations = 5, ticks = 1, score = score,
        text = text, tries = { 1 }, scores = score })
    end
    equal({ queue:best() }, { { 10000, -1.5 }, "10 press up\n" })
    equal(searching.read(output), "# finish: 10.00 s (-1.5 ms)\n10 press up\n")
    queue.journal:close()
    equal(assert(search.load(output .. ".search")).score, { 10000, -1.5 })
  end
  searching.output()
end)

test("a search ends with what it was asked for, whatever the numbers", function()
  for _, fields in ipairs { { simulations = 1 }, { simulations = 7, lanes = 1, tries = 100 },
    { simulations = 10, lanes = 100, tries = 3 }, { simulations = 5, temperature = 0,
    strategy = "anneal" }, { simulations = 5, last_temperature = 0, strategy = "anneal" },
    { simulations = 5, cut = 0 }, { simulations = 5, steer = 0, time = 0, stretch = 0, slide = 0,
    insert = 0 } } do
    local queue = searching.run(fields)
    equal(queue:summary().simulations, fields.simulations)
  end
end)

test("options that make no sense raise errors", function()
  for text, fields in pairs { ["strategy must be"] = { strategy = "magic" },
    ["simulations must be a whole number of at least 1, not 0"] = { simulations = 0 },
    ["simulations must be a whole number"] = { simulations = 1.5 },
    ["lanes must be a whole number of at least 1"] = { lanes = -1 },
    ["seed must be a whole number"] = { seed = "x" }, ["from must be"] = { from = -10 },
    ["max_time must be a whole number of at least 10"] = { max_time = 5 },
    ["steer must be a number of at least 0, not"] = { steer = 0 / 0 },
    ["temperature must be"] = { temperature = math.huge },
    ["cut must be a whole number"] = { cut = -1 },
    ["the window ends before it begins"] = { from = 9000, to = 8000 },
    ["one of steer, time, stretch, slide, insert, remove must be above 0"] = { steer = 0, time = 0,
      stretch = 0, slide = 0, insert = 0, remove = 0 } } do
    local function open() search.open(searching.options(fields)) end
    contains(raises(text, open), "test_tas_search.lua:") -- which has called it
  end
  for _, script in ipairs { "0 press up", {}, false } do
    local function open() search.open { script = script } end
    contains(raises("script must be a script of tas.inputs, not " .. type(script), open),
      "test_tas_search.lua:")
  end
  raises("the window ends before it begins", search.open, searching.options {
    from = 8001, to = 8009 })
  contains(refused("invalid", search.open(searching.options { target = "fast" })), "no target")
  refused("system", search.open(searching.options { target = "no/such.lua" }))
end)

test("inputs that do not reach the target are refused", function()
  local queue = assert(search.open(searching.options { target = "checkpoint:9" }))
  equal(refused("invalid", search.work(queue, searching.game())),
    "the inputs do not reach the target 'checkpoint:9'")
  queue = assert(search.open(searching.options { target = "speed@5.00" }))
  contains(refused("invalid", search.work(queue, searching.game())), "before the window begins")
end)

test("a run without inputs is one, and windows between ticks are rounded inwards", function()
  for _, text in ipairs { "", "# nothing\n", "set speed 2\n", "0 press nothing\n" } do
    local queue = searching.run { script = searching.script(text), target = "speed@1.00", from = 0,
      to = 1000, simulations = 5 }
    equal(queue:summary().score[1], 0.0)
  end
  local queue = assert(search.open(searching.options { from = 8001, to = 9599 }))
  equal({ queue:settings().from, queue:settings().to }, { 8010, 9590 })
  assert(search.work(queue, searching.game()))
  queue = assert(search.open { script = searching.script "0 press up\n1234 rel up\n" })
  equal({ queue:settings().from, queue:settings().to }, { 0, 1240 })
end)

-- What is written ---------------------------------------------------------------------------------

local MIXED = [[
# my run
set speed 1000
press up
0 press horn # beep
8000 steer 6000; 8200 steer 0
8300 set speed 1000
# brakes
8400-8500 press down
8501 steer -500
8509 steer 80000
8600 steer 0

9000-9150 press down
9500 load other.txt]]

test("lines that are no inputs stay, and inputs are as they act", function()
  local output = searching.output()
  local options = { script = searching.script(MIXED), output = output }
  local queue = searching.run(options)
  local text = searching.read(output)
  contains(text, "\n# my run\nset speed 1000\n", "\n8300 set speed 1000\n", "# brakes\n",
    "\n9500 load other.txt\n", "\n0 press up\n0 press horn\n")
  equal(text:sub(1, 10), "# finish: ")
  local _, inputs_text = queue:best()
  equal(text:sub(-#inputs_text), inputs_text)
  contains(queue:settings().text, "8510 steer 65536\n", "8400 press down\n8500 rel down\n")
  -- and once more, from what was written
  options.script, options.overwrite = assert(inputs.load(output)), true
  searching.run(options)
  local _, titles = searching.read(output):gsub("# finish: ", "")
  equal(titles, 1)
  contains(searching.read(output), "# my run\nset speed 1000\n", "\n8300 set speed 1000\n")
  searching.output()
end)

for _, text in ipairs { searching.TEXT, MIXED, (searching.TEXT:gsub("\n", "\r\n")) } do
  test("what is written plays to the time that it says, in both contexts", function()
    for seed = 1, 3 do
      local output = searching.output()
      local queue = searching.run { script = searching.script(text), output = output, seed = seed }
      local score = queue:summary().score
      local script = assert(inputs.load(output))
      assert(not script:text():find "load" or script:remove(function(e) return e[1] == "load" end))
      contains(searching.read(output), inputs.format_time(score[1]))
      for _, game in ipairs { searching.game(), harness.game "sim:straight" } do
        local result = assert(player.play(game, script))
        equal(result.finish, score[1])
        game:close()
      end
      searching.output()
    end
  end)
end

test("better runs are told at once, when they are written, and each is better", function()
  local output, last, count = searching.output(), nil, 0
  local queue = searching.run { output = output, simulations = 200,
    on_improved = function(score, text, simulation)
      assert(evaluate.is_better(score, last))
      contains(searching.read(output), text)
      contains(searching.read(output .. ".search"), "\nimproved ")
      assert(simulation >= 1 and simulation <= 200)
      last, count = score, count + 1
    end }
  assert(count > 3)
  local score, text = queue:best()
  equal({ score, queue:summary().score }, { last, last })
  equal(queue:script():text(), text)
  searching.output()
end)

test("without an output nothing is written, and the best is known", function()
  local queue = assert(search.open(searching.options()))
  equal({ queue:best(), queue:script() }, {})
  assert(search.work(queue, searching.game()))
  assert(queue:best() and queue:script())
end)

test("an output that cannot be written ends the search at once", function()
  local options = searching.options { output = harness.path "no/such/folder/better.txt" }
  contains(refused("system", search.open(options)), "no/such/folder/better.txt.search")
end)

test("an output that can no longer be written ends the search at once", function()
  local folder, tries = harness.path "folder", nil
  assert(os.execute(("mkdir '%s'"):format(folder)))
  local options = searching.options { output = folder .. "/better.txt", simulations = 1000 }
  function options.on_improved()
    if not tries then assert(os.rename(folder, folder .. ".gone")) end
    tries = 0
  end
  local queue = assert(search.open(options))
  local message = refused("system", search.work(queue, searching.game(),
    { tried = function() tries = tries and tries + 1 end }))
  contains(message, folder .. "/better.txt")
  assert(tries < 20, tries)
  queue.journal:close()
  local best = queue:best()
  -- and what was found is not lost
  assert(os.rename(folder .. ".gone", folder))
  options.resume, options.on_improved = true, nil
  queue = assert(search.open(options))
  equal(queue:best(), best)
  contains(searching.read(options.output), select(2, queue:best()))
  os.execute(("rm -r '%s'"):format(folder))
end)

test("a journal that can no longer be written ends the search at once", function()
  local output = searching.output "full"
  local queue = assert(search.open(searching.options { output = output, simulations = 1000 }))
  queue.journal.file = assert(io.open("/dev/full", "ab"))
  refused("system", search.work(queue, searching.game()))
  queue.journal:close()
  searching.output "full"
end)

-- The command lines of the workers that `tas search` starts, for addresses that were given.
local function workers_of(addresses, count)
  local lines = {}
  local env = { tm = tm, program = "tmlua", processors = 2, err = { write = function() end },
    addresses = function() return addresses end,
    simulating = function(address) return address end,
    progress = function() return { clear = function() end } end,
    fail = function(message) return message end,
    start = function(words)
      lines[#lines + 1] = table.concat(words, " ", 1, #words - 1) -- the last is the queue's port
      if #lines == count then return nil, "no more" end
      return { close = function() end }
    end }
  local path, output = harness.path "run.txt", searching.output "workers.txt"
  searching.write(path, searching.TEXT)
  local options = { output = output, workers = count, target = "finish", simulations = 10,
    weight = {}, overwrite = true }
  equal(require("tas.commands.search").run(env, options, { path }), "no more")
  searching.output "workers.txt"
  os.remove(path)
  return lines
end

test("workers take the addresses in turn, and without one the first game that runs", function()
  equal(workers_of({ "a:", "b:" }, 3), { "tmlua tas work -a a:", "tmlua tas work -a b:",
    "tmlua tas work -a a:" })
  equal(workers_of({}, 2), { "tmlua tas work", "tmlua tas work" })
end)

test("each kind of target can be searched for", function()
  for _, target in ipairs { "checkpoint:3", "speed@9.90", "distance:0,0,470@9.00-9.80",
    "trigger:-50,-5,460,100,10,20@8.00" } do
    local queue = searching.run { target = target, simulations = 40, seed = 3 }
    local summary = queue:summary()
    assert(evaluate.is_better(summary.score, summary.first_score), target)
  end
end)

harness.run()
