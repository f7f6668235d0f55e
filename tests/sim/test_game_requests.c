/* What the embedded game does with each request of a client. */
#include "support/child.h"
#include "support/game_kit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_requests_of_every_kind_are_answered(void **unused)
{
    (void)unused;
    static const uint8_t zeros[9000];
    for (size_t d = 0; dialects[d] != NULL; d++) {
        open_game("laps", dialects[d], 0, -1);
        attach_driver();
        answer_until(-1000);
        for (enum message what = 1; what < MESSAGE_COUNT; what++) {
            const struct message_description *description = message_describe(what);
            bool is_request = description->sender == SENDER_CLIENT && what != MESSAGE_C_REGISTER &&
                              what != MESSAGE_C_DEREGISTER && what != MESSAGE_C_PROCESSED_CALL;
            size_t size;
            if (!is_request || dialect_number(dialects[d], what) == 0)
                continue;
            assert_int_equal(
                shape_measure(dialects[d], description->shape, zeros, sizeof zeros, &size),
                STATUS_OK);
            assert_int_equal(request(what, zeros, size), what == MESSAGE_C_SIM_SET_EVENT_BUFFER
                                                             ? STATUS_NO_EVENT_BUFFER
                                                             : STATUS_OK);
        }
        game.server.timeout_ms = 2000; /* it was asked to be 0 */
        assert_int_equal(driver.phase, CLIENT_REGISTERED);
        answer();
        next_call(MESSAGE_S_ON_RUN_STEP); /* the give up among them: a new race, if there is one */
        assert_int_equal(call_word(0),
                         dialect_number(dialects[d], MESSAGE_C_GIVE_UP) != 0 ? -2600 : -990);
    }
}

static void test_a_state_is_the_state_of_the_race(void **unused)
{
    (void)unused;
    static uint8_t state[STATE_SIZE_MAX];
    drive("laps");
    answer_until(120);
    assert_int_equal(request(MESSAGE_C_SIM_GET_STATE, NULL, 0), STATUS_OK);
    assert_int_equal(reply_size, 8356 + 4 * 4 + 12 * 8); /* 4 gates, 3 laps */
    assert_int_equal(reply_size, race_state_size(&game.race));
    race_state_copy(&game.race, state);
    assert_memory_equal(reply, state, reply_size);
    assert_int_equal(load_i32(reply + 8348), 4);
    assert_int_equal(load_i32(reply + 8352 + 16), 12);
}

static void test_a_state_too_long_for_the_slot_is_cut(void **unused)
{
    (void)unused;
    open_game_in(4096, "laps", &dialect_v1, 0, -1);
    attach_driver();
    answer_until(-2500);
    assert_int_equal(request(MESSAGE_C_SIM_GET_STATE, NULL, 0), STATUS_RESPONSE_TOO_LONG);
    assert_int_equal(request(MESSAGE_C_GET_CONTEXT_MODE, NULL, 0), STATUS_OK);
}

static void test_the_context_is_a_run(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    assert_int_equal(request(MESSAGE_C_GET_CONTEXT_MODE, NULL, 0), STATUS_OK);
    assert_int_equal(reply_size, 4);
    assert_int_equal(load_i32(reply), 1);
}

static void test_inputs_reach_the_car_and_the_event_buffer(void **unused)
{
    (void)unused;
    const int32_t gone = 0x7FFFFFFF;
    drive("straight");
    answer_until(490);
    assert_int_equal(request(MESSAGE_C_SET_INPUT_STATES, KIT_WORDS(-1, -1, 1, -1, gone, gone)),
                     STATUS_OK);
    answer_until(1500);
    assert_true(game.race.state.dyna.current_state.linear_speed[2] > 1.0f);
    assert_int_equal(request(MESSAGE_C_SIM_GET_EVENT_BUFFER, NULL, 0), STATUS_OK);
    assert_int_equal(reply_size, 48 + 2 * 8);
    assert_int_equal(load_i32(reply + 40), 1500); /* duration */
    assert_int_equal(load_i32(reply + 44), 2);
    int32_t running = load_i32(reply), accelerate = load_i32(reply + 8);
    assert_in_range(running, 0, 9);
    assert_in_range(accelerate, 0, 9);
    /* Decreasing time: what was sent at 490 is an input at 500, the race begins at -10. */
    assert_int_equal(load_i32(reply + 48), 100010 + 500);
    assert_int_equal(load_i32(reply + 52), accelerate << 24 | 1);
    assert_int_equal(load_i32(reply + 56), 100000);
    assert_int_equal(load_i32(reply + 60), running << 24 | 1);
}

static void test_checkpoint_data_comes_and_goes(void **unused)
{
    (void)unused;
    uint8_t data[200];
    drive("laps");
    answer_until(100);
    assert_int_equal(request(MESSAGE_C_GET_CHECKPOINT_STATE, NULL, 0), STATUS_OK);
    assert_int_equal(reply_size, 12 + 4 * 4 + 12 * 8);
    size_t size = reply_size;
    memcpy(data, reply, size);
    assert_int_equal(load_i32(data + 28), -1); /* the first time: not passed */
    store_i32(data + 28, 50);
    assert_int_equal(request(MESSAGE_C_SET_CHECKPOINT_STATE, data, size), STATUS_OK);
    assert_int_equal(request(MESSAGE_C_GET_CHECKPOINT_STATE, NULL, 0), STATUS_OK);
    assert_int_equal(load_i32(reply + 28), 50);
    store_i32(data + 4, 3); /* not the race's number */
    assert_int_equal(request(MESSAGE_C_SET_CHECKPOINT_STATE, data, size), STATUS_OK);
    assert_non_null(strstr(notes, "checkpoint data ignored"));
}

static void test_the_timeout_can_be_set(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    assert_int_equal(request(MESSAGE_C_SET_TIMEOUT, KIT_WORDS(-1)), STATUS_OK);
    sim_game_check(&game, 1000000000LL);
    sim_game_check(&game, 1000000000000000LL);
    assert_true(game_server_has_client(&game.server));
    assert_int_equal(request(MESSAGE_C_SET_TIMEOUT, KIT_WORDS(100)), STATUS_OK);
    sim_game_check(&game, 2000000000000000LL);
    sim_game_check(&game, 2000000100000000LL);
    assert_false(game_server_has_client(&game.server));
}

static void test_speeds_that_are_none_are_ignored(void **unused)
{
    (void)unused;
    const double speeds[] = {0, -1, NAN, -INFINITY};
    drive("straight");
    answer_until(-2500);
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        notes[0] = '\0';
        assert_int_equal(request(MESSAGE_C_SET_GAME_SPEED, &speeds[i], 8), STATUS_OK);
        assert_non_null(strstr(notes, "speed ignored"));
        assert_true(game.speed == 0);
    }
    const double odd[] = {INFINITY, 1e300, 1e-300};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        assert_int_equal(request(MESSAGE_C_SET_GAME_SPEED, &odd[i], 8), STATUS_OK);
        sim_game_check(&game, 1000000000LL);
    }
}

/* Data of the three requests with a text: a word, the size, the bytes. */
static enum status request_text(enum message what, int32_t word, const char *text)
{
    uint8_t data[600];
    size_t size = strlen(text);
    assert_true(size + 8 <= sizeof data);
    store_i32(data, word);
    store_i32(data + 4, (int32_t)size);
    memcpy(data + 8, text, size);
    return request(what, data, 8 + size);
}

static void test_texts_are_noted(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    assert_int_equal(request_text(MESSAGE_C_LOG, 3, "hi\nthere"), STATUS_OK);
    assert_non_null(strstr(notes, "client error: hi there\n"));
    assert_int_equal(request_text(MESSAGE_C_LOG, -5, ""), STATUS_OK);
    assert_non_null(strstr(notes, "client log: \n"));
    assert_int_equal(request_text(MESSAGE_C_EXECUTE_COMMAND, 0, "no such"), STATUS_OK);
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP); /* commands run before the next tick */
    assert_non_null(strstr(notes, "unknown command: no such"));
}

static void test_a_command_is_registered_once(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    assert_int_equal(request_text(MESSAGE_C_REGISTER_CUSTOM_COMMAND, 0, "go"), STATUS_OK);
    assert_int_equal(request_text(MESSAGE_C_REGISTER_CUSTOM_COMMAND, 0, "stop"), STATUS_OK);
    assert_int_equal(request_text(MESSAGE_C_REGISTER_CUSTOM_COMMAND, 0, "go"),
                     STATUS_COMMAND_ALREADY_REGISTERED);
    game_server_deregister(&game.server, STATUS_OK); /* they go with their client */
    kit_zero();
    attach_driver();
    answer_until(-2400);
    assert_int_equal(request_text(MESSAGE_C_REGISTER_CUSTOM_COMMAND, 0, "go"), STATUS_OK);
}

static void test_a_registered_command_comes_back_as_a_call(void **unused)
{
    (void)unused;
    static const char expected[] = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\2\0\0\0\2\0\0\0go\1\0\0\0a"
                                   "\3\0\0\0b c";
    drive("straight");
    answer_until(-2500);
    request_text(MESSAGE_C_REGISTER_CUSTOM_COMMAND, 0, "go");
    assert_int_equal(request_text(MESSAGE_C_EXECUTE_COMMAND, 0, " go  a \"b c\" \"\""), STATUS_OK);
    answer();
    next_call(MESSAGE_S_ON_CUSTOM_COMMAND);
    assert_int_equal(call.size, sizeof expected - 1); /* empty quotes are no argument */
    assert_memory_equal(call.data, expected, sizeof expected - 1);
    answer();
    next_call(MESSAGE_S_ON_RUN_STEP);
    assert_int_equal(call_word(0), -2490);
}

/* A registered command with 220 arguments of one letter: it comes whole or not at all. */
static void execute_with_many_arguments(void)
{
    enum {
        ARGUMENT_COUNT = 220
    };
    char line[2 + 2 * ARGUMENT_COUNT + 1] = "go";
    for (int i = 0; i < ARGUMENT_COUNT; i++)
        memcpy(line + 2 + 2 * i, " a", 2);
    request_text(MESSAGE_C_REGISTER_CUSTOM_COMMAND, 0, "go");
    request_text(MESSAGE_C_EXECUTE_COMMAND, 0, line);
    answer();
    for (int i = 0; i < 100 && game_client_poll(&driver, &call) != STATUS_OK; i++)
        sim_game_run(&game);
    if (call.message == MESSAGE_S_ON_RUN_STEP)
        return;
    assert_int_equal(call.message, MESSAGE_S_ON_CUSTOM_COMMAND);
    assert_int_equal(call_word(2), ARGUMENT_COUNT);
    assert_int_equal(call.size, 18 + 5 * ARGUMENT_COUNT);
    for (size_t i = 0; i < ARGUMENT_COUNT; i++)
        assert_memory_equal(call.data + 18 + 5 * i, "\1\0\0\0a", 5);
}

static void test_a_command_with_many_arguments_is_not_cut(void **unused)
{
    (void)unused;
    drive("straight");
    answer_until(-2500);
    execute_with_many_arguments();
}

/* In a child, for it would take the test with it. */
static void execute_in_a_small_slot(const char *unused)
{
    (void)unused;
    open_game_in(600, "straight", &dialect_v1, 0, -1);
    attach_driver();
    answer_until(-2500);
    execute_with_many_arguments();
    _exit(0);
}

static void test_a_command_longer_than_the_slot_does_not_end_the_game(void **unused)
{
    (void)unused;
    int status = child_run(execute_in_a_small_slot, NULL);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_requests_of_every_kind_are_answered),
        cmocka_unit_test(test_a_state_is_the_state_of_the_race),
        cmocka_unit_test(test_a_state_too_long_for_the_slot_is_cut),
        cmocka_unit_test(test_the_context_is_a_run),
        cmocka_unit_test(test_inputs_reach_the_car_and_the_event_buffer),
        cmocka_unit_test(test_checkpoint_data_comes_and_goes),
        cmocka_unit_test(test_the_timeout_can_be_set),
        cmocka_unit_test(test_speeds_that_are_none_are_ignored),
        cmocka_unit_test(test_texts_are_noted),
        cmocka_unit_test(test_a_command_is_registered_once),
        cmocka_unit_test(test_a_registered_command_comes_back_as_a_call),
        cmocka_unit_test(test_a_command_with_many_arguments_is_not_cut),
        cmocka_unit_test(test_a_command_longer_than_the_slot_does_not_end_the_game),
    };
    return cmocka_run_group_tests_name("game requests", tests, NULL, NULL);
}
