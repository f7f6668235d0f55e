/*
 * Every example of scripts/ that needs a game alone runs to its end, with the embedded game in the
 * host's own process and with a tmsim beside it; the first drive comes to the same finish either
 * way. For those that need more than a game see test_engine_scripts.c.
 */
#include "support/duo.h"
#include "support/raw_expect.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SCRIPT_COUNT_MAX = 64,
    PATH_SIZE_MAX = 512,
    LONG_MS = 50000
};

static char scripts[SCRIPT_COUNT_MAX][PATH_SIZE_MAX];
static int script_count;

static struct duo duo;

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static bool is_script(const char *name)
{
    size_t size = strlen(name);

    return size > 4 && strcmp(name + size - 4, ".lua") == 0;
}

/* What a script needs besides a game its first lines say. */
static bool head_contains(const char *script, const char *words)
{
    char text[512] = "";
    FILE *file = fopen(script, "rb");

    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return strstr(text, words) != NULL;
}

/* "Needs a simulation:", and how to run it. */
static bool needs_simulation(const char *script)
{
    return head_contains(script, "simulation:\n");
}

static bool needs_more(const char *script)
{
    return head_contains(script, "eeds an engine") || head_contains(script, "eeds pictures") ||
           head_contains(script, "Serves an engine");
}

static int find_scripts(void **state)
{
    char folder[PATH_SIZE_MAX / 2];
    struct dirent *entry;
    DIR *listing;

    (void)state;
    /* Some scripts write files where they are run. */
    if (process_root()[0] == '/' && process_tmlua()[0] == '/' && getenv("TMPDIR") != NULL &&
        chdir(getenv("TMPDIR")) != 0)
        return -1;
    snprintf(folder, sizeof folder, "%.200s/scripts", process_root());
    listing = opendir(folder);
    if (listing == NULL)
        return -1;
    while ((entry = readdir(listing)) != NULL && script_count < SCRIPT_COUNT_MAX) {
        if (!is_script(entry->d_name))
            continue;
        snprintf(scripts[script_count], PATH_SIZE_MAX, "%s/%s", folder, entry->d_name);
        script_count += !needs_more(scripts[script_count]);
    }
    closedir(listing);
    qsort(scripts, (size_t)script_count, sizeof scripts[0], by_name);
    return script_count > 0 ? 0 : -1;
}

static const char *inputs_path(void)
{
    static char path[PATH_SIZE_MAX];

    snprintf(path, sizeof path, "%.400s/scripts/inputs/easy.txt", process_root());
    return path;
}

/* What the script has said on standard output; it must have ended well, and said something. */
static const char *run(const char *const *arguments, const char *script)
{
    process_close(duo.host);
    duo.host = duo_run_tmlua(arguments);
    if (!process_wait_exit(duo.host, LONG_MS) || process_exit_status(duo.host) != 0)
        fail_msg("%s: status %d\nstdout: %s\nstderr: %s", script, process_exit_status(duo.host),
                 process_text(duo.host, PROCESS_STDOUT), process_text(duo.host, PROCESS_STDERR));
    if (process_text(duo.host, PROCESS_STDOUT)[0] == '\0')
        fail_msg("%s says nothing", script);
    return process_text(duo.host, PROCESS_STDOUT);
}

static void test_every_script_runs_in_the_embedded_game(void **state)
{
    int i;

    char simulation[PATH_SIZE_MAX + 32];

    (void)state;
    snprintf(simulation, sizeof simulation, "--sim=easy?simulate=%s", inputs_path());
    for (i = 0; i < script_count; i++)
        run(ARGS(needs_simulation(scripts[i]) ? simulation : "--sim", scripts[i]), scripts[i]);
}

static void test_every_script_runs_beside_a_game(void **state)
{
    int i;

    (void)state;
    for (i = 0; i < script_count; i++) {
        if (needs_simulation(scripts[i]))
            duo_start_game(&duo, ARGS("--simulate", inputs_path()));
        else
            duo_start_game(&duo, ARGS("--speed", "max"));
        run(ARGS("-a", duo.address, scripts[i]), scripts[i]);
        duo_expect_soon(duo.game, PROCESS_STDERR, "client deregistered", 5000);
        duo_expect_not_said(duo.game, PROCESS_STDERR, "did not answer");
        duo_end(&duo);
    }
}

static const char *find_script(const char *name)
{
    int i;

    for (i = 0; i < script_count; i++)
        if (strstr(scripts[i], name) != NULL)
            return scripts[i];
    fail_msg("there is no script %s", name);
    return NULL;
}

/* Twice each: where the race is when the script joins must not matter. */
static void test_the_first_drive_comes_to_the_same_finish_everywhere(void **state)
{
    const char *script = find_script("/first_drive.lua");
    char *expected = NULL;
    int i;

    (void)state;
    for (i = 0; i < 4; i++) {
        const char *said;

        if (i < 2) {
            said = run(ARGS("--sim=easy", script), script);
        } else {
            duo_start_game(&duo, ARGS("--speed", "max"));
            said = run(ARGS("-a", duo.address, script), script);
        }
        if (expected == NULL)
            expected = strdup(said);
        assert_string_equal(said, expected);
        if (i >= 2)
            duo_end(&duo);
    }
    free(expected);
}

static void test_a_script_without_a_game_says_so_in_one_line(void **state)
{
    int i;

    (void)state;
    duo_begin(&duo);
    for (i = 0; i < script_count; i++) {
        process_close(duo.host);
        duo.host = duo_run_tmlua(ARGS("-w", "0", "-a", duo.address, scripts[i]));
        raw_expect_exit(duo.host, 3, LONG_MS);
        assert_int_equal(duo_count_said(duo.host, PROCESS_STDERR, "\n"), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define SCRIPT_TEST(name) cmocka_unit_test_teardown(name, end)
        SCRIPT_TEST(test_every_script_runs_in_the_embedded_game),
        SCRIPT_TEST(test_every_script_runs_beside_a_game),
        SCRIPT_TEST(test_the_first_drive_comes_to_the_same_finish_everywhere),
        SCRIPT_TEST(test_a_script_without_a_game_says_so_in_one_line),
    };

    return cmocka_run_group_tests_name("scripts", tests, find_scripts, NULL);
}
