/* What the client's answers do to the brute force, and what else a client can do to it. */
#include "support/bruteforce_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    EVENT_ROOM = 64
};

static uint8_t state[STATE_SIZE_MAX];
static struct input_event events[EVENT_ROOM];

static void test_nothing_comes_of_answers_in_the_first_phase(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    for (int32_t time = -2600; time < 1000; time += 10) {
        assert_int_equal(next_any(), MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        assert_int_equal(call_word(2), time);
        decide((uint32_t)(time / 10) % 4, 100); /* not STOP */
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    }
    assert_int_equal(stored_count, 0);
}

static void test_stop_plays_the_race_out(void **unused)
{
    (void)unused;
    for (int searches = 0; searches < 2; searches++) {
        simulate("straight", LATE "set bf_target_cp 3; set bf_seed 4");
        go_on_to_time(searches ? BRUTEFORCE_SEARCH : BRUTEFORCE_INITIAL, 2000);
        decide(BRUTEFORCE_STOP, -1);
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
        assert_int_equal(call_word(0), 2000);
        while (next_any() != MESSAGE_S_ON_SIM_END)
            assert_int_not_equal(call.message, MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        if (!searches)
            assert_int_equal(call_word(0), SIMULATION_VALID);
        assert_non_null(strstr(notes, "bruteforce: stopped by the client"));
        assert_int_equal(stored_count, 0);
    }
}

static void test_accept_makes_these_inputs_the_best(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    go_on_to_time(BRUTEFORCE_SEARCH, 2000);
    int32_t pressed = event_input_time(simulation.tape.events[1].time);
    decide(BRUTEFORCE_ACCEPT, -1);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), 2000); /* no rewind: it plays out */
    char expected[80];
    snprintf(expected, sizeof expected, "# Iterations: 1\n%d press up\n", pressed);
    assert_string_equal(stored_text, expected);
    while (next_any() != MESSAGE_S_ON_SIM_END)
        assert_int_not_equal(call.message, MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
}

static void test_accept_for_ever_begins_anew_with_them(void **unused)
{
    (void)unused;
    simulate("straight", LATE "set bf_search_forever true");
    go_on_to_time(BRUTEFORCE_SEARCH, 2000);
    int32_t pressed = simulation.tape.events[1].time;
    decide(BRUTEFORCE_ACCEPT, -1);
    assert_int_equal(next_evaluation(), 0);
    assert_int_equal(call_word(0), BRUTEFORCE_INITIAL);
    assert_int_equal(simulation.tape.events[1].time, pressed);
    go_on_to_time(BRUTEFORCE_SEARCH, 3000);
    assert_int_equal(simulation.bruteforce.base.events[1].time, pressed);
}

static void test_do_nothing_drives_on(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(12000));
    go_on_to_time(BRUTEFORCE_SEARCH, 2000);
    for (int32_t time = 2000; time <= 12000; time += 10) {
        assert_int_equal(call_word(2), time);
        decide(time % 20 == 0 ? BRUTEFORCE_DO_NOTHING : 77, -1); /* what is none does nothing too */
        while (next_any() != MESSAGE_S_ON_BRUTEFORCE_EVALUATE)
            assert_int_not_equal(call.message, MESSAGE_S_ON_SIM_END);
    }
    decide(BRUTEFORCE_DO_NOTHING, -1);
    assert_int_equal(answer_until_end(), SIMULATION_INVALID); /* the finish was prevented */
    assert_int_equal(stored_count, 0);
}

static void test_a_finish_is_still_judged_later(void **unused)
{
    (void)unused;
    simulate("straight", LATE "set bf_max_time_diff 400");
    request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(12000));
    do {
        go_on_to_time(BRUTEFORCE_SEARCH, 2000);
        if (event_input_time(simulation.tape.events[1].time) < 400)
            break;
        decide(BRUTEFORCE_REJECT, -1);
    } while (true);
    while (call_word(2) < LATE_MS - 20) {
        decide(BRUTEFORCE_DO_NOTHING, -1);
        while (next_any() != MESSAGE_S_ON_BRUTEFORCE_EVALUATE)
            continue;
    }
    assert_int_equal(stored_count, 0);
    decide(BRUTEFORCE_CONTINUE, -1);
    next_any();
    assert_int_equal(stored_count, 1);
}

static void test_reject_tries_again(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    for (int32_t i = 1; i < 100; i++) {
        go_on_to_time(BRUTEFORCE_SEARCH, 1000);
        assert_int_equal(simulation.bruteforce.iteration_count, i);
        decide(BRUTEFORCE_REJECT, -1);
    }
    assert_int_equal(stored_count, 0);
}

static void test_reject_with_a_time_rewinds_to_the_state_of_that_index(void **unused)
{
    (void)unused;
    static const int32_t cases[][2] = {{0, 10}, {9, 10}, {10, 20}, {1234, 1240}, {990, 1000}};
    simulate("straight", LATE);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        go_on_to_time(BRUTEFORCE_SEARCH, 2000);
        send_events(simulation.original.events, (size_t)simulation.original.count);
        decide(BRUTEFORCE_REJECT, cases[i][0]);
        assert_int_equal(next_any(), MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
        assert_int_equal(call_word(2), cases[i][1]);
        /* The inputs are the client's. */
        assert_memory_equal(simulation.tape.events, simulation.original.events,
                            (size_t)simulation.original.count * sizeof simulation.tape.events[0]);
    }
}

static void test_reject_with_a_time_without_a_state_does_nothing(void **unused)
{
    (void)unused;
    static const int32_t times[] = {LATE_MS + 10, 1000000, INT32_MAX};
    simulate("straight", LATE);
    go_on_to_time(BRUTEFORCE_SEARCH, 2000);
    int32_t iterations = simulation.bruteforce.iteration_count;
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        decide(BRUTEFORCE_REJECT, times[i]);
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
        assert_int_equal(call_word(0), 2000 + 10 * (int32_t)i);
        assert_int_equal(next_any(), MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    }
    assert_int_equal(simulation.bruteforce.iteration_count, iterations);
    decide(BRUTEFORCE_REJECT, LATE_MS);
    assert_int_equal(next_evaluation(), LATE_MS + 10);
}

static void test_a_client_may_change_the_inputs_itself(void **unused)
{
    (void)unused;
    int32_t time;
    simulate("straight", "500 press up; set controller bruteforce"); /* nothing else can change */
    go_on_to_time(BRUTEFORCE_SEARCH, 1000);
    assert_int_equal(call_word(3), 0);
    size_t count = take_events(events, EVENT_ROOM);
    events[1] = event_at(300, ACTION_ACCELERATE, 1);
    send_events(events, count);
    decide(BRUTEFORCE_REJECT, 290);
    assert_int_equal(next_evaluation(), 300);
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_int_equal(sscanf(stored_text, "# Time: %d, iterations: 2\n300 press up\n", &time), 1);
    assert_int_equal(time, LATE_MS - 200);
}

static void test_what_the_client_changes_in_the_first_phase_is_the_base(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    size_t count = take_events(events, EVENT_ROOM);
    events[1] = event_at(300, ACTION_ACCELERATE, 1);
    send_events(events, count);
    go_on_to_time(BRUTEFORCE_SEARCH, 1000);
    assert_int_equal(simulation.bruteforce.best.time, LATE_MS - 200);
    assert_int_equal(event_input_time(simulation.bruteforce.base.events[1].time), 300);
}

static void test_the_client_may_rewind_while_it_is_asked(void **unused)
{
    (void)unused;
    simulate("straight", LATE "set bf_target_cp 1");
    go_on_to_time(BRUTEFORCE_INITIAL, 1000);
    size_t size = take_state(state);
    while (simulation.bruteforce.score.time < 0 ||
           simulation.bruteforce.phase != BRUTEFORCE_INITIAL)
        go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_int_equal(send_state(state, size), STATUS_OK);
    decide(BRUTEFORCE_CONTINUE, -1);
    assert_int_equal(next_any(), MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_int_equal(call_word(2), 1010);
    assert_int_equal(simulation.bruteforce.score.time, -1);
    go_on_to(MESSAGE_S_ON_SIM_END);
    assert_int_equal(stored_count, 1);
}

static void test_a_finish_prevented_by_the_client_counts(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    do {
        go_on_to(MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED);
        if (call_word(0) == call_word(1))
            race_prevent_finish(&game.race); /* what C_PREVENT_SIMULATION_FINISH does */
    } while (stored_count == 0 && call_word(0) != call_word(1));
    go_on_to(MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(simulation.bruteforce.phase, BRUTEFORCE_SEARCH);
    assert_int_equal(simulation.bruteforce.best.time, LATE_MS);
}

static void test_the_state_may_be_edited_without_being_wrong(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    go_on_to_time(BRUTEFORCE_INITIAL, 1000);
    size_t size = take_state(state);
    float x = 3.0f;
    memcpy(state + 724, &x, sizeof x);
    assert_int_equal(send_state(state, size), STATUS_OK);
    go_on_to_time(BRUTEFORCE_SEARCH, 1010);
}

static void test_a_client_that_leaves_ends_it(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    go_on_to_time(BRUTEFORCE_SEARCH, 1000);
    game_client_compose(&driver, MESSAGE_C_DEREGISTER);
    game_client_send(&driver, 4);
    for (int i = 0; i < 20; i++)
        sim_game_run(&game);
    assert_int_equal(sim_game_run(&game), SIM_WAITS_FOR_CLIENT);
    assert_false(simulation.bruteforce.is_on);
    attach_to_simulation();
    go_on_to_time(BRUTEFORCE_INITIAL, 1000);
}

static void test_a_dialect_without_the_question_is_not_asked(void **unused)
{
    (void)unused;
    open_simulation("straight", &dialect_public, LATE "set bf_target_cp 1");
    attach_to_simulation();
    int32_t time = -2600;
    while (stored_count == 0) {
        assert_int_not_equal(next_any(), MESSAGE_S_ON_SIM_END);
        if (call.message != MESSAGE_S_ON_SIM_STEP)
            continue;
        assert_true(call_word(0) - 2610 <= time + 10);
        time = call_word(0) - 2610;
    }
    answer_until_end();
    assert_int_equal(stored_count, 1);
}

static void test_nobody_need_be_there_when_it_is_asked_for(void **unused)
{
    (void)unused;
    open_simulation("straight", &dialect_v1, LATE "set bf_target_cp 1");
    for (int i = 0; i < 200000 && sim_game_run(&game) == SIM_MOVED; i++)
        continue;
    assert_int_equal(sim_game_run(&game), SIM_WAITS_FOR_CLIENT); /* once, and not for ever */
    assert_int_equal(stored_count, 1);
    assert_non_null(strstr(notes, "simulation ended: wrong simulation, finish: "));
    assert_true(kit_is_zero());
    attach_to_simulation();
    go_on_to_time(BRUTEFORCE_INITIAL, -2600);
}

static void test_a_client_that_comes_has_a_simulation_of_its_own(void **unused)
{
    (void)unused;
    open_simulation("straight", &dialect_v1, LATE);
    for (int i = 0; i < 5000; i++)
        assert_int_equal(sim_game_run(&game), SIM_MOVED);
    attach_to_simulation();
    go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_int_equal(call_word(2), -2600);
}

static void test_the_console_can_stop_it(void **unused)
{
    (void)unused;
    simulate("straight", LATE);
    go_on_to_time(BRUTEFORCE_SEARCH, 1000);
    execute("set controller none");
    go_on_to(MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    answer_until_end();
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_BEGIN);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP); /* it has begun to drive */
    execute("set controller bruteforce");                /* from the next simulation on */
    while (next_any() != MESSAGE_S_ON_SIM_END)
        assert_int_not_equal(call.message, MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
}

static void test_what_is_set_when_a_simulation_begins_counts_for_it(void **unused)
{
    (void)unused;
    open_simulation("straight", &dialect_v1, "0 press up");
    attach_to_simulation();
    go_on_to(MESSAGE_S_ON_SIM_BEGIN);
    execute("set controller bruteforce");
    go_on_to(MESSAGE_S_ON_BRUTEFORCE_EVALUATE);
    assert_true(call_word(2) < -2500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_comes_of_answers_in_the_first_phase),
        cmocka_unit_test(test_stop_plays_the_race_out),
        cmocka_unit_test(test_accept_makes_these_inputs_the_best),
        cmocka_unit_test(test_accept_for_ever_begins_anew_with_them),
        cmocka_unit_test(test_do_nothing_drives_on),
        cmocka_unit_test(test_a_finish_is_still_judged_later),
        cmocka_unit_test(test_reject_tries_again),
        cmocka_unit_test(test_reject_with_a_time_rewinds_to_the_state_of_that_index),
        cmocka_unit_test(test_reject_with_a_time_without_a_state_does_nothing),
        cmocka_unit_test(test_a_client_may_change_the_inputs_itself),
        cmocka_unit_test(test_what_the_client_changes_in_the_first_phase_is_the_base),
        cmocka_unit_test(test_the_client_may_rewind_while_it_is_asked),
        cmocka_unit_test(test_a_finish_prevented_by_the_client_counts),
        cmocka_unit_test(test_the_state_may_be_edited_without_being_wrong),
        cmocka_unit_test(test_a_client_that_leaves_ends_it),
        cmocka_unit_test(test_a_dialect_without_the_question_is_not_asked),
        cmocka_unit_test(test_nobody_need_be_there_when_it_is_asked_for),
        cmocka_unit_test(test_a_client_that_comes_has_a_simulation_of_its_own),
        cmocka_unit_test(test_the_console_can_stop_it),
        cmocka_unit_test(test_what_is_set_when_a_simulation_begins_counts_for_it),
    };
    return cmocka_run_group_tests_name("brute force answers", tests, NULL, NULL);
}
