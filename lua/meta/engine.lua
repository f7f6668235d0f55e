---@meta _
-- Engines: the framed TCP protocol at either end; see tm.lua for what makes them. Never loaded at
-- run time.
--
-- Hooks of connections are tasks: they may wait, and one that fails ends the script. A connection
-- with hooks keeps the script alive, one without does not.

--- A client of an engine. It connects in the background, and again when a connection ends: after
--- 0.1 s, and twice as long after each failure, up to 2 s. Requests wait for the connection and for
--- their answer, together as long as their timeout; those under way when a connection ends fail. In
--- a hook of a game they hold its call open; in a task they let it go, as tm.sleep does.
---@class tm.Engine
---@field address string "127.0.0.1:4242"
---@field state "connecting"|"connected"|"waiting"|"closed" waiting: for the next attempt
---@field reason string? why there is no connection
---@field queued integer bytes that wait to be sent; above 8 MiB nothing more is taken
local Engine = {}

---@alias tm.EngineEvent
---| "connected" ()
---| "disconnected" (reason: string)
---| "closed" () by us, or for good
---| "log" (level: tm.EngineLogLevel, text: string, id: integer?) a message of the engine
---| "frame" (kind: integer, body: string) of a kind that has no other way in, or a late screenshot
---| "warning" (text: string) something was wrong with a frame; without a hook it is logged
---| "sent" () nothing waits to be sent any more

---@alias tm.EngineLogLevel "trace"|"debug"|"config"|"info"|"warning"|"error"|"fatal"|"unknown"

--- Calls `fn(engine, …)` at every such event.
---@param event tm.EngineEvent
---@param fn fun(engine: tm.Engine, ...: any)
---@return tm.Hook
function Engine:on(event, fn) end

---@param event tm.EngineEvent
---@param fn fun(engine: tm.Engine, ...: any)
---@return tm.Hook
function Engine:once(event, fn) end

--- Waits for the next such event. Returns its values, of "connected", "closed" and "sent" none at
--- all; or nil, message, "timeout" or "closed". Not in a hook of a game.
---@param event tm.EngineEvent
---@param timeout? number seconds
---@return any ...
function Engine:wait(event, timeout) end

--- Measures the way there and back. Waits.
---@param timeout? number seconds
---@return number? seconds
---@return string? message
---@return tm.Code? code
function Engine:ping(timeout) end

--- Asks for a picture of that size. Waits. Requests of several tasks are made one after the other;
--- one that is not answered in time costs the connection, for its late answer could not be told
--- from the next one's.
---@param width integer pixels
---@param height integer
---@param timeout? number seconds
---@return tm.Image? image
---@return string? message
---@return tm.Code? code "protocol": what came is no image of that size
function Engine:screenshot(width, height, timeout) end

--- Sends a command, with {id = …} as one more argument, and waits for the log with that id: its
--- text, a line for each message; or nil, text, "refused" if one is an error. tmsim answers like
--- that, and tm.listen; an engine that does not is for notify.
---@param method string
---@param ... any what MessagePack can hold
---@return string? text
---@return string? message
---@return tm.Code? code
function Engine:call(method, ...) end

--- Sends a command, a method and its arguments in MessagePack, and waits for nothing.
---@param method string
---@param ... any
---@return true? ok
---@return string? message
---@return tm.Code? code "closed": there is no connection; "busy": too much waits to be sent
function Engine:notify(method, ...) end

--- Sends a frame as it is.
---@param kind integer 0 to 255
---@param body string
---@return true? ok
---@return string? message
---@return tm.Code? code
function Engine:send(kind, body) end

--- Waits until nothing waits to be sent any more.
---@param timeout? number seconds
---@return true? ok
---@return string? message
---@return tm.Code? code
function Engine:flush(timeout) end

--- Ends the connection for good; what is under way fails with "closed".
function Engine:close() end

--- A script that stands in for an engine. Pings are answered by themselves; a request that no hook
--- answers, or that makes no sense, is answered by a log that says so.
---@class tm.EngineServer
---@field address string where it listens
---@field port integer
---@field state "open"|"closed"
---@field peers tm.EnginePeer[] the clients that are there; a new list at each look
local EngineServer = {}

--- What a hook of "screenshot" and "command" returns is the answer: an image, or nil and why there
--- is none; a text or nothing for done, or nil and why it is refused. A hook may also answer later
--- by the methods of the peer, and return nothing. A command whose last argument is a map with an
--- integer `id` is answered with that id; the hook does not see that map.
---@alias tm.EngineServerEvent
---| "connected" (peer: tm.EnginePeer)
---| "disconnected" (peer: tm.EnginePeer, reason: string)
---| "closed" ()
---| "screenshot" (peer: tm.EnginePeer, width: integer, height: integer) the next after the answer
---| "command" (peer: tm.EnginePeer, method: string, ...: any)
---| "frame" (peer: tm.EnginePeer, kind: integer, body: string) of any other kind
---| "warning" (peer: tm.EnginePeer, text: string) the client has been told; without a hook, logged
---| "sent" (peer: tm.EnginePeer) nothing waits for it any more

---@param event tm.EngineServerEvent
---@param fn fun(server: tm.EngineServer, ...: any): any, any
---@return tm.Hook
function EngineServer:on(event, fn) end

---@param event tm.EngineServerEvent
---@param fn fun(server: tm.EngineServer, ...: any): any, any
---@return tm.Hook
function EngineServer:once(event, fn) end

---@param event tm.EngineServerEvent
---@param timeout? number seconds
---@return any ...
function EngineServer:wait(event, timeout) end

--- Sends a log to all clients.
---@param level tm.EngineLogLevel
---@param text string
function EngineServer:log(level, text) end

--- Closes all connections, and listens no more.
function EngineServer:close() end

--- A client of a server.
---@class tm.EnginePeer
---@field address string
---@field number integer 1 for the first that came
---@field state "connected"|"closed"
---@field asked integer screenshots it waits for
---@field queued integer bytes that wait to be sent
local EnginePeer = {}

---@param level tm.EngineLogLevel
---@param text string
---@param id? integer of the command that this answers
---@return true? ok
---@return string? message
---@return tm.Code? code
function EnginePeer:log(level, text, id) end

--- Answers the screenshot that was asked for.
---@param image tm.Image
---@return true? ok
---@return string? message
---@return tm.Code? code
function EnginePeer:screenshot(image) end

--- Says by a log that there is none.
---@param text string
function EnginePeer:refuse_screenshot(text) end

--- Sends a frame as it is.
---@param kind integer 0 to 255
---@param body string
---@return true? ok
---@return string? message
---@return tm.Code? code
function EnginePeer:send(kind, body) end

function EnginePeer:close() end
