/*
 * The opponents against each other and against the golden messages of the fact sheet (section
 * 7): before they judge our programs, they have to agree with the sheet themselves.
 */
#include "support/deadline.h"
#include "support/raw_client.h"
#include "support/raw_expect.h"
#include "support/raw_server.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 3000
};

struct pair {
    char name[PROCESS_SLOT_NAME_SIZE];
    struct raw_server server;
    struct raw_client client;
};

static struct pair *start_pair(struct pair *pair, struct raw_server_options options)
{
    memset(pair, 0, sizeof *pair);
    options.name = process_slot_name(pair->name);
    assert_true(raw_server_start(&pair->server, &options));
    assert_true(raw_client_open(&pair->client, pair->name, options.dialect, SOON_MS));
    return pair;
}

static struct pair current;

static int end_pair(void **state)
{
    (void)state;
    raw_client_close(&current.client);
    raw_server_free(&current.server);
    process_close_all();
    return 0;
}

/* Registered, with the first call open. */
static struct raw_call join(struct pair *pair)
{
    struct raw_call call = {RAW_UNKNOWN, 0, 0, 0};

    assert_true(raw_client_register(&pair->client, SOON_MS));
    assert_int_equal(pair->client.code, RAW_OK);
    assert_true(raw_client_wait_call(&pair->client, &call, SOON_MS));
    return call;
}

static void test_a_whole_conversation_in_v1(void **state)
{
    struct pair *pair = start_pair(&current, (struct raw_server_options){.dialect = RAW_V1});
    struct raw_call call = join(pair);
    int32_t time;

    (void)state;
    assert_int_equal(call.message, RAW_S_ON_REGISTERED);
    for (time = -2600; time <= -2500; time += 10) {
        assert_true(raw_client_next(&pair->client, &call, RAW_S_ON_RUN_STEP, SOON_MS));
        assert_int_equal(call.value, time);
    }
    raw_client_deregister(&pair->client);
    assert_true(raw_log_wait_event(&pair->server.log, RAW_EVENT_DEREGISTERED, 1, SOON_MS));
    assert_true(raw_slot_wait_zero(&pair->client.slot, SOON_MS));
    raw_expect_logged(&pair->server.log, RAW_C_REGISTER, 0, "0C FF 00 00 00 00 00 00");
    raw_expect_logged(&pair->server.log, RAW_C_PROCESSED_CALL, 0,
                      "0E FF 00 00 00 00 00 00 02 00 00 00");
    raw_expect_logged(&pair->server.log, RAW_C_PROCESSED_CALL, 1,
                      "0E FF 00 00 00 00 00 00 04 00 00 00");
    raw_expect_logged(&pair->server.log, RAW_C_DEREGISTER, 0,
                      "0D FF 00 00 00 00 00 00 00 00 00 00");
    assert_null(raw_log_first_dirty(&pair->server.log));
}

static void test_golden_requests(void **state)
{
    struct pair *pair = start_pair(&current, (struct raw_server_options){.dialect = RAW_V1});
    struct raw_call call = join(pair);
    struct raw_input input = {RAW_KEEP_KEY, RAW_KEEP_KEY, 1, RAW_KEEP_KEY, -65536, RAW_KEEP_ANALOG};
    struct raw_log *log = &pair->server.log;
    double speed = 1.0;

    (void)state;
    assert_int_equal(call.message, RAW_S_ON_REGISTERED);
    assert_true(raw_client_request_int(&pair->client, RAW_C_SET_TIMEOUT, -1, SOON_MS));
    raw_expect_hex(pair->client.copy, 8, "01 FF 00 00 00 00 00 00");
    assert_true(raw_client_request(&pair->client, RAW_C_SET_GAME_SPEED, &speed, 8, SOON_MS));
    assert_true(raw_client_input(&pair->client, &input, SOON_MS));
    assert_true(raw_client_text(&pair->client, RAW_C_EXECUTE_COMMAND, 0, "map A01", SOON_MS));
    assert_true(raw_client_text(&pair->client, RAW_C_LOG, 3, "hi", SOON_MS));
    raw_expect_logged(log, RAW_C_SET_TIMEOUT, 0, "1E FF 00 00 00 00 00 00 FF FF FF FF");
    raw_expect_logged(log, RAW_C_SET_GAME_SPEED, 0,
                      "1B FF 00 00 00 00 00 00 00 00 00 00 00 00 F0 3F");
    raw_expect_logged(log, RAW_C_SET_INPUT_STATES, 0,
                      "0F FF 00 00 00 00 00 00 FF FF FF FF FF FF FF FF"
                      "01 00 00 00 FF FF FF FF 00 00 FF FF FF FF FF 7F");
    raw_expect_logged(log, RAW_C_EXECUTE_COMMAND, 0,
                      "1C FF 00 00 00 00 00 00 00 00 00 00 07 00 00 00 6D 61 70 20 41 30 31");
    raw_expect_logged(log, RAW_C_LOG, 0, "22 FF 00 00 00 00 00 00 03 00 00 00 02 00 00 00 68 69");
}

static void test_golden_run_step(void **state)
{
    struct pair *pair = start_pair(&current, (struct raw_server_options){.dialect = RAW_V1});
    struct raw_call call = join(pair);

    (void)state;
    assert_true(raw_client_run_to(&pair->client, &call, 1000, SOON_MS));
    raw_expect_hex(pair->client.copy, 12, "04 FF 00 00 00 00 00 00 E8 03 00 00");
    /* Nothing of any earlier message is behind it. */
    assert_int_equal(raw_slot_first_nonzero(&pair->client.slot, 12), pair->client.slot.size);
}

static void test_a_state_goes_there_and_back(void **state)
{
    struct pair *pair = start_pair(&current, (struct raw_server_options){.dialect = RAW_V1});
    struct raw_call call = join(pair);
    const struct raw_log_entry *entry;
    unsigned char saved[8392];

    (void)state;
    assert_true(raw_client_run_to(&pair->client, &call, 500, SOON_MS));
    assert_true(raw_client_request(&pair->client, RAW_C_GET_STATE, NULL, 0, SOON_MS));
    assert_int_equal(raw_state_size(RAW_V1, pair->client.copy + 8, pair->client.slot.size - 8),
                     sizeof saved);
    memcpy(saved, pair->client.copy + 8, sizeof saved);
    assert_int_equal(raw_load(saved, RAW_STATE_RACE_TIME), 500);
    assert_true(raw_client_run_to(&pair->client, &call, 700, SOON_MS));
    assert_true(
        raw_client_request(&pair->client, RAW_C_REWIND_TO_STATE, saved, sizeof saved, SOON_MS));
    assert_true(raw_client_next(&pair->client, &call, RAW_S_ON_RUN_STEP, SOON_MS));
    assert_int_equal(call.value, 510);
    entry = raw_log_get(&pair->server.log, RAW_C_REWIND_TO_STATE, 0);
    assert_non_null(entry);
    assert_int_equal(entry->size, 8 + sizeof saved);
    assert_memory_equal(entry->bytes + 8, saved, sizeof saved);
    assert_int_equal(entry->dirty_at, 0);
}

static void test_public_numbers_and_sizes(void **state)
{
    struct pair *pair = start_pair(&current, (struct raw_server_options){.dialect = RAW_PUBLIC});
    struct raw_call call = join(pair);
    size_t size;

    (void)state;
    assert_int_equal(pair->client.slot.size, 16384);
    assert_int_equal(call.message, RAW_S_ON_RUN_STEP);
    raw_expect_hex(pair->client.copy, 12, "02 FF 00 00 00 00 00 00 D8 F5 FF FF");
    assert_true(raw_client_request(&pair->client, RAW_C_GET_STATE, NULL, 0, SOON_MS));
    size = raw_state_size(RAW_PUBLIC, pair->client.copy + 8, pair->client.slot.size - 8);
    assert_int_equal(size, 7592 + 4 + 3 * 4 + 4 + 3 * 8);
    raw_client_processed(&pair->client, &call);
    assert_true(raw_client_wait_call(&pair->client, &call, SOON_MS));
    raw_client_deregister(&pair->client);
    assert_true(raw_log_wait_event(&pair->server.log, RAW_EVENT_DEREGISTERED, 1, SOON_MS));
    raw_expect_logged(&pair->server.log, RAW_C_REGISTER, 0, "08 FF 00 00 00 00 00 00");
    raw_expect_logged(&pair->server.log, RAW_C_PROCESSED_CALL, 0,
                      "0A FF 00 00 00 00 00 00 02 00 00 00");
}

static void test_a_small_buffer_cuts_the_state(void **state)
{
    struct pair *pair =
        start_pair(&current, (struct raw_server_options){.dialect = RAW_V1, .size = 4096});

    (void)state;
    join(pair);
    assert_true(raw_client_request(&pair->client, RAW_C_GET_STATE, NULL, 0, SOON_MS));
    assert_int_equal(pair->client.code, RAW_RESPONSE_TOO_LONG);
    assert_int_not_equal(pair->client.copy[4095], 0);
}

static void test_a_silent_client_is_dropped(void **state)
{
    struct pair *pair =
        start_pair(&current, (struct raw_server_options){.dialect = RAW_V1, .timeout_ms = 100});

    (void)state;
    join(pair);
    assert_true(raw_log_wait_event(&pair->server.log, RAW_EVENT_DROPPED, 1, SOON_MS));
    assert_true(raw_slot_wait_zero(&pair->client.slot, SOON_MS));
    join(pair);
}

static void test_a_second_client_is_refused_while_the_first_goes_on(void **state)
{
    struct pair *pair = start_pair(&current, (struct raw_server_options){.dialect = RAW_V1});
    struct raw_call call = join(pair);
    struct raw_client second;
    int32_t time;

    (void)state;
    assert_true(raw_client_open(&second, pair->name, RAW_V1, SOON_MS));
    assert_true(raw_client_next(&pair->client, &call, RAW_S_ON_RUN_STEP, SOON_MS));
    for (time = -2600; time < -2500; time += 10) {
        assert_int_equal(call.value, time);
        assert_true(raw_client_register(&second, SOON_MS));
        raw_expect_hex(second.copy, 8, "01 FF 00 00 02 00 00 00");
        assert_true(raw_client_next(&pair->client, &call, RAW_S_ON_RUN_STEP, SOON_MS));
    }
    raw_client_close(&second);
}

static void test_scripted_faults_take_place(void **state)
{
    struct pair *pair = start_pair(
        &current, (struct raw_server_options){
                      .dialect = RAW_V1,
                      .faults = {{RAW_ANSWER_CODE, RAW_C_REGISTER, 1, RAW_ALREADY_REGISTERED, 0},
                                 {RAW_SAY_NOTHING, RAW_C_HORN, 1, 0, 0},
                                 {RAW_ANSWER_COUNTS, RAW_C_GET_STATE, 1, -1, 0},
                                 {RAW_ANSWER_WORD, RAW_C_GET_CONTEXT_MODE, 1, 0xFF00, 20},
                                 {RAW_SWEEP_FOREIGN, RAW_S_ON_RUN_STEP, 3, 0, 0},
                                 {RAW_SHUT_DOWN, RAW_S_ON_RUN_STEP, 5, 0, 0}}});
    struct raw_call call;

    (void)state;
    assert_true(raw_client_register(&pair->client, SOON_MS));
    assert_int_equal(pair->client.code, RAW_ALREADY_REGISTERED);
    call = join(pair);
    assert_false(raw_client_request_int(&pair->client, RAW_C_HORN, 0, 50));
    assert_true(raw_client_request(&pair->client, RAW_C_GET_STATE, NULL, 0, SOON_MS));
    assert_int_equal(raw_load(pair->client.copy, 8 + RAW_STATE_COUNT), -1);
    assert_true(raw_client_request(&pair->client, RAW_C_GET_CONTEXT_MODE, NULL, 0, SOON_MS));
    assert_int_equal(raw_load(pair->client.copy, 8), 1);
    assert_true(raw_client_next(&pair->client, &call, RAW_S_SHUTDOWN, SOON_MS));
    raw_client_deregister(&pair->client);
    assert_true(raw_log_wait(&pair->server.log, RAW_C_DEREGISTER, 1, SOON_MS));
    assert_int_equal(raw_log_events(&pair->server.log, RAW_EVENT_STEP), 4);
    assert_true(raw_log_wait_event(&pair->server.log, RAW_EVENT_IDLE, 1, SOON_MS));
    assert_int_equal(raw_slot_visible_size(pair->name), -1);
}

static void test_processes_are_heard_timed_and_reaped(void **state)
{
    static const char *const chatty[] = {
        "/bin/sh", "-c",
        "i=0; while [ $i -lt 3000 ]; do echo line $i of a long story; echo err $i >&2;"
        " i=$((i+1)); done; read word; echo got $word; exit 7",
        NULL};
    static const char *const patient[] = {"/bin/cat", NULL};
    struct process_options options = {chatty, NULL, PROCESS_STDIN_TEXT, "hello\n"};
    struct process *process = process_spawn(&options);

    (void)state;
    raw_expect_exit(process, 7, 8000);
    raw_expect_said(process, PROCESS_STDOUT, "line 2999 of");
    raw_expect_said(process, PROCESS_STDOUT, "got hello");
    raw_expect_said(process, PROCESS_STDERR, "err 2999");
    process_close(process);
    options = (struct process_options){patient, NULL, PROCESS_STDIN_OPEN, NULL};
    process = process_spawn(&options);
    assert_non_null(process);
    process_write(process, "are you there\n");
    assert_true(process_wait_text(process, PROCESS_STDOUT, "are you there", SOON_MS));
    assert_true(process_cpu_ms(process) >= 0);
    assert_true(process_resident_kib(process) > 0);
    assert_true(process_signal(process, SIGTERM));
    assert_true(process_wait_exit(process, SOON_MS));
    assert_int_equal(process_end_signal(process), SIGTERM);
    assert_false(process_signal(process, SIGTERM));
    process_close(process);
}

static void test_an_object_appears_whole(void **state)
{
    char name[PROCESS_SLOT_NAME_SIZE];
    struct raw_slot slot, other;

    (void)state;
    assert_int_equal(raw_slot_visible_size(process_slot_name(name)), -1);
    assert_true(raw_slot_create(&slot, name, RAW_SLOT_SIZE));
    assert_false(raw_slot_create(&other, name, RAW_SLOT_SIZE));
    assert_int_equal(raw_slot_visible_size(name), RAW_SLOT_SIZE);
    assert_true(raw_slot_is_zero(&slot));
    raw_slot_unlink(name);
    raw_slot_close(&slot);
    assert_int_equal(raw_slot_visible_size(name), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_whole_conversation_in_v1, end_pair),
        cmocka_unit_test_teardown(test_golden_requests, end_pair),
        cmocka_unit_test_teardown(test_golden_run_step, end_pair),
        cmocka_unit_test_teardown(test_a_state_goes_there_and_back, end_pair),
        cmocka_unit_test_teardown(test_public_numbers_and_sizes, end_pair),
        cmocka_unit_test_teardown(test_a_small_buffer_cuts_the_state, end_pair),
        cmocka_unit_test_teardown(test_a_silent_client_is_dropped, end_pair),
        cmocka_unit_test_teardown(test_a_second_client_is_refused_while_the_first_goes_on,
                                  end_pair),
        cmocka_unit_test_teardown(test_scripted_faults_take_place, end_pair),
        cmocka_unit_test_teardown(test_processes_are_heard_timed_and_reaped, end_pair),
        cmocka_unit_test(test_an_object_appears_whole),
    };

    return cmocka_run_group_tests_name("raw_peers", tests, NULL, NULL);
}
