/*
 * Who is registered and what is left behind: a second client, a silent one, the end of the
 * program, and the shared memory object before, during and after it (fact sheet, sections 1, 3
 * and 16).
 */
#include "support/deadline.h"
#include "support/raw_expect.h"
#include "support/raw_game.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    SHORT_TIMEOUT_MS = 200
};

static struct raw_game game;
static struct raw_client second;

static int start(void **state)
{
    (void)state;
    raw_game_start(&game, (struct raw_game_options){.dialect = RAW_V1});
    return 0;
}

static int end(void **state)
{
    (void)state;
    raw_client_close(&second);
    raw_game_end(&game);
    process_close_all();
    return 0;
}

static bool wait_for_no_object(const char *name, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    unsigned round = 0;

    while (raw_slot_visible_size(name) != -1) {
        if (deadline_passed(deadline))
            return false;
        deadline_poll_pause(&round);
    }
    return true;
}

static void test_a_second_client_is_refused_and_the_first_goes_on(void **state)
{
    struct raw_call call = raw_game_join_at_start(&game);
    int32_t time = call.value;
    int round;

    (void)state;
    assert_true(raw_client_open(&second, game.name, RAW_V1, RAW_SOON_MS));
    for (round = 0; round < 20; round++) {
        assert_true(raw_client_register(&second, RAW_SOON_MS));
        raw_expect_hex(second.copy, 8, "01 FF 00 00 02 00 00 00");
        /* The first still holds its call: its requests and its answer count. */
        raw_game_ask(&game, RAW_C_GET_CONTEXT_MODE, NULL, 0);
        raw_client_processed(&game.client, &call);
        assert_true(raw_client_wait_call(&game.client, &call, RAW_SOON_MS));
        assert_int_equal(call.message, RAW_S_ON_RUN_STEP);
        assert_int_equal(call.value, time += 10);
        raw_game_expect_nothing_behind(&game, 12);
    }
}

static void test_a_deregistered_client_leaves_nothing_behind(void **state)
{
    struct raw_call call;
    int round;

    (void)state;
    for (round = 0; round < 20; round++) {
        call = raw_game_join(&game);
        raw_game_step(&game, &call);
        raw_client_deregister(&game.client);
        assert_true(raw_slot_wait_zero(&game.client.slot, RAW_SOON_MS));
    }
}

/* Large messages in both directions, then the bytes behind the next short one. */
static void test_nothing_of_an_exchange_outlives_it(void **state)
{
    static unsigned char saved[RAW_GAME_STATE_ROOM];
    struct raw_call call = raw_game_join_at_start(&game);
    size_t size;

    (void)state;
    size = raw_game_state(&game, saved);
    assert_true(raw_slot_is_zero(&game.client.slot));
    raw_client_send(&game.client, RAW_C_REWIND_TO_STATE, saved, size);
    assert_true(raw_client_await_reply(&game.client, RAW_SOON_MS));
    raw_game_expect_nothing_behind(&game, 8);
    raw_slot_clear_forward(&game.client.slot);
    raw_client_text(&game.client, RAW_C_LOG, 0, "a text of some length", RAW_SOON_MS);
    raw_game_expect_nothing_behind(&game, 8);
    assert_true(raw_slot_is_zero(&game.client.slot));
    raw_client_processed(&game.client, &call);
    assert_true(raw_client_wait_call(&game.client, &call, RAW_SOON_MS));
    raw_game_expect_nothing_behind(&game, 12);
}

/* Section 16, item 3: who was refused asks again and again; the silent one's time still ends. */
static void test_refusing_a_newcomer_does_not_prolong_a_silent_client(void **state)
{
    struct raw_call call = raw_game_join(&game);

    (void)state;
    raw_game_ask_int(&game, RAW_C_SET_TIMEOUT, SHORT_TIMEOUT_MS);
    raw_game_step(&game, &call);
    call = raw_game_join_patiently(&game, 2000);
    assert_int_equal(call.message, RAW_S_ON_REGISTERED);
}

static void test_a_silent_client_is_dropped_and_a_new_one_taken(void **state)
{
    struct raw_call call = raw_game_join(&game);
    struct deadline too_early;

    (void)state;
    raw_game_ask_int(&game, RAW_C_SET_TIMEOUT, SHORT_TIMEOUT_MS);
    raw_client_processed(&game.client, &call);
    assert_true(raw_client_wait_call(&game.client, &call, RAW_SOON_MS));
    too_early = deadline_in_ms(SHORT_TIMEOUT_MS / 2);
    assert_true(raw_slot_wait_zero(&game.client.slot, RAW_SOON_MS));
    assert_true(deadline_passed(too_early));
    call = raw_game_join(&game);
    assert_int_equal(call.message, RAW_S_ON_REGISTERED);
    raw_game_step(&game, &call);
}

/* Not described; advised: discarded and cleared (section 3, timeouts). */
static void test_a_late_answer_is_cleared_and_harms_nobody(void **state)
{
    struct raw_call call = raw_game_join(&game);

    (void)state;
    raw_game_ask_int(&game, RAW_C_SET_TIMEOUT, SHORT_TIMEOUT_MS);
    raw_client_processed(&game.client, &call);
    assert_true(raw_client_wait_call(&game.client, &call, RAW_SOON_MS));
    assert_true(raw_slot_wait_zero(&game.client.slot, RAW_SOON_MS));
    raw_client_processed(&game.client, &call);
    assert_true(raw_slot_wait_zero(&game.client.slot, RAW_SOON_MS));
    raw_game_expect_usable(&game, RAW_SOON_MS);
}

static void test_a_client_with_no_timeout_may_take_its_time(void **state)
{
    struct raw_call call = raw_game_join(&game);

    (void)state;
    raw_game_ask_int(&game, RAW_C_SET_TIMEOUT, -1);
    raw_game_step(&game, &call);
    /* Longer than the default of 2 s: the call stays open and nothing else is written. */
    assert_false(raw_slot_wait_word_not(&game.client.slot, 0xFF04, 2500));
    raw_game_step(&game, &call);
}

static void test_termination_says_shutdown_and_removes_the_object(void **state)
{
    struct raw_call call = raw_game_join(&game);

    (void)state;
    raw_game_step(&game, &call);
    assert_true(process_signal(game.process, SIGTERM));
    assert_true(raw_client_next(&game.client, &call, RAW_S_SHUTDOWN, RAW_SOON_MS));
    raw_expect_hex(game.client.copy, 8, "03 FF 00 00 00 00 00 00");
    raw_game_expect_nothing_behind(&game, 8);
    raw_client_deregister(&game.client);
    raw_expect_exit(game.process, 0, RAW_SOON_MS);
    assert_int_equal(raw_slot_visible_size(game.name), -1);
}

static void test_termination_with_nobody_registered(void **state)
{
    (void)state;
    assert_true(process_signal(game.process, SIGTERM));
    raw_expect_exit(game.process, 0, RAW_SOON_MS);
    assert_int_equal(raw_slot_visible_size(game.name), -1);
}

static void test_termination_does_not_wait_for_a_silent_client(void **state)
{
    struct raw_call call = raw_game_join(&game);

    (void)state;
    raw_game_ask_int(&game, RAW_C_SET_TIMEOUT, -1);
    raw_game_step(&game, &call);
    assert_true(process_signal(game.process, SIGTERM));
    raw_expect_exit(game.process, 0, RAW_SOON_MS);
    assert_int_equal(raw_slot_visible_size(game.name), -1);
}

static void test_trap_8_the_object_never_appears_unsized(void **state)
{
    struct deadline deadline;
    long size;
    int round;

    (void)state;
    for (round = 0; round < 20; round++) {
        raw_game_spawn(&game, (struct raw_game_options){.dialect = RAW_V1});
        deadline = deadline_in_ms(RAW_SOON_MS);
        /* No pause: the moment between creation and sizing is what we are after. */
        while ((size = raw_slot_visible_size(game.name)) == -1)
            assert_false(deadline_passed(deadline));
        assert_int_equal(size, RAW_SLOT_SIZE);
        assert_true(process_signal(game.process, SIGTERM));
        raw_expect_any_exit(game.process, RAW_SOON_MS);
        assert_true(wait_for_no_object(game.name, RAW_SOON_MS));
        raw_game_end(&game);
    }
}

/* What a crash in the middle of a call leaves, and worse: noise behind the message. */
static void leave_a_wreck(const char *name)
{
    struct raw_call call;

    raw_game_start(&game, (struct raw_game_options){.name = name});
    call = raw_game_join(&game);
    raw_game_step(&game, &call);
    assert_true(process_signal(game.process, SIGKILL));
    assert_true(process_wait_exit(game.process, RAW_SOON_MS));
    memset(game.client.slot.bytes + 12, 0xA5, game.client.slot.size - 12);
    raw_client_processed(&game.client, &call);
    raw_client_close(&game.client);
    process_close(game.process);
}

static void test_trap_8_a_stale_object_is_reused(void **state)
{
    struct deadline deadline = deadline_in_ms(RAW_SOON_MS);
    char name[PROCESS_SLOT_NAME_SIZE];
    struct raw_call call;
    unsigned round = 0;

    (void)state;
    leave_a_wreck(process_slot_name(name));
    assert_int_equal(raw_slot_visible_size(name), RAW_SLOT_SIZE);
    raw_game_start(&game, (struct raw_game_options){.name = name});
    /* Whether it empties the old object or puts a new one in its place is its own affair. */
    while (!raw_slot_is_zero(&game.client.slot)) {
        assert_false(deadline_passed(deadline));
        deadline_poll_pause(&round);
        raw_client_close(&game.client);
        assert_true(raw_client_open(&game.client, name, RAW_V1, RAW_SOON_MS));
    }
    call = raw_game_join_patiently(&game, RAW_SOON_MS);
    raw_game_expect_nothing_behind(&game, 8);
    raw_game_step(&game, &call);
    raw_game_expect_nothing_behind(&game, 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define GAME_TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
        GAME_TEST(test_a_second_client_is_refused_and_the_first_goes_on),
        GAME_TEST(test_a_deregistered_client_leaves_nothing_behind),
        GAME_TEST(test_nothing_of_an_exchange_outlives_it),
        GAME_TEST(test_refusing_a_newcomer_does_not_prolong_a_silent_client),
        GAME_TEST(test_a_silent_client_is_dropped_and_a_new_one_taken),
        GAME_TEST(test_a_late_answer_is_cleared_and_harms_nobody),
        GAME_TEST(test_a_client_with_no_timeout_may_take_its_time),
        GAME_TEST(test_termination_says_shutdown_and_removes_the_object),
        GAME_TEST(test_termination_with_nobody_registered),
        GAME_TEST(test_termination_does_not_wait_for_a_silent_client),
        cmocka_unit_test_teardown(test_trap_8_the_object_never_appears_unsized, end),
        cmocka_unit_test_teardown(test_trap_8_a_stale_object_is_reused, end),
    };

    return cmocka_run_group_tests_name("raw_client_life", tests, NULL, NULL);
}
