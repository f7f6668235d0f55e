--- Commands about which game the prompt is about, and what it calls: :games, :attach, :detach,
-- :events.

local native = require "tm.native"
local session = require "tm.repl.session"
local games = require "tm.repl.games"
local stubs = require "tm.repl.stubs"

local command, say = session.command, session.say

command("games", { usage = ":games [N]",
  help = "Lists the attached games, or switches to the Nth.",
  run = function(text)
    local list = games.list()
    if text ~= "" then
      local game = list[math.tointeger(tonumber(text))]
      if not game then return say("there is no game %s", text) end
      return games.use(game)
    end
    if #list == 0 then return say "no game is attached" end
    for i, game in ipairs(list) do
      say("%s %d  %s  %s  %.2f s%s", rawequal(game, session.game) and "*" or " ", i, game.address,
        game.context or "–", game.time / 1000, game._patience and "  held" or "")
    end
  end })

command("attach", { usage = ":attach [ADDRESS]",
  help = "Attaches to a game.\nIt is looked for again when it is lost. ADDRESS: see ?tm.attach.",
  run = function(text)
    local address = text ~= "" and text or nil
    local game, message, code = games.attach(address, 0)
    if game or code ~= "invalid" then games.search(address) end
    if game then return say("attached to %s", games.name(game)) end
    say("%s%s", message, code ~= "invalid" and "; looking for it" or "")
  end })

command("detach", { usage = ":detach",
  help = "Lets the game go, and looks for none.",
  run = function()
    local game = session.game
    games.stop_search()
    if not game then return say "no game is attached" end
    game:close()
  end })

-- Tracing ----------------------------------------------------------------------------------------

local LINES_PER_SECOND = 10

local traced = {} -- event -> true
local hooks = {}

-- The values of an event in one line.
local function values_of(...)
  local texts = {}
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    texts[i] = type(value) == "table" and table.concat(value, " ") or tostring(value)
  end
  return table.concat(texts, " ")
end

-- Each event so often in a second, with a word about those that were left out.
local function tracer(event)
  local since, count = -math.huge, 0
  return function(game, ...)
    local now = native.now()
    if now - since >= 1 then
      local left_out = count - LINES_PER_SECOND
      if left_out > 0 then say("  %s: %d more", event, left_out) end
      since, count = now, 0
    end
    count = count + 1
    if count <= LINES_PER_SECOND then
      say("  %s %s  (%s at %.2f)", event, values_of(...), games.name(game), game.time / 1000)
    end
  end
end

local function trace(game)
  for _, hook in ipairs(hooks) do hook:cancel() end
  hooks = {}
  if not game or game.state ~= "attached" then return end
  for event in pairs(traced) do hooks[#hooks + 1] = game:on(event, tracer(event)) end
end

session.on_game = trace

local function event_names()
  local names = {}
  for _, name in ipairs(stubs.values "tm.Event") do
    if name ~= "error" then names[#names + 1] = name end -- who hooks it answers for errors
  end
  return names
end

local function tell_traced()
  local names = {}
  for name in pairs(traced) do names[#names + 1] = name end
  table.sort(names)
  say("traced: %s", #names > 0 and table.concat(names, " ") or "nothing")
end

local function choose(text)
  local chosen, known = {}, {}
  for _, name in ipairs(event_names()) do known[name] = true end
  for word in text:gmatch "%S+" do
    if not known[word] then return nil, word end
    chosen[word] = true
  end
  return text == "on" and known or chosen
end

command("events", { usage = ":events [on|off|NAME…]",
  help = "Prints the calls of the game as they come.\n"
    .. "All, or those named; of each ten in a second at most.",
  run = function(text)
    if text == "" then return tell_traced() end
    local chosen, unknown = choose((text == "on" or text == "off") and "" or text)
    if not chosen then
      return say("there is no event '%s'; there are: %s", unknown,
        table.concat(event_names(), " "))
    end
    if text == "on" then chosen = choose(table.concat(event_names(), " ")) end
    traced = chosen
    trace(session.game)
    tell_traced()
  end })
