-- What is called when a hook rewinds: the hooks of the same call go on, and nothing is called from
-- within rewind_to_state.
local tm = require "tm"
local harness = require "harness"
local test, equal = harness.test, harness.equal

-- Both contexts, driven to that time with the throttle open.
local contexts = {
  run = function(time) return harness.race("sim:straight", time, { accelerate = true }) end,
  simulation = function(time)
    local game = harness.simulation "0 press up\n"
    game:step()
    assert(game:remove_state_validation())
    assert(game:set_simulation_time_limit(30000))
    while game.time < time do game:step() end
    return game
  end,
}

local STEP = { run = "run_step", simulation = "simulation_step" }

for context, reach in pairs(contexts) do
  local step = STEP[context]

  test("hooks behind the one that rewinds hear of the same call: " .. context, function()
    local game, order = reach(500), {}
    local saved = game:get_simulation_state()
    game:step(50)
    game:once(step, function(g, time)
      assert(g:rewind_to_state(saved))
      order[#order + 1] = ("first %d %d"):format(time, g.time)
    end)
    game:once(step, function(g, time)
      order[#order + 1] = ("second %d %d %d"):format(time, g.time,
        g:get_simulation_state().race_time)
    end)
    local time = game:step() -- a task that waited runs behind the hooks
    order[#order + 1] = ("task %d %d"):format(time, game:get_simulation_state().race_time)
    equal(order, { "first 1010 1010", "second 1010 1010 500", "task 1010 500" })
    equal(game:step(), 510)
  end)

  test("of two rewinds in one call the later one counts: " .. context, function()
    local game = reach(300)
    local early = game:get_simulation_state()
    game:step(20)
    local late = game:get_simulation_state()
    game:step(20)
    game:once(step, function(g) assert(g:rewind_to_state(late)) end)
    game:once(step, function(g) assert(g:rewind_to_state(early)) end)
    game:step()
    equal(game:step(), 310)
  end)

  test("a rewind over a checkpoint calls no hook of its own: " .. context, function()
    local game, heard = reach(500), {}
    local depth = 0
    local saved = game:get_simulation_state()
    game:on("checkpoint_count_changed", function(g, current)
      equal(depth, 0)
      depth = depth + 1
      heard[#heard + 1] = current
      if #heard == 2 then
        assert(g:rewind_to_state(saved))
        equal(g:get_checkpoint_state().cp_states[1], false)
      end
      depth = depth - 1
    end)
    local steps, before = 0, game.time
    game:on(step, function(_, time)
      steps = steps + 1
      assert(time == before + 10 or time == 510, time)
      before = time
    end)
    repeat game:step() until #heard == 4
    equal(heard, { 1, 2, 1, 2 })
    assert(steps > 1000, steps)
  end)

  test("a rewind inside a checkpoint call voids the step of that tick: " .. context, function()
    local game, order = reach(500), {}
    local saved = game:get_simulation_state()
    local passed_at
    game:on(step, function(_, time)
      if passed_at and #order < 3 then order[#order + 1] = time end
      if not passed_at then order[1] = time end
    end)
    game:once("checkpoint_count_changed", function(g)
      passed_at = g.time
      assert(g:rewind_to_state(saved))
    end)
    repeat game:step() until #order == 3
    equal(order, { passed_at, 510, 520 })
  end)
end

test("an error behind a rewind leaves the rewind", function()
  local game = contexts.run(500)
  local saved = game:get_simulation_state()
  local message
  game:on("error", function(_, text) message = text end)
  game:step(50)
  game:once("run_step", function(g)
    assert(g:rewind_to_state(saved))
    error("behind", 0)
  end)
  game:step()
  equal(game:step(), 510)
  equal(message, "behind")
end)

test("a hook that is cancelled behind a rewind is not called", function()
  local game, calls = contexts.run(500), 0
  local saved = game:get_simulation_state()
  local later
  game:step(10)
  game:once("run_step", function(g)
    assert(g:rewind_to_state(saved))
    later:cancel()
  end)
  later = game:on("run_step", function() calls = calls + 1 end)
  game:step(3)
  equal(calls, 0)
end)

test("a task that waits for a checkpoint hears of it once more after a rewind", function()
  local game = contexts.simulation(500)
  local saved = game:get_simulation_state()
  equal({ game:wait "checkpoint_count_changed" }, { 1, 3 })
  assert(game:rewind_to_state(saved))
  equal({ game:wait "checkpoint_count_changed" }, { 1, 3 })
  tm.sleep(0)
end)

harness.run()
