/*
 * Time and waiting. The monotonic clock, and the adaptive pause that every wait of the project
 * uses: spin, then yield, then sleep with back-off.
 */
#ifndef TRANSPORT_CLOCK_H
#define TRANSPORT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Nanoseconds of a clock that never goes back; its zero means nothing. */
int64_t clock_now_ns(void);

static inline int64_t clock_now_ms(void)
{
    return clock_now_ns() / 1000000;
}

/* Gives the rest of the time slice away. */
void clock_yield(void);

/* Sleeps that long, or until a signal arrives. */
void clock_sleep_ns(int64_t duration_ns);

/* One step of a busy wait that will be short. */
static inline void pause_spin(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

/*
 * Progress of one wait. Zero-initialise when the wait begins and after every message; call
 * pause_once between polls. The phases are bounded by counts and not by the clock, so that a
 * wait which ends at once never reads it.
 */
struct pause {
    uint32_t count;
    int64_t since_ns; /* start of the sleeping phase */
};

/*
 * Waits a little, and not beyond `wake_ns` of the clock (a timer that is due; CLOCK_NEVER: none).
 * Returns true when enough time has passed that the caller should look at its deadlines (the
 * clock, signals, a vanished peer).
 */
bool pause_once(struct pause *pause, int64_t wake_ns);

#define CLOCK_NEVER INT64_MAX

#endif
