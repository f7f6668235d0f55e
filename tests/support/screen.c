#include "support/screen.h"

#include "support/deadline.h"
#include "support/process.h"
#include "support/scratch.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TMUX "/usr/bin/tmux"

enum {
    ARGUMENT_COUNT_MAX = 40,
    LOOK_INTERVAL_MS = 10
};

static struct {
    struct process *server;
    char socket[256];
    char *text;
} screen;

/* Runs a command of tmux (NULL-terminated); what it says is kept. False: it was refused. */
static bool run(const char *const *command)
{
    /* -u: UTF-8 whatever the locale is; -N: never a server that would outlive us. */
    const char *argv[ARGUMENT_COUNT_MAX] = {TMUX, "-u", "-N", "-S", screen.socket};
    size_t count = 5;
    for (; *command != NULL; command++) {
        assert_true(count + 1 < ARGUMENT_COUNT_MAX);
        argv[count++] = *command;
    }
    struct process *client = process_run(argv);
    assert_non_null(client);
    assert_true(process_wait_exit(client, SCREEN_BUDGET_MS));
    bool done = process_exit_status(client) == 0;
    free(screen.text);
    screen.text = strdup(process_text(client, PROCESS_STDOUT));
    assert_non_null(screen.text);
    process_close(client);
    return done;
}

#define tmux(...) assert_true(run((const char *const[]){__VA_ARGS__, NULL}))

static void start_server(void)
{
    const char *config = scratch_write("tmux.conf", "set -g remain-on-exit on\n"
                                                    "set -g history-limit 20000\n");
    const char *const argv[] = {TMUX, "-u", "-D", "-S", screen.socket, "-f", config, NULL};
    char home[300];
    snprintf(home, sizeof home, "HOME=%s", scratch_folder());
    const char *const env[] = {home, "TMUX=", "TERM=screen", NULL};
    struct process_options options = {.argv = argv, .env = env};
    screen.server = process_spawn(&options);
    assert_non_null(screen.server);
}

void screen_open(const char *const *argv, int columns, int rows)
{
    char width[16], height[16];
    snprintf(width, sizeof width, "%d", columns);
    snprintf(height, sizeof height, "%d", rows);
    snprintf(screen.socket, sizeof screen.socket, "%s", scratch_path("tmux"));
    start_server();
    const char *command[ARGUMENT_COUNT_MAX] = {"new-session", "-d", "-x", width, "-y", height};
    /* Env stands before the program: a command of one word would be given to a shell. */
    size_t count = 6;
    command[count++] = "/usr/bin/env";
    for (; *argv != NULL; argv++) {
        assert_true(count + 1 < ARGUMENT_COUNT_MAX - 6);
        command[count++] = *argv;
    }
    struct deadline deadline = deadline_in_ms(SCREEN_BUDGET_MS);
    while (!run(command)) { /* the server is about to listen */
        assert_false(deadline_passed(deadline));
        process_pump(screen.server, LOOK_INTERVAL_MS);
    }
}

void screen_close(void)
{
    if (screen.server == NULL)
        return;
    run((const char *const[]){"kill-server", NULL});
    process_wait_exit(screen.server, SCREEN_BUDGET_MS);
    process_close(screen.server);
    screen.server = NULL;
    free(screen.text);
    screen.text = NULL;
    scratch_end();
}

void screen_type(const char *keys)
{
    char copy[512];
    const char *command[ARGUMENT_COUNT_MAX] = {"send-keys"};
    size_t count = 1;
    assert_true(strlen(keys) < sizeof copy);
    strcpy(copy, keys);
    for (char *key = strtok(copy, " "); key != NULL; key = strtok(NULL, " ")) {
        assert_true(count + 1 < ARGUMENT_COUNT_MAX - 6);
        command[count++] = key;
    }
    assert_true(run(command));
}

void screen_send(const char *text)
{
    tmux("send-keys", "-l", "--", text);
}

void screen_paste(const char *text, bool bracketed)
{
    tmux("load-buffer", scratch_write("pasted", text));
    if (bracketed)
        tmux("paste-buffer", "-p");
    else
        tmux("paste-buffer");
}

void screen_resize(int columns, int rows)
{
    char width[16], height[16];
    snprintf(width, sizeof width, "%d", columns);
    snprintf(height, sizeof height, "%d", rows);
    tmux("resize-window", "-x", width, "-y", height);
}

static void drop_empty_rows(char *text)
{
    size_t size = strlen(text);
    while (size > 1 && text[size - 1] == '\n' && text[size - 2] == '\n')
        text[--size] = 0;
}

const char *screen_text(void)
{
    tmux("capture-pane", "-p");
    drop_empty_rows(screen.text);
    return screen.text;
}

const char *screen_history(void)
{
    tmux("capture-pane", "-p", "-J", "-S", "-");
    drop_empty_rows(screen.text);
    return screen.text;
}

void screen_cursor(int *column, int *row)
{
    tmux("display-message", "-p", "#{cursor_x} #{cursor_y}");
    assert_int_equal(sscanf(screen.text, "%d %d", column, row), 2);
}

static bool stands(const char *text)
{
    return strstr(screen_text(), text) != NULL;
}

static bool stands_at_end(const char *text)
{
    const char *all = screen_text();
    size_t size = strlen(all), wanted = strlen(text);
    size -= size > 0 && all[size - 1] == '\n';
    return size >= wanted && memcmp(all + size - wanted, text, wanted) == 0;
}

static bool stands_alone(const char *text)
{
    return stands_at_end(text) && strlen(screen.text) <= strlen(text) + 1;
}

static void expect(bool (*holds)(const char *), const char *text, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    while (!holds(text)) {
        if (deadline_passed(deadline))
            fail_msg("expected:\n%s\non this screen:\n%s", text, screen_text());
        poll(NULL, 0, LOOK_INTERVAL_MS); /* there is no event to wait for */
    }
}

void screen_expect(const char *text, int budget_ms)
{
    expect(stands, text, budget_ms);
}

void screen_expect_end(const char *text, int budget_ms)
{
    expect(stands_at_end, text, budget_ms);
}

void screen_expect_only(const char *text, int budget_ms)
{
    expect(stands_alone, text, budget_ms);
}
