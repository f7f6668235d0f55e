--- `tmlua --list`: shows the running games. Returns a function.

local native = require "tm.native"

return function()
  local instances = native.instances()
  if #instances == 0 then
    io.stderr:write("tmlua: no game is running (tmsim --mapped starts the embedded one)\n")
    return
  end
  for _, instance in ipairs(instances) do
    print(("%-14s %-8s %d bytes"):format(instance.name, instance.state, instance.size))
  end
end
