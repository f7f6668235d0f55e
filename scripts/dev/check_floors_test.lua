-- Each rule of check_floors.lua fires on a sample that breaks it, and is silent on its neighbour
-- that does not.

local check = dofile((arg[0]:gsub("_test%.lua$", ".lua")))

local failed = 0

-- The breaches of `text` must be as many as the patterns and match them in order.
local function expect(path, text, ...)
  local patterns, breaches = { ... }, check(path, text)
  local right = #breaches == #patterns
  for index, pattern in ipairs(patterns) do
    right = right and breaches[index]:find(pattern)
  end
  if not right then
    failed = failed + 1
    print(("%s with\n%s\ngave: %s\ninstead of: %s"):format(path, text:sub(1, 200),
      table.concat(breaches, "; "), table.concat(patterns, "; ")))
  end
end

local function lines(count, line)
  return (line .. "\n"):rep(count)
end

local function c_function(head, count)
  return head .. "\n{\n" .. lines(count, "    x = 1;") .. "}\n"
end

-- Floors.
expect("src/peer/a.c", '#include "peer/a.h"\n#include "wire/b.h"\n')
expect("src/wire/a.c", '#include "wire/a.h"\n# include "peer/b.h"\n', "^src/wire/a.c:2: .*above")
expect("src/peer/a.c", '#include "sim/b.h"\n', "above")
expect("src/host/a.c", '#include "b.h"\n', "form")
expect("src/host/a.c", '#include "other/b.h"\n', "form")
expect("src/other/a.c", "", "no floor")
expect("src/wire/a.c", '/* #include "host/b.h" */\n// #include "host/b.h"\n')

-- Lua, the system and the clock have their homes.
expect("src/bindings/a.c", "#include <lua.h>\n#include <lauxlib.h>\n")
expect("src/sim/a.c", "#include <lua.h>\n", "bindings and host")
expect("src/transport/a_posix.c", "#include <unistd.h>\n#include <sys/mman.h>\n")
expect("src/peer/a.c", "#include <sys/mman.h>\n", "transport")
expect("src/host/a.c", "#include <pthread.h>\n#include <windows.h>\n", "pthread", "windows")
expect("src/host/a.c", "#ifdef _WIN32\n#endif\n", ":1: _WIN32")
expect("src/transport/a.h", "#ifdef __linux__\n#endif\n")
expect("src/base/a.c", "/* __linux__ */ const char *s = \"__linux__\";\n")
expect("src/sim/a.c", "#include <time.h>\n", "no clock")
expect("src/wire/a.c", "#include <time.h>\n", "no clock")
expect("src/base/a.c", "#include <time.h>\n")

-- Wire does not allocate; wire and base do no input or output.
expect("src/wire/a.c", "void *p = malloc(1);\nfree (p);\n", ":1: malloc", ":2: free")
expect("src/wire/a.c", "/* malloc(1) */ int is_free(void); int free; int x = 'a'; // free(x)\n")
expect("src/peer/a.c", "void *p = malloc(1);\n")
expect("src/base/a.c", "FILE *f;\nfopen(a, b);\nsnprintf(a, b, c);\n", ":1: FILE", ":2: fopen")
expect("src/wire/a.c", 'puts("a \\" fopen(b)");\n', "puts")
expect("src/host/a.c", "FILE *f = fopen(a, b);\n")

-- Who may require whom.
expect("lua/tm/init.lua", 'local native = require "tm.native"\n')
expect("lua/tas/a.lua", 'local inputs = require("tas.inputs")\n-- require "tm"\n')
expect("lua/tas/a.lua", 'local x = 1\nlocal tm = require "tm"\n', ":2: tas receives")
expect("lua/tas/a.lua", "pcall(require, 'tm.msgpack')\n", "tas receives")
expect("scripts/a.lua", 'local native = require("tm.native")\n', "only lua/tm")
expect("scripts/a.lua", 'local tm = require "tm"\n')
expect("scripts/a.lua", [[print 'local native = require "tm.native"']] .. "\n")

-- Sizes.
expect("src/base/a.c", lines(1, ("x"):rep(100)))
expect("src/base/a.c", lines(1, ("x"):rep(101)), ":1: the line has 101")
expect("lua/tm/a.lua", "-- " .. ("é"):rep(97) .. "\n")
expect("lua/tm/a.lua", lines(500, "x = 1"))
expect("lua/tm/a.lua", lines(501, "x = 1"), "501 lines")
expect("src/base/a.c", c_function("static int a(void)", 67))
expect("src/base/a.c", "int b;\n\n" .. c_function("static int a(void)", 68), ":3: .*71 lines")
expect("src/base/a.c", "struct a {\n" .. lines(90, "    int x;") .. "};\n")
expect("src/base/a.c", "int a[] = {\n" .. lines(90, "    '{',") .. "};\n")
expect("src/base/a.c", "#define A(x) {\n#define B(x) \\\n    { \\\n    }}\n" ..
  c_function("int a(\n    int x)", 67), ":5: .*71 lines")
expect("lua/tm/a.lua", "function a()\n" .. lines(68, "x = 1") .. "end\n")
local blocks = lines(23, "if a then\nwhile b do c = [[ end ]] end\nend")
expect("lua/tm/a.lua", "x = function()\n" .. blocks .. "end -- end\n", ":1: .*71 lines")
expect("scripts/dev/a", "a() {\n" .. lines(69, "x") .. "}\n", ":1: .*71 lines")
expect("scripts/dev/a", "a() {\n" .. lines(68, "x") .. "}\n")

os.exit(failed == 0, true)
