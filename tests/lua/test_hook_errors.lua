-- Errors in hooks: who hears of them, and what the game gets.
local tm = require "tm"
local harness = require "harness"
local test, equal, contains, child = harness.test, harness.equal, harness.contains, harness.child

test("an error hook gets the message, the traceback and the place", function()
  local game, got = harness.game(), {}
  game:on("error", function(g, ...)
    assert(g == game)
    got[#got + 1] = table.pack(...)
  end)
  local function broken() error "hook broke" end
  game:once("run_step", function() broken() end)
  local time = game:step()
  equal(#got, 1)
  local message, traceback, where = table.unpack(got[1], 1, got[1].n)
  contains(message, "test_hook_errors.lua:", "hook broke")
  contains(traceback, "hook broke", "stack traceback:", "'broken'")
  contains(where, "run_step", ("%.3f s"):format(time / 1000), "sim:")
end)

test("the message is the error itself, whatever it is", function()
  local game, got = harness.game(), {}
  local object = setmetatable({}, { __tostring = function() return "my object" end })
  game:on("error", function(_, message, traceback) got[#got + 1] = { message, traceback } end)
  for i, value in ipairs { object, 42, true } do
    game:once("run_step", function() error(value) end)
    game:step()
    assert(got[i][1] == value)
    contains(got[i][2], tostring(value), "stack traceback:")
  end
end)

test("an error does not keep the later hooks, nor the game, from going on", function()
  local game, order = harness.game(), {}
  game:on("error", function() order[#order + 1] = "error" end)
  game:on("run_step", function() error "first" end)
  game:on("run_step", function() order[#order + 1] = "second" end)
  local time = game:step()
  equal(game:step(), time + 10)
  equal(order, { "error", "second", "error", "second" })
end)

test("every error hook hears of it, once of one", function()
  local game, order = harness.game(), {}
  for i = 1, 3 do
    game[i == 2 and "once" or "on"](game, "error", function() order[#order + 1] = i end)
  end
  game:on("run_step", function() error "x" end)
  game:step(2)
  equal(order, { 1, 2, 3, 1, 3 })
end)

test("errors in every kind of hook are heard", function()
  local game, places = harness.game "sim:straight", {}
  game:on("error", function(_, _, _, where) places[#places + 1] = where:match "in ([%w_]+)" end)
  game:once("registered", function() error "x" end)
  game:once("checkpoint_count_changed", function() error "x" end)
  while game:step() < -10 do end
  game:set_input_state { accelerate = true }
  while #places < 2 and game:step() do end
  equal(places, { "registered", "checkpoint_count_changed" })
end)

test("an error after a wait in a hook is heard too", function()
  local game, heard = harness.game(), nil
  game:on("error", function(_, message) heard = message end)
  game:once("run_step", function()
    tm.sleep(0)
    error "late"
  end)
  game:step()
  contains(heard, "late")
end)

test("nobody handles an error: the program ends with it, after the game was let go", function()
  local output, status = child [[
    local tm = require "tm"
    local game = assert(tm.attach "sim:")
    game:on("deregistered", function(_, reason) print("left", reason) end)
    game:on("run_step", function(_, time) if time == -2500 then error "hook broke" end end)]]
  equal(status, 1)
  contains(output, "tmlua: in run_step at -2.500 s (sim:): ", ":4: hook broke",
    "stack traceback:", "left\tclosed")
end)

test("an error in the error hook ends the program", function()
  local output, status = child [[
    local tm = require "tm"
    local game = assert(tm.attach "sim:")
    game:on("error", function() error "handler broke" end)
    game:on("run_step", function() error "hook broke" end)]]
  equal(status, 1)
  contains(output, "handler broke", "stack traceback:")
end)

test("hooks keep the program alive, and only hooks do", function()
  local output, status = child [[
    local tm = require "tm"
    local game = assert(tm.attach "sim:")
    game:on("run_step", function(_, time) if time == 100 then print(time) tm.quit() end end)]]
  equal({ output, status }, { "100\n", 0 })
  output, status = child [[
    local tm = require "tm"
    local game = assert(tm.attach "sim:")
    local hook
    hook = game:on("run_step", function(_, time) if time == 0 then hook:cancel() end end)]]
  equal({ output, status }, { "", 0 })
end)

test("a game that nobody refers to goes on as long as it has hooks", function()
  local output, status = child [[
    local tm = require "tm"
    do
      local count = 0
      assert(tm.attach "sim:"):on("run_step", function(game)
        count = count + 1
        collectgarbage()
        if count == 50 then print "fifty" game:close() end
      end)
    end
    collectgarbage()]]
  equal({ output, status }, { "fifty\n", 0 })
end)

test("an error that is caught stays between us", function()
  local game, heard = harness.game(), false
  game:on("error", function() heard = true end)
  local got
  game:once("run_step", function() got = select(2, pcall(error, "caught")) end)
  game:step()
  equal(got, "caught")
  equal(heard, false)
end)

harness.run()
