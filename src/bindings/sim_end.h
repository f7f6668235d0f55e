/*
 * The embedded game as the other end of a slot inside this process: its memory, its track, what it
 * simulates, its files, and the function that runs it when our end waits. What its console says is
 * shown to the user.
 */
#ifndef BINDINGS_SIM_END_H
#define BINDINGS_SIM_END_H

#include "sim/game.h"
#include "transport/slot.h"

struct runtime;

struct sim_end_options {
    const char *track;    /* name of a built-in one */
    double speed;         /* times real time; 0: as fast as it goes */
    const char *simulate; /* path of an input script to simulate; null: the run context */
    const struct runtime *runtime;
};

/*
 * Opens a game and the slot to it. The game stands still until a client registers. Null: *reason
 * says why, and the status what kind of refusal it is.
 */
struct sim_game *sim_end_open(struct slot *slot, const struct sim_end_options *options,
                              enum status *status, char *reason, size_t reason_size);

void sim_end_close(struct sim_game *game, struct slot *slot);

#endif
