/*
 * What reaches the main thread from outside: Ctrl-C and termination, and the watchdog, which
 * notices that the main thread makes no progress. Both run a function of the host on the main
 * thread, between two of its instructions, so that function may only do what a signal handler
 * may. One of each per process.
 */
#ifndef TRANSPORT_INTERRUPT_H
#define TRANSPORT_INTERRUPT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum interrupt {
    INTERRUPT_NONE,
    INTERRUPT_BREAK,
    INTERRUPT_TERMINATE
};

/*
 * Catches Ctrl-C and termination from now on. `notify` (may be null) runs at each. A second one
 * within the same wait ends the process the system's way: the program may be stuck.
 */
void interrupt_catch(void (*notify)(void));

/*
 * What runs before a second one ends the process (null: nothing), to set back what would outlive
 * it. It may do only what a signal handler may.
 */
void interrupt_before_end(void (*set_back)(void));

/* The first thing that was caught, or INTERRUPT_NONE. */
enum interrupt interrupt_caught(void);

/*
 * What was caught has been seen to, and the program goes on. From now on the system's way is left
 * for the third one that comes before this is called again.
 */
void interrupt_forget(void);

/* How many have come since. */
int interrupt_count(void);

/* Ends this process the way an uncaught interrupt of that kind would (exit status 128 + n). */
int interrupt_exit_status(enum interrupt interrupt);

/*
 * Progress of the main thread, written by it, read by the watchdog. An odd serial means that
 * somebody waits for us; it must change within limit_ms (0 or less: no limit).
 */
struct watch {
    _Atomic uint32_t serial;
    _Atomic int32_t limit_ms;
};

/*
 * Starts the watchdog. `expired` runs on the calling thread when `watch` shows no progress for
 * its limit; again after a tenth of the limit, and so on, until there is progress. Does nothing
 * when it is running. Returns false when the system refuses a thread.
 */
bool watchdog_start(struct watch *watch, void (*expired)(void));

/* Stops it and waits for its end. Safe to call when it does not run. */
void watchdog_stop(void);

#endif
