/* Keys and analog values: what they do, which events they make, and what the record keeps. */
#include "support/race_kit.h"

#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static uint8_t saved[STATE_SIZE_MAX];

static const struct scene_mobil *car(void)
{
    return &race.state.scene_mobil;
}

/* Sets one of the six values, by its place in struct input_states, and ticks. */
static void set_and_tick(size_t which, int32_t value)
{
    struct input_states inputs = unchanged();
    memcpy((uint8_t *)&inputs + which, &value, sizeof value);
    race_set_inputs(&race, &inputs);
    race_tick(&race);
}

#define SET(name, value) set_and_tick(offsetof(struct input_states, name), value)

static void test_name_indices_are_ten_different_ones(void **unused)
{
    (void)unused;
    unsigned seen = 0;
    for (int i = 0; i < ACTION_COUNT; i++)
        seen |= 1u << action_name_index[i];
    assert_int_equal(seen, 0x3FF);
    assert_int_equal(action_name_index[ACTION_RACE_RUNNING], 9);
    assert_int_equal(action_name_index[ACTION_ACCELERATE], 4);
}

static void test_an_input_is_an_event_of_the_next_tick(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(490);
    SET(accelerate, 1);
    assert_int_equal(race_time(&race), 500);
    assert_int_equal(race.state.input_accelerate_event.time, 100510);
    assert_int_equal(race.state.input_accelerate_event.input_data, 0x04000001);
    assert_true(car()->input_gas == 1.0f);
    SET(steer, -65536);
    assert_int_equal(race.state.input_steer_event.input_data, 0x06010000);
    SET(accelerate, 0);
    assert_int_equal(race.state.input_accelerate_event.time, 100530);
    assert_int_equal(race.state.input_accelerate_event.input_data, 0x04000000);
    assert_true(car()->input_gas == 0.0f);
}

static void test_what_is_unchanged_makes_no_event(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(0);
    struct input_states inputs = unchanged();
    race_set_inputs(&race, &inputs);
    SET(accelerate, 0);
    assert_int_equal(race_event_count(&race), 1);
    SET(accelerate, 1);
    SET(accelerate, 1);
    SET(accelerate, -1);
    assert_int_equal(race_event_count(&race), 2);
    assert_int_equal(race.state.input_accelerate_event.time, 100030);
    assert_true(car()->input_gas == 1.0f);
}

static void test_inputs_before_the_race_wait_for_time_0(void **unused)
{
    (void)unused;
    start_on("straight");
    SET(accelerate, 1);
    assert_int_equal(race.state.input_accelerate_event.time, 100010);
    assert_true(car()->input_gas == 0.0f);
    run_to(0);
    assert_true(car()->input_gas == 1.0f);
}

static void test_steering_left_is_negative_and_turns_to_plus_x(void **unused)
{
    (void)unused;
    static const struct {
        size_t which;
        int32_t value;
        float expected;
    } cases[] = {{offsetof(struct input_states, left), 1, -1.0f},
                 {offsetof(struct input_states, right), 1, 1.0f},
                 {offsetof(struct input_states, steer), -65536, -1.0f},
                 {offsetof(struct input_states, steer), 65536, 1.0f},
                 {offsetof(struct input_states, steer), 32768, 0.5f},
                 {offsetof(struct input_states, steer), 6553600, 1.0f},
                 {offsetof(struct input_states, steer), -2147483647, -1.0f}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_on("straight");
        accelerate(true);
        run_to(1000);
        set_and_tick(cases[i].which, cases[i].value);
        assert_true(car()->input_steer == cases[i].expected);
        run_to(1500);
        float x = race.state.dyna.current_state.position[0];
        assert_true(cases[i].expected < 0.0f ? x > 0.1f : x < -0.1f);
        float yaw_rate = race.state.dyna.current_state.angular_speed[1];
        assert_true(cases[i].expected < 0.0f ? yaw_rate > 0.1f : yaw_rate < -0.1f);
    }
}

static void test_both_keys_cancel_and_analog_wins_while_it_is_held(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(0);
    SET(left, 1);
    SET(right, 1);
    assert_true(car()->input_steer == 0.0f);
    SET(right, 0);
    assert_true(car()->input_steer == -1.0f);
    SET(steer, 16384);
    assert_true(car()->input_steer == 0.25f);
    SET(steer, 0);
    assert_true(car()->input_steer == -1.0f);
}

static void test_analog_gas_has_thresholds_and_wins_over_keys(void **unused)
{
    (void)unused;
    static const struct {
        int32_t value;
        float gas, brake;
    } cases[] = {
        {-65536, 1, 0}, {-19661, 1, 0},  {-19660, 0, 0},   {-1, 0, 0}, {19660, 0, 0},
        {19661, 0, 1},  {6553600, 0, 1}, {-6553600, 1, 0}, {0, 1, 0} /* back to the key */};
    start_on("straight");
    run_to(0);
    SET(accelerate, 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        SET(gas, cases[i].value);
        assert_true(car()->input_gas == cases[i].gas);
        assert_true(car()->input_brake == cases[i].brake);
    }
}

static void test_analog_values_are_cut_to_the_extended_range(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(0);
    SET(steer, INT32_MIN);
    assert_int_equal(event_analog(race.state.input_steer_event.input_data), -6553600);
    SET(steer, INT32_MAX - 1);
    assert_int_equal(event_analog(race.state.input_steer_event.input_data), 6553600);
    SET(steer, INT32_MAX);
    assert_int_equal(event_analog(race.state.input_steer_event.input_data), 6553600);
}

static void test_braking_stops_the_car_and_then_drives_back(void **unused)
{
    (void)unused;
    start_on("straight");
    accelerate(true);
    run_to(2000);
    SET(accelerate, 0);
    SET(brake, 1);
    run_to(3500);
    assert_true(race.state.dyna.current_state.linear_speed[2] < 0.5f);
    run_to(7000);
    assert_true(race.state.dyna.current_state.linear_speed[2] < -5.0f);
    assert_int_equal(car()->engine.rear_gear, 1);
    SET(brake, 0);
    SET(accelerate, 1);
    run_to(9000);
    assert_true(race.state.dyna.current_state.linear_speed[2] > 5.0f);
    assert_int_equal(car()->engine.rear_gear, 0);
}

static void test_grass_is_slow(void **unused)
{
    (void)unused;
    float speeds[2];
    for (int i = 0; i < 2; i++) {
        start_on("straight");
        race.state.dyna.current_state.position[0] = i ? 40.0f : 0.0f;
        accelerate(true);
        run_to(4000);
        speeds[i] = race.state.dyna.current_state.linear_speed[2];
        assert_int_equal(race.state.simulation_wheels[0].real_time_state.contact_material_id,
                         i ? 2 : 16);
    }
    assert_true(speeds[1] < speeds[0] / 2.0f);
    race.state.dyna.current_state.position[0] = 12.0f; /* the edge of the road */
    race_tick(&race);
    assert_int_equal(race.state.simulation_wheels[0].real_time_state.contact_material_id, 2);
    assert_int_equal(race.state.simulation_wheels[1].real_time_state.contact_material_id, 16);
}

static void test_too_much_steering_slides_and_costs_speed(void **unused)
{
    (void)unused;
    float speeds[2];
    for (int i = 0; i < 2; i++) {
        start_on("straight");
        accelerate(true);
        run_to(0);
        move_car(0.0f, 0.0f, 50.0f);
        SET(steer, i ? -65536 : -36000);
        run_to(600);
        assert_int_equal(car()->is_sliding, i);
        const float *speed = race.state.dyna.current_state.linear_speed;
        speeds[i] = speed[0] * speed[0] + speed[2] * speed[2];
    }
    assert_true(speeds[1] < speeds[0]);
}

static struct input_event event_at(const uint8_t *bytes, size_t index)
{
    return (struct input_event){load_i32(bytes + 8 * index), load_i32(bytes + 8 * index + 4)};
}

static void assert_event(const uint8_t *bytes, size_t index, int32_t time, uint32_t data)
{
    struct input_event event = event_at(bytes, index);
    assert_int_equal(event.time, time);
    assert_int_equal((uint32_t)event.input_data, data);
}

static void test_the_record_runs_backwards_to_the_running_event(void **unused)
{
    (void)unused;
    uint8_t bytes[8 * 16];
    start_on("straight");
    run_to(-500);
    SET(accelerate, 1);
    run_to(100);
    SET(steer, 300);
    race_horn(&race);
    race_tick(&race);
    SET(accelerate, 0);
    assert_int_equal(race_event_count(&race), 5);
    race_event_copy(&race, bytes);
    assert_event(bytes, 0, 100140, 0x04000000);
    assert_event(bytes, 1, 100130, 0x01000001);
    assert_event(bytes, 2, 100120, 0x06FFFED4);
    assert_event(bytes, 3, 100010, 0x04000001);
    assert_event(bytes, 4, 100000, 0x09000001);
}

static void test_the_finish_is_in_the_record(void **unused)
{
    (void)unused;
    uint8_t bytes[8 * 16];
    start_on("straight");
    accelerate(true);
    run_until(RACE_FINISHED);
    race_event_copy(&race, bytes);
    assert_int_equal(race_event_count(&race), 3);
    assert_event(bytes, 0, 110000, 0x08000001);
}

static void test_a_rewind_cuts_the_record_back(void **unused)
{
    (void)unused;
    uint8_t before[8 * 16], after[8 * 16];
    start_on("straight");
    accelerate(true);
    run_until(RACE_CHECKPOINT_PASSED);
    race_respawn(&race);
    race_horn(&race);
    struct input_states inputs = unchanged();
    inputs.steer = 5; /* waits for the next tick, as respawn and horn do */
    race_set_inputs(&race, &inputs);
    race_state_copy(&race, saved);
    size_t count = race_event_count(&race);
    assert_int_equal(count, 5);
    race_event_copy(&race, before);
    for (int round = 0; round < 4; round++) {
        assert_int_equal(race_rewind(&race, saved, race_state_size(&race)), STATUS_OK);
        assert_int_equal(race_event_count(&race), count);
        race_event_copy(&race, after);
        assert_memory_equal(before, after, 8 * count);
        assert_true(input_record_is_complete(&race.record));
        if (round == 0)
            continue; /* at once again */
        SET(brake, 1);
        SET(steer, round);
    }
}

static void test_of_another_race_only_what_the_state_tells_is_known(void **unused)
{
    (void)unused;
    uint8_t bytes[8 * 16];
    start_on("straight");
    accelerate(true);
    SET(steer, 100);
    run_to(500);
    SET(steer, 200);
    race_state_copy(&race, saved);
    race_give_up(&race);
    run_until(RACE_RESTARTED);
    assert_int_equal(race_event_count(&race), 1);
    SET(brake, 1);
    assert_true(input_record_is_complete(&race.record));
    race_rewind(&race, saved, race_state_size(&race));
    race_event_copy(&race, bytes);
    assert_int_equal(race_event_count(&race), 3);
    assert_event(bytes, 0, 100520, 0x06FFFF38);
    assert_event(bytes, 1, 100010, 0x04000001);
    assert_event(bytes, 2, 100000, 0x09000001);
    assert_false(input_record_is_complete(&race.record));
    race_give_up(&race);
    race_tick(&race);
    assert_true(input_record_is_complete(&race.record));
}

static void test_the_record_agrees_with_a_state_that_was_edited(void **unused)
{
    (void)unused;
    uint8_t bytes[8 * 16];
    start_on("straight");
    accelerate(true);
    run_to(500);
    SET(brake, 1);
    SET(brake, 0);
    race.state.input_brake_event = (struct input_event){100300, 0x77000001};
    race.state.input_accelerate_event = (struct input_event){0, 0};
    race_state_copy(&race, saved);
    race_rewind(&race, saved, race_state_size(&race));
    race_event_copy(&race, bytes);
    assert_int_equal(race_event_count(&race), 2);
    assert_event(bytes, 0, 100300, 0x05000001);
    assert_event(bytes, 1, 100000, 0x09000001);
}

static void test_a_full_record_stops_and_keeps_the_oldest(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(0);
    race_state_copy(&race, saved);
    struct input_states inputs = unchanged();
    for (int i = 1; i < INPUT_RECORD_COUNT_MAX + 100; i++) {
        inputs.steer = i;
        race_set_inputs(&race, &inputs);
        race_tick(&race);
    }
    assert_int_equal(race_event_count(&race), INPUT_RECORD_COUNT_MAX);
    assert_false(input_record_is_complete(&race.record));
    uint8_t *bytes = malloc(8 * race_event_count(&race));
    race_event_copy(&race, bytes);
    assert_event(bytes, INPUT_RECORD_COUNT_MAX - 2, 100020, 0x06FFFFFF);
    free(bytes);
    race_rewind(&race, saved, race_state_size(&race));
    assert_true(input_record_is_complete(&race.record));
    assert_int_equal(race_event_count(&race), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_name_indices_are_ten_different_ones),
        cmocka_unit_test(test_an_input_is_an_event_of_the_next_tick),
        cmocka_unit_test(test_what_is_unchanged_makes_no_event),
        cmocka_unit_test(test_inputs_before_the_race_wait_for_time_0),
        cmocka_unit_test(test_steering_left_is_negative_and_turns_to_plus_x),
        cmocka_unit_test(test_both_keys_cancel_and_analog_wins_while_it_is_held),
        cmocka_unit_test(test_analog_gas_has_thresholds_and_wins_over_keys),
        cmocka_unit_test(test_analog_values_are_cut_to_the_extended_range),
        cmocka_unit_test(test_braking_stops_the_car_and_then_drives_back),
        cmocka_unit_test(test_grass_is_slow),
        cmocka_unit_test(test_too_much_steering_slides_and_costs_speed),
        cmocka_unit_test(test_the_record_runs_backwards_to_the_running_event),
        cmocka_unit_test(test_the_finish_is_in_the_record),
        cmocka_unit_test(test_a_rewind_cuts_the_record_back),
        cmocka_unit_test(test_of_another_race_only_what_the_state_tells_is_known),
        cmocka_unit_test(test_the_record_agrees_with_a_state_that_was_edited),
        cmocka_unit_test(test_a_full_record_stops_and_keeps_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
