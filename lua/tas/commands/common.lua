--- What the commands have in common: the options that name a game, and the way to it.

local inputs = require "tas.inputs"
local progress = require "tas.progress"

local M = {}

local function sim_address(track)
  return "sim:" .. track
end

--- The options of a command that uses a game, before its own ones.
function M.options(own)
  local rows = {
    { name = "attach", short = "a", value = "ADDRESS", repeatable = true,
      help = "the game; default: the one given before tas, else the first that runs" },
    { name = "sim", value = "TRACK", optional = true, into = "attach", convert = sim_address,
      repeatable = true, help = "the embedded game in this process" },
    { name = "wait", short = "w", value = "SECONDS", type = "number", min = 0, max = 1000000,
      help = "how long to wait for the game; default: as given before tas, else 10" },
  }
  return table.move(own or {}, 1, #(own or {}), #rows + 1, rows)
end

--- The option of a command that plays a script: where the embedded game does it.
M.CONTEXT = { name = "context", value = "CONTEXT", choices = { "run", "simulation" },
  default = "run", help = "of the embedded game: it plays in a race, or in a simulation" }

--- The option of a command that plays a script: when that ends at the latest.
M.UNTIL = { name = "until", value = "TIME", type = "time",
  help = "race time at which a play ends; default: a minute behind the last input" }

-- The address for a simulation that begins with the inputs of a file.
local function simulating(address, file)
  if not address:find "^sim:" or address:find "[?&]simulate=" then return address end
  return ("%s%ssimulate=%s"):format(address, address:find("?", 1, true) and "&" or "?", file)
end

local function addresses_of(env, options)
  return #options.attach > 0 and options.attach or env.known
end

-- The names of files in an address end at the next option.
local function check_file(file)
  if not file:find "&" then return true end
  return nil, ("%s: a file that is simulated may not have & in its name"):format(file), "invalid"
end

-- `choice.number`: which of the addresses; `choice.simulate`: the script that the embedded game is
-- to simulate if options.context says so.
local function attach(env, options, choice)
  choice = choice or {}
  local address = addresses_of(env, options)[choice.number or 1]
  if address and choice.simulate and options.context == "simulation" then
    local ok, message, code = check_file(choice.simulate)
    if not ok then return nil, message, code end
    address = simulating(address, choice.simulate)
  end
  local game, message, code = env.tm.attach(address, { wait = options.wait })
  if not game and code ~= "invalid" then code = "no_game" end
  return game, message, code
end

local GONE = { lost = true, shutdown = true, closed = true }

--- What a command gets, of what the program has given.
function M.environment(given, name)
  local env = setmetatable({ known = given.known or {} }, { __index = given })
  function env.addresses(options) return addresses_of(env, options) end
  function env.simulating(address, file) return simulating(address, file) end
  function env.attach(options, choice) return attach(env, options, choice) end
  function env.progress(label, total, done)
    return progress.new { label = label, total = total, done = done, clock = env.tm.now,
      writer = env.err, terminal = env.redraws(), columns = env.columns() }
  end
  function env.warn(message) env.err:write(("tmlua tas %s: %s\n"):format(name, message)) end
  function env.fail(message, code)
    env.warn(message)
    if code == "no_game" then return 3 end
    return GONE[code] and 4 or 1
  end
  return env
end

--- Whether none of the files that a command reads is one that it would write: true, or nil,
-- message, "invalid". `outputs` is a table of paths.
function M.check_outputs(outputs, paths)
  for _, output in pairs(outputs) do
    for _, path in ipairs(paths) do
      if path == output then
        return nil, ("%s: would be overwritten; name another file"):format(path), "invalid"
      end
    end
  end
  return true
end

--- What the run of a file is called: the file's name, without folder and ending.
function M.run_name(path)
  return path:match "([^/\\]+)%.[^./\\]*$" or path:match "[^/\\]+$" or path
end

--- The input script in a file, or nil, message, code. For the game every text is a script: what it
-- would do nothing about is named, and is no error.
function M.load_script(env, path)
  local script, message, code = inputs.load(path)
  if not script then return nil, message, code end
  local problems = script:problems()
  local first = problems[1]
  if first then
    local more = #problems > 1 and (" (and %d more)"):format(#problems - 1) or ""
    env.warn(("%s:%d:%d: %s%s"):format(path, first.line, first.column, first.message, more))
  end
  return script
end

return M
