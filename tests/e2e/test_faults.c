/*
 * The game dies, ends or starts again under a script: the script hears `lost`, soon, wherever it
 * was, and tmlua ends with status 4 unless somebody attached again.
 */
#include "support/deadline.h"
#include "support/duo.h"
#include "support/raw_expect.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000,
    /* Between the game's end and ours: a look every 100 ms, and slow machines. */
    QUICK_MS = 2000
};

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    return 0;
}

/* A game that stands nearly still, and a script that has said "ready". */
static void start(const char *code)
{
    duo_start_game(&duo, ARGS("--speed", "0.05"));
    duo_start_host(&duo, code);
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready", SOON_MS);
}

static void kill_game(void)
{
    assert_true(process_signal(duo.game, SIGKILL));
    assert_true(process_wait_exit(duo.game, SOON_MS));
}

static void expect_lost(int status)
{
    assert_in_range(duo_time_exit(duo.host, status, SOON_MS), 0, QUICK_MS);
}

static void test_killed_between_calls_a_step_returns_lost(void **state)
{
    (void)state;
    start("game:step() print 'ready' local t, message, code"
          " repeat t, message, code = game:step() until not t"
          " print(t, code, game.state) print(message)");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDOUT, "nil\tlost\tlost\n");
    raw_expect_said(duo.host, PROCESS_STDOUT, duo.address);
    raw_expect_said(duo.host, PROCESS_STDERR, "game lost");
}

static void test_killed_between_calls_hooks_hear_of_it(void **state)
{
    (void)state;
    start("game:on('run_step', function() print 'ready' end)"
          " game:on('deregistered', function(g, reason) print('reason', reason, g == game) end)");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDOUT, "reason\tlost\ttrue\n");
    duo_expect_not_said(duo.host, PROCESS_STDERR, "game lost");
}

static void test_killed_between_calls_a_wait_without_limit_ends(void **state)
{
    (void)state;
    start("tm.task(function() print('task', select(3, game:wait('custom_command'))) end)"
          " tm.task(function() game:step() game:step(1000000) print('step', game.state) end)"
          " game:step() print 'ready'");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDOUT, "task\tlost\n");
    raw_expect_said(duo.host, PROCESS_STDOUT, "step\tlost\n");
}

static void test_killed_while_requests_are_under_way(void **state)
{
    (void)state;
    start("game:step() print 'ready' while true do"
          " local s, message, code = game:get_simulation_state()"
          " if not s then print('end', code) break end end");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDOUT, "end\tlost\n");
}

/* There the response is waited for on the spot. */
static void test_killed_while_a_coroutine_of_a_hook_requests(void **state)
{
    (void)state;
    start("game:once('run_step', function() coroutine.wrap(function() print 'ready'"
          " while true do local ok, message, code = game:horn()"
          " if not ok then print('end', code) break end end end)() end)");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDOUT, "end\tlost\n");
}

static void test_killed_while_a_hook_is_busy_in_lua(void **state)
{
    (void)state;
    start("game:on('run_step', function() print 'ready'"
          " local t = tm.now() while tm.now() - t < 0.5 do end"
          " local ok, message, code = game:horn()"
          " if not ok then print('end', code) end end)");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDOUT, "end\tlost\n");
}

static void test_killed_while_a_hook_sleeps(void **state)
{
    (void)state;
    start("game:on('run_step', function() print 'ready' tm.sleep(0.5)"
          " local ok, message, code = game:horn()"
          " if not ok then print('end', code) end end)");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDOUT, "end\tlost\n");
}

static void test_killed_while_paused(void **state)
{
    (void)state;
    start("assert(game:pause()) print 'ready'"
          " while game.state == 'attached' do tm.sleep(0.05) end print('end', game.state)"
          " print(select(3, game:resume()))");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDOUT, "end\tlost\nlost\n");
}

static void test_an_error_about_the_loss_is_status_4(void **state)
{
    (void)state;
    start("game:step() print 'ready' while true do assert(game:step()) end");
    kill_game();
    expect_lost(4);
    raw_expect_said(duo.host, PROCESS_STDERR, "the game is gone");
}

static void test_quit_after_the_loss_has_the_last_word(void **state)
{
    (void)state;
    start("game:step() print 'ready' while game:step() do end tm.quit(9)");
    kill_game();
    expect_lost(9);
}

static void test_a_loop_that_ignores_the_loss_ends(void **state)
{
    static const char *const loops[] = {
        "while true do print 'ready' game:step() end",
        "game:step() print 'ready' while true do game:get_simulation_state() end",
        "game:step() print 'ready' while true do game:wait('run_step', 5) end",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof loops / sizeof loops[0]; i++) {
        start(loops[i]);
        kill_game();
        expect_lost(4);
        raw_expect_said(duo.host, PROCESS_STDERR, "goes on asking");
        duo_end(&duo);
    }
}

static void test_an_orderly_end_is_no_loss(void **state)
{
    (void)state;
    start("game:on('shutdown', function() print 'bye' end) game:step() print 'ready'"
          " while game:step() do end print(select(3, game:step()))");
    assert_true(process_signal(duo.game, process_end_request()));
    expect_lost(0);
    raw_expect_exit(duo.game, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "bye\n");
    raw_expect_said(duo.host, PROCESS_STDOUT, "shutdown\n");
    duo_expect_not_said(duo.host, PROCESS_STDERR, "lost");
}

static void test_a_script_attaches_to_the_game_that_starts_again(void **state)
{
    int round;

    (void)state;
    start("local count = 0 while true do count = count + 1 print('ready', count)"
          " while game:step() do end print('code', game.state)"
          " game = assert(tm.attach()) if count == 3 then break end end"
          " print('at', game:step()) tm.quit(0)");
    for (round = 1; round <= 3; round++) {
        char expected[32];

        snprintf(expected, sizeof expected, "ready\t%d\n", round);
        duo_expect_soon(duo.host, PROCESS_STDOUT, expected, SOON_MS);
        kill_game();
        duo_start_game(&duo, ARGS("--speed", "1"));
    }
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "at\t-");
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDOUT, "code\tlost\n"), 3);
}

/* With nothing to say after that: the last game was not lost, so the status is 0. */
static void test_a_game_that_was_found_again_is_recovered(void **state)
{
    (void)state;
    start("game:step() print 'ready' while game:step() do end"
          " game = assert(tm.attach()) game:step() print 'again'");
    kill_game();
    duo_start_game(&duo, ARGS("--speed", "1"));
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "again\n");
}

static void test_a_game_that_does_not_come_back_is_status_4(void **state)
{
    (void)state;
    start("game:step() print 'ready' while game:step() do end"
          " game = assert(tm.attach('mapped:TMInterface_nobody', { wait = 0.1 }))");
    kill_game();
    expect_lost(4);
}

static void cut_object(off_t size)
{
    char path[PROCESS_SLOT_NAME_SIZE + 1];
    int descriptor;

    snprintf(path, sizeof path, "/%s", duo.name);
    descriptor = shm_open(path, O_RDWR, 0);
    assert_true(descriptor >= 0);
    assert_int_equal(ftruncate(descriptor, size), 0);
    close(descriptor);
}

static void test_an_object_cut_short_is_a_lost_game(void **state)
{
    static const char *const codes[] = {
        "game:step() print 'ready' local t, message, code"
        " repeat t, message, code = game:step() until not t print('end', code)",
        "game:step() print 'ready' while true do local s, message, code ="
        " game:get_simulation_state() if not s then print('end', code) break end end",
        "game:on('run_step', function() print 'ready' end)"
        " game:on('deregistered', function(_, why) print('end', why) end)",
    };
    static const off_t sizes[] = {0, 4096};
    size_t i;

    (void)state;
    if (process_is_wine())
        skip(); /* nobody can cut a mapping of Windows */
    for (i = 0; i < 6; i++) {
        start(codes[i % 3]);
        cut_object(sizes[i / 3]);
        assert_in_range(duo_time_exit(duo.host, 4, SOON_MS), 0, 2 * QUICK_MS);
        raw_expect_said(duo.host, PROCESS_STDOUT, "end\tlost\n");
        assert_true(process_is_running(duo.game));
        duo_end(&duo);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define FAULT_TEST(name) cmocka_unit_test_teardown(name, end)
        FAULT_TEST(test_killed_between_calls_a_step_returns_lost),
        FAULT_TEST(test_killed_between_calls_hooks_hear_of_it),
        FAULT_TEST(test_killed_between_calls_a_wait_without_limit_ends),
        FAULT_TEST(test_killed_while_requests_are_under_way),
        FAULT_TEST(test_killed_while_a_coroutine_of_a_hook_requests),
        FAULT_TEST(test_killed_while_a_hook_is_busy_in_lua),
        FAULT_TEST(test_killed_while_a_hook_sleeps),
        FAULT_TEST(test_killed_while_paused),
        FAULT_TEST(test_an_error_about_the_loss_is_status_4),
        FAULT_TEST(test_quit_after_the_loss_has_the_last_word),
        FAULT_TEST(test_a_loop_that_ignores_the_loss_ends),
        FAULT_TEST(test_an_orderly_end_is_no_loss),
        FAULT_TEST(test_a_script_attaches_to_the_game_that_starts_again),
        FAULT_TEST(test_a_game_that_was_found_again_is_recovered),
        FAULT_TEST(test_a_game_that_does_not_come_back_is_status_4),
        FAULT_TEST(test_an_object_cut_short_is_a_lost_game),
    };

    return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
