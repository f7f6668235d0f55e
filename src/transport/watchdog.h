/*
 * What the watchdog thread of either system does between two sleeps: looks whether the main
 * thread has made progress. It has no thread and no clock of its own.
 */
#ifndef TRANSPORT_WATCHDOG_H
#define TRANSPORT_WATCHDOG_H

#include "transport/interrupt.h"

struct watchdog {
    struct watch *watch;
    uint32_t last;    /* serial of the last look */
    int64_t since_ms; /* when it was seen to change */
};

/* How long to sleep before the next look, in ms. */
int32_t watchdog_interval_ms(const struct watchdog *watchdog);

/* Looks. True when the main thread has stood still for its limit, and again each tenth of it. */
bool watchdog_look(struct watchdog *watchdog, int64_t now_ms);

#endif
