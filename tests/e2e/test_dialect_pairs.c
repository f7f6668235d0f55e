/*
 * Goal: a script that takes the game for one of another dialect is told so, and never hangs. A game
 * does not say what it speaks, so all that can betray it is what contradicts itself; the
 * table says what does, for every ordered pair. Method: the real programs, on one buffer size so
 * that this does not betray it first.
 */
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/raw_facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000
};

/*
 * What becomes of a host (row) on a game (column), both in the order of enum raw_dialect:
 *   W  it works       R  refused within --wait: nobody answers C_REGISTER, "another dialect"
 *   S  get_simulation_state says dialect_mismatch: another message has that number
 *   L  log gets no answer for 2 s: timeout, "another dialect"; up to 24 the numbers are the same
 * In "1.0.8 on v1" nothing contradicts: log is a custom command there, and set_timeout is another
 * request with the same data. That works, as far as it goes.
 */
static const char *const outcomes[RAW_DIALECT_COUNT] = {
    "WLSRR", /* v1 */
    "WWSRR", /* 1.0.8 */
    "SSWRR", /* 1.0.7 */
    "RRRWR", /* 2021-06 */
    "RRRRW", /* public */
};

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    return 0;
}

static const char script[] =
    "game:step() local state, why, code = game:get_simulation_state()"
    " if state and not game:log 'x' and game.state ~= 'attached' then state = nil end"
    " print(state and 'works' or code or 'lost', why)"
    " print('stepped', math.type(game.state == 'attached' and game:step() or 0)) tm.quit()";

static void expect_outcome(struct process *host, char outcome)
{
    switch (outcome) {
    case 'W':
        raw_expect_exit(host, 0, SOON_MS);
        raw_expect_said(host, PROCESS_STDOUT, "works\tnil\nstepped\tinteger\n");
        return;
    case 'S':
        raw_expect_exit(host, 0, SOON_MS);
        raw_expect_said(host, PROCESS_STDOUT, "dialect_mismatch\t");
        raw_expect_said(host, PROCESS_STDOUT, "stepped\tinteger\n");
        return;
    case 'L':
        raw_expect_any_exit(host, SOON_MS);
        raw_expect_said(host, PROCESS_STDERR, "another dialect than");
        return;
    default:
        raw_expect_exit(host, 3, SOON_MS);
        raw_expect_said(host, PROCESS_STDERR, "another dialect than");
    }
}

static void try_host(enum raw_dialect dialect, char outcome)
{
    char query[64];
    snprintf(query, sizeof query, "?dialect=%s&size=65536", raw_dialect_name(dialect));
    struct process *host = duo_another_host(&duo, query, outcome == 'R' ? "0" : "10", script);
    expect_outcome(host, outcome);
    process_close(host);
}

/* After all the strangers the game still takes one that speaks as it does. */
static void test_every_pair_works_or_is_told_why_not(void **state)
{
    (void)state;
    for (enum raw_dialect spoken = 0; spoken < RAW_DIALECT_COUNT; spoken++) {
        duo_begin(&duo);
        duo_start_game(&duo, ARGS("--dialect", raw_dialect_name(spoken), "--buffer-size", "65536",
                                  "--speed", "max"));
        for (enum raw_dialect taken = 0; taken < RAW_DIALECT_COUNT; taken++)
            if (taken != spoken)
                try_host(taken, outcomes[taken][spoken]);
        try_host(spoken, 'W');
        duo_end(&duo);
    }
}

/* Where the sizes differ, as those of v1 and its elders do, attaching says so at once. */
static void test_the_size_of_another_dialect_is_told_at_once(void **state)
{
    (void)state;
    duo_begin(&duo);
    duo_start_game(&duo, ARGS("--speed", "max"));
    for (enum raw_dialect taken = RAW_V1 + 1; taken < RAW_DIALECT_COUNT; taken++) {
        char query[32];
        snprintf(query, sizeof query, "?dialect=%s", raw_dialect_name(taken));
        struct process *host = duo_another_host(&duo, query, "5", "");
        raw_expect_exit(host, 3, SOON_MS);
        raw_expect_said(host, PROCESS_STDERR, "the mapping has 65535 bytes, not");
        process_close(host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_every_pair_works_or_is_told_why_not, end),
        cmocka_unit_test_teardown(test_the_size_of_another_dialect_is_told_at_once, end),
    };
    return cmocka_run_group_tests_name("dialect pairs", tests, NULL, NULL);
}
