/*
 * Simulation steps a second with an empty Lua hook at each: over mapped memory from another process,
 * and in the host's own, against the same simulation in a bare loop without client and Lua.
 */
#include "bench/bench_kit.h"
#include "bench/bench_tape.h"
#include "sim/simulation.h"
#include "sim/tracks_builtin.h"
#include "support/process.h"
#include "support/raw_slot.h"

#include <signal.h>

enum {
    ROUND_COUNT = 7,
    SIMULATION_COUNT = 30,
    PATIENCE_MS = 30000,
    PATH_SIZE = 1024
};

static struct race race;
static struct track track;
static struct simulation simulation;
static char inputs_path[PATH_SIZE], script_path[PATH_SIZE];

static bool prepare(void)
{
    snprintf(inputs_path, sizeof inputs_path, "%s/scripts/inputs/easy.txt", process_root());
    snprintf(script_path, sizeof script_path, "%s/tests/bench/simulation.lua", process_root());
    if (!track_load_builtin("easy", &track) || !bench_read_tape(inputs_path, &simulation.original))
        return false;
    simulation_prepare(&simulation, &race, &track, 0);
    return simulation.expected_time > 0;
}

static void round_bare(struct series *series)
{
    int64_t before = bench_now_ns();
    uint64_t steps = 0;
    for (int i = 0; i < SIMULATION_COUNT; i++) {
        simulation_begin(&simulation, &race);
        for (; simulation_outcome(&simulation, &race) == SIMULATION_GOES_ON; steps++)
            simulation_tick(&simulation, &race);
    }
    series_add(series, (double)steps * 1e9 / (double)(bench_now_ns() - before));
}

static bool round_host(const char *address, struct series *series)
{
    char count[16];
    snprintf(count, sizeof count, "%d", SIMULATION_COUNT);
    const char *argv[] = {process_tmlua(), "-a", address, script_path, count, NULL};
    struct process *host = process_run(argv);
    bool ok = host != NULL && process_wait_exit(host, PATIENCE_MS) &&
              strtod(process_text(host, PROCESS_STDOUT), NULL) > 0;
    if (ok)
        series_add(series, strtod(process_text(host, PROCESS_STDOUT), NULL));
    else if (host != NULL)
        fprintf(stderr, "bench: %s\n", process_text(host, PROCESS_STDERR));
    process_close(host);
    return ok;
}

static bool round_in_process(struct series *series)
{
    char address[PATH_SIZE + 32];
    snprintf(address, sizeof address, "sim:easy?simulate=%s", inputs_path);
    return round_host(address, series);
}

static bool round_mapped(struct series *series)
{
    char name[PROCESS_SLOT_NAME_SIZE], address[PROCESS_SLOT_NAME_SIZE + 16];
    snprintf(address, sizeof address, "mapped:%s", process_slot_name(name));
    const char *argv[] = {process_tmsim(), "-q", "--mapped", name, "--simulate", inputs_path, NULL};
    struct process *game = process_run(argv);
    bool ok = game != NULL && process_wait_text(game, PROCESS_STDOUT, "serving", PATIENCE_MS) &&
              round_host(address, series);
    process_close(game);
    raw_slot_unlink(name);
    return ok;
}

int main(void)
{
    struct series bare = {0}, in_process = {0}, mapped = {0}, ratio;
    bench_catch_signals();
    bool ok = prepare();
    for (int i = 0; i < ROUND_COUNT && ok; i++) {
        round_bare(&bare);
        ok = !bench_stopped && round_in_process(&in_process) && round_mapped(&mapped);
    }
    process_close_all();
    if (!ok) {
        fprintf(stderr, "bench: the simulation did not run\n");
        return 1;
    }
    report_heading("simulation, an empty hook at each step", ROUND_COUNT);
    report("a bare loop, no client", "steps/s", &bare);
    report("tmlua, the game in its own process", "steps/s", &in_process);
    ratio = series_ratio(&bare, &in_process);
    report("  the bare loop to that", "times", &ratio);
    report("tmlua, the game in another process", "steps/s", &mapped);
    ratio = series_ratio(&bare, &mapped);
    report("  the bare loop to that", "times", &ratio);
    return 0;
}
