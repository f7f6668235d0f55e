/* The command line of tmsim: its options, where it serves, and how it ends. */
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/raw_slot.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
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

static void test_help_and_version(void **state)
{
    static const char *const words[] = {"usage: tmsim", "--track",       "--laps",  "--speed",
                                        "--mapped",     "--buffer-size", "--steps", "--quiet",
                                        "straight",     "easy",          "laps",    "technical"};
    struct process *process;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        process = duo_run_tmsim(ARGS(i == 0 ? "-h" : "--help"));
        raw_expect_exit(process, 0, SOON_MS);
        raw_expect_said(process, PROCESS_STDOUT, words[0]);
    }
    for (i = 0; i < sizeof words / sizeof words[0]; i++)
        raw_expect_said(process, PROCESS_STDOUT, words[i]);
    for (i = 0; i < 2; i++) {
        process = duo_run_tmsim(ARGS(i == 0 ? "-v" : "--version"));
        raw_expect_exit(process, 0, SOON_MS);
        raw_expect_said(process, PROCESS_STDOUT, "tmsim 0.");
    }
}

static void test_wrong_options_are_named(void **state)
{
    static const struct {
        const char *arguments[3];
        const char *complaint;
    } cases[] = {
        {{"--nothing"}, "unknown option '--nothing'"},
        {{"-x"}, "unknown option '-x'"},
        {{"easy"}, "unknown option 'easy'"},
        {{"--speed"}, "--speed needs a number above 0, or max"},
        {{"--speed", "0"}, "--speed needs"},
        {{"--speed", "-1"}, "--speed needs"},
        {{"--speed", "fast"}, "--speed needs"},
        {{"--speed=1x"}, "--speed needs"},
        {{"--speed", "nan"}, "--speed needs"},
        {{"--laps", "0"}, "--laps needs a whole number from 1 to 100"},
        {{"--laps", "101"}, "--laps needs"},
        {{"--laps", "1.5"}, "--laps needs"},
        {{"--laps"}, "--laps needs"},
        {{"--buffer-size", "255"}, "--buffer-size needs a whole number from 256 to 16777216"},
        {{"--buffer-size", "16777217"}, "--buffer-size needs"},
        {{"--steps", "0"}, "--steps needs a whole number from 1"},
        {{"--steps", "many"}, "--steps needs"},
        {{"--track"}, "--track needs a name or a file"},
        {{"--track", "monza"}, "is called monza"},
        {{"--quiet=5"}, "unknown option '--quiet"},
        {{"--mapped", "a/b"}, "a/b"},
        {{"--mapped", "../x"}, "../x"},
        {{"--mapped="}, "out of its range"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct process *process = duo_run_tmsim(cases[i].arguments);

        raw_expect_exit(process, 1, SOON_MS);
        raw_expect_said(process, PROCESS_STDERR, "tmsim: ");
        raw_expect_said(process, PROCESS_STDERR, cases[i].complaint);
        assert_string_equal(process_text(process, PROCESS_STDOUT), "");
        process_close(process);
    }
}

static void test_good_options_are_obeyed(void **state)
{
    static const struct {
        const char *arguments[8];
        const char *line;
    } cases[] = {
        {{"--steps", "1", "--speed", "100"}, "on easy, 65535 bytes"},
        {{"--track", "straight", "--steps=1", "--speed=100"}, "on straight, 65535 bytes"},
        {{"--track=laps", "--laps", "2", "--steps", "1", "--speed", "100"}, "on laps, "},
        {{"--buffer-size", "20000", "--steps", "1", "--speed", "100"}, "on easy, 20000 bytes"},
        {{"--buffer-size=256", "--steps", "1", "--speed", "1e6"}, "256 bytes"},
        {{"--steps", "1", "--speed", "0.9", "-q"}, "on easy"},
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        duo_start_game(&duo, cases[i].arguments);
        raw_expect_exit(duo.game, 0, SOON_MS);
        raw_expect_said(duo.game, PROCESS_STDOUT, "tmsim: serving ");
        raw_expect_said(duo.game, PROCESS_STDOUT, duo.name);
        raw_expect_said(duo.game, PROCESS_STDOUT, cases[i].line);
        assert_string_equal(process_text(duo.game, PROCESS_STDERR), "");
        assert_int_equal(raw_slot_visible_size(duo.name), -1);
    }
}

static void test_steps_end_the_game_with_a_shutdown_for_its_client(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max", "--steps", "3000"));
    duo_start_host(&duo, "local count = 0 game:on('shutdown', function() print 'shutdown' end)"
                         " while game:step() do count = count + 1 end"
                         " print('steps', count > 1000 and count <= 3000)");
    raw_expect_exit(duo.game, 0, SOON_MS);
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "shutdown\n");
    raw_expect_said(duo.host, PROCESS_STDOUT, "steps\ttrue\n");
}

static void test_a_track_file_is_driven(void **state)
{
    const char *path =
        scratch_write("short.track", "name short\nwidth 24\nstart 0 0 0\n"
                                     "point 0 -20\npoint 0 60\nfinish\npoint 0 700\n");

    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max", "--track", path));
    raw_expect_said(duo.game, PROCESS_STDOUT, "on short, ");
    duo_start_host(&duo, "game:give_up() while game:step() < -10 do end"
                         " game:set_input_state { accelerate = true }"
                         " print('checkpoint', game:wait('checkpoint_count_changed', 5))");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "checkpoint\t1\t1\n");
    duo_expect_soon(duo.game, PROCESS_STDERR, "finish: ", SOON_MS);
}

static void test_a_broken_track_file_is_named_with_line_and_column(void **state)
{
    const char *path = scratch_write("broken.track", "name broken\nwidth 24\nstrat 0 0 0\n");
    struct process *process = duo_run_tmsim(ARGS("--track", path));
    char expected[600];

    (void)state;
    raw_expect_exit(process, 1, SOON_MS);
    snprintf(expected, sizeof expected, "tmsim: %s:3:1: ", path);
    raw_expect_said(process, PROCESS_STDERR, expected);
    process = duo_run_tmsim(ARGS("--track", scratch_folder()));
    raw_expect_exit(process, 1, SOON_MS);
}

static void test_laps_can_be_asked_for(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max", "--track", "laps", "--laps", "2"));
    duo_start_host(&duo, "game:step() local data = game:get_checkpoint_state()"
                         " print('times', #data.cp_times)");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "times\t8\n");
}

static void test_a_taken_name_is_refused(void **state)
{
    struct process *second;

    (void)state;
    duo_start_game(&duo, ARGS("--speed", "1"));
    second = duo_run_tmsim(ARGS("--mapped", duo.name));
    raw_expect_exit(second, 1, SOON_MS);
    raw_expect_said(second, PROCESS_STDERR, duo.name);
    raw_expect_said(second, PROCESS_STDERR, "no slot is free");
    assert_true(process_is_running(duo.game));
    if (!process_is_wine())
        assert_int_equal(raw_slot_visible_size(duo.name), 65535);
}

static int slot_number(struct process *game)
{
    int number = -1;

    duo_expect_soon(game, PROCESS_STDOUT, "\n", SOON_MS);
    sscanf(process_text(game, PROCESS_STDOUT), "tmsim: serving TMInterface%d on", &number);
    return number;
}

static void test_games_without_a_name_take_free_slots(void **state)
{
    struct process *games[3];
    int numbers[3], i;

    (void)state;
    games[0] = duo_run_tmsim(NULL);
    games[1] = duo_run_tmsim(ARGS("--mapped"));
    games[2] = duo_run_tmsim(ARGS("--mapped", "--speed", "2"));
    for (i = 0; i < 3; i++) {
        char name[32];

        numbers[i] = slot_number(games[i]);
        assert_in_range(numbers[i], 0, 15);
        snprintf(name, sizeof name, "TMInterface%d", numbers[i]);
        if (!process_is_wine())
            assert_int_equal(raw_slot_visible_size(name), 65535);
    }
    assert_true(numbers[0] != numbers[1] && numbers[1] != numbers[2] && numbers[0] != numbers[2]);
    for (i = 0; i < 3; i++) {
        assert_true(process_signal(games[i], i == 0 ? SIGINT : process_end_request()));
        raw_expect_exit(games[i], 0, SOON_MS);
    }
}

static void test_signals_end_it_politely(void **state)
{
    const int numbers[] = {SIGINT, process_end_request()};
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++) {
        duo_start_game(&duo, ARGS("--speed", i == 0 ? "1" : "max"));
        duo_start_host(&duo, "game:on('run_step', function() end)"
                             " game:on('deregistered', function(_, why) print(why) end)"
                             " game:step() print 'ready'");
        duo_expect_soon(duo.host, PROCESS_STDOUT, "ready", SOON_MS);
        assert_true(process_signal(duo.game, numbers[i]));
        raw_expect_exit(duo.game, 0, SOON_MS);
        raw_expect_exit(duo.host, 0, SOON_MS);
        raw_expect_said(duo.host, PROCESS_STDOUT, "shutdown\n");
        assert_int_equal(raw_slot_visible_size(duo.name), -1);
        duo_end(&duo);
    }
}

static void test_quiet_is_quiet(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max", "--quiet"));
    duo_start_host(&duo, "game:step() game:log 'text' game:execute_command 'unknown' game:step()");
    raw_expect_exit(duo.host, 0, SOON_MS);
    assert_true(process_signal(duo.game, process_end_request()));
    raw_expect_exit(duo.game, 0, SOON_MS);
    assert_string_equal(process_text(duo.game, PROCESS_STDERR), "");
}

static void test_it_tells_what_happens(void **state)
{
    (void)state;
    duo_start_game(&duo, ARGS("--speed", "max", "--track", "straight"));
    duo_start_host(&duo, "game:give_up() while game:step() < -10 do end"
                         " game:log('from the script', 'warning') game:execute_command 'no such'"
                         " game:set_input_state { accelerate = true }"
                         " while game:step() > -2600 do end");
    raw_expect_exit(duo.host, 0, SOON_MS);
    duo_expect_soon(duo.game, PROCESS_STDERR, "tmsim: client deregistered", SOON_MS);
    raw_expect_said(duo.game, PROCESS_STDERR, "tmsim: client registered");
    raw_expect_said(duo.game, PROCESS_STDERR, "tmsim: client warning: from the script");
    raw_expect_said(duo.game, PROCESS_STDERR, "unknown command: no such");
    raw_expect_said(duo.game, PROCESS_STDERR, "tmsim: finish: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CLI_TEST(name) cmocka_unit_test_teardown(name, end)
        CLI_TEST(test_help_and_version),
        CLI_TEST(test_wrong_options_are_named),
        CLI_TEST(test_good_options_are_obeyed),
        CLI_TEST(test_steps_end_the_game_with_a_shutdown_for_its_client),
        CLI_TEST(test_a_track_file_is_driven),
        CLI_TEST(test_a_broken_track_file_is_named_with_line_and_column),
        CLI_TEST(test_laps_can_be_asked_for),
        CLI_TEST(test_a_taken_name_is_refused),
        CLI_TEST(test_games_without_a_name_take_free_slots),
        CLI_TEST(test_signals_end_it_politely),
        CLI_TEST(test_quiet_is_quiet),
        CLI_TEST(test_it_tells_what_happens),
    };

    return cmocka_run_group_tests_name("cli_tmsim", tests, NULL, NULL);
}
