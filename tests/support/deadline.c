#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include "support/deadline.h"

#include <sched.h>
#include <time.h>

int64_t deadline_now_us(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

struct deadline deadline_in_us(int64_t budget_us)
{
    struct deadline deadline = {deadline_now_us() + budget_us};

    return deadline;
}

struct deadline deadline_in_ms(int budget_ms)
{
    return deadline_in_us((int64_t)budget_ms * 1000);
}

bool deadline_passed(struct deadline deadline)
{
    return deadline_now_us() >= deadline.at_us;
}

int deadline_left_ms(struct deadline deadline)
{
    int64_t left_us = deadline.at_us - deadline_now_us();

    return left_us <= 0 ? 0 : (int)((left_us + 999) / 1000);
}

void deadline_poll_pause(unsigned *round)
{
    static const struct timespec nap = {0, 50000};

    if (++*round < 400)
        sched_yield();
    else
        nanosleep(&nap, NULL);
}
