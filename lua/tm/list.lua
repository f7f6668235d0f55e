--- `tmlua --list`: shows the running games. Returns a function.

local native = require "tm.native"

local function describe(instance)
  local size = instance.state ~= "denied" and ("%d bytes"):format(instance.size) or "? bytes"
  local line = ("%-14s %-8s "):format(instance.name, instance.state)
  if not instance.pid then return line .. size end
  return line .. ("%-14s %s in Wine, pid %d"):format(size, instance.program, instance.pid)
end

return function()
  local instances = native.instances()
  if #instances == 0 then
    io.stderr:write("tmlua: no game is running (tmsim --mapped starts the embedded one)\n")
    return
  end
  for _, instance in ipairs(instances) do print(describe(instance)) end
end
