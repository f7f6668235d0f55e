--- The public module: games, tasks and time.
--
--     local tm = require "tm"
--     local game = assert(tm.attach())
--
-- Functions that can be refused by the world return nil, a message and a code word; wrong
-- arguments raise errors. What waits lets the rest of the program go on.

local native = require "tm.native"
local attach = require "tm.attach"
local engine = require "tm.engine"

require "tm.game"  -- adds its methods to the games
require "tm.state" -- and to the states

local tm = {}

--- The version of tmlua, "MAJOR.MINOR.PATCH".
tm.version = native.version

--- The vocabulary of the mapped-memory protocol, by name:
-- `{numbers = {v1 = 4, public = 2}, sender = "game", shape = "i", fields = "time", reply = ""}`.
-- Made when it is first looked at.
tm.messages = nil
setmetatable(tm, {
  __index = function(self, name)
    if name == "messages" then
      self.messages = native.messages()
      return self.messages
    end
  end,
})

--- Attaches to a game; see lua/tm/attach.lua for addresses and options.
tm.attach = attach.attach

--- A client of an engine, and a server that stands in for one; see lua/tm/engine.lua.
tm.connect = engine.connect
tm.listen = engine.listen

--- Lists the mapped games there are: `{name =, address =, size =, state =}` each, where state is
-- "free", "in use" (a tmlua is attached), or "unknown" (not a tmsim: running, or left by a crash).
-- Those in Wine have `pid =, program =` too, and may be "denied" (out of reach).
function tm.instances()
  return (native.instances())
end

--- Starts a task: `fn(...)` runs at once, up to its first wait, and goes on by itself after it.
-- Returns the task: `task.status` ("running", "ready", "sleeping", "waiting", "finished") and
-- `task:cancel()`, which returns whether there was anything to cancel.
tm.task = native.task

--- Lets this task sleep for that many seconds.
tm.sleep = native.sleep

--- Seconds of a clock that never goes back; only differences mean something.
tm.now = native.now

--- Ends the program with that exit status (0 if none is given) when the running Lua code waits
-- or ends. Games are let go first.
tm.quit = native.quit

--- Calls `fn` every `seconds` seconds, the first time after one of them. Returns the task.
function tm.every(seconds, fn)
  if type(seconds) ~= "number" or seconds < 0 or seconds ~= seconds then
    error("bad argument #1 to 'every' (seconds expected)", 2)
  elseif type(fn) ~= "function" then
    error("bad argument #2 to 'every' (function expected)", 2)
  end
  return native.task(function()
    local due = native.now()
    while true do
      -- From the time that was due, so that the rate does not drift; never in a rush after a halt.
      due = math.max(due + seconds, native.now())
      native.sleep(math.max(due - native.now(), 0))
      fn()
    end
  end)
end

--- MessagePack; see lua/tm/msgpack.lua.
tm.msgpack = require "tm.msgpack"

--- Reads a file with a state, of any of the three forms. Returns it and what else is known, or nil,
-- message, code; see lua/tm/state.lua.
tm.load_state = require "tm.state".load

--- A picture of `width` x `height` pixels, black unless `bytes` has them: four each, blue, green,
-- red, alpha, the top row first. Images have `.width`, `.height`, `pixel`, `set_pixel`, `fill`,
-- `paste`, `scaled`, `copy`, `bytes`, `save` and `close`; see lua/meta/image.lua.
tm.image = native.image

--- Reads a picture from a PNG or QOI file. Returns an image, or nil, message, code.
tm.load_image = native.load_image

--- Draws the race of a state as an image of `width` x `height` pixels. Options: `track`, a built-in
-- one or a file ("easy"); `camera`, `{position =, rotation =, projection =}`, each that of a camera
-- behind the car unless it is given; `image`, one of that size to draw into again.
-- Returns the image, or nil, message, code.
tm.draw = native.draw

--- A levelled logger to standard error; see lua/tm/log.lua.
tm.log = require "tm.log"

return tm
