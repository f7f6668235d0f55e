/* A race to play with, and the few moves that every test of the race makes. */
#ifndef SUPPORT_RACE_KIT_H
#define SUPPORT_RACE_KIT_H

#include "sim/race.h"
#include "sim/tracks_builtin.h"

extern struct race race;
extern struct track track;

/* Starts `race` anew on a built-in track, with its own laps. */
void start_on(const char *name);

/* Ticks until the race time; everything that happened meanwhile. */
unsigned run_to(int32_t time);

/* Ticks until one of the happenings comes, or for ten minutes; true when it came. */
bool run_until(unsigned happenings);

/* Inputs that leave everything unchanged, to be altered. */
struct input_states unchanged(void);

void accelerate(bool on);

/* Puts the car somewhere, looking and moving along +z. */
void move_car(float x, float z, float speed);

/* The current blob, its size and FNV-1a hash. The bytes stay until the next call. */
const uint8_t *blob(void);
uint64_t blob_hash(void);

#endif
