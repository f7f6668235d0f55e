#include "bindings/image_codec.h"

#include <spng.h>

#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_SIZE_MAX = 8 * 1024 * 1024, /* of what is in a PNG besides the pixels: text, colours */
    /*
     * Of 9, for a game that is kept waiting. A picture of 1920 x 1080 is 27 ms and 49 KB so; with
     * 6 it is 50 ms and 23 KB, and trying all filters takes another 60 ms for 3 % less.
     */
    COMPRESSION_LEVEL = 3
};

static bool configure_png(spng_ctx *context, const struct pixels *pixels, int channels)
{
    struct spng_ihdr header = {.width = (uint32_t)pixels->sides.width,
                               .height = (uint32_t)pixels->sides.height,
                               .bit_depth = 8,
                               .color_type = channels == 4 ? SPNG_COLOR_TYPE_TRUECOLOR_ALPHA
                                                           : SPNG_COLOR_TYPE_TRUECOLOR};
    return spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1) == 0 &&
           spng_set_option(context, SPNG_IMG_COMPRESSION_LEVEL, COMPRESSION_LEVEL) == 0 &&
           spng_set_option(context, SPNG_FILTER_CHOICE, SPNG_FILTER_CHOICE_UP) == 0 &&
           spng_set_ihdr(context, &header) == 0 &&
           spng_encode_image(context, NULL, 0, SPNG_FMT_PNG,
                             SPNG_ENCODE_PROGRESSIVE | SPNG_ENCODE_FINALIZE) == 0;
}

static uint8_t *encode_rows(spng_ctx *context, const struct pixels *pixels, int channels,
                            uint8_t *packed, size_t *size)
{
    int error = 0;
    size_t packed_size = (size_t)pixels->sides.width * (size_t)channels;
    for (int32_t y = 0; y < pixels->sides.height && error == 0; y++) {
        pixels_pack_row(packed, pixels_row(pixels, y), pixels->sides.width, channels);
        error = spng_encode_row(context, packed, packed_size);
    }
    return error == SPNG_EOI ? spng_get_png_buffer(context, size, &error) : NULL;
}

uint8_t *image_encode_png(const struct pixels *pixels, size_t *size)
{
    int channels = pixels_are_opaque(pixels) ? 3 : 4;
    uint8_t *packed = malloc((size_t)pixels->sides.width * (size_t)channels);
    spng_ctx *context = spng_ctx_new(SPNG_CTX_ENCODER);
    uint8_t *file = NULL;
    if (packed != NULL && context != NULL && configure_png(context, pixels, channels))
        file = encode_rows(context, pixels, channels, packed, size);
    spng_ctx_free(context);
    free(packed);
    return file;
}

enum status image_check_sides(uint32_t width, uint32_t height, struct image_sides *sides,
                              const char **why)
{
    if (!pixels_fit(width, height)) {
        *why = "a picture cannot have these sides";
        return STATUS_INVALID;
    }
    *sides = (struct image_sides){.width = (int32_t)width, .height = (int32_t)height};
    return STATUS_OK;
}

static enum status png_refusal(int error, const char **why)
{
    *why = spng_strerror(error);
    return error == SPNG_EMEM ? STATUS_OUT_OF_MEMORY : STATUS_INVALID;
}

static enum status read_png_sides(spng_ctx *context, const uint8_t *file, size_t size,
                                  struct image_sides *sides, const char **why)
{
    struct spng_ihdr header;
    int error = spng_set_chunk_limits(context, CHUNK_SIZE_MAX, CHUNK_SIZE_MAX);
    if (error == 0)
        error = spng_set_png_buffer(context, file, size);
    if (error == 0)
        error = spng_get_ihdr(context, &header);
    if (error != 0)
        return png_refusal(error, why);
    return image_check_sides(header.width, header.height, sides, why);
}

static enum status decode_png(spng_ctx *context, struct image_pool *pool, struct image_sides sides,
                              struct image_block *block, const char **why)
{
    size_t needed = image_size(sides);
    *block = image_block_take(pool, needed);
    if (block->bytes == NULL)
        return png_refusal(SPNG_EMEM, why);
    int error = spng_decode_image(context, block->bytes, needed, SPNG_FMT_RGBA8, SPNG_DECODE_TRNS);
    if (error == 0) {
        pixels_swap(block->bytes, needed / PIXEL_SIZE_IN_BYTES);
        return STATUS_OK;
    }
    image_block_give(pool, block);
    return png_refusal(error, why);
}

enum status image_decode(const uint8_t *file, size_t size, struct image_pool *pool,
                         struct image_block *block, struct image_sides *sides, const char **why)
{
    *block = (struct image_block){.bytes = NULL};
    if (size >= 4 && memcmp(file, "qoif", 4) == 0)
        return image_decode_qoi(file, size, block, sides, why);
    if (size < 4 || memcmp(file, "\x89PNG", 4) != 0) {
        *why = "neither PNG nor QOI";
        return STATUS_UNSUPPORTED;
    }
    spng_ctx *context = spng_ctx_new(0);
    if (context == NULL)
        return png_refusal(SPNG_EMEM, why);
    enum status status = read_png_sides(context, file, size, sides, why);
    if (status == STATUS_OK)
        status = decode_png(context, pool, *sides, block, why);
    spng_ctx_free(context);
    return status;
}
