-- The raw pair: messages as bytes, and bytes of our own in the answer to a call.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local function at_step()
  local game = harness.game()
  game:step()
  return game
end

test("a message goes by its name or its number, and its reply comes as bytes", function()
  local game = at_step()
  equal({ game:call "C_GET_CONTEXT_MODE" }, { "\1\0\0\0", 0 })
  equal({ game:call(22) }, { "\1\0\0\0", 0 })
  equal({ game:call(22.0, "") }, { "\1\0\0\0", 0 })
  equal({ game:call("C_HORN", "\0\0\0\0") }, { "", 0 })
end)

test("a reply of the vocabulary is as long as it is", function()
  local game = at_step()
  local state = game:get_simulation_state():bytes()
  equal({ game:call "C_SIM_GET_STATE" }, { state, 0 })
  local events = game:call "C_SIM_GET_EVENT_BUFFER"
  equal(#events, 56 + 8 * (#game:get_event_buffer() - 1))
end)

test("what is sent is what the game gets", function()
  local game = at_step()
  equal({ game:call("C_SET_INPUT_STATES",
    string.pack("<i4i4i4i4i4i4", -1, -1, 1, -1, 1234, 0x7FFFFFFF)) }, { "", 0 })
  game:step(400)
  local state = game:get_simulation_state()
  equal({ state.input_accelerate, state.input_steer, state.input_left }, { true, 1234, false })
end)

test("an error of the game is a code, and no refusal", function()
  local game = at_step()
  local taken = string.pack("<i4s4", 0, "word")
  equal({ game:call("C_REGISTER_CUSTOM_COMMAND", taken) }, { "", 0 })
  equal({ game:call("C_REGISTER_CUSTOM_COMMAND", taken) }, { "", 5 })
end)

test("messages that are not ours to send are refused by name", function()
  local game = at_step()
  for _, name in ipairs { "C_REGISTER", "C_DEREGISTER", "C_PROCESSED_CALL", "S_RESPONSE",
    "S_ON_RUN_STEP", "S_SHUTDOWN" } do
    raises(("call: %s is not for scripts to send"):format(name), function() game:call(name) end)
    raises(("call: %s is not for scripts to send"):format(name), function()
      game:call(tm.messages[name].numbers.v1)
    end)
  end
  equal(game:step(), game.time)
end)

test("arguments of call are checked", function()
  local game = at_step()
  for _, number in ipairs { 0, 256, -1, 1 << 40 } do
    raises("bad argument #1 to 'call' (a message has a number", function() game:call(number) end)
  end
  raises("bad argument #1 to 'call' (unknown message", function() game:call "C_NOTHING" end)
  raises("bad argument #1 to 'call' (number has no integer", function() game:call(1.5) end)
  raises("bad argument #1 to 'call' (string expected", function() game:call {} end)
  raises("bad argument #2 to 'call' (string expected", function() game:call("C_HORN", {}) end)
  contains(refused("too_long", game:call("C_LOG", ("x"):rep(65528))), "call: 65528 bytes")
  contains(refused("unsupported", game:call "C_SIM_GET_CONTROL_NAMES"), "call: the dialect v1")
end)

test("a call outside the game's waits for the next one", function()
  local game = harness.game()
  tm.sleep(0.001)
  equal({ game:call "C_GET_CONTEXT_MODE" }, { "\1\0\0\0", 0 })
  game:close()
  refused("closed", game:call "C_GET_CONTEXT_MODE")
end)

test("reply is for open calls", function()
  local game = harness.game()
  refused("no_call", game:reply "x")
  game:step()
  equal({ game:reply "ours" }, { true })
  equal(game:step(), game.time) -- the embedded game does not look at it
  contains(refused("too_long", game:reply(("x"):rep(65524))), "reply: 65524 bytes")
  equal({ game:reply(("x"):rep(65523)) }, { true })
  game:step()
  raises("bad argument #1 to 'reply' (string expected", function() game:reply {} end)
  game:close()
  refused("closed", game:reply "x")
end)

harness.run()
