-- Images: pixels, files, limits, and the memory that they hold.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises = harness.test, harness.equal, harness.raises
local refused, contains = harness.refused, harness.contains

local KIB_PER_PICTURE = 1920 * 1080 * 4 // 1024

-- A picture in which no two pixels are alike, and some are not opaque.
local function pattern(width, height)
  local image = tm.image(width, height)
  for y = 0, height - 1 do
    for x = 0, width - 1 do
      image:set_pixel(x, y, x * 7 % 256, y * 13 % 256, (x + y) % 256, 255 - x % 3 * 100)
    end
  end
  return image
end

local function write(name, bytes)
  local path = harness.path(name)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(bytes))
  return path
end

local function read(path)
  local file <close> = assert(io.open(path, "rb"))
  return file:read "a"
end

local function exists(path)
  local file <close> = io.open(path, "rb")
  return file ~= nil
end

local function pixel(image, x, y)
  return table.pack(image:pixel(x, y))
end

local function expect_pixel(image, x, y, ...)
  equal(pixel(image, x, y), table.pack(...), ("pixel %d, %d"):format(x, y))
end

local function resident_kib()
  return tonumber(read "/proc/self/status":match "VmRSS:%s*(%d+)")
end

test("a new image is black and opaque", function()
  local image = tm.image(3, 2)
  equal({ image.width, image.height }, { 3, 2 })
  equal(tostring(image), "image 3x2")
  equal(image:bytes(), ("\0\0\0\255"):rep(6))
  expect_pixel(image, 2, 1, 0, 0, 0, 255)
end)

test("bytes are blue, green, red and alpha, the top row first", function()
  local image = tm.image(2, 2, "\1\2\3\4" .. "\5\6\7\8" .. "\9\10\11\12" .. "\13\14\15\16")
  expect_pixel(image, 0, 0, 3, 2, 1, 4)
  expect_pixel(image, 1, 0, 7, 6, 5, 8)
  expect_pixel(image, 0, 1, 11, 10, 9, 12)
  image:set_pixel(0, 1, 100, 101, 102, 103)
  image:set_pixel(1, 1, 1, 2, 3)
  equal(image:bytes(), "\1\2\3\4\5\6\7\8" .. "\102\101\100\103" .. "\3\2\1\255")
end)

test("sides that no image can have are refused", function()
  for _, side in ipairs { 0, -1, 16385, math.maxinteger, math.mininteger } do
    raises("(no image is that wide)", tm.image, side, 1)
    raises("(no image is that high)", tm.image, 1, side)
  end
  raises("(an image cannot have so many pixels)", tm.image, 16384,
    2049)
  raises("number has no integer representation", tm.image, 1.5, 1)
  raises("number expected", tm.image, "a", 1)
  raises("bad argument #3 to 'image' (8 bytes expected, got 7)", tm.image, 2, 1, "1234567")
  equal(tm.image(16384, 1).width, 16384)
end)

test("places outside of the image and wrong colours raise errors", function()
  local image = tm.image(3, 2)
  for _, place in ipairs { { -1, 0 }, { 3, 0 }, { 0, -1 }, { 0, 2 }, { math.mininteger, 0 } } do
    raises("outside of the image", image.pixel, image, place[1], place[2])
    raises("outside of the image", image.set_pixel, image, place[1], place[2], 0, 0, 0)
  end
  for _, value in ipairs { -1, 256, math.maxinteger } do
    raises("0 to 255 expected", image.set_pixel, image, 0, 0, value, 0, 0)
    raises("0 to 255 expected", image.fill, image, 0, value, 0)
    raises("0 to 255 expected", image.fill, image, 0, 0, 0, value)
  end
  raises("number expected", image.fill, image)
  raises("image has no field 'widht'", function() return image.widht end)
  raises("tm.image expected", image.pixel, {}, 0, 0)
  raises("tm.image expected", image.paste, image, io.stdout, 0, 0)
end)

test("fill gives all pixels one colour", function()
  local image = tm.image(5, 3)
  image:fill(1, 2, 3)
  equal(image:bytes(), ("\3\2\1\255"):rep(15))
  image:fill(1, 2, 3, 4)
  equal(image:bytes(), ("\3\2\1\4"):rep(15))
end)

test("equal images are those with the same pixels", function()
  local image = pattern(9, 7)
  local copy = image:copy()
  equal(image == copy, true)
  copy:set_pixel(8, 6, 1, 2, 3)
  equal(image == copy, false)
  equal(tm.image(2, 3) == tm.image(3, 2), false)
  copy:close()
  equal(image == copy, false)
  expect_pixel(image, 0, 0, 0, 0, 0, 255)
end)

test("paste leaves out what is outside", function()
  local stamp = pattern(4, 3)
  for _, place in ipairs { { 0, 0 }, { 2, 1 }, { -2, -1 }, { 5, 3 }, { -3, 4 }, { 6, 0 }, { 0, -3 },
    { math.maxinteger, 0 }, { 0, math.mininteger }, { math.mininteger, math.maxinteger } } do
    local image = tm.image(6, 5)
    image:paste(stamp, place[1], place[2])
    for y = 0, 4 do
      for x = 0, 5 do
        local dx, dy = x - place[1], y - place[2]
        local inside = dx >= 0 and dx < 4 and dy >= 0 and dy < 3
        equal(pixel(image, x, y), inside and pixel(stamp, dx, dy) or table.pack(0, 0, 0, 255))
      end
    end
  end
end)

test("an image can be pasted into itself", function()
  local before = pattern(6, 5)
  for dy = -2, 2 do
    for dx = -2, 2 do
      local image = before:copy()
      image:paste(image, dx, dy)
      for y = math.max(dy, 0), math.min(4 + dy, 4) do
        for x = math.max(dx, 0), math.min(5 + dx, 5) do
          equal(pixel(image, x, y), pixel(before, x - dx, y - dy))
        end
      end
    end
  end
end)

test("smaller images have the mean of the pixels", function()
  local image = tm.image(4, 2)
  image:set_pixel(0, 0, 100, 0, 0)
  image:set_pixel(1, 1, 101, 40, 255)
  image:set_pixel(2, 0, 200, 0, 0, 0) -- clear, lends no colour
  image:set_pixel(3, 0, 30, 60, 90)
  image:set_pixel(2, 1, 30, 60, 90)
  image:set_pixel(3, 1, 30, 60, 90)
  local small = image:scaled(2, 1)
  equal(tostring(small), "image 2x1")
  expect_pixel(small, 0, 0, 50, 10, 64, 255)
  expect_pixel(small, 1, 0, 30, 60, 90, 191)
  image:fill(9, 9, 9, 0)
  expect_pixel(image:scaled(1, 1), 0, 0, 0, 0, 0, 0)
end)

test("larger images repeat the nearest pixel", function()
  local image = pattern(3, 2)
  local large = image:scaled(7, 6)
  for y = 0, 5 do
    for x = 0, 6 do equal(pixel(large, x, y), pixel(image, x * 3 // 7, y // 3)) end
  end
  equal(image:scaled(3, 2) == image, true)
  raises("no image is that high", image.scaled, image, 3, 0)
end)

test("a closed image says so", function()
  local image <const> = tm.image(3, 2)
  local open = tm.image(3, 2)
  image:close()
  image:close()
  equal(tostring(image), "image (closed)")
  local path = harness.path "closed.png"
  local uses = { { "pixel", 0, 0 }, { "set_pixel", 0, 0, 1, 2, 3 }, { "fill", 1, 2, 3 },
    { "paste", open, 0, 0 }, { "scaled", 1, 1 }, { "copy" }, { "bytes" }, { "save", path } }
  for _, use in ipairs(uses) do
    raises("the image is closed", image[use[1]], image, table.unpack(use, 2))
  end
  raises("the image is closed", function() return image.width end)
  raises("the image is closed", open.paste, open, image, 0, 0)
  equal(exists(path), false)
end)

test("a variable that is left closes its image", function()
  local kept
  do
    local image <close> = tm.image(3, 2)
    kept = image
  end
  equal(tostring(kept), "image (closed)")
end)

test("PNG and QOI files bring every pixel back", function()
  local opaque = tm.image(31, 17)
  opaque:fill(10, 200, 30)
  opaque:set_pixel(30, 16, 255, 0, 1)
  for _, image in ipairs { pattern(37, 23), opaque, tm.image(1, 1, "\1\2\3\0"), tm.image(1, 9) } do
    for _, extension in ipairs { "png", "qoi", "PNG", "Qoi" } do
      local path = harness.path("saved." .. extension)
      equal(image:save(path), true)
      equal(exists(path .. ".unfinished"), false)
      local loaded = assert(tm.load_image(path))
      equal(loaded == image, true, extension)
      os.remove(path)
    end
  end
end)

test("raw files are the bytes", function()
  local image = pattern(5, 4)
  for _, name in ipairs { "saved.raw", "saved.bgra" } do
    local path = harness.path(name)
    assert(image:save(path))
    equal(read(path), image:bytes())
    os.remove(path)
  end
end)

test("a file takes the place of one that is there", function()
  local path = write("there.png", "something else")
  assert(tm.image(4, 4):save(path))
  assert(tm.image(5, 4):save(path))
  equal(assert(tm.load_image(path)).width, 5)
  os.remove(path)
end)

test("what cannot be saved is refused, by name", function()
  local image = tm.image(4, 4)
  local missing = harness.path "missing/x.png"
  contains(refused("system", image:save(missing)), missing, "No such file")
  for _, name in ipairs { "x.jpg", "x", "png", "x.png.txt" } do
    contains(refused("unsupported", image:save(name)), name .. ": ", ".png")
  end
  raises("a path has no zeros", image.save, image, "a.txt\0.png")
  raises("string expected", image.save, image)
  local folder = harness.path "folder.png"
  assert(os.execute(("mkdir '%s'"):format(folder)))
  contains(refused("system", image:save(folder)), folder)
  equal(exists(folder .. ".unfinished"), false)
  os.remove(folder)
end)

test("a full disk is told, and the file that was there stays", function()
  local full = io.open("/dev/full", "wb")
  if not full then return end -- not on Linux
  full:close()
  local path = write("kept.raw", "before")
  assert(os.execute(("ln -sf /dev/full '%s.unfinished'"):format(path)))
  contains(refused("system", tm.image(400, 400):save(path)), path, "No space left")
  equal(read(path), "before")
  os.remove(path)
end)

test("what is no picture is refused, by name", function()
  local missing = harness.path "missing.png"
  contains(refused("system", tm.load_image(missing)), missing .. ": No such file")
  contains(refused("system", tm.load_image(os.getenv "TMPDIR" or "/tmp")), "no plain file")
  raises("a path has no zeros", tm.load_image, "a\0b")
  for _, bytes in ipairs { "", "abc", "GIF89a and more", ("\0"):rep(100) } do
    local path = write("other.png", bytes)
    contains(refused("unsupported", tm.load_image(path)), path, "neither PNG nor QOI")
    os.remove(path)
  end
end)

-- The file with the bytes from `at` on (from 1) replaced.
local function patch(bytes, at, part)
  return bytes:sub(1, at - 1) .. part .. bytes:sub(at + #part)
end

test("files that were cut short are refused wherever the cut is", function()
  for _, extension in ipairs { "png", "qoi" } do
    local path = harness.path("whole." .. extension)
    assert(pattern(12, 9):save(path))
    local whole = read(path)
    for size = 4, #whole - (extension == "png" and 17 or 1) do -- the end of a PNG says nothing
      local loaded, message, code = tm.load_image(write("whole." .. extension, whole:sub(1, size)))
      equal({ loaded, code }, { nil, "invalid" }, ("%s cut at %d"):format(extension, size))
      contains(message, path)
    end
    os.remove(path)
  end
end)

test("files may not ask for more than an image can have", function()
  local before = resident_kib()
  local qoi = "qoif" .. string.pack(">I4I4BB", 16384, 2049, 4, 0) .. ("\253"):rep(100)
    .. "\0\0\0\0\0\0\0\1"
  for _, sides in ipairs { { 16384, 2049 }, { 0, 5 }, { 5, 0 }, { 16385, 1 }, { 0xFFFFFFFF, 1 },
    { 0x80000000, 0x80000000 } } do
    local path = write("large.qoi", patch(qoi, 5, string.pack(">I4I4", sides[1], sides[2])))
    contains(refused("invalid", tm.load_image(path)), path, "cannot have these sides")
  end
  contains(refused("invalid", tm.load_image(write("large.qoi",
    patch(qoi, 5, string.pack(">I4I4", 5000, 5000))))), "cut short")
  os.remove(harness.path "large.qoi")
  if resident_kib() - before > 20000 then error "it took the memory that it refused" end
end)

-- The sanitizer keeps what was freed for a while.
local FREED_KIB = read "/proc/self/maps":find("libasan", 1, true) and 300 * 1024 or 0

test("images that are dropped do not pile up", function()
  local before, most = resident_kib(), 0
  for i = 1, 300 do
    local image = tm.image(1920, 1080)
    if i % 10 == 0 then most = math.max(most, resident_kib()) end
    image:set_pixel(0, 0, 1, 1, 1)
  end
  if most - before > 100 * 1024 + FREED_KIB then
    error(("%d KiB more than before"):format(most - before))
  end
  if most - before < KIB_PER_PICTURE then error "no picture was ever in memory" end
end)

test("images are counted against a heap that is large, too", function()
  local heap = {}
  for i = 1, 400000 do heap[i] = { i } end
  local before, most = resident_kib(), 0
  for _ = 1, 60 do
    tm.image(1920, 1080)
    most = math.max(most, resident_kib())
  end
  local allowed = collectgarbage "count" + 4 * KIB_PER_PICTURE
  if most - before > math.max(allowed, 100 * 1024) + FREED_KIB then
    error(("%d KiB more than before"):format(most - before))
  end
  equal(#heap, 400000)
end)

test("images that are closed make the collector do nothing", function()
  local collections = 0
  local function watch()
    setmetatable({}, { __gc = function()
      collections = collections + 1
      watch()
    end })
  end
  collectgarbage()
  watch()
  for _ = 1, 100 do
    tm.image(1920, 1080):close()
  end
  if collections > 2 then error(("%d collections"):format(collections)) end
end)

test("a finalizer may close the image that is being copied", function()
  for _ = 1, 200 do
    local image = tm.image(600, 400)
    setmetatable({}, { __gc = function() image:close() end })
    for _ = 1, 3 do
      local _, message = pcall(image.copy, image)
      if type(message) == "string" then contains(message, "the image is closed") end
    end
  end
end)

harness.run()
