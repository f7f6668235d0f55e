-- :pause, :resume, :step, :until, :hold, :speed: where the game stands after them, to the step.
local tm = require "tm"
local harness = require "harness"
local prompt = require "prompt"
local test, equal, contains = harness.test, harness.equal, harness.contains
local read, repl = prompt.read, prompt.repl

-- Time passes, and the game could have gone on.
local function stands(game, time)
  tm.sleep(0.02)
  return game.time == time
end

test(":pause holds the game, :resume lets it go on with its patience", function()
  local game = prompt.at "sim:"
  equal(game.timeout, 2000)
  contains(read ":pause", "held at ")
  equal(game.timeout, -1)
  local time = game.time
  assert(stands(game, time))
  contains(repl.prompt(), " held> ")
  contains(read ":pause", "held at ")
  equal(read ":resume", "")
  equal(game.timeout, 2000)
  assert(not stands(game, time))
  contains(read ":resume", "is not paused")
  assert(not repl.prompt():find "held")
  prompt.clean()
end)

test("a patience of the script's own comes back", function()
  local game = prompt.at "sim:"
  game:set_timeout(5000)
  read ":pause"
  read ":resume"
  equal(game.timeout, 5000)
  prompt.clean()
end)

test(":step goes on by exactly so many steps", function()
  local game = prompt.at("sim:", 0)
  equal(read ":step", "held at 0.01 s")
  assert(stands(game, 10))
  equal(read ":step 1", "held at 0.02 s")
  equal(read ":step 100", "held at 1.02 s")
  assert(stands(game, 1020))
  contains(repl.prompt(), "sim:easy run 1.02 held> ")
  prompt.clean()
end)

test(":step holds a game that was not held", function()
  local game = prompt.at "sim:"
  contains(read ":step 5", "held at ")
  assert(stands(game, game.time))
  prompt.clean()
end)

test(":step refuses what is no count", function()
  prompt.at("sim:", 0)
  for _, text in ipairs { ":step 0", ":step -1", ":step x", ":step 1.5" } do
    contains(read(text), "usage: :step [N]")
  end
  contains(repl.prompt(), "0.00 held> ")
  prompt.clean()
end)

test("a script that steps by itself is held too", function()
  local game = prompt.at("sim:", 0)
  local seen = {}
  local task = tm.task(function()
    while true do seen[#seen + 1] = game:step() end
  end)
  read ":step 3"
  equal(game.time, 30)
  assert(stands(game, 30))
  equal(seen, { 10, 20, 30 })
  task:cancel()
  prompt.clean()
end)

test("a step that is interrupted leaves the game held where it comes next", function()
  local game = prompt.at("sim:?speed=1", nil)
  read ":pause"
  local task = tm.task(function() repl.read ":step 100000" end)
  tm.sleep(0.05)
  task:cancel()
  prompt.wait_for("the end", function() return task.status == "finished" end)
  contains(prompt.printed(), "interrupted!")
  tm.sleep(0.05)
  assert(stands(game, game.time))
  contains(read ":step", ("held at %.2f s"):format((game.time) / 1000))
  prompt.clean()
end)

test(":until stops at the first step where it is true", function()
  local game = prompt.at("sim:", 0)
  game:set_input_state { accelerate = true }
  equal(read ":until time >= 500", "held at 0.50 s, after 50 steps")
  assert(stands(game, 500))
  equal(read ":until time > 500", "held at 0.51 s, after 1 step")
  contains(read ":until state.display_speed >= 50", "held at ")
  local state = game:get_simulation_state()
  assert(state.display_speed >= 50)
  equal(state.race_time, game.time)
  prompt.clean()
end)

test(":until knows game and the globals", function()
  local game = prompt.at("sim:", 0)
  limit_of_test = 40 -- luacheck: ignore 111
  equal(read ":until game.time == limit_of_test", "held at 0.04 s, after 4 steps")
  limit_of_test = nil -- luacheck: ignore 111
  assert(stands(game, 40))
  prompt.clean()
end)

test(":until with an error, or none at all", function()
  local game = prompt.at("sim:", 0)
  equal(read ":until", "usage: :until EXPR")
  contains(read ":until time >", "unexpected symbol near <eof>")
  equal(game.time, 0)
  local text = read ":until nothing.x > 1"
  contains(text, "attempt to index a nil value (global 'nothing')")
  assert(not text:find "lua/tm/repl", text)
  assert(stands(game, 10))
  prompt.clean()
end)

test(":until can be stopped, and the game is held", function()
  local game = prompt.at("sim:", 0)
  local task = tm.task(function() repl.read ":until false" end)
  prompt.wait_for("some steps", function() return game.time > 100 end)
  task:cancel()
  prompt.wait_for("the end", function() return task.status == "finished" end)
  tm.sleep(0.02)
  assert(stands(game, game.time))
  assert(game._patience)
  prompt.clean()
end)

test(":hold runs a line with the game paused, and restores its patience", function()
  local game = prompt.at "sim:"
  game:set_timeout(300)
  local text = read(":hold local t, since = game.time, tm.now() "
    .. "while tm.now() - since < 0.5 do end return game.timeout, game.time - t")
  equal(text, "-1  0")
  equal(game.timeout, 300)
  equal(game._patience, nil)
  equal(game.state, "attached")
  contains(read ":hold error 'no'", "prompt:1: no")
  equal(game.timeout, 300)
  contains(read ":hold do", "near <eof>")
  equal(read ":hold", "usage: :hold LINE")
  equal(game.timeout, 300)
  prompt.clean()
end)

test(":hold leaves a paused game paused", function()
  local game = prompt.at("sim:", 0)
  equal(read ":hold game.timeout", "-1")
  assert(stands(game, 0))
  assert(game._patience)
  prompt.clean()
end)

test("a line that waits for a paused game is told so", function()
  prompt.at("sim:", 0)
  local task = tm.task(function() repl.read "game:step()" end)
  local text = ""
  prompt.wait_for("a word", function()
    text = text .. prompt.printed()
    return text:find "the game is paused"
  end)
  equal(task.status, "waiting")
  task:cancel()
  prompt.wait_for("the end", function() return task.status == "finished" end)
  prompt.clean()
end)

test(":speed paces the game", function()
  local game = prompt.at "sim:"
  equal(read ":speed 1", "")
  local time = game:step()
  tm.sleep(0.1)
  local passed = game.time - time
  assert(passed > 0 and passed < 1000, passed)
  equal(read ":speed max", "")
  for _, text in ipairs { ":speed", ":speed 0", ":speed -1", ":speed x", ":speed inf" } do
    contains(read(text), "usage: :speed X")
  end
  prompt.clean()
end)

test("without a game the commands say so, in a line", function()
  for _, text in ipairs { ":pause", ":resume", ":step", ":until true", ":speed 1", ":hold 1" } do
    equal(read(text), "no game is attached (:attach looks for one)")
  end
end)

harness.run()
