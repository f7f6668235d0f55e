/* `tmlua tas report`: a page of what is given. What is on it is tested elsewhere. */
#include "support/raw_expect.h"
#include "support/scratch.h"
#include "support/tas_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct duo duo;

static int end(void **state)
{
    duo_end(&duo);
    return tas_end(state);
}

static void expect_page(const char *path, const char *title, const char *const *figures)
{
    char heading[200];
    char *page = tas_read_file(path);
    assert_ptr_equal(strstr(page, "<!DOCTYPE html>\n"), page);
    snprintf(heading, sizeof heading, "<h1>%s</h1>", title);
    assert_non_null(strstr(page, heading));
    for (; *figures != NULL; figures++)
        assert_non_null(strstr(page, *figures));
    free(page);
}

#define FIGURE(name) "<figure id=\"" name "\">"

static const char *const run_figures[] = {FIGURE("track"), FIGURE("speed"), FIGURE("inputs"),
                                          FIGURE("splits"), NULL};

static void test_runs(void **state)
{
    const char *easy = tas_inputs("easy"), *trace = scratch_path("mine.trace");
    const char *page = scratch_path("easy.html");
    (void)state;
    TAS_RUN({"--sim=easy", "tas", "report", "-o", page, easy}, 0,
            tas_text("easy: 29.69\nsaved as %s\n", page), "");
    expect_page(page, "easy.txt", run_figures);
    duo_start_game(&duo, ARGS("--track", "easy", "--speed", "max"));
    TAS_RUN({"-a", duo.address, "tas", "report", easy, easy, "--until", "8.0", "-o", page,
             "--title", "two <runs>"},
            0,
            tas_text("easy: no finish, ended at 8.00\n%s: no finish, ended at 8.00\nsaved as %s\n",
                     easy, page),
            "");
    expect_page(page, "two &lt;runs&gt;", run_figures);
    /* A trace needs no game. */
    TAS_RUN({"--sim=easy", "tas", "play", easy, "--trace", trace}, 0, NULL, "");
    TAS_RUN({"-a", "mapped:", "-w0", "tas", "report", trace}, 0,
            tas_text("easy: 29.69\nsaved as %s\n", scratch_path("mine.html")), "");
    expect_page(scratch_path("mine.html"), "mine.trace", run_figures);
}

static void test_a_search(void **state)
{
    static const char *const figures[] = {FIGURE("track"), FIGURE("history"), "<dt>Target</dt>",
                                          ">original</",   ">best</",         NULL};
    char address[800];
    const char *output = scratch_path("better.txt"), *journal = scratch_path("better.txt.search");
    (void)state;
    snprintf(address, sizeof address, "sim:easy?simulate=%s", tas_inputs("easy"));
    scratch_write("search.lua",
                  "local search = require 'tas.search'"
                  " local script = assert(require('tas.inputs').load((...)))"
                  " local queue = assert(search.open { script = script, from = 3000, to = 9000,"
                  " seed = 1, simulations = 40, output = select(2, ...) })"
                  " assert(search.work(queue, assert(require('tm').attach())))"
                  " require('tm').quit()");
    TAS_RUN({"-a", address, scratch_path("search.lua"), tas_inputs("easy"), output}, 0, NULL, NULL);
    struct process *process = TAS_RUN({"tas", "report", journal, "--sim=easy"}, 0, NULL, "");
    raw_expect_said(process, PROCESS_STDOUT, "original: 29.69\nbest: 29.");
    expect_page(scratch_path("better.html"), "better.txt.search", figures);
    TAS_RUN({"tas", "report", "--sim=easy", journal, journal}, 1, "", NULL);
}

static void test_what_is_refused(void **state)
{
    const char *easy = tas_inputs("easy"),
               *bad = scratch_write("bad.trace", "# tmlua trace 1\nx\n");
    const char *page = scratch_path("page.html");
    (void)state;
    TAS_RUN({"tas", "report", bad, "-o", page}, 1, "",
            tas_text("tmlua tas report: %s:2:1: the line of the columns is missing\n", bad));
    TAS_RUN({"tas", "report", bad, "-o", bad}, 1, "",
            tas_text("tmlua tas report: %s: the page would overwrite it; -o names another file\n",
                     bad));
    TAS_RUN({"tas", "report", scratch_write("a.splits", "# tmlua splits 1\nname a\nend\n")}, 1, "",
            NULL);
    TAS_RUN({"tas", "report", "--sim=easy", easy, "-o", "/no/such/folder/x"}, 1, "", NULL);
    TAS_RUN({"-a", "mapped:", "-w0", "-a", "nonsense", "tas", "report", "-a", "nonsense", easy,
             "-o", page},
            1, "", NULL);
    assert_false(tas_is_there(page));
}

#define REPORT_TEST(function) cmocka_unit_test_teardown(function, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REPORT_TEST(test_runs),
        REPORT_TEST(test_a_search),
        REPORT_TEST(test_what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
