--- tas record: what is driven becomes an input script.
--
-- Ctrl-C ends the program wherever it is, and nothing can be asked of the game any more: what a
-- session still has to write is in its memory, and is written when that is given back.

local common = require "tas.commands.common"
local files = require "tas.files"
local splits = require "tas.splits"

local Session = {}
Session.__index = Session

-- Files -------------------------------------------------------------------------------------------

-- run.txt, run-2.txt, run-3.txt …
local function numbered(path, number)
  if number == 1 then return path end
  local stem, ending = path:match "^(.*[^/\\])(%.[^./\\]*)$"
  return ("%s-%d%s"):format(stem or path, number, ending or "")
end

-- Before anything is driven: whether OUT is free, and its folder takes files.
local function check_path(path, options)
  if not options.force and files.exists(path) then
    return nil, path .. ": is there already (--force overwrites it)", "invalid"
  end
  local probe = path .. ".part"
  local file, message = io.open(probe, "ab")
  if not file then return nil, path .. message:sub(#probe + 1), "system" end
  file:close()
  os.remove(probe)
  return true
end

-- The file for the next run of --keep-all, which no file is overwritten for.
function Session:_next_path()
  local path
  repeat
    self.number = self.number + 1
    path = numbered(self.path, self.number)
  until self.options.force or self.number == 1 or not files.exists(path)
  return path
end

-- Writes what waits to be written; what cannot be is tried again at the next finish, and at the
-- end.
function Session:_write()
  for path, script in pairs(self.pending) do
    local ok, message = script:save(path)
    if ok then self.pending[path] = nil else self.env.warn(message) end
  end
end

-- Runs --------------------------------------------------------------------------------------------

local function difference_text(run, best)
  if not best then return "" end
  local sign = run.finish < best.finish and "-" or "+"
  return (" (%s%s)"):format(sign, splits.time_text(math.abs(run.finish - best.finish)))
end

function Session:_say(run, best, path)
  local saved = path and not self.pending[path] and ", saved as " .. path or ""
  self.env.out:write(("run %d: %s%s%s\n%s\n"):format(run.number, splits.time_text(run.finish),
    difference_text(run, best), saved, splits.format { best and best.splits or run.splits,
    best and run.splits or nil }))
  self.env.out:flush()
end

function Session:_finished(run)
  local best, path = self.best, nil
  local is_best = not best or run.finish < best.finish
  run.splits.name = ("run %d"):format(run.number)
  if self.options.keep_all then path = self:_next_path() elseif is_best then path = self.path end
  if path then self.pending[path] = run.script end
  if is_best then self.best = run end
  self:_write()
  self:_say(run, best, path)
end

-- The race that nobody has driven to its end, if that is all there is.
function Session:_take_unfinished()
  local script, time = self.recording:kept()
  if self.best or not script or #script == 0 then return nil end
  self.pending[self.path] = script
  return time
end

--- Writes what has not been written, and says so. Twice is fine. Returns whether all is written.
function Session:finish()
  if self.is_over then return next(self.pending) == nil end
  self.is_over = true
  local time = self:_take_unfinished()
  self:_write()
  local done = next(self.pending) == nil
  if time and done then
    self.env.out:write(("no finish: recorded up to %s, saved as %s\n"):format(
      splits.time_text(time), self.path))
  elseif not self.best and not time then
    self.env.out:write "nothing was driven\n"
  end
  return done
end

Session.__gc = Session.finish

local function begin(env, options, game, path)
  local session = setmetatable({ env = env, options = options, path = path, number = 0,
    pending = {} }, Session)
  session.recording = require("tas.recorder").start(game, { keep = true,
    track = game.address:match "^sim:([^?]+)",
    on_finish = function(_, run) session:_finished(run) end })
  return session
end

-- Until all runs are driven: true, or nil, message, code.
local function wait_for_runs(session, game)
  local wanted = session.options.runs > 0 and session.options.runs or math.huge
  local recording = session.recording
  while #recording.runs < wanted do
    local ok, message, code = game:wait "checkpoint_count_changed"
    if not ok then return nil, message, code end
    if recording.failure then return nil, table.unpack(recording.failure) end
  end
  return true
end

local function is_driverless(address)
  return address and address:find "^sim:" and not address:find "[?&]simulate="
end

local function run(env, options, arguments)
  local path = arguments[1]
  local ok, message, code = check_path(path, options)
  if not ok then return env.fail(message, code) end
  if is_driverless(env.addresses(options)[1]) then
    return env.fail("nobody drives the embedded game; it needs a script: --sim=TRACK?simulate=FILE",
      "invalid")
  end
  local game <close>, why, word = env.attach(options)
  if not game then return env.fail(why, word) end
  local session = begin(env, options, game, path)
  env.out:write(("recording %s; Ctrl-C ends it\n"):format(game.address))
  env.out:flush()
  ok, message, code = wait_for_runs(session, game)
  local done = session:finish()
  if not ok then return env.fail(message, code) end
  return done and 0 or 1
end

return {
  name = "record",
  summary = "make an input script of what is driven",
  description = [[
Records a running game until the finish is passed, and saves the inputs of the race, from its start
on. Of several runs the best is saved, at once; each is compared with the best before. When it is
ended before any finish, by Ctrl-C or because the game has gone, what was driven so far is saved.

A person drives, or whatever else gives the game its inputs; the embedded game has nobody, and so
--sim needs a script that it simulates: --sim=TRACK?simulate=FILE.]],
  usage = "[options] OUT",
  arguments = { { name = "OUT", help = "the file for the input script" } },
  options = common.options {
    { name = "runs", value = "N", type = "integer", min = 0, default = 1,
      help = "end when the finish was passed so often; 0: only by Ctrl-C" },
    { name = "keep-all",
      help = "save each finished run: as run.txt, run-2.txt and so on for run.txt" },
    { name = "force", short = "f", help = "overwrite files that are there" },
  },
  examples = {
    "tmlua tas record run.txt",
    "tmlua tas record -a mapped:TMInterface1 --runs 0 best.txt",
    'tmlua tas record --sim="easy?simulate=run.txt" driven.txt',
  },
  run = run,
}
