/* `tmlua tas play`: what it says, saves and returns, on games in its process and beside it. */
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

#define EASY_1 "checkpoint 1/5          5.86\n"
#define EASY_2 "checkpoint 2/5         12.74\n"
#define EASY_3 "checkpoint 3/5         20.03\n"
#define EASY_4 "checkpoint 4/5         23.75\n"
#define EASY_FINISH "finish                 29.69\n"

static const char easy_out[] = EASY_1 EASY_2 EASY_3 EASY_4 EASY_FINISH;
static const char easy_cut_out[] =
    EASY_1 EASY_2 "no finish: ended at 13.50, as was asked for; 2 of 5 checkpoints passed\n";
static const char *const contexts[] = {"run", "simulation"};

static void test_checkpoints_and_the_finish(void **state)
{
    const char *easy = tas_inputs("easy");
    (void)state;
    for (int i = 0; i < 2; i++)
        TAS_RUN({"--sim=easy", "tas", "play", easy, "--context", contexts[i]}, 0, easy_out, "");
    duo_start_game(&duo, ARGS("--track", "easy", "--speed", "max"));
    for (int i = 0; i < 2; i++)
        TAS_RUN({"tas", "play", "-a", duo.address, easy}, 0, easy_out, "");
}

static void test_what_is_read_is_not_overwritten(void **state)
{
    static const char *const commands[][2] = {
        {"play", "--trace"}, {"play", "--splits"}, {"play", "--state"}, {"splits", "--output"}};
    const char *text = "0 press up\n", *path = scratch_write("run.txt", text);
    char complaint[700], read[64] = "";
    (void)state;
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        snprintf(complaint, sizeof complaint,
                 "tmlua tas %s: %.500s: would be overwritten; name another file\n", commands[i][0],
                 path);
        TAS_RUN({"--sim=straight", "tas", commands[i][0], path, commands[i][1], path}, 1, "",
                complaint);
    }
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_non_null(fgets(read, sizeof read, file));
    fclose(file);
    assert_string_equal(read, text);
}

static void test_the_finish_that_is_expected(void **state)
{
    static const char other[] =
        "tmlua tas play: a finish at 29.70 was expected, but it is at 29.69\n";
    static const char none[] =
        "tmlua tas play: a finish at 29.69 was expected, but there is none\n";
    const char *easy = tas_inputs("easy");
    (void)state;
    for (int i = 0; i < 2; i++) {
        const char *context = contexts[i];
        TAS_RUN({"--sim=easy", "tas", "play", "--expect", "29.69", easy, "--context", context}, 0,
                easy_out, "");
        TAS_RUN({"--sim=easy", "tas", "play", "--expect", "29.70", easy, "--context", context}, 1,
                easy_out, other);
        TAS_RUN({"--sim=easy", "tas", "play", "--expect", "29.69", easy, "--until=13.5",
                 "--context", context},
                1, easy_cut_out, none);
    }
    TAS_RUN({"--sim=easy", "tas", "play", "--expect", "soon", easy}, 1, "", NULL);
}

static void test_how_far_a_run_comes(void **state)
{
    (void)state;
    TAS_RUN({"--sim=straight", "tas", "play", tas_inputs("easy")}, 0,
            "checkpoint 1/3          5.11\n"
            "no finish: ended at 1:29.55, a minute behind the last input; 1 of 3 checkpoints "
            "passed\n",
            "");
    TAS_RUN({"--sim", "tas", "play", scratch_write("again.txt", "0 press up\n1000 press delete\n")},
            0, "no finish: ended at 0.99, the race was over; no checkpoint passed\n", "");
}

static void test_what_is_saved(void **state)
{
    const char *easy = tas_inputs("easy");
    const char *traces[] = {scratch_path("a.trace"), scratch_path("b.trace")};
    const char *splits = scratch_path("easy.splits");
    (void)state;
    for (int i = 0; i < 2; i++) {
        TAS_RUN({"--sim=easy", "tas", "play", easy, "--trace", traces[i], "--splits", splits,
                 "--context", contexts[i]},
                0, easy_out, "");
        char *text = tas_read_file(splits);
        assert_string_equal(text, "# tmlua splits 1\nname easy\ntarget 5\ncheckpoint 5860\n"
                                  "checkpoint 12740\ncheckpoint 20030\ncheckpoint 23750\n"
                                  "checkpoint 29690\nlap 29690\nend\n");
        free(text);
    }
    tas_expect_same_files(traces[0], traces[1]);
    char *trace = tas_read_file(traces[0]);
    assert_ptr_equal(strstr(trace, "# tmlua trace 1\n# name easy\n# target 5\n"), trace);
    assert_non_null(strstr(trace, "\n0,"));
    assert_non_null(strstr(trace, "\n29690,"));
    assert_null(strstr(trace, "\n29700,"));
    free(trace);
    /* The play has been, and its results are said, when one of them cannot be written. */
    static const char *const options[] = {"--trace", "--splits", "--state"};
    for (int i = 0; i < 3; i++) {
        struct process *process =
            TAS_RUN({"--sim=easy", "tas", "play", easy, options[i], "/no/such/folder/x"}, 1,
                    easy_out, NULL);
        raw_expect_said(process, PROCESS_STDERR, "tmlua tas play: /no/such/folder/x");
    }
}

/* From a state in the middle on, the rest is as it was, bit by bit. */
static void test_a_play_goes_on_from_a_state(void **state)
{
    static const char rest[] = EASY_3 EASY_4 EASY_FINISH;
    const char *easy = tas_inputs("easy");
    const char *middle = scratch_path("middle.state"), *whole = scratch_path("whole.trace");
    const char *part = scratch_path("part.trace");
    (void)state;
    TAS_RUN({"--sim=easy", "tas", "play", easy, "--trace", whole}, 0, easy_out, "");
    duo_start_game(&duo, ARGS("--track", "easy", "--speed", "max"));
    for (int i = 0; i < 3; i++) {
        const char *address = i < 2 ? "sim:easy" : duo.address, *context = contexts[i % 2];
        TAS_RUN({"-a", address, "tas", "play", easy, "--until", "13.5", "--state", middle,
                 "--context", context},
                0, easy_cut_out, "");
        TAS_RUN({"-a", address, "tas", "play", easy, "--from", middle, "--trace", part, "--context",
                 context},
                0, rest, "");
        char *all = tas_read_file(whole), *piece = tas_read_file(part);
        char *tail = strstr(all, "\n13510,");
        assert_non_null(tail);
        assert_non_null(strstr(piece, "\n13510,"));
        assert_null(strstr(piece, "\n13500,"));
        assert_string_equal(strstr(piece, "\n13510,"), tail);
        free(all);
        free(piece);
    }
    TAS_RUN({"--sim=laps", "tas", "play", easy, "--from", middle}, 1, "", NULL);
    struct process *process =
        TAS_RUN({"--sim=easy", "tas", "play", easy, "--from", easy}, 1, "", NULL);
    raw_expect_said(process, PROCESS_STDERR, "tmlua tas play: ");
    raw_expect_said(process, PROCESS_STDERR, "not a simulation state");
}

static void test_several_plays_and_a_plot(void **state)
{
    const char *easy = tas_inputs("easy");
    (void)state;
    for (int i = 0; i < 2; i++) {
        char expected[1000];
        snprintf(expected, sizeof expected,
                 "play 1\n%splay 2\n%splay 3\n%sfinishes of 3 plays: each at 29.69\n", easy_out,
                 easy_out, easy_out);
        TAS_RUN({"--sim=easy", "tas", "play", "--repeat=3", easy, "--context", contexts[i]}, 0,
                expected, "");
        struct process *process = TAS_RUN(
            {"--sim=easy", "tas", "play", "--plot", easy, "--context", contexts[i]}, 0, NULL, "");
        raw_expect_said(process, PROCESS_STDOUT, EASY_FINISH "\nspeed in km/h over time in s\n");
        raw_expect_said(process, PROCESS_STDOUT, " 209.2 ┤");
        raw_expect_said(process, PROCESS_STDOUT, "\nsteer, -65536 (left) to 65536 (right)\n");
        raw_expect_said(process, PROCESS_STDOUT, "29.69\n");
    }
    TAS_RUN({"--sim=easy", "tas", "play", "--repeat=0", easy}, 1, "", NULL);
}

/* Each line is there when the checkpoint is passed; the rest never comes. */
static void test_lost_and_interrupted(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        duo_start_game(&duo, ARGS("--track", "easy", "--speed", "15"));
        struct process *process =
            duo_run_tmlua(ARGS("tas", "play", "-a", duo.address, tas_inputs("easy")));
        duo_expect_soon(process, PROCESS_STDOUT, EASY_1, TAS_SOON_MS);
        process_signal(i == 0 ? duo.game : process, i == 0 ? SIGKILL : SIGINT);
        raw_expect_exit(process, i == 0 ? 4 : 130, TAS_SOON_MS);
        duo_expect_not_said(process, PROCESS_STDOUT, EASY_FINISH);
        process_close(process);
        duo_end(&duo);
    }
}

#define PLAY_TEST(function) cmocka_unit_test_teardown(function, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAY_TEST(test_what_is_read_is_not_overwritten),
        PLAY_TEST(test_checkpoints_and_the_finish),
        PLAY_TEST(test_the_finish_that_is_expected),
        PLAY_TEST(test_how_far_a_run_comes),
        PLAY_TEST(test_what_is_saved),
        PLAY_TEST(test_a_play_goes_on_from_a_state),
        PLAY_TEST(test_several_plays_and_a_plot),
        PLAY_TEST(test_lost_and_interrupted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
