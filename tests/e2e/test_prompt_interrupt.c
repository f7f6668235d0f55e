/* The prompt and Ctrl-C, Ctrl-D, and lines that take too long for the game. */
#include "support/deadline.h"
#include "support/prompt_kit.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    BUDGET_MS = SCREEN_BUDGET_MS
};

/* Waits until the file is there: nothing that a hook prints is shown before the hook ends. */
static void expect_file(const char *path)
{
    struct deadline deadline = deadline_in_ms(BUDGET_MS);
    unsigned round = 0;
    while (access(path, F_OK) != 0) {
        assert_false(deadline_passed(deadline));
        deadline_poll_pause(&round);
    }
}

/* The game has had one client all the time, and goes on for it. */
static void expect_undisturbed(void)
{
    prompt_ask("for i = 1, 20 do game:step() end print('went', 'on')", "went    on\n");
    assert_int_equal(duo_count_said(prompt_duo.game, PROCESS_STDERR, "client registered"), 1);
    duo_expect_not_said(prompt_duo.game, PROCESS_STDERR, "deregistered");
    duo_expect_not_said(prompt_duo.game, PROCESS_STDERR, duo_dropped_text);
}

static void start(const char *speed)
{
    prompt_start_game(ARGS("--speed", speed));
    prompt_attach(NULL);
}

static void test_an_endless_line_is_interrupted(void **state)
{
    (void)state;
    start("max");
    prompt_ask(":pause", "held at ");
    prompt_ask("print('be' .. 'gun') while true do end", "begun\n");
    screen_type("C-c");
    screen_expect("interrupted!\n", BUDGET_MS);
    prompt_ask("6 * 7", "\n42\n");
    prompt_enter(":resume");
    expect_undisturbed();
}

static void test_an_endless_line_that_catches_errors_is_interrupted(void **state)
{
    (void)state;
    start("max");
    prompt_ask(":pause", "held at ");
    prompt_ask("print('be' .. 'gun') while true do pcall(pcall, error) end", "begun\n");
    screen_type("C-c");
    screen_expect("interrupted!\n", BUDGET_MS);
    prompt_enter(":resume");
    expect_undisturbed();
}

static void test_a_line_that_waits_and_catches_errors_is_ended_by_the_second(void **state)
{
    (void)state;
    start("1");
    prompt_ask("print('be' .. 'gun') while true do print(pcall(game.step, game, 1e6)) end",
               "begun\n");
    screen_type("C-c");
    screen_expect("false", BUDGET_MS);
    screen_type("C-c");
    screen_expect("\n^Cinterrupted!\n", BUDGET_MS);
    expect_undisturbed();
}

static void test_an_endless_hook_ends_at_the_second_ctrl_c(void **state)
{
    char line[700];
    const char *path = scratch_path("begun");
    (void)state;
    start("1");
    prompt_ask("game:set_timeout(60000)", "\ntrue\n");
    prompt_enter("function loop(path) io.open(path, 'w'):close() while true do end end");
    snprintf(line, sizeof line, "game:once('run_step', function() loop '%s' end)", path);
    prompt_enter(line);
    expect_file(path);
    screen_type("C-c");
    assert_false(prompt_appears("interrupted!", 100)); /* it might have come to its end */
    screen_type("C-c");
    screen_expect("interrupted!\n", BUDGET_MS);
    prompt_ask("6 * 7", "\n42\n");
    expect_undisturbed();
}

/* Two that come within milliseconds of each other are one to the system. */
static void expect_warned(int count)
{
    struct deadline deadline = deadline_in_ms(BUDGET_MS);
    while (prompt_count("(Ctrl-C again or Ctrl-D to leave)") < count)
        assert_false(deadline_passed(deadline));
}

static void test_ctrl_c_gives_up_what_was_typed_and_leaves_at_the_second(void **state)
{
    (void)state;
    start("1");
    screen_send("half typed");
    screen_expect_end("> half typed", BUDGET_MS);
    screen_type("C-c");
    screen_expect("> half typed\n(Ctrl-C again or Ctrl-D to leave)\n", BUDGET_MS);
    prompt_ask("'still ' .. 'there'", "\n\"still there\"\n");
    screen_type("C-c"); /* a line was run since: it is the first again */
    expect_warned(2);
    prompt_ask("'and ' .. 'now'", "\n\"and now\"\n");
    screen_type("C-c");
    expect_warned(3);
    screen_type("C-c");
    prompt_expect_left(130);
    prompt_expect_goodbye();
}

static void test_ctrl_d_leaves(void **state)
{
    (void)state;
    start("max");
    prompt_ask(":pause", "held at ");
    screen_type("C-d");
    prompt_expect_left(0);
    prompt_expect_goodbye();
    duo_expect_game_goes_on(&prompt_duo);
}

static void test_ctrl_d_may_be_typed_ahead(void **state)
{
    (void)state;
    start("max");
    prompt_ask("print('be' .. 'gun') tm.sleep(0.5) print('over')", "begun\n");
    screen_type("C-d");
    prompt_expect_left(0);
    prompt_expect_goodbye();
}

static void test_quit_leaves_with_a_status(void **state)
{
    (void)state;
    start("max");
    prompt_enter(":quit 7");
    prompt_expect_left(7);
    prompt_expect_goodbye();
}

static void test_a_line_that_waits_for_ever_is_interrupted(void **state)
{
    (void)state;
    start("1");
    prompt_ask("print('be' .. 'gun') game:wait('simulation_end')", "begun\n");
    prompt_enter("'typed ' .. 'ahead'");
    screen_expect("ahead'\n", BUDGET_MS);
    screen_type("C-c");
    screen_expect("interrupted!\n", BUDGET_MS);
    prompt_ask("'typed ' .. 'behind'", "\n\"typed behind\"\n");
    expect_undisturbed();
}

static void test_a_line_that_takes_too_long_is_interrupted_for_the_game(void **state)
{
    (void)state;
    start("max");
    prompt_ask("game:step() while true do end", "interrupted: no progress for ");
    screen_expect(":hold LINE runs a line with the game paused, however long it takes\n",
                  BUDGET_MS);
    expect_undisturbed();
}

/* The time is the processor's, of a game that waits for 200 ms. */
static void test_a_held_line_may_take_as_long_as_it_likes(void **state)
{
    (void)state;
    start("max");
    prompt_ask("game:set_timeout(200)", "\ntrue\n");
    prompt_ask(":hold s = os.clock() while os.clock() < s + 1 do end print('do' .. 'ne')",
               "\ndone\n");
    prompt_ask("game.timeout", "\n200\n");
    expect_undisturbed();
}

static void test_a_line_that_waits_for_a_paused_game_is_told_of_it(void **state)
{
    (void)state;
    start("max");
    prompt_ask(":pause", "held at ");
    prompt_ask("game:wait('run_step')", "(the game is paused: :step and :resume let it go on;");
    screen_type("C-c");
    screen_expect("interrupted!\n", BUDGET_MS);
    prompt_ask("6 * 7", "\n42\n");
}

#define PROMPT_TEST(test) cmocka_unit_test_setup_teardown(test, prompt_begin, prompt_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROMPT_TEST(test_an_endless_line_is_interrupted),
        PROMPT_TEST(test_an_endless_line_that_catches_errors_is_interrupted),
        PROMPT_TEST(test_a_line_that_waits_and_catches_errors_is_ended_by_the_second),
        PROMPT_TEST(test_an_endless_hook_ends_at_the_second_ctrl_c),
        PROMPT_TEST(test_ctrl_c_gives_up_what_was_typed_and_leaves_at_the_second),
        PROMPT_TEST(test_ctrl_d_leaves),
        PROMPT_TEST(test_ctrl_d_may_be_typed_ahead),
        PROMPT_TEST(test_quit_leaves_with_a_status),
        PROMPT_TEST(test_a_line_that_waits_for_ever_is_interrupted),
        PROMPT_TEST(test_a_line_that_takes_too_long_is_interrupted_for_the_game),
        PROMPT_TEST(test_a_held_line_may_take_as_long_as_it_likes),
        PROMPT_TEST(test_a_line_that_waits_for_a_paused_game_is_told_of_it),
    };
    return cmocka_run_group_tests_name("prompt_interrupt", tests, NULL, NULL);
}
