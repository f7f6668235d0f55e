--- tas report: a page about runs, or about a search.

local common = require "tas.commands.common"
local files = require "tas.files"
local splits = require "tas.splits"

-- Files -------------------------------------------------------------------------------------------
--
-- What a file has for the page is a part: {path =, runs = {{name =, trace =} or {name =, script =},
-- …}, search = what tas.search has loaded, or nil}.

local readers = {}

function readers.trace(path)
  local trace, message, code = require("tas.trace").load(path)
  if not trace then return nil, message, code end
  return { path = path, runs = { { name = trace.name, trace = trace } } }
end

-- A search has its first run and its best one; before anything better was found these are one.
function readers.search(path)
  local search, message, code = require("tas.search").load(path)
  if not search then return nil, message, code end
  local parse = require("tas.inputs").parse
  local part = { path = path, search = search, runs = {} }
  for _, run in ipairs { { "original", search.original_text }, { "best", search.best_text } } do
    local script
    if run[2] and (run[1] == "original" or run[2] ~= search.original_text) then
      script, message, code = parse(run[2], run[1])
      if not script then return nil, path .. ": " .. message, code end
      table.insert(part.runs, { name = run[1], script = script })
    end
  end
  return part
end

function readers.script(path, env)
  local script, message, code = common.load_script(env, path)
  if not script then return nil, message, code end
  return { path = path, runs = { { name = common.run_name(path), script = script } } }
end

function readers.splits(path)
  return nil, path .. ": only checkpoint times are in it, which tas splits compares", "invalid"
end

local function read_file(env, path)
  local text, why, word = files.read(path)
  if not text then return nil, why, word end
  local read = readers[text:match "^# tmlua (%l+) %d" or "script"] or readers.script
  return read(path, env)
end

-- All parts, and the first search of them; what is wrong with one is known before any is played.
local function read_files(env, paths)
  local parts, search = {}, nil
  for i, path in ipairs(paths) do
    local part, message, code = read_file(env, path)
    if not part then return nil, message, code end
    if part.search and search then
      return nil, ("%s: a page is about one search only"):format(path), "invalid"
    end
    parts[i], search = part, search or part.search
  end
  return parts, search
end

-- Runs --------------------------------------------------------------------------------------------

local function play(game, run, options)
  local playing = require "tas.commands.playing"
  local result, trace, code = playing.play(game, run.script, { until_time = options["until"] },
    { name = run.name, trace = true })
  if not result then return nil, trace, code end
  return trace
end

-- Traces what has to be played, on a game that is attached when it is needed. True, or nil,
-- message, code.
local function trace_runs(env, options, runs)
  local game
  local _ <close> = setmetatable({}, { __close = function() if game then game:close() end end })
  for _, run in ipairs(runs) do
    local message, code
    if run.script then
      if not game then game, message, code = env.attach(options) end
      if not game then return nil, message, code end
      run.trace, message, code = play(game, run, options)
      if not run.trace then return nil, message, code end
    end
    if #run.trace.times == 0 then
      return nil, ("there is no tick in the run %s"):format(run.name), "invalid"
    end
  end
  return true
end

-- The runs of all parts; of two of one name the second is called as its file is.
local function runs_of(parts)
  local runs, taken = {}, {}
  for _, part in ipairs(parts) do
    for _, run in ipairs(part.runs) do
      if taken[run.name] then run.name = part.path end
      taken[run.name] = true
      runs[#runs + 1] = run
    end
  end
  return runs
end

-- The page ----------------------------------------------------------------------------------------

-- A score as the number that is searched for: what is smaller is better, but speeds are negative.
local function value_of(target, score)
  if target.unit == "s" then return (score[1] + score[2]) / 1000 end
  return target.unit == "km/h" and -score[1] or score[1]
end

local function history_of(search)
  local points = {}
  for i, entry in ipairs(search.history) do
    points[i] = { simulations = entry[1], value = value_of(search.target, entry[2]) }
  end
  if #points == 0 then return nil end
  return { target = search.target.text, unit = search.target.unit, total = search.simulations,
    ticks = search.ticks, points = points }
end

local function notes_of(parts, search)
  local notes = {}
  local function add(name, value) if value then notes[#notes + 1] = { name, value } end end
  for i, part in ipairs(parts) do
    add(i == 1 and "File" or "Compared with", part.path:match "[^/\\]+$")
  end
  if search then
    add("Target", search.target.text)
    add("Strategy", search.settings.strategy)
    add("Seed", tostring(search.settings.seed))
    add("Simulations", tostring(search.simulations))
    add("First", search.first)
    add("Best", search.best)
  end
  return notes
end

local function page_of(parts, runs, search, title)
  local traces = {}
  for i, run in ipairs(runs) do
    run.trace.name = run.name
    traces[i] = run.trace
  end
  return { title = title or parts[1].path:match "[^/\\]+$", runs = traces,
    history = search and history_of(search), notes = notes_of(parts, search) }
end

-- run.html of run.txt, run.trace and run.txt.search
local function page_path(path)
  path = path:gsub("%.search$", "")
  local stem = path:match "^(.*[^/\\])%.[^./\\]*$"
  return (stem or path) .. ".html"
end

local function say(env, runs, output)
  for _, run in ipairs(runs) do
    local finish = run.trace.splits.finish
    env.out:write(("%s: %s\n"):format(run.name, finish and splits.time_text(finish)
      or "no finish, ended at " .. splits.time_text(run.trace.times[#run.trace.times])))
  end
  env.out:write(("saved as %s\n"):format(output))
end

local function check_output(output, paths)
  for _, path in ipairs(paths) do
    if path == output then
      return nil, ("%s: the page would overwrite it; -o names another file"):format(path), "invalid"
    end
  end
  return true
end

-- What was asked for: the runs, or nil, message, code.
local function make(env, options, paths, output)
  local ok, message, code = check_output(output, paths)
  if not ok then return nil, message, code end
  local parts, search, word = read_files(env, paths)
  if not parts then return nil, search, word end
  local runs = runs_of(parts)
  ok, message, code = trace_runs(env, options, runs)
  if not ok then return nil, message, code end
  local page = page_of(parts, runs, search, options.title)
  ok, message, code = require("tas.report").save(page, output)
  if not ok then return nil, message, code end
  return runs
end

local function run(env, options, paths)
  local output = options.output or page_path(paths[1])
  local runs, message, code = make(env, options, paths, output)
  if not runs then return env.fail(message, code) end
  say(env, runs, output)
  return 0
end

return {
  name = "report",
  summary = "make a page about a run, two runs, or a search",
  description = [[
Makes a page for the browser, of one file that needs nothing else: the way on the map, speeds,
inputs, splits, and the history of a search. A file is a trace (tas play --trace), an input script,
or the journal of a search (FILE.search), of which the first and the best run are shown. Scripts
and searches are played on the game; of two runs the first is the one to compare with.]],
  usage = "[options] RUN [OTHER]",
  arguments = {
    { name = "RUN", type = "file", help = "a trace, an input script or the journal of a search" },
    { name = "OTHER", type = "file", optional = true, help = "another one" },
  },
  options = common.options {
    { name = "output", short = "o", value = "PAGE",
      help = "the file for the page; default: RUN with the ending .html" },
    { name = "title", value = "TEXT", help = "the title of the page; default: the name of RUN" },
    common.UNTIL,
  },
  examples = {
    "tmlua tas report best.trace mine.trace -o page.html",
    "tmlua tas report --sim=easy run.txt",
    "tmlua tas report --sim=easy better.txt.search",
  },
  run = run,
}
