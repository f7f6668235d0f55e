--- The text of a page: what is safe to put into it, and how numbers are written. Part of
-- tas.report.

local M = {}

local REPLACEMENT = "\u{FFFD}"
local ENTITIES = {
  ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["'"] = "&#39;",
}

local LARGEST = 1e12 -- beyond it a number is no place, speed or time of any game

-- Bytes that are no UTF-8 become replacement characters.
local function valid(text)
  local parts, at = {}, 1
  while at <= #text do
    local _, bad = utf8.len(text, at)
    if not bad then break end
    parts[#parts + 1] = text:sub(at, bad - 1) .. REPLACEMENT
    at = bad + 1
  end
  return table.concat(parts) .. text:sub(at)
end

--- What stands for a text inside of elements and of attributes in quotes.
function M.escape(text)
  local plain = valid(tostring(text)):gsub("[\0-\8\11-\31\127]", REPLACEMENT)
  return (plain:gsub("[&<>\"']", ENTITIES))
end

--- The first `count` characters of a text, with an ellipsis if there are more; not escaped.
function M.shorten(text, count)
  text = valid(text)
  if utf8.len(text) <= count then return text end
  return text:sub(1, utf8.offset(text, count) - 1) .. "…"
end

--- True for a number that can be drawn. What is none, infinite or absurd is a gap.
function M.is_number(value)
  return math.type(value) ~= nil and value > -LARGEST and value < LARGEST
end

local function tenths_text(tenths)
  local sign = tenths < 0 and "-" or ""
  tenths = math.abs(tenths)
  if tenths % 10 == 0 then return sign .. tenths // 10 end
  return ("%s%s.%d"):format(sign, tenths >= 10 and tenths // 10 or "", tenths % 10)
end

local function to_tenths(value)
  return math.floor(value * 10 + 0.5)
end

--- A coordinate inside a picture, to a tenth of a pixel.
function M.coordinate(value)
  return tenths_text(to_tenths(value))
end

--- A path through points, two lists of coordinates. Relative, so that it is short, and without
-- drift, as differences are those of rounded places.
function M.path(xs, ys)
  local parts, x, y = {}, 0, 0
  for i = 1, #xs do
    local new_x, new_y = to_tenths(xs[i]), to_tenths(ys[i])
    if i <= 2 then parts[#parts + 1] = i == 1 and "M" or "l" end
    parts[#parts + 1] = tenths_text(new_x - x) .. " " .. tenths_text(new_y - y)
    parts[#parts + 1] = i > 1 and i < #xs and " " or nil
    x, y = new_x, new_y
  end
  return (table.concat(parts):gsub(" %-", "-"))
end

--- A number with that many decimals, and never a negative zero.
function M.fixed(value, decimals)
  local text = ("%%.%df"):format(decimals):format(value)
  return text:find "[1-9]" and text or (text:gsub("^%-", ""))
end

--- With its sign; the minus is that of mathematics, as wide as the plus.
function M.signed(value, decimals)
  local text = M.fixed(math.abs(value), decimals)
  if not text:find "[1-9]" then return "±" .. text end
  return (value < 0 and "−" or "+") .. text
end

--- A race time (ms) as a span of text: "43.70 s", "1:05.25".
function M.seconds(ms)
  local total = math.floor(math.abs(ms) + 0.5)
  local sign, decimals = ms < 0 and total > 0 and "−" or "", total % 10 == 0 and 2 or 3
  if total < 60000 then return sign .. M.fixed(total / 1000, decimals) .. " s" end
  local rest = ("%%0%d.%df"):format(decimals + 3, decimals):format(total % 60000 / 1000)
  return ("%s%d:%s"):format(sign, total // 60000, rest)
end

return M
