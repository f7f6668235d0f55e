-- engine_faults.lua ADDRESS [SIZE]: drives the attached game while it asks the engine there for
-- everything, again and again. Says "ready" when it drives and "done" with what it has measured
-- after a while, and goes on. With a size it also sends as many bodies of that size as it can.

local tm = require "tm"

local TIMEOUT_S, MEASURED_S, PATIENCE_MS = 0.2, 0.7, 1000

io.stdout:setvbuf "no"
local game = assert(tm.attach())
local engine = assert(tm.connect(arg[1], { timeout = TIMEOUT_S }))
local steps, last_step, latest_step = 0, nil, 0
local asked, ended, latest_answer = 0, 0, 0
local under_way, outcomes, events = {}, {}, {}

local function count(counts, name) counts[name] = (counts[name] or 0) + 1 end

local function look_at_time(began)
  latest_answer = math.max(latest_answer, tm.now() - began - TIMEOUT_S)
end

-- Every answer is of the kind that was asked for, every refusal has its message and its name.
local function request(verb, ...)
  local key = {}
  asked, under_way[key] = asked + 1, tm.now()
  local answer, message, code = engine[verb](engine, ...)
  look_at_time(under_way[key])
  ended, under_way[key] = ended + 1, nil
  if answer == nil then
    assert(type(message) == "string" and message:find(engine.address, 1, true), message)
  elseif verb == "screenshot" then
    assert(answer.width == 32 and answer.height == 24)
  end
  count(outcomes, verb .. "=" .. (answer and "ok" or code))
end

local function ask_for_ever(...)
  while true do
    request(...)
    tm.sleep(0.002) -- those that fail at once let others have their turn
  end
end

local function send_for_ever()
  local body = ("x"):rep(tonumber(arg[2]))
  for i = 1, math.huge do
    local ok, message, code = engine:send(9, body)
    assert(ok or message)
    count(outcomes, "send=" .. (ok and "ok" or code))
    if not ok or i % 5000 == 0 then tm.sleep(0.002) end
  end
end

local function report()
  for _, began in pairs(under_way) do look_at_time(began) end
  local names = {}
  for name, number in pairs(outcomes) do names[#names + 1] = name .. ":" .. number end
  for name, number in pairs(events) do names[#names + 1] = name .. ":" .. number end
  table.sort(names)
  print(("steps %d step %.4f answer %.4f missing %d"):format(steps, latest_step, latest_answer,
    asked - ended))
  print("done " .. table.concat(names, " ") .. ".")
end

for _, event in ipairs { "connected", "disconnected", "log", "frame", "warning", "sent" } do
  engine:on(event, function() count(events, event) end)
end

local function begin()
  game:set_timeout(PATIENCE_MS)
  print "ready"
  tm.task(ask_for_ever, "ping")
  tm.task(ask_for_ever, "screenshot", 32, 24)
  tm.task(ask_for_ever, "call", "hello", 1)
  if arg[2] then tm.task(send_for_ever) end
  tm.task(function()
    tm.sleep(MEASURED_S)
    report()
  end)
end

game:on("run_step", function(_, time)
  local now = tm.now()
  if last_step then latest_step = math.max(latest_step, now - last_step) end
  last_step, steps = now, steps + 1
  game:set_input_state { accelerate = true, steer = time % 7000 < 3500 and 20000 or -20000 }
  if steps == 2 then begin() end
end)
