--- What makes a search what it is: two of the same settings find the same.

local command = require "tas.inputs.command"
local events = require "tas.inputs.events"
local mutate = require "tas.search.mutate"
local plan = require "tas.search.plan"

local M = {}

local GRID <const> = 10

--- How a search may look for better runs; see plan.lua.
M.STRATEGIES = { "brute", "hill", "anneal" }

local STRATEGIES = {}
for _, name in ipairs(M.STRATEGIES) do STRATEGIES[name] = true end

local function check_number(name, value, least, whole)
  local fits = whole and math.type(value) == "integer" or not whole and type(value) == "number"
  if not fits or value ~= value or value < least or value == math.huge then
    error(("%s must be a %snumber of at least %g, not %s"):format(name, whole and "whole " or "",
      least, tostring(value)), 4)
  end
  return value
end

local WHOLE = { seed = math.mininteger, simulations = 1, lanes = 1, tries = 1, max_changes = 1,
  max_steer = 1, max_time = 10, max_stretch = 0, from = 0, to = 0, cut = 0 }
local NUMBERS = { steer = 0, time = 0, stretch = 0, slide = 0, insert = 0, remove = 0,
  temperature = 0, last_temperature = 0 }

local function check_kinds(settings)
  for _, kind in ipairs(mutate.KINDS) do
    if settings[kind] > 0 then return end
  end
  error(("one of %s must be above 0"):format(table.concat(mutate.KINDS, ", ")), 4)
end

-- The window in whole ticks: an input between two of them acts at the second.
local function align(settings)
  settings.from = -(-settings.from // GRID) * GRID
  settings.to = settings.to // GRID * GRID
  if settings.from > settings.to then error("the window ends before it begins", 4) end
end

local function line_of(input)
  local time = -(-input.time // GRID) * GRID
  if command.ANALOG[input.word] then
    return ("%d %s %d\n"):format(time, input.word, input.value)
  end
  return ("%d %s %s\n"):format(time, input.value == 0 and "rel" or "press", input.word)
end

-- The inputs alone as they act, as leases have them.
local function text_of_inputs(script)
  local lines = {}
  for _, input in ipairs(events.effective(script)) do
    if input.word ~= "delete" then lines[#lines + 1] = line_of(input) end
  end
  return table.concat(lines)
end

--- The settings that the options of `search.open` ask for; raises an error for what is none.
function M.new(options, target)
  local script = options.script
  local settings = { target = target.text, from = 0, to = script:duration() + GRID - 1,
    temperature = target.temperature, last_temperature = target.temperature / 50 }
  for _, defaults in ipairs { plan.DEFAULTS, mutate.DEFAULTS } do
    for name, value in pairs(defaults) do settings[name] = value end
  end
  for _, names in ipairs { WHOLE, NUMBERS } do
    for name, least in pairs(names) do
      if options[name] ~= nil then
        settings[name] = check_number(name, options[name], least, names == WHOLE)
      end
    end
  end
  settings.strategy = options.strategy or settings.strategy
  if not STRATEGIES[settings.strategy] then
    error(("strategy must be brute, hill or anneal, not %s"):format(settings.strategy), 3)
  end
  if settings.strategy == "anneal" and not options.lanes then settings.lanes = plan.ANNEAL_LANES end
  check_kinds(settings)
  align(settings)
  settings.text = text_of_inputs(script)
  return settings
end

-- The settings that may be others when a search goes on.
local FREE = { simulations = true }

--- The name of a setting that differs, the first by the alphabet; nil if there is none.
function M.difference(a, b)
  local names = {}
  for name in pairs(a) do names[name] = true end
  for name in pairs(b) do names[name] = true end
  local first
  for name in pairs(names) do
    local differs = not FREE[name] and a[name] ~= b[name]
    if differs and (not first or name < first) then first = name end
  end
  return first
end

return M
