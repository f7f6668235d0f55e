-- Makes a page of two drives of the track technical and a made-up history, for tests and to see:
--   build/bin/tmlua tests/tools/report_page.lua report.html
-- The first drive plays the script of the examples; the second follows its line, a little faster
-- where it goes straight on.
local tm = require "tm"
local report = require "tas.report"
local splits = require "tas.splits"

local LISTS = { "x", "y", "z", "speed", "steer", "gas", "accelerate", "brake", "times" }
local AHEAD = 22 -- m along the line that the second drive aims for

local root = os.getenv "TMLUA_ROOT" or "."
local path = assert(arg[1], "the path of the page is missing")

local function new_trace(name)
  local trace = { name = name }
  for _, list in ipairs(LISTS) do trace[list] = {} end
  return trace
end

local function record(trace, state)
  local x, y, z = state:unpack "position"
  local values = { x = x, y = y, z = z, times = state.race_time, speed = state.display_speed,
    steer = state.input_steer, gas = state.input_gas, accelerate = state.input_accelerate,
    brake = state.input_brake }
  for name, value in pairs(values) do table.insert(trace[name], value) end
end

local function play()
  local address = ("sim:technical?simulate=%s/scripts/inputs/technical.txt"):format(root)
  local game <close> = assert(tm.attach(address))
  local trace = new_trace "rough & ready"
  local run <close> = splits.watch(game, trace.name)
  game:on("simulation_step", function() record(trace, game:get_simulation_state()) end)
  assert(game:wait "simulation_end" == 1, "the simulation does not finish")
  trace.splits = run
  return trace
end

-- The index of the place of the line that lies AHEAD metres in front of a place behind `from`.
local function aim(line, from, x, z)
  local best, nearest = math.huge, from
  for i = from, math.min(from + 300, #line.x) do
    local distance = (line.x[i] - x) ^ 2 + (line.z[i] - z) ^ 2
    if distance < best then best, nearest = distance, i end
  end
  local i = nearest
  while i < #line.x and (line.x[i] - x) ^ 2 + (line.z[i] - z) ^ 2 < AHEAD * AHEAD do i = i + 1 end
  return nearest, i
end

local function inputs(line, here, there, state)
  local x, _, z = state:unpack "position"
  local _, _, right_z, _, _, _, _, _, ahead_z = state:unpack "rotation_matrix"
  local dx, dz = line.x[there] - x, line.z[there] - z
  local angle = math.atan(dx * ahead_z - dz * right_z, dx * right_z + dz * ahead_z)
  local excess = state.display_speed - math.max(line.speed[here] * 1.015, 60)
  local steer = math.max(-1, math.min(1, -2.6 * angle))
  return { steer = 65536 * steer, accelerate = excess < 0, brake = excess > 9 }
end

local function follow(line)
  local game <close> = assert(tm.attach "sim:technical")
  local trace, here = new_trace "<second> \"try\"", 1
  game:give_up()
  repeat until game:step() == -10
  local run <close> = splits.watch(game, trace.name)
  while not run.finish and game.time < 70000 do
    local state = game:get_simulation_state()
    record(trace, state)
    local x, _, z = state:unpack "position"
    local there
    here, there = aim(line, here, x, z)
    game:set_input_state(inputs(line, here, there, state))
    game:step()
  end
  trace.splits = run
  return trace
end

local function history()
  local points, value = { { simulations = 0, value = 43.70 } }, 43.70
  for i = 1, 24 do
    value = value - 0.01 * math.max(1, 7 - i // 3)
    points[#points + 1] = { simulations = math.floor(1.36 ^ i) + 3 * i, value = value }
  end
  return { target = "finish", unit = "s", total = 3000, points = points, seconds = 41.3,
    ticks = 13110000 }
end

local function main()
  local first = play()
  local second = follow(first)
  local page = { title = "technical, <rough> & second", runs = { first, second },
    history = history(), notes = { { "Track", "technical" }, { "Target", "finish" },
      { "Game", "the embedded one" } } }
  assert(report.save(page, path))
  print(("%s: %d and %d ticks, %s and %s"):format(path, #first.times, #second.times,
    first.splits.finish, second.splits.finish))
  tm.quit()
end

tm.task(main)
