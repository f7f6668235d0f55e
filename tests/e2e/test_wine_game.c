/*
 * Native tmlua, and tmsim.exe as a game in a real Wine. The environment says how it is started:
 * TMSIM_WINE_BIN, a command that becomes it, or TMSIM_EXE, the program itself, for the prefix
 * WINEPREFIX. With neither, every test here is skipped. Games are meant by ?pid= wherever games of
 * other runs could be meant instead.
 */
#include "support/confined.h"
#include "support/duo.h"
#include "support/raw_editor.h"
#include "support/raw_expect.h"

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
    START_MS = 40000, /* of the first program in a prefix: Wine starts its services */
    SOON_MS = 15000,
    ARGUMENT_COUNT_MAX = 16
};

static int end(void **unused)
{
    (void)unused;
    process_close_all();
    return 0;
}

static void skip_without_wine(void)
{
    if (getenv("TMSIM_WINE_BIN") != NULL ||
        (getenv("TMSIM_EXE") != NULL && getenv("WINEPREFIX") != NULL))
        return;
    confined_say_skipped("no tmsim.exe for Wine (TMSIM_WINE_BIN, or TMSIM_EXE and WINEPREFIX)");
    skip();
}

/* Wine becomes the program: the process that is started is the game. */
static struct process *run_windows(const char *command, const char *program,
                                   const char *const *arguments)
{
    static const char *const environment[] = {"WINEDEBUG=-all", NULL};
    const char *argv[ARGUMENT_COUNT_MAX] = {command};
    int count = 1;
    if (command == NULL) {
        argv[0] = "/usr/bin/env";
        argv[count++] = "wine";
        argv[count++] = program;
    }
    for (; *arguments != NULL && count < ARGUMENT_COUNT_MAX - 1; arguments++)
        argv[count++] = *arguments;
    struct process_options options = {argv, environment, PROCESS_STDIN_NONE, NULL};
    struct process *process = process_spawn(&options);
    assert_non_null(process);
    return process;
}

static struct process *start_game_with(const char *const *arguments)
{
    skip_without_wine();
    struct process *game = NULL;
    for (int i = 0; i < DUO_WINE_START_COUNT_MAX; i++) {
        process_close(game);
        game = run_windows(getenv("TMSIM_WINE_BIN"), getenv("TMSIM_EXE"), arguments);
        if (process_wait_text(game, PROCESS_STDOUT, "serving TMInterface", START_MS) ||
            !duo_wine_has_failed(game))
            break;
    }
    duo_expect_soon(game, PROCESS_STDOUT, "serving TMInterface", START_MS);
    return game;
}

static struct process *start_game(const char *speed)
{
    return start_game_with(ARGS("--speed", speed));
}

static const char *address_of(const struct process *game)
{
    static char addresses[2][64];
    static unsigned next;
    char *address = addresses[next++ % 2];
    snprintf(address, sizeof addresses[0], "mapped:?pid=%ld", (long)process_pid(game));
    return address;
}

static struct process *run_script(const char *address, const char *script)
{
    char path[300];
    snprintf(path, sizeof path, "%s/scripts/%s", process_root(), script);
    struct process *host = duo_run_tmlua(ARGS("-a", address, path));
    raw_expect_exit(host, 0, SOON_MS);
    return host;
}

static const char run[] = "local game = assert(require 'tm'.attach()) print(game.address)"
                          " print('steps', math.type(game:step())) ";
static const char run_on[] = "local game = assert(require 'tm'.attach())"
                             " print('steps', math.type(game:step())) io.stdout:flush()"
                             " game:on('run_step', function() end)";

static struct process *run_and_stay(const struct process *game)
{
    struct process *host = duo_run_tmlua(ARGS("-a", address_of(game), "-e", run_on));
    duo_expect_soon(host, PROCESS_STDOUT, "steps\tinteger", SOON_MS);
    return host;
}

/* `tmlua --list` says this of the game; its likely name is the first of the line. */
static void expect_listed(const struct process *game, const char *name, const char *state)
{
    struct process *list = duo_run_tmlua(ARGS("--list"));
    char line[200];
    raw_expect_exit(list, 0, SOON_MS);
    snprintf(line, sizeof line, "%-14s %-8s 65536 bytes    tmsim.exe in Wine, pid %ld\n", name,
             state, (long)process_pid(game));
    raw_expect_said(list, PROCESS_STDOUT, line);
    process_close(list);
}

static void test_a_script_does_in_wine_what_it_does_in_the_embedded_game(void **unused)
{
    (void)unused;
    static const char *const scripts[] = {"first_drive.lua", "save_and_rewind.lua"};
    struct process *game = start_game("max");
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        struct process *mapped = run_script(address_of(game), scripts[i]);
        struct process *embedded = run_script("sim:", scripts[i]);
        assert_string_equal(process_text(mapped, PROCESS_STDOUT),
                            process_text(embedded, PROCESS_STDOUT));
    }
    duo_expect_soon(game, PROCESS_STDERR, "finish: ", SOON_MS);
}

/* Driven by memory, and seen by TCP. */
static void test_a_game_in_wine_sends_pictures(void **unused)
{
    (void)unused;
    struct process *game = start_game_with(ARGS("--speed", "1", "--engine", "127.0.0.1:0"));
    char code[600];
    snprintf(code, sizeof code,
             "%s local tm = require 'tm' local engine = assert(tm.connect('127.0.0.1:%d'))"
             " local count = 0 game:on('run_step', function() count = count + 1 end)"
             " tm.task(function() for i = 1, 20 do"
             " local image = assert(engine:screenshot(320, 200)) assert(image.width == 320) end"
             " print('seen', count > 0, engine:ping() > 0) print(engine:call 'state')"
             " engine:close() tm.quit() end)",
             run, raw_editor_port(game));
    struct process *host = duo_run_tmlua(ARGS("-a", address_of(game), "-e", code));
    raw_expect_exit(host, 0, SOON_MS);
    raw_expect_said(host, PROCESS_STDOUT, "seen\ttrue\ttrue\n");
    raw_expect_said(host, PROCESS_STDOUT, "checkpoints");
    duo_expect_not_said(game, PROCESS_STDERR, duo_dropped_text);
}

static void test_a_game_in_wine_is_found_without_its_process(void **unused)
{
    (void)unused;
    static const char *const addresses[] = {"mapped:", "mapped:TMInterface0"};
    struct process *game = start_game("max");
    struct process *list = duo_run_tmlua(ARGS("--list"));
    char expected[80];
    expect_listed(game, "TMInterface0", "free");
    raw_expect_exit(list, 0, SOON_MS);
    if (duo_count_said(list, PROCESS_STDOUT, "TMInterface") > 1) { /* of users, or other runs */
        confined_say_skipped("other games run here, and one of them could be meant");
        skip();
    }
    snprintf(expected, sizeof expected, "mapped:TMInterface0?pid=%ld\nsteps\tinteger\n",
             (long)process_pid(game));
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        struct process *host = duo_run_tmlua(ARGS("-a", addresses[i], "-e", run));
        raw_expect_exit(host, 0, SOON_MS);
        assert_string_equal(process_text(host, PROCESS_STDOUT), expected);
    }
}

static void test_one_client_at_a_time_until_it_is_killed(void **unused)
{
    (void)unused;
    struct process *game = start_game("1");
    struct process *first = run_and_stay(game);
    char user[64];
    expect_listed(game, "TMInterface0", "in use");
    struct process *second = duo_run_tmlua(ARGS("-a", address_of(game), "-w", "0", "-e", run));
    raw_expect_exit(second, 3, SOON_MS);
    raw_expect_said(second, PROCESS_STDERR, "another client is attached; in use by ");
    snprintf(user, sizeof user, "tmlua (pid %ld)", (long)process_pid(first));
    raw_expect_said(second, PROCESS_STDERR, user);
    assert_true(process_signal(first, SIGKILL));
    assert_true(process_wait_exit(first, SOON_MS));
    struct process *next = duo_run_tmlua(ARGS("-a", address_of(game), "-e", run));
    raw_expect_exit(next, 0, SOON_MS);
    raw_expect_said(next, PROCESS_STDOUT, "steps\tinteger");
    expect_listed(game, "TMInterface0", "free");
}

static void test_a_game_that_is_killed_is_lost_at_once(void **unused)
{
    (void)unused;
    struct process *game = start_game("1");
    struct process *host = run_and_stay(game);
    assert_true(process_signal(game, SIGKILL));
    assert_in_range(duo_time_exit(host, 4, SOON_MS), 0, 2000);
    raw_expect_said(host, PROCESS_STDERR, "game lost: the game is gone");
}

static void test_a_game_that_ends_says_so(void **unused)
{
    (void)unused;
    struct process *game = start_game("1");
    struct process *host = duo_run_tmlua(
        ARGS("-a", address_of(game), "-e",
             "local game = assert(require 'tm'.attach()) print('steps', math.type(game:step()))"
             " io.stdout:flush() game:on('shutdown', function() print 'shut down' end)"
             " game:on('run_step', function() end)"));
    duo_expect_soon(host, PROCESS_STDOUT, "steps\tinteger", SOON_MS);
    assert_true(process_signal(game, SIGINT));
    raw_expect_any_exit(host, SOON_MS);
    raw_expect_said(host, PROCESS_STDOUT, "shut down\n");
    raw_expect_exit(game, 0, SOON_MS);
}

static void test_two_games_of_a_prefix_are_told_apart(void **unused)
{
    (void)unused;
    struct process *first = start_game("1"), *second = start_game("max");
    raw_expect_said(first, PROCESS_STDOUT, "serving TMInterface0 ");
    raw_expect_said(second, PROCESS_STDOUT, "serving TMInterface1 ");
    expect_listed(first, "TMInterface0", "free");
    expect_listed(second, "TMInterface1", "free");
    struct process *host = run_and_stay(second);
    duo_expect_soon(second, PROCESS_STDERR, "client registered", SOON_MS);
    duo_expect_not_said(first, PROCESS_STDERR, "client registered");
    expect_listed(first, "TMInterface0", "free");
    expect_listed(second, "TMInterface1", "in use");
    /* What stays is taken for the first: a likely name is no more than that, and a pid is. */
    assert_true(process_signal(first, SIGKILL));
    assert_true(process_wait_exit(first, SOON_MS));
    expect_listed(second, "TMInterface0", "in use");
    assert_true(process_is_running(host));
}

static void test_a_client_in_wine_keeps_the_native_one_out(void **unused)
{
    (void)unused;
    struct process *game = start_game("1");
    char command[500], program[500], *name;
    snprintf(command, sizeof command, "%s",
             getenv("TMSIM_WINE_BIN") != NULL ? getenv("TMSIM_WINE_BIN") : getenv("TMSIM_EXE"));
    name = strrchr(command, '/');
    assert_non_null(name);
    bool is_command = getenv("TMSIM_WINE_BIN") != NULL;
    strcpy(name + 1, is_command ? "tmlua" : "tmlua.exe");
    snprintf(program, sizeof program, "%s", command);
    struct process *client = run_windows(is_command ? command : NULL, program,
                                         ARGS("-a", "mapped:TMInterface0", "-e", run_on));
    duo_expect_soon(client, PROCESS_STDOUT, "steps\tinteger", START_MS);
    expect_listed(game, "TMInterface0", "in use");
    struct process *host = duo_run_tmlua(ARGS("-a", address_of(game), "-w", "0", "-e", run));
    raw_expect_exit(host, 3, SOON_MS);
    raw_expect_said(host, PROCESS_STDERR, "another client is attached; in use by ");
    raw_expect_said(host, PROCESS_STDERR, "tmlua.exe (pid ");
}

static void test_a_game_of_another_user_is_out_of_reach(void **unused)
{
    (void)unused;
    struct process *game = start_game("1");
    struct process *host =
        confined_to_other_user(ARGS("-a", address_of(game), "-w", "0", "-e", run));
    if (host == NULL) {
        confined_say_skipped("a game of another user needs root, and setpriv");
        skip();
    }
    raw_expect_exit(host, 3, SOON_MS);
    raw_expect_said(host, PROCESS_STDERR, "is out of reach: it runs as another user");
    raw_expect_said(host, PROCESS_STDERR, "run tmlua.exe inside its Wine prefix");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define WINE_TEST(name) cmocka_unit_test_teardown(name, end)
        WINE_TEST(test_a_script_does_in_wine_what_it_does_in_the_embedded_game),
        WINE_TEST(test_a_game_in_wine_sends_pictures),
        WINE_TEST(test_a_game_in_wine_is_found_without_its_process),
        WINE_TEST(test_one_client_at_a_time_until_it_is_killed),
        WINE_TEST(test_a_game_that_is_killed_is_lost_at_once),
        WINE_TEST(test_a_game_that_ends_says_so),
        WINE_TEST(test_two_games_of_a_prefix_are_told_apart),
        WINE_TEST(test_a_client_in_wine_keeps_the_native_one_out),
        WINE_TEST(test_a_game_of_another_user_is_out_of_reach),
    };

    return cmocka_run_group_tests_name("wine_game", tests, NULL, NULL);
}
