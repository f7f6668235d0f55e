/*
 * What a host costs while the game it is attached to stands still: one that makes no calls, and
 * a tmsim that the script itself has paused. The yardstick is a loop that looks at the slot a
 * thousand times a second and does nothing else.
 */
#include "bench/bench_slot.h"
#include "support/process.h"
#include "support/raw_slot.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ROUND_COUNT = 3,
    ROUND_MS = 1000,
    REST_MS = 1500 /* from the last message until everybody is at rest */
};

static void sleep_ms(int ms)
{
    struct timespec duration = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    nanosleep(&duration, NULL);
}

/* Processor time of all threads of a process, ns. */
static int64_t cpu_ns(pid_t pid)
{
    clockid_t clock;
    struct timespec used;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
        return -1;
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

static pid_t fork_poller(unsigned char *slot)
{
    pid_t parent = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    while (getppid() == parent && slot_load(slot) != WORD_SHUTDOWN)
        sleep_ms(1);
    _exit(0);
}

static struct process *run_tmlua(const char *name, const char *code)
{
    char address[PROCESS_SLOT_NAME_SIZE + 16];
    snprintf(address, sizeof address, "mapped:%s", name);
    const char *argv[] = {process_tmlua(), "-a", address, "-e", code, NULL};
    return process_run(argv);
}

static const char code_hook[] = "game = require 'tm'.attach() game:on('run_step', function() end)";
static const char code_pause[] = "game = require 'tm'.attach() "
                                 "game:on('run_step', function() game:pause() end)";

/* Per cent of one processor, measured at the same time. */
static bool measure(pid_t pids[], struct series shares[], int count)
{
    int64_t before[4];
    sleep_ms(REST_MS);
    for (int round = 0; round < ROUND_COUNT && !bench_stopped; round++) {
        int64_t start_ns = bench_now_ns();
        for (int i = 0; i < count; i++)
            before[i] = cpu_ns(pids[i]);
        sleep_ms(ROUND_MS);
        double passed_ns = (double)(bench_now_ns() - start_ns);
        for (int i = 0; i < count; i++) {
            int64_t after = cpu_ns(pids[i]);
            if (before[i] < 0 || after < before[i])
                return false;
            series_add(&shares[i], 100.0 * (double)(after - before[i]) / passed_ns);
        }
    }
    return !bench_stopped;
}

static bool run(struct raw_slot *slot, const char *game_name)
{
    const char *argv[] = {process_tmsim(), "-q", "--mapped", game_name, NULL};
    struct process *quiet = run_tmlua(slot->name, code_hook), *game = process_run(argv);
    if (quiet == NULL || !server_accept(slot->bytes) || game == NULL ||
        !process_wait_text(game, PROCESS_STDOUT, "serving", PATIENCE_MS))
        return false;
    struct process *paused = run_tmlua(game_name, code_pause);
    pid_t poller = fork_poller(slot->bytes);
    if (paused == NULL || poller < 0)
        return false;
    struct series shares[4] = {0};
    pid_t pids[] = {poller, process_pid(quiet), process_pid(paused), process_pid(game)};
    bool ok = measure(pids, shares, 4);
    kill(poller, SIGKILL);
    waitpid(poller, NULL, 0);
    if (!ok)
        return false;
    report_heading("idle, per cent of a processor", ROUND_COUNT);
    report("a loop that polls a thousand times a second", "%", &shares[0]);
    report_at_most("tmlua, the game makes no calls", "%", &shares[1], 2);
    report_at_most("tmlua, the script has paused tmsim", "%", &shares[2], 2);
    report("tmsim, the script has paused it", "%", &shares[3]);
    return true;
}

int main(void)
{
    struct raw_slot slot = {0};
    char name[PROCESS_SLOT_NAME_SIZE], game_name[PROCESS_SLOT_NAME_SIZE];
    bench_catch_signals();
    process_slot_name(game_name);
    bool ok =
        raw_slot_create(&slot, process_slot_name(name), BENCH_SLOT_SIZE) && run(&slot, game_name);
    process_close_all();
    raw_slot_unlink(name);
    raw_slot_unlink(game_name);
    if (!ok)
        fputs(bench_stopped ? "bench: stopped\n" : "bench: a program did not run\n", stderr);
    return ok ? 0 : 1;
}
