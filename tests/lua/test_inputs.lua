-- Input scripts as a language: every vector of the fact sheet "TMInterface input scripts", and
-- those of tests/wire/test_console_command*.c. Runs under a stock lua5.4 too.
local harness = require "harness"
local inputs = require "tas.inputs"
local test, equal, raises, refused = harness.test, harness.equal, harness.raises, harness.refused

local TIME_MAX = 2147483647 - 100010

-- "now [say] [a b]", "100 [press] [up]", "100..200 [press] [up]", one entry a line.
local function show(text)
  local lines = {}
  for _, entry in ipairs(assert(inputs.parse(text))) do
    local when = entry.time and tostring(entry.time) or "now"
    if entry.stop then when = when .. ".." .. entry.stop end
    local parts = { when }
    for _, argument in ipairs(entry) do parts[#parts + 1] = "[" .. argument .. "]" end
    lines[#lines + 1] = table.concat(parts, " ")
  end
  return table.concat(lines, "\n")
end

-- Rows of text and expected commands; each text is also read as a line between two others.
local function all(rows)
  for text, expected in pairs(rows) do
    equal(show(text), expected, ("%q"):format(text))
    local around = show("first\n" .. text .. "\n5 press up")
    local inner = expected == "" and "" or expected .. "\n"
    equal(around, "now [first]\n" .. inner .. "5 [press] [up]", ("%q between"):format(text))
    equal(assert(inputs.parse(text)):text(), text)
  end
end

test("each line is a command", function()
  all {
    ["help\nclear\r\n\n \t \r\n  vars speed \t\r\nquit"] =
      "now [help]\nnow [clear]\nnow [vars] [speed]\nnow [quit]",
    ["a\rb"] = "now [a\rb]", ["\v\f a \f\v"] = "now [a]", [""] = "", ["\n\n \r\n\t\v\f"] = "",
    [";; ; \"\" ; \"\"\"\" ;"] = "", ["# all\n  # of\n;# it"] = "",
  }
end)

test("a comment starts even in quotes", function()
  all {
    ["set speed 2 # twice # as fast\nhelp#"] = "now [set] [speed] [2]\nnow [help]",
    ['set background "#ff0000"'] = 'now [set] [background] ["]',
    ['echo "a#b"'] = 'now [echo] ["a]', ['a "b;c#"; d\ne'] = 'now [a] ["b;c]\nnow [e]',
  }
end)

test("semicolons split outside of quotes, and an open quote protects its line", function()
  all {
    ["0 rel up; 10 press down"] = "0 [rel] [up]\n10 [press] [down]",
    ["0 rel up;10 press down ; 20 press up;"] =
      "0 [rel] [up]\n10 [press] [down]\n20 [press] [up]",
    ["a;b;;c;"] = "now [a]\nnow [b]\nnow [c]", ['a "";b'] = "now [a]\nnow [b]",
    ['bind f2 "set speed 2; rel up"'] = "now [bind] [f2] [set speed 2; rel up]",
    ['a"b;c"d;e'] = "now [b;c] [d]\nnow [e]",
    ['a "b;c;d\ne;f'] = 'now [a] ["b;c;d]\nnow [e]\nnow [f]',
    ['a;"b" "c;d\n"e;f"'] = 'now [a]\nnow [b] ["c;d]\nnow [e;f]',
    ["0 press up;\t100 press down"] = "0 [press] [up]\n100 [press] [down]",
    ["0 press up\t; 100 press down"] = "0 [press] [up\t]\n100 [press] [down]",
    ["0 press up;\t"] = "0 [press] [up]",
  }
end)

test("only spaces separate", function()
  all {
    ["  set   speed  2  "] = "now [set] [speed] [2]", ["set\tspeed 2"] = "now [set\tspeed] [2]",
    ["\t100\tpress up"] = "now [100\tpress] [up]", ["\t100 press up\t"] = "100 [press] [up]",
    ["a;\tb \v;c"] = "now [a]\nnow [\tb] [\v]\nnow [c]",
  }
end)

test("quotes", function()
  all {
    ['say "hello world" x'] = "now [say] [hello world] [x]", ['say " a "'] = "now [say] [ a ]",
    ['say "" x'] = "now [say] [x]", ['say "a""b"'] = "now [say] [a] [b]", ['say "a"b'] =
      "now [say] [a] [b]", ['"say it"'] = "now [say it]", ["say 'a b'"] = "now [say] ['a] [b']",
    ['say "a\\"b"'] = 'now [say] [a\\] [b"]', ['say abc"def" x'] = "now [say] [def] [x]",
    ['say abc"" x'] = "now [say] [x]", ['abc""'] = "", ['10"press" up'] = "now [press] [up]",
    ['x"10" press up'] = "10 [press] [up]", ['"10"press up'] = "10 [press] [up]",
    ['say ""b'] = "now [say] [b]", ['say "hello world'] = 'now [say] ["hello] [world]',
    ['say a" b c'] = 'now [say] [a" b] [c]', ['say " b c'] = 'now [say] [" b] [c]',
    ['say "  b'] = 'now [say] [" ] [b]', ['say "'] = 'now [say] ["]', ['say " '] = 'now [say] ["]',
    ['"10 press up'] = 'now ["10] [press] [up]', ['"10" press up'] = "10 [press] [up]",
    ['10 "press up"'] = "10 [press up]",
  }
end)

test("any byte is a character", function()
  all {
    ["a\0b \xff\x80 \0"] = "now [a\0b] [\xff\x80] [\0]",
    ["10\0 press up"] = "now [10\0] [press] [up]",
    ["\xef\xbb\xbf10 press up"] = "now [\xef\xbb\xbf10] [press] [up]",
    ["a\x1c\x85\xa0 b"] = "now [a\x1c\x85\xa0] [b]",
  }
end)

local NONE = {}
local TIMES = {
  -- the vectors of the sheet
  ["0"] = 0, ["0.00"] = 0, ["0.001"] = 0, ["0.005"] = 0, ["9.43"] = 9430, ["947120"] = 947120,
  ["15:47.12"] = 947120, ["1:2:3.45"] = 3723450, ["1:1.5"] = 61500, ["01.10"] = 1100,
  ["12.55a"] = 12550, ["12.5a"] = NONE, [".5"] = NONE, ["5."] = NONE, ["1.2.3"] = NONE,
  ["1,5"] = NONE, ["1:1:1:1.0"] = NONE, ["2.00-3.00"] = { 2000, 3000 }, ["100-50"] = { 50, 100 },
  ["5.123-6"] = { 6, 5120 },
  -- its rules: the fraction
  ["9.4"] = 9400, ["9.437"] = 9430, ["0.019"] = 10, ["1.23.4"] = 1230, ["1:2:3.45:6"] = 3723450,
  ["1.+5"] = 1050, ["1.+"] = 1000, ["1. 5"] = 1050, ["1.5 "] = 1050, ["1.++"] = NONE,
  ["1.  "] = NONE, ["."] = NONE, [".."] = NONE, ["1..5"] = NONE,
  -- colons
  ["1:30"] = NONE, ["1:2:3"] = NONE, ["1:75.00"] = 135000, ["1:99:75.00"] = 9615000,
  ["0:0:0.0"] = 0, [":1.5"] = NONE, ["1:.5"] = NONE, ["1::1.5"] = NONE, ["::1.5"] = NONE,
  ["1.5:30"] = NONE, ["1:2.5:3"] = NONE, ["a:1.5"] = NONE, [":"] = NONE,
  ["+1: 2 :+3.4"] = 3723400,
  -- numbers
  ["007"] = 7, ["+100"] = 100, ["+1.5"] = 1500, [" 100 "] = 100, ["\t100\v"] = 100,
  [" +100"] = 100, ["1005"] = 1005, ["+"] = NONE, ["++1"] = NONE, ["+ 1"] = NONE, ["1 0"] = NONE,
  ["0x10"] = NONE, ["1e3"] = NONE, ["1_000"] = NONE, ["\xd9\xa1"] = NONE, ["abc"] = NONE,
  ["1e3.5"] = NONE, ["0x1.5"] = NONE,
  -- ranges
  ["100-200"] = { 100, 200 }, ["100-100"] = { 100, 100 }, ["0-0"] = { 0, 0 },
  [" 100 - +200 "] = { 100, 200 }, ["1:00.00-59.99"] = { 59990, 60000 }, ["100-"] = NONE,
  ["-100"] = NONE, ["-0"] = NONE, ["-1.5"] = NONE, ["-"] = NONE, ["--"] = NONE,
  ["abc-100"] = NONE, ["100-abc"] = NONE,
  ["100-200-300"] = NONE, ["100--200"] = NONE, ["-100-200"] = NONE, ["100-5.-1"] = NONE,
  ["1.5-2.5x-"] = NONE, ["1.5-2.55-9"] = { 1500, 2550 },
  ["2147383637"] = TIME_MAX, ["2147383636"] = TIME_MAX - 1, ["000000000000000000000000000005"] = 5,
}

test("times and ranges in all their forms", function()
  for text, expected in pairs(TIMES) do
    local from, to = expected, nil
    if type(expected) == "table" then from, to = expected[1], expected[2] end
    local lines = { ('"%s" press up'):format(text) }
    if not text:find "[ \t]" then table.insert(lines, ("%s press up"):format(text)) end
    for _, line in ipairs(lines) do
      for _, ending in ipairs { "", "\n", "\r\n", " # so\n", "; 7 x y\n" } do
        local entry = assert(inputs.parse(line .. ending))[1]
        equal({ entry.time, entry.stop }, { from, to }, ("%q"):format(line .. ending))
        equal(#entry, from and 2 or 3)
      end
    end
    equal({ inputs.time(text) }, { from, to }, text)
  end
end)

test("every hundredth of a second is exact", function()
  for i = 0, 99999 do
    local text = ("%d.%02d"):format(i // 100, i % 100)
    local entry = inputs.parse(text .. " press up")[1]
    assert(entry.time == i * 10 and math.type(entry.time) == "integer", text)
    assert(inputs.time(text) == i * 10, text)
  end
end)

test("numbers that no event can hold are refused, with their place", function()
  local function refuse(text, start, part)
    local message = refused("invalid", inputs.parse(text, "run.txt"))
    equal(message:sub(1, #start), start)
    harness.contains(message, part)
  end
  refuse("# x\n\n  0 press up; 2147383638 press up", "run.txt:3:15: ", "2147383637")
  refuse("99999999999999999999999999 press up", "run.txt:1:1: ", "too large")
  refuse("18446744073709551616 say", "run.txt:1:1: ", "too large")
  refuse("4294967296-5 x y", "run.txt:1:1: ", "too large")
  refuse("99999999999999999999-5 x y\n", "run.txt:1:1: ", "too large")
  refuse("99999999999999999999:9:99.99 x y", "run.txt:1:1: ", "too large")
  refuse("10 press up\n10 steer 8388609", "run.txt:2:1: ", "8388608")
  refuse("steer -8388608", "run.txt:1:1: ", "-8388607")
  refuse("10 gas 99999999999999999999", "run.txt:1:1: ", "gas")
  equal(inputs.parse("10 steer 8388608")[1].value, 8388608)
  equal(inputs.parse("10 steer -8388607")[1].value, -8388607)
  equal(inputs.parse("10 say 99999999999999999999")[1].kind, "command")
  equal(inputs.parse(("9"):rep(400) .. " x"), nil)
end)

-- Section 4: action, value, kind.
local function input(text)
  local entry = assert(inputs.parse(text))[1]
  return { entry.kind, entry.action, entry.value }
end

test("inputs", function()
  equal(input "100 press up", { "input", "up", 1 })
  equal(input "100 rel down", { "input", "down", 0 })
  for _, word in ipairs { "up", "down", "left", "right", "enter", "delete", "horn", "steer",
    "gas" } do
    equal(input("0 PRESS " .. word:upper()), { "input", word, 1 })
  end
  equal(input "100 press foo", { "input", "unknown", 1 })
  equal(input "100 steer -300", { "input", "steer", -300 })
  equal(input "100 Gas +65536", { "input", "gas", 65536 })
  equal(input "100 steer 007 and more", { "input", "steer", 7 })
  equal(input "10 steer -0", { "input", "steer", 0 })
  for _, text in ipairs { "100 steer abc", "10 steer 1.5", "100 press", "100 steer", "100",
    '10 "press up"', "100 unpress up", "100 steer - 5", "100 steer 0x10", "100 set speed 2" } do
    equal(input(text), { "command" }, text)
  end
  equal(input "press up", { "immediate", "up", 1 })
  equal(input "100-200 steer abc", { "input", "steer" })
end)

local function lines(text, form)
  return assert(inputs.parse(text)):text { canonical = form or "client" }
end

test("what the Python client writes", function()
  for text, expected in pairs {
    ["100 press foo"] = "# 100 [unknown] 1\n", ["100 press steer"] = "100 steer 1\n",
    ['10 "press up"'] = "10 press up\n", ["100"] = "100 \n", ["100-200 rel up"] =
      "100 rel up\n200 rel up\n", ["100-200 press up"] = "100 press up\n200 rel up\n",
    ["2.00-3 gas 5"] = "3 gas 5\n2000 gas 0\n", ["100-200 steer abc"] =
      "100 steer abc\n200 steer 0\n",
    ["100-200 set speed 2"] = "100 set speed 2\n200 set speed 2\n",
    ["20 PRESS UP; 10 Rel Down\nsay 'x'  y\n20 press up # later"] =
      "say 'x' y\n10 rel down\n20 press up\n20 press up\n", ['say "a  b"'] = "say a  b\n",
    ["100-200 press foo"] = "# 100 [unknown] 1\n# 200 [unknown] 0\n",
    ["5 press delete"] = "5 press delete\n", [""] = "", ["100-100 press up"] =
      "100 press up\n100 rel up\n", ["PRESS Up"] = "PRESS Up\n",
  } do
    equal(lines(text), expected, text)
  end
end)

test("the canonical form says the same", function()
  for text, expected in pairs {
    ["100 press foo"] = "100 press foo\n", ['10 "press up"'] = '10 "press up"\n', ["100"] = "100\n",
    ['say "a  b" c'] = 'say "a  b" c\n', ['bind f2 "set speed 2; rel up"'] =
      'bind f2 "set speed 2; rel up"\n', ['say "hello w;x y'] = 'say "hello w;x y\n',
    ["a;\tb \v;c"] = 'a\n"\tb" "\v"\nc\n', ["1:00.00-59.99 press up"] =
      "59990 press up\n60000 rel up\n",
  } do
    equal(lines(text, true), expected, text)
    assert(inputs.parse(expected) == inputs.parse(text))
    equal(lines(expected, true), expected)
  end
end)

test("problems are named with their place, and refused when asked", function()
  for text, part in pairs {
    ["12.5a press up"] = "no time", ["100- press up"] = "no time", ["-10 press down"] = "no time",
    ["100 press foo"] = "no key 'foo'", ["100 steer abc"] = "no whole number", ["100 press"] =
      "argument", ["105 press up"] = "between", ["100"] = "no command", ["100-205 press up"] =
      "205", ['say "x'] = "not closed", ["100\tpress up"] = "no time", ["say a\tb"] = "tab",
    ['set background "#fff"'] = "inside of quotes", ["100 unpress up"] = "rel",
    ["10 steer 6553601"] = "6553600",
  } do
    local found = assert(inputs.parse("# first\n 0 press up; " .. text .. "\n")):problems()
    equal(#found, 1, text)
    equal({ found[1].line, found[1].column }, { 2, 14 })
    harness.contains(found[1].message, part)
    local message = refused("invalid", inputs.parse(text, "f", { strict = true }))
    harness.contains(message, "f:1:1: ", part)
  end
  equal(#inputs.parse("0 press up\n10-20 steer 5 # x\nset speed 2\n"):problems(), 0)
  assert(inputs.parse("0 press up", "f", { strict = true }))
end)

test("times for people", function()
  for ms, text in pairs { [0] = "0.00", [12340] = "12.34", [62500] = "1:02.50", [15] = "15",
    [3723450] = "62:03.45" } do
    equal(inputs.format_time(ms), text)
    equal(inputs.time(text), ms)
  end
end)

test("parse wants text", function()
  for _, value in ipairs { 1, {}, print, true } do
    raises("a text is expected", inputs.parse, value)
  end
end)

harness.run()
