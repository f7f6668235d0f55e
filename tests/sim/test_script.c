/* Commands that wait for their time: what is kept, and when it runs, in a race and a simulation. */
#include "sim/console.h"
#include "support/sim_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct sim_script script;

static struct console_command command_of(const char *text)
{
    static struct console_command command;
    struct console_reader reader = console_reader(text, strlen(text));
    assert_true(console_reader_next(&reader, &command));
    return command;
}

static void expect_event(struct input_event event, int32_t input_time, enum action action,
                         int32_t value)
{
    struct input_event expected = event_at(input_time, action, value);
    assert_int_equal(event.time, expected.time);
    assert_int_equal(event.input_data, expected.input_data);
}

static void test_inputs_become_events(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        int count;
        int32_t time[2];
        enum action action;
        int32_t value[2];
    } cases[] = {{"100 press up", 1, {100}, ACTION_ACCELERATE, {1}},
                 {"1.50 rel down", 1, {1500}, ACTION_BRAKE, {0}},
                 {"1-2.00 press left", 2, {1, 2000}, ACTION_STEER_LEFT, {1, 0}},
                 {"30-20 steer -65536", 2, {20, 30}, ACTION_STEER, {-65536, 0}},
                 {"5-9 rel right", 2, {5, 9}, ACTION_STEER_RIGHT, {0, 0}},
                 {"gas 65536", 1, {777}, ACTION_GAS, {65536}},
                 {"7 press enter", 1, {7}, ACTION_RESPAWN, {1}},
                 {"7 press horn", 1, {7}, ACTION_HORN, {1}},
                 {"1-2 steer abc", 1, {2}, ACTION_STEER, {0}},
                 {"7 press delete", 0, {0}, ACTION_HORN, {0}},
                 {"7 press me", 0, {0}, ACTION_HORN, {0}},
                 {"7 set speed 2", 0, {0}, ACTION_HORN, {0}},
                 {"7", 0, {0}, ACTION_HORN, {0}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct console_command command = command_of(cases[i].text);
        struct input_event events[2];
        assert_int_equal(script_events(&command, 777, events), cases[i].count);
        for (int k = 0; k < cases[i].count; k++)
            expect_event(events[k], cases[i].time[k], cases[i].action, cases[i].value[k]);
    }
}

static bool keep(const char *text)
{
    struct console_command command = command_of(text);
    return script_keep(&script, &command);
}

static void expect_kept(int32_t index, int32_t time, const char *text)
{
    struct console_span span = script_text(&script, index);
    assert_int_equal(script.commands[index].time, time);
    assert_int_equal(span.size, strlen(text));
    assert_memory_equal(span.at, text, span.size);
}

static void test_commands_are_kept_by_time_and_then_as_they_came(void **unused)
{
    (void)unused;
    script_clear(&script);
    assert_true(script_is_empty(&script));
    assert_true(keep("20-500 say   \"b  b\""));
    assert_true(keep("500 say c"));
    assert_true(keep("20 say d"));
    assert_true(keep("0 say a"));
    assert_true(keep("9"));
    assert_int_equal(script.command_count, 6);
    expect_kept(0, 0, "say a");
    expect_kept(1, 9, "");
    expect_kept(2, 20, "say   \"b  b\"");
    expect_kept(3, 20, "say d");
    expect_kept(4, 500, "say   \"b  b\"");
    expect_kept(5, 500, "say c");
    assert_int_equal(script_after(&script, -1), 0);
    assert_int_equal(script_after(&script, 0), 1);
    assert_int_equal(script_after(&script, 20), 4);
    assert_int_equal(script_after(&script, INT32_MAX), 6);
    assert_false(script_is_empty(&script));
    script_clear(&script);
    assert_true(script_is_empty(&script));
}

static void test_a_full_script_takes_no_more(void **unused)
{
    (void)unused;
    static char longest[SCRIPT_TEXT_SIZE_MAX + 3];
    script_clear(&script);
    for (int i = 0; i < SCRIPT_COMMAND_COUNT_MAX - 1; i++)
        assert_true(keep("7 say x"));
    assert_false(keep("1-2 say y")); /* a range is two */
    assert_true(keep("3 say y"));
    assert_false(keep("4 say z"));
    script_clear(&script);
    memset(longest, 'x', sizeof longest - 1);
    memcpy(longest, "1 ", 2);
    assert_true(keep(longest));
    assert_false(keep("2 z"));
    assert_true(keep("3"));
    assert_int_equal(script.command_count, 2);
}

/* Steps the race to `time`, and says what of `what` was noted on the way, and when. */
static void expect_notes(int32_t to, const char *what, const int32_t *times, size_t count)
{
    size_t found = 0;
    while (race_time(&game.race) < to) {
        notes[0] = '\0';
        if (game.simulation != NULL)
            answer_until_step(race_time(&game.race) + 10);
        else
            answer_until(race_time(&game.race) + 10);
        for (const char *at = strstr(notes, what); at != NULL; at = strstr(at + 1, what)) {
            assert_true(found < count);
            assert_int_equal(race_time(&game.race), times[found++]);
        }
    }
    assert_int_equal(found, count);
}

static void run_text(const char *text)
{
    sim_console_run(&game, text, strlen(text));
}

/* A loaded command is noted, because nobody knows it, in the tick of its time. */
static void test_commands_run_in_the_tick_of_their_time(void **unused)
{
    (void)unused;
    static const int32_t times[] = {0, 10, 10, 20, 500, 510};
    drive("straight");
    answer_until(-2500);
    run_text("510 hm\n20 hm;0 hm\n9.43 other; 10 hm\n5 hm\n500 hm");
    expect_notes(1000, "unknown command: hm", times, 6);
}

static void test_commands_of_a_simulation_run_once_in_the_tick_of_their_time(void **unused)
{
    (void)unused;
    static const int32_t times[] = {0, 10, 510, 700};
    simulate("straight", "0 press up; 0 hm; 1 hm; 510-700 hm");
    answer_until_step(-2600);
    expect_notes(1000, "unknown command: hm", times, 4);
}

static void test_a_range_runs_at_both_ends(void **unused)
{
    (void)unused;
    static const int32_t times[] = {100, 300};
    drive("straight");
    answer_until(-2500);
    run_text("300-100 hm");
    expect_notes(1000, "unknown command: hm", times, 2);
}

static void test_the_script_runs_in_every_race_and_again_after_a_rewind(void **unused)
{
    (void)unused;
    static uint8_t state[STATE_SIZE_MAX];
    static const int32_t times[] = {100};
    drive("straight");
    answer_until(-2500);
    run_text("100 hm\n200 press up");
    answer_until(-10);
    size_t size = take_state(state);
    for (int round = 0; round < 3; round++) {
        expect_notes(300, "unknown command: hm", times, 1);
        assert_true(event_binary(game.race.state.input_accelerate_event.input_data));
        if (round == 0) {
            request(MESSAGE_C_GIVE_UP, KIT_WORDS(0));
            answer_until(-2600);
        } else {
            send_state(state, size);
        }
    }
}

static void test_of_equal_times_the_later_line_wins(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    run_text("100 steer 5\n50 steer 4\n100 steer 6\n");
    answer_until(90);
    assert_int_equal(event_analog(game.race.state.input_steer_event.input_data), 4);
    answer_until(100);
    expect_event(game.race.state.input_steer_event, 100, ACTION_STEER, 6);
}

static void test_timed_settings_are_set_in_time(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    run_text("1.00-2.00 set bf_seed 7\n1500 set bf_seed 9\nset bf_seed 3");
    static const struct {
        int32_t time, seed;
    } cases[] = {{-2490, 3}, {990, 3}, {1000, 7}, {1490, 7}, {1500, 9}, {1990, 9}, {2000, 7}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        answer_until(cases[i].time);
        assert_int_equal(variables_integer(&game.variables, VARIABLE_bf_seed), cases[i].seed);
    }
}

static void test_inputs_are_only_injected_while_commands_are_executed(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    run_text("100 press up; 200 press left; 200 hm; 300 press right; 400 press down");
    answer_until(100);
    assert_int_equal(request(MESSAGE_C_SET_EXECUTE_COMMANDS, KIT_WORDS(0)), STATUS_OK);
    notes[0] = '\0';
    answer_until(200);
    assert_non_null(strstr(notes, "unknown command: hm")); /* other commands run all the same */
    const struct game_state *state = &game.race.state;
    assert_true(event_binary(state->input_accelerate_event.input_data));
    assert_false(event_binary(state->input_left_event.input_data));
    execute("set execute_commands true");
    answer_until(300);
    assert_true(event_binary(state->input_right_event.input_data));
    execute("set execute_commands false");
    answer_until(400);
    assert_false(event_binary(state->input_brake_event.input_data));
    assert_int_equal(request(MESSAGE_C_SET_EXECUTE_COMMANDS, KIT_WORDS(1)), STATUS_OK);
    assert_true(variables_switch(&game.variables, VARIABLE_execute_commands));
}

static void test_a_simulation_has_its_inputs_whatever_is_executed(void **unused)
{
    (void)unused;
    simulate("straight", "set execute_commands false\n0 press up");
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_an_input_without_a_time_acts_once(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(490);
    execute("press up; steer 77");
    answer_until(500);
    expect_event(game.race.state.input_accelerate_event, 500, ACTION_ACCELERATE, 1);
    expect_event(game.race.state.input_steer_event, 500, ACTION_STEER, 77);
    request(MESSAGE_C_GIVE_UP, KIT_WORDS(0));
    answer_until(-2600);
    answer_until(1000);
    assert_false(event_binary(game.race.state.input_accelerate_event.input_data));
    assert_false(event_binary(game.race.state.input_steer_event.input_data));
}

static void test_an_input_without_a_time_is_an_event_of_a_simulation(void **unused)
{
    (void)unused;
    static struct input_event events[8];
    simulate("straight", "0 press up");
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    answer_until_step(490);
    execute("press left");
    answer_until_step(500);
    expect_event(game.race.state.input_left_event, 500, ACTION_STEER_LEFT, 1);
    assert_int_equal(take_events(events, 8), 4);
}

static void test_delete_restarts_the_race_at_its_time(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    run_text("500 press delete\n300 rel delete");
    answer_until(490);
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), -2600);
}

static void test_custom_commands_are_told_at_once_with_their_times(void **unused)
{
    (void)unused;
    static const int32_t times[][2] = {{-1, -1}, {5000, -1}, {1000, 2000}, {0, -1}};
    for (int simulates = 0; simulates < 2; simulates++) {
        simulates ? simulate("straight", "0 press up") : drive("straight");
        simulates ? answer_until_step(100) : answer_until(100);
        request_text(MESSAGE_C_REGISTER_CUSTOM_COMMAND, 0, "go");
        execute("go; 5.00 go; 2000-1.00 go; 0 go");
        for (size_t i = 0; i < 4; i++) {
            assert_int_equal(next_any(), MESSAGE_S_ON_CUSTOM_COMMAND);
            assert_int_equal(call_word(0), times[i][0]);
            assert_int_equal(call_word(1), times[i][1]);
            assert_int_equal(call_word(2), 0);
        }
        next_any();
        assert_int_equal(call_word(0), 110);
    }
}

static void test_more_custom_commands_than_fit_are_noted(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(100);
    request_text(MESSAGE_C_REGISTER_CUSTOM_COMMAND, 0, "go");
    execute("go;go;go;go;go;go;go;go;go");
    for (int i = 0; i < SIM_COMMANDS_DUE_MAX; i++)
        assert_int_equal(next_any(), MESSAGE_S_ON_CUSTOM_COMMAND);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_non_null(strstr(notes, "console: too many commands at once: go"));
}

static void test_load_replaces_what_was_loaded(void **unused)
{
    (void)unused;
    drive("straight");
    open_files();
    put_file("a.txt", "# first\n0 press up; 100 press down\n200 hm\nset bf_seed 5");
    put_file("b.txt", "300 press left");
    answer_until(-2500);
    execute("load a.txt");
    answer_until(-2400);
    assert_int_equal(game.script.inputs.count, 2);
    assert_int_equal(game.script.command_count, 1);
    assert_int_equal(variables_integer(&game.variables, VARIABLE_bf_seed), 5);
    assert_non_null(strstr(notes, "load: 2 inputs, 1 other commands wait for their time"));
    execute("load b.txt");
    answer_until(-2300);
    assert_int_equal(game.script.inputs.count, 1);
    assert_int_equal(game.script.command_count, 0);
    execute("load c.txt"); /* not there: nothing changes */
    answer_until(-2200);
    assert_non_null(strstr(notes, "load: cannot read c.txt"));
    assert_int_equal(game.script.inputs.count, 1);
    execute("unload");
    answer_until(-2100);
    assert_true(script_is_empty(&game.script));
}

static void test_a_file_with_spaces_is_quoted(void **unused)
{
    (void)unused;
    drive("straight");
    open_files();
    put_file("my inputs.txt", "0 press up");
    answer_until(-2500);
    execute("load \"my inputs.txt\"");
    answer_until(-2400);
    assert_int_equal(game.script.inputs.count, 1);
}

static void test_a_load_at_its_time(void **unused)
{
    (void)unused;
    drive("straight");
    open_files();
    put_file("a.txt", "100 load b.txt\n100 hm\n200 press down");
    put_file("b.txt", "150 press up\n400 hm");
    answer_until(-2500);
    execute("load a.txt");
    answer_until(300);
    assert_true(event_binary(game.race.state.input_accelerate_event.input_data));
    assert_false(event_binary(game.race.state.input_brake_event.input_data));
    assert_int_equal(game.script.command_count, 1);
}

static void test_scripts_that_load_each_other_end(void **unused)
{
    (void)unused;
    drive("straight");
    open_files();
    put_file("a.txt", "load b.txt; load b.txt; load b.txt");
    put_file("b.txt", "load a.txt; load a.txt; load a.txt");
    answer_until(-2500);
    execute("load a.txt");
    answer_until(-2400);
    assert_non_null(strstr(notes, "load: scripts load each other: a.txt"));
    assert_int_equal(game.load_depth, 0);
}

static void test_a_script_with_too_much_in_it_is_noted(void **unused)
{
    (void)unused;
    enum {
        LINE_COUNT = INPUT_RECORD_COUNT_MAX + 10
    };
    static char text[LINE_COUNT * 24];
    size_t used = 0;
    for (int i = 0; i < LINE_COUNT; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%d steer %d\n", 10 * i, i);
    drive("straight");
    answer_until(-2500);
    run_text(text);
    assert_non_null(strstr(notes, "console: too many inputs: steer 32768"));
    assert_int_equal(game.script.inputs.count, INPUT_RECORD_COUNT_MAX);
    static struct simulation large;
    open_game("straight", &dialect_v1, 0, -1);
    assert_false(sim_game_simulate(&game, &large, text, used));
}

static void test_any_time_a_state_brings_is_survived_by_a_script(void **unused)
{
    (void)unused;
    static uint8_t state[STATE_SIZE_MAX];
    static const int32_t times[] = {INT32_MAX,          INT32_MAX - 5,      INT32_MAX - 10,
                                    INT32_MAX - 100010, INT32_MAX - 100014, INT32_MAX - 100020,
                                    INT32_MIN,          INT32_MIN + 9};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        drive("straight");
        answer_until(-2500);
        run_text("0 press up; 0 hm; 100000000000 hm");
        answer_until(100);
        size_t size = take_state(state);
        store_i32(state + offsetof(struct game_state, player_info.race_time), times[i]);
        assert_int_equal(send_state(state, size), STATUS_OK);
        answer();
        next_call(MESSAGE_S_ON_RUN_STEP);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inputs_become_events),
        cmocka_unit_test(test_commands_are_kept_by_time_and_then_as_they_came),
        cmocka_unit_test(test_a_full_script_takes_no_more),
        cmocka_unit_test(test_commands_run_in_the_tick_of_their_time),
        cmocka_unit_test(test_commands_of_a_simulation_run_once_in_the_tick_of_their_time),
        cmocka_unit_test(test_a_range_runs_at_both_ends),
        cmocka_unit_test(test_the_script_runs_in_every_race_and_again_after_a_rewind),
        cmocka_unit_test(test_of_equal_times_the_later_line_wins),
        cmocka_unit_test(test_timed_settings_are_set_in_time),
        cmocka_unit_test(test_inputs_are_only_injected_while_commands_are_executed),
        cmocka_unit_test(test_a_simulation_has_its_inputs_whatever_is_executed),
        cmocka_unit_test(test_an_input_without_a_time_acts_once),
        cmocka_unit_test(test_an_input_without_a_time_is_an_event_of_a_simulation),
        cmocka_unit_test(test_delete_restarts_the_race_at_its_time),
        cmocka_unit_test(test_custom_commands_are_told_at_once_with_their_times),
        cmocka_unit_test(test_more_custom_commands_than_fit_are_noted),
        cmocka_unit_test(test_load_replaces_what_was_loaded),
        cmocka_unit_test(test_a_file_with_spaces_is_quoted),
        cmocka_unit_test(test_a_load_at_its_time),
        cmocka_unit_test(test_scripts_that_load_each_other_end),
        cmocka_unit_test(test_a_script_with_too_much_in_it_is_noted),
        cmocka_unit_test(test_any_time_a_state_brings_is_survived_by_a_script),
    };
    return cmocka_run_group_tests_name("script", tests, NULL, NULL);
}
