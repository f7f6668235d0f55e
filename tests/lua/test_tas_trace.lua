-- What the car did, tick by tick: recorded, cut, in files.
local inputs = require "tas.inputs"
local player = require "tas.player"
local splits = require "tas.splits"
local trace = require "tas.trace"
local harness = require "harness"
local test, equal, near, refused, contains = harness.test, harness.equal, harness.near,
  harness.refused, harness.contains

local COLUMNS = { "times", "x", "y", "z", "speed", "steer", "gas", "accelerate", "brake" }

local function script(text)
  return assert(inputs.parse(text))
end

-- All the lists, to be compared.
local function lists(one)
  local all = {}
  for _, column in ipairs(COLUMNS) do
    all[column] = table.move(one[column], 1, #one.times, 1, {})
  end
  return all
end

local function check_lengths(one, count)
  for _, column in ipairs(COLUMNS) do equal(#one[column], count, column) end
end

local DRIVE = [[
press up
500 press left; 520 rel left; 520 press right; 540 rel right
1000 steer -700; 1020 steer 300; 1020 press left; 1040 steer 0; 1050 rel left
1060 press left; 1060 press right; 1070 rel left; 1070 rel right
2000 gas -65536; 2000 rel up; 2100 gas 0; 2100 press up; 2200 press down; 2210 rel down
]]

-- A trace of a drive of its own, and the game at its end.
local function traced(context, text, options)
  local game = context == "run" and harness.game "sim:straight" or harness.simulation ""
  local one = trace.watch(game, context)
  local result = assert(player.play(game, script(text or DRIVE), options))
  one:stop()
  return one, result
end

test("a trace of each tick, the same in both contexts", function()
  local run, result = traced "run"
  local simulation = traced "simulation"
  check_lengths(run, result.finish // 10 + 1)
  equal(lists(run), lists(simulation))
  equal({ run.name, run.splits.name, run.splits.times, run.splits.finish },
    { "run", "run", result.splits.times, result.finish })
  local last = #run.times
  equal({ run.times[1], run.times[2], run.times[last] }, { 0, 10, result.finish })
  equal({ run.x[last], run.y[last], run.z[last] }, { result.state.position:unpack() })
  near(run.speed[last], result.state.display_speed, 1)
  assert(run.speed[last] >= result.state.display_speed)
end)

local EXPECTED = { -- time, steer, gas, accelerate, brake
  { 0, 0, 0, 1, 0 }, { 490, 0, 0, 1, 0 }, { 500, -65536, 0, 1, 0 }, { 510, -65536, 0, 1, 0 },
  { 520, 65536, 0, 1, 0 }, { 530, 65536, 0, 1, 0 }, { 540, 0, 0, 1, 0 }, { 990, 0, 0, 1, 0 },
  { 1000, -700, 0, 1, 0 }, { 1010, -700, 0, 1, 0 }, { 1020, 300, 0, 1, 0 },
  { 1030, 300, 0, 1, 0 }, { 1040, -65536, 0, 1, 0 }, { 1050, 0, 0, 1, 0 }, { 1060, 0, 0, 1, 0 },
  { 1990, 0, 0, 1, 0 }, { 2000, 0, -65536, 0, 0 }, { 2090, 0, -65536, 0, 0 },
  { 2100, 0, 0, 1, 0 }, { 2200, 0, 0, 1, 1 }, { 2210, 0, 0, 1, 0 },
}

local function check_inputs(one)
  for _, row in ipairs(EXPECTED) do
    local i = one:at(row[1])
    equal({ one.times[i], one.steer[i], one.gas[i], one.accelerate[i], one.brake[i] }, row)
  end
end

test("inputs are those that act in the tick, whoever hears of it first", function()
  check_inputs((traced("run", DRIVE, { until_time = 3000 })))
  check_inputs((traced("simulation", DRIVE, { until_time = 3000 })))
  for _, game in ipairs { harness.race("sim:straight", -10), harness.simulation "" } do
    local made = assert(player.start(game, script(DRIVE), { until_time = 3000, restart = false }))
    local one <close> = trace.watch(game) -- behind the player in every call
    assert(made:wait())
    equal(one.name, "trace")
    if game.context == "run" then -- the watch has begun when what acts at 0 had been set
      check_inputs(one)
    end
  end
end)

for _, context in ipairs { "run", "simulation" } do
  test("a rewind takes back what is behind it: " .. context, function()
    local game = context == "run" and harness.game "sim:straight" or harness.simulation ""
    local one = trace.watch(game)
    local saved, rewinds, passed = nil, 0, nil
    game:once("checkpoint_count_changed", function(g) passed = g.time + 10 end)
    local result = assert(player.play(game, script(DRIVE), { step = function(g, time)
      if passed and not saved then passed = time end
      if time == 3000 then saved = g:get_simulation_state() end
      if time == 8000 and rewinds < 2 then
        rewinds = rewinds + 1
        equal(#one.times, 801)
        assert(g:rewind_to_state(saved))
      end
    end }))
    equal(rewinds, 2)
    one:stop()
    one:stop()
    equal(lists(one), lists((traced(context))))
    equal({ one.splits.times, one.splits.finish }, { result.splits.times, result.finish })
  end)
end

test("a rewind to right before a checkpoint, and one over it", function()
  local game = harness.race("sim:straight", 0, { accelerate = true })
  local one <close> = trace.watch(game)
  local before, early
  repeat
    if game.time == 2000 then early = game:get_simulation_state() end
    before = game:get_simulation_state()
    game:step()
  until one.splits.times[1]
  local first = one.splits.times[1]
  equal(before.race_time, first - 10)
  assert(game:rewind_to_state(before))
  equal(game:step(), first)
  equal({ one.splits.times, one.times[#one.times] }, { { first }, first })
  assert(game:rewind_to_state(early))
  game:step()
  equal({ one.splits.times, one.times[#one.times] }, { {}, 2010 })
end)

test("another race begins anew, at 0 and not before", function()
  local game = harness.race("sim:straight", 0, { accelerate = true })
  local one <close> = trace.watch(game)
  game:step(50)
  check_lengths(one, 50)
  game:give_up()
  repeat until game:step() == -10
  check_lengths(one, 50)
  game:step()
  check_lengths(one, 1)
  equal({ one.times[1], one.speed[1] }, { 0, 0.0 })
end)

test("the index of a time", function()
  local one = traced("run", "0 press up", { until_time = 1000 })
  equal({ one:at(0), one:at(9), one:at(10), one:at(999), one:at(1000), one:at(9999) },
    { 1, 1, 2, 100, 101, 101 })
  equal({ one:at(-1) == nil, one:at(-10) == nil }, { true, true })
end)

test("a file gives back the trace exactly", function()
  local path = harness.path "trace.csv"
  local one = traced("run")
  one.name = "a\\n\nb\r "
  equal(one:save(path), true)
  local loaded = assert(trace.load(path))
  equal(lists(loaded), lists(one))
  equal({ loaded.name, loaded.splits.times, loaded.splits.laps, loaded.splits.target,
    loaded.splits.finish }, { "a\\n\nb\r ", one.splits.times, one.splits.laps, 3,
    one.splits.finish })
  equal(splits.compare({ loaded.splits, one.splits })[3].differences[2], 0)
  loaded:stop()
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  contains(text, "\ntime,x,y,z,speed,steer,gas,accelerate,brake\n0,0,")
  assert(not text:find "\nb")
  os.remove(path)
  local list <close> = assert(io.popen(("ls %s*.part* 2>/dev/null"):format(path)))
  equal(list:read "a", "")
end)

test("files that are damaged are refused, with line and column", function()
  local path = harness.path "damaged.csv"
  local one = traced("run", "0 press up", { until_time = 20 })
  one.splits.target = 3
  assert(one:save(path))
  local file = assert(io.open(path, "rb"))
  local text = file:read "a"
  file:close()
  local function load(content)
    local out <close> = assert(io.open(path, "wb"))
    out:write(content)
    out:close()
    return trace.load(path)
  end
  for size = 0, #text - 1 do contains(refused("invalid", load(text:sub(1, size))), path) end
  assert(load((text:gsub("\n", "\r\n"))))
  for change, where in pairs {
    ["\n10,"] = { "\n1x,", ":6:1: a time in ms" }, ["\n20,"] = { "\n10,", ":7:1: times must rise" },
    ["\n10,0,"] = { "\n10,0x1,", ":6:4: a number" }, [",1,0\n20"] = { ",2,0\n20", ": 0 or 1" },
    [",1,0\n10"] = { ",1\n10", ": there are less than 9" },
    [",1,0\n# end"] = { ",1,0,\n# end", ": there are more than 9" },
    ["time,x"] = { "time,y", ":4:1: the line of the columns" },
    ["# tmlua trace 1"] = { "# tmlua trace 2", ":1:1: this is no trace" },
    ["# target 3"] = { "# target 0", ":3:1:" }, ["# end\n"] = { "# end\n\n", ":9:1: there is" },
  } do
    local from, to = text:find(change, 1, true)
    assert(from, change)
    local message = refused("invalid", load(text:sub(1, from - 1) .. where[1] .. text:sub(to + 1)))
    contains(message, path .. ":", where[2])
  end
  os.remove(path)
  refused("system", trace.load(path))
  refused("system", one:save(harness.path "no/such/folder"))
end)

harness.run()
