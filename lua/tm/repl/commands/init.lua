--- The commands of the prompt: finding one, and running it.

local session = require "tm.repl.session"
local evaluate = require "tm.repl.evaluate"

local M = {}

for _, part in ipairs { "advance", "states", "games", "look", "session" } do
  require("tm.repl.commands." .. part)
end

-- How many letters are to be changed, added, left out or swapped with the next to make one word
-- of the other.
local function distance(a, b)
  local rows = { [0] = {} }
  for j = 0, #b do rows[0][j] = j end
  for i = 1, #a do
    local row = { [0] = i }
    rows[i] = row
    for j = 1, #b do
      local cost = a:byte(i) == b:byte(j) and 0 or 1
      row[j] = math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + cost)
      local is_swapped = i > 1 and j > 1 and a:byte(i) == b:byte(j - 1)
        and a:byte(i - 1) == b:byte(j)
      if is_swapped then row[j] = math.min(row[j], rows[i - 2][j - 2] + 1) end
    end
  end
  return rows[#a][#b]
end

--- The name in a table that is most like the word; nil when none is.
function M.nearest(word, list)
  local best, least = nil, math.max(#word // 2, 1) + 1
  for name in pairs(list) do
    local far = name:sub(1, #word) == word and 0 or distance(word, name)
    if far < least or far == least and best and name < best then best, least = name, far end
  end
  return best
end

--- Runs a command. An error in it is printed, a refusal without a traceback.
function M.run(name, text)
  local command = session.commands[name]
  if not command then
    local nearest = M.nearest(name, session.commands)
    session.say("there is no command :%s%s", name,
      nearest and (" (:%s is meant?)"):format(nearest) or " (:help lists them)")
    return
  end
  local ok, message = evaluate.protect(command.run, text, session)
  if not ok then session.complain(message) end
end

return M
