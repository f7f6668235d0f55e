-- Puts pictures side by side on one sheet. Needs pictures, as screenshots.lua takes them:
--
--     build/bin/tmlua scripts/contact_sheet.lua SHEET.png COLUMNS lap_*.png

local tm = require "tm"

local sheet_file, columns = arg[1], math.tointeger(tonumber(arg[2]))
if not columns or columns < 1 or #arg < 3 then
  error("usage: contact_sheet.lua SHEET.png COLUMNS PICTURE...", 0)
end

local WIDTH, GAP = 320, 8 -- pixels
local count = #arg - 2
columns = math.min(columns, count)
local rows = (count + columns - 1) // columns

local first <close> = assert(tm.load_image(arg[3]))
local height = math.max(1, WIDTH * first.height // first.width)
local sheet = tm.image(columns * (WIDTH + GAP) + GAP, rows * (height + GAP) + GAP)
sheet:fill(24, 24, 26)

for i = 1, count do
  local image <close> = assert(tm.load_image(arg[i + 2]))
  local small <close> = image:scaled(WIDTH, height)
  local column, row = (i - 1) % columns, (i - 1) // columns
  sheet:paste(small, GAP + column * (WIDTH + GAP), GAP + row * (height + GAP))
end

assert(sheet:save(sheet_file))
print(("%s: %d pictures, %d x %d"):format(sheet_file, count, sheet.width, sheet.height))
