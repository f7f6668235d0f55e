/*
 * What tmlua costs while it has nothing to do: processor time of an idle host, memory of a small
 * one. Wide limits, so that only a real change breaks them.
 */
#include "support/deadline.h"
#include "support/duo.h"
#include "support/raw_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000,
    WATCHED_MS = 3000,
    IDLE_PERCENT_MAX = 2,
    SMALL_KIB_MAX = 10 * 1024
};

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    return 0;
}

/* Processor time that it uses while nothing happens. */
static long idle_cpu_ms(struct process *process)
{
    struct deadline deadline = deadline_in_ms(WATCHED_MS);
    long before = process_cpu_ms(process), after;

    assert_true(before >= 0);
    while (!deadline_passed(deadline))
        process_pump(process, deadline_left_ms(deadline));
    after = process_cpu_ms(process);
    assert_true(after >= before);
    return after - before;
}

static void expect_idle(const char *code)
{
    long used_ms;

    duo_start_host(&duo, code);
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready", SOON_MS);
    used_ms = idle_cpu_ms(duo.host);
    print_message("idle host: %ld ms of processor time in %d ms\n", used_ms, WATCHED_MS);
    assert_true(process_is_running(duo.host));
    assert_in_range(used_ms, 0, WATCHED_MS * IDLE_PERCENT_MAX / 100);
    process_close(duo.host);
    duo.host = NULL;
}

/* One step in ten seconds. The host has seen one, so that it waits for the next. */
static void test_a_hook_on_a_paused_game_costs_next_to_nothing(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "0.001"));
    expect_idle("game:on('registered', function() print 'ready' end)"
                " game:on('run_step', function() end)");
}

static void test_a_script_that_holds_a_game_costs_next_to_nothing(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "1"));
    expect_idle("assert(game:pause()) print 'ready' tm.sleep(1000)");
}

static void test_a_sleeping_script_costs_next_to_nothing(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "0.001"));
    expect_idle("tm.every(0.1, function() end) print 'ready'");
}

static bool is_instrumented(void)
{
    return strstr(process_tmlua(), "asan") != NULL;
}

/* The most it has ever had in memory at once. */
static long peak_kib(const struct process *process)
{
    char path[64], line[256];
    long peak = -1;
    FILE *stream;

    snprintf(path, sizeof path, "/proc/%ld/status", (long)process_pid(process));
    stream = fopen(path, "r");
    assert_non_null(stream);
    while (peak < 0 && fgets(line, sizeof line, stream) != NULL)
        sscanf(line, "VmHWM: %ld kB", &peak);
    fclose(stream);
    return peak;
}

static void expect_small(const char *code, const char *game, long limit_kib)
{
    char text[512];
    struct process *process;
    long used_kib;

    snprintf(text, sizeof text, "%s print 'ready' io.stdout:flush() io.read()", code);
    process = process_spawn(&(struct process_options){
        .argv = (const char *const[]){process_tmlua(), game, "-e", text, NULL},
        .stdin_mode = PROCESS_STDIN_OPEN});
    assert_non_null(process);
    duo_expect_soon(process, PROCESS_STDOUT, "ready", SOON_MS);
    used_kib = peak_kib(process);
    print_message("%s: %ld KiB\n", code[0] != '\0' ? code : "nothing", used_kib);
    assert_in_range(used_kib, 1, limit_kib);
    process_close_stdin(process);
    raw_expect_exit(process, 0, SOON_MS);
    process_close(process);
}

static void test_an_empty_script_is_small(void **state)
{
    (void)state;
    if (is_instrumented())
        skip();
    expect_small("", "-W", SMALL_KIB_MAX);
    expect_small("require 'tm'", "-W", SMALL_KIB_MAX);
}

static void test_a_race_in_process_is_small_and_stays_so(void **state)
{
    (void)state;
    if (is_instrumented())
        skip();
    expect_small("local game = require 'tm'.attach() game:step(100000)", "--sim=laps",
                 2 * SMALL_KIB_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define FOOTPRINT_TEST(name) cmocka_unit_test_teardown(name, end)
        FOOTPRINT_TEST(test_a_hook_on_a_paused_game_costs_next_to_nothing),
        FOOTPRINT_TEST(test_a_script_that_holds_a_game_costs_next_to_nothing),
        FOOTPRINT_TEST(test_a_sleeping_script_costs_next_to_nothing),
        FOOTPRINT_TEST(test_an_empty_script_is_small),
        FOOTPRINT_TEST(test_a_race_in_process_is_small_and_stays_so),
    };

    return cmocka_run_group_tests_name("footprint", tests, NULL, NULL);
}
