#include "support/duo.h"

#include "support/deadline.h"
#include "support/raw_expect.h"
#include "support/raw_slot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    ARGUMENT_COUNT_MAX = 24,
    START_MS = 30000 /* Wine on a crowded machine takes its time */
};

static const char prologue[] = "local tm = require \"tm\" io.stdout:setvbuf \"no\" "
                               "local game = assert(tm.attach()) ";

static struct process *run(const char *program, const char *const *first, const char *const *second)
{
    const char *argv[ARGUMENT_COUNT_MAX];
    struct process *process;
    int count = 0;

    argv[count++] = program;
    for (; first != NULL && *first != NULL && count < ARGUMENT_COUNT_MAX - 1; first++)
        argv[count++] = *first;
    for (; second != NULL && *second != NULL && count < ARGUMENT_COUNT_MAX - 1; second++)
        argv[count++] = *second;
    argv[count] = NULL;
    process = process_run(argv);
    if (process == NULL)
        fail_msg("%s does not start", program);
    return process;
}

struct process *duo_run_tmlua(const char *const *arguments)
{
    return run(process_tmlua(), arguments, NULL);
}

struct process *duo_run_tmsim(const char *const *arguments)
{
    return run(process_tmsim(), arguments, NULL);
}

void duo_begin(struct duo *duo)
{
    memset(duo, 0, sizeof *duo);
    process_slot_name(duo->name);
    snprintf(duo->address, sizeof duo->address, "mapped:%s", duo->name);
}

void duo_start_game(struct duo *duo, const char *const *arguments)
{
    if (duo->name[0] == '\0')
        duo_begin(duo);
    for (int i = 0; i < DUO_WINE_START_COUNT_MAX; i++) {
        process_close(duo->game);
        duo->game = run(process_tmsim(), ARGS("--mapped", duo->name), arguments);
        if (process_wait_text(duo->game, PROCESS_STDOUT, "serving", START_MS) ||
            !duo_wine_has_failed(duo->game))
            break;
    }
    duo_expect_soon(duo->game, PROCESS_STDOUT, "serving", START_MS);
}

bool duo_wine_has_failed(struct process *process)
{
    return !process_is_running(process) &&
           strstr(process_text(process, PROCESS_STDERR), "wine client error") != NULL;
}

struct process *duo_another_host(struct duo *duo, const char *query, const char *wait_s,
                                 const char *code)
{
    char address[sizeof duo->address + 64], text[4096];

    if (duo->name[0] == '\0')
        duo_begin(duo);
    snprintf(address, sizeof address, "%s%s", duo->address, query != NULL ? query : "");
    assert_true((size_t)snprintf(text, sizeof text, "%s%s", prologue, code) < sizeof text);
    return run(process_tmlua(), ARGS("-a", address, "-w", wait_s, "-e", text), NULL);
}

void duo_start_host(struct duo *duo, const char *code)
{
    process_close(duo->host);
    duo->host = NULL;
    duo->host = duo_another_host(duo, NULL, "10", code);
}

void duo_end(struct duo *duo)
{
    process_close(duo->host);
    process_close(duo->game);
    if (duo->name[0] != '\0')
        raw_slot_unlink(duo->name);
    memset(duo, 0, sizeof *duo);
}

void duo_expect_soon(struct process *process, enum process_stream stream, const char *text,
                     int budget_ms)
{
    if (!process_wait_text(process, stream, text, budget_ms)) {
        fail_msg("\"%s\" not said within %d ms\nstdout: %s\nstderr: %s", text, budget_ms,
                 process_text(process, PROCESS_STDOUT), process_text(process, PROCESS_STDERR));
    }
}

void duo_expect_not_said(struct process *process, enum process_stream stream, const char *text)
{
    process_pump(process, 0);
    if (strstr(process_text(process, stream), text) != NULL)
        fail_msg("\"%s\" was said: %s", text, process_text(process, stream));
}

int duo_count_said(struct process *process, enum process_stream stream, const char *text)
{
    const char *at;
    int count = 0;

    process_pump(process, 0);
    for (at = process_text(process, stream); (at = strstr(at, text)) != NULL; at += strlen(text))
        count++;
    return count;
}

int duo_time_exit(struct process *process, int status, int budget_ms)
{
    int64_t since_us = deadline_now_us();

    raw_expect_exit(process, status, budget_ms);
    return (int)((deadline_now_us() - since_us) / 1000);
}

const char duo_dropped_text[] = "did not answer a call in time";

void duo_expect_game_goes_on(struct duo *duo)
{
    struct process *next =
        duo_another_host(duo, NULL, "10", "print('next', math.type(game:step()))");

    raw_expect_exit(next, 0, START_MS);
    raw_expect_said(next, PROCESS_STDOUT, "next\tinteger\n");
    process_close(next);
}

void duo_expect_goodbye(struct duo *duo)
{
    duo_expect_soon(duo->game, PROCESS_STDERR, "client deregistered\n", START_MS);
    duo_expect_not_said(duo->game, PROCESS_STDERR, duo_dropped_text);
    duo_expect_game_goes_on(duo);
}
