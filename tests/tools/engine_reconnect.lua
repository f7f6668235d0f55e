-- engine_reconnect.lua ADDRESS COUNT: drives the attached game while it asks the engine there for
-- pictures and pings. Says "back N" at the first picture of each connection, "done" at that of the
-- last one with what it has measured, and goes on driving.

local tm = require "tm"

local count = tonumber(arg[2])

io.stdout:setvbuf "no"
local game = assert(tm.attach())
local engine = assert(tm.connect(arg[1]))
local last_step, latest_step = nil, 0
local connection, seen, tasks = 0, 0, 0
local asked, answered, refused, codes = 0, 0, 0, {}

engine:on("connected", function() connection = connection + 1 end)

game:on("run_step", function(_, time)
  local now = tm.now()
  if last_step then latest_step = math.max(latest_step, now - last_step) end
  last_step = now
  game:set_input_state { accelerate = true, steer = time % 7000 < 3500 and 20000 or -20000 }
end)

local function report()
  local words = {}
  for code, number in pairs(codes) do words[#words + 1] = code .. ":" .. number end
  table.sort(words)
  print(("asked %d answered %d refused %d step %.4f"):format(asked, answered, refused,
    latest_step))
  print("done " .. table.concat(words, " ") .. ".")
end

-- What was asked for, or nil after counting the refusal.
local function noted(result, message, code)
  asked = asked + 1
  if result then
    answered = answered + 1
    return result
  end
  assert(type(message) == "string" and type(code) == "string")
  refused, codes[code] = refused + 1, (codes[code] or 0) + 1
end

local function ask_for_picture()
  local image = noted(engine:screenshot(160, 120, 10))
  if not image then return end
  assert(image.width == 160 and image.height == 120)
  if connection > seen then
    seen = connection
    print("back " .. seen)
  end
end

-- A picture that is late would end the connection, and connections are what is counted.
local function ask_for_ping() noted(engine:ping(0.05)) end

local function ask_for_ever(ask)
  tasks = tasks + 1
  while seen < count do
    ask()
    tm.sleep(0.001)
  end
  tasks = tasks - 1
  if tasks == 0 then report() end
end

-- Some wait for the engine to come back, some give up before.
tm.task(ask_for_ever, ask_for_ping)
tm.task(ask_for_ever, ask_for_picture)
tm.task(ask_for_ever, ask_for_picture)
