/*
 * What the decoder of frames says does not depend on where the slices end: every stream is cut at
 * every pair of places, and into single bytes, with bodies copied and received in place.
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

enum {
    STREAM_SIZE_MAX = 512,
    CAP = 100
};

struct vector {
    const char *stream; /* hex */
    const char *events;
};

/* The bodies are those of the seed and of the fact sheet, section 4. */
static const struct vector vectors[] = {
    {"00 00 00 05 01 00 00 00 07 01 "                      /* ping 7 */
     "00 00 00 05 01 00 00 00 07 02 "                      /* and its pong */
     "00 00 00 08 03 00 00 02 80 00 00 01 E0 "             /* 640 x 480 */
     "00 00 00 04 04 01 02 03 FF "                         /* an image of one pixel alone */
     "00 00 00 0C 04 00 00 00 01 00 00 00 01 01 02 03 FF", /* with sides */
     "0 01 ping 0000000701\n"
     "10 01 ping 0000000702\n"
     "20 03 ask screenshot 00000280000001e0\n"
     "33 04 screenshot 010203ff\n"
     "42 04 screenshot 0000000100000001010203ff\n"
     "between\n"},
    {"00 00 00 11 02 00 00 00 07 02 00 00 00 00 69 00 00 00 02 65 4F 4B " /* two messages */
     "00 00 00 05 02 00 00 00 00 00 "                                     /* and none */
     "00 00 00 06 05 A4 70 69 6E 67 90 "                                  /* ping, [] */
     "00 00 00 00 05 00 00 00 00 42 00 00 00 02 F0 01 02 00 00 00 01 FF 03",
     "0 02 log 0000000702000000006900000002654f4b\n"
     "22 02 log 0000000000\n"
     "32 05 command a470696e6790\n"
     "43 05 command \n"
     "48 42 unknown \n"
     "53 f0 reserved 0102\n"
     "60 ff reserved 03\n"
     "between\n"},
    {"00 00 00 03 00 00 00 00 00 00 00 00 00 " /* kind 0, twice */
     "00 00 00 04 01 00 00 00 07 "             /* sizes that are wrong */
     "00 00 00 05 01 00 00 00 07 01 "
     "00 00 00 09 03 00 00 02 80 00 00 01 E0 00 "
     "00 00 00 00 03 "
     "00 00 00 05 01 00 00 00 08 01 00 00 00 02 00 00",
     "0 00 invalid (3) a frame of kind 0, which is invalid\n"
     "8 00 invalid (0) a frame of kind 0, which is invalid\n"
     "13 01 ping (4) a body of another size than its kind has\n"
     "22 01 ping 0000000701\n"
     "32 03 ask screenshot (9) a body of another size than its kind has\n"
     "46 03 ask screenshot (0) a body of another size than its kind has\n"
     "51 01 ping 0000000801\n"
     "61 00 invalid (2) a frame of kind 0, which is invalid\n"
     "within\n"},
    {"00 00 00 05 01 00 00 00 07 01 00 00 00 65 05 00 00 00 05 01 00 00 00 07 02",
     "0 01 ping 0000000701\n"
     "failed 10 05 command (101) a body larger than is allowed\n"},
    {"00 00 00 02 07 AA BB FF FF FF FF 01 00 00 00 05 01 00 00 00 07 02",
     "0 07 unknown aabb\n"
     "failed 7 01 ping (-1) a body of negative size\n"},
    {"00 00 00 01 00 AA 7F FF FF FF 00 00 00 00 05 01 00 00 00 07 02",
     "0 00 invalid (1) a frame of kind 0, which is invalid\n"
     "failed 6 00 invalid (2147483647) a body larger than is allowed\n"},
};

static void expect_events(const uint8_t *stream, size_t size, const char *expected,
                          const size_t *cuts, size_t cut_count)
{
    struct frame_kit_way way = {.cap = CAP, .cuts = cuts, .cut_count = cut_count};
    for (int in_place = 0; in_place < 2; in_place++) {
        way.in_place = in_place == 1;
        const char *events = frame_kit_events(stream, size, way);
        if (strcmp(events, expected) == 0)
            continue;
        fail_msg("%zu cuts, the first at %zu and %zu%s:\n%s", cut_count,
                 cut_count > 0 ? cuts[0] : size, cut_count > 1 ? cuts[1] : size,
                 way.in_place ? ", in place" : "", events);
    }
}

static void test_any_two_cuts_change_nothing(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(vectors); i++) {
        uint8_t stream[STREAM_SIZE_MAX];
        size_t size = kit_read_hex(vectors[i].stream, stream, sizeof stream);
        expect_events(stream, size, vectors[i].events, NULL, 0);
        for (size_t first = 0; first <= size; first++)
            for (size_t second = first; second <= size; second++)
                expect_events(stream, size, vectors[i].events, (size_t[]){first, second}, 2);
    }
}

static void test_slices_of_any_one_size_change_nothing(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(vectors); i++) {
        uint8_t stream[STREAM_SIZE_MAX];
        size_t size = kit_read_hex(vectors[i].stream, stream, sizeof stream);
        for (size_t slice = 1; slice <= size; slice++) {
            size_t cuts[STREAM_SIZE_MAX], count = 0;
            for (size_t cut = slice; cut < size; cut += slice)
                cuts[count++] = cut;
            expect_events(stream, size, vectors[i].events, cuts, count);
        }
    }
}

/* At every end of the stream, the events up to there are the same however it came there. */
static void test_cuts_change_nothing_in_a_truncated_stream(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(vectors); i++) {
        uint8_t stream[STREAM_SIZE_MAX];
        size_t all = kit_read_hex(vectors[i].stream, stream, sizeof stream);
        for (size_t size = 0; size <= all; size++) {
            char expected[4096];
            struct frame_kit_way way = {.cap = CAP};
            snprintf(expected, sizeof expected, "%s", frame_kit_events(stream, size, way));
            for (size_t cut = 0; cut <= size; cut++)
                expect_events(stream, size, expected, &cut, 1);
        }
    }
}

/* A byte that is another may be a frame of another kind or size, or the end of all. */
static void test_cuts_change_nothing_in_a_damaged_stream(void **unused)
{
    (void)unused;
    static const uint8_t values[] = {0, 1, 3, 5, 0x7F, 0x80, 0xFF};
    for (size_t i = 0; i < SIZE_OF(vectors); i++) {
        uint8_t stream[STREAM_SIZE_MAX];
        size_t size = kit_read_hex(vectors[i].stream, stream, sizeof stream);
        for (size_t at = 0; at < size * SIZE_OF(values); at++) {
            uint8_t *byte = &stream[at / SIZE_OF(values)], before = *byte;
            *byte = values[at % SIZE_OF(values)];
            char expected[4096];
            struct frame_kit_way way = {.cap = CAP};
            snprintf(expected, sizeof expected, "%s", frame_kit_events(stream, size, way));
            for (size_t cut = 0; cut <= size; cut += 3)
                expect_events(stream, size, expected, (size_t[]){cut, (cut + size) / 2}, 2);
            *byte = before;
        }
    }
}

enum {
    LARGE_SIZE = 5 * FRAME_PLACE_SIZE_MIN / 2 /* it outgrows its place twice */
};

static void expect_large(const uint8_t *stream, size_t size, size_t slice, const char *expected)
{
    static size_t cuts[2 * LARGE_SIZE];
    struct frame_kit_way way = {.cap = LARGE_SIZE, .cuts = cuts};
    for (size_t cut = slice; cut < size; cut += slice)
        cuts[way.cut_count++] = cut;
    assert_string_equal(frame_kit_events(stream, size, way), expected);
    way.in_place = true;
    assert_string_equal(frame_kit_events(stream, size, way), expected);
}

static void test_bodies_that_outgrow_their_place_are_whole(void **unused)
{
    (void)unused;
    static const size_t slices[] = {7,
                                    1000,
                                    4096,
                                    FRAME_PLACE_SIZE_MIN - 1,
                                    FRAME_PLACE_SIZE_MIN,
                                    FRAME_PLACE_SIZE_MIN + FRAME_HEADER_SIZE,
                                    LARGE_SIZE - 1,
                                    LARGE_SIZE,
                                    LARGE_SIZE + FRAME_HEADER_SIZE};
    size_t size = LARGE_SIZE + FRAME_HEADER_SIZE;
    uint8_t *stream = calloc(2, size);
    assert_non_null(stream);
    struct bytes_writer writer = bytes_writer(stream, 2 * size);
    for (int i = 0; i < 2; i++) {
        uint8_t *body = frame_put_room(&writer, FRAME_KIND_SCREENSHOT, LARGE_SIZE);
        for (uint32_t at = 0; at < LARGE_SIZE; at++)
            body[at] = (uint8_t)((at * 2654435761u) >> 24) ^ (uint8_t)i;
    }
    char expected[256];
    struct frame_kit_way way = {.cap = LARGE_SIZE};
    snprintf(expected, sizeof expected, "%s", frame_kit_events(stream, 2 * size, way));
    for (size_t i = 0; i < SIZE_OF(slices); i++)
        expect_large(stream, 2 * size, slices[i], expected);
    free(stream);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_two_cuts_change_nothing),
        cmocka_unit_test(test_slices_of_any_one_size_change_nothing),
        cmocka_unit_test(test_cuts_change_nothing_in_a_truncated_stream),
        cmocka_unit_test(test_cuts_change_nothing_in_a_damaged_stream),
        cmocka_unit_test(test_bodies_that_outgrow_their_place_are_whole),
    };
    return cmocka_run_group_tests_name("frame cuts", tests, NULL, NULL);
}
