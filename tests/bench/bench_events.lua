-- What editing the inputs of a simulation costs in Lua, with as many of them as fit in the game's
-- memory: microseconds of one statement, inside one call of the game in the same process. The
-- yardstick is a copy of as many bytes into a new string: reading and writing back cannot do with
-- less than two of those on our side, and the game copies them as often on its own.

local tm = require "tm"

local ROUND_COUNT = 9
local COUNT = 200
local COUNT_OF_ALL = 20 -- of statements that look at every event
local EVENT_COUNT = 8184 -- with the race-running event

local statements = {
  { "copy of the bytes", "local _ = bytes:sub(2)" },
  { "game:get_event_buffer()", "local _ = game:get_event_buffer()" },
  { "game:set_event_buffer(events)", "game:set_event_buffer(events)" },
  { "read, edit one, write back", [[
    local e = game:get_event_buffer()
    e[4000].value = n
    game:set_event_buffer(e)]] },
  { "events:find{time=}", "local _ = events:find { time = 40000 }" },
  { "events[i].value, of all", "for i = 1, #events do local _ = events[i].value end",
    COUNT_OF_ALL },
  { "events:copy()", "local _ = events:copy()" },
  { "events:to_script()", "local _ = events:to_script()", COUNT_OF_ALL },
}

local function write_script(path)
  local file <close> = assert(io.open(path, "w"))
  for i = 0, EVENT_COUNT - 2 do file:write(("%d steer %d\n"):format(10 * i, i % 1000)) end
end

local function compile(statement)
  return assert(load("local game, events, bytes, count = ...\nfor n = 1, count do\n" .. statement
    .. "\nend"))
end

local function median(values)
  table.sort(values)
  return values[(#values + 1) // 2]
end

local function measure(game)
  local events = assert(game:get_event_buffer())
  assert(#events >= EVENT_COUNT - 1, #events)
  local bytes = ("x"):rep(8 * #events)
  for _ = 1, ROUND_COUNT do
    for _, row in ipairs(statements) do
      row.run = row.run or compile(row[2])
      row.us = row.us or {}
      local count = row[3] or COUNT
      game:step() -- the watchdog wants to see progress
      local start = tm.now()
      row.run(game, events, bytes, count)
      table.insert(row.us, (tm.now() - start) * 1e6 / count)
    end
  end
end

local path = (os.getenv "TMPDIR" or "/tmp") .. "/bench_events.txt"
write_script(path)
local game = assert(tm.attach("sim:straight?simulate=" .. path))
os.remove(path)
game:step()
assert(game:remove_state_validation()) -- the inputs will not be those of the script
measure(game)
game:close()

local ratios = {}
for i = 1, ROUND_COUNT do ratios[i] = statements[4].us[i] / statements[1].us[i] end
print(("%d input events in Lua (min / median / max of %d rounds, in turns)"):format(EVENT_COUNT,
  ROUND_COUNT))
for _, row in ipairs(statements) do
  local middle = median(row.us)
  print(("  %-50s %-8s %10.1f / %10.1f / %10.1f"):format(row[1], "us", row.us[1], middle,
    row.us[#row.us]))
end
local middle = median(ratios)
print(("  %-50s %-8s %10.1f / %10.1f / %10.1f"):format("  read, edit, write back to one copy",
  "times", ratios[1], middle, ratios[#ratios]))
