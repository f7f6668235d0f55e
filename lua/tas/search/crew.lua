--- The worker processes of a search: as many as were asked for, each with a game of its own. One
-- that dies is started again, as long as the search gets on.

local M = {}

local LIVES <const> = 3        -- starts of one worker while the search does not get on
local PAUSE <const> = 0.5      -- seconds before it is started again
local PATIENCE <const> = 5     -- seconds that workers have to end by themselves
local LOOK_EVERY <const> = 0.02
local NO_GAME <const> = 3      -- exit status of tmlua

local Crew = {}
Crew.__index = Crew
Crew.__name = "tas.search.crew"

local function start(self, member)
  local message, code
  member.child, message, code = self.start(member.arguments)
  member.lives = member.lives - 1
  if not member.child then return nil, message, code end
  return true
end

--- Starts a worker for each list of arguments (the program being the first). `start_child` is
-- fn(list) -> a child with `status` and `close`, or nil, message, code. Returns the crew, or nil,
-- message, code.
function M.new(start_child, commands)
  local self = setmetatable({ start = start_child, members = {} }, Crew)
  for i, arguments in ipairs(commands) do
    local member = { arguments = arguments, lives = LIVES }
    self.members[i] = member
    local ok, message, code = start(self, member)
    if not ok then
      self:close()
      return nil, message, code
    end
  end
  return self
end

-- One that has died is started again after a while, so often at most; then it is given up.
local function look_after(self, member, now)
  if member.child and member.child.status then
    member.status = member.child.status
    member.child:close()
    member.child, member.back_at = nil, now + PAUSE
  end
  if member.child or now < member.back_at then return true end
  if member.lives > 0 then return start(self, member) end
  member.is_given_up = true
  return true
end

-- As long as the search gets on, the dead have new lives.
local function look_after_all(self, progress, now)
  local has_hope = false
  for _, member in ipairs(self.members) do
    if progress ~= self.progress then member.lives, member.is_given_up = LIVES, false end
    local ok, message, code = look_after(self, member, now)
    if not ok then return nil, message, code end
    has_hope = has_hope or not member.is_given_up
  end
  self.progress = progress
  if has_hope then return true end
  local status = self.members[1].status
  return nil, ("the workers end again and again, with exit status %d"):format(status),
    status == NO_GAME and "no_game" or "lost"
end

--- Waits until the plan of a search is done, or something has failed. `served` is what remote.serve
-- has returned, `tm` has `now` and `sleep`; `each(count)` is called again and again with how many
-- simulations there have been. Returns true; or nil, message, code: "lost", or "no_game" if the
-- workers have found none.
function Crew:run(plan, served, tm, each)
  while not plan:is_done() do
    tm.sleep(LOOK_EVERY)
    if served.failure then return nil, table.unpack(served.failure) end
    local progress = plan:progress()
    local ok, message, code = look_after_all(self, progress, tm.now())
    if not ok then return nil, message, code end
    each(progress)
  end
  return true
end

--- Lets the workers end, who have been told that the search is over.
function Crew:finish(tm)
  local limit = tm.now() + PATIENCE
  for _, member in ipairs(self.members) do
    while member.child and not member.child.status and tm.now() < limit do tm.sleep(LOOK_EVERY) end
  end
  self:close()
end

--- Ends them at once. Twice is fine.
function Crew:close()
  for _, member in ipairs(self.members) do
    if member.child then member.child:close() end
    member.child = nil
  end
end

Crew.__close = Crew.close

return M
