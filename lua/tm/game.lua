--- Methods of a game that are written in Lua, on top of the verbs in C.
--
-- What is called when a hook rewinds: nothing from within `rewind_to_state`, out of which the
-- Python client calls its checkpoint hook. The hooks of the same call that come after still run,
-- with the values of that call, and so do the tasks that waited for it; what they ask the game
-- about is the new state. Calls that the game still owed for this step, such as the step behind a
-- checkpoint, are not made: the next step has the state's race time + 10 ms.

local native = require "tm.native"
local states = require "tm.state"

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
  -- The game forgets no command: one of an earlier run of the script is taken over.
  local owners = self._command_owners or {}
  self._command_owners = owners
  local ok, message, code = true, nil, nil
  if not owners[name] or not native.run_is_over(owners[name]) then
    ok, message, code = self:_register_custom_command(name)
  end
  if ok then owners[name] = native.run() end
  if ok and fn then
    self:on("custom_command", function(game, from, to, command, args)
      if command == name then return fn(game, from, to, args) end
    end)
  end
  return ok, message, code
end

--- The inputs of the race so far (in a simulation: all that it plays): events, or nil, message,
-- code. See lua/tm/events.lua.
function Game:get_event_buffer()
  if not self:_tells_event_names() then
    local ok, message, code = self:_learn_event_names()
    if not ok then return nil, message, code end
  end
  return self:_get_event_buffer()
end

--- Gives a simulation other inputs, at any step of it. Returns true, or nil, message, code.
-- Events of another game or replay go by their names. The game sorts them by time; of those of one
-- time the last in the list acts last.
function Game:set_event_buffer(events)
  if not native.is_events(events) then
    error(("bad argument #1 to 'set_event_buffer' (events expected, got %s)"):format(type(events)),
      2)
  end
  if self:_call_context() ~= "run" then
    local ok, message, code = self:_learn_event_names()
    if not ok then return nil, message, code end
  end
  return self:_set_event_buffer(events)
end

--- Takes all inputs out of a simulation but the race-running event, without which it never
-- starts. Returns true, or nil, message, code.
function Game:clear_event_buffer()
  local ok, message, code = self:_learn_event_names()
  if not ok then return nil, message, code end
  return self:_clear_event_buffer()
end

-- In a simulation inputs are added to the event buffer, which is emptied first as the Python client
-- does. Called from C outside races. Returns true when inputs may be sent.
function Game:_empty_event_buffer()
  if not self:_call_context() then -- the open call does not say
    local mode, message, code = self:get_context_mode()
    if not mode then return nil, message, code end
    if mode ~= 0 then return true end
  end
  return self:clear_event_buffer()
end

--- Reads a file with a state, as `tm.load_state`: for libraries that receive a game. The game is
-- not asked and not changed. Returns the state and what else is known, or nil, message, code.
function Game:load_state(path) -- luacheck: ignore self
  return states.load(path)
end

--- Holds the game at its current step until `game:resume()`. The game's patience is lifted
-- meanwhile. Returns true, or nil, message, code.
function Game:pause()
  if self._patience then return true end
  local patience = self.timeout
  local ok, message, code = self:set_timeout(-1)
  if not ok then return nil, message, code end
  self._patience, self._pauser = patience, native.run()
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
