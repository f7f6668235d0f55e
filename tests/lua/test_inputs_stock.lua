-- tas.inputs needs no tmlua: its tests once more under a stock lua5.4.
local harness = require "harness"
local test, equal, contains = harness.test, harness.equal, harness.contains

local ROOT = os.getenv "TMLUA_ROOT" or "."

-- All that the harness takes of tm when no game is opened.
local HARNESS_TM = [[package.preload.tm = function()
  return { task = function() end, quit = os.exit }
end]]

local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

for _, name in ipairs { "test_inputs", "test_inputs_text", "test_inputs_edit" } do
  test(name .. " under a stock Lua", function()
    local path = ("%s/lua/?.lua;%s/tests/lua/?.lua;"):format(ROOT, ROOT)
    local code = HARNESS_TM .. (" package.path = %q .. package.path"):format(path)
    local pipe = assert(io.popen(("lua5.4 -e %s %s 2>&1 </dev/null"):format(quote(code),
      quote(("%s/tests/lua/%s.lua"):format(ROOT, name)))))
    local output = pipe:read "a"
    local _, _, status = pipe:close()
    contains(output, " passed, 0 failed")
    equal(status, 0)
  end)
end

harness.run()
