--- Lines of few points that look like lines of many. Part of tas.report.

local M = {}

local function squared_distance(x, y, x1, y1, x2, y2)
  local dx, dy = x2 - x1, y2 - y1
  local length = dx * dx + dy * dy
  local t = length > 0 and ((x - x1) * dx + (y - y1) * dy) / length or 0
  t = math.max(0, math.min(1, t))
  dx, dy = x1 + t * dx - x, y1 + t * dy - y
  return dx * dx + dy * dy
end

local function farthest(xs, ys, first, last)
  local most, at = -1, nil
  local x1, y1, x2, y2 = xs[first], ys[first], xs[last], ys[last]
  for i = first + 1, last - 1 do
    local distance = squared_distance(xs[i], ys[i], x1, y1, x2, y2)
    if distance > most then most, at = distance, i end
  end
  return at, most
end

--- Leaves out the points that are nearer than `tolerance` to the line without them (Douglas and
-- Peucker). Returns two new lists.
function M.simplify(xs, ys, tolerance)
  local keep, stack = { [1] = true, [#xs] = true }, { 1, #xs }
  while #stack > 0 do
    local last, first = table.remove(stack), table.remove(stack)
    local at, distance = farthest(xs, ys, first, last)
    if at and distance > tolerance * tolerance then
      keep[at] = true
      table.move({ first, at, at, last }, 1, 4, #stack + 1, stack)
    end
  end
  local kept_x, kept_y = {}, {}
  for i = 1, #xs do
    if keep[i] then kept_x[#kept_x + 1], kept_y[#kept_y + 1] = xs[i], ys[i] end
  end
  return kept_x, kept_y
end

local function add(indices, list)
  table.sort(list)
  for _, i in ipairs(list) do
    if indices[#indices] ~= i then indices[#indices + 1] = i end
  end
end

--- Of the points of each column `cell` wide the first, lowest, highest and last; so that the
-- size of a picture, and not the length of a run, bounds a line. Returns two new lists.
function M.thin(xs, ys, cell)
  local indices, column, first, low, high = {}, nil, nil, nil, nil
  for i = 1, #xs do
    local here = math.floor(xs[i] / cell)
    if here ~= column then
      if column then add(indices, { first, low, high, i - 1 }) end
      column, first, low, high = here, i, i, i
    end
    if ys[i] < ys[low] then low = i end
    if ys[i] > ys[high] then high = i end
  end
  if first then add(indices, { first, low, high, #xs }) end
  local kept_x, kept_y = {}, {}
  for k, i in ipairs(indices) do kept_x[k], kept_y[k] = xs[i], ys[i] end
  return kept_x, kept_y
end

return M
