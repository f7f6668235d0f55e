--- Commands that show things: :watch, :unwatch, :engine, :shot.

local native = require "tm.native"
local engines = require "tm.engine"
local session = require "tm.repl.session"
local games = require "tm.repl.games"
local watch = require "tm.repl.watch"

local command, say = session.command, session.say

local WIDTH, HEIGHT = 640, 360

command("watch", { usage = ":watch [EXPR]",
  help = "Keeps an expression's value above the prompt.\n"
    .. "It may use time (ms), state and game. Without an expression: lists them.",
  run = function(text)
    if text == "" then
      if #session.watches == 0 then return say "nothing is watched" end
      for i, entry in ipairs(session.watches) do
        say("%d  %s = %s", i, entry.source, entry.text or "…")
      end
      return
    end
    local ok, message = watch.add(text)
    if not ok then session.print(message) end
  end })

command("unwatch", { usage = ":unwatch [N]",
  help = "Takes the Nth expression of :watch away, or all.",
  run = function(text)
    local index = math.tointeger(tonumber(text))
    if text ~= "" and not index then return say "usage: :unwatch [N]" end
    if watch.remove(index) == 0 then
      say(index and "there is no watch %d" or "nothing is watched", index)
    end
  end })

command("engine", { usage = ":engine [ADDRESS]",
  help = "Connects to an engine, for :shot.\n"
    .. "The global `engine` is set to it. :engine off lets it go.",
  run = function(text)
    if session.engine then session.engine:close() end
    session.engine = nil
    if text == "off" then return end
    local engine, message = engines.connect(text ~= "" and text or nil)
    if not engine then session.refuse(message) end
    session.engine = engine
    rawset(_G, "engine", engine)
    say("%s", tostring(engine))
  end })

local function draw(width, height, track)
  local game = games.need()
  local state, message = game:get_simulation_state()
  if not state then return nil, message end
  track = track or game.address:match "^sim:([^?]+)"
  return native.draw(state, width, height, track and { track = track })
end

command("shot", { usage = ":shot FILE [WxH] [TRACK]",
  help = "Writes a picture of the race (.png, .qoi, .raw).\n"
    .. "From the engine of :engine; without one, drawn from the state, on the track named (easy).",
  run = function(text)
    local file, rest = text:match "^(%S+)%s*(.-)$"
    if not file then return say "usage: :shot FILE [WxH] [TRACK]" end
    local width, height, track = rest:match "^(%d+)x(%d+)%s*(.*)$"
    if not width then width, height, track = WIDTH, HEIGHT, rest end
    width, height = math.tointeger(tonumber(width)), math.tointeger(tonumber(height))
    local image, message
    if session.engine then
      image, message = session.engine:screenshot(width, height)
    else
      image, message = draw(width, height, track ~= "" and track or nil)
    end
    if not image then session.refuse(message) end
    local picture <close> = image
    local ok, why = picture:save(file)
    if not ok then session.refuse(why) end
    say("%s: %dx%d", file, width, height)
  end })
