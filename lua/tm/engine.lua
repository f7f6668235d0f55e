--- Engines: the framed TCP protocol between a front end and a game engine, at either end.
--
--     local engine = tm.connect()                 -- 127.0.0.1:4242; connects in the background
--     local image = assert(engine:screenshot(640, 360))
--     assert(image:save "now.png")
--
-- A client comes back by itself when a connection ends. What is asked waits for the connection, and
-- for an answer until its timeout; then it is nil, message, code. Nothing here blocks a game.
--
-- Source: fact sheet "Remote editor TCP protocol".

local native = require "tm.native"
local hooks = require "tm.hooks"
local log = require "tm.log"

local M = {}

local Engine = native.engine_methods
local Server = native.engine_server_methods
local Peer = native.engine_peer_methods

local DEFAULT_ADDRESS = "127.0.0.1:4242"
local HOST_SIZE_MAX = 255
local BODY_SIZE_MAX = 0x7fffffff

-- "engine:HOST:PORT", "HOST:PORT", "HOST", ":PORT" -> host, port; or nil and a message.
local function parse(address)
  local rest = address:match "^engine:(.*)$" or address
  if rest == "" then rest = DEFAULT_ADDRESS end
  local host, port = native.tcp_address(rest)
  if not host or #host > HOST_SIZE_MAX then
    return nil, ("'%s' is not HOST:PORT"):format(address)
  end
  return host, port
end

local function check_options(options, known, name)
  if type(options) ~= "table" then
    error(("bad argument #2 to '%s' (table expected, got %s)"):format(name, type(options)), 3)
  end
  for key in pairs(options) do
    if not known[key] then
      error(("bad argument #2 to '%s' (unknown option '%s')"):format(name, tostring(key)), 3)
    end
  end
end

local function check_number(value, least, most, name)
  if type(value) ~= "number" or not (value >= least and value <= most) then
    error(("option '%s' must be a number from %g to %g"):format(name, least, most), 3)
  end
  return value
end

local function check_address(address, name)
  if address ~= nil and type(address) ~= "string" then
    error(("bad argument #1 to '%s' (string expected, got %s)"):format(name, type(address)), 3)
  end
end

-- Clients --------------------------------------------------------------------------------------

local ENGINE_EVENTS = { "connected", "disconnected", "closed", "log", "frame", "warning", "sent" }

hooks.install(Engine, ENGINE_EVENTS, {
  warning = function(engine, text) log.warning(tostring(engine) .. ": " .. text) end,
})

local CONNECT_OPTIONS = { timeout = true, reconnect = true, max_body = true }

--- Makes a client of the engine at that address ("HOST:PORT", by default 127.0.0.1:4242), and
-- returns it at once; it connects in the background. Options: `timeout`, seconds a request may
-- take (5); `reconnect = false`, for a client that is closed when its first connection or attempt
-- ends; `max_body`, bytes of the largest frame that is taken (64 MiB). Returns nil, message,
-- "invalid" for an address that is none.
function M.connect(address, options)
  check_address(address, "connect")
  options = options or {}
  check_options(options, CONNECT_OPTIONS, "connect")
  local timeout = check_number(options.timeout or 5, 0, math.huge, "timeout")
  local max_body = options.max_body and
    math.floor(check_number(options.max_body, 0, BODY_SIZE_MAX, "max_body"))
  local host, port = parse(address or DEFAULT_ADDRESS)
  if not host then return nil, port, "invalid" end
  local engine = native.connect(host, port, timeout, options.reconnect == false, max_body)
  hooks.begin(engine)
  return engine
end

--- Waits until nothing waits to be sent any more. Returns true, or nil, message, code.
function Engine:flush(timeout)
  local limit = native.now() + (timeout or math.huge)
  while self.queued > 0 do
    local left = limit - native.now()
    local ok, message, code = self:wait("sent", math.max(left, 0))
    if ok == nil and code and self.queued > 0 then return nil, message, code end
  end
  return true
end

-- Servers --------------------------------------------------------------------------------------

local SERVER_EVENTS = { "connected", "disconnected", "closed", "frame", "warning", "sent",
  "screenshot", "command" }

hooks.install(Server, SERVER_EVENTS, {
  warning = function(server, peer, text) log.warning(("%s: %s: %s"):format(server, peer, text)) end,
})

-- What a hook returns is the answer to what was asked.
local answers = {}

function answers.screenshot(fn)
  return function(server, peer, width, height)
    local image, reason = fn(server, peer, width, height)
    if image then
      peer:screenshot(image)
    elseif reason then
      peer:refuse_screenshot(tostring(reason))
    end
  end
end

-- The last argument of a command may be a map with the id that the answer is to have.
local function take_id(...)
  local arguments = table.pack(...)
  local last = arguments[arguments.n]
  local id = type(last) == "table" and math.tointeger(last.id) or nil
  if id then arguments.n = arguments.n - 1 end
  return id, arguments
end

function answers.command(fn)
  return function(server, peer, method, ...)
    local id, arguments = take_id(...)
    local result, message =
      fn(server, peer, method, table.unpack(arguments, 1, arguments.n))
    if result == nil and message then
      peer:log("error", tostring(message), id)
    elseif id or type(result) == "string" then
      peer:log("info", type(result) == "string" and result or "ok", id)
    end
  end
end

for _, name in ipairs { "on", "once" } do
  local plain = Server[name]
  Server[name] = function(self, event, fn)
    if type(fn) == "function" and answers[event] then fn = answers[event](fn) end
    return plain(self, event, fn)
  end
end

--- Sends a log to all clients. `level`: "trace", "debug", "config", "info", "warning", "error",
-- "fatal".
function Server:log(level, text)
  for _, peer in ipairs(self.peers) do peer:log(level, text) end
end

local LISTEN_OPTIONS = { bare_screenshots = true }

--- Listens as an engine does, by default on 127.0.0.1:4242; port 0 is any that is free. Option:
-- `bare_screenshots`, pictures are sent without their sides, as old clients expect. Returns the
-- server, or nil, message, code: "busy" if somebody listens there.
function M.listen(address, options)
  check_address(address, "listen")
  options = options or {}
  check_options(options, LISTEN_OPTIONS, "listen")
  local host, port = parse(address or DEFAULT_ADDRESS)
  if not host then return nil, port, "invalid" end
  local server, message, code = native.listen(host, port, options.bare_screenshots or false)
  if not server then return nil, message, code end
  hooks.begin(server)
  return server
end

M.methods = { engine = Engine, server = Server, peer = Peer }

return M
