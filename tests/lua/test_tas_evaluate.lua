-- Targets: what their texts say, and the scores they give a run that is known.
local evaluate = require "tas.evaluate"
local random = require "tas.search.random"
local trial = require "tas.search.trial"
local harness = require "harness"
local searching = require "searching"
local test, equal, near, raises, refused, contains = harness.test, harness.equal, harness.near,
  harness.raises, harness.refused, harness.contains

local GOOD = {
  ["finish"] = { checkpoint = "finish", unit = "s" },
  ["checkpoint:3"] = { checkpoint = 3, unit = "s" },
  ["checkpoint:12"] = { checkpoint = 12 },
  ["speed@12.00"] = { from = 12000, to = 12000, unit = "km/h" },
  ["speed@1:02.50"] = { from = 62500, to = 62500 },
  ["distance:1,-2.5,300@5.00"] = { from = 5000, to = 5000, unit = "m" },
  ["distance:0.1,1e-07,-0.25@5.00-6.00"] = { from = 5000, to = 6000 },
  ["trigger:1,2,3,4,5,6"] = { from = 0, to = math.huge, unit = "s" },
  ["trigger:1,2,3,4.5,5,6@7.00"] = { from = 7000, to = math.huge },
}

test("the text of a target says it, and is what it says of itself", function()
  for text, fields in pairs(GOOD) do
    local target = assert(evaluate.parse(text))
    equal(target.text, text)
    for name, value in pairs(fields) do equal(target[name], value, text .. " " .. name) end
  end
  equal(evaluate.parse("speed@12000").text, "speed@12.00")
  equal(evaluate.parse("distance:0,0,0@7000-6000").text, "distance:0,0,0@6.00-7.00")
end)

test("a text keeps all digits of a number", function()
  local numbers = random.new(1)
  for _ = 1, 200 do
    local x, y, z = numbers:number() * 1e4, numbers:number() / 3, -numbers:number() * 1e-9
    local text = evaluate.distance(x, y, z, 1000).text
    equal(evaluate.parse(text).text, text)
    local list = {}
    for number in text:match(":(.*)@"):gmatch "[^,]+" do list[#list + 1] = tonumber(number) end
    equal(list, { x, y, z })
  end
  equal(evaluate.trigger(1234.5678, 2, 3, 0.1, 1, 1).text, "trigger:1234.5678,2,3,0.1,1,1")
end)

local BAD = { "", "Finish", "finish:", "finish:1", "finish@", "finish@1.00", "checkpoint",
  "checkpoint:", "checkpoint:0", "checkpoint:-1", "checkpoint:1.5", "checkpoint:x",
  "checkpoint:1@2.00", "checkpoint:99999999999999999999", "speed", "speed@", "speed@x",
  "speed:1@2.00", "speed@1.00-2.00", "distance", "distance:1,2,3", "distance:1,2@3.00",
  "distance:1,2,3,4@3.00", "distance:1,,3@3.00", "distance:1,2,nan@3.00", "distance:1,2,1e999@3.00",
  "distance:1,2,x@3.00", "distance:1,2,3@", "trigger", "trigger:1,2,3,4,5", "trigger:1,2,3,4,5,6,7",
  "trigger:1,2,3,4,5,x", "trigger:1,2,3,4,5,6@", "trigger:1,2,3,4,5,6@1.00-2.00", "@", ":", "lua",
  "custom", "parse" }

test("what is no target is refused with its text", function()
  for _, text in ipairs(BAD) do
    contains(refused("invalid", evaluate.parse(text)), ("'%s' is no target: "):format(text))
  end
  for _, value in ipairs { 1, {}, true } do raises("string expected", evaluate.parse, value) end
  raises("string expected", evaluate.parse)
  for _, n in ipairs { 0, -1, 1.5, "1" } do raises("from 1", evaluate.checkpoint, n) end
end)

local function file(text)
  local path = harness.path "target.lua"
  searching.write(path, text)
  return path
end

test("a file that is no target is refused", function()
  refused("system", evaluate.parse "no/such/file.lua")
  for text, part in pairs { ["return 1 +"] = "near", ["error 'oops'"] = "oops",
    ["return 1"] = "function 'measure'", ["return {}"] = "function 'measure'",
    ["return { measure = 1 }"] = "function 'measure'",
    ["return { measure = print }"] = "'from' must be a race time",
    ["return { measure = print, from = 1.5, to = 2 }"] = "'from' must be a race time",
    ["return { measure = print, from = 1 }"] = "'to' must be a race time" } do
    local path = file(text)
    local _, message, code = evaluate.parse(path)
    contains(message, part)
    equal(code, text == "return 1 +" and "system" or "invalid", text)
  end
  os.remove(harness.path "target.lua")
end)

test("the smaller first number is better, then the smaller second one", function()
  local list = { { 1, 2 }, { 1, 2.5 }, { 2, -9 }, { 2, 0 }, { 3, -10 } }
  for i, a in ipairs(list) do
    assert(evaluate.is_better(a, nil) and not evaluate.is_better(nil, a))
    for k, b in ipairs(list) do equal(evaluate.is_better(a, b), i < k) end
  end
  equal(evaluate.is_better(nil, nil), false)
  equal(evaluate.difference({ 110, -2.5 }, { 100, 1.5 }), 6.0)
end)

test("scores for people", function()
  local function show(text, ...) return evaluate.parse(text):show { ... } end
  equal(show("finish", 43250, 0), "43.25 s")
  equal(show("finish", 43250, -4.5), "43.25 s (-4.5 ms)")
  equal(show("checkpoint:1", 62500, 3.25), "1:02.50 s (+3.2 ms)")
  equal(show("speed@1.00", -100.25, 0), "100.250 km/h")
  equal(show("distance:0,0,0@1.00", 1.5, 0), "1.500 m")
  equal(evaluate.custom("mine", 0, 10, print):show { 2.5, 0 }, "2.5")
end)

-- Known runs --------------------------------------------------------------------------------------

local FULL_GAS = "0 press up\n"

-- The score of a run of that script, and the game where the run has ended.
local function score_of(target, text)
  local game = searching.game()
  if type(target) == "string" then target = assert(evaluate.parse(target)) end
  local player <close> = assert(trial.open(game, target, 0, 0))
  local events = assert(searching.script(text or FULL_GAS):to_events(player.names))
  local score, message, code = player:set(events)
  return score, message or game, code
end

-- What a function of the state has been at each step of a run to that time.
local function values(last, fn)
  local game, list = searching.game(), {}
  local player <close> = assert(trial.open(game, evaluate.speed(last), 0, 0))
  local hook = game:on("simulation_step", function(_, time)
    if time >= 0 then list[time] = fn(game:get_simulation_state()) end
  end)
  assert(player:set(assert(searching.script(FULL_GAS):to_events(player.names))))
  hook:cancel()
  return list
end

local function speed_of(state)
  local x, y, z = state:unpack "velocity"
  return 3.6 * math.sqrt(x * x + y * y + z * z)
end

test("the finish and checkpoints of a known run", function()
  equal(score_of "finish", { 9990, -0.0 })
  equal(score_of "checkpoint:3", { 9990, -0.0 })
  local first, second = score_of "checkpoint:1", score_of "checkpoint:2"
  assert(0 < first[1] and first[1] < second[1] and second[1] < 9990, first[1])
  local _, game = score_of "checkpoint:2"
  equal(game.time, second[1])
  local none, nothing, code = score_of("checkpoint:4")
  equal({ none, type(nothing), code }, { nil, "userdata", nil })
end)

test("the speed at a time", function()
  local speeds = values(3000, speed_of)
  equal(score_of "speed@3.00"[1], -speeds[3000])
  equal(score_of "speed@1.50"[1], -speeds[1500])
  equal(score_of "speed@0"[1], -speeds[0])
  near(speeds[3000], 137, 15)
end)

test("the distance at a time, and the least of a span", function()
  local places = values(4000, function(state) return { state:unpack "position" } end)
  local x, y, z = table.unpack(places[2500])
  local text = ("@%.17g,%.17g,%.17g"):format(x, y, z):sub(2)
  equal(score_of(("distance:%s@2.50"):format(text))[1], 0.0)
  equal(score_of(("distance:%s@2.00-3.00"):format(text))[1], 0.0)
  near(score_of(("distance:%s@3.00"):format(text))[1], places[3000][3] - z, 1e-4)
  near(score_of(("distance:%s@3.00-4.00"):format(text))[1], places[3000][3] - z, 1e-4)
  near(score_of(("distance:%s@1.00-2.00"):format(text))[1], z - places[2000][3], 1e-4)
  local _, game = score_of(("distance:%s@2.00-3.00"):format(text))
  equal(game.time, 3000)
end)

test("the first time inside of a box", function()
  local places = values(4000, function(state) return { state:unpack "position" } end)
  local z = places[2500][3]
  equal(evaluate.parse(("trigger:-5,-5,%.17g,10,10,20"):format(z)).from, 0)
  local score, game = score_of(("trigger:-5,-5,%.17g,10,10,20"):format(z))
  equal({ score[1], game.time }, { 2500, 2500 })
  equal(score_of(("trigger:-5,-5,%.17g,10,10,20"):format(z + 1e-9))[1], 2510)
  equal(score_of(("trigger:-5,-5,%.17g,10,10,20@2.60"):format(z))[1], 2600)
  equal((score_of(("trigger:5,-5,%.17g,10,10,20"):format(z))), nil)
  equal((score_of(("trigger:-5,-5,%.17g,10,10,0.01@3.00"):format(z))), nil)
end)

test("a function of one's own", function()
  local times = {}
  local target = evaluate.custom("own", 1000, 1200, function(state, time, game)
    equal({ state.race_time, game.time }, { time, time })
    times[#times + 1] = time
    if time < 1100 then return nil end
    return math.abs(time - 1150)
  end)
  local score, game = score_of(target)
  equal({ score, game.time, #times, times[1], times[21] }, { { 0, 0 }, 1200, 21, 1000, 1200 })
  score, game = score_of(evaluate.custom("own", 1000, 1200, function(_, time)
    return 1, time == 1050
  end))
  equal({ score[1], game.time }, { 1, 1050 })
  equal((score_of(evaluate.custom("own", 1000, 1200, function() end))), nil)
  for _, value in ipairs { "text", 0 / 0, true } do
    raises("own: a number or nil expected, got", score_of,
      evaluate.custom("own", 1000, 1200, function() return value end))
  end
end)

test("a file with a function", function()
  local path = file [[return { from = 1000, to = 1500, measure = function(state, time)
    return -time, time == 1300
  end }]]
  equal(evaluate.parse(path).text, path)
  local score, game = score_of(path)
  equal({ score, game.time }, { { -1300, 0 }, 1300 })
  os.remove(path)
end)

test("a time far behind the last input is reached", function()
  equal(score_of "speed@14.00"[2], 0)
end)

-- A run with a push of that many m/s at 9.5 s.
local function finish_with(target, push)
  local game = searching.game()
  local player <close> = assert(trial.open(game, target, 0, 5000))
  local done
  local hook = game:on("simulation_step", function(_, time)
    if time ~= 9500 or done then return end
    done = true
    local state = game:get_simulation_state()
    state.velocity[3] = state.velocity[3] + push
    assert(game:rewind_to_state(state))
  end)
  local score = assert(player:set(assert(searching.script(FULL_GAS):to_events(player.names))))
  hook:cancel()
  game:close()
  return score
end

test("who is earlier within a tick has the better score, across ticks too", function()
  local target = evaluate.finish()
  equal(finish_with(target, 0.0), { 9990, -0.0 })
  local before, ticks = finish_with(target, -3.0), {}
  for push = -2.9, 3.0, 0.1 do
    local score = finish_with(target, push)
    assert(evaluate.is_better(score, before), ("%g: %d %g"):format(push, score[1], score[2]))
    assert(math.abs(score[2]) <= 10, score[2])
    ticks[score[1]], before = true, score
  end
  local count = 0
  for _ in pairs(ticks) do count = count + 1 end
  assert(count >= 3, count)
end)

harness.run()
