/*
 * What every benchmark shares: the clock, samples, and the lines that report them. A benchmark
 * asserts nothing about speed: it measures the project and a limit in turns (A B A B …), in one
 * run, and prints the smallest, the median and the largest of each, and of their ratio round by
 * round. It refuses to compare with numbers of another run or machine.
 */
#ifndef BENCH_KIT_H
#define BENCH_KIT_H

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    BENCH_ROUND_COUNT_MAX = 32
};

/* One number per round. */
struct series {
    int count;
    double values[BENCH_ROUND_COUNT_MAX];
};

/* Ctrl-C and termination: what was started and created is put away before the end. */
static volatile sig_atomic_t bench_stopped;

static inline void on_stop(int number)
{
    bench_stopped = number;
}

static inline void bench_catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_stop};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

static inline int64_t bench_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static inline void series_add(struct series *series, double value)
{
    if (series->count < BENCH_ROUND_COUNT_MAX)
        series->values[series->count++] = value;
}

/* The ratio a / b of each round. */
static inline struct series series_ratio(const struct series *a, const struct series *b)
{
    struct series ratio = {0};
    for (int i = 0; i < a->count && i < b->count; i++)
        series_add(&ratio, a->values[i] / b->values[i]);
    return ratio;
}

static inline int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline struct series series_sorted(const struct series *series)
{
    struct series sorted = *series;
    qsort(sorted.values, (size_t)sorted.count, sizeof sorted.values[0], compare_doubles);
    return sorted;
}

static inline double series_median(const struct series *series)
{
    struct series sorted = series_sorted(series);
    int half = sorted.count / 2;
    if (sorted.count == 0)
        return 0;
    return sorted.count % 2 ? sorted.values[half]
                            : (sorted.values[half - 1] + sorted.values[half]) / 2;
}

/* Sorts the samples. */
static inline double median_of(double *samples, size_t count)
{
    qsort(samples, count, sizeof *samples, compare_doubles);
    return count > 0 ? samples[count / 2] : 0;
}

/* One line without its end: "  name      unit  min / median / max". */
static inline void print_series(const char *name, const char *unit, const struct series *series)
{
    struct series sorted = series_sorted(series);
    if (sorted.count == 0) {
        printf("  %-50s not measured", name);
        return;
    }
    printf("  %-50s %-8s %10.*f / %10.*f / %10.*f", name, unit, sorted.values[0] < 100 ? 2 : 0,
           sorted.values[0], sorted.values[0] < 100 ? 2 : 0, series_median(series),
           sorted.values[0] < 100 ? 2 : 0, sorted.values[sorted.count - 1]);
}

static inline void report(const char *name, const char *unit, const struct series *series)
{
    print_series(name, unit, series);
    putchar('\n');
    fflush(stdout);
}

/* The same with a verdict on the median. */
static inline void report_at_most(const char *name, const char *unit, const struct series *series,
                                  double most)
{
    print_series(name, unit, series);
    printf("  target: <= %g  %s\n", most,
           series->count > 0 && series_median(series) <= most ? "ok" : "MISSED");
    fflush(stdout);
}

static inline void report_at_least(const char *name, const char *unit, const struct series *series,
                                   double least)
{
    print_series(name, unit, series);
    printf("  target: >= %g  %s\n", least,
           series->count > 0 && series_median(series) >= least ? "ok" : "MISSED");
    fflush(stdout);
}

static inline void report_heading(const char *text, int rounds)
{
    printf("%s (min / median / max of %d rounds, in turns)\n", text, rounds);
    fflush(stdout);
}

/*
 * The processors of the two sides of an exchange. Pinned, each side stays on its own; otherwise
 * both may run on all that this process may use.
 */
struct processors {
    cpu_set_t all;
    int server, client; /* the same one when there are no two */
};

static inline struct processors processors_find(void)
{
    struct processors found = {.server = -1, .client = 0};
    sched_getaffinity(0, sizeof found.all, &found.all);
    for (int i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &found.all))
            continue;
        if (found.server < 0)
            found.server = i;
        found.client = i;
    }
    return found;
}

/* Ties this process, and those it starts from now on, to one processor. */
static inline void processors_pin(int processor)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    sched_setaffinity(0, sizeof set, &set);
}

static inline void processors_unpin(const struct processors *processors)
{
    sched_setaffinity(0, sizeof processors->all, &processors->all);
}

#endif
