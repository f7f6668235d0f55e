/* Pictures to bytes and back, damaged bytes, and the memory that pictures are kept in. */
#include "base/big_endian.h"
#include "bindings/image_codec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    WIDTH = 13,
    HEIGHT = 7,
    SIZE = WIDTH * HEIGHT * 4,
    PNG_WIDTH_PLACE = 16, /* of the header, in the file */
    PNG_HEADER_PLACE = 12,
    PNG_HEADER_SIZE = 17 /* with its name */
};

static struct image_pool pool;
static uint8_t bytes[SIZE];
static const char *why; /* the last file was refused */

typedef uint8_t *encoder(const struct pixels *pixels, size_t *size);

static encoder *const encoders[] = {image_encode_png, image_encode_qoi};

static struct pixels make_picture(bool opaque, bool bottom_first)
{
    for (size_t i = 0; i < SIZE; i++)
        bytes[i] = (uint8_t)(i % 4 == 3 && opaque ? 255 : i * i * 11 >> 3);
    return pixels_over(bytes, (struct image_sides){WIDTH, HEIGHT}, bottom_first);
}

/* Of memory of just that size, so that the sanitizer sees every step beyond it. */
static enum status decode(const uint8_t *file, size_t size, struct image_block *block,
                          struct image_sides *sides)
{
    why = NULL;
    uint8_t *exact = malloc(size > 0 ? size : 1);
    assert_non_null(exact);
    memcpy(exact, file, size);
    enum status status = image_decode(exact, size, &pool, block, sides, &why);
    free(exact);
    if (status == STATUS_OK)
        assert_true(block->size >= image_size(*sides));
    else
        assert_true(why != NULL && block->bytes == NULL);
    return status;
}

static int end(void **state)
{
    (void)state;
    image_pool_clear(&pool);
    return 0;
}

static void test_pictures_come_back_as_they_were(void **state)
{
    (void)state;
    for (int i = 0; i < 8; i++) {
        struct pixels picture = make_picture(i % 2 != 0, i / 2 % 2 != 0);
        size_t size = 0;
        uint8_t *file = encoders[i / 4](&picture, &size);
        struct image_block block;
        struct image_sides sides;
        assert_non_null(file);
        assert_int_equal(decode(file, size, &block, &sides), STATUS_OK);
        struct pixels again = pixels_over(block.bytes, sides, false);
        assert_true(pixels_equal(&picture, &again));
        image_block_give(&pool, &block);
        free(file);
    }
}

static void test_files_that_were_cut_short_are_refused(void **state)
{
    (void)state;
    struct pixels picture = make_picture(false, false);
    for (int i = 0; i < 2; i++) {
        size_t size = 0;
        uint8_t *file = encoders[i](&picture, &size);
        assert_non_null(file);
        size_t end_size = i == 0 ? 12 + 4 : 0; /* of a PNG the last part, and a sum, say nothing */
        for (size_t cut = 0; cut < size - end_size; cut++) {
            struct image_block block;
            struct image_sides sides;
            enum status status = decode(file, cut, &block, &sides);
            assert_int_equal(status, cut < 4 ? STATUS_UNSUPPORTED : STATUS_INVALID);
        }
        free(file);
    }
}

static void test_every_byte_may_be_another(void **state)
{
    (void)state;
    struct pixels picture = make_picture(false, false);
    for (int i = 0; i < 2; i++) {
        size_t size = 0;
        uint8_t *file = encoders[i](&picture, &size);
        assert_non_null(file);
        for (size_t at = 0; at < size; at++)
            for (int change = 1; change < 256; change = change * 2 + 1) {
                struct image_block block;
                struct image_sides sides;
                file[at] ^= (uint8_t)change;
                decode(file, size, &block, &sides);
                image_block_give(&pool, &block);
                file[at] ^= (uint8_t)change;
            }
        free(file);
    }
}

static uint32_t crc(const uint8_t *part, size_t size)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        sum ^= part[i];
        for (int bit = 0; bit < 8; bit++)
            sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320u : 0);
    }
    return ~sum;
}

/* Sides in the header that the pixels behind it do not have, with the sum that goes with them. */
static void test_sides_are_checked_before_there_is_memory_for_them(void **state)
{
    static const uint32_t wrong[][2] = {{0, 7},           {13, 0},       {16385, 1},
                                        {1, 16385},       {16384, 2049}, {UINT32_MAX, UINT32_MAX},
                                        {0x80000000u, 1}, {65536, 65536}};
    (void)state;
    struct pixels picture = make_picture(false, false);
    for (size_t i = 0; i < 2 * sizeof wrong / sizeof wrong[0]; i++) {
        const uint32_t *sides_given = wrong[i / 2];
        bool is_png = i % 2 == 0;
        size_t size = 0;
        uint8_t *file = encoders[i % 2](&picture, &size);
        assert_non_null(file);
        uint8_t *at = file + (is_png ? PNG_WIDTH_PLACE : 4);
        store_be_i32(at, (int32_t)sides_given[0]);
        store_be_i32(at + 4, (int32_t)sides_given[1]);
        if (is_png)
            store_be_i32(file + PNG_HEADER_PLACE + PNG_HEADER_SIZE,
                         (int32_t)crc(file + PNG_HEADER_PLACE, PNG_HEADER_SIZE));
        struct image_block block;
        struct image_sides sides;
        assert_int_equal(decode(file, size, &block, &sides), STATUS_INVALID);
        bool is_for_libspng =
            sides_given[0] == 0 || sides_given[1] == 0 || sides_given[0] > INT32_MAX;
        if (!is_png || !is_for_libspng)
            assert_string_equal(why, "a picture cannot have these sides");
        free(file);
    }
}

static void test_a_block_is_given_again(void **state)
{
    enum {
        LARGE = 1024 * 1024
    };
    (void)state;
    struct image_block first = image_block_take(&pool, LARGE);
    struct image_block second = image_block_take(&pool, LARGE + 1);
    const uint8_t *first_bytes = first.bytes, *second_bytes = second.bytes;
    assert_true(first_bytes != NULL && second_bytes != NULL && first_bytes != second_bytes);
    image_block_give(&pool, &first);
    image_block_give(&pool, &second);
    assert_null(first.bytes);
    image_block_give(&pool, &first); /* none is fine */
    struct image_block small = image_block_take(&pool, LARGE / 2 - 1);
    assert_ptr_not_equal(small.bytes, first_bytes); /* far more than was asked for */
    assert_ptr_not_equal(small.bytes, second_bytes);
    first = image_block_take(&pool, LARGE + 1);
    assert_ptr_equal(first.bytes, second_bytes);
    second = image_block_take(&pool, LARGE / 2);
    assert_ptr_equal(second.bytes, first_bytes);
    image_block_give(&pool, &small);
    image_block_give(&pool, &first);
    image_block_give(&pool, &second);
    assert_ptr_equal(pool.blocks[0].bytes, first_bytes);
    assert_ptr_equal(pool.blocks[1].bytes, second_bytes);
}

static void test_many_blocks_are_kept_if_they_are_not_large(void **state)
{
    static const size_t sizes[] = {8 * 1024 * 1024, 20 * 1024 * 1024};
    static const size_t kept_counts[] = {IMAGE_POOL_BLOCK_COUNT, 2};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct image_block blocks[IMAGE_POOL_BLOCK_COUNT + 1];
        size_t kept_count = 0;
        image_pool_clear(&pool);
        for (size_t k = 0; k <= IMAGE_POOL_BLOCK_COUNT; k++)
            blocks[k] = image_block_take(&pool, sizes[i]);
        for (size_t k = 0; k <= IMAGE_POOL_BLOCK_COUNT; k++)
            image_block_give(&pool, &blocks[k]);
        while (kept_count < IMAGE_POOL_BLOCK_COUNT && pool.blocks[kept_count].bytes != NULL)
            kept_count++;
        assert_int_equal(kept_count, kept_counts[i]);
    }
}

static void test_small_and_huge_blocks_are_not_kept(void **state)
{
    static const size_t sizes[] = {1, 1000, IMAGE_BLOCK_KEPT_SIZE_MAX + 1};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct image_block block = image_block_take(&pool, sizes[i]);
        assert_non_null(block.bytes);
        image_block_give(&pool, &block);
        assert_null(pool.blocks[0].bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_pictures_come_back_as_they_were, end),
        cmocka_unit_test_teardown(test_files_that_were_cut_short_are_refused, end),
        cmocka_unit_test_teardown(test_every_byte_may_be_another, end),
        cmocka_unit_test_teardown(test_sides_are_checked_before_there_is_memory_for_them, end),
        cmocka_unit_test_teardown(test_a_block_is_given_again, end),
        cmocka_unit_test_teardown(test_many_blocks_are_kept_if_they_are_not_large, end),
        cmocka_unit_test_teardown(test_small_and_huge_blocks_are_not_kept, end),
    };
    return cmocka_run_group_tests_name("image codec", tests, NULL, NULL);
}
