/*
 * Pictures as PNG (by libspng) and QOI (by qoi.h), from memory to memory. It knows no files and no
 * Lua. What it decodes may come from anybody: the sides are checked before there is memory for
 * them, so that a file takes no more than the largest picture does.
 */
#ifndef BINDINGS_IMAGE_CODEC_H
#define BINDINGS_IMAGE_CODEC_H

#include "base/status.h"
#include "bindings/image_block.h"
#include "bindings/pixels.h"

/*
 * The whole file, to be freed, and its size; null: out of memory. A picture of which all is opaque
 * is written without alpha.
 */
uint8_t *image_encode_png(const struct pixels *pixels, size_t *size);
uint8_t *image_encode_qoi(const struct pixels *pixels, size_t *size);

/*
 * Decodes a file into a block, the caller's: image_size bytes, the top row first. The first bytes
 * tell the format. STATUS_UNSUPPORTED: it is neither; STATUS_INVALID: it is damaged or too large;
 * STATUS_OUT_OF_MEMORY. There is no block then, and *why is half a sentence, a static string.
 */
enum status image_decode(const uint8_t *file, size_t size, struct image_pool *pool,
                         struct image_block *block, struct image_sides *sides, const char **why);

/* Of the one format, whose first bytes have been found. */
enum status image_decode_qoi(const uint8_t *file, size_t size, struct image_block *block,
                             struct image_sides *sides, const char **why);

/* STATUS_OK, or STATUS_INVALID with *why: no picture may have these sides. */
enum status image_check_sides(uint32_t width, uint32_t height, struct image_sides *sides,
                              const char **why);

#endif
