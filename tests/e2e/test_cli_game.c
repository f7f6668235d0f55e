/* The command line of tmlua with games: which one is meant, how long it waits, what it says. */
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
    SOON_MS = 10000
};

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    scratch_end();
    return 0;
}

static struct process *expect_exit(const char *const *arguments, int status)
{
    struct process *process = duo_run_tmlua(arguments);

    raw_expect_exit(process, status, SOON_MS);
    return process;
}

static const char attach[] = "print(assert(require 'tm'.attach()).address)";

static void test_no_game_says_what_was_looked_for(void **state)
{
    struct process *process;

    (void)state;
    duo_begin(&duo);
    process = expect_exit(ARGS("-a", duo.address, "-w", "0.3", "-e", attach), 3);
    raw_expect_said(process, PROCESS_STDERR, "tmlua: ");
    raw_expect_said(process, PROCESS_STDERR, "no running game was found");
    raw_expect_said(process, PROCESS_STDERR, "within 0.3 s");
    raw_expect_said(process, PROCESS_STDERR, duo.name);
    raw_expect_said(process, PROCESS_STDERR, "--sim");
    duo_expect_not_said(process, PROCESS_STDERR, "stack traceback");
    assert_int_equal(duo_count_said(process, PROCESS_STDERR, "\n"), 1);
}

/* Without an option it would be 10 s; Wine may take some to start. */
static void test_no_wait_fails_at_once_and_a_wait_ends(void **state)
{
    enum {
        START_MS_MAX = 8500
    };
    struct process *process;

    (void)state;
    duo_begin(&duo);
    process = duo_run_tmlua(ARGS("-a", duo.address, "-w", "0", "-e", attach));
    assert_in_range(duo_time_exit(process, 3, SOON_MS), 0, START_MS_MAX);
    process = duo_run_tmlua(ARGS("-a", duo.address, "--wait=1", "-e", attach));
    assert_in_range(duo_time_exit(process, 3, SOON_MS), 900, START_MS_MAX);
    process = duo_run_tmlua(ARGS("-a", duo.address, "--wait=9", "-e", "print 'no need'"));
    assert_in_range(duo_time_exit(process, 0, SOON_MS), 0, START_MS_MAX);
}

static void test_a_game_that_starts_later_is_found(void **state)
{
    struct process *process;

    (void)state;
    duo_begin(&duo);
    process = duo_run_tmlua(
        ARGS("-a", duo.address, "-w", "20", "-e", "print 'waits' io.stdout:flush()", "-e", attach));
    duo_expect_soon(process, PROCESS_STDOUT, "waits\n", SOON_MS);
    assert_false(process_wait_exit(process, 200));
    duo_start_game(&duo, ARGS("--speed", "max"));
    raw_expect_exit(process, 0, SOON_MS);
    raw_expect_said(process, PROCESS_STDOUT, duo.address);
}

static void test_the_first_address_is_the_default(void **state)
{
    struct process *process;

    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max"));
    process = expect_exit(ARGS("-a", "sim:laps", "-a", duo.address, "-e", attach), 0);
    assert_string_equal(process_text(process, PROCESS_STDOUT), "sim:laps\n");
    process = expect_exit(ARGS("-a", duo.address, "--sim", "-e", attach), 0);
    raw_expect_said(process, PROCESS_STDOUT, duo.address);
    process = expect_exit(ARGS("--sim=technical", "-a", duo.address, "-e", attach), 0);
    assert_string_equal(process_text(process, PROCESS_STDOUT), "sim:technical\n");
}

static void test_the_embedded_game_by_name(void **state)
{
    static const char *const options[] = {
        "--sim",      "--sim=straight",           "--sim=easy", "--sim=technical", "--sim=laps",
        "-asim:laps", "--attach=sim:easy?speed=5"};
    struct process *process;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof options / sizeof options[0]; i++) {
        process = expect_exit(
            ARGS(options[i], "-e", "print(math.type(assert(require 'tm'.attach()):step()))"), 0);
        assert_string_equal(process_text(process, PROCESS_STDOUT), "integer\n");
    }
    process = expect_exit(ARGS("--sim=monza", "-e", attach), 3);
    raw_expect_said(process, PROCESS_STDERR, "there is no track monza");
    raw_expect_said(process, PROCESS_STDERR, "straight easy technical laps");
}

static void test_os_exit_lets_the_game_go_and_has_the_last_word(void **state)
{
    static const char *const codes[] = {
        "game:step() os.exit(7)",
        "game:on('run_step', function() os.exit(7) end)",
        "game:step() tm.task(function() tm.sleep(0.01) os.exit(7, true) end)",
        "game:step() game:pause() os.exit(7)",
        "game:step() coroutine.wrap(function() os.exit(7) end)()",
        "game:on('error', function() os.exit(7) end)"
        " game:on('run_step', function() error 'x' end)",
        "game:on('deregistered', function(_, why) print(why) end) game:step() tm.quit(7)",
    };
    size_t i;

    (void)state;
    duo_start_game(&duo, ARGS("--speed", "1"));
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        duo_start_host(&duo, codes[i]);
        raw_expect_exit(duo.host, 7, SOON_MS);
        duo_expect_not_said(duo.game, PROCESS_STDERR, "did not answer");
    }
    raw_expect_said(duo.host, PROCESS_STDOUT, "closed\n");
    duo_start_host(&duo, "print(math.type(game:step()))");
    raw_expect_exit(duo.host, 0, SOON_MS);
    duo_expect_soon(duo.game, PROCESS_STDERR, "client deregistered", SOON_MS);
    duo_expect_not_said(duo.game, PROCESS_STDERR, "did not answer");
}

static void test_a_hook_error_names_the_event_and_the_race_time(void **state)
{
    const char *script =
        scratch_write("hook.lua", "local tm = require 'tm'\n"
                                  "local game = assert(tm.attach())\n"
                                  "local function inner() error 'hook broke' end\n"
                                  "game:on('run_step', function(_, time)\n"
                                  "  if time == -1230 then inner() end\n"
                                  "  if time == -2600 then game:set_timeout(500) end\n"
                                  "end)\n"
                                  "game:give_up()\n");
    char expected[600];

    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max"));
    duo.host = expect_exit(ARGS("-a", duo.address, script), 1);
    snprintf(expected, sizeof expected,
             "tmlua: in run_step at -1.230 s (%s): %s:3: hook broke\nstack traceback:\n",
             duo.address, script);
    raw_expect_said(duo.host, PROCESS_STDERR, expected);
    raw_expect_said(duo.host, PROCESS_STDERR, "'inner'");
    snprintf(expected, sizeof expected, "%s:5: in function <%s:4>", script, script);
    raw_expect_said(duo.host, PROCESS_STDERR, expected);
}

/* "tmsim: serving NAME on …": the name, in a static buffer. */
static const char *served_name(struct process *game)
{
    static char name[64];

    duo_expect_soon(game, PROCESS_STDOUT, " on ", SOON_MS);
    assert_int_equal(sscanf(process_text(game, PROCESS_STDOUT), "tmsim: serving %63s on ", name),
                     1);
    return name;
}

/*
 * `tmlua --list` has a line that begins with the name and contains the word. A game of the same
 * name may run in Wine, and is none of ours.
 */
static void expect_listed(const char *name, const char *word)
{
    struct process *list = expect_exit(ARGS("--list"), 0);
    char start[80], line[200] = "";
    const char *at = process_text(list, PROCESS_STDOUT);

    snprintf(start, sizeof start, "%s ", name);
    while ((at = strstr(at, start)) != NULL) {
        snprintf(line, sizeof line, "%.*s", (int)strcspn(at, "\n"), at);
        if (strstr(line, "in Wine") == NULL)
            break;
        at += strlen(start);
    }
    if (at == NULL || strstr(line, word) == NULL)
        fail_msg("%s is not %s: %s", name, word, process_text(list, PROCESS_STDOUT));
    process_close(list);
}

static void test_the_list_shows_the_games_there_are(void **state)
{
    struct process *games[2], *list;
    char names[2][64], address[80];
    int i;

    (void)state;
    list = expect_exit(ARGS("--list"), 0);
    if (process_text(list, PROCESS_STDOUT)[0] == '\0') {
        raw_expect_said(list, PROCESS_STDERR, "no game is running");
        raw_expect_said(list, PROCESS_STDERR, "tmsim");
    }
    for (i = 0; i < 2; i++) {
        games[i] = duo_run_tmsim(ARGS("--speed", "1"));
        strcpy(names[i], served_name(games[i]));
        assert_true(strncmp(names[i], "TMInterface", 11) == 0);
        expect_listed(names[i], "free");
        /* Windows does not tell the size of a mapping, only its pages. */
        expect_listed(names[i], process_is_wine() ? "65536 bytes" : "65535 bytes");
    }
    assert_string_not_equal(names[0], names[1]);
    snprintf(address, sizeof address, "mapped:%s", names[1]);
    duo.host = duo_run_tmlua(ARGS("-a", address, "-e",
                                  "local game = require 'tm'.attach() game:step() print 'ready'"
                                  " io.stdout:flush() game:on('run_step', function() end)"));
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready", SOON_MS);
    expect_listed(names[0], "free");
    expect_listed(names[1], "in use");
    assert_true(process_signal(games[0], process_end_request()));
    raw_expect_exit(games[0], 0, SOON_MS);
    expect_listed(names[1], "in use");
    assert_true(process_signal(games[1],
                               process_end_request())); /* a game that is killed leaves its slot */
    raw_expect_exit(games[1], 0, SOON_MS);
}

/* Whatever other games run, a free one of ours is among those that "mapped:" may take. */
static void test_without_an_address_a_running_game_is_taken(void **state)
{
    struct process *game = duo_run_tmsim(ARGS("--speed", "max"));
    struct process *host;

    (void)state;
    served_name(game);
    host = expect_exit(ARGS("-w", "5", "-e",
                            "local game = assert(require 'tm'.attach())"
                            " print(game.address, math.type(game:step()))"),
                       0);
    raw_expect_said(host, PROCESS_STDOUT, "mapped:TMInterface");
    raw_expect_said(host, PROCESS_STDOUT, "\tinteger\n");
    assert_true(process_signal(game, process_end_request()));
    raw_expect_exit(game, 0, SOON_MS);
}

static void test_the_list_takes_no_script(void **state)
{
    struct process *list = duo_run_tmlua(ARGS("--list", "-e", "print 'not run'"));

    (void)state;
    raw_expect_any_exit(list, SOON_MS);
    duo_expect_not_said(list, PROCESS_STDOUT, "not run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CLI_TEST(name) cmocka_unit_test_teardown(name, end)
        CLI_TEST(test_no_game_says_what_was_looked_for),
        CLI_TEST(test_no_wait_fails_at_once_and_a_wait_ends),
        CLI_TEST(test_a_game_that_starts_later_is_found),
        CLI_TEST(test_the_first_address_is_the_default),
        CLI_TEST(test_the_embedded_game_by_name),
        CLI_TEST(test_os_exit_lets_the_game_go_and_has_the_last_word),
        CLI_TEST(test_a_hook_error_names_the_event_and_the_race_time),
        CLI_TEST(test_the_list_shows_the_games_there_are),
        CLI_TEST(test_without_an_address_a_running_game_is_taken),
        CLI_TEST(test_the_list_takes_no_script),
    };

    return cmocka_run_group_tests_name("cli_game", tests, NULL, NULL);
}
