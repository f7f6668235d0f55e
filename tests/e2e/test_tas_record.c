/* `tmlua tas record`: what is driven is in the file, however the recording ends. */
#include "support/raw_expect.h"
#include "support/scratch.h"
#include "support/tas_kit.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct duo duo;

static int end(void **state)
{
    duo_end(&duo);
    return tas_end(state);
}

/* A game that plays its inputs again and again: at that time it starts the race anew. */
static void start_driven_game(const char *track, const char *restart, const char *speed)
{
    char *inputs = tas_read_file(tas_inputs(track));
    size_t size = strlen(inputs) + strlen(restart) + 1;
    char *all = malloc(size);
    assert_non_null(all);
    snprintf(all, size, "%s%s", inputs, restart);
    const char *path = scratch_write("driven.txt", all);
    free(inputs);
    free(all);
    duo_start_game(&duo, ARGS("--track", track, "--speed", speed, "--inputs", path));
}

/*
 * A driver inside the recorder's program, on "straight": waits at the start of its n-th race for as
 * long as delays[n] says, in ms, and gives up behind each finish.
 */
#define DRIVER(delays)                                                                             \
    "local tm = require 'tm' local attach, n, delays = tm.attach, 0, " delays                      \
    " function tm.attach(...) local game, why, code = attach(...)"                                 \
    " if not game then return game, why, code end"                                                 \
    " game:on('run_step', function(_, time)"                                                       \
    " if time == -10 then n = n + 1 game:set_input_state { accelerate = false } end"               \
    " if time == (delays[n] or 0) then game:set_input_state { accelerate = true } end end)"        \
    " game:once('run_step', function() game:give_up() end)"                                        \
    " local after game:on('checkpoint_count_changed', function(_, i, of) after = i == of end)"     \
    " game:on('run_step', function() if after then after = false game:give_up() end end)"          \
    " return game end"

/* Says "driven" when the race is there. */
#define WATCHER(time)                                                                              \
    "local tm = require 'tm' local attach = tm.attach"                                             \
    " function tm.attach(...) local game, why, code = attach(...)"                                 \
    " if game then game:on('run_step', function(_, time) if time == " time                         \
    " then print 'driven' io.stdout:flush() end end) end return game, why, code end"

static const char easy_out[] = "        run 1\n1        5.86\n2       12.74\n3       20.03\n"
                               "4       23.75\nfinish  29.69\n";

static void expect_plays(const char *path, const char *track, const char *finish)
{
    TAS_RUN({"tas", "play", path, "-a", track, "--expect", finish}, 0, NULL, "");
}

static void test_a_run_is_recorded(void **state)
{
    char address[800], out[2000];
    const char *path = scratch_path("out.txt");
    (void)state;
    snprintf(address, sizeof address, "--sim=easy?simulate=%s", tas_inputs("easy"));
    snprintf(out, sizeof out,
             "recording sim:easy?simulate=%s; Ctrl-C ends it\nrun 1: 29.69, saved as %s\n%s",
             tas_inputs("easy"), path, easy_out);
    TAS_RUN({"tas", "record", path, address}, 0, out, "");
    expect_plays(path, "sim:easy", "29.69");
    char *text = tas_read_file(path);
    assert_ptr_equal(strstr(text, "# Track easy, finish at 29.69 s.\n0 press up\n"), text);
    free(text);
    start_driven_game("easy", "", "max");
    const char *other = scratch_path("other.txt");
    struct process *process = TAS_RUN({"tas", "record", "-a", duo.address, other}, 0, NULL, "");
    raw_expect_said(process, PROCESS_STDOUT, easy_out);
    expect_plays(other, "sim:easy", "29.69");
}

static void test_what_is_there_stays(void **state)
{
    char address[800];
    const char *path = scratch_write("out.txt", "mine\n");
    (void)state;
    snprintf(address, sizeof address, "sim:easy?simulate=%s", tas_inputs("easy"));
    TAS_RUN({"tas", "record", path, "-a", address}, 1, "",
            tas_text("tmlua tas record: %s: is there already (--force overwrites it)\n", path));
    char *text = tas_read_file(path);
    assert_string_equal(text, "mine\n");
    free(text);
    TAS_RUN({"tas", "record", path, "-a", address, "--force"}, 0, NULL, "");
    expect_plays(path, "sim:easy", "29.69");
    TAS_RUN({"tas", "record", "/no/such/folder/x.txt", "-a", address}, 1, "",
            "tmlua tas record: /no/such/folder/x.txt: No such file or directory\n");
    const char *second = scratch_path("second.txt");
    TAS_RUN({"tas", "record", second, "--sim=easy"}, 1, "",
            "tmlua tas record: nobody drives the embedded game; it needs a script: "
            "--sim=TRACK?simulate=FILE\n");
    assert_false(tas_is_there(second));
}

/* The second run is the fastest, and each has its own file where that is asked for. */
static void test_the_best_of_several_runs(void **state)
{
    static const char driver[] = DRIVER("{ 1000, 0, 500 }");
    const char *path = scratch_path("best.txt");
    (void)state;
    duo_start_game(&duo, ARGS("--track", "straight", "--speed", "max"));
    struct process *process = TAS_RUN(
        {"-e", driver, "tas", "record", "--runs", "3", "-a", duo.address, path}, 0, NULL, "");
    raw_expect_said(process, PROCESS_STDOUT, tas_text("run 2: 10.00 (-1.00), saved as %s\n", path));
    raw_expect_said(process, PROCESS_STDOUT, "run 3: 10.50 (+0.50)\n");
    raw_expect_said(process, PROCESS_STDOUT, "        run 2  run 3\n");
    expect_plays(path, "sim:straight", "10.00");
    const char *all = scratch_path("all.txt"), *taken = scratch_write("all-2.txt", "mine\n");
    TAS_RUN({"-e", driver, "tas", "record", "--runs", "3", "-a", duo.address, "--keep-all", all}, 0,
            NULL, "");
    expect_plays(all, "sim:straight", "11.00");
    expect_plays(scratch_path("all-3.txt"), "sim:straight", "10.00");
    expect_plays(scratch_path("all-4.txt"), "sim:straight", "10.50");
    char *text = tas_read_file(taken);
    assert_string_equal(text, "mine\n");
    free(text);
}

/* Up to there the run that was cut short is the one that was driven. */
static void expect_same_start(const char *path)
{
    const char *driven = scratch_path("driven.trace"), *recorded = scratch_path("recorded.trace");
    TAS_RUN({"--sim=technical", "tas", "play", tas_inputs("technical"), "--until", "12.0",
             "--trace", driven},
            0, NULL, "");
    TAS_RUN({"--sim=technical", "tas", "play", path, "--until", "12.0", "--trace", recorded}, 0,
            NULL, "");
    tas_expect_same_files(driven, recorded);
}

/* Ctrl-C, termination, and a game that is gone. */
static void test_an_unfinished_run_is_kept(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        const char *path = scratch_path("technical.txt");
        start_driven_game("technical", "", "20");
        struct process *process =
            duo_run_tmlua(ARGS("-e", WATCHER("12500"), "tas", "record", "-a", duo.address, path));
        duo_expect_soon(process, PROCESS_STDOUT, "driven\n", TAS_SOON_MS);
        assert_false(tas_is_there(path));
        int request = i == 0 ? SIGINT : process_end_request();
        process_signal(i == 2 ? duo.game : process, i == 2 ? SIGKILL : request);
        raw_expect_exit(process, i == 2 ? 4 : 128 + request, TAS_SOON_MS);
        raw_expect_said(process, PROCESS_STDOUT, "no finish: recorded up to 1");
        raw_expect_said(process, PROCESS_STDOUT, path);
        expect_same_start(path);
        process_close(process);
        duo_end(&duo);
        scratch_end();
    }
}

static void test_nothing_is_written_when_nothing_was_driven(void **state)
{
    const char *path = scratch_path("none.txt");
    (void)state;
    duo_start_game(&duo, ARGS("--track", "easy", "--speed", "20"));
    struct process *process =
        duo_run_tmlua(ARGS("-e", WATCHER("1000"), "tas", "record", "-a", duo.address, path));
    duo_expect_soon(process, PROCESS_STDOUT, "driven\n", TAS_SOON_MS);
    process_signal(process, SIGINT);
    raw_expect_exit(process, 130, TAS_SOON_MS);
    raw_expect_said(process, PROCESS_STDOUT, "nothing was driven\n");
    assert_false(tas_is_there(path));
}

/* Behind a finish the file has that run, whatever ends the program. */
static void test_a_finished_run_outlives_the_program(void **state)
{
    static const int signals[] = {SIGINT, SIGKILL};
    (void)state;
    for (int i = 0; i < 2; i++) {
        const char *path = scratch_path("kept.txt");
        duo_start_game(&duo, ARGS("--track", "straight", "--speed", "max"));
        struct process *process =
            duo_run_tmlua(ARGS("-e", DRIVER("{ 500, 0, 500, 500 }"), "tas", "record", "--runs=0",
                               "-a", duo.address, path));
        duo_expect_soon(process, PROCESS_STDOUT, "run 2: 10.00", TAS_SOON_MS);
        process_signal(process, signals[i]);
        assert_true(process_wait_exit(process, TAS_SOON_MS));
        assert_int_equal(process_exit_status(process), i == 0 ? 130 : -1);
        duo_expect_not_said(process, PROCESS_STDOUT, "no finish");
        expect_plays(path, "sim:straight", "10.00");
        process_close(process);
        duo_end(&duo);
        scratch_end();
    }
}

/* Each run is a little better than the one before, so that there is always something to write. */
static void test_the_file_is_whole_at_any_moment(void **state)
{
    static const char *const moments[] = {"run 1:", "run 2:", "run 4:", "run 5:", "run 7:"};
    (void)state;
    for (int i = 0; i < 5; i++) {
        const char *path = scratch_path("whole.txt");
        duo_start_game(&duo, ARGS("--track", "straight", "--speed", "max"));
        struct process *process = duo_run_tmlua(ARGS(
            "-e", DRIVER("setmetatable({}, { __index = function(_, i) return 2000 - 10 * i end })"),
            "tas", "record", "--runs=0", "-a", duo.address, path));
        duo_expect_soon(process, PROCESS_STDOUT, moments[i], TAS_SOON_MS);
        process_signal(process, SIGKILL);
        assert_true(process_wait_exit(process, TAS_SOON_MS));
        char *text = tas_read_file(path), finish[20] = "";
        assert_int_equal(sscanf(text, "# Track unknown, finish at %19s s.", finish), 1);
        free(text);
        expect_plays(path, "sim:straight", finish);
        process_close(process);
        duo_end(&duo);
        scratch_end();
    }
}

#define RECORD_TEST(function) cmocka_unit_test_teardown(function, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RECORD_TEST(test_a_run_is_recorded),
        RECORD_TEST(test_what_is_there_stays),
        RECORD_TEST(test_the_best_of_several_runs),
        RECORD_TEST(test_an_unfinished_run_is_kept),
        RECORD_TEST(test_nothing_is_written_when_nothing_was_driven),
        RECORD_TEST(test_a_finished_run_outlives_the_program),
        RECORD_TEST(test_the_file_is_whole_at_any_moment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
