/* The client's side when the game is slow, wrong, hostile or speaks another dialect. */
#include "support/client_kit.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static const char goodbye[] = "0D FF 00 00 00 00 00 00 00 00 00 00";

/* The conversation is over for good: nothing moves it, nothing is written any more. */
static void expect_ended(enum status status, const char *reason)
{
    assert_int_equal(client.phase, CLIENT_ENDED);
    assert_int_equal(client.end, status);
    assert_non_null(strstr(client.reason, reason));
    assert_int_equal(poll_client(), status);
    assert_int_equal(game_client_can_request(&client, MESSAGE_C_GET_CONTEXT_MODE), status);
    kit_zero();
    kit_put(4, 0, KIT_WORDS(1000));
    assert_int_equal(poll_client(), status);
    pass_ms(100000);
    assert_int_equal(game_client_fail(&client, STATUS_LOST, "another reason"), status);
    game_client_close(&client, STATUS_CLOSED, 0);
    assert_int_equal(client.end, status);
    assert_non_null(strstr(client.reason, reason));
    kit_expect("04 FF 00 00 00 00 00 00 E8 03 00 00");
}

static void test_a_registration_nobody_reads_times_out_and_is_taken_back(void **unused)
{
    (void)unused;
    ask_to_register(&dialect_v1);
    assert_int_equal(pass_ms(0), STATUS_OK);
    assert_int_equal(pass_ms(1999), STATUS_OK);
    assert_int_equal(pass_ms(1), STATUS_TIMEOUT);
    assert_true(kit_is_zero());
    expect_ended(STATUS_TIMEOUT, "nobody reads the slot");
}

static void test_a_registration_taken_without_an_answer_times_out(void **unused)
{
    (void)unused;
    ask_to_register(&dialect_v1);
    assert_int_equal(pass_ms(0), STATUS_OK);
    kit_zero();
    assert_int_equal(pass_ms(2000), STATUS_TIMEOUT);
    assert_true(kit_is_zero());
    expect_ended(STATUS_TIMEOUT, "took C_REGISTER and did not answer");
}

static void test_a_request_without_a_response_times_out_and_lets_the_game_go(void **unused)
{
    (void)unused;
    start_in_request(MESSAGE_C_GET_CONTEXT_MODE);
    client.response_timeout_ms = 300;
    assert_int_equal(pass_ms(0), STATUS_OK);
    assert_int_equal(pass_ms(299), STATUS_OK);
    assert_int_equal(pass_ms(1), STATUS_TIMEOUT);
    kit_expect(goodbye);
    expect_ended(STATUS_TIMEOUT, "our call 22 within 300 ms");
}

static void test_a_new_request_has_the_whole_time(void **unused)
{
    (void)unused;
    start_in_request(MESSAGE_C_GET_CONTEXT_MODE);
    pass_ms(0);
    pass_ms(1999);
    kit_put(1, 0, KIT_WORDS(1));
    assert_int_equal(poll_client(), STATUS_OK);
    game_client_release(&client);
    game_client_compose(&client, MESSAGE_C_GET_CONTEXT_MODE);
    game_client_send(&client, 0);
    assert_int_equal(pass_ms(1), STATUS_OK);
    assert_int_equal(pass_ms(1999), STATUS_OK);
    assert_int_equal(pass_ms(1), STATUS_TIMEOUT);
}

static void test_only_the_exact_word_is_a_response(void **unused)
{
    (void)unused;
    const uint32_t words[] = {0x0100FF01, 0x0001FF01, 0x0000FE01, 0x00000001, 0x0000FF00,
                              0,          0x0000FF16, 0x0000FF04, 0xFFFFFFFF};
    start_in_request(MESSAGE_C_GET_CONTEXT_MODE);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        kit_put_word(words[i]);
        assert_int_equal(poll_client(), STATUS_WAITING);
        assert_int_equal(client.request_number, 22);
    }
    kit_put_word(0x0000FF01);
    assert_int_equal(poll_client(), STATUS_OK);
}

static void test_error_codes_mean_what_the_dialect_says(void **unused)
{
    (void)unused;
    static const struct {
        int32_t code;
        enum status status;
    } cases[] = {{0, STATUS_OK},
                 {1, STATUS_RESPONSE_TOO_LONG},
                 {2, STATUS_ALREADY_REGISTERED},
                 {3, STATUS_NO_EVENT_BUFFER},
                 {4, STATUS_NO_PLAYER_INFO},
                 {5, STATUS_COMMAND_ALREADY_REGISTERED},
                 {6, STATUS_UNKNOWN_ERROR},
                 {-1, STATUS_UNKNOWN_ERROR},
                 {INT32_MIN, STATUS_UNKNOWN_ERROR}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_in_request(MESSAGE_C_GET_CONTEXT_MODE);
        kit_put(1, cases[i].code, KIT_WORDS(1));
        assert_int_equal(poll_client(), STATUS_OK);
        assert_int_equal(message.error, cases[i].status);
        assert_int_equal(message.error_code, cases[i].code);
        assert_int_equal(message.size, cases[i].code == 0 ? 4 : 0);
        assert_int_equal(client.phase, CLIENT_REGISTERED);
        assert_int_equal(client.call, MESSAGE_S_ON_RUN_STEP);
    }
}

static void test_replies_are_as_long_as_they_say(void **unused)
{
    (void)unused;
    static const struct {
        enum message request;
        size_t count_at, count_size, size; /* a count of 2 at that place: bytes in all */
    } cases[] = {{MESSAGE_C_SIM_GET_STATE, 8348, 4, 8344 + 12 + 8},
                 {MESSAGE_C_SIM_GET_STATE, 8352, 8, 8344 + 12 + 16},
                 {MESSAGE_C_SIM_GET_EVENT_BUFFER, 44, 8, 48 + 16},
                 {MESSAGE_C_GET_CHECKPOINT_STATE, 4, 4, 12 + 8},
                 {MESSAGE_C_GET_CONTEXT_MODE, 0, 0, 4},
                 {MESSAGE_C_SET_TIMEOUT, 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_in_request(cases[i].request);
        store_i32(kit_slot.memory + SLOT_HEADER_SIZE + cases[i].count_at, 2);
        kit_put(1, 0, NULL, 0);
        assert_int_equal(poll_client(), STATUS_OK);
        assert_true(message.is_response);
        assert_int_equal(message.size, cases[i].size);
        if (cases[i].size > 0)
            assert_memory_equal(message.data, kit_slot.memory + SLOT_HEADER_SIZE, message.size);
        game_client_release(&client);
        assert_true(kit_is_zero());
        assert_int_equal(game_client_can_request(&client, cases[i].request), STATUS_OK);
    }
}

static void test_a_reply_with_an_impossible_count_ends_the_conversation(void **unused)
{
    (void)unused;
    static const struct {
        enum message request;
        size_t at;
        int32_t count;
    } cases[] = {{MESSAGE_C_SIM_GET_STATE, 8348, -1},
                 {MESSAGE_C_SIM_GET_STATE, 8352, INT32_MAX},
                 {MESSAGE_C_SIM_GET_STATE, 8348, 4097},
                 {MESSAGE_C_SIM_GET_EVENT_BUFFER, 44, INT32_MIN},
                 {MESSAGE_C_SIM_GET_EVENT_BUFFER, 44, 8185}, /* one too many for 65535 bytes */
                 {MESSAGE_C_GET_CHECKPOINT_STATE, 4, INT32_MAX}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_in_request(cases[i].request);
        store_i32(kit_slot.memory + SLOT_HEADER_SIZE + cases[i].at, cases[i].count);
        kit_put(1, 0, NULL, 0);
        assert_int_equal(poll_client(), STATUS_PROTOCOL);
        kit_expect_start(goodbye);
        expect_ended(STATUS_PROTOCOL, "S_RESPONSE");
    }
}

static void test_a_call_with_an_impossible_count_ends_the_conversation(void **unused)
{
    (void)unused;
    const int32_t counts[][3] = {{-1, 0, 0}, {INT32_MAX, 0, 0}, {0, -1, 0}, {1, 0, -5}};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        start_registered(&dialect_v1);
        kit_put(10, 0, KIT_WORDS(0, 0, counts[i][0], counts[i][1], counts[i][2]));
        assert_int_equal(poll_client(), STATUS_PROTOCOL);
        kit_expect_start(goodbye);
        expect_ended(STATUS_PROTOCOL, "S_ON_CUSTOM_COMMAND");
    }
}

static void test_a_cut_reply_is_an_error_and_the_whole_memory_is_cleared(void **unused)
{
    (void)unused;
    start_in_request(MESSAGE_C_SIM_GET_STATE);
    memset(kit_slot.memory, 0xEE, kit_slot.size);
    kit_put(1, 1, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    assert_int_equal(message.error, STATUS_RESPONSE_TOO_LONG);
    assert_null(message.data);
    assert_int_equal(message.size, 0);
    game_client_release(&client);
    assert_true(kit_is_zero());
    assert_int_equal(client.phase, CLIENT_REGISTERED);
}

static void test_a_lost_game_is_not_written_to(void **unused)
{
    (void)unused;
    start_in_call();
    assert_int_equal(game_client_fail(&client, STATUS_LOST, "pid %d is gone", 12), STATUS_LOST);
    kit_expect("04 FF 00 00 00 00 00 00 E8 03 00 00");
    expect_ended(STATUS_LOST, "pid 12 is gone");
}

static void test_a_failure_before_registering_writes_nothing(void **unused)
{
    (void)unused;
    start_client(&dialect_v1);
    game_client_fail(&client, STATUS_PROTOCOL, "no");
    assert_true(kit_is_zero());
    ask_to_register(&dialect_v1);
    game_client_fail(&client, STATUS_PROTOCOL, "no");
    kit_expect("0C FF 00 00 00 00 00 00");
}

static void test_a_registration_without_a_first_call_betrays_another_dialect(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    assert_int_equal(pass_ms(0), STATUS_OK);
    assert_int_equal(pass_ms(3999), STATUS_OK);
    assert_int_equal(pass_ms(1), STATUS_DIALECT_MISMATCH);
    expect_ended(STATUS_DIALECT_MISMATCH, "never called S_ON_REGISTERED");
    start_registered(&dialect_v1);
    kit_put(2, 0, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    game_client_answer(&client, NULL, 0);
    kit_zero();
    assert_int_equal(pass_ms(0), STATUS_OK);
    assert_int_equal(pass_ms(1000000), STATUS_OK);
    start_registered(&dialect_public); /* has no such call */
    assert_int_equal(pass_ms(0), STATUS_OK);
    assert_int_equal(pass_ms(1000000), STATUS_OK);
}

static void test_a_registered_call_with_data_thrice_betrays_another_dialect(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    for (int i = 0; i < 3; i++) {
        kit_put(2, 0, KIT_WORDS(-2600 + 10 * i));
        assert_int_equal(poll_client(), i < 2 ? STATUS_OK : STATUS_DIALECT_MISMATCH);
        if (i < 2)
            game_client_answer(&client, NULL, 0);
    }
    kit_expect(goodbye);
    expect_ended(STATUS_DIALECT_MISMATCH, "S_ON_REGISTERED again and again");
}

static void test_a_response_nobody_asked_for_betrays_another_dialect(void **unused)
{
    (void)unused;
    start_registered(&dialect_public);
    kit_put(1, 0, NULL, 0);
    assert_int_equal(pass_ms(0), STATUS_OK);
    assert_int_equal(pass_ms(1000), STATUS_OK);
    kit_zero(); /* it went away in time */
    assert_int_equal(pass_ms(1), STATUS_OK);
    kit_put(1, 0, NULL, 0);
    assert_int_equal(pass_ms(0), STATUS_OK);
    assert_int_equal(pass_ms(1000), STATUS_OK);
    assert_int_equal(pass_ms(1), STATUS_DIALECT_MISMATCH);
    kit_expect("09 FF 00 00 00 00 00 00 00 00 00 00");
    expect_ended(STATUS_DIALECT_MISMATCH, "answers what nobody asked");
}

static void test_an_open_call_may_take_for_ever(void **unused)
{
    (void)unused;
    start_in_call();
    for (int i = 0; i < 10; i++)
        assert_int_equal(pass_ms(1000000), STATUS_OK);
    assert_int_equal(client.phase, CLIENT_REGISTERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_registration_nobody_reads_times_out_and_is_taken_back),
        cmocka_unit_test(test_a_registration_taken_without_an_answer_times_out),
        cmocka_unit_test(test_a_request_without_a_response_times_out_and_lets_the_game_go),
        cmocka_unit_test(test_a_new_request_has_the_whole_time),
        cmocka_unit_test(test_only_the_exact_word_is_a_response),
        cmocka_unit_test(test_error_codes_mean_what_the_dialect_says),
        cmocka_unit_test(test_replies_are_as_long_as_they_say),
        cmocka_unit_test(test_a_reply_with_an_impossible_count_ends_the_conversation),
        cmocka_unit_test(test_a_call_with_an_impossible_count_ends_the_conversation),
        cmocka_unit_test(test_a_cut_reply_is_an_error_and_the_whole_memory_is_cleared),
        cmocka_unit_test(test_a_lost_game_is_not_written_to),
        cmocka_unit_test(test_a_failure_before_registering_writes_nothing),
        cmocka_unit_test(test_a_registration_without_a_first_call_betrays_another_dialect),
        cmocka_unit_test(test_a_registered_call_with_data_thrice_betrays_another_dialect),
        cmocka_unit_test(test_a_response_nobody_asked_for_betrays_another_dialect),
        cmocka_unit_test(test_an_open_call_may_take_for_ever),
    };
    return cmocka_run_group_tests_name("game_client odd", tests, NULL, NULL);
}
