--- Random numbers that are the same on every machine, and do not disturb those of math.random.
--
-- The generator is SplitMix64: one word of state, so that a number for each piece of work, however
-- they are handed out, is as good a beginning as any.

local M = {}

local Random = {}
Random.__index = Random
Random.__name = "tas.search.random"

local STEP <const> = 0x9E3779B97F4A7C15

local function mix(z)
  z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return z ~ (z >> 31)
end

--- A generator that is a function of those integers.
function M.new(...)
  local state = 0
  for i = 1, select("#", ...) do state = mix(state + STEP * i ~ (select(i, ...))) end
  return setmetatable({ state = state }, Random)
end

--- A number from 0 up to, and without, 1.
function Random:number()
  self.state = self.state + STEP
  return (mix(self.state) >> 11) * 0x1p-53
end

--- A whole number from `least` to `most`, both included.
function Random:integer(least, most)
  return least + math.floor(self:number() * (most - least + 1))
end

--- One of the entries of a list, by their `weight`; one of weight 0 never. nil: all are 0.
function Random:choose(list)
  local total = 0
  for _, one in ipairs(list) do total = total + one.weight end
  local place, last = self:number() * total, nil
  for _, one in ipairs(list) do
    if one.weight > 0 then last = one end
    place = place - one.weight
    if place < 0 then return one end
  end
  return last -- what is rounded away at the end
end

return M
