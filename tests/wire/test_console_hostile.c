/*
 * Texts that were cut, damaged or made to be slow: the reader of console commands stays inside
 * each, and its time grows with the size alone.
 */
#include "support/console_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

enum {
    LARGE_SIZE = 1 << 20,
    /* A text of that size takes some hundredths, and hours if each byte costs a look at all. */
    LARGE_SECONDS_MAX = 5
};

static const char rich[] = "# setup\r\nset speed 2; bind f2 \"set speed 2; rel up\" # two\n"
                           "0 rel up; 10 press down\n\n\t1:02.35-1:2:3.45 STEER -65536 \r\n"
                           "\"10\"press \"\" up;say abc\"def\" x; say \"hello world\n"
                           "100-200-300 press up; +5.1 gas 99999999999999999999\n"
                           "9.43 a b c d e f g h i j k l m n o p q \"r s\" t\n"
                           "12.55a \0\xff;a\"b;c\"d;e\n100- press delete;\n\"# ;\" x";

static void test_every_prefix_is_read(void **unused)
{
    (void)unused;
    for (size_t size = 0; size < sizeof rich; size++) {
        size_t count = console_kit_count(rich, size);
        assert_true(count <= size);
        console_kit_commands(rich, size);
        console_kit_inputs(rich, size);
    }
    assert_int_equal(console_kit_count(rich, sizeof rich - 1), 16);
}

static void test_every_suffix_is_read(void **unused)
{
    (void)unused;
    for (size_t start = 0; start < sizeof rich; start++)
        console_kit_count(rich + start, sizeof rich - 1 - start);
}

static void test_every_byte_may_be_any_other(void **unused)
{
    (void)unused;
    char text[sizeof rich];
    memcpy(text, rich, sizeof rich);
    for (size_t at = 0; at < sizeof rich - 1; at++) {
        for (int value = 0; value < 256; value++) {
            text[at] = (char)value;
            console_kit_count(text, sizeof rich - 1);
        }
        text[at] = rich[at];
    }
}

/* How many commands a large text has, if they are found in time. */
static size_t count_in_time(const char *text, size_t size)
{
    clock_t start = clock();
    size_t count = console_kit_count(text, size);
    clock_t seconds = (clock() - start) / CLOCKS_PER_SEC;
    if (seconds > LARGE_SECONDS_MAX)
        fail_msg("%.20s...: %ld s", text, (long)seconds);
    return count;
}

static char *repeat(const char *part, size_t part_size)
{
    char *text = malloc(LARGE_SIZE);
    assert_non_null(text);
    for (size_t i = 0; i < LARGE_SIZE; i++)
        text[i] = part[i % part_size];
    return text;
}

static void test_large_texts_of_one_byte_are_read_in_time(void **unused)
{
    (void)unused;
    static const struct {
        char byte;
        size_t count;
    } cases[] = {{'"', 0},  {';', 0}, {' ', 0}, {'\0', 1}, {'#', 0}, {'\n', 0}, {'\r', 0},
                 {'\t', 0}, {'-', 1}, {'.', 1}, {':', 1},  {'1', 1}, {'+', 1},  {'\xff', 1}};
    for (size_t i = 0; i < SIZE_OF(cases); i++) {
        char *text = repeat(&cases[i].byte, 1);
        assert_int_equal(count_in_time(text, LARGE_SIZE), cases[i].count);
        free(text);
    }
    char *quotes = repeat("\"", 1);
    assert_int_equal(count_in_time(quotes, LARGE_SIZE - 1), 1); /* the last one stays open */
    free(quotes);
}

static void test_large_texts_of_one_part_are_read_in_time(void **unused)
{
    (void)unused;
    static const struct {
        const char *part;
        size_t count;
    } cases[] = {{"a;", LARGE_SIZE / 2},
                 {"a\n", LARGE_SIZE / 2},
                 {"\" ", 1},
                 {"\";", LARGE_SIZE / 4},
                 {"\"\n", LARGE_SIZE / 2},
                 {"\"\" ;", 0},
                 {"a\"b\"", 1},
                 {"a \"", 1},
                 {"# \"\n", 0},
                 {"a#;\n", LARGE_SIZE / 4},
                 {"1-", 1},
                 {"1.", 1},
                 {"1:.5", 1},
                 {"\"\"", 0},
                 {"a\"\"b", 1},
                 {" ;", 0},
                 {"1 a;", LARGE_SIZE / 4},
                 {"\"a\";", LARGE_SIZE / 4}};
    for (size_t i = 0; i < SIZE_OF(cases); i++) {
        size_t part_size = strlen(cases[i].part);
        char *text = repeat(cases[i].part, part_size);
        assert_int_equal(count_in_time(text, LARGE_SIZE), cases[i].count);
        free(text);
    }
}

/* What is far away is not looked for again and again: a quote, a comment, the end of the line. */
static void test_a_last_byte_that_changes_all_is_found_in_time(void **unused)
{
    (void)unused;
    static const char last[] = "\"#;\n\0 ";
    static const char *const parts[] = {"a;", "\"\";", "a ", "\"a\" ", ";", "1-1 a;"};
    for (size_t i = 0; i < SIZE_OF(parts); i++) {
        char *text = repeat(parts[i], strlen(parts[i]));
        for (size_t at = 0; at < sizeof last - 1; at++) {
            text[LARGE_SIZE - 1] = last[at];
            count_in_time(text, LARGE_SIZE);
            text[0] = '"';
            count_in_time(text, LARGE_SIZE);
            text[0] = parts[i][0];
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_prefix_is_read),
        cmocka_unit_test(test_every_suffix_is_read),
        cmocka_unit_test(test_every_byte_may_be_any_other),
        cmocka_unit_test(test_large_texts_of_one_byte_are_read_in_time),
        cmocka_unit_test(test_large_texts_of_one_part_are_read_in_time),
        cmocka_unit_test(test_a_last_byte_that_changes_all_is_found_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
