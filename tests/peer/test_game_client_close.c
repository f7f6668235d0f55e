/* Leaving in every state of the conversation. The game follows a script of words. */
#include "support/client_kit.h"

#include "transport/clock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    PATIENCE_MS = 400,
    STEP_COUNT_MAX = 8,
    NUMBER_RESPONSE = 0xFF01,
    NUMBER_RUN_STEP = 0xFF04,
    NUMBER_REGISTER = 0xFF0C,
    NUMBER_GOODBYE = 0xFF0D,
    NUMBER_ANSWER = 0xFF0E,
    NUMBER_GET_MODE = 0xFF16
};

/* When the word is `when`, the game writes `word` and the error code; 0 clears everything. */
struct step {
    uint32_t when, word;
    int32_t error_code;
};

static struct {
    const struct step *steps;
    size_t count, at;
    unsigned goodbye_count;
} game;

static bool play(void *context)
{
    (void)context;
    uint32_t word = load_u32(kit_slot.memory);
    if (game.at == game.count || word != game.steps[game.at].when)
        return false;
    const struct step *step = &game.steps[game.at++];
    if (word == NUMBER_GOODBYE || word == 0xFF09) {
        game.goodbye_count++;
        assert_int_equal(load_i32(kit_slot.memory + 8), 0);
    }
    if (step->word == 0) {
        kit_zero();
    } else {
        store_i32(kit_slot.memory + 4, step->error_code);
        kit_put_word(step->word);
    }
    return true;
}

static void close_against(const struct step *steps, size_t count)
{
    game.steps = steps;
    game.count = count;
    game.at = 0;
    game.goodbye_count = 0;
    kit_slot.run_other_end = play;
    game_client_close(&client, STATUS_CLOSED, PATIENCE_MS);
    assert_int_equal(client.phase, CLIENT_ENDED);
    assert_int_equal(client.end, STATUS_CLOSED);
    if (game.at != count)
        fail_msg("step %zu of %zu was not reached, the word is %08x", game.at, count,
                 load_u32(kit_slot.memory));
}

/* Closes, and expects that the script is played to its end and leaves zero memory. */
#define CLOSE(...)                                                                                 \
    do {                                                                                           \
        const struct step steps_[] = {__VA_ARGS__};                                                \
        close_against(steps_, sizeof steps_ / sizeof steps_[0]);                                   \
        assert_true(kit_is_zero());                                                                \
    } while (0)

static void test_closing_before_a_word_was_said_writes_nothing(void **unused)
{
    (void)unused;
    start_client(&dialect_v1);
    close_against(NULL, 0);
    assert_true(kit_is_zero());
    start_client(&dialect_v1);
    kit_put(4, 0, KIT_WORDS(1000)); /* of another client's conversation */
    game_client_register(&client);
    assert_int_equal(poll_client(), STATUS_WAITING);
    close_against(NULL, 0);
    kit_expect("04 FF 00 00 00 00 00 00 E8 03 00 00");
    assert_int_equal(poll_client(), STATUS_CLOSED);
}

static void test_a_registration_nobody_reads_is_taken_back(void **unused)
{
    (void)unused;
    ask_to_register(&dialect_v1);
    close_against(NULL, 0);
    assert_true(kit_is_zero());
}

static void test_a_registration_accepted_while_closing_is_undone(void **unused)
{
    (void)unused;
    ask_to_register(&dialect_v1);
    CLOSE({NUMBER_REGISTER, NUMBER_RESPONSE, 0}, {NUMBER_GOODBYE, 0, 0});
    ask_to_register(&dialect_v1);
    kit_put(1, 0, NULL, 0);
    CLOSE({NUMBER_GOODBYE, 0, 0});
    ask_to_register(&dialect_v1);
    kit_put(1, 0, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK); /* and never released */
    CLOSE({NUMBER_GOODBYE, 0, 0});
}

static void test_a_registration_that_is_being_answered_is_waited_for(void **unused)
{
    (void)unused;
    /* The game clears the request before it writes its response (fact sheet, section 3). */
    ask_to_register(&dialect_v1);
    CLOSE({NUMBER_REGISTER, 0, 0}, {0, 1, 0}, {1, NUMBER_RESPONSE, 0}, {NUMBER_GOODBYE, 0, 0});
}

static void test_a_refused_registration_says_no_goodbye(void **unused)
{
    (void)unused;
    ask_to_register(&dialect_v1);
    CLOSE({NUMBER_REGISTER, NUMBER_RESPONSE, 2});
    ask_to_register(&dialect_v1);
    CLOSE({NUMBER_REGISTER, 0, 0}, {0, 1, 2}, {1, NUMBER_RESPONSE, 2});
    ask_to_register(&dialect_v1);
    kit_put(1, 2, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    close_against(NULL, 0);
    assert_true(kit_is_zero());
}

static void test_a_refused_and_released_registration_says_no_goodbye(void **unused)
{
    (void)unused;
    ask_to_register(&dialect_v1);
    kit_put(1, 2, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    game_client_release(&client);
    game_client_close(&client, STATUS_CLOSED, 0);
    assert_true(kit_is_zero());
}

static void test_between_calls_the_goodbye_waits_shortly_for_the_next_call(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    CLOSE({0, NUMBER_RUN_STEP, 0}, {NUMBER_GOODBYE, 0, 0});
    start_registered(&dialect_v1); /* no call comes: it is said all the same */
    CLOSE({NUMBER_GOODBYE, 0, 0});
}

static void test_an_answer_not_yet_taken_is_left_to_the_game(void **unused)
{
    (void)unused;
    start_in_call();
    game_client_answer(&client, NULL, 0);
    CLOSE({NUMBER_ANSWER, 0, 0}, {0, NUMBER_RUN_STEP, 0}, {NUMBER_GOODBYE, 0, 0});
}

static void test_an_open_call_is_answered_before_the_goodbye(void **unused)
{
    (void)unused;
    start_in_call();
    CLOSE({NUMBER_ANSWER, 0, 0}, {0, NUMBER_RUN_STEP, 0}, {NUMBER_GOODBYE, 0, 0});
    assert_int_equal(game.goodbye_count, 1);
    start_in_call();
    CLOSE({NUMBER_ANSWER, NUMBER_RUN_STEP, 0}, {NUMBER_GOODBYE, 0, 0});
    start_in_call();
    CLOSE({NUMBER_ANSWER, 0, 0}, {NUMBER_GOODBYE, 0, 0});
}

static void test_a_goodbye_overwritten_by_a_call_is_repeated(void **unused)
{
    (void)unused;
    start_in_call();
    CLOSE({NUMBER_ANSWER, 0, 0}, {NUMBER_GOODBYE, NUMBER_RUN_STEP, 0},
          {NUMBER_GOODBYE, NUMBER_RUN_STEP, 0}, {NUMBER_GOODBYE, 0, 0});
    assert_int_equal(game.goodbye_count, 3);
}

static void test_a_goodbye_overwritten_by_a_call_being_written_is_repeated(void **unused)
{
    (void)unused;
    start_in_call();
    CLOSE({NUMBER_ANSWER, 0, 0}, {NUMBER_GOODBYE, 4, 0}, {4, NUMBER_RUN_STEP, 0},
          {NUMBER_GOODBYE, 0, 0});
    assert_int_equal(game.goodbye_count, 2);
}

static void test_the_shutdown_call_is_answered_by_the_goodbye_alone(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    kit_put(3, 0, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    CLOSE({NUMBER_GOODBYE, 0, 0});
}

static void test_a_response_under_way_is_let_in(void **unused)
{
    (void)unused;
    start_in_request(MESSAGE_C_GET_CONTEXT_MODE);
    CLOSE({NUMBER_GET_MODE, NUMBER_RESPONSE, 0}, {NUMBER_ANSWER, 0, 0}, {NUMBER_GOODBYE, 0, 0});
    start_in_request(MESSAGE_C_SIM_GET_STATE);
    memset(kit_slot.memory + 8, 0xEE, kit_slot.size - 8);
    kit_put_word(NUMBER_RESPONSE);
    CLOSE({NUMBER_ANSWER, 0, 0}, {NUMBER_GOODBYE, 0, 0});
}

static void test_a_request_that_is_being_answered_is_waited_for(void **unused)
{
    (void)unused;
    start_in_request(MESSAGE_C_GET_CONTEXT_MODE);
    CLOSE({NUMBER_GET_MODE, 0, 0}, {0, 1, 0}, {1, NUMBER_RESPONSE, 0}, {NUMBER_ANSWER, 0, 0},
          {NUMBER_GOODBYE, 0, 0});
}

static void test_a_response_inside_the_shutdown_call_is_let_in_too(void **unused)
{
    (void)unused;
    start_registered(&dialect_v1);
    kit_put(3, 0, NULL, 0);
    assert_int_equal(poll_client(), STATUS_OK);
    game_client_compose(&client, MESSAGE_C_GET_CONTEXT_MODE);
    game_client_send(&client, 0);
    CLOSE({NUMBER_GET_MODE, NUMBER_RESPONSE, 0}, {NUMBER_GOODBYE, 0, 0});
}

static void test_a_public_goodbye_waits_for_its_response_and_clears_it(void **unused)
{
    (void)unused;
    start_registered(&dialect_public);
    CLOSE({0xFF09, NUMBER_RESPONSE, 0});
    start_registered(&dialect_public);
    CLOSE({0xFF09, 0, 0}, {0, NUMBER_RESPONSE, 0});
    start_registered(&dialect_public);
    CLOSE({0xFF09, 0, 0}, {0, 1, 0}, {1, NUMBER_RESPONSE, 0});
}

static void test_a_dead_game_holds_nobody(void **unused)
{
    (void)unused;
    for (int state = 0; state < 3; state++) {
        if (state == 0)
            start_registered(&dialect_v1);
        else if (state == 1)
            start_in_call();
        else
            start_in_request(MESSAGE_C_GET_CONTEXT_MODE);
        int64_t before_ms = clock_now_ms();
        game_client_close(&client, STATUS_CLOSED, 100);
        assert_true(clock_now_ms() - before_ms < 5000);
        kit_expect_start("0D FF 00 00 00 00 00 00 00 00 00 00");
    }
}

static void test_closing_again_writes_nothing(void **unused)
{
    (void)unused;
    start_in_call();
    CLOSE({NUMBER_ANSWER, 0, 0}, {NUMBER_GOODBYE, 0, 0});
    game_client_close(&client, STATUS_LOST, PATIENCE_MS);
    assert_int_equal(client.end, STATUS_CLOSED);
    assert_true(kit_is_zero());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closing_before_a_word_was_said_writes_nothing),
        cmocka_unit_test(test_a_registration_nobody_reads_is_taken_back),
        cmocka_unit_test(test_a_registration_accepted_while_closing_is_undone),
        cmocka_unit_test(test_a_registration_that_is_being_answered_is_waited_for),
        cmocka_unit_test(test_a_refused_registration_says_no_goodbye),
        cmocka_unit_test(test_a_refused_and_released_registration_says_no_goodbye),
        cmocka_unit_test(test_between_calls_the_goodbye_waits_shortly_for_the_next_call),
        cmocka_unit_test(test_an_answer_not_yet_taken_is_left_to_the_game),
        cmocka_unit_test(test_an_open_call_is_answered_before_the_goodbye),
        cmocka_unit_test(test_a_goodbye_overwritten_by_a_call_is_repeated),
        cmocka_unit_test(test_a_goodbye_overwritten_by_a_call_being_written_is_repeated),
        cmocka_unit_test(test_the_shutdown_call_is_answered_by_the_goodbye_alone),
        cmocka_unit_test(test_a_response_under_way_is_let_in),
        cmocka_unit_test(test_a_request_that_is_being_answered_is_waited_for),
        cmocka_unit_test(test_a_response_inside_the_shutdown_call_is_let_in_too),
        cmocka_unit_test(test_a_public_goodbye_waits_for_its_response_and_clears_it),
        cmocka_unit_test(test_a_dead_game_holds_nobody),
        cmocka_unit_test(test_closing_again_writes_nothing),
    };
    return cmocka_run_group_tests_name("game_client_close", tests, NULL, NULL);
}
