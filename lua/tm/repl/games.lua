--- Which game the prompt is about: finds one in the background, says when it is lost, and looks
-- for it again. `game`, the global, follows unless it has been given another value.

local native = require "tm.native"
local attach = require "tm.attach"
local session = require "tm.repl.session"

local M = {}

local INTERVAL_SECONDS = 0.5

local search -- address that is looked for; nil: none
local told -- what was said last about the search
local last_global -- what `game` was set to

--- The games that are attached, in the order of attaching.
function M.list()
  local games = {}
  for _, game in ipairs(native.games()) do
    if game.state == "attached" then games[#games + 1] = game end
  end
  return games
end

--- How a game is called in the prompt: "TMInterface0", "sim:easy".
function M.name(game)
  local place, options = game.address:match "^([^?]*)%??(.*)$"
  if place == "sim:" then return "sim:easy" end
  local name = place:gsub("^mapped:", "")
  if name ~= "" then return name end
  return options:match "pid=%d+" or "game"
end

-- The global follows unless somebody has put something else there.
local function set_global(game)
  local value = rawget(_G, "game")
  if value == nil or rawequal(value, last_global) then
    rawset(_G, "game", game)
    last_global = game
  end
end

--- Makes that game the current one; nil: none is.
function M.use(game)
  if rawequal(session.game, game) then return end
  session.game = game
  if game then set_global(game) end
  if session.on_game then session.on_game(game) end
end

--- Raises an error when there is no game, for commands. Returns the current game.
function M.need()
  local game = session.game
  if not game or game.state ~= "attached" then
    session.refuse("no game is attached" .. (search and " yet" or " (:attach looks for one)"))
  end
  return game
end

--- Attaches to a game and makes it the current one. Returns it, or nil, message, code.
function M.attach(address, wait)
  local game, message, code = attach.attach(address, { wait = wait })
  if not game then return nil, message, code end
  M.use(game)
  return game
end

local WORDS = { lost = "is gone", shutdown = "has ended", closed = "has been let go" }

-- A game in another process may be started again, and then it is wanted again.
local function tell_loss(game)
  if game.state == "closed" then
    search = nil -- somebody wanted that
  elseif not search and game.address:find "^mapped:" then
    search = game.address
  end
  session.say("%s %s%s", M.name(game), WORDS[game.state] or game.state,
    search and "; looking for it again" or "")
end

-- A game that is there already, which may be of the script or of a line.
local function adopt()
  local game = M.list()[1]
  if not game then return false end
  M.use(game)
  session.say("%s is the game now", M.name(game))
  return true
end

-- That there is no game, or only what a killed one has left, is no news.
local NO_NEWS = { no_game = true, timeout = true, lost = true }

-- Says once what is in the way.
local function try()
  local game, message, code = M.attach(search, 0)
  if game then
    session.say("attached to %s%s", M.name(game),
      session.has_script and "; :reload runs the script on it" or "")
    told = nil
  elseif not NO_NEWS[code] and message ~= told then
    session.print(message)
    told = message
  end
  if not game and (code == "invalid" or search:find "^sim:") then -- waiting cures neither
    if code == "no_game" then session.print(message) end
    search = nil
  end
end

local function turn()
  local game = session.game
  if game and game.state ~= "attached" then
    tell_loss(game)
    M.use(nil)
  end
  if not session.game and not adopt() and search then try() end
end

--- Looks for a game from now on, and again whenever it is lost.
function M.search(address)
  search, told = address or native.addresses[1] or "mapped:", nil
end

--- Looks for no game any more.
function M.stop_search()
  search = nil
end

-- An error is shown, and no end of the search; false: somebody has cancelled it.
local function safe_turn()
  local ok, message = pcall(turn)
  if ok then return true end
  if tostring(message):find "cancelled$" then return false end
  session.print(message)
  return true
end

--- Looks once, so that a game that is there is there for the first line; then in the background.
function M.begin(may_attach)
  if may_attach then M.search() end
  safe_turn()
  session.looking = native.task(function()
    repeat native.sleep(INTERVAL_SECONDS) until not safe_turn()
  end)
end

-- The race time that the game is at: after a rewind its call still has the time of before.
local function race_time(game)
  local loaded = session.loaded
  if loaded and rawequal(loaded.game, game) and loaded.called_at == game.time then
    return loaded.time
  end
  session.loaded = nil
  return game.time
end

--- What stands before the text of a line.
function M.prompt()
  local game = session.game
  if not game or game.state ~= "attached" then return "no game> " end
  local games, number = M.list(), ""
  for i = 1, #games > 1 and #games or 0 do
    if rawequal(games[i], game) then number = i .. ":" end
  end
  local where = game.context and (" %s %.2f"):format(game.context, race_time(game) / 1000)
    or ""
  return number .. M.name(game) .. where .. (game._patience and " held> " or "> ")
end

return M
