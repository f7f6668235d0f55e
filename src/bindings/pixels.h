/*
 * Pictures as plain memory: four bytes a pixel, blue, green, red, alpha, in rows that follow each
 * other upwards or downwards. What can be done with them without Lua, without files and without
 * allocating anything. The memory is the caller's; places and sizes have been checked by whoever
 * calls.
 */
#ifndef BINDINGS_PIXELS_H
#define BINDINGS_PIXELS_H

#include "base/limits.h"
#include "wire/engine_bodies.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PIXEL_SIZE_IN_BYTES = 4
};

/* A colour is the four bytes in their order, as load_u32 reads them. */
#define PIXELS_COLOUR(red, green, blue, alpha)                                                     \
    ((uint32_t)(blue) | (uint32_t)(green) << 8 | (uint32_t)(red) << 16 | (uint32_t)(alpha) << 24)

struct pixels {
    uint8_t *first_row; /* the top one */
    ptrdiff_t stride;   /* bytes from a row to the one below it: negative if the bottom is first */
    struct image_sides sides;
};

/* Whether a picture may have these sides: each 1 .. IMAGE_SIDE_MAX, IMAGE_PIXEL_COUNT_MAX in all */
bool pixels_fit(int64_t width, int64_t height);

/*
 * A picture over image_size bytes without padding. That the bottom row comes first costs nothing
 * later: the sign of the stride says so from here on.
 */
struct pixels pixels_over(uint8_t *bytes, struct image_sides sides, bool bottom_first);

/* Row 0 is the top one. */
static inline uint8_t *pixels_row(const struct pixels *pixels, int32_t y)
{
    return pixels->first_row + y * pixels->stride;
}

static inline size_t pixels_row_size(const struct pixels *pixels)
{
    return (size_t)pixels->sides.width * PIXEL_SIZE_IN_BYTES;
}

bool pixels_are_opaque(const struct pixels *pixels);

bool pixels_equal(const struct pixels *a, const struct pixels *b);

/* Writes image_size bytes, the top or the bottom row first. */
void pixels_write(const struct pixels *pixels, uint8_t *bytes, bool bottom_first);

void pixels_fill(const struct pixels *pixels, uint32_t colour);

/* Copies what of `from` lies inside `to` when its top left corner is at x, y: any numbers. */
void pixels_paste(const struct pixels *to, const struct pixels *from, int64_t x, int64_t y);

/*
 * Fills `to` with all of `from`: along each side that gets shorter, the mean of the pixels that
 * fall together; along one that gets longer, the nearest. Clear pixels lend no colour to others.
 */
void pixels_scale(const struct pixels *to, const struct pixels *from);

/* A row as files have it: red, green, blue, and alpha if there are four channels. */
void pixels_pack_row(uint8_t *packed, const uint8_t *row, int32_t width, int channels);

/* Swaps red and blue of so many pixels of four bytes. */
void pixels_swap(uint8_t *bytes, size_t count);

#endif
