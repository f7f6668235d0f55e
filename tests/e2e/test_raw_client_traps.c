/*
 * The traps of section 16 of the fact sheet, one test each and numbered as there, and what else
 * a client can do to the mapped server: tmsim has to live with all of it.
 */
#include "support/deadline.h"
#include "support/raw_expect.h"
#include "support/raw_game.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    SHORT_TIMEOUT_MS = 200,
    ROUNDS = 6
};

static struct raw_game game;
static unsigned char sane[RAW_GAME_STATE_ROOM], edited[RAW_GAME_STATE_ROOM];

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

/* Whether a timeout outlives the registration is not known (section 3): set it each time. */
static struct raw_call join_with_short_timeout(void)
{
    struct raw_call call = raw_game_join_patiently(&game, RAW_SOON_MS);

    raw_game_ask_int(&game, RAW_C_SET_TIMEOUT, SHORT_TIMEOUT_MS);
    return call;
}

/* Header first, then over and over the rest, as a slow front-to-back copy would. */
static void clear_late(struct raw_slot *slot, int64_t span_us)
{
    struct deadline finished = deadline_in_us(span_us);

    do {
        raw_slot_clear_forward(slot);
    } while (!deadline_passed(finished));
}

static void test_trap_1_a_client_that_clears_late_still_gets_its_call(void **state)
{
    static const int64_t spans_us[] = {0, 100, 1000, 1500, 3000, 10000};
    struct raw_call call;
    size_t i, round;

    (void)state;
    for (round = 0; round < 4; round++) {
        for (i = 0; i < sizeof spans_us / sizeof spans_us[0]; i++) {
            raw_client_send(&game.client, RAW_C_REGISTER, NULL, 0);
            assert_true(raw_client_await_reply(&game.client, RAW_SOON_MS));
            assert_int_equal(game.client.code, RAW_OK);
            clear_late(&game.client.slot, spans_us[i]);
            /* Well below the default timeout: the call comes again, not a second chance. */
            assert_true(raw_client_wait_call(&game.client, &call, 1500));
            assert_int_equal(call.message, RAW_S_ON_REGISTERED);
            raw_game_step(&game, &call);
            raw_client_deregister(&game.client);
            assert_true(raw_slot_wait_zero(&game.client.slot, RAW_SOON_MS));
        }
    }
}

static void test_trap_2_a_torn_deregister_is_cured_by_the_timeout(void **state)
{
    struct raw_call call = join_with_short_timeout();

    (void)state;
    raw_game_step(&game, &call);
    raw_slot_put(&game.client.slot, 0, 0x0000FF00);
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

static void test_trap_2_a_lost_deregister_is_cured_by_the_timeout(void **state)
{
    struct raw_call call = join_with_short_timeout();

    (void)state;
    raw_game_step(&game, &call);
    raw_client_processed(&game.client, &call);
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

/* The client's signal handler closes while its main thread has just answered a call. */
static void test_trap_2_a_deregister_on_top_of_an_answer(void **state)
{
    struct raw_call call;
    int round;

    (void)state;
    for (round = 0; round < ROUNDS; round++) {
        call = join_with_short_timeout();
        raw_game_step(&game, &call);
        raw_client_processed(&game.client, &call);
        raw_client_deregister(&game.client);
    }
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

/* A hook called inside rewind_to_state writes over the request before it was answered. */
static void test_trap_4_a_call_in_the_middle_of_a_rewind(void **state)
{
    struct raw_call call;
    size_t size;
    int round;

    (void)state;
    for (round = 0; round < ROUNDS; round++) {
        call = join_with_short_timeout();
        raw_game_step(&game, &call);
        size = raw_game_state(&game, sane);
        raw_client_send(&game.client, RAW_C_REWIND_TO_STATE, sane, size);
        raw_client_request(&game.client, RAW_C_GET_CONTEXT_MODE, NULL, 0, 100);
        raw_client_processed(&game.client, &call);
        call.message = RAW_UNKNOWN;
        if (raw_client_wait_call(&game.client, &call, 100))
            raw_client_deregister(&game.client);
    }
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

/* Rewinds to `edited` and sees that the race goes on somehow and is answered. */
static void survive_rewind(struct raw_call *call, size_t size)
{
    assert_true(raw_client_request(&game.client, RAW_C_REWIND_TO_STATE, edited, size, RAW_SOON_MS));
    assert_int_equal(raw_load(game.client.copy, 0), RAW_RESPONSE_WORD);
    raw_game_step(&game, call);
    assert_true(raw_client_request(&game.client, RAW_C_GET_STATE, NULL, 0, RAW_SOON_MS));
    raw_game_step(&game, call);
    assert_true(process_is_running(game.process));
}

static struct raw_call join_in_motion(size_t *size)
{
    struct raw_call call = raw_game_join_at_start(&game);

    raw_game_run_to(&game, &call, 0);
    raw_game_accelerate(&game);
    raw_game_run_to(&game, &call, 500);
    *size = raw_game_state(&game, sane);
    return call;
}

static void test_trap_5_rewinding_to_edited_floats(void **state)
{
    static const size_t offsets[] = {RAW_STATE_POSITION,
                                     RAW_STATE_POSITION + 4,
                                     RAW_STATE_VELOCITY,
                                     RAW_STATE_QUAT,
                                     688,
                                     704,
                                     760,
                                     1728,
                                     1736,
                                     2384,
                                     3084,
                                     3108,
                                     6872};
    const float values[] = {NAN, INFINITY, -INFINITY, 3.4e38f, -3.4e38f, 1e-40f, -0.0f};
    size_t size, i, j;
    struct raw_call call = join_in_motion(&size);

    (void)state;
    for (i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        for (j = 0; j < sizeof values / sizeof values[0]; j++) {
            memcpy(edited, sane, size);
            raw_store_float(edited, offsets[i], values[j]);
            survive_rewind(&call, size);
        }
    }
    raw_client_deregister(&game.client);
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

static void test_trap_5_rewinding_to_edited_words(void **state)
{
    static const size_t offsets[] = {RAW_STATE_VERSION,
                                     RAW_STATE_CONTEXT,
                                     RAW_STATE_FLAGS,
                                     12,
                                     RAW_STATE_TIME,
                                     RAW_STATE_RACE_START,
                                     RAW_STATE_RACE_TIME,
                                     7932,
                                     8020,
                                     8024,
                                     8028,
                                     8032,
                                     3128,
                                     RAW_STATE_EVENTS,
                                     RAW_STATE_EVENTS + 4,
                                     RAW_STATE_EVENTS + 20,
                                     8340,
                                     RAW_STATE_FIXED};
    static const int32_t values[] = {INT32_MIN, -1, 0, 1000000, INT32_MAX - 5, INT32_MAX};
    size_t size, i, j;
    struct raw_call call = join_in_motion(&size);

    (void)state;
    for (i = 0; i < sizeof offsets / sizeof offsets[0]; i++) {
        for (j = 0; j < sizeof values / sizeof values[0]; j++) {
            memcpy(edited, sane, size);
            raw_store(edited, offsets[i], values[j]);
            survive_rewind(&call, size);
        }
    }
    raw_client_deregister(&game.client);
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

static void test_trap_5_rewinding_to_hostile_counts(void **state)
{
    static const int32_t counts[] = {-1, INT32_MIN, INT32_MAX, 14294, 14295, 0x40000000, 0};
    size_t size, i, at_m;
    struct raw_call call = join_in_motion(&size);

    (void)state;
    at_m = RAW_STATE_COUNT + 4 + 4 * (size_t)raw_load(sane, RAW_STATE_COUNT);
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        memcpy(edited, sane, size);
        raw_store(edited, RAW_STATE_COUNT, counts[i]);
        survive_rewind(&call, size);
        memcpy(edited, sane, size);
        raw_store(edited, at_m, counts[i]);
        survive_rewind(&call, size);
    }
    raw_client_deregister(&game.client);
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

static void test_trap_5_rewinding_to_noise(void **state)
{
    uint32_t noise = 12345;
    size_t size, i;
    struct raw_call call = join_in_motion(&size);
    int round;

    (void)state;
    for (round = 0; round < 60; round++) {
        memcpy(edited, sane, size);
        for (i = 0; i < RAW_STATE_FIXED; i++) {
            noise = noise * 1664525u + 1013904223u;
            /* First single bytes, later everything. */
            if (round >= 40 || (noise >> 16) % 200 == 0)
                edited[i] = (unsigned char)(noise >> 24);
        }
        survive_rewind(&call, size);
    }
    raw_client_deregister(&game.client);
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

static void test_trap_6_a_checkpoint_state_cut_to_twelve_bytes(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);
    unsigned char before[512];
    size_t tail;

    (void)state;
    raw_game_ask(&game, RAW_C_GET_CHECKPOINT_STATE, NULL, 0);
    tail = raw_tail_size(game.client.copy + 12, game.client.slot.size - 12);
    assert_in_range(4 + tail, 12, sizeof before);
    memcpy(before, game.client.copy + 8, 4 + tail);
    /* What the Python client has read of it, and sends back (section 7). */
    raw_game_ask(&game, RAW_C_SET_CHECKPOINT_STATE, before, 12);
    raw_expect_hex(game.client.copy, 8, "01 FF 00 00 00 00 00 00");
    raw_game_ask(&game, RAW_C_GET_CHECKPOINT_STATE, NULL, 0);
    assert_memory_equal(game.client.copy + 8, before, 4 + tail);
    raw_game_step(&game, &call);
}

/* Data of 600 equal bytes; time and speed stay such that the race goes on. */
static void fill_request(unsigned char *data, size_t size, int number, int byte)
{
    double speed = 1.0;
    int32_t timeout_ms = 5000;

    memset(data, byte, size);
    if (number == RAW_C_SET_GAME_SPEED && byte == 0)
        memcpy(data, &speed, sizeof speed);
    if (number == RAW_C_SET_TIMEOUT && byte == 0)
        memcpy(data, &timeout_ms, sizeof timeout_ms);
}

/* Lengths and counts of 0, -1 and 2139062143 among them. */
static void test_trap_7_the_word_of_a_response_is_exact(void **state)
{
    static const int bytes[] = {0, 0xFF, 0x7F};
    unsigned char data[600];
    struct raw_call call;
    int number, i;

    (void)state;
    for (number = RAW_C_SET_INPUT_STATES; number <= RAW_C_LOG; number++) {
        for (i = 0; i < 3; i++) {
            fill_request(data, sizeof data, number, bytes[i]);
            call = raw_game_join(&game);
            raw_client_send(&game.client, (enum raw_message)number, data, sizeof data);
            assert_true(
                raw_slot_wait_word_not(&game.client.slot, 0xFF00u | (uint32_t)number, RAW_SOON_MS));
            /* It clears, writes the type, sets ready: each may be seen on the way. */
            assert_true(raw_slot_wait_word_not(&game.client.slot, 0, RAW_SOON_MS));
            assert_true(raw_slot_wait_word_not(&game.client.slot, 1, RAW_SOON_MS));
            assert_int_equal(raw_slot_word(&game.client.slot), RAW_RESPONSE_WORD);
            raw_slot_clear_forward(&game.client.slot);
            raw_game_step(&game, &call);
            raw_client_deregister(&game.client);
            assert_true(raw_slot_wait_zero(&game.client.slot, RAW_SOON_MS));
        }
    }
}

/* What a server does with unknown types is not known (section 15); it must not be fatal. */
static void test_every_type_and_ready_byte_as_garbage(void **state)
{
    struct raw_call call = join_with_short_timeout();
    struct raw_slot *slot = &game.client.slot;
    uint32_t type, ready;

    (void)state;
    for (type = 0; type < 256; type++) {
        /* 200 as a timeout, 1.0 as a speed: the race is not to stand still by our own wish. */
        raw_slot_put(slot, 8, SHORT_TIMEOUT_MS);
        raw_slot_put(slot, 12, 0x3FF00000);
        raw_slot_put(slot, 0, (int32_t)(0xFF00u | type));
        raw_slot_wait_word_not(slot, 0xFF00u | type, 1);
    }
    for (ready = 0; ready < 256; ready++) {
        raw_slot_put(slot, 0, (int32_t)(ready << 8 | call.number));
        raw_slot_put(slot, 0, (int32_t)(ready << 24 | ready << 16 | ready << 8));
    }
    raw_slot_clear_forward(slot);
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define GAME_TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
        GAME_TEST(test_trap_1_a_client_that_clears_late_still_gets_its_call),
        GAME_TEST(test_trap_2_a_torn_deregister_is_cured_by_the_timeout),
        GAME_TEST(test_trap_2_a_lost_deregister_is_cured_by_the_timeout),
        GAME_TEST(test_trap_2_a_deregister_on_top_of_an_answer),
        GAME_TEST(test_trap_4_a_call_in_the_middle_of_a_rewind),
        GAME_TEST(test_trap_5_rewinding_to_edited_floats),
        GAME_TEST(test_trap_5_rewinding_to_edited_words),
        GAME_TEST(test_trap_5_rewinding_to_hostile_counts),
        GAME_TEST(test_trap_5_rewinding_to_noise),
        GAME_TEST(test_trap_6_a_checkpoint_state_cut_to_twelve_bytes),
        GAME_TEST(test_trap_7_the_word_of_a_response_is_exact),
        GAME_TEST(test_every_type_and_ready_byte_as_garbage),
    };

    return cmocka_run_group_tests_name("raw_client_traps", tests, NULL, NULL);
}
