/*
 * A script that drives a game while the engine that it asks for pictures misbehaves: no step of the
 * game is late, each request comes to an end in its time, memory is bounded, and Ctrl-C ends all
 * of it. The engine is support/bad_engine, the script tests/tools/engine_faults.lua.
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
    PATH_SIZE = 512,
#ifdef __SANITIZE_ADDRESS__ /* which keeps what was freed, and looks for leaks at the end */
    GROWTH_MAX_KIB = 512 * 1024,
    INTERRUPT_MS = 3000
#else
    GROWTH_MAX_KIB = 48 * 1024,
    INTERRUPT_MS = 1000
#endif
};

/* What the script may at most measure: a step by the patience it asks the game for. */
static const double step_max_s = 1, answer_max_s = 1;

static struct duo duo;
static struct bad_engine *engine;
static int dropped_count; /* by earlier tests, which have failed for it */

static int begin(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "1"));
    return 0;
}

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    return 0;
}

static int end_one(void **state)
{
    (void)state;
    process_close(duo.host);
    duo.host = NULL;
    bad_engine_stop(engine);
    engine = NULL;
    return 0;
}

static void start(enum bad_engine_manner manner, const char *size)
{
    char script[PATH_SIZE], address[32];

    engine = bad_engine_start(manner);
    dropped_count = duo_count_said(duo.game, PROCESS_STDERR, duo_dropped_text);
    snprintf(script, sizeof script, "%.400s/tests/tools/engine_faults.lua", process_root());
    snprintf(address, sizeof address, "127.0.0.1:%d", bad_engine_port(engine));
    duo.host = duo_run_tmlua(ARGS("-a", duo.address, script, address, size));
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready\n", SOON_MS);
}

static void expect_times(void)
{
    const char *line = strstr(process_text(duo.host, PROCESS_STDOUT), "steps ");
    double step_s = -1, answer_s = -1;
    int steps = -1, missing = -1;

    assert_non_null(line);
    assert_int_equal(sscanf(line, "steps %d step %lf answer %lf missing %d", &steps, &step_s,
                            &answer_s, &missing),
                     4);
    print_message("%s", line);
    assert_true(steps > 5 && step_s < step_max_s && answer_s < answer_max_s);
    assert_in_range(missing, 0, 3); /* one of each kind is always under way */
}

/* The outcomes are those and no others of theirs: words that are there, and words that are not. */
static void suffer(enum bad_engine_manner manner, const char *size, const char *const *words,
                   const char *const *others)
{
    long before_kib, after_kib;

    start(manner, size);
    before_kib = process_resident_kib(duo.host);
    duo_expect_soon(duo.host, PROCESS_STDOUT, ".\n", SOON_MS);
    after_kib = process_resident_kib(duo.host);
    expect_times();
    print_message("%ld -> %ld KiB\n", before_kib, after_kib);
    assert_true(before_kib > 0 && after_kib < before_kib + GROWTH_MAX_KIB);
    for (; *words != NULL; words++)
        raw_expect_said(duo.host, PROCESS_STDOUT, *words);
    for (; *others != NULL; others++)
        duo_expect_not_said(duo.host, PROCESS_STDOUT, *others);
    assert_true(process_signal(duo.host, SIGINT));
    assert_in_range(duo_time_exit(duo.host, 128 + SIGINT, SOON_MS), 0, INTERRUPT_MS);
    duo_expect_not_said(duo.host, PROCESS_STDERR, "stack traceback");
    assert_int_equal(duo_count_said(duo.game, PROCESS_STDERR, duo_dropped_text), dropped_count);
}

static const char *const nothing_else[] = {"=ok", "=closed", "=protocol", NULL};
static const char *const no_failures[] = {"=timeout", "=closed", "=protocol", NULL};

static void test_an_engine_that_is_absent(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_ABSENT, NULL, ARGS("ping=timeout", "screenshot=timeout", "call=timeout"),
           nothing_else);
    duo_expect_not_said(duo.host, PROCESS_STDOUT, "connected:");
}

static void test_an_engine_that_is_silent(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_SILENT, NULL, ARGS("ping=timeout", "screenshot=timeout", "call=timeout"),
           ARGS("=ok", "=protocol"));
    assert_true(bad_engine_count(engine) > 1); /* the late answer could be taken for another */
}

static void test_an_engine_that_trickles(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_TRICKLES, NULL, ARGS("screenshot=timeout"), ARGS("=ok", "=protocol"));
}

static void test_an_engine_that_closes_within_headers(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_CUTS_HEADERS, NULL, ARGS("screenshot=closed", "disconnected:"),
           ARGS("=ok", "=protocol"));
    assert_true(bad_engine_count(engine) > 1);
}

static void test_an_engine_that_closes_within_bodies(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_CUTS_BODIES, NULL, ARGS("screenshot=closed", "disconnected:"),
           ARGS("=ok", "=protocol"));
    assert_true(bad_engine_count(engine) > 1);
}

static void test_an_engine_of_garbage(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_GARBAGE, NULL, ARGS("warning:", "disconnected:"), ARGS("screenshot=ok"));
    assert_true(bad_engine_count(engine) > 1);
}

static void test_an_engine_with_sizes_that_are_none(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_NEGATIVE_SIZE, NULL, ARGS("screenshot=protocol", "disconnected:"),
           ARGS("=ok"));
    end_one(state);
    suffer(BAD_ENGINE_OVER_CAP, NULL, ARGS("screenshot=protocol", "disconnected:"), ARGS("=ok"));
}

static void test_an_engine_of_unknown_kinds(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_UNKNOWN_KINDS, NULL, ARGS("ping=", "screenshot=", "frame:"),
           ARGS("=closed", "=protocol"));
}

static void test_an_engine_of_logs(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_LOGS, NULL, ARGS("ping=", "screenshot=", "log:"),
           ARGS("=closed", "=protocol"));
}

static void test_an_engine_of_pings(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_PINGS, NULL, ARGS("ping=", "screenshot="), ARGS("=closed", "=protocol"));
    end_one(state);
    suffer(BAD_ENGINE_PINGS_DEAF, NULL, ARGS("ping=timeout", "screenshot="),
           ARGS("=ok", "=protocol"));
}

static void test_an_engine_that_never_reads(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_NEVER_READS, "60000", ARGS("send=ok", "send=busy", "screenshot=timeout"),
           ARGS("ping=ok", "screenshot=ok", "call=ok", "=protocol"));
    end_one(state);
    /* Five bytes that wait are to take no more memory than that. */
    suffer(BAD_ENGINE_NEVER_READS, "0", ARGS("send=ok", "screenshot=timeout"),
           ARGS("ping=ok", "screenshot=ok", "call=ok", "=protocol"));
}

static void test_an_engine_whose_pictures_have_another_size(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_OTHER_SIZE, NULL, ARGS("ping=ok", "screenshot=protocol", "call=ok"),
           ARGS("=closed", "=timeout", "screenshot=ok"));
    assert_int_equal(bad_engine_count(engine), 1);
}

static void test_an_engine_with_bare_pictures(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_BARE, NULL, ARGS("ping=ok", "screenshot=ok", "call=ok"), no_failures);
}

static void test_an_engine_that_answers_twice(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_TWICE, NULL, ARGS("ping=ok", "screenshot=ok", "call=ok"), no_failures);
}

static void test_an_engine_with_pictures_that_nobody_asked_for(void **state)
{
    (void)state;
    suffer(BAD_ENGINE_UNASKED, NULL, ARGS("ping=ok", "call=ok", "frame:", "screenshot=protocol"),
           ARGS("=closed", "=timeout"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define FAULT_TEST(name) cmocka_unit_test_teardown(name, end_one)
        FAULT_TEST(test_an_engine_that_is_absent),
        FAULT_TEST(test_an_engine_that_is_silent),
        FAULT_TEST(test_an_engine_that_trickles),
        FAULT_TEST(test_an_engine_that_closes_within_headers),
        FAULT_TEST(test_an_engine_that_closes_within_bodies),
        FAULT_TEST(test_an_engine_of_garbage),
        FAULT_TEST(test_an_engine_with_sizes_that_are_none),
        FAULT_TEST(test_an_engine_of_unknown_kinds),
        FAULT_TEST(test_an_engine_of_logs),
        FAULT_TEST(test_an_engine_of_pings),
        FAULT_TEST(test_an_engine_that_never_reads),
        FAULT_TEST(test_an_engine_whose_pictures_have_another_size),
        FAULT_TEST(test_an_engine_with_bare_pictures),
        FAULT_TEST(test_an_engine_that_answers_twice),
        FAULT_TEST(test_an_engine_with_pictures_that_nobody_asked_for),
    };

    return cmocka_run_group_tests_name("engine_faults", tests, begin, end);
}
