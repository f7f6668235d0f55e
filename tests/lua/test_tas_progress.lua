-- The progress bar, with a clock that the test moves.
local progress = require "tas.progress"
local harness = require "harness"
local test, equal, raises = harness.test, harness.equal, harness.raises

-- A bar, a list of what it wrote, and a table whose `now` is the time.
local function bar(options)
  local written, clock = {}, { now = 100 }
  options.writer = { write = function(_, ...) written[#written + 1] = table.concat { ... } end }
  options.clock = function() return clock.now end
  return progress.new(options), written, clock
end

test("plain lines come once a second at most, and one at the end", function()
  local b, written, clock = bar { total = 200, label = "search", terminal = false }
  for i = 1, 150 do
    clock.now = 100 + i / 50
    b:update(i, i >= 100 and "42.13 s" or nil)
  end
  b:finish()
  b:finish()
  equal(written, {
    "search  1/200  0%  50.0/s  left 0:04\n",
    "search  51/200  25%  50.0/s  left 0:03\n",
    "search  101/200  50%  50.0/s  best 42.13 s  left 0:02\n",
    "search  150/200  75%  50.0/s  best 42.13 s  in 0:03\n",
  })
end)

test("a terminal gets one line, ten times a second at most", function()
  local b, written, clock = bar { total = 10, terminal = true, columns = 80 }
  for i = 1, 1000 do
    clock.now = 100 + i / 1000
    b:update(i // 100)
  end
  b:finish()
  assert(#written <= 12, #written)
  equal(written[#written], "\r[====================]  10/10  100%  10.0/s  in 0:01\27[K\n")
  equal(written[1], "\r[                    ]  0/10  0%\27[K")
end)

test("a line is shorter than the terminal is wide", function()
  local b, written = bar { total = 10, label = "säärch", terminal = true, columns = 6 }
  b:update(1)
  equal(written[1], "\rsäärc\27[K")
end)

test("without a total there is neither share nor time left", function()
  local b, written, clock = bar { terminal = false }
  clock.now = 110
  b:update(5)
  equal(written, { "5  0.500/s\n" })
end)

test("nothing to do, and more than everything", function()
  local b, written = bar { total = 0, terminal = false }
  b:finish()
  equal(written, { "0/0  100%  in 0:00\n" })
  local more, lines, clock = bar { total = 2, terminal = false }
  clock.now = 102
  more:update(4)
  equal(lines, { "4/2  100%  2.0/s\n" })
end)

test("durations", function()
  equal(progress.duration(0), "0:00")
  equal(progress.duration(59.6), "1:00")
  equal(progress.duration(754), "12:34")
  equal(progress.duration(3723), "1:02:03")
end)

test("numbers that are none are refused", function()
  raises("done must be a number", function() bar({}):update "x" end)
  raises("done must be a number", function() bar({}):update(0 / 0) end)
  raises("total must be a number", function() bar { total = -1 } end)
end)

harness.run()
