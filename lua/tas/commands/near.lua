--- What somebody may have meant who has written a word wrongly.

local M = {}

-- How many letters must be added, dropped, changed or swapped with the next to make b of a.
local function distance(a, b)
  local before, last = nil, {}
  for j = 0, #b do last[j] = j end
  for i = 1, #a do
    local row = { [0] = i }
    for j = 1, #b do
      local same = a:byte(i) == b:byte(j)
      row[j] = math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same and 0 or 1))
      if before and j > 1 and a:byte(i) == b:byte(j - 1) and a:byte(i - 1) == b:byte(j) then
        row[j] = math.min(row[j], before[j - 2] + 1)
      end
    end
    before, last = last, row
  end
  return last[#b]
end

--- The word of the list that is nearest, or nil: none is near, or the text is too long to be one.
function M.find(text, words)
  local best, least = nil, math.huge
  if #text > 40 then return nil end
  for _, word in ipairs(words) do
    local far = distance(text, word)
    if #text >= 2 and word:sub(1, #text) == text then far = 0.5 end -- has not been finished
    if far < least then best, least = word, far end
  end
  return best and least <= math.max(1, #best // 3) and best or nil
end

--- ", did you mean WORD?" or nothing, for the end of a sentence. `prefix` goes before the word.
function M.question(text, words, prefix)
  local word = M.find(text, words)
  return word and (", did you mean %s%s?"):format(prefix or "", word) or ""
end

return M
