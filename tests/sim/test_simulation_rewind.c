/*
 * Rewinds of a simulation, from every call, and what a state is worth: the same inputs make the
 * same bytes, however often and in whichever context they are driven.
 */
#include "sim/console.h"
#include "support/random_race.h"
#include "support/sim_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static uint8_t state[STATE_SIZE_MAX], other[STATE_SIZE_MAX];

/* Bends, brakes, analog and keys, inputs between two ticks; a respawn behind the first checkpoint. */
static const char drive_text[] =
    "0 press up\n70 press up\n1.00-1.80 steer -3000\n2.00-2.50 steer 3000\n2500 press left\n2550 "
    "rel left\n"
    "2560 press right\n2600 rel right\n3000 press down\n3005 rel up\n3.20 rel down\n"
    "3200 gas -65536\n3400 press right; 3470 rel right\n3475 steer -2345\n4000 press horn\n"
    "4321 steer 200\n4500 steer 0\n5000 gas 0\n5000 press up\n7500 press enter\n"
    "7800 press horn\n8000 steer -65536; 8200 steer 0\n";

static void test_a_rewind_goes_on_10_ms_after_the_state(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(500);
    size_t size = take_state(state);
    answer_until_step(2000);
    assert_int_equal(send_state(state, size), STATUS_OK);
    assert_int_equal(take_state(other), size);
    assert_memory_equal(state, other, size);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), 510);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_a_rewind_to_before_the_race_counts_down_again(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    size_t size = take_state(state);
    answer_until_step(3000);
    send_state(state, size);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), -2590);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_a_rewind_in_begin_drops_the_first_step(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(-1000);
    size_t size = take_state(state);
    answer_until_end();
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_BEGIN);
    assert_int_equal(send_state(state, size), STATUS_OK);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), -990);
}

static void test_a_rewind_in_a_checkpoint_call_drops_the_step(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(100);
    size_t size = take_state(state);
    for (int gate = 1; gate <= 3; gate++) {
        while (next_any() != MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED || call_word(0) != gate)
            assert_int_not_equal(call.message, MESSAGE_S_ON_SIM_END);
        assert_int_equal(send_state(state, size), STATUS_OK); /* at the finish a lap is owed too */
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
        assert_int_equal(call_word(0), 110);
        assert_int_equal(race_checkpoint_count(&game.race), 0);
    }
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_a_rewind_in_the_last_step_takes_the_finish_back(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(100);
    size_t size = take_state(state);
    answer_until_step(9990);
    assert_true(race_is_finished(&game.race));
    send_state(state, size);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), 110);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_a_rewind_after_the_end_changes_nothing(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(100);
    size_t size = take_state(state);
    answer_until_end();
    assert_int_equal(send_state(state, size), STATUS_OK);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_BEGIN);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), -2600);
}

/* The finish is what the times say, not the flag beside them (race.h). */
static void test_a_state_that_only_claims_to_be_finished_goes_on(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(100);
    size_t size = take_state(state);
    store_i32(state + offsetof(struct game_state, player_info.race_finished), 1);
    assert_int_equal(send_state(state, size), STATUS_OK);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), 110);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_a_state_finished_by_its_times_ends_the_simulation(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(100);
    size_t size = take_state(state);
    for (size_t pass = 0; pass < 3; pass++)
        store_i32(state + size - 24 + 8 * pass, 50);
    assert_int_equal(send_state(state, size), STATUS_OK);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_END);
    assert_int_equal(call_word(0), SIMULATION_WRONG);
}

static void test_an_edited_state_is_wrong_unless_validation_is_removed(void **unused)
{
    (void)unused;
    for (int removed = 0; removed < 2; removed++) {
        simulate("straight", "0 press up");
        answer_until_step(100);
        size_t size = take_state(state);
        float x = 2.5f;
        memcpy(state + 724, &x, sizeof x);
        if (removed)
            request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
        send_state(state, size);
        next_any();
        if (removed)
            assert_int_equal(answer_until_end(), SIMULATION_VALID); /* beside, and as fast */
        else
            assert_int_equal(next_any(), MESSAGE_S_ON_SIM_END);
    }
}

static void test_any_time_in_a_state_is_survived(void **unused)
{
    (void)unused;
    static const int32_t times[] = {
        INT32_MIN, INT32_MIN + 5,      -1000000007,        -2601,
        -1,        RACE_TIME_MAX_MS,   INT32_MAX - 10,     INT32_MAX - 5,
        INT32_MAX, INT32_MAX - 100010, INT32_MAX - 100015, INT32_MAX - 100020};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        simulate("straight", "0 press up; 100 set bf_seed 3");
        request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
        request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(INT32_MAX));
        answer_until_step(100);
        size_t size = take_state(state);
        store_i32(state + offsetof(struct game_state, player_info.race_time), times[i]);
        assert_int_equal(send_state(state, size), STATUS_OK);
        assert_int_equal(send_inputs(1, 1, 1, 1, 1, 1), STATUS_OK);
        request(MESSAGE_C_RESPAWN, KIT_WORDS(0));
        for (int calls = 0; calls < 20; calls++)
            next_any();
    }
}

/* Steps the simulation from the open step to `time`: a hash of all states on the way. */
static uint64_t hash_until(int32_t time)
{
    uint64_t hash = HASH_START;
    while (race_time(&game.race) < time) {
        answer_until_step(race_time(&game.race) + 10);
        hash = hash_bytes(hash, state, take_state(state));
    }
    return hash;
}

static void test_rewinds_repeat_the_way_to_the_byte(void **unused)
{
    (void)unused;
    static uint8_t start[STATE_SIZE_MAX];
    static const int32_t places[] = {-2600, -100, -20,  -10,  0,    10,
                                     1790,  2490, 3000, 7480, 7490, 7500};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        simulate("straight", drive_text);
        answer_until_step(places[i]);
        size_t size = take_state(start);
        uint64_t first = hash_until(8500);
        for (int round = 0; round < 2; round++) {
            assert_int_equal(send_state(start, size), STATUS_OK);
            assert_true(hash_until(8500) == first);
        }
        assert_false(simulation.parted);
    }
}

static void test_every_simulation_is_the_same_to_the_byte(void **unused)
{
    (void)unused;
    uint64_t first = 0;
    simulate("straight", drive_text);
    for (int round = 0; round < 3; round++) {
        answer_until_step(-2600);
        uint64_t hash = hash_until(8500);
        first = round == 0 ? hash : first;
        assert_true(hash == first);
        answer_until_end();
    }
}

/* The bytes that may differ between the two contexts. */
static void blank_context(uint8_t *bytes)
{
    memset(bytes + offsetof(struct game_state, context_mode), 0, 8); /* and the flags */
}

/* Race time by race time, run and simulation are the same race. */
static void test_a_run_with_the_same_inputs_makes_the_same_states(void **unused)
{
    (void)unused;
    enum {
        FROM_MS = -2590,
        TO_MS = 9000,
        COUNT = (TO_MS - FROM_MS) / 10 + 1
    };
    static uint8_t states[COUNT][8600];
    simulate("straight", drive_text);
    answer_until_step(FROM_MS);
    size_t size = 0;
    for (int i = 0; i < COUNT; i++) {
        assert_true((size = take_state(state)) <= sizeof states[i]);
        memcpy(states[i], state, size);
        if (i + 1 < COUNT)
            answer_until_step(FROM_MS + 10 * i + 10);
    }
    drive("straight");
    sim_console_run(&game, drive_text, sizeof drive_text - 1);
    for (int i = 0; i < COUNT; i++) {
        answer_until(FROM_MS + 10 * i);
        assert_int_equal(take_state(state), size);
        assert_int_equal(load_i32(state + 4), CONTEXT_RUN);
        assert_int_equal(load_i32(state + 8), 0x9F);
        blank_context(state);
        blank_context(states[i]);
        for (size_t at = 0; at < size; at += 4)
            if (load_i32(state + at) != load_i32(states[i] + at))
                fail_msg("at %d the word %zu is %d in the run and %d in the simulation",
                         FROM_MS + 10 * i, at, load_i32(state + at), load_i32(states[i] + at));
    }
    assert_int_equal(game.race.state.num_respawns, 1);
    assert_int_equal(race_checkpoint_count(&game.race), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_rewind_goes_on_10_ms_after_the_state),
        cmocka_unit_test(test_a_rewind_to_before_the_race_counts_down_again),
        cmocka_unit_test(test_a_rewind_in_begin_drops_the_first_step),
        cmocka_unit_test(test_a_rewind_in_a_checkpoint_call_drops_the_step),
        cmocka_unit_test(test_a_rewind_in_the_last_step_takes_the_finish_back),
        cmocka_unit_test(test_a_rewind_after_the_end_changes_nothing),
        cmocka_unit_test(test_a_state_that_only_claims_to_be_finished_goes_on),
        cmocka_unit_test(test_a_state_finished_by_its_times_ends_the_simulation),
        cmocka_unit_test(test_an_edited_state_is_wrong_unless_validation_is_removed),
        cmocka_unit_test(test_any_time_in_a_state_is_survived),
        cmocka_unit_test(test_rewinds_repeat_the_way_to_the_byte),
        cmocka_unit_test(test_every_simulation_is_the_same_to_the_byte),
        cmocka_unit_test(test_a_run_with_the_same_inputs_makes_the_same_states),
    };
    return cmocka_run_group_tests_name("simulation rewind", tests, NULL, NULL);
}
