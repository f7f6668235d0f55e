/*
 * A driver who does anything at all: keys, analog values, respawns now and then, rarely a new
 * race. The same seed does the same on every machine, so what comes out can be pinned.
 */
#ifndef SUPPORT_RANDOM_RACE_H
#define SUPPORT_RANDOM_RACE_H

#include "sim/race.h"

/* xorshift32; the state is never 0. */
struct random_driver {
    uint32_t word;
};

struct random_driver random_driver(uint32_t seed);

uint32_t random_next(struct random_driver *driver);

/* Does something to the race, or nothing, and runs one tick. */
unsigned random_race_tick(struct random_driver *driver, struct race *race);

/* FNV-1a, 64 bits, going on from `hash`; begin with HASH_START. */
#define HASH_START 14695981039346656037ull
uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, size_t size);

#endif
