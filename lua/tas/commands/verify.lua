--- tas verify: whether a run happens again, and where two runs part.

local common = require "tas.commands.common"
local verify = require "tas.verify"

-- Plays the scripts in turn; what is refused is kept, and nothing is played any more.
local function turns(scripts, options)
  local player = require "tas.player"
  local state = { count = 0 }
  function state.play(game)
    if state.failure then return end
    state.count = state.count + 1
    local script = scripts[(state.count - 1) % #scripts + 1]
    local result, message, code = player.play(game, script, { until_time = options["until"] })
    if not result then state.failure = { message, code } end
  end
  return state
end

local function read_scripts(env, paths)
  local scripts = {}
  for i, path in ipairs(paths) do
    local script, message, code = common.load_script(env, path)
    if not script then return nil, message, code end
    scripts[i] = script
  end
  return scripts
end

local function attach_ready(env, options, number, path)
  local game, message, code = env.attach(options, { number = number, simulate = path })
  if not game then return nil, message, code end
  local ok
  ok, message, code = require("tas.commands.playing").wait_for_state(game)
  if not ok then return nil, message, code end
  return game
end

-- The second game is the first one if no other is named.
local function attach_both(env, options, paths)
  local first, message, code = attach_ready(env, options, 1, paths[1])
  if not first or #env.addresses(options) < 2 then return first, first or message, code end
  local second
  second, message, code = attach_ready(env, options, 2, paths[2] or paths[1])
  if not second then return nil, message, code end
  return first, second
end

local function compare(first, second, state, options)
  local choice = { every = options.every, ignore = options.ignore, from = 0 }
  local result, message, code = verify.between(first, second, state.play, choice)
  if state.failure then return nil, table.unpack(state.failure) end
  return result, message, code
end

local function run(env, options, paths)
  local scripts, message, code = read_scripts(env, paths)
  if not scripts then return env.fail(message, code) end
  local first, second, word = attach_both(env, options, paths)
  if not first then return env.fail(second, word) end
  local result
  result, message, code = compare(first, second, turns(scripts, options), options)
  if not result then return env.fail(message, code) end
  env.out:write(result.text, "\n")
  return result.same and 0 or 1
end

return {
  name = "verify",
  summary = "play a script twice, or two scripts, and tell where the runs part",
  description = [[
Plays the input script A twice, or A and then B, from the start of the race, and compares the
states of both runs at every tick from time 0 on. Tells the first tick and the fields in which they
differ. Exit status 0: the runs are the same; 1: they part.

With two addresses the second run is played on the second game.]],
  usage = "[options] A [B]",
  arguments = {
    { name = "A", type = "file", help = "an input script" },
    { name = "B", type = "file", optional = true, help = "another one; default: A again" },
  },
  options = common.options {
    { name = "every", value = "TICKS", type = "integer", min = 1, default = 1,
      help = "compare only every so many ticks, which takes less memory, and look closer where "
        .. "the runs part" },
    { name = "ignore", value = "FIELD", repeatable = true,
      help = "a field of the state that may differ, as scene_mobil.horn_limit" },
    common.UNTIL,
    common.CONTEXT,
  },
  examples = {
    "tmlua tas verify --sim=easy run.txt",
    "tmlua tas verify old.txt new.txt",
    "tmlua tas verify -a mapped:TMInterface0 -a mapped:TMInterface1 run.txt",
    "tmlua tas verify --sim=easy --context simulation run.txt",
  },
  run = run,
}
