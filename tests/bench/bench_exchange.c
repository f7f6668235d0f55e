/*
 * Steps of a game in another process, against the fewest instructions that can exchange as many
 * messages. The game is always the bare server of bench_slot.h, the client is in turn the bare
 * one and tmlua, so a ratio compares clients and nothing else. At the end, for information, the
 * same hooks in front of tmsim, which also computes the race.
 */
#include "bench/bench_slot.h"
#include "support/process.h"
#include "support/raw_slot.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ROUND_COUNT = 11,
    SIM_ROUND_COUNT = 5,
    WARM_COUNT = 3000,
    STEP_COUNT = 20000,
    ROUND_MS = 300, /* the longest that a round may take */
    COPY_COUNT = 64 /* copies between two looks at the clock */
};

/* A client: tmlua with a hook, or, without a process, the bare client that is forked for a round. */
struct client {
    bool reads;
    struct process *process;
    struct raw_slot slot;
};

static double samples[STEP_COUNT];
static struct processors processors;

static bool client_open(struct client *client, bool reads)
{
    char name[PROCESS_SLOT_NAME_SIZE];
    *client = (struct client){.reads = reads};
    return raw_slot_create(&client->slot, process_slot_name(name), BENCH_SLOT_SIZE);
}

static void client_close(struct client *client)
{
    if (client->slot.bytes == NULL)
        return;
    if (client->process != NULL) {
        process_signal(client->process, SIGCONT);
        process_pump(client->process, 0);
        fputs(process_text(client->process, PROCESS_STDERR), stderr);
        if (server_call(client->slot.bytes, WORD_SHUTDOWN, 0))
            process_wait_exit(client->process, 1000);
        process_close(client->process);
    }
    raw_slot_unlink(client->slot.name);
    raw_slot_close(&client->slot);
}

/* `tmlua -a mapped:NAME hooks.lua HOOK [STEPS]`. */
static struct process *run_tmlua(const char *name, const char *hook, const char *steps)
{
    char address[PROCESS_SLOT_NAME_SIZE + 16], script[1024];
    snprintf(address, sizeof address, "mapped:%s", name);
    snprintf(script, sizeof script, "%s/tests/bench/hooks.lua", process_root());
    const char *argv[] = {process_tmlua(), "-a", address, script, hook, steps, NULL};
    return process_run(argv);
}

static bool start_tmlua(struct client *client)
{
    client->process = run_tmlua(client->slot.name, client->reads ? "read" : "empty", NULL);
    if (client->process == NULL || !server_accept(client->slot.bytes))
        return false;
    return process_signal(client->process, SIGSTOP);
}

/*
 * The median of one step, in ns. The time is limited: where both sides must share a processor a
 * step can take as long as a time slice.
 */
static bool time_steps(unsigned char *slot, struct series *series)
{
    size_t count = 0;
    int64_t before = bench_now_ns(), end_ns = before + (int64_t)ROUND_MS * 1000000;
    for (int32_t i = 0; i < WARM_COUNT + STEP_COUNT && (before < end_ns || count < 100); i++) {
        if (!server_call(slot, WORD_RUN_STEP, 10 * i))
            return false;
        int64_t now = bench_now_ns();
        if (i >= WARM_COUNT || before > end_ns)
            samples[count++] = (double)(now - before);
        before = now;
    }
    series_add(series, median_of(samples, count));
    return true;
}

static pid_t fork_bare_client(const struct client *client, bool pinned)
{
    pid_t parent = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    if (pinned)
        processors_pin(processors.client);
    client_serve(client->slot.bytes, client->reads);
    _exit(0);
}

static bool round_bare(struct client *client, bool pinned, struct series *series)
{
    pid_t pid = fork_bare_client(client, pinned);
    if (pid < 0)
        return false;
    bool ok =
        time_steps(client->slot.bytes, series) && server_call(client->slot.bytes, WORD_SHUTDOWN, 0);
    if (!ok)
        kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && !ok)
        ;
    return ok;
}

static bool round_tmlua(struct client *client, struct series *series)
{
    process_signal(client->process, SIGCONT);
    bool ok = time_steps(client->slot.bytes, series);
    process_signal(client->process, SIGSTOP);
    return ok;
}

/* One copy of a state, in ns: everything in the nearest cache. */
static void round_copy(struct series *series)
{
    static unsigned char copy[STATE_SIZE];
    enum {
        BATCH_COUNT = 200
    };
    for (int batch = 0; batch < BATCH_COUNT; batch++) {
        int64_t before = bench_now_ns();
        for (int i = 0; i < COPY_COUNT; i++) {
            memcpy(copy, bench_state(), STATE_SIZE);
            __asm__ volatile("" : : "r"(copy) : "memory");
        }
        samples[batch] = (double)(bench_now_ns() - before) / COPY_COUNT;
    }
    series_add(series, median_of(samples, BATCH_COUNT));
}

struct results {
    struct series bare, empty, bare_read, read, copy;
};

static void report_results(const struct results *results)
{
    struct series limit = {0}, ratio;
    for (int i = 0; i < results->read.count; i++)
        series_add(&limit, 3 * results->bare.values[i] + results->copy.values[i]);
    report("bare exchange", "ns", &results->bare);
    report("step with an empty hook", "ns", &results->empty);
    ratio = series_ratio(&results->empty, &results->bare);
    report_at_most("  to the bare exchange", "times", &ratio, 2.5);
    report("copy of a state", "ns", &results->copy);
    report("three bare exchanges and a copy", "ns", &limit);
    report("step that reads a state and sets inputs", "ns", &results->read);
    ratio = series_ratio(&results->read, &limit);
    report_at_most("  to three bare exchanges and a copy", "times", &ratio, 2.5);
    report("the same step with the bare client", "ns", &results->bare_read);
    ratio = series_ratio(&results->read, &results->bare_read);
    report("  to that", "times", &ratio);
}

static bool run_rounds(struct client clients[4], bool pinned, struct results *results)
{
    for (int i = 0; i < ROUND_COUNT; i++) {
        if (bench_stopped || !round_bare(&clients[0], pinned, &results->bare) ||
            !round_tmlua(&clients[1], &results->empty) ||
            !round_bare(&clients[2], pinned, &results->bare_read) ||
            !round_tmlua(&clients[3], &results->read))
            return false;
        round_copy(&results->copy);
    }
    return true;
}

static bool run_mode(bool pinned)
{
    struct client clients[4] = {0};
    struct results results = {0};
    bool ok = true;
    for (int i = 0; i < 4; i++)
        ok = client_open(&clients[i], i >= 2) && ok;
    if (pinned)
        processors_pin(processors.client);
    ok = ok && start_tmlua(&clients[1]) && start_tmlua(&clients[3]);
    if (pinned)
        processors_pin(processors.server);
    ok = ok && run_rounds(clients, pinned, &results);
    for (int i = 0; i < 4; i++)
        client_close(&clients[i]);
    processors_unpin(&processors);
    if (!ok) {
        fputs(bench_stopped ? "bench: stopped\n" : "bench: a client did not answer\n", stderr);
        return false;
    }
    report_heading(pinned ? "exchanges, each side tied to a processor"
                          : "exchanges, processors chosen by the system",
                   ROUND_COUNT);
    report_results(&results);
    return true;
}

/* What the script measured: the nanoseconds of one step. */
static bool round_tmsim(const char *hook, struct series *series)
{
    char name[PROCESS_SLOT_NAME_SIZE];
    process_slot_name(name);
    const char *argv[] = {process_tmsim(), "-q", "--mapped", name, "--speed", "max", NULL};
    struct process *game = process_run(argv), *host = NULL;
    bool ok = game != NULL && process_wait_text(game, PROCESS_STDOUT, "serving", PATIENCE_MS);
    if (ok)
        host = run_tmlua(name, hook, "50000");
    ok = host != NULL && process_wait_exit(host, PATIENCE_MS);
    if (ok)
        series_add(series, strtod(process_text(host, PROCESS_STDOUT), NULL));
    if (host != NULL)
        process_close(host);
    if (game != NULL) {
        process_signal(game, SIGTERM);
        process_wait_exit(game, PATIENCE_MS);
        process_close(game);
    }
    raw_slot_unlink(name);
    return ok;
}

static bool run_tmsim_rounds(void)
{
    struct series empty = {0}, read = {0};
    for (int i = 0; i < SIM_ROUND_COUNT; i++)
        if (bench_stopped || !round_tmsim("empty", &empty) || !round_tmsim("read", &read))
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
