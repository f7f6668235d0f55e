-- Checks what the layout of the tree promises: every arrow points down, each kind of trouble has
-- one home, and nothing grows too large. Prints "path:line: message" for each breach and exits
-- with 1 if there was one. Reads the files as text, so it knows no more than it can see: a macro
-- that hides a call hides it from this too.

-- Breaches that were allowed, each for a reason: ["src/floor/file.c"] = { ["name.h"] = true }.
local exceptions = {}

local floors = { "base", "wire", "transport", "peer", "sim", "bindings", "host" } -- bottom to top

local max_columns, max_file_lines, max_function_lines = 100, 500, 70

local function set(words)
  local members = {}
  for word in words:gmatch "%S+" do members[word] = true end
  return members
end

local rank = {}
for index, floor in ipairs(floors) do rank[floor] = index end

local lua_headers = set "lua.h lauxlib.h lualib.h luaconf.h lua.hpp"
local system_headers = set [[
  unistd.h fcntl.h pthread.h signal.h sched.h semaphore.h dirent.h dlfcn.h poll.h spawn.h
  termios.h pwd.h netdb.h ifaddrs.h syslog.h windows.h winsock2.h ws2tcpip.h io.h conio.h
  process.h direct.h ]]
local system_folders = set "sys netinet arpa linux net"
local system_macros = set "_WIN32 _WIN64 WIN32 __linux__ __linux __unix__ __APPLE__ __MINGW32__"
local memory_calls = set "malloc calloc realloc free aligned_alloc strdup"
local file_calls = set [[
  fopen freopen fclose fread fwrite fprintf vfprintf printf vprintf puts fputs fputc putchar fgets
  fgetc getchar gets scanf fscanf fseek ftell fflush remove rename tmpfile perror ]]

-- Reading ---------------------------------------------------------------------------------------

local function blank(text)
  return (text:gsub("[^\n]", " "))
end

-- The end of the string that starts at `first`, with its escapes; it ends with its line at least.
local function quoted_end(text, first)
  local quote, at = text:sub(first, first), first + 1
  while at <= #text do
    local c = text:sub(at, at)
    if c == quote or c == "\n" then return at end
    at = at + (c == "\\" and 2 or 1)
  end
  return #text
end

-- The kind ("comment" or "string") and end of what starts at `first`; nil for plain code.
local function c_token(text, first)
  local two = text:sub(first, first + 1)
  if two == "//" then return "comment", (text:find("\n", first, true) or #text + 1) - 1 end
  if two == "/*" then return "comment", select(2, text:find("*/", first + 2, true)) or #text end
  if two:find "^[\"']" then return "string", quoted_end(text, first) end
end

local function lua_token(text, first)
  local dashes, equals = text:match("^(%-?%-?)%[(=*)%[", first)
  if equals and dashes ~= "-" then
    local last = select(2, text:find("]" .. equals .. "]", first, true)) or #text
    return dashes == "" and "string" or "comment", last
  end
  if text:find("^%-%-", first) then
    return "comment", (text:find("\n", first, true) or #text + 1) - 1
  end
  if text:find("^[\"']", first) then return "string", quoted_end(text, first) end
end

-- The text without its comments, and without its strings too. Lines and columns stay.
local function strip(text, token)
  local code, bare, at = {}, {}, 1
  while at <= #text do
    local kind, last = token(text, at)
    last = last or at
    local piece = text:sub(at, last)
    code[#code + 1] = kind == "comment" and blank(piece) or piece
    bare[#bare + 1] = kind and blank(piece) or piece
    at = last + 1
  end
  return table.concat(code), table.concat(bare)
end

local function each_line(text)
  local number = 0
  local next_line = text:gmatch "([^\n]*)\n?"
  return function()
    local line = next_line()
    number = number + 1
    if line then return number, line end
  end
end

-- Rules: each is called with (file, report) and calls report(line, message) ----------------------

local function allowed(file, name)
  return exceptions[file.path] and exceptions[file.path][name]
end

local function check_sizes(file, report)
  local count = select(2, file.text:gsub("\n", ""))
  if count > max_file_lines then
    report(max_file_lines + 1, ("the file has %d lines, over %d"):format(count, max_file_lines))
  end
  for number, line in each_line(file.text) do
    local columns = utf8.len(line) or #line
    if columns > max_columns then
      report(number, ("the line has %d columns, over %d"):format(columns, max_columns))
    end
  end
end

local function check_function_size(first, last, report)
  local size = last - first + 1
  if size > max_function_lines then
    report(first, ("the function has %d lines, over %d"):format(size, max_function_lines))
  end
end

-- A function's body is a brace outside all others that follows a closing parenthesis. Lines of
-- the preprocessor are left out, as their braces need not match.
local function check_c_functions(file, report)
  local depth, head, head_line, is_function = 0, "", 1, false
  local continues = false
  for number, line in each_line(file.bare) do
    local directive = continues or line:find "^%s*#"
    continues = directive and line:find "\\%s*$"
    for c in (directive and "" or line .. " "):gmatch "." do
      if c == "{" then
        if depth == 0 then is_function = head:find "%)%s*$" end
        depth = depth + 1
      elseif c == "}" then
        depth = depth - 1
        if depth == 0 and is_function then check_function_size(head_line, number, report) end
        head = ""
      elseif depth == 0 then
        if head == "" then head_line = number end
        head = c == ";" and "" or (head .. c):gsub("^%s+", "")
      end
    end
  end
end

local lua_openers, lua_closers = set "function if do repeat", set "end until"

local function check_lua_functions(file, report)
  local open = {}
  for number, line in each_line(file.bare) do
    for word in line:gmatch "[%a_][%w_]*" do
      if lua_openers[word] then
        open[#open + 1] = { word = word, line = number }
      elseif lua_closers[word] then
        local block = table.remove(open)
        if block and block.word == "function" then
          check_function_size(block.line, number, report)
        end
      end
    end
  end
end

local function check_shell_functions(file, report)
  local first
  for number, line in each_line(file.text) do
    if line:find "^[%w_]+%s*%(%)%s*{%s*$" then first = number end
    if first and line == "}" then
      check_function_size(first, number, report)
      first = nil
    end
  end
end

local function check_quoted_include(file, name, number, report)
  local floor = name:match "^([%w_]+)/[%w_]+%.h$"
  if not (floor and rank[floor]) then
    report(number, ('"%s" is not of the form "floor/file.h"'):format(name))
  elseif rank[floor] > rank[file.floor] then
    report(number, ("%s includes %s, which is above it"):format(file.floor, name))
  end
end

local function check_system_include(file, name, number, report)
  local floor = file.floor
  if lua_headers[name] and floor ~= "bindings" and floor ~= "host" then
    report(number, name .. " belongs to bindings and host")
  end
  if (system_headers[name] or system_folders[name:match "^(%w+)/"]) and floor ~= "transport" then
    report(number, name .. " belongs to transport")
  end
  if name == "time.h" and (floor == "wire" or floor == "sim") then
    report(number, floor .. " has no clock: time.h")
  end
end

local function check_includes(file, report)
  for number, line in each_line(file.code) do
    local open, name = line:match '^%s*#%s*include%s*([<"])([^>"]*)'
    if name and not allowed(file, name) then
      local check = open == '"' and check_quoted_include or check_system_include
      check(file, name, number, report)
    end
  end
end

local function check_words(file, report)
  for number, line in each_line(file.bare) do
    for word, after in line:gmatch "%f[%w_]([%a_][%w_]*)%s*()" do
      local called = line:sub(after, after) == "("
      local floor = file.floor
      local message
      if system_macros[word] and floor ~= "transport" then
        message = " belongs to transport"
      elseif floor == "wire" and called and memory_calls[word] then
        message = ": wire does not allocate"
      elseif (floor == "wire" or floor == "base")
        and (word == "FILE" or called and file_calls[word]) then
        message = ": " .. floor .. " does no input or output"
      end
      if message and not allowed(file, word) then report(number, word .. message) end
    end
  end
end

local function check_requires(file, report)
  local in_tm = file.path:find "^lua/tm/" or file.path == "lua/tm.lua"
  local in_tas = file.path:find "^lua/tas/" or file.path == "lua/tas.lua"
  local bare_line = each_line(file.bare)
  for number, line in each_line(file.code) do
    local _, bare = bare_line()
    for at, name in line:gmatch "()%f[%w_]require[%s,(]*[\"']([^\"']*)" do
      if bare:sub(at, at) == " " then
        name = "" -- the word is inside a string
      end
      if name == "tm.native" and not in_tm then
        report(number, "only lua/tm requires tm.native")
      elseif in_tas and (name == "tm" or name:find "^tm%.") then
        report(number, "tas receives a game, it does not require " .. name)
      end
    end
  end
end

-- All breaches of one file, as "path:line: message". The path says which rules hold for it.
local function check(path, text)
  local breaches = {}
  local function report(line, message)
    breaches[#breaches + 1] = ("%s:%d: %s"):format(path, line, message)
  end
  local file = { path = path, text = text }
  check_sizes(file, report)
  if path:find "%.[ch]$" then
    file.code, file.bare = strip(text, c_token)
    file.floor = path:match "^src/([%w_]+)/"
    check_c_functions(file, report)
    if rank[file.floor] then
      check_includes(file, report)
      check_words(file, report)
    else
      report(1, "the file is on no floor")
    end
  elseif path:find "%.lua$" then
    file.code, file.bare = strip(text, lua_token)
    check_lua_functions(file, report)
    check_requires(file, report)
  else
    check_shell_functions(file, report)
  end
  return breaches
end

local function read_file(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function main()
  local breach_count = 0
  local listing <close> = io.popen [[
    for folder in src lua scripts; do [ ! -d $folder ] || find $folder -type f; done | sort ]]
  for path in listing:lines() do
    if path:find "^src/.*%.[ch]$" or path:find "%.lua$" or path:find "^scripts/dev/[%w_]+$" then
      for _, breach in ipairs(check(path, read_file(path))) do
        print(breach)
        breach_count = breach_count + 1
      end
    end
  end
  os.exit(breach_count == 0, true)
end

if arg and arg[0]:find "check_floors%.lua$" then main() end
return check
