-- Named savestates: in memory, on disk, in races and simulations.
local tm = require "tm"
local states = require "tas.states"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local contexts = {
  run = function() return harness.race("sim:straight", 500, { accelerate = true }) end,
  simulation = function()
    local game = harness.simulation "0 press up\n"
    while game:step() < 500 do end
    assert(game:remove_state_validation())
    return game
  end,
}

-- The folder of the test; the files there are removed.
local folder = harness.path "."

local function write(name, text)
  local file <close> = assert(io.open(folder .. "/" .. name, "wb"))
  file:write(text)
end

local function read(name)
  local file <close> = io.open(folder .. "/" .. name, "rb")
  return file and file:read "a"
end

local function clean(...)
  for _, name in ipairs { "names.txt", ... } do os.remove(folder .. "/" .. name) end
end

for context, begin in pairs(contexts) do
  test("a state is kept and loaded by its name: " .. context, function()
    local game = begin()
    local shelf = states.new(game)
    local saved = assert(shelf:save "here")
    equal(saved.race_time, 500)
    game:step(100)
    local later = game:get_simulation_state()
    equal(shelf:load "here", saved)
    equal(game:get_simulation_state(), saved)
    equal(game:step(), 510)
    game:step(99)
    equal(game:get_simulation_state(), later)
    equal(shelf:load("here").race_time, 500)
  end)
end

test("a save outside of a call waits for the next", function()
  local game = harness.game "sim:straight"
  local shelf = states.new(game)
  equal(math.type(assert(shelf:save "soon").race_time), "integer")
end)

test("what is kept is a copy, and so is what is given out", function()
  local shelf = states.new(contexts.run())
  local saved = shelf:save "here"
  saved.position[1] = 123
  shelf:get("here").position[1] = 123
  assert(shelf:get("here").position[1] ~= 123)
end)

test("names are listed, replaced and removed", function()
  local game = contexts.run()
  local shelf = states.new(game)
  equal(shelf:names(), {})
  assert(shelf:save "b")
  assert(shelf:save "a 1")
  game:step()
  assert(shelf:save "b")
  equal(shelf:names(), { "a 1", "b" })
  equal({ shelf:get("b").race_time, shelf:get("a 1").race_time }, { 510, 500 })
  equal({ shelf:remove "b" }, { true })
  equal(shelf:names(), { "a 1" })
  contains(refused("invalid", shelf:remove "b"), "there is no state 'b'")
  contains(refused("invalid", shelf:load "b"), "there is no state 'b'")
  contains(refused("invalid", shelf:diff "b"), "there is no state 'b'")
end)

test("names that cannot be files are refused", function()
  local shelf = states.new(contexts.run(), folder)
  for _, name in ipairs { "", ".", "..", "a/b", "a\\b", "../x", "a..b", "c:", "x\n", "x\0y", ".x",
    "x.", " x", "x ", "nul", "COM1.x", ("x"):rep(101), "a*", "a?", '"', "<", "|" } do
    contains(refused("invalid", shelf:save(name)), "cannot be the name of a state")
    refused("invalid", shelf:load(name))
    refused("invalid", shelf:remove(name))
  end
  raises("bad argument #1 to 'save' (name expected, got nil)", shelf.save, shelf)
  raises("test_tas_states.lua", function() shelf:load(1) end)
  raises("bad argument #2 to 'new'", states.new, {}, 1)
  equal(shelf:names(), {})
end)

test("a folder keeps states for the next shelf, and another game", function()
  local saved
  do
    local shelf = states.new(contexts.run(), folder)
    saved = assert(shelf:save "corner")
    assert(shelf:save "also")
  end
  equal(read "corner.state", saved:bytes())
  equal(read "names.txt", "also\ncorner\n")
  local game = harness.game "sim:straight"
  local shelf = states.new(game, folder)
  equal(shelf:names(), { "also", "corner" })
  equal(assert(shelf:load "corner"), saved)
  equal(game:step(), 510)
  equal(shelf:remove "corner", true)
  equal(read "corner.state", nil)
  equal(shelf:names(), { "also" })
  clean "also.state"
  equal(states.new(game, folder):names(), {})
end)

test("a file that the list does not name is found, one that is gone is not listed", function()
  local game = contexts.run()
  assert(game:get_simulation_state():save(folder .. "/strange.state"))
  write("names.txt", "gone\n../gone\n\nstrange\r\n")
  local shelf = states.new(game, folder)
  equal(shelf:names(), { "strange" })
  clean()
  equal(states.new(game, folder):get("strange").race_time, 500)
  clean "strange.state"
end)

test("a damaged file is named, and the game is as before", function()
  local game = contexts.run()
  local shelf = states.new(game, folder)
  local bytes = assert(shelf:save "bad"):bytes()
  game:step()
  local before = game:get_simulation_state()
  for _, content in ipairs { "", "x", bytes:sub(1, 8344), bytes:sub(1, -2), bytes .. "x" } do
    write("bad.state", content)
    local fresh = states.new(game, folder)
    contains(refused("invalid", fresh:load "bad"), "bad.state")
    contains(refused("invalid", fresh:diff "bad"), "bad.state")
    equal(game:get_simulation_state(), before)
  end
  equal(shelf:get("bad"):bytes(), bytes) -- in memory it is whole
  equal(shelf:remove "bad", true)
  clean()
end)

test("what cannot be written is refused, and all is as before", function()
  local shelf = states.new(contexts.run(), harness.path "no_such_folder")
  contains(refused("system", shelf:save "x"), "no_such_folder")
  equal(shelf:names(), {})
  refused("invalid", shelf:get "x")
end)

test("a state of another track is not taken, and that is said", function()
  local laps = harness.race("sim:laps", 3000, { accelerate = true })
  local game = contexts.run()
  local shelf = states.new(game)
  assert(shelf:put("laps", laps:get_simulation_state()))
  local before = game:get_simulation_state()
  contains(refused("invalid", shelf:load "laps"), "another track")
  equal(game:get_simulation_state(), before)
end)

test("differences to the game, and between two names", function()
  local game = contexts.run()
  local shelf = states.new(game)
  local saved = assert(shelf:save "a")
  equal(shelf:diff "a", {})
  game:step()
  local now = assert(shelf:save "b")
  equal(#shelf:diff "a", #saved:diff(now))
  equal(shelf:diff("a", "b")[1].path, saved:diff(now)[1].path)
end)

test("a closed game refuses", function()
  local game = contexts.run()
  local shelf = states.new(game)
  assert(shelf:save "a")
  game:close()
  refused("closed", shelf:save "b")
  refused("closed", shelf:load "a")
  equal(shelf:names(), { "a" })
  tm.sleep(0)
end)

harness.run()
