--- Plays something twice and tells the first tick and the first fields where the two runs part.
--
--     local result = verify.twice(game, function(g)
--       repeat
--         g:set_input_state { accelerate = true }
--       until g:step() >= 5000
--     end)
--     print(result.text)
--
-- Not compared is what only tells how long the game has been on, in which context it is, or what
-- was driven before: `timers`, `context_mode`, `flags`, and of `player_info` race_start_time,
-- current_time, prev_race_time, race_best_time, lap_best_time, and in `rest` the bytes 9 to 12.
-- The moments of the last contact, turbo and turbo type are compared by how long ago they were.

local M = {}

local IGNORED = {
  "context_mode", "flags", "timers", "player_info.race_start_time", "player_info.current_time",
  "player_info.prev_race_time", "player_info.race_best_time", "player_info.lap_best_time",
}

-- On the game's clock, ms; 0 and less: never.
local MOMENTS = {
  "scene_mobil.last_has_any_lateral_contact_time", "scene_mobil.last_turbo_type_change_time",
  "scene_mobil.last_turbo_time",
}

local REST = "player_info.rest"
local FIELDS_SHOWN = 8

local function without_start(rest)
  return rest:sub(1, 8) .. "\0\0\0\0" .. rest:sub(13)
end

-- A copy in which the fields that are not compared are blank, and moments are ages.
local function comparable(state, ignored)
  local copy, clock = state:copy(), state.time
  for _, path in ipairs(ignored) do
    local value = copy:get(path)
    if type(value) == "number" then
      copy:set(path, 0)
    elseif type(value) == "boolean" then
      copy:set(path, false)
    elseif type(value) == "string" then
      copy:set(path, ("\0"):rep(#value))
    else
      for i = 1, #value do value[i] = 0 end
    end
  end
  for _, path in ipairs(MOMENTS) do
    local moment = copy:get(path)
    if moment > 0 then copy:set(path, math.max(clock - moment, 0) & 0x7FFFFFFF) end
  end
  copy:set(REST, without_start(copy:get(REST)))
  return copy
end

-- Names of the fields that differ in what is compared, with the values that the runs had.
local function fields_of(a, b, ignored)
  local fields = {}
  for _, difference in ipairs(comparable(a, ignored):diff(comparable(b, ignored))) do
    local path, named = difference.path, not difference.path:find("^bytes ")
    if named and path ~= "cp_data" then difference[1], difference[2] = a:get(path), b:get(path) end
    fields[#fields + 1] = difference
  end
  return fields
end

local function closing(...)
  local hooks = { ... }
  return setmetatable({}, { __close = function()
    for _, hook in ipairs(hooks) do hook:cancel() end
  end })
end

-- Takes part in every step while `play` runs: fn(number of the tick), which returns a message and a
-- code if it has failed. Ticks count from the first of race time `from`, if that is given.
-- -> {count =, last = race time of the last}; or nil, message, code
local function observe(side, from, fn)
  local seen, failure = { count = 0 }, nil
  local function step(_, time)
    if failure or seen.count == 0 and from and time ~= from then return end
    seen.count, seen.last = seen.count + 1, time
    local message, code = fn(seen.count)
    if message then failure = { message, code } end
  end
  local message, code = side.begin()
  if message then return nil, message, code end
  do
    local _ <close> = closing(side.game:on("run_step", step), side.game:on("simulation_step", step))
    side.play(side.game)
  end
  if failure then return nil, failure[1], failure[2] end
  return seen
end

-- Plays the first run: the states of all ticks for which `wanted` says so.
local function record(side, options, wanted)
  local states = {}
  local seen, message, code = observe(side, options.from, function(tick)
    if not wanted(tick) then return end
    local state, why, word = side.game:get_simulation_state()
    if not state then return why, word end
    states[tick] = state
  end)
  if not seen then return nil, message, code end
  seen.states = states
  return seen
end

-- Plays the second run up to the first of the recorded ticks that differs.
local function compare(side, options, recorded)
  local found
  local seen, message, code = observe(side, options.from, function(tick)
    local other = recorded.states[tick]
    if found or not other then return end
    local state, why, word = side.game:get_simulation_state()
    if not state then return why, word end
    if state == other then return end
    local fields = fields_of(other, state, options.ignored)
    if #fields > 0 then found = { tick = tick, fields = fields, a = other, b = state } end
  end)
  if not seen then return nil, message, code end
  seen.found = found
  return seen
end

-- Text ------------------------------------------------------------------------------------------

local function seconds(ms)
  return ("%.2f s"):format(ms / 1000)
end

local function ticks_text(count)
  return count == 1 and "1 tick" or ("%d ticks"):format(count)
end

local function value_text(value)
  if type(value) == "string" and value:find "[^\32-\126]" then
    return ("%d bytes"):format(#value)
  end
  return type(value) == "table" and "a table" or tostring(value)
end

local function parted_text(result)
  local when = result.exact and ("at %s"):format(seconds(result.time))
    or ("at %s, or up to %s before"):format(seconds(result.time), ticks_text(result.every - 1))
  local lines = { ("the runs part %s (tick %d)"):format(when, result.tick) }
  for i, field in ipairs(result.fields) do
    if i > FIELDS_SHOWN then
      lines[#lines + 1] = ("  and %d more"):format(#result.fields - FIELDS_SHOWN)
      break
    end
    lines[#lines + 1] = ("  %s: %s, %s"):format(field.path, value_text(field[1]),
      value_text(field[2]))
  end
  return table.concat(lines, "\n")
end

local function parted(found, every, exact)
  local result = { same = false, tick = found.tick, time = found.a.race_time, every = every,
    exact = exact, fields = found.fields, a = found.a, b = found.b }
  result.text = parted_text(result)
  return result
end

-- No tick differs; one run may still have been longer.
local function settled(first, second)
  local count = math.min(first.count, second.count)
  if first.count == second.count then
    local text = ("the runs are the same, %s"):format(ticks_text(count))
    return { same = true, ticks = count, text = text }
  end
  local longer = first.count > second.count and first or second
  local shorter = longer == first and second or first
  local name = shorter == first and "first" or "second"
  return { same = false, tick = count + 1, time = shorter.last, fields = {}, exact = true,
    ended = shorter == first and "a" or "b",
    text = ("the %s run ends after %s at %s, the other has %d"):format(name, ticks_text(count),
      shorter.last and seconds(shorter.last) or "its beginning", longer.count) }
end

-- Plays both sides; only the ticks for which `wanted` says so are compared.
-- -> both runs, the second with what was found; or nil, message, code
local function play_both(first, second, options, wanted)
  local recorded, message, code = record(first, options, wanted)
  if not recorded then return nil, message, code end
  local compared
  compared, message, code = compare(second, options, recorded)
  if not compared then return nil, message, code end
  return recorded, compared
end

-- When only every n-th tick was compared, the ticks before the first that differs, or behind the
-- last that was compared, are played once more, each compared.
local function run(first, second, options)
  local every = options.every
  local a, b, code = play_both(first, second, options, function(tick)
    return (tick - 1) % every == 0
  end)
  if not a then return nil, b, code end
  if a.count == 0 and b.count == 0 then
    return nil, "nothing was played: there was no step to compare", "invalid"
  end
  local found, stop = b.found, b.found and b.found.tick or math.min(a.count, b.count)
  local start = stop - (stop - 2) % every -- the tick behind the last that was the same
  if every == 1 or stop <= 1 or not found and (stop - 1) % every == 0 then
    return found and parted(found, every, true) or settled(a, b)
  end
  local again, closer, word = play_both(first, second, options, function(tick)
    return tick >= start and tick <= stop
  end)
  if not again then return nil, closer, word end
  if closer.found then return parted(closer.found, every, true) end
  return found and parted(found, every, false) or settled(a, b)
end

local function read_options(options, play, name)
  if type(play) ~= "function" then
    error(("bad argument to '%s' (function expected, got %s)"):format(name, type(play)), 3)
  end
  options = options or {}
  local every = options.every or 1
  if math.type(every) ~= "integer" or every < 1 then error("every must be at least 1 tick", 3) end
  local ignored = { table.unpack(IGNORED) }
  for _, path in ipairs(options.ignore or {}) do ignored[#ignored + 1] = path end
  return { every = every, from = options.from, ignored = ignored }
end

-- Takes the game back to a state; in a simulation with the inputs that it had there.
local function returning(game, play, start)
  local events = game.context == "simulation" and game:get_event_buffer() or nil
  local function begin()
    local ok, message, code = game:rewind_to_state(start)
    if ok and events then ok, message, code = game:set_event_buffer(events) end
    if not ok then return message, code end
  end
  return { game = game, play = play, begin = begin }
end

--- Plays twice from where the game is, or from the state `options.start`. `play(game)` drives the
-- game and returns when the run is over; it may be called more often. Options: `every`, to compare
-- only every n-th tick, which takes less memory (8.5 KB a tick that is compared); the ticks before
-- the first that differs are then played again, each compared. `from`, the race time (ms) of the
-- first tick that counts. `ignore`, a list of fields that may differ.
--
-- Returns `{same = true, ticks =, text =}` or `{same = false, tick =, time =, fields =, a =, b =,
-- exact =, text =}`: the number and race time (ms) of the first tick that differs, the fields in
-- which it does, as `state:diff` has them, and the states of both runs. `exact` is false when
-- playing again has not shown it again. A run that only ends sooner has no fields and states, but
-- `ended`, "a" or "b". Returns nil, message, code when the game refuses, or "invalid" when nothing
-- was played. Errors of `play` are raised.
function M.twice(game, play, options)
  local read = read_options(options, play, "twice")
  local start, message, code = options and options.start, nil, nil
  if not start then start, message, code = game:get_simulation_state() end
  if not start then return nil, message, code end
  local side = returning(game, play, start)
  return run(side, side, read)
end

--- Plays in two games, each from where it is; as `twice`, and `options.start` goes for both.
function M.between(first, second, play, options)
  local read = read_options(options, play, "between")
  local sides = {}
  for i, game in ipairs { first, second } do
    local start, message, code = options and options.start, nil, nil
    if not start then start, message, code = game:get_simulation_state() end
    if not start then return nil, message, code end
    sides[i] = returning(game, play, start)
  end
  return run(sides[1], sides[2], read)
end

return M
