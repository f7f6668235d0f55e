/*
 * tmsim with scripts and a console: --simulate validates the inputs that are shipped for every
 * track, --inputs drives them in a race to the same finish, --console obeys lines.
 */
#include "support/deadline.h"
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 20000,
    PATH_SIZE = 600
};

static const struct {
    const char *track;
    const char *finish;
} runs[] = {
    {"straight", "9.99 s"}, {"easy", "29.69 s"}, {"technical", "43.70 s"}, {"laps", "49.91 s"}};

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    scratch_end();
    return 0;
}

static const char *inputs_of(const char *track)
{
    static char path[PATH_SIZE];

    snprintf(path, sizeof path, "%.400s/scripts/inputs/%s.txt", process_root(), track);
    return path;
}

static void test_shipped_inputs_are_valid_simulations(void **state)
{
    char expected[100];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        duo_start_game(&duo,
                       ARGS("--track", runs[i].track, "--simulate", inputs_of(runs[i].track)));
        snprintf(expected, sizeof expected, ": finish %s\n", runs[i].finish);
        duo_expect_soon(duo.game, PROCESS_STDOUT, expected, SOON_MS);
        duo_start_host(&duo, "local steps = 0 print(game.state)"
                             " game:on('simulation_step', function() steps = steps + 1 end)"
                             " game:on('simulation_end', function(_, result)"
                             " print('result', result, steps > 900) tm.quit() end)");
        raw_expect_exit(duo.host, 0, SOON_MS);
        raw_expect_said(duo.host, PROCESS_STDOUT, "result\t1\ttrue\n");
        snprintf(expected, sizeof expected, "simulation ended: valid, finish: %s\n",
                 runs[i].finish);
        duo_expect_soon(duo.game, PROCESS_STDERR, expected, SOON_MS);
        duo_end(&duo);
    }
}

static void test_the_same_inputs_drive_a_race_to_the_same_finish(void **state)
{
    char expected[100];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        duo_start_game(&duo, ARGS("--track", runs[i].track, "--speed", "max", "--inputs",
                                  inputs_of(runs[i].track)));
        duo_start_host(&duo, "game:give_up() local last game:on('checkpoint_count_changed',"
                             " function(_, now, all) if now == all then tm.quit() end end)"
                             " game:on('run_step', function() end)");
        raw_expect_exit(duo.host, 0, SOON_MS);
        snprintf(expected, sizeof expected, "finish: %s\n", runs[i].finish);
        duo_expect_soon(duo.game, PROCESS_STDERR, expected, SOON_MS);
        duo_end(&duo);
    }
}

static void test_a_script_that_cannot_be_read_is_named(void **state)
{
    struct process *process = duo_run_tmsim(ARGS("--simulate", "no/such/file.txt"));

    (void)state;
    raw_expect_exit(process, 1, SOON_MS);
    raw_expect_said(process, PROCESS_STDERR, "cannot read no/such/file.txt");
    process = duo_run_tmsim(ARGS("--inputs", scratch_folder()));
    raw_expect_exit(process, 1, SOON_MS);
    raw_expect_said(process, PROCESS_STDERR, "cannot read");
    process = duo_run_tmsim(ARGS("--inputs", "a", "--simulate", "b"));
    raw_expect_exit(process, 1, SOON_MS);
    raw_expect_said(process, PROCESS_STDERR, "exclude each other");
}

/* A game with a console, whose standard input stays open. */
static struct process *start_console(const char *text)
{
    const char *argv[] = {process_tmsim(), "--console", "--mapped", NULL, "--speed", "max", NULL};
    struct process_options options = {argv, NULL, PROCESS_STDIN_OPEN, text};

    duo_begin(&duo);
    argv[3] = duo.name;
    duo.game = process_spawn(&options);
    assert_non_null(duo.game);
    duo_expect_soon(duo.game, PROCESS_STDOUT, "serving", SOON_MS);
    return duo.game;
}

static void test_the_console_obeys_lines(void **state)
{
    struct process *game = start_console("vars bf_modify_prob\nset bf_modify_prob 0.5\n");

    (void)state;
    duo_expect_soon(game, PROCESS_STDERR, "bf_modify_prob: 0.002\n", SOON_MS);
    process_write(game, "vars bf_modify_prob\nnonsense here\r\n");
    duo_expect_soon(game, PROCESS_STDERR, "bf_modify_prob: 0.5\n", SOON_MS);
    duo_expect_soon(game, PROCESS_STDERR, "unknown command: nonsense here\n", SOON_MS);
    process_write(game, "quit"); /* the end of the input ends the line */
    process_close_stdin(game);
    raw_expect_exit(game, 0, SOON_MS);
}

static void test_the_game_outlives_its_console(void **state)
{
    struct process *game = start_console("help\n");

    (void)state;
    process_close_stdin(game);
    duo_expect_soon(game, PROCESS_STDERR, "help: shows this", SOON_MS);
    duo_expect_game_goes_on(&duo);
}

static void test_the_console_speaks_with_the_client(void **state)
{
    struct process *game = start_console("");

    (void)state;
    duo_start_host(&duo, "game:on('custom_command', function(_, from, to, name, args)"
                         " print(name, from, to, table.concat(args, '|')) tm.quit() end)"
                         " assert(game:register_custom_command 'hello') print 'ready'"
                         " game:on('run_step', function() end)");
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready\n", SOON_MS);
    process_write(game, "1.50-2000 hello big \"wide world\"; 5 hello\n");
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "hello\t1500\t2000\tbig|wide world\n");
}

static void test_the_console_can_drop_the_client(void **state)
{
    struct process *game = start_console("");

    (void)state;
    duo_start_host(&duo, "game:step() print 'ready' game:on('run_step', function() end)");
    duo_expect_soon(duo.host, PROCESS_STDOUT, "ready\n", SOON_MS);
    process_write(game, "deregister\n");
    duo_expect_soon(game, PROCESS_STDERR, "client deregistered\n", SOON_MS);
    process_write(game, "deregister\n");
    duo_expect_soon(game, PROCESS_STDERR, "there is no client\n", SOON_MS);
}

static void test_inputs_are_dumped_as_they_were_loaded(void **state)
{
    const char *first = scratch_path("first.txt");
    char code[1200];
    struct process *game = start_console("");

    (void)state;
    process_write(game, "load ");
    process_write(game, inputs_of("easy"));
    process_write(game, "\n");
    duo_expect_soon(game, PROCESS_STDERR, "wait for their time\n", SOON_MS);
    snprintf(code, sizeof code,
             "game:give_up() game:on('checkpoint_count_changed', function(_, now, all)"
             " if now < all then return end game:execute_command [[dump_inputs \"%s\"]] end)"
             " game:on('run_step', function() end) local from = tm.now()"
             " repeat tm.sleep(0.02) local file = io.open [[%s]] until file or tm.now() > from + 15"
             " local function lines(path) local found = {} for line in io.lines(path) do"
             " if not line:find '#' then found[#found + 1] = line end end"
             " return table.concat(found, ';') end"
             " print('same', lines [[%s]] == lines [[%s]]) tm.quit()",
             first, first, first, inputs_of("easy"));
    duo_start_host(&duo, code);
    raw_expect_exit(duo.host, 0, SOON_MS);
    raw_expect_said(duo.host, PROCESS_STDOUT, "same\ttrue\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define SCRIPT_TEST(name) cmocka_unit_test_teardown(name, end)
        SCRIPT_TEST(test_shipped_inputs_are_valid_simulations),
        SCRIPT_TEST(test_the_same_inputs_drive_a_race_to_the_same_finish),
        SCRIPT_TEST(test_a_script_that_cannot_be_read_is_named),
        SCRIPT_TEST(test_the_console_obeys_lines),
        SCRIPT_TEST(test_the_game_outlives_its_console),
        SCRIPT_TEST(test_the_console_speaks_with_the_client),
        SCRIPT_TEST(test_the_console_can_drop_the_client),
        SCRIPT_TEST(test_inputs_are_dumped_as_they_were_loaded),
    };

    return cmocka_run_group_tests_name("tmsim_script", tests, NULL, NULL);
}
