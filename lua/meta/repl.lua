---@meta tm.repl
-- The interactive prompt, for commands that a user adds to it in ~/.config/tmlua/init.lua. Never
-- loaded at run time.

---@class tm.ReplCommand
---@field run fun(text: string, repl: tm.Repl) what it does with the text behind its name
---@field usage? string ":name ARGUMENTS", for :help
---@field help? string what it does; of several lines the first stands in the list of :help

---@class tm.Repl
---@field commands table<string, tm.ReplCommand> by name
---@field game tm.Game? the current one
---@field states table<string, tm.State> what :save has kept in memory
---@field print fun(...: any) where everything goes that the prompt says
local repl = {}

--- Adds a command, `:name`, or replaces it.
---@param name string
---@param command tm.ReplCommand
function repl.command(name, command) end

--- Prints a line, as of string.format.
---@param format string
---@param ... any
function repl.say(format, ...) end

--- Ends a command with a message; an error would be shown with a traceback.
---@param message string
function repl.refuse(message) end

--- Runs the script again, as :reload does; may be replaced.
---@return true? ok
---@return string? message
function repl.reload() end

return repl
