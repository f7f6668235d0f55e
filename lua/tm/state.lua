--- What states can do beyond their fields: checkpoint data, angles, files, comparison.

local native = require "tm.native"
local state_files = require "tm.state_files"
local files = require "tas.files" -- whole or not at all, on Windows too

local State = native.state_methods
local M = {}

-- Fixed part of a v1 state, in bytes; the checkpoint data follows (fact sheet, section 10.2).
local FIXED_SIZE = native.limits().state_fixed_size

-- Section 10.3: reserved, n, n states, m, m pairs of time and score.
local function read_checkpoints(state)
  local bytes = state:bytes()
  local data = { cp_states = {}, cp_times = {} }
  local count, at = string.unpack("<i4", bytes, FIXED_SIZE + 5)
  for i = 1, count do
    local passed
    passed, at = string.unpack("<i4", bytes, at)
    data.cp_states[i] = passed ~= 0
  end
  count, at = string.unpack("<i4", bytes, at)
  for i = 1, count do
    local time, score
    time, score, at = string.unpack("<i4i4", bytes, at)
    data.cp_times[i] = { time = time, stunts_score = score }
  end
  return data
end

-- Section 11: yaw, pitch, roll of a quaternion, w first, with the quirks of the Python client.
local function angles(w, x, y, z)
  local u = y * x + z * w
  if math.abs(u + 0.5) < 0.00001 or u <= -0.5 then
    return 2 * math.atan(x, w), -1.57079637, 0
  elseif math.abs(u - 0.5) < 0.00001 or u >= 0.5 then
    return -2 * math.atan(x, w), 1.57079637, 0
  end
  return math.atan(2 * (y * w - z * x), 1 - 2 * (z * z + y * y)),
    math.atan(2 * (w * x - y * z), 1 - 2 * (x * x + z * z)), math.asin(2 * u)
end

-- Section 11: the quaternion of a matrix, w first, in the client's order of comparisons.
local function quaternion(m)
  local trace = m[1][1] + m[2][2] + m[3][3]
  if trace > 0 then
    local s = math.sqrt(trace + 1)
    local k = 0.5 / s
    return s / 2, k * (m[3][2] - m[2][3]), k * (m[1][3] - m[3][1]), k * (m[2][1] - m[1][2])
  end
  local i = m[2][2] > m[1][1] and 2 or m[3][3] > m[1][1] and 3 or 1
  local j, k = i % 3 + 1, (i + 1) % 3 + 1
  local s = math.sqrt(m[i][i] - (m[k][k] + m[j][j]) + 1)
  local f = 0.5 / s
  local q = {}
  q[i], q[j], q[k] = s / 2, f * (m[i][j] + m[j][i]), f * (m[i][k] + m[k][i])
  return f * (m[k][j] - m[j][k]), q[1], q[2], q[3]
end

local special = {}

--- `state.cp_data`: `{cp_states = {boolean …}, cp_times = {{time =, stunts_score =} …}}`, a copy.
special.cp_data = read_checkpoints

--- `state.yaw_pitch_roll`: radians, from the rotation matrix as the Python client has it.
function special.yaw_pitch_roll(state)
  return { angles(quaternion(state.rotation_matrix)) }
end

-- Called from C for names that are neither fields nor methods.
function State:_get_special(name)
  local reader = special[name]
  return reader and reader(self)
end

-- Called from C for assignments; true: done here. The quaternion follows the matrix (10.5).
function State:_set_special(name, value)
  if name == "rotation_matrix" then
    self:set("dyna.current_state.rotation", value)
    self:set("dyna.current_state.quat", { quaternion(self.rotation_matrix) })
    return true
  elseif special[name] then
    error(("state.%s cannot be assigned"):format(name), 3)
  end
end

-- The layout as a list that covers every byte: what has no name is "bytes FIRST..LAST".
local function all_fields()
  local fields, at = native.state_fields(), 0
  table.sort(fields, function(a, b) return a.offset < b.offset end)
  local complete = {}
  for _, field in ipairs(fields) do
    if field.offset > at then
      local path = ("bytes %d..%d"):format(at, field.offset - 1)
      complete[#complete + 1] = { path = path, offset = at, size = field.offset - at, gap = true }
    end
    field.size = field.type == "bytes" and field.count or field.count * 4
    complete[#complete + 1] = field
    at = field.offset + field.size
  end
  return complete
end

--- The fields in which two states differ: a list of `{path =, [1] = ours, [2] = theirs}`, in the
-- order of the layout; arrays count as one field each, and so do runs of bytes without a name.
function State:diff(other)
  local is_state, theirs = pcall(State.bytes, other)
  if not is_state then
    error(("bad argument #1 to 'diff' (state expected, got %s)"):format(type(other)), 2)
  end
  local ours, differences = self:bytes(), {}
  if ours == theirs then return differences end
  for _, field in ipairs(all_fields()) do
    local first, last = field.offset + 1, field.offset + field.size
    local mine, yours = ours:sub(first, last), theirs:sub(first, last)
    if mine ~= yours then
      if not field.gap then mine, yours = self:get(field.path), other:get(field.path) end
      differences[#differences + 1] = { path = field.path, mine, yours }
    end
  end
  if ours:sub(FIXED_SIZE + 1) ~= theirs:sub(FIXED_SIZE + 1) then
    differences[#differences + 1] = { path = "cp_data", self.cp_data, other.cp_data }
  end
  return differences
end

-- The forms that `state:save` knows, whether it can write them or not.
local forms = { A = true, B = true, C = true }

--- Writes the state to a file, whole or not at all. `form` is that of the file, "B" unless given:
-- see lua/tm/state_files.lua. Returns true, or nil, message, code: "system", or "unsupported" for
-- form C, and for form A of a state without checkpoints.
function State:save(path, form)
  if type(path) ~= "string" then
    error(("bad argument #1 to 'save' (path expected, got %s)"):format(type(path)), 2)
  elseif form ~= nil and not forms[form] then
    error(("bad argument #2 to 'save' (form \"A\" or \"B\" expected, got %s)"):format(
      tostring(form)), 2)
  end
  local bytes, message, code = state_files.encode(self:bytes(), form or "B")
  if not bytes then return nil, message, code end
  return files.write(path, bytes)
end

--- Reads a file with a state, of any of the three forms. Returns the state and what else is known,
-- or nil, message, code. The latter is a table: `form`, "A", "B" or "C"; of form C also
-- `file_version`, `client_version`, and if the file has them `events`, the inputs of the race, and
-- `map`, `{name =, uid =, collection =}`. In a state of form C regions that the file lacks are
-- zero, its flags tell which, and it knows of no respawns.
function M.load(path)
  local bytes, message, code = files.read(path)
  if not bytes then return nil, message, code end
  local state, info = state_files.decode(bytes)
  if not state then return nil, ("%s: %s"):format(path, info), "invalid" end
  return assert(native.state(state)), info
end

return M
