/*
 * Lines, arguments and times of console commands, against the rules and vectors of the fact
 * sheet "TMInterface input scripts", sections 1 to 4.
 */
#include "support/console_kit.h"
#include "wire/console_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define SIZE_OF(array) (sizeof(array) / sizeof(array)[0])

/* Section 1 */

static void test_each_line_is_a_command(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("help\nclear\r\n\n \t \r\n  vars speed \t\r\nquit",
                    "now [help]\nnow [clear]\nnow [vars] [speed]\nnow [quit]\n");
    EXPECT_COMMANDS("a\rb\n", "now [a\rb]\n");
    EXPECT_COMMANDS("\v\f a \f\v", "now [a]\n");
}

static void test_nothing_is_no_command(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("", "");
    EXPECT_COMMANDS("\n\n \r\n\t\v\f", "");
    EXPECT_COMMANDS(";; ; \"\" ; \"\"\"\" ;", "");
    EXPECT_COMMANDS("# all\n  # of\n;# it", "");
    struct console_reader reader = console_reader(NULL, 0);
    struct console_command command;
    assert_false(console_reader_next(&reader, &command));
}

static void test_a_comment_starts_even_in_quotes(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("set speed 2 # twice # as fast\nhelp#", "now [set] [speed] [2]\nnow [help]\n");
    EXPECT_COMMANDS("set background \"#ff0000\"", "now [set] [background] [\"]\n");
    EXPECT_COMMANDS("echo \"a#b\"", "now [echo] [\"a]\n");
    EXPECT_COMMANDS("a \"b;c#\"; d\ne", "now [a] [\"b;c]\nnow [e]\n");
}

static void test_semicolons_split_outside_of_quotes(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("0 rel up; 10 press down", "0 [rel] [up]\n10 [press] [down]\n");
    EXPECT_COMMANDS("a;b;;c;", "now [a]\nnow [b]\nnow [c]\n");
    EXPECT_COMMANDS("bind f2 \"set speed 2; rel up\"", "now [bind] [f2] [set speed 2; rel up]\n");
    EXPECT_COMMANDS("a\"b;c\"d;e", "now [b;c] [d]\nnow [e]\n");
    EXPECT_COMMANDS("a \"\";b", "now [a]\nnow [b]\n");
}

static void test_an_open_quote_protects_its_line_only(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("a \"b;c;d\ne;f", "now [a] [\"b;c;d]\nnow [e]\nnow [f]\n");
    EXPECT_COMMANDS("a;\"b\" \"c;d\n\"e;f\"", "now [a]\nnow [b] [\"c;d]\nnow [e;f]\n");
}

/* Section 2 */

static void test_only_spaces_separate(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("  set   speed  2  ", "now [set] [speed] [2]\n");
    EXPECT_COMMANDS("set\tspeed 2", "now [set\tspeed] [2]\n");
    EXPECT_COMMANDS("\t100\tpress up", "now [100\tpress] [up]\n");
    EXPECT_COMMANDS("a;\tb \v;c", "now [a]\nnow [\tb] [\v]\nnow [c]\n");
}

static void test_quotes_make_one_argument(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("say \"hello world\" x", "now [say] [hello world] [x]\n");
    EXPECT_COMMANDS("say \" a \"", "now [say] [ a ]\n");
    EXPECT_COMMANDS("say \"\" x", "now [say] [x]\n");
    EXPECT_COMMANDS("say \"a\"\"b\"", "now [say] [a] [b]\n");
    EXPECT_COMMANDS("\"say it\"", "now [say it]\n");
    EXPECT_COMMANDS("say 'a b'", "now [say] ['a] [b']\n");
    EXPECT_COMMANDS("say \"a\\\"b\"", "now [say] [a\\] [b\"]\n");
}

static void test_what_is_glued_before_a_quote_is_dropped(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("say abc\"def\" x", "now [say] [def] [x]\n");
    EXPECT_COMMANDS("say abc\"\" x", "now [say] [x]\n");
    EXPECT_COMMANDS("abc\"\"", "");
    EXPECT_COMMANDS("10\"press\" up", "now [press] [up]\n");
    EXPECT_COMMANDS("x\"10\" press up", "10 [press] [up]\n");
}

static void test_what_is_glued_behind_a_quote_is_an_argument(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("say \"a\"b", "now [say] [a] [b]\n");
    EXPECT_COMMANDS("\"10\"press up", "10 [press] [up]\n");
    EXPECT_COMMANDS("say \"\"b", "now [say] [b]\n");
}

static void test_an_open_quote_is_a_character_and_hides_the_next(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("say \"hello world", "now [say] [\"hello] [world]\n");
    EXPECT_COMMANDS("say a\" b c", "now [say] [a\" b] [c]\n");
    EXPECT_COMMANDS("say \" b c", "now [say] [\" b] [c]\n");
    EXPECT_COMMANDS("say \"  b", "now [say] [\" ] [b]\n");
    EXPECT_COMMANDS("say \"", "now [say] [\"]\n");
    EXPECT_COMMANDS("say \" ", "now [say] [\"]\n");
    EXPECT_COMMANDS("\"10 press up", "now [\"10] [press] [up]\n");
}

static void test_any_byte_is_a_character(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("a\0b \xff\x80 \0", "now [a\\0b] [\xff\x80] [\\0]\n");
    EXPECT_COMMANDS("10\0 press up", "now [10\\0] [press] [up]\n");
    EXPECT_COMMANDS("\xef\xbb\xbf"
                    "10 press up",
                    "now [\xef\xbb\xbf"
                    "10] [press] [up]\n");
    EXPECT_COMMANDS("a\x1c\x85\xa0 b", "now [a\x1c\x85\xa0] [b]\n");
}

/* Section 3 */

static const struct {
    const char *text;
    int32_t from, to;
} times[] = {
    /* The vectors of the sheet. */
    {"0", 0, -1},
    {"0.00", 0, -1},
    {"0.001", 0, -1},
    {"0.005", 0, -1},
    {"9.43", 9430, -1},
    {"947120", 947120, -1},
    {"15:47.12", 947120, -1},
    {"1:2:3.45", 3723450, -1},
    {"1:1.5", 61500, -1},
    {"01.10", 1100, -1},
    {"12.55a", 12550, -1},
    {"12.5a", -1, -1},
    {".5", -1, -1},
    {"5.", -1, -1},
    {"1.2.3", -1, -1},
    {"1,5", -1, -1},
    {"1:1:1:1.0", -1, -1},
    {"2.00-3.00", 2000, 3000},
    {"100-50", 50, 100},
    {"5.123-6", 6, 5120},
    /* Its rules: the fraction. */
    {"9.4", 9400, -1},
    {"9.437", 9430, -1},
    {"0.019", 10, -1},
    {"1.23.4", 1230, -1},
    {"1:2:3.45:6", 3723450, -1},
    {"1.+5", 1050, -1},
    {"1.+", 1000, -1},
    {"1. 5", 1050, -1},
    {"1.5 ", 1050, -1},
    {"1.++", -1, -1},
    {"1.  ", -1, -1},
    {".", -1, -1},
    {"..", -1, -1},
    {"1..5", -1, -1},
    /* Colons. */
    {"1:30", -1, -1},
    {"1:2:3", -1, -1},
    {"1:75.00", 135000, -1},
    {"1:99:75.00", 9615000, -1},
    {"0:0:0.0", 0, -1},
    {":1.5", -1, -1},
    {"1:.5", -1, -1},
    {"1::1.5", -1, -1},
    {"::1.5", -1, -1},
    {"1.5:30", -1, -1},
    {"1:2.5:3", -1, -1},
    {"a:1.5", -1, -1},
    {":", -1, -1},
    {"+1: 2 :+3.4", 3723400, -1},
    /* Numbers. */
    {"007", 7, -1},
    {"+100", 100, -1},
    {"+1.5", 1500, -1},
    {" 100 ", 100, -1},
    {"\t100\v", 100, -1},
    {" +100", 100, -1},
    {"1005", 1005, -1},
    {"+", -1, -1},
    {"++1", -1, -1},
    {"+ 1", -1, -1},
    {"1 0", -1, -1},
    {"0x10", -1, -1},
    {"1e3", -1, -1},
    {"1_000", -1, -1},
    {"\xd9\xa1", -1, -1}, /* an Arabic one */
    {"abc", -1, -1},
    /* Ranges. */
    {"100-200", 100, 200},
    {"100-100", 100, 100},
    {"0-0", 0, 0},
    {" 100 - +200 ", 100, 200},
    {"1:00.00-59.99", 59990, 60000},
    {"100-", -1, -1},
    {"-100", -1, -1},
    {"-", -1, -1},
    {"--", -1, -1},
    {"abc-100", -1, -1},
    {"100-abc", -1, -1},
    {"100-200-300", -1, -1},
    {"100--200", -1, -1},
    {"-100-200", -1, -1},
    {"100-5.-1", -1, -1},
    {"1.5-2.5x-", -1, -1},
    {"1.5-2.55-9", 1500, 2550},
    /* Saturation. */
    {"2147383637", CONSOLE_TIME_MAX_MS, -1},
    {"2147383636", CONSOLE_TIME_MAX_MS - 1, -1},
    {"2147383638", CONSOLE_TIME_MAX_MS, -1},
    {"99999999999999999999999999", CONSOLE_TIME_MAX_MS, -1},
    {"99999999999999999999:99999999999999999999:9999999999999999999.99", CONSOLE_TIME_MAX_MS, -1},
    {"18446744073709551616", CONSOLE_TIME_MAX_MS, -1},
    {"4294967296-5", 5, CONSOLE_TIME_MAX_MS},
    {"99999999999-88888888888", CONSOLE_TIME_MAX_MS, CONSOLE_TIME_MAX_MS},
};

static void expect_time(const char *line, size_t size, int32_t from, int32_t to)
{
    struct console_reader reader = console_reader(line, size);
    struct console_command command;
    assert_true(console_reader_next(&reader, &command));
    if (command.from_ms != from || command.to_ms != to || command.is_range != (to >= 0))
        fail_msg("%s: %d .. %d, expected %d .. %d", line, command.from_ms, command.to_ms, from, to);
    /* Of an immediate command, what was meant as a time is the first argument. */
    assert_int_equal(command.argument_count, from >= 0 ? 2 : 3);
    assert_memory_equal(command.arguments[command.argument_count - 1].at, "up", 2);
}

static void test_times_and_ranges(void **unused)
{
    (void)unused;
    char line[100];
    for (size_t i = 0; i < SIZE_OF(times); i++) {
        int size = snprintf(line, sizeof line, "\"%s\" press up", times[i].text);
        expect_time(line, (size_t)size, times[i].from, times[i].to);
        if (strchr(times[i].text, ' ') != NULL)
            continue;
        size = snprintf(line, sizeof line, "x; %s press up", times[i].text);
        expect_time(line + 2, (size_t)size - 2, times[i].from, times[i].to);
    }
}

static void test_a_command_with_a_bad_range_is_immediate_with_all_of_its_text(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("100- press up", "now [100-] [press] [up]\n");
    EXPECT_COMMANDS("-100 press up", "now [-100] [press] [up]\n");
    EXPECT_COMMANDS("abc-100 press up", "now [abc-100] [press] [up]\n");
    EXPECT_COMMANDS("100-200-300 press up", "now [100-200-300] [press] [up]\n");
    EXPECT_COMMANDS("- press up", "now [-] [press] [up]\n");
    EXPECT_COMMANDS("-10 press down", "now [-10] [press] [down]\n"); /* section 7, Quirks */
}

/* Section 4, as far as it is about commands. */
static void test_any_command_may_have_a_time(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("100", "100\n");
    EXPECT_COMMANDS("100 press", "100 [press]\n");
    EXPECT_COMMANDS("10 \"press up\"", "10 [press up]\n");
    EXPECT_COMMANDS("\"10\" press up", "10 [press] [up]\n");
    EXPECT_COMMANDS("100-200 set speed 2", "100..200 [set] [speed] [2]\n");
    EXPECT_COMMANDS("press up", "now [press] [up]\n");
    EXPECT_COMMANDS("100 200 press up", "100 [200] [press] [up]\n");
    EXPECT_COMMANDS("0 press up;\t100 press down", "0 [press] [up]\n100 [press] [down]\n");
}

/* What a command says of itself. */

static struct console_command first_command(const char *text)
{
    struct console_reader reader = console_reader(text, strlen(text));
    struct console_command command;
    assert_true(console_reader_next(&reader, &command));
    return command;
}

static void expect_text(const char *line, const char *expected)
{
    struct console_command command = first_command(line);
    assert_int_equal(command.text.size, strlen(expected));
    assert_memory_equal(command.text.at, expected, command.text.size);
}

static void test_the_text_is_what_is_behind_the_time(void **unused)
{
    (void)unused;
    expect_text("  set  speed 2 # fast", "set  speed 2");
    expect_text("100   set  \"a b\"  ;x", "set  \"a b\"");
    expect_text("\"1-2\"say \"hello world", "say \"hello world");
    expect_text("100", "");
    expect_text(" 100 ; x", "");
    expect_text("100- press up", "100- press up");
    expect_text("100 200 press up", "200 press up");
    expect_text("ab\"c\" d", "ab\"c\" d");
}

static void test_a_command_knows_its_place(void **unused)
{
    (void)unused;
    static const char text[] = "help\r\n\n\t x; ; 10 y ;\"z;\" # ;\n#\n  ab\"c\";\td;\"\";e";
    static const size_t places[][2] = {{1, 1}, {3, 3}, {3, 8}, {3, 14}, {5, 3}, {5, 9}, {5, 15}};
    struct console_reader reader = console_reader(text, sizeof text - 1);
    struct console_command command;
    for (size_t i = 0; i < SIZE_OF(places); i++) {
        assert_true(console_reader_next(&reader, &command));
        assert_int_equal(command.line, places[i][0]);
        assert_int_equal(command.column, places[i][1]);
    }
    assert_false(console_reader_next(&reader, &command));
}

static void test_arguments_beyond_the_array_are_cut_but_still_in_the_text(void **unused)
{
    (void)unused;
    EXPECT_COMMANDS("5 a b c d e f g h i j k l m n o p",
                    "5 [a] [b] [c] [d] [e] [f] [g] [h] [i] [j] [k] [l] [m] [n] [o] [p]\n");
    EXPECT_COMMANDS("5 a b c d e f g h i j k l m n o p \"\"; r",
                    "5 [a] [b] [c] [d] [e] [f] [g] [h] [i] [j] [k] [l] [m] [n] [o] [p]\n"
                    "now [r]\n");
    EXPECT_COMMANDS("a b c d e f g h i j k l m n o p q; r",
                    "now [a] [b] [c] [d] [e] [f] [g] [h] [i] [j] [k] [l] [m] [n] [o] [p] cut\n"
                    "now [r]\n");
    struct console_command command = first_command("5 a b c d e f g h i j k l m n o p \"q r\" s");
    assert_true(command.cut);
    struct console_span rest = command.text, argument;
    size_t count = 0;
    while (console_argument_next(&rest, &argument))
        count++;
    assert_int_equal(count, 18);
    assert_memory_equal(argument.at, "s", argument.size);
}

static void test_arguments_are_taken_off_one_by_one(void **unused)
{
    (void)unused;
    const char line[] = {' ', 'a', ' ', '"', 'b', ' ', 'c', '"', 'd', '"', '"', ' '};
    struct console_span rest = {line, sizeof line}, argument;
    assert_true(console_argument_next(&rest, &argument));
    assert_true(argument.at == line + 1 && argument.size == 1);
    assert_true(console_argument_next(&rest, &argument));
    assert_true(argument.at == line + 4 && argument.size == 3);
    assert_true(rest.at == line + 8 && rest.size == 4);
    assert_false(console_argument_next(&rest, &argument)); /* "" drops the d */
    assert_true(argument.at == line + 4 && argument.size == 3);
    assert_true(rest.at == line + 8 && rest.size == 4);
    rest = (struct console_span){NULL, 0};
    assert_false(console_argument_next(&rest, &argument));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_line_is_a_command),
        cmocka_unit_test(test_nothing_is_no_command),
        cmocka_unit_test(test_a_comment_starts_even_in_quotes),
        cmocka_unit_test(test_semicolons_split_outside_of_quotes),
        cmocka_unit_test(test_an_open_quote_protects_its_line_only),
        cmocka_unit_test(test_only_spaces_separate),
        cmocka_unit_test(test_quotes_make_one_argument),
        cmocka_unit_test(test_what_is_glued_before_a_quote_is_dropped),
        cmocka_unit_test(test_what_is_glued_behind_a_quote_is_an_argument),
        cmocka_unit_test(test_an_open_quote_is_a_character_and_hides_the_next),
        cmocka_unit_test(test_any_byte_is_a_character),
        cmocka_unit_test(test_times_and_ranges),
        cmocka_unit_test(test_a_command_with_a_bad_range_is_immediate_with_all_of_its_text),
        cmocka_unit_test(test_any_command_may_have_a_time),
        cmocka_unit_test(test_the_text_is_what_is_behind_the_time),
        cmocka_unit_test(test_a_command_knows_its_place),
        cmocka_unit_test(test_arguments_beyond_the_array_are_cut_but_still_in_the_text),
        cmocka_unit_test(test_arguments_are_taken_off_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
