---@meta _
-- Pictures; see tm.lua for what makes them. Never loaded at run time.

--- A picture. Its pixels do not count as Lua's memory; they are given back when it is closed, by
--- the script (`image:close()`, `local image <close> = …`) or by the collector. Places count from
--- 0, 0, the top left pixel; colours are red, green, blue and alpha from 0 to 255. Wrong places and
--- colours raise errors, as does all use of a closed image. Two images are equal when their sides
--- and pixels are.
---@class tm.Image
---@field width integer pixels
---@field height integer pixels
local Image = {}

---@param x integer 0 to width - 1, from the left
---@param y integer 0 to height - 1, from the top
---@return integer red
---@return integer green
---@return integer blue
---@return integer alpha 255 is opaque
function Image:pixel(x, y) end

---@param x integer
---@param y integer
---@param red integer
---@param green integer
---@param blue integer
---@param alpha? integer default 255
function Image:set_pixel(x, y, red, green, blue, alpha) end

--- Gives all pixels that colour.
---@param red integer
---@param green integer
---@param blue integer
---@param alpha? integer default 255
function Image:fill(red, green, blue, alpha) end

--- Copies another image into this one, its top left corner to x, y; what would be outside is left
--- out. Alpha is copied like the colours: nothing shines through.
---@param other tm.Image
---@param x integer may be negative
---@param y integer
function Image:paste(other, x, y) end

--- The picture in another size: smaller by the mean of the pixels that fall together, larger by
--- the nearest pixel.
---@param width integer
---@param height integer
---@return tm.Image
function Image:scaled(width, height) end

--- An image of its own with the same pixels.
---@return tm.Image
function Image:copy() end

--- All pixels from the top left on, four bytes each: blue, green, red, alpha.
---@return string
function Image:bytes() end

--- Writes the picture to a file, whole or not at all: .png, .qoi (larger files, less time), or
--- .raw and .bgra, which are the bytes of `image:bytes()`.
---@param path string
---@return true? ok
---@return string? message
---@return tm.Code? code "system", "unsupported" (another extension), "out_of_memory"
function Image:save(path) end

--- Gives the pixels back. Closing twice is fine.
function Image:close() end
