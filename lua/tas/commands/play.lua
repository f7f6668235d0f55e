--- tas play: an input script on a game, and what comes of it.

local common = require "tas.commands.common"
local splits = require "tas.splits"

local COLUMNS_MAX = 100 -- of a plot

local function line(env, label, time)
  env.out:write(("%-18s %9s\n"):format(label, splits.time_text(time)))
  env.out:flush()
end

-- Says each checkpoint behind the time `from` when it has been passed: a function for each step,
-- given the run as it is then.
local function announcer(env, from)
  local told = 0
  return function(run)
    told = math.min(told, #run.times) -- somebody has rewound, or the race begins
    while told < #run.times do
      told = told + 1
      local time = run.times[told]
      local label = ("checkpoint %d%s"):format(told, run.target and "/" .. run.target or "")
      if time > from then line(env, told == run.target and "finish" or label, time) end
    end
  end
end

local ENDS = { until_time = "as was asked for", ["end"] = "a minute behind the last input" }

-- Where a run without a finish has come to.
local function say_end(env, result)
  local run, time = result.splits, result.time
  if not time then
    env.out:write("no finish: nothing was played\n")
    return
  end
  local passed = #run.times > 0 and ("%d%s checkpoints passed"):format(#run.times,
    run.target and " of " .. run.target or "") or "no checkpoint passed"
  local why = result.state and ENDS[result.ended] or "the race was over"
  env.out:write(("no finish: ended at %s, %s; %s\n"):format(splits.time_text(time), why, passed))
end

local function is_expected(env, options, result)
  local expected = options.expect
  if not expected or result.finish == expected then return true end
  env.warn(("a finish at %s was expected, but %s"):format(splits.time_text(expected),
    result.finish and "it is at " .. splits.time_text(result.finish) or "there is none"))
  return false
end

-- One play. Returns the player's result and the trace, or nil, message, code.
local function play(env, options, game, script, start)
  local playing = require "tas.commands.playing"
  local player
  local tell = announcer(env, start and start.race_time or 0)
  local choice = { until_time = options["until"], start = start,
    step = function() tell(player.splits) end }
  local result, traced, code = playing.play(game, script, choice, {
    name = common.run_name(script.name), trace = options.plot or options.trace ~= nil,
    started = function(begun) player = begun end })
  if not result then return nil, traced, code end
  if not result.finish then say_end(env, result) end
  return result, traced
end

local function columns()
  local width = math.tointeger(tonumber(os.getenv "COLUMNS")) or 80
  return math.max(20, math.min(width, COLUMNS_MAX) - 12) -- numbers of the axis are left of it
end

local function plot(env, traced)
  local lines = require("tas.plot").lines
  local seconds = {}
  for i, time in ipairs(traced.times) do seconds[i] = time / 1000 end
  for _, one in ipairs { { "speed", "speed in km/h over time in s" },
    { "steer", "steer, -65536 (left) to 65536 (right)" } } do
    env.out:write("\n", lines({ { x = seconds, y = traced[one[1]] } },
      { title = one[2], columns = columns(), rows = 10 }), "\n")
  end
end

-- What was asked to be kept of the last play. True, or nil, message, code.
local function save(options, result, traced)
  local ok, message, code = true, nil, nil
  if options.splits then ok, message, code = splits.save(result.splits, options.splits) end
  if ok and options.trace then ok, message, code = traced:save(options.trace) end
  if not ok or not options.state then return ok, message, code end
  if not result.state then
    return nil, "the race was over before its state could be saved", "no_player_info"
  end
  return result.state:save(options.state)
end

-- What several plays have come to, in one line.
local function say_all(env, finishes)
  local texts, same = {}, true
  for i, finish in ipairs(finishes) do
    same = same and finish == finishes[1]
    texts[i] = finish and splits.time_text(finish) or "none"
  end
  local text = same and "each at " .. texts[1] or table.concat(texts, ", ")
  if same and not finishes[1] then text = "none" end
  env.out:write(("finishes of %d plays: %s\n"):format(#finishes, text))
end

-- All plays. Returns the exit status, the last result and its trace; or nil, message, code.
local function play_all(env, options, game, script, start)
  local status, finishes, result, traced = 0, {}, nil, nil
  for i = 1, options["repeat"] do
    if options["repeat"] > 1 then env.out:write(("play %d\n"):format(i)) end
    local code
    result, traced, code = play(env, options, game, script, start)
    if not result then return nil, traced, code end
    finishes[i] = result.finish or false
    if not is_expected(env, options, result) then status = 1 end
  end
  if #finishes > 1 then say_all(env, finishes) end
  return status, result, traced
end

local function load_script(env, options, path)
  local ok, message, code = common.check_outputs({ trace = options.trace, splits = options.splits,
    state = options.state }, { path, options.from })
  if not ok then return nil, message, code end
  return common.load_script(env, path)
end

local function run(env, options, arguments)
  local script, message, code = load_script(env, options, arguments[1])
  if not script then return env.fail(message, code) end
  local game <close>, why, word = env.attach(options, { simulate = arguments[1] })
  if not game then return env.fail(why, word) end
  local start
  if options.from then
    start, message, code = game:load_state(options.from)
    if not start then return env.fail(message, code) end
  end
  local status, result, traced = play_all(env, options, game, script, start)
  if not status then return env.fail(result, traced) end
  if options.plot then plot(env, traced) end
  local ok
  ok, message, code = save(options, result, traced)
  if not ok then return env.fail(message, code) end
  return status
end

return {
  name = "play",
  summary = "play a script, and tell what comes of it",
  description = [[
Plays an input script from the start of the race, and says each checkpoint when it is passed, then
the finish, or how far it came. A race that is under way is given up.

Exit status 0: it was played; 1: the finish is another than --expect says.]],
  usage = "[options] FILE",
  arguments = { { name = "FILE", type = "file", help = "an input script" } },
  options = common.options {
    { name = "expect", value = "TIME", type = "time", help = "the finish that there must be" },
    { name = "repeat", value = "N", type = "integer", min = 1, default = 1,
      help = "play it so often; what is saved and plotted is the last play" },
    { name = "from", value = "STATE", type = "file",
      help = "begin from a state file, with the inputs that are behind it" },
    { name = "trace", value = "FILE", help = "save what the car did, tick by tick" },
    { name = "splits", value = "FILE", help = "save the checkpoint times" },
    { name = "state", value = "FILE", help = "save the state at the end" },
    { name = "plot", help = "plot speed and steer" },
    common.UNTIL,
    common.CONTEXT,
  },
  examples = {
    "tmlua tas play --sim=easy run.txt",
    "tmlua tas play --sim=easy --expect 29.69 --trace run.trace run.txt",
    "tmlua tas play --until 12.5 --state here.state run.txt   # and from there on:",
    "tmlua tas play --from here.state --plot other.txt",
  },
  run = run,
}
