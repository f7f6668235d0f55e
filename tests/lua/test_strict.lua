-- What tmlua leaves alone: globals, the standard libraries, the garbage collector's rules.
local before = {}
for name, value in pairs(_G) do before[name] = value end
local libraries = {}
for _, library in ipairs { "string", "table", "math", "io", "os", "coroutine", "utf8", "debug",
  "package" } do
  libraries[library] = {}
  for name in pairs(_G[library]) do libraries[library][name] = true end
end

local tm = require "tm"

local globals_of_tm = {}
for name, value in pairs(_G) do
  if before[name] ~= value then globals_of_tm[#globals_of_tm + 1] = name end
end

local harness = require "harness"
local test, equal, child = harness.test, harness.equal, harness.child

test("the module makes no globals", function()
  equal(globals_of_tm, {})
end)

test("the module adds nothing to the standard libraries", function()
  for library, names in pairs(libraries) do
    for name in pairs(_G[library]) do assert(names[name], library .. "." .. name) end
  end
end)

test("a script finds what lua gives it, and nothing more", function()
  local known = {}
  for name in ([[_G _VERSION arg assert collectgarbage coroutine debug dofile error getmetatable
    io ipairs load loadfile math next os package pairs pcall print rawequal rawget rawlen rawset
    require select setmetatable string table tonumber tostring type utf8 warn xpcall]]):gmatch "%g+"
  do known[name] = true end
  for name in pairs(before) do assert(known[name], name) end
  for name in pairs(known) do assert(before[name] ~= nil, name) end
end)

test("globals stay forbidden when a script forbids them", function()
  local output, status = child [[
    setmetatable(_G, {
      __index = function(_, name) error("read of global " .. name, 2) end,
      __newindex = function(_, name) error("write of global " .. name, 2) end,
    })
    local tm = require "tm"
    local game <close> = assert(tm.attach "sim:straight")
    game:on("error", function(_, message) print(message) end)
    game:on("run_step", function() end)
    game:register_custom_command("word", function() end)
    game:execute_command "word"
    while game:step() < 100 do game:set_input_state { accelerate = true } end
    local state = game:get_simulation_state()
    local _ = state.cp_data, state.yaw_pitch_roll, state:diff(state:copy())
    game:rewind_to_state(state)
    game:get_event_buffer():find { event_name = "up" }
    game:pause() game:resume() game:log "text"
    tm.log.info "seen"
    tm.instances()
    tm.every(0.001, function() end):cancel()
    tm.attach("mapped:TMInterface_nobody", { wait = 0 })
    print "done"]]
  equal({ output, status }, { "tmlua: sim: client log: text\ninfo: seen\ndone\n", 0 })
end)

test("requiring the parts again gives the same tables", function()
  assert(require "tm" == tm)
  assert(require "tm.game" == require "tm.game")
  assert(require "tm.log" == tm.log)
end)

local function race_with_collector(collect)
  local game = harness.game "sim:straight"
  local count, commands = 0, 0
  game:on("run_step", function(g, time)
    local state = g:get_simulation_state()
    assert(state.race_time == time)
    local copy = state:copy()
    copy.position = { 1, 2, 3 }
    assert(select("#", copy:unpack "rotation_matrix") == 9)
    coroutine.wrap(function() count = count + 1 end)()
    collect()
  end)
  game:once("run_step", function(g)
    g:on("run_step", function() collect() end)
    collect()
  end)
  game:register_custom_command("word", function() commands = commands + 1 collect() end)
  while game:step() < -10 do end
  game:set_input_state { accelerate = true }
  repeat
    if game.time % 500 == 0 then
      game:execute_command "word with arguments"
      tm.task(function() game:step() collect() end)
      assert(#game:get_event_buffer() >= 0)
      game:rewind_to_state(game:get_simulation_state())
    end
    game:step()
  until game.time >= 2000
  assert(count > 200 and commands >= 3, count)
  game:close()
  collect()
end

test("a race with the collector at every step", function()
  race_with_collector(function() collectgarbage() end)
end)

test("a race with a collector that never rests", function()
  local pause, multiplier = collectgarbage("setpause", 0), collectgarbage("setstepmul", 1000)
  race_with_collector(function() collectgarbage "step" end)
  collectgarbage("setpause", pause)
  collectgarbage("setstepmul", multiplier)
end)

test("a race with the generational collector", function()
  collectgarbage("generational", 1, 1)
  race_with_collector(function() collectgarbage "step" end)
  race_with_collector(function() collectgarbage() end)
  collectgarbage "incremental"
end)

test("tasks and hooks that nobody keeps are not collected while they live", function()
  local game, steps, done = harness.game "sim:?speed=20", 0, false
  game:on("run_step", function() steps = steps + 1 end)
  tm.task(function()
    for _ = 1, 10 do
      tm.sleep(0.001)
      collectgarbage()
      collectgarbage()
    end
    done = true
  end)
  while not done do
    tm.sleep(0.001)
    collectgarbage()
  end
  assert(steps > 0)
end)

test("memory does not grow over thousands of steps", function()
  local game = harness.game "sim:laps"
  local function lap(count)
    for _ = 1, count do
      game:step()
      game:set_input_state { steer = game.time % 100 }
      local _ = game:get_simulation_state().position[1]
    end
    collectgarbage()
    collectgarbage()
    return collectgarbage "count"
  end
  lap(500)
  local before_kib = lap(500)
  local after_kib = lap(3000)
  assert(after_kib < before_kib + 200, ("%.0f KiB, then %.0f KiB"):format(before_kib, after_kib))
end)

-- Each is closed, forgotten and collected while the host is busy with it or with its neighbour.
test("games that are closed and collected from anywhere", function()
  local function collect()
    collectgarbage()
    collectgarbage()
  end
  for _, close in ipairs {
    function() assert(tm.attach "sim:"):close() end,
    function() assert(tm.attach "sim:"):step() end, -- and left to the end
    function()
      local game = assert(tm.attach "sim:")
      game:step()
      game:close()
    end,
    function()
      assert(tm.attach "sim:"):on("run_step", function(game)
        game:close()
        collect()
      end)
    end,
    function()
      local list = {}
      for i = 1, 3 do list[i] = assert(tm.attach "sim:") end
      list[2]:on("run_step", function()
        for i = 1, 3 do
          if list[i] then list[i]:close() end
          list[i] = nil
        end
        collect()
      end)
    end,
    function()
      local game = assert(tm.attach "sim:")
      game:on("deregistered", collect)
      game:once("run_step", function(g) tm.sleep(0) g:close() collect() end)
    end,
    function()
      local game = assert(tm.attach "sim:")
      tm.task(function()
        game:step(3)
        game:close()
        game = nil
        collect()
      end)
    end,
  } do
    for _ = 1, 3 do
      close()
      collect()
      tm.sleep(0.002)
    end
  end
end)

test("the collector may close a game that is forgotten", function()
  do
    local game = assert(tm.attach "sim:")
    game:step()
    game:close()
  end
  collectgarbage()
  collectgarbage()
  equal(math.type(harness.game():step()), "integer")
end)

harness.run()
