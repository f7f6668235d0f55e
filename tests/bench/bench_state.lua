-- What reading a state costs in Lua: nanoseconds of one statement, without the loop around it, for
-- information. The yardsticks are a field and a method of a plain table. For tmlua --sim.

local tm = require "tm"

local ROUND_COUNT = 9
local COUNT = 100000

local statements = {
  { "field of a plain table", "local _ = plain.display_speed" },
  { "method of a plain table", "local _ = plain:get()" },
  { "state.display_speed", "local _ = state.display_speed" },
  { "state.position", "local _ = state.position" },
  { "state.position[1]", "local _ = state.position[1]" },
  { 'state:unpack("position")', 'local x, y, z = state:unpack("position")' },
  { 'state:get("display_speed")', 'local _ = state:get("display_speed")' },
  { "state.dyna.current_state.position", "local _ = state.dyna.current_state.position" },
  { "state.input_accelerate", "local _ = state.input_accelerate" },
  { "#state", "local _ = #state" },
  { "state:copy()", "local _ = state:copy()" },
  { "game.time", "local _ = game.time" },
  { "game:_hold(false)", "game:_hold(false)" },
}

local plain = { display_speed = 3 }
function plain:get() return self.display_speed end

local function compile(statement)
  return assert(load("local state, game, plain, count = ...\nfor _ = 1, count do\n"
    .. statement .. "\nend"))
end

local function time(loop, state, game)
  game:step() -- the watchdog wants to see progress
  local start = tm.now()
  loop(state, game, plain, COUNT)
  return (tm.now() - start) * 1e9 / COUNT
end

local function median(values)
  table.sort(values)
  return values[(#values + 1) // 2]
end

local function measure(game)
  game:step()
  local state = game:get_simulation_state()
  local empty = compile ""
  for _ = 1, ROUND_COUNT do
    local loop = time(empty, state, game)
    for _, row in ipairs(statements) do
      row.loop = row.loop or compile(row[2])
      row.ns = row.ns or {}
      table.insert(row.ns, time(row.loop, state, game) - loop)
    end
  end
end

local game = assert(tm.attach())
measure(game)
game:close()

print(("reading a state in Lua (min / median / max of %d rounds, in turns)"):format(ROUND_COUNT))
for _, row in ipairs(statements) do
  local middle = median(row.ns)
  print(("  %-50s %-8s %10.1f / %10.1f / %10.1f"):format(row[1], "ns", row.ns[1], middle,
    row.ns[#row.ns]))
end
