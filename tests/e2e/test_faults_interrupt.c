/*
 * Ctrl-C and termination stop whatever Lua code runs, wherever it is; the game gets its answer
 * and its goodbye, and the exit status says what it was.
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
    INTERRUPT_MS = 2000
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

static void interrupt(const char *code, int number)
{
    start(code);
    assert_true(process_signal(duo.host, number));
    assert_in_range(duo_time_exit(duo.host, 128 + number, SOON_MS), 0, INTERRUPT_MS);
    duo_expect_not_said(duo.host, PROCESS_STDERR, "stack traceback");
    duo_expect_goodbye(&duo);
    duo_end(&duo);
}

static void test_interrupts_end_whatever_runs(void **state)
{
    static const char *const codes[] = {
        /* nothing runs */
        "game:on('run_step', function() end) game:step() print 'ready'",
        "game:step() print 'ready' tm.sleep(1000)",
        "assert(game:pause()) print 'ready' tm.sleep(1000)",
        /* the main chunk, inside a call and outside any */
        "print 'ready' while true do end",
        "game:step() print 'ready' while true do end",
        "tm.sleep(0) print 'ready' while true do local x = 1 end",
        /* requests, one after the other */
        "game:step() print 'ready' while true do game:get_simulation_state() end",
        "game:step() print 'ready' while true do game:step() end",
        /* hooks, tasks, coroutines */
        "game:on('run_step', function() print 'ready' while true do end end)",
        "game:on('run_step', function() print 'ready' tm.sleep(1000) end)",
        "tm.task(function() game:step() print 'ready' while true do end end)",
        "game:on('run_step', function() coroutine.wrap(function() print 'ready'"
        " while true do end end)() end)",
        "game:on('run_step', function() local co = coroutine.create(function() print 'ready'"
        " while true do end end) while true do coroutine.resume(co) end end)",
        /* inside C functions of Lua */
        "game:step() print 'ready' while true do"
        " table.sort({ 3, 2, 1 }, function(a, b) while true do end end) end",
        "game:step() print 'ready' string.gsub('x', 'x', function() while true do end end)",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
        interrupt(codes[i], i % 4 == 3 ? process_end_request() : SIGINT);
}

/* What catches errors must not catch an interruption for ever. */
static void test_interrupts_get_out_of_pcall(void **state)
{
    static const char *const codes[] = {
        "game:step() print 'ready' while true do pcall(function() while true do end end) end",
        "game:step() print 'ready' while true do pcall(error, 'x') end",
        "game:on('run_step', function() print 'ready'"
        " while true do pcall(function() while true do end end) end end)",
        "game:step() print 'ready' while true do"
        " xpcall(function() while true do end end, function() end) end",
        "game:step() print 'ready' while true do"
        " coroutine.resume(coroutine.create(function() while true do end end)) end",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++)
        interrupt(codes[i], SIGINT);
}

static void test_an_interrupted_script_may_clean_up(void **state)
{
    (void)state;
    start("local guard <close> = setmetatable({}, { __close = function()"
          " for i = 1, 1000 do end print 'closed' end })"
          " game:step() print 'ready' while true do end");
    assert_true(process_signal(duo.host, SIGINT));
    raw_expect_exit(duo.host, 128 + SIGINT, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "closed\n");
    duo_expect_goodbye(&duo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define FAULT_TEST(name) cmocka_unit_test_teardown(name, end)
        FAULT_TEST(test_interrupts_end_whatever_runs),
        FAULT_TEST(test_interrupts_get_out_of_pcall),
        FAULT_TEST(test_an_interrupted_script_may_clean_up),
    };

    return cmocka_run_group_tests_name("faults_interrupt", tests, NULL, NULL);
}
