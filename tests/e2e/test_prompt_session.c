/*
 * The session that README.md shows is what the programs show: a person at a terminal, whose lines
 * are typed here. With TMLUA_WRITE_SESSION set the README is written anew instead.
 */
#include "support/prompt_kit.h"
#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    BUDGET_MS = SCREEN_BUDGET_MS,
    README_SIZE_MAX = 64 * 1024,
    SESSION_SIZE_MAX = 8 * 1024
};

static const char begin_mark[] =
    "<!-- session: tests/e2e/test_prompt_session.c keeps it right -->\n";
static const char end_mark[] = "<!-- end of session -->\n";

/* Lines that are typed, and what stands on the screen when each is done. */
static const struct {
    const char *line, *done;
} lines[] = {
    {"game:set_input_state { accelerate = true }", "\ntrue\n"},
    {":watch state.display_speed", "\nstate.display_speed = 0\n"},
    {":step 100", "\nheld at 1.00 s\n"},
    {"s = game:get_simulation_state()", "state()\n"},
    {"s, s.position", "position ("},
    {":until state.display_speed >= 100", " steps\n"},
    {":save fast", "\nfast: state "},
    {":until time == 5000", "\nheld at 5.00 s"},
    {"game:step('x')", "\n        prompt:1: in main chunk\n"},
    {":load fast", ":load fast\nfast: state "},
    {":step", ":step\nheld at "},
};

static void replace_name(char *text, const char *name, const char *by)
{
    size_t size = strlen(name), other = strlen(by);
    for (char *at = text; (at = strstr(at, name)) != NULL; at += other) {
        memcpy(at, by, other);
        memmove(at + other, at + size, strlen(at + size) + 1);
    }
}

static char *read_readme(void)
{
    static char text[README_SIZE_MAX + 1];
    char path[1000];
    snprintf(path, sizeof path, "%s/README.md", process_root());
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, README_SIZE_MAX, file)] = '\0';
    fclose(file);
    return text;
}

static void append(char *session, const char *text)
{
    size_t size = strlen(session);
    assert_true(size + strlen(text) < SESSION_SIZE_MAX);
    strcpy(session + size, text);
}

/* The rows up to the first one that begins with `until`, indented as Markdown wants it. */
static void append_rows(char *session, const char *text, const char *until)
{
    while (*text != '\0' && strncmp(text, until, strlen(until)) != 0) {
        size_t size = strcspn(text, "\n") + 1;
        char row[200];
        snprintf(row, sizeof row, "    %.*s", (int)size, text);
        append(session, row);
        text += size;
    }
}

/* At the start of a race; what was typed for that is not part of the session. */
static void hold_at_start(char *session)
{
    char attached[PROCESS_SLOT_NAME_SIZE + 20];
    prompt_start_game(ARGS("--speed", "max"));
    prompt_attach(NULL);
    append(session, "    $ tmlua\n");
    snprintf(attached, sizeof attached, "%s ", prompt_duo.name);
    append_rows(session, screen_text(), attached);
    prompt_enter(" game:pause() game:give_up()");
    prompt_ask(" :until time == 0", "\nheld at 0.00 s, after");
    screen_type("C-l");
    snprintf(attached, sizeof attached, "%s run 0.00 held>", prompt_duo.name);
    screen_expect_end(attached, BUDGET_MS);
    while (strchr(screen_text(), '\n')[1] != '\0')
        ; /* the screen is cleared when this is its only row */
}

static const char *record(void)
{
    static char session[SESSION_SIZE_MAX];
    session[0] = '\0';
    hold_at_start(session);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        prompt_ask(lines[i].line, lines[i].done);
        screen_expect_end(" held>", BUDGET_MS);
    }
    screen_send(":resume");
    screen_expect_end("> :resume", BUDGET_MS);
    append_rows(session, screen_text(), "\n");
    replace_name(session, prompt_duo.name, "TMInterface0");
    return session;
}

static void write_readme(const char *text, size_t before, const char *session, const char *behind)
{
    char path[1000];
    snprintf(path, sizeof path, "%s/README.md", process_root());
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fwrite(text, 1, before, file);
    fputs(session, file);
    fputs(behind, file);
    assert_int_equal(fclose(file), 0);
}

static void test_the_session_of_the_readme_is_what_is_shown(void **state)
{
    static char expected[SESSION_SIZE_MAX + 2];
    (void)state;
    snprintf(expected, sizeof expected, "\n%s\n", record());
    char *text = read_readme(), *begin = strstr(text, begin_mark), *end = strstr(text, end_mark);
    assert_non_null(begin);
    assert_non_null(end);
    begin += strlen(begin_mark);
    if (getenv("TMLUA_WRITE_SESSION") != NULL) {
        write_readme(text, (size_t)(begin - text), expected, end);
        return;
    }
    *end = '\0';
    assert_string_equal(begin, expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_session_of_the_readme_is_what_is_shown,
                                        prompt_begin, prompt_end),
    };
    return cmocka_run_group_tests_name("prompt_session", tests, NULL, NULL);
}
