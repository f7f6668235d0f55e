/*
 * The command line of tmlua with games in Wine that only look like such: which is meant, what is
 * said of them. Games that answer are in test_wine_game.c.
 */
#include "support/child.h"
#include "support/confined.h"
#include "support/duo.h"
#include "support/fake_wine.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SIZE = 65536,
    SOON_MS = 10000
};

static pid_t started[8];
static int files[8];
static int started_count, file_count;

static pid_t later_killed(pid_t pid)
{
    started[started_count++] = pid;
    return pid;
}

static int file_of(size_t size)
{
    files[file_count++] = fake_wine_memfd(size);
    return files[file_count - 1];
}

static int end(void **unused)
{
    (void)unused;
    process_close_all();
    while (started_count > 0)
        child_kill(started[--started_count]);
    while (file_count > 0)
        close(files[--file_count]);
    scratch_end();
    return 0;
}

/* A game alone in its prefix. */
static pid_t run_game(const char *program, size_t size)
{
    int file = file_of(size);
    later_killed(fake_wine_server(&file, 1));
    return later_killed(fake_wine_game(program, file));
}

static const char *text_of(const char *format, pid_t pid)
{
    static char texts[4][200];
    static unsigned next;
    char *text = texts[next++ % 4];
    snprintf(text, sizeof texts[0], format, (long)pid);
    return text;
}

static struct process *expect_exit(const char *const *arguments, int status)
{
    struct process *process = duo_run_tmlua(arguments);
    raw_expect_exit(process, status, SOON_MS);
    return process;
}

static const char attach[] = "local game, message, code = require 'tm'.attach() print(code)"
                             " assert(game, message)";

/* tmlua with that address is refused; standard error says each of the texts. */
static void expect_refused(const char *address, const char *code, const char *const *texts)
{
    struct process *host = expect_exit(ARGS("-a", address, "-w", "0", "-e", attach), 3);
    char line[64];
    snprintf(line, sizeof line, "%s\n", code);
    assert_string_equal(process_text(host, PROCESS_STDOUT), line);
    for (; *texts != NULL; texts++)
        raw_expect_said(host, PROCESS_STDERR, *texts);
    assert_int_equal(duo_count_said(host, PROCESS_STDERR, "\n"), 1);
    process_close(host);
}

static void test_the_list_shows_the_games_in_wine(void **unused)
{
    (void)unused;
    pid_t pid = run_game("C:\\TmForever\\TmForever.exe", SIZE);
    struct process *list = expect_exit(ARGS("--list"), 0);
    raw_expect_said(list, PROCESS_STDOUT,
                    text_of("TMInterface0   free     65536 bytes    TmForever.exe in Wine, pid "
                            "%ld\n",
                            pid));
    later_killed(fake_wine_game("python.exe", files[0])); /* a client in Wine */
    list = expect_exit(ARGS("--list"), 0);
    raw_expect_said(list, PROCESS_STDOUT,
                    text_of("TMInterface0   in use   65536 bytes    TmForever.exe in Wine, pid "
                            "%ld\n",
                            pid));
}

static void test_a_script_gets_all_that_is_known(void **unused)
{
    (void)unused;
    pid_t pid = run_game("tmsim.exe", 16384);
    char code[400];
    snprintf(code, sizeof code,
             "for _, game in ipairs(require 'tm'.instances()) do if game.pid == %ld then"
             " print(game.name, game.address, game.size, game.state, game.program) end end",
             (long)pid);
    struct process *script = expect_exit(ARGS("-e", code), 0);
    assert_string_equal(
        process_text(script, PROCESS_STDOUT),
        text_of("TMInterface0\tmapped:TMInterface0?pid=%ld\t16384\tfree\ttmsim.exe\n", pid));
}

/* Users, or other runs of the tests, may have a game of that name too, native or in Wine. */
static bool others_were_meant(struct process *host)
{
    bool several = duo_count_said(host, PROCESS_STDERR, "several Wine prefixes") > 0;
    if (!several && access("/dev/shm/TMInterface0", F_OK) != 0)
        return false;
    confined_say_skipped("another game here has the name TMInterface0");
    return true;
}

static void test_one_name_in_two_prefixes_is_refused_with_both_addresses(void **unused)
{
    (void)unused;
    pid_t pids[] = {run_game("tmsim.exe", SIZE), run_game("tmsim.exe", SIZE)};
    struct process *host =
        duo_run_tmlua(ARGS("-a", "mapped:TMInterface0", "-w", "5", "-e", attach));
    raw_expect_any_exit(host, SOON_MS);
    if (duo_count_said(host, PROCESS_STDERR, "several Wine prefixes") == 0 &&
        others_were_meant(host))
        skip();
    raw_expect_exit(host, 1, SOON_MS);
    assert_string_equal(process_text(host, PROCESS_STDOUT), "invalid\n");
    for (int i = 0; i < 2; i++)
        raw_expect_said(host, PROCESS_STDERR, text_of("mapped:TMInterface0?pid=%ld", pids[i]));
}

static void test_a_name_that_is_none_of_theirs_is_not_looked_for_in_wine(void **unused)
{
    (void)unused;
    run_game("tmsim.exe", SIZE);
    expect_refused("mapped:TMInterface15", "no_game",
                   ARGS("shared memory TMInterface15 and for such a game in Wine"));
    expect_refused("mapped:mine", "no_game", ARGS("looked for the shared memory mine"));
}

static void test_the_size_must_fit_and_is_said_with_the_process(void **unused)
{
    (void)unused;
    pid_t pid = run_game("tmsim.exe", 16384);
    const char *hint = text_of("mapped:TMInterface0?pid=%ld&size=16384 (or ?dialect=public", pid);
    expect_refused(text_of("mapped:?pid=%ld", pid), "size_mismatch",
                   ARGS("has 16384 bytes, not 65535", hint));
    /* The right size goes further: nobody is there to answer. */
    expect_refused(text_of("mapped:?pid=%ld&dialect=public", pid), "timeout",
                   ARGS(text_of("looked at process %ld", pid)));
    expect_refused(text_of("mapped:TMInterface7?pid=%ld&size=16384", pid), "timeout", ARGS(""));
}

static void test_memory_in_which_nobody_answers_is_left_as_it_was(void **unused)
{
    (void)unused;
    static const unsigned char zeros[SIZE];
    static unsigned char bytes[SIZE];
    pid_t pid = run_game("tmsim.exe", SIZE);
    expect_refused(text_of("mapped:?pid=%ld", pid), "timeout", ARGS("nobody reads the slot"));
    assert_int_equal(pread(files[0], bytes, SIZE, 0), SIZE);
    assert_memory_equal(bytes, zeros, SIZE);
}

static void test_pieces_of_memory_that_are_alike_are_not_chosen_from(void **unused)
{
    (void)unused;
    struct fake_process game = {.loader = "wine64", .program = "tmsim.exe", .file_count = 2};
    game.files[0] = file_of(SIZE);
    game.files[1] = file_of(SIZE);
    later_killed(fake_wine_server(files, 2));
    pid_t pid = later_killed(fake_wine_start(&game));
    expect_refused(text_of("mapped:?pid=%ld", pid), "size_mismatch",
                   ARGS("more than one piece of memory", text_of("?pid=%ld&size=BYTES", pid)));
    struct process *list = expect_exit(ARGS("--list"), 0);
    duo_expect_not_said(list, PROCESS_STDOUT, text_of("pid %ld\n", pid));
}

static void test_a_process_that_is_no_game_is_refused(void **unused)
{
    (void)unused;
    expect_refused(text_of("mapped:?pid=%ld", getpid()), "no_game",
                   ARGS(text_of("process %ld is not running a game in Wine", getpid())));
    expect_refused("mapped:?pid=2147483647", "no_game", ARGS("process 2147483647 is not"));
}

static void test_a_client_in_wine_is_named(void **unused)
{
    (void)unused;
    pid_t pid = run_game("tmsim.exe", SIZE);
    pid_t python = later_killed(fake_wine_game("C:\\python\\python.exe", files[0]));
    expect_refused(text_of("mapped:?pid=%ld", pid), "already_registered",
                   ARGS("another client is attached; in use by",
                        text_of("tmsim.exe (pid %ld)", pid),
                        text_of("python.exe (pid %ld)", python)));
}

static const char out_of_reach[] = " is out of reach: it runs as another user, or its wineserver "
                                   "in another container; run tmlua.exe inside its Wine prefix";

static void test_a_wineserver_that_cannot_be_seen_is_said(void **unused)
{
    (void)unused;
    pid_t pid = later_killed(fake_wine_game("tmsim.exe", file_of(SIZE)));
    const char *game = text_of("tmsim.exe (pid %ld)", pid);
    char sentence[200];
    snprintf(sentence, sizeof sentence, "%s%s", game, out_of_reach);
    expect_refused(text_of("mapped:?pid=%ld", pid), "denied", ARGS(sentence));
    struct process *host = /* waiting cures nothing */
        duo_run_tmlua(ARGS("-a", text_of("mapped:?pid=%ld", pid), "-w", "20", "-e", attach));
    duo_time_exit(host, 3, SOON_MS);
    struct process *list = expect_exit(ARGS("--list"), 0);
    raw_expect_said(list, PROCESS_STDOUT,
                    text_of(" denied   ? bytes        tmsim.exe in Wine, pid %ld\n", pid));
}

static void test_a_game_in_reach_goes_before_one_that_is_not(void **unused)
{
    (void)unused;
    pid_t hidden = later_killed(fake_wine_game("tmsim.exe", file_of(SIZE)));
    pid_t pid = run_game("tmsim.exe", SIZE);
    struct process *host =
        duo_run_tmlua(ARGS("-a", "mapped:TMInterface0", "-w", "0", "-e", attach));
    raw_expect_any_exit(host, SOON_MS);
    duo_expect_not_said(host, PROCESS_STDERR, text_of("?pid=%ld", hidden));
    if (others_were_meant(host))
        skip();
    assert_string_equal(process_text(host, PROCESS_STDOUT), "timeout\n");
    raw_expect_said(host, PROCESS_STDERR,
                    text_of("mapped:TMInterface0?pid=%ld: nobody reads the slot", pid));
}

static void test_a_game_of_another_user_is_said(void **unused)
{
    (void)unused;
    pid_t pid = run_game("tmsim.exe", SIZE);
    struct process *host = confined_to_other_user(
        ARGS("-a", text_of("mapped:?pid=%ld", pid), "-w", "0", "-e", attach));
    if (host == NULL) {
        confined_say_skipped("a game of another user needs root, and setpriv");
        skip();
    }
    raw_expect_exit(host, 3, SOON_MS);
    raw_expect_said(host, PROCESS_STDERR, text_of("tmsim.exe (pid %ld)", pid));
    raw_expect_said(host, PROCESS_STDERR, out_of_reach);
    assert_string_equal(process_text(host, PROCESS_STDOUT), "denied\n");
    host = confined_to_other_user(ARGS("-a", "mapped:", "-w", "0.2", "-e", attach));
    raw_expect_exit(host, 3, SOON_MS);
    raw_expect_said(host, PROCESS_STDERR, out_of_reach);
    raw_expect_said(host, PROCESS_STDERR, "within 0.2 s");
    host = confined_to_other_user(ARGS("--list"));
    raw_expect_exit(host, 0, SOON_MS);
    raw_expect_said(host, PROCESS_STDOUT,
                    text_of(" denied   ? bytes        tmsim.exe in Wine, pid %ld\n", pid));
}

static void test_a_container_of_our_own_is_said(void **unused)
{
    (void)unused;
    run_game("tmsim.exe", SIZE);
    struct process *host =
        confined_to_container(ARGS("-a", "mapped:TMInterface9", "-w", "0", "-e", attach));
    if (host == NULL) {
        confined_say_skipped("a container needs root, and unshare");
        skip();
    }
    assert_true(process_wait_exit(host, SOON_MS));
    if (strstr(process_text(host, PROCESS_STDERR), "unshare:") != NULL) {
        confined_say_skipped("this machine makes no containers"); /* it may be one itself */
        skip();
    }
    raw_expect_exit(host, 3, SOON_MS);
    raw_expect_said(host, PROCESS_STDERR, "this is a container");
    raw_expect_said(host, PROCESS_STDERR, "run tmlua.exe inside their Wine prefix");
    assert_string_equal(process_text(host, PROCESS_STDOUT), "no_game\n");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
#define WINE_TEST(name) cmocka_unit_test_teardown(name, end)
        WINE_TEST(test_the_list_shows_the_games_in_wine),
        WINE_TEST(test_a_script_gets_all_that_is_known),
        WINE_TEST(test_one_name_in_two_prefixes_is_refused_with_both_addresses),
        WINE_TEST(test_a_name_that_is_none_of_theirs_is_not_looked_for_in_wine),
        WINE_TEST(test_the_size_must_fit_and_is_said_with_the_process),
        WINE_TEST(test_memory_in_which_nobody_answers_is_left_as_it_was),
        WINE_TEST(test_pieces_of_memory_that_are_alike_are_not_chosen_from),
        WINE_TEST(test_a_process_that_is_no_game_is_refused),
        WINE_TEST(test_a_client_in_wine_is_named),
        WINE_TEST(test_a_wineserver_that_cannot_be_seen_is_said),
        WINE_TEST(test_a_game_in_reach_goes_before_one_that_is_not),
        WINE_TEST(test_a_game_of_another_user_is_said),
        WINE_TEST(test_a_container_of_our_own_is_said),
    };
    if (fake_wine_main(argc, argv))
        return 0;
    return cmocka_run_group_tests_name("cli_wine", tests, NULL, NULL);
}
