/*
 * Goal: one tmlua drives as many games as there are slots, each by itself: a game that is stopped,
 * killed or slow takes nothing from the others. Method: sixteen real games with names of their own;
 * a script counts the steps of each and says every tenth of a second how many moved.
 */
#include "support/deadline.h"
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
    GAME_COUNT = 16,
    SOON_MS = 20000,
    SLOT_COUNT = 16
};

static struct process *games[GAME_COUNT + 1];
static char names[GAME_COUNT][PROCESS_SLOT_NAME_SIZE];
static struct process *host;

static int end(void **state)
{
    int i;

    (void)state;
    process_close_all();
    for (i = 0; i < GAME_COUNT; i++)
        if (names[i][0] != '\0')
            raw_slot_unlink(names[i]);
    memset(names, 0, sizeof names);
    memset(games, 0, sizeof games);
    host = NULL;
    scratch_end();
    return 0;
}

static void start_games(const char *speed)
{
    int i;

    for (i = 0; i < GAME_COUNT; i++) {
        process_slot_name(names[i]);
        games[i] = duo_run_tmsim(ARGS("-q", "--mapped", names[i], "--speed", speed));
    }
    for (i = 0; i < GAME_COUNT; i++)
        duo_expect_soon(games[i], PROCESS_STDOUT, "serving", SOON_MS);
}

/* A script that attaches to all of them first. */
static void start_host(const char *code)
{
    char text[8192] = "local tm = require 'tm' io.stdout:setvbuf 'no' local games = {}\n";
    size_t used = strlen(text);
    int i;

    for (i = 0; i < GAME_COUNT; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "games[%d] = assert(tm.attach 'mapped:%s')\n", i + 1, names[i]);
    assert_true((size_t)snprintf(text + used, sizeof text - used, "%s", code) < sizeof text - used);
    host = duo_run_tmlua(ARGS(scratch_write("many.lua", text)));
}

static const char count_steps[] =
    "local steps, lost = {}, 0\n"
    "for i, game in ipairs(games) do steps[i] = 0\n"
    "  game:on('run_step', function(which) assert(which == game) steps[i] = steps[i] + 1 end)\n"
    "  game:on('deregistered', function() lost = lost + 1 end)\n"
    "end\n"
    "print 'ready'\n"
    "local last = {}\n"
    "tm.every(0.1, function() local moved = 0\n"
    "  for i, count in ipairs(steps) do\n"
    "    if count - (last[i] or 0) >= 5 then moved = moved + 1 end last[i] = count end\n"
    "  print(('moved %d lost %d'):format(moved, lost))\n"
    "end)\n";

static void test_sixteen_games_are_driven_at_once(void **state)
{
    (void)state;
    start_games("1");
    start_host(count_steps);
    duo_expect_soon(host, PROCESS_STDOUT, "ready\n", SOON_MS);
    duo_expect_soon(host, PROCESS_STDOUT, "moved 16 lost 0\n", SOON_MS);
}

static void test_stopped_and_killed_games_take_nothing_from_the_others(void **state)
{
    (void)state;
    start_games("1");
    start_host(count_steps);
    duo_expect_soon(host, PROCESS_STDOUT, "moved 16 lost 0\n", SOON_MS);
    assert_true(process_signal(games[2], SIGSTOP));
    duo_expect_soon(host, PROCESS_STDOUT, "moved 15 lost 0\n", SOON_MS);
    assert_true(process_signal(games[7], SIGKILL));
    duo_expect_soon(host, PROCESS_STDOUT, "moved 14 lost 1\n", SOON_MS);
    assert_true(process_signal(games[2], SIGCONT));
    duo_expect_soon(host, PROCESS_STDOUT, "moved 15 lost 1\n", SOON_MS);
}

static void test_a_task_waits_for_its_own_game(void **state)
{
    (void)state;
    start_games("max");
    start_host("local done = 0\n"
               "for i, game in ipairs(games) do tm.task(function()\n"
               "  for n = 1, 50 do assert(game:step()) end\n"
               "  local state = assert(game:get_simulation_state())\n"
               "  assert(game:step(10)) assert(game:rewind_to_state(state))\n"
               "  assert(game:step() == state.race_time + 10)\n"
               "  done = done + 1 if done == 16 then print 'all done' end\n"
               "end) end\n");
    raw_expect_exit(host, 0, SOON_MS);
    raw_expect_said(host, PROCESS_STDOUT, "all done\n");
}

/* Other games of this machine may have slots already: then there are fewer for ours. */
static void test_a_seventeenth_game_finds_no_slot(void **state)
{
    char name[32];
    int i, taken = 0, started = 0;

    (void)state;
    for (i = 0; i < SLOT_COUNT; i++) {
        snprintf(name, sizeof name, "TMInterface%d", i);
        taken += raw_slot_visible_size(name) >= 0;
    }
    for (i = 0; i < SLOT_COUNT - taken; i++) {
        games[i] = duo_run_tmsim(ARGS("--speed", "1"));
        duo_expect_soon(games[i], PROCESS_STDOUT, "serving TMInterface", SOON_MS);
        started++;
    }
    games[GAME_COUNT] = duo_run_tmsim(NULL);
    raw_expect_exit(games[GAME_COUNT], 1, SOON_MS);
    raw_expect_said(games[GAME_COUNT], PROCESS_STDERR, "no slot is free");
    host = duo_run_tmlua(ARGS("--list"));
    raw_expect_exit(host, 0, SOON_MS);
    assert_true(duo_count_said(host, PROCESS_STDOUT, "free") >= started);
    for (i = 0; i < started; i++) {
        assert_true(process_signal(games[i], process_end_request()));
        raw_expect_exit(games[i], 0, SOON_MS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define MANY_TEST(name) cmocka_unit_test_teardown(name, end)
        MANY_TEST(test_sixteen_games_are_driven_at_once),
        MANY_TEST(test_stopped_and_killed_games_take_nothing_from_the_others),
        MANY_TEST(test_a_task_waits_for_its_own_game),
        MANY_TEST(test_a_seventeenth_game_finds_no_slot),
    };

    return cmocka_run_group_tests_name("many_games", tests, NULL, NULL);
}
