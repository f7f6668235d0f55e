#include "wire/engine_bodies.h"
#include "base/big_endian.h"

#include <assert.h>

enum {
    PING_SIZE = 5,
    SIDES_SIZE = 8,
    PIXEL_SIZE = 4
};

static_assert((int64_t)IMAGE_SIDE_MAX * IMAGE_SIDE_MAX * PIXEL_SIZE <= INT32_MAX - SIDES_SIZE,
              "the largest image fits in a frame");

void engine_put_ping(struct bytes_writer *writer, struct engine_ping ping)
{
    uint8_t *body = frame_put_room(writer, FRAME_KIND_PING, PING_SIZE);
    if (body == NULL)
        return;
    store_be_i32(body, ping.id);
    body[4] = ping.what;
}

bool engine_read_ping(const uint8_t *body, size_t size, struct engine_ping *ping)
{
    if (size != PING_SIZE)
        return false;
    *ping = (struct engine_ping){.id = load_be_i32(body), .what = body[4]};
    return true;
}

static bool side_is_valid(int32_t side)
{
    return side >= 1 && side <= IMAGE_SIDE_MAX;
}

bool image_sides_are_valid(struct image_sides sides)
{
    return side_is_valid(sides.width) && side_is_valid(sides.height);
}

size_t image_size(struct image_sides sides)
{
    assert(image_sides_are_valid(sides));
    return (size_t)sides.width * (size_t)sides.height * PIXEL_SIZE;
}

static void store_sides(uint8_t *at, struct image_sides sides)
{
    store_be_i32(at, sides.width);
    store_be_i32(at + 4, sides.height);
}

static struct image_sides load_sides(const uint8_t *at)
{
    return (struct image_sides){.width = load_be_i32(at), .height = load_be_i32(at + 4)};
}

void engine_put_ask_screenshot(struct bytes_writer *writer, struct image_sides sides)
{
    uint8_t *body = frame_put_room(writer, FRAME_KIND_ASK_SCREENSHOT, SIDES_SIZE);
    if (body != NULL)
        store_sides(body, sides);
}

enum status engine_read_ask_screenshot(const uint8_t *body, size_t size, struct image_sides *sides)
{
    if (size != SIDES_SIZE)
        return STATUS_PROTOCOL;
    *sides = load_sides(body);
    return image_sides_are_valid(*sides) ? STATUS_OK : STATUS_INVALID;
}

void engine_put_screenshot_head(struct bytes_writer *writer, enum screenshot_variant variant,
                                struct image_sides sides)
{
    if (!image_sides_are_valid(sides)) {
        writer->failed = true;
        return;
    }
    size_t before = variant == SCREENSHOT_WITH_SIDES ? SIDES_SIZE : 0;
    uint8_t head[SCREENSHOT_HEAD_SIZE_MAX];
    struct bytes_writer parts = bytes_writer(head, sizeof head);
    frame_put_header(&parts, FRAME_KIND_SCREENSHOT, before + image_size(sides));
    store_sides(head + FRAME_HEADER_SIZE, sides);
    bytes_put(writer, head, FRAME_HEADER_SIZE + before);
}

static bool has_sides(const uint8_t *body, size_t size)
{
    if (size < SIDES_SIZE)
        return false;
    struct image_sides sides = load_sides(body);
    return image_sides_are_valid(sides) && size - SIDES_SIZE == image_size(sides);
}

bool engine_read_screenshot(const uint8_t *body, size_t size, struct image_sides asked,
                            struct engine_screenshot *screenshot)
{
    bool is_bare = image_sides_are_valid(asked) && size == image_size(asked);
    if (!is_bare && !has_sides(body, size))
        return false;
    *screenshot = (struct engine_screenshot){
        .variant = is_bare ? SCREENSHOT_BARE : SCREENSHOT_WITH_SIDES,
        .sides = is_bare ? asked : load_sides(body),
        .pixels = is_bare ? body : body + SIDES_SIZE,
    };
    return true;
}
