-- Plots as text, to the character.
local plot = require "tas.plot"
local harness = require "harness"
local test, equal, raises, contains = harness.test, harness.equal, harness.raises, harness.contains

local nan, inf = 0 / 0, math.huge

test("a rising line in braille", function()
  equal(plot.lines({ 0, 10 }, { columns = 8, rows = 4, title = "speed" }), table.concat({
    "speed",
    "10 ┤      ⡠⠊",
    "   │    ⡠⠊",
    "   │  ⡠⠊",
    " 0 ┤⡠⠊",
    "   └────────",
    "    1      2",
  }, "\n"))
end)

test("several series have a mark each, and a legend", function()
  local text = plot.lines({ { label = "up", x = { 0, 4 }, y = { 0, 4 } },
    { label = "down", x = { 0, 4 }, y = { 4, 0 } } }, { columns = 5, rows = 5 })
  equal(text, table.concat({
    "4 ┤o   *",
    "  │ o *",
    "  │  o",
    "  │ * o",
    "0 ┤*   o",
    "  └─────",
    "   0   4",
    "* up   o down",
  }, "\n"))
end)

test("gaps are left out", function()
  local text = plot.lines({ 1, 1, nan, inf, 5, 5 }, { columns = 6, rows = 3, style = "marks" })
  equal(text, table.concat({
    "5 ┤    **",
    "  │",
    "1 ┤**",
    "  └──────",
    "   1    6",
  }, "\n"))
end)

test("a constant has room above and below", function()
  equal(plot.lines({ 7, 7, 7 }, { columns = 3, rows = 3, style = "marks" }), table.concat({
    "7.7 ┤",
    "    │***",
    "6.3 ┤",
    "    └───",
    "     1 3",
  }, "\n"))
end)

test("without numbers the text says so", function()
  equal(plot.lines({}, {}), "(no numbers)")
  equal(plot.lines({ nan, inf, -inf }), "(no numbers)")
  equal(plot.lines({ { label = "a", y = {} } }), "(no numbers)\na")
end)

test("every size has its lines, whatever the numbers", function()
  local lists = { { 5 }, { -1e308, 1e308 }, { 1.79e308, 1.79e308 }, { 5e-324, 0 }, { nan, 1 },
    { 0, 1, 2, nil, 4 }, { math.mininteger, math.maxinteger } }
  for _, list in ipairs(lists) do
    for _, style in ipairs { "braille", "marks" } do
      local text = plot.lines(list, { columns = 20, rows = 5, style = style })
      local _, count = text:gsub("\n", "")
      equal(count, 6)
      for line in text:gmatch "[^\n]+" do assert(utf8.len(line) <= 40, line) end
    end
  end
end)

test("a range can be given, and what is outside is not drawn", function()
  contains(plot.lines({ 1, 50, 1 }, { columns = 10, rows = 3, y_min = 0, y_max = 100 }), "100 ┤")
  local text = plot.lines({ 1, 50, 1 }, { columns = 3, rows = 2, y_max = 10, style = "marks" })
  equal(select(2, text:gsub("%*", "")), 2)
end)

test("sizes and styles that are none are refused", function()
  raises("columns must be", plot.lines, { 1 }, { columns = 1 })
  raises("rows must be", plot.lines, { 1 }, { rows = 2.5 })
  raises("style must be", plot.lines, { 1 }, { style = "pie" })
  raises("table expected", plot.lines, 1)
end)

test("sparklines", function()
  equal(plot.spark { 0, 1, 2, 3, 4, 5, 6, 7 }, "▁▂▃▄▅▆▇█")
  equal(plot.spark { 0, nan, 7, inf }, "▁ █ ")
  equal(plot.spark { 3, 3 }, "▄▄")
  equal(plot.spark {}, "")
  equal(plot.spark({ 0, 0, 7, 7 }, 2), "▁█")
  equal(plot.spark({ 1, 2 }, 10), "▁█")
  equal(plot.spark { nan }, " ")
end)

test("the library loads its modules when they are looked at", function()
  local tas = require "tas"
  equal(tas.plot, plot)
  equal(rawget(tas, "plot"), plot)
  equal(tas.no_such_module, nil)
  equal(tas["../plot"], nil)
  equal(tas[1], nil)
end)

harness.run()
