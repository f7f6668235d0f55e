/*
 * Steps of a game in another process, against the fewest instructions that can exchange as many
 * messages. The game is always the bare server of bench_slot.h, the client is in turn the bare
 * one and tmlua, so a ratio compares clients and nothing else. At the end, for information, the
 * same hooks in front of tmsim, which also computes the race.
 */
#include "bench/bench_pair.h"
#include "bench/bench_slot.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ROUND_COUNT = 15,
    LOOSE_ROUND_COUNT = 7, /* not tied: for information */
    SIM_ROUND_COUNT = 5,
    BATCH_SIZE = 50,
    BATCH_COUNT = 400,
    WARM_COUNT = 20, /* batches that do not count */
    ROUND_MS = 300,
    COPY_BATCH_COUNT = 200
};

static double samples[BATCH_COUNT];
static struct processors processors;

static struct process *run_tmlua(const char *name, const char *hook)
{
    char address[PROCESS_SLOT_NAME_SIZE + 64];
    snprintf(address, sizeof address, "mapped:%s", name);
    return pair_run_host(process_tmlua(), address, hook, NULL);
}

static bool run_steps(unsigned char *slot, int count)
{
    for (int32_t i = 0; i < count; i++)
        if (!server_call(slot, WORD_RUN_STEP, 10 * i))
            return false;
    return true;
}

/*
 * The time of one step, in ns: the median of batches that are long enough to have their share of
 * collected garbage in them, and short enough for most of them to run undisturbed. The whole time
 * is limited: where both sides must share a processor, a step can take as long as a time slice.
 */
static bool time_steps(unsigned char *slot, struct series *series)
{
    size_t count = 0;
    int64_t before = bench_now_ns(), end_ns = before + (int64_t)ROUND_MS * 1000000;
    for (int i = 0; i < BATCH_COUNT && (before < end_ns || count == 0); i++) {
        if (!run_steps(slot, BATCH_SIZE))
            return false;
        int64_t now = bench_now_ns();
        if (i >= WARM_COUNT || now >= end_ns)
            samples[count++] = (double)(now - before) / BATCH_SIZE;
        before = now;
    }
    series_add(series, median_of(samples, count));
    return true;
}

static pid_t fork_bare_client(unsigned char *slot, bool reads, bool pinned)
{
    pid_t parent = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    if (pinned)
        processors_pin(processors.client);
    client_serve(slot, reads);
    _exit(0);
}

static bool time_bare(struct raw_slot *slot, bool reads, bool pinned, struct series *series)
{
    pid_t pid = fork_bare_client(slot->bytes, reads, pinned);
    if (pid < 0)
        return false;
    bool ok = time_steps(slot->bytes, series) && server_call(slot->bytes, WORD_SHUTDOWN, 0);
    if (!ok)
        kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && !bench_stopped)
        ;
    return ok;
}

static bool time_tmlua(struct raw_slot *slot, bool reads, bool pinned, struct series *series)
{
    if (pinned)
        processors_pin(processors.client);
    struct process *host = run_tmlua(slot->name, reads ? "read" : "empty");
    if (pinned)
        processors_pin(processors.server);
    if (host == NULL)
        return false;
    bool ok = server_accept(slot->bytes) && time_steps(slot->bytes, series);
    if (ok && server_call(slot->bytes, WORD_SHUTDOWN, 0))
        process_wait_exit(host, PATIENCE_MS);
    fputs(process_text(host, PROCESS_STDERR), stderr);
    process_close(host);
    return ok;
}

/* One copy of a state, in ns: everything in the nearest cache. */
static void round_copy(struct series *series)
{
    static unsigned char copy[STATE_SIZE];
    for (int batch = 0; batch < COPY_BATCH_COUNT; batch++) {
        int64_t before = bench_now_ns();
        for (int i = 0; i < BATCH_SIZE; i++) {
            memcpy(copy, bench_state(), STATE_SIZE);
            __asm__ volatile("" : : "r"(copy) : "memory");
        }
        samples[batch] = (double)(bench_now_ns() - before) / BATCH_SIZE;
    }
    series_add(series, median_of(samples, COPY_BATCH_COUNT));
}

struct results {
    struct series bare, empty, bare_read, read, copy;
};

/* Only ties make a verdict: without them both sides may have had to share a processor. */
static void report_ratio(const char *name, const struct series *ratio, bool pinned)
{
    if (pinned)
        report_at_most(name, "times", ratio, 2.5);
    else
        report(name, "times", ratio);
}

static void report_results(const struct results *results, bool pinned)
{
    struct series limit = {0}, ratio;
    for (int i = 0; i < results->read.count; i++)
        series_add(&limit, 3 * results->bare.values[i] + results->copy.values[i]);
    report("bare exchange", "ns", &results->bare);
    report("step with an empty hook", "ns", &results->empty);
    ratio = series_ratio(&results->empty, &results->bare);
    report_ratio("  to the bare exchange", &ratio, pinned);
    report("copy of a state, in the nearest cache", "ns", &results->copy);
    report("three bare exchanges and a copy", "ns", &limit);
    report("step that reads a state and sets inputs", "ns", &results->read);
    ratio = series_ratio(&results->read, &limit);
    report_ratio("  to three bare exchanges and a copy", &ratio, pinned);
    report("the same step with the bare client", "ns", &results->bare_read);
    ratio = series_ratio(&results->read, &results->bare_read);
    report("  tmlua to the bare client", "times", &ratio);
    ratio = series_ratio(&results->bare_read, &limit);
    report("  the bare client to three exchanges and a copy", "times", &ratio);
}

/*
 * A new slot and new processes for each round, and the same slot for all of them: where the
 * system puts its page makes a difference of up to a half, which must look like nobody's merit.
 */
static bool run_round(bool pinned, struct results *results)
{
    struct raw_slot slot;
    char name[PROCESS_SLOT_NAME_SIZE];
    if (bench_stopped || !raw_slot_create(&slot, process_slot_name(name), BENCH_SLOT_SIZE))
        return false;
    bool ok = time_bare(&slot, false, pinned, &results->bare) &&
              time_tmlua(&slot, false, pinned, &results->empty) &&
              time_bare(&slot, true, pinned, &results->bare_read) &&
              time_tmlua(&slot, true, pinned, &results->read);
    raw_slot_unlink(name);
    raw_slot_close(&slot);
    round_copy(&results->copy);
    return ok;
}

static bool run_mode(bool pinned)
{
    struct results results = {0};
    bool ok = true;
    int rounds = pinned ? ROUND_COUNT : LOOSE_ROUND_COUNT;
    if (pinned)
        processors_pin(processors.server);
    for (int i = 0; i < rounds && ok; i++)
        ok = run_round(pinned, &results);
    processors_unpin(&processors);
    if (!ok) {
        fputs(bench_stopped ? "bench: stopped\n" : "bench: a client did not answer\n", stderr);
        return false;
    }
    report_heading(pinned ? "exchanges, each side tied to a processor"
                          : "exchanges, processors chosen by the system",
                   rounds);
    report_results(&results, pinned);
    return true;
}

static bool run_tmsim_rounds(void)
{
    struct pair pair = {process_tmsim(), process_tmlua(), NULL};
    struct series empty = {0}, read = {0};
    for (int i = 0; i < SIM_ROUND_COUNT; i++)
        if (bench_stopped || !pair_time_steps(&pair, "empty", "20000", &empty) ||
            !pair_time_steps(&pair, "read", "20000", &read))
            return false;
    report_heading("steps of tmsim --speed max, for information", SIM_ROUND_COUNT);
    report("step with an empty hook", "ns", &empty);
    report("step that reads a state and sets inputs", "ns", &read);
    return true;
}

int main(void)
{
    bench_catch_signals();
    processors = processors_find();
    if (processors.server == processors.client) {
        printf("exchanges: not measured, there is one processor only\n");
        return 0;
    }
    bool ok = run_mode(true) && run_mode(false) && run_tmsim_rounds();
    process_close_all();
    return ok ? 0 : 1;
}
