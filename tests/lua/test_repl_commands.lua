-- Commands about states, inputs, pictures and watched expressions; and commands of the user's.
local tm = require "tm"
local harness = require "harness"
local prompt = require "prompt"
local test, equal, contains = harness.test, harness.equal, harness.contains
local read, repl = prompt.read, prompt.repl

test(":save and :load go back to a state", function()
  local game = prompt.at("sim:", 0)
  contains(read ":save start", "start: state 0.00 s")
  read ":step 50"
  contains(read ":load start", "start: state 0.00 s")
  equal(read ":step", "held at 0.01 s")
  equal(game.time, 10)
  contains(read ":states", "start: state 0.00 s")
  contains(read ":load end", "there is no state 'end'")
  equal(read ":save", "usage: :save NAME")
  equal(read ":load", "usage: :load NAME")
  repl.states = {}
  equal(read ":states", "no state is saved")
  prompt.clean()
end)

test("a name with a dot or a slash is a file", function()
  prompt.at("sim:", 0)
  local path = harness.path "of_prompt.state"
  contains(read(":save " .. path), path .. ": state 0.00 s")
  read ":step 3"
  contains(read(":load " .. path), "state 0.00 s")
  equal(read ":step", "held at 0.01 s")
  contains(read(":diff " .. path), "player_info.race_time: 0 -> 10")
  os.remove(path)
  contains(read(":load " .. path), "No such file")
  contains(read ":save /nowhere/x.state", "No such file")
  equal(next(repl.states), nil)
  prompt.clean()
end)

test(":diff tells the fields that differ, old and new", function()
  local game = prompt.at("sim:", 0)
  read ":save a"
  equal(read ":diff a", "nothing differs from a")
  game:set_input_state { accelerate = true }
  read ":step 10"
  local text = read ":diff a"
  contains(text, "player_info.race_time: 0 -> 100", "timers[1]: ",
    "dyna.current_state.linear_speed: (0, 0, 0) -> (")
  contains(read ":diff b", "there is no state 'b'")
  equal(read ":diff", "usage: :diff NAME")
  prompt.clean()
end)

test(":inputs shows the inputs so far as a script", function()
  local game = prompt.at("sim:", 0)
  equal(read ":inputs", "no inputs yet")
  for i = 1, 30 do
    game:set_input_state { accelerate = i % 2 == 1 }
    read ":step"
  end
  local text = read ":inputs all"
  local _, count = text:gsub("\n", "")
  contains(text, "press up", "\n")
  assert(not text:find "before")
  contains(read ":inputs 3", ("… %d lines before"):format(count + 1 - 3))
  equal(read ":inputs x", "usage: :inputs [N|all]")
  prompt.clean()
end)

test(":shot writes a picture of the race", function()
  prompt.at("sim:laps", 0)
  local path = harness.path "of_prompt.png"
  equal(read(":shot " .. path .. " 64x36"), path .. ": 64x36")
  local image = assert(tm.load_image(path))
  local expected = tm.draw(repl.game:get_simulation_state(), 64, 36, { track = "laps" })
  assert(image == expected)
  equal(read(":shot " .. path), path .. ": 640x360")
  equal(read(":shot " .. path .. " 64x36 straight"), path .. ": 64x36")
  assert(tm.load_image(path) ~= expected)
  os.remove(path)
  contains(read(":shot " .. path .. " 64x36 nowhere"), "nowhere")
  contains(read ":shot x.gif 4x4", "x.gif")
  contains(read ":shot x.png 0x4", "bad argument")
  equal(read ":shot", "usage: :shot FILE [WxH] [TRACK]")
  prompt.clean()
end)

test(":shot takes the picture of an engine that is connected", function()
  local server = assert(tm.listen "127.0.0.1:0")
  server:on("screenshot", function(_, _, width, height)
    local image = tm.image(width, height)
    image:fill(1, 2, 3)
    return image
  end)
  contains(read(":engine " .. server.address), "engine 127.0.0.1:")
  local path = harness.path "of_engine.png"
  equal(read(":shot " .. path .. " 8x4"), path .. ": 8x4")
  equal({ tm.load_image(path):pixel(0, 0) }, { 1, 2, 3, 255 })
  os.remove(path)
  equal(read ":engine off", "")
  equal(repl.engine, nil)
  contains(read(":shot " .. path), "no game is attached")
  contains(read ":engine :99999999", "is not HOST:PORT")
  server:close()
end)

test(":watch keeps values above the prompt while the game runs", function()
  local game = prompt.at "sim:"
  equal(repl.status(), nil)
  equal(read ":watch time", "")
  equal(read ":watch state.race_time // 1", "")
  equal(read ":watch 1 + 1", "")
  local function values()
    return (repl.status() or ""):match "^time = (%d+)   state.race_time // 1 = (%d+)   1 %+ 1 = 2$"
  end
  local first = tonumber((prompt.wait_for("a value", values)))
  prompt.wait_for("a later one", function() return tonumber((values())) > first end)
  local time, state_time = values()
  equal(time, state_time)
  contains(read ":watch", "1  time = ", "3  1 + 1 = 2")
  equal(read ":unwatch 2", "")
  contains(repl.status(), "time = ", "1 + 1 = 2")
  equal(read ":unwatch 7", "there is no watch 7")
  equal(read ":unwatch", "")
  equal(repl.status(), nil)
  equal(read ":unwatch", "nothing is watched")
  equal(read ":watch", "nothing is watched")
  equal(read ":unwatch x", "usage: :unwatch [N]")
  contains(read ":watch time +", "unexpected symbol")
  equal(repl.status(), nil)
  equal(game.state, "attached")
  prompt.clean()
end)

test("what is watched is looked at as often as it is drawn, not at every step", function()
  prompt.at "sim:"
  looks_of_test = 0 -- luacheck: ignore 111
  read ":watch (function() looks_of_test = looks_of_test + 1 end)()"
  local since, before = tm.now(), repl.game.time
  while tm.now() - since < 0.3 do
    repl.status()
    tm.sleep(0.001)
  end
  local looks = rawget(_G, "looks_of_test")
  assert(looks >= 2 and looks <= 12, looks)
  assert(repl.game.time - before > 20 * 10 * looks)
  prompt.clean()
end)

test("a paused game's values follow its lines", function()
  prompt.at("sim:", 0)
  read ":watch time"
  read ":watch state.race_time"
  local function shows(text)
    return prompt.wait_for(text, function() return repl.status() == text end)
  end
  shows "time = 0   state.race_time = 0"
  read ":save a"
  read ":step 5"
  shows "time = 50   state.race_time = 50"
  read ":load a"
  shows "time = 50   state.race_time = 0"
  prompt.clean()
end)

test("an expression that fails, waits or does not end is told", function()
  local game = prompt.at "sim:"
  prompt.columns = 200
  read ":watch nothing.x"
  read ":watch game:step()"
  prompt.wait_for("errors", function()
    local text = repl.status()
    return text:find "nothing.x = error: attempt to index"
      and text:find "game:step%(%) = error: game:step inside a hook would wait"
  end)
  read ":unwatch"
  prompt.columns = 80
  game:set_timeout(300)
  read ":watch (function() while true do end end)()"
  prompt.wait_for("an end", function() return repl.status():find "error: interrupted" end)
  tm.sleep(0.1)
  repl.status()
  equal(game.state, "attached")
  contains(read "1", "1")
  prompt.clean()
end)

test("the line is as long as the terminal is wide", function()
  read ":watch ('ä'):rep(30)"
  read ":watch ('ö'):rep(30)"
  prompt.wait_for("values", function() return repl.status():find "ö…" end)
  equal(utf8.len(repl.status()), 79)
  prompt.clean()
end)

test("watching needs no game", function()
  read ":watch 6 * 7"
  prompt.wait_for("a value", function() return repl.status() == "6 * 7 = 42" end)
  prompt.clean()
end)

test("a command of the user's", function()
  repl.command("greet", { usage = ":greet NAME", help = "Greets.",
    run = function(text, given) given.print("hello " .. text) end })
  equal(read ":greet  you there ", "hello you there")
  equal(read ":help greet", ":greet NAME\n  Greets.")
  contains(read ":help", ":greet NAME")
  repl.command("broken", { run = function() error "oh no" end })
  local text = read ":broken"
  contains(text, "oh no", "stack traceback")
  assert(not text:find "lua/tm/repl")
  contains(read ":gret", "there is no command :gret (:greet is meant?)")
  contains(read ":xyzzyx", "there is no command :xyzzyx (:help lists them)")
  harness.raises("a name expected", repl.command, "no name", {})
  harness.raises("a function 'run' expected", repl.command, "name", {})
  repl.commands.greet, repl.commands.broken = nil, nil
end)

test(":reload says that there is nothing to reload, or what it was replaced by says", function()
  contains(read ":reload", "there is no script to reload")
  local original = repl.reload
  repl.reload = function() return true end
  equal(read ":reload", "")
  repl.reload = function() return nil, "it does not compile" end
  equal(read ":reload", "it does not compile")
  repl.reload = original
end)

test(":quit wants an exit status", function()
  equal(read ":quit x", "usage: :quit [CODE], 0 to 255")
  local _, status = harness.child "require 'tm.repl'.read ':quit 7' require 'tm'.sleep(5)"
  equal(status, 7)
end)

harness.run()
