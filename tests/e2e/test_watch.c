/*
 * tmlua --watch on a game in another process: a script that is changed is run again, and the game
 * notices nothing of it.
 */
#include "support/deadline.h"
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000,
    TEXT_SIZE = 3000,
    LOOK_MS = 250,
    RELOAD_COUNT = 50
};

static struct duo duo;
static const char *script, *module, *inner, *draft;
static size_t padding; /* another length each time: two changes may be within one tick of a clock */

static int begin(void **state)
{
    (void)state;
    script = scratch_path("script.lua");
    module = scratch_path("beside.lua");
    inner = scratch_path("inner.lua");
    draft = scratch_path("draft.lua");
    padding = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    scratch_end();
    return 0;
}

static void append(const char *path, const char *mode, const char *text)
{
    FILE *file = fopen(path, mode);

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

static void rewrite(const char *path, const char *text)
{
    char padded[TEXT_SIZE + 400];

    snprintf(padded, sizeof padded, "%s\n%*s", text, (int)(++padding % 200), "");
    append(path, "wb", padded);
}

/* As an editor does that never leaves half a file. */
static void replace(const char *path, const char *text)
{
    rewrite(draft, text);
    assert_int_equal(rename(draft, path), 0);
}

/* A script that counts the game's steps and its own ticks under a name, once it is attached. */
static const char *counting(const char *name, const char *more)
{
    static char text[TEXT_SIZE];

    snprintf(text, sizeof text,
             "local tm = require 'tm'\n"
             "io.stdout:setvbuf 'no'\n"
             "local name = '%s'\n"
             "local game = assert(tm.attach())\n"
             "local steps, ticks = 0, 0\n"
             "game:on('run_step', function()\n"
             "  steps = steps + 1\n"
             "  if steps %% 10 == 0 then print(name .. ' step ' .. steps) end\n"
             "end)\n"
             "tm.every(0.02, function()\n"
             "  ticks = ticks + 1\n"
             "  print(name .. ' tick ' .. ticks)\n"
             "end)\n"
             "%s\n"
             "print(name .. ' runs')\n",
             name, more);
    return text;
}

static void start_host(void)
{
    duo.host = duo_run_tmlua(ARGS("-a", duo.address, "--watch", script));
}

static void start(const char *text)
{
    duo_start_game(&duo, ARGS("--speed", "1"));
    rewrite(script, text);
    start_host();
}

static void expect_said(const char *text)
{
    duo_expect_soon(duo.host, PROCESS_STDOUT, text, SOON_MS);
}

static void expect_told(const char *text)
{
    duo_expect_soon(duo.host, PROCESS_STDERR, text, SOON_MS);
}

/* The game has seen one client, which is still there. */
static void expect_undisturbed(void)
{
    assert_int_equal(duo_count_said(duo.game, PROCESS_STDERR, "client registered"), 1);
    duo_expect_not_said(duo.game, PROCESS_STDERR, "deregistered");
    duo_expect_not_said(duo.game, PROCESS_STDERR, duo_dropped_text);
    assert_true(process_is_running(duo.host));
}

static void end_host(int status)
{
    assert_true(process_signal(duo.host, SIGINT));
    raw_expect_exit(duo.host, status, SOON_MS);
}

static void test_a_changed_script_is_run_again(void **state)
{
    int steps, ticks;

    (void)state;
    start(counting("one", ""));
    expect_said("one step 20\n");
    rewrite(script, counting("two", ""));
    expect_told("script.lua has changed, running it again\n");
    expect_said("two step 10\n");
    /* Nothing of the old run goes on. */
    steps = duo_count_said(duo.host, PROCESS_STDOUT, "one step");
    ticks = duo_count_said(duo.host, PROCESS_STDOUT, "one tick");
    expect_said("two step 30\n");
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDOUT, "one step"), steps);
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDOUT, "one tick"), ticks);
    replace(script, counting("three", ""));
    expect_said("three step 20\n");
    replace(script, counting("four", ""));
    expect_said("four step 20\n");
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDERR, "has changed"), 3);
    expect_undisturbed();
    end_host(130);
    duo_expect_goodbye(&duo);
}

static void test_a_changed_module_runs_the_script_again(void **state)
{
    (void)state;
    rewrite(inner, "return 'inner 1'");
    rewrite(module, "return require 'inner' .. ', module 1'");
    start(counting("one", "print((require 'beside'))"));
    expect_said("inner 1, module 1\n");
    rewrite(module, "return require 'inner' .. ', module 2'");
    expect_told("beside.lua has changed, running ");
    expect_said("inner 1, module 2\n");
    rewrite(inner, "return 'inner 2'");
    expect_told("inner.lua has changed, running ");
    expect_said("inner 2, module 2\n");
    replace(inner, "return 'inner 3'");
    expect_said("inner 3, module 2\n");
    rewrite(inner, "return 'broken' 4");
    expect_told("inner.lua:1: ");
    rewrite(inner, "return 'inner 5'");
    expect_said("inner 5, module 2\n");
    expect_undisturbed();
}

static void test_a_module_that_was_missing_is_noticed(void **state)
{
    (void)state;
    start(counting("one", "print((require 'beside'))"));
    expect_told("module 'beside' not found");
    rewrite(module, "return 'here it is'");
    expect_said("here it is\n");
    expect_said("one step 20\n");
    expect_undisturbed();
}

/* Grows for several looks. False: the machine let no look come between, or all of them. */
static bool grow(void)
{
    struct deadline deadline = deadline_in_ms(LOOK_MS * 6);
    int64_t last_us = deadline_now_us(), gap_us = 0;

    rewrite(script, "print 'half'");
    while (!deadline_passed(deadline)) {
        process_pump(duo.host, 10);
        append(script, "ab", "-- more\n");
        int64_t now_us = deadline_now_us();
        gap_us = now_us - last_us > gap_us ? now_us - last_us : gap_us;
        last_us = now_us;
    }
    return gap_us < (int64_t)LOOK_MS * 900;
}

static void test_half_a_file_is_not_run(void **state)
{
    int attempt;

    (void)state;
    start(counting("one", ""));
    expect_said("one runs\n");
    for (attempt = 0; attempt < 5; attempt++) {
        bool is_telling = grow();
        bool was_run = duo_count_said(duo.host, PROCESS_STDOUT, "half\n") > 0;

        append(script, "ab", "print 'whole'\n");
        if (is_telling) {
            assert_false(was_run);
            expect_said("whole\n");
            assert_int_equal(duo_count_said(duo.host, PROCESS_STDOUT, "half\n"), 1);
            expect_undisturbed();
            return;
        }
    }
    print_message("not told: the machine was too busy\n");
}

static void test_what_does_not_compile_leaves_the_old_run(void **state)
{
    char count[40];
    int ticks;

    (void)state;
    start(counting("one", ""));
    expect_said("one step 10\n");
    rewrite(script, "\n\nlocal x = = 1\n");
    expect_told("script.lua:3: unexpected symbol near '='\n");
    ticks = duo_count_said(duo.host, PROCESS_STDOUT, "one tick");
    snprintf(count, sizeof count, "one tick %d\n", ticks + 50);
    expect_said(count);
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDERR, "unexpected symbol"), 1);
    duo_expect_not_said(duo.host, PROCESS_STDERR, "has changed");
    rewrite(script, counting("two", ""));
    expect_said("two step 10\n");
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDOUT, "one runs"), 1);
    expect_undisturbed();
}

static void test_an_error_waits_for_the_next_change(void **state)
{
    (void)state;
    start("local x = = 1");
    expect_told("script.lua:1: unexpected symbol");
    rewrite(script, "error 'at once'");
    expect_told("script.lua:1: at once\nstack traceback:");
    rewrite(script, counting("one", "tm.sleep(0.01) error 'later'"));
    expect_told(": later\n");
    rewrite(script, counting("two", "game:on('run_step', function() error 'in a hook' end)"));
    expect_told(": in a hook\n");
    rewrite(script, counting("three", "game:on('registered', function() print 'greeted' end)"));
    expect_said("three step 10\n");
    raw_expect_said(duo.host, PROCESS_STDOUT, "greeted\n");
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDERR, ": in a hook\n"), 1);
    expect_undisturbed();
    end_host(130);
}

static void test_a_script_that_is_gone_is_waited_for(void **state)
{
    int ticks;
    char count[40];

    (void)state;
    start(counting("one", ""));
    expect_said("one runs\n");
    assert_int_equal(unlink(script), 0);
    ticks = duo_count_said(duo.host, PROCESS_STDOUT, "one tick");
    snprintf(count, sizeof count, "one tick %d\n", ticks + 50);
    expect_said(count);
    assert_string_equal(process_text(duo.host, PROCESS_STDERR), "");
    rewrite(script, counting("two", ""));
    expect_said("two step 10\n");
    expect_undisturbed();
}

static void test_the_end_of_the_script_is_not_that_of_the_program(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "1"));
    rewrite(script, "print 'one' io.stdout:flush()");
    start_host();
    expect_said("one\n");
    rewrite(script, "require 'tm'.quit(7)");
    raw_expect_exit(duo.host, 7, SOON_MS);
    process_close(duo.host);
    rewrite(script, "print 'one' io.stdout:flush()");
    start_host();
    expect_said("one\n");
    rewrite(script, "os.exit(8)");
    raw_expect_exit(duo.host, 8, SOON_MS);
    process_close(duo.host);
    rewrite(script, "print 'one' io.stdout:flush()");
    start_host();
    expect_said("one\n");
    end_host(130);
}

static void test_a_game_that_was_paused_goes_on(void **state)
{
    (void)state;
    start(counting("one", "game:step() assert(game:pause())"));
    expect_said("one runs\n");
    rewrite(script, counting("two", "print('patience ' .. game.timeout)"));
    expect_said("two step 20\n");
    duo_expect_not_said(duo.host, PROCESS_STDOUT, "patience -1");
    expect_undisturbed();
}

static void test_a_hook_that_waits_in_a_call_ends_and_the_call_is_answered(void **state)
{
    (void)state;
    start(counting("one", "game:once('run_step', function()"
                          "  game:set_timeout(60000) print 'waits' tm.sleep(100) end)"));
    expect_said("waits\n");
    rewrite(script, counting("two", ""));
    expect_said("two step 20\n");
    expect_undisturbed();
}

static void test_a_game_that_is_not_asked_for_again_is_let_go(void **state)
{
    (void)state;
    start(counting("one", ""));
    expect_said("one runs\n");
    rewrite(script, "print 'without' io.stdout:flush()");
    expect_said("without\n");
    duo_expect_soon(duo.game, PROCESS_STDERR, "client deregistered\n", SOON_MS);
    duo_expect_not_said(duo.game, PROCESS_STDERR, duo_dropped_text);
    rewrite(script, counting("two", ""));
    expect_said("two step 10\n");
}

/* Each run makes all that a run can have. */
static const char crowd[] =
    "local big = ('x'):rep(100000)\n"
    "local server = assert(tm.listen '127.0.0.1:0')\n"
    "local engine = assert(tm.connect('127.0.0.1:' .. server.port))\n"
    "engine:on('disconnected', function() print 'told of the end' end)\n"
    "for i = 1, 20 do tm.task(function() tm.sleep(1000) print(big) end) end\n"
    "for i = 1, 20 do tm.task(function() game:step(1000000) print(big) end) end\n"
    "for i = 1, 20 do game:on('run_step', function() return big end) end\n"
    "engine:wait('connected')\n";

static void test_many_reloads_leave_nothing_behind(void **state)
{
    long kib = 0, descriptors = 0;
    char name[20], text[40];
    int i;

    (void)state;
    start(counting("run 0", crowd));
    expect_said("run 0 runs\n");
    for (i = 1; i <= RELOAD_COUNT; i++) {
        snprintf(name, sizeof name, "run %d", i);
        snprintf(text, sizeof text, "run %d runs\n", i);
        replace(script, counting(name, crowd));
        expect_said(text);
        if (i == 10) {
            kib = process_resident_kib(duo.host);
            descriptors = process_descriptor_count(duo.host);
        }
    }
    print_message("%ld KiB, then %ld; %ld descriptors, then %ld\n", kib,
                  process_resident_kib(duo.host), descriptors, process_descriptor_count(duo.host));
    assert_true(process_descriptors_fall_to(duo.host, descriptors + 2, SOON_MS));
    if (strstr(process_tmlua(), "asan") == NULL) /* which keeps what was freed */
        assert_in_range(process_resident_kib(duo.host), 0, kib + 1024);
    duo_expect_not_said(duo.host, PROCESS_STDOUT, "told of the end");
    expect_undisturbed();
    end_host(130);
    duo_expect_goodbye(&duo);
}

static void test_wrong_usage(void **state)
{
    static const char *const wrong[][3] = {{"--watch"}, {"--watch", "-"}, {"--watch=x", "x.lua"}};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        duo.host = duo_run_tmlua(ARGS(wrong[i][0], wrong[i][1]));
        raw_expect_exit(duo.host, 1, SOON_MS);
        raw_expect_said(duo.host, PROCESS_STDERR, "--watch");
        process_close(duo.host);
        duo.host = NULL;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WATCH_TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        WATCH_TEST(test_a_changed_script_is_run_again),
        WATCH_TEST(test_a_changed_module_runs_the_script_again),
        WATCH_TEST(test_a_module_that_was_missing_is_noticed),
        WATCH_TEST(test_half_a_file_is_not_run),
        WATCH_TEST(test_what_does_not_compile_leaves_the_old_run),
        WATCH_TEST(test_an_error_waits_for_the_next_change),
        WATCH_TEST(test_a_script_that_is_gone_is_waited_for),
        WATCH_TEST(test_the_end_of_the_script_is_not_that_of_the_program),
        WATCH_TEST(test_a_game_that_was_paused_goes_on),
        WATCH_TEST(test_a_hook_that_waits_in_a_call_ends_and_the_call_is_answered),
        WATCH_TEST(test_a_game_that_is_not_asked_for_again_is_let_go),
        WATCH_TEST(test_many_reloads_leave_nothing_behind),
        WATCH_TEST(test_wrong_usage),
    };

    return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
