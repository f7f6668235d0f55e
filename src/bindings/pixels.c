#include "bindings/pixels.h"

#include "base/bytes.h"

#include <assert.h>

bool pixels_fit(int64_t width, int64_t height)
{
    return width >= 1 && height >= 1 && width <= IMAGE_SIDE_MAX && height <= IMAGE_SIDE_MAX &&
           width * height <= IMAGE_PIXEL_COUNT_MAX;
}

struct pixels pixels_over(uint8_t *bytes, struct image_sides sides, bool bottom_first)
{
    assert(image_sides_are_valid(sides));
    ptrdiff_t stride = (ptrdiff_t)sides.width * PIXEL_SIZE_IN_BYTES;
    struct pixels pixels = {.first_row = bytes, .stride = stride, .sides = sides};
    if (bottom_first) {
        pixels.first_row = bytes + (sides.height - 1) * stride;
        pixels.stride = -stride;
    }
    return pixels;
}

bool pixels_are_opaque(const struct pixels *pixels)
{
    for (int32_t y = 0; y < pixels->sides.height; y++) {
        const uint8_t *row = pixels_row(pixels, y);
        uint32_t all = UINT32_MAX;
        for (int32_t x = 0; x < pixels->sides.width; x++)
            all &= load_u32(row + (ptrdiff_t)x * PIXEL_SIZE_IN_BYTES);
        if (all >> 24 != UINT8_MAX)
            return false;
    }
    return true;
}

bool pixels_equal(const struct pixels *a, const struct pixels *b)
{
    if (a->sides.width != b->sides.width || a->sides.height != b->sides.height)
        return false;
    for (int32_t y = 0; y < a->sides.height; y++)
        if (memcmp(pixels_row(a, y), pixels_row(b, y), pixels_row_size(a)) != 0)
            return false;
    return true;
}

void pixels_write(const struct pixels *pixels, uint8_t *bytes, bool bottom_first)
{
    struct pixels to = pixels_over(bytes, pixels->sides, bottom_first);
    for (int32_t y = 0; y < to.sides.height; y++)
        memcpy(pixels_row(&to, y), pixels_row(pixels, y), pixels_row_size(&to));
}

void pixels_fill(const struct pixels *pixels, uint32_t colour)
{
    for (int32_t x = 0; x < pixels->sides.width; x++)
        store_u32(pixels->first_row + (ptrdiff_t)x * PIXEL_SIZE_IN_BYTES, colour);
    for (int32_t y = 1; y < pixels->sides.height; y++)
        memcpy(pixels_row(pixels, y), pixels->first_row, pixels_row_size(pixels));
}

/* What of `size` places from `at` on lies in 0 .. room: how many to skip, and how many follow. */
static int32_t clip(int64_t at, int32_t size, int32_t room, int32_t *skipped)
{
    if (at >= room || at <= -(int64_t)size)
        return 0;
    *skipped = at < 0 ? (int32_t)-at : 0;
    int64_t left = size - *skipped, there = room - (at + *skipped);
    return (int32_t)(left < there ? left : there);
}

/* Both may be one picture: rows that are still to be read are not written first. */
void pixels_paste(const struct pixels *to, const struct pixels *from, int64_t x, int64_t y)
{
    int32_t left = 0, top = 0;
    int32_t width = clip(x, from->sides.width, to->sides.width, &left);
    int32_t height = clip(y, from->sides.height, to->sides.height, &top);
    if (width == 0)
        return;
    for (int32_t i = 0; i < height; i++) {
        int32_t row = y > 0 ? height - 1 - i : i;
        uint8_t *at = pixels_row(to, (int32_t)(y + top + row));
        memmove(at + (x + left) * PIXEL_SIZE_IN_BYTES,
                pixels_row(from, top + row) + (ptrdiff_t)left * PIXEL_SIZE_IN_BYTES,
                (size_t)width * PIXEL_SIZE_IN_BYTES);
    }
}

/* From `first` up to `end`: those of `from` pixels that fall on pixel `at` of `to`, at least 1. */
struct reach {
    int32_t first, end;
};

static struct reach reach(int32_t at, int32_t from, int32_t to)
{
    int32_t first = (int32_t)((int64_t)at * from / to);
    int32_t end = (int32_t)((int64_t)(at + 1) * from / to);
    return (struct reach){.first = first, .end = end > first ? end : first + 1};
}

static uint8_t divide(uint64_t sum, uint64_t count)
{
    return (uint8_t)((sum + count / 2) / count);
}

/* Colours count as much as they are opaque. */
static uint32_t mean(const struct pixels *from, struct reach columns, struct reach rows)
{
    uint64_t blue = 0, green = 0, red = 0, alpha = 0;
    for (int32_t y = rows.first; y < rows.end; y++) {
        const uint8_t *at = pixels_row(from, y) + (ptrdiff_t)columns.first * PIXEL_SIZE_IN_BYTES;
        for (int32_t x = columns.first; x < columns.end; x++, at += PIXEL_SIZE_IN_BYTES) {
            blue += at[0] * (uint32_t)at[3];
            green += at[1] * (uint32_t)at[3];
            red += at[2] * (uint32_t)at[3];
            alpha += at[3];
        }
    }
    if (alpha == 0)
        return 0;
    uint64_t count = (uint64_t)(columns.end - columns.first) * (uint64_t)(rows.end - rows.first);
    return PIXELS_COLOUR(divide(red, alpha), divide(green, alpha), divide(blue, alpha),
                         divide(alpha, count));
}

void pixels_scale(const struct pixels *to, const struct pixels *from)
{
    for (int32_t y = 0; y < to->sides.height; y++) {
        struct reach rows = reach(y, from->sides.height, to->sides.height);
        uint8_t *row = pixels_row(to, y);
        for (int32_t x = 0; x < to->sides.width; x++) {
            struct reach columns = reach(x, from->sides.width, to->sides.width);
            bool is_one = rows.end - rows.first == 1 && columns.end - columns.first == 1;
            const uint8_t *only =
                pixels_row(from, rows.first) + (ptrdiff_t)columns.first * PIXEL_SIZE_IN_BYTES;
            store_u32(row + (ptrdiff_t)x * PIXEL_SIZE_IN_BYTES,
                      is_one ? load_u32(only) : mean(from, columns, rows));
        }
    }
}

void pixels_pack_row(uint8_t *packed, const uint8_t *row, int32_t width, int channels)
{
    for (int32_t x = 0; x < width; x++, row += PIXEL_SIZE_IN_BYTES, packed += channels) {
        packed[0] = row[2];
        packed[1] = row[1];
        packed[2] = row[0];
        if (channels == PIXEL_SIZE_IN_BYTES)
            packed[3] = row[3];
    }
}

void pixels_swap(uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++, bytes += PIXEL_SIZE_IN_BYTES) {
        uint8_t blue = bytes[2];
        bytes[2] = bytes[0];
        bytes[0] = blue;
    }
}
