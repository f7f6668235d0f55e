/*
 * The brute force as its client meets it: when it is asked what, how the search goes, and what
 * becomes of the inputs.
 */
#include "support/bruteforce_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_without_the_controller_nobody_is_asked(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up; set controller none");
    while (next_any() != MESSAGE_S_ON_SIM_END)
        assert_int_not_equal(call.message, MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
}

static void test_the_client_is_asked_before_every_step(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    for (int32_t time = -2600; time < 100; time += 10) {
        assert_int_equal(next_any(), MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        assert_int_equal(call_word(2), time);
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
        assert_int_equal(call_word(0), time);
    }
    while (next_any() != MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED)
        continue;
    assert_int_equal(next_any(), MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_int_equal(call_word(2), race_checkpoint_time(&game.race, 0));
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
}

static void test_the_question_has_the_settings_in_it(void **unused)
{
    (void)unused;
    static const int32_t defaults[] = {0, 0, -2600, 0, 0, INT32_MAX - 100010, 10000, 0, -1, 0, 0};
    static const int32_t others[] = {0, 2, -2600, 0, 500, 6000, 77, 300, 9000, 1, 1};
    simulate("straight", "0 press up; set controller bruteforce");
    next_any();
    assert_int_equal(call.size, 44);
    for (size_t i = 0; i < 11; i++)
        assert_int_equal(call_word(i), defaults[i]);
    simulate("straight", "0 press up; set controller bruteforce; set bf_target_trigger 1;"
                         "add_trigger -50 -50 100 100 100 10; set bf_inputs_min_time 500;"
                         "set bf_inputs_max_time 6000; set bf_max_steer_diff 77;"
                         "set bf_max_time_diff 300; set bf_override_stop_time 9000;"
                         "set bf_search_forever true; set bf_inputs_fill_steer true");
    next_any();
    for (size_t i = 0; i < 11; i++)
        assert_int_equal(call_word(i), others[i]);
}

static void test_the_first_phase_plays_the_inputs_as_they_are(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    for (int32_t time = -2600; time <= LATE_MS; time += 10) {
        go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        assert_int_equal(call_word(0), BRUTEFORCE_INITIAL);
        assert_int_equal(call_word(2), time);
        assert_int_equal(call_word(3), 0);
        assert_memory_equal(simulation.tape.events, simulation.original.events,
                            (size_t)simulation.original.count * sizeof simulation.tape.events[0]);
    }
    go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_int_equal(call_word(0), BRUTEFORCE_SEARCH);
    assert_int_equal(call_word(3), 1);
    assert_non_null(strstr(notes, "bruteforce: without changes finish 10.49 s\n"));
}

static void test_a_try_begins_before_the_first_changed_input(void **unused)
{
    (void)unused;
    simulate("straight", LATE "set bf_target_cp 1");
    go_on_to_time(BRUTEFORCE_INITIAL, LATE_MS);
    for (int i = 0; i < 20; i++) {
        do
            go_on_to(MESSAGE_S_ON_SIM_STEP); /* that of the tick that was rewound is not called */
        while (driver.call_number != 0 && simulation.bruteforce.phase != BRUTEFORCE_SEARCH);
        int32_t pressed = event_input_time(simulation.tape.events[1].time);
        int32_t first = pressed < 500 ? pressed : 500;
        assert_int_equal(call_word(0), first);
        go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        decide(BRUTEFORCE_REJECT, -1);
    }
}

static void test_an_improvement_is_written_and_played_out(void **unused)
{
    (void)unused;
    int32_t time, iterations;
    simulate("straight", LATE "set bf_target_cp 1");
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_int_equal(call_word(0), SIMULATION_WRONG); /* it is another time */
    assert_true(race_is_finished(&game.race));
    assert_int_equal(stored_count, 1);
    assert_string_equal(stored_path, "result.txt");
    assert_int_equal(sscanf(stored_text, "# Time: %d, iterations: %d\n", &time, &iterations), 2);
    assert_in_range(iterations, 1, 20);
    assert_int_equal(time, race_checkpoint_time(&game.race, 0));
    assert_non_null(strstr(stored_text, " press up\n"));
    assert_non_null(strstr(notes, "bruteforce: checkpoint 1 "));
    assert_non_null(strstr(notes, "bruteforce: written to result.txt\n"));
    int32_t before = simulation.bruteforce.best.time;
    assert_true(time < before);
    assert_int_equal(resimulate(0), time);
}

static void test_the_next_simulation_searches_again(void **unused)
{
    (void)unused;
    simulate("straight", LATE "set bf_target_cp 1");
    go_on_to(MESSAGE_S_ON_SIM_END);
    const char *first = copy_result();
    go_on_to_time(BRUTEFORCE_INITIAL, -2600);
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_int_equal(stored_count, 2);
    assert_string_equal(stored_text, first); /* the same seed */
}

static void test_for_ever_means_from_the_beginning_with_what_was_found(void **unused)
{
    (void)unused;
    int32_t best = LATE_MS;
    simulate("straight", LATE "set bf_search_forever true");
    for (int round = 1; round <= 4; round++) {
        while (stored_count < round)
            go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        int32_t time;
        assert_int_equal(sscanf(stored_text, "# Time: %d,", &time), 1);
        assert_true(time < best);
        best = time;
        assert_int_equal(call_word(0), BRUTEFORCE_INITIAL);
        assert_int_equal(call_word(2), 0);
        go_on_to_time(BRUTEFORCE_INITIAL, best);
    }
    decide(BRUTEFORCE_STOP, -1);
    assert_int_equal(answer_until_end(), SIMULATION_WRONG);
    assert_int_equal(race_finish_time(&game.race), best);
}

static void test_the_same_seed_makes_the_same_search(void **unused)
{
    (void)unused;
    int32_t ways[3][60];
    static const char *const seeds[] = {"set bf_seed 7", "set bf_seed 7", "set bf_seed 8"};
    for (size_t k = 0; k < 3; k++) {
        char script[400];
        snprintf(script, sizeof script, LATE "%s", seeds[k]);
        simulate("straight", script);
        for (size_t i = 0; i < 60; i++) {
            go_on_to_time(BRUTEFORCE_SEARCH, 700);
            ways[k][i] = simulation.tape.events[1].time;
            decide(BRUTEFORCE_REJECT, -1);
        }
    }
    assert_memory_equal(ways[0], ways[1], sizeof ways[0]);
    assert_memory_not_equal(ways[0], ways[2], sizeof ways[0]);
}

static void test_the_name_of_the_result_has_no_slashes(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *path, *note;
    } cases[] = {{"../a\\b/c.txt", "..abc.txt", "written to ..abc.txt\n"},
                 {"\"my result\"", "my result", "written to my result\n"},
                 {"//", "", "not written to a file: bf_result_filename is empty\n"},
                 {"refused", "", "cannot write refused\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char script[400];
        snprintf(script, sizeof script, LATE "set bf_target_cp 1; set bf_result_filename %s",
                 cases[i].name);
        simulate("straight", script);
        go_on_to(MESSAGE_S_ON_SIM_END);
        assert_string_equal(stored_path, cases[i].path);
        assert_non_null(strstr(notes, cases[i].note));
    }
}

static void test_checkpoint_times_are_said_if_asked_for(void **unused)
{
    (void)unused;
    simulate("straight", LATE "set bf_target_cp 2; set bf_print_cps true");
    go_on_to_time(BRUTEFORCE_SEARCH, 1000);
    assert_non_null(strstr(notes, "bruteforce: checkpoint 1 at "));
    assert_non_null(strstr(notes, "bruteforce: checkpoint 3 at 10.49 s\n"));
    notes[0] = '\0';
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_non_null(strstr(notes, "bruteforce: checkpoint 2 at "));
    assert_null(strstr(notes, "bruteforce: checkpoint 3 at ")); /* not there yet */
}

static void test_progress_is_said_every_thousand_tries(void **unused)
{
    (void)unused;
    simulate("straight", LATE "set bf_inputs_min_time 450; set bf_inputs_max_time 600");
    do {
        go_on_to_time(BRUTEFORCE_SEARCH, 600);
        decide(BRUTEFORCE_REJECT, -1);
    } while (simulation.bruteforce.iteration_count < 2000);
    next_any();
    assert_non_null(strstr(notes, "bruteforce: 1000 iterations, 0 improvements\n"));
    assert_non_null(strstr(notes, "bruteforce: 2000 iterations, 0 improvements\n"));
}

static void test_a_race_with_more_states_than_room_is_searched_too(void **unused)
{
    (void)unused;
    simulate("straight", LATE "90000 press horn; set bf_target_cp 3; set bf_search_forever true;"
                              "set bf_inputs_max_time 1000; 2000 press down; 2300 rel down");
    for (int32_t i = 1; i <= 3; i++)
        while (stored_count < i)
            go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    simulate("laps", "0 press up; 60000 press horn; set controller bruteforce;"
                     "set bf_modify_prob 1; set bf_max_time_diff 50;");
    request(MESSAGE_C_SET_TIMEOUT, KIT_WORDS(-1));
    go_on_to_time(BRUTEFORCE_SEARCH, 61000);
    assert_true(simulation.bruteforce.shelf.interval_ms > 10);
    decide(BRUTEFORCE_REJECT, 60990);
    int32_t time = next_evaluation();
    assert_in_range(time, 61000 - simulation.bruteforce.shelf.interval_ms, 61000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_without_the_controller_nobody_is_asked),
        cmocka_unit_test(test_the_client_is_asked_before_every_step),
        cmocka_unit_test(test_the_question_has_the_settings_in_it),
        cmocka_unit_test(test_the_first_phase_plays_the_inputs_as_they_are),
        cmocka_unit_test(test_a_try_begins_before_the_first_changed_input),
        cmocka_unit_test(test_an_improvement_is_written_and_played_out),
        cmocka_unit_test(test_the_next_simulation_searches_again),
        cmocka_unit_test(test_for_ever_means_from_the_beginning_with_what_was_found),
        cmocka_unit_test(test_the_same_seed_makes_the_same_search),
        cmocka_unit_test(test_the_name_of_the_result_has_no_slashes),
        cmocka_unit_test(test_checkpoint_times_are_said_if_asked_for),
        cmocka_unit_test(test_progress_is_said_every_thousand_tries),
        cmocka_unit_test(test_a_race_with_more_states_than_room_is_searched_too),
    };
    return cmocka_run_group_tests_name("brute force", tests, NULL, NULL);
}
