/*
 * The embedded game inside the host's process: `tmlua --sim` with the hooks of hooks.lua, against
 * a bare loop of race_tick, without and with what the reading hook asks of the race.
 */
#include "bench/bench_kit.h"
#include "sim/race.h"
#include "sim/tracks_builtin.h"
#include "support/process.h"

enum {
    ROUND_COUNT = 7,
    TICK_COUNT = 200000,
    PATIENCE_MS = 20000
};

static struct race race;
static struct track track;
static uint8_t state[STATE_SIZE_MAX];

/* Steps a second. */
static void round_bare(bool reads, struct series *series)
{
    struct input_states inputs = {.accelerate = 1, .gas = INPUT_ANALOG_UNCHANGED};
    race_start(&race, &track, 0);
    int64_t before = bench_now_ns();
    for (int i = 0; i < TICK_COUNT; i++) {
        race_tick(&race);
        if (!reads)
            continue;
        race_state_copy(&race, state);
        inputs.accelerate = race.state.player_info.display_speed < 200;
        inputs.steer = state[0] == 0 ? 6000 : -6000;
        race_set_inputs(&race, &inputs);
    }
    series_add(series, TICK_COUNT * 1e9 / (double)(bench_now_ns() - before));
}

static bool round_tmlua(const char *hook, struct series *series)
{
    char script[1024], steps[16];
    snprintf(script, sizeof script, "%s/tests/bench/hooks.lua", process_root());
    snprintf(steps, sizeof steps, "%d", TICK_COUNT);
    const char *argv[] = {process_tmlua(), "--sim", script, hook, steps, NULL};
    struct process *host = process_run(argv);
    bool ok = host != NULL && process_wait_exit(host, PATIENCE_MS) && !bench_stopped;
    if (ok)
        series_add(series, 1e9 / strtod(process_text(host, PROCESS_STDOUT), NULL));
    if (host != NULL)
        process_close(host);
    return ok;
}

static bool run_rounds(struct series *tick, struct series *empty, struct series *tick_read,
                       struct series *read)
{
    for (int i = 0; i < ROUND_COUNT; i++) {
        round_bare(false, tick);
        if (!round_tmlua("empty", empty))
            return false;
        round_bare(true, tick_read);
        if (!round_tmlua("read", read))
            return false;
    }
    return true;
}

int main(void)
{
    struct series tick = {0}, empty = {0}, tick_read = {0}, read = {0}, ratio;
    bench_catch_signals();
    if (!track_load_builtin("easy", &track) || !run_rounds(&tick, &empty, &tick_read, &read)) {
        process_close_all();
        fprintf(stderr, "bench: the embedded game did not run\n");
        return 1;
    }
    report_heading("tmlua --sim, the game in the host's process", ROUND_COUNT);
    report("race_tick alone", "steps/s", &tick);
    report("empty hook", "steps/s", &empty);
    ratio = series_ratio(&tick, &empty);
    report("  race_tick to that", "times", &ratio);
    report("race_tick, a copy of the state, inputs", "steps/s", &tick_read);
    report_at_least("hook that reads a state and sets inputs", "steps/s", &read, 400000);
    ratio = series_ratio(&tick_read, &read);
    report("  race_tick, a copy, inputs to that", "times", &ratio);
    return 0;
}
