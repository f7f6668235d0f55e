-- The game's brute force, and the hook that it asks at every step.
local harness = require "harness"
local test, equal = harness.test, harness.equal

local SETTINGS = [[
set controller bruteforce
set bf_modify_prob 0.5
set bf_max_steer_diff 1000
set bf_inputs_min_time 1000
set bf_inputs_max_time 3000
set bf_search_forever true
0 press up
]]

-- A search that is decided about by `decide(info)` alone, up to its end or 5000 questions.
local function search(decide)
  local lines = { SETTINGS }
  for time = 1000, 3000, 100 do lines[#lines + 1] = ("%d steer %d\n"):format(time, time % 300) end
  local game = harness.simulation(table.concat(lines), "straight")
  local questions, ended = {}, false
  game:on("bruteforce_evaluate", function(g, info)
    assert(g == game)
    equal(g.context, "simulation")
    if ended then return "stop" end -- the next one
    questions[#questions + 1] = info
    if #questions > 5000 then return "stop" end
    return decide(info, #questions)
  end)
  game:on("simulation_end", function() ended = true end)
  repeat game:step() until ended
  return questions, game
end

test("every step of both phases is asked about, in race time", function()
  local searched = 0
  local questions = search(function(info)
    if info.phase == 0 then return end
    searched = searched + 1
    return searched < 100 and "do_nothing" or "stop"
  end)
  local before = questions[1]
  equal(before.phase, 0)
  for i = 2, #questions do
    local info = questions[i]
    if info.phase == before.phase then equal(info.time, before.time + 10) end
    before = info
  end
  equal(before.phase, 1)
end)

test("the settings of the console are told by their names", function()
  local info = search(function(_, n) return n > 10 and "stop" or nil end)[1]
  local names = {}
  for name in pairs(info) do names[#names + 1] = name end
  table.sort(names)
  equal(table.concat(names, " "), "inputs_extend_steer inputs_max_time inputs_min_time "
    .. "max_steer_diff max_time_diff modified_inputs_num override_stop_time phase search_forever "
    .. "target time")
  equal({ info.phase, info.target, info.max_steer_diff, info.max_time_diff }, { 0, 0, 1000, 0 })
  equal({ info.inputs_min_time, info.inputs_max_time }, { 1000, 3000 })
  equal({ info.search_forever, info.inputs_extend_steer }, { true, false })
end)

test("a rejection goes back to the time that it names", function()
  local rejections = 0
  local questions = search(function(info)
    if info.phase == 0 or info.time < 2000 then return info.phase == 0 and 0 or 1 end
    rejections = rejections + 1
    return rejections < 4 and "reject" or "stop", 1500
  end)
  local times = {}
  for i = 2, #questions do
    if questions[i - 1].time == 2000 and questions[i].time < 2000 then
      times[#times + 1] = questions[i].time
    end
  end
  equal(#times, 3)
  for _, time in ipairs(times) do assert(time == 1500 or time == 1510, time) end
end)

test("a rejection without a time leaves it to the game", function()
  local rejections, changed = 0, false
  search(function(info)
    if info.phase == 0 then return end
    changed = changed or info.modified_inputs_num > 0
    if info.time < 4000 then return "do_nothing" end
    rejections = rejections + 1
    return rejections < 10 and "reject" or "stop"
  end)
  equal(rejections, 10)
  assert(changed)
end)

harness.run()
