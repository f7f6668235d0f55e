/*
 * Lists of log messages, written and read, against the seed and the fact sheet "Remote editor TCP
 * protocol", section 4; and lists that lie.
 */
#include "support/slot_kit.h"
#include "wire/engine_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

enum {
    FRAME_SIZE_MAX = LOG_TEXT_SIZE_MAX + 64
};

static char description[8192];

static void describe_list(struct engine_log_reader *reader)
{
    struct engine_log_entry entry = {.size = 77};
    size_t size = (size_t)snprintf(description, sizeof description, "%d/%u", reader->id,
                                   reader->announced_count);
    while (engine_log_next(reader, &entry)) {
        size += (size_t)snprintf(description + size, sizeof description - size, " %s(%c) [%.*s]",
                                 engine_log_level_word(entry.level), entry.letter, (int)entry.size,
                                 entry.text);
        assert_true(size < sizeof description);
    }
    assert_false(engine_log_next(reader, &entry));
    if (reader->problem != ENGINE_LOG_PROBLEM_NONE)
        snprintf(description + size, sizeof description - size, " %s at %zu",
                 engine_log_problem_sentence(reader->problem), reader->position);
}

/* What a body says, read from a heap copy of just its size. */
static const char *list_of(const uint8_t *bytes, size_t size)
{
    uint8_t *body = malloc(size);
    assert_true(body != NULL || size == 0);
    if (size > 0)
        memcpy(body, bytes, size);
    struct engine_log_reader reader = engine_log_reader(body, size);
    describe_list(&reader);
    free(body);
    return description;
}

static const char *list_of_hex(const char *hex)
{
    uint8_t bytes[256];
    size_t size = kit_read_hex(hex, bytes, sizeof bytes);
    return list_of(bytes, size);
}

static void test_lists_are_read(void **unused)
{
    (void)unused;
    assert_string_equal(list_of_hex("00 00 00 07 02 00 00 00 02 69 68 69 00 00 00 03 65 C3 BC 21"),
                        "7/2 info(i) [hi] error(e) [\xC3\xBC!]");
    assert_string_equal(list_of_hex("FF FF FF FF 01 00 00 00 00 66"), "-1/1 fatal(f) []");
    assert_string_equal(list_of_hex("00 00 00 00 00"), "0/0");
}

static void test_every_level_has_its_letter(void **unused)
{
    (void)unused;
    static const char letters[] = "tdciwef";
    static const char *const words[] = {"trace",   "debug", "config", "info",
                                        "warning", "error", "fatal"};
    assert_int_equal(ENGINE_LOG_LEVEL_COUNT, SIZE_OF(words));
    for (unsigned letter = 0; letter < 256; letter++) {
        const uint8_t body[] = {0, 0, 0, 0, 1, 0, 0, 0, 0, (uint8_t)letter};
        struct engine_log_reader reader = engine_log_reader(body, sizeof body);
        struct engine_log_entry entry;
        assert_true(engine_log_next(&reader, &entry));
        assert_int_equal(entry.letter, letter);
        const char *found = letter != 0 ? strchr(letters, (int)letter) : NULL;
        assert_int_equal(entry.level, found != NULL ? found - letters : ENGINE_LOG_LEVEL_UNKNOWN);
        assert_string_equal(engine_log_level_word(entry.level),
                            found != NULL ? words[found - letters] : "unknown");
    }
}

static void test_the_count_is_unsigned(void **unused)
{
    (void)unused;
    uint8_t body[5 + 5 * 256] = {0, 0, 0, 1, 255};
    for (size_t i = 0; i < 256; i++)
        body[5 + 5 * i + 4] = 'd';
    struct engine_log_reader reader = engine_log_reader(body, 5 + 5 * 255);
    struct engine_log_entry entry;
    size_t count = 0;
    while (engine_log_next(&reader, &entry))
        count++;
    assert_int_equal(count, 255);
    assert_int_equal(reader.problem, ENGINE_LOG_PROBLEM_NONE);
}

#define TWO "00 00 00 07 02 00 00 00 02 69 68 69 "

static void test_a_count_may_lie(void **unused)
{
    (void)unused;
    assert_string_equal(list_of_hex(TWO),
                        "7/2 info(i) [hi] a log that ends within a message at 12");
    assert_string_equal(list_of_hex("00 00 00 07 FF 00 00 00 02 69 68 69"),
                        "7/255 info(i) [hi] a log that ends within a message at 12");
    assert_string_equal(list_of_hex("00 00 00 07 01 00 00 00 02 69 68 69 00 00 00 00 65"),
                        "7/1 info(i) [hi] a log with bytes behind its last message at 12");
    assert_string_equal(list_of_hex("00 00 00 07 00 00"),
                        "7/0 a log with bytes behind its last message at 5");
}

static void test_a_size_may_lie(void **unused)
{
    (void)unused;
    static const struct {
        const char *size;
        const char *problem;
    } cases[] = {{"FF FF FF FF", "a log message of negative size at 12"},
                 {"80 00 00 00", "a log message of negative size at 12"},
                 {"FF FF FF F4", "a log message of negative size at 12"}, /* back to its start */
                 {"7F FF FF FF", "a log that ends within a message at 12"},
                 {"00 00 00 04", "a log that ends within a message at 12"},
                 {"04 00 00 09", "a log that ends within a message at 12"},
                 {"00 00 00 02", "error(e) [ab] a log with bytes behind its last message at 19"},
                 {"00 00 00 03", "error(e) [abc]"}};
    for (size_t i = 0; i < SIZE_OF(cases); i++) {
        char hex[128], expected[128];
        snprintf(hex, sizeof hex, TWO "%s 65 61 62 63", cases[i].size);
        snprintf(expected, sizeof expected, "7/2 info(i) [hi] %s", cases[i].problem);
        assert_string_equal(list_of_hex(hex), expected);
    }
}

static void test_every_truncation_is_told(void **unused)
{
    (void)unused;
    uint8_t bytes[64];
    size_t size = kit_read_hex(TWO "00 00 00 03 65 C3 BC 21", bytes, sizeof bytes);
    for (size_t cut = 0; cut < size; cut++) {
        const char *list = list_of(bytes, cut);
        size_t entries = cut >= 12 ? 1 : 0;
        char end[64];
        snprintf(end, sizeof end, "a log that ends within a message at %d",
                 cut < 5    ? 0
                 : cut < 12 ? 5
                            : 12);
        assert_non_null(strstr(list, end));
        assert_int_equal(strstr(list, "[hi]") != NULL, entries == 1);
        assert_null(strstr(list, "error(e)"));
    }
    assert_null(strstr(list_of(bytes, size), " at "));
}

static void test_every_byte_may_be_any_other(void **unused)
{
    (void)unused;
    uint8_t bytes[64];
    size_t size = kit_read_hex(TWO "00 00 00 03 65 C3 BC 21", bytes, sizeof bytes);
    for (size_t at = 0; at < size; at++) {
        uint8_t before = bytes[at];
        for (unsigned value = 0; value < 256; value++) {
            bytes[at] = (uint8_t)value;
            list_of(bytes, size);
        }
        bytes[at] = before;
    }
}

/* Writing */

static void test_lists_are_written(void **unused)
{
    (void)unused;
    uint8_t bytes[128], expected[128];
    struct bytes_writer to = bytes_writer(bytes, sizeof bytes);
    struct engine_log_writer writer = engine_log_writer(&to, 7);
    assert_true(engine_log_add(&writer, ENGINE_LOG_INFO, "hi", 2));
    assert_true(engine_log_add(&writer, ENGINE_LOG_ERROR, "\xC3\xBC!", 3));
    writer = engine_log_writer(&to, ENGINE_LOG_NO_ID);
    assert_true(engine_log_add(&writer, ENGINE_LOG_TRACE, NULL, 0));
    engine_log_writer(&to, -2);
    size_t size = kit_read_hex("00 00 00 14 02 00 00 00 07 02 00 00 00 02 69 68 69 "
                               "00 00 00 03 65 C3 BC 21 "
                               "00 00 00 0A 02 00 00 00 00 01 00 00 00 00 74 "
                               "00 00 00 05 02 FF FF FF FE 00",
                               expected, sizeof expected);
    assert_false(to.failed);
    assert_int_equal(to.position, size);
    assert_memory_equal(bytes, expected, size);
}

static void test_what_is_written_is_read_again(void **unused)
{
    (void)unused;
    static const char text[] = "any bytes: \0\xFF\x80\x1B";
    uint8_t bytes[1024];
    struct bytes_writer to = bytes_writer(bytes, sizeof bytes);
    struct engine_log_writer writer = engine_log_writer(&to, INT32_MIN);
    for (int i = 0; i < ENGINE_LOG_LEVEL_COUNT; i++)
        assert_true(engine_log_add(&writer, (enum engine_log_level)i, text, (size_t)i * 2));
    struct engine_log_reader reader =
        engine_log_reader(bytes + FRAME_HEADER_SIZE, to.position - FRAME_HEADER_SIZE);
    struct engine_log_entry entry;
    assert_int_equal(reader.id, INT32_MIN);
    for (int i = 0; i < ENGINE_LOG_LEVEL_COUNT; i++) {
        assert_true(engine_log_next(&reader, &entry));
        assert_int_equal(entry.level, i);
        assert_int_equal(entry.size, i * 2);
        assert_memory_equal(entry.text, text, entry.size);
    }
    assert_false(engine_log_next(&reader, &entry));
    assert_int_equal(reader.problem, ENGINE_LOG_PROBLEM_NONE);
}

static void test_a_list_has_255_entries_at_most(void **unused)
{
    (void)unused;
    uint8_t bytes[5 * 300];
    struct bytes_writer to = bytes_writer(bytes, sizeof bytes);
    struct engine_log_writer writer = engine_log_writer(&to, 0);
    for (int i = 0; i < 255; i++)
        assert_true(engine_log_add(&writer, ENGINE_LOG_DEBUG, "", 0));
    assert_false(engine_log_add(&writer, ENGINE_LOG_DEBUG, "", 0));
    assert_false(to.failed);
    assert_int_equal(to.position, 10 + 5 * 255);
    assert_int_equal(bytes[9], 255);
    assert_memory_equal(bytes, "\0\0\x05\0\2", 5);
}

static void test_an_entry_is_written_whole_or_not_at_all(void **unused)
{
    (void)unused;
    for (size_t size = 0; size < 40; size++) {
        uint8_t *bytes = malloc(size);
        struct bytes_writer to = bytes_writer(bytes, size);
        struct engine_log_writer writer = engine_log_writer(&to, 7);
        assert_int_equal(to.failed, size < 10);
        assert_int_equal(to.position, size < 10 ? 0 : 10);
        for (size_t i = 0; i < 3; i++)
            assert_int_equal(engine_log_add(&writer, ENGINE_LOG_INFO, "text", 4),
                             size >= 10 + 9 * (i + 1));
        assert_int_equal(to.failed, size < 10);
        if (size >= 10) {
            size_t count = (size - 10) / 9;
            count = count > 3 ? 3 : count;
            assert_int_equal(to.position, 10 + 9 * count);
            assert_int_equal(bytes[3], 5 + 9 * count);
            assert_int_equal(bytes[9], count);
        }
        free(bytes);
    }
}

static uint8_t frame[FRAME_SIZE_MAX];

/* Of a text of x with these bytes at `at`: how much of it is written. */
static size_t written_size(size_t size, const char *part, size_t at)
{
    char *text = malloc(size);
    assert_non_null(text);
    memset(text, 'x', size);
    memcpy(text + at, part, strlen(part) < size - at ? strlen(part) : size - at);
    struct bytes_writer to = bytes_writer(frame, sizeof frame);
    struct engine_log_writer writer = engine_log_writer(&to, 0);
    assert_true(engine_log_add(&writer, ENGINE_LOG_INFO, text, size));
    struct engine_log_reader reader = engine_log_reader(frame + 5, to.position - 5);
    struct engine_log_entry entry;
    assert_true(engine_log_next(&reader, &entry));
    assert_memory_equal(entry.text, text, entry.size);
    assert_false(engine_log_next(&reader, &entry));
    assert_int_equal(reader.problem, ENGINE_LOG_PROBLEM_NONE);
    free(text);
    return entry.size;
}

static void test_a_long_text_is_cut_between_characters(void **unused)
{
    (void)unused;
    enum {
        MAX = LOG_TEXT_SIZE_MAX
    };
    static const struct {
        size_t size;
        const char *part;
        size_t at, written;
    } cases[] = {
        {MAX, "", 0, MAX},
        {MAX, "\xC3", MAX - 1, MAX}, /* as it came */
        {MAX + 1, "", 0, MAX},
        {2 * MAX, "", 0, MAX},
        {2 * MAX, "\xC3\xBC", MAX - 2, MAX},
        {2 * MAX, "\xC3\xBC", MAX - 1, MAX - 1},
        {2 * MAX, "\xC3\xBC", MAX, MAX},
        {MAX + 1, "\xC3\xBC", MAX - 1, MAX - 1},
        {2 * MAX, "\xE2\x82\xAC", MAX - 3, MAX},
        {2 * MAX, "\xE2\x82\xAC", MAX - 2, MAX - 2},
        {2 * MAX, "\xE2\x82\xAC", MAX - 1, MAX - 1},
        {2 * MAX, "\xF0\x9F\x9A\x97", MAX - 4, MAX},
        {2 * MAX, "\xF0\x9F\x9A\x97", MAX - 3, MAX - 3},
        {2 * MAX, "\xF0\x9F\x9A\x97", MAX - 1, MAX - 1},
        {2 * MAX, "\x80\x80\x80\x80\x80\x80\x80\x80", MAX - 4, MAX}, /* no UTF-8 */
        {2 * MAX, "\x80\x80\x80\x80\x80\x80\x80\x80", MAX - 3, MAX},
        {2 * MAX, "\x80\x80\x80\x80\x80\x80\x80\x80", MAX - 2, MAX - 3},
    };
    for (size_t i = 0; i < SIZE_OF(cases); i++)
        assert_int_equal(written_size(cases[i].size, cases[i].part, cases[i].at), cases[i].written);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists_are_read),
        cmocka_unit_test(test_every_level_has_its_letter),
        cmocka_unit_test(test_the_count_is_unsigned),
        cmocka_unit_test(test_a_count_may_lie),
        cmocka_unit_test(test_a_size_may_lie),
        cmocka_unit_test(test_every_truncation_is_told),
        cmocka_unit_test(test_every_byte_may_be_any_other),
        cmocka_unit_test(test_lists_are_written),
        cmocka_unit_test(test_what_is_written_is_read_again),
        cmocka_unit_test(test_a_list_has_255_entries_at_most),
        cmocka_unit_test(test_an_entry_is_written_whole_or_not_at_all),
        cmocka_unit_test(test_a_long_text_is_cut_between_characters),
    };
    return cmocka_run_group_tests_name("engine log", tests, NULL, NULL);
}
