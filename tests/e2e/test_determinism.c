/*
 * Goal: the embedded game gives the same bytes on every machine and in every build. Method: the
 * helper program writes every state of 10,000 ticks under fixed pseudo-random inputs; sha256sum,
 * which is not ours, hashes them; the hash was pinned once. The second run rewinds and replays
 * all the way, and must not show it.
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
    const char *sha256;
} pinned[] = {
    {"straight", "3fe7ed20868536d82e1ae10f52457a6545576d348ec2d0eeb72f56d6842aa04e"},
    {"easy", "856a7ae1b122318e6d4e454f2eaf29576daa15db4d4ffa6d5af34acf021a1687"},
    {"technical", "40d16158e6712eea56533428ca08f56e867cb075a3a32c17297c00c1bd32e145"},
    {"laps", "873d97d2a6ddd52085b410db68cc71e41dda6cc76e39e96173f8794db1e3f3cd"},
};

/* The folder of the test programs is that of tmlua's, or below it. */
static void expect_hash(const char *options, const char *track, const char *sha256)
{
    char folder[512], command[1024], expected[80];
    const char *argv[] = {"/bin/sh", "-c", command, NULL};
    struct process_options process = {argv, NULL, PROCESS_STDIN_NONE, NULL};
    snprintf(folder, sizeof folder, "%s", process_tmlua());
    char *slash = strrchr(folder, '/');
    assert_non_null(slash);
    *slash = '\0';
    snprintf(command, sizeof command, "'%s/tests/state_dump' %s %s 10000 1 | sha256sum", folder,
             options, track);
    snprintf(expected, sizeof expected, "%s  -\n", sha256);
    struct process *child = process_spawn(&process);
    assert_non_null(child);
    assert_true(process_wait_exit(child, SOON_MS));
    assert_string_equal(process_text(child, PROCESS_STDOUT), expected);
}

static int end(void **state)
{
    (void)state;
    process_close_all();
    return 0;
}

static void test_ten_thousand_ticks_have_the_pinned_hash(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pinned / sizeof pinned[0]; i++)
        expect_hash("", pinned[i].track, pinned[i].sha256);
}

static void test_rewinding_and_replaying_all_the_way_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pinned / sizeof pinned[0]; i++)
        expect_hash("--rewind 37", pinned[i].track, pinned[i].sha256);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_ten_thousand_ticks_have_the_pinned_hash, end),
        cmocka_unit_test_teardown(test_rewinding_and_replaying_all_the_way_changes_nothing, end),
    };
    return cmocka_run_group_tests_name("determinism", tests, NULL, NULL);
}
