/*
 * Starting and ending a program: wall time from before the fork until it has been waited for, and
 * the peak of its memory. /bin/true and lua5.4 are the yardsticks. What the parent has in memory
 * at the fork counts too, so this program is a small one.
 */
#include "bench/bench_kit.h"
#include "support/process.h"

#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

extern char **environ;

enum {
    ROUND_COUNT = 25,
    PROGRAM_COUNT = 4
};

struct program {
    const char *name;
    const char *argv[6];
    struct series ms, mib;
};

static bool run_once(struct program *program)
{
    pid_t pid;
    int status = 0;
    struct rusage usage;
    int64_t before = bench_now_ns();
    if (posix_spawnp(&pid, program->argv[0], NULL, NULL, (char *const *)program->argv, environ))
        return false;
    while (wait4(pid, &status, 0, &usage) != pid)
        if (bench_stopped)
            return false;
    series_add(&program->ms, (double)(bench_now_ns() - before) / 1e6);
    series_add(&program->mib, (double)usage.ru_maxrss / 1024);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
    struct program programs[PROGRAM_COUNT] = {
        {.name = "/bin/true", .argv = {"/bin/true"}},
        {.name = "lua5.4 -e ''", .argv = {"lua5.4", "-e", ""}},
        {.name = "tmlua -e ''", .argv = {process_tmlua(), "-e", ""}},
        {.name = "tmlua -l tm -e ''", .argv = {process_tmlua(), "-l", "tm", "-e", ""}},
    };
    struct series ratio;
    bench_catch_signals();
    for (int i = 0; i < ROUND_COUNT; i++)
        for (int p = 0; p < PROGRAM_COUNT; p++)
            if (!run_once(&programs[p])) {
                fprintf(stderr, "bench: %s does not run\n", programs[p].name);
                return 1;
            }
    report_heading("start and end", ROUND_COUNT);
    for (int p = 0; p < 2; p++) {
        report(programs[p].name, "ms", &programs[p].ms);
        report("", "MiB", &programs[p].mib);
    }
    for (int p = 2; p < PROGRAM_COUNT; p++) {
        report_at_most(programs[p].name, "ms", &programs[p].ms, 10);
        report_at_most("", "MiB", &programs[p].mib, 10);
        ratio = series_ratio(&programs[p].ms, &programs[1].ms);
        report("  time to that of lua5.4", "times", &ratio);
        ratio = series_ratio(&programs[p].mib, &programs[1].mib);
        report("  memory to that of lua5.4", "times", &ratio);
    }
    return 0;
}
