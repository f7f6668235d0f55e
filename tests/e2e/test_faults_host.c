/*
 * The script's own end goes wrong: tmlua is killed, a hook does not come back, a hook raises
 * errors. The game is never left waiting for longer than its patience, and goes on.
 */
#include "support/duo.h"
#include "support/raw_expect.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000,
    /* The default patience of the game, and three quarters of it: when we stop a hook. */
    PATIENCE_MS = 2000,
    WATCHDOG_MS = 1500
};

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    return 0;
}

static void start(const char *code)
{
    duo_start_game(&duo, ARGS("--speed", "1"));
    duo_start_host(&duo, code);
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready", SOON_MS);
}

static void test_a_killed_host_is_dropped_and_followed(void **state)
{
    static const char *const codes[] = {
        "game:on('run_step', function() end) game:step() print 'ready'",
        "game:once('run_step', function() print 'ready' while true do end end)",
        "game:step() print 'ready' while true do assert(game:get_simulation_state()) end",
        "game:step() game:set_timeout(300) game:on('run_step', function() print 'ready' end)",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        start(codes[i]);
        assert_true(process_signal(duo.host, SIGKILL));
        duo_expect_soon(duo.game, PROCESS_STDERR, duo_dropped_text, PATIENCE_MS + 2000);
        duo_expect_game_goes_on(&duo);
        duo_end(&duo);
    }
}

static void test_a_game_that_waits_for_ever_outlives_its_client(void **state)
{
    (void)state;
    start("game:set_timeout(-1) game:on('run_step', function() print 'ready' end)");
    assert_true(process_signal(duo.host, process_end_request()));
    raw_expect_exit(duo.host, 128 + process_end_request(), SOON_MS);
    duo_expect_goodbye(&duo);
}

static void test_a_runaway_hook_is_stopped_before_the_game_drops_us(void **state)
{
    int ms;

    (void)state;
    start("local function forever() while true do end end"
          " game:on('run_step', function() print 'ready' forever() end)");
    ms = duo_time_exit(duo.host, 1, SOON_MS);
    assert_in_range(ms, WATCHDOG_MS - 500, PATIENCE_MS + 500);
    raw_expect_said(duo.host, PROCESS_STDERR, "tmlua: in run_step at -");
    raw_expect_said(duo.host, PROCESS_STDERR, duo.address);
    raw_expect_said(duo.host, PROCESS_STDERR, "no progress for ");
    raw_expect_said(duo.host, PROCESS_STDERR, "stack traceback:");
    raw_expect_said(duo.host, PROCESS_STDERR, "'forever'");
    duo_expect_goodbye(&duo);
}

static void test_a_runaway_hook_is_stopped_sooner_when_the_game_is_less_patient(void **state)
{
    static const char *const codes[] = {
        "game:step() game:set_timeout(400)"
        " game:on('run_step', function() print 'ready' while true do end end)",
        "game:step() game:set_timeout(400) print 'ready' while true do end",
        "game:step() game:set_timeout(400) print 'ready'"
        " coroutine.wrap(function() while true do end end)()",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        start(codes[i]);
        assert_in_range(duo_time_exit(duo.host, 1, SOON_MS), 0, WATCHDOG_MS - 100);
        raw_expect_said(duo.host, PROCESS_STDERR, "no progress for ");
        raw_expect_said(duo.host, PROCESS_STDERR, "stack traceback:");
        duo_expect_goodbye(&duo);
        duo_end(&duo);
    }
}

static void test_a_runaway_pcall_is_stopped_too(void **state)
{
    (void)state;
    start("game:on('run_step', function() print 'ready'"
          " while true do pcall(function() while true do end end) end end)");
    assert_in_range(duo_time_exit(duo.host, 1, SOON_MS), 0, PATIENCE_MS + 500);
    raw_expect_said(duo.host, PROCESS_STDERR, "no progress for ");
    duo_expect_goodbye(&duo);
}

static void test_progress_is_no_runaway(void **state)
{
    (void)state;
    start("game:step() game:set_timeout(400) print 'ready' local t = tm.now()"
          " while tm.now() - t < 1.5 do local u = tm.now() while tm.now() - u < 0.1 do end"
          " assert(game:get_context_mode()) end print 'done'");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "done\n");
    duo_expect_goodbye(&duo);
}

static void test_a_hook_that_sleeps_too_long_is_stopped(void **state)
{
    (void)state;
    start("game:on('run_step', function() print 'ready' tm.sleep(1000) end)");
    assert_in_range(duo_time_exit(duo.host, 1, SOON_MS), WATCHDOG_MS - 500, PATIENCE_MS + 500);
    raw_expect_said(duo.host, PROCESS_STDERR, "the hook waits while the game waits for it");
    raw_expect_said(duo.host, PROCESS_STDERR, "stack traceback:");
    duo_expect_goodbye(&duo);
}

static void test_a_stopped_hook_is_an_error_that_the_script_may_handle(void **state)
{
    (void)state;
    start("game:step() game:set_timeout(400)"
          " game:on('error', function(_, message, traceback, where)"
          " print('handled', message, where, #traceback > 0) end)"
          " local count = 0 game:on('run_step', function(_, time) count = count + 1"
          " print('ready') if count == 1 then while true do end end"
          " if count == 2 then tm.sleep(1000) end if count == 3 then tm.quit() end end)");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "no progress for ");
    raw_expect_said(duo.host, PROCESS_STDOUT, "the hook waits while the game waits for it");
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDOUT, "handled"), 2);
    duo_expect_goodbye(&duo);
}

static void test_a_hook_error_answers_the_game_at_once(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max"));
    duo_start_host(&duo, "local count, since = 0 game:on('error', function() end)"
                         " game:on('run_step', function() count = count + 1"
                         " since = since or tm.now() if count == 300 then"
                         " print('took', tm.now() - since < 3) tm.quit() end"
                         " error('step ' .. count) end)");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "took\ttrue\n");
    duo_expect_goodbye(&duo);
}

static void test_an_unhandled_hook_error_ends_the_script_politely(void **state)
{
    (void)state;
    start("game:on('run_step', function(_, time) print 'ready' error('broken hook') end)");
    raw_expect_exit(duo.host, 1, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDERR, "broken hook");
    raw_expect_said(duo.host, PROCESS_STDERR, "tmlua: in run_step at -");
    duo_expect_goodbye(&duo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define FAULT_TEST(name) cmocka_unit_test_teardown(name, end)
        FAULT_TEST(test_a_killed_host_is_dropped_and_followed),
        FAULT_TEST(test_a_game_that_waits_for_ever_outlives_its_client),
        FAULT_TEST(test_a_runaway_hook_is_stopped_before_the_game_drops_us),
        FAULT_TEST(test_a_runaway_hook_is_stopped_sooner_when_the_game_is_less_patient),
        FAULT_TEST(test_a_runaway_pcall_is_stopped_too),
        FAULT_TEST(test_progress_is_no_runaway),
        FAULT_TEST(test_a_hook_that_sleeps_too_long_is_stopped),
        FAULT_TEST(test_a_stopped_hook_is_an_error_that_the_script_may_handle),
        FAULT_TEST(test_a_hook_error_answers_the_game_at_once),
        FAULT_TEST(test_an_unhandled_hook_error_ends_the_script_politely),
    };

    return cmocka_run_group_tests_name("faults_host", tests, NULL, NULL);
}
