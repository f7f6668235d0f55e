/*
 * The embedded game as the other end of a slot inside this process: its memory, its track, and
 * the function that runs it when our end waits.
 */
#ifndef BINDINGS_SIM_END_H
#define BINDINGS_SIM_END_H

#include "sim/game.h"
#include "transport/slot.h"

/*
 * Opens a game on the built-in track of that name and the slot to it. The game stands still
 * until a client registers. Null: *reason says why.
 */
struct sim_game *sim_end_open(struct slot *slot, const char *track, double speed, char *reason,
                              size_t reason_size);

void sim_end_close(struct sim_game *game, struct slot *slot);

#endif
