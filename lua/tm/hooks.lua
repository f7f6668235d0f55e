--- Hooks of connections: `on`, `once` and `wait` for engines and engine servers.
--
-- C keeps a list of functions for each event, each with the number of its run of the script, and
-- calls each as a task of its own. The lists are replaced and never changed, so that a hook may add
-- or cancel hooks.

local native = require "tm.native"

local M = {}

local Hook = {}
Hook.__index = Hook
Hook.__name = "tm.hook"
Hook.__metatable = "tm.hook"

-- endpoint -> {event -> list of hooks}
local hooks_of = setmetatable({}, { __mode = "k" })

local function count(lists)
  local total = 0
  for _, list in pairs(lists) do total = total + #list end
  return total
end

local function store(endpoint, event, list)
  local lists = hooks_of[endpoint]
  if not lists then
    lists = {}
    hooks_of[endpoint] = lists
  end
  lists[event] = list
  local functions = {}
  for _, hook in ipairs(list) do
    functions[#functions + 1] = hook.run
    functions[#functions + 1] = hook.owner
  end
  if #functions == 0 and endpoint._defaults[event] then
    functions = { endpoint._defaults[event], 0 }
  end
  endpoint:_set_hooks(event, functions[1] and functions, count(lists) > 0)
end

local function remove(hook)
  local kept = {}
  for _, other in ipairs(hooks_of[hook.endpoint][hook.event]) do
    if other ~= hook then kept[#kept + 1] = other end
  end
  store(hook.endpoint, hook.event, kept)
end

--- Cancels a hook. Twice is fine.
function Hook:cancel()
  if self.cancelled then return end
  self.cancelled = true
  remove(self)
end

Hook.__close = Hook.cancel

local function add(endpoint, event, fn, once)
  local known = hooks_of[endpoint]
  local hook = setmetatable({ endpoint = endpoint, event = event, owner = native.run() }, Hook)
  -- A call that was on its way when the hook was cancelled comes to nothing.
  function hook.run(...)
    if hook.cancelled then return end
    if once then hook:cancel() end
    return fn(...)
  end
  local list = { table.unpack(known and known[event] or {}) }
  list[#list + 1] = hook
  store(endpoint, event, list)
  return hook
end

local function check(endpoint, event, fn, name)
  if not endpoint._events[event] then
    local names = {}
    for known in pairs(endpoint._events) do names[#names + 1] = known end
    table.sort(names)
    error(("bad argument #1 to '%s' (unknown event '%s'; there are: %s)"):format(name,
      tostring(event), table.concat(names, " ")), 3)
  elseif fn ~= nil and type(fn) ~= "function" then
    error(("bad argument #2 to '%s' (function expected, got %s)"):format(name, type(fn)), 3)
  end
end

-- The values of the next event, or nil, message, "timeout" or "closed".
local function wait(endpoint, event, timeout)
  local task = native.this_task()
  if not task then error("wait: not in a hook of a game, nor in a coroutine of your own", 3) end
  local values
  local function take(_, ...)
    values = table.pack(...)
    task:_wake()
  end
  if endpoint.state ~= "closed" then
    local _ <close> = add(endpoint, event, take, true)
    local _ <close> = add(endpoint, "closed", function() task:_wake() end, true)
    native.sleep(timeout or math.huge)
  end
  if values then return table.unpack(values, 1, values.n) end
  if endpoint.state == "closed" then return nil, tostring(endpoint) .. " is closed", "closed" end
  return nil, ("no '%s' within %g s"):format(event, timeout), "timeout"
end

--- Adds `on`, `once` and `wait` to a table of methods. `events`: list of names; `defaults`: what
-- runs for an event that has no hook, which keeps nobody alive.
function M.install(methods, events, defaults)
  methods._events, methods._defaults = {}, defaults
  for _, event in ipairs(events) do methods._events[event] = true end

  function methods:on(event, fn)
    check(self, event, fn or 0, "on")
    return add(self, event, fn, false)
  end

  function methods:once(event, fn)
    check(self, event, fn or 0, "once")
    return add(self, event, fn, true)
  end

  function methods:wait(event, timeout)
    check(self, event, nil, "wait")
    return wait(self, event, timeout)
  end
end

--- Cancels all hooks of a run of the script, which has ended.
function M.end_run(run)
  for _, lists in pairs(hooks_of) do
    for _, list in pairs(lists) do
      for _, hook in ipairs(list) do
        if hook.owner == run then hook:cancel() end
      end
    end
  end
end

--- Lets the default functions run from now on, for an endpoint that has just been made.
function M.begin(endpoint)
  for event in pairs(endpoint._defaults) do store(endpoint, event, {}) end
end

return M
