/*
 * tmlua attached to a game server written from the fact sheet alone: what it sends in an
 * ordinary conversation, byte for byte, and how it takes its leave. Section numbers are those of
 * the fact sheet.
 */
#include "support/deadline.h"
#include "support/raw_expect.h"
#include "support/raw_host.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 8000
};

static struct raw_host host;

static int end(void **state)
{
    (void)state;
    raw_host_end(&host);
    process_close_all();
    return 0;
}

static void expect_last_is_deregister(struct raw_log *log)
{
    const struct raw_log_entry *last;

    assert_true(raw_log_wait(log, RAW_C_DEREGISTER, 1, SOON_MS));
    last = raw_log_at(log, raw_log_total(log) - 1);
    raw_expect_hex(last->bytes, last->size, "0D FF 00 00 00 00 00 00 00 00 00 00");
}

/* Section 3, handshake and deregistration; section 7, golden messages. */
static void test_a_hook_script_registers_answers_and_leaves(void **state)
{
    struct raw_log *log = &host.server.log;
    const struct raw_log_entry *first;

    (void)state;
    raw_host_script(&host, "game:on('run_step', function(game, time) print('step ' .. time)"
                           " if time == -2550 then tm.quit(0) end end)");
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "step -2560\nstep -2550\n");
    first = raw_log_at(log, 0);
    assert_non_null(first);
    raw_expect_hex(first->bytes, first->size, "0C FF 00 00 00 00 00 00");
    assert_int_equal(raw_log_count(log, RAW_C_REGISTER), 1);
    raw_expect_logged(log, RAW_C_PROCESSED_CALL, 0, "0E FF 00 00 00 00 00 00 02 00 00 00");
    raw_expect_logged(log, RAW_C_PROCESSED_CALL, 1, "0E FF 00 00 00 00 00 00 04 00 00 00");
    expect_last_is_deregister(log);
    raw_expect_clean(log);
}

static void test_a_straight_line_script_steps_by_ten(void **state)
{
    (void)state;
    raw_host_script(&host, "local a, b = game:step(), game:step() print('by ' .. b - a)");
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "by 10\n");
    expect_last_is_deregister(&host.server.log);
}

static void test_scripts_come_from_files_and_standard_input(void **state)
{
    struct raw_host_options options = {.code = "print('at ' .. game:step())", .as_file = true};

    (void)state;
    raw_host_serve(&host, (struct raw_server_options){.dialect = RAW_V1});
    raw_host_run(&host, options);
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "at -2");
    process_close(host.process);
    options.as_file = false;
    options.as_stdin = true;
    raw_host_run(&host, options);
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "at -2");
}

static void test_verbs_are_the_golden_messages(void **state)
{
    struct raw_log *log = &host.server.log;

    (void)state;
    raw_host_script(
        &host, "assert(game:set_timeout(-1)) assert(game:set_speed(1.0))"
               " assert(game:set_input_state{ accelerate = true, steer = -65536 })"
               " assert(game:execute_command('map A01')) assert(game:log('hi', 'error'))"
               " assert(game:give_up()) assert(game:respawn()) assert(game:horn()) print('done')");
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "done");
    raw_expect_logged(log, RAW_C_SET_TIMEOUT, 0, "1E FF 00 00 00 00 00 00 FF FF FF FF");
    raw_expect_logged(log, RAW_C_SET_GAME_SPEED, 0,
                      "1B FF 00 00 00 00 00 00 00 00 00 00 00 00 F0 3F");
    raw_expect_logged(log, RAW_C_SET_INPUT_STATES, 0,
                      "0F FF 00 00 00 00 00 00 FF FF FF FF FF FF FF FF"
                      "01 00 00 00 FF FF FF FF 00 00 FF FF FF FF FF 7F");
    raw_expect_logged(log, RAW_C_EXECUTE_COMMAND, 0,
                      "1C FF 00 00 00 00 00 00 00 00 00 00 07 00 00 00 6D 61 70 20 41 30 31");
    raw_expect_logged(log, RAW_C_LOG, 0, "22 FF 00 00 00 00 00 00 03 00 00 00 02 00 00 00 68 69");
    raw_expect_logged(log, RAW_C_GIVE_UP, 0, "11 FF 00 00 00 00 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_RESPAWN, 0, "10 FF 00 00 00 00 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_HORN, 0, "12 FF 00 00 00 00 00 00 00 00 00 00");
    raw_expect_clean(log);
}

static void test_more_verbs_encode_as_the_tables_say(void **state)
{
    struct raw_log *log = &host.server.log;

    (void)state;
    raw_host_script(
        &host,
        "assert(game:remove_state_validation()) assert(game:prevent_simulation_finish())"
        " assert(game:set_simulation_time_limit(-1)) assert(game:register_custom_command('go'))"
        " assert(game:set_input_state{ left = false, right = true, gas = 65536 })"
        " assert(game:set_speed(0.5)) assert(game:set_timeout(5000)) print('done')");
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "done");
    raw_expect_logged(log, RAW_C_SET_INPUT_STATES, 0,
                      "0F FF 00 00 00 00 00 00 00 00 00 00 01 00 00 00"
                      "FF FF FF FF FF FF FF FF FF FF FF 7F 00 00 01 00");
    raw_expect_logged(log, RAW_C_REMOVE_STATE_VALIDATION, 0, "1F FF 00 00 00 00 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_PREVENT_FINISH, 0, "20 FF 00 00 00 00 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_SET_TIME_LIMIT, 0, "18 FF 00 00 00 00 00 00 FF FF FF FF");
    raw_expect_logged(log, RAW_C_REGISTER_CUSTOM_COMMAND, 0,
                      "21 FF 00 00 00 00 00 00 00 00 00 00 02 00 00 00 67 6F");
    raw_expect_logged(log, RAW_C_SET_GAME_SPEED, 0,
                      "1B FF 00 00 00 00 00 00 00 00 00 00 00 00 E0 3F");
    raw_expect_logged(log, RAW_C_SET_TIMEOUT, 0, "1E FF 00 00 00 00 00 00 88 13 00 00");
    raw_expect_clean(log);
}

/* Section 10: values read, and the same bytes sent back. */
static void test_a_state_is_read_and_returned_unchanged(void **state)
{
    const struct raw_log_entry *rewind;
    unsigned char expected[8392];

    (void)state;
    raw_host_script(
        &host,
        "game:step() local t = game:step() local s = assert(game:get_simulation_state())"
        " print(s.race_time == t, s.display_speed, #s)"
        " print(string.format('%.2f %.2f %.2f', table.unpack(s.position, 1, 3)))"
        " print(string.format('%.2f %.2f %.2f', table.unpack(s.velocity, 1, 3)))"
        " game:step() game:step() assert(game:rewind_to_state(s)) print('by', game:step() - t)");
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "true\t123\t8392\n");
    raw_expect_said(host.process, PROCESS_STDOUT, "1.50 2.25 -3.75\n");
    raw_expect_said(host.process, PROCESS_STDOUT, "10.00 0.50 -20.00\n");
    raw_expect_said(host.process, PROCESS_STDOUT, "by\t10\n");
    raw_expect_logged(&host.server.log, RAW_C_GET_STATE, 0, "14 FF 00 00 00 00 00 00");
    rewind = raw_log_get(&host.server.log, RAW_C_REWIND_TO_STATE, 0);
    assert_non_null(rewind);
    raw_expect_hex(rewind->bytes, 8, "13 FF 00 00 00 00 00 00");
    assert_int_equal(rewind->size, 8 + sizeof expected);
    raw_server_state(&host.server, raw_load(rewind->bytes, 8 + RAW_STATE_RACE_TIME), expected);
    assert_memory_equal(rewind->bytes + 8, expected, sizeof expected);
    raw_expect_clean(&host.server.log);
}

/* Section 2: old bytes stay when nobody clears them; large and small messages in turn. */
static void test_nothing_of_an_exchange_outlives_it(void **state)
{
    struct raw_log *log = &host.server.log;

    (void)state;
    raw_host_script(
        &host,
        "for i = 1, 20 do local s = assert(game:get_simulation_state())"
        " assert(game:get_context_mode() == 1) assert(game:rewind_to_state(s))"
        " assert(game:log('a text that is longer than a header')) assert(game:horn())"
        " assert(game:get_checkpoint_state()) assert(game:get_event_buffer()) game:step() end");
    raw_expect_exit(host.process, 0, SOON_MS);
    assert_int_equal(raw_log_count(log, RAW_C_REWIND_TO_STATE), 20);
    raw_expect_clean(log);
}

static bool answered_call(struct raw_log *log, enum raw_message call)
{
    size_t count = raw_log_count(log, RAW_C_PROCESSED_CALL), i;

    for (i = 0; i < count; i++) {
        if (raw_log_get(log, RAW_C_PROCESSED_CALL, i)->during == call)
            return true;
    }
    return false;
}

/* Section 3: no C_PROCESSED_CALL for S_SHUTDOWN, but C_DEREGISTER. */
static void test_shutdown_is_answered_by_leaving(void **state)
{
    struct raw_log *log = &host.server.log;

    (void)state;
    raw_host_serve(
        &host, (struct raw_server_options){
                   .dialect = RAW_V1, .faults = {{RAW_SHUT_DOWN, RAW_S_ON_RUN_STEP, 10, 0, 0}}});
    raw_host_run(&host, (struct raw_host_options){
                            .code = "game:on('shutdown', function() print('bye') tm.quit(0) end)"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "bye");
    assert_true(raw_log_wait(log, RAW_C_DEREGISTER, 1, SOON_MS));
    assert_int_equal(raw_log_get(log, RAW_C_DEREGISTER, 0)->during, RAW_S_SHUTDOWN);
    expect_last_is_deregister(log);
    assert_false(answered_call(log, RAW_S_SHUTDOWN));
}

static void test_a_script_without_handlers_ends_after_shutdown(void **state)
{
    int status;

    (void)state;
    raw_host_serve(
        &host, (struct raw_server_options){
                   .dialect = RAW_V1, .faults = {{RAW_SHUT_DOWN, RAW_S_ON_RUN_STEP, 10, 0, 0}}});
    raw_host_run(&host, (struct raw_host_options){.wait_s = "1",
                                                  .code = "game:on('run_step', function() end)"});
    status = raw_expect_any_exit(host.process, SOON_MS);
    assert_true(status == 0 || status == 4);
    expect_last_is_deregister(&host.server.log);
    assert_false(answered_call(&host.server.log, RAW_S_SHUTDOWN));
}

static void test_exit_statuses(void **state)
{
    static const struct {
        const char *code;
        int status;
    } cases[] = {
        {"game:step() tm.quit(5)", 5},
        {"game:step() os.exit(7)", 7},
        {"game:step() error('broken script')", 1},
        {"this is not Lua", 1},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        raw_host_script(&host, cases[i].code);
        raw_expect_exit(host.process, cases[i].status, SOON_MS);
        if (cases[i].status == 1)
            raw_expect_said(host.process, PROCESS_STDERR, "tmlua: ");
        raw_host_end(&host);
    }
}

/* An error in a hook never leaves the game waiting; unhandled, it ends the script. */
static void test_a_failing_hook_still_answers_its_call(void **state)
{
    (void)state;
    raw_host_script(&host, "game:on('run_step', function(game, time)"
                           " if time == -2580 then error('broken hook') end end)");
    raw_expect_exit(host.process, 1, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDERR, "broken hook");
    raw_expect_said(host.process, PROCESS_STDERR, "in run_step at -2.580 s");
    assert_true(raw_log_events(&host.server.log, RAW_EVENT_STEP) >= 3);
    assert_int_equal(raw_log_events(&host.server.log, RAW_EVENT_DROPPED), 0);
    expect_last_is_deregister(&host.server.log);
}

static void test_a_handled_error_lets_the_script_go_on(void **state)
{
    (void)state;
    raw_host_script(&host, "game:on('error', function(_, message, traceback, where)"
                           " print(message) print(where) end)"
                           "game:on('run_step', function(game, time)"
                           " if time == -2500 then tm.quit() end"
                           " if time == -2580 then error('broken hook', 0) end end)");
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "broken hook\nin run_step at -2.580 s");
    assert_true(raw_log_events(&host.server.log, RAW_EVENT_STEP) >= 9);
    assert_int_equal(raw_log_events(&host.server.log, RAW_EVENT_DROPPED), 0);
    expect_last_is_deregister(&host.server.log);
}

static void test_an_interrupt_deregisters(void **state)
{
    (void)state;
    raw_host_script(&host, "game:on('run_step', function() end)");
    assert_true(raw_log_wait_event(&host.server.log, RAW_EVENT_STEP, 5, SOON_MS));
    assert_true(process_signal(host.process, SIGINT));
    raw_expect_exit(host.process, 130, SOON_MS);
    expect_last_is_deregister(&host.server.log);
}

static void test_a_killed_script_is_followed_by_the_next(void **state)
{
    (void)state;
    raw_host_serve(&host, (struct raw_server_options){.dialect = RAW_V1, .timeout_ms = 200});
    raw_host_run(&host, (struct raw_host_options){.code = "game:on('run_step', function() end)"});
    assert_true(raw_log_wait_event(&host.server.log, RAW_EVENT_STEP, 5, SOON_MS));
    assert_true(process_signal(host.process, SIGKILL));
    assert_true(process_wait_exit(host.process, SOON_MS));
    process_close(host.process);
    raw_host_run(&host, (struct raw_host_options){.code = "print('at ' .. game:step())"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "at -");
}

/* Section 7, column `public`. */
static void test_the_public_dialect_has_its_own_numbers(void **state)
{
    struct raw_log *log = &host.server.log;

    (void)state;
    raw_host_serve(&host, (struct raw_server_options){.dialect = RAW_PUBLIC});
    raw_host_run(&host,
                 (struct raw_host_options){
                     .query = "?dialect=public&size=16384",
                     .code =
                         "local t = game:step() assert(game:set_timeout(-1)) assert(game:respawn())"
                         " local s = assert(game:get_simulation_state())"
                         " print(s.race_time == t, s.display_speed, s.position[3])"
                         " print(select(3, game:horn())) assert(game:rewind_to_state(s))"});
    raw_expect_exit(host.process, 0, SOON_MS);
    raw_expect_said(host.process, PROCESS_STDOUT, "true\t123\t-3.75\n");
    raw_expect_said(host.process, PROCESS_STDOUT, "unsupported");
    raw_expect_logged(log, RAW_C_REGISTER, 0, "08 FF 00 00 00 00 00 00");
    raw_expect_logged(log, RAW_C_PROCESSED_CALL, 0, "0A FF 00 00 00 00 00 00 02 00 00 00");
    raw_expect_logged(log, RAW_C_SET_TIMEOUT, 0, "18 FF 00 00 00 00 00 00 FF FF FF FF");
    assert_int_equal(raw_log_count(log, RAW_C_REWIND_TO_STATE), 1);
    assert_true(raw_log_wait(log, RAW_C_DEREGISTER, 1, SOON_MS));
    raw_expect_clean(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define HOST_TEST(name) cmocka_unit_test_teardown(name, end)
        HOST_TEST(test_a_hook_script_registers_answers_and_leaves),
        HOST_TEST(test_a_straight_line_script_steps_by_ten),
        HOST_TEST(test_scripts_come_from_files_and_standard_input),
        HOST_TEST(test_verbs_are_the_golden_messages),
        HOST_TEST(test_more_verbs_encode_as_the_tables_say),
        HOST_TEST(test_a_state_is_read_and_returned_unchanged),
        HOST_TEST(test_nothing_of_an_exchange_outlives_it),
        HOST_TEST(test_shutdown_is_answered_by_leaving),
        HOST_TEST(test_a_script_without_handlers_ends_after_shutdown),
        HOST_TEST(test_exit_statuses),
        HOST_TEST(test_a_failing_hook_still_answers_its_call),
        HOST_TEST(test_a_handled_error_lets_the_script_go_on),
        HOST_TEST(test_an_interrupt_deregisters),
        HOST_TEST(test_a_killed_script_is_followed_by_the_next),
        HOST_TEST(test_the_public_dialect_has_its_own_numbers),
    };

    return cmocka_run_group_tests_name("raw_server", tests, NULL, NULL);
}
