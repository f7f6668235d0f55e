-- The simulation context: addresses, calls, and the verbs that are for it.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local FULL = "0 press up\n"
local FINISH = 9990 -- ms: that of the script above on the track straight

local function write(name, text)
  local path = harness.path(name)
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
  return path
end

-- Everything that is called, as lines.
local function listen(game)
  local heard = {}
  for _, event in ipairs { "registered", "run_step", "simulation_begin", "simulation_step",
    "simulation_end", "checkpoint_count_changed", "laps_count_changed" } do
    game:on(event, function(_, ...) heard[#heard + 1] = { event, ... } end)
  end
  return heard
end

test("a simulation begins, steps by ten, and ends with a result, again and again", function()
  local game = harness.simulation(FULL)
  local heard = listen(game)
  equal(game:wait "simulation_end", 1)
  equal(heard[1], { "registered" })
  equal(heard[2], { "simulation_begin" })
  local time, others = -2610, {}
  for i = 3, #heard do
    if heard[i][1] == "simulation_step" then
      equal(heard[i][2], time + 10)
      time = time + 10
    else
      others[#others + 1] = table.concat(heard[i], " ")
    end
  end
  equal(others, { "checkpoint_count_changed 1 3", "checkpoint_count_changed 2 3",
    "checkpoint_count_changed 3 3", "laps_count_changed 1", "simulation_end 1" })
  equal(time, FINISH)
  equal(game:step(), -2600)
  equal(game:wait "simulation_end", 1)
end)

test("the context is told by the calls", function()
  local game = harness.simulation(FULL)
  local contexts = {}
  for _, event in ipairs { "registered", "simulation_begin", "simulation_step" } do
    game:once(event, function(g) contexts[event] = g.context or "unknown" end)
  end
  game:step()
  equal(contexts, { registered = "unknown", simulation_begin = "simulation",
    simulation_step = "simulation" })
  equal(game.context, "simulation")
  equal({ game:get_context_mode() }, { 0 })
  equal(game:get_simulation_state().context_mode, 0)
end)

test("laps are told in a simulation", function()
  local root = os.getenv "TMLUA_ROOT" or "."
  local file <close> = assert(io.open(root .. "/scripts/inputs/laps.txt"))
  local game = harness.simulation(file:read "a", "laps")
  local laps = {}
  game:on("laps_count_changed", function(_, current) laps[#laps + 1] = current end)
  equal(game:wait "simulation_end", 1)
  equal(laps, { 1, 2, 3 })
end)

test("step goes from one simulation to the next, wait hears of the end", function()
  local game = harness.simulation(FULL)
  equal(game:step(), -2600)
  equal(game:step(100), -1600)
  while game.time < FINISH do game:step() end
  equal(game:step(), -2600)
  equal(game:wait "simulation_step", -2590)
end)

test("the speed is that of races: a simulation goes as fast as it can", function()
  local path = write("paced.txt", FULL)
  local game = harness.game("sim:straight?speed=0.01&simulate=" .. path)
  os.remove(path)
  game:step()
  equal(game:step(300), 400)
end)

test("a script that cannot be read is named", function()
  local missing = harness.path "nothing_here.txt"
  contains(refused("system", tm.attach("sim:?simulate=" .. missing)), "cannot read", missing,
    "No such file")
  contains(refused("system", tm.attach("sim:?simulate=" .. harness.path ".")), "cannot read")
  contains(refused("invalid", tm.attach "sim:?simulate="), "simulate needs a file")
  contains(refused("invalid", tm.attach "mapped:?simulate=x"), "unknown address option")
  local path = write("good.txt", FULL)
  refused("no_game", tm.attach("sim:nowhere?simulate=" .. path))
  os.remove(path)
end)

test("a script with too many inputs is named", function()
  local lines = {}
  for i = 1, 32768 do lines[i] = ("%d steer %d"):format(10 * i, i) end
  local path = write("many.txt", table.concat(lines, "\n"))
  contains(refused("invalid", tm.attach("sim:?simulate=" .. path)), path, "inputs")
  os.remove(path)
end)

test("a file that is too large is named", function()
  local path = harness.path "large.txt"
  local file <close> = assert(io.open(path, "wb"))
  assert(file:seek("set", 64 * 1024 * 1024))
  file:write "#"
  file:close()
  contains(refused("system", tm.attach("sim:?simulate=" .. path)), path, "too large")
  os.remove(path)
end)

test("commands of the script are run, and strangers among them are shown", function()
  local path = write("commands.txt", "vars speed\nnonsense here\n100 nothing\n0 press up\n")
  local output, status = harness.child(([[
    local tm = require "tm"
    local game <close> = assert(tm.attach "sim:straight?simulate=%s")
    print(game:wait "simulation_end")]]):format(path))
  os.remove(path)
  equal(status, 0)
  contains(output, "tmlua: sim: speed: 1\n",
    "tmlua: sim: console: unknown command: nonsense here\n",
    "tmlua: sim: console: unknown command: nothing\n")
  contains(output, "\n1\n")
end)

test("what the console says is shown once a second, what a race says is not", function()
  local output = harness.child [[
    local tm = require "tm"
    local game <close> = assert(tm.attach "sim:straight")
    while game:step() < -10 do game:execute_command "nonsense" end
    game:set_input_state { accelerate = true }
    repeat until game:step() < 0]]
  equal(output, "tmlua: sim: console: unknown command: nonsense\n")
end)

test("files of the game are read and written where the script runs", function()
  local path = harness.path "dumped.txt"
  local game = harness.simulation("0 press up\n1000 steer -500\n")
  game:step()
  game:execute_command("dump_inputs " .. path)
  game:step(2)
  local file <close> = assert(io.open(path))
  equal(file:read "a", "0 press up\n1000 steer -500\n")
  file:close()
  os.remove(path)
end)

test("verbs for races are refused by name", function()
  local game = harness.simulation(FULL)
  game:step()
  contains(refused("wrong_context", game:give_up()), "give_up: this is a simulation")
  equal(game:step(), game.time)
end)

test("arguments are checked before anything else is", function()
  local game = harness.simulation(FULL)
  game:step()
  local before = #game:get_event_buffer()
  raises("unknown input 'acelerate'", function() game:set_input_state { acelerate = true } end)
  raises("bad argument #1 to 'set_input_state' (table expected", function()
    game:set_input_state()
  end)
  equal(#game:get_event_buffer(), before)
  for _, ms in ipairs { -2, 1.5, 1 << 31, "x" } do
    raises("bad argument #1 to 'set_simulation_time_limit'", function()
      game:set_simulation_time_limit(ms)
    end)
  end
end)

test("a time limit ends a simulation early, and can be taken back", function()
  local game = harness.simulation(FULL)
  local function ends(...)
    game:step()
    for _, ms in ipairs { ... } do
      equal({ game:set_simulation_time_limit(ms ~= "nil" and ms or nil) }, { true })
    end
    local result = game:wait "simulation_end"
    return { result, game.time }
  end
  equal(ends(1000), { 0, 1000 })
  equal(ends(1000, -1), { 1, FINISH })
  equal(ends(500, "nil"), { 1, FINISH })
  equal(ends(), { 1, FINISH }) -- a limit is that of one simulation
  equal(ends(20000), { 1, FINISH })
end)

test("a prevented finish lets it go on to its limit", function()
  local game = harness.simulation(FULL)
  game:step()
  game:set_simulation_time_limit(12000)
  while game:wait "checkpoint_count_changed" < 3 do end
  equal({ game:prevent_simulation_finish() }, { true })
  equal(game:wait "simulation_end", 0)
  equal(game.time, 12000)
end)

test("other inputs are a wrong simulation unless the validation is removed", function()
  local game = harness.simulation(FULL)
  local function ends(removes)
    game:step()
    local events = game:get_event_buffer()
    events:find { event_name = "up" }[1].time = 100
    equal({ game:set_event_buffer(events) }, { true })
    if removes then equal({ game:remove_state_validation() }, { true }) end
    game:set_simulation_time_limit(20000)
    local result = game:wait "simulation_end"
    return { result, game.time }
  end
  equal(ends(false)[1], 2)
  local result = ends(true)
  equal(result[1], 2) -- it finishes later than the replay
  equal(result[2], FINISH + 100)
end)

test("a closed simulation refuses", function()
  local game = harness.simulation(FULL)
  game:step(300)
  game:close()
  refused("closed", game:set_event_buffer(require "tm.events".decode(("\0"):rep(48))))
  refused("closed", game:clear_event_buffer())
end)

harness.run()
