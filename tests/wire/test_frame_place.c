/*
 * Where the decoder of frames has the bodies: in the slice, in the place, and how much memory it
 * asks for on the word of a stranger.
 */
#include "support/frame_kit.h"
#include "support/slot_kit.h"
#include "wire/frame.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void feed(struct frame_decoder *decoder, const char *hex)
{
    static uint8_t bytes[64];
    frame_decoder_feed(decoder, bytes, kit_read_hex(hex, bytes, sizeof bytes));
}

static void test_a_body_in_one_slice_stays_there(void **unused)
{
    (void)unused;
    struct frame_decoder decoder =
        frame_decoder(100, frame_kit_place(&(struct frame_kit_memory){.budget = 0}));
    const uint8_t slice[] = {0, 0, 0, 2, 5, 8, 9, 0, 0, 0, 0, 6, 0, 0, 0, 1, 7, 3};
    struct frame frame;
    frame_decoder_feed(&decoder, slice, sizeof slice);
    assert_true(frame_kit_next(&decoder, &frame));
    assert_ptr_equal(frame.body, slice + 5);
    assert_true(frame_kit_next(&decoder, &frame));
    assert_ptr_equal(frame.body, slice + 12);
    assert_true(frame_kit_next(&decoder, &frame));
    assert_ptr_equal(frame.body, slice + 17);
    assert_false(frame_kit_next(&decoder, &frame));
    /* Not even if its header was cut off. */
    frame_decoder_feed(&decoder, slice, 3);
    assert_false(frame_kit_next(&decoder, &frame));
    frame_decoder_feed(&decoder, slice + 3, 4);
    assert_true(frame_kit_next(&decoder, &frame));
    assert_ptr_equal(frame.body, slice + 5);
    assert_true(frame_decoder_is_between(&decoder));
}

/* A decoder that has seen this header and all of its body but `missing` bytes, in small slices. */
static void begin_body(struct frame_decoder *decoder, size_t size, size_t missing)
{
    uint8_t bytes[1024] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                           (uint8_t)size, 4};
    struct frame frame;
    frame_decoder_feed(decoder, bytes, FRAME_HEADER_SIZE);
    assert_false(frame_kit_next(decoder, &frame));
    memset(bytes, 0xAB, sizeof bytes);
    for (size_t left = size - missing, part; left > 0; left -= part) {
        part = left < sizeof bytes ? left : sizeof bytes;
        frame_decoder_feed(decoder, bytes, part);
        assert_false(frame_kit_next(decoder, &frame));
    }
}

static void test_an_announced_size_takes_no_memory(void **unused)
{
    (void)unused;
    struct frame_kit_memory memory = {.budget = SIZE_MAX};
    struct frame_decoder decoder = frame_decoder(INT32_MAX, frame_kit_place(&memory));
    begin_body(&decoder, INT32_MAX, INT32_MAX);
    assert_int_equal(memory.count, 0);
    uint8_t bytes[1000] = {0};
    struct frame frame;
    for (size_t arrived = sizeof bytes; arrived < 10 * 1000 * 1000; arrived += sizeof bytes) {
        frame_decoder_feed(&decoder, bytes, sizeof bytes);
        assert_false(frame_kit_next(&decoder, &frame));
        size_t most = arrived * 2 > FRAME_PLACE_SIZE_MIN ? arrived * 2 : FRAME_PLACE_SIZE_MIN;
        assert_in_range(memory.largest, arrived, most);
    }
    assert_in_range(memory.count, 7, 9); /* 64 KiB doubled until it is 10 MB */
    frame_kit_drop(&decoder.place);
}

static void test_the_room_takes_no_more_memory_than_that(void **unused)
{
    (void)unused;
    struct frame_kit_memory memory = {.budget = SIZE_MAX};
    struct frame_decoder decoder = frame_decoder(INT32_MAX, frame_kit_place(&memory));
    struct frame frame;
    size_t arrived = 0, size;
    begin_body(&decoder, INT32_MAX, INT32_MAX);
    while (arrived < 1000 * 1000) {
        uint8_t *room = frame_decoder_room(&decoder, &size);
        size_t most = arrived * 2 > FRAME_PLACE_SIZE_MIN ? arrived * 2 + 2 : FRAME_PLACE_SIZE_MIN;
        assert_non_null(room);
        assert_in_range(memory.largest, arrived + 1, most);
        assert_int_equal(size, memory.largest - arrived);
        memset(room, 1, size);
        frame_decoder_feed(&decoder, room, size);
        assert_false(frame_kit_next(&decoder, &frame));
        arrived += size;
    }
    assert_int_equal(memory.count, 5);
    frame_kit_drop(&decoder.place);
}

static void test_no_more_memory_is_taken_than_the_body_has(void **unused)
{
    (void)unused;
    struct frame_kit_memory memory = {.budget = SIZE_MAX};
    struct frame_decoder decoder = frame_decoder(INT32_MAX, frame_kit_place(&memory));
    struct frame frame;
    begin_body(&decoder, 3 * FRAME_PLACE_SIZE_MIN, 1);
    assert_int_equal(memory.largest, 3 * FRAME_PLACE_SIZE_MIN);
    feed(&decoder, "AB 00 00 00 00 05");
    assert_true(frame_kit_next(&decoder, &frame));
    assert_int_equal(frame.size, 3 * FRAME_PLACE_SIZE_MIN);
    for (size_t i = 0; i < frame.size; i++)
        assert_int_equal(frame.body[i], 0xAB);
    assert_true(frame_kit_next(&decoder, &frame));
    size_t count = memory.count;
    begin_body(&decoder, 3 * FRAME_PLACE_SIZE_MIN, 1); /* which is there still */
    assert_int_equal(memory.count, count);
    frame_kit_drop(&decoder.place);
}

static void test_a_place_that_is_large_enough_is_never_grown(void **unused)
{
    (void)unused;
    static uint8_t bytes[3 * FRAME_PLACE_SIZE_MIN];
    struct frame_place place = {.bytes = bytes, .size = sizeof bytes};
    struct frame_decoder decoder = frame_decoder(sizeof bytes, place);
    struct frame frame;
    begin_body(&decoder, sizeof bytes, 2);
    feed(&decoder, "01 02");
    assert_true(frame_kit_next(&decoder, &frame));
    assert_ptr_equal(frame.body, bytes);
    assert_memory_equal(bytes + sizeof bytes - 3, "\xAB\x01\x02", 3);
}

static void test_no_memory_ends_the_stream(void **unused)
{
    (void)unused;
    for (int with_room = 0; with_room < 2; with_room++) {
        struct frame_kit_memory memory = {.budget = FRAME_PLACE_SIZE_MIN};
        struct frame_decoder decoder = frame_decoder(INT32_MAX, frame_kit_place(&memory));
        struct frame frame;
        size_t size = FRAME_PLACE_SIZE_MIN;
        feed(&decoder, "00 00 00 01 05 C0");
        assert_true(frame_kit_next(&decoder, &frame));
        begin_body(&decoder, size + 1, 1);
        assert_int_equal(decoder.failure.problem, FRAME_PROBLEM_NONE);
        for (int i = 0; with_room && i < 2; i++)
            assert_null(frame_decoder_room(&decoder, &size));
        feed(&decoder, "AB 00 00 00 00 05");
        assert_false(frame_kit_next(&decoder, &frame));
        assert_int_equal(decoder.failure.problem, FRAME_PROBLEM_NO_MEMORY);
        assert_int_equal(decoder.failure.position, 6);
        assert_int_equal(decoder.failure.kind, 4);
        assert_null(decoder.failure.body);
        assert_int_equal(memory.count, 2); /* it is not asked again */
        assert_false(frame_decoder_is_between(&decoder));
        frame_kit_drop(&decoder.place);
    }
}

static void test_bytes_received_in_the_place_are_the_body(void **unused)
{
    (void)unused;
    uint8_t bytes[100] = {0};
    struct frame_decoder decoder =
        frame_decoder(sizeof bytes, (struct frame_place){.bytes = bytes, .size = sizeof bytes});
    struct frame frame;
    size_t size = 1;
    assert_null(frame_decoder_room(&decoder, &size));
    assert_int_equal(size, 0);
    begin_body(&decoder, 20, 19);
    assert_ptr_equal(frame_decoder_room(&decoder, &size), bytes + 1);
    assert_int_equal(size, 19);
    memcpy(bytes + 1, "0123456789", 10);
    frame_decoder_feed(&decoder, bytes + 1, 10);
    assert_false(frame_kit_next(&decoder, &frame));
    feed(&decoder, "41 42"); /* in between by another way */
    assert_false(frame_kit_next(&decoder, &frame));
    assert_ptr_equal(frame_decoder_room(&decoder, &size), bytes + 13);
    assert_int_equal(size, 7);
    memcpy(bytes + 13, "abcdefg", 7);
    frame_decoder_feed(&decoder, bytes + 13, 7);
    assert_true(frame_kit_next(&decoder, &frame));
    assert_ptr_equal(frame.body, bytes);
    assert_memory_equal(bytes,
                        "\xAB"
                        "0123456789ABabcdefg",
                        20);
    assert_false(frame_kit_next(&decoder, &frame));
    assert_null(frame_decoder_room(&decoder, &size));
    assert_int_equal(bytes[20], 0);
}

static void test_a_skipped_body_needs_no_room(void **unused)
{
    (void)unused;
    struct frame_kit_memory memory = {.budget = 0};
    struct frame_decoder decoder = frame_decoder(INT32_MAX, frame_kit_place(&memory));
    struct frame frame;
    size_t size = 1;
    feed(&decoder, "00 01 00 00 01 00");
    assert_true(frame_kit_next(&decoder, &frame));
    assert_int_equal(frame.problem, FRAME_PROBLEM_SIZE_WRONG);
    assert_false(frame_kit_next(&decoder, &frame));
    assert_null(frame_decoder_room(&decoder, &size));
    uint8_t rest[0xFFFF] = {0};
    frame_decoder_feed(&decoder, rest, sizeof rest);
    assert_false(frame_kit_next(&decoder, &frame));
    assert_true(frame_decoder_is_between(&decoder));
    assert_int_equal(memory.count, 0);
}

static void test_the_owner_may_take_a_body_away(void **unused)
{
    (void)unused;
    struct frame_kit_memory memory = {.budget = SIZE_MAX};
    struct frame_decoder decoder = frame_decoder(INT32_MAX, frame_kit_place(&memory));
    struct frame first, second;
    begin_body(&decoder, 10, 1);
    feed(&decoder, "AA 00 00 00 0A 04 11 12");
    assert_true(frame_kit_next(&decoder, &first));
    assert_ptr_equal(first.body, decoder.place.bytes);
    struct frame_place taken = decoder.place;
    decoder.place = frame_kit_place(&memory);
    assert_false(frame_kit_next(&decoder, &second));
    feed(&decoder, "13 14 15 16 17 18 19 1A");
    assert_true(frame_kit_next(&decoder, &second));
    assert_memory_equal(second.body, "\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1A", 10);
    assert_memory_equal(first.body, "\xAB\xAB\xAB\xAB\xAB\xAB\xAB\xAB\xAB\xAA", 10);
    frame_kit_drop(&taken);
    frame_kit_drop(&decoder.place);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_body_in_one_slice_stays_there),
        cmocka_unit_test(test_an_announced_size_takes_no_memory),
        cmocka_unit_test(test_the_room_takes_no_more_memory_than_that),
        cmocka_unit_test(test_no_more_memory_is_taken_than_the_body_has),
        cmocka_unit_test(test_a_place_that_is_large_enough_is_never_grown),
        cmocka_unit_test(test_no_memory_ends_the_stream),
        cmocka_unit_test(test_bytes_received_in_the_place_are_the_body),
        cmocka_unit_test(test_a_skipped_body_needs_no_room),
        cmocka_unit_test(test_the_owner_may_take_a_body_away),
    };
    return cmocka_run_group_tests_name("frame place", tests, NULL, NULL);
}
