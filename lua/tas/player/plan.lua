--- A script as a player walks along it: what is to be done in which step.
--
-- What acts at a time is set in the step before. Times that lie between two ticks go up to the next
-- one, where they act anyway, so that races and simulations come out the same to the last bit.

local command = require "tas.inputs.command"
local events = require "tas.inputs.events"

local M = {}

local TICK = 10 -- ms

local HELD = { up = "accelerate", down = "brake", left = "left", right = "right", steer = "steer",
  gas = "gas" }
local VERBS = { enter = "respawn", horn = "horn", delete = "give_up" }

--- The word of input scripts for a name of game:set_input_state.
M.WORDS = {}
for word, name in pairs(HELD) do M.WORDS[name] = word end

--- All inputs as they are when nothing is pressed.
function M.released()
  return { left = false, right = false, accelerate = false, brake = false, steer = 0, gas = 0 }
end

local Plan = {}
Plan.__index = Plan

-- The row of the step in which something of that time is to be done.
local function row_of(rows, time)
  local row = rows[time]
  if not row then
    row = { at = time - TICK, inputs = nil, verbs = {}, commands = {} }
    rows[time] = row
  end
  return row
end

local function add_inputs(plan, rows)
  for _, input in ipairs(events.effective(plan.script)) do
    local row, name = row_of(rows, input.time), HELD[input.word]
    if name then
      row.inputs = row.inputs or {}
      row.inputs[name] = input.value
      if not command.ANALOG[input.word] then row.inputs[name] = input.value ~= 0 end
    elseif input.value ~= 0 then
      row.verbs[#row.verbs + 1] = VERBS[input.word]
      plan.restarts = plan.restarts or input.word == "delete"
    end
  end
end

-- What begins with a time once more is a command that no game knows, and not one for that time.
local function is_command(step)
  local first = step.arguments[1]
  return not step.action and first and not (step.time and command.times(first))
end

local function has_commands(script)
  for _, entry in ipairs(script) do
    if entry.kind ~= "input" or not entry.value then return true end
  end
  return false
end

local function add_commands(plan, rows)
  if not has_commands(plan.script) then return end -- which spares a second walk
  for _, step in ipairs(plan.script:steps()) do
    if is_command(step) then
      local list = step.time and row_of(rows, step.time).commands or plan.immediate
      list[#list + 1] = command.join(step.arguments)
    end
  end
end

local function is_on_ticks(script)
  for _, entry in ipairs(script) do
    if (entry.time or 0) % TICK ~= 0 or (entry.stop or 0) % TICK ~= 0 then return false end
  end
  return true
end

--- The plan of a script, which is not changed: a list of rows by time, each `at` (the race time of
-- the step in which it is to be done, ms), `inputs` (for game:set_input_state) or nil, `verbs`
-- (names of methods of the game) and `commands`. `.immediate` is the list of commands that run
-- first, `.restarts` whether the script restarts the race, `.script` the script on whole ticks,
-- `.duration` its last time.
function M.of(script)
  local plan = setmetatable({ script = script:copy(), immediate = {}, restarts = false }, Plan)
  if not is_on_ticks(plan.script) then plan.script:quantise(TICK) end
  plan.duration = plan.script:duration()
  local rows = {}
  add_inputs(plan, rows)
  add_commands(plan, rows)
  for _, row in pairs(rows) do plan[#plan + 1] = row end
  table.sort(plan, function(a, b) return a.at < b.at end)
  return plan
end

--- The inputs in force in the step behind that of race time `at`.
function Plan:held(at)
  local held = M.released()
  for _, row in ipairs(self) do
    if row.at > at then break end
    for name, value in pairs(row.inputs or {}) do held[name] = value end
  end
  return held
end

--- The inputs that are set in that step.
function Plan:inputs(at)
  local row = self[self:place(at)]
  return row and row.at == at and row.inputs or {}
end

--- The index of the first row for that step or a later one.
function Plan:place(at)
  local low, high = 1, #self + 1
  while low < high do
    local middle = (low + high) // 2
    if self[middle].at < at then low = middle + 1 else high = middle end
  end
  return low
end

return M
