--- Colours of a page: speeds from slow to fast in one palette whose lightness rises evenly
-- (viridis), and the runs. Light pages leave out its lightest end, dark ones its darkest, so that
-- no part of a line is lost. Part of tas.report.

local M = {}

--- How many colours there are for speeds; their classes are s1, s2 …
M.LEVELS = 24

local STOPS = {
  { 68, 1, 84 }, { 72, 36, 117 }, { 65, 68, 135 }, { 53, 95, 141 }, { 42, 120, 142 },
  { 33, 145, 140 }, { 34, 168, 132 }, { 68, 191, 112 }, { 122, 209, 81 }, { 189, 223, 38 },
  { 253, 231, 37 },
}

-- Of those who see no red or no green too (after Okabe and Ito).
local RUNS = {
  light = { "#0b62a4", "#c8500a", "#8a3d8f", "#00795a", "#9a6a00", "#444444" },
  dark = { "#6cb8f0", "#ff9a52", "#e49be0", "#3fd6a4", "#f0c84a", "#c8c8c8" },
}

--- The palette at 0 (slow) to 1 (fast), as "#rrggbb".
function M.color(at)
  local place = math.max(0, math.min(1, at)) * (#STOPS - 1)
  local i = math.min(math.floor(place), #STOPS - 2)
  local rest, parts = place - i, {}
  for k = 1, 3 do
    local a, b = STOPS[i + 1][k], STOPS[i + 2][k]
    parts[k] = math.floor(a + (b - a) * rest + 0.5)
  end
  return ("#%02x%02x%02x"):format(table.unpack(parts))
end

--- The rules of a style sheet for one scheme, "light" or "dark".
function M.rules(scheme)
  local from, to = 0.0, 0.86
  if scheme == "dark" then from, to = 0.24, 1.0 end
  local parts = {}
  for level = 1, M.LEVELS do
    local at = from + (to - from) * (level - 1) / (M.LEVELS - 1)
    parts[#parts + 1] = (".s%d{color:%s}"):format(level, M.color(at))
  end
  for i, color in ipairs(RUNS[scheme]) do
    parts[#parts + 1] = (".r%d{color:%s}"):format(i, color)
  end
  return table.concat(parts)
end

--- The level of a speed between two, 1 to LEVELS.
function M.level(speed, least, most)
  local at = (speed - least) / (most - least)
  return math.max(1, math.min(M.LEVELS, math.floor(at * M.LEVELS) + 1))
end

return M
