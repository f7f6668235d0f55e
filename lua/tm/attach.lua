--- Addresses, and the search for a game.
--
--     sim:            the embedded game in this process, on its first track
--     sim:TRACK       on that track; ?speed=X paces it (1 is real time, "max" the default),
--                     ?simulate=FILE plays an input script in the simulation context
--     mapped:         the first TMInterface0..15 that takes us
--     mapped:NAME     that one; ?dialect=NAME, ?size=BYTES for games that differ
--     mapped:?pid=N   the game of that process, which runs in Wine; for Linux
--
-- A game in Wine has no name that can be seen from Linux, only one that it likely has: see
-- src/transport/wine_games.h. A name is therefore a native game's first.
--
-- Source of names and sizes: fact sheet "TMInterface mapped-memory protocol", section 1.

local native = require "tm.native"

local M = {}

local yield = coroutine.yield
local limits = native.limits()
local dialects = native.dialects()
local is_dialect = {}
for _, name in ipairs(dialects) do is_dialect[name] = true end
local RETRY_SECONDS = 0.1

-- "a=b&c=d" -> {a = "b", c = "d"}, or nil and what is wrong.
local function parse_query(text, known)
  local query = {}
  for pair in text:gmatch("[^&]+") do
    local key, value = pair:match("^([%w_]+)=(.*)$")
    if not key or not known[key] then
      return nil, ("unknown address option '%s'"):format(pair)
    end
    query[key] = value
  end
  return query
end

local parsers = {}

function parsers.sim(rest, query)
  local speed = query.speed or "max"
  local number = speed == "max" and 0 or tonumber(speed)
  if not number or number < 0 then
    return nil, ("speed must be a number or max, not '%s'"):format(speed)
  end
  if query.simulate == "" then return nil, "simulate needs a file" end
  return { kind = "sim", track = rest ~= "" and rest or "easy", speed = number,
    simulate = query.simulate }
end

function parsers.mapped(rest, query)
  local dialect = query.dialect or dialects[1]
  if not is_dialect[dialect] then
    return nil, ("unknown dialect '%s' (%s)"):format(dialect, table.concat(dialects, ", "))
  end
  local size = query.size and math.tointeger(tonumber(query.size))
  local least, most = limits.slot_size_min, limits.slot_size_max
  if query.size and (not size or size < least or size > most) then
    return nil, ("size must be %d to %d bytes, not '%s'"):format(least, most, query.size)
  end
  if rest ~= "" and not rest:match("^[%w_][%w_.-]*$") then
    return nil, ("'%s' is not the name of a game"):format(rest)
  end
  local pid = query.pid and math.tointeger(tonumber(query.pid))
  if query.pid and (not pid or pid < 1 or pid > 0x7FFFFFFF) then
    return nil, ("pid must be the number of a process, not '%s'"):format(query.pid)
  end
  return { kind = "mapped", name = rest ~= "" and rest or nil, dialect = dialect, size = size,
    pid = pid }
end

local OPTIONS = {
  sim = { speed = true, simulate = true },
  mapped = { dialect = true, size = true, pid = true },
}

--- Reads an address. Returns a table that says what it means, or nil and a message.
function M.parse(address)
  local scheme, rest = address:match("^(%a+):(.*)$")
  if not parsers[scheme] then
    return nil, ("'%s' is not the address of a game (sim:, mapped:)"):format(address)
  end
  local place, options = rest:match("^([^?]*)%??(.*)$")
  local query, message = parse_query(options, OPTIONS[scheme])
  if not query then return nil, ("%s: %s"):format(address, message) end
  local parsed
  parsed, message = parsers[scheme](place, query)
  if not parsed then return nil, ("%s: %s"):format(address, message) end
  parsed.address = address
  return parsed
end

-- Registers with a game that was opened; the game has that many seconds to answer.
local function register(seconds, game, message, code)
  if not game then return nil, message, code end
  local ok
  ok, message, code = game:_register(seconds)
  if ok then return game end
  game:close()
  return nil, message, code
end

local function try_mapped(target, address, name, pid, seconds)
  return register(seconds, native.open_mapped(address, name, target.dialect, target.size, pid))
end

-- One of the games that the address can mean; its own address is made of both.
local function try_instance(target, instance, seconds)
  local address, options = instance.address, target.address:match "%?(.+)$"
  if options then address = address .. (instance.pid and "&" or "?") .. options end
  return try_mapped(target, address, instance.name, instance.pid, seconds)
end

-- Games with a living server behind them first: one that is left by a crash costs its time-out.
local function candidates()
  local order = { free = 1, ["in use"] = 2, unknown = 3, gone = 4, denied = 5 }
  local list = native.instances()
  local function rank(instance)
    return { order[instance.state], instance.pid and 1 or 0,
      tonumber(instance.name:match("%d+$")), instance.pid or 0 }
  end
  table.sort(list, function(a, b)
    local ranks, others = rank(a), rank(b)
    for i = 1, #ranks do
      if ranks[i] ~= others[i] then return ranks[i] < others[i] end
    end
    return false
  end)
  return list
end

local function has_wine_name(target)
  return target.name:match "^TMInterface%d+$" ~= nil
end

-- The games in Wine that likely have that name; one that is out of reach only if no other has.
local function try_in_wine(target, seconds)
  local found = {}
  for _, instance in ipairs(candidates()) do
    if instance.pid and instance.name == target.name and
      (instance.state ~= "denied" or #found == 0) then
      found[#found + 1] = instance
    end
  end
  if #found == 0 then return nil end
  if #found == 1 then return try_instance(target, found[1], seconds) end
  local addresses = {}
  for i, instance in ipairs(found) do addresses[i] = instance.address end
  return nil, ("%s: there is one in each of several Wine prefixes, say which: %s"):format(
    target.address, table.concat(addresses, ", ")), "invalid"
end

local function try_named(target, seconds)
  local game, message, code = try_mapped(target, target.address, target.name, nil, seconds)
  if code ~= "no_game" or not has_wine_name(target) then return game, message, code end
  local in_wine, why, word = try_in_wine(target, seconds)
  return in_wine, why or message, word or code
end

-- Whether an attached game is what the address means; "elsewise": but attached with other options.
local function matches(game, target)
  if target.kind == "sim" then return game.address == target.address end
  local there = M.parse(game.address)
  if there.kind ~= "mapped" or (target.name or there.name) ~= there.name or
    (target.pid or there.pid) ~= there.pid then
    return false
  end
  local is_same = there.dialect == target.dialect and there.size == target.size
  return is_same or (target.name or target.pid) and "elsewise"
end

-- A game that an earlier run of the script has left attached, or that the prompt shares with the
-- script. It registers us but once: `registered` is told to this run as soon as it waits.
local function take_kept(target)
  for _, game in ipairs(native.kept_games()) do
    local match = matches(game, target)
    if match == "elsewise" then
      game:close()
    elseif match then
      game:_ask()
      native.task(function()
        yield()
        game:_greet()
      end)
      return game
    end
  end
end

-- One round over everything the address can mean. Keeps the most telling refusal.
local function try_once(target, seconds)
  local kept = take_kept(target)
  if kept then return kept end
  if target.kind == "sim" then
    return register(seconds, native.open_sim(target.address, target.track, target.speed,
      target.simulate))
  elseif target.pid then
    return try_mapped(target, target.address, target.name, target.pid, seconds)
  elseif target.name then
    return try_named(target, seconds)
  end
  local message, code
  for _, instance in ipairs(candidates()) do
    local game, why, word = try_instance(target, instance, seconds)
    if game then return game end
    if word ~= "no_game" then message, code = message or why, code or word end
  end
  return nil, message or "no game is running", code or "no_game"
end

local function describe_instance(instance)
  local text = ("%s (%s, %d bytes)"):format(instance.name, instance.state, instance.size)
  if not instance.pid then return text end
  return ("%s in Wine (%s, %s, pid %d)"):format(instance.name, instance.state, instance.program,
    instance.pid)
end

local function describe_search(target)
  if target.pid then return ("looked at process %d"):format(target.pid) end
  local list, view = native.instances()
  local beyond = view ~= "container" and "" or "; this is a container, and games in Wine outside "
    .. "of it cannot be seen: run tmlua.exe inside their Wine prefix"
  if target.name then
    local in_wine = view and has_wine_name(target) and " and for such a game in Wine" or ""
    return ("looked for the shared memory %s%s%s"):format(target.name, in_wine, beyond)
  end
  local found = {}
  for i, instance in ipairs(list) do found[i] = describe_instance(instance) end
  return ("looked at TMInterface0 to TMInterface%d%s, found %s%s"):format(
    limits.slot_count - 1, view and " and at games in Wine" or "",
    #found > 0 and table.concat(found, ", ") or "none of them", beyond)
end

-- Refusals that waiting can cure: a game may start, also beside one that is out of reach, a dead
-- client be dropped, a freeze end.
local CURABLE = { no_game = true, already_registered = true, timeout = true }

local function is_curable(target, code)
  return CURABLE[code] or code == "denied" and target.kind == "mapped" and not target.pid
end

local function give_up(target, message, code, seconds)
  if target.kind == "mapped" and is_curable(target, code) then
    message = ("no game to attach to within %g s (%s; %s); "
      .. "for the embedded game use --sim or the address sim:"):format(
      seconds, message, describe_search(target))
  end
  if code ~= "invalid" then native.tell_no_game(message) end
  return nil, message, code
end

local function read_options(options)
  if options ~= nil and type(options) ~= "table" then
    error(("bad argument #2 to 'attach' (table expected, got %s)"):format(type(options)), 3)
  end
  local wait = native.wait
  for key, value in pairs(options or {}) do
    if key ~= "wait" then error(("unknown option '%s' of attach"):format(tostring(key)), 3) end
    wait = value
  end
  if type(wait) ~= "number" or wait < 0 or wait ~= wait then error("wait must be seconds", 3) end
  return wait
end

--- Attaches to the game at `address` (default: the first of the command line, else "mapped:").
-- `options.wait` says for how many seconds to look for it (default: that of --wait).
-- Returns the game once it has registered us, or nil, message, code: "no_game",
-- "already_registered", "size_mismatch", "timeout", "dialect_mismatch", "denied" …
-- A script that is run again gets the very game it had, at once and as it is: its speed, timeout,
-- fields, and the console commands it knows. `registered` is told to each run: for a game that was
-- kept as soon as the script waits, its hooks as tasks of their own.
function M.attach(address, options)
  address = address or native.addresses[1] or "mapped:"
  if type(address) ~= "string" then
    error(("bad argument #1 to 'attach' (address expected, got %s)"):format(type(address)), 2)
  end
  local seconds = read_options(options)
  local target, problem = M.parse(address)
  if not target then return give_up({}, problem, "invalid", seconds) end
  local deadline = native.now() + seconds
  while true do
    local game, message, code = try_once(target, math.max(deadline - native.now(), 0))
    if game then return game end
    if target.kind == "sim" or not is_curable(target, code) or native.now() >= deadline then
      return give_up(target, message, code, seconds)
    end
    native.sleep(math.min(RETRY_SECONDS, math.max(deadline - native.now(), 0)))
  end
end

return M
