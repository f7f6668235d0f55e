/* The game's side against clients that are late, dead, strangers, torn, or hostile. */
#include "support/server_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char empty_response[] = "01 FF 00 00 00 00 00 00";
static const char refused[] = "01 FF 00 00 02 00 00 00";
static const char run_step[] = "04 FF 00 00 00 00 00 00 E8 03 00 00";

static void expect_dropped_in_time(void)
{
    assert_int_equal(heard.deregistered_count, 1);
    assert_int_equal(heard.why, STATUS_TIMEOUT);
    assert_int_equal(server.phase, SERVER_FREE);
    assert_true(kit_is_zero());
}

static void test_a_silent_client_is_dropped_and_everything_zeroed(void **unused)
{
    (void)unused;
    start_calling();
    memset(kit_slot.memory + 8, 0xEE, kit_slot.size - 8); /* it may have written anywhere */
    server_pass_ms(0);
    server_pass_ms(1999);
    assert_int_equal(server.phase, SERVER_CALLING);
    server_pass_ms(1);
    expect_dropped_in_time();
    join_client(); /* the place is free */
}

static void test_requests_restart_the_timer(void **unused)
{
    (void)unused;
    start_calling();
    for (int i = 0; i < 5; i++) {
        server_pass_ms(0);
        server_pass_ms(1900);
        assert_true(client_says(22, NULL, 0));
        kit_zero();
    }
    server_pass_ms(0);
    server_pass_ms(1999);
    assert_int_equal(server.phase, SERVER_CALLING);
    server_pass_ms(1);
    expect_dropped_in_time();
}

static void test_refused_registrations_do_not_restart_the_timer(void **unused)
{
    (void)unused;
    start_calling();
    server_pass_ms(0);
    for (int i = 0; i < 19; i++) {
        assert_true(client_says(12, NULL, 0));
        kit_zero();
        server_pass_ms(100);
        assert_int_equal(server.phase, SERVER_CALLING);
        kit_expect(run_step);
    }
    assert_true(client_says(12, NULL, 0));
    server_pass_ms(100);
    expect_dropped_in_time();
}

static void test_a_timeout_of_minus_one_waits_for_ever(void **unused)
{
    (void)unused;
    start_calling();
    heard.timeout_ms = -1;
    assert_true(client_says(30, KIT_WORDS(-1)));
    kit_zero();
    server_pass_ms(0);
    server_pass_ms(1000000000);
    assert_int_equal(server.phase, SERVER_CALLING);
    assert_true(client_says(13, KIT_WORDS(0)));
    heard.deregistered_count = 0;
    join_client(); /* the next client has the default again */
    call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
    server_pass_ms(0);
    server_pass_ms(2000);
    expect_dropped_in_time();
}

static void test_a_set_timeout_holds_from_the_same_call_on(void **unused)
{
    (void)unused;
    start_calling();
    heard.timeout_ms = 50;
    assert_true(client_says(30, KIT_WORDS(50)));
    kit_zero();
    server_pass_ms(0);
    server_pass_ms(49);
    assert_int_equal(server.phase, SERVER_CALLING);
    server_pass_ms(1);
    expect_dropped_in_time();
}

static void test_a_second_client_is_refused_and_the_call_comes_back(void **unused)
{
    (void)unused;
    for (int requests = 0; requests < 2; requests++) {
        start_calling();
        if (requests > 0) {
            assert_true(client_says(22, NULL, 0));
            kit_zero();
        }
        assert_true(client_says(12, NULL, 0));
        kit_expect_start(refused);
        assert_int_equal(heard.registered_count, 1);
        server_pass_ms(0);
        kit_expect_start(refused); /* the second client has not read it yet */
        kit_zero();
        server_pass_ms(1);
        kit_expect(run_step);
        assert_true(client_says(14, KIT_WORDS(4)));
        assert_int_equal(heard.answer_count, 1);
        assert_int_equal(heard.deregistered_count, 0);
        assert_true(kit_is_zero());
    }
}

static void test_a_second_client_that_dies_refused_does_not_hide_the_call(void **unused)
{
    (void)unused;
    start_calling();
    assert_true(client_says(12, NULL, 0));
    server_pass_ms(0);
    server_pass_ms(100);
    kit_expect_start(refused);
    server_pass_ms(50);
    kit_expect(run_step);
    assert_true(client_says(14, KIT_WORDS(4)));
    assert_int_equal(heard.answer_count, 1);
}

static void test_a_second_client_between_calls_is_refused(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    join_client();
    assert_true(client_says(12, NULL, 0));
    kit_expect(refused);
    kit_zero();
    call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
    kit_expect(run_step);
}

static void test_a_call_wiped_by_a_late_clear_comes_back(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    join_client();
    call_client(MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED, KIT_WORDS(1, 12));
    for (int i = 0; i < 3; i++) {
        kit_zero();
        assert_false(game_server_poll(&server));
        server_pass_ms(1);
        kit_expect("08 FF 00 00 00 00 00 00 01 00 00 00 0C 00 00 00");
    }
    assert_true(client_says(22, NULL, 0)); /* it was read: now nothing comes back */
    kit_zero();
    server_pass_ms(1);
    server_pass_ms(500);
    assert_true(kit_is_zero());
    assert_true(client_says(14, KIT_WORDS(8)));
    assert_int_equal(heard.answer_count, 1);
}

static void test_an_answer_to_another_call_is_dropped_and_the_call_comes_back(void **unused)
{
    (void)unused;
    const int32_t wrong[] = {0, 3, 5, 14, 256 + 4, -1, INT32_MIN, INT32_MAX};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        start_calling();
        assert_true(client_says(22, NULL, 0));
        kit_zero();
        assert_true(client_says(14, KIT_WORDS(wrong[i], 7, 7)));
        assert_true(kit_is_zero());
        assert_int_equal(heard.answer_count, 0);
        server_pass_ms(1);
        kit_expect(run_step);
    }
}

static void test_late_answers_are_cleared_without_a_word(void **unused)
{
    (void)unused;
    start_calling();
    server_pass_ms(0);
    server_pass_ms(2000);
    assert_true(client_says(14, KIT_WORDS(4))); /* nobody is registered now */
    assert_true(kit_is_zero());
    join_client();
    for (int32_t which = 0; which <= 4; which++) { /* no call is open, also not one of number 0 */
        assert_true(client_says(14, KIT_WORDS(which)));
        assert_true(kit_is_zero());
    }
    assert_int_equal(heard.answer_count, 0);
    assert_int_equal(heard.note_count, 0);
    assert_int_equal(server.phase, SERVER_READY);
}

static void test_a_client_message_is_heard_before_a_call_is_made(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    join_client();
    kit_put(13, 0, KIT_WORDS(0));
    assert_int_equal(game_server_call(&server, MESSAGE_S_ON_SIM_BEGIN, NULL, 0), STATUS_BUSY);
    kit_expect("0D FF 00 00 00 00 00 00 00 00 00 00");
    assert_true(game_server_poll(&server));
    assert_int_equal(heard.deregistered_count, 1);
}

static void test_a_torn_message_stands_in_the_way_for_100_ms(void **unused)
{
    (void)unused;
    const uint32_t torn[] = {13, 22, 1, 0xFF01, 0xABCD0013};
    for (size_t i = 0; i < sizeof torn / sizeof torn[0]; i++) {
        start_server(&dialect_v1, SLOT_SIZE_V1);
        join_client();
        memset(kit_slot.memory + 8, 0xEE, 300);
        kit_put_word(torn[i]);
        assert_false(game_server_poll(&server));
        for (int ms = 0; ms <= 100; ms += 50) {
            server_pass_ms(ms > 0 ? 50 : 0);
            assert_int_equal(game_server_call(&server, MESSAGE_S_ON_SIM_BEGIN, NULL, 0),
                             STATUS_BUSY);
        }
        server_pass_ms(50);
        call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
        kit_expect(run_step);
    }
}

static void test_a_goodbye_torn_to_type_0_stands_in_nobodys_way(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    join_client();
    kit_put_word(0xFF00);
    assert_false(game_server_poll(&server));
    call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
    kit_expect(run_step);
    kit_put_word(0xFF00); /* over the call: the timeout ends it */
    server_pass_ms(0);
    server_pass_ms(2000);
    expect_dropped_in_time();
}

static void test_messages_that_no_client_sends_are_dropped_and_the_call_comes_back(void **unused)
{
    (void)unused;
    for (unsigned number = 2; number < 256; number++) {
        if (number == 4 || (number >= 12 && number <= 34))
            continue;
        start_calling();
        memset(kit_slot.memory, 0xEE, kit_slot.size);
        assert_true(client_says((uint8_t)number, NULL, 0));
        assert_true(kit_is_zero());
        assert_int_equal(heard.request_count, 0);
        assert_int_equal(heard.note_count, 1);
        server_pass_ms(1);
        kit_expect(run_step);
    }
}

static void test_messages_of_strangers_are_wiped(void **unused)
{
    (void)unused;
    for (unsigned number = 2; number < 256; number++) {
        if (number == 12)
            continue;
        start_server(&dialect_v1, 1024);
        memset(kit_slot.memory, 0xEE, kit_slot.size);
        assert_true(client_says((uint8_t)number, NULL, 0));
        assert_true(kit_is_zero());
        assert_int_equal(heard.request_count + heard.registered_count + heard.answer_count, 0);
        assert_int_equal(heard.deregistered_count, 0);
        assert_int_equal(heard.note_count, number == 13 || number == 14 ? 0 : 1);
    }
}

static void test_requests_with_impossible_counts_are_answered_but_not_heard(void **unused)
{
    (void)unused;
    static const struct {
        uint8_t number;
        size_t count_at;
    } cases[] = {{19, 8348}, {19, 8352}, {23, 44}, {26, 4}, {26, 8}, {28, 4}, {33, 4}, {34, 4}};
    const int32_t counts[] = {-1, INT32_MIN, INT32_MAX, 65536};
    for (size_t i = 0; i < 4 * (sizeof cases / sizeof cases[0]); i++) {
        start_calling();
        kit_zero();
        store_i32(kit_slot.memory + 8 + cases[i / 4].count_at, counts[i % 4]);
        memset(kit_slot.memory + kit_slot.size - 100, 0xEE, 100);
        assert_true(client_says(cases[i / 4].number, NULL, 0));
        assert_int_equal(heard.request_count, 0);
        assert_int_equal(heard.note_count, 1);
        kit_expect(empty_response);
    }
}

static void test_checkpoint_data_without_its_arrays_is_served(void **unused)
{
    (void)unused;
    start_calling();
    uint8_t state[12] = {1};
    kit_zero();
    assert_true(client_says(19, state, sizeof state));
    assert_int_equal(heard.request, MESSAGE_C_SIM_REWIND_TO_STATE);
    assert_int_equal(heard.size, 8356);
    kit_expect(empty_response);
}

/* A client that writes one word and falls silent; the game calls it whenever it can. */
static void expect_garbage_ends(int phase, uint32_t word)
{
    start_server(&dialect_v1, 256);
    if (phase == SERVER_SETTLING)
        client_says(12, NULL, 0);
    else if (phase != SERVER_FREE)
        join_client();
    if (phase == SERVER_CALLING)
        call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
    store_i32(kit_slot.memory + 4, -7);
    kit_put_word(word);
    for (int i = 0; i < 200; i++) {
        game_server_poll(&server);
        game_server_call(&server, MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
        server_pass_ms(50);
    }
    if (server.phase != SERVER_FREE)
        fail_msg("word %08x in phase %d: still in phase %d", word, phase, server.phase);
    kit_zero();
    join_client();
}

static void test_garbage_never_keeps_the_place_of_a_dead_client(void **unused)
{
    (void)unused;
    const uint32_t rests[] = {0, 0x0100, 0x8000, 0xFF00, 0xFFFF0000, 0x0101FF00};
    for (int phase = SERVER_FREE; phase <= SERVER_CALLING; phase++)
        for (uint32_t number = 0; number < 256; number++)
            for (size_t i = 0; i < sizeof rests / sizeof rests[0]; i++)
                expect_garbage_ends(phase, number | rests[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_silent_client_is_dropped_and_everything_zeroed),
        cmocka_unit_test(test_requests_restart_the_timer),
        cmocka_unit_test(test_refused_registrations_do_not_restart_the_timer),
        cmocka_unit_test(test_a_timeout_of_minus_one_waits_for_ever),
        cmocka_unit_test(test_a_set_timeout_holds_from_the_same_call_on),
        cmocka_unit_test(test_a_second_client_is_refused_and_the_call_comes_back),
        cmocka_unit_test(test_a_second_client_that_dies_refused_does_not_hide_the_call),
        cmocka_unit_test(test_a_second_client_between_calls_is_refused),
        cmocka_unit_test(test_a_call_wiped_by_a_late_clear_comes_back),
        cmocka_unit_test(test_an_answer_to_another_call_is_dropped_and_the_call_comes_back),
        cmocka_unit_test(test_late_answers_are_cleared_without_a_word),
        cmocka_unit_test(test_a_client_message_is_heard_before_a_call_is_made),
        cmocka_unit_test(test_a_torn_message_stands_in_the_way_for_100_ms),
        cmocka_unit_test(test_a_goodbye_torn_to_type_0_stands_in_nobodys_way),
        cmocka_unit_test(test_messages_that_no_client_sends_are_dropped_and_the_call_comes_back),
        cmocka_unit_test(test_messages_of_strangers_are_wiped),
        cmocka_unit_test(test_requests_with_impossible_counts_are_answered_but_not_heard),
        cmocka_unit_test(test_checkpoint_data_without_its_arrays_is_served),
        cmocka_unit_test(test_garbage_never_keeps_the_place_of_a_dead_client),
    };
    return cmocka_run_group_tests_name("game_server odd", tests, NULL, NULL);
}
