--- A progress bar for what takes long: how much is done, at which rate, the best so far, and the
-- time that is left.
--
--     local bar = progress.new { total = 1000, label = "search", clock = tm.now }
--     for i = 1, 1000 do bar:update(i, "42.13 s") end
--     bar:finish()
--
-- A terminal gets one line that is drawn again, ten times a second at most; anything else gets
-- whole lines, one a second at most.

local M = {}

local REDRAW_SECONDS = 0.1
local LINE_SECONDS = 1
local BAR_COLUMNS = 20

local Bar = {}
Bar.__index = Bar
Bar.__name = "tas.progress"

-- Only a POSIX shell can tell from here; without one there are plain lines.
local function detect_terminal(writer)
  local term = os.getenv "TERM"
  if writer ~= io.stderr or package.config:sub(1, 1) ~= "/" then return false end
  if not term or term == "" or term == "dumb" then return false end
  return os.execute "test -t 2" == true
end

local function count_of(value, name, least)
  if type(value) ~= "number" or not (value >= least and value < math.huge) then
    error(("%s must be a number of at least %d"):format(name, least), 3)
  end
  return value
end

--- A new bar. Options, all of them optional: `total`, how much there is to do; `done`, how much was
-- done before, which does not count for the rate (0); `label`, a word in
-- front; `writer`, what is written to (has a method `write`; standard error); `terminal`, whether
-- that is one (looked up for standard error); `columns` of the terminal (that of the environment
-- variable COLUMNS, or 80); `clock`, a function that returns seconds (os.time, which has no parts
-- of seconds: pass tm.now).
function M.new(options)
  options = options or {}
  if type(options) ~= "table" then error("bad argument #1 to 'new' (table expected)", 2) end
  local self = setmetatable({ label = options.label }, Bar)
  self.total = options.total and count_of(options.total, "total", 0)
  self.writer = options.writer or io.stderr
  self.terminal = options.terminal
  if self.terminal == nil then self.terminal = detect_terminal(self.writer) end
  self.columns = count_of(options.columns or tonumber(os.getenv "COLUMNS") or 80, "columns", 1)
  self.clock = options.clock or os.time
  self.began = self.clock()
  self.first = count_of(options.done or 0, "done", 0)
  self.done = self.first
  return self
end

--- Seconds as "0:07", "12:34" or "1:02:03".
function M.duration(seconds)
  local whole = math.floor(seconds + 0.5)
  local hours, minutes = whole // 3600, whole // 60 % 60
  if hours > 0 then return ("%d:%02d:%02d"):format(hours, minutes, whole % 60) end
  return ("%d:%02d"):format(minutes, whole % 60)
end

local function rate_text(rate)
  return (rate >= 100 and "%.0f/s" or rate >= 1 and "%.1f/s" or "%.3f/s"):format(rate)
end

local function number_text(value)
  return math.tointeger(value) and ("%d"):format(math.tointeger(value)) or ("%g"):format(value)
end

local function share(self)
  if not self.total then return nil end
  return self.total > 0 and math.min(self.done / self.total, 1) or 1
end

-- What is left at the rate so far; nothing while there is none, or too long to be said.
local function left_text(self, rate)
  if not self.total or rate <= 0 or self.done >= self.total then return nil end
  local seconds = (self.total - self.done) / rate
  return seconds < 1e7 and "left " .. M.duration(seconds) or nil
end

local function parts(self, now)
  local list = {}
  local function add(part) if part then list[#list + 1] = part end end
  local part, elapsed = share(self), now - self.began
  local rate = elapsed > 0 and math.max(self.done - self.first, 0) / elapsed or 0
  add(self.label)
  if self.terminal and part then
    local filled = math.floor(part * BAR_COLUMNS)
    add(("[%s%s]"):format(("="):rep(filled), (" "):rep(BAR_COLUMNS - filled)))
  end
  if part then
    add(("%s/%s"):format(number_text(self.done), number_text(self.total)))
    add(("%d%%"):format(math.floor(part * 100)))
  else
    add(number_text(self.done))
  end
  if rate > 0 then add(rate_text(rate)) end
  if self.best then add("best " .. self.best) end
  add(self.finished and "in " .. M.duration(elapsed) or left_text(self, rate))
  return list
end

-- The first `columns` characters; a line that wraps could not be drawn over.
local function cut(text, columns)
  local place = utf8.len(text) and utf8.offset(text, columns + 1)
  if utf8.len(text) then return place and text:sub(1, place - 1) or text end
  return text:sub(1, columns)
end

local function draw(self, now)
  local text = table.concat(parts(self, now), "  "):gsub("%c", " ")
  self.drawn, self.shown = now, self.done
  if not self.terminal then
    self.writer:write(text, "\n")
  else
    local ending = self.finished and "\n" or ""
    self.writer:write("\r", cut(text, self.columns - 1), "\27[K", ending)
  end
  if self.writer.flush then self.writer:flush() end
end

--- So much is done, and `best`, if given, is the best so far (anything that `tostring` can show).
-- Draws when it is time to.
function Bar:update(done, best)
  self.done = count_of(done, "done", 0)
  if best ~= nil then self.best = tostring(best) end
  if self.finished then return end
  local now = self.clock()
  local interval = self.terminal and REDRAW_SECONDS or LINE_SECONDS
  if self.drawn and now - self.drawn < interval then return end
  if not self.terminal and self.drawn and self.done == self.shown then return end
  draw(self, now)
end

--- Takes the bar away, for a line of something else in its place; the next update draws it again.
function Bar:clear()
  if not self.terminal or not self.drawn or self.finished then return end
  self.writer:write "\r\27[K"
  if self.writer.flush then self.writer:flush() end
  self.drawn = nil
end

--- Draws how it ended, once.
function Bar:finish()
  if self.finished then return end
  self.finished = true
  draw(self, self.clock())
end

Bar.__close = Bar.finish

return M
