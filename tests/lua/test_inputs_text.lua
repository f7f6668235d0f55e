-- Input scripts as text: what is read is written again, what is changed alone is new, and files.
-- Runs under a stock lua5.4 too.
local harness = require "harness"
local inputs = require "tas.inputs"
local test, equal, refused, contains = harness.test, harness.equal, harness.refused,
  harness.contains

local ROOT = os.getenv "TMLUA_ROOT" or "."

local SAMPLE = "# head\r\n\r\nset speed 2; say \"a; b\" # twice\r\n"
  .. "  0 press up;1.50-2.00 steer -300\t\r\n"
  .. "\t100 say \"open; # no\r\n;; 15:47.12 gas 5 ;\r\n# tail\r\n1e3 x;\ty \v;z\r\nabc\"\"; 5 q\n"

local function parse(text)
  return assert(inputs.parse(text))
end

-- Written once more after the layout was taken apart.
local function taken_apart(script)
  local copy = script:copy()
  copy:remove(function() return false end)
  return copy
end

-- A text that is made of pieces of scripts, good and bad, the same for a seed.
local PIECES = { "100", "press up", " ", " ", " ", ";", "\n", "\n", "\n", "\"", "\"a b\"", "#",
  "steer -300", "1.5-2.25", "\t", "\r\n", "say", "0 rel down\n", "200-100 gas 7\n", "-", ":", ".",
  "12:3.4 press enter # x\n", "\v", "\0", "\xff", "+5", "set x y\n" }

local function random_text(seed)
  local parts, state = {}, seed
  local function random(most)
    state = (state * 6364136223846793005 + 1442695040888963407) & 0x7FFFFFFFFFFFFFFF
    return (state >> 33) % most + 1
  end
  for i = 1, random(40) do parts[i] = PIECES[random(#PIECES)] end
  return table.concat(parts)
end

local function check_round_trip(text)
  local script, message, code = inputs.parse(text, "x")
  if not script then -- a number grew too large
    contains(message, "too large")
    return equal(code, "invalid")
  end
  equal(script:text(), text)
  local apart = taken_apart(script)
  assert(apart == script)
  equal(apart:text(), text)
  assert(parse(apart:text()) == script)
  local canonical = script:text { canonical = true }
  equal(parse(canonical):text { canonical = true }, canonical)
  assert(parse(canonical) == script)
end

test("every truncation of a sample is written as it was read", function()
  for size = 0, #SAMPLE do check_round_trip(SAMPLE:sub(1, size)) end
end)

test("every byte of a sample may be another", function()
  for i = 1, #SAMPLE do
    for _, byte in ipairs { "\0", "\n", " ", "\"", ";", "#", "-", "9", "\xff" } do
      check_round_trip(SAMPLE:sub(1, i - 1) .. byte .. SAMPLE:sub(i + 1))
    end
  end
end)

test("random texts are written as they were read", function()
  for seed = 1, 3000 do
    local ok, message = pcall(check_round_trip, random_text(seed))
    if not ok then error(("seed %d, %q: %s"):format(seed, random_text(seed), message)) end
  end
end)

test("the shipped scripts are written as they were read, and are canonical", function()
  for _, name in ipairs { "straight", "easy", "technical", "laps" } do
    local script = assert(inputs.load(("%s/scripts/inputs/%s.txt"):format(ROOT, name)))
    check_round_trip(script:text())
    equal(script:text { canonical = true }, (script:text():gsub("#[^\n]*\n", "")))
    equal(#script:problems(), 0)
  end
end)

test("only what was changed is new", function()
  local script = parse(SAMPLE)
  script[4].value = 65
  equal(script[4].line, 4)
  equal(script:text(), (SAMPLE:gsub("1.50%-2.00 steer %-300", "1500-2000 steer 65")))
  script[4].value = -300
  equal(script:text(), SAMPLE)
  script:shift(10)
  script:shift(-10)
  equal(script:text(), SAMPLE)
  script[4].stop = nil
  contains(script:text(), "press up;1500 steer -300\t\r\n")
end)

test("what is put in has a line of its own, in the file's own way", function()
  local script = parse "# head\r\n\r\n0 press up; 100 rel up # so\r\n# tail"
  script:insert "50 press down"
  equal(script:text(),
    "# head\r\n\r\n0 press up\r\n50 press down\r\n100 rel up # so\r\n# tail")
  script:insert(1, "set speed 2")
  equal(script:text(), "# head\r\n\r\nset speed 2\r\n0 press up\r\n50 press down\r\n"
    .. "100 rel up # so\r\n# tail")
  script:insert "200 horn; 150 press left"
  equal(script:text():match "so\r\n(.*)", "150 press left\r\n200 horn\r\n# tail")
  local bare = parse "0 press up"
  bare:insert "10 rel up"
  equal(bare:text(), "0 press up\n10 rel up\n")
  local empty = parse "# nothing"
  empty:insert { time = 0, action = "up" }
  equal(empty:text(), "# nothing\n0 press up\n")
end)

test("what is taken out leaves the comments in their lines", function()
  local text = "# head\n  0 press up # a\n# mid\n10 x; 20 y ; 30 z # b\n# tail\n"
  local function without(...)
    local script, gone = parse(text), {}
    for _, time in ipairs { ... } do gone[time] = true end
    equal(script:remove(function(entry) return gone[entry.time] or false end), select("#", ...))
    return script:text()
  end
  equal(without(0), "# head\n# mid\n10 x; 20 y ; 30 z # b\n# tail\n")
  equal(without(10), "# head\n  0 press up # a\n# mid\n20 y ; 30 z # b\n# tail\n")
  equal(without(20), "# head\n  0 press up # a\n# mid\n10 x ; 30 z # b\n# tail\n")
  equal(without(30), "# head\n  0 press up # a\n# mid\n10 x; 20 y # b\n# tail\n")
  equal(without(10, 30), "# head\n  0 press up # a\n# mid\n20 y # b\n# tail\n")
  equal(without(10, 20, 30), "# head\n  0 press up # a\n# mid\n# tail\n")
  equal(without(0, 10, 20, 30), "# head\n# mid\n# tail\n")
end)

test("any random script without any of its entries says the rest", function()
  for seed = 1, 400 do
    local script = inputs.parse(random_text(seed))
    for i = 1, script and #script or 0 do
      local copy, expected = script:copy(), {}
      copy:remove(i)
      for j, entry in ipairs(script) do
        if j ~= i then expected[#expected + 1] = tostring(entry) end
      end
      local got = {}
      for j, entry in ipairs(parse(copy:text())) do got[j] = tostring(entry) end
      equal(got, expected, ("seed %d entry %d"):format(seed, i))
    end
  end
end)

test("an entry that no text says is not written", function()
  local script = parse "0 press up\n10 say x\n"
  script[2][2] = 'a "quoted" word'
  harness.raises("entry 2 cannot be written", script.text, script)
  script[2][2] = "a b"
  equal(script:text(), "0 press up\n10 say \"a b\"\n")
end)

test("a saved script is loaded again", function()
  local path = harness.path "inputs_saved.txt"
  local script = parse(SAMPLE)
  equal(script:save(path), true)
  equal(inputs.load(path):text(), SAMPLE)
  equal(script:save(path, { canonical = true }), true) -- over the one that is there
  local loaded = assert(inputs.load(path))
  assert(loaded == script)
  equal(loaded.name, path)
  local list <close> = assert(io.popen(("ls %s.*.part* 2>/dev/null"):format(path)))
  equal(list:read "a", "") -- nothing is left beside
  os.remove(path)
end)

test("what cannot be read or written is said", function()
  local message = refused("system", inputs.load(harness.path "inputs_no_file.txt"))
  contains(message, "inputs_no_file.txt")
  refused("system", inputs.load(os.getenv "TMPDIR" or "/tmp"))
  refused("system", parse(SAMPLE):save(harness.path "no_folder/inputs.txt"))
  local path = harness.path "inputs_bad.txt"
  local file <close> = assert(io.open(path, "w"))
  file:write "0 press up\n10 steer 99999999\n"
  file:close()
  equal(refused("invalid", inputs.load(path)):sub(1, #path + 6), path .. ":2:1: ")
  os.remove(path)
end)

harness.run()
