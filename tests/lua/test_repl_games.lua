-- Which game the prompt is about: found, lost and found again, one of several, traced.
local tm = require "tm"
local harness = require "harness"
local prompt = require "prompt"
local games = require "tm.repl.games"
local test, equal, contains = harness.test, harness.equal, harness.contains
local read, repl = prompt.read, prompt.repl

local heard = ""
local function hears(text)
  return prompt.wait_for(text, function()
    heard = heard .. "\n" .. prompt.printed()
    local _, last = heard:find(text, 1, true)
    heard = last and heard:sub(last + 1) or heard
    return last
  end)
end

-- Starts the background task anew, without a banner.
local function begin(options)
  repl.finish()
  games.stop_search()
  prompt.clean()
  rawset(_G, "game", nil)
  heard = ""
  repl.start(options or { quiet = true, script = true })
end

local MAPPING = "tmlua_prompt_" .. os.tmpname():match "[^/\\_]+$"
local TMSIM = (os.getenv "TMLUA_BIN" or arg[-1]):gsub("tmlua([^/]*)$", "tmsim%1")

local function start_game()
  local command = ("'%s' --mapped %s --speed 1 >/dev/null 2>&1 & echo $!"):format(TMSIM, MAPPING)
  local pipe = assert(io.popen(command))
  local pid = pipe:read "n"
  pipe:close()
  local function send(signal) os.execute(("kill -%s %d"):format(signal, pid)) end
  return { kill = function() send "KILL" end, stop = function() send "TERM" end }
end

test("without a game the prompt says so", function()
  begin()
  equal(repl.prompt(), "no game> ")
  equal(rawget(_G, "game"), nil)
  equal(read ":games", "no game is attached")
  equal(read ":detach", "no game is attached")
  contains(read ":games 1", "there is no game 1")
end)

test("a game that is killed and started again is attached again", function()
  begin()
  local process = start_game()
  contains(read(":attach mapped:" .. MAPPING), MAPPING)
  prompt.wait_for("a game", function() return repl.game end)
  prompt.wait_for("a step", function() return repl.game.context end)
  contains(repl.prompt(), MAPPING .. " run ")
  local first = game -- luacheck: ignore 113
  equal(first, repl.game)
  process.kill()
  hears(MAPPING .. " is gone; looking for it again")
  equal(repl.prompt(), "no game> ")
  process = start_game()
  hears("attached to " .. MAPPING)
  assert(game ~= first) -- luacheck: ignore 113
  equal(game, repl.game) -- luacheck: ignore 113
  equal(read ":detach", "")
  process.stop()
  hears(MAPPING .. " has been let go")
  tm.sleep(0.6)
  equal(repl.prompt(), "no game> ")
end)

test("a game is found that is started later", function()
  begin()
  contains(read(":attach mapped:" .. MAPPING), "; looking for it")
  local process = start_game()
  hears("attached to " .. MAPPING)
  read ":detach"
  process.stop()
end)

test("an address that makes no sense is not looked for", function()
  begin()
  contains(read ":attach nonsense", "'nonsense' is not the address of a game")
  contains(read ":attach sim:?speed=x", "speed must be a number")
  contains(read ":attach sim:nowhere", "nowhere")
  tm.sleep(0.6)
  equal(repl.prompt(), "no game> ")
end)

test("a game that is closed by a line is let go", function()
  begin()
  read ":attach sim:straight"
  prompt.wait_for("a step", function() return repl.game.context end)
  contains(repl.prompt(), "sim:straight run ")
  read "game:close()"
  equal(repl.prompt(), "no game> ")
  hears "sim:straight has been let go"
end)

test("`game` stays what the user has put there", function()
  begin()
  read "game = 'mine'"
  read ":attach sim:"
  equal(read "game", '"mine"')
  contains(repl.prompt(), "sim:easy")
  read ":detach"
  read "game = nil"
  read ":attach sim:"
  contains(read "game", "game (sim:, attached)")
  prompt.clean()
end)

test("of two games one is current, and :games switches", function()
  begin()
  read ":attach sim:straight"
  read ":attach sim:laps"
  local text = read ":games"
  contains(text, "  1  sim:straight", "* 2  sim:laps")
  contains(repl.prompt(), "2:sim:laps")
  read ":games 1"
  contains(repl.prompt(), "1:sim:straight")
  contains(read "game", "sim:straight")
  contains(read ":games 3", "there is no game 3")
  contains(read ":games x", "there is no game x")
  local straight, laps = games.list()[1], games.list()[2]
  read ":pause"
  assert(straight._patience and not laps._patience)
  contains(read ":games", "held")
  local time = straight.time
  read ":games 2"
  read ":step 10"
  equal(straight.time, time)
  assert(laps._patience)
  read ":resume"
  assert(straight._patience)
  straight:close()
  laps:close()
  prompt.clean()
end)

test("when one of two games ends the other is the game", function()
  begin()
  read ":attach sim:straight"
  read ":attach sim:laps"
  read ":detach"
  hears "sim:straight is the game now"
  contains(repl.prompt(), "sim:straight")
  prompt.clean()
end)

test(":events traces calls, ten of each in a second", function()
  begin()
  local game = prompt.at("sim:", 0)
  equal(read ":events", "traced: nothing")
  equal(read ":events run_step laps_count_changed", "traced: laps_count_changed run_step")
  local text = read ":step 300"
  local _, count = text:gsub("\n?  run_step %d+  %(sim:easy at ", "")
  assert(count >= 10 and count < 100, count)
  contains(text, "  run_step 10  (sim:easy at 0.01)")
  tm.sleep(1.05)
  contains(read ":step", "  run_step: ", " more\n", "  run_step 3010  (")
  equal(read ":events off", "traced: nothing")
  equal(read ":step", "held at 3.02 s")
  contains(read ":events nothing", "there is no event 'nothing'; there are: registered")
  contains(read ":events on", "run_step", "simulation_end")
  assert(not (read ":events"):find "error")
  equal(game.state, "attached")
  prompt.clean()
end)

test("tracing goes over to the next game", function()
  begin()
  prompt.at("sim:", 0)
  read ":events run_step"
  prompt.at("sim:straight", nil)
  read ":pause"
  contains(read ":step", "run_step", "sim:straight at")
  prompt.clean()
end)

test("with a script the prompt takes the games of the script, and attaches none", function()
  local output = harness.child([[
    local tm, repl = require "tm", require "tm.repl"
    repl.start { quiet = true, script = true }
    tm.sleep(0.7)
    print(repl.prompt())
    os.exit(0)
  ]], "--sim")
  equal(output, "no game> \n")
end)

test("without a script the game of the command line is attached at once", function()
  local output = harness.child([[
    local repl = require "tm.repl"
    repl.start {}
    print(rawequal(game, repl.game), game)
    os.exit(0)
  ]], "--sim=laps")
  contains(output, "tmlua " .. tm.version .. ", Lua 5.4\n:help lists the commands",
    "\nattached to sim:laps\n", "true\tgame (sim:laps, attached)")
end)

harness.run()
