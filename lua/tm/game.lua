--- Methods of a game that are written in Lua, on top of the verbs in C.

local native = require "tm.native"
local events = require "tm.events"

local Game = native.game_methods

local SEVERITIES = { log = 0, success = 1, warning = 2, error = 3 }

--- Writes a line to the game's console. `severity`: "log" (default), "success", "warning",
-- "error". One byte per character: text that is not Latin-1 shows as its bytes.
function Game:log(text, severity)
  local number = SEVERITIES[severity or "log"]
  if not number then
    error(("bad argument #2 to 'log' (unknown severity '%s')"):format(tostring(severity)), 2)
  end
  return self:_log(tostring(text), number)
end

--- Registers a console command; with `fn`, calls `fn(game, from, to, args)` for each use of it.
-- Times are ms, -1 where the command had none. Returns true, or nil, message, code:
-- "command_already_registered" is only about commands of other names than ours.
function Game:register_custom_command(name, fn)
  if type(name) ~= "string" or name == "" or name:find("%s") then
    error("bad argument #1 to 'register_custom_command' (a word expected)", 2)
  elseif fn ~= nil and type(fn) ~= "function" then
    error("bad argument #2 to 'register_custom_command' (function expected)", 2)
  end
  local ok, message, code = self:_register_custom_command(name)
  if ok and fn then
    self:on("custom_command", function(game, from, to, command, args)
      if command == name then return fn(game, from, to, args) end
    end)
  end
  return ok, message, code
end

--- The inputs of the race so far (in a simulation: of the run): events, or nil, message, code.
function Game:get_event_buffer()
  local bytes, message, code = self:_get_event_bytes()
  if not bytes then return nil, message, code end
  return events.decode(bytes)
end

--- Holds the game at its current step until `game:resume()`. The game's patience is lifted
-- meanwhile. Returns true, or nil, message, code.
function Game:pause()
  if self._patience then return true end
  local patience = self.timeout
  local ok, message, code = self:set_timeout(-1)
  if not ok then return nil, message, code end
  self._patience = patience
  self:_hold(true)
  return true
end

--- Lets a paused game go on, with the patience it had. Returns true, or nil, message, code.
function Game:resume()
  local patience = self._patience
  if not patience then return true end
  self._patience = nil
  local ok, message, code = self:set_timeout(patience)
  self:_hold(false)
  return ok, message, code
end

return Game
