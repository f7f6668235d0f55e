--- Checkpoint splits of runs: recorded from a game, read out of a state, compared, kept in files.
--
--     local run = splits.watch(game, "mine")     -- until run:stop()
--     …
--     print(splits.format { reference, run })
--
-- A run is a table: `name`; `times`, the race time at each checkpoint passed, ms, the finish being
-- one; `laps`, the race time at the end of each lap, ms; `target`, how many checkpoints there are
-- (nil as long as nobody has said); and `finish`, ms, nil without one.

local files = require "tas.files"

local M = {}

local HEADER = "# tmlua splits 1"
local NOT_PASSED = 0x7FFFFFFF

local Run = {}
Run.__index = Run
Run.__name = "tas.splits.run"

--- A run of known times: `{name =, times =, laps =, target =}`, all optional; the finish is the
-- last of `target` times.
function M.new(fields)
  fields = fields or {}
  local run = { name = fields.name or "run", target = fields.target }
  run.times, run.laps = { table.unpack(fields.times or {}) }, { table.unpack(fields.laps or {}) }
  run.finish = run.target and run.times[run.target]
  return setmetatable(run, Run)
end

local function is_passed(entry)
  return entry and entry.time >= 0 and entry.time < NOT_PASSED
end

-- Forgets what lies behind a checkpoint that is passed now: it was taken back by a rewind, or is of
-- the race before.
local function take(run, current, target, time)
  for i = #run.times, current, -1 do run.times[i] = nil end
  for i = #run.laps, 1, -1 do
    if current == 1 or run.laps[i] >= time then run.laps[i] = nil end
  end
  run.times[current], run.target = time, target
  run.finish = current == target and time or nil
end

-- The times of the checkpoints before are those that the state has: it may have been rewound to,
-- and be of another run than the one that was watched.
local function take_before(run, current, known)
  if #known.times < current - 1 then return end
  run.times = table.move(known.times, 1, current - 1, 1, {})
  run.laps = {}
  for i, time in ipairs(known.laps) do
    if current > 1 and time <= run.times[current - 1] then run.laps[i] = time end
  end
end

--- Records the game from now on, in races and simulations, until `run:stop()`. Of several races
-- there is the last; checkpoints that were passed before are filled in when the next is passed.
function M.watch(game, name)
  local run = M.new { name = name }
  -- The game is inside the call of the checkpoint; its state has the time, the call has not.
  local function passed(_, current, target)
    local state, message = game:get_simulation_state()
    if not state then error(message, 0) end
    local known = M.of_state(state)
    take_before(run, current, known)
    take(run, current, target, known.times[current] or state.race_time)
  end
  local function lap(_, current)
    local state = game:get_simulation_state()
    run.laps[current] = run.times[#run.times] or state and state.race_time
  end
  run.hooks = { game:on("checkpoint_count_changed", passed), game:on("laps_count_changed", lap) }
  return run
end

--- Records no more. Twice is fine.
function Run:stop()
  for _, hook in ipairs(self.hooks or {}) do hook:cancel() end
  self.hooks = nil
end

Run.__close = Run.stop

--- Forgets what lies behind that race time (ms), for whoever sees a rewind that goes back to it. A
-- watch does not see it by itself: no event tells of checkpoints that are taken back.
function Run:cut(time)
  for _, list in ipairs { self.times, self.laps } do
    while list[1] and list[#list] > time do list[#list] = nil end
  end
  self.finish = self.target and self.times[self.target]
end

--- The run so far, out of the checkpoint data of a state.
function M.of_state(state, name)
  local data = state.cp_data
  local gates, times, laps = #data.cp_states, {}, {}
  for i, entry in ipairs(data.cp_times) do
    if not is_passed(entry) then break end
    times[i] = entry.time
    if gates > 0 and i % gates == 0 then laps[#laps + 1] = entry.time end
  end
  return M.new { name = name, times = times, laps = laps, target = #data.cp_times }
end

-- Comparison ------------------------------------------------------------------------------------

local function difference(time, reference)
  return time and reference and time - reference or nil
end

-- One checkpoint of all runs; `n` runs, some without that time.
local function compare_at(runs, i)
  local row = { times = {}, differences = {}, sections = {}, n = #runs }
  for k, run in ipairs(runs) do
    local time = run.times[i]
    local section = time and difference(time, i == 1 and 0 or run.times[i - 1])
    row.times[k], row.sections[k] = time, section
    row.differences[k] = difference(time, runs[1].times[i])
    if time and (not row.best or time < row.best) then row.best, row.best_run = time, k end
    if section and (not row.best_section or section < row.best_section) then
      row.best_section = section
    end
  end
  return row
end

--- Compares a list of runs, the first being the reference. Returns a list with a row for each
-- checkpoint: `times`, `differences` to the reference and `sections` (times since the checkpoint
-- before), each by the number of the run, nil where it has none; `best` and `best_run`; and
-- `best_section`. `.best_of` is the sum of the best sections, `.runs` the list, `.target` how many
-- checkpoints the reference has. All in ms.
function M.compare(runs)
  if type(runs) ~= "table" or #runs == 0 then
    error("bad argument #1 to 'compare' (list of runs expected)", 2)
  end
  local count = 0
  for _, run in ipairs(runs) do count = math.max(count, #run.times) end
  local result = { runs = runs, target = runs[1].target, best_of = 0 }
  for i = 1, count do
    result[i] = compare_at(runs, i)
    result.best_of = result.best_of + (result[i].best_section or 0)
  end
  return result
end

--- A time in ms as "49.91", "1:05.25", or "12.345" if it is not of whole hundredths.
function M.time_text(ms)
  local sign, rest = ms < 0 and "-" or "", math.abs(ms)
  local minutes, seconds = rest // 60000, rest % 60000 / 1000
  local hundredths = ms % 10 == 0
  if minutes == 0 then return sign .. (hundredths and "%.2f" or "%.3f"):format(seconds) end
  return sign .. (hundredths and "%d:%05.2f" or "%d:%06.3f"):format(minutes, seconds)
end

local function difference_text(ms)
  return (ms < 0 and "" or "+") .. M.time_text(ms)
end

local function label_of(comparison, i)
  return i == comparison.target and "finish" or tostring(i)
end

-- A number of columns: the label, a time for each run, and a difference for each but the first.
local function cells_of(comparison, i)
  local row = comparison[i]
  local cells = { label_of(comparison, i) }
  for k = 1, row.n do
    cells[#cells + 1] = row.times[k] and M.time_text(row.times[k]) or "-"
    if k > 1 then
      cells[#cells + 1] = row.differences[k] and difference_text(row.differences[k]) or ""
    end
  end
  return cells
end

local function width_of(text)
  return utf8.len(text) or #text
end

local function align(rows)
  local widths, lines = {}, {}
  for _, cells in ipairs(rows) do
    for i, cell in ipairs(cells) do widths[i] = math.max(widths[i] or 0, width_of(cell)) end
  end
  for n, cells in ipairs(rows) do
    local parts = {}
    for i, cell in ipairs(cells) do
      local room = (" "):rep(widths[i] - width_of(cell))
      parts[i] = i == 1 and cell .. room or room .. cell
    end
    lines[n] = table.concat(parts, "  "):gsub("%s+$", "")
  end
  return table.concat(lines, "\n")
end

--- The comparison of a list of runs (or one that `compare` has made) as a table of text: a line for
-- each checkpoint, times in seconds, differences to the first run; and the sum of the best sections
-- where there are several runs.
function M.format(runs)
  local comparison = runs.runs and runs or M.compare(runs)
  local head = { "" }
  for k, run in ipairs(comparison.runs) do
    head[#head + 1] = run.name:gsub("%c", " ")
    if k > 1 then head[#head + 1] = "" end
  end
  local rows = { head }
  for i = 1, #comparison do rows[#rows + 1] = cells_of(comparison, i) end
  if #comparison.runs > 1 and #comparison > 0 then
    rows[#rows + 1] = { "best of", M.time_text(comparison.best_of) }
  end
  return align(rows)
end

-- Files -------------------------------------------------------------------------------------------

local ESCAPES = { ["\\"] = "\\\\", ["\n"] = "\\n", ["\r"] = "\\r" }
local MEANINGS = { ["\\\\"] = "\\", ["\\n"] = "\n", ["\\r"] = "\r" }

local function to_text(run)
  local lines = { HEADER, "name " .. run.name:gsub("[\\\n\r]", ESCAPES) }
  if run.target then lines[#lines + 1] = ("target %d"):format(run.target) end
  for _, time in ipairs(run.times) do lines[#lines + 1] = ("checkpoint %d"):format(time) end
  for _, time in ipairs(run.laps) do lines[#lines + 1] = ("lap %d"):format(time) end
  lines[#lines + 1] = "end\n"
  return table.concat(lines, "\n")
end

--- Writes a run to a small text file, whole or not at all. Returns true, or nil, message, "system".
function M.save(run, path)
  return files.write(path, to_text(run))
end

local LISTS = { checkpoint = "times", lap = "laps" }

-- Takes one line into the fields; nil when it makes no sense.
local function read_line(fields, line)
  local word, rest = line:match "^(%l+) (.*)$"
  local number = rest and rest:find "^%-?%d+$" and math.tointeger(tonumber(rest))
  if word == "name" then
    fields.name = rest:gsub("\\.", MEANINGS)
  elseif word == "target" and number and number > 0 then
    fields.target = number
  elseif LISTS[word] and number then
    local list = fields[LISTS[word]]
    list[#list + 1] = number
  else
    return nil
  end
  return true
end

--- Reads a file that `save` has written. Returns the run, or nil, message, code: "system", or
-- "invalid" with the line that makes no sense.
function M.load(path)
  local file, message = io.open(path, "rb")
  if not file then return nil, message, "system" end
  local text = file:read "a"
  file:close()
  if not text then return nil, ("%s: cannot be read"):format(path), "system" end
  local fields, number, complete = { times = {}, laps = {} }, 0, false
  for line in text:gmatch "([^\n]*)\n" do
    number, line = number + 1, line:gsub("\r$", "")
    local known = not complete and (number == 1 and line == HEADER or number > 1
      and (line == "end" or read_line(fields, line)))
    if not known then return nil, ("%s:%d: no line of splits"):format(path, number), "invalid" end
    complete = line == "end"
  end
  if not complete then return nil, ("%s: the end is missing"):format(path), "invalid" end
  return M.new(fields)
end

return M
