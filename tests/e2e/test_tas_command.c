/* `tmlua tas COMMAND`: its command line, exit statuses, and the commands on real games. */
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 30000,
    ARGUMENT_COUNT_MAX = 14,
    PATH_SIZE = 600
};

static struct process *process;
static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    process = NULL;
    scratch_end();
    return 0;
}

/* What stands behind `tmlua`, and what comes of it. */
struct run {
    const char *arguments[ARGUMENT_COUNT_MAX];
    int status;
    const char *out; /* the whole standard output; NULL: whatever */
    const char *err; /* the whole standard error; NULL: whatever */
};

static void run(const struct run *expected)
{
    process_close(process);
    process = duo_run_tmlua(expected->arguments);
    raw_expect_exit(process, expected->status, SOON_MS);
    if (expected->out != NULL)
        assert_string_equal(process_text(process, PROCESS_STDOUT), expected->out);
    if (expected->err != NULL)
        assert_string_equal(process_text(process, PROCESS_STDERR), expected->err);
}

static void run_all(const struct run *runs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        run(&runs[i]);
}

#define RUN_ALL(runs) run_all(runs, sizeof(runs) / sizeof((runs)[0]))

static const char *inputs_of(const char *track)
{
    static char path[PATH_SIZE];
    snprintf(path, sizeof path, "%.400s/scripts/inputs/%s.txt", process_root(), track);
    return path;
}

/* Skips the test where the program has no player. */
static void need_player(void)
{
    struct process *asked =
        duo_run_tmlua(ARGS("-e", "os.exit(require 'tas'.player and 0 or 9, true)"));
    int status = raw_expect_any_exit(asked, SOON_MS);
    process_close(asked);
    if (status == 9)
        skip();
    assert_int_equal(status, 0);
}

static void test_help(void **state)
{
    static const struct {
        const char *arguments[5];
        const char *words[4];
    } cases[] = {
        {{"tas"}, {"usage: tmlua [options] tas COMMAND", "\n  splits ", "\n  verify "}},
        {{"tas", "--help"}, {"usage: tmlua [options] tas COMMAND", "exit status"}},
        {{"tas", "-h"}, {"usage: tmlua [options] tas COMMAND"}},
        {{"tas", "help"}, {"usage: tmlua [options] tas COMMAND"}},
        {{"tas", "help", "splits"}, {"usage: tmlua tas splits", "--output", "--attach"}},
        {{"tas", "splits", "--help"}, {"usage: tmlua tas splits", "examples:", "--help"}},
        {{"tas", "help", "verify"}, {"usage: tmlua tas verify", "--every", "--context"}},
        {{"tas", "verify", "x", "-h"}, {"usage: tmlua tas verify"}},
        {{"--help"}, {"tas COMMAND"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        process_close(process);
        process = duo_run_tmlua(cases[i].arguments);
        raw_expect_exit(process, 0, SOON_MS);
        for (size_t j = 0; j < 4 && cases[i].words[j] != NULL; j++)
            raw_expect_said(process, PROCESS_STDOUT, cases[i].words[j]);
        assert_string_equal(process_text(process, PROCESS_STDERR), "");
    }
}

static void test_wrong_usage(void **state)
{
    static const struct run runs[] = {
        {{"tas", "dance"}, 1, "", "tmlua tas: unknown command 'dance' (see tmlua tas --help)\n"},
        {{"tas", "help", "verfy"},
         1,
         "",
         "tmlua tas: unknown command 'verfy', did you mean verify? (see tmlua tas --help)\n"},
        {{"tas", "help", "verify", "x"},
         1,
         "",
         "tmlua tas: too many arguments at 'x' (see tmlua tas --help)\n"},
        {{"tas", "--list"}, 1, "", "tmlua tas: unknown option '--list' (see tmlua tas --help)\n"},
        {{"tas", "init"}, 1, "", "tmlua tas: unknown command 'init' (see tmlua tas --help)\n"},
        {{"tas", "splits"},
         1,
         "",
         "tmlua tas splits: FILE is missing (see tmlua tas splits --help)\n"},
        {{"tas", "splits", "--ouput", "x"},
         1,
         "",
         "tmlua tas splits: unknown option '--ouput', did you mean --output? (see tmlua tas splits"
         " --help)\n"},
        {{"tas", "splits", "-o"},
         1,
         "",
         "tmlua tas splits: --output needs FILE (see tmlua tas splits --help)\n"},
        {{"tas", "splits", "/no/such/file"},
         1,
         "",
         "tmlua tas splits: /no/such/file: No such file or directory\n"},
        {{"tas", "verify", "a", "b", "c"},
         1,
         "",
         "tmlua tas verify: too many arguments at 'c' (see tmlua tas verify --help)\n"},
        {{"tas", "verify", "--every", "0", "a"},
         1,
         "",
         "tmlua tas verify: --every needs a whole number of at least 1, not '0' (see tmlua tas"
         " verify --help)\n"},
        {{"tas", "verify", "--context", "menu", "a"},
         1,
         "",
         "tmlua tas verify: --context must be run or simulation, not 'menu' (see tmlua tas verify"
         " --help)\n"},
        {{"-i", "tas"}, 1, "", "tmlua: -i is not for the commands of tas (see tmlua --help)\n"},
        {{"--watch", "tas", "splits"},
         1,
         "",
         "tmlua: --watch needs a script in a file (see tmlua --help)\n"},
    };
    (void)state;
    RUN_ALL(runs);
}

/* Runs a line of the shell in the folder for files; $0 is the program. */
static void run_shell(const char *line, const char *out, const char *err)
{
    char program[PATH_SIZE], script[PATH_SIZE];
    snprintf(script, sizeof script, "cd '%.200s' && %.300s", scratch_folder(), line);
    snprintf(program, sizeof program, "%s", process_tmlua());
    char *full = realpath(program, NULL);
    process_close(process);
    process = process_run(ARGS("/bin/sh", "-c", script, full != NULL ? full : program));
    free(full);
    assert_non_null(process);
    raw_expect_exit(process, 0, SOON_MS);
    if (out != NULL)
        assert_string_equal(process_text(process, PROCESS_STDOUT), out);
    assert_string_equal(process_text(process, PROCESS_STDERR), err);
}

static void test_a_file_called_tas_is_a_script(void **state)
{
    (void)state;
    scratch_write("tas", "print(arg[0], ...)");
    run_shell("\"$0\" ./tas a", "./tas\ta\n", "");
    run_shell("\"$0\" -- tas a", "tas\ta\n", "");
    run_shell("\"$0\" tas help | head -n 1", "usage: tmlua [options] tas COMMAND [arguments]\n",
              "");
}

static void test_the_arguments_are_in_arg(void **state)
{
    (void)state;
    scratch_write("command.lua", "return function(...) print(arg[0], arg[1], arg[-1], ...) end");
    run_shell("mkdir -p tm && mv command.lua tm/tas_command.lua && \"$0\" -W tas x 'y z'",
              "tas\tx\t-W\tx\ty z\n", "");
}

static void test_a_reader_that_is_gone_is_no_failure(void **state)
{
    (void)state;
    run_shell("\"$0\" tas help verify | true", "", "");
    run_shell("\"$0\" tas help verify | head -n 1", "usage: tmlua tas verify [options] A [B]\n",
              "");
    /* Whoever ignores the signal is told by an error. */
    run_shell("(trap '' PIPE; \"$0\" tas help verify; echo $? >&2) 2>status | true; cat status",
              "0\n", "");
    run_shell("\"$0\" tas help verify >/dev/full 2>said; echo $?; cat said",
              "1\ntmlua tas: cannot write: No space left on device\n", "");
}

static const char saved_a[] = "# tmlua splits 1\nname a\ntarget 2\ncheckpoint 1000\n"
                              "checkpoint 2500\nlap 2500\nend\n";
static const char saved_b[] = "# tmlua splits 1\nname b\ntarget 2\ncheckpoint 1100\n"
                              "checkpoint 2400\nlap 2400\nend\n";

static void test_splits_of_files(void **state)
{
    char a[PATH_SIZE], b[PATH_SIZE], copy[PATH_SIZE], bad[PATH_SIZE], complaint[2 * PATH_SIZE];
    (void)state;
    snprintf(a, sizeof a, "%s", scratch_write("a.splits", saved_a));
    snprintf(b, sizeof b, "%s", scratch_write("b.splits", saved_b));
    snprintf(bad, sizeof bad, "%s", scratch_write("bad.splits", "# tmlua splits 1\nnonsense\n"));
    snprintf(copy, sizeof copy, "%s", scratch_path("copy.splits"));
    run(&(struct run){.arguments = {"tas", "splits", a},
                      .out = "           a\n1       1.00\nfinish  2.50\n",
                      .err = ""});
    static const char both[] = "            a     b\n"
                               "1        1.00  1.10  +0.10\n"
                               "finish   2.50  2.40  -0.10\n"
                               "best of  2.30\n";
    run(&(struct run){.arguments = {"tas", "splits", "-o", copy, a, b}, .out = both, .err = ""});
    run(&(struct run){.arguments = {"tas", "splits", a, copy}, .out = both, .err = ""});
    snprintf(complaint, sizeof complaint, "tmlua tas splits: %s:2: no line of splits\n", bad);
    run(&(struct run){
        .arguments = {"tas", "splits", bad}, .status = 1, .out = "", .err = complaint});
    run(&(struct run){
        .arguments = {"tas", "splits", a, "-o", "/no/such/folder/x"}, .status = 1, .out = ""});
    raw_expect_said(process, PROCESS_STDERR, "/no/such/folder/x");
}

static const char easy_splits[] = "         easy\n1        5.86\n2       12.74\n3       20.03\n"
                                  "4       23.75\nfinish  29.69\n";

static void test_splits_of_a_script_that_is_played(void **state)
{
    const char *easy = inputs_of("easy");
    (void)state;
    need_player();
    run(&(struct run){
        .arguments = {"--sim=easy", "tas", "splits", easy}, .out = easy_splits, .err = ""});
    run(&(struct run){.arguments = {"tas", "splits", easy, "--sim=easy", "--context=simulation"},
                      .out = easy_splits,
                      .err = ""});
    run(&(struct run){.arguments = {"--sim=laps", "tas", "splits", "--sim=easy", "--until", "13.5",
                                    easy, "-o", scratch_path("cut.splits")},
                      .out = "    easy\n1   5.86\n2  12.74\n",
                      .err = ""});
    duo_start_game(&duo, ARGS("--track", "easy", "--speed", "max"));
    run(&(struct run){
        .arguments = {"tas", "splits", scratch_path("cut.splits"), "-a", duo.address, easy},
        .err = ""});
    raw_expect_said(process, PROCESS_STDOUT, "\n2        12.74  12.74  +0.00\n");
    raw_expect_said(process, PROCESS_STDOUT, "-  29.69\n");
}

static void test_verify(void **state)
{
    static const char same[] = "the runs are the same, 2970 ticks\n";
    const char *easy = inputs_of("easy");
    const char *other = scratch_write("other.txt", "0 press up\n1000 steer 100\n");
    static const char *const contexts[] = {"run", "simulation"};
    (void)state;
    need_player();
    for (int i = 0; i < 2; i++) {
        run(&(struct run){
            .arguments = {"--sim=easy", "tas", "verify", easy, "--context", contexts[i]},
            .out = same,
            .err = ""});
        run(&(struct run){.arguments = {"tas", "verify", "--sim=easy", "--sim=easy", "--every",
                                        "50", "--context", contexts[i], easy},
                          .out = same,
                          .err = ""});
        run(&(struct run){.arguments = {"--sim=easy", "tas", "verify", "--until", "2.0", "--every",
                                        "20", easy, other, "--context", contexts[i]},
                          .status = 1,
                          .err = ""});
        raw_expect_said(process, PROCESS_STDOUT, "the runs part at 1.00 s (tick 101)\n  ");
    }
    duo_start_game(&duo, ARGS("--track", "easy", "--speed", "max"));
    run(&(struct run){
        .arguments = {"-a", duo.address, "tas", "verify", easy}, .out = same, .err = ""});
    run(&(struct run){.arguments = {"tas", "verify", "-a", duo.address, "--sim=easy", easy},
                      .out = same,
                      .err = ""});
}

static void test_what_is_no_input_is_named(void **state)
{
    const char *script = scratch_write("odd.txt", "0 press up\n10 press nothing\n");
    char warning[2 * PATH_SIZE];
    (void)state;
    need_player();
    run(&(struct run){.arguments = {"--sim", "tas", "verify", "--until", "0.5", script},
                      .out = "the runs are the same, 51 ticks\n"});
    snprintf(warning, sizeof warning, "tmlua tas verify: %s:2:", script);
    raw_expect_said(process, PROCESS_STDERR, warning);
}

static void test_exit_statuses_of_games(void **state)
{
    char address[PROCESS_SLOT_NAME_SIZE + 8], name[PROCESS_SLOT_NAME_SIZE];
    const char *script = scratch_write("long.txt", "0 press up\n1000000 rel up\n");
    (void)state;
    need_player();
    snprintf(address, sizeof address, "mapped:%s", process_slot_name(name));
    run(&(struct run){
        .arguments = {"tas", "verify", "-w", "0", "-a", address, script}, .status = 3, .out = ""});
    raw_expect_said(process, PROCESS_STDERR, "tmlua tas verify: no game to attach to");
    run(&(struct run){.arguments = {"-a", address, "-w0", "tas", "splits", script}, .status = 3});
    run(&(struct run){.arguments = {"tas", "splits", "-a", "nonsense", script}, .status = 1});
    raw_expect_said(process, PROCESS_STDERR, "tmlua tas splits: 'nonsense' is not the address");
    /* Lost, and interrupted, in the middle of a play. */
    for (int i = 0; i < 2; i++) {
        duo_start_game(&duo, ARGS("--track", "laps", "--speed", "10"));
        process_close(process);
        process = duo_run_tmlua(ARGS("tas", "splits", "-a", duo.address, script));
        duo_expect_soon(duo.game, PROCESS_STDERR, "client registered", SOON_MS);
        process_signal(i == 0 ? duo.game : process, i == 0 ? SIGKILL : SIGINT);
        raw_expect_exit(process, i == 0 ? 4 : 130, SOON_MS);
        duo_end(&duo);
    }
}

#define TAS_TEST(function) cmocka_unit_test_teardown(function, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TAS_TEST(test_help),
        TAS_TEST(test_wrong_usage),
        TAS_TEST(test_a_file_called_tas_is_a_script),
        TAS_TEST(test_the_arguments_are_in_arg),
        TAS_TEST(test_a_reader_that_is_gone_is_no_failure),
        TAS_TEST(test_splits_of_files),
        TAS_TEST(test_splits_of_a_script_that_is_played),
        TAS_TEST(test_verify),
        TAS_TEST(test_what_is_no_input_is_named),
        TAS_TEST(test_exit_statuses_of_games),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
