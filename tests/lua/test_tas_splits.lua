-- Checkpoint splits: recorded, compared, as text, in files.
local splits = require "tas.splits"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local LAPS = { 6050, 10340, 12580, 17730, 22130, 26440, 28680, 33820, 38230, 42530, 44780, 49910 }

local function script(name)
  local path = ("%s/scripts/inputs/%s.txt"):format(os.getenv "TMLUA_ROOT" or ".", name)
  local file <close> = assert(io.open(path))
  return file:read "a"
end

test("a simulation of three laps is recorded, and its state has the same", function()
  local game = harness.simulation(script "laps", "laps")
  local run <close> = splits.watch(game, "rough")
  local run_of_state
  game:on("laps_count_changed", function(g, lap)
    if lap == 3 then run_of_state = splits.of_state(g:get_simulation_state(), "state") end
  end)
  equal(game:wait "simulation_end", 1)
  for _, one in ipairs { run, run_of_state } do
    equal(one.times, LAPS)
    equal(one.laps, { 17730, 33820, 49910 })
    equal({ one.target, one.finish }, { 12, 49910 })
  end
  equal({ run.name, run_of_state.name }, { "rough", "state" })
end)

test("a rewind takes back what is behind it, and a new race begins anew", function()
  local game = harness.race("sim:straight", 1000, { accelerate = true })
  local run <close> = splits.watch(game)
  local saved = game:get_simulation_state()
  game:wait "checkpoint_count_changed"
  local first = run.times[1]
  equal(#run.times, 1)
  game:wait "checkpoint_count_changed"
  equal(#run.times, 2)
  assert(game:rewind_to_state(saved))
  game:wait "checkpoint_count_changed"
  equal(run.times, { first })
  repeat until game:wait "checkpoint_count_changed" == 3
  equal(run.finish, 9990)
  game:give_up()
  repeat until game:step() == -10
  game:step(200)
  game:set_input_state { accelerate = true }
  game:wait "checkpoint_count_changed"
  equal({ #run.times, #run.laps, run.finish == nil }, { 1, 0, true })
  assert(run.times[1] > first)
end)

test("a rewind into another run has the times of that run", function()
  local game = harness.race("sim:straight", 1000, { accelerate = true })
  game:wait "checkpoint_count_changed"
  local fast = game:get_simulation_state()
  game:give_up()
  repeat until game:step() == 500
  game:set_input_state { accelerate = true }
  local run <close> = splits.watch(game)
  game:wait "checkpoint_count_changed"
  assert(run.times[1] > fast.race_time)
  assert(game:rewind_to_state(fast))
  repeat until game:wait "checkpoint_count_changed" == 3
  equal(run.times, splits.of_state(game:get_simulation_state()).times)
  equal({ run.times[1], run.finish, run.laps }, { fast.race_time, 9990, {} })
  game:step()
  equal(run.laps, { 9990 })
end)

test("who sees a rewind can cut the run", function()
  local run = splits.new { times = { 10, 20, 30 }, laps = { 20, 30 }, target = 3 }
  run:cut(30)
  equal({ run.times, run.laps, run.finish }, { { 10, 20, 30 }, { 20, 30 }, 30 })
  run:cut(29)
  equal({ run.times, run.laps, run.finish == nil }, { { 10, 20 }, { 20 }, true })
  run:cut(-1)
  equal({ run.times, run.laps }, { {}, {} })
end)

test("checkpoints from before the watch are filled in", function()
  local game = harness.race("sim:straight", 1000, { accelerate = true })
  game:wait "checkpoint_count_changed"
  local run <close> = splits.watch(game)
  game:wait "checkpoint_count_changed"
  equal(run.times, splits.of_state(game:get_simulation_state()).times)
  equal(#run.times, 2)
end)

test("a stopped watch records no more", function()
  local game = harness.race("sim:straight", 1000, { accelerate = true })
  local run = splits.watch(game)
  run:stop()
  run:stop()
  game:wait "checkpoint_count_changed"
  equal(run.times, {})
end)

local function three()
  return splits.new { name = "first", times = { 10000, 21000, 65250 }, target = 3 },
    splits.new { name = "second", times = { 9990, 21505 }, target = 3 },
    splits.new { name = "ärger", times = {}, target = 3 }
end

test("runs are compared checkpoint by checkpoint", function()
  local comparison = splits.compare { three() }
  equal(#comparison, 3)
  equal(comparison[1].times, { 10000, 9990 })
  equal(comparison[1].differences, { 0, -10 })
  equal(comparison[2].sections, { 11000, 11515 })
  equal({ comparison[1].best, comparison[1].best_run }, { 9990, 2 })
  equal({ comparison[2].best, comparison[2].best_run }, { 21000, 1 })
  equal(comparison.best_of, 9990 + 11000 + 44250)
  raises("list of runs expected", splits.compare, {})
end)

test("the comparison as a table", function()
  equal(splits.format { three() }, table.concat({
    "           first  second          ärger",
    "1          10.00    9.99   -0.01      -",
    "2          21.00  21.505  +0.505      -",
    "finish   1:05.25       -              -",
    "best of  1:05.24",
  }, "\n"))
end)

test("times as text", function()
  for ms, text in pairs { [0] = "0.00", [10] = "0.01", [5] = "0.005", [60000] = "1:00.00",
    [65250] = "1:05.25", [600001] = "10:00.001", [-70] = "-0.07" } do
    equal(splits.time_text(ms), text)
  end
end)

test("a file gives back the run exactly", function()
  local path = harness.path "splits.txt"
  local runs = { splits.new(), splits.new { name = "", times = { 1 } },
    splits.new { name = " a\\n\nb\r ", times = LAPS, laps = { 17730, -1 }, target = 12 } }
  for _, run in ipairs(runs) do
    equal(splits.save(run, path), true)
    equal(splits.load(path), run)
  end
  os.remove(path)
  local list <close> = assert(io.popen(("ls %s*.part* 2>/dev/null"):format(path)))
  equal(list:read "a", "")
end)

test("files that are damaged are refused, at every length", function()
  local path = harness.path "splits.txt"
  assert(splits.save(splits.new { name = "x", times = { 10, 20 }, target = 2 }, path))
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  local function load(content)
    local out <close> = assert(io.open(path, "wb"))
    out:write(content)
    out:close()
    return splits.load(path)
  end
  for size = 0, #text - 1 do contains(refused("invalid", load(text:sub(1, size))), path) end
  contains(refused("invalid", load((text:gsub("20", "zwei")))), path .. ":5")
  refused("invalid", load(text .. "checkpoint 30\n"))
  assert(load(text))
  assert(load((text:gsub("\n", "\r\n"))))
  os.remove(path)
  refused("system", splits.load(path))
  local missing = harness.path "no/such/folder"
  local message = refused("system", splits.save(splits.new(), missing))
  equal(message, missing .. ": No such file or directory") -- and not the name of the file beside it
end)

  -- Not the name of the file beside it.
-- What would be opened and renamed to save a run there. Nothing is: a device that was replaced
-- would be gone for everybody.
local function calls_of_saving(path)
  local calls, open, rename = {}, io.open, os.rename
  local file = { write = function() return true end, close = function() return true end }
  io.open = function(name) -- luacheck: ignore
    calls[#calls + 1] = name
    return file
  end
  os.rename = function(_, to) -- luacheck: ignore
    calls[#calls + 1] = "to " .. to
    return true
  end
  local ok, message = pcall(splits.save, splits.new(), path)
  io.open, os.rename = open, rename -- luacheck: ignore
  assert(ok, message)
  return calls
end

test("a device is written to, and not replaced", function()
  equal(calls_of_saving "/dev/null", { "/dev/null" })
  for _, path in ipairs { "/dev/shm/run.splits", "run.splits" } do
    local calls = calls_of_saving(path)
    contains(calls[1], path, ".part")
    equal(calls[2], "to " .. path)
  end
end)

harness.run()
