/*
 * The host's loop: moves every attached game and every task that can move, and waits for the
 * rest. Nothing else in the host waits.
 */
#ifndef HOST_EVENT_LOOP_H
#define HOST_EVENT_LOOP_H

struct runtime;

/* Runs until nothing is alive any more, somebody quits, or an interrupt arrives. */
void event_loop_run(struct runtime *runtime);

#endif
