/* Reader and writer: nothing outside the buffer, and a failure is never forgotten. */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_numbers_are_little_endian(void **unused)
{
    (void)unused;
    uint8_t bytes[20];
    struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
    bytes_put_i32(&writer, -2);
    bytes_put_u32(&writer, 0x01020304);
    bytes_put_f32(&writer, 1.0f);
    bytes_put_f64(&writer, -2.0);
    assert_false(writer.failed);
    assert_int_equal(writer.position, 20);
    assert_memory_equal(bytes, "\xFE\xFF\xFF\xFF\x04\x03\x02\x01\0\0\x80\x3F\0\0\0\0\0\0\0\xC0",
                        20);
    struct bytes_reader reader = bytes_reader(bytes, sizeof bytes);
    assert_int_equal(bytes_take_i32(&reader), -2);
    assert_int_equal(bytes_take_u32(&reader), 0x01020304);
    assert_true(bytes_take_f32(&reader) == 1.0f);
    assert_true(bytes_take_f64(&reader) == -2.0);
    assert_false(reader.failed);
    assert_int_equal(reader.position, 20);
}

static void test_numbers_need_no_alignment(void **unused)
{
    (void)unused;
    for (size_t at = 0; at < 8; at++) {
        uint8_t bytes[16] = {0};
        store_f64(bytes + at, 0.1);
        assert_true(load_f64(bytes + at) == 0.1);
        store_i32(bytes + at, INT32_MIN);
        assert_int_equal(load_i32(bytes + at), INT32_MIN);
    }
}

static void test_a_reader_takes_all_and_not_one_byte_more(void **unused)
{
    (void)unused;
    for (size_t size = 0; size < 12; size++) {
        uint8_t *bytes = malloc(size); /* the sanitizer watches its end */
        memset(bytes, 7, size);
        struct bytes_reader reader = bytes_reader(bytes, size);
        assert_ptr_equal(bytes_take(&reader, size), bytes);
        assert_false(reader.failed);
        assert_non_null(bytes_take(&reader, 0));
        assert_null(bytes_take(&reader, 1));
        assert_true(reader.failed);
        reader = bytes_reader(bytes, size);
        assert_null(bytes_take(&reader, size + 1));
        reader = bytes_reader(bytes, size);
        bytes_take_f64(&reader);
        assert_int_equal(reader.failed, size < 8);
        free(bytes);
    }
}

static void test_a_failed_reader_gives_zeros_for_ever(void **unused)
{
    (void)unused;
    const uint8_t bytes[6] = {1, 2, 3, 4, 5, 6};
    struct bytes_reader reader = bytes_reader(bytes, sizeof bytes);
    assert_int_equal(bytes_take_u32(&reader), 0x04030201);
    assert_int_equal(bytes_take_u32(&reader), 0);
    assert_true(reader.failed);
    assert_null(bytes_take(&reader, 1)); /* there would be one, but not any more */
    assert_null(bytes_take(&reader, 0));
    assert_int_equal(bytes_take_i32(&reader), 0);
    assert_true(bytes_take_f32(&reader) == 0.0f);
    assert_true(bytes_take_f64(&reader) == 0.0);
    assert_int_equal(reader.position, 4);
}

static void test_a_writer_fills_all_and_not_one_byte_more(void **unused)
{
    (void)unused;
    for (size_t size = 0; size < 12; size++) {
        uint8_t *bytes = malloc(size);
        struct bytes_writer writer = bytes_writer(bytes, size);
        assert_ptr_equal(bytes_room(&writer, size), bytes);
        assert_false(writer.failed);
        bytes_put(&writer, NULL, 0);
        assert_false(writer.failed);
        bytes_put(&writer, "x", 1);
        assert_true(writer.failed);
        writer = bytes_writer(bytes, size);
        bytes_put_f64(&writer, 1.0);
        assert_int_equal(writer.failed, size < 8);
        assert_int_equal(writer.position, size < 8 ? 0 : 8);
        free(bytes);
    }
}

static void test_a_failed_writer_drops_everything_for_ever(void **unused)
{
    (void)unused;
    uint8_t bytes[6] = {9, 9, 9, 9, 9, 9};
    struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
    bytes_put_u32(&writer, 0x04030201);
    bytes_put_u32(&writer, 0x08070605);
    bytes_put(&writer, "ab", 2);
    assert_true(writer.failed);
    assert_null(bytes_room(&writer, 0));
    assert_memory_equal(bytes, "\1\2\3\4\x09\x09", 6);
}

static void test_huge_sizes_do_not_wrap(void **unused)
{
    (void)unused;
    const size_t huge[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 3, SIZE_MAX / 2 + 1, 9};
    for (size_t i = 0; i < sizeof huge / sizeof huge[0]; i++) {
        uint8_t bytes[12] = {0};
        struct bytes_reader reader = bytes_reader(bytes, sizeof bytes);
        struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
        bytes_take_u32(&reader);
        bytes_put_u32(&writer, 1);
        assert_null(bytes_take(&reader, huge[i]));
        assert_null(bytes_room(&writer, huge[i]));
        assert_true(reader.failed && writer.failed);
        assert_int_equal(reader.position, 4);
        assert_int_equal(writer.position, 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_are_little_endian),
        cmocka_unit_test(test_numbers_need_no_alignment),
        cmocka_unit_test(test_a_reader_takes_all_and_not_one_byte_more),
        cmocka_unit_test(test_a_failed_reader_gives_zeros_for_ever),
        cmocka_unit_test(test_a_writer_fills_all_and_not_one_byte_more),
        cmocka_unit_test(test_a_failed_writer_drops_everything_for_ever),
        cmocka_unit_test(test_huge_sizes_do_not_wrap),
    };
    return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
