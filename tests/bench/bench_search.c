/*
 * Ticks a second that a search simulates, in the host's own process and with worker processes,
 * against a bare loop that plays the inputs from which it begins: the same physics, no client and
 * no Lua.
 */
#include "bench/bench_kit.h"
#include "bench/bench_tape.h"
#include "sim/simulation.h"
#include "sim/tracks_builtin.h"
#include "support/process.h"

#include <string.h>

enum {
    ROUND_COUNT = 7,
    RACE_COUNT = 400,
    PATIENCE_MS = 60000,
    PATH_SIZE = 1024
};

static struct race race;
static struct track track;
static struct event_tape tape;
static char inputs_path[PATH_SIZE], script_path[PATH_SIZE], address[PATH_SIZE + 32];

static bool prepare(void)
{
    snprintf(inputs_path, sizeof inputs_path, "%s/scripts/inputs/technical.txt", process_root());
    snprintf(script_path, sizeof script_path, "%s/tests/bench/search.lua", process_root());
    snprintf(address, sizeof address, "sim:technical?simulate=%s", inputs_path);
    return track_load_builtin("technical", &track) && bench_read_tape(inputs_path, &tape);
}

static bool round_bare(struct series *series)
{
    int64_t before = bench_now_ns();
    uint64_t ticks = 0;
    for (int i = 0; i < RACE_COUNT; i++) {
        race_start_simulation(&race, &track, 0);
        for (; !race_is_finished(&race) && race_time(&race) < 60000; ticks++) {
            simulation_apply_due(&tape, &race);
            race_tick(&race);
        }
    }
    series_add(series, (double)ticks * 1e9 / (double)(bench_now_ns() - before));
    return race_is_finished(&race);
}

/* As `tmlua tas search` does it: the whole time of the program counts, the start of workers too. */
static bool round_command(const char *workers, struct series *series)
{
    char output[PATH_SIZE];
    double ticks_m = 0;
    snprintf(output, sizeof output, "%.500s/search.txt", getenv("TMPDIR"));
    const char *argv[] = {process_tmlua(),
                          "tas",
                          "search",
                          "--sim=technical",
                          inputs_path,
                          "-n",
                          "4000",
                          "-o",
                          output,
                          "--overwrite",
                          "-j",
                          workers,
                          NULL};
    int64_t before = bench_now_ns();
    struct process *host = process_run(argv);
    bool ok = host != NULL && process_wait_exit(host, PATIENCE_MS) && !bench_stopped;
    double seconds = (double)(bench_now_ns() - before) / 1e9;
    const char *text = ok ? strstr(process_text(host, PROCESS_STDOUT), "simulations of ") : NULL;
    ok = text != NULL && sscanf(text, "simulations of %lf million", &ticks_m) == 1;
    if (ok)
        series_add(series, ticks_m * 1e6 / seconds);
    if (host != NULL)
        process_close(host);
    return ok;
}

static bool round_search(const char *strategy, struct series *series)
{
    const char *argv[] = {process_tmlua(), "-a",     address,     script_path,
                          "600",           strategy, inputs_path, NULL};
    struct process *host = process_run(argv);
    bool ok = host != NULL && process_wait_exit(host, PATIENCE_MS) && !bench_stopped;
    double rate = ok ? strtod(process_text(host, PROCESS_STDOUT), NULL) : 0;
    if (rate > 0)
        series_add(series, rate);
    else if (host != NULL)
        fprintf(stderr, "bench: %s\n", process_text(host, PROCESS_STDERR));
    if (host != NULL)
        process_close(host);
    return rate > 0;
}

static void report_search(const char *name, const struct series *bare, const struct series *search)
{
    struct series ratio = series_ratio(search, bare);
    report(name, "ticks/s", search);
    report_at_least("  to the bare loop", "times", &ratio, 0.5);
}

int main(void)
{
    struct series bare = {0}, hill = {0}, brute = {0}, anneal = {0}, one = {0}, two = {0};
    bench_catch_signals();
    bool ok = prepare();
    for (int i = 0; i < ROUND_COUNT && ok; i++)
        ok = round_bare(&bare) && round_search("hill", &hill) && round_search("brute", &brute) &&
             round_search("anneal", &anneal) && round_command("1", &one) &&
             round_command("2", &two);
    process_close_all();
    if (!ok) {
        fprintf(stderr, "bench: the search did not run\n");
        return 1;
    }
    report_heading("search, the game in the host's process", ROUND_COUNT);
    report("the inputs in a bare loop", "ticks/s", &bare);
    report_search("hill", &bare, &hill);
    report_search("brute", &bare, &brute);
    report_search("anneal", &bare, &anneal);
    report_heading("search, worker processes, from start to end", ROUND_COUNT);
    report("one worker", "ticks/s", &one);
    report("two workers", "ticks/s", &two);
    struct series ratio = series_ratio(&two, &one);
    report_at_least("  two to one", "times", &ratio, 1.8);
    return 0;
}
