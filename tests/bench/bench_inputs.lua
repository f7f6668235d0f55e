-- What reading an input script costs in Lua: milliseconds for a text of 1 MB and of 2 MB, the
-- fastest of several rounds, in turns. The yardstick is to read the same file and go through its
-- lines, which any parser has to do.

local inputs = require "tas.inputs"
local tm = require "tm"

local ROUND_COUNT = 9
local MB = 1 << 20

-- Each makes the line of one index.
local kinds = {
  { "steer in ms", function(i)
    return ("%d steer %d\n"):format(10 * i, i * 7919 % 131072 - 65536)
  end },
  { "keys in s, comments", function(i)
    return ("%d.%02d %s up # key\n"):format(i // 100, i % 100, i % 2 == 0 and "press" or "rel")
  end },
  { "ranges in ms", function(i)
    return ("%d-%d steer %d\n"):format(20 * i, 20 * i + 10, i % 65536)
  end },
}

local function write(path, line_of, size)
  local file <close> = assert(io.open(path, "wb"))
  local written, i = 0, 0
  while written < size do
    local line = line_of(i)
    file:write(line)
    written, i = written + #line, i + 1
  end
end

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function lines(path)
  local count = 0
  for _ in read(path):gmatch "[^\n]*\n?" do count = count + 1 end
  return count
end

local function parse(path)
  return assert(inputs.load(path))
end

-- The fastest round of each function, ms; the garbage of the others is not its own.
local function measure(path, ...)
  local best = {}
  for _ = 1, ROUND_COUNT do
    for i, fn in ipairs { ... } do
      collectgarbage()
      local start = tm.now()
      fn(path)
      best[i] = math.min(best[i] or math.huge, (tm.now() - start) * 1e3)
    end
  end
  return table.unpack(best)
end

local path = (os.getenv "TMPDIR" or "/tmp") .. "/bench_inputs.txt"
print(("reading input scripts in Lua (best of %d rounds, in turns)"):format(ROUND_COUNT))
for _, kind in ipairs(kinds) do
  local times = {}
  for megabytes = 1, 2 do
    write(path, kind[2], megabytes * MB)
    local walk, parsed = measure(path, lines, parse)
    times[megabytes] = parsed
    print(("  %-22s %d MB   read + gmatch %6.1f ms   parse %6.1f ms   ratio %5.2f times"):format(
      kind[1], megabytes, walk, parsed, parsed / walk))
  end
  print(("  %-22s 2 MB to 1 MB %.2f times"):format(kind[1], times[2] / times[1]))
end
os.remove(path)
