--- Commands that hold the game and let it go on: :pause, :resume, :step, :until, :speed, :hold.

local native = require "tm.native"
local session = require "tm.repl.session"
local evaluate = require "tm.repl.evaluate"
local games = require "tm.repl.games"

local command, say = session.command, session.say

local function clock(game)
  return ("%.2f s"):format(game.time / 1000)
end

-- A step that was interrupted leaves the game held all the same, where it comes next.
local function hold_again(game)
  if game.state ~= "attached" or not game._patience then return end
  native.task(function()
    pcall(game.step, game)
    if game._patience then game:_hold(true) end
  end)
end

-- Goes on by that many steps of a paused game. Returns the time, or nil and a message.
local function advance(game, count)
  local is_there = false
  local _ <close> = setmetatable({}, { __close = function()
    if not is_there then hold_again(game) end
  end })
  session.loaded = nil
  game:_hold(false)
  local time, message = game:step(count)
  game:_hold(true)
  is_there = true
  return time, message
end

local function pause(game)
  local ok, message = game:pause()
  if not ok then session.refuse(message) end
end

command("pause", { usage = ":pause",
  help = "Holds the game where it is.\nFor as long as you like: its patience is lifted meanwhile.",
  run = function()
    local game = games.need()
    pause(game)
    say("held at %s", clock(game))
  end })

command("resume", { usage = ":resume",
  help = "Lets a paused game go on.\nIt has the patience again that it had before.",
  run = function()
    local game = games.need()
    if not game._patience then return say("%s is not paused", games.name(game)) end
    local ok, message = game:resume()
    if not ok then session.refuse(message) end
  end })

command("step", { usage = ":step [N]",
  help = "Goes on by N steps (1) and holds the game there.",
  run = function(text)
    local game = games.need()
    local count = text == "" and 1 or math.tointeger(tonumber(text))
    if not count or count < 1 then return say "usage: :step [N], N at least 1" end
    pause(game)
    local time, message = advance(game, count)
    if not time then session.refuse(message) end
    say("held at %s", clock(game))
  end })

-- The names that an expression of :until has beside the globals.
local function names_of(game)
  return {
    game = function() return game end,
    time = function() return game.time end,
    state = function()
      local state, message = game:get_simulation_state()
      return state or session.refuse(message)
    end,
  }
end

command("until", { usage = ":until EXPR",
  help = "Steps until an expression is true; holds it there.\n"
    .. "It may use time (ms), state and game: :until state.display_speed > 200. Ctrl-C stops it.",
  run = function(text)
    local game = games.need()
    local is_true, message = evaluate.expression(text, names_of(game))
    if text == "" then return say "usage: :until EXPR" end
    if not is_true then return session.print(message) end
    pause(game)
    local count = 0
    repeat
      local time, reason = advance(game, 1)
      if not time then session.refuse(reason) end
      count = count + 1
    until is_true()
    say("held at %s, after %d step%s", clock(game), count, count == 1 and "" or "s")
  end })

local SPEED_MAX = 1000

command("speed", { usage = ":speed X",
  help = "How fast the game runs: X times real time, or max.",
  run = function(text)
    local speed = text == "max" and SPEED_MAX or tonumber(text)
    if not speed or not (speed > 0 and speed < math.huge) then
      return say "usage: :speed X, X above 0, or max"
    end
    local ok, message = games.need():set_speed(speed)
    if not ok then session.refuse(message) end
  end })

command("hold", { usage = ":hold LINE",
  help = "Runs a line while the game is paused.\nSo it may take as long as it likes.",
  run = function(text)
    if text == "" then return say "usage: :hold LINE" end
    local game = games.need()
    local was_paused = game._patience
    pause(game)
    evaluate.evaluate(text)
    if was_paused or game.state ~= "attached" then return end
    local ok, message = game:resume()
    if not ok then session.refuse(message) end
  end })
