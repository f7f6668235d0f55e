/*
 * What tmlua finds where a game should be: mappings of another size, games that are taken, and
 * the names and numbers a user needs to put it right.
 */
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/raw_host.h"
#include "support/raw_slot.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000
};

static struct duo duo;
static struct raw_slot slot;
static struct raw_host raw;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    raw_host_end(&raw);
    process_close_all();
    raw_slot_close(&slot);
    scratch_end();
    return 0;
}

static const char attach_once[] = "print('attached', game:step())";

static void test_a_mapping_of_another_size_is_named_with_both_sizes(void **state)
{
    static const size_t sizes[] = {100, 4096, 16384, 65534, 1000000};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char expected[32];

        duo_begin(&duo);
        assert_true(raw_slot_create(&slot, duo.name, sizes[i]));
        duo.host = duo_another_host(&duo, NULL, "5", attach_once);
        /* Waiting does not change a size: at once. */
        assert_in_range(duo_time_exit(duo.host, 3, SOON_MS), 0, 3000);
        snprintf(expected, sizeof expected, "has %zu bytes, not 65535", sizes[i]);
        raw_expect_said(duo.host, PROCESS_STDERR, expected);
        snprintf(expected, sizeof expected, "?size=%zu", sizes[i]);
        raw_expect_said(duo.host, PROCESS_STDERR, expected);
        raw_expect_said(duo.host, PROCESS_STDERR, duo.name);
        if (sizes[i] == 16384)
            raw_expect_said(duo.host, PROCESS_STDERR, "?dialect=public");
        duo_expect_not_said(duo.host, PROCESS_STDERR, "stack traceback");
        assert_true(raw_slot_is_zero(&slot));
        raw_slot_close(&slot);
        duo_end(&duo);
    }
}

static void test_the_code_of_a_wrong_size_is_size_mismatch(void **state)
{
    char code[300];

    (void)state;
    duo_begin(&duo);
    assert_true(raw_slot_create(&slot, duo.name, 100));
    snprintf(code, sizeof code,
             "local game, message, code = require 'tm'.attach('%s') print(game, code)",
             duo.address);
    duo.host = duo_run_tmlua(ARGS("-e", code));
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "nil\tsize_mismatch\n");
}

/* The kernel gives whole pages: the object of a game may be as large as its last page's end. */
static void test_a_size_rounded_up_to_pages_fits(void **state)
{
    (void)state;
    duo_begin(&duo);
    assert_true(raw_slot_create(&slot, duo.name, 65536));
    duo.host = duo_another_host(&duo, NULL, "0", attach_once);
    raw_expect_exit(duo.host, 3, SOON_MS);
    duo_expect_not_said(duo.host, PROCESS_STDERR, "bytes, not");
}

static void test_a_size_in_the_address_is_taken_when_it_is_right(void **state)
{
    static const struct {
        const char *buffer_size, *query;
    } cases[] = {{"20000", "?size=20000"}, {"100000", "?size=100000"}, {"65535", "?size=65535"}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        duo_start_game(&duo, ARGS("--speed", "max", "--buffer-size", cases[i].buffer_size));
        duo.host = duo_another_host(&duo, cases[i].query, "5",
                                    "game:step() print('size', #game:get_simulation_state())");
        raw_expect_exit(duo.host, 0, SOON_MS);
        raw_expect_said(duo.host, PROCESS_STDOUT, "size\t8");
        process_close(duo.host);
        duo.host = duo_another_host(&duo, "?size=30000", "5", attach_once);
        raw_expect_exit(duo.host, 3, SOON_MS);
        raw_expect_said(duo.host, PROCESS_STDERR, "bytes, not 30000");
        duo_end(&duo);
    }
}

/* The reply of 8 KiB is cut: that is an answer, not a crash. */
static void test_a_buffer_too_small_for_a_state_says_so(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max", "--buffer-size", "4096"));
    duo.host = duo_another_host(&duo, "?size=4096", "5",
                                "game:step() print(select(3, game:get_simulation_state()))"
                                " print(game:get_context_mode())");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "response_too_long\n1\n");
}

static void test_nobody_answers_on_a_dead_object(void **state)
{
    (void)state;
    duo_begin(&duo);
    assert_true(raw_slot_create(&slot, duo.name, RAW_SLOT_SIZE));
    duo.host = duo_another_host(&duo, NULL, "0", attach_once);
    raw_expect_exit(duo.host, 3, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDERR, "nobody reads the slot");
    assert_true(raw_slot_is_zero(&slot));
}

static void test_what_a_crash_left_is_named(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "1"));
    assert_true(process_signal(duo.game, SIGKILL));
    assert_true(process_wait_exit(duo.game, SOON_MS));
    assert_int_equal(raw_slot_visible_size(duo.name), RAW_SLOT_SIZE);
    duo.host = duo_another_host(&duo, NULL, "0", attach_once);
    raw_expect_exit(duo.host, 3, SOON_MS);
    /* The next game takes the name over. */
    duo_start_game(&duo, ARGS("--speed", "max"));
    duo_start_host(&duo, attach_once);
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "attached\t");
}

static void start_first(const char *code)
{
    duo_start_game(&duo, ARGS("--speed", "1"));
    duo_start_host(&duo, code);
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready", SOON_MS);
}

static const char keep_stepping[] = "game:on('run_step', function() end) game:step() print 'ready'";

static void test_a_taken_game_is_refused_with_the_name_of_the_holder(void **state)
{
    static const char *const waits[] = {"0", "1"};
    char holder[32];
    size_t i;

    (void)state;
    start_first(keep_stepping);
    snprintf(holder, sizeof holder, "(pid %ld)", (long)process_pid(duo.host));
    for (i = 0; i < 2; i++) {
        struct process *second = duo_another_host(&duo, NULL, waits[i], attach_once);

        assert_in_range(duo_time_exit(second, 3, SOON_MS), i == 0 ? 0 : 900, i == 0 ? 2000 : 4000);
        raw_expect_said(second, PROCESS_STDERR, "another client is attached");
        raw_expect_said(second, PROCESS_STDERR, holder);
        duo_expect_not_said(second, PROCESS_STDERR, "stack traceback");
        process_close(second);
    }
    assert_true(process_is_running(duo.host));
    duo_expect_not_said(duo.game, PROCESS_STDERR, "deregistered");
}

static void test_the_code_of_a_taken_game_is_already_registered(void **state)
{
    char code[300];
    struct process *second;

    (void)state;
    start_first(keep_stepping);
    snprintf(code, sizeof code, "print(select(3, require 'tm'.attach('%s', { wait = 0 })))",
             duo.address);
    second = duo_run_tmlua(ARGS("-e", code));
    raw_expect_exit(second, 0, SOON_MS);
    raw_expect_said(second, PROCESS_STDOUT, "already_registered\n");
}

static void test_the_second_gets_in_when_the_first_leaves(void **state)
{
    static const int numbers[] = {SIGTERM, SIGKILL};
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        struct process *second;

        start_first(keep_stepping);
        second = duo_another_host(&duo, NULL, "15", "print('attached', math.type(game:step()))");
        assert_false(process_wait_exit(second, 300));
        assert_true(process_signal(duo.host, numbers[i]));
        raw_expect_exit(second, 0, SOON_MS);
        raw_expect_said(second, PROCESS_STDOUT, "attached\tinteger\n");
        process_close(second);
        duo_end(&duo);
    }
}

static void test_a_game_attached_twice_by_one_script_is_taken(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max"));
    duo_start_host(&duo,
                   "local again, message, code = tm.attach(nil, { wait = 0 })"
                   " print(again, code) print(math.type(game:step()))"
                   " game:close() again = assert(tm.attach()) print(math.type(again:step()))");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "nil\talready_registered\ninteger\ninteger\n");
}

/* The reply was there: the exchange must be brought to its end before the error is raised. */
static void test_an_error_about_a_reply_leaves_the_slot_clean(void **state)
{
    char code[1000];
    const char *path = scratch_path("small.state");

    (void)state;
    snprintf(code, sizeof code,
             "local file = io.open('%s', 'wb') file:write(('\\0'):rep(8356)) file:close()"
             " local small = assert(tm.load_state('%s')) game:step()"
             " for i = 1, 3 do print(pcall(game.get_simulation_state, game, small))"
             " assert(game:horn()) game:step() end print 'done'",
             path, path);
    raw_host_script(&raw, code);
    raw_expect_exit(raw.process, 0, SOON_MS);
    raw_expect_said(raw.process, PROCESS_STDOUT, "room for 8356 bytes, and 8392 came");
    raw_expect_said(raw.process, PROCESS_STDOUT, "done\n");
    assert_int_equal(raw_log_count(&raw.server.log, RAW_C_HORN), 3);
    raw_expect_clean(&raw.server.log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define FAULT_TEST(name) cmocka_unit_test_teardown(name, end)
        FAULT_TEST(test_a_mapping_of_another_size_is_named_with_both_sizes),
        FAULT_TEST(test_the_code_of_a_wrong_size_is_size_mismatch),
        FAULT_TEST(test_a_size_rounded_up_to_pages_fits),
        FAULT_TEST(test_a_size_in_the_address_is_taken_when_it_is_right),
        FAULT_TEST(test_a_buffer_too_small_for_a_state_says_so),
        FAULT_TEST(test_nobody_answers_on_a_dead_object),
        FAULT_TEST(test_what_a_crash_left_is_named),
        FAULT_TEST(test_a_taken_game_is_refused_with_the_name_of_the_holder),
        FAULT_TEST(test_the_code_of_a_taken_game_is_already_registered),
        FAULT_TEST(test_the_second_gets_in_when_the_first_leaves),
        FAULT_TEST(test_a_game_attached_twice_by_one_script_is_taken),
        FAULT_TEST(test_an_error_about_a_reply_leaves_the_slot_clean),
    };

    return cmocka_run_group_tests_name("faults_slot", tests, NULL, NULL);
}
