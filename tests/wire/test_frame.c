/*
 * The decoder and the headers of frames, against the seed and the fact sheet "Remote editor TCP
 * protocol", sections 2, 3, 5 and 7. Where slices may end is in test_frame_cuts.c, where bodies
 * may lie in test_frame_place.c.
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

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

static void test_frames_come_out_in_order(void **unused)
{
    (void)unused;
    assert_string_equal(frame_kit_hex_events("00 00 00 05 01 00 00 00 07 01 "
                                             "00 00 00 05 01 00 00 00 07 02 "
                                             "00 00 00 08 03 00 00 02 80 00 00 01 E0"),
                        "0 01 ping 0000000701\n"
                        "10 01 ping 0000000702\n"
                        "20 03 ask screenshot 00000280000001e0\n"
                        "between\n");
    assert_string_equal(frame_kit_hex_events(""), "between\n");
}

static void test_an_empty_body_is_a_frame(void **unused)
{
    (void)unused;
    assert_string_equal(frame_kit_hex_events("00 00 00 00 05 00 00 00 00 02"),
                        "0 05 command \n5 02 log \nbetween\n");
}

static void test_unknown_and_reserved_kinds_are_passed_on(void **unused)
{
    (void)unused;
    assert_string_equal(frame_kit_hex_events("00 00 00 02 06 12 34 00 00 00 00 07 "
                                             "00 00 00 01 EF 01 00 00 00 01 F0 02 "
                                             "00 00 00 03 FF 03 04 05"),
                        "0 06 protobuf command 1234\n7 07 unknown \n12 ef unknown 01\n"
                        "18 f0 reserved 02\n24 ff reserved 030405\nbetween\n");
}

static void test_kind_0_is_skipped_with_a_warning(void **unused)
{
    (void)unused;
    assert_string_equal(frame_kit_hex_events("00 00 00 03 00 00 00 00 00 00 00 00 00 "
                                             "00 00 00 05 01 00 00 00 07 01"),
                        "0 00 invalid (3) a frame of kind 0, which is invalid\n"
                        "8 00 invalid (0) a frame of kind 0, which is invalid\n"
                        "13 01 ping 0000000701\nbetween\n");
}

static void test_a_warning_may_be_the_last(void **unused)
{
    (void)unused;
    assert_string_equal(frame_kit_hex_events("00 00 00 00 00"),
                        "0 00 invalid (0) a frame of kind 0, which is invalid\nbetween\n");
    assert_string_equal(frame_kit_hex_events("00 00 00 01 00 07"),
                        "0 00 invalid (1) a frame of kind 0, which is invalid\nbetween\n");
}

static void test_wrong_sizes_are_skipped_with_a_warning(void **unused)
{
    (void)unused;
    assert_string_equal(frame_kit_hex_events("00 00 00 04 01 00 00 00 07 "
                                             "00 00 00 06 01 00 00 00 07 01 00 "
                                             "00 00 00 00 01 "
                                             "00 00 00 07 03 00 00 00 00 00 00 00 "
                                             "00 00 00 09 03 00 00 00 00 00 00 00 00 00 "
                                             "00 00 00 00 03 "
                                             "00 00 00 05 01 00 00 00 07 02"),
                        "0 01 ping (4) a body of another size than its kind has\n"
                        "9 01 ping (6) a body of another size than its kind has\n"
                        "20 01 ping (0) a body of another size than its kind has\n"
                        "25 03 ask screenshot (7) a body of another size than its kind has\n"
                        "37 03 ask screenshot (9) a body of another size than its kind has\n"
                        "51 03 ask screenshot (0) a body of another size than its kind has\n"
                        "56 01 ping 0000000702\nbetween\n");
}

static void test_every_truncation_is_within_a_frame(void **unused)
{
    (void)unused;
    static const char *const frames[] = {"00 00 00 05 01 00 00 00 07 01", "00 00 00 03 00 01 02 03",
                                         "00 00 00 04 01 00 00 00 07"};
    for (size_t i = 0; i < SIZE_OF(frames); i++) {
        uint8_t bytes[16];
        size_t size = kit_read_hex(frames[i], bytes, sizeof bytes);
        for (size_t cut = 1; cut < size; cut++) {
            const char *events = frame_kit_events(bytes, cut, (struct frame_kit_way){.cap = 100});
            assert_non_null(strstr(events, "within\n"));
            assert_int_equal(strstr(events, "invalid") != NULL, i == 1 && cut >= 5);
            assert_int_equal(strstr(events, "another size") != NULL, i == 2 && cut >= 5);
        }
    }
}

/* What a header with this size makes of a stream. */
static const char *events_of_size(uint32_t size, uint8_t kind, int32_t cap)
{
    const uint8_t stream[] = {0,
                              0,
                              0,
                              5,
                              1,
                              0,
                              0,
                              0,
                              7,
                              1,
                              (uint8_t)(size >> 24),
                              (uint8_t)(size >> 16),
                              (uint8_t)(size >> 8),
                              (uint8_t)size,
                              kind,
                              0,
                              0,
                              0,
                              5,
                              1,
                              0,
                              0,
                              0,
                              7,
                              2};
    return frame_kit_events(stream, sizeof stream, (struct frame_kit_way){.cap = cap});
}

#define PING "0 01 ping 0000000701\n"

static void test_a_negative_size_ends_the_stream(void **unused)
{
    (void)unused;
    assert_string_equal(events_of_size(0xFFFFFFFF, 4, FRAME_BODY_SIZE_MAX),
                        PING "failed 10 04 screenshot (-1) a body of negative size\n");
    assert_string_equal(events_of_size(0x80000000, 0, FRAME_BODY_SIZE_MAX),
                        PING "failed 10 00 invalid (-2147483648) a body of negative size\n");
    assert_string_equal(events_of_size(0x80000005, 1, INT32_MAX),
                        PING "failed 10 01 ping (-2147483643) a body of negative size\n");
}

static void test_a_size_over_the_cap_ends_the_stream(void **unused)
{
    (void)unused;
    assert_string_equal(events_of_size(0x7FFFFFFF, 4, FRAME_BODY_SIZE_MAX),
                        PING "failed 10 04 screenshot (2147483647) a body larger than is "
                             "allowed\n");
    assert_string_equal(events_of_size(FRAME_BODY_SIZE_MAX + 1, 0xFF, FRAME_BODY_SIZE_MAX),
                        PING "failed 10 ff reserved (67108873) a body larger than is allowed\n");
    assert_string_equal(events_of_size(11, 0, 10),
                        PING "failed 10 00 invalid (11) a body larger than is allowed\n");
    assert_string_equal(events_of_size(FRAME_BODY_SIZE_MAX, 4, FRAME_BODY_SIZE_MAX),
                        PING "within\n");
    assert_string_equal(events_of_size(0x7FFFFFFF, 4, INT32_MAX), PING "within\n");
    assert_string_equal(events_of_size(0x7FFFFFFF, 0, INT32_MAX),
                        PING "10 00 invalid (2147483647) a frame of kind 0, which is invalid\n"
                             "within\n");
    assert_string_equal(events_of_size(10, 9, 10), PING "10 09 unknown 00000005010000000702\n"
                                                        "between\n");
}

static void test_a_cap_of_nothing_still_allows_that(void **unused)
{
    (void)unused;
    const uint8_t stream[] = {0, 0, 0, 0, 5, 0, 0, 0, 1, 5};
    assert_string_equal(frame_kit_events(stream, sizeof stream, (struct frame_kit_way){.cap = 0}),
                        "0 05 command \n"
                        "failed 5 05 command (1) a body larger than is allowed\n");
}

static void feed(struct frame_decoder *decoder, const char *hex)
{
    static uint8_t bytes[64];
    frame_decoder_feed(decoder, bytes, kit_read_hex(hex, bytes, sizeof bytes));
}

static void test_empty_slices_need_no_address(void **unused)
{
    (void)unused;
    static const uint8_t stream[] = {0, 0, 0, 2, 5, 7, 8, 0, 0, 0, 1, 0, 7};
    struct frame_kit_memory memory = {.budget = SIZE_MAX};
    struct frame_decoder decoder = frame_decoder(100, frame_kit_place(&memory));
    struct frame frame;
    size_t count = 0;
    for (size_t i = 0; i < sizeof stream; i++) {
        frame_decoder_feed(&decoder, NULL, 0);
        assert_false(frame_kit_next(&decoder, &frame));
        frame_decoder_feed(&decoder, stream + i, 1);
        while (frame_kit_next(&decoder, &frame))
            count++;
    }
    assert_int_equal(count, 2);
    frame_kit_drop(&decoder.place);
}

static void test_a_failure_is_for_good(void **unused)
{
    (void)unused;
    struct frame_kit_memory memory = {.budget = 0};
    struct frame_decoder decoder = frame_decoder(100, frame_kit_place(&memory));
    struct frame frame = {.kind = 77};
    feed(&decoder, "00 00 00 65 02");
    assert_false(frame_kit_next(&decoder, &frame));
    for (int i = 0; i < 3; i++) {
        size_t size = 1;
        feed(&decoder, "00 00 00 05 01 00 00 00 07 01");
        assert_false(frame_kit_next(&decoder, &frame));
        assert_int_equal(decoder.failure.problem, FRAME_PROBLEM_SIZE_OVER_CAP);
        assert_int_equal(decoder.failure.position, 0);
        assert_int_equal(decoder.failure.kind, 2);
        assert_int_equal(decoder.failure.announced_size, 101);
        assert_null(frame_decoder_room(&decoder, &size));
        assert_int_equal(size, 0);
        assert_false(frame_decoder_is_between(&decoder));
    }
    assert_int_equal(frame.kind, 77);
    assert_int_equal(memory.count, 0);
}

static void test_positions_do_not_end_at_32_bits(void **unused)
{
    (void)unused;
    struct frame_kit_memory memory = {.budget = 0};
    struct frame_decoder decoder = frame_decoder(INT32_MAX, frame_kit_place(&memory));
    struct frame frame;
    decoder.position = UINT64_C(0xFFFFFFFE); /* as if so much had come before */
    feed(&decoder, "00 00 00 00 05 00 00 00 00 06 FF FF FF FF 07");
    assert_true(frame_kit_next(&decoder, &frame));
    assert_true(frame.position == UINT64_C(0xFFFFFFFE));
    assert_true(frame_kit_next(&decoder, &frame));
    assert_true(frame.position == UINT64_C(0x100000003));
    assert_false(frame_kit_next(&decoder, &frame));
    assert_true(decoder.failure.position == UINT64_C(0x100000008));
}

static void test_headers_are_written(void **unused)
{
    (void)unused;
    static const struct {
        size_t size;
        uint8_t kind;
        const char *bytes;
    } cases[] = {{0, 5, "\0\0\0\0\5"},
                 {8, 3, "\0\0\0\x08\3"},
                 {0x01020304, 0xFF, "\1\2\3\4\xFF"},
                 {INT32_MAX, 4, "\x7F\xFF\xFF\xFF\4"}};
    for (size_t i = 0; i < SIZE_OF(cases); i++) {
        uint8_t bytes[FRAME_HEADER_SIZE];
        struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
        frame_put_header(&writer, cases[i].kind, cases[i].size);
        assert_false(writer.failed);
        assert_int_equal(writer.position, sizeof bytes);
        assert_memory_equal(bytes, cases[i].bytes, sizeof bytes);
    }
}

static void test_a_header_that_cannot_be_is_not_written(void **unused)
{
    (void)unused;
    uint8_t bytes[20] = {0};
    static const size_t huge[] = {(size_t)INT32_MAX + 1, UINT32_MAX, SIZE_MAX - 4, SIZE_MAX};
    for (size_t i = 0; i < SIZE_OF(huge); i++) {
        struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
        frame_put_header(&writer, 5, huge[i]);
        assert_true(writer.failed && writer.position == 0);
        writer = bytes_writer(bytes, sizeof bytes);
        assert_null(frame_put_room(&writer, 5, huge[i]));
        assert_true(writer.failed && writer.position == 0);
    }
    struct bytes_writer writer = bytes_writer(bytes, 4);
    frame_put_header(&writer, 5, 0);
    assert_true(writer.failed && writer.position == 0);
}

static void test_room_is_for_the_whole_body_or_nothing(void **unused)
{
    (void)unused;
    uint8_t bytes[20] = {0};
    struct bytes_writer writer = bytes_writer(bytes, 7);
    assert_null(frame_put_room(&writer, 5, 3));
    assert_true(writer.failed && writer.position == 0 && bytes[4] == 0);
    writer = bytes_writer(bytes, sizeof bytes);
    assert_ptr_equal(frame_put_room(&writer, 5, 3), bytes + 5);
    assert_ptr_equal(frame_put_room(&writer, 6, 7), bytes + 13);
    assert_false(writer.failed);
    assert_int_equal(writer.position, sizeof bytes);
    assert_memory_equal(bytes, "\0\0\0\3\5\0\0\0\0\0\0\7\6", 13);
    assert_null(frame_put_room(&writer, 6, 0));
}

static void test_kinds_have_names(void **unused)
{
    (void)unused;
    static const char *const names[] = {
        "invalid", "ping", "log", "ask screenshot", "screenshot", "command", "protobuf command"};
    for (unsigned kind = 0; kind < 256; kind++)
        assert_string_equal(frame_kind_name((uint8_t)kind), kind < SIZE_OF(names) ? names[kind]
                                                            : kind < 0xF0         ? "unknown"
                                                                                  : "reserved");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_frames_come_out_in_order),
        cmocka_unit_test(test_an_empty_body_is_a_frame),
        cmocka_unit_test(test_unknown_and_reserved_kinds_are_passed_on),
        cmocka_unit_test(test_kind_0_is_skipped_with_a_warning),
        cmocka_unit_test(test_a_warning_may_be_the_last),
        cmocka_unit_test(test_wrong_sizes_are_skipped_with_a_warning),
        cmocka_unit_test(test_every_truncation_is_within_a_frame),
        cmocka_unit_test(test_a_negative_size_ends_the_stream),
        cmocka_unit_test(test_a_size_over_the_cap_ends_the_stream),
        cmocka_unit_test(test_a_cap_of_nothing_still_allows_that),
        cmocka_unit_test(test_empty_slices_need_no_address),
        cmocka_unit_test(test_a_failure_is_for_good),
        cmocka_unit_test(test_positions_do_not_end_at_32_bits),
        cmocka_unit_test(test_headers_are_written),
        cmocka_unit_test(test_a_header_that_cannot_be_is_not_written),
        cmocka_unit_test(test_room_is_for_the_whole_body_or_nothing),
        cmocka_unit_test(test_kinds_have_names),
    };
    return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
