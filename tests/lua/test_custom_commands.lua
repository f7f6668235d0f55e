-- Console commands of a script: registering them, what a use of them tells, and who hears of it.
local tm = require "tm"
local harness = require "harness"
local test, equal, refused, contains = harness.test, harness.equal, harness.refused,
  harness.contains

-- Registers a command and returns what its uses tell.
local function listen(game, name)
  local uses = {}
  equal(game:register_custom_command(name, function(...)
    local g, from, to, args = ...
    assert(g == game)
    equal(select("#", ...), 4)
    uses[#uses + 1] = { from, to, args }
  end), true)
  return uses
end

local function run(game, ...)
  for _, line in ipairs { ... } do
    assert(game:execute_command(line))
    game:step(2)
  end
end

test("times come in ms, -1 where there is none", function()
  local game = harness.game()
  local uses = listen(game, "note")
  run(game, "note", "1000 note", "1.50-3.00 note a", "200-100 note", "0 note", "9.437 note")
  equal(uses, { { -1, -1, {} }, { 1000, -1, {} }, { 1500, 3000, { "a" } }, { 100, 200, {} },
    { 0, -1, {} }, { 9430, -1, {} } })
end)

test("arguments come as the console splits them", function()
  local game = harness.game()
  local uses = listen(game, "note")
  run(game, "note one  two", [[note "one two" three]], [[note "a;b"]], "note \xE9\xFF",
    "note -1 0x10 1e3")
  local args = {}
  for i, use in ipairs(uses) do args[i] = use[3] end
  equal(args, { { "one", "two" }, { "one two", "three" }, { "a;b" }, { "\xE9\xFF" },
    { "-1", "0x10", "1e3" } })
end)

test("each function hears of its own command, the event of all", function()
  local game, heard = harness.game(), {}
  game:on("custom_command", function(_, _, _, name) heard[#heard + 1] = "event " .. name end)
  for _, name in ipairs { "one", "two" } do
    game:register_custom_command(name, function() heard[#heard + 1] = name end)
  end
  game:register_custom_command "three"
  run(game, "two", "one", "three", "four")
  equal(heard, { "event two", "two", "event one", "one", "event three" })
end)

test("uses of several commands between two steps keep their order", function()
  local game, heard = harness.game(), {}
  for _, name in ipairs { "one", "two" } do
    game:register_custom_command(name, function(_, _, _, args)
      heard[#heard + 1] = name .. args[1]
    end)
  end
  game:execute_command "one 1; two 2"
  game:execute_command "one 3"
  game:step(2)
  equal(heard, { "one1", "two2", "one3" })
end)

test("a command may ask the game, and give other commands", function()
  local game, times = harness.game(), {}
  game:register_custom_command("again", function(g, _, _, args)
    times[#times + 1] = g:get_simulation_state().race_time
    if args[1] ~= "0" then g:execute_command(("again %d"):format(args[1] - 1)) end
  end)
  game:execute_command "again 3"
  game:step(10)
  equal(#times, 4)
  for i = 2, 4 do equal(times[i], times[i - 1] + 10) end
end)

test("an error in a command names the event, and the game goes on", function()
  local game, where = harness.game(), nil
  game:on("error", function(_, message, _, place) where = message .. " " .. place end)
  game:register_custom_command("fail", function() error("broken", 0) end)
  run(game, "fail")
  contains(where, "broken in custom_command")
  equal(game:step(), game.time)
end)

test("a task can wait for a use", function()
  local game = harness.game()
  game:register_custom_command "wanted"
  tm.task(function()
    game:step(3)
    game:execute_command "5-6 wanted x"
  end)
  equal({ game:wait "custom_command" }, { 5, 6, "wanted", { "x" } })
end)

test("registering fails once, and leaves no second function", function()
  local game = harness.game()
  local uses = listen(game, "taken")
  contains(refused("command_already_registered", game:register_custom_command("taken", error)),
    "register_custom_command")
  refused("command_already_registered", game:register_custom_command "taken")
  run(game, "taken")
  equal(#uses, 1)
end)

test("commands end with the attachment", function()
  local game = harness.game()
  listen(game, "mine")
  game:close()
  refused("closed", game:register_custom_command("other", print))
  local other = harness.game()
  equal(other:register_custom_command("mine", print), true)
end)

test("commands of a simulated script are told with their times", function()
  local path = harness.path "timed.txt"
  local file <close> = assert(io.open(path, "w"))
  file:write "0 press up\n"
  file:close()
  local game = harness.game("sim:straight?simulate=" .. path)
  os.remove(path)
  local uses = listen(game, "mark")
  run(game, "500-700 mark here")
  equal(uses, { { 500, 700, { "here" } } })
end)

harness.run()
