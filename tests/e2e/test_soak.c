/*
 * Goal: two hours of race time, with a rewind every second, leave no trace: the same states as a
 * straight run, and neither program has grown. Method: tests/tools/soak.lua writes the state of
 * every second to a pipe that sha256sum, which is not ours, reads; memory and descriptors of both
 * programs are looked at after a tenth of the way and at its end. Under the sanitizer, which is for
 * other faults and takes ten times as long, it is a quarter of that.
 */
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    LONG_MS = 130000,
    SOON_MS = 5000,
    PATH_SIZE = 512,
#ifdef __SANITIZE_ADDRESS__ /* which keeps what was freed */
    GROWTH_MAX_KIB = 512 * 1024
#else
    GROWTH_MAX_KIB = 1024
#endif
};

#ifdef __SANITIZE_ADDRESS__
static const char hours_default[] = "0.5";
#else
static const char hours_default[] = "2";
#endif

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    scratch_end();
    return 0;
}

struct footprint {
    long host_kib, game_kib;
    long host_descriptors, game_descriptors;
};

static struct footprint look(void)
{
    return (struct footprint){process_resident_kib(duo.host), process_resident_kib(duo.game),
                              process_descriptor_count(duo.host),
                              process_descriptor_count(duo.game)};
}

/*
 * Runs the script in that mode; the hash of all it wrote. With `before` and `after`, or null for
 * both, it may have no more descriptors later than it had.
 */
static void soak(const char *mode, char hash[65], struct footprint *before, struct footprint *after)
{
    const char *hours = getenv("TMLUA_SOAK_HOURS");
    char script[PATH_SIZE];
    const char *output = scratch_path("states"), *const hash_arguments[] = {"/usr/bin/sha256sum",
                                                                            output, NULL};
    char command[3 * PATH_SIZE];
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    struct process *hasher;

    snprintf(script, sizeof script, "%.400s/tests/tools/soak.lua", process_root());
    duo_start_game(&duo, ARGS("-q", "--speed", "max", "--track", "straight"));
    snprintf(command, sizeof command, "exec '%s' -a '%s' '%s' %s %s > '%s'", process_tmlua(),
             duo.address, script, mode, hours != NULL ? hours : hours_default, output);
    duo.host = process_run(argv);
    assert_non_null(duo.host);
    duo_expect_soon(duo.host, PROCESS_STDERR, "mark 2\n", LONG_MS);
    if (before != NULL)
        *before = look();
    duo_expect_soon(duo.host, PROCESS_STDERR, "mark 19\n", LONG_MS);
    if (after != NULL) {
        *after = look();
        assert_true(process_descriptors_fall_to(duo.host, before->host_descriptors, SOON_MS));
        assert_true(process_descriptors_fall_to(duo.game, before->game_descriptors, SOON_MS));
    }
    raw_expect_exit(duo.host, 0, LONG_MS);
    hasher = process_run(hash_arguments);
    raw_expect_exit(hasher, 0, LONG_MS);
    snprintf(hash, 65, "%.64s", process_text(hasher, PROCESS_STDOUT));
    process_close(hasher);
    remove(output);
    duo_end(&duo);
}

static void test_two_hours_with_rewinds_leave_no_trace(void **state)
{
    struct footprint before, after;
    char straight[65], rewound[65];

    (void)state;
    soak("straight", straight, NULL, NULL);
    soak("rewind", rewound, &before, &after);
    assert_string_equal(rewound, straight);
    assert_int_equal(strlen(straight), 64);
    print_message("host %ld -> %ld KiB, game %ld -> %ld KiB\n", before.host_kib, after.host_kib,
                  before.game_kib, after.game_kib);
    assert_true(before.host_kib > 0 && after.host_kib < before.host_kib + GROWTH_MAX_KIB);
    assert_true(before.game_kib > 0 && after.game_kib < before.game_kib + GROWTH_MAX_KIB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_two_hours_with_rewinds_leave_no_trace, end),
    };

    return cmocka_run_group_tests_name("soak", tests, NULL, NULL);
}
