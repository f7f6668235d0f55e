-- Named tests for scripts that tmlua runs: `harness.test(name, fn)` any number of times, then
-- `harness.run()`, which ends the program with status 0 or 1. Tests may wait; one that hangs is
-- named. Games that were opened with harness.game are closed behind the test. With an argument,
-- `tmlua test_x.lua WORD`, only the tests with that word in their names run.

local tm = require "tm"

local harness = {}

local PATIENCE = 40 -- seconds for the whole file; the runner ends it after 60

local tests, games = {}, {}

function harness.test(name, fn)
  if arg[1] and not name:find(arg[1], 1, true) then return end
  tests[#tests + 1] = { name = name, fn = fn }
end

--- A game of its own for the test that runs, `sim:` unless an address is given.
function harness.game(address)
  local game = assert(tm.attach(address or "sim:"))
  games[#games + 1] = game
  return game
end

--- A game at the run step of that race time (ms), with the inputs of the table held from 0 on.
function harness.race(address, time, inputs)
  local game = harness.game(address)
  while game:step() < -10 do end
  if inputs then assert(game:set_input_state(inputs)) end
  while game.time < time do game:step() end
  return game
end

--- A path in the test's own folder, for a file that the test removes.
function harness.path(name)
  return (os.getenv "TMPDIR" or "/tmp") .. "/" .. name
end

--- A game of its own that simulates an input script, on "straight" unless a track is given.
function harness.simulation(script, track)
  local path = harness.path "simulated.txt"
  local file <close> = assert(io.open(path, "w"))
  assert(file:write(script))
  file:close()
  local game = harness.game(("sim:%s?simulate=%s"):format(track or "straight", path))
  os.remove(path)
  return game
end

local function show(value)
  if type(value) == "string" then
    return ("%q"):format(#value > 300 and value:sub(1, 300) .. "..." or value)
  end
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for key, item in pairs(value) do
    parts[#parts + 1] = (type(key) == "number" and "" or key .. " = ") .. show(item)
  end
  return "{ " .. table.concat(parts, ", ") .. " }"
end

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b and math.type(a) == math.type(b)
  end
  for key, value in pairs(a) do
    if not same(value, b[key]) then return false end
  end
  for key in pairs(b) do
    if a[key] == nil then return false end
  end
  return true
end

--- Equal, tables by what is in them; 1 and 1.0 are not.
function harness.equal(actual, expected, what)
  if not same(actual, expected) then
    error(("%sexpected %s, got %s"):format(what and what .. ": " or "", show(expected),
      show(actual)), 2)
  end
end

function harness.near(actual, expected, tolerance, what)
  local difference = math.abs(actual - expected)
  if difference ~= difference or difference > tolerance then
    error(("%sexpected %s within %s, got %s"):format(what and what .. ": " or "", expected,
      tolerance, actual), 2)
  end
end

--- The text contains all of these, plainly.
function harness.contains(text, ...)
  for _, part in ipairs { ... } do
    if not tostring(text):find(part, 1, true) then
      error(("%s does not contain %s"):format(show(text), show(part)), 2)
    end
  end
end

--- The function raises an error whose message contains the text; returns the message.
function harness.raises(text, fn, ...)
  local ok, message = pcall(fn, ...)
  if ok then error(("no error, expected %s"):format(show(text)), 2) end
  if not tostring(message):find(text, 1, true) then
    error(("the error %s does not contain %s"):format(show(tostring(message)), show(text)), 2)
  end
  return message
end

--- The world's refusal: nil, a message, that code; returns the message. For
-- `harness.refused("lost", game:step())`.
function harness.refused(code, ...)
  local value, message, got = ...
  if value ~= nil or type(message) ~= "string" or got ~= code or select("#", ...) ~= 3 then
    error(("expected nil, a message and %s, got %s"):format(show(code),
      show(table.pack(...))), 2)
  end
  return message
end

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

--- Runs a program text in a tmlua of its own: its output, errors included, and exit status.
-- `options` are put before the script as they are.
function harness.child(code, options)
  local program = os.getenv "TMLUA_BIN" or arg[-1]
  local path = os.tmpname()
  local file <close> = assert(io.open(path, "w"))
  file:write(code)
  file:close()
  local pipe = assert(io.popen(("timeout -k 5 20 %s %s %s 2>&1 </dev/null"):format(quote(program),
    options or "", quote(path))))
  local output = pipe:read "a"
  local _, _, status = pipe:close()
  os.remove(path)
  return output, status
end

local function run_one(test)
  harness.running = test.name
  local ok, trace = xpcall(test.fn, function(message)
    return debug.traceback(tostring(message), 2)
  end)
  for _, game in ipairs(games) do game:close() end
  games = {}
  if not ok then print(("FAILED  %s\n%s"):format(test.name, trace)) end
  return ok
end

function harness.run()
  tm.task(function()
    tm.sleep(PATIENCE)
    print(("FAILED  %s hangs"):format(harness.running))
    os.exit(1)
  end)
  local passed = 0
  for _, test in ipairs(tests) do
    if run_one(test) then passed = passed + 1 end
  end
  print(("%d passed, %d failed"):format(passed, #tests - passed))
  tm.quit(passed == #tests and passed > 0 and 0 or 1)
end

return harness
