-- The same inputs give the same bytes: from run to run, and from a saved state on.
local harness = require "harness"
local test, equal = harness.test, harness.equal

-- Inputs that go through every kind, the same for the same seed.
local function driver(seed)
  local x = seed
  local function random(n)
    x = (x * 1103515245 + 12345) % 2147483648
    return x // 65536 % n
  end
  return function(game)
    local kind = random(8)
    if kind == 0 then game:set_input_state { left = random(2) == 1, right = random(2) == 1 } end
    if kind == 1 then game:set_input_state { steer = random(131073) - 65536 } end
    if kind == 2 then game:set_input_state { steer = 0, gas = 0 } end
    if kind == 3 then game:set_input_state { brake = random(3) == 0 } end
    if kind == 4 then game:set_input_state { gas = random(131073) - 65536 } end
    if kind >= 5 then game:set_input_state { accelerate = true } end
  end
end

-- Drives from race time 0; returns the bytes at every 100 ms.
local function run(track, seed, last, at_step)
  local game = harness.race("sim:" .. track, -10)
  local drive, list = driver(seed), {}
  repeat
    drive(game)
    if at_step then at_step(game) end
    local time = game:step()
    if time % 100 == 0 then list[#list + 1] = game:get_simulation_state():bytes() end
  until time >= last
  local events = game:get_event_buffer()
  game:close()
  return list, events
end

local function compare(a, b)
  equal(#a, #b)
  for i = 1, #a do assert(a[i] == b[i], ("the runs part at %d ms"):format(i * 100)) end
end

for _, track in ipairs { "straight", "easy", "technical", "laps" } do
  test("the same inputs give the same bytes on " .. track, function()
    local first, first_events = run(track, 4242, 6000)
    local second, second_events = run(track, 4242, 6000)
    compare(first, second)
    equal(#first_events, #second_events)
    for i = 1, #first_events do equal(first_events[i], second_events[i]) end
    local other = run(track, 1717, 6000)
    assert(other[#other] ~= first[#first])
  end)
end

test("looking does not change the race", function()
  local plain = run("easy", 7, 3000)
  local watched = run("easy", 7, 3000, function(game)
    game:get_simulation_state()
    game:get_event_buffer()
    game:get_checkpoint_state()
    game:get_context_mode()
    game:set_speed(100)
    game:log "looking"
  end)
  compare(plain, watched)
end)

test("save at a tick, rewind, replay: the same bytes, tick by tick", function()
  local game = harness.race("sim:easy", -10)
  local drive = driver(99)
  local function drive_for(count, seed_driver)
    local list = {}
    for i = 1, count do
      seed_driver(game)
      game:step()
      list[i] = game:get_simulation_state():bytes()
    end
    return list
  end
  drive_for(200, drive)
  for seed = 1, 3 do
    local saved = game:get_simulation_state()
    local first = drive_for(150, driver(seed))
    game:rewind_to_state(saved)
    equal(game:get_simulation_state(), saved)
    compare(first, drive_for(150, driver(seed)))
  end
end)

test("saved in one game, replayed in another", function()
  local game = harness.race("sim:technical", -10)
  local drive = driver(5)
  for _ = 1, 100 do
    drive(game)
    game:step()
  end
  local saved = game:get_simulation_state()
  local function go_on(g)
    local again, list = driver(6), {}
    for i = 1, 200 do
      again(g)
      g:step()
      list[i] = g:get_simulation_state():bytes()
    end
    g:close()
    return list
  end
  local first = go_on(game)
  local other = harness.game "sim:technical"
  other:rewind_to_state(saved)
  compare(first, go_on(other))
end)

test("hooks and a straight-line script drive alike", function()
  local straight = run("easy", 31, 2000)
  local game, list, drive = harness.race("sim:easy", -10), {}, driver(31)
  drive(game)
  local hook = game:on("run_step", function(g, time)
    if time % 100 == 0 then list[#list + 1] = g:get_simulation_state():bytes() end
    drive(g)
  end)
  while game:step() < 2000 do end
  hook:cancel()
  compare(straight, list)
end)

test("the race after a finish begins as the first did", function()
  local game = harness.race("sim:straight", -10)
  local function race()
    game:set_input_state { accelerate = true }
    local list = {}
    while game:step() > -2600 do
      if game.time == 1000 then list[1] = game:get_simulation_state():copy() end
    end
    while game:step() < -10 do end
    return list[1]
  end
  local first, second = race(), race()
  equal({ first:unpack "position" }, { second:unpack "position" })
  equal({ first:unpack "velocity" }, { second:unpack "velocity" })
  equal(first.display_speed, second.display_speed)
end)

harness.run()
