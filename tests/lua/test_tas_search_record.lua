-- Records and random numbers: what a search is written with, and what it is a function of.
local random = require "tas.search.random"
local record = require "tas.search.record"
local harness = require "harness"
local test, equal, raises, near = harness.test, harness.equal, harness.raises, harness.near

local function round_trip(fields)
  local line = record.write("word", fields)
  assert(line:find "^word" and not line:find "[\n\r%z]", line)
  local word, read = record.read(line)
  equal({ word, read }, { "word", fields }, line)
  equal(record.write(word, read), line)
end

local TEXTS = { "", " ", "\n", "0 press up\n", "1", "-1", "1.5", "1e5", "0x10", "inf", "-inf",
  "nan", "true", "false", "nil", "'", "''", "'1", ",", ",1,2", "%", "%41", "%%", "%4", "a=b", "a b",
  "=", "a,b", "\0", "\0a\0", "\255", "ä", "hill", "e5", "E", "infinity", "+1", ".5", "a\r" }

test("texts come back, whatever they look like", function()
  for _, text in ipairs(TEXTS) do round_trip { text = text } end
  for byte = 0, 255 do
    round_trip { a = string.char(byte), b = "x" .. string.char(byte), c = string.char(byte):rep(3) }
  end
  local bytes = random.new(7)
  for _ = 1, 2000 do
    local list = {}
    for i = 1, bytes:integer(0, 30) do list[i] = string.char(bytes:integer(0, 255)) end
    round_trip { text = table.concat(list) }
  end
end)

local NUMBERS = { 0, 1, -1, math.maxinteger, math.mininteger, 0.0, -0.0, 1.0, -1.0, 0.1, 1 / 3,
  1e15, 1e16, 1e17, 2.0 ^ 53, 2.0 ^ 63, -2.0 ^ 63, 1e300, 5e-324,
  2.2250738585072014e-308, math.huge,
  -math.huge, 1.7976931348623157e308, 100000.0, 1e100, -1.5e-7 }

local function same_bits(a, b)
  return math.type(a) == math.type(b) and string.pack(math.type(a) == "float" and "d" or "j", a)
    == string.pack(math.type(b) == "float" and "d" or "j", b)
end

test("numbers come back bit by bit, alone and in lists", function()
  local bits = random.new(3)
  local numbers = table.move(NUMBERS, 1, #NUMBERS, 1, {})
  while #numbers < 3000 do
    local word = bits:integer(0, 0xFFFFFFFF) << 32 | bits:integer(0, 0xFFFFFFFF)
    local float = string.unpack("d", string.pack("j", word))
    numbers[#numbers + 1] = float == float and float or 1
    numbers[#numbers + 1] = word
  end
  for _, number in ipairs(numbers) do
    local _, fields = record.read(record.write("word", { a = number, b = { number, 1, number } }))
    assert(same_bits(fields.a, number), number)
    assert(same_bits(fields.b[1], number) and same_bits(fields.b[3], number), number)
    equal(#fields.b, 3)
  end
end)

test("booleans, empty lists and many fields come back", function()
  round_trip {}
  round_trip { a = true, b = false, c = {}, d = { 1 }, e = { 1.5, -2, 0.0 }, long_name_2 = "x" }
end)

test("what no record holds is an error", function()
  for _, value in ipairs { print, io.stdout, 0 / 0, { 0 / 0 } } do
    raises("a record holds no", record.write, "word", { a = value })
  end
end)

local GARBAGE = { "", " ", "\n", "Word", "1", "word=1", "word a", "word a=", "word =1", "word A=1",
  "word a=1 b", "word a=-", "word a=+1", "word a=1x", "word a=1..2", "word a=1e", "word a=1e+",
  "word a=0x10", "word a=,x", "word a=,1,x", "word a=,1;2", "word a=-inf-", "word a=\"x\"",
  "word\ta=1", "word a=%41", "word a=x%", "word a=x%4", "word a=x%zz", "word a='%", "word a='a'b",
  "word a=x=y",
  "word a=x\r", "word a=x\0", "word a='\255", "word a=99999999999999999999", "word a=nil%",
  "# word a=1", "word a=.", "word a=-.", "word a=,." }

test("garbage is no record", function()
  for _, line in ipairs(GARBAGE) do equal(record.read(line), nil, ("%q"):format(line)) end
  local bytes = random.new(9)
  for _ = 1, 5000 do
    local list = {}
    for i = 1, bytes:integer(1, 20) do list[i] = string.char(bytes:integer(0, 255)) end
    local line = table.concat(list)
    local word, fields = record.read(line)
    if word then equal(record.read(record.write(word, fields)), word) end
  end
end)

test("a record that was cut or damaged is read as one or not at all, and never fails", function()
  local line = record.write("result", { id = "3.2", score = { 43250, -4.5 }, text = "0 press up\n",
    tries = { 1, 2 }, ok = true })
  local places = random.new(11)
  for last = 0, #line - 1 do
    local word, fields = record.read(line:sub(1, last))
    assert(word == nil or type(fields) == "table")
  end
  for _ = 1, 5000 do
    local at = places:integer(1, #line)
    local damaged = line:sub(1, at - 1) .. string.char(places:integer(0, 255)) .. line:sub(at + 1)
    local word, fields = record.read(damaged)
    if word then equal(record.read(record.write(word, fields)), word, damaged) end
  end
end)

-- Random numbers ----------------------------------------------------------------------------------

test("random numbers are these, on every machine", function()
  local function first(...)
    local numbers, list = random.new(...), {}
    for i = 1, 4 do list[i] = numbers:integer(0, 999999) end
    return list
  end
  equal(first(), { 883310, 431527, 26433, 970881 })
  equal(first(1), { 366242, 740805, 510562, 926961 })
  equal(first(1, 2, 3), { 943387, 369949, 900731, 420252 })
  equal(first(math.mininteger, -1), { 926213, 380646, 73446, 680504 })
  equal(("%.17g"):format(random.new(1):number()), "0.36624209016975739")
end)

test("a generator is a function of its integers and their order", function()
  local seen = {}
  for seed = -20, 20 do
    for round = 0, 20 do
      for lane = 1, 8 do
        local numbers = random.new(seed, round, lane)
        local key = ("%a %a"):format(numbers:number(), numbers:number())
        assert(not seen[key], key)
        seen[key] = true
      end
    end
  end
  equal(random.new(4, 5):number(), random.new(4, 5):number())
  assert(random.new(4, 5):number() ~= random.new(5, 4):number())
  assert(random.new(4):number() ~= random.new(4, 0):number())
end)

test("random numbers leave those of math.random alone", function()
  math.randomseed(42)
  local expected = math.random()
  math.randomseed(42)
  local numbers = random.new(1)
  for _ = 1, 10 do numbers:number() end
  equal(math.random(), expected)
end)

test("random numbers are uniform enough", function()
  local numbers, count, total = random.new(5), {}, 0
  for i = 1, 100 do count[i] = 0 end
  for _ = 1, 100000 do
    local number = numbers:number()
    assert(0 <= number and number < 1)
    local place = 1 + math.floor(number * 100)
    count[place], total = count[place] + 1, total + number
  end
  near(total / 100000, 0.5, 0.005)
  local square = 0
  for i = 1, 100 do square = square + (count[i] - 1000) ^ 2 / 1000 end
  assert(60 < square and square < 150, square) -- chi square of 99 degrees of freedom
  -- and the first numbers of many pieces of work are
  total = 0
  for lane = 1, 10000 do total = total + random.new(1, 0, lane):number() end
  near(total / 10000, 0.5, 0.02)
end)

test("whole numbers reach both ends and nothing else", function()
  local numbers, seen = random.new(2), {}
  for _ = 1, 2000 do seen[numbers:integer(-3, 4)] = true end
  for value = -3, 4 do assert(seen[value], value) end
  seen[-4], seen[5] = nil, nil
  local count = 0
  for _ in pairs(seen) do count = count + 1 end
  equal(count, 8)
  equal(numbers:integer(7, 7), 7)
end)

test("a choice goes by weight, and one of weight 0 is never made", function()
  local a, b, c = { weight = 1 }, { weight = 0 }, { weight = 3 }
  local numbers, count = random.new(8), { [a] = 0, [c] = 0 }
  for _ = 1, 10000 do
    local chosen = numbers:choose { a, b, c, b }
    count[chosen] = count[chosen] + 1
  end
  near(count[a] / 10000, 0.25, 0.02)
  for _ = 1, 1000 do equal(numbers:choose { b, a, b } == a, true) end
  equal(numbers:choose { b, b }, nil)
  local last = setmetatable({}, { __index = { number = function() return 1 - 0x1p-53 end } })
  equal(random.new(1).choose(last, { { weight = 0.1 }, { weight = 0.2 }, c, b }) == c, true)
end)

harness.run()
