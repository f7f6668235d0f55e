-- Compares the stubs of lua/meta with what they describe, name by name, both ways:
--
--   build/bin/tmlua scripts/dev/check_stubs.lua
--
-- Prints a line for each name that only one side has, and exits with 1 if there was one. What
-- cannot be listed at run time (properties made in C) is read from the sources.

local tm = require "tm"
local native = package.loaded["tm.native"]
local registry = debug.getregistry()

local complaints = 0
local function complain(...)
  complaints = complaints + 1
  print(("lua/meta: " .. (...)):format(select(2, ...)))
end

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

-- Stubs ----------------------------------------------------------------------------------------

local classes, aliases = {}, {} -- name -> {member = type}; name -> {value = true}

-- A comment block names a class, its fields, and perhaps in the line behind it the variable whose
-- functions are its methods.
local function read_stubs(path)
  local variables, class, alias = {}, nil, nil
  for line in read(path):gmatch "([^\n]*)\n" do
    local class_name, parent = line:match "^%-%-%-@class ([%w_.]+):?%s*([%w_.]*)"
    local field, type_name = line:match "^%-%-%-@field ([%w_]+)%??%s+([%w_.]*)"
    local value = line:match '^%-%-%-| "([%w_]+)"'
    local variable = line:match "^local ([%w_]+) = {}$"
    local owner, method = line:match "^function ([%w_]+)[.:]([%w_]+)%("
    if class_name then
      class = { parent = parent ~= "" and parent or nil, members = {} }
      if classes[class_name] then complain("%s is declared twice", class_name) end
      classes[class_name] = class
    elseif line:find "^%-%-%-@alias" then
      alias = {}
      aliases[line:match "^%-%-%-@alias ([%w_.]+)"] = alias
    elseif field and class then
      class.members[field] = type_name
    elseif value and alias then
      alias[value] = true
    elseif variable then
      variables[variable] = class
    elseif owner then
      local members = assert(variables[owner], owner .. " is no class").members
      if members[method] then complain("%s.%s is there twice in %s", owner, method, path) end
      members[method] = "function"
    elseif line == "" then
      class, alias = nil, nil
    end
  end
end

-- The names of a class without those of its parents.
local function stubs_of(name)
  if not classes[name] then
    complain("there is no class %s", name)
    return {}
  end
  return classes[name].members
end

-- What is there -----------------------------------------------------------------------------------

local function keys(...)
  local names = {}
  for _, list in ipairs { ... } do
    for name in pairs(list) do
      if type(name) == "string" and not name:find "^_" then names[name] = true end
    end
  end
  return names
end

local function words(text)
  local names = {}
  for word in text:gmatch "[%w_]+" do names[word] = true end
  return names
end

-- The upvalue of a function that is a table with that key, or any table.
local function table_inside(fn, key)
  for i = 1, 255 do
    local name, value = debug.getupvalue(fn, i)
    if not name then break end
    if type(value) == "table" and (key == nil or value[key] ~= nil) then return value end
  end
  error "the table has moved: look at check_stubs.lua"
end

-- The names that a C function compares with: strcmp(name, "word").
local function compared_names(path, first, last)
  local text = read(path)
  local from = assert(text:find(first, 1, true), path .. ": no " .. first)
  local body = text:sub(from, (text:find(last, from, true)))
  local names = {}
  for name in body:gmatch 'strcmp%(name, "([%w_]+)"%)' do names[name] = true end
  assert(next(names), path .. ": no names in " .. first)
  return names
end

-- X(word) or X(word, …) in the macro of that name.
local function listed_names(path, macro)
  local body = assert(read(path):match("#define " .. macro .. "%(X%)(.-[^\\])\n"), macro)
  local names = {}
  for name in body:gmatch "X%(([%w_]+)" do names[name] = true end
  return names
end

local function event_names()
  local game <close> = assert(tm.attach "sim:")
  local _, message = pcall(game.on, game, "?", print)
  return words(message:match "there are:([%w_ ]+)")
end

local function compare(what, actual, stubs)
  for name in pairs(actual) do
    if not stubs[name] then complain("%s.%s has no stub", what, name) end
  end
  for name in pairs(stubs) do
    if not actual[name] then complain("%s.%s is a stub of nothing", what, name) end
  end
end

-- Every path of the layout can be walked through the stubs, and no stub leads further.
local function compare_layout()
  local used = {}
  local function member(class_name, name)
    local class = classes[class_name]
    local found = class and class.members[name]
    if found then used[class_name .. "." .. name] = true end
    return found
  end
  for _, row in ipairs(native.state_fields()) do
    local class_name = "tm.StateFields"
    for name in row.path:gsub("%[%d+%]", ""):gmatch "[%w_]+" do
      class_name = class_name and member(class_name, name)
    end
    if not class_name then complain("state.%s has no stub", row.path) end
  end
  for class_name, class in pairs(classes) do
    if class_name == "tm.StateFields" or class_name:find "^tm%.state%." then
      for name in pairs(class.members) do
        if not used[class_name .. "." .. name] then
          complain("%s.%s is a stub of nothing", class_name, name)
        end
      end
    end
  end
end

-- A name that the function does not know would raise an error.
local function compare_inputs()
  local game <close> = assert(tm.attach "sim:")
  for name in pairs(stubs_of "tm.InputState") do
    if not pcall(game.set_input_state, game, { [name] = 0 }) then
      complain("set_input_state knows no '%s'", name)
    end
  end
end

local function compare_codes()
  local known = {}
  for word in read "src/base/status.h":gmatch 'X%([%u_]+,%s*"([%l_]+)"' do known[word] = true end
  for code in pairs(aliases["tm.Code"] or {}) do
    if not known[code] then complain("there is no code word '%s'", code) end
  end
end

local function compare_tas()
  local inputs = require "tas.inputs"
  local script = inputs.parse "0 press up"
  local entry = table_inside(getmetatable(script[1]).__index, "kind")
  compare("tas.inputs", keys(inputs), stubs_of "tas.inputs")
  compare("tas script", keys(getmetatable(script).__index, { name = true }),
    stubs_of "tas.Script")
  compare("tas entry", keys(entry, { time = true, stop = true, line = true }),
    stubs_of "tas.Entry")
  compare("tas step", keys(inputs.parse("0-10 press up"):steps()[2]), stubs_of "tas.Step")
  compare("tas.report", keys((require "tas.report")), stubs_of "tas.report")
  local tas = require "tas"
  for _, name in ipairs { "states", "splits", "verify", "progress", "plot" } do
    compare("tas." .. name, keys(tas[name]), stubs_of("tas." .. name))
  end
  local run = tas.splits.new { target = 1, times = { 1 } }
  compare("shelf", keys(getmetatable(tas.states.new {}).__index), stubs_of "tas.Shelf")
  compare("run", keys(run, getmetatable(run).__index), stubs_of "tas.Run")
  compare("progress bar", keys(getmetatable(tas.progress.new {}).__index),
    stubs_of "tas.ProgressBar")
end

-- A player, a recorder and a trace of a game, with what their fields are while they are at work.
local function compare_playing()
  local tas = require "tas"
  for _, name in ipairs { "player", "recorder", "trace" } do
    compare("tas." .. name, keys(tas[name]), stubs_of("tas." .. name))
  end
  local game <close> = assert(tm.attach "sim:")
  local player <close> = assert(tas.player.start(game, tas.inputs.new()))
  compare("player", keys(getmetatable(player).__index, { done = true, result = true,
    failure = true, game = true, context = true }), stubs_of "tas.Player")
  local recorder <close> = tas.recorder.start(game)
  compare("recorder", keys(getmetatable(recorder).__index, { runs = true, best = true, last = true,
    game = true }), stubs_of "tas.Recorder")
  local trace <close> = tas.trace.watch(game)
  trace:stop() -- which leaves it without hooks
  compare("trace", keys(trace, getmetatable(trace).__index), stubs_of "tas.Trace")
end

-- A target, a search, and what goes through its queue until the first run was played.
local function compare_search()
  local tas = require "tas"
  for _, name in ipairs { "evaluate", "search" } do
    compare("tas." .. name, keys(tas[name]), stubs_of("tas." .. name))
  end
  local target, box = tas.evaluate.distance(0, 0, 0, 0), tas.evaluate.finish()
  compare("target", keys(target, box, getmetatable(target).__index, { plane = true }),
    stubs_of "tas.Target")
  local queue = assert(tas.search.open { script = tas.inputs.new(), cut = 0, target = target })
  compare("search", keys(getmetatable(queue).__index), stubs_of "tas.Search")
  compare("search queue", keys(require "tas.search.queue".Queue), stubs_of "tas.SearchQueue")
  compare("search settings", keys(queue:settings()), stubs_of "tas.SearchSettings")
  compare("changes", keys(require "tas.search.mutate".DEFAULTS), stubs_of "tas.Changes")
  compare("search summary", keys(queue:summary(), { score = true, first_score = true, best = true,
    first = true }), stubs_of "tas.SearchSummary")
  local first = queue:lease(1)
  queue:result { id = first.id, simulations = 1, ticks = 1, score = { 1, 0 }, plane = {},
    tries = {}, scores = {} }
  compare("lease", keys(first, queue:lease(1)), stubs_of "tas.Lease")
end

local function main()
  local list <close> = assert(io.popen "ls lua/meta/*.lua")
  for path in list:lines() do read_stubs(path) end

  local special = table_inside(native.state_methods._get_special)
  local _ = tm.messages -- made at the first look
  compare("tm", keys(tm), stubs_of "tm")
  compare("tm.log", keys(tm.log), stubs_of "tm.Log")
  compare("tm.msgpack", keys(tm.msgpack), stubs_of "tm.MessagePack")
  compare("message", keys(select(2, next(tm.messages))), stubs_of "tm.Message")
  compare("game", keys(native.game_methods,
    compared_names("src/bindings/game.c", "static int push_property", "\n}")), stubs_of "tm.Game")
  compare("event", event_names(), aliases["tm.Event"] or {})
  compare("hook", keys(registry["tm.hook"].__index), stubs_of "tm.Hook")
  compare("task", keys(table_inside(registry["tm.task"].__index, "cancel"), { status = true }),
    stubs_of "tm.Task")
  compare("view", keys(table_inside(registry["tm.view"].__index, "unpack")), stubs_of "tm.View")
  compare("events", keys(table_inside(registry["tm.events"].__index, "find"), { duration = true }),
    stubs_of "tm.Events")
  compare("image", keys(table_inside(registry["tm.image"].__index, "save"), compared_names(
    "src/bindings/image.c", "static bool push_property", "\n}")), stubs_of "tm.Image")
  compare("engine", keys(native.engine_methods, compared_names("src/bindings/engine.c",
    "static bool push_property", "\n}")), stubs_of "tm.Engine")
  compare("engine server", keys(native.engine_server_methods, compared_names(
    "src/bindings/engine_listen.c", "static int l_server_index", "\n}")),
    stubs_of "tm.EngineServer")
  compare("engine peer", keys(native.engine_peer_methods, compared_names(
    "src/bindings/engine_guest.c", "static int l_peer_index", "\n}")), stubs_of "tm.EnginePeer")
  compare("engine event", native.engine_methods._events, aliases["tm.EngineEvent"] or {})
  compare("engine server event", native.engine_server_methods._events,
    aliases["tm.EngineServerEvent"] or {})
  compare("input event", compared_names("src/bindings/events_entry.c",
    "static int l_entry_index", "\n}"), stubs_of "tm.InputEvent")
  compare("state", keys(native.state_methods, special,
    listed_names("src/bindings/state.c", "DERIVED_LIST"),
    listed_names("src/wire/game_state_layout.h", "LAYOUT_ALIASES")), stubs_of "tm.State")
  compare_layout()
  compare_inputs()
  compare_codes()
  compare_tas()
  compare_playing()
  compare_search()
  os.exit(complaints == 0)
end

main()
