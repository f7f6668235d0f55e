-- tm.draw: pictures of the race from any state.
local tm = require "tm"
local harness = require "harness"
local test, equal, raises = harness.test, harness.equal, harness.raises
local refused, contains = harness.refused, harness.contains

local TRACK = "name little\nwidth 12\npoint 0 0\npoint 0 400\nfinish\n"

local state
local function a_state()
  if not state then
    local game = harness.race("sim:straight", 1500, { accelerate = true })
    state = game:get_simulation_state()
    game:close()
  end
  return state
end

-- The sanitizer keeps what was freed for a while.
local function is_sanitized()
  local file <close> = assert(io.open "/proc/self/maps")
  return file:read "a":find("libasan", 1, true) ~= nil
end

local function write(name, text)
  local path = harness.path(name)
  local file <close> = assert(io.open(path, "wb"))
  assert(file:write(text))
  return path
end

local function draw(options)
  return assert(tm.draw(a_state(), 160, 120, options))
end

test("the sky is above the ground", function()
  local image = draw { track = "straight" }
  equal(tostring(image), "image 160x120")
  local red, green, blue, alpha, _ = image:pixel(80, 0)
  if not (blue > green and green > red) then error "this is no sky" end
  equal(alpha, 255)
  red, _, blue = image:pixel(0, 119)
  if blue > red + 30 then error "this is no ground" end
end)

test("the same state gives the same picture, another state another", function()
  equal(draw() == draw(), true)
  equal(draw() == draw { track = "easy" }, true)
  local other = a_state():copy()
  other.position = { 10, other.position[2], 40 }
  equal(draw { track = "straight" } == tm.draw(other, 160, 120, { track = "straight" }), false)
end)

test("a track is drawn from its file, as it is now", function()
  local path = write("little.txt", TRACK)
  local narrow = draw { track = path }
  equal(draw { track = path } == narrow, true)
  write("little.txt", (TRACK:gsub("width 12", "width 30")))
  equal(draw { track = path } == narrow, false)
  write("little.txt", TRACK)
  equal(draw { track = path } == narrow, true)
  equal(draw { track = "laps" } == narrow, false)
  os.remove(path)
end)

test("tracks that are none are refused", function()
  contains(refused("system", tm.draw(a_state(), 8, 8, { track = "nowhere" })),
    "no built-in track and no file is called nowhere")
  local path = write("bad.txt", "name bad\npoint 0 x\n")
  contains(refused("invalid", tm.draw(a_state(), 8, 8, { track = path })), path .. ":2:9: ")
  contains(refused("invalid", tm.draw(a_state(), 8, 8, { track = path })), path .. ":2:9: ")
  draw()
  os.remove(path)
  contains(refused("system", tm.draw(a_state(), 8, 8, { track = os.getenv "TMPDIR" or "/tmp" })),
    "no plain file")
  raises("track: the name of a track or file expected", tm.draw, a_state(), 8, 8, { track = 3 })
  raises("track: the name of a track", tm.draw, a_state(), 8, 8, { track = "easy\0" })
end)

test("the camera looks where it is told to", function()
  local position = a_state().position
  local above = { position = { position[1], 60, position[3] },
    rotation = { -math.sqrt(0.5), 0, 0, math.sqrt(0.5) } }
  local image = draw { track = "straight", camera = above }
  local corner = table.pack(image:pixel(0, 0))
  if corner[3] > 120 then error "there is sky below" end
  -- A position may be a vector of a state, and parts may be left out.
  local inside = draw { track = "straight", camera = { position = position } }
  equal(inside == draw { track = "straight" }, false)
  equal(draw { camera = {} } == draw(), true)
  local wide = { 0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, -1, -0.6, 0, 0, -1, 0 }
  equal(draw { camera = { projection = wide } } == draw(), false)
end)

test("numbers that are none still give a picture", function()
  local nan = 0 / 0
  local projection = {}
  for i = 1, 16 do projection[i] = nan end
  draw { camera = { position = { nan, math.huge, -math.huge }, rotation = { nan, 0, 0, 0 },
    projection = projection } }
end)

test("an image is drawn over again", function()
  local image = tm.image(160, 120)
  equal(rawequal(draw { image = image }, image), true)
  equal(image == draw(), true)
  raises("image: the image has other sides", tm.draw, a_state(), 160, 121, { image = image })
  image:close()
  raises("image: the image is closed", tm.draw, a_state(), 160, 120, { image = image })
  raises("image: image expected", tm.draw, a_state(), 160, 120, { image = io.stdout })
  raises("image: image expected", tm.draw, a_state(), 160, 120, { image = 1 })
end)

test("wrong arguments raise errors", function()
  raises("tm.state expected", tm.draw, {}, 8, 8)
  raises("no image is that wide", tm.draw, a_state(), 0, 8)
  raises("no image is that high", tm.draw, a_state(), 8, 16385)
  raises("so many pixels", tm.draw, a_state(), 16384, 16384)
  raises("table expected", tm.draw, a_state(), 8, 8, "easy")
  raises("options: there is no 'trakc'", tm.draw, a_state(), 8, 8, { trakc = "easy" })
  raises("options: there is no '?'", tm.draw, a_state(), 8, 8, { "easy" })
  raises("camera: table expected", tm.draw, a_state(), 8, 8, { camera = 1 })
  raises("camera: there is no 'pos'", tm.draw, a_state(), 8, 8, { camera = { pos = { 0, 0, 0 } } })
  local wrong = { { 1, 2 }, { 1, 2, 3, 4 }, { 1, 2, "3" }, 5, "1 2 3", { 1, nil, 3 }, io.stdout }
  for _, position in ipairs(wrong) do
    raises("position: 3 numbers expected", tm.draw, a_state(), 8, 8,
      { camera = { position = position } })
  end
  raises("rotation: 4 numbers expected", tm.draw, a_state(), 8, 8,
    { camera = { rotation = { 1, 2, 3 } } })
end)

test("pictures that are dropped do not pile up", function()
  local function resident_kib()
    local file <close> = assert(io.open "/proc/self/status")
    return tonumber(file:read "a":match "VmRSS:%s*(%d+)")
  end
  local before, most = resident_kib(), 0
  for _ = 1, 40 do
    tm.draw(a_state(), 1920, 1080)
    most = math.max(most, resident_kib())
  end
  if most - before > (is_sanitized() and 400 or 100) * 1024 then
    error(("%d KiB more than before"):format(most - before))
  end
end)

harness.run()
