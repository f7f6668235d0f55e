/*
 * Goal: a script does not notice which dialect its game speaks. Method: the same script, on a real
 * tmsim of each dialect and on each buffer size that a dialect is known with, must say the same; and
 * a host that takes the game for one of the other dialect ends soon and says why.
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

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    return 0;
}

/* Drives, saves, drives on, rewinds, drives the same way again: reads and writes all of a state. */
static const char drive[] =
    "game:give_up() repeat until game:step() == -10"
    " game:set_input_state { accelerate = true, steer = 3000 } repeat until game:step() == 2000"
    " local saved = game:get_simulation_state() print(saved.race_time, saved.position)"
    " print(saved.input_accelerate, saved.input_steer, saved.display_speed)"
    " game:step(100) local first = game:get_simulation_state()"
    " game:rewind_to_state(saved) print(game:step(), #game:get_checkpoint_state().cp_times)"
    " game:step(99) local again = game:get_simulation_state()"
    " print(first.position == again.position, first.velocity == again.velocity, again.position)"
    " assert(game:set_checkpoint_state(game:get_checkpoint_state()))"
    " print(game:get_context_mode()) tm.quit()";

static void drive_on(const char *const *arguments, const char *query, char *said, size_t size)
{
    duo_begin(&duo);
    duo_start_game(&duo, arguments);
    char code[2048];
    snprintf(code, sizeof code, "%s", drive);
    struct process *host = duo_another_host(&duo, query, "5", code);
    raw_expect_exit(host, 0, SOON_MS);
    snprintf(said, size, "%s", process_text(host, PROCESS_STDOUT));
    process_close(host);
    duo_end(&duo);
}

static void test_a_script_says_the_same_in_every_dialect(void **state)
{
    char v1[1024], said[1024], query[64];
    (void)state;
    drive_on(ARGS("--speed", "max"), NULL, v1, sizeof v1);
    assert_non_null(strstr(v1, "true\ttrue"));
    for (enum raw_dialect dialect = RAW_V1 + 1; dialect < RAW_DIALECT_COUNT; dialect++) {
        const char *name = raw_dialect_name(dialect);
        snprintf(query, sizeof query, "?dialect=%s", name);
        drive_on(ARGS("--speed", "max", "--dialect", name), query, said, sizeof said);
        assert_string_equal(said, v1);
    }
    drive_on(ARGS("--speed", "max", "--dialect", "public", "--buffer-size", "65535"),
             "?dialect=public&size=65535", said, sizeof said);
    assert_string_equal(said, v1);
}

static void test_the_help_names_every_dialect(void **state)
{
    struct process *help = duo_run_tmsim(ARGS("--help"));
    (void)state;
    raw_expect_exit(help, 0, SOON_MS);
    for (enum raw_dialect dialect = 0; dialect < RAW_DIALECT_COUNT; dialect++)
        raw_expect_said(help, PROCESS_STDOUT, raw_dialect_name(dialect));
    process_close(help);
}

static void test_a_game_of_the_other_dialect_is_named(void **state)
{
    static const char *const games[] = {"v1", "public"};
    static const char *const queries[] = {"?dialect=public&size=65535", "?dialect=v1"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        duo_begin(&duo);
        duo_start_game(&duo, ARGS("--dialect", games[i], "--buffer-size", "65535"));
        struct process *host = duo_another_host(&duo, queries[i], "0", "game:step()");
        raw_expect_exit(host, 3, SOON_MS);
        raw_expect_said(host, PROCESS_STDERR, "another dialect");
        duo_expect_soon(duo.game, PROCESS_STDERR, "does the client speak another dialect?",
                        SOON_MS);
        process_close(host);
        duo_end(&duo);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_a_script_says_the_same_in_every_dialect, end),
        cmocka_unit_test_teardown(test_the_help_names_every_dialect, end),
        cmocka_unit_test_teardown(test_a_game_of_the_other_dialect_is_named, end),
    };
    return cmocka_run_group_tests_name("dialects", tests, NULL, NULL);
}
