/*
 * States of one run of a race, kept to go back to: one every 10 ms while there is room. When the
 * room is used up every second one is given up, and from then on only half as many are kept; so a
 * way back always ends at or before the time that was asked for.
 */
#ifndef SIM_STATE_SHELF_H
#define SIM_STATE_SHELF_H

#include "sim/race.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    /* A state is 8.4 KB and more: some 39 seconds at 10 ms, 78 at 20 ms, and so on. */
    STATE_SHELF_SIZE = 32 * 1024 * 1024,
    STATE_SHELF_FIRST_MS = -RACE_TICK_MS /* race time of the first: no input acts before */
};

struct state_shelf {
    size_t state_size;
    int32_t count;
    int32_t interval_ms;
    int32_t last_ms; /* up to here there is a way back; before the first: nothing is kept */
    uint8_t bytes[STATE_SHELF_SIZE];
};

/* Forgets all but the first `count` states, 0 or 1, and begins a run of this race. */
void state_shelf_cut(struct state_shelf *shelf, const struct race *race, int32_t count);

/*
 * Keeps the state of the race if it follows those that are kept. One that was kept of that time
 * is replaced, and later ones are forgotten: the race has been rewound.
 */
void state_shelf_keep(struct state_shelf *shelf, const struct race *race);

/* Rewinds the race to that time or a little before. False: there is no such state. */
bool state_shelf_rewind(const struct state_shelf *shelf, struct race *race, int32_t time);

#endif
