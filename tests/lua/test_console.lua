-- The console of the game in this process: what it shows, and what ends the game.
local tm = require "tm"
local harness = require "harness"
local test, equal, refused, contains = harness.test, harness.equal, harness.refused,
  harness.contains

local function child(code)
  return harness.child("local tm = require 'tm' local game <close> = assert(tm.attach 'sim:') "
    .. code)
end

local function count(text, line)
  local found = 0
  for each in text:gmatch "[^\n]+" do if each == line then found = found + 1 end end
  return found
end

test("what commands answer, and what is wrong with them, is shown", function()
  local output, status = child [[
    game:step()
    game:execute_command "vars speed; set nothing 1; nonsense"
    game:log("careful", "warning")
    game:step(3)]]
  equal({ output, status }, { "tmlua: sim: client warning: careful\ntmlua: sim: speed: 1\n"
    .. "tmlua: sim: set: there is no variable nothing (see vars)\n"
    .. "tmlua: sim: console: unknown command: nonsense\n", 0 })
end)

test("the same texts in turn are shown once a second", function()
  local output = child [[
    for i = 1, 100 do
      game:execute_command "one"
      game:execute_command "two"
      game:step(2)
    end]]
  equal(count(output, "tmlua: sim: console: unknown command: one"), 1)
  equal(count(output, "tmlua: sim: console: unknown command: two"), 1)
  output = child [[
    game:execute_command "one"
    game:step(2)
    tm.sleep(1.1)
    game:execute_command "one"
    game:step(2)]]
  equal(count(output, "tmlua: sim: console: unknown command: one"), 2)
end)

test("races and attachments go without a word", function()
  equal(child [[
    for _ = 1, 3 do
      local other <close> = assert(tm.attach "sim:straight")
      while other:step() < -10 do end
      other:set_input_state { accelerate = true }
      repeat until other:step() < 0
    end
    print "quiet"]], "quiet\n")
end)

test("the game's quit is its end", function()
  local game, heard = harness.game(), {}
  for _, event in ipairs { "shutdown", "deregistered" } do
    game:on(event, function(_, reason) heard[#heard + 1] = event .. " " .. (reason or "-") end)
  end
  game:execute_command "quit"
  local waits = 0
  repeat
    waits = waits + 1
    local time = game:step()
  until not time or waits > 100
  equal(game.state, "shutdown")
  refused("shutdown", game:step())
  equal(heard, { "deregistered shutdown", "shutdown -" })
end)

test("a game that has deregistered us is lost", function()
  local game, reason = harness.game(), nil
  game:on("deregistered", function(_, why) reason = why end)
  game:execute_command "deregister"
  local message = refused("lost", game:wait("custom_command", 5))
  contains(message, "the game has deregistered us")
  equal({ game.state, reason }, { "lost", "lost" })
  tm.sleep(0)
end)

harness.run()
