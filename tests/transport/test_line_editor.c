/* The line editor as a person sees it, by a program that tells what it has read. */
#include "support/process.h"
#include "support/scratch.h"
#include "support/screen.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    BUDGET_MS = SCREEN_BUDGET_MS
};

static char history_path[PATH_MAX];

/* It stands beside this test. */
static const char *demo_path(void)
{
    static char path[PATH_MAX];
    ssize_t size = readlink("/proc/self/exe", path, sizeof path - 1);
    assert_true(size > 0);
    path[size] = 0;
    char *name = strrchr(path, '/') + 1;
    assert_true((size_t)(name - path) + sizeof "line_editor_demo" <= sizeof path);
    strcpy(name, "line_editor_demo");
    return path;
}

static void open_demo(void)
{
    snprintf(history_path, sizeof history_path, "%s", scratch_path("history"));
    const char *const argv[] = {demo_path(), history_path, NULL};
    screen_open(argv, 80, 24);
    screen_expect_end("ready\n>", BUDGET_MS);
}

static int begin(void **unused)
{
    (void)unused;
    open_demo();
    return 0;
}

static int end(void **unused)
{
    (void)unused;
    screen_close();
    return 0;
}

/* Types a line, and waits until the program has it and is ready for another. */
static void enter(const char *line)
{
    char expected[256];
    screen_send(line);
    screen_type("Enter");
    snprintf(expected, sizeof expected, "got: %s|", line);
    screen_expect(expected, BUDGET_MS);
}

/* The line that is being typed, when the keys have been worked off. */
static void expect_line(const char *line)
{
    char expected[512];
    snprintf(expected, sizeof expected, "\n> %s", line);
    screen_expect_end(expected, BUDGET_MS);
}

/* The line as it is read, after which it is empty. */
static void expect_got(const char *line)
{
    char expected[512];
    snprintf(expected, sizeof expected, "got: %s|\n>", line);
    screen_expect_end(expected, BUDGET_MS);
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)) != NULL; at += strlen(part))
        count++;
    return count;
}

static void test_keys_edit_the_line(void **unused)
{
    (void)unused;
    screen_send("bd");
    screen_type("Left c Home a End e");
    expect_line("abcde");
    screen_type("Home DC End BSpace Enter");
    expect_got("bcd");
    screen_send("one two three");
    screen_type("C-Left M-b X C-Right Y M-f Z C-a C-Right ! Enter");
    expect_got("one! XtwoY threeZ");
    screen_send("one two three");
    screen_type("C-w C-w Home C-k C-y C-y Enter");
    expect_got("one one ");
    screen_send("gone");
    screen_type("C-u n e w Enter");
    expect_got("new");
}

static void test_control_l_clears_the_screen_and_keeps_the_line(void **unused)
{
    (void)unused;
    enter("before");
    screen_send("kept");
    expect_line("kept");
    screen_type("C-l");
    screen_expect_only("> kept", BUDGET_MS);
}

static void test_history_goes_up_and_down_and_has_no_doubles(void **unused)
{
    (void)unused;
    enter("first");
    enter("größe");
    enter("first");
    enter("third");
    screen_type("Up");
    expect_line("third");
    screen_type("Up");
    expect_line("first");
    screen_type("Up");
    expect_line("größe");
    screen_type("Up"); /* there was no other */
    screen_type("Down");
    expect_line("first");
    screen_type("Down Down x");
    expect_line("x");
}

static void test_history_outlives_the_program(void **unused)
{
    char file[PATH_MAX], kept[4096];
    struct stat info;
    (void)unused;
    enter("a line \"with\" größe and \\ in it");
    enter("another");
    assert_int_equal(stat(history_path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    FILE *from = fopen(history_path, "r");
    size_t size = fread(kept, 1, sizeof kept - 1, from);
    kept[size] = 0;
    fclose(from);
    screen_close(); /* which removes the file */
    snprintf(file, sizeof file, "%s", scratch_write("history", kept));
    open_demo();
    screen_type("Up Up");
    expect_line("a line \"with\" größe and \\ in it");
}

static void test_search_goes_on_with_the_program(void **unused)
{
    (void)unused;
    enter("the needle");
    enter("hay");
    enter("count 1000000");
    screen_type("C-r n e e");
    screen_expect("> the needle\nbck:nee", BUDGET_MS);
    screen_expect("count: 60\n", BUDGET_MS);
    screen_expect_end("> the needle\nbck:nee", BUDGET_MS);
    screen_type("Left !"); /* an arrow ends the search and does its own work */
    screen_expect_end("> the! needle", BUDGET_MS);
}

static void test_a_word_is_completed(void **unused)
{
    (void)unused;
    screen_send("a ban");
    screen_type("Tab");
    expect_line("a banana");
    screen_type("C-u g r Tab");
    expect_line("größe");
    screen_type("C-u c h Tab"); /* as far as all go */
    expect_line("cher");
    screen_type("Tab");
    screen_expect_end("\ncherry     cherimoya\n> cher", BUDGET_MS);
    screen_type("r Tab Enter");
    expect_got("cherry");
}

static void test_many_words_are_listed_in_part(void **unused)
{
    (void)unused;
    screen_send("man");
    screen_type("Tab Tab");
    screen_expect_end("\nand 100 more\n> many", BUDGET_MS);
    const char *all = screen_history();
    assert_non_null(strstr(all, "many000"));
    assert_non_null(strstr(all, "many199"));
    assert_null(strstr(all, "many200"));
}

static void test_output_goes_above_half_typed_text(void **unused)
{
    static const char wide[] = "half typed text, 日本語, that is longer than the terminal is wide, "
                               "so that it goes on in a second row, and\tfrom there into a third, "
                               "which is enough";
    char expected[64];
    (void)unused;
    enter("count 60");
    screen_send(wide);
    screen_type("Home Right Right");
    screen_expect("count: 60", BUDGET_MS);
    const char *all = screen_history();
    for (int i = 1; i < 60; i++) {
        snprintf(expected, sizeof expected, "count: %d\ncount: %d\n", i, i + 1);
        assert_non_null(strstr(all, expected));
    }
    assert_int_equal(count_of(all, "half typed"), 1);
    screen_type("End ! Enter");
    screen_expect("\ngot: half typed text, 日本語, that", BUDGET_MS);
    screen_expect("which is enough!|\n>", BUDGET_MS);
}

static void test_output_in_parts_of_a_line(void **unused)
{
    (void)unused;
    enter("count 3 parts");
    screen_send("typed");
    screen_expect_end("ticktockcount: 1\nticktockcount: 2\nticktockcount: 3\n> typed", BUDGET_MS);
    screen_type("C-u");
    enter("echo");
    screen_expect_end("without an end\n>", BUDGET_MS);
}

static void test_a_flood_is_printed_whole_and_in_order(void **unused)
{
    (void)unused;
    screen_send("flood 15000");
    screen_type("Enter");
    screen_send("typed meanwhile");
    screen_expect_end("flood: 15000\n> typed meanwhile", BUDGET_MS);
    const char *at = screen_history();
    for (int i = 1; i <= 15000; i++) {
        char expected[32];
        snprintf(expected, sizeof expected, "\nflood: %d\n", i);
        const char *found = strstr(at, expected);
        if (found == NULL)
            fail_msg("%s is missing in:\n%.300s", expected, at);
        at = found;
    }
}

static void test_the_status_is_kept_up_to_date(void **unused)
{
    (void)unused;
    enter("status");
    screen_expect("\n[count 0 of 0] 000", BUDGET_MS);
    screen_send("count 30");
    screen_type("Enter");
    screen_send("typed");
    screen_expect("[count 30 of 30]", BUDGET_MS);
    expect_line("typed");
    assert_int_equal(count_of(screen_history(), "[count"), 1); /* none is left behind */
    assert_int_equal(count_of(screen_text(), "0000007"), 0);   /* it is cut */
    screen_type("C-u");
    enter("status");
    screen_expect_end("got: status|\n>", BUDGET_MS);
    assert_int_equal(count_of(screen_text(), "[count"), 0);
}

static void test_the_terminal_may_change_its_size(void **unused)
{
    (void)unused;
    enter("status");
    screen_send("this text needs more than one row as soon as there are but forty columns");
    screen_expect("forty columns", BUDGET_MS);
    screen_resize(40, 24);
    screen_expect_end("[count 0 of 0] 0000000000000000000000000\n"
                      "> this text needs more than one row as s\n"
                      "oon as there are but forty columns",
                      BUDGET_MS);
    screen_resize(100, 30);
    char wide[200]; /* the status tells when the program knows the size */
    snprintf(wide, sizeof wide, "[count 0 of 0] %085d\n> this text needs more than one row as", 0);
    screen_expect(wide, BUDGET_MS);
    screen_type("Enter");
    screen_expect("\ngot: this text needs more than one row as soon as there are but forty "
                  "columns|\n[count 0 of 0] 0",
                  BUDGET_MS);
    assert_int_equal(count_of(screen_history(), "> this text"), 1);
}

/* 200 lines with tabs, and the beginning of one more. */
static void paste_lines(bool bracketed, const char *tab)
{
    char text[200 * 40], *at = text;
    for (int i = 1; i <= 200; i++)
        at += sprintf(at, "%sline %d größe\n", tab, i);
    strcpy(at, "and more");
    screen_paste(text, bracketed);
    screen_expect_end("\n> and more", BUDGET_MS);
    const char *all = screen_history();
    for (int i = 1; i <= 200; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "got: %*sline %d größe|\n", tab[0] != 0 ? 3 : 0, "", i);
        all = strstr(all, expected);
        assert_non_null(all);
    }
    screen_type("! Enter");
    expect_got("and more!");
}

static void test_a_paste_arrives_line_by_line(void **unused)
{
    (void)unused;
    paste_lines(true, "\t");
}

static void test_a_paste_without_marks_arrives_too(void **unused)
{
    (void)unused;
    paste_lines(false, "");
}

static void test_a_tab_that_is_pasted_completes_nothing(void **unused)
{
    (void)unused;
    screen_paste("app\tcher\t\033[31m!", true);
    expect_line("app   cher    [31m!");
}

static void test_what_is_typed_while_nobody_reads_is_kept(void **unused)
{
    (void)unused;
    screen_send("sleep 300\none\ntwo\nthr");
    expect_line("thr");
    assert_non_null(strstr(screen_history(), "got: one|"));
    assert_non_null(strstr(screen_history(), "got: two|"));
    screen_type("e e Enter");
    expect_got("three");
}

static void test_wide_characters(void **unused)
{
    int column, row;
    (void)unused;
    screen_send("日本語 größe é");
    expect_line("日本語 größe é");
    screen_cursor(&column, &row);
    assert_int_equal(column, 2 + 6 + 1 + 5 + 1 + 1);
    screen_type("Home Right BSpace Enter");
    expect_got("本語 größe é");
}

static void test_nothing_typed_stops_the_program(void **unused)
{
    static const char *const typed[] = {"Escape", "C-v", "C-r", "C-x", "M-1"};
    char expected[64];
    (void)unused;
    enter("count 1000000");
    for (int i = 0; i < (int)(sizeof typed / sizeof typed[0]); i++) {
        screen_type(typed[i]);
        snprintf(expected, sizeof expected, "count: %d\n", (i + 1) * 30);
        screen_expect(expected, BUDGET_MS);
        screen_type("x"); /* behind Ctrl-V, Ctrl-C would be text */
        screen_type("C-c");
        screen_expect("given up", BUDGET_MS);
        screen_send("count 1000000"); /* anew */
        screen_type("Enter");
        screen_expect("count: 1\n", BUDGET_MS);
    }
}

static void test_control_c_gives_the_line_up(void **unused)
{
    (void)unused;
    screen_send("not this");
    screen_type("C-c");
    screen_expect_end("> not this\ngiven up\n>", BUDGET_MS);
    enter("but this");
    screen_type("C-r t h i");
    screen_expect_end("bck:thi", BUDGET_MS);
    screen_type("C-c");
    screen_expect_end("given up\n>", BUDGET_MS);
    enter("and this");
}

static void test_control_d_ends_an_empty_line_alone(void **unused)
{
    (void)unused;
    screen_send("text");
    screen_type("Home C-d Enter");
    expect_got("ext");
    screen_type("C-d");
    screen_expect("end after some turns\n", BUDGET_MS);
}

/* The demo in a shell that tells whether the terminal's settings are the same after it. */
static void open_shell(void)
{
    char script[2 * PATH_MAX];
    screen_close();
    snprintf(
        script, sizeof script,
        "trap : QUIT; cd; stty -a >before; %s; stty -a >after; cmp before after && echo the same",
        demo_path());
    screen_open((const char *const[]){"/bin/sh", "-c", script, NULL}, 80, 24);
    screen_expect_end("ready\n>", BUDGET_MS);
}

static void test_the_terminal_is_left_as_it_was_found(void **unused)
{
    (void)unused;
    open_shell();
    screen_type("C-d");
    screen_expect("the same", BUDGET_MS);
    open_shell();
    screen_send("exit\n");
    screen_expect("the same", BUDGET_MS);
    open_shell();
    screen_type("C-\\");
    screen_expect("the same", BUDGET_MS);
}

static void test_a_stopped_program_goes_on_where_it_was(void **unused)
{
    (void)unused;
    screen_close();
    screen_open((const char *const[]){"/bin/sh", "-i", NULL}, 80, 24);
    screen_send("PS1=sh:\n");
    screen_send(demo_path());
    screen_type("Enter");
    screen_expect_end("ready\n>", BUDGET_MS);
    screen_send("half");
    expect_line("half");
    screen_type("C-z");
    screen_expect_end("sh:", BUDGET_MS);
    screen_send("stty -a | grep -c ' icanon .* echo '\n");
    screen_send("fg\n");
    expect_line("half");
    screen_type("! Enter");
    expect_got("half!");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_keys_edit_the_line),
        CASE(test_control_l_clears_the_screen_and_keeps_the_line),
        CASE(test_history_goes_up_and_down_and_has_no_doubles),
        CASE(test_history_outlives_the_program),
        CASE(test_search_goes_on_with_the_program),
        CASE(test_a_word_is_completed),
        CASE(test_many_words_are_listed_in_part),
        CASE(test_output_goes_above_half_typed_text),
        CASE(test_output_in_parts_of_a_line),
        CASE(test_a_flood_is_printed_whole_and_in_order),
        CASE(test_the_status_is_kept_up_to_date),
        CASE(test_the_terminal_may_change_its_size),
        CASE(test_a_paste_arrives_line_by_line),
        CASE(test_a_paste_without_marks_arrives_too),
        CASE(test_a_tab_that_is_pasted_completes_nothing),
        CASE(test_what_is_typed_while_nobody_reads_is_kept),
        CASE(test_wide_characters),
        CASE(test_nothing_typed_stops_the_program),
        CASE(test_control_c_gives_the_line_up),
        CASE(test_control_d_ends_an_empty_line_alone),
        CASE(test_the_terminal_is_left_as_it_was_found),
        CASE(test_a_stopped_program_goes_on_where_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
