-- Pages about runs and searches: what is in them, and that they are whole.
local report = require "tas.report"
local splits = require "tas.splits"
local harness = require "harness"
local test, equal, raises, refused, contains = harness.test, harness.equal, harness.raises,
  harness.refused, harness.contains

local NAN, INFINITY = 0 / 0, math.huge
local ROOT = os.getenv "TMLUA_ROOT" or "."

-- A round of a circle, 10 ms a tick; `late` makes it slower by that part.
local function circle(name, count, late)
  local trace = { name = name, times = {}, x = {}, y = {}, z = {}, speed = {}, steer = {},
    gas = {}, accelerate = {}, brake = {} }
  local marks = {}
  for i = 1, count do
    local at = (i - 1) / (count - 1) * 1.9 * math.pi
    trace.times[i] = math.floor((i - 1) * 10 * (1 + (late or 0)))
    trace.x[i], trace.y[i], trace.z[i] = 100 * math.cos(at), 10.0, 100 * math.sin(at)
    trace.speed[i], trace.steer[i] = 100 + 50 * math.sin(at * 3), i % 2 * 65536
    trace.gas[i], trace.accelerate[i], trace.brake[i] = 0, 1, i % 50 < 10 and 1 or 0
    if (i - 1) % (count // 4) == 0 and i > 1 then marks[#marks + 1] = trace.times[i] end
  end
  trace.splits = splits.new { name = name, times = marks, target = #marks }
  return trace
end

local function history()
  return { target = "finish", unit = "s", total = 3000, seconds = 40, ticks = 123456,
    points = { { simulations = 0, value = 43.70 }, { simulations = 120, value = 43.55 },
      { simulations = 700, value = 43.125 } } }
end

local function full_page()
  return report.page { title = "A page", runs = { circle("first", 500), circle("second", 500,
    0.1) }, history = history(), notes = { { "Target", "finish" }, { "Seed", 7 } } }
end

local function count(text, pattern)
  return select(2, text:gsub(pattern, ""))
end

local function contains_none(text, ...)
  for _, part in ipairs { ... } do
    local at = text:find(part, 1, true)
    if at then error(("%s is there: %s"):format(part, text:sub(at - 30, at + 60)), 2) end
  end
end

-- Elements are closed in turn, attributes quoted and single, entities known: what XML asks for.
local function check_attributes(words, tag)
  local names = {}
  local rest = words:gsub('%s+([%w:-]+)="[^"<]*"', function(name)
    if names[name] then error(("<%s> has %s twice"):format(tag, name), 0) end
    names[name] = true
    return ""
  end)
  if rest:find "[^%s/]" then error(("<%s> has attributes %s"):format(tag, rest), 0) end
end

local function check_well_formed(page)
  local open, text_at = {}, 1
  page = page:gsub("^<!DOCTYPE html>\n", "")
  for from, slash, tag, words, behind in page:gmatch "()<(/?)(%w+)([^<>]*)>()" do
    local between = page:sub(text_at, from - 1)
    if between:find("<", 1, true) then error("a stray < in " .. between, 0) end
    text_at = behind
    if slash == "/" then
      local expected = table.remove(open)
      if expected ~= tag then error(("</%s> closes <%s>"):format(tag, expected), 0) end
    else
      check_attributes(words, tag)
      if not words:find "/$" then open[#open + 1] = tag end
    end
  end
  equal(open, {})
  for entity in page:gmatch "&[^;%s]*;?" do
    if not (entity:find "^&%l+;$" or entity:find "^&#%d+;$") then error("a stray " .. entity, 0) end
  end
end

-- Every number of every picture is one, and of a picture's size.
local NUMBERS = { x = true, y = true, x1 = true, x2 = true, y1 = true, y2 = true, cx = true,
  cy = true, r = true, width = true, height = true, rx = true }

local function check_number(words, where)
  local value = tonumber(words)
  if not value or value ~= value or math.abs(value) > 5000 then
    error(("%s is %s"):format(where, words), 0)
  end
end

local function check_path(data)
  contains_none(data, "nan", "inf", "e")
  if not data:find "^M" then error("a path without a start: " .. data:sub(1, 40), 0) end
  local rest = data:gsub("%-?%d*%.?%d+", function(number)
    check_number(number, "a number of a path")
    return ""
  end)
  if rest:find "[^MlLhvVmz%s-]" then error("a path with " .. rest, 0) end
end

local function check_pictures(page)
  local seen = 0
  for picture in page:gmatch "<svg.-</svg>" do
    for name, value in picture:gmatch '%s([%w-]+)="([^"]*)"' do
      if NUMBERS[name] then check_number(value, name) end
      if name == "d" then check_path(value) end
      seen = seen + 1
    end
  end
  assert(seen > 0, "no pictures")
end

local function check(page)
  check_well_formed(page)
  check_pictures(page)
  contains_none(page, "http:", "https:", " src=", "@import", "href=\"/", "nan", "-inf")
  local rest = page:gsub("url%(#", "")
  contains_none(rest, "url(")
  return page
end

local function figures(page)
  local list = {}
  for id in page:gmatch '<figure id="(%w+)">' do list[#list + 1] = id end
  return list
end

test("a page of two runs and a search has all figures, and is whole", function()
  local page = check(full_page())
  equal(figures(page), { "track", "speed", "inputs", "splits", "history" })
  equal(count(page, "<figcaption>"), 5)
  contains(page, '<html lang="en">', "<title>A page</title>", "<dt>Target</dt><dd>finish</dd>",
    "<dt>Seed</dt><dd>7</dd>", "Time lost and gained over distance")
  for picture in page:gmatch "<svg[^>]*>" do
    if not picture:find 'class="key"' then contains(picture, 'role="img"', 'aria-label="') end
  end
end)

-- A program text of its own, for a Lua that knows nothing of tmlua.
local PAGE_CODE = [[
local report = require "tas.report"
local trace = { name = "ä", times = {}, x = {}, y = {}, z = {}, speed = {}, steer = {} }
for i = 1, 400 do
  trace.times[i], trace.x[i], trace.y[i], trace.z[i] = i * 10, i / 3, 5, (i % 70) / 7
  trace.speed[i], trace.steer[i] = i / 2, (i % 3 - 1) * 65536
end
return report.page { title = "stock", runs = { trace, trace }, notes = { { "a", "b" } },
  history = { points = { { simulations = 0, value = 2 }, { simulations = 5, value = 1 } } } }
]]

test("the same values make the same page, under a stock Lua too", function()
  local page = check(load(PAGE_CODE)())
  assert(page == load(PAGE_CODE)(), "another page")
  local path = harness.path "stock.lua"
  local file <close> = assert(io.open(path, "w"))
  file:write(("package.path = %q\n"):format(ROOT .. "/lua/?.lua"), "io.write((function()\n",
    PAGE_CODE, "end)())\n")
  file:close()
  local pipe <close> = assert(io.popen(("lua5.4 '%s' 2>&1"):format(path)))
  local other = pipe:read "a"
  os.remove(path)
  assert(other == page, "another page: " .. other:sub(1, 300))
end)

test("figures are there for what there is", function()
  local bare = circle("bare", 100)
  bare.splits, bare.steer, bare.gas, bare.accelerate, bare.brake = nil, nil, nil, nil, nil
  local page = check(report.page { runs = { bare } })
  equal(figures(page), { "track", "speed", "inputs" })
  contains(page, "No inputs were recorded.", "Run report")
  equal(figures(check(report.page { history = history() })), { "history" })
  contains_none(report.page { history = history() }, "<script")
  equal(figures(check(report.page { runs = { bare, circle("timed", 100) } })),
    { "track", "speed", "inputs", "splits" })
end)

test("what a user writes is text", function()
  local evil = "<script>alert('&\"')</script>\0\255\u{E4}"
  local trace = circle(evil, 160)
  trace.splits.name = evil
  local page = check(report.page { title = evil, runs = { trace, circle("b", 60) },
    notes = { { evil, evil } }, history = { target = evil, unit = evil,
      points = { { simulations = 0, value = 1 } } } })
  contains_none(page, "<script>alert", "\0", "\255")
  contains(page, "&lt;script&gt;alert(&#39;&amp;&quot;&#39;)&lt;/script&gt;\u{FFFD}\u{FFFD}\u{E4}",
    "\"name\":\"\\u003cscript\\u003ealert('\\u0026\\\"')\\u003c/script")
  assert(utf8.len(page), "no UTF-8")
end)

local function line_pieces(page, id, class)
  local body = page:match('<figure id="' .. id .. '">.-</figure>')
  local data = body:match('<path class="' .. class .. '" d="([^"]*)"')
  return count(data, "M")
end

test("numbers that are none are gaps", function()
  local trace = circle("gaps", 300)
  equal(line_pieces(report.page { runs = { trace } }, "speed", "line r1"), 1)
  equal(line_pieces(report.page { runs = { trace } }, "track", "verge"), 1)
  trace.speed[100], trace.x[200], trace.z[210], trace.steer[50] = NAN, INFINITY, -INFINITY, NAN
  trace.speed[101], trace.y[250], trace.brake[20], trace.gas[7] = 1e300, NAN, NAN, INFINITY
  check(report.page { runs = { trace, trace } })
  local page = report.page { runs = { trace } }
  equal(line_pieces(page, "speed", "line r1"), 2)
  equal(line_pieces(page, "track", "verge"), 4)
  contains(page, '"speed":[', ",null,")
  for _, name in ipairs { "x", "y", "z", "speed", "steer", "gas", "accelerate", "brake" } do
    for i = 1, #trace.times do trace[name][i] = NAN end
  end
  contains(check(report.page { runs = { trace, circle("b", 50) } }), "km/h")
  contains(check(report.page { runs = { trace } }), "No places were recorded.")
  page = report.page { history = { points = { { simulations = 3, value = NAN } } } }
  check_well_formed(page)
  contains(page, "The search has found no value.", "No value of target was found")
end)

test("a jump is no line", function()
  local trace = circle("respawned", 300)
  for i = 150, 300 do trace.x[i] = trace.x[i] + 500 end
  local page = check(report.page { runs = { trace } })
  equal(line_pieces(page, "track", "verge"), 2)
  contains(page, "<td>595 m</td>")
end)

test("runs of a single tick, of one place, of huge and of tiny numbers are drawn", function()
  local function still(value, ticks)
    local trace = { name = "still", times = {}, x = {}, y = {}, z = {}, speed = {} }
    for i = 1, ticks do
      trace.times[i] = i * 10
      trace.x[i], trace.y[i], trace.z[i], trace.speed[i] = value, value, -value, value
    end
    return trace
  end
  for _, value in ipairs { 0, 1, -3.5, 1e11, 1e-300, -1e9 } do
    for _, ticks in ipairs { 1, 2, 50 } do
      check(report.page { runs = { still(value, ticks), still(value, 7) },
        history = { total = 0, points = { { simulations = 0, value = value } } } })
    end
  end
end)

test("the map has one scale for both axes, and left is left", function()
  local trace = circle("wide", 400)
  for i = 1, 400 do trace.x[i] = trace.x[i] * 4 end
  local across, other, _, down, along = report.page({ runs = { trace } })
    :match 'data%-m="(%S+) (%S+) (%S+) (%S+) (%S+) '
  equal({ other, down }, { "0", "0" })
  equal(across, along)
  trace.x, trace.z = trace.z, trace.x -- now it is turned
  local ax, bx, _, ay, by = report.page({ runs = { trace } })
    :match 'data%-m="(%S+) (%S+) (%S+) (%S+) (%S+) '
  equal({ ax, bx, ay, by }, { "0", across, "-" .. across, "0" })
end)

test("checkpoints at one place share a sign", function()
  local trace = circle("laps", 2001)
  for i = 1, 2001 do
    local at = (i - 1) / 2000 * 4 * math.pi
    trace.x[i], trace.z[i] = 100 * math.cos(at), 100 * math.sin(at)
  end
  local page = check(report.page { runs = { trace } })
  contains(page, ">start · 2 · finish</text>", ">1 · 3</text>",
    "<title>checkpoint 1: 5.00 s\ncheckpoint 3: 15.00 s</title>")
  equal(count(page, '<circle class="spot"'), 10)
end)

test("time lost is told by place, or at checkpoints where the ways differ", function()
  local first, second = circle("first", 500), circle("second", 500, 0.1)
  local page = report.page { runs = { first, second } }
  contains(page, "Time lost and gained over distance", "second, finish: +0.375 s", ">+0.5<")
  for i = 1, 500 do second.x[i] = second.x[i] + 300 end
  page = check(report.page { runs = { first, second } })
  contains(page, "Time lost and gained at checkpoints", "ways too different", "+0.375 s")
  second.splits = nil
  contains(check(report.page { runs = { first, second } }), "too little in common")
end)

test("by place, a run is compared with the place itself and not with another pass of it", function()
  local delta = require "tas.report.delta"
  local runs_of = require "tas.report.run"
  local first = circle("first", 2000)
  local second = circle("second", 2000, 0.25)
  local radius = { [first] = { 100, 102 }, [second] = { 101.9, 100.1 } } -- of both laps
  for _, trace in ipairs { first, second } do
    for i = 1, 2000 do
      local at = (i - 1) / 1999 * 4 * math.pi
      local r = radius[trace][i <= 1000 and 1 or 2]
      trace.x[i], trace.z[i] = r * math.cos(at), r * math.sin(at)
    end
  end
  local a, b = runs_of.new(first, 1), runs_of.new(second, 2)
  local metres, seconds = delta.by_place(a, b)
  assert(#metres > 1000)
  for i, at in ipairs(metres) do
    local angle = at <= 200 * math.pi and at / 100 or 2 * math.pi + (at - 200 * math.pi - 2) / 102
    local expected = angle / (4 * math.pi) * 19.99 * 0.25
    harness.near(seconds[i], expected, 0.05, ("at %.1f m"):format(at))
  end
  harness.near(metres[#metres], 404 * math.pi + 2, 2)
  local same = select(2, delta.by_place(a, a))
  for i = 1, #same do harness.near(same[i], 0, 1e-9) end
end)

test("differences have a sign and a mark", function()
  local page = report.page { runs = { circle("a", 401), circle("b", 401, 0.1),
    circle("c", 401, -0.1) } }
  contains(page, '<td class="lost">▲ +0.10</td>', '<td class="gained">▼ −0.10</td>',
    "Best sections together: <strong>3.60</strong>")
end)

test("the search tells how far it came", function()
  local page = report.page { history = history() }
  contains(page, "Best finish from 43.700 to 43.125 s (−0.575) in 3\u{2009}000 simulations, "
    .. "123\u{2009}456 ticks, in 40.00 s: 75 simulations a second.")
  contains(page, "<title>simulation 120: 43.550 s</title>", "43.125 s</text>")
  contains(report.page { history = { target = "speed", unit = "km/h", points = {
    { simulations = 0, value = 200 }, { simulations = 9, value = 210.5 } } } },
    "Best speed from 200.000 to 210.500 km/h (+10.500) in 9 simulations.")
end)

test("a page of one minute and of ten", function()
  local size = #check(report.page { runs = { circle("minute", 6000), circle("b", 6000, 0.01) } })
  assert(size < 500000, size)
  local long = circle("long", 60000)
  for i = 1, #long.times do -- many rounds, faster and slower all the time
    long.x[i], long.z[i] = 300 * math.cos(i / 900), 300 * math.sin(i / 800)
    long.speed[i] = 100 + 90 * math.sin(i / 40)
  end
  size = #report.page { runs = { long } }
  assert(size < 1000000, size)
end)

local function without(name, value)
  local trace = circle("mine", 20)
  trace[name] = value
  return { runs = { trace } }
end

test("wrong arguments raise errors that name them", function()
  raises("bad argument #1 to 'page': options expected, got nil", report.page)
  raises("there is neither a run nor a history", report.page, {})
  raises("there is neither a run nor a history", report.page, { runs = {} })
  raises("'title' is no string", report.page, { title = 7, runs = { circle("a", 9) } })
  raises("bad trace #1: it is a number", report.page, { runs = { 5 } })
  raises("bad trace 'mine': it has no list 'times'", report.page, without "times")
  raises("bad trace 'mine': it is empty", report.page, without("times", {}))
  raises("bad trace 'mine': 'x' is a nil, not a list", report.page, without "x")
  raises("bad trace 'mine': 'speed' has 2 values, and there are 20 times", report.page,
    without("speed", { 1, 2 }))
  raises("'steer' has 1 values", report.page, without("steer", { 1 }))
  raises("'splits' is not a run of tas.splits", report.page, without("splits", {}))
  local options = without "steer"
  options.runs[1].z[4] = "4"
  raises("'z' has a string at 4", report.page, options)
  options.runs[1].z[4], options.runs[1].times[5] = 4, 0
  raises("'times' goes back at 5", report.page, options)
  options.runs[1].times[5] = NAN
  raises("'times' has no number at 5", report.page, options)
  raises("note 1 is no pair", report.page, { history = history(), notes = { "x" } })
  raises("bad history: it is empty", report.page, { history = { points = {} } })
  raises("'simulations' goes back at point 2", report.page, { history = { points = {
    { simulations = 2, value = 1 }, { simulations = 1, value = 1 } } } })
end)

test("a page is saved, or the world says no", function()
  local path = harness.path "report.html"
  local options = { history = history() }
  equal(report.save(options, path), true)
  local file <close> = assert(io.open(path, "rb"))
  equal(file:read "a", report.page(options))
  file:close()
  os.remove(path)
  refused("system", report.save(options, harness.path "nowhere/report.html"))
  raises("bad argument #2 to 'save' (path expected, got nil)", report.save, options)
  raises("bad argument #1 to 'save': there is neither", report.save, {}, path)
end)

harness.run()
