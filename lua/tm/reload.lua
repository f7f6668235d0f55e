--- Running the script again while its games stay attached: `reload`, and the watch of --watch.
--
-- A run that ends takes its tasks, hooks, engines and servers along; a game that it has paused goes
-- on. The games stay attached: the next run gets them from tm.attach, and those that it has not
-- asked for when its main chunk has come to its end without an error are closed. After an error
-- they stay, for the run that comes when it is repaired.
--
-- The Lua state stays as well, and so do globals and what was written into a game or into `tm`.
-- Forgotten are the modules that came from files of Lua; those in C cannot be read again. Files
-- that were read by dofile or loadfile are not watched.

local native = require "tm.native"
local hooks = require "tm.hooks"

local M = {}

local start = native.start
local INTERVAL_SECONDS = 0.25

local path, cpath = package.path, package.cpath
local script_stamp = start.script and native.file_stamp(start.script)
local tried = {} -- file -> its stamp when the script was last to be run again, in vain

-- Compiling --------------------------------------------------------------------------------------

-- The files of the modules that the script has required so far, each once.
local function module_files()
  local files, seen = {}, {}
  for _, found in pairs(start.required) do
    if found and not seen[found.file] then
      seen[found.file] = true
      files[#files + 1] = found.file
    end
  end
  table.sort(files)
  return files
end

-- A module whose file is gone may be one that the script needs no longer.
local function check_modules()
  for _, file in ipairs(module_files()) do
    if native.file_stamp(file) then
      local chunk, message = loadfile(file)
      if not chunk then return nil, message end
    end
  end
  return true
end

-- Returns true, or nil and a message; the script is then in start.compiled.
local function compile()
  local stamp, chunk, message
  if start.script then
    stamp = native.file_stamp(start.script)
    chunk, message = loadfile(start.script)
    if not chunk then return nil, message end
  end
  local ok
  ok, message = check_modules()
  if not ok then return nil, message end
  start.compiled, script_stamp = chunk, stamp
  return true
end

--- Ends the script's run and runs it again, with the -e and -l before it, as soon as the Lua code
-- that runs waits or ends. Returns true; or nil and a message, which has been shown, if the script
-- or one of its modules does not compile: then the old run goes on.
function M.reload()
  local ok, message = compile()
  if not ok then
    native.report(message)
    return nil, message
  end
  native.end_run(true)
  return true
end

native.reload = M.reload

-- Between two runs -------------------------------------------------------------------------------

local function forget_modules()
  for name, found in pairs(start.required) do
    if found then package.loaded[name] = nil end
  end
  start.required = {}
  package.path, package.cpath = path, cpath
  tried = {}
end

local function fill_arg()
  local texts = {}
  for i, text in pairs(start.arg) do texts[i] = text end
  rawset(_G, "arg", texts) -- the script may have changed its own
end

-- The patience of games that the old run has paused. Their calls are still open.
local function resume_games(run)
  for _, game in ipairs(native.kept_games()) do
    if game._patience and game._pauser == run then
      game:set_timeout(game._patience)
      game._patience = nil
    end
  end
end

-- The main task of the next run; without `again` nothing runs until the script is changed.
native.on_run_end(function(again, run)
  hooks.end_run(run)
  resume_games(run)
  if not again then return end
  forget_modules()
  fill_arg()
  collectgarbage()
  start.main()
  native.close_unasked_games()
end)

-- Watching ---------------------------------------------------------------------------------------

-- What the files were like that this run has read: file -> stamp, false for one there was none of.
local function known_files()
  local known = {}
  if start.script then known[start.script] = script_stamp or false end
  for name, found in pairs(start.required) do
    if found then
      known[found.file] = found.stamp or false
    elseif not package.loaded[name] then -- was not found; perhaps it is there now
      local file = package.searchpath(name, package.path)
      if file then known[file] = false end
    end
  end
  for file, stamp in pairs(tried) do known[file] = stamp end
  return known
end

-- The first one that has changed, the script before others, or nil. A file that is gone is no
-- change: it will come back, or the script is changed to do without.
local function first_change(known, stamps)
  local changed
  for file, stamp in pairs(known) do
    if stamps[file] and stamps[file] ~= stamp then
      if file == start.script then return file end
      if not changed or file < changed then changed = file end
    end
  end
  return changed
end

local function is_settled(stamps, before)
  for file, stamp in pairs(stamps) do
    if before[file] ~= stamp then return false end
  end
  return true
end

local function run_again(file)
  local ok, message = compile()
  if not ok then
    native.report(message)
    return
  end
  local what = file ~= start.script and start.script or "it"
  native.report(("%s has changed, running %s again"):format(file, what))
  native.end_run(true)
end

--- Runs the script again whenever a file of it has changed, and was the same at two looks in a row:
-- a file that is being written is let alone. Never returns; errors of the script are survived.
function M.watch()
  local before = {}
  native.outlive_errors()
  while true do
    native.sleep(INTERVAL_SECONDS)
    local known, stamps = known_files(), {}
    for file in pairs(known) do stamps[file] = native.file_stamp(file) or false end
    local file = is_settled(stamps, before) and first_change(known, stamps)
    before = stamps
    if file then
      tried = stamps -- whatever comes of it, it is not tried again before the next change
      run_again(file)
    end
  end
end

return M
