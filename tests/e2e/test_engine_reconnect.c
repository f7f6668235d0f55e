/*
 * A game engine that is killed and starts again at its port, time after time, under a script that
 * asks it for pictures and drives another game: each request comes to an end, pictures come again,
 * no step of the other game is late, and nothing of it stays behind in the script's program. The
 * script is tests/tools/engine_reconnect.lua.
 */
#include "support/duo.h"
#include "support/raw_editor.h"
#include "support/raw_expect.h"
#include "support/raw_slot.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 20000,
    KILL_COUNT = 20,
    PATH_SIZE = 512,
#ifdef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    GROWTH_MAX_KIB = 512 * 1024
#else
    GROWTH_MAX_KIB = 2048
#endif
};

static const double step_max_s = 2; /* the game's patience */

static struct duo duo;
static struct process *engine;
static char engine_name[PROCESS_SLOT_NAME_SIZE], address[32];

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close(engine);
    engine = NULL;
    raw_slot_unlink(engine_name);
    process_close_all();
    return 0;
}

/* The first one takes a port that is free, the others take the same. */
static void start_engine(void)
{
    process_close(engine);
    engine = duo_run_tmsim(ARGS("--mapped", engine_name, "--engine", address));
    duo_expect_soon(engine, PROCESS_STDOUT, "serving", SOON_MS);
    snprintf(address, sizeof address, "127.0.0.1:%d", raw_editor_port(engine));
}

static void start(void)
{
    char script[PATH_SIZE], count[16];

    process_slot_name(engine_name);
    snprintf(address, sizeof address, "127.0.0.1:0");
    start_engine();
    duo_start_game(&duo, ARGS("--speed", "1"));
    snprintf(script, sizeof script, "%.400s/tests/tools/engine_reconnect.lua", process_root());
    snprintf(count, sizeof count, "%d", KILL_COUNT + 1);
    duo.host = duo_run_tmlua(ARGS("-a", duo.address, script, address, count));
}

static void expect_back(int connection)
{
    char text[32];

    snprintf(text, sizeof text, "back %d\n", connection);
    duo_expect_soon(duo.host, PROCESS_STDOUT, text, SOON_MS);
}

static void expect_measures(void)
{
    const char *line;
    int asked = -1, answered = -1, refused = -1;
    double step_s = -1;

    duo_expect_soon(duo.host, PROCESS_STDOUT, ".\n", SOON_MS);
    line = strstr(process_text(duo.host, PROCESS_STDOUT), "asked ");
    assert_non_null(line);
    assert_int_equal(sscanf(line, "asked %d answered %d refused %d step %lf", &asked, &answered,
                            &refused, &step_s),
                     4);
    print_message("%s", line);
    assert_int_equal(asked, answered + refused);
    assert_true(answered > KILL_COUNT && refused > 0);
    assert_true(step_s > 0 && step_s < step_max_s);
}

static void test_an_engine_is_killed_and_comes_back(void **state)
{
    long descriptors, kib, last_kib;
    int i;

    (void)state;
    start();
    expect_back(1);
    descriptors = process_descriptor_count(duo.host);
    kib = process_resident_kib(duo.host);
    for (i = 1; i <= KILL_COUNT; i++) {
        assert_true(process_signal(engine, SIGKILL));
        assert_true(process_wait_exit(engine, SOON_MS));
        start_engine();
        expect_back(i + 1);
    }
    expect_measures();
    last_kib = process_resident_kib(duo.host);
    print_message("%ld -> %ld KiB\n", kib, last_kib);
    assert_true(process_descriptors_fall_to(duo.host, descriptors, SOON_MS));
    assert_true(kib > 0 && last_kib < kib + GROWTH_MAX_KIB);
    assert_true(process_signal(duo.host, SIGINT));
    raw_expect_exit(duo.host, 128 + SIGINT, SOON_MS);
    duo_expect_goodbye(&duo);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_an_engine_is_killed_and_comes_back, end),
    };

    return cmocka_run_group_tests_name("engine_reconnect", tests, NULL, NULL);
}
