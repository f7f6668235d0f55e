---@meta tm
-- The module `tm`, for editors with the Lua language server: put the folder that holds this file
-- on `workspace.library`. Never loaded at run time.
--
-- What the world refuses returns nil, a message for people, and a code word for programs; wrong
-- arguments raise errors. What waits lets the rest of the program go on; it waits in the main
-- script, in tasks and in hooks, but not in coroutines that the script has made itself.

---@class tm
---@field version string version of tmlua, "MAJOR.MINOR.PATCH"
---@field messages table<string, tm.Message> the mapped-memory protocol by name: "S_ON_RUN_STEP" …
---@field log tm.Log
---@field msgpack tm.MessagePack
local tm = {}

--- Code words of refusals, third result after nil and the message.
---@alias tm.Code
---| "no_game" no game is running there, or the track does not exist
---| "already_registered" another client is attached; the message names it
---| "size_mismatch" the mapping has another size than the dialect's; the message names both
---| "dialect_mismatch" the game numbers its messages in another way
---| "denied" the operating system forbids it
---| "invalid" the address, the file or a value makes no sense
---| "more" the bytes end too early
---| "timeout" no answer, or no such call, in the time there was
---| "lost" the game is gone
---| "shutdown" the game has ended
---| "closed" `game:close()` has been called; there is no connection
---| "protocol" the game broke the rules of the protocol; the message says where
---| "unsupported" the dialect of the game has no such message
---| "wrong_context" the verb is for races and this is a simulation, or the other way round
---| "no_call" no call of the game is open
---| "too_long" the request does not fit in the game's buffer
---| "response_too_long" the reply did not fit in the game's buffer
---| "no_event_buffer" there is no event buffer now
---| "no_player_info" there is no player now
---| "invalid_event_buffer_size" the events are not as many as the game's
---| "command_already_registered" somebody else has registered a command of that name
---| "unknown_error" an error code of the game that nobody knows
---| "refused" an engine answered a call with an error
---| "busy" too much waits to be sent; somebody else listens there
---| "no_slot" too many games are open
---| "system" the operating system refused
---| "out_of_memory"

--- How a game numbers and lays out its messages: TMInterface 1.1 to 1.4.3, its versions 1.0.8 and
--- 1.0.7, the version of June 2021, and the public header of March 2021.
---@alias tm.Dialect "v1"|"1.0.8"|"1.0.7"|"2021-06"|"public"

---@class tm.AttachOptions
---@field wait? number seconds to look for the game (default: that of --wait, 10); 0 looks once

--- Attaches to a game and returns once it has registered us. Waits.
---
---     sim:  sim:TRACK  sim:TRACK?speed=X     the embedded game; X times real time, or max
---     sim:TRACK?simulate=FILE                it plays an input script in the simulation context
---     mapped:                                the first of TMInterface0..15 that takes us
---     mapped:NAME?dialect=public&size=N      that one; a tm.Dialect, N bytes
---     mapped:?pid=N                          the game of that process in Wine, seen from Linux
---
--- The first two find games in Wine too, native ones first. What such a game calls itself cannot be
--- seen: the games of a prefix are numbered in the order in which they were started, which is right
--- unless one that was started before has ended since. With pid nothing is guessed.
---
--- A script that is run again (`--watch`) gets the very game it had, at once and as it is: its
--- speed, timeout, fields and console commands. `registered` is told to each run. A game that it
--- has not asked for when its main chunk has come to its end is closed.
---
--- Tracks: straight, easy, technical, laps. A script that dies of the refusal
--- (`assert(tm.attach())`) ends with exit status 3.
---@param address? string default: the first of the command line, else "mapped:"
---@param options? tm.AttachOptions
---@return tm.Game? game
---@return string? message
---@return tm.Code? code
function tm.attach(address, options) end

---@class tm.Instance
---@field name string "TMInterface0" …; of a game in Wine the likely one
---@field address string "mapped:NAME", of a game in Wine "mapped:NAME?pid=N", for tm.attach
---@field size integer bytes of the mapping; 0: out of reach
---@field state "free"|"in use"|"unknown"|"gone"|"denied" see tm.instances
---@field pid? integer process of a game in Wine
---@field program? string what it runs, "TmForever.exe"

--- The mapped games there are: TMInterface0 to TMInterface15, and on Linux those that run in Wine.
--- Their states: "free"; "in use", a client is attached; "unknown", a native game that is not a
--- tmsim; "gone", left by a crash; "denied", in Wine as another user or in another container, where
--- only a tmlua.exe inside its prefix can attach to it.
---@return tm.Instance[]
function tm.instances() end

--- Starts a task: `fn(...)` runs at once up to its first wait, and goes on by itself afterwards.
--- An error in it ends the program with exit status 1.
---@param fn fun(...)
---@param ... any for fn
---@return tm.Task
function tm.task(fn, ...) end

--- Lets this task sleep; calls of games that it holds go on. Waits.
---@param seconds number not negative
function tm.sleep(seconds) end

--- Calls `fn` every `seconds` seconds, the first time after one of them. Cancel the task to end it.
---@param seconds number not negative
---@param fn fun()
---@return tm.Task
function tm.every(seconds, fn) end

--- Ends the program with that exit status when the Lua code that runs now waits or ends. Games are
--- let go first; the first call counts.
---@param code? integer 0 to 255, default 0
function tm.quit(code) end

--- Seconds of a clock that never goes back; only differences mean something.
---@return number seconds
function tm.now() end

--- Reads a file with a state: one that `state:save` has written, or a `.bin` of TMInterface's
--- folder `States`, of any of its three forms. The regions that a file of form C lacks are zero, as
--- its `flags` tell, and its state knows of no respawns. A message about a damaged file names the
--- byte, from 0.
---@param path string
---@return tm.State? state
---@return tm.StateFile|string info what else the file tells, or a message
---@return tm.Code? code "system", "invalid"
function tm.load_state(path) end

--- A new picture, black and opaque unless its pixels are given.
---@param width integer pixels, 1 to 16384; at most 2^25 pixels in all
---@param height integer
---@param bytes? string four for each pixel, blue, green, red, alpha, from the top left on
---@return tm.Image
function tm.image(width, height, bytes) end

--- Reads a PNG or QOI file, whatever its name.
---@param path string
---@return tm.Image? image
---@return string? message
---@return tm.Code? code "system", "invalid", "unsupported" (neither format), "out_of_memory"
function tm.load_image(path) end

--- What is left out is that of the camera behind the car, see tm.draw.
---@class tm.Camera
---@field position? number[]|tm.Vector x, y, z in the world, m
---@field rotation? number[]|tm.Vector quaternion x, y, z, w; not turned, it looks along -z, y is up
---@field projection? number[] 16 numbers, row 0 first, as in OpenGL

---@class tm.DrawOptions
---@field track? string a built-in track or a track file, default "easy"
---@field camera? tm.Camera default: from behind and above the car
---@field image? tm.Image one of that size, to be drawn over and returned

--- Draws the race that a state is from, in the manner of the embedded game.
---@param state tm.State
---@param width integer pixels
---@param height integer
---@param options? tm.DrawOptions
---@return tm.Image? image
---@return string? message
---@return tm.Code? code "system" (no such track), "invalid" (no track is in the file)
function tm.draw(state, width, height, options) end

---@class tm.ConnectOptions
---@field timeout? number seconds that a request may take, connecting included (5)
---@field reconnect? boolean false: closed for good when its first connection or attempt ends
---@field max_body? integer bytes of the largest frame it takes (64 MiB)

--- Makes a client of an engine and returns at once; it connects in the background.
---@param address? string "HOST:PORT", "HOST", ":PORT", with or without "engine:"; 127.0.0.1:4242
---@param options? tm.ConnectOptions
---@return tm.Engine? engine
---@return string? message
---@return tm.Code? code "invalid"
function tm.connect(address, options) end

---@class tm.ListenOptions
---@field bare_screenshots? boolean pictures are sent without their sides, as old clients expect

--- Listens as an engine does. Whoever can reach the address can connect: other addresses than
--- those of this machine itself, 127.0.0.1 and ::1, are open to the network.
---@param address? string as of tm.connect; port 0 is any that is free
---@param options? tm.ListenOptions
---@return tm.EngineServer? server
---@return string? message
---@return tm.Code? code "busy" (somebody listens there), "denied", "invalid", "system"
function tm.listen(address, options) end

---@class tm.Task
---@field status "running"|"ready"|"sleeping"|"waiting"|"finished"
local Task = {}

--- Ends a task that waits: its wait raises an error, so that to-be-closed variables are closed.
--- Nobody hears of that error.
---@return boolean # whether there was anything to cancel
function Task:cancel() end

--- A logger to standard error. The same text is shown ten times a second at most.
---@class tm.Log
---@field level "debug"|"info"|"warning"|"error" the lowest that is shown, "info" at first
local Log = {}

---@param ... any as for print, with a blank between
function Log.debug(...) end

---@param ... any
function Log.info(...) end

---@param ... any
function Log.warning(...) end

---@param ... any
function Log.error(...) end

--- One message of the mapped-memory protocol.
---@class tm.Message
---@field numbers table<tm.Dialect, integer> its number in each dialect that has it
---@field sender "game"|"client"
---@field shape string of its data, a letter per field: i u b d t n T S E C
---@field fields string the names of the fields, with blanks between
---@field reply string shape of the reply

return tm
