--- tas splits: the checkpoint times of runs, beside each other.

local common = require "tas.commands.common"
local files = require "tas.files"
local splits = require "tas.splits"

local function is_splits(path)
  local text, message, code = files.read(path)
  if not text then return nil, message, code end
  return text:find "^# tmlua splits" ~= nil
end

-- What a file is: {path =, run =} or {path =, script =}; or nil, message, code.
local function read_file(env, path)
  local known, message, code = is_splits(path)
  if known == nil then return nil, message, code end
  local value
  if known then
    value, message, code = splits.load(path)
  else
    value, message, code = common.load_script(env, path)
  end
  if not value then return nil, message, code end
  return { path = path, [known and "run" or "script"] = value }
end

local function play(env, options, part)
  local player = require "tas.player"
  local game <close>, message, code = env.attach(options, { simulate = part.path })
  if not game then return nil, message, code end
  local result
  result, message, code = player.play(game, part.script, { until_time = options["until"] })
  if not result then return nil, message, code end
  result.splits.name = common.run_name(part.path)
  return result.splits
end

-- The runs of all files. What is wrong with one is known before any is played.
local function runs_of(env, options, paths)
  local parts, runs = {}, {}
  for i, path in ipairs(paths) do
    local part, message, code = read_file(env, path)
    if not part then return nil, message, code end
    parts[i] = part
  end
  for i, part in ipairs(parts) do
    local run, message, code = part.run, nil, nil
    if not run then run, message, code = play(env, options, part) end
    if not run then return nil, message, code end
    runs[i] = run
  end
  return runs
end

local function run(env, options, paths)
  local ok, message, code = common.check_outputs({ options.output }, paths)
  if not ok then return env.fail(message, code) end
  local runs
  runs, message, code = runs_of(env, options, paths)
  if not runs then return env.fail(message, code) end
  if options.output then
    ok, message, code = splits.save(runs[#runs], options.output)
    if not ok then return env.fail(message, code) end
  end
  env.out:write(splits.format(runs), "\n")
  return 0
end

return {
  name = "splits",
  summary = "show the checkpoint times of runs, and compare them",
  description = [[
Shows the times at the checkpoints of one run or of several, and the differences to the first. A
FILE is what -o of this or another command has saved, or an input script, which is then played on
the game from the start of the race.]],
  usage = "[options] FILE...",
  arguments = {
    { name = "FILE", type = "file", repeatable = true, help = "splits, or an input script" },
  },
  options = common.options {
    { name = "output", short = "o", value = "FILE", help = "save the run of the last FILE" },
    common.UNTIL,
    common.CONTEXT,
  },
  examples = {
    "tmlua tas splits --sim=easy run.txt -o run.splits",
    "tmlua tas splits best.splits run.splits",
    "tmlua tas splits best.splits run.txt               # plays run.txt on the running game",
  },
  run = run,
}
