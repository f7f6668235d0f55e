-- Shows what an engine logs, as it comes, until Ctrl-C; it may come and go. Needs an engine:
--
--     build/bin/tmsim --engine --inputs scripts/inputs/easy.txt &
--     build/bin/tmlua scripts/engine_log.lua [ENGINE [LEAST LEVEL]]

local tm = require "tm"

local LEVELS = { trace = 1, debug = 2, config = 3, info = 4, warning = 5, error = 6, fatal = 7 }
local COLOURS = { trace = 90, debug = 90, config = 36, warning = 33, error = 31, fatal = 35 }

local least = LEVELS[arg[2] or "trace"] or error("unknown level " .. arg[2], 0)
local engine = assert(tm.connect(arg[1]))
local colourful = os.getenv "TERM" and os.getenv "TERM" ~= "dumb" and not os.getenv "NO_COLOR"
local started = tm.now()

-- A text may hold anything: what would move the cursor of a terminal is shown as "?".
local function show(level, text)
  local line = ("%9.3f  %-7s  %s"):format(tm.now() - started, level, text:gsub("%c", "?"))
  local colour = colourful and COLOURS[level] or 0
  print(colour ~= 0 and ("\27[%dm%s\27[0m"):format(colour, line) or line)
  io.stdout:flush()
end

engine:on("connected", function() show("", "connected to " .. engine.address) end)
engine:on("disconnected", function(_, reason) show("", "disconnected: " .. reason) end)
engine:on("log", function(_, level, text)
  if (LEVELS[level] or 7) >= least then show(level, text) end
end)
show("", "looking for " .. engine.address)
