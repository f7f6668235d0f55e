/*
 * A person at the prompt while a script drives a game that is as fast as it goes: what the prompt,
 * with its live time and a watched expression, and typing cost the game; and how long a key takes
 * to be seen.
 */
#include "bench/bench_kit.h"
#include "support/process.h"
#include "support/raw_slot.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ROUND_COUNT = 16,
    KEY_INTERVAL_MS = 100,
    PATIENCE_MS = 20000,
    LATENCY_COUNT_MAX = 2000
};

static const char warm_s[] = "0.5", measured_s[] = "1.2";

static struct processors processors;

static double latencies_ms[LATENCY_COUNT_MAX];
static size_t latency_count;

struct person {
    pid_t pid;
    int terminal;
};

static bool start_host(struct person *person, const char *name, const char *result, bool prompt)
{
    char address[100], script[1000];
    struct winsize size = {.ws_row = 40, .ws_col = 100};
    snprintf(address, sizeof address, "mapped:%s", name);
    snprintf(script, sizeof script, "%s/tests/bench/prompt.lua", process_root());
    person->pid = forkpty(&person->terminal, NULL, NULL, &size);
    if (person->pid == 0) {
        processors_pin(processors.client);
        setenv("TERM", "xterm", 1);
        unsetenv("XDG_STATE_HOME");
        unsetenv("HOME"); /* no history, no init.lua */
        if (prompt)
            execl(process_tmlua(), "tmlua", "-a", address, "-i", script, result, warm_s, measured_s,
                  NULL);
        else
            execl(process_tmlua(), "tmlua", "-a", address, script, result, warm_s, measured_s,
                  NULL);
        _exit(127);
    }
    return person->pid > 0;
}

static void type(const struct person *person, const char *text)
{
    ssize_t written = write(person->terminal, text, strlen(text));
    (void)written;
}

/* Takes what is shown, for so long; true as soon as the character is among it (0: never). */
static bool look(const struct person *person, char wanted, double budget_ms)
{
    char text[4096];
    int64_t end_ns = bench_now_ns() + (int64_t)(budget_ms * 1e6);
    for (int64_t left_ns; (left_ns = end_ns - bench_now_ns()) > 0;) {
        struct pollfd ready = {.fd = person->terminal, .events = POLLIN};
        if (poll(&ready, 1, (int)(left_ns / 1000000) + 1) <= 0)
            continue;
        ssize_t got = read(person->terminal, text, sizeof text);
        if (got <= 0)
            return false;
        if (wanted != 0 && memchr(text, wanted, (size_t)got) != NULL)
            return true;
    }
    return false;
}

/* A letter that nothing else on the screen has, and then the rest of its interval. */
static void type_key(const struct person *person)
{
    int64_t start_ns = bench_now_ns();
    type(person, "Q");
    if (look(person, 'Q', PATIENCE_MS) && latency_count < LATENCY_COUNT_MAX)
        latencies_ms[latency_count++] = (double)(bench_now_ns() - start_ns) / 1e6;
    double spent_ms = (double)(bench_now_ns() - start_ns) / 1e6;
    look(person, 0, KEY_INTERVAL_MS - spent_ms);
    type(person, "\x7f"); /* a line of one letter is redrawn in one place */
}

static double read_rate(const char *path)
{
    char text[40] = "";
    FILE *file = fopen(path, "r");
    if (file != NULL) {
        if (fgets(text, sizeof text, file) == NULL)
            text[0] = '\0';
        fclose(file);
    }
    return strtod(text, NULL);
}

static void leave(const struct person *person)
{
    int64_t end_ns = bench_now_ns() + (int64_t)PATIENCE_MS * 1000000;
    kill(person->pid, SIGTERM);
    while (waitpid(person->pid, NULL, WNOHANG) == 0) {
        look(person, 0, 10);
        if (bench_now_ns() > end_ns)
            kill(person->pid, SIGKILL);
    }
    close(person->terminal);
}

/* Steps in a second; 0: it could not be measured. */
static double measure(const char *name, const char *result, bool prompt)
{
    struct person person;
    double rate = 0;
    unlink(result);
    if (!start_host(&person, name, result, prompt))
        return 0;
    if (prompt) {
        look(&person, '>', PATIENCE_MS);
        type(&person, ":watch state.display_speed\r");
    }
    int64_t end_ns = bench_now_ns() + (int64_t)PATIENCE_MS * 1000000;
    while (!bench_stopped && (rate = read_rate(result)) <= 0 && bench_now_ns() < end_ns) {
        if (prompt)
            type_key(&person);
        else
            look(&person, 0, KEY_INTERVAL_MS);
    }
    leave(&person);
    return rate;
}

/* One game for both, which has its place in memory once. */
static bool run_round(const char *result, struct series *with, struct series *without)
{
    char name[PROCESS_SLOT_NAME_SIZE];
    process_slot_name(name);
    const char *argv[] = {process_tmsim(), "-q", "--mapped", name, "--speed", "max", NULL};
    processors_pin(processors.server);
    struct process *game = process_run(argv);
    processors_unpin(&processors);
    bool ok = game != NULL && process_wait_text(game, PROCESS_STDOUT, "serving", PATIENCE_MS);
    double bare = ok ? measure(name, result, false) : 0;
    double prompted = bare > 0 ? measure(name, result, true) : 0;
    if (prompted > 0) {
        series_add(without, bare);
        series_add(with, prompted);
    }
    process_close(game);
    raw_slot_unlink(name);
    return prompted > 0;
}

static double series_best(const struct series *series)
{
    struct series sorted = series_sorted(series);
    return sorted.count > 0 ? sorted.values[sorted.count - 1] : 0;
}

static void report_all(const struct series *with, const struct series *without)
{
    struct series ratio = series_ratio(with, without), best = {0}, middle = {0}, most = {0};
    series_add(&middle, median_of(latencies_ms, latency_count)); /* which sorts them */
    series_add(&most, latency_count > 0 ? latencies_ms[latency_count - 1] : 0);
    report_heading("a person at the prompt of a game at --speed max", with->count);
    report("steps without a prompt", "per s", without);
    report("steps with a prompt, a watch, and typing", "per s", with);
    report("  to those without, round by round", "times", &ratio);
    /* Whatever else the machine does makes rounds slower, and none faster. */
    series_add(&best, series_best(with) / series_best(without));
    report_at_least("  to those without, the best round of each", "times", &best, 0.95);
    printf("  keys that were typed: %zu\n", latency_count);
    report_at_most("echo of a key, median", "ms", &middle, 20);
    report_at_most("echo of a key, slowest", "ms", &most, 20);
}

int main(void)
{
    struct series with = {0}, without = {0};
    char result[1000];
    const char *folder = getenv("TMPDIR");
    snprintf(result, sizeof result, "%s/bench_prompt_%ld", folder != NULL ? folder : "/tmp",
             (long)getpid());
    bench_catch_signals();
    processors = processors_find();
    bool ok = true;
    for (int i = 0; i < ROUND_COUNT && ok && !bench_stopped; i++)
        ok = run_round(result, &with, &without);
    unlink(result);
    process_close_all();
    if (ok)
        report_all(&with, &without);
    else
        fputs("bench: the prompt could not be measured\n", stderr);
    return ok ? 0 : 1;
}
