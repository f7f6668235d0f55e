---@meta tas.inputs
-- Input scripts of TMInterface, read, edited and written. Never loaded at run time.
--
-- Times are whole milliseconds of the race. Wrong arguments raise errors; what is wrong with a
-- text, a file or events returns nil, a message and a code word.

---@class tas.inputs
local inputs = {}

---@class tas.ParseOptions
---@field strict? boolean refuse what script:problems() names

--- The script that a text is. "invalid", with a message "name:line:column: …", for numbers that no
--- event can hold; all else is a script, as it is for the game.
---@param text string
---@param name? string for messages, "script" by default
---@param options? tas.ParseOptions
---@return tas.Script? script
---@return string? message
---@return tm.Code? code
function inputs.parse(text, name, options) end

--- The script in a file. "system" if it cannot be read.
---@param path string
---@param options? tas.ParseOptions
---@return tas.Script? script
---@return string? message
---@return tm.Code? code
function inputs.load(path, options) end

--- A script without any command.
---@param name? string
---@return tas.Script
function inputs.new(name) end

--- The script that a list of events is, from the start of the race to its finish, or all of it. As
--- events:to_script, but that what acts before 0 is at 0.
---@param list tm.Events|tas.Event[]
---@param all? boolean
---@return tas.Script? script
---@return string? message
---@return tm.Code? code "invalid": there is an event that no game has
function inputs.from_events(list, all) end

--- A time as scripts have it, or a range, the smaller time first; nil if the text is neither.
---@param text string
---@return integer? from
---@return integer? to
function inputs.time(text) end

--- "12.34", "1:02.50"; milliseconds if it is between two hundredths.
---@param ms integer
---@return string
function inputs.format_time(ms) end

---@class tas.Event
---@field time integer
---@field name string "Steer (analog)", or the word of input scripts
---@field value integer|boolean

--- One command as it is written. `entry[1]`, `entry[2]` … are its name and arguments; action and
--- value are read from them and written into them.
---@class tas.Entry
---@field time integer? nil: it runs at once
---@field stop integer? the end of a range
---@field line integer? where it was read
---@field action string? "up" … "gas" of inputs; "unknown" for a key that does not exist
---@field value integer? what the input is at `time`: 1 or 0, or analog
---@field kind "immediate"|"input"|"command"
---@field [integer] string

--- What `insert` and `set` take: action and value, or a list of arguments.
---@class tas.EntryFields
---@field time? integer|false
---@field stop? integer|false
---@field action? string
---@field value? integer|boolean
---@field [integer] string

--- A step of a script: a command at its time, a range has two.
---@class tas.Step
---@field time integer? nil: at once
---@field entry tas.Entry
---@field is_end boolean? the end of a range
---@field action string?
---@field value integer?
---@field arguments string[]
---@field order integer place among all as they are written

---@class tas.Difference
---@field time integer?
---@field action string? of an input
---@field command string? of any other command
---@field was integer? of commands: how many there are
---@field is integer?

---@class tas.Problem
---@field line integer
---@field column integer
---@field message string

---@class tas.Moved
---@field entry tas.Entry
---@field from integer?
---@field to integer?
---@field stop_from integer?
---@field stop_to integer?

---@class tas.TextOptions
---@field canonical? boolean|"client" sorted, in ms, no ranges, no comments; "client": to the byte

---@class tas.SliceOptions
---@field held? boolean put in what is held when the slice begins

---@class tas.EventOptions
---@field extended? boolean do not cut analog values at 65536

--- A list of entries in the order of the file. Entries may be changed in place; they are put in and
--- taken out with insert and remove.
---@class tas.Script
---@field name string for messages
---@field [integer] tas.Entry
---@operator len: integer
local Script = {}

--- The text. What was not changed is as it was read. Raises an error for an entry that no text
--- says.
---@param options? tas.TextOptions
---@return string
function Script:text(options) end

--- Writes the text to a file, whole or not at all.
---@param path string
---@param options? tas.TextOptions
---@return true? ok
---@return string? message
---@return tm.Code? code
function Script:save(path, options) end

--- What looks like a mistake, though a game takes it.
---@return tas.Problem[]
function Script:problems() end

--- The last time of any command; 0 if there is none.
---@return integer ms
function Script:duration() end

--- A script of its own with the same entries and text.
---@return tas.Script
function Script:copy() end

--- Whether both do the same at the same times in the same order; `==` says the same.
---@param other tas.Script
---@return boolean
function Script:equals(other) end

--- The entries of the times `from` to `to`, both included, or all, in the order of the file.
---@param from? integer
---@param to? integer
---@return fun(): integer?, tas.Entry?
function Script:each(from, to) end

---@class tas.EntryPattern
---@field action? string
---@field value? integer
---@field time? integer
---@field kind? string

--- The entries with those values.
---@param wanted tas.EntryPattern
---@return tas.Entry[]
function Script:find(wanted) end

--- Changes an entry, all at once or nothing; `stop = false` makes a range a single command.
---@param which integer|tas.Entry
---@param changes tas.EntryFields
---@return tas.Entry
function Script:set(which, changes) end

--- Puts commands in, each in a line of its own: at a place, or by their time, behind those of the
--- same time.
---@param place integer
---@param what string|tas.EntryFields|tas.Entry
---@return tas.Entry first
---@overload fun(self: tas.Script, what: string|tas.EntryFields|tas.Entry): tas.Entry
function Script:insert(place, what) end

--- Takes entries out: one, or all for which the function returns true. Comments in lines of their
--- own stay.
---@param which integer|tas.Entry|fun(entry: tas.Entry): boolean
---@return integer count
function Script:remove(which) end

--- Moves the timed entries of a window, or all, ranges as a whole; none if one cannot be moved.
---@param ms integer
---@param from? integer
---@param to? integer
---@return integer? count
---@return string? message
---@return tm.Code? code
function Script:shift(ms, from, to) end

--- A script of its own with the immediate entries and those of a window, both ends included; of a
--- range that crosses an edge the part inside.
---@param from? integer
---@param to? integer
---@param options? tas.SliceOptions
---@return tas.Script
function Script:slice(from, to, options) end

--- Puts copies of another script's entries in. At the same time the other's win ("over", the
--- default) or its own ("under"); "replace" first takes its own out of the other's span of time.
---@param other tas.Script
---@param how? "over"|"under"|"replace"
---@return tas.Script self
function Script:merge(other, how) end

--- Moves every time up to the next multiple of 10 ms, or of the grid: the tick in which it acts
--- anyway.
---@param grid? integer ms
---@return tas.Moved[]
function Script:quantise(grid) end

--- Puts the entries in the order in which they act, ranges as two entries each.
---@return tas.Script self
function Script:flatten() end

--- The inputs in force at a time. Goes through the script; a player walks along `steps` instead.
---@param time integer
---@return tm.InputState
function Script:at(time) end

--- What happens and when: immediate commands first, then by time, those of one time as written.
---@return tas.Step[]
function Script:steps() end

--- What has to be done to get the other, by time; of inputs the last value at a time counts.
---@param other tas.Script
---@return tas.Difference[]
function Script:diff(other) end

--- A copy of the events with these inputs in it and nothing else, the race-running event aside, and
--- the entries that have no event. Immediate inputs act at 0.
---@param events tm.Events
---@param options? tas.EventOptions
---@return tm.Events? filled
---@return tas.Entry[]|string left or message
---@return tm.Code? code "invalid": the events have no name for an action
function Script:to_events(events, options) end

return inputs
