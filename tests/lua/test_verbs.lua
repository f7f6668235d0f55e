-- The verbs of a game in a race: what they do, and what they say to wrong arguments.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local NUMBERS_MAX = 2147483647

test("a game knows its address, dialect, state, context, time and patience", function()
  local game = harness.game "sim:easy"
  equal(game.address, "sim:easy")
  equal(game.dialect, "v1")
  equal(game.state, "attached")
  local time = game:step()
  equal(game.time, time)
  equal(game.context, "run")
  equal(game.timeout, 2000)
  contains(tostring(game), "sim:easy", "attached")
end)

test("a game keeps what a script puts there, and keeps its own names", function()
  local game = harness.game()
  game.best, game[1] = { 1 }, "one"
  equal(game.best, { 1 })
  equal(game[1], "one")
  equal(game.nothing, nil)
  for _, name in ipairs { "time", "address", "state", "dialect", "context", "timeout", "step",
    "on", "set_input_state", "get_simulation_state", "log" } do
    raises(("game.%s cannot be assigned"):format(name), function() game[name] = 1 end)
  end
end)

test("verbs want a game", function()
  local game = harness.game()
  for _, name in ipairs { "step", "on", "horn", "get_simulation_state", "close" } do
    raises("tm.game expected", game[name], {})
    raises("tm.game expected", game[name])
  end
end)

test("set_timeout takes milliseconds, or -1 for ever", function()
  local game = harness.game()
  for _, ms in ipairs { 0, 1, 5000, -1, NUMBERS_MAX, 2000 } do
    equal({ game:set_timeout(ms) }, { true })
    equal(game.timeout, ms)
  end
  for _, ms in ipairs { -2, NUMBERS_MAX + 1, 1.5 } do
    raises("bad argument #1 to 'set_timeout'", function() game:set_timeout(ms) end)
  end
  raises("bad argument #1 to 'set_timeout' (number expected", function() game:set_timeout() end)
  raises("bad argument #1 to 'set_timeout' (number expected", function() game:set_timeout "x" end)
  equal(game.timeout, 2000)
end)

test("set_speed takes a number that is not below 0", function()
  local game = harness.game()
  equal({ game:set_speed(0.5) }, { true })
  equal({ game:set_speed(100) }, { true })
  for _, speed in ipairs { -0.1, math.huge, 0 / 0 } do
    raises("bad argument #1 to 'set_speed'", function() game:set_speed(speed) end)
  end
  raises("bad argument #1 to 'set_speed' (number expected", function() game:set_speed {} end)
end)

test("set_speed changes how fast the race goes", function()
  local game = harness.game "sim:?speed=1"
  game:step()
  game:set_speed(20)
  local since = tm.now()
  game:step(200) -- two seconds of race time
  local took = tm.now() - since
  assert(took > 0.05 and took < 1.5, took)
end)

test("give_up starts the race again", function()
  local game = harness.race("sim:", 500, { accelerate = true })
  equal({ game:give_up() }, { true })
  equal(game:step(), -2600)
end)

test("respawn before the first checkpoint starts the race again", function()
  local game = harness.race("sim:", 1000)
  equal(game:respawn(), true)
  assert(game:step() < 0)
end)

test("respawn and horn are heard and recorded", function()
  local game = harness.race("sim:straight", 0, { accelerate = true })
  game:wait "checkpoint_count_changed"
  equal({ game:respawn() }, { true })
  game:step(2)
  equal({ game:horn() }, { true })
  game:step(2)
  equal(game:get_simulation_state().num_respawns, 1)
  local events = game:get_event_buffer()
  equal(#events:find { event_name = "Respawn" }, 1)
  equal(#events:find { event_name = "horn" }, 1)
end)

test("execute_command takes a text and says nothing about what becomes of it", function()
  local game = harness.game()
  equal({ game:execute_command "no such command" }, { true })
  equal({ game:execute_command "" }, { true })
  equal({ game:execute_command(("x"):rep(60000)) }, { true })
  raises("bad argument #1 to 'execute_command' (string expected", function()
    game:execute_command()
  end)
  raises("bad argument #1 to 'execute_command' (text too long", function()
    game:execute_command(("x"):rep(60001))
  end)
end)

test("log takes a text and a severity", function()
  local game = harness.game()
  for _, severity in ipairs { "log", "success", "warning", "error" } do
    equal({ game:log("text", severity) }, { true })
  end
  equal({ game:log "text" }, { true })
  equal({ game:log(42) }, { true })
  raises("unknown severity 'loud'", function() game:log("text", "loud") end)
  raises("test_verbs.lua", function() game:log("text", "loud") end) -- the place of the caller
  raises("bad argument #2 to 'log'", function() game:log("text", 1) end)
end)

test("get_context_mode is 1 in a race", function()
  equal({ harness.game():get_context_mode() }, { 1 })
end)

test("what is for simulations only is refused in a race", function()
  local game = harness.game()
  game:step()
  contains(refused("wrong_context", game:remove_state_validation()),
    "remove_state_validation: this is a race")
  refused("wrong_context", game:prevent_simulation_finish())
  refused("wrong_context", game:set_simulation_time_limit(60000))
  refused("no_event_buffer", game:set_event_buffer(game:get_event_buffer()))
  refused("no_event_buffer", game:clear_event_buffer())
  equal(game:step(), game.time)
end)

test("set_execute_commands takes true or false", function()
  local game = harness.game()
  equal({ game:set_execute_commands(false) }, { true })
  equal({ game:set_execute_commands(true) }, { true })
  for _, value in ipairs { 0, "true", {} } do
    raises("bad argument #1 to 'set_execute_commands' (boolean expected", function()
      game:set_execute_commands(value)
    end)
  end
end)

test("rewind_to_state takes a state and goes on from it", function()
  local game = harness.race("sim:", 1000, { accelerate = true })
  local saved = game:get_simulation_state()
  game:step(50)
  equal({ game:rewind_to_state(saved) }, { true })
  equal(game:get_simulation_state().race_time, 1000)
  equal(game:step(), 1010)
  raises("bad argument #1 to 'rewind_to_state' (tm.state expected", function()
    game:rewind_to_state {}
  end)
  raises("bad argument #1 to 'rewind_to_state'", function() game:rewind_to_state() end)
  raises("bad argument #1 to 'rewind_to_state'", function() game:rewind_to_state(saved:bytes()) end)
end)

test("get_simulation_state fills the state that it is given", function()
  local game = harness.game()
  game:step()
  local state = game:get_simulation_state()
  local time = game:step(5)
  assert(game:get_simulation_state(state) == state)
  equal(state.race_time, time)
  raises("bad argument #1 to 'get_simulation_state' (tm.state expected", function()
    game:get_simulation_state {}
  end)
end)

test("a state of another track is filled when it is large enough", function()
  local game = harness.game "sim:laps"
  local large = game:get_simulation_state()
  local size = #large
  game:close()
  game = harness.game "sim:straight"
  game:get_simulation_state(large)
  assert(#large < size)
  equal(large, game:get_simulation_state())
  local small = game:get_simulation_state()
  game:close()
  game = harness.game "sim:laps"
  local message = raises("room for", function() game:get_simulation_state(small) end)
  contains(message, tostring(#small), tostring(size))
  equal(#game:get_simulation_state(), size) -- the exchange is over all the same
  equal(math.type(game:step()), "integer")
end)

test("checkpoint data is a table of two lists", function()
  local game = harness.race("sim:straight", 0, { accelerate = true })
  local data = game:get_checkpoint_state()
  equal(data.cp_states, { false, false, false })
  equal(#data.cp_times, 3)
  for _, entry in ipairs(data.cp_times) do
    equal(math.type(entry.time), "integer")
    equal(entry.stunts_score, 0)
  end
  game:wait "checkpoint_count_changed"
  local later = game:get_checkpoint_state()
  equal(later.cp_states, { true, false, false })
  equal(later, game:get_simulation_state().cp_data)
  assert(later.cp_times[1].time > 0 and later.cp_times[1].time <= game.time + 10)
end)

test("checkpoint data can be given back", function()
  local game = harness.race("sim:straight", 0, { accelerate = true })
  local before = game:get_checkpoint_state()
  game:wait "checkpoint_count_changed"
  equal({ game:set_checkpoint_state(before) }, { true })
  equal(game:get_checkpoint_state(), before)
  game:set_checkpoint_state { cp_states = { true, true, false }, cp_times = before.cp_times }
  equal(game:get_checkpoint_state().cp_states, { true, true, false })
end)

test("checkpoint data of another shape is refused by name", function()
  local game = harness.game()
  local function set(data) return function() game:set_checkpoint_state(data) end end
  raises("bad argument #1 to 'set_checkpoint_state' (table expected", set(nil))
  raises("cp_states must be a table", set {})
  raises("cp_times must be a table", set { cp_states = {} })
  raises("cp_times[1] must be a table", set { cp_states = {}, cp_times = { 1 } })
  raises("time must be an integer", set { cp_states = {}, cp_times = { {} } })
  raises("stunts_score must be an integer", set { cp_states = {}, cp_times = { { time = 1 } } })
  raises("time must be an integer",
    set { cp_states = {}, cp_times = { { time = 1.5, stunts_score = 0 } } })
  raises("too many cp_states",
    set { cp_states = setmetatable({}, { __len = function() return 5000 end }), cp_times = {} })
  equal(#game:get_checkpoint_state().cp_states, 5) -- and nothing has happened
end)

test("checkpoint times that do not fit are refused", function()
  local game = harness.game()
  raises("time", function()
    game:set_checkpoint_state {
      cp_states = {}, cp_times = { { time = 1 << 40, stunts_score = 0 } } }
  end)
end)

test("custom commands arrive with their arguments", function()
  local game, got = harness.game(), {}
  equal({ game:register_custom_command("save", function(g, from, to, args)
    assert(g == game)
    got[#got + 1] = { from, to, args }
  end) }, { true })
  local all = {}
  game:on("custom_command", function(_, from, to, name, args)
    all[#all + 1] = { from, to, name, args }
  end)
  equal(game:register_custom_command "load", true)
  game:execute_command 'save one "two three" 4'
  game:execute_command "load"
  game:step(2)
  equal(got, { { -1, -1, { "one", "two three", "4" } } })
  equal(all, { { -1, -1, "save", { "one", "two three", "4" } }, { -1, -1, "load", {} } })
end)

test("a custom command has one word as its name, and can be registered once", function()
  local game, count = harness.game(), 0
  equal(game:register_custom_command("again", function() count = count + 1 end), true)
  refused("command_already_registered",
    game:register_custom_command("again", function() count = count + 100 end))
  game:execute_command "again"
  game:step(2)
  equal(count, 1)
  for _, name in ipairs { "", "two words", 5, true } do
    raises("bad argument #1 to 'register_custom_command'", function()
      game:register_custom_command(name)
    end)
  end
end)

test("the second argument of register_custom_command is called or absent", function()
  local game = harness.game()
  raises("bad argument #2 to 'register_custom_command'", function()
    game:register_custom_command("name", "not a function")
  end)
end)

test("a paused game stands still until it is resumed", function()
  local game = harness.game()
  local time = game:step()
  equal({ game:pause() }, { true })
  equal({ game:pause() }, { true })
  equal(game.timeout, -1)
  tm.sleep(0.05)
  equal(game.time, time)
  equal(game:get_simulation_state().race_time, time)
  refused("timeout", game:wait("run_step", 0.02))
  equal({ game:resume() }, { true })
  equal({ game:resume() }, { true })
  equal(game.timeout, 2000)
  equal(game:step(), time + 10)
end)

test("a pause keeps the patience that was set", function()
  local game = harness.game()
  game:set_timeout(1234)
  game:pause()
  game:resume()
  equal(game.timeout, 1234)
end)

test("close lets go, more than once", function()
  local game = harness.game()
  game:step()
  equal({ game:close() }, { true })
  equal({ game:close() }, { true })
  for _, name in ipairs { "horn", "get_event_buffer", "get_checkpoint_state", "give_up",
    "get_context_mode", "pause" } do
    refused("closed", game[name](game))
  end
  refused("closed", game:register_custom_command "x")
  refused("closed", game:set_timeout(1))
end)

harness.run()
