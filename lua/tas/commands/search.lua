--- tas search: better inputs for a run.

local common = require "tas.commands.common"
local crew = require "tas.search.crew"
local evaluate = require "tas.evaluate"
local mutate = require "tas.search.mutate"
local plan = require "tas.search.plan"
local remote = require "tas.search.remote"
local search = require "tas.search"

-- What a search is told by options of the same name.
local SETTINGS = { "target", "strategy", "seed", "simulations", "lanes", "tries", "cut", "resume",
  "overwrite", "temperature", "last_temperature", "max_steer", "max_time", "max_stretch",
  "max_changes" }

local GRID <const> = 10 -- ms of a step

-- Whole numbers are ms: whoever means seconds has a window without a step in it.
local function check_window(window)
  if -(-window.from // GRID) <= window.to // GRID then return true end
  return nil, ("--window: no step is from %d to %d ms; seconds have a point, as 3.00-6.00")
    :format(window.from, window.to), "invalid"
end

local function check_weights(wanted)
  for _, kind in ipairs(mutate.KINDS) do
    if (wanted[kind] or mutate.DEFAULTS[kind]) > 0 then return true end
  end
  return nil, "--weight: one kind of change must be above 0", "invalid"
end

local function search_options(options, script, output)
  local wanted = { script = script, output = output }
  for _, name in ipairs(SETTINGS) do wanted[name] = options[name] end
  if options.window then wanted.from, wanted.to = options.window.from, options.window.to end
  for _, text in ipairs(options.weight) do
    local name, number = text:match "^(%l+)=([%d.]+)$"
    if not name or not mutate.WEIGHTS[name] or not tonumber(number) then
      return nil, ("--weight needs KIND=NUMBER, not '%s'; kinds: %s"):format(text,
        table.concat(mutate.KINDS, " ")), "invalid"
    end
    wanted[name] = tonumber(number)
  end
  local ok, message, code = check_weights(wanted)
  if ok and options.window then ok, message, code = check_window(options.window) end
  if not ok then return nil, message, code end
  return wanted
end

local function default_output(path)
  return path:gsub("%.[^./\\]*$", "") .. ".best.txt"
end

-- The embedded game needs inputs to simulate, whatever the search then does with it.
local function worker_addresses(env, options, path)
  local addresses = {}
  for i, address in ipairs(env.addresses(options)) do
    addresses[i] = env.simulating(address, path)
  end
  return addresses
end

-- How many processes play: none but this one, or so many others.
local function worker_count(env, options, addresses)
  if options.workers then return options.workers end
  local first = addresses[1]
  if #addresses == 1 and first:find "^sim:" then
    return env.processors > 1 and env.processors or 0
  end
  return #addresses > 1 and #addresses or 0
end

-- A run that is better says so; the bar goes on below.
local function reporter(env, target, state)
  return function(score, _, simulation)
    local text = target:show(score)
    if state.bar then state.bar:clear() end
    env.out:write(("%8d  %s\n"):format(simulation, text))
    env.out:flush()
    if state.bar then state.bar:update(state.bar.done, text) end
  end
end

local function play_here(env, options, queue, path, bar)
  local game <close>, message, code = env.attach(options, { simulate = path })
  if not game then return nil, message, code end
  local count = queue.plan:progress()
  return search.work(queue, game, { tried = function()
    count = count + 1
    bar:update(count)
  end })
end

local function worker_commands(env, options, count, addresses, port)
  local commands = {}
  for i = 1, count do
    local words = { env.program, "tas", "work" }
    local address = addresses[(i - 1) % math.max(#addresses, 1) + 1]
    if address then table.move({ "-a", address }, 1, 2, #words + 1, words) end
    if options.wait then table.move({ "-w", tostring(options.wait) }, 1, 2, #words + 1, words) end
    words[#words + 1] = port
    commands[i] = words
  end
  return commands
end

-- On Windows a program that is started gets the files that are open, and as long as it runs nothing
-- can replace them: the journal is closed until something is added to it.
local function starter(env, queue)
  return function(arguments)
    queue.journal:close()
    return env.start(arguments)
  end
end

local function play_in_workers(env, options, queue, count, addresses, bar)
  local server, message, code = env.tm.listen "127.0.0.1:0"
  if not server then return nil, message, code end
  local served = remote.serve(queue, server, env.tm)
  local commands = worker_commands(env, options, count, addresses, server.address)
  local workers <close>, why, word = crew.new(starter(env, queue), commands)
  if not workers then return nil, why, word end
  local ok
  ok, message, code = workers:run(queue.plan, served, env.tm, function(done) bar:update(done) end)
  if ok then workers:finish(env.tm) end
  server:close()
  return ok, message, code
end

local function say_start(env, queue, options)
  local score = queue:best()
  if score then
    env.out:write(("%8d  %s, from %s.search\n"):format(queue.plan.simulations,
      queue.target:show(score), options.output))
  end
end

local function say_end(env, queue, output)
  local summary = queue:summary()
  env.out:write(("%s instead of %s, after %d simulations of %.1f million ticks: %s\n"):format(
    summary.best, summary.first, summary.simulations, summary.ticks / 1e6, output))
end

local function open(env, options, path, state)
  local ok, message, code = common.check_outputs({ options.output }, { path, options.target })
  if not ok then return nil, message, code end
  local script
  script, message, code = common.load_script(env, path)
  if not script then return nil, message, code end
  local target
  target, message, code = evaluate.parse(options.target)
  if not target then return nil, message, code end
  local wanted
  wanted, message, code = search_options(options, script, options.output)
  if not wanted then return nil, message, code end
  wanted.target, wanted.on_improved = target, reporter(env, target, state)
  return search.open(wanted)
end

local function run(env, options, arguments)
  local path = arguments[1]
  options.output = options.output or default_output(path)
  options.context = "simulation"
  local state = {}
  local queue, message, code = open(env, options, path, state)
  if not queue then return env.fail(message, code) end
  say_start(env, queue, options)
  local bar = env.progress("search", options.simulations, queue.plan:progress())
  state.bar = bar
  local addresses = worker_addresses(env, options, path)
  local count = worker_count(env, options, addresses)
  local ok
  if count == 0 then
    ok, message, code = play_here(env, options, queue, path, bar)
  else
    ok, message, code = play_in_workers(env, options, queue, count, addresses, bar)
  end
  bar:clear()
  if not ok then return env.fail(message, code) end
  bar:update(queue.plan.simulations)
  bar:finish()
  say_end(env, queue, options.output)
  return 0
end

local defaults = setmetatable({}, { __index = function(_, name)
  return plan.DEFAULTS[name] or mutate.DEFAULTS[name]
end })

return {
  name = "search",
  summary = "look for better inputs",
  description = [[
Changes the inputs of FILE within a window of time, again and again, and keeps what is better. Each
better run is written at once, and what was done to a journal beside it, from which --resume goes
on. The same seed finds the same, with however many workers. The game must simulate a replay, as the
embedded one does here by itself.

Targets: finish, checkpoint:N, speed@TIME, distance:X,Y,Z@TIME, distance:X,Y,Z@FROM-TO,
trigger:X,Y,Z,SIZE_X,SIZE_Y,SIZE_Z, or FILE.lua, which returns {from =, to =, measure =
function(state, time, game) … end}: the least number that measure returns counts.
Strategies: brute changes FILE; hill changes the best run so far; anneal also goes on from worse
ones, the less the longer it takes.]],
  usage = "[options] FILE",
  arguments = { { name = "FILE", type = "file", help = "the input script to begin with" } },
  options = common.options {
    { name = "output", short = "o", value = "FILE",
      help = "where the best run goes; default: FILE.best.txt" },
    { name = "target", short = "t", value = "TARGET", default = "finish", help = "what is better" },
    { name = "window", value = "FROM-TO", type = "window",
      help = "the input times that are changed; default: all" },
    { name = "strategy", value = "NAME", choices = search.STRATEGIES, default = "hill",
      help = "how it looks" },
    { name = "simulations", short = "n", value = "N", type = "integer", min = 1, default = 2000,
      help = "how many runs are tried" },
    { name = "seed", value = "N", type = "integer", default = defaults.seed,
      help = "another one finds other runs" },
    { name = "workers", short = "j", value = "N", type = "integer", min = 0, max = 64,
      help = "processes that play; 0: this one. Default: one for each processor or address" },
    { name = "resume", help = "go on from the journal, if there is one" },
    { name = "overwrite", help = "begin again, whatever there is" },
    { name = "cut", value = "MS", type = "integer", min = 0,
      help = "give up a run that is so much behind the best at a checkpoint" },
    { name = "lanes", value = "N", type = "integer", min = 1,
      help = ("pieces of work that are done side by side; default: %d, of anneal %d"):format(
        defaults.lanes, plan.ANNEAL_LANES) },
    { name = "tries", value = "N", type = "integer", min = 1, default = defaults.tries,
      help = "runs of a piece of work" },
    { name = "max-steer", value = "N", type = "integer", min = 1, default = defaults.max_steer,
      help = "how far a steer value moves" },
    { name = "max-time", value = "MS", type = "integer", min = 10, default = defaults.max_time,
      help = "how far an input moves in time" },
    { name = "max-stretch", value = "MS", type = "integer", min = 0,
      default = defaults.max_stretch, help = "how long a stretch is that is changed at once" },
    { name = "max-changes", value = "N", type = "integer", min = 1,
      default = defaults.max_changes, help = "how many changes a run has" },
    { name = "weight", value = "KIND=NUMBER", repeatable = true,
      help = "how often a kind of change is made: " .. table.concat(mutate.KINDS, " ") },
    { name = "temperature", value = "X", type = "number", min = 0,
      help = "of anneal, at the beginning: what is a small difference of the target" },
    { name = "last-temperature", value = "X", type = "number", min = 0, help = "at the end" },
  },
  examples = {
    "tmlua tas search --sim=technical run.txt -o better.txt -n 5000",
    "tmlua tas search --sim=technical run.txt -o better.txt -n 20000 --resume",
    "tmlua tas search --sim=easy run.txt --target speed@6.00 --window 3.00-6.00",
    "tmlua tas search -a mapped:TMInterface0 -a mapped:TMInterface1 run.txt",
  },
  run = run,
}
