--- Commands about what a game is in: :save, :load, :diff, :states, :inputs.

local session = require "tm.repl.session"
local games = require "tm.repl.games"
local load_state = require "tm.state".load
local show = require "tm.repl.show"

local command, say, check = session.command, session.say, session.check

local DIFFERENCES_MAX = 40
local INPUT_LINES = 20

-- A name with a dot or a slash is a file.
local function is_file(name)
  return name:find "[./\\]" ~= nil
end

-- The state of that name, in memory or on disk.
local function find(name)
  if is_file(name) then return check(load_state(name)) end
  return check(session.states[name],
    ("there is no state '%s' (:states lists them)"):format(name))
end

command("save", { usage = ":save NAME",
  help = "Keeps the state under a name, or in a file.\nA name with a dot or a slash is a file.",
  run = function(name)
    if name == "" then return say "usage: :save NAME" end
    local state = check(games.need():get_simulation_state())
    if is_file(name) then check(state:save(name)) else session.states[name] = state end
    say("%s: %s", name, show.show(state))
  end })

command("load", { usage = ":load NAME",
  help = "Goes back to a state that :save has kept.",
  run = function(name)
    if name == "" then return say "usage: :load NAME" end
    local state, game = find(name), games.need()
    check(game:rewind_to_state(state))
    session.loaded = { game = game, time = state.race_time, called_at = game.time }
    say("%s: %s", name, show.show(state))
  end })

local VALUE_SIZE = 60 -- bytes

-- The lines about a field that differs; of a long array only the elements that do.
local function add_difference(lines, path, old, new)
  local is_array = type(old) == "userdata" and #old > 4
  for i = 1, is_array and #old or 0 do
    if old[i] ~= new[i] then add_difference(lines, ("%s[%d]"):format(path, i), old[i], new[i]) end
  end
  if is_array then return end
  lines[#lines + 1] = path:find "^bytes " and path
    or ("%s: %s -> %s"):format(path, show.short(old, VALUE_SIZE), show.short(new, VALUE_SIZE))
end

command("diff", { usage = ":diff NAME",
  help = "What differs now from a state that :save has kept.\n"
    .. "The fields, as they were and as they are.",
  run = function(name)
    if name == "" then return say "usage: :diff NAME" end
    local state = find(name)
    local lines = {}
    for _, field in ipairs(state:diff(check(games.need():get_simulation_state()))) do
      add_difference(lines, field.path, field[1], field[2])
    end
    if #lines == 0 then return say("nothing differs from %s", name) end
    for i = 1, math.min(#lines, DIFFERENCES_MAX) do session.print(lines[i]) end
    if #lines > DIFFERENCES_MAX then say("… %d more", #lines - DIFFERENCES_MAX) end
  end })

command("states", { usage = ":states",
  help = "Lists the states that :save has kept in memory.",
  run = function()
    local names = {}
    for name in pairs(session.states) do names[#names + 1] = name end
    table.sort(names)
    if #names == 0 then return say "no state is saved" end
    for _, name in ipairs(names) do say("%s: %s", name, show.show(session.states[name])) end
  end })

command("inputs", { usage = ":inputs [N|all]",
  help = "The inputs so far, the last N lines (20).\nThey are an input script of TMInterface.",
  run = function(text)
    local most = text == "" and INPUT_LINES or text == "all" and math.huge
      or math.tointeger(tonumber(text))
    if not most or most < 1 then return say "usage: :inputs [N|all]" end
    local events = check(games.need():get_event_buffer())
    local lines = {}
    for line in check(events:to_script()):gmatch "[^\n]+" do lines[#lines + 1] = line end
    if #lines == 0 then return say "no inputs yet" end
    if #lines > most then say("… %d lines before", #lines - most) end
    for i = math.max(#lines - most + 1, 1), #lines do session.print(lines[i]) end
  end })
