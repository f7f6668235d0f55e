/* The prompt's commands on a game in another process: what is held stays held, to the step. */
#include "support/deadline.h"
#include "support/prompt_kit.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    BUDGET_MS = SCREEN_BUDGET_MS,
    HELD_MS = 3000, /* with a game that waits for a tenth of that */
    MINUTE_MS = 60000
};

static struct duo second;

static int end(void **state)
{
    duo_end(&second);
    return prompt_end(state);
}

/* The prompt as it is when nothing is typed: what stands behind the game's name. */
static void expect_prompt(const char *text)
{
    char expected[PROCESS_SLOT_NAME_SIZE + 100];
    snprintf(expected, sizeof expected, "\n%s %s", prompt_duo.name, text);
    screen_expect_end(expected, BUDGET_MS);
}

static void test_steps_are_exact(void **state)
{
    (void)state;
    prompt_hold_at(1500);
    expect_prompt("run 1.50 held>");
    prompt_ask(":step", "\nheld at 1.51 s\n");
    prompt_ask(":step 100", "\nheld at 2.51 s\n");
    expect_prompt("run 2.51 held>");
    prompt_ask("game.time", "\n2510\n");
    prompt_ask(":until time >= 3000", "\nheld at 3.00 s, after 49 steps\n");
    prompt_ask(":until state.display_speed == 0", "\nheld at 3.01 s, after 1 step\n");
    prompt_ask(":until nonsense(", "unexpected symbol");
    prompt_ask(":step x", "usage: :step [N]");
    expect_prompt("run 3.01 held>");
    prompt_ask(":speed 1", ":speed 1\n");
    prompt_enter(":resume");
    prompt_ask(":until time >= 3500 or game.time >= 3500", "\nheld at 3.50 s, after ");
    prompt_ask(":resume", "run 3.5");
    prompt_ask("game.timeout > 0", "\ntrue\n");
    prompt_ask(":resume", "is not paused\n");
}

static void test_states_are_saved_compared_and_loaded(void **state)
{
    (void)state;
    prompt_hold_at(500);
    prompt_enter("game:set_input_state { accelerate = true }");
    prompt_ask(":save early", "\nearly: state 0.50 s: position (");
    prompt_ask(":step 50", "\nheld at 1.00 s\n");
    prompt_ask(":diff early", "race_time: 500 -> 1000\n");
    prompt_ask(":load early", ":load early\nearly: state 0.50 s");
    expect_prompt("run 0.50 held>");
    prompt_ask(":diff early", "\nnothing differs from early\n");
    prompt_ask(":step", "\nheld at 0.51 s\n");
    prompt_ask(":states", ":states\nearly: state 0.50 s");
    prompt_ask(":load late", "there is no state 'late' (:states lists them)\n");
    const char *path = scratch_path("kept.bin");
    char line[700];
    snprintf(line, sizeof line, ":save %s", path);
    prompt_ask(line, "kept.bin: state 0.51 s: position (");
    assert_int_equal(access(path, R_OK), 0);
    prompt_ask(":step 10", "\nheld at 0.61 s\n");
    snprintf(line, sizeof line, ":load %s", path);
    prompt_ask(line, "run 0.51 held>");
    prompt_ask(":inputs", "press up");
}

static void test_watches_are_kept_up_to_date(void **state)
{
    (void)state;
    prompt_hold_at(500);
    prompt_ask(":watch time // 10", "\ntime // 10 = 50\n");
    prompt_ask(":watch state.race_time", "\ntime // 10 = 50   state.race_time = 500\n");
    prompt_ask(":step 7", "\ntime // 10 = 57   state.race_time = 570\n");
    prompt_ask(":watch broken.field", "broken.field = error: attempt to index a nil value");
    prompt_ask(":unwatch 3", "\ntime // 10 = 57   state.race_time = 570\n");
    prompt_ask(":watch", "\n2  state.race_time = 570\n");
}

/* What ":watch time" shows; -10000: nothing, or it is being drawn. */
static int watched_time(void)
{
    const char *text = strstr(screen_text(), "\ntime = ");
    bool whole = text != NULL && strstr(text, "> half typed\n") != NULL &&
                 strchr("-0123456789", text[strlen("\ntime = ")]) != NULL;
    return whole ? atoi(text + strlen("\ntime = ")) : -10000;
}

static int wait_for_another_time(int last)
{
    struct deadline deadline = deadline_in_ms(BUDGET_MS);
    int now;
    while ((now = watched_time()) == last || now == -10000)
        assert_false(deadline_passed(deadline));
    return now;
}

static void test_a_watch_follows_a_running_game(void **state)
{
    (void)state;
    prompt_start_game(ARGS("--speed", "1"));
    prompt_attach(NULL);
    prompt_ask(":watch time", "\ntime = ");
    screen_send("half typed");
    screen_expect("> half typed", BUDGET_MS);
    for (int last = watched_time(), i = 0; i < 10; i++) {
        int now = wait_for_another_time(last);
        if (now <= last)
            fail_msg("%d after %d\n%s", now, last, screen_text());
        last = now;
    }
    screen_expect_end("> half typed", BUDGET_MS);
    assert_int_equal(prompt_count("\ntime = "), 1); /* in its place, not once for each value */
}

static void test_events_are_told(void **state)
{
    (void)state;
    prompt_hold_at(500);
    prompt_ask(":events run_step", "\ntraced: run_step\n");
    prompt_ask(":step 2", "\n  run_step 510  (");
    screen_expect("\n  run_step 520  (", BUDGET_MS);
    prompt_ask(":events off", "\ntraced: nothing\n");
    prompt_ask(":step 2", "\nheld at 0.54 s\n");
    assert_int_equal(prompt_count("  run_step "), 2);
}

static void test_of_two_games_one_is_the_game(void **state)
{
    char line[PROCESS_SLOT_NAME_SIZE + 100], expected[PROCESS_SLOT_NAME_SIZE + 100];
    (void)state;
    prompt_hold_at(500);
    duo_start_game(&second, ARGS("--speed", "max", "--track", "laps"));
    snprintf(line, sizeof line, ":attach %s", second.address);
    snprintf(expected, sizeof expected, "attached to %s\n", second.name);
    prompt_ask(line, expected);
    snprintf(expected, sizeof expected, "\n2:%s run ", second.name);
    screen_expect(expected, BUDGET_MS);
    prompt_ask(":games", "  0.50 s  held\n");
    snprintf(expected, sizeof expected, "* 2  %s  run  ", second.address);
    screen_expect(expected, BUDGET_MS);
    snprintf(expected, sizeof expected, "\n1:%s run 0.50 held>", prompt_duo.name);
    prompt_ask(":games 1", expected);
    prompt_ask(":step", "\nheld at 0.51 s\n");
    prompt_ask(":games 3", "there is no game 3\n");
    prompt_ask(":detach", "has been let go\n");
    duo_expect_soon(prompt_duo.game, PROCESS_STDERR, "client deregistered", BUDGET_MS);
    snprintf(expected, sizeof expected, "%s is the game now\n", second.name);
    screen_expect(expected, BUDGET_MS);
}

static void test_a_picture_is_written(void **state)
{
    char line[700];
    unsigned char start[8] = {0};
    (void)state;
    prompt_hold_at(500);
    const char *path = scratch_path("shot.png");
    snprintf(line, sizeof line, ":shot %s 320x200", path);
    prompt_ask(line, "shot.png: 320x200\n");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(start, 1, sizeof start, file), sizeof start);
    fclose(file);
    assert_memory_equal(start, "\x89PNG\r\n\x1a\n", sizeof start);
}

static void test_help_is_there(void **state)
{
    (void)state;
    prompt_run(NULL);
    prompt_ask(":help", ":until EXPR                Steps until an expression is true");
    screen_expect("?NAME explains a name", BUDGET_MS);
    prompt_ask("?game.rewind_to_state", "game:rewind_to_state(");
    prompt_ask("?:step", "\n:step [N]\n  Goes on by N steps (1) and holds the game there.\n");
    prompt_ask("?checkpoint_count_changed", "\"checkpoint_count_changed\"");
    prompt_ask("?nowhere_to_be_found", "nothing is known about 'nowhere_to_be_found'");
}

static int held_ms(void)
{
    const char *minutes = getenv("TMLUA_HOLD_MINUTES");
    return minutes != NULL ? atoi(minutes) * MINUTE_MS : HELD_MS;
}

/* A game that waits no longer than 300 ms, ordinarily. */
static void test_a_game_that_was_held_for_long_is_still_ours(void **state)
{
    (void)state;
    prompt_start_game(ARGS("--speed", "1"));
    prompt_attach(NULL);
    prompt_ask("game:set_timeout(300)", "\ntrue\n");
    prompt_ask(":pause", "\nheld at ");
    struct deadline over = deadline_in_ms(held_ms());
    while (!deadline_passed(over)) { /* the time itself is what is tested */
        process_pump(prompt_duo.game, deadline_left_ms(over));
        duo_expect_not_said(prompt_duo.game, PROCESS_STDERR, "deregistered");
        duo_expect_not_said(prompt_duo.game, PROCESS_STDERR, duo_dropped_text);
    }
    prompt_ask("'asked ' .. #game:get_simulation_state()", "\n\"asked 8416\"\n");
    prompt_enter(":resume");
    prompt_ask("'patience ' .. game.timeout", "\n\"patience 300\"\n");
    prompt_ask("for i = 1, 10 do game:step() end print('went', 'on')", "went    on\n");
    assert_int_equal(duo_count_said(prompt_duo.game, PROCESS_STDERR, "client registered"), 1);
    screen_type("C-d");
    prompt_expect_left(0);
    prompt_expect_goodbye();
}

#define PROMPT_TEST(test) cmocka_unit_test_setup_teardown(test, prompt_begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROMPT_TEST(test_steps_are_exact),
        PROMPT_TEST(test_states_are_saved_compared_and_loaded),
        PROMPT_TEST(test_watches_are_kept_up_to_date),
        PROMPT_TEST(test_a_watch_follows_a_running_game),
        PROMPT_TEST(test_events_are_told),
        PROMPT_TEST(test_of_two_games_one_is_the_game),
        PROMPT_TEST(test_a_picture_is_written),
        PROMPT_TEST(test_help_is_there),
        PROMPT_TEST(test_a_game_that_was_held_for_long_is_still_ours),
    };
    return cmocka_run_group_tests_name("prompt_game", tests, NULL, NULL);
}
