/*
 * `tmlua tas search` as a user runs it: what a fixed seed finds on the technical track, with no,
 * two and three workers, and that it plays to the same time wherever it is played.
 */
#include "support/duo.h"
#include "support/raw_expect.h"
#include "support/raw_slot.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    SOON_MS = 60000,
    PATH_SIZE = 600,
    TEXT_SIZE = 64 * 1024
};

/* Of the shipped rough run: at least so much sooner, after so many simulations of seed 1. */
static const char simulations[] = "1000";
static const double rough_s = 43.70, gain_s = 0.30;

static struct process *process;
static struct duo duo;
static struct process *second_game;
static char second_name[PROCESS_SLOT_NAME_SIZE];
static char rough[PATH_SIZE];

static int begin(void **state)
{
    (void)state;
    snprintf(rough, sizeof rough, "%.500s/scripts/inputs/technical.txt", process_root());
    return 0;
}

static int end(void **state)
{
    (void)state;
    duo_end(&duo);
    process_close_all();
    process = second_game = NULL;
    raw_slot_unlink(second_name);
    scratch_end();
    return 0;
}

static const char *said(void)
{
    return process_text(process, PROCESS_STDOUT);
}

static void run(const char *const *arguments, int status)
{
    process_close(process);
    process = duo_run_tmlua(arguments);
    raw_expect_exit(process, status, SOON_MS);
}

static void read_file(const char *path, char text[TEXT_SIZE])
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(text, 1, TEXT_SIZE - 1, file);
    fclose(file);
    assert_true(size > 0 && size < TEXT_SIZE - 1);
    text[size] = '\0';
}

/* Searches the whole run; *text is what it has found. */
static void search(const char *name, const char *workers, char text[TEXT_SIZE])
{
    const char *output = scratch_path(name);
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "-n", simulations, "--seed",
             "1", "-j", workers),
        0);
    read_file(output, text);
}

/* The finish in the first line of a result, s. */
static double finish_of(const char *text)
{
    double finish = -1;
    assert_int_equal(sscanf(text, "# finish: %lf s", &finish), 1);
    return finish;
}

/* It finishes at that time, in a race and in a simulation. */
static void expect_finish(const char *path, double finish)
{
    char expected[32];
    snprintf(expected, sizeof expected, "finish  %.2f\n", finish);
    run(ARGS("tas", "splits", "--sim=technical", path), 0);
    raw_expect_said(process, PROCESS_STDOUT, expected);
    run(ARGS("tas", "splits", "--sim=technical", "--context", "simulation", path), 0);
    raw_expect_said(process, PROCESS_STDOUT, expected);
}

static void test_a_seed_finds_the_same_with_any_number_of_workers(void **state)
{
    static char alone[TEXT_SIZE], two[TEXT_SIZE], three[TEXT_SIZE];
    (void)state;
    search("alone.txt", "0", alone);
    print_message("%s", strrchr(said(), '\n') - 1 > said() ? said() : "");
    search("two.txt", "2", two);
    search("three.txt", "3", three);
    assert_string_equal(alone, two);
    assert_string_equal(alone, three);
    assert_true(finish_of(alone) <= rough_s - gain_s + 0.001);
    expect_finish(scratch_path("alone.txt"), finish_of(alone));
}

/* What the journal keeps is as good as what was done at once. */
static void test_a_search_that_goes_on_is_the_same_search(void **state)
{
    static char at_once[TEXT_SIZE], in_parts[TEXT_SIZE];
    const char *output = scratch_path("parts.txt");
    (void)state;
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "-n", "600", "-j", "0"), 0);
    read_file(output, at_once);
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "-n", "200", "-j", "0",
             "--overwrite"),
        0);
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "-n", "400", "-j", "2",
             "--resume"),
        0);
    raw_expect_said(process, PROCESS_STDOUT, "     200  ");
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "-n", "600", "-j", "0",
             "--resume"),
        0);
    read_file(output, in_parts);
    assert_string_equal(at_once, in_parts);
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "-n", "600"), 1);
    raw_expect_said(process, PROCESS_STDERR, "is there already");
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, "--resume", "--seed", "2"),
        1);
    raw_expect_said(process, PROCESS_STDERR, "that search was begun with seed 1");
}

/* Short runs: games in other processes are slow under the sanitizers. */
#define SHORT "--target", "checkpoint:1", "--window", "3.00-9.50"

/* A game that somebody else runs simulates for us, here and for a worker. */
static void test_a_mapped_game_searches_too(void **state)
{
    static char here[TEXT_SIZE], worker[TEXT_SIZE], sim[TEXT_SIZE];
    const char *output = scratch_path("mapped.txt");
    (void)state;
    duo_begin(&duo);
    duo_start_game(&duo, ARGS("--track", "technical", "--simulate", rough));
    run(ARGS("tas", "search", "-a", duo.address, rough, "-o", output, SHORT, "-n", "100"), 0);
    read_file(output, here);
    run(ARGS("tas", "search", "-a", duo.address, rough, "-o", output, SHORT, "-n", "100", "-j", "1",
             "--overwrite"),
        0);
    read_file(output, worker);
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, SHORT, "-n", "100", "-j", "0",
             "--overwrite"),
        0);
    read_file(output, sim);
    assert_string_equal(here, worker);
    assert_string_equal(here, sim);
}

/* Each of two games has a worker; one of the games dies, and the other does it all. */
static void test_two_mapped_games_share_a_search(void **state)
{
    static char both[TEXT_SIZE], sim[TEXT_SIZE];
    char second_address[PROCESS_SLOT_NAME_SIZE + 16];
    const char *output = scratch_path("both.txt");
    (void)state;
    duo_begin(&duo);
    duo_start_game(&duo, ARGS("--track", "technical", "--simulate", rough));
    process_slot_name(second_name);
    snprintf(second_address, sizeof second_address, "mapped:%s", second_name);
    second_game =
        duo_run_tmsim(ARGS("--mapped", second_name, "--track", "technical", "--simulate", rough));
    duo_expect_soon(second_game, PROCESS_STDOUT, "serving", SOON_MS);
    run(ARGS("tas", "search", "-a", duo.address, "-a", second_address, rough, "-o", output, SHORT,
             "-n", "200"),
        0);
    read_file(output, both);
    run(ARGS("tas", "search", "--sim=technical", rough, "-o", output, SHORT, "-n", "200", "-j", "0",
             "--overwrite"),
        0);
    read_file(output, sim);
    assert_string_equal(both, sim);
    process = duo_run_tmlua(ARGS("tas", "search", "-a", duo.address, "-a", second_address, rough,
                                 "-o", output, SHORT, "-n", "200", "--overwrite"));
    duo_expect_soon(process, PROCESS_STDOUT, "  9.4", SOON_MS);
    assert_true(process_signal(second_game, SIGKILL));
    raw_expect_exit(process, 0, SOON_MS);
    read_file(output, both);
    assert_string_equal(both, sim);
}

static void test_what_cannot_be_searched_is_said(void **state)
{
    const char *easy = scratch_write("still.txt", "0 rel up\n");
    const char *broken = scratch_write("broken.lua", "return {");
    (void)state;
    run(ARGS("tas", "search", "--sim=easy", easy, "-j", "0"), 1);
    raw_expect_said(process, PROCESS_STDERR,
                    "tmlua tas search: the inputs do not reach the target 'finish'");
    run(ARGS("tas", "search", "--sim=easy", easy, "-j", "2", "--overwrite"), 1);
    raw_expect_said(process, PROCESS_STDERR, "the inputs do not reach the target 'finish'");
    run(ARGS("tas", "search", "--sim=easy", rough, "--target", "speed"), 1);
    raw_expect_said(process, PROCESS_STDERR, "'speed' is no target");
    run(ARGS("tas", "search", "--sim=easy", rough, "--target", broken), 1);
    raw_expect_said(process, PROCESS_STDERR, "broken.lua:1:");
    run(ARGS("tas", "search", "--sim=easy", rough, "-o", "/no/such/folder/out.txt"), 1);
    raw_expect_said(process, PROCESS_STDERR, "/no/such/folder/out.txt.search: ");
    run(ARGS("tas", "search", "--sim=easy", rough, "--weight", "jump=1"), 1);
    raw_expect_said(process, PROCESS_STDERR, "kinds: steer time stretch slide insert remove");
    run(ARGS("tas", "search", "--sim=easy", easy, "-o", easy), 1);
    raw_expect_said(process, PROCESS_STDERR, "still.txt: would be overwritten; name another file");
    run(ARGS("tas", "search", "--sim=easy", rough, "--window", "3-6"), 1);
    assert_string_equal(process_text(process, PROCESS_STDERR),
                        "tmlua tas search: --window: no step is from 3 to 6 ms; seconds have a "
                        "point, as 3.00-6.00\n");
    run(ARGS("tas", "search", "--sim=easy", rough, "--weight", "steer=0", "--weight", "time=0",
             "--weight", "stretch=0", "--weight", "slide=0", "--weight", "insert=0", "--weight",
             "remove=0"),
        1);
    assert_string_equal(process_text(process, PROCESS_STDERR),
                        "tmlua tas search: --weight: one kind of change must be above 0\n");
    run(ARGS("tas", "search", "-a", "mapped:tmlua-no-such", "-w", "0", rough, "-o",
             scratch_path("none.txt")),
        3);
    run(ARGS("tas", "work", "--sim=easy", "127.0.0.1:1"), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_seed_finds_the_same_with_any_number_of_workers,
                                        begin, end),
        cmocka_unit_test_setup_teardown(test_a_search_that_goes_on_is_the_same_search, begin, end),
        cmocka_unit_test_setup_teardown(test_a_mapped_game_searches_too, begin, end),
        cmocka_unit_test_setup_teardown(test_two_mapped_games_share_a_search, begin, end),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_searched_is_said, begin, end),
    };

    return cmocka_run_group_tests_name("tas_search", tests, NULL, NULL);
}
