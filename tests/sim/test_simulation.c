/* A simulation as its client meets it: which calls come when, and how it ends. */
#include "support/sim_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

/* Accelerating all the way finishes `straight` then. */
enum {
    STRAIGHT_MS = 9990
};

static const char gas[] = "0 press up\n";

static void test_a_simulation_is_begin_steps_and_end(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    assert_int_equal(call.size, 0);
    for (int32_t time = -2600; time < 3000; time += 10) {
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
        assert_int_equal(call_word(0), time);
    }
    answer_until_step(STRAIGHT_MS);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_END);
    assert_int_equal(call.size, 4);
    assert_int_equal(call_word(0), SIMULATION_VALID);
    assert_non_null(strstr(notes, "simulation ended: valid, finish: 9.99 s\n"));
}

static void test_checkpoints_come_before_the_step_and_the_finish_is_one(void **unused)
{
    (void)unused;
    static const enum message order[] = {
        MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED, MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED,
        MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED, MESSAGE_S_ON_LAPS_COUNT_CHANGED};
    int found = 0, time = -2610, passed = 0;
    simulate("straight", gas);
    while (next_any() != MESSAGE_S_ON_SIM_END) {
        if (call.message == MESSAGE_S_ON_SIM_STEP) {
            assert_int_equal(call_word(0), time += 10);
            continue;
        }
        assert_int_equal(call.message, order[found++]);
        if (call.message == MESSAGE_S_ON_LAPS_COUNT_CHANGED) {
            assert_int_equal(call_word(0), 1);
            continue;
        }
        assert_int_equal(call_word(0), ++passed);
        assert_int_equal(call_word(1), 3);
        assert_int_equal(race_checkpoint_time(&game.race, passed - 1), time + 10);
    }
    assert_int_equal(found, 4);
    assert_int_equal(time, STRAIGHT_MS);
}

static void test_laps_are_called_one_by_one(void **unused)
{
    (void)unused;
    int laps = 0, steps = 0;
    simulate("laps", gas);
    answer_until_step(0);
    for (int gate = 1; gate <= 12; gate++) { /* a client that moves the car from gate to gate */
        const struct track_gate *next = &game.track.gates[(gate - 1) % 4];
        struct dyna_state *now = &game.race.state.dyna.current_state;
        assert_int_equal(request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0)), STATUS_OK);
        now->position[0] = next->x - 0.1f * next->forward_x;
        now->position[2] = next->z - 0.1f * next->forward_z;
        now->linear_speed[0] = 30.0f * next->forward_x;
        now->linear_speed[2] = 30.0f * next->forward_z;
        assert_int_equal(next_any(), MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED);
        assert_int_equal(call_word(0), gate);
        assert_int_equal(call_word(1), 12);
        if (next_any() == MESSAGE_S_ON_LAPS_COUNT_CHANGED) {
            assert_int_equal(call_word(0), ++laps);
            assert_int_equal(gate % 4, 0);
            next_any();
        }
        assert_int_equal(call.message, MESSAGE_S_ON_SIM_STEP);
        assert_int_equal(call_word(0), 10 * ++steps);
    }
    assert_int_equal(laps, 3);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_END);
    assert_int_equal(call_word(0), SIMULATION_WRONG); /* it finished in another time */
}

static void test_public_counts_the_time_of_the_simulation(void **unused)
{
    (void)unused;
    open_simulation("straight", &dialect_public, gas);
    attach_to_simulation();
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), 10);
    answer_until_step(0);
    assert_int_equal(call_word(0), 2610);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_one_simulation_follows_the_other(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
        assert_int_equal(call_word(0), -2600);
        assert_int_equal(answer_until_end(), SIMULATION_VALID);
        assert_int_equal(next_any(), MESSAGE_S_ON_SIM_BEGIN);
    }
}

static void test_the_next_simulation_begins_with_the_original_inputs(void **unused)
{
    (void)unused;
    struct input_event events[8];
    const struct input_event other[] = {event_at(-10, ACTION_RACE_RUNNING, 1)};
    simulate("straight", gas);
    assert_int_equal(take_events(events, 8), 3);
    assert_int_equal(request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(500)), STATUS_OK);
    assert_int_equal(request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0)), STATUS_OK);
    assert_int_equal(send_events(other, 1), STATUS_OK);
    assert_int_equal(answer_until_end(), SIMULATION_INVALID);
    assert_int_equal(race_time(&game.race), 500);
    next_any();
    assert_int_equal(take_events(events, 8), 3);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
    next_any();
    answer_until_step(2000);
    send_inputs(-1, -1, 0, -1, INPUT_ANALOG_UNCHANGED, INPUT_ANALOG_UNCHANGED);
    assert_int_equal(answer_until_end(), SIMULATION_WRONG); /* validated again */
}

static void test_inputs_that_do_not_finish_are_invalid(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up\n2000 rel up\n");
    assert_int_equal(simulation.expected_time, -1);
    assert_int_equal(answer_until_end(), SIMULATION_INVALID);
    assert_int_equal(race_time(&game.race), simulation.duration);
    assert_true(race_time(&game.race) >= 2000);
    assert_non_null(strstr(notes, "simulation ended: invalid, no finish\n"));
}

static void test_inputs_without_a_start_are_invalid(void **unused)
{
    (void)unused;
    const struct input_event off[] = {event_at(-10, ACTION_RACE_RUNNING, 0),
                                      event_at(0, ACTION_ACCELERATE, 1)};
    for (size_t count = 0; count <= 2; count++) {
        simulate("straight", gas);
        assert_int_equal(send_events(off, count), STATUS_OK);
        assert_int_equal(answer_until_end(), SIMULATION_INVALID);
        assert_true(race_time(&game.race) <= 0);
    }
}

static void test_a_time_limit_ends_the_simulation(void **unused)
{
    (void)unused;
    static const struct {
        int32_t limit, end;
        enum simulation_result result;
    } cases[] = {{3000, 3000, SIMULATION_INVALID},        {0, 0, SIMULATION_INVALID},
                 {2995, 3000, SIMULATION_INVALID},        {STRAIGHT_MS, STRAIGHT_MS, 1},
                 {STRAIGHT_MS - 10, STRAIGHT_MS - 10, 0}, {INT32_MAX, STRAIGHT_MS, 1},
                 {-1, STRAIGHT_MS, SIMULATION_VALID}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        simulate("straight", gas);
        request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(100));
        request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(cases[i].limit));
        assert_int_equal(answer_until_end(), cases[i].result);
        assert_int_equal(race_time(&game.race), cases[i].end);
    }
}

static void test_a_limit_that_has_passed_ends_it_at_once(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    answer_until_step(5000);
    request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(3000));
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_END);
    assert_int_equal(call_word(0), SIMULATION_INVALID);
}

static void test_another_way_is_wrong_as_long_as_it_is_validated(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    answer_until_step(2000);
    send_inputs(1, -1, -1, -1, INPUT_ANALOG_UNCHANGED, INPUT_ANALOG_UNCHANGED);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP); /* its state is another */
    assert_int_equal(call_word(0), 2010);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_END);
    assert_int_equal(call_word(0), SIMULATION_WRONG);
}

static void test_without_validation_another_way_is_driven(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    answer_until_step(2000);
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(20000));
    send_inputs(-1, -1, 0, -1, INPUT_ANALOG_UNCHANGED, INPUT_ANALOG_UNCHANGED);
    answer_until_step(2200);
    send_inputs(-1, -1, 1, -1, INPUT_ANALOG_UNCHANGED, INPUT_ANALOG_UNCHANGED);
    assert_int_equal(answer_until_end(), SIMULATION_WRONG); /* finished, later */
    assert_in_range(race_finish_time(&game.race), STRAIGHT_MS + 10, STRAIGHT_MS + 500);
}

static void test_validation_can_be_removed_where_the_ways_part(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    answer_until_step(2000);
    send_inputs(1, -1, -1, -1, INPUT_ANALOG_UNCHANGED, INPUT_ANALOG_UNCHANGED);
    answer_until_step(2010);
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    answer_until_step(2500);
}

static void answer_until_finish(void)
{
    while (next_any() != MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED || call_word(0) != call_word(1))
        assert_int_not_equal(call.message, MESSAGE_S_ON_SIM_END);
}

static void test_a_prevented_finish_drives_on_to_the_limit(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    request(MESSAGE_C_SIM_SET_TIME_LIMIT, KIT_WORDS(12000));
    answer_until_finish();
    assert_true(race_is_finished(&game.race));
    request(MESSAGE_C_PREVENT_SIMULATION_FINISH, KIT_WORDS(0));
    assert_false(race_is_finished(&game.race));
    assert_int_equal(race_checkpoint_time(&game.race, 2), -1);
    answer_until_step(STRAIGHT_MS + 10);
    assert_int_equal(answer_until_end(), SIMULATION_INVALID);
    assert_int_equal(race_time(&game.race), 12000);
}

/* As `public` recommends, which has no message for it: the last time becomes INT32_MAX. */
static void test_a_last_time_of_int32_max_prevents_the_finish_too(void **unused)
{
    (void)unused;
    static uint8_t data[200];
    for (size_t d = 0; dialects[d] != NULL; d++) {
        open_simulation("straight", dialects[d], gas);
        attach_to_simulation();
        simulation.time_limit = 12000;
        answer_until_finish();
        request(MESSAGE_C_GET_CHECKPOINT_STATE, NULL, 0);
        size_t size = reply_size;
        memcpy(data, reply, size);
        assert_int_equal(load_i32(data + size - 8), STRAIGHT_MS);
        store_i32(data + size - 8, INT32_MAX);
        assert_int_equal(request(MESSAGE_C_SET_CHECKPOINT_STATE, data, size), STATUS_OK);
        answer_until_step(STRAIGHT_MS + 10);
        assert_int_equal(answer_until_end(), SIMULATION_INVALID);
        assert_int_equal(race_time(&game.race), 12000);
    }
}

static void test_without_a_player_there_is_no_state(void **unused)
{
    (void)unused;
    static uint8_t state[STATE_SIZE_MAX];
    open_simulation("straight", &dialect_v1, gas);
    size_t size = race_state_size(&game.race);
    attach_driver();
    next_call(MESSAGE_S_ON_REGISTERED);
    assert_int_equal(request(MESSAGE_C_SIM_GET_STATE, NULL, 0), STATUS_NO_PLAYER_INFO);
    assert_int_equal(request(MESSAGE_C_GET_CHECKPOINT_STATE, NULL, 0), STATUS_NO_PLAYER_INFO);
    race_state_copy(&game.race, state);
    assert_int_equal(send_state(state, size), STATUS_NO_PLAYER_INFO);
    assert_int_equal(request(MESSAGE_C_GET_CONTEXT_MODE, NULL, 0), STATUS_OK);
    assert_int_equal(load_i32(reply), CONTEXT_SIMULATION);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_BEGIN);
    assert_int_equal(take_state(state), size);
    answer_until_end();
    assert_int_equal(take_state(state), size);
    assert_int_equal(request(MESSAGE_C_GET_CHECKPOINT_STATE, NULL, 0), STATUS_OK);
}

static void test_the_state_tells_of_the_simulation(void **unused)
{
    (void)unused;
    static uint8_t bytes[STATE_SIZE_MAX];
    struct game_state state;
    simulate("straight", gas);
    answer_until_step(1230);
    take_state(bytes);
    memcpy(&state, bytes, sizeof state);
    assert_int_equal(state.context_mode, CONTEXT_SIMULATION);
    assert_int_equal(state.flags, 0xFF);
    assert_int_equal(state.player_info.race_time, 1230);
    assert_int_equal(state.input_running_event.time, 100000);
    assert_int_equal(state.input_accelerate_event.time, 100010);
    assert_int_equal(state.input_accelerate_event.input_data, 0x04000001);
    assert_int_equal(state.timers[1] - (int32_t)state.player_info.race_start_time - 10, 1230);
}

static void test_giving_up_is_ignored(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    answer_until_step(1000);
    assert_int_equal(request(MESSAGE_C_GIVE_UP, KIT_WORDS(0)), STATUS_OK);
    execute("give_up; press delete");
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), 1010);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_a_client_that_leaves_ends_the_simulation(void **unused)
{
    (void)unused;
    simulate("straight", gas);
    answer_until_step(1000);
    game_client_compose(&driver, MESSAGE_C_DEREGISTER);
    game_client_send(&driver, 4);
    for (int i = 0; i < 10; i++)
        sim_game_run(&game);
    assert_int_equal(sim_game_run(&game), SIM_WAITS_FOR_CLIENT);
    assert_true(kit_is_zero());
    attach_driver(); /* the next one has a simulation from its beginning */
    next_call(MESSAGE_S_ON_REGISTERED);
    assert_int_equal(request(MESSAGE_C_SIM_GET_STATE, NULL, 0), STATUS_NO_PLAYER_INFO);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_BEGIN);
    assert_int_equal(next_any(), MESSAGE_S_ON_SIM_STEP);
    assert_int_equal(call_word(0), -2600);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_a_silent_client_is_dropped_from_every_call(void **unused)
{
    (void)unused;
    static const enum message places[] = {MESSAGE_S_ON_SIM_BEGIN, MESSAGE_S_ON_SIM_STEP,
                                          MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED,
                                          MESSAGE_S_ON_LAPS_COUNT_CHANGED, MESSAGE_S_ON_SIM_END};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        simulate("straight", gas);
        while (call.message != places[i])
            next_any();
        sim_game_check(&game, 1000000000LL);
        sim_game_check(&game, 3000000001LL);
        assert_false(game_server_has_client(&game.server));
        assert_int_equal(sim_game_run(&game), SIM_WAITS_FOR_CLIENT);
        attach_to_simulation();
        assert_int_equal(answer_until_end(), SIMULATION_VALID);
    }
}

static void test_a_simulation_takes_no_time(void **unused)
{
    (void)unused; /* section 7: the speed has no effect on simulations */
    open_game("straight", &dialect_v1, 1, 1);
    open_files();
    assert_true(sim_game_simulate(&game, &simulation, gas, sizeof gas - 1));
    attach_to_simulation();
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

/* Half an hour at most is played to learn what the inputs come to. */
static void test_inputs_far_away_do_not_take_for_ever(void **unused)
{
    (void)unused;
    static const char *const scripts[] = {"0 press up\n900000000 rel up\n",
                                          "5.00 press up\n2147000000 press horn\n",
                                          "99:59:59.99 press up"};
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        simulate("easy", scripts[i]);
        assert_in_range(simulation.duration, 10000, 2 * 3600 * 1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_simulation_is_begin_steps_and_end),
        cmocka_unit_test(test_checkpoints_come_before_the_step_and_the_finish_is_one),
        cmocka_unit_test(test_laps_are_called_one_by_one),
        cmocka_unit_test(test_public_counts_the_time_of_the_simulation),
        cmocka_unit_test(test_one_simulation_follows_the_other),
        cmocka_unit_test(test_the_next_simulation_begins_with_the_original_inputs),
        cmocka_unit_test(test_inputs_that_do_not_finish_are_invalid),
        cmocka_unit_test(test_inputs_without_a_start_are_invalid),
        cmocka_unit_test(test_a_time_limit_ends_the_simulation),
        cmocka_unit_test(test_a_limit_that_has_passed_ends_it_at_once),
        cmocka_unit_test(test_another_way_is_wrong_as_long_as_it_is_validated),
        cmocka_unit_test(test_without_validation_another_way_is_driven),
        cmocka_unit_test(test_validation_can_be_removed_where_the_ways_part),
        cmocka_unit_test(test_a_prevented_finish_drives_on_to_the_limit),
        cmocka_unit_test(test_a_last_time_of_int32_max_prevents_the_finish_too),
        cmocka_unit_test(test_without_a_player_there_is_no_state),
        cmocka_unit_test(test_the_state_tells_of_the_simulation),
        cmocka_unit_test(test_giving_up_is_ignored),
        cmocka_unit_test(test_a_client_that_leaves_ends_the_simulation),
        cmocka_unit_test(test_a_silent_client_is_dropped_from_every_call),
        cmocka_unit_test(test_a_simulation_takes_no_time),
        cmocka_unit_test(test_inputs_far_away_do_not_take_for_ever),
    };
    return cmocka_run_group_tests_name("simulation", tests, NULL, NULL);
}
