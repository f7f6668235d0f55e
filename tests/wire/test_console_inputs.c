/* Which commands are inputs, and which: the fact sheet "TMInterface input scripts", section 4. */
#include "support/console_kit.h"
#include "wire/console_command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void test_each_command_has_its_meaning(void **unused)
{
    (void)unused;
    EXPECT_INPUTS("100 press up", "100 up 1\n");
    EXPECT_INPUTS("100-200 press up", "100..200 up 1..0\n");
    EXPECT_INPUTS("100 rel up", "100 up 0\n");
    EXPECT_INPUTS("200-100 rel up", "100..200 up 0..0\n");
    EXPECT_INPUTS("100 steer -65536", "100 steer -65536\n");
    EXPECT_INPUTS("100-200 steer 4000", "100..200 steer 4000..0\n");
    EXPECT_INPUTS("100 gas 65536", "100 gas 65536\n");
    EXPECT_INPUTS("100-100 gas -1", "100..100 gas -1..0\n");
}

static void test_each_word_is_an_action(void **unused)
{
    (void)unused;
    static const struct {
        const char *word, *upper;
        enum console_input_kind kind;
        enum action action;
    } words[] = {{"up", "UP", CONSOLE_INPUT_ACTION, ACTION_ACCELERATE},
                 {"down", "DOWN", CONSOLE_INPUT_ACTION, ACTION_BRAKE},
                 {"left", "LEFT", CONSOLE_INPUT_ACTION, ACTION_STEER_LEFT},
                 {"right", "RIGHT", CONSOLE_INPUT_ACTION, ACTION_STEER_RIGHT},
                 {"enter", "ENTER", CONSOLE_INPUT_ACTION, ACTION_RESPAWN},
                 {"delete", "DELETE", CONSOLE_INPUT_RESTART, ACTION_COUNT},
                 {"horn", "HORN", CONSOLE_INPUT_ACTION, ACTION_HORN},
                 {"steer", "STEER", CONSOLE_INPUT_ACTION, ACTION_STEER},
                 {"gas", "GAS", CONSOLE_INPUT_ACTION, ACTION_GAS},
                 {"foo", "FOO", CONSOLE_INPUT_UNKNOWN, ACTION_COUNT},
                 {"u", "UPP", CONSOLE_INPUT_UNKNOWN, ACTION_COUNT},
                 {"_FakeFinishLine", "Accelerate", CONSOLE_INPUT_UNKNOWN, ACTION_COUNT}};
    for (size_t i = 0; i < 2 * sizeof words / sizeof words[0]; i++) {
        char line[64];
        int size = snprintf(line, sizeof line, "press %s",
                            i % 2 != 0 ? words[i / 2].upper : words[i / 2].word);
        struct console_reader reader = console_reader(line, (size_t)size);
        struct console_command command;
        struct console_input input;
        assert_true(console_reader_next(&reader, &command));
        assert_true(console_command_input(&command, &input));
        assert_int_equal(input.kind, words[i / 2].kind);
        assert_int_equal(input.action, words[i / 2].action);
    }
}

static void test_case_does_not_matter(void **unused)
{
    (void)unused;
    EXPECT_INPUTS("1 PRESS Up\n2 Rel dOWn\n3 sTEER 5\n4 GAS 6",
                  "1 up 1\n2 down 0\n3 steer 5\n4 gas 6\n");
    EXPECT_INPUTS("1 \xd0RESS up\n2 p\x92"
                  "ess up\n3 [ress up",
                  "1 none\n2 none\n3 none\n");
    EXPECT_INPUTS("1 press up\0\n2 press\0 up\n3 gas\0 5", "1 unknown 1\n2 none\n3 none\n");
}

static void test_extra_arguments_are_ignored(void **unused)
{
    (void)unused;
    EXPECT_INPUTS("1 press up down\n2 steer 5 6 7", "1 up 1\n2 steer 5\n");
    EXPECT_INPUTS("1 press up c d e f g h i j k l m n o p q r", "1 up 1\n");
}

static void test_edge_cases_of_the_sheet(void **unused)
{
    (void)unused;
    EXPECT_INPUTS("100 press foo", "100 unknown 1\n");
    EXPECT_INPUTS("100-200 press foo", "100..200 unknown 1..0\n");
    EXPECT_INPUTS("100 press steer", "100 steer 1\n");
    EXPECT_INPUTS("100-200 rel gas", "100..200 gas 0..0\n");
    EXPECT_INPUTS("100 press delete", "100 delete 1\n");
    EXPECT_INPUTS("100 steer abc\n10 steer 1.5", "100 none\n10 none\n");
    EXPECT_INPUTS("100-200 steer abc", "100..200 steer -..0\n");
    EXPECT_INPUTS("100-200 gas 1.5", "100..200 gas -..0\n");
    EXPECT_INPUTS("100 press\n100 steer\n100", "100 none\n100 none\n100 none\n");
    EXPECT_INPUTS("100-200 press\n100-200 steer", "100..200 none\n100..200 none\n");
    EXPECT_INPUTS("10 \"press up\"", "10 none\n");
    EXPECT_INPUTS("\"10\" press up", "10 up 1\n");
    EXPECT_INPUTS("100-200 set speed 2", "100..200 none\n");
    EXPECT_INPUTS("\t100\tpress up", "now none\n");
    EXPECT_INPUTS("0 rel up; 10 press down", "0 up 0\n10 down 1\n");
    EXPECT_INPUTS("bind f2 \"set speed 2; rel up\"", "now none\n");
    EXPECT_INPUTS("100 unpress up\n100 release up", "100 none\n100 none\n");
}

static void test_an_immediate_command_is_an_input_too(void **unused)
{
    (void)unused;
    EXPECT_INPUTS("press up", "now up 1\n");
    EXPECT_INPUTS("steer -5;rel left", "now steer -5\nnow left 0\n");
    EXPECT_INPUTS("steer abc", "now none\n");
    EXPECT_INPUTS("100- press up", "now none\n");
}

static void test_analog_values_are_integers_with_a_sign(void **unused)
{
    (void)unused;
    EXPECT_INPUTS("1 steer +5;2 steer -0;3 steer 007;4 steer \" -5 \";5 steer \t+6",
                  "1 steer 5\n2 steer 0\n3 steer 7\n4 steer -5\n5 steer 6\n");
    EXPECT_INPUTS("1 gas -;2 gas +;3 gas --5;4 gas +-5;5 gas -+5;6 gas 0x5;7 gas \"- 5\";8 gas 1_0",
                  "1 none\n2 none\n3 none\n4 none\n5 none\n6 none\n7 none\n8 none\n");
    EXPECT_INPUTS("1 gas 5\0;2 gas \" \";3 gas 1e3;4 gas \xb2", "1 none\n2 none\n3 none\n4 none\n");
}

static void test_ranges_of_values_are_not_checked(void **unused)
{
    (void)unused;
    EXPECT_INPUTS("1 steer 65537;2 steer -6553600;3 gas 6553601;4 gas 8388608;5 gas -8388607",
                  "1 steer 65537\n2 steer -6553600\n3 gas 6553601\n4 gas 8388608\n"
                  "5 gas -8388607\n");
}

static void test_values_that_no_event_can_hold_are_saturated(void **unused)
{
    (void)unused;
    EXPECT_INPUTS("1 steer 8388609;2 steer -8388608", "1 steer 8388608\n2 steer -8388607\n");
    EXPECT_INPUTS("1 gas 2147483647;2 gas -2147483648", "1 gas 8388608\n2 gas -8388607\n");
    EXPECT_INPUTS("1 gas 18446744073709551616;2 gas -9223372036854775808",
                  "1 gas 8388608\n2 gas -8388607\n");
    EXPECT_INPUTS("1-2 gas -99999999999999999999999999999", "1..2 gas -8388607..0\n");
}

/* Section 8: what comes out can be written into an event as it is. */
static void test_limits_are_those_of_events(void **unused)
{
    (void)unused;
    assert_int_equal(event_stored_time(CONSOLE_TIME_MAX_MS), INT32_MAX);
    assert_int_equal(event_input_time(event_stored_time(CONSOLE_TIME_MAX_MS)), CONSOLE_TIME_MAX_MS);
    assert_int_equal(event_analog(event_data_analog(6, CONSOLE_ANALOG_MIN)), CONSOLE_ANALOG_MIN);
    assert_int_equal(event_analog(event_data_analog(6, CONSOLE_ANALOG_MAX)), CONSOLE_ANALOG_MAX);
    assert_int_not_equal(event_analog(event_data_analog(6, CONSOLE_ANALOG_MAX + 1)),
                         CONSOLE_ANALOG_MAX + 1);
}

static void test_what_is_no_input_leaves_the_result_alone(void **unused)
{
    (void)unused;
    static const char text[] = "press\nset a\n1 steer x\n\"press up\"\n5";
    struct console_input input, before;
    memset(&before, 0x5A, sizeof before);
    memcpy(&input, &before, sizeof input);
    struct console_reader reader = console_reader(text, sizeof text - 1);
    struct console_command command;
    while (console_reader_next(&reader, &command)) {
        assert_false(console_command_input(&command, &input));
        assert_memory_equal(&input, &before, sizeof input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_command_has_its_meaning),
        cmocka_unit_test(test_each_word_is_an_action),
        cmocka_unit_test(test_case_does_not_matter),
        cmocka_unit_test(test_extra_arguments_are_ignored),
        cmocka_unit_test(test_edge_cases_of_the_sheet),
        cmocka_unit_test(test_an_immediate_command_is_an_input_too),
        cmocka_unit_test(test_analog_values_are_integers_with_a_sign),
        cmocka_unit_test(test_ranges_of_values_are_not_checked),
        cmocka_unit_test(test_values_that_no_event_can_hold_are_saturated),
        cmocka_unit_test(test_limits_are_those_of_events),
        cmocka_unit_test(test_what_is_no_input_leaves_the_result_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
