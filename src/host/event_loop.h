/*
 * The host's loop: moves every attached game and every task that can move, and waits for the
 * rest. Nothing else in the host waits.
 */
#ifndef HOST_EVENT_LOOP_H
#define HOST_EVENT_LOOP_H

#include <stdint.h>

struct runtime;

/* Runs until nothing is alive any more, somebody quits, or an interrupt arrives. */
void event_loop_run(struct runtime *runtime);

/* The same for somebody who has other things to do as well: returns about at that time. */
void event_loop_run_until(struct runtime *runtime, int64_t until_ns);

#endif
