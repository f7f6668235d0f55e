#include "transport/clock.h"

#include <sched.h>
#include <time.h>

int64_t clock_now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void clock_yield(void)
{
    sched_yield();
}

void clock_sleep_ns(int64_t duration_ns)
{
    struct timespec duration = {.tv_sec = duration_ns / 1000000000,
                                .tv_nsec = (long)(duration_ns % 1000000000)};
    nanosleep(&duration, NULL);
}
