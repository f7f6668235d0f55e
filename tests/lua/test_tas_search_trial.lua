-- A game that tries inputs: what it finds is what a run from the start finds, or an error.
local evaluate = require "tas.evaluate"
local mutate = require "tas.search.mutate"
local random = require "tas.search.random"
local search = require "tas.search"
local trial = require "tas.search.trial"
local harness = require "harness"
local searching = require "searching"
local test, equal, refused, contains = harness.test, harness.equal, harness.refused,
  harness.contains

local FROM <const>, TO <const> = 8000, 9600

local function events_of(player, text)
  local events = assert(searching.script(text):to_events(player.names))
  events:sort()
  return events
end

local function open(target, options, track)
  if type(target) == "string" then target = assert(evaluate.parse(target)) end
  return assert(trial.open(searching.game(track), target or evaluate.finish(), FROM, TO, options))
end

-- The score of a run from the start, and its state at a race time.
local function from_start(player, events, time)
  local score = player:set(events)
  local game = player.game
  assert(game:set_event_buffer(events) and game:rewind_to_state(player.start))
  repeat until game:step() == time
  return score, game:get_simulation_state()
end

for _, text in ipairs { "finish", "checkpoint:3", "speed@9.70", "distance:0,0,100@9.00-9.80" } do
  test("a try is what a run from the start is, bit by bit: " .. text, function()
    local player <close> = open(text)
    local other <close> = open(text)
    local target = player.target
    local events, steps = events_of(player), 0
    assert(player:set(events))
    local mutator = mutate.new(events, FROM, TO, {})
    for i = 1, 40 do
      local candidate, changed = mutator:make(random.new(i))
      local score = player:try(candidate, changed)
      local state = player.game:get_simulation_state()
      candidate:sort()
      other.target.plane, other.gate = target.plane, nil
      local expected, same = from_start(other, candidate, player.game.time)
      equal(score, expected)
      equal(#state:diff(same), 0, text .. " " .. i)
      if i % 3 == 0 and score then -- and goes on from it
        assert(player:adopt(candidate, changed, score))
        mutator:take(candidate)
        steps = steps + 1
      end
    end
    assert(steps > 5)
  end)
end

test("a try plays the tail alone", function()
  local player <close> = open()
  local events = events_of(player)
  local score = assert(player:set(events))
  equal(player.ticks, (score[1] - player.start.race_time) // 10)
  for changed, from in pairs { [8000] = 7990, [8010] = 8000, [9000] = 8990, [9600] = 9590,
    [9005] = 8990, [9700] = 9600 } do
    local before = player.ticks
    assert(player:try(events, changed))
    equal(player.ticks - before, (score[1] - from) // 10, tostring(changed))
  end
  local before = player.ticks
  assert(player:adopt(events, 9000, score))
  equal(player.ticks - before, (score[1] - 8990) // 10)
end)

test("a long window has fewer states, and tries begin a little earlier", function()
  local target = evaluate.finish()
  local player <close> = assert(trial.open(searching.game(), target, 0, 9600))
  local events = events_of(player)
  local score = assert(player:set(events))
  assert(#player.states <= 400, #player.states)
  for _, changed in ipairs { 0, 10, 500, 5000, 9600 } do
    local before = player.ticks
    equal(player:try(events, changed), score)
    local ticks = player.ticks - before
    local most = (score[1] - changed) // 10 + 1 + player.every // 10
    assert(ticks <= most and ticks >= (score[1] - changed) // 10, ticks)
  end
end)

test("a hopeless try ends at the limit", function()
  local player <close> = open()
  local score = assert(player:set(events_of(player)))
  local worse = events_of(player, searching.TEXT .. "9200 press down\n")
  local before = player.ticks
  equal((player:try(worse, 9200, score[1])), nil)
  equal(player.game.time, score[1])
  equal(player.ticks - before, (score[1] - 9190) // 10)
  local late = assert(player:try(worse, 9200, score[1] + 5000))
  assert(late[1] > score[1])
  equal(assert(player:try(worse, 9200)), late)
end)

test("a try that is late at a checkpoint is given up there", function()
  local player <close> = assert(trial.open(searching.game(), evaluate.finish(), 1000, 2000,
    { cut = 50 }))
  local events = events_of(player)
  local score = assert(player:set(events))
  local split = player.best_splits[1]
  assert(split > 2000 and split < score[1])
  local late = events_of(player, searching.TEXT .. "1500 rel up\n1900 press up\n")
  equal((player:try(late, 1500)), nil)
  local given_up = player.game.time
  equal(player.splits[1], given_up)
  assert(given_up > split + 50 and given_up < split + 1000, given_up)
  player.cut = 10000
  assert(assert(player:try(late, 1500))[1] > score[1] + 50)
  player.cut = nil
  assert(player:try(late, 1500))
  player.cut = given_up - split - 1
  equal((player:try(late, 1500)), nil)
  player.cut = given_up - split -- as late as that is not too late there
  player:try(late, 1500)
  assert(player.game.time > given_up)
  equal(player:try(events, 1000), score)
end)

test("a target that is never reached is no score and no error", function()
  local player <close> = open "checkpoint:4"
  equal({ player:set(events_of(player)) }, {})
  local idle <close> = open()
  equal({ idle:set(events_of(idle, "")) }, {})
end)

test("a target that is reached before the window is refused", function()
  local player <close> = open "speed@5.00"
  contains(refused("invalid", player:set(events_of(player))), "before the window begins")
end)

test("a run without inputs can be changed", function()
  local player <close> = assert(trial.open(searching.game(), evaluate.speed(2000), 0, 1000))
  equal(player:set(events_of(player, "")), { 0.0, 0 })
  local score = assert(player:try(events_of(player, "500 press up\n"), 500))
  assert(score[1] < -10, score[1])
end)

test("a race is no place for a search", function()
  local game = harness.game "sim:straight"
  contains(refused("wrong_context", trial.open(game, evaluate.finish(), FROM, TO)), "simulation")
  refused("wrong_context", search.work(assert(search.open(searching.options())),
    harness.game "sim:straight"))
end)

-- A game that is a little different each time that it comes to that step.
local function moody(time)
  local game, count = searching.game(), 0
  game:on("simulation_step", function(_, now)
    if now ~= time then return end
    count = count + 1
    if count % 2 == 1 then return end
    local state = game:get_simulation_state()
    state.velocity[3] = state.velocity[3] + count / 100
    assert(game:rewind_to_state(state))
  end)
  return game
end

test("a game that does not repeat itself is found out", function()
  for _, strategy in ipairs { "hill", "anneal", "brute" } do
    local queue = assert(search.open(searching.options { strategy = strategy, simulations = 2000 }))
    local message = refused("invalid", search.work(queue, moody(9500)))
    contains(message, "the game does not repeat itself")
  end
end)

test("what is found on a game that does not repeat itself is not told of", function()
  for _, strategy in ipairs { "hill", "anneal", "brute" } do
    local queue = assert(search.open(searching.options { strategy = strategy, simulations = 300 }))
    local game, told = searching.game(), 0
    function queue.on_improved()
      told = told + 1
      if told > 1 then return end
      local count = 0 -- from now on each run is other than all before
      game:on("simulation_step", function(_, now)
        if now ~= 9650 then return end
        count = count + 1
        local state = game:get_simulation_state()
        state.velocity[3] = state.velocity[3] + count
        game:rewind_to_state(state)
      end)
    end
    local ok = queue.on_improved
    function queue.on_improved() ok() return true end
    contains(refused("invalid", search.work(queue, game)), "the game does not repeat itself")
    equal(told, 1, strategy)
    game:close()
  end
end)

test("a run that is taken is played again", function()
  local player <close> = assert(trial.open(moody(9500), evaluate.finish(), FROM, TO))
  local events = events_of(player)
  local score = assert(player:set(events))
  local message = refused("invalid", player:adopt(events, 8000, score))
  contains(message, "the game does not repeat itself: the same inputs gave 10.10 s, and then ")
end)

test("another game than that of the lease is found out", function()
  local queue = assert(search.open(searching.options { simulations = 200 }))
  local game = searching.game()
  local lease, count = queue.lease, 0
  function queue.lease(self, worker)
    local one, why = lease(self, worker)
    count = count + 1
    if one and count == 3 then one.score = { one.score[1] - 10, 0 } end
    if one and count == 3 then one.text = one.text .. "9700 press horn\n" end
    return one, why
  end
  contains(refused("invalid", search.work(queue, game)),
    "the game does not repeat itself: a run of")
end)

-- A game that is closed at the n-th step of a search.
local function mortal(steps)
  local game, count = searching.game(), 0
  game:on("simulation_step", function()
    count = count + 1
    if count == steps then game:close() end
  end)
  return game
end

test("a game that ends in the middle ends the search", function()
  for _, steps in ipairs { 1, 5, 300, 1200, 1300, 2000, 5000 } do
    local queue = assert(search.open(searching.options { simulations = 1000 }))
    local ok, message, code = search.work(queue, mortal(steps))
    equal({ ok, type(message) }, { nil, "string" })
    assert(code == "closed" or code == "lost", ("%d: %s %s"):format(steps, message, code))
  end
end)

test("what was left can be done by another game", function()
  local _, expected = searching.run()
  for _, steps in ipairs { 300, 1200, 1300, 2000 } do
    local queue = assert(search.open(searching.options()))
    assert(not search.work(queue, mortal(steps), { name = "mortal" }))
    queue:release "mortal"
    assert(search.work(queue, searching.game()))
    equal(searching.outcome(queue), expected)
  end
end)

test("a game is there for another search, though the last try never ends", function()
  local game, steps = searching.game(), 0
  local player = assert(trial.open(game, evaluate.finish(), FROM, TO))
  local events = events_of(player)
  assert(player:set(events))
  equal((player:try(events_of(player, "0 press up\n8000 rel up\n8000 press down\n"), 8000)), nil)
  player:close()
  game:on("simulation_step", function()
    steps = steps + 1
    assert(steps < 500000, "the simulation does not end")
  end)
  local again <close> = assert(trial.open(game, evaluate.finish(), FROM, TO))
  equal((again:set(events))[1], 10100)
end)

test("a trial that is closed leaves the game without hooks", function()
  local game = searching.game()
  local player = assert(trial.open(game, evaluate.finish(), FROM, TO))
  player:close()
  player:close()
  local ended = false
  game:on("simulation_end", function() ended = true end)
  assert(game:set_event_buffer(events_of(player)))
  assert(game:rewind_to_state(player.start))
  repeat game:step() until ended or game.time > 12000
  assert(ended, "the finish was prevented")
end)

harness.run()
