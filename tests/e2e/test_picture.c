/*
 * Goal: a picture of the race has the same bytes in every build and on every machine. Method: the
 * helper program drives the shipped inputs and writes the pixels as the camera gave them;
 * sha256sum, which is not ours, hashes them; the hash was pinned once.
 */
#include "support/process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 40000
};

static const struct {
    const char *track;
    const char *rest;
    const char *sha256;
} pinned[] = {
    {"straight", "0 640 480", "237d036b89dad22881d7eced9d51845787f025aac1aa7ad0c4b0b72b313520e8"},
    {"straight", "1150 333 77", "23076388308b1341c800de206b09ed742e220811e2c0b514b37e5874e8809c04"},
    {"easy", "1500 1920 1080", "f58d3d863053108beca212714a4f5f1a4763c10328a018c91daa14f3d7000bb7"},
    {"technical", "1180 640 480",
     "4a3d272c16c94c70bd54de3a045569df5564e0da809d4e5500506774670096c9"},
    {"technical", "3860 640 480",
     "86aaadab8603684c53f57fba90f3cb0fbc954411a316cac79c4f1923f13c5050"},
    {"technical", "4600 31 457",
     "ea652667b8de7c75ccc1614f46067bcfe6965b4bfd61ed47dba44d60c227fec8"},
    {"laps", "900 640 480", "5259b804c144c6a41e6afad2163cf18cba7d6118d424787f58df8e50183d2837"},
    {"technical", "1500 640 480 --camera '140 330 140 -0.7071 0 0 0.7071'",
     "582a618d17b31f53dce1d9950c3c79fad6f7c39460f8a9413de9e607d9a12213"},
    {"technical", "500 640 480 --camera '-3.5 2.5 47 -0.08 -0.35 0.15 0.92'",
     "cb64b15a4f1fe038186a01a10357878ad5c7680de4b54d9c6e18ead6586b44c6"},
};

/* The folder of the test programs is that of tmlua's, or below it. */
static void expect_hash(const char *track, const char *rest, const char *sha256)
{
    char folder[512], command[2048], expected[80];
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    struct process_options process = {argv, NULL, PROCESS_STDIN_NONE, NULL};
    snprintf(folder, sizeof folder, "%s", process_tmlua());
    char *slash = strrchr(folder, '/');
    assert_non_null(slash);
    *slash = '\0';
    snprintf(command, sizeof command,
             "'%s/tests/draw_race' --raw --inputs '%s/scripts/inputs/%s.txt' %s %s | sha256sum",
             folder, process_root(), track, track, rest);
    snprintf(expected, sizeof expected, "%s  -\n", sha256);
    struct process *child = process_spawn(&process);
    assert_non_null(child);
    assert_true(process_wait_exit(child, SOON_MS));
    assert_string_equal(process_text(child, PROCESS_STDOUT), expected);
    if (!process_is_wine()) /* whose own programs may have something to say */
        assert_string_equal(process_text(child, PROCESS_STDERR), "");
}

static int end(void **state)
{
    (void)state;
    process_close_all();
    return 0;
}

static void test_pictures_have_the_pinned_hashes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pinned / sizeof pinned[0]; i++)
        expect_hash(pinned[i].track, pinned[i].rest, pinned[i].sha256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_pictures_have_the_pinned_hashes, end),
    };
    return cmocka_run_group_tests_name("picture", tests, NULL, NULL);
}
