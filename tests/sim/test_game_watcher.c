/* Somebody watches the game: what it is told, and when; and the speed that is set from outside. */
#include "sim/console.h"
#include "support/game_kit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int tick_count;
static unsigned happened_last;
static char commands[400]; /* a line each */

static void on_ticked(void *context, unsigned happened)
{
    assert_ptr_equal(context, &tick_count);
    tick_count++;
    happened_last = happened;
}

static void on_command(void *context, const char *text, size_t size)
{
    assert_ptr_equal(context, &tick_count);
    strncat(commands, text, size);
    strcat(commands, "\n");
}

static const struct sim_watcher watcher = {
    .context = &tick_count, .ticked = on_ticked, .command = on_command};

/* A game at full speed that nobody is attached to. */
static void open_watched(void)
{
    open_game("straight", &dialect_v1, 0, 0);
    game.watcher = &watcher;
    tick_count = 0;
    commands[0] = '\0';
}

static void run_tick(void)
{
    uint64_t before = game.tick_count;
    while (game.tick_count == before)
        assert_int_equal(sim_game_run(&game), SIM_MOVED);
}

static void say(const char *text)
{
    sim_console_queue(&game, text, strlen(text));
}

static void test_every_tick_is_told_with_what_happened(void **unused)
{
    (void)unused;
    open_watched();
    run_tick();
    assert_int_equal(tick_count, 1);
    assert_int_equal(happened_last, 0);
    say("give_up");
    run_tick();
    assert_int_equal(tick_count, 2);
    assert_int_equal(happened_last, RACE_RESTARTED);
    game.watcher = NULL;
    run_tick();
    assert_int_equal(tick_count, 2);
}

static void test_commands_are_told_as_they_are_run(void **unused)
{
    (void)unused;
    open_watched();
    say("give_up; press up\n\n 0.05 vars speed # not yet\n");
    assert_string_equal(commands, "");
    run_tick();
    assert_string_equal(commands, "give_up\npress up\nvars speed\n"); /* which it has kept */
    commands[0] = '\0';
    while (race_time(&game.race) < 100)
        run_tick();
    assert_string_equal(commands, "vars speed\n");
    assert_non_null(strstr(notes, "speed: 1"));
}

static void test_a_speed_set_from_outside_holds_with_and_without_a_client(void **unused)
{
    (void)unused;
    open_game("straight", &dialect_v1, 1, 1);
    assert_true(sim_game_set_speed(&game, 4));
    assert_true(game.speed == 4 && game.speed_without_client == 4);
    assert_true(game.variables.values[VARIABLE_speed] == 4);
    assert_true(sim_game_set_speed(&game, 0));
    assert_true(game.speed == 0 && game.speed_without_client == 0);
    run_tick();
    static const double wrong[] = {-1, -0.001, SIM_SPEED_MAX + 1.0, INFINITY, -INFINITY, NAN};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(sim_game_set_speed(&game, wrong[i]));
    assert_true(game.speed == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_tick_is_told_with_what_happened),
        cmocka_unit_test(test_commands_are_told_as_they_are_run),
        cmocka_unit_test(test_a_speed_set_from_outside_holds_with_and_without_a_client),
    };
    return cmocka_run_group_tests_name("game watcher", tests, NULL, NULL);
}
