--- A page about a run or a search: one HTML file that needs nothing else, no network and no script.
--
--     local report = require "tas.report"
--     assert(report.save({ title = "technical", runs = { mine, rough } }, "report.html"))
--
-- A trace, which is what a run is here: `{name =, times =, x =, y =, z =, speed =}` and, as far as
-- they are known, `steer`, `gas`, `accelerate`, `brake` and `splits` (a run of tas.splits). Lists
-- have a value for each tick: times are race times in ms, places in m with y up, speeds in km/h,
-- steer and gas -65536 to 65536, pedals 0 or 1 or booleans. Numbers that are none, infinite or
-- absurd (1e12) are gaps. The first run is the one that others are compared with.
--
-- The figures are `track`, `speed`, `inputs`, `splits` and `history`, each there when there is
-- something to show in it. Pages of the same values are the same, byte for byte.

local files = require "tas.files"
local text = require "tas.report.text"
local runs_of = require "tas.report.run"
local style = require "tas.report.style"
local data = require "tas.report.data"
local history_of = require "tas.report.history"
local splits_of = require "tas.report.splits"

local M = {}

local function figure(id, title, words, content)
  return ('<figure id="%s">\n<figcaption><h2>%s</h2>%s</figcaption>\n%s\n</figure>'):format(id,
    title, words ~= "" and ("<p>%s</p>"):format(words) or "", content)
end

-- Arguments -------------------------------------------------------------------------------------

local function check_notes(notes)
  if type(notes) ~= "table" then error("'notes' is no list", 0) end
  for i, note in ipairs(notes) do
    if type(note) ~= "table" or note[1] == nil or note[2] == nil then
      error(("note %d is no pair of a name and a value"):format(i), 0)
    end
  end
  return notes
end

local function read_options(options)
  if type(options) ~= "table" then
    error(("options expected, got %s"):format(type(options)), 0)
  end
  if options.title ~= nil and type(options.title) ~= "string" then
    error("'title' is no string", 0)
  end
  if options.runs ~= nil and type(options.runs) ~= "table" then error("'runs' is no list", 0) end
  local runs = {}
  for i, trace in ipairs(options.runs or {}) do runs[i] = runs_of.new(trace, i) end
  local history = options.history and history_of.new(options.history)
  if #runs == 0 and not history then error("there is neither a run nor a history", 0) end
  return { title = options.title or "Run report", runs = runs, history = history,
    notes = check_notes(options.notes or {}) }
end

-- Parts -------------------------------------------------------------------------------------------

local function key(run)
  return ('<svg class="key" viewBox="0 0 30 10" aria-hidden="true"><path class="line %s" '
    .. 'd="M0 5h30" /></svg>'):format(run.class)
end

local function legend(runs)
  local parts = {}
  for i, run in ipairs(runs) do
    parts[i] = ("<span>%s%s</span>"):format(key(run), text.escape(run.name))
  end
  return ('<p class="legend">%s</p>\n'):format(table.concat(parts, "\n"))
end

local function notes_list(notes)
  local parts = {}
  for i, note in ipairs(notes) do
    parts[i] = ("<div><dt>%s</dt><dd>%s</dd></div>"):format(text.escape(note[1]),
      text.escape(note[2]))
  end
  return #parts > 0 and "<dl>\n" .. table.concat(parts, "\n") .. "\n</dl>" or ""
end

local function run_row(run)
  local finish = run.splits and run.splits.finish
  local metres = run.distances[#run.distances]
  local driven = run.seconds[#run.seconds] - math.max(run.seconds[1], 0)
  return ('<tr><th scope="row">%s%s</th><td>%s</td><td>%s km/h</td><td>%s km/h</td><td>%s m</td>'
    .. "<td>%d</td></tr>"):format(key(run), text.escape(run.name),
    text.is_number(finish) and text.seconds(finish) or "–",
    run.top_speed and text.fixed(run.top_speed, 0) or "–",
    driven > 0 and text.fixed(metres / driven * 3.6, 0) or "–", text.fixed(metres, 0),
    #run.seconds)
end

local function runs_table(runs)
  if #runs == 0 then return "" end
  local rows = {}
  for i, run in ipairs(runs) do rows[i] = run_row(run) end
  return '<div class="card"><div class="scroll"><table class="runs">\n<thead><tr><th scope="col">'
    .. 'run</th><th scope="col">finish</th><th scope="col">top speed</th><th scope="col">average'
    .. '</th><th scope="col">driven</th><th scope="col">ticks</th></tr></thead>\n<tbody>\n'
    .. table.concat(rows, "\n") .. "\n</tbody>\n</table></div></div>"
end

local function track_words(runs)
  if #runs == 1 then return "Seen from above; the line is coloured by speed." end
  return ("Seen from above; the line of %s is coloured by speed, the others are dashed."):format(
    text.escape(runs[1].name))
end

local function figures_of(page)
  local parts, runs = {}, page.runs
  if #runs > 0 then
    local names = #runs > 1 and legend(runs) or ""
    parts[1] = figure("track", "Track", track_words(runs),
      names .. require("tas.report.track").draw(runs))
    parts[2] = figure("speed", "Speed", "", names .. require("tas.report.speed").draw(runs))
    parts[3] = figure("inputs", "Inputs", "", require("tas.report.inputs").draw(runs))
  end
  local timed = splits_of.with_splits(runs)
  if #timed > 0 then
    parts[#parts + 1] = figure("splits", "Splits", "", splits_of.draw(timed))
  end
  if page.history then
    parts[#parts + 1] = figure("history", "Search", text.escape(history_of.summary(page.history)),
      history_of.draw(page.history))
  end
  return table.concat(parts, "\n")
end

local function script(runs)
  if #runs == 0 then return "" end
  return ('<output id="readout" hidden="hidden"></output>\n<script type="application/json" '
    .. 'id="ticks">%s</script>\n<script>\n%s</script>'):format(data.json(runs), style.SCRIPT)
end

local PAGE = [[
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; %s" />
<link rel="icon" href="data:," />
<title>%s</title>
<style>
%s</style>
</head>
<body>
<main>
<h1>%s</h1>
%s
</main>
%s
</body>
</html>
]]

local POLICY = "style-src 'unsafe-inline'; script-src 'unsafe-inline'"

local function build(page)
  local title = text.escape(page.title)
  local body = table.concat({ notes_list(page.notes), runs_table(page.runs), figures_of(page),
    "<footer>made by tmlua</footer>" }, "\n")
  return PAGE:format(POLICY, title, style.sheet(), title, body, script(page.runs))
end

-- The options, read; what is wrong with them is an error of who called the function of that name.
local function read(options, verb)
  local ok, page = pcall(read_options, options)
  if not ok then error(("bad argument #1 to '%s': %s"):format(verb, page), 3) end
  return page
end

--- The page as a string. `options`: `title`; `runs`, a list of traces (see above), the reference
-- first; `history` of a search, `{target =, unit =, total =, seconds =, ticks =, points =
-- {{simulations =, value =}, …}}`, where `total` counts simulations; `notes`, a list of pairs of a
-- name and a value. There must be a run or a history. What is wrong with them raises an error.
function M.page(options)
  return build(read(options, "page"))
end

--- Writes that page to a file, whole or not at all. Returns true, or nil, message, "system".
function M.save(options, path)
  if type(path) ~= "string" or path == "" then
    error(("bad argument #2 to 'save' (path expected, got %s)"):format(type(path)), 2)
  end
  return files.write(path, build(read(options, "save")))
end

return M
