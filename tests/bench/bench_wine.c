/*
 * What a step costs under Wine, beside the same step on Linux in the same run: the Windows pair,
 * and a tmlua of Linux in front of a game in Wine. scripts/dev/bench says where the Windows
 * programs are; without them nothing is measured.
 */
#include "bench/bench_pair.h"

enum {
    ROUND_COUNT = 7
};

enum pair_index {
    PAIR_LINUX,
    PAIR_WINE,
    PAIR_MIXED,
    PAIR_COUNT
};

static const char *const pair_names[PAIR_COUNT] = {
    "tmlua and tmsim",
    "tmlua.exe and tmsim.exe in Wine",
    "tmlua and tmsim.exe in Wine",
};

static void report_hook(const char *what, const struct series steps[PAIR_COUNT])
{
    printf("%s\n", what);
    for (int i = 0; i < PAIR_COUNT; i++) {
        report(pair_names[i], "ns", &steps[i]);
        if (i != PAIR_LINUX) {
            struct series ratio = series_ratio(&steps[i], &steps[PAIR_LINUX]);
            report("  to the pair of Linux", "times", &ratio);
        }
    }
}

int main(void)
{
    const char *game = getenv("TMSIM_WINE_BIN"), *host = getenv("TMLUA_WINE_BIN");
    if (game == NULL || host == NULL) {
        printf("wine: not measured, the Windows programs are not there\n");
        return 0;
    }
    const struct pair pairs[PAIR_COUNT] = {
        {process_tmsim(), process_tmlua(), NULL},
        {game, host, NULL},
        {game, process_tmlua(), "mapped:?pid=%ld"},
    };
    static struct series empty[PAIR_COUNT], read[PAIR_COUNT];
    bench_catch_signals();
    bool ok = true;
    for (int round = 0; round < ROUND_COUNT && ok; round++)
        for (int i = 0; i < PAIR_COUNT && ok; i++)
            ok = !bench_stopped && pair_time_steps(&pairs[i], "empty", "20000", &empty[i]) &&
                 pair_time_steps(&pairs[i], "read", "20000", &read[i]);
    report_heading("steps of a game in another process", ROUND_COUNT);
    report_hook("with an empty hook", empty);
    report_hook("that reads a state and sets inputs", read);
    process_close_all();
    return ok ? 0 : 1;
}
