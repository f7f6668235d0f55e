--- The routing library: what a TAS author does all day, on top of games that `tm` has attached.
--
--     local tas = require "tas"
--     local run = tas.splits.watch(game)
--
-- A module is loaded when it is first looked at; `require "tas.splits"` is the same. None of them
-- opens a game: what needs one receives it. A module that there is not is nil.
--
--     tas.inputs               input scripts: parse, edit, write; to and from events
--     tas.player, .recorder    inputs to a game, a game to inputs
--     tas.trace                what the car did, tick by tick
--     tas.states               named savestates, in memory and on disk
--     tas.evaluate, .search    what "better" means, and the search for it
--     tas.splits               checkpoint times of runs, compared
--     tas.verify               plays twice; the first tick and fields where two runs part
--     tas.progress             a progress bar
--     tas.plot                 plots in the terminal
--     tas.report               a page about a run or a search
--
-- Times are race times in ms unless a function says otherwise. What the world refuses returns nil,
-- a message and a code word; wrong arguments raise errors.

local function find(name)
  for _, search in ipairs(package.searchers) do
    local loader = search(name)
    if type(loader) == "function" then return true end
  end
  return package.loaded[name] ~= nil or package.preload[name] ~= nil
end

local function load_module(tas, name)
  if type(name) ~= "string" or not name:find "^%l[%w_]*$" then return nil end
  local full = "tas." .. name
  if not find(full) then return nil end
  local module = require(full) -- an error inside of it is one
  rawset(tas, name, module)
  return module
end

return setmetatable({}, { __index = load_module })
