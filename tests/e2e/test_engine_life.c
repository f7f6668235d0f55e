/*
 * How long a program with engines lives, and what ends it: hooks, quitting, errors, names that
 * nobody knows, games that lose their patience. Two programs talk to each other.
 */
#include "support/bad_engine.h"
#include "support/duo.h"
#include "support/raw_expect.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000,
    QUICK_MS = 2000, /* for a program that has nothing left to do, starting included */
    TEXT_SIZE = 4096
};

static struct duo duo;
static struct bad_engine *engine;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    bad_engine_stop(engine);
    engine = NULL;
    process_close_all();
    return 0;
}

/* Runs the code in duo.host, with `at`, the address of the engine, and in one line. */
static void run(const char *code)
{
    char text[TEXT_SIZE];

    process_close(duo.host);
    snprintf(text, sizeof text,
             "local tm = require 'tm' io.stdout:setvbuf 'no' local at = '127.0.0.1:%d' %s",
             bad_engine_port(engine), code);
    duo.host = duo_run_tmlua(ARGS("-e", text));
}

static void start(enum bad_engine_manner manner, const char *code)
{
    bad_engine_stop(engine);
    engine = bad_engine_start(manner);
    run(code);
}

static void expect_quick_exit(int status)
{
    int budget_ms = process_is_wine() ? 2 * SOON_MS : QUICK_MS;

    assert_in_range(duo_time_exit(duo.host, status, SOON_MS), 0, budget_ms);
}

static void test_an_engine_without_hooks_keeps_nobody_alive(void **state)
{
    static const enum bad_engine_manner manners[] = {BAD_ENGINE_ABSENT, BAD_ENGINE_SILENT,
                                                     BAD_ENGINE_BARE, BAD_ENGINE_LOGS};
    size_t i;

    (void)state;
    for (i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        start(manners[i], "engine = assert(tm.connect(at)) engine:ping(0.05)");
        expect_quick_exit(0);
    }
    run("local engine = assert(tm.connect(at))"
        " engine:on('log', function() end):cancel() engine:wait('log', 0.01)");
    expect_quick_exit(0);
    run("server = assert(tm.listen '127.0.0.1:0')");
    expect_quick_exit(0);
}

static void test_an_engine_with_a_hook_keeps_the_script_alive(void **state)
{
    static const struct {
        const char *code;
        int status;
    } ends[] = {
        {"tm.task(function() tm.sleep(0.2) print 'end' engine:close() end)", 0},
        {"tm.task(function() tm.sleep(0.2) print 'end' hook:cancel() end)", 0},
        {"engine:on('connected', function() tm.sleep(0.2) print 'end' tm.quit(7) end)", 7},
        {"tm.task(function() engine:screenshot(8, 8, 0.2) print 'end' tm.quit() end)", 0},
        {"tm.task(function() tm.sleep(0.2) print 'end' os.exit(3) end)"
         " tm.task(function() engine:screenshot(8, 8) end)",
         3},
        {"tm.task(function() tm.sleep(0.2) print 'end' os.exit(3, true) end)"
         " tm.task(function() engine:screenshot(8, 8) end)"
         " tm.task(function() engine:call('x') end) server = tm.listen '127.0.0.1:0'",
         3},
    };
    char code[TEXT_SIZE / 2];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        snprintf(code, sizeof code,
                 "local engine = tm.connect(at) local hook = engine:on('log', function() end) %s",
                 ends[i].code);
        start(BAD_ENGINE_SILENT, code);
        raw_expect_exit(duo.host, ends[i].status, SOON_MS);
        raw_expect_said(duo.host, PROCESS_STDOUT, "end\n");
        assert_string_equal(process_text(duo.host, PROCESS_STDERR), "");
    }
    run("server = tm.listen '127.0.0.1:0' server:on('connected', function() end)"
        " tm.task(function() tm.sleep(0.2) print 'end' server:close() end)");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "end\n");
}

static void test_an_interruption_ends_it(void **state)
{
    static const char *const codes[] = {
        "engine:on('log', function() end) print 'ready'",
        "print 'ready' engine:screenshot(8, 8, 1000)",
        "engine:ping(0.1) print 'ready' engine:wait 'log'",
        "server = tm.listen '127.0.0.1:0' print 'ready' server:wait 'connected'",
    };
    char code[TEXT_SIZE / 2];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        snprintf(code, sizeof code, "engine = tm.connect(at) %s", codes[i]);
        start(i % 2 == 0 ? BAD_ENGINE_SILENT : BAD_ENGINE_ABSENT, code);
        duo_expect_soon(duo.host, PROCESS_STDOUT, "ready", SOON_MS);
        assert_true(process_signal(duo.host, SIGINT));
        expect_quick_exit(128 + SIGINT);
    }
}

static void test_an_error_in_a_hook_ends_the_script(void **state)
{
    static const char *const hooks[] = {
        "engine:on('connected', function()\n error 'broken hook'\nend)\n",
        "engine:on('connected', function()\n tm.sleep(0.01) error 'broken hook'\nend)\n",
        "server:on('screenshot', function()\n error 'broken hook'\nend)\nother:screenshot(2, 2)",
        "server:on('command', function()\n error 'broken hook'\nend)\nother:call 'x'",
        "server:on('frame', function()\n local x = nil + 'broken hook'\nend)\n"
        "other:ping() other:send(9, '') other:ping() tm.sleep(5)",
    };
    char code[TEXT_SIZE / 2];
    size_t i;

    (void)state;
    engine = bad_engine_start(BAD_ENGINE_BARE);
    for (i = 0; i < sizeof hooks / sizeof hooks[0]; i++) {
        snprintf(code, sizeof code,
                 "local engine = tm.connect(at)"
                 " local server = tm.listen '127.0.0.1:0'"
                 " local other = tm.connect(server.address)\n%s",
                 hooks[i]);
        run(code);
        raw_expect_exit(duo.host, 1, SOON_MS);
        raw_expect_said(duo.host, PROCESS_STDERR, "(command line):3:");
        raw_expect_said(duo.host, PROCESS_STDERR, i < 4 ? "broken hook" : "attempt to add");
        raw_expect_said(duo.host, PROCESS_STDERR, "stack traceback:");
    }
}

/* Makes 50 engines that many times, closes all, and waits. */
static void make_engines(int rounds)
{
    char code[TEXT_SIZE / 2];

    snprintf(code, sizeof code,
             "local known = setmetatable({}, { __mode = 'k' })"
             " local function make() for i = 1, 50 do local engine = assert(tm.connect(at))"
             " known[engine] = true engine:on('log', function() print(engine) end)"
             " if i %% 3 == 0 then engine:ping(0.002) end engine:close() end end"
             " for i = 1, %d do make() tm.sleep(0.1) end collectgarbage() collectgarbage()"
             " print('left', next(known) == nil) tm.sleep(1000)",
             rounds);
    start(BAD_ENGINE_SILENT, code);
    duo_expect_soon(duo.host, PROCESS_STDOUT, "left\ttrue\n", SOON_MS);
}

static void test_closed_engines_are_collected(void **state)
{
    long count;

    (void)state;
    make_engines(1);
    count = process_descriptor_count(duo.host);
    make_engines(5);
    assert_true(process_descriptors_fall_to(duo.host, count, SOON_MS));
}

static void test_a_name_that_nobody_knows_delays_nothing(void **state)
{
    (void)state;
    start(BAD_ENGINE_ABSENT, "engine = assert(tm.connect 'no.such.host.invalid')");
    expect_quick_exit(0);
    run("engine = assert(tm.connect 'no.such.host.invalid') os.exit(5)");
    expect_quick_exit(5);
    run("engine = assert(tm.connect 'no.such.host.invalid') io.write 'said' os.exit(false, true)");
    expect_quick_exit(1);
    raw_expect_said(duo.host, PROCESS_STDOUT, "said");
    run("engine = assert(tm.connect 'no.such.host.invalid')"
        " print(select(3, engine:ping(0.1))) print(engine.state)");
    expect_quick_exit(0);
    raw_expect_said(duo.host, PROCESS_STDOUT, "timeout\n");
    run("engine = assert(tm.connect 'no.such.host.invalid')"
        " engine:on('connected', print) print 'ready'");
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready", SOON_MS);
    assert_true(process_signal(duo.host, SIGINT));
    expect_quick_exit(128 + SIGINT);
}

static void test_a_hook_that_waits_too_long_for_a_picture_is_stopped(void **state)
{
    char code[TEXT_SIZE / 2];

    (void)state;
    engine = bad_engine_start(BAD_ENGINE_SILENT);
    snprintf(code, sizeof code,
             "local engine = tm.connect('127.0.0.1:%d', { timeout = 5 }) local count = 0"
             " game:on('error', function(_, message) print('handled', message) end)"
             " game:step() game:set_timeout(400)"
             " game:on('run_step', function() count = count + 1 if count == 1 then"
             " engine:screenshot(8, 8) print 'not reached' end"
             " if count == 2 then print('pings', select(3, engine:ping(0.05))) end"
             " if count == 10 then tm.quit() end end)",
             bad_engine_port(engine));
    duo_start_game(&duo, ARGS("--speed", "1"));
    duo_start_host(&duo, code);
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "the hook waits while the game waits for it");
    raw_expect_said(duo.host, PROCESS_STDOUT, "pings\ttimeout\n");
    assert_int_equal(duo_count_said(duo.host, PROCESS_STDOUT, "handled"), 1);
    duo_expect_not_said(duo.host, PROCESS_STDOUT, "not reached");
    duo_expect_goodbye(&duo);
}

static void test_verbs_that_wait_are_refused_in_coroutines(void **state)
{
    static const char *const verbs[] = {"ping()", "screenshot(2, 2)", "call('x')"};
    char code[TEXT_SIZE / 2];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        snprintf(code, sizeof code,
                 "local engine = tm.connect(at) print(coroutine.resume(coroutine.create(function()"
                 " engine:%s end))) print(engine:ping() > 0)",
                 verbs[i]);
        start(BAD_ENGINE_BARE, code);
        raw_expect_exit(duo.host, 0, SOON_MS);
        raw_expect_said(duo.host, PROCESS_STDOUT, "false\t(command line):1: engine:");
        raw_expect_said(duo.host, PROCESS_STDOUT,
                        "cannot wait inside a coroutine of your own; use tm.task\ntrue\n");
    }
    start(BAD_ENGINE_BARE, "local engine = tm.connect(at) print(coroutine.resume(coroutine.create("
                           "function() engine:wait 'log' end))) print(engine:ping() > 0)");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "nor in a coroutine of your own\ntrue\n");
}

static const char server_code[] =
    "local tm = require 'tm' io.stdout:setvbuf 'no'"
    " local server = assert(tm.listen '127.0.0.1:0')"
    " server:on('screenshot', function(_, _, width, height)"
    " return tm.image(width, height, ('\\1\\2\\3\\255'):rep(width * height)) end)"
    " server:on('command', function(_, peer, method, a, b)"
    " if method == 'end' then server:close() return end return method .. a + b end)"
    " server:on('connected', function(_, peer) print(peer) peer:log('info', 'welcome') end)"
    " server:on('disconnected', function(_, peer, reason) print(reason) end)"
    " print('port ' .. server.port .. '.')";

static void test_two_programs_talk_to_each_other(void **state)
{
    struct process *server = duo_run_tmlua(ARGS("-e", server_code));
    char code[TEXT_SIZE];
    int port = 0;

    (void)state;
    duo_expect_soon(server, PROCESS_STDOUT, ".\n", SOON_MS * 3);
    assert_int_equal(sscanf(process_text(server, PROCESS_STDOUT), "port %d", &port), 1);
    snprintf(code, sizeof code,
             "local tm = require 'tm' local engine = assert(tm.connect('127.0.0.1:%d'))"
             " engine:once('log', function(_, level, text) print(level, text) end)"
             " local image = assert(engine:screenshot(300, 200))"
             " print(image.width, image.height, image:pixel(299, 199))"
             " print(engine:call('add', 2, 3)) engine:notify 'end'"
             " print(engine:wait('disconnected', 5))",
             port);
    duo.host = duo_run_tmlua(ARGS("-e", code));
    raw_expect_exit(duo.host, 0, SOON_MS * 3);
    raw_expect_said(duo.host, PROCESS_STDOUT, "info\twelcome\n");
    raw_expect_said(duo.host, PROCESS_STDOUT, "300\t200\t");
    raw_expect_said(duo.host, PROCESS_STDOUT, "add5\n");
    raw_expect_said(duo.host, PROCESS_STDOUT, "closed by the other side\n");
    raw_expect_exit(server, 0, SOON_MS);
    raw_expect_said(server, PROCESS_STDOUT, "client 1 at 127.0.0.1:");
    raw_expect_said(server, PROCESS_STDOUT, "the server is closed\n");
    process_close(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define LIFE_TEST(name) cmocka_unit_test_teardown(name, end)
        LIFE_TEST(test_an_engine_without_hooks_keeps_nobody_alive),
        LIFE_TEST(test_an_engine_with_a_hook_keeps_the_script_alive),
        LIFE_TEST(test_an_interruption_ends_it),
        LIFE_TEST(test_an_error_in_a_hook_ends_the_script),
        LIFE_TEST(test_closed_engines_are_collected),
        LIFE_TEST(test_a_name_that_nobody_knows_delays_nothing),
        LIFE_TEST(test_a_hook_that_waits_too_long_for_a_picture_is_stopped),
        LIFE_TEST(test_verbs_that_wait_are_refused_in_coroutines),
        LIFE_TEST(test_two_programs_talk_to_each_other),
    };

    return cmocka_run_group_tests_name("engine_life", tests, NULL, NULL);
}
