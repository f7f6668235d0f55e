/* The event buffer of a simulation, and the requests that write into it. */
#include "support/sim_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    GONE = INPUT_ANALOG_UNCHANGED,
    ROOM = 8184 /* events in a slot of 65535 bytes */
};

static struct input_event events[EVENT_TAPE_COUNT_MAX + 1];

static void expect_event(struct input_event event, int32_t input_time, enum action action,
                         int32_t value)
{
    struct input_event expected = event_at(input_time, action, value);
    assert_int_equal(event.time, expected.time);
    assert_int_equal(event.input_data, expected.input_data);
}

static void test_the_buffer_has_the_script_the_start_and_the_finish(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up\n1.00-2.00 steer 300\n1000 gas -65536; 5 press horn");
    assert_int_equal(take_events(events, ROOM), 7);
    assert_int_equal(load_i32(reply + 40), simulation.expected_time);
    for (size_t i = 0; i < ACTION_COUNT; i++)
        assert_int_equal(load_i32(reply + 4 * i), action_name_index[i]);
    expect_event(events[0], simulation.expected_time, ACTION_FINISH_LINE, 1);
    expect_event(events[1], 2000, ACTION_STEER, 0);
    expect_event(events[2], 1000, ACTION_GAS, -65536); /* of one time the first acts last */
    expect_event(events[3], 1000, ACTION_STEER, 300);
    expect_event(events[4], 5, ACTION_HORN, 1);
    expect_event(events[5], 0, ACTION_ACCELERATE, 1);
    expect_event(events[6], -10, ACTION_RACE_RUNNING, 1);
    assert_int_equal(events[6].time, 100000);
}

static void test_public_has_the_same_events_without_names(void **unused)
{
    (void)unused;
    open_simulation("straight", &dialect_public, "0 press up");
    attach_to_simulation();
    assert_int_equal(take_events(events, ROOM), 3);
    assert_int_equal(reply_size, 8 + 3 * 8);
    assert_int_equal(load_i32(reply), simulation.expected_time);
    expect_event(events[1], 0, ACTION_ACCELERATE, 1);
    assert_int_equal(request(MESSAGE_C_SIM_GET_CONTROL_NAMES, NULL, 0), STATUS_OK);
    assert_int_equal(reply_size, 32);
}

static void test_public_must_set_as_many_events_as_there_are(void **unused)
{
    (void)unused;
    open_simulation("straight", &dialect_public, "0 press up");
    attach_to_simulation();
    take_events(events, ROOM);
    assert_int_equal(send_events(events, 2), STATUS_INVALID_EVENT_BUFFER_SIZE);
    assert_int_equal(send_events(events, 4), STATUS_INVALID_EVENT_BUFFER_SIZE);
    assert_int_equal(send_events(events, 0), STATUS_INVALID_EVENT_BUFFER_SIZE);
    assert_int_equal(simulation.tape.count, 3);
    assert_int_equal(send_events(events, 3), STATUS_OK);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_in_a_race_there_is_no_buffer_to_set(void **unused)
{
    (void)unused;
    const struct input_event start[] = {event_at(-10, ACTION_RACE_RUNNING, 1)};
    drive("straight");
    answer_until(0);
    assert_int_equal(send_events(start, 1), STATUS_NO_EVENT_BUFFER);
    assert_int_equal(take_events(events, ROOM), 1); /* but one to read */
}

static void test_before_a_simulation_there_is_no_buffer(void **unused)
{
    (void)unused;
    const struct input_event start[] = {event_at(-10, ACTION_RACE_RUNNING, 1)};
    open_simulation("straight", &dialect_v1, "0 press up");
    attach_driver();
    next_call(MESSAGE_S_ON_REGISTERED);
    assert_int_equal(send_events(start, 1), STATUS_NO_EVENT_BUFFER);
    assert_int_equal(request(MESSAGE_C_SIM_GET_EVENT_BUFFER, NULL, 0), STATUS_NO_EVENT_BUFFER);
    assert_int_equal(send_inputs(0, 0, 0, 0, 0, 0), STATUS_OK);
    next_any();
    assert_int_equal(take_events(events, ROOM), 3);
}

static void test_a_cleared_buffer_stands_still(void **unused)
{
    (void)unused;
    const struct input_event start[] = {event_at(-10, ACTION_RACE_RUNNING, 1)};
    simulate("straight", "0 press up");
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    assert_int_equal(send_events(start, 1), STATUS_OK);
    answer_until_step(5000);
    assert_true(game.race.state.dyna.current_state.position[2] == 0.0f);
    assert_int_equal(take_events(events, ROOM), 1);
}

/* The state remembers what is pressed, so that a buffer cleared behind the car lets nothing go. */
static void test_a_buffer_cleared_on_the_way_keeps_what_is_pressed(void **unused)
{
    (void)unused;
    const struct input_event start[] = {event_at(-10, ACTION_RACE_RUNNING, 1)};
    simulate("straight", "0 press up\n2000 rel up");
    answer_until_step(1000);
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    send_events(start, 1);
    answer_until_step(5000);
    assert_true(event_binary(game.race.state.input_accelerate_event.input_data));
}

static void test_events_are_taken_in_any_order(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    events[0] = event_at(0, ACTION_ACCELERATE, 1);
    events[1] = event_at(900, ACTION_STEER, -7);
    events[2] = event_at(500, ACTION_STEER, 5);
    events[3] = event_at(-10, ACTION_RACE_RUNNING, 1);
    events[4] = event_at(500, ACTION_STEER, 6); /* further back: it acts first */
    events[5] = event_at(2000, ACTION_HORN, 1);
    assert_int_equal(send_events(events, 6), STATUS_OK);
    answer_until_step(500);
    assert_int_equal(event_analog(game.race.state.input_steer_event.input_data), 5);
    answer_until_step(900);
    assert_int_equal(event_analog(game.race.state.input_steer_event.input_data), -7);
    assert_int_equal(take_events(events, ROOM), 6);
    expect_event(events[0], 2000, ACTION_HORN, 1);
    expect_event(events[2], 500, ACTION_STEER, 5);
    expect_event(events[3], 500, ACTION_STEER, 6);
    expect_event(events[5], -10, ACTION_RACE_RUNNING, 1);
}

static void test_an_event_acts_in_the_tick_of_its_time(void **unused)
{
    (void)unused;
    static const struct {
        int32_t time, tick;
    } cases[] = {{-50, 0}, {0, 0}, {1, 10}, {9, 10}, {10, 10}, {11, 20}, {505, 510}, {510, 510}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        simulate("straight", "0 rel up");
        request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
        events[0] = event_at(cases[i].time, ACTION_BRAKE, 1);
        events[1] = event_at(-10, ACTION_RACE_RUNNING, 1);
        send_events(events, 2);
        answer_until_step(cases[i].tick - 10);
        assert_int_equal(game.race.state.input_brake_event.input_data, 0);
        answer_until_step(cases[i].tick);
        expect_event(game.race.state.input_brake_event, cases[i].time, ACTION_BRAKE, 1);
    }
}

/* Section 8: a respawn may stand before the race-running event. It is of another time. */
static void test_a_respawn_before_the_start_is_none(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    take_events(events, ROOM);
    events[3] = event_at(-500, ACTION_RESPAWN, 1);
    send_events(events, 4);
    answer_until_step(10);
    assert_int_equal(game.race.state.num_respawns, 0);
    assert_int_equal(answer_until_end(), SIMULATION_VALID);
}

static void test_the_largest_buffer_of_the_slot_comes_back(void **unused)
{
    (void)unused;
    static struct input_event back[ROOM];
    simulate("straight", "0 press up");
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    for (int32_t i = 0; i < ROOM; i++)
        events[i] = event_at(10 * (ROOM - 2 - i), ACTION_STEER, i - 4000);
    events[ROOM - 1] = event_at(-10, ACTION_RACE_RUNNING, 1);
    assert_int_equal(send_events(events, ROOM), STATUS_OK);
    assert_int_equal(take_events(back, ROOM), ROOM);
    assert_memory_equal(events, back, ROOM * sizeof back[0]);
    answer_until_step(1000);
    send_inputs(-1, -1, 1, -1, GONE, GONE); /* one more than the slot has room for */
    assert_int_equal(request(MESSAGE_C_SIM_GET_EVENT_BUFFER, NULL, 0), STATUS_RESPONSE_TOO_LONG);
    answer_until_step(2000);
}

static void test_a_larger_slot_holds_more_up_to_the_limit(void **unused)
{
    (void)unused;
    open_game_in(1 << 20, "straight", &dialect_v1, 0, -1);
    assert_true(sim_game_simulate(&game, &simulation, "0 press up", 10));
    attach_to_simulation();
    for (int32_t i = 0; i <= EVENT_TAPE_COUNT_MAX; i++)
        events[i] = event_at(10 * i, ACTION_STEER, i);
    events[0] = event_at(-10, ACTION_RACE_RUNNING, 1);
    assert_int_equal(send_events(events, EVENT_TAPE_COUNT_MAX), STATUS_OK);
    assert_int_equal(simulation.tape.count, EVENT_TAPE_COUNT_MAX);
    assert_null(strstr(notes, "too many"));
    assert_int_equal(send_events(events + 1, EVENT_TAPE_COUNT_MAX), STATUS_OK);
    assert_int_equal(send_events(events, EVENT_TAPE_COUNT_MAX + 1), STATUS_OK);
    assert_non_null(strstr(notes, "event buffer ignored: 32769 events are too many"));
    assert_int_equal(simulation.tape.events[0].time, events[1].time);
    assert_int_equal(send_inputs(1, 1, 1, 1, 1, 1), STATUS_OK); /* no room: nothing happens */
    assert_int_equal(simulation.tape.count, EVENT_TAPE_COUNT_MAX);
}

static void test_impossible_counts_are_refused(void **unused)
{
    (void)unused;
    static const int32_t counts[] = {-1, INT32_MIN, INT32_MAX, 8200, 0x20000000, 0x1FFFFFFF};
    static uint8_t data[52];
    for (size_t d = 0; dialects[d] != NULL; d++) {
        open_simulation("straight", dialects[d], "0 press up");
        attach_to_simulation();
        for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
            size_t at = 4 * dialects[d]->event_index_count + 4;
            notes[0] = '\0';
            store_i32(data + at, counts[i]);
            request(MESSAGE_C_SIM_SET_EVENT_BUFFER, data, at + 4);
            assert_non_null(strstr(notes, "impossible size or count"));
        }
        assert_int_equal(simulation.tape.count, 3);
        assert_int_equal(answer_until_end(), SIMULATION_VALID);
    }
}

static void test_events_of_any_bytes_do_no_harm(void **unused)
{
    (void)unused;
    static const int32_t times[] = {INT32_MIN, INT32_MIN + 100005, INT32_MIN + 100009, -1,
                                    0,         INT32_MAX,          INT32_MAX - 5,      100010,
                                    100000};
    simulate("straight", "0 press up");
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    take_events(events, ROOM);
    for (size_t i = 0; i < 9 * 256; i++)
        events[3 + i] = (struct input_event){times[i % 9], (int32_t)((uint32_t)(i / 9) << 24 | 1)};
    for (size_t i = 0; i < 9; i++) /* a finish would end what is dumped */
        events[3 + 9 * (size_t)action_name_index[ACTION_FINISH_LINE] + i].input_data = 0x06000001;
    assert_int_equal(send_events(events, 3 + 9 * 256), STATUS_OK);
    execute("dump_inputs");
    answer_until_step(100);
    assert_int_equal(send_inputs(1, 1, 1, 1, 1, 1), STATUS_OK);
    answer_until_end();
}

static void test_inputs_become_events_of_the_next_tick(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(490);
    assert_int_equal(send_inputs(1, 0, 0, 7, -300, 6553601), STATUS_OK);
    assert_int_equal(take_events(events, ROOM), 8);
    expect_event(events[1], 500, ACTION_GAS, 6553600);
    expect_event(events[2], 500, ACTION_STEER, -300);
    expect_event(events[3], 500, ACTION_BRAKE, 1);
    expect_event(events[4], 500, ACTION_ACCELERATE, 0);
    expect_event(events[5], 500, ACTION_STEER_LEFT, 1); /* right is released already */
    expect_event(events[6], 0, ACTION_ACCELERATE, 1);
    assert_int_equal(game.race.state.input_left_event.input_data, 0);
    answer_until_step(500);
    expect_event(game.race.state.input_left_event, 500, ACTION_STEER_LEFT, 1);
}

static void test_inputs_that_change_nothing_make_no_events(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    answer_until_step(490);
    send_inputs(0, 0, 1, 0, 0, 0);
    send_inputs(-1, -1, -1, -1, GONE, GONE);
    assert_int_equal(simulation.tape.count, 3);
    send_inputs(-1, -1, 0, -1, GONE, GONE);
    send_inputs(-1, -1, 1, -1, GONE, GONE); /* taken back before it acted */
    assert_int_equal(take_events(events, ROOM), 4);
    expect_event(events[1], 500, ACTION_ACCELERATE, 1);
}

/* What the buffer has between this tick and the next acts in the next one, too. */
static void test_inputs_win_over_events_between_the_ticks(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    take_events(events, ROOM);
    events[3] = event_at(495, ACTION_ACCELERATE, 0);
    send_events(events, 4);
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    answer_until_step(490);
    send_inputs(-1, -1, 1, -1, GONE, GONE);
    answer_until_step(500);
    assert_true(event_binary(game.race.state.input_accelerate_event.input_data));
}

static void test_inputs_before_the_race_act_in_its_first_tick(void **unused)
{
    (void)unused;
    simulate("straight", "0 rel up");
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    answer_until_step(-2000);
    send_inputs(-1, -1, 1, -1, GONE, GONE);
    answer_until_step(-10);
    assert_int_equal(game.race.state.input_accelerate_event.input_data, 0);
    answer_until_step(0);
    expect_event(game.race.state.input_accelerate_event, 0, ACTION_ACCELERATE, 1);
}

static void test_respawn_and_horn_are_events_too(void **unused)
{
    (void)unused;
    simulate("straight", "0 press up");
    request(MESSAGE_C_REMOVE_STATE_VALIDATION, KIT_WORDS(0));
    answer_until_step(2000);
    assert_int_equal(request(MESSAGE_C_RESPAWN, KIT_WORDS(0)), STATUS_OK);
    assert_int_equal(request(MESSAGE_C_HORN, KIT_WORDS(0)), STATUS_OK);
    assert_int_equal(take_events(events, ROOM), 5);
    expect_event(events[1], 2010, ACTION_HORN, 1);
    expect_event(events[2], 2010, ACTION_RESPAWN, 1);
    answer_until_step(2010);
    assert_int_equal(game.race.state.num_respawns, 1);
    assert_true(game.race.state.dyna.current_state.position[2] == 0.0f); /* no gate behind */
    execute("respawn; horn; press enter");
    answer_until_step(2020);
    assert_int_equal(game.race.state.num_respawns, 2);
    assert_int_equal(take_events(events, ROOM), 7);
    answer_until_step(2030);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_buffer_has_the_script_the_start_and_the_finish),
        cmocka_unit_test(test_public_has_the_same_events_without_names),
        cmocka_unit_test(test_public_must_set_as_many_events_as_there_are),
        cmocka_unit_test(test_in_a_race_there_is_no_buffer_to_set),
        cmocka_unit_test(test_before_a_simulation_there_is_no_buffer),
        cmocka_unit_test(test_a_cleared_buffer_stands_still),
        cmocka_unit_test(test_a_buffer_cleared_on_the_way_keeps_what_is_pressed),
        cmocka_unit_test(test_events_are_taken_in_any_order),
        cmocka_unit_test(test_an_event_acts_in_the_tick_of_its_time),
        cmocka_unit_test(test_a_respawn_before_the_start_is_none),
        cmocka_unit_test(test_the_largest_buffer_of_the_slot_comes_back),
        cmocka_unit_test(test_a_larger_slot_holds_more_up_to_the_limit),
        cmocka_unit_test(test_impossible_counts_are_refused),
        cmocka_unit_test(test_events_of_any_bytes_do_no_harm),
        cmocka_unit_test(test_inputs_become_events_of_the_next_tick),
        cmocka_unit_test(test_inputs_that_change_nothing_make_no_events),
        cmocka_unit_test(test_inputs_win_over_events_between_the_ticks),
        cmocka_unit_test(test_inputs_before_the_race_act_in_its_first_tick),
        cmocka_unit_test(test_respawn_and_horn_are_events_too),
    };
    return cmocka_run_group_tests_name("simulation inputs", tests, NULL, NULL);
}
