--- tas work: plays for a search that another process leads.

local common = require "tas.commands.common"
local remote = require "tas.search.remote"
local search = require "tas.search"

local TIMEOUT <const> = 60 -- seconds; an answer comes at once, but the other side may be busy

local function run(env, options, arguments)
  local engine, message, code = env.tm.connect(arguments[1], { timeout = TIMEOUT,
    reconnect = false })
  if not engine then return env.fail(message, code) end
  local queue = remote.queue(engine)
  local settings
  settings, message, code = queue:settings()
  if not settings then return env.fail(message, code) end
  local game
  game, message, code = env.attach(options)
  if not game then return env.fail(message, code) end
  local ok
  ok, message, code = search.work(queue, game)
  engine:close()
  game:close()
  if not ok then return env.fail(message, code) end
  return 0
end

return {
  name = "work",
  summary = "play for a search that another process leads",
  description = [[
Takes work from a search and plays it on the game, which must be in the simulation context, until
the search is over. `tas search` starts such workers by itself; others may be started by hand for a
queue that a script serves (tas.search.remote), with the address at which it listens.]],
  usage = "[options] HOST:PORT",
  arguments = { { name = "HOST:PORT", help = "where the search listens" } },
  options = common.options {},
  examples = { "tmlua tas work -a mapped:TMInterface3 127.0.0.1:41234" },
  run = run,
}
