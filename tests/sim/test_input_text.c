/* Inputs as text: what is written is read again as the same inputs. */
#include "base/bytes.h"
#include "sim/event_tape.h"
#include "sim/input_text.h"
#include "sim/script.h"
#include "support/random_race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static char text[1 << 20];
static size_t text_used;

static void put(void *context, const char *piece, size_t size)
{
    (void)context;
    assert_true(text_used + size < sizeof text);
    memcpy(text + text_used, piece, size);
    text_used += size;
    text[text_used] = '\0';
}

static const struct text_sink sink = {NULL, put};

static void expect_written(const struct input_event *events, size_t count, const char *expected)
{
    text_used = 0;
    text[0] = '\0';
    input_text_write(events, count, sizeof *events, &sink);
    assert_string_equal(text, expected);
}

static struct input_event event(int32_t input_time, enum action action, int32_t value)
{
    unsigned name = (unsigned)action_name_index[action];
    return (struct input_event){event_stored_time(input_time),
                                actions[action].is_analog ? event_data_analog(name, value)
                                                          : event_data_binary(name, value != 0)};
}

static void test_every_action_has_its_line(void **unused)
{
    (void)unused;
    const struct input_event events[] = {
        event(-10, ACTION_RACE_RUNNING, 1), event(0, ACTION_ACCELERATE, 1),
        event(10, ACTION_ACCELERATE, 0),    event(20, ACTION_BRAKE, 1),
        event(30, ACTION_BRAKE, 0),         event(40, ACTION_STEER_LEFT, 1),
        event(50, ACTION_STEER_LEFT, 0),    event(60, ACTION_STEER_RIGHT, 1),
        event(70, ACTION_STEER_RIGHT, 0),   event(80, ACTION_STEER, -65536),
        event(80, ACTION_STEER, 6553600),   event(90, ACTION_GAS, 0),
        event(100, ACTION_RESPAWN, 1),      event(110, ACTION_RESPAWN, 0),
        event(120, ACTION_HORN, 1),         event(130, ACTION_HORN, 0)};
    expect_written(events, sizeof events / sizeof events[0],
                   "0 press up\n10 rel up\n20 press down\n30 rel down\n40 press left\n"
                   "50 rel left\n60 press right\n70 rel right\n80 steer -65536\n"
                   "80 steer 6553600\n90 gas 0\n100 press enter\n120 press horn\n");
}

static void test_times_are_those_of_the_tick_they_act_in(void **unused)
{
    (void)unused;
    static const struct {
        int32_t time;
        const char *line;
    } cases[] = {{0, "0 gas 5\n"},   {1, "10 gas 5\n"},   {5, "10 gas 5\n"},
                 {9, "10 gas 5\n"},  {10, "10 gas 5\n"},  {11, "20 gas 5\n"},
                 {-10, "0 gas 5\n"}, {-500, "0 gas 5\n"}, {600000, "600000 gas 5\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct input_event one = event(cases[i].time, ACTION_GAS, 5);
        expect_written(&one, 1, cases[i].line);
    }
}

static void test_nothing_behind_the_finish_is_written(void **unused)
{
    (void)unused;
    const struct input_event events[] = {event(100, ACTION_STEER, 3),
                                         event(200, ACTION_FINISH_LINE, 1),
                                         event(200, ACTION_STEER, 4), event(300, ACTION_STEER, 5)};
    expect_written(events, 4, "100 steer 3\n");
    expect_written(events, 0, "");
}

static void test_names_that_are_none_are_left_out(void **unused)
{
    (void)unused;
    const struct input_event events[] = {
        {100010, 0x0A000001}, {100020, -1}, {100030, 0x7F000001}, {100040, 0x04000001}};
    expect_written(events, 4, "30 press up\n");
}

static void test_times_outside_of_every_race_are_written_as_something(void **unused)
{
    (void)unused;
    const int32_t times[] = {INT32_MIN, INT32_MIN + 100009, INT32_MIN + 100010, -1,
                             0,         INT32_MAX - 100010, INT32_MAX - 5,      INT32_MAX};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        struct input_event one = event(0, ACTION_STEER, 1);
        one.time = times[i];
        text_used = 0;
        input_text_write(&one, 1, sizeof one, &sink);
        assert_true(text[0] >= '0' && text[0] <= '9');
        assert_non_null(strstr(text, " steer 1\n"));
    }
}

static void test_events_may_lie_apart(void **unused)
{
    (void)unused;
    struct input_record_entry entries[2] = {{event(0, ACTION_STEER, 1), 0x04000001},
                                            {event(50, ACTION_GAS, 2), -1}};
    text_used = 0;
    input_text_write(&entries[0].event, 2, sizeof entries[0], &sink);
    assert_string_equal(text, "0 steer 1\n50 gas 2\n");
}

/* The tape that a script of inputs comes to. */
static void read_back(struct event_tape *tape)
{
    struct console_reader reader = console_reader(text, text_used);
    struct console_command command;
    struct input_event events[2];
    event_tape_clear(tape);
    while (console_reader_next(&reader, &command)) {
        assert_int_equal(script_events(&command, 0, events), 1);
        assert_true(event_tape_add(tape, events[0]));
    }
}

static void test_a_tape_survives_the_way_through_text(void **unused)
{
    (void)unused;
    static struct event_tape tape, back;
    static const enum action kinds[] = {ACTION_ACCELERATE,  ACTION_BRAKE, ACTION_STEER_LEFT,
                                        ACTION_STEER_RIGHT, ACTION_STEER, ACTION_GAS};
    struct random_driver dice = random_driver(11);
    for (int round = 0; round < 20; round++) {
        event_tape_clear(&tape);
        for (int i = 0; i < 300; i++) {
            int32_t value = (int32_t)(random_next(&dice) % 131073) - 65536;
            event_tape_add(&tape, event(10 * (int32_t)(random_next(&dice) % 500),
                                        kinds[random_next(&dice) % 6], value));
        }
        text_used = 0;
        input_text_write(tape.events, (size_t)tape.count, sizeof tape.events[0], &sink);
        read_back(&back);
        assert_int_equal(back.count, tape.count);
        assert_memory_equal(back.events, tape.events, (size_t)tape.count * sizeof tape.events[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_action_has_its_line),
        cmocka_unit_test(test_times_are_those_of_the_tick_they_act_in),
        cmocka_unit_test(test_nothing_behind_the_finish_is_written),
        cmocka_unit_test(test_names_that_are_none_are_left_out),
        cmocka_unit_test(test_times_outside_of_every_race_are_written_as_something),
        cmocka_unit_test(test_events_may_lie_apart),
        cmocka_unit_test(test_a_tape_survives_the_way_through_text),
    };
    return cmocka_run_group_tests_name("input text", tests, NULL, NULL);
}
