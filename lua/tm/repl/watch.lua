--- The expressions of `:watch`, kept up to date for a line above the prompt.
--
-- Whoever draws that line asks for its text some times a second. Each time it is old a hook is
-- armed that runs once, in the next step: the steps between two looks cost nothing. A paused game
-- has no next step; a task looks at it when a line has been run.

local native = require "tm.native"
local session = require "tm.repl.session"
local evaluate = require "tm.repl.evaluate"
local show = require "tm.repl.show"

local M = {}

local INTERVAL_SECONDS = 0.03
local VALUE_SIZE = 60 -- bytes

local task -- that refreshes while there are no steps
local armed = {} -- hooks that run once
local armed_for -- the game that they are of
local refreshed = -math.huge
local stale = true -- a line was run since: what is held may have changed
local values = { state = nil } -- of the refresh that runs

local NAMES = {
  game = function() return session.game end,
  time = function() return session.game and session.game.time end,
  state = function() return values.state end,
}

local function disarm()
  for _, hook in ipairs(armed) do hook:cancel() end
  armed, armed_for = {}, nil
end

-- Returns false when the expression was interrupted: then there is time for little else.
local function look(watch)
  local ok, value = pcall(watch.run)
  if ok then
    watch.text = show.short(value, VALUE_SIZE)
    return true
  end
  local message = tostring(value)
  watch.stopped = message:find "interrupted" ~= nil
  watch.text = "error: " .. message:gsub("^.-:%d+: ", ""):match "^[^\n]*"
  return not watch.stopped
end

local function refresh()
  local game, needs_state = session.game, false
  refreshed, stale = native.now(), false
  for _, watch in ipairs(session.watches) do needs_state = needs_state or watch.needs_state end
  values.state = nil
  if needs_state and game and game.state == "attached" then
    values.state = game:get_simulation_state()
  end
  for _, watch in ipairs(session.watches) do
    if not watch.stopped and not look(watch) then return end
  end
end

-- In a task, for which an expression may wait; there is one of them at most.
local function start_refresh()
  if task and task.status ~= "finished" then return end
  stale = false
  task = native.task(function() pcall(refresh) end)
end

local function arm(game)
  armed_for = game
  local function run()
    disarm()
    pcall(refresh)
  end
  armed = { game:once("run_step", run), game:once("simulation_step", run) }
end

local function ask_for_refresh()
  local game = session.game
  local is_attached = game and game.state == "attached"
  if armed_for and not rawequal(armed_for, game) then disarm() end
  if is_attached and not game._patience then
    if not armed_for then arm(game) end
  elseif not is_attached or stale then
    start_refresh()
  end
end

-- Cut to what one line of the terminal holds.
local function fit(text)
  local columns, count = session.columns() - 1, utf8.len(text)
  if (count or #text) <= columns then return text end
  return text:sub(1, count and utf8.offset(text, columns) - 1 or columns - 1) .. "…"
end

--- The line, as it was last known; nil when nothing is watched. Never waits.
function M.status()
  if #session.watches == 0 then return nil end
  if stale or native.now() - refreshed >= INTERVAL_SECONDS then ask_for_refresh() end
  local parts = {}
  for i, watch in ipairs(session.watches) do
    parts[i] = ("%s = %s"):format(watch.source, watch.text or "…")
  end
  return fit(table.concat(parts, "   "))
end

--- A line has been run, which may have changed what a paused game would tell.
function M.touch()
  stale = true
end

--- Adds an expression. Returns true, or nil and what is wrong with it.
function M.add(source)
  local run, message = evaluate.expression(source, NAMES)
  if not run then return nil, message end
  session.watches[#session.watches + 1] = { source = source, run = run,
    needs_state = source:find "%f[%w_]state%f[^%w_]" ~= nil }
  stale = true
  return true
end

--- Takes one away, or all. Returns how many.
function M.remove(index)
  if not index then
    local count = #session.watches
    session.watches = {}
    disarm()
    return count
  end
  if not session.watches[index] then return 0 end
  table.remove(session.watches, index)
  if #session.watches == 0 then disarm() end
  return 1
end

return M
