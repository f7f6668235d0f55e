--- Makes input scripts of what is driven on a game: by hand, by commands, or by other scripts.
--
--     local recording = recorder.start(game)
--     …                                          -- one race or several
--     local script = assert(recording:stop())
--     assert(script:save "best.txt")
--
-- Nothing need be listened to but the finish: the game itself keeps the inputs of the race, and its
-- event buffer is taken there. What a rewind took back is not in it. In a simulation, too, inputs
-- behind the finish are left out, and those of a finish that the replay had before are not.

local inputs = require "tas.inputs"
local splits = require "tas.splits"

local M = {}

local FULL = 65536 -- analog values beyond are cut by a game unless a script says otherwise
local FINISH = "_FakeFinishLine"

local Recorder = {}
Recorder.__index = Recorder
Recorder.__name = "tas.Recorder"

-- The events up to that input time (ms): the finish is where we say, and not where a replay had it.
local function events_until(events, last)
  local list = {}
  for _, event in ipairs(events) do
    if event.time <= last and event.name ~= FINISH then
      list[#list + 1] = { time = event.time, name = event.name, value = event.value }
    end
  end
  return list
end

local function is_extended(list)
  for _, event in ipairs(list) do
    if math.abs(event.value) > FULL then return true end
  end
  return false
end

local function header(recorder, finish, last)
  local how = finish and "finish at " .. splits.time_text(finish)
    or "no finish, recorded up to " .. splits.time_text(math.max(last, 0))
  local track = tostring(recorder.options.track or "unknown"):gsub("%c", " ")
  return ("# Track %s, %s s.\n"):format(track, how)
end

-- The script of an event buffer up to that race time; or nil, message, code.
local function script_of(recorder, events, finish, last)
  local list = events_until(events, last)
  local script, message, code = inputs.from_events(list)
  if not script then return nil, message, code end
  local text = header(recorder, finish, last)
  if is_extended(list) then text = text .. "set extended_steer true\n" end
  return inputs.parse(text .. script:text { canonical = true }, recorder.options.name or "recorded")
end

-- The script of what has been driven up to that race time; or nil, message, code.
local function take(recorder, finish, last)
  local events, message, code = recorder.game:get_event_buffer()
  if not events then return nil, message, code end
  return script_of(recorder, events, finish, last)
end

-- Only the best run and the last keep their scripts.
local function keep(recorder, run)
  local before = recorder.last
  recorder.runs[#recorder.runs + 1], recorder.last = run, run
  if not recorder.best or run.finish < recorder.best.finish then
    if recorder.best then recorder.best.script = nil end
    recorder.best = run
  end
  if before and before ~= recorder.best then before.script = nil end
end

local function finished(recorder)
  local run = recorder.watch
  local script, message, code = take(recorder, run.finish, run.finish)
  if not script then
    recorder.failure = { message, code }
    return
  end
  local copy = splits.new { name = run.name, times = run.times, laps = run.laps,
    target = run.target }
  local entry = { number = #recorder.runs + 1, finish = run.finish, splits = copy, script = script }
  keep(recorder, entry)
  if recorder.options.on_finish then recorder.options.on_finish(recorder, entry) end
end

-- Keeps the race under way. That before is kept until the next has begun.
local function look(recorder, time)
  if time < 0 then return end
  local events = recorder.game:get_event_buffer()
  if events then recorder.seen = { events = events, time = time } end
end

local OPTIONS = { name = "string", track = "string", on_finish = "function", keep = "boolean" }

--- Records the game from now on, until `recorder:stop()`; races that have begun are recorded from
-- their start. Options: `on_finish`, a function(recorder, run) called at each finish, inside the
-- game's call; `track`, for the comment on top, `name`, of the scripts for messages; `keep`: the
-- race under way is kept at each step, for `recorder:kept()`, at the cost of a request. Does not
-- wait.
-- The recorder has `runs`, a list of {number =, finish = ms, splits = tas.splits run, script =};
-- `best` and `last` are those of them whose scripts are kept, nil before a finish. Of two equally
-- fast runs the first is the best. A script is a new one for each run.
function M.start(game, options)
  for name, value in pairs(options or {}) do
    if type(value) ~= (OPTIONS[name] or "") then
      error(OPTIONS[name] and ("%s: %s expected, got %s"):format(name, OPTIONS[name], type(value))
        or ("there is no option '%s'"):format(tostring(name)), 2)
    end
  end
  local recorder = setmetatable({ game = game, options = options or {}, runs = {} }, Recorder)
  recorder.watch = splits.watch(game, recorder.options.name) -- its hooks come before ours
  recorder.hooks = { game:on("checkpoint_count_changed", function(_, current, target)
    if current == target then finished(recorder) end
  end) }
  if recorder.options.keep then
    local function step(_, time) look(recorder, time) end
    table.insert(recorder.hooks, game:on("run_step", step))
    table.insert(recorder.hooks, game:on("simulation_step", step))
  end
  return recorder
end

--- The script of the race under way as it was at the last step of it, and the race time of that
-- (ms), with the option `keep`. Asks nothing of the game: it may have gone, and the program may be
-- about to end. Or nil, message, "invalid": there has been no step, or there is an event that no
-- game has.
function Recorder:kept()
  local seen = self.seen
  if not seen then return nil, "there has been no step of a race", "invalid" end
  local script, message, code = script_of(self, seen.events, nil, seen.time)
  if not script then return nil, message, code end
  return script, seen.time
end

-- The race that is under way; waits for the game's next call if none is open.
local function unfinished(recorder)
  local state, message, code = recorder.game:get_simulation_state()
  if not state then return nil, message, code end
  return take(recorder, nil, state.race_time)
end

local function leave(recorder)
  for _, hook in ipairs(recorder.hooks) do hook:cancel() end
  recorder.watch:stop()
  recorder.stopped = true
end

--- Records no more. Returns the script of the best run; of the race under way if none has finished,
-- for which it waits for the game's next call if none is open. Or nil, message, code: as
-- `game:get_event_buffer`, and "invalid" for an event that no game has. Twice is fine, and returns
-- the same.
function Recorder:stop()
  if self.stopped then return table.unpack(self.stopped_with, 1, self.stopped_with.n) end
  leave(self)
  if self.best then
    self.stopped_with = { n = 1, self.best.script }
  elseif self.failure then
    self.stopped_with = { n = 3, nil, table.unpack(self.failure) }
  else
    self.stopped_with = table.pack(unfinished(self))
  end
  return table.unpack(self.stopped_with, 1, self.stopped_with.n)
end

-- Nothing is asked of the game at the end of a block.
function Recorder:__close()
  if not self.stopped then
    leave(self)
    self.stopped_with = { n = 3, nil, "the recording has been closed", "closed" }
  end
end

return M
