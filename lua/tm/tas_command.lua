--- `tmlua [options] tas COMMAND …`: gives the commands what they need of this program, and ends it
-- with their exit status. Loaded by the host in place of a script.

local commands = require "tas.commands"
local native = require "tm.native"
local tm = require "tm"

return function(...)
  local env = { tm = tm, out = io.stdout, err = io.stderr, known = native.addresses,
    columns = native.columns, redraws = native.redraws, program = native.program,
    processors = native.processors(), start = native.start_child }
  tm.quit(commands.run(env, { ... }))
end
