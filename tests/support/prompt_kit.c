#include "support/prompt_kit.h"

#include "support/deadline.h"
#include "support/scratch.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum {
    ARGUMENT_COUNT_MAX = 20,
    PATH_SIZE = 600,
    COLUMNS = 100,
    ROWS = 40
};

struct duo prompt_duo;

static int settled_count;

int prompt_begin(void **state)
{
    (void)state;
    duo_begin(&prompt_duo);
    settled_count = 0;
    return 0;
}

int prompt_end(void **state)
{
    (void)state;
    screen_close();
    duo_end(&prompt_duo);
    process_close_all();
    scratch_end();
    return 0;
}

void prompt_start_game(const char *const *arguments)
{
    duo_start_game(&prompt_duo, arguments);
}

/* The shell says what tmux does not always learn: with which status the program has left. */
static const char runner[] =
    "trap : INT; while \"$@\"; echo \"left with $?\"; read again; do :; done";

void prompt_run(const char *const *arguments)
{
    char state[PATH_SIZE], config[PATH_SIZE];
    const char *argv[ARGUMENT_COUNT_MAX] = {state,  config, "/bin/sh",      "-c",
                                            runner, "sh",   process_tmlua()};
    int count = 7;
    snprintf(state, sizeof state, "XDG_STATE_HOME=%s/state", scratch_folder());
    snprintf(config, sizeof config, "XDG_CONFIG_HOME=%s/config", scratch_folder());
    for (; arguments != NULL && *arguments != NULL; arguments++) {
        assert_true(count < ARGUMENT_COUNT_MAX - 1);
        argv[count++] = *arguments;
    }
    screen_open(argv, COLUMNS, ROWS);
    screen_expect(":quit leaves\n", SCREEN_BUDGET_MS);
}

void prompt_attach(const char *const *arguments)
{
    const char *argv[ARGUMENT_COUNT_MAX] = {"-a", prompt_duo.address};
    char expected[PATH_SIZE];
    for (int count = 2; arguments != NULL && *arguments != NULL; arguments++) {
        assert_true(count < ARGUMENT_COUNT_MAX - 1);
        argv[count++] = *arguments;
    }
    prompt_run(argv);
    snprintf(expected, sizeof expected, "%s run ", prompt_duo.name);
    screen_expect(expected, SCREEN_BUDGET_MS);
}

void prompt_hold_at(int time_ms)
{
    char line[100], answer[100];
    prompt_start_game(ARGS("--speed", "max"));
    prompt_attach(NULL);
    snprintf(line, sizeof line, ":until time == %d", time_ms);
    snprintf(answer, sizeof answer, "held at %d.%02d s, after", time_ms / 1000, time_ms / 10 % 100);
    prompt_enter(":pause");
    prompt_enter("game:give_up()");
    prompt_ask(line, answer);
}

void prompt_enter(const char *line)
{
    screen_send(line);
    screen_type("Enter");
}

void prompt_ask(const char *line, const char *answer)
{
    prompt_enter(line);
    screen_expect(answer, SCREEN_BUDGET_MS);
}

void prompt_settle(void)
{
    char line[40], answer[40];
    int number = ++settled_count;
    snprintf(line, sizeof line, " %d + %d, 'settled'", number, number);
    snprintf(answer, sizeof answer, "\n%d  \"settled\"\n", 2 * number);
    prompt_ask(line, answer);
}

static void make_folder(const char *path)
{
    assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
}

void prompt_write_config(const char *name, const char *text)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/config", scratch_folder());
    make_folder(path);
    snprintf(path, sizeof path, "%s/config/tmlua", scratch_folder());
    make_folder(path);
    snprintf(path, sizeof path, "%s/config/tmlua/%s", scratch_folder(), name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

const char *prompt_history(void)
{
    static char text[10000];
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/state/tmlua/history", scratch_folder());
    FILE *file = fopen(path, "r");
    size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[size] = '\0';
    return text;
}

bool prompt_appears(const char *text, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    while (strstr(screen_text(), text) == NULL)
        if (deadline_passed(deadline))
            return false;
    return true;
}

int prompt_count(const char *text)
{
    int count = 0;
    for (const char *at = screen_history(); (at = strstr(at, text)) != NULL; at += strlen(text))
        count++;
    return count;
}

void prompt_expect_left(int status)
{
    char expected[40];
    snprintf(expected, sizeof expected, "left with %d\n", status);
    screen_expect(expected, SCREEN_BUDGET_MS);
}

void prompt_expect_goodbye(void)
{
    duo_expect_soon(prompt_duo.game, PROCESS_STDERR, "client deregistered\n", SCREEN_BUDGET_MS);
    duo_expect_not_said(prompt_duo.game, PROCESS_STDERR, duo_dropped_text);
}
