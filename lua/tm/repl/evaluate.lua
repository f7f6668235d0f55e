--- Lines of Lua: whether they are complete, and what comes of them.

local native = require "tm.native"
local session = require "tm.repl.session"
local show = require "tm.repl.show"

local M = {}

local CHUNK_NAME = "=prompt"
local HINT_SECONDS = 1.5

--- Compiles a text, as an expression if it is one. Returns the function; or nil, a message, and
-- whether the text could be the beginning of something.
function M.compile(text)
  text = text:gsub("^%s*=", "", 1)
  local chunk, problem = load("return " .. text, CHUNK_NAME, "t")
  if chunk then return chunk end
  local message
  chunk, message = load(text, CHUNK_NAME, "t")
  if chunk then return chunk end
  return nil, message, (message:find "<eof>$" or problem:find "<eof>$") ~= nil
end

-- Without the frames of the prompt itself, which are below those of the line.
local function own_frames_off(trace)
  local lines = {}
  for line in trace:gmatch "[^\n]+" do lines[#lines + 1] = line end
  for i = 2, #lines do
    if lines[i]:find("lua/tm/repl/", 1, true) then
      local last = lines[i - 1]:find("[C]: in function 'xpcall'", 1, true) and i - 2 or i - 1
      if last == 2 and lines[2]:find "^stack traceback" then last = 1 end
      return table.concat(lines, "\n", 1, last)
    end
  end
  return trace
end

local function describe(message)
  if type(message) == "string" then return message end
  local meta = debug.getmetatable(message)
  if type(message) == "table" and not (meta and rawget(meta, "__tostring")) then
    return "error object: " .. show.show(message)
  end
  return show.show(message)
end

-- What can be said to help, behind the message.
local function hint(text)
  if text:find("interrupted: no progress", 1, true) then
    return "\n:hold LINE runs a line with the game paused, however long it takes"
  elseif text:find("%(global 'game'%)") and not session.game then
    return "\n(no game is attached)"
  end
  return ""
end

--- The handler of a line's errors: makes the text that is shown.
local function handle(message)
  if session.is_refusal(message) then return message.text end
  local text = describe(message)
  local plain = text:gsub("^[^\n]-:%d+: ", "")
  if plain == "interrupted!" or plain == "cancelled" then return "interrupted!" end
  return own_frames_off(debug.traceback(text, 2)) .. hint(text)
end

-- A line that waits for a paused game waits for ever: that is to be said, once.
local function start_hint()
  local game, line = session.game, native.this_task()
  if not game or not game._patience or not line then return nil end
  return native.task(function()
    native.sleep(HINT_SECONDS)
    if game._patience and line.status == "waiting" then
      session.print "(the game is paused: :step and :resume let it go on; Ctrl-C ends this line)"
    end
  end)
end

--- Runs a function protected. Returns whether it came to its end, and its results or the text of
-- its error.
function M.protect(fn, ...)
  local results = table.pack(xpcall(fn, handle, ...))
  if not results[1] and results[2]:find("interrupted: no progress", 1, true) then
    native.sleep(0) -- lets go of the game before anything else
  end
  return table.unpack(results, 1, results.n)
end

local function print_results(ok, ...)
  if not ok then
    session.complain((...))
    return false
  end
  if select("#", ...) > 0 then
    rawset(_G, "_", (...))
    session.print(show.list(table.pack(...), session.columns()))
  end
  return true
end

--- Evaluates a complete text and prints what comes of it. Returns whether there was no error.
function M.evaluate(text)
  local chunk, message = M.compile(text)
  if not chunk then
    session.complain(message)
    return false
  end
  local hints = start_hint()
  local results = table.pack(M.protect(chunk))
  if hints then hints:cancel() end
  return print_results(table.unpack(results, 1, results.n))
end

--- A function of an expression's text, with `names` looked up before the globals. A name's value
-- is made by a function when it is used. Returns it, or nil and a message.
function M.expression(text, names)
  local environment = setmetatable({}, {
    __index = function(_, key)
      local make = names[key]
      if make then return make() end
      return _G[key]
    end,
    __newindex = _G,
  })
  local chunk, message = load("return " .. text, "=" .. text, "t", environment)
  if not chunk then return nil, (message:gsub("^.-:%d+: ", "")) end
  return chunk
end

return M
