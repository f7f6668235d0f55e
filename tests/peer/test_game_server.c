/* The game's side while its client behaves: registering, calls, requests, timeouts, goodbye. */
#include "support/server_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static const char empty_response[] = "01 FF 00 00 00 00 00 00";

static enum status try_call(void)
{
    return game_server_call(&server, MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
}

static void test_a_registration_is_answered_and_heard_of(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    assert_false(game_server_poll(&server));
    assert_int_equal(try_call(), STATUS_CLOSED);
    assert_false(game_server_has_client(&server));
    assert_true(client_says(12, NULL, 0));
    kit_expect(empty_response);
    assert_true(game_server_has_client(&server));
    assert_int_equal(heard.registered_count, 1);
    assert_false(game_server_poll(&server)); /* our own response */
    kit_expect(empty_response);
}

static void test_the_first_call_leaves_the_client_time_to_clear(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    assert_true(client_says(12, NULL, 0));
    assert_int_equal(try_call(), STATUS_BUSY);
    server_pass_ms(0);
    server_pass_ms(500);
    assert_int_equal(try_call(), STATUS_BUSY); /* not cleared at all */
    kit_zero();
    assert_int_equal(try_call(), STATUS_BUSY);
    server_pass_ms(0);
    server_pass_ms(1);
    assert_int_equal(try_call(), STATUS_BUSY);
    server_pass_ms(2);
    assert_int_equal(try_call(), STATUS_OK);
    kit_expect("04 FF 00 00 00 00 00 00 E8 03 00 00");
}

static void test_a_trusted_client_needs_no_time_to_clear(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    kit_open_trusted(SLOT_SIZE_V1);
    assert_true(client_says(12, NULL, 0));
    kit_zero();
    assert_int_equal(try_call(), STATUS_OK);
}

static void test_a_client_that_never_clears_its_first_response_is_dropped(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    assert_true(client_says(12, NULL, 0));
    for (int ms = 0; ms < 2000; ms += 100)
        server_pass_ms(100);
    assert_int_equal(heard.deregistered_count, 0);
    for (int ms = 0; ms < 300; ms += 100)
        server_pass_ms(100);
    assert_int_equal(heard.deregistered_count, 1);
    assert_int_equal(heard.why, STATUS_TIMEOUT);
    assert_false(game_server_has_client(&server));
}

static void expect_call(const struct dialect *dialect, enum message call, const char *data_hex,
                        const char *number_hex)
{
    uint8_t data[64];
    char expected[256];
    size_t size = kit_read_hex(data_hex, data, sizeof data);
    start_server(dialect, dialect->slot_size);
    join_client();
    call_client(call, data, size);
    snprintf(expected, sizeof expected, "%s FF 00 00 00 00 00 00 %s", number_hex, data_hex);
    kit_expect(expected);
    assert_int_equal(try_call(), STATUS_BUSY);
    assert_false(game_server_poll(&server));
    /* An answer over the call: its first words replace the call's, the rest is ours to clear. */
    int32_t which = dialect_number(dialect, call);
    assert_true(client_says(dialect == &dialect_v1 ? 14 : 10, &which, sizeof which));
    assert_true(kit_is_zero());
    assert_int_equal(heard.answer_count, 1);
    assert_int_equal(heard.answered, call);
    assert_int_equal(server.phase, SERVER_READY);
}

static void test_every_call_is_published_and_its_answer_taken(void **unused)
{
    (void)unused;
    const char *command = "FF FF FF FF FF FF FF FF 01 00 00 00 02 00 00 00 61 62 01 00 00 00 63";
    const char *evaluate =
        "00 00 00 00 01 00 00 00 0A 00 00 00 01 00 00 00 02 00 00 00 03 00 00 00 "
        "04 00 00 00 05 00 00 00 06 00 00 00 01 00 00 00 01 00 00 00";
    expect_call(&dialect_v1, MESSAGE_S_ON_REGISTERED, "", "02");
    expect_call(&dialect_v1, MESSAGE_S_SHUTDOWN, "", "03");
    expect_call(&dialect_v1, MESSAGE_S_ON_RUN_STEP, "E8 03 00 00", "04");
    expect_call(&dialect_v1, MESSAGE_S_ON_SIM_BEGIN, "", "05");
    expect_call(&dialect_v1, MESSAGE_S_ON_SIM_STEP, "F6 FF FF FF", "06");
    expect_call(&dialect_v1, MESSAGE_S_ON_SIM_END, "01 00 00 00", "07");
    expect_call(&dialect_v1, MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED, "01 00 00 00 0C 00 00 00",
                "08");
    expect_call(&dialect_v1, MESSAGE_S_ON_LAPS_COUNT_CHANGED, "02 00 00 00", "09");
    expect_call(&dialect_v1, MESSAGE_S_ON_CUSTOM_COMMAND, command, "0A");
    expect_call(&dialect_v1, MESSAGE_S_ON_BRUTEFORCE_EVALUATE, evaluate, "0B");
    expect_call(&dialect_public, MESSAGE_S_ON_RUN_STEP, "E8 03 00 00", "02");
    expect_call(&dialect_public, MESSAGE_S_ON_SIM_END, "01 00 00 00", "05");
    expect_call(&dialect_public, MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED, "01 00 00 00 0C 00 00 00",
                "06");
}

static void test_calls_that_the_dialect_lacks_are_unsupported(void **unused)
{
    (void)unused;
    start_server(&dialect_public, SLOT_SIZE_PUBLIC);
    join_client();
    assert_int_equal(game_server_call(&server, MESSAGE_S_ON_REGISTERED, NULL, 0),
                     STATUS_UNSUPPORTED);
    assert_int_equal(game_server_call(&server, MESSAGE_S_SHUTDOWN, NULL, 0), STATUS_UNSUPPORTED);
    assert_true(kit_is_zero());
    assert_int_equal(server.phase, SERVER_READY);
}

static void test_a_brute_force_answer_is_handed_on(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    join_client();
    call_client(MESSAGE_S_ON_BRUTEFORCE_EVALUATE, KIT_WORDS(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    assert_true(client_says(14, KIT_WORDS(11, 3, 990)));
    assert_int_equal(heard.answer_size, 8);
    assert_memory_equal(heard.answer, "\x03\0\0\0\xDE\x03\0\0", 8);
    assert_true(kit_is_zero());
}

/* A request with that data inside the call; the memory is as the client sees the response. */
static void ask(uint8_t number, const char *data_hex)
{
    uint8_t data[128];
    size_t size = kit_read_hex(data_hex, data, sizeof data);
    unsigned before = heard.request_count;
    assert_true(client_says(number, data, size));
    assert_int_equal(heard.request_count, before + 1);
    assert_int_equal(heard.request, dialect_message(server.dialect, number));
    assert_int_equal(heard.size, size);
    assert_memory_equal(heard.data, data, size);
}

static void test_every_small_request_is_served_inside_a_call(void **unused)
{
    (void)unused;
    static const struct {
        uint8_t number;
        const char *data;
    } cases[] = {{15, "FF FF FF FF FF FF FF FF 01 00 00 00 FF FF FF FF 00 00 FF FF FF FF FF 7F"},
                 {16, "00 00 00 00"},
                 {17, "00 00 00 00"},
                 {18, "00 00 00 00"},
                 {20, ""},
                 {21, ""},
                 {22, ""},
                 {24, "FF FF FF FF"},
                 {25, ""},
                 {26, "00 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 64 00 00 00 00 00 00 00"},
                 {27, "00 00 00 00 00 00 F0 3F"},
                 {28, "00 00 00 00 07 00 00 00 6D 61 70 20 41 30 31"},
                 {29, "01 00 00 00"},
                 {30, "E8 03 00 00"},
                 {31, "00 00 00 00"},
                 {32, "00 00 00 00"},
                 {33, "00 00 00 00 02 00 00 00 68 69"},
                 {34, "03 00 00 00 02 00 00 00 68 69"}};
    start_calling();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask(cases[i].number, cases[i].data);
        kit_expect(empty_response);
        assert_false(game_server_poll(&server));
        kit_zero();
    }
    assert_true(client_says(14, KIT_WORDS(4)));
    assert_int_equal(heard.answer_count, 1);
    assert_true(kit_is_zero());
}

static void test_states_and_event_buffers_arrive_whole(void **unused)
{
    (void)unused;
    static const struct {
        uint8_t number;
        size_t size, count_at;
    } cases[] = {{19, 8356 + 2 * 4, 8348}, {19, 8356 + 2 * 8, 8352}, {23, 48 + 2 * 8, 44}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_calling();
        uint8_t data[9000] = {0};
        data[0] = 1;
        data[cases[i].count_at] = 2;
        data[cases[i].size - 5] = 0x77;
        assert_true(client_says(cases[i].number, data, cases[i].size));
        assert_int_equal(heard.size, cases[i].size);
        assert_memory_equal(heard.data, data, cases[i].size);
        kit_expect(empty_response);
    }
}

static void test_requests_outside_a_call_are_served_too(void **unused)
{
    (void)unused;
    start_server(&dialect_v1, SLOT_SIZE_V1);
    assert_true(client_says(12, NULL, 0));
    kit_zero();
    server_pass_ms(0);
    ask(30, "FF FF FF FF"); /* while it settles: the settling begins again */
    kit_zero();
    server_pass_ms(0);
    server_pass_ms(3);
    assert_int_equal(server.phase, SERVER_READY);
    ask(22, "");
    assert_int_equal(try_call(), STATUS_BUSY); /* the response has not been taken */
    kit_zero();
    assert_int_equal(try_call(), STATUS_OK);
}

static void test_a_reply_is_built_from_pieces(void **unused)
{
    (void)unused;
    start_calling();
    heard.reply_size = 10;
    heard.reply_piece = 3;
    ask(22, "");
    kit_expect("01 FF 00 00 00 00 00 00 AB AB AB AB AB AB AB AB AB AB");
    kit_zero();
    heard.reply_size = 0; /* the next one starts anew */
    ask(22, "");
    kit_expect(empty_response);
}

static void test_a_reply_that_does_not_fit_is_cut_at_the_last_byte(void **unused)
{
    (void)unused;
    for (size_t more = 0; more < 3; more++) {
        start_server(&dialect_v1, 300);
        join_client();
        call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
        heard.reply_size = 292 + more * 5000;
        heard.reply_piece = more == 2 ? 1000 : 7;
        ask(20, "");
        kit_expect_start(more == 0 ? "01 FF 00 00 00 00 00 00 AB" : "01 FF 00 00 01 00 00 00 AB");
        for (size_t i = 8; i < 300; i++)
            assert_int_equal(kit_slot.memory[i], 0xAB);
        kit_zero();
        heard.reply_size = 0;
        ask(22, "");
        kit_expect(empty_response);
    }
}

static void test_a_refusal_becomes_the_error_code_of_the_dialect(void **unused)
{
    (void)unused;
    static const struct {
        enum status status;
        const char *v1, *public;
    } cases[] = {{STATUS_NO_EVENT_BUFFER, "03", "03"},
                 {STATUS_NO_PLAYER_INFO, "04", "05"},
                 {STATUS_INVALID_EVENT_BUFFER_SIZE, "00", "04"},
                 {STATUS_COMMAND_ALREADY_REGISTERED, "05", "00"}};
    for (size_t i = 0; i < 2 * (sizeof cases / sizeof cases[0]); i++) {
        bool v1 = i % 2 == 0;
        char expected[64];
        start_server(v1 ? &dialect_v1 : &dialect_public, 16384);
        join_client();
        call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000));
        heard.reply_status = cases[i / 2].status;
        ask(v1 ? 22 : 17, "");
        snprintf(expected, sizeof expected, "01 FF 00 00 %s 00 00 00",
                 v1 ? cases[i / 2].v1 : cases[i / 2].public);
        kit_expect(expected);
    }
}

static void expect_goodbye(const struct dialect *dialect, int phase)
{
    start_server(dialect, dialect->slot_size);
    if (phase == SERVER_SETTLING)
        client_says(dialect == &dialect_v1 ? 12 : 8, NULL, 0);
    else
        join_client();
    if (phase == SERVER_CALLING)
        call_client(MESSAGE_S_ON_CHECKPOINT_COUNT_CHANGED, KIT_WORDS(1, 2));
    assert_true(client_says(dialect == &dialect_v1 ? 13 : 9, KIT_WORDS(0)));
    if (dialect == &dialect_public) { /* answered, and the client clears */
        kit_expect(empty_response);
        kit_zero();
    }
    assert_true(kit_is_zero());
    assert_int_equal(heard.deregistered_count, 1);
    assert_int_equal(heard.why, STATUS_OK);
    assert_int_equal(try_call(), STATUS_CLOSED);
    join_client();
    assert_int_equal(heard.registered_count, 2);
}

static void test_a_goodbye_frees_the_place_in_every_phase(void **unused)
{
    (void)unused;
    for (int phase = SERVER_SETTLING; phase <= SERVER_CALLING; phase++) {
        expect_goodbye(&dialect_v1, phase);
        expect_goodbye(&dialect_public, phase);
    }
}

static void test_dropping_a_client_is_heard_of_once(void **unused)
{
    (void)unused;
    start_calling();
    game_server_deregister(&server, STATUS_CLOSED);
    game_server_deregister(&server, STATUS_LOST);
    assert_int_equal(heard.deregistered_count, 1);
    assert_int_equal(heard.why, STATUS_CLOSED);
    assert_false(game_server_has_client(&server));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_registration_is_answered_and_heard_of),
        cmocka_unit_test(test_the_first_call_leaves_the_client_time_to_clear),
        cmocka_unit_test(test_a_trusted_client_needs_no_time_to_clear),
        cmocka_unit_test(test_a_client_that_never_clears_its_first_response_is_dropped),
        cmocka_unit_test(test_every_call_is_published_and_its_answer_taken),
        cmocka_unit_test(test_calls_that_the_dialect_lacks_are_unsupported),
        cmocka_unit_test(test_a_brute_force_answer_is_handed_on),
        cmocka_unit_test(test_every_small_request_is_served_inside_a_call),
        cmocka_unit_test(test_states_and_event_buffers_arrive_whole),
        cmocka_unit_test(test_requests_outside_a_call_are_served_too),
        cmocka_unit_test(test_a_reply_is_built_from_pieces),
        cmocka_unit_test(test_a_reply_that_does_not_fit_is_cut_at_the_last_byte),
        cmocka_unit_test(test_a_refusal_becomes_the_error_code_of_the_dialect),
        cmocka_unit_test(test_a_goodbye_frees_the_place_in_every_phase),
        cmocka_unit_test(test_dropping_a_client_is_heard_of_once),
    };
    return cmocka_run_group_tests_name("game_server", tests, NULL, NULL);
}
