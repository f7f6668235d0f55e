-- Stands in for an engine: an editor that connects sees the game this is attached to, whichever it
-- is, and drives it. Pictures are drawn here, from the state of the game. Serves an engine:
--
--     build/bin/tmlua --attach "sim:easy?speed=1" scripts/bridge.lua [ADDRESS [TRACK]]
--
-- Commands (MessagePack), answered by a log: setInputs({accelerate = true, steer = -20000, …}),
-- execute(text), restart(), updateCamera(location, rotation, projection), followCar().

local tm = require "tm"

local address, track = arg[1] or "127.0.0.1:4242", arg[2] or "easy"
local game = assert(tm.attach())
local server = assert(tm.listen(address))
local cameras = {} -- of each client that has set one
print("serving " .. game.address .. " on " .. server.address)
io.stdout:flush()

-- A task that waits for a step is inside it when it goes on.
server:on("screenshot", function(_, peer, width, height)
  local _, refusal = game:step()
  if refusal then return nil, refusal end
  local state = assert(game:get_simulation_state())
  return tm.draw(state, width, height, { track = track, camera = cameras[peer] })
end)

local commands = {}

function commands.setInputs(_, inputs)
  if type(inputs) ~= "table" then return nil, "setInputs wants a map of inputs" end
  local ok, message = pcall(game.set_input_state, game, inputs)
  return ok or nil, message
end

function commands.execute(_, text)
  if type(text) ~= "string" then return nil, "execute wants a text" end
  return game:execute_command(text)
end

function commands.restart() return game:give_up() end

function commands.updateCamera(peer, location, rotation, projection)
  local camera = { position = location, rotation = rotation, projection = projection }
  local ok, message = pcall(tm.draw, game:get_simulation_state(), 1, 1,
    { track = track, camera = camera })
  if not ok then return nil, message end
  cameras[peer] = camera
  return true
end

function commands.followCar(peer)
  cameras[peer] = nil
  return true
end

server:on("command", function(_, peer, method, ...)
  local command = commands[method]
  if not command then return nil, "there is no command " .. method end
  return command(peer, ...)
end)

server:on("disconnected", function(_, peer) cameras[peer] = nil end)

-- What happens in the race, for everybody who looks.
game:on("checkpoint_count_changed", function(_, current, target)
  local time = game:get_simulation_state().race_time / 1000
  local what = current < target and ("checkpoint %d of %d"):format(current, target) or "finish"
  server:log("info", ("%s: %.2f s"):format(what, time))
end)
game:on("deregistered", function(_, reason)
  server:log("error", "the game is gone: " .. tostring(reason))
  tm.quit(1)
end)
