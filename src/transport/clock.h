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
 * Progress of one wait, and what the waits before it have taught: where spinning did not help,
 * because the other side had no processor, the next wait spins less. Zero-initialise once, call
 * pause_end when something has arrived, and pause_once or pause_step between polls. The phases are
 * bounded by counts and not by the clock, so that a wait which ends at once never reads it.
 */
struct pause {
    uint32_t count;
    uint32_t spin_lost; /* polls of the spinning phase that are left out */
    int64_t since_ns;   /* when spinning ended; 0: it has not */
};

enum {
    PAUSE_SPIN_COUNT = 4000,
    PAUSE_SPIN_COUNT_MIN = 50
};

/* Polls that this wait spins before it yields. */
static inline uint32_t pause_spin_count(const struct pause *pause)
{
    return PAUSE_SPIN_COUNT - pause->spin_lost;
}

/* The wait is over. */
static inline void pause_end(struct pause *pause)
{
    uint32_t spins = pause_spin_count(pause);
    if (pause->count > spins) /* it had to yield */
        pause->spin_lost =
            PAUSE_SPIN_COUNT -
            (spins / 2 > PAUSE_SPIN_COUNT_MIN ? spins / 2 : (uint32_t)PAUSE_SPIN_COUNT_MIN);
    else if (pause->spin_lost > 0)
        pause->spin_lost -= pause->spin_lost / 16 + 1;
    pause->count = 0;
    pause->since_ns = 0;
}

enum pause_step {
    PAUSE_POLL,  /* nothing but another poll */
    PAUSE_CHECK, /* the caller looks at its deadlines: the clock, signals, a vanished peer */
    PAUSE_SLEEP  /* the caller sleeps for *duration_ns, and then looks at them */
};

/*
 * One step of a wait by somebody who can be woken while it sleeps, by a socket. It spins and
 * yields by itself, and leaves the sleep to its caller. *duration_ns is set for PAUSE_SLEEP alone,
 * and never reaches beyond `wake_ns`: 0 or less is no sleep at all.
 */
enum pause_step pause_step(struct pause *pause, int64_t wake_ns, int64_t *duration_ns);

/*
 * Waits a little, and not beyond `wake_ns` of the clock (a timer that is due; CLOCK_NEVER: none).
 * Returns true when enough time has passed that the caller should look at its deadlines (the
 * clock, signals, a vanished peer).
 */
bool pause_once(struct pause *pause, int64_t wake_ns);

#define CLOCK_NEVER INT64_MAX

#endif
