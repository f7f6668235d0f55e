/* The client's side while all goes well: registering, calls, requests, answers, in raw bytes. */
#include "support/client_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_registering_writes_one_message_into_a_free_slot(void **unused)
{
    (void)unused;
    start_client(&dialect_v1);
    assert_int_equal(poll_client(), STATUS_WAITING);
    assert_true(kit_is_zero());
    ask_to_register(&dialect_v1);
    kit_expect("0C FF 00 00 00 00 00 00");
    assert_int_equal(poll_client(), STATUS_WAITING);
    kit_expect("0C FF 00 00 00 00 00 00");
    ask_to_register(&dialect_public);
    kit_expect("08 FF 00 00 00 00 00 00");
}

static void test_an_occupied_slot_is_overwritten_after_100_ms(void **unused)
{
    (void)unused;
    const uint32_t occupied[] = {0x0000FF0E, 0x0000FF01, 0x0000FF00, 0x00000004, 0x80000000};
    for (size_t i = 0; i < sizeof occupied / sizeof occupied[0]; i++) {
        start_client(&dialect_v1);
        kit_put_word(occupied[i]);
        game_client_register(&client);
        for (int ms = 0; ms < 100; ms += 50) {
            assert_int_equal(poll_client(), STATUS_WAITING);
            assert_int_equal(pass_ms(ms > 0 ? 99 : 0), STATUS_OK);
            assert_int_equal(load_u32(kit_slot.memory), occupied[i]);
        }
        assert_int_equal(pass_ms(1), STATUS_OK);
        kit_expect("0C FF 00 00 00 00 00 00");
        assert_int_equal(client.phase, CLIENT_REGISTERING);
    }
}

static void test_an_occupied_slot_is_taken_the_moment_it_is_free(void **unused)
{
    (void)unused;
    start_client(&dialect_v1);
    kit_put_word(0x0000FF0E);
    game_client_register(&client);
    assert_int_equal(poll_client(), STATUS_WAITING);
    assert_int_equal(pass_ms(0), STATUS_OK);
    kit_zero();
    assert_int_equal(poll_client(), STATUS_WAITING);
    kit_expect("0C FF 00 00 00 00 00 00");
}

static void test_an_accepted_registration_ends_with_zero_memory(void **unused)
{
    (void)unused;
    ask_to_register(&dialect_v1);
    kit_put(1, 0, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    assert_true(message.is_response);
    assert_int_equal(message.message, MESSAGE_S_RESPONSE);
    assert_int_equal(message.number, 1);
    assert_int_equal(message.error, STATUS_OK);
    assert_int_equal(message.size, 0);
    assert_null(message.data);
    game_client_release(&client);
    assert_true(kit_is_zero());
    assert_int_equal(client.phase, CLIENT_REGISTERED);
    assert_int_equal(poll_client(), STATUS_WAITING);
}

static void test_a_refused_registration_never_becomes_one(void **unused)
{
    (void)unused;
    ask_to_register(&dialect_v1);
    kit_put(1, 2, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    assert_int_equal(message.error, STATUS_ALREADY_REGISTERED);
    assert_int_equal(message.error_code, 2);
    game_client_release(&client);
    assert_true(kit_is_zero());
    assert_int_not_equal(client.phase, CLIENT_REGISTERED);
}

struct call_case {
    uint8_t number;
    const char *data;
    enum message message;
};

static void expect_call(const struct dialect *dialect, const struct call_case *expected)
{
    uint8_t data[128];
    size_t size = kit_read_hex(expected->data, data, sizeof data);
    start_registered(dialect);
    /* Old bytes behind a message are nothing unusual (fact sheet, section 2). */
    memset(kit_slot.memory + SLOT_HEADER_SIZE, 0, kit_slot.size - SLOT_HEADER_SIZE);
    memset(kit_slot.memory + SLOT_HEADER_SIZE + size, size > 0 ? 0xEE : 0, 64);
    kit_put(expected->number, 0, data, size);
    assert_int_equal(poll_client(), STATUS_OK);
    assert_false(message.is_response);
    assert_int_equal(message.message, expected->message);
    assert_int_equal(message.number, expected->number);
    assert_int_equal(message.error, STATUS_OK);
    assert_int_equal(message.size, size);
    if (size > 0)
        assert_memory_equal(message.data, data, size);
    assert_int_equal(client.call, expected->message);
    assert_int_equal(client.call_number, expected->number);
    /* The game waits: whatever stands there now is no second call. */
    assert_int_equal(poll_client(), STATUS_WAITING);
    game_client_answer(&client, NULL, 0);
    char answer[64];
    snprintf(answer, sizeof answer, "%02X FF 00 00 00 00 00 00 %02X 00 00 00",
             dialect == &dialect_v1 ? 14 : 10, expected->number);
    kit_expect_start(answer);
    assert_int_equal(client.call_number, 0);
    assert_int_equal(poll_client(), STATUS_WAITING);
}

static void test_every_call_is_read_and_answered_in_v1(void **unused)
{
    (void)unused;
    static const struct call_case cases[] = {
        {2, "", MESSAGE_S_ON_REGISTERED},
        {3, "", MESSAGE_S_SHUTDOWN},
        {4, "E8 03 00 00", MESSAGE_S_ON_RUN_STEP},
        {5, "", MESSAGE_S_ON_SIM_BEGIN},
        {6, "F6 FF FF FF", MESSAGE_S_ON_SIM_STEP},
        {7, "02 00 00 00", MESSAGE_S_ON_SIM_END},
        {8, "01 00 00 00 0C 00 00 00", MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED},
        {9, "02 00 00 00", MESSAGE_S_ON_LAPS_COUNT_CHANGED},
        {10, "FF FF FF FF E8 03 00 00 02 00 00 00 03 00 00 00 63 6D 64 01 00 00 00 61 00 00 00 00",
         MESSAGE_S_ON_CUSTOM_COMMAND},
        {10, "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", MESSAGE_S_ON_CUSTOM_COMMAND},
        {11,
         "01 00 00 00 02 00 00 00 E8 03 00 00 04 00 00 00 00 00 00 00 10 27 00 00 "
         "00 00 01 00 64 00 00 00 D0 07 00 00 01 00 00 00 00 00 00 00",
         MESSAGE_S_ON_BRUTEFORCE_EVALUATE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_call(&dialect_v1, &cases[i]);
}

static void test_every_call_is_read_and_answered_in_public(void **unused)
{
    (void)unused;
    static const struct call_case cases[] = {
        {2, "E8 03 00 00", MESSAGE_S_ON_RUN_STEP},
        {3, "", MESSAGE_S_ON_SIM_BEGIN},
        {4, "E8 03 00 00", MESSAGE_S_ON_SIM_STEP},
        {5, "01 00 00 00", MESSAGE_S_ON_SIM_END},
        {6, "01 00 00 00 0C 00 00 00", MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED},
        {7, "02 00 00 00", MESSAGE_S_ON_LAPS_COUNT_CHANGED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        expect_call(&dialect_public, &cases[i]);
}

static void test_a_call_without_data_gives_no_pointer_into_shared_memory(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    kit_put(5, 0, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    assert_int_equal(message.size, 0);
    assert_null(message.data);
}

static void test_a_number_nobody_knows_is_an_answerable_call(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    kit_put(200, 0, KIT_WORDS(7));
    assert_int_equal(poll_client(), STATUS_OK);
    assert_int_equal(message.message, MESSAGE_UNKNOWN);
    assert_int_equal(message.number, 200);
    assert_int_equal(message.size, 0);
    assert_int_equal(game_client_can_request(&client, MESSAGE_C_GET_CONTEXT_MODE), STATUS_OK);
    game_client_answer(&client, NULL, 0);
    kit_expect("0E FF 00 00 00 00 00 00 C8 00 00 00");
}

static void test_client_messages_and_stray_words_are_no_calls(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    for (uint32_t number = 12; number <= 34; number++) {
        kit_put((uint8_t)number, 0, NULL, 0);
        assert_int_equal(poll_client(), STATUS_WAITING);
    }
    const uint32_t words[] = {0, 0x0000FF00, 0x0000FF01, 0x00000004, 0xFFFF0004, 0x01000000};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        kit_put_word(words[i]);
        assert_int_equal(poll_client(), STATUS_WAITING);
        assert_int_equal(load_u32(kit_slot.memory), words[i]);
    }
    assert_int_equal(client.call_number, 0);
}

static void test_a_brute_force_answer_carries_decision_and_time(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    kit_put(11, 0, KIT_WORDS(1, 0, 500, 0, 0, 0, 0, 0, 0, 0, 0));
    assert_int_equal(poll_client(), STATUS_OK);
    game_client_answer(&client, KIT_WORDS(3, 990));
    kit_expect_start("0E FF 00 00 00 00 00 00 0B 00 00 00 03 00 00 00 DE 03 00 00");
}

static void test_requests_are_golden(void **unused)
{
    (void)unused;
    static const struct {
        enum message message;
        const char *data, *expected;
    } cases[] = {{MESSAGE_C_SET_TIMEOUT, "FF FF FF FF", "1E FF 00 00 00 00 00 00 FF FF FF FF"},
                 {MESSAGE_C_SET_GAME_SPEED, "00 00 00 00 00 00 F0 3F",
                  "1B FF 00 00 00 00 00 00 00 00 00 00 00 00 F0 3F"},
                 {MESSAGE_C_EXECUTE_COMMAND, "00 00 00 00 07 00 00 00 6D 61 70 20 41 30 31",
                  "1C FF 00 00 00 00 00 00 00 00 00 00 07 00 00 00 6D 61 70 20 41 30 31"},
                 {MESSAGE_C_GET_CONTEXT_MODE, "", "16 FF 00 00 00 00 00 00"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_in_call();
        kit_zero();
        assert_int_equal(game_client_can_request(&client, cases[i].message), STATUS_OK);
        uint8_t *data = game_client_compose(&client, cases[i].message);
        assert_int_equal(load_u32(kit_slot.memory) & 0xFF00, 0);
        game_client_send(&client, kit_read_hex(cases[i].data, data, 64));
        kit_expect(cases[i].expected);
        assert_int_equal(poll_client(), STATUS_WAITING);
    }
}

static void test_a_raw_number_is_sent_and_its_response_is_empty(void **unused)
{
    (void)unused;
    start_in_call();
    kit_zero();
    store_i32(game_client_compose_number(&client, 99), 5);
    game_client_send(&client, 4);
    kit_expect("63 FF 00 00 00 00 00 00 05 00 00 00");
    memset(kit_slot.memory, 0xEE, kit_slot.size); /* its size is anyone's guess */
    kit_put(1, 0, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    assert_int_equal(message.size, 0);
    game_client_release(&client);
    assert_true(kit_is_zero());
}

static void test_requests_are_possible_inside_a_call_only(void **unused)
{
    (void)unused;
    const enum message any = MESSAGE_C_GET_CONTEXT_MODE;
    start_client(&dialect_v1);
    assert_int_equal(game_client_can_request(&client, any), STATUS_NO_CALL);
    ask_to_register(&dialect_v1);
    assert_int_equal(game_client_can_request(&client, any), STATUS_NO_CALL);
    start_registered(&dialect_v1);
    assert_int_equal(game_client_can_request(&client, any), STATUS_NO_CALL);
    start_in_call();
    assert_int_equal(game_client_can_request(&client, any), STATUS_OK);
    assert_int_equal(game_client_can_request(&client, MESSAGE_C_SIM_GET_CONTROL_NAMES),
                     STATUS_UNSUPPORTED);
    start_in_request(any);
    assert_int_equal(game_client_can_request(&client, any), STATUS_BUSY);
    game_client_fail(&client, STATUS_LOST, "gone");
    assert_int_equal(game_client_can_request(&client, any), STATUS_LOST);
    start_registered(&dialect_public);
    assert_int_equal(game_client_can_request(&client, MESSAGE_C_GIVE_UP), STATUS_UNSUPPORTED);
    assert_int_equal(game_client_can_request(&client, MESSAGE_C_LOG), STATUS_UNSUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registering_writes_one_message_into_a_free_slot),
        cmocka_unit_test(test_an_occupied_slot_is_overwritten_after_100_ms),
        cmocka_unit_test(test_an_occupied_slot_is_taken_the_moment_it_is_free),
        cmocka_unit_test(test_an_accepted_registration_ends_with_zero_memory),
        cmocka_unit_test(test_a_refused_registration_never_becomes_one),
        cmocka_unit_test(test_every_call_is_read_and_answered_in_v1),
        cmocka_unit_test(test_every_call_is_read_and_answered_in_public),
        cmocka_unit_test(test_a_call_without_data_gives_no_pointer_into_shared_memory),
        cmocka_unit_test(test_a_number_nobody_knows_is_an_answerable_call),
        cmocka_unit_test(test_client_messages_and_stray_words_are_no_calls),
        cmocka_unit_test(test_a_brute_force_answer_carries_decision_and_time),
        cmocka_unit_test(test_requests_are_golden),
        cmocka_unit_test(test_a_raw_number_is_sent_and_its_response_is_empty),
        cmocka_unit_test(test_requests_are_possible_inside_a_call_only),
    };
    return cmocka_run_group_tests_name("game_client", tests, NULL, NULL);
}
