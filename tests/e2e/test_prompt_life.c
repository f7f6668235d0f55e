/* The prompt over the lives of games and scripts, and without a terminal. */
#include "support/deadline.h"
#include "support/prompt_kit.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    BUDGET_MS = SCREEN_BUDGET_MS
};

static const char *script;

static void write_script(const char *text)
{
    static int count;
    char padded[2000]; /* of another length each time: a clock may stand still between two */
    snprintf(padded, sizeof padded, "%s\n%*s\n", text, ++count, "");
    script = scratch_write("script.lua", padded);
}

/* One that counts steps under a name, for as long as its hook is there. */
static const char *counting(const char *name)
{
    static char text[1000];
    snprintf(text, sizeof text,
             "local tm = require 'tm'\n"
             "local game = assert(tm.attach())\n"
             "%s = 0\n"
             "game:on('run_step', function() %s = %s + 1 end)\n"
             "print '%s runs'\n",
             name, name, name, name);
    return text;
}

/* The game has had one client all the time. */
static void expect_undisturbed(void)
{
    assert_int_equal(duo_count_said(prompt_duo.game, PROCESS_STDERR, "client registered"), 1);
    duo_expect_not_said(prompt_duo.game, PROCESS_STDERR, "deregistered");
    duo_expect_not_said(prompt_duo.game, PROCESS_STDERR, duo_dropped_text);
}

static void restart_game(void)
{
    char expected[PROCESS_SLOT_NAME_SIZE + 60];
    assert_true(process_signal(prompt_duo.game, SIGKILL));
    assert_true(process_wait_exit(prompt_duo.game, BUDGET_MS));
    snprintf(expected, sizeof expected, "%s is gone; looking for it again\n", prompt_duo.name);
    screen_expect(expected, BUDGET_MS);
    screen_expect_end("\nno game>", BUDGET_MS);
    prompt_start_game(ARGS("--speed", "1"));
    snprintf(expected, sizeof expected, "\nattached to %s", prompt_duo.name);
    screen_expect(expected, BUDGET_MS);
}

static void test_a_game_that_is_started_again_is_attached_again(void **state)
{
    (void)state;
    prompt_start_game(ARGS("--speed", "1"));
    prompt_attach(NULL);
    prompt_ask("game:step() > -2600", "\ntrue\n");
    screen_type("C-l"); /* what it says of the first game is not to be taken for the second's */
    screen_send("ty");
    screen_expect_end("> ty", BUDGET_MS);
    screen_type("C-u");
    restart_game();
    prompt_ask("'answers ' .. #game:get_simulation_state()", "\n\"answers 8416\"\n");
    expect_undisturbed();
}

static void test_a_script_is_run_on_a_game_that_is_started_again(void **state)
{
    (void)state;
    write_script(counting("one"));
    prompt_start_game(ARGS("--speed", "1"));
    prompt_attach(ARGS("-i", script));
    prompt_ask("while one < 5 do game:step() end print('five', 'steps')", "five    steps\n");
    screen_type("C-l");
    restart_game();
    screen_expect("; :reload runs the script on it\n", BUDGET_MS);
    prompt_ask(":reload", "one runs\n");
    prompt_ask("while one < 5 do game:step() end print('five', 'again')", "five    again\n");
    expect_undisturbed();
}

static void test_a_reload_keeps_the_game_and_what_the_prompt_made(void **state)
{
    (void)state;
    write_script(counting("one"));
    prompt_start_game(ARGS("--speed", "1"));
    prompt_attach(ARGS("-i", script));
    prompt_enter("mine = 0 game:on('run_step', function() mine = mine + 1 end)");
    prompt_ask("while one < 5 or mine < 5 do game:step() end print('bo' .. 'th')", "\nboth\n");
    write_script(counting("two"));
    prompt_ask(":reload", "\ntwo runs\n");
    prompt_enter("a, b = one, mine");
    prompt_ask("while two < 5 or mine < b + 5 do game:step() end print('two', 'hooks')",
               "two     hooks\n");
    prompt_ask("'one ' .. (one == a and 'ended' or 'goes on')", "\n\"one ended\"\n");
    write_script("this is not Lua");
    prompt_ask(":reload", "syntax error near 'is'");
    prompt_enter("b = two");
    prompt_settle();
    assert_int_equal(prompt_count("syntax error near"), 1);
    prompt_ask("while two < b + 5 do game:step() end print('still', 'two')", "still   two\n");
    expect_undisturbed();
}

static void test_a_script_that_is_watched_is_run_again(void **state)
{
    (void)state;
    write_script(counting("one"));
    prompt_start_game(ARGS("--speed", "1"));
    prompt_attach(ARGS("-i", "--watch", script));
    screen_send("half ty");
    screen_expect_end("> half ty", BUDGET_MS);
    write_script(counting("two"));
    screen_expect("script.lua has changed, running it again\ntwo runs\n", BUDGET_MS);
    write_script("this is not Lua");
    screen_expect("syntax error near 'is'", BUDGET_MS);
    screen_expect_end("> half ty", BUDGET_MS);
    screen_type("C-u");
    prompt_enter("a, b = one, two");
    prompt_ask("while two < b + 5 do game:step() end print('still', 'two')", "still   two\n");
    prompt_ask("one == a", "\ntrue\n");
    write_script(counting("three"));
    screen_expect("\nthree runs\n", BUDGET_MS);
    expect_undisturbed();
}

static void test_commands_come_from_the_init_file(void **state)
{
    (void)state;
    prompt_write_config("init.lua", "local repl = require 'tm.repl'\n"
                                    "repl.command('greet', { usage = ':greet NAME',\n"
                                    "  help = 'Greets somebody.',\n"
                                    "  run = function(text) repl.say('hello %s', text) end })\n");
    prompt_run(NULL);
    prompt_ask(":greet you", "\nhello you\n");
    prompt_ask(":help", ":greet NAME                Greets somebody.\n");
    screen_send(":gre");
    screen_type("Tab");
    screen_expect_end("no game> :greet", BUDGET_MS);
}

/* What tmlua makes of that input, with these arguments. */
static struct process *pipe_through(const char *const *arguments, const char *input, int status)
{
    const char *argv[8] = {process_tmlua()};
    char config[600];
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s", scratch_folder());
    for (int i = 0; arguments[i] != NULL; i++)
        argv[i + 1] = arguments[i];
    struct process_options options = {argv, ARGS(config), PROCESS_STDIN_TEXT, input};
    struct process *process = process_spawn(&options);
    assert_non_null(process);
    raw_expect_exit(process, status, BUDGET_MS);
    return process;
}

static void test_piped_lines_are_read_as_lua_reads_them(void **state)
{
    (void)state;
    duo_begin(&prompt_duo); /* an address of ours, at which there is no game */
    struct process *process =
        pipe_through(ARGS("-a", prompt_duo.address, "-i"), "1 + 1\nx =\n3\nprint(x)\nx, nil", 0);
    const char *said = strchr(process_text(process, PROCESS_STDOUT), '\n'); /* behind the banner */
    assert_non_null(said);
    assert_string_equal(strchr(said + 1, '\n') + 1,
                        "no game> 2\nno game>       …> no game> 3\nno game> 3  nil\nno game> \n");
    assert_string_equal(process_text(process, PROCESS_STDERR), "");
}

static void test_errors_of_piped_lines_are_told_and_the_next_is_read(void **state)
{
    (void)state;
    duo_begin(&prompt_duo);
    struct process *process =
        pipe_through(ARGS("-a", prompt_duo.address, "-i"), "error 'oh no'\n6 * 7\n", 0);
    raw_expect_said(process, PROCESS_STDERR, "prompt:1: oh no\nstack traceback:\n");
    raw_expect_said(process, PROCESS_STDOUT, "no game> no game> 42\n");
}

static void test_without_i_a_pipe_is_a_script(void **state)
{
    (void)state;
    struct process *process = pipe_through(ARGS(NULL), "local x = 3\nprint(x)\n", 0);
    assert_string_equal(process_text(process, PROCESS_STDOUT), "3\n");
    process = pipe_through(ARGS(NULL), "1 + 1\n", 1);
    raw_expect_said(process, PROCESS_STDERR, "tmlua: stdin:1:");
}

static void test_a_piped_session_lets_the_game_go(void **state)
{
    (void)state;
    prompt_start_game(ARGS("--speed", "max"));
    struct process *process =
        pipe_through(ARGS("-a", prompt_duo.address, "-i"),
                     "repeat tm.sleep(0.01) until game\n:pause\ngame:give_up()\n"
                     ":until time == 100\n:step\ngame.time\n:resume\n",
                     0);
    raw_expect_said(process, PROCESS_STDOUT, "held at 0.10 s, after");
    raw_expect_said(process, PROCESS_STDOUT, "held at 0.11 s\n");
    raw_expect_said(process, PROCESS_STDOUT, " run 0.11 held> 110\n");
    prompt_expect_goodbye();
}

#define PROMPT_TEST(test) cmocka_unit_test_setup_teardown(test, prompt_begin, prompt_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROMPT_TEST(test_a_game_that_is_started_again_is_attached_again),
        PROMPT_TEST(test_a_script_is_run_on_a_game_that_is_started_again),
        PROMPT_TEST(test_a_reload_keeps_the_game_and_what_the_prompt_made),
        PROMPT_TEST(test_a_script_that_is_watched_is_run_again),
        PROMPT_TEST(test_commands_come_from_the_init_file),
        PROMPT_TEST(test_piped_lines_are_read_as_lua_reads_them),
        PROMPT_TEST(test_errors_of_piped_lines_are_told_and_the_next_is_read),
        PROMPT_TEST(test_without_i_a_pipe_is_a_script),
        PROMPT_TEST(test_a_piped_session_lets_the_game_go),
    };
    return cmocka_run_group_tests_name("prompt_life", tests, NULL, NULL);
}
