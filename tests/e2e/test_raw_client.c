/*
 * tmsim's mapped server, seen by a client written from the fact sheet alone: what it answers in
 * an ordinary conversation, byte for byte. Section numbers are those of the fact sheet.
 */
#include "support/deadline.h"
#include "support/raw_expect.h"
#include "support/raw_game.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct raw_game game;
static unsigned char state_a[RAW_GAME_STATE_ROOM], state_b[RAW_GAME_STATE_ROOM];

static int start(void **state)
{
    (void)state;
    raw_game_start(&game, (struct raw_game_options){.dialect = RAW_V1});
    return 0;
}

static int end(void **state)
{
    (void)state;
    raw_game_end(&game);
    process_close_all();
    return 0;
}

/* Section 3, handshake; section 7, golden messages. */
static void test_registering_is_answered_and_then_called(void **state)
{
    struct raw_call call = {RAW_UNKNOWN, 0, 0, 0};

    (void)state;
    assert_int_equal(game.client.slot.size, RAW_SLOT_SIZE);
    assert_true(raw_client_register(&game.client, RAW_SOON_MS));
    raw_expect_hex(game.client.copy, 8, "01 FF 00 00 00 00 00 00");
    raw_game_expect_nothing_behind(&game, 8);
    assert_true(raw_client_wait_call(&game.client, &call, RAW_SOON_MS));
    raw_expect_hex(game.client.copy, 8, "02 FF 00 00 00 00 00 00");
    raw_game_expect_nothing_behind(&game, 8);
}

static void test_run_steps_rise_by_ten_and_carry_nothing_else(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);
    int32_t time;

    (void)state;
    raw_expect_hex(game.client.copy, 12, "04 FF 00 00 00 00 00 00 D8 F5 FF FF");
    for (time = -2590; time <= 1000; time += 10) {
        raw_client_processed(&game.client, &call);
        assert_true(raw_client_wait_call(&game.client, &call, RAW_SOON_MS));
        assert_int_equal(call.message, RAW_S_ON_RUN_STEP);
        assert_int_equal(call.value, time);
        raw_game_expect_nothing_behind(&game, 12);
    }
    raw_expect_hex(game.client.copy, 12, "04 FF 00 00 00 00 00 00 E8 03 00 00");
}

static size_t count_nonzero(const unsigned char *bytes, size_t from, size_t to)
{
    size_t count = 0;

    for (; from < to; from++)
        count += bytes[from] != 0;
    return count;
}

/* Sections 10.2 to 10.6. */
static void test_a_state_has_the_v1_layout(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);
    int32_t n, m;
    size_t size;

    (void)state;
    raw_game_run_to(&game, &call, 500);
    size = raw_game_state(&game, state_a);
    raw_game_expect_nothing_behind(&game, RAW_SLOT_HEADER + size);
    assert_int_equal(raw_load(state_a, RAW_STATE_VERSION), 1);
    assert_int_equal(raw_load(state_a, RAW_STATE_CONTEXT), 1);
    assert_int_equal(raw_load(state_a, RAW_STATE_FLAGS), 0x9F);
    assert_int_equal(raw_load(state_a, RAW_STATE_RACE_TIME), 500);
    assert_int_equal(raw_load(state_a, RAW_STATE_RACE_TIME),
                     raw_load(state_a, RAW_STATE_TIME) - raw_load(state_a, RAW_STATE_RACE_START) -
                         10);
    /* 10.4: no command buffer and no internal input state in run mode, both all zero. */
    assert_int_equal(count_nonzero(state_a, RAW_STATE_CMD_BUFFER, RAW_STATE_PLAYER_INFO), 0);
    assert_int_equal(count_nonzero(state_a, RAW_STATE_INPUT_STATE, RAW_STATE_EVENTS), 0);
    assert_int_equal(raw_load(state_a, RAW_STATE_EVENTS), 100000);
    assert_int_equal(raw_load(state_a, RAW_STATE_EVENTS + 4) & 0xFFFFFF, 1);
    assert_int_equal(raw_load(state_a, RAW_STATE_FIXED), 0);
    n = raw_load(state_a, RAW_STATE_COUNT);
    assert_in_range(n, 1, 64);
    m = raw_load(state_a, RAW_STATE_COUNT + 4 + 4 * (size_t)n);
    assert_in_range(m, 1, 64);
    assert_int_equal(size, 8356 + 4 * n + 8 * m);
    for (; m > 0; m--)
        assert_int_equal(raw_load(state_a, size - 8 * (size_t)m), -1);
    for (; n > 0; n--)
        assert_int_equal(raw_load(state_a, RAW_STATE_COUNT + 4 * (size_t)n), 0);
}

static void test_a_pressed_key_moves_the_car_from_the_next_tick(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);

    (void)state;
    raw_game_run_to(&game, &call, 500);
    raw_game_state(&game, state_a);
    raw_game_run_to(&game, &call, 600);
    raw_game_state(&game, state_b);
    assert_memory_equal(state_a + RAW_STATE_POSITION, state_b + RAW_STATE_POSITION, 12);
    raw_game_accelerate(&game);
    raw_expect_hex(game.client.copy, 8, "01 FF 00 00 00 00 00 00");
    raw_game_expect_nothing_behind(&game, 8);
    raw_game_run_to(&game, &call, 1600);
    raw_game_state(&game, state_b);
    assert_memory_not_equal(state_a + RAW_STATE_POSITION, state_b + RAW_STATE_POSITION, 12);
    assert_true(raw_load(state_b, RAW_STATE_DISPLAY_SPEED) > 0);
    /* The accelerate event of the state: binary, on (10.5, 8). */
    assert_int_equal(raw_load(state_b, RAW_STATE_EVENTS + 20) & 0xFFFFFF, 1);
}

/* Section 7: the next step follows at state time + 10; design: same inputs, same bytes. */
static void test_rewinding_repeats_the_race_exactly(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);
    size_t saved, first, second;
    static unsigned char again[RAW_GAME_STATE_ROOM];

    (void)state;
    raw_game_run_to(&game, &call, 0);
    raw_game_accelerate(&game);
    raw_game_run_to(&game, &call, 500);
    saved = raw_game_state(&game, state_a);
    raw_game_run_to(&game, &call, 1500);
    first = raw_game_state(&game, state_b);
    raw_game_ask(&game, RAW_C_REWIND_TO_STATE, state_a, saved);
    raw_expect_hex(game.client.copy, 8, "01 FF 00 00 00 00 00 00");
    raw_game_expect_nothing_behind(&game, 8);
    raw_game_step(&game, &call);
    assert_int_equal(call.value, 510);
    raw_game_run_to(&game, &call, 1500);
    assert_int_equal(call.value, 1500);
    second = raw_game_state(&game, again);
    assert_int_equal(first, second);
    assert_memory_equal(state_b, again, first);
}

static void test_small_requests_get_empty_answers(void **state)
{
    static const enum raw_message with_zero[] = {
        RAW_C_RESPAWN,
        RAW_C_HORN,
        RAW_C_REMOVE_STATE_VALIDATION,
        RAW_C_PREVENT_FINISH,
        RAW_C_SET_EXECUTE_COMMANDS,
    };
    struct raw_call call = raw_game_join_at_start(&game);
    size_t i;

    (void)state;
    for (i = 0; i < sizeof with_zero / sizeof with_zero[0]; i++) {
        raw_game_ask_int(&game, with_zero[i], 0);
        raw_expect_hex(game.client.copy, 8, "01 FF 00 00 00 00 00 00");
        raw_game_expect_nothing_behind(&game, 8);
        raw_game_step(&game, &call);
        raw_game_expect_nothing_behind(&game, 12);
    }
    raw_game_ask_int(&game, RAW_C_SET_TIMEOUT, -1);
    /* Simulation mode only (section 7): answered, with whatever code. */
    assert_true(raw_client_request_int(&game.client, RAW_C_SET_TIME_LIMIT, -1, RAW_SOON_MS));
    assert_true(raw_client_text(&game.client, RAW_C_LOG, 3, "hi", RAW_SOON_MS));
    raw_expect_hex(game.client.copy, 8, "01 FF 00 00 00 00 00 00");
    assert_true(raw_client_text(&game.client, RAW_C_EXECUTE_COMMAND, 0, "help", RAW_SOON_MS));
    raw_expect_hex(game.client.copy, 8, "01 FF 00 00 00 00 00 00");
    raw_game_step(&game, &call);
}

static void test_context_mode_is_run(void **state)
{
    (void)state;
    raw_game_join(&game);
    raw_game_ask(&game, RAW_C_GET_CONTEXT_MODE, NULL, 0);
    raw_expect_hex(game.client.copy, 12, "01 FF 00 00 00 00 00 00 01 00 00 00");
    raw_game_expect_nothing_behind(&game, 12);
}

static void test_game_speed_slows_the_race_to_real_time(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);
    double real_time = 1.0;
    int64_t began_us;

    (void)state;
    raw_game_ask(&game, RAW_C_SET_GAME_SPEED, &real_time, sizeof real_time);
    raw_game_step(&game, &call);
    began_us = deadline_now_us();
    raw_game_run_to(&game, &call, call.value + 300);
    /* 300 ms of race time; a lower bound only, a busy machine may take longer. */
    assert_true(deadline_now_us() - began_us >= 200000);
}

static void test_giving_up_starts_again_with_the_countdown(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);

    (void)state;
    raw_game_run_to(&game, &call, 200);
    raw_game_ask_int(&game, RAW_C_GIVE_UP, 0);
    raw_game_step(&game, &call);
    assert_int_equal(call.value, -2600);
}

/* Section 7: the whole layout is sent although the Python client reads 12 bytes of it. */
static void test_checkpoint_state_is_the_tail_of_a_state(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);
    size_t size, tail;

    (void)state;
    raw_game_step(&game, &call);
    size = raw_game_state(&game, state_a);
    raw_game_ask(&game, RAW_C_GET_CHECKPOINT_STATE, NULL, 0);
    tail = raw_tail_size(game.client.copy + 12, game.client.slot.size - 12);
    assert_int_equal(4 + tail, size - RAW_STATE_FIXED);
    assert_memory_equal(game.client.copy + 8, state_a + RAW_STATE_FIXED, 4 + tail);
    raw_game_expect_nothing_behind(&game, 12 + tail);
    memcpy(state_b, game.client.copy + 8, 4 + tail);
    raw_store(state_b, 4 + tail - 8, 1234);
    raw_game_ask(&game, RAW_C_SET_CHECKPOINT_STATE, state_b, 4 + tail);
    raw_game_ask(&game, RAW_C_GET_CHECKPOINT_STATE, NULL, 0);
    assert_memory_equal(game.client.copy + 8, state_b, 4 + tail);
}

/* Section 8. */
static void check_event_order(const unsigned char *events, int32_t count, int32_t running_index)
{
    int32_t i, running = 0;

    for (i = 0; i < count; i++) {
        int32_t time = raw_load(events, 8 * (size_t)i);
        int32_t data = raw_load(events, 8 * (size_t)i + 4);

        if (i > 0)
            assert_true(time <= raw_load(events, 8 * (size_t)i - 8));
        if (data >> 24 == running_index) {
            running++;
            assert_int_equal(time, 100000);
            assert_int_equal(data & 0xFFFFFF, 1);
        }
    }
    assert_int_equal(running, 1);
}

static void test_event_buffer_lists_the_inputs_of_this_race(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);
    const unsigned char *reply = game.client.copy;
    int32_t count, i, j, found = 0;

    (void)state;
    raw_game_run_to(&game, &call, 500);
    raw_game_accelerate(&game);
    raw_game_run_to(&game, &call, 700);
    raw_game_ask(&game, RAW_C_GET_EVENT_BUFFER, NULL, 0);
    for (i = 0; i < 10; i++) {
        assert_in_range(raw_load(reply, 8 + 4 * (size_t)i) + 1, 0, 10);
        for (j = 0; j < i; j++)
            assert_true(raw_load(reply, 8 + 4 * (size_t)i) == -1 ||
                        raw_load(reply, 8 + 4 * (size_t)i) != raw_load(reply, 8 + 4 * (size_t)j));
    }
    count = raw_load(reply, 52);
    assert_in_range(count, 2, 16);
    raw_game_expect_nothing_behind(&game, 56 + 8 * (size_t)count);
    check_event_order(reply + 56, count, raw_load(reply, 8));
    for (i = 0; i < count; i++) {
        int32_t time = raw_load(reply, 56 + 8 * (size_t)i);
        int32_t data = raw_load(reply, 60 + 8 * (size_t)i);

        /* Two conventions for stored time, ten apart; either fits an input sent at 500. */
        if (data >> 24 == raw_load(reply, 16) && (data & 0xFFFFFF) == 1)
            found += time >= 100500 && time <= 100520;
    }
    assert_int_equal(found, 1);
}

static void test_custom_commands_arrive_with_their_arguments(void **state)
{
    static const unsigned char tail[] = "\x07\0\0\0raw_cmd\x03\0\0\0one\x09\0\0\0two words";
    struct raw_call call = raw_game_join_at_start(&game);

    (void)state;
    raw_client_text(&game.client, RAW_C_REGISTER_CUSTOM_COMMAND, 0, "raw_cmd", RAW_SOON_MS);
    assert_int_equal(game.client.code, RAW_OK);
    raw_client_text(&game.client, RAW_C_REGISTER_CUSTOM_COMMAND, 0, "raw_cmd", RAW_SOON_MS);
    assert_int_equal(game.client.code, RAW_COMMAND_ALREADY_REGISTERED);
    raw_client_text(&game.client, RAW_C_EXECUTE_COMMAND, 0, "raw_cmd one \"two words\"",
                    RAW_SOON_MS);
    assert_int_equal(game.client.code, RAW_OK);
    assert_true(raw_client_next(&game.client, &call, RAW_S_ON_CUSTOM_COMMAND, RAW_SOON_MS));
    assert_int_equal(raw_load(game.client.copy, 8), -1);
    assert_int_equal(raw_load(game.client.copy, 12), -1);
    assert_int_equal(raw_load(game.client.copy, 16), 2);
    assert_memory_equal(game.client.copy + 20, tail, sizeof tail - 1);
    raw_game_expect_nothing_behind(&game, 20 + sizeof tail - 1);
    raw_game_step(&game, &call);
}

static void test_checkpoints_are_counted_up_to_the_finish(void **state)
{
    struct raw_call call;
    int32_t passed = 0;

    (void)state;
    raw_game_start(&game, (struct raw_game_options){.track = "straight"});
    call = raw_game_join_at_start(&game);
    raw_game_run_to(&game, &call, -10);
    raw_game_accelerate(&game);
    do {
        assert_true(raw_client_next(&game.client, &call, RAW_S_ON_CHECKPOINT, RAW_SOON_MS));
        assert_int_equal(call.value, ++passed);
        assert_true(call.value <= call.second);
        raw_game_expect_nothing_behind(&game, 16);
    } while (call.value < call.second);
    raw_game_step(&game, &call);
}

static void test_a_small_buffer_cuts_the_state_with_an_error_code(void **state)
{
    struct raw_call call;

    (void)state;
    raw_game_start(&game, (struct raw_game_options){.buffer_size = "4096"});
    assert_int_equal(game.client.slot.size, 4096);
    call = raw_game_join(&game);
    raw_game_step(&game, &call);
    assert_true(raw_client_request(&game.client, RAW_C_GET_STATE, NULL, 0, RAW_SOON_MS));
    raw_expect_hex(game.client.copy, 8, "01 FF 00 00 01 00 00 00");
    assert_int_equal(raw_load(game.client.copy, 8 + RAW_STATE_FLAGS), 0x9F);
    raw_game_step(&game, &call);
    raw_game_expect_nothing_behind(&game, 12);
}

static void test_the_public_dialect_has_its_own_numbers_and_layout(void **state)
{
    struct raw_call call;
    int32_t time;

    (void)state;
    raw_game_start(&game, (struct raw_game_options){.dialect = RAW_PUBLIC, .buffer_size = "16384"});
    assert_int_equal(game.client.slot.size, 16384);
    call = raw_game_join(&game);
    assert_int_equal(call.number, 2);
    time = call.value;
    raw_game_step(&game, &call);
    assert_int_equal(call.value, time + 10);
    raw_game_expect_nothing_behind(&game, 12);
    assert_true(raw_game_state(&game, state_a) > RAW_PUBLIC_COUNT);
    assert_int_equal(raw_load(state_a, RAW_PUBLIC_CONTEXT), 1);
    raw_game_ask(&game, RAW_C_GET_CONTEXT_MODE, NULL, 0);
    assert_int_equal(raw_load(game.client.copy, 8), 1);
    raw_client_send(&game.client, RAW_C_DEREGISTER, NULL, 0);
    assert_true(raw_client_await_reply(&game.client, RAW_SOON_MS));
    raw_expect_hex(game.client.copy, 8, "01 FF 00 00 00 00 00 00");
    raw_slot_clear_forward(&game.client.slot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define GAME_TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
        GAME_TEST(test_registering_is_answered_and_then_called),
        GAME_TEST(test_run_steps_rise_by_ten_and_carry_nothing_else),
        GAME_TEST(test_a_state_has_the_v1_layout),
        GAME_TEST(test_a_pressed_key_moves_the_car_from_the_next_tick),
        GAME_TEST(test_rewinding_repeats_the_race_exactly),
        GAME_TEST(test_small_requests_get_empty_answers),
        GAME_TEST(test_context_mode_is_run),
        GAME_TEST(test_game_speed_slows_the_race_to_real_time),
        GAME_TEST(test_giving_up_starts_again_with_the_countdown),
        GAME_TEST(test_checkpoint_state_is_the_tail_of_a_state),
        GAME_TEST(test_event_buffer_lists_the_inputs_of_this_race),
        GAME_TEST(test_custom_commands_arrive_with_their_arguments),
        cmocka_unit_test_teardown(test_checkpoints_are_counted_up_to_the_finish, end),
        cmocka_unit_test_teardown(test_a_small_buffer_cuts_the_state_with_an_error_code, end),
        cmocka_unit_test_teardown(test_the_public_dialect_has_its_own_numbers_and_layout, end),
    };

    return cmocka_run_group_tests_name("raw_client", tests, NULL, NULL);
}
