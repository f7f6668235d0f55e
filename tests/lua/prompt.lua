-- The prompt without a terminal: what lines print, as tests want it.

local repl = require "tm.repl"
local tm = require "tm"
local native = package.loaded["tm.native"]

rawset(_G, "tm", tm)

local prompt = { repl = repl, columns = 80 }

local lines = {}
repl.print = function(...)
  local parts = table.pack(...)
  for i = 1, parts.n do parts[i] = tostring(parts[i]) end
  lines[#lines + 1] = table.concat(parts, "\t")
end
native.columns = function() return prompt.columns end

--- What has been printed since the last look, lines joined.
function prompt.printed()
  local text = table.concat(lines, "\n")
  lines = {}
  return text
end

--- Reads a line. Returns what it printed, and what `read` returned.
function prompt.read(text)
  prompt.printed()
  local result = repl.read(text)
  return prompt.printed(), result
end

--- Waits until the function returns something true, and returns that.
function prompt.wait_for(what, fn)
  local limit = tm.now() + 10
  repeat
    local value = fn()
    if value then return value end
    tm.sleep(0.005)
  until tm.now() > limit
  error(what .. " has not come", 2)
end

--- Makes the only game of the prompt the one at that address, held at its step `time` (ms).
function prompt.at(address, time)
  local games = require "tm.repl.games"
  if repl.game then repl.game:close() end
  local game = assert(games.attach(address, 0))
  if time then
    assert(game:give_up())
    assert(game:pause())
    prompt.read(":until time == " .. time)
    assert(game.time == time, game.time)
  end
  prompt.printed()
  return game
end

--- Closes the games; between tests.
function prompt.clean()
  if repl.game then repl.game:close() end
  require("tm.repl.games").use(nil)
  repl.give_up()
  prompt.read ":unwatch"
  prompt.read ":events off"
  prompt.printed()
end

return prompt
