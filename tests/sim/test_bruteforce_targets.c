/* What the brute force looks for, with which changes, and when a try is over. */
#include "support/bruteforce_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void test_a_checkpoint_wins_over_a_trigger_over_the_finish(void **unused)
{
    (void)unused;
    static const struct {
        const char *settings;
        int32_t target;
    } cases[] = {{"", 0},
                 {"set bf_target_cp 2", 1},
                 {"set bf_target_trigger 1", 2},
                 {"set bf_target_cp 1; set bf_target_trigger 1", 1},
                 {"set bf_target_cp 0; set bf_target_trigger 0", 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char script[400];
        snprintf(script, sizeof script, LATE "add_trigger 0 0 0 1 1 1; %s", cases[i].settings);
        simulate("straight", script);
        assert_int_equal(next_any(), MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        assert_int_equal(call_word(1), cases[i].target);
    }
}

static void test_settings_that_cannot_work_are_named(void **unused)
{
    (void)unused;
    static const struct {
        const char *settings, *note;
    } cases[] = {{"set bf_target_cp 4", "bruteforce: bf_target_cp is 4, but there are 3"},
                 {"set bf_target_trigger 1", "bruteforce: bf_target_trigger is 1, but there are 0"},
                 {"set bf_modify_prob 0", "bf_modify_prob is not above 0"},
                 {"set bf_modify_prob -1", "bf_modify_prob is not above 0"},
                 {"set bf_max_time_diff 0", "neither bf_max_steer_diff nor bf_max_time_diff"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char script[400];
        snprintf(script, sizeof script, LATE "%s", cases[i].settings);
        simulate("straight", script);
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
        assert_non_null(strstr(notes, cases[i].note));
        assert_int_equal(answer_until_end(), SIMULATION_VALID);
    }
}

static void test_a_trigger_is_reached_sooner(void **unused)
{
    (void)unused;
    int32_t time;
    simulate("straight", LATE "add_trigger 1000 0 0 1 1 1; add_trigger 20 50 60 -40 -100 40;"
                              "set bf_target_trigger 2");
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_int_equal(sscanf(stored_text, "# Time: %d,", &time), 1);
    assert_true(time < simulation.bruteforce.best.time);
    assert_non_null(strstr(notes, "bruteforce: trigger 2 "));
    simulate("straight", copy_result());
    answer_until_step(time - 10);
    assert_true(game.race.state.dyna.current_state.position[2] < 60.0f);
    answer_until_step(time);
    assert_true(game.race.state.dyna.current_state.position[2] >= 60.0f);
}

/* Steering changes where the car is when the tick that enters the trigger begins. */
static void test_of_equal_ticks_the_car_that_was_closer_is_better(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up; 500 steer 30000; 1000 steer 0; set controller bruteforce;"
                         "set bf_modify_prob 1; set bf_max_steer_diff 10; add_trigger -50 -50 100 "
                         "100 100 10; set bf_target_trigger 1; set bf_search_forever true");
    float before = 0.0f;
    for (int found = 0; found < 3; found++) {
        while (stored_count == found)
            go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        go_on_to_time(BRUTEFORCE_SEARCH, 1000);
        const struct bruteforce_score *best = &simulation.bruteforce.best;
        assert_true(found == 0 || best->distance < before);
        before = best->distance;
    }
}

static void test_a_target_that_is_never_reached_is_searched_for_to_the_end(void **unused)
{
    (void)unused;
    simulate("straight", LATE "add_trigger 1000 0 0 1 1 1; set bf_target_trigger 1");
    go_on_to_time(BRUTEFORCE_SEARCH, LATE_MS);
    assert_non_null(strstr(notes, "bruteforce: without changes trigger 1 never\n"));
    go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_int_equal(call_word(2), LATE_MS + 10);
    assert_true(next_evaluation() <= 500);
}

static void test_inputs_that_do_not_finish_are_searched_for_a_finish(void **unused)
{
    (void)unused;
    int32_t time;
    /* Rolls to a stop before the finish, unless the gas is let go later. */
    simulate("straight", "0 press up; 4000 rel up; set controller bruteforce; set bf_modify_prob 1;"
                         "set bf_max_time_diff 4000; set bf_max_steer_diff 0");
    assert_int_equal(simulation.expected_time, -1);
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_non_null(strstr(notes, "bruteforce: without changes finish never\n"));
    assert_int_equal(sscanf(stored_text, "# Time: %d,", &time), 1);
    assert_int_equal(time, race_finish_time(&game.race));
}

static void test_an_overridden_stop_time_is_what_a_finish_has_to_beat(void **unused)
{
    (void)unused;
    int32_t time;
    simulate("straight", LATE "set bf_override_stop_time 10440; set bf_max_time_diff 10;"
                              "set bf_search_forever true");
    go_on_to_time(BRUTEFORCE_SEARCH, 1000);
    for (int i = 0; i < 20; i++) { /* 10 ms better are not enough */
        go_on_to_time(BRUTEFORCE_SEARCH, 10450);
        assert_int_equal(stored_count, 0);
        assert_true(next_evaluation() <= 500);
    }
    simulate("straight", LATE "set bf_override_stop_time 10440");
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_int_equal(sscanf(stored_text, "# Time: %d,", &time), 1);
    assert_true(time < 10440);
}

static void test_a_try_for_another_target_ends_at_the_stop_time(void **unused)
{
    (void)unused;
    simulate("straight", LATE "add_trigger 1000 0 0 1 1 1; set bf_target_trigger 1;"
                              "set bf_override_stop_time 3000");
    go_on_to_time(BRUTEFORCE_SEARCH, 3000);
    go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_int_equal(call_word(2), 3010);
    assert_true(next_evaluation() <= 500);
}

static void test_filled_steering_drives_the_same_race(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up; 1000 press left; 1030 rel left;"
                         "1030 press right; 1060 rel right; 2000 steer 300; 2500 steer -300;"
                         "2900 steer 0; set controller bruteforce; set bf_inputs_fill_steer true;"
                         "set bf_inputs_min_time 500; set bf_inputs_max_time 3000");
    int32_t finish = simulation.expected_time;
    assert_in_range(finish, STRAIGHT_MS, STRAIGHT_MS + 1000);
    assert_true(simulation.tape.count > 250);
    go_on_to_time(BRUTEFORCE_INITIAL, finish);
    assert_int_equal(race_finish_time(&game.race), finish);
    go_on_to_time(BRUTEFORCE_SEARCH, finish);
    assert_true(call_word(3) > 0);
}

static void test_a_search_without_anything_to_change_ends(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up; set controller bruteforce; set bf_search_forever true");
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_int_equal(call_word(0), SIMULATION_VALID);
    assert_non_null(strstr(notes, "bruteforce: these settings let no input change\n"));
    assert_non_null(strstr(notes, "bruteforce: stopped, for no input can be changed"));
    assert_int_equal(stored_count, 0);
}

static void test_a_better_finish_ends_the_simulation(void **unused)
{
    (void)unused;
    int32_t time, iterations;
    simulate("straight", LATE);
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_int_equal(call_word(0), SIMULATION_WRONG);
    assert_int_equal(sscanf(stored_text, "# Time: %d, iterations: %d\n", &time, &iterations), 2);
    assert_int_equal(time, race_finish_time(&game.race));
    assert_in_range(time, LATE_MS - 100, LATE_MS - 10);
    assert_int_equal(resimulate(2), time);
}

static void test_a_late_start_is_made_good_in_the_end(void **unused)
{
    (void)unused;
    simulate("straight", LATE "set bf_search_forever true");
    while (simulation.bruteforce.best.time != STRAIGHT_MS)
        go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_non_null(strstr(stored_text, "\n0 press up\n")); /* an input at time 0 is changed, too */
    evaluations = 0;
    while (evaluations < 10000) { /* better there is not */
        go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        assert_int_equal(call_word(0), BRUTEFORCE_SEARCH);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_checkpoint_wins_over_a_trigger_over_the_finish),
        cmocka_unit_test(test_settings_that_cannot_work_are_named),
        cmocka_unit_test(test_a_trigger_is_reached_sooner),
        cmocka_unit_test(test_of_equal_ticks_the_car_that_was_closer_is_better),
        cmocka_unit_test(test_a_target_that_is_never_reached_is_searched_for_to_the_end),
        cmocka_unit_test(test_inputs_that_do_not_finish_are_searched_for_a_finish),
        cmocka_unit_test(test_an_overridden_stop_time_is_what_a_finish_has_to_beat),
        cmocka_unit_test(test_a_try_for_another_target_ends_at_the_stop_time),
        cmocka_unit_test(test_filled_steering_drives_the_same_race),
        cmocka_unit_test(test_a_search_without_anything_to_change_ends),
        cmocka_unit_test(test_a_better_finish_ends_the_simulation),
        cmocka_unit_test(test_a_late_start_is_made_good_in_the_end),
    };
    return cmocka_run_group_tests_name("brute force targets", tests, NULL, NULL);
}
