--- What a script does and when: its steps, one for each command and two for a range, in the order
-- in which they act. All that compares scripts or plays them stands on these.
--
-- Source: fact sheet "TMInterface input scripts", sections 4 to 6.

local command = require "tas.inputs.command"

local M = {}

local function step_of(entry, time, order)
  local action, value = command.input(entry)
  if not value then action = nil end -- steer without a number is a command like others
  return { time = time, entry = entry, action = action, value = value, arguments = entry,
    order = order }
end

local function end_of(entry, order)
  local arguments = { command.end_arguments(entry) }
  local step = step_of(arguments, entry.stop, order)
  step.entry, step.is_end = entry, true
  return step
end

local function is_before(a, b)
  if a.time == b.time then return a.order < b.order end
  return not a.time or (b.time ~= nil and a.time < b.time)
end

local function sort(steps)
  for i = 2, #steps do
    if is_before(steps[i], steps[i - 1]) then return table.sort(steps, is_before) end
  end
end

--- The steps of a list of entries: immediate ones first, then by time; those of one time in the
--- order in which they are written.
function M.steps(entries)
  local steps, count = {}, 0
  for _, entry in ipairs(entries) do
    count = count + 1
    steps[count] = step_of(entry, rawget(entry, "time"), count)
    if rawget(entry, "stop") then
      count = count + 1
      steps[count] = end_of(entry, count)
    end
  end
  sort(steps)
  return steps
end

--- The steps that are inputs. Immediate ones act at 0, where they are among the others as written:
--- that is what a game makes of them that loads the script before the race.
function M.inputs(entries)
  local inputs = {}
  for _, step in ipairs(M.steps(entries)) do
    if step.action and step.action ~= "unknown" then
      step.time = step.time or 0
      inputs[#inputs + 1] = step
    end
  end
  sort(inputs)
  return inputs
end

--- What a step is about: inputs of one action are about the same, and equal commands.
function M.subject(step)
  if step.action and step.action ~= "unknown" then return step.action end
  return '"' .. command.join(step.arguments)
end

--- The canonical line of a step. `as_client`: as the Python client has it, which keeps no quotes,
--- and so not always the meaning.
function M.line(step, as_client)
  local join = step.time and command.join or command.join_line
  local text = as_client and table.concat(step.arguments, " ") or join(step.arguments)
  if not step.time then return text end
  if step.action == "unknown" and as_client then
    return ("# %d [unknown] %d"):format(step.time, step.value)
  elseif step.action and step.action ~= "unknown" then
    local name, argument = command.input_arguments(step.action, step.value)
    return ("%d %s %s"):format(step.time, name, argument)
  end
  if text == "" and not as_client then return ("%d"):format(step.time) end
  return ("%d %s"):format(step.time, text)
end

local HELD = { up = "accelerate", down = "brake", left = "left", right = "right",
  steer = "steer", gas = "gas" }

--- The inputs in force at a time, as game:set_input_state takes them.
function M.at(entries, time)
  local held = { left = false, right = false, accelerate = false, brake = false, steer = 0,
    gas = 0 }
  for _, step in ipairs(M.inputs(entries)) do
    if step.time > time then break end
    local name = HELD[step.action]
    if command.ANALOG[step.action] then
      held[name] = step.value
    elseif name then
      held[name] = step.value ~= 0
    end
  end
  return held
end

-- The last value of each subject at each time; equal commands are counted.
local function values_of(entries)
  local values, keys = {}, {}
  for _, step in ipairs(M.steps(entries)) do
    local subject = M.subject(step)
    local key = (step.time or "") .. subject
    local value = step.value
    if subject:byte() == 34 then value = (values[key] and values[key].value or 0) + 1 end
    if not values[key] then keys[#keys + 1] = key end
    values[key] = { time = step.time, subject = subject, value = value, order = step.order }
  end
  return values, keys
end

local Difference = {}
Difference.__index = Difference

--- "1200 steer: -50 -> 300", with "nothing" for what only one of them has.
function Difference.__tostring(difference)
  return ("%s %s: %s -> %s"):format(difference.time or "at once",
    difference.action or difference.command, difference.was or "nothing",
    difference.is or "nothing")
end

local function difference(mine, theirs)
  local either = mine or theirs
  local is_command = either.subject:byte() == 34
  return setmetatable({ time = either.time, action = not is_command and either.subject or nil,
    command = is_command and either.subject:sub(2) or nil, was = mine and mine.value,
    is = theirs and theirs.value, order = either.order }, Difference)
end

--- What has to be done to the one to get the other, by time.
function M.diff(entries, others)
  local mine, my_keys = values_of(entries)
  local theirs, their_keys = values_of(others)
  local found = {}
  for _, key in ipairs(my_keys) do
    if not theirs[key] or theirs[key].value ~= mine[key].value then
      found[#found + 1] = difference(mine[key], theirs[key])
    end
  end
  for _, key in ipairs(their_keys) do
    if not mine[key] then found[#found + 1] = difference(nil, theirs[key]) end
  end
  for i, row in ipairs(found) do row.order = i end
  sort(found)
  for _, row in ipairs(found) do row.order = nil end
  return found
end

--- Whether both do the same at the same times, in the same order.
function M.equal(entries, others)
  local mine, theirs = M.steps(entries), M.steps(others)
  if #mine ~= #theirs then return false end
  for i, step in ipairs(mine) do
    if step.time ~= theirs[i].time or M.line(step) ~= M.line(theirs[i]) then return false end
  end
  return true
end

return M
