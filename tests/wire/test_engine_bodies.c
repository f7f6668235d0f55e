/*
 * Pings, requests for screenshots and screenshots, against the seed and the fact sheet "Remote
 * editor TCP protocol", section 4. Each body read is a heap copy of just its size.
 */
#include "support/slot_kit.h"
#include "wire/engine_bodies.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

static void expect_bytes(const struct bytes_writer *writer, const char *hex)
{
    uint8_t expected[64];
    size_t size = kit_read_hex(hex, expected, sizeof expected);
    assert_false(writer->failed);
    assert_int_equal(writer->position, size);
    assert_memory_equal(writer->bytes, expected, size);
}

/* A copy that the test frees. */
static uint8_t *body_of(const char *hex, size_t *size)
{
    uint8_t bytes[64];
    *size = kit_read_hex(hex, bytes, sizeof bytes);
    uint8_t *body = malloc(*size);
    assert_true(body != NULL || *size == 0);
    if (*size > 0)
        memcpy(body, bytes, *size);
    return body;
}

static void test_pings_are_those_of_the_sheet(void **unused)
{
    (void)unused;
    uint8_t bytes[20];
    struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
    engine_put_ping(&writer, (struct engine_ping){.id = 7, .what = ENGINE_PING});
    engine_put_ping(&writer, (struct engine_ping){.id = 7, .what = ENGINE_PONG});
    expect_bytes(&writer, "00 00 00 05 01 00 00 00 07 01 00 00 00 05 01 00 00 00 07 02");
}

static void test_pings_are_read_whatever_they_say(void **unused)
{
    (void)unused;
    static const struct {
        const char *body;
        int32_t id;
        uint8_t what;
    } cases[] = {{"00 00 00 07 01", 7, ENGINE_PING}, {"00 00 00 07 02", 7, ENGINE_PONG},
                 {"00 00 00 00 01", 0, ENGINE_PING}, {"FF FF FF FF 00", -1, 0},
                 {"80 00 00 00 FF", INT32_MIN, 255}, {"7F FF FF FF 03", INT32_MAX, 3}};
    for (size_t i = 0; i < SIZE_OF(cases); i++) {
        size_t size;
        uint8_t *body = body_of(cases[i].body, &size);
        struct engine_ping ping;
        assert_true(engine_read_ping(body, size, &ping));
        assert_int_equal(ping.id, cases[i].id);
        assert_int_equal(ping.what, cases[i].what);
        free(body);
    }
}

static void test_requests_are_those_of_the_sheet(void **unused)
{
    (void)unused;
    uint8_t bytes[26];
    struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
    engine_put_ask_screenshot(&writer, (struct image_sides){640, 480});
    engine_put_ask_screenshot(&writer,
                              (struct image_sides){-1, INT32_MIN}); /* for tests of others */
    expect_bytes(&writer, "00 00 00 08 03 00 00 02 80 00 00 01 E0 "
                          "00 00 00 08 03 FF FF FF FF 80 00 00 00");
}

static void test_requests_tell_whether_there_can_be_such_an_image(void **unused)
{
    (void)unused;
    static const struct {
        const char *body;
        enum status status;
        int32_t width, height;
    } cases[] = {{"00 00 02 80 00 00 01 E0", STATUS_OK, 640, 480},
                 {"00 00 00 01 00 00 00 01", STATUS_OK, 1, 1},
                 {"00 00 40 00 00 00 40 00", STATUS_OK, IMAGE_SIDE_MAX, IMAGE_SIDE_MAX},
                 {"00 00 40 01 00 00 00 01", STATUS_INVALID, IMAGE_SIDE_MAX + 1, 1},
                 {"00 00 00 01 00 00 40 01", STATUS_INVALID, 1, IMAGE_SIDE_MAX + 1},
                 {"00 00 00 00 00 00 00 01", STATUS_INVALID, 0, 1},
                 {"00 00 00 01 00 00 00 00", STATUS_INVALID, 1, 0},
                 {"FF FF FF FF FF FF FF FF", STATUS_INVALID, -1, -1},
                 {"80 00 00 00 7F FF FF FF", STATUS_INVALID, INT32_MIN, INT32_MAX}};
    for (size_t i = 0; i < SIZE_OF(cases); i++) {
        size_t size;
        uint8_t *body = body_of(cases[i].body, &size);
        struct image_sides sides;
        assert_int_equal(engine_read_ask_screenshot(body, size, &sides), cases[i].status);
        assert_int_equal(sides.width, cases[i].width);
        assert_int_equal(sides.height, cases[i].height);
        free(body);
    }
}

static void test_other_sizes_are_refused(void **unused)
{
    (void)unused;
    struct engine_ping ping = {.id = 77};
    struct image_sides sides = {.width = 77};
    for (size_t size = 0; size < 20; size++) {
        uint8_t *body = calloc(1, size);
        assert_int_equal(engine_read_ping(body, size, &ping), size == 5);
        assert_int_equal(engine_read_ask_screenshot(body, size, &sides),
                         size == 8 ? STATUS_INVALID : STATUS_PROTOCOL);
        assert_int_equal(ping.id, size < 5 ? 77 : 0);
        assert_int_equal(sides.width, size < 8 ? 77 : 0);
        free(body);
    }
}

static void test_a_frame_is_written_whole_or_not_at_all(void **unused)
{
    (void)unused;
    for (size_t size = 0; size < 20; size++) {
        uint8_t *bytes = malloc(size);
        struct bytes_writer writer = bytes_writer(bytes, size);
        engine_put_ping(&writer, (struct engine_ping){.id = 7, .what = ENGINE_PING});
        assert_int_equal(writer.failed, size < 10);
        assert_int_equal(writer.position, size < 10 ? 0 : 10);
        writer = bytes_writer(bytes, size);
        engine_put_ask_screenshot(&writer, (struct image_sides){640, 480});
        assert_int_equal(writer.position, size < 13 ? 0 : 13);
        writer = bytes_writer(bytes, size);
        engine_put_screenshot_head(&writer, SCREENSHOT_WITH_SIDES, (struct image_sides){640, 480});
        assert_int_equal(writer.failed, size < 13);
        assert_int_equal(writer.position, size < 13 ? 0 : 13);
        writer = bytes_writer(bytes, size);
        engine_put_screenshot_head(&writer, SCREENSHOT_BARE, (struct image_sides){640, 480});
        assert_int_equal(writer.position, size < 5 ? 0 : 5);
        free(bytes);
    }
}

static void test_heads_of_screenshots_count_their_pixels(void **unused)
{
    (void)unused;
    uint8_t bytes[64];
    struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
    engine_put_screenshot_head(&writer, SCREENSHOT_WITH_SIDES, (struct image_sides){640, 480});
    engine_put_screenshot_head(&writer, SCREENSHOT_BARE, (struct image_sides){640, 480});
    engine_put_screenshot_head(&writer, SCREENSHOT_WITH_SIDES,
                               (struct image_sides){IMAGE_SIDE_MAX, IMAGE_SIDE_MAX});
    expect_bytes(&writer, "00 12 C0 08 04 00 00 02 80 00 00 01 E0 00 12 C0 00 04 "
                          "40 00 00 08 04 00 00 40 00 00 00 40 00");
}

static const struct image_sides bad_sides[] = {{0, 1},
                                               {1, 0},
                                               {-1, -1},
                                               {IMAGE_SIDE_MAX + 1, 1},
                                               {1, IMAGE_SIDE_MAX + 1},
                                               {INT32_MAX, INT32_MAX},
                                               {INT32_MIN, INT32_MIN},
                                               {0x10000, 0x10000},
                                               {0x8000, 0x8000}};

static void test_no_head_is_written_for_an_image_that_cannot_be(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(bad_sides); i++) {
        uint8_t bytes[64];
        struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
        engine_put_screenshot_head(&writer, SCREENSHOT_BARE, bad_sides[i]);
        assert_true(writer.failed && writer.position == 0);
        assert_false(image_sides_are_valid(bad_sides[i]));
    }
    assert_true(image_sides_are_valid((struct image_sides){1, IMAGE_SIDE_MAX}));
    assert_int_equal(image_size((struct image_sides){IMAGE_SIDE_MAX, IMAGE_SIDE_MAX}), 1 << 30);
    assert_int_equal(image_size((struct image_sides){1920, 1080}), 8294400);
}

/* A body of so many bytes that begins with these sides, behind them zeros. */
static uint8_t *body_with(size_t size, int32_t width, int32_t height)
{
    uint8_t head[8] = {(uint8_t)((uint32_t)width >> 24),
                       (uint8_t)(width >> 16),
                       (uint8_t)(width >> 8),
                       (uint8_t)width,
                       (uint8_t)((uint32_t)height >> 24),
                       (uint8_t)(height >> 16),
                       (uint8_t)(height >> 8),
                       (uint8_t)height};
    uint8_t *body = calloc(1, size);
    assert_true(body != NULL || size == 0);
    if (size > 0)
        memcpy(body, head, size < 8 ? size : 8);
    return body;
}

struct shot_case {
    size_t size;
    struct image_sides begin, asked;
    int variant; /* -1: it is refused */
    struct image_sides sides;
};

static void expect_shot(const struct shot_case *expected)
{
    uint8_t *body = body_with(expected->size, expected->begin.width, expected->begin.height);
    struct engine_screenshot shot = {.sides = {77, 77}};
    bool is_read = engine_read_screenshot(body, expected->size, expected->asked, &shot);
    if (is_read != (expected->variant >= 0))
        fail_msg("%zu bytes of %d x %d", expected->size, expected->asked.width,
                 expected->asked.height);
    if (is_read) {
        assert_int_equal(shot.variant, expected->variant);
        assert_int_equal(shot.sides.width, expected->sides.width);
        assert_int_equal(shot.sides.height, expected->sides.height);
        assert_ptr_equal(shot.pixels, body + (shot.variant == SCREENSHOT_BARE ? 0 : 8));
        size_t behind = (size_t)(shot.pixels - body) + image_size(shot.sides);
        assert_int_equal(behind, expected->size); /* no byte is left over */
    } else {
        assert_int_equal(shot.sides.width, 77);
    }
    free(body);
}

static void test_the_size_tells_the_variants_apart(void **unused)
{
    (void)unused;
    static const struct shot_case cases[] = {
        {4 * 6, {0, 0}, {2, 3}, SCREENSHOT_BARE, {2, 3}},
        {8 + 4 * 6, {2, 3}, {2, 3}, SCREENSHOT_WITH_SIDES, {2, 3}},
        {4, {0, 0}, {1, 1}, SCREENSHOT_BARE, {1, 1}},
        {8 + 4, {1, 1}, {1, 1}, SCREENSHOT_WITH_SIDES, {1, 1}},
        {8294400, {0, 0}, {1920, 1080}, SCREENSHOT_BARE, {1920, 1080}},
        {8294408, {1920, 1080}, {1920, 1080}, SCREENSHOT_WITH_SIDES, {1920, 1080}},
    };
    for (size_t i = 0; i < SIZE_OF(cases); i++)
        expect_shot(&cases[i]);
}

static void test_an_image_that_was_not_asked_for_needs_its_sides(void **unused)
{
    (void)unused;
    static const struct shot_case cases[] = {
        {8 + 4 * 6, {3, 2}, {2, 3}, SCREENSHOT_WITH_SIDES, {3, 2}}, /* turned */
        {8 + 4 * 20, {4, 5}, {2, 3}, SCREENSHOT_WITH_SIDES, {4, 5}},
        {8 + 4 * 20, {4, 5}, {0, 0}, SCREENSHOT_WITH_SIDES, {4, 5}}, /* nothing is awaited */
        {8 + 4 * 20, {4, 5}, {-1, INT32_MIN}, SCREENSHOT_WITH_SIDES, {4, 5}},
        {4 * 20, {0, 0}, {2, 3}, -1, {0, 0}},
        {4 * 6, {0, 0}, {0, 0}, -1, {0, 0}},
        {0, {0, 0}, {0, 0}, -1, {0, 0}},
        {0, {0, 0}, {0, 5}, -1, {0, 0}},
        {4, {0, 0}, {-1, -1}, -1, {0, 0}},
        {8, {0, 0}, {0, 0}, -1, {0, 0}},         /* sides of nothing */
        {8 + 4 * 6, {2, 4}, {2, 3}, -1, {0, 0}}, /* sides that are not those of the size */
        {8 + 4 * 6, {-2, -3}, {2, 3}, -1, {0, 0}},
    };
    for (size_t i = 0; i < SIZE_OF(cases); i++)
        expect_shot(&cases[i]);
}

/* What both readings fit is bare: that is what real servers send. */
static void test_what_may_be_either_is_what_was_asked_for(void **unused)
{
    (void)unused;
    static const struct shot_case cases[] = {
        {24, {4, 1}, {3, 2}, SCREENSHOT_BARE, {3, 2}},
        {24, {1, 4}, {6, 1}, SCREENSHOT_BARE, {6, 1}},
        {12, {1, 1}, {3, 1}, SCREENSHOT_BARE, {3, 1}},
        {24, {4, 1}, {5, 1}, SCREENSHOT_WITH_SIDES, {4, 1}}, /* the same bytes, nobody else's */
    };
    for (size_t i = 0; i < SIZE_OF(cases); i++)
        expect_shot(&cases[i]);
}

static void test_every_truncation_of_a_screenshot_is_refused(void **unused)
{
    (void)unused;
    for (size_t size = 0; size < 4 * 30; size++)
        expect_shot(&(struct shot_case){size, {5, 6}, {5, 6}, -1, {0, 0}});
    for (size_t size = 4 * 30 + 1; size < 4 * 30 + 20; size++)
        expect_shot(&(struct shot_case){
            size, {5, 6}, {5, 6}, size == 4 * 30 + 8 ? SCREENSHOT_WITH_SIDES : -1, {5, 6}});
}

static void test_sides_that_overflow_fit_no_size(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < SIZE_OF(bad_sides); i++) {
        uint32_t wrapped = (uint32_t)bad_sides[i].width * (uint32_t)bad_sides[i].height * 4;
        for (size_t size = 0; size < 64; size++) {
            expect_shot(&(struct shot_case){size, bad_sides[i], {0, 0}, -1, {0, 0}});
            expect_shot(&(struct shot_case){size, {0, 0}, bad_sides[i], -1, {0, 0}});
        }
        if (wrapped < 1 << 20)
            expect_shot(&(struct shot_case){wrapped + 8, bad_sides[i], bad_sides[i], -1, {0, 0}});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pings_are_those_of_the_sheet),
        cmocka_unit_test(test_pings_are_read_whatever_they_say),
        cmocka_unit_test(test_requests_are_those_of_the_sheet),
        cmocka_unit_test(test_requests_tell_whether_there_can_be_such_an_image),
        cmocka_unit_test(test_other_sizes_are_refused),
        cmocka_unit_test(test_a_frame_is_written_whole_or_not_at_all),
        cmocka_unit_test(test_heads_of_screenshots_count_their_pixels),
        cmocka_unit_test(test_no_head_is_written_for_an_image_that_cannot_be),
        cmocka_unit_test(test_the_size_tells_the_variants_apart),
        cmocka_unit_test(test_an_image_that_was_not_asked_for_needs_its_sides),
        cmocka_unit_test(test_what_may_be_either_is_what_was_asked_for),
        cmocka_unit_test(test_every_truncation_of_a_screenshot_is_refused),
        cmocka_unit_test(test_sides_that_overflow_fit_no_size),
    };
    return cmocka_run_group_tests_name("engine bodies", tests, NULL, NULL);
}
