-- Input scripts to and from event buffers, and that both sides of the house read one language: what
-- the embedded game makes of a script is what tas.inputs makes of it.
local harness = require "harness"
local events_module = require "tm.events"
local inputs = require "tas.inputs"
local test, equal, refused, contains = harness.test, harness.equal, harness.refused,
  harness.contains

local ROOT = os.getenv "TMLUA_ROOT" or "."
local NAMES = { 9, 8, 4, 5, 2, 3, 6, 7, 0, 1 }

-- Events in the order of the rows {stored time, name, value}.
local function list(rows, names)
  local events = assert(events_module.decode(
    string.pack(("i4"):rep(10), table.unpack(names or NAMES)) .. string.pack("I4I4", 0, 0)))
  for _, row in ipairs(rows) do events:add(row[1] - 100010, row[2], row[3]) end
  return events
end

local RUNNING, FINISH = "_FakeIsRaceRunning", "_FakeFinishLine"
local START = { 100000, RUNNING, 1 }

local function show(events)
  local rows = {}
  for i, event in ipairs(events) do rows[i] = tostring(event) end
  return table.concat(rows, "; ")
end

local function parse(text)
  return assert(inputs.parse(text))
end

local function read(name)
  return assert(inputs.load(("%s/scripts/inputs/%s.txt"):format(ROOT, name)))
end

test("the example of the fact sheet, with what acts at the start at 0", function()
  local events = list { START, { 100000, "down", 1 }, { 100010, "up", 1 },
    { 100010, "up", 0 }, { 100015, "steer", -300 }, { 100110, "enter", 1 }, { 100120, "enter", 0 },
    { 100210, FINISH, 1 }, { 100310, "up", 1 } }
  local race = "0 press down\n0 press up\n0 rel up\n10 steer -300\n100 press enter\n"
  equal(inputs.from_events(events):text(), race)
  equal(inputs.from_events(events, true):text(), race .. "300 press up\n")
end)

test("where the start is at the start, it is what events:to_script writes", function()
  local state = 1
  local function random(most)
    state = (state * 6364136223846793005 + 1442695040888963407) & 0x7FFFFFFFFFFFFFFF
    return (state >> 33) % most
  end
  local words = { "up", "down", "left", "right", "enter", "horn", "steer", "gas" }
  for _ = 1, 200 do
    local start = 100000 + random(50)
    local rows = { { start, RUNNING, 1 } }
    for i = 2, 20 do
      local word = words[1 + random(#words)]
      local is_analog = word == "steer" or word == "gas"
      rows[i] = { start + 1 + random(3000), word, random(2) * (is_analog and -300 or 1) }
    end
    rows[#rows + 1] = { start + 2500, FINISH, 1 }
    local events = list(rows)
    equal(inputs.from_events(events):text(), events:to_script())
    equal(inputs.from_events(events, true):text(), events:to_script(true))
  end
end)

test("what comes before the start is for all events, and at 0", function()
  local events = list { { 99000, "enter", 1 }, { 99980, "up", 1 }, { 99990, "up", 0 },
    { 99990, "left", 1 }, START, { 100020, "up", 1 } }
  equal(inputs.from_events(events):text(), "10 press up\n")
  equal(inputs.from_events(events, true):text(),
    "0 press up\n0 rel up\n0 press left\n10 press up\n")
end)

test("any list will do, and an event that no game has is refused", function()
  equal(inputs.from_events({ { time = 20, name = "Steer (analog)", value = 7 },
    { time = 0, name = "Accelerate", value = true }, { time = 5, name = "#7", value = 1 } }):text(),
    "0 press up\n20 steer 7\n")
  contains(refused("invalid", inputs.from_events { { time = 30, name = "#10", value = 1 } }),
    "30 ms", "10")
  equal(inputs.from_events({}):text(), "")
end)

test("a script as events, and what has none", function()
  local script = parse("100-200 steer 7; 5 press horn\nset a b\n0 PRESS up\n10 press delete\n"
    .. "20 press foo\n30 say x\n100 gas -9\n10 press enter\npress left\n")
  local template = list { START, { 100500, "down", 1 } }
  local events, left = assert(script:to_events(template))
  equal(show(events), "-10 _FakeIsRaceRunning 1; 0 Accelerate 1; 0 Steer left 1; 5 Horn 1; "
    .. "10 Respawn 1; 100 Steer (analog) 7; 100 Accelerate (analog) -9; 200 Steer (analog) 0")
  equal(#template, 2)
  local lines = {}
  for i, entry in ipairs(left) do lines[i] = tostring(entry) end
  equal(lines, { "set a b", "10 press delete", "20 press foo", "30 say x" })
end)

test("of one action at one time the last value is left", function()
  local events = parse("10 steer 1; 10 press up; 10 steer 2; 10 steer 3"):to_events(list {})
  equal(show(events), "-10 _FakeIsRaceRunning 1; 10 Steer (analog) 3; 10 Accelerate 1")
end)

test("analog values end where the keys do, unless extended", function()
  local text = "0 steer 70000; 10 gas -8388607\n"
  local head = "-10 _FakeIsRaceRunning 1; "
  equal(show(parse(text):to_events(list {})),
    head .. "0 Steer (analog) 65536; 10 Accelerate (analog) -65536")
  local extended = head .. "0 Steer (analog) 70000; 10 Accelerate (analog) -6553600"
  equal(show(parse(text):to_events(list {}, { extended = true })), extended)
  equal(show(parse("set extended_steer true\n" .. text):to_events(list {})), extended)
end)

test("an action that the events have no name for is refused", function()
  local names = { 9, 8, 4, -1, -1, -1, -1, -1, -1, -1 }
  local message = refused("invalid", parse("0 press up\n10 press down"):to_events(list({}, names)))
  contains(message, "10 press down", "no action")
end)

test("there and back is the same script", function()
  for _, name in ipairs { "straight", "easy", "technical", "laps" } do
    local script = read(name)
    assert(inputs.from_events(assert(script:to_events(list { START }))) == script)
  end
end)

-- Finish and last event of a simulation; `fill` may give it other inputs.
local function play(text, track, fill)
  local game = harness.simulation(text, track)
  game:once("simulation_begin", function(g)
    if fill then
      assert(g:set_event_buffer(assert(fill:to_events(g:get_event_buffer()))))
      assert(g:remove_state_validation())
    end
  end)
  local finish
  game:on("checkpoint_count_changed", function(g, current, target)
    if current == target then finish = g:get_simulation_state():bytes() end
  end)
  equal(game:wait "simulation_end", 1)
  return finish
end

test("played from an event buffer it reaches the same finish in the same state", function()
  for track, name in pairs { straight = "straight", easy = "easy", technical = "technical" } do
    local script = read(name)
    local expected = assert(play(script:text(), track))
    assert(play(script:text(), track, script) == expected, track)
    local again = inputs.parse(script:text { canonical = true })
    again:merge(again, "over")
    assert(play(again:text(), track) == expected, track)
  end
end)

-- What the embedded game has of a text before the race, and tas.inputs of the same.
local function agree(text)
  local game = harness.simulation(text)
  game:step()
  local events = assert(game:get_event_buffer())
  events:remove { name = FINISH } -- of the run before, which the game makes by itself
  equal(show(assert(parse(text):to_events(events))), show(events), ("%q"):format(text))
  game:close()
end

test("the embedded game reads inputs as tas.inputs does", function()
  agree("100-200 steer 7; 5 press horn\n0 PRESS up\n10 press delete\n20 press foo\n"
    .. "1:02.505 gas -9\n10 press enter\npress left\nrel up; 0 press up\n3-2 steer x\n"
    .. "\t7 press down\t\n8 press up\t;9 rel up\n5. press up\n-0 press up\nsteer 70000\n")
  local state = 1
  local function random(list_of)
    state = (state * 6364136223846793005 + 1442695040888963407) & 0x7FFFFFFFFFFFFFFF
    return list_of[(state >> 33) % #list_of + 1]
  end
  local times = { "0", "10", "20", "1.5", "0.019", "20-10", "0.1-0.30", "5", "1:0.5", "-5", "" }
  local words = { "press up", "rel up", "steer -5", "Steer +70000", "gas 3 4", "press horn",
    "steer x", '"press" left', "press\tup", "rel  down", "press enter" }
  local gaps = { "\n", "\n", ";", " ; ", " # x\n", "\r\n", ";\t", "\n\n", "\t\n" }
  for _ = 1, 60 do
    local parts = {}
    for i = 1, 20 do parts[i] = random(times) .. " " .. random(words) .. random(gaps) end
    agree(table.concat(parts))
  end
end)

-- Times and arguments of every command `note` in a text, as the embedded game tells them.
local function notes_of_game(game, text)
  local path = harness.path "inputs_notes.txt"
  local file <close> = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  local notes = {}
  local hook = game:on("custom_command", function(_, from, to, name, args)
    notes[#notes + 1] = ("%d %d %s [%s]"):format(from, to, name, table.concat(args, "]["))
  end)
  assert(game:execute_command("load " .. path))
  game:step(2)
  os.remove(path)
  hook:cancel()
  return notes
end

local function notes_of_inputs(text)
  local notes = {}
  for _, entry in ipairs(parse(text)) do
    if entry[1] == "note" then
      notes[#notes + 1] = ("%d %d note [%s]"):format(entry.time or -1, entry.stop or -1,
        table.concat(entry, "][", 2))
    end
  end
  return notes
end

test("the embedded game splits commands as tas.inputs does", function()
  local game = harness.game()
  assert(game:register_custom_command("note"))
  local pieces = { "\nnote ", ";note ", "note ", " ", " ", ";", "\n", "\n", '"', '"', "a", "b c",
    "#", "1", "20", ".", ":", "-", "+", "\t", "\r\n", "1.5 note", "7-3 note x",
    '"a b"', "note \"", "\v" }
  local state, count = 7, 0
  for _ = 1, 150 do
    local parts = {}
    for i = 1, 30 do
      state = (state * 6364136223846793005 + 1442695040888963407) & 0x7FFFFFFFFFFFFFFF
      parts[i] = pieces[(state >> 33) % #pieces + 1]
    end
    local text = table.concat(parts)
    local notes = notes_of_inputs(text)
    equal(notes_of_game(game, text), notes, ("%q"):format(text))
    count = count + #notes
  end
  assert(count > 300, count)
end)

harness.run()
