--- A levelled logger to standard error: `tm.log.info("…")`, with debug, info, warning, error.
-- `tm.log.level` is the lowest level that is shown ("info"). The same text is shown at most ten
-- times a second, so that a hook that complains at every step does not bury everything else.

local native = require "tm.native"

local LEVELS = { debug = 1, info = 2, warning = 3, error = 4 }
local COUNT_MAX = 10 -- of one text, per second

local M = { level = "info" }
local seen = {} -- text -> {since =, count =}
local seen_count = 0

-- Whether the text may be shown now, and how many of it were left out before.
local function admit(text)
  local now = native.now()
  local entry = seen[text]
  if not entry or now - entry.since >= 1 then
    local left_out = entry and math.max(entry.count - COUNT_MAX, 0) or 0
    if not entry then seen_count = seen_count + 1 end
    if seen_count > 1000 then seen, seen_count = {}, 1 end
    seen[text] = { since = now, count = 1 }
    return true, left_out
  end
  entry.count = entry.count + 1
  return entry.count <= COUNT_MAX, 0
end

local function write(level, text)
  if LEVELS[level] < (LEVELS[M.level] or 2) then return end
  local shown, left_out = admit(text)
  if not shown then return end
  local suffix = left_out > 0 and (" (and %d more like it)"):format(left_out) or ""
  io.stderr:write(level, ": ", text, suffix, "\n")
end

for level in pairs(LEVELS) do
  M[level] = function(...)
    local parts = table.pack(...)
    for i = 1, parts.n do parts[i] = tostring(parts[i]) end
    write(level, table.concat(parts, " "))
  end
end

return M
