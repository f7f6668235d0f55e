/* The course of a race: time line, checkpoints, laps, finish, restart, respawn, give-up. */
#include "support/race_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct player_info *info(void)
{
    return &race.state.player_info;
}

static void assert_time_relations(void)
{
    const int32_t *timers = race.state.timers;
    assert_int_equal(timers[0], timers[1] + 10);
    assert_int_equal(info()->race_time, timers[1] - (int32_t)info()->race_start_time - 10);
    assert_int_equal(timers[4], timers[1]);
    assert_int_equal(timers[10] % 100, 0);
    assert_true(timers[10] > timers[1] && timers[10] <= timers[1] + 100);
    assert_int_equal(info()->countdown_time, 2600);
}

static void test_the_first_state_is_that_of_the_captured_game(void **unused)
{
    (void)unused;
    start_on("straight");
    assert_int_equal(race.state.version, 1);
    assert_int_equal(race.state.context_mode, 1);
    assert_int_equal(race.state.flags, 0x9F);
    assert_int_equal(info()->race_time, -2600);
    assert_int_equal(info()->race_start_time, 2600);
    assert_int_equal(info()->prev_race_time, -1);
    assert_int_equal(info()->race_best_time, 0xFFFFFFFF);
    assert_int_equal(race_best_time(&race), -1);
    assert_int_equal(race.state.simulation_wheels[1].steerable, 1);
    assert_int_equal(race.state.simulation_wheels[2].steerable, 0);
    assert_int_equal(race.state.simulation_wheels[3].real_time_state.contact_material_id, 16);
    assert_true(race.state.simulation_wheels[0].offset_from_vehicle[0] > 0.0f);
    assert_true(race.state.simulation_wheels[1].offset_from_vehicle[0] < 0.0f);
    assert_time_relations();
}

static void test_time_rises_by_ten_from_minus_2600(void **unused)
{
    (void)unused;
    start_on("straight");
    for (int32_t time = -2590; time <= 3000; time += 10) {
        race_tick(&race);
        assert_int_equal(race_time(&race), time);
        assert_time_relations();
        assert_int_equal(info()->race_state, time < 0 ? 0 : 1);
    }
}

static void test_the_car_stands_until_race_time_0(void **unused)
{
    (void)unused;
    start_on("straight");
    accelerate(true);
    run_to(-10);
    assert_true(race.state.dyna.current_state.position[2] == 0.0f);
    race_tick(&race);
    assert_true(race.state.dyna.current_state.linear_speed[2] > 0.1f);
    assert_true(race.state.dyna.current_state.position[2] > 0.0f);
    assert_true(race.state.dyna.previous_state.position[2] == 0.0f);
}

static void test_the_running_event_comes_at_the_end_of_the_countdown(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(-20);
    assert_int_equal(race.state.input_running_event.time, 0);
    run_to(-10);
    assert_int_equal(race.state.input_running_event.time, 100000);
    assert_int_equal(race.state.input_running_event.input_data, 0x09000001);
}

static void test_holding_accelerate_finishes_the_straight_in_ten_seconds(void **unused)
{
    (void)unused;
    start_on("straight");
    accelerate(true);
    assert_true(run_until(RACE_CHECKPOINT_PASSED));
    assert_int_equal(race_checkpoint_count(&race), 1);
    assert_int_equal(race_checkpoint_target(&race), 3);
    assert_int_equal(race_checkpoint_time(&race, 0), race_time(&race));
    assert_int_equal(race_checkpoint_time(&race, 1), -1);
    assert_false(race_is_finished(&race));
    assert_true(run_until(RACE_FINISHED));
    assert_int_equal(race_checkpoint_count(&race), 3);
    assert_true(race_is_finished(&race));
    assert_int_equal(race_finish_time(&race), 9990);
    assert_int_equal(race_time(&race), 9990);
    assert_int_equal(race.state.input_finish_event.time, 100010 + 9990);
    assert_int_equal(info()->finish_not_passed, 0);
    assert_int_equal(info()->race_state, 2);
    assert_int_equal(race_lap_count(&race), 1);
}

static void test_after_the_finish_the_car_rolls_out_and_the_race_restarts(void **unused)
{
    (void)unused;
    start_on("straight");
    accelerate(true);
    run_until(RACE_FINISHED);
    float speed = race.state.dyna.current_state.linear_speed[2];
    assert_int_equal(run_to(9990 + 1000), 0);
    assert_true(race.state.dyna.current_state.linear_speed[2] < speed - 1.0f);
    assert_true(race.state.dyna.current_state.linear_speed[2] > speed / 2.0f);
    int32_t clock = race.state.timers[1];
    assert_int_equal(race_tick(&race), RACE_RESTARTED);
    assert_int_equal(race_time(&race), -2600);
    assert_int_equal(race.state.timers[1], clock + 10);
    assert_time_relations();
    assert_int_equal(race_best_time(&race), 9990);
    assert_int_equal(info()->prev_race_time, 9990);
    assert_int_equal(race_checkpoint_count(&race), 0);
    assert_int_equal(race_checkpoint_time(&race, 2), -1);
    assert_false(race_is_finished(&race));
    assert_int_equal(race_event_count(&race), 1);
    assert_int_equal(race.state.input_accelerate_event.time, 0);
}

static void test_the_best_time_is_the_best(void **unused)
{
    (void)unused;
    start_on("straight");
    for (int32_t delay = 500; delay >= 0; delay -= 250) {
        run_to(delay - 10);
        accelerate(true);
        assert_true(run_until(RACE_FINISHED));
        assert_int_equal(race_finish_time(&race), 9990 + delay);
        assert_true(run_until(RACE_RESTARTED));
        assert_int_equal(race_best_time(&race), 9990 + delay);
    }
    run_to(490);
    accelerate(true);
    run_until(RACE_RESTARTED);
    assert_int_equal(race_best_time(&race), 9990);
}

/* Carries the car through the next gate. */
static unsigned pass_next_gate(void)
{
    const struct track_gate *gate = &track.gates[race_checkpoint_count(&race) % track.gate_count];
    struct dyna_state *now = &race.state.dyna.current_state;
    now->position[0] = gate->x - gate->forward_x * 0.1f;
    now->position[2] = gate->z - gate->forward_z * 0.1f;
    now->rotation[0][2] = gate->forward_x;
    now->rotation[2][2] = gate->forward_z;
    now->linear_speed[0] = gate->forward_x * 30.0f;
    now->linear_speed[2] = gate->forward_z * 30.0f;
    return race_tick(&race);
}

static void test_laps_are_counted_and_make_up_the_target(void **unused)
{
    (void)unused;
    start_on("laps");
    run_to(100);
    assert_int_equal(race_checkpoint_target(&race), 12);
    for (int32_t pass = 1; pass <= 12; pass++) {
        unsigned expected = RACE_CHECKPOINT_PASSED;
        expected |= pass % 4 == 0 ? RACE_LAP_PASSED : 0;
        expected |= pass == 12 ? RACE_FINISHED : 0;
        assert_int_equal(pass_next_gate(), expected);
        assert_int_equal(race_checkpoint_count(&race), pass);
        assert_int_equal(race_lap_count(&race), pass / 4);
        assert_int_equal(info()->cur_lap_cp_count, pass % 4);
        assert_int_equal(race_checkpoint_time(&race, pass - 1), 100 + 10 * pass);
    }
    assert_int_equal(info()->lap_best_time, 40);
    assert_int_equal(race_finish_time(&race), 220);
}

static void test_states_tell_of_the_lap_under_way(void **unused)
{
    (void)unused;
    start_on("laps");
    run_to(100);
    for (int i = 0; i < 5; i++)
        pass_next_gate();
    const int32_t *words = race.checkpoint_words;
    assert_int_equal(words[0], 0);
    assert_int_equal(words[1], 4);
    assert_int_equal(words[2], 1);
    assert_int_equal(words[3], 0);
    assert_int_equal(words[5], 0);
    assert_int_equal(words[6], 12);
    assert_int_equal(words[7], 110);
    for (int i = 5; i < 12; i++)
        pass_next_gate();
    assert_int_equal(words[2] + words[3] + words[4] + words[5], 4);
}

static void test_laps_can_be_chosen_on_a_circuit_only(void **unused)
{
    (void)unused;
    start_on("laps");
    race_start(&race, &track, 5);
    assert_int_equal(race_checkpoint_target(&race), 20);
    race_start(&race, &track, 1000000);
    assert_int_equal(race_checkpoint_target(&race), 400);
    start_on("straight");
    race_start(&race, &track, 5);
    assert_int_equal(race_checkpoint_target(&race), 3);
}

static void test_gates_count_in_order_only(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(0);
    move_car(0.0f, 319.9f, 30.0f);
    assert_int_equal(race_tick(&race), 0);
    move_car(0.0f, 159.9f, 30.0f);
    assert_int_equal(race_tick(&race), RACE_CHECKPOINT_PASSED);
    move_car(0.0f, 159.9f, 30.0f);
    assert_int_equal(race_tick(&race), 0);
}

static void test_a_gate_must_be_passed_forwards_and_inside(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(0);
    move_car(0.0f, 160.1f, -30.0f);
    assert_int_equal(race_tick(&race), 0);
    assert_true(race.state.dyna.current_state.position[2] < 160.0f);
    move_car(12.5f, 159.9f, 30.0f);
    assert_int_equal(race_tick(&race), 0);
    assert_true(race.state.dyna.current_state.position[2] > 160.0f);
    move_car(-11.5f, 159.9f, 30.0f);
    assert_int_equal(race_tick(&race), RACE_CHECKPOINT_PASSED);
}

static void test_respawn_goes_back_to_the_last_checkpoint(void **unused)
{
    (void)unused;
    start_on("straight");
    accelerate(true);
    run_until(RACE_CHECKPOINT_PASSED);
    run_to(7000);
    race_respawn(&race);
    assert_int_equal(race.state.num_respawns, 0);
    assert_int_equal(race_tick(&race), 0);
    assert_int_equal(race_time(&race), 7010);
    assert_int_equal(race.state.num_respawns, 1);
    assert_true(race.state.dyna.current_state.position[2] == 160.0f);
    assert_true(race.state.dyna.current_state.linear_speed[2] == 0.0f);
    assert_true(race.state.dyna.current_state.rotation[2][2] == 1.0f);
    assert_int_equal(race_checkpoint_count(&race), 1);
    assert_true(run_until(RACE_CHECKPOINT_PASSED));
    assert_int_equal(race_checkpoint_count(&race), 2);
}

static void test_respawn_without_a_checkpoint_restarts(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(500);
    race_respawn(&race);
    assert_int_equal(race_tick(&race), RACE_RESTARTED);
    assert_int_equal(race_time(&race), -2600);
    assert_int_equal(race.state.num_respawns, 0);
}

static void test_respawn_is_not_heard_before_the_race_and_after_the_finish(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(-1000);
    race_respawn(&race);
    race_tick(&race);
    assert_int_equal(race_time(&race), -990);
    accelerate(true);
    run_until(RACE_FINISHED);
    race_respawn(&race);
    assert_int_equal(race_tick(&race), 0);
    assert_int_equal(race.state.num_respawns, 0);
}

static void test_give_up_restarts_at_any_time(void **unused)
{
    (void)unused;
    start_on("laps");
    const int32_t times[] = {-1500, -10, 0, 4000};
    for (int i = 0; i < 4; i++) {
        accelerate(true);
        run_to(times[i]);
        race_give_up(&race);
        assert_int_equal(race_tick(&race), RACE_RESTARTED);
        assert_int_equal(race_time(&race), -2600);
        assert_time_relations();
        assert_int_equal(race_tick(&race), 0);
        assert_int_equal(race_time(&race), -2590);
    }
    start_on("straight");
    accelerate(true);
    run_until(RACE_FINISHED);
    race_give_up(&race);
    assert_int_equal(race_tick(&race), RACE_RESTARTED);
    assert_int_equal(info()->prev_race_time, 9990);
}

static void test_every_race_from_the_same_start_is_the_same(void **unused)
{
    (void)unused;
    start_on("easy");
    float end[2];
    for (int i = 0; i < 2; i++) {
        accelerate(true);
        run_to(6000);
        end[i] = race.state.dyna.current_state.position[0];
        race_give_up(&race);
        race_tick(&race);
    }
    assert_memory_equal(&end[0], &end[1], sizeof end[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_state_is_that_of_the_captured_game),
        cmocka_unit_test(test_time_rises_by_ten_from_minus_2600),
        cmocka_unit_test(test_the_car_stands_until_race_time_0),
        cmocka_unit_test(test_the_running_event_comes_at_the_end_of_the_countdown),
        cmocka_unit_test(test_holding_accelerate_finishes_the_straight_in_ten_seconds),
        cmocka_unit_test(test_after_the_finish_the_car_rolls_out_and_the_race_restarts),
        cmocka_unit_test(test_the_best_time_is_the_best),
        cmocka_unit_test(test_laps_are_counted_and_make_up_the_target),
        cmocka_unit_test(test_states_tell_of_the_lap_under_way),
        cmocka_unit_test(test_laps_can_be_chosen_on_a_circuit_only),
        cmocka_unit_test(test_gates_count_in_order_only),
        cmocka_unit_test(test_a_gate_must_be_passed_forwards_and_inside),
        cmocka_unit_test(test_respawn_goes_back_to_the_last_checkpoint),
        cmocka_unit_test(test_respawn_without_a_checkpoint_restarts),
        cmocka_unit_test(test_respawn_is_not_heard_before_the_race_and_after_the_finish),
        cmocka_unit_test(test_give_up_restarts_at_any_time),
        cmocka_unit_test(test_every_race_from_the_same_start_is_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
