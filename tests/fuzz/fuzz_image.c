/*
 * Any bytes as a picture: they are refused with a sentence, or they are a picture, which is the
 * same after it was encoded and decoded again. A PNG with sums that do not match gets no further
 * than its first part, so each input is tried a second time with sums that do.
 */
#include "base/big_endian.h"
#include "bindings/image_codec.h"
#include "fuzz/fuzz_input.h"

enum {
    PIXEL_COUNT_MAX = 256 * 1024, /* of pictures that are encoded again */
    SIGNATURE_SIZE = 8,
    CHUNK_REST_SIZE = 12 /* size, name and sum */
};

static struct image_pool pool;

static uint32_t crc(const uint8_t *bytes, size_t size)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        sum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320u : 0);
    }
    return ~sum;
}

static void mend_sums(uint8_t *file, size_t size)
{
    for (size_t at = SIGNATURE_SIZE; at < size && size - at >= CHUNK_REST_SIZE;) {
        size_t chunk = (uint32_t)load_be_i32(file + at);
        if (chunk > size - at - CHUNK_REST_SIZE)
            return;
        uint32_t sum = crc(file + at + 4, chunk + 4);
        store_be_i32(file + at + 8 + chunk, (int32_t)sum);
        at += chunk + CHUNK_REST_SIZE;
    }
}

static void expect_same(const struct pixels *pixels, uint8_t *file, size_t size)
{
    struct image_block block;
    struct image_sides sides;
    const char *why = NULL;
    assert(file != NULL);
    assert(image_decode(file, size, &pool, &block, &sides, &why) == STATUS_OK);
    struct pixels again = pixels_over(block.bytes, sides, false);
    assert(pixels_equal(pixels, &again));
    image_block_give(&pool, &block);
    free(file);
}

static void try_file(const uint8_t *file, size_t size)
{
    struct image_block block;
    struct image_sides sides;
    const char *why = NULL;
    if (image_decode(file, size, &pool, &block, &sides, &why) != STATUS_OK) {
        assert(why != NULL && block.bytes == NULL);
        return;
    }
    assert(pixels_fit(sides.width, sides.height) && block.size >= image_size(sides));
    struct pixels pixels = pixels_over(block.bytes, sides, false);
    if ((int64_t)sides.width * sides.height <= PIXEL_COUNT_MAX) {
        size_t encoded_size = 0;
        uint8_t *encoded = image_encode_png(&pixels, &encoded_size);
        expect_same(&pixels, encoded, encoded_size);
        encoded = image_encode_qoi(&pixels, &encoded_size);
        expect_same(&pixels, encoded, encoded_size);
    }
    image_block_give(&pool, &block);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *file = fuzz_memory(size > 0 ? size : 1);
    memcpy(file, data, size);
    try_file(file, size);
    mend_sums(file, size);
    try_file(file, size);
    free(file);
    image_pool_clear(&pool);
    return 0;
}
