/*
 * A pair of real programs, for benchmarks: a tmsim as fast as it goes, and a tmlua in front of it
 * that times its own steps. Each pair has a slot and processes of its own.
 */
#ifndef BENCH_PAIR_H
#define BENCH_PAIR_H

#include "bench/bench_kit.h"
#include "support/process.h"
#include "support/raw_slot.h"

#include <signal.h>

enum {
    PAIR_PATIENCE_MS = 60000
};

struct pair {
    const char *game, *host; /* paths of tmsim and tmlua */
    /* "mapped:" and an option of the address, or null: by the name of the slot. */
    const char *address_format; /* with one %ld: the game's pid */
};

/* `tmlua -a ADDRESS hooks.lua HOOK [STEPS]`. */
static inline struct process *pair_run_host(const char *program, const char *address,
                                            const char *hook, const char *steps)
{
    char script[1024];
    snprintf(script, sizeof script, "%s/tests/bench/hooks.lua", process_root());
    const char *argv[] = {program, "-a", address, script, hook, steps, NULL};
    return process_run(argv);
}

/* What the script measured goes into the series: the nanoseconds of one step. */
static inline bool pair_time_steps(const struct pair *pair, const char *hook, const char *steps,
                                   struct series *series)
{
    char name[PROCESS_SLOT_NAME_SIZE], address[PROCESS_SLOT_NAME_SIZE + 64];
    process_slot_name(name);
    const char *argv[] = {pair->game, "-q", "--mapped", name, "--speed", "max", NULL};
    struct process *game = process_run(argv), *host = NULL;
    bool ok = game != NULL && process_wait_text(game, PROCESS_STDOUT, "serving", PAIR_PATIENCE_MS);
    if (ok && pair->address_format != NULL)
        snprintf(address, sizeof address, pair->address_format, (long)process_pid(game));
    else
        snprintf(address, sizeof address, "mapped:%s", name);
    if (ok)
        host = pair_run_host(pair->host, address, hook, steps);
    ok = host != NULL && process_wait_exit(host, PAIR_PATIENCE_MS);
    double step_ns = ok ? strtod(process_text(host, PROCESS_STDOUT), NULL) : 0;
    if (step_ns > 0)
        series_add(series, step_ns);
    else
        fprintf(stderr, "bench: %s on %s, hook %s: %s%s\n", pair->host, pair->game, hook,
                host != NULL ? process_text(host, PROCESS_STDERR) : "not started",
                game != NULL ? process_text(game, PROCESS_STDERR) : "");
    process_close(host);
    if (game != NULL) {
        process_signal(game, SIGINT);
        process_wait_exit(game, PAIR_PATIENCE_MS);
        process_close(game);
    }
    raw_slot_unlink(name);
    return step_ns > 0;
}

#endif
