#include "bindings/image_codec.h"

#include "base/big_endian.h"

/* The one file that has the functions of that header, which are not declared static. */
#define QOI_IMPLEMENTATION
#define QOI_NO_STDIO
#include <qoi.h>

enum {
    HEADER_SIZE = 14,
    RUN_MAX = 62 /* pixels that one byte may stand for */
};

static const uint8_t end_mark[8] = {0, 0, 0, 0, 0, 0, 0, 1};

uint8_t *image_encode_qoi(const struct pixels *pixels, size_t *size)
{
    qoi_desc header = {.width = (unsigned)pixels->sides.width,
                       .height = (unsigned)pixels->sides.height,
                       .channels = pixels_are_opaque(pixels) ? 3 : 4,
                       .colorspace = QOI_SRGB};
    size_t row_size = (size_t)header.width * header.channels;
    uint8_t *packed = malloc(row_size * header.height);
    if (packed == NULL)
        return NULL;
    for (int32_t y = 0; y < pixels->sides.height; y++)
        pixels_pack_row(packed + (size_t)y * row_size, pixels_row(pixels, y), pixels->sides.width,
                        header.channels);
    int length = 0;
    uint8_t *file = qoi_encode(packed, &header, &length);
    free(packed);
    *size = (size_t)length;
    return file;
}

static enum status refuse(const char *reason, const char **why)
{
    *why = reason;
    return STATUS_INVALID;
}

/*
 * The decoder fills up what a file that was cut short does not say, and has memory for pixels that
 * the file is too short to describe.
 */
enum status image_decode_qoi(const uint8_t *file, size_t size, struct image_block *block,
                             struct image_sides *sides, const char **why)
{
    if (size < HEADER_SIZE + sizeof end_mark || size > IMAGE_FILE_SIZE_MAX)
        return refuse("this is no size of a QOI file", why);
    enum status status = image_check_sides((uint32_t)load_be_i32(file + 4),
                                           (uint32_t)load_be_i32(file + 8), sides, why);
    if (status != STATUS_OK)
        return status;
    size_t pixel_count = image_size(*sides) / PIXEL_SIZE_IN_BYTES;
    if (memcmp(file + size - sizeof end_mark, end_mark, sizeof end_mark) != 0 ||
        pixel_count / RUN_MAX > size)
        return refuse("the file is cut short", why);
    if (file[12] < 3 || file[12] > 4 || file[13] > 1)
        return refuse("the header is damaged", why);
    qoi_desc header;
    block->bytes = qoi_decode(file, (int)size, &header, PIXEL_SIZE_IN_BYTES);
    if (block->bytes == NULL) {
        *why = "out of memory";
        return STATUS_OUT_OF_MEMORY;
    }
    block->size = image_size(*sides);
    pixels_swap(block->bytes, pixel_count);
    return STATUS_OK;
}
