-- The only build description. It runs unchanged under premake 5 and under Debian's premake 4.3:
--
--   premake4 --file=premake5.lua gmake && make -C build/make config=release
--
-- scripts/dev/build does the same, and also notices removed files and changed flags. With
-- --os=windows it describes the Windows programs: scripts/dev/windows cross-builds them.

-- The names below are premake 5's; premake 4 knows the same things by other names.
workspace = workspace or solution
symbols = symbols or function() flags { "Symbols" } end
filter = filter or function(term) configuration(term[1] and term[1]:match ":(.*)" or {}) end

local system = os.target and os.target() or os.get()
local windows = system == "windows"
local suffix = windows and "/windows" or ""
local make_dir = "build/make" .. suffix
local object_dir = "build/obj" .. suffix

-- For each configuration: where its programs go, and the flags it compiles and links with.
-- Assertions stay on in all of them: they guard against bugs, and cost nothing that was measured.
local configs = {
  -- Functions of shared libraries, Lua's above all, are called without a stub between.
  release = { bin = "build/bin", compile = { "-O2", "-fno-plt" } },
  debug = { bin = "build/debug/bin", compile = { "-O0" } },
  asan = {
    bin = "build/asan/bin",
    compile = { "-O1", "-fno-omit-frame-pointer" },
    both = { "-fsanitize=address,undefined", "-fno-sanitize-recover=all" },
  },
}
if windows then
  configs.release = { bin = "build/windows", compile = { "-O2" } }
  configs.debug.bin = "build/windows/debug"
  configs.asan = nil -- the mingw-w64 compiler has no sanitizers
end

local function append(list, ...)
  for _, more in ipairs { ... } do
    for _, item in ipairs(more) do list[#list + 1] = item end
  end
  return list
end

-- The order matters to GNU ld: a library comes after everything that uses it. Of those of
-- Windows, all but winmm are there for libuv; a library that nothing uses adds nothing.
local system_libraries = { "m", "dl", "pthread", "rt" }
if windows then system_libraries = { "winmm", "iphlpapi", "psapi", "userenv", "ws2_32" } end
-- Of the cross-built ones; Linux' spng brings zlib by itself.
local core_libraries = { "msgpackc", "uv" }
local lua_libraries = append({}, { "lua5.4", "spng" }, windows and { "z" } or {})
local test_libraries = { "cmocka" }
-- Needed by what reads lines at a terminal. Programs that do not are linked without it, by
-- --as-needed.
local editor_libraries = windows and {} or { "edit" }

-- What scripts/dev/windows_libraries has cross-built. Where it has not, as on Windows itself, the
-- compiler is expected to have the libraries.
local cross_built = windows and os.isdir "build/windows/lib"

newoption { trigger = "werror", description = "Treat warnings as errors" }

-- The files that match, sorted, without the twins that were written for the other system.
local function sources(...)
  local other_twin = windows and "_posix%.c$" or "_win32%.c$"
  local found = {}
  for _, pattern in ipairs { ... } do
    for _, file in ipairs(os.matchfiles(pattern)) do
      if not file:find(other_twin) then found[#found + 1] = file end
    end
  end
  table.sort(found)
  return found
end

local function without(list, pattern)
  local kept = {}
  for _, file in ipairs(list) do
    if not file:find(pattern) then kept[#kept + 1] = file end
  end
  return kept
end

-- Premake 4 names an object after the file alone, whatever folder the file is in, so two files
-- of one name would overwrite each other in silence.
local function check_names_differ(what, list)
  local seen = {}
  for _, file in ipairs(list) do
    local name = path.getbasename(file)
    if seen[name] then
      error(what .. ": " .. seen[name] .. " and " .. file .. " need different names", 0)
    end
    seen[name] = file
  end
end

local function define_project(name, project_kind, source_files, folder)
  check_names_differ(name, source_files)
  project(name)
  location(make_dir)
  kind(project_kind)
  language "C"
  files(source_files)
  includedirs { "src" }
  for config_name, config in pairs(configs) do
    local objects = object_dir .. "/" .. config_name .. "/" .. name
    local target = folder and config.bin .. folder or object_dir .. "/" .. config_name .. "/lib"
    -- Under make -j, premake 4's makefiles may compile before they have made these.
    os.mkdir(objects)
    os.mkdir(target)
    filter { "configurations:" .. config_name }
    objdir(objects)
    targetdir(target)
  end
  filter {}
end

local function static_library(name, source_files)
  define_project(name, "StaticLib", source_files)
end

-- A program whose main file is not there is left out, so that a young tree builds too.
local function program(name, source_files, libraries, folder)
  if #source_files == 0 then return end
  define_project(name, "ConsoleApp", source_files, folder or "")
  links(append({}, libraries, core_libraries, editor_libraries, system_libraries))
  if windows then files { "src/host/windows.rc" } end
end

-- What the physics computes must be the same to the last bit on every machine: no fused
-- multiply-add anywhere, and no x87 where the compiler would still use it.
local function exact_floating_point()
  buildoptions { "-ffp-contract=off" }
  local pipe = io.popen((os.getenv "CC" or "cc") .. " -dumpmachine")
  local machine = pipe:read "*l" or ""
  pipe:close()
  if machine:find "^i[3-6]86" then buildoptions { "-msse2", "-mfpmath=sse" } end
end

-- Numbers are to be read and written as they are elsewhere, so by mingw-w64's own functions and
-- not by the C library of Windows. Each program is one file: of libraries that are not part of
-- Windows it takes the static ones.
local function describe_windows()
  defines {
    "__USE_MINGW_ANSI_STDIO=1", "WINVER=0x0A00", "_WIN32_WINNT=0x0A00", "SPNG_STATIC",
  }
  linkoptions { "-static" }
  if cross_built then
    buildoptions { "-isystem ../../windows/include" } -- seen from make_dir
    libdirs { "build/windows/lib" }
  end
end

local function describe_workspace()
  workspace "tmlua"
  location(make_dir)
  configurations(windows and { "release", "debug" } or { "release", "debug", "asan" })
  symbols "On"
  if system == "linux" then defines { "_GNU_SOURCE" } end
  if windows then describe_windows() else linkoptions { "-Wl,--as-needed" } end
  buildoptions {
    "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wstrict-prototypes",
    "-Wmissing-prototypes", "-Wvla", "-Wpointer-arith", "-Wwrite-strings", "-Wundef",
  }
  if _OPTIONS["werror"] then buildoptions { "-Werror" } end
  exact_floating_point()
  for name, config in pairs(configs) do
    filter { "configurations:" .. name }
    buildoptions(append({}, config.compile, config.both or {}))
    linkoptions(config.both or {})
  end
  filter {}
end

-- The folders are Debian's, ours, and MSYS2's; the compiler passes over one that does not exist.
local function use_lua_headers()
  local folder = "/usr/include/lua5.4"
  if cross_built then
    folder = "../../windows/include/lua5.4"
  elseif windows then
    folder = (os.getenv "MINGW_PREFIX" or "") .. "/include/lua5.4"
  end
  buildoptions { "-isystem " .. folder }
end

local function define_programs()
  program("tmlua", sources "src/host/tmlua_main.c", append({ "tmhost", "tmcore" }, lua_libraries))
  use_lua_headers()
  program("tmsim", sources "src/host/tmsim_*.c", { "tmcore" })
end

local function define_tests()
  static_library("tmtest", sources "tests/support/*.c")
  use_lua_headers()
  includedirs { "tests" }
  local mains = sources("tests/**/test_*.c", "tests/bench/bench_*.c", "tests/tools/*.c")
  check_names_differ("tests", mains)
  local libraries = append({ "tmtest", "tmhost", "tmcore" }, test_libraries, lua_libraries)
  for _, file in ipairs(mains) do
    program(path.getbasename(file), { file }, libraries, "/tests")
    use_lua_headers()
    includedirs { "tests" }
  end
  -- Without libFuzzer: a main that runs the inputs that were kept. scripts/dev/fuzz has the other.
  local fuzz_libraries = append({ "tmhost", "tmcore" }, lua_libraries)
  for _, file in ipairs(sources "tests/fuzz/fuzz_*.c") do
    program(path.getbasename(file), { file, "tests/fuzz/replay.c" }, fuzz_libraries, "/tests")
    includedirs { "tests" }
  end
end

-- The other tests, and what supports them, are written for POSIX.
local function define_windows_tools()
  for _, file in ipairs(sources "tests/tools/*.c") do
    local parts = { file, "tests/support/random_race.c" }
    program(path.getbasename(file), parts, { "tmcore" }, "/tests")
    includedirs { "tests" }
  end
end

local embedded = "build/generated/embedded_lua.c"
os.mkdir "build/generated"
dofile "scripts/dev/embed.lua"(without(sources "lua/**.lua", "^lua/meta/"),
  sources "lua/meta/*.lua", embedded)

describe_workspace()
static_library("tmcore", sources("src/base/*.c", "src/wire/*.c", "src/transport/*.c",
  "src/peer/*.c", "src/sim/*.c"))
buildoptions { "-Wconversion" } -- here sizes and counts come from other processes
local host = without(without(sources "src/host/*.c", "/tmlua_main%.c$"), "/tmsim_[^/]*$")
static_library("tmhost", append({ embedded }, sources "src/bindings/*.c", host))
use_lua_headers()
define_programs()
if windows then define_windows_tools() else define_tests() end
