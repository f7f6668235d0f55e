-- Command lines of `tmlua tas` commands: how they are read, and the help that is made of them.
local commands = require "tas.commands"
local help = require "tas.commands.help"
local near = require "tas.commands.near"
local options = require "tas.commands.options"
local harness = require "harness"
local test, equal, contains = harness.test, harness.equal, harness.contains

local COMMAND = {
  name = "try", summary = "Tries things.", usage = "[options] FROM [TO]...",
  options = {
    { name = "output", short = "o", value = "FILE", help = "where to" },
    { name = "quiet", short = "q", help = "says nothing" },
    { name = "very-quiet", short = "Q", help = "says less" },
    { name = "count", short = "n", value = "N", type = "integer", min = 1, max = 9, default = 3,
      help = "how many" },
    { name = "factor", value = "X", type = "number", min = 0, help = "how much" },
    { name = "at", value = "TIME", type = "time", default = 12340, help = "when" },
    { name = "window", value = "A-B", type = "window", help = "between" },
    { name = "in", short = "i", value = "FILE", type = "file", help = "what from" },
    { name = "kind", value = "KIND", choices = { "run", "simulation" }, default = "run",
      help = "which" },
    { name = "ignore", value = "FIELD", repeatable = true, help = "not that" },
    { name = "sim", value = "TRACK", optional = true, repeatable = true, into = "ignore",
      convert = function(text) return "sim:" .. text end, help = "or that" },
  },
  arguments = {
    { name = "FROM", help = "first" },
    { name = "TO", optional = true, repeatable = true, help = "others" },
  },
  examples = { "tmlua tas try x" },
}

local function read(...)
  return options.read(COMMAND, { ... })
end

-- The options that differ from those of no option at all.
local function given(...)
  local read_options, arguments, code = read("x", ...)
  assert(read_options, arguments)
  local before, changed = read "x", {}
  for name, value in pairs(read_options) do
    if type(value) == "table" and next(value) or type(value) ~= "table" and value ~= before[name]
    then
      changed[name] = value
    end
  end
  equal(code, nil)
  return changed
end

local function refused(text, ...)
  local value, message = read(...)
  equal(value, nil)
  equal(message, text)
end

test("defaults, and lists that are empty", function()
  local read_options, arguments = read "x"
  equal(read_options, { count = 3, at = 12340, kind = "run", ignore = {} })
  equal(arguments, { "x" })
end)

test("values stand behind, or after an equals sign, or at the letter", function()
  equal(given("--output", "a"), { output = "a" })
  equal(given("--output=a=b"), { output = "a=b" })
  equal(given("-o", "a"), { output = "a" })
  equal(given("-oa"), { output = "a" })
  equal(given("-o", "--quiet"), { output = "--quiet" })
  equal(given("-o", "-"), { output = "-" })
  equal(given("-qQoa"), { quiet = true, very_quiet = true, output = "a" })
  equal(given("--very-quiet", "-q", "-q"), { quiet = true, very_quiet = true })
end)

test("options may be repeated, share a list, and leave their value out", function()
  equal(given("--ignore", "a", "--sim", "--sim=easy", "--ignore=b", "--sim="),
    { ignore = { "a", "sim:", "sim:easy", "b", "sim:" } })
end)

test("arguments stand anywhere, and behind -- everything is one", function()
  local read_options, arguments = read("a", "-q", "b", "-", "--", "--output", "-q", "--")
  equal(arguments, { "a", "b", "-", "--output", "-q", "--" })
  equal(read_options.output, nil)
end)

test("numbers", function()
  equal(given("--count", "9", "--factor=2.5"), { count = 9, factor = 2.5 })
  equal(given("--count", "4.0"), { count = 4 })
  for _, text in ipairs { "0", "10", "1.5", "x", "", "nan" } do
    local message = select(2, read("x", "--count", text))
    contains(message, text == "" and "--count needs a value"
      or ("--count needs a whole number from 1 to 9, not '%s'"):format(text))
  end
  refused("--factor needs a number of at least 0, not '-1'", "x", "--factor", "-1")
  refused("--factor needs a number of at least 0, not '1e999'", "x", "--factor", "1e999")
  refused("--factor needs a number of at least 0, not 'fast'", "x", "--factor=fast")
end)

test("times and windows", function()
  equal(given("--at", "12.35"), { at = 12350 })
  equal(given("--at", "1:02.50"), { at = 62500 })
  equal(given("--at=750"), { at = 750 })
  equal(given("--window", "2.5-7.25"), { window = { from = 2500, to = 7250 } })
  equal(given("--window=9000-1:00.0"), { window = { from = 9000, to = 60000 } })
  refused("--at needs a time (12.34, 1:02.50, or 12340 for ms), not '1-2'", "x", "--at", "1-2")
  refused("--at needs a time (12.34, 1:02.50, or 12340 for ms), not '-1'", "x", "--at", "-1")
  refused("--window needs a window of time (2.5-7.25, or 2500-7250 for ms), not '5'", "x",
    "--window", "5")
end)

test("files that are read must be there", function()
  equal(given("--in", arg[0]), { ["in"] = arg[0] })
  equal({ read("x", "--in", "/no/such/file") },
    { nil, "/no/such/file: No such file or directory", "system" })
  equal({ read("x", "-i/") }, { nil, "/: Is a directory", "system" })
end)

test("choices", function()
  equal(given("--kind", "simulation"), { kind = "simulation" })
  refused("--kind must be run or simulation, not 'simulat', did you mean simulation?", "x",
    "--kind", "simulat")
  refused("--kind must be run or simulation, not ''", "x", "--kind", "")
end)

test("wrong usage is named, with what is near", function()
  refused("unknown option '--ouput', did you mean --output?", "x", "--ouput", "a")
  refused("unknown option '--very', did you mean --very-quiet?", "x", "--very")
  refused("unknown option '--everything'", "x", "--everything=1")
  refused("unknown option '-x'", "x", "-qx")
  refused("--output needs FILE", "x", "--output")
  refused("--output needs FILE", "x", "-qo")
  refused("--output needs a value", "x", "--output=")
  refused("--quiet takes no value", "x", "--quiet=1")
  refused("--output was given twice", "x", "-oa", "--output", "b")
  refused("FROM is missing")
  refused("FROM is missing", "-q", "--")
  local one = { name = "one", options = {}, arguments = { { name = "A" } } }
  equal({ options.read(one, { "a", "b" }) }, { nil, "too many arguments at 'b'" })
  equal({ options.read({ name = "none" }, { "a" }) }, { nil, "too many arguments at 'a'" })
end)

test("help goes before what is missing", function()
  for _, word in ipairs { "--help", "-h", "-qh" } do
    equal((read(word)).help, true)
    equal((read("x", word, "--nonsense")).help, true)
  end
  equal(given("--", "--help"), {})
  equal(given("-o", "--help"), { output = "--help" })
end)

test("what is near", function()
  local words = { "play", "record", "search", "splits", "verify" }
  for text, word in pairs { paly = "play", ply = "play", recrod = "record", serach = "search",
    split = "splits", verfy = "verify", ["verify!"] = "verify", sp = "splits", rec = "record" } do
    equal(near.find(text, words), word, text)
  end
  for _, text in ipairs { "", "x", "dance", "playground", ("play"):rep(100) } do
    equal(near.find(text, words), nil, text)
  end
end)

test("the help has everything of the tables", function()
  local text = help.of(COMMAND)
  contains(text, "usage: tmlua tas try [options] FROM [TO]...\n", "\nTries things.\n",
    "  FROM  first\n", "  -o, --output FILE   where to\n", "  -q, --quiet         says nothing\n",
    "  -n, --count N       how many (default 3)\n", "at TIME       when (default 12.34)\n",
    "which (run, simulation; default run)\n", "not that (repeatable)\n", "--sim[=TRACK]",
    "  -h, --help          show this\n", "\n  tmlua tas try x\n")
end)

test("every command has what its help is made of, and lines that fit", function()
  for _, name in ipairs(commands.NAMES) do
    local command = require("tas.commands." .. name)
    equal(command.name, name)
    equal(type(command.run), "function")
    local text, shorts = help.of(command), { h = true }
    for line in text:gmatch "[^\n]*" do assert(#line <= 90, line) end
    assert(#command.examples > 0)
    for _, row in ipairs(command.options) do
      assert(row.help and not shorts[row.short], row.name)
      shorts[row.short or ""] = row.short and true
      contains(text, "--" .. row.name)
    end
  end
end)

harness.run()
