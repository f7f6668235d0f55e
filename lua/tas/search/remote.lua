--- A queue whose two sides are in different processes: `serve` puts one behind an engine server
-- (tm.listen), `queue` is the other side, over a client (tm.connect). Both speak MessagePack
-- commands, which are answered by a text; see lua/meta/engine.lua.
--
--     settings            -> "settings …"
--     lease               -> "lease …", "wait" or "done"; it may take half a second
--     result {…}, improved {…}, failed {…}    -> nothing
--
-- with records as tas.search.record has them, and the fields of records. A worker whose connection
-- ends has its leases handed out again.

local plan = require "tas.search.plan"
local record = require "tas.search.record"

local M = {}

local PATIENCE <const> = 0.5 -- seconds that a request for a lease waits for one

-- What an answer says that is no record.
local WORDS = { wait = true, done = true }

-- The side of the queue --------------------------------------------------------------------------

-- The record that an answer is.
local function read(text, word)
  local name, fields
  if type(text) == "string" then name, fields = record.read(text) end
  if name == word and plan.is_whole(word, fields) then return fields end
  return nil, ("no record '%s'"):format(word)
end

-- What a worker says, if it can be kept.
local function check_fields(fields, word)
  local fits = type(fields) == "table" and plan.is_whole(word, fields)
    and pcall(record.write, word, fields)
  if fits then return fields end
  return nil, ("no record '%s'"):format(word)
end

local answers = {}

function answers.settings(state)
  return record.write("settings", state.queue:settings())
end

function answers.lease(state, peer)
  local limit = state.now() + PATIENCE
  while true do
    local lease, why = state.queue:lease(peer)
    if lease then return record.write("lease", lease) end
    if why ~= "wait" or state.now() >= limit then return why end
    state.sleep(0.001)
    if not state.peers[peer] then return "wait" end -- it has gone meanwhile
  end
end

-- What the queue does not take ends the search: it could not be kept.
local function check(state, ok, message, code)
  if ok then return "" end
  state.failure = state.failure or { message, code }
  return nil, message
end

-- A worker that says nonsense has its leases done by others.
function answers.result(state, peer, fields)
  local result, message = check_fields(fields, "result")
  local ok, code = nil, "invalid"
  if result then ok, message, code = state.queue:result(result) end
  if ok or code ~= "invalid" then return check(state, ok, message, code) end
  state.queue:release(peer)
  return nil, message
end

function answers.improved(state, _, fields)
  local improved, message = check_fields(fields, "improved")
  if not improved then return nil, message end
  local ok, code
  ok, message, code = state.queue:improved(improved)
  return check(state, ok, message, code)
end

function answers.failed(state, _, fields)
  local failed, message = check_fields(fields, "failed")
  if not failed then return nil, message end
  check(state, false, tostring(failed.message), failed.code)
  return ""
end

--- Lets workers at other connections work for a queue. `server` is one of tm.listen, `tm` has `now`
-- and `sleep`. Returns a table: `peers`, those that are there, and `failure`, {message, code} once
-- the queue has refused something, or a worker has found that the search is none.
function M.serve(queue, server, tm)
  local state = { queue = queue, now = tm.now, sleep = tm.sleep, peers = {} }
  server:on("connected", function(_, peer) state.peers[peer] = true end)
  server:on("disconnected", function(_, peer)
    state.peers[peer] = nil
    queue:release(peer)
  end)
  server:on("command", function(_, peer, method, fields)
    local answer = answers[method]
    if not answer then return nil, ("a queue has no '%s'"):format(tostring(method)) end
    return answer(state, peer, fields)
  end)
  return state
end

-- The side of the worker -------------------------------------------------------------------------

local Remote = {}
Remote.__index = Remote
Remote.__name = "tas.search.remote"

--- The queue that is served at the other end of an engine's connection. What a worker asks waits.
function M.queue(engine)
  return setmetatable({ engine = engine, is_remote = true }, Remote)
end

local function ask(self, method, fields)
  local answer, message, code = self.engine:call(method, fields)
  if not answer then return nil, message, code end
  return answer
end

local function ask_record(self, method)
  local answer, message, code = ask(self, method)
  if not answer or WORDS[answer] then return nil, answer or message, code end
  local fields
  fields, message = read(answer, method)
  if not fields then return nil, message, "protocol" end
  return fields
end

function Remote:settings()
  return ask_record(self, "settings")
end

function Remote:lease()
  return ask_record(self, "lease")
end

function Remote:result(result)
  local ok, message, code = ask(self, "result", result)
  if not ok then return nil, message, code end
  return true
end

-- Nobody waits for the answer, unless the other side is behind with reading.
function Remote:improved(improved)
  local ok, message, code = self.engine:notify("improved", improved)
  if code == "busy" then ok, message, code = ask(self, "improved", improved) end
  if not ok then return nil, message, code end
  return true
end

function Remote:failed(message, code)
  ask(self, "failed", { message = message, code = code })
end

return M
