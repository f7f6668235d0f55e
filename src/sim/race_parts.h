/*
 * What the files of the race (race.c, race_inputs.c, race_state.c) share with each other, and
 * with nobody else.
 */
#ifndef SIM_RACE_PARTS_H
#define SIM_RACE_PARTS_H

#include "sim/car.h"
#include "sim/race.h"

/* Bytes of player_info.rest that the race has words in. */
enum race_rest {
    REST_RACE_TIME = 0,
    REST_PENDING = 4,
    REST_RACE_BEGIN = 8
};

/* What waits for the next tick: a set of these, in player_info.rest. */
enum race_pending {
    PENDING_RESPAWN = 1,
    PENDING_GIVE_UP = 2,
    PENDING_HORN = 4
};

unsigned race_pending(const struct game_state *state);

void race_pending_clear(struct game_state *state);

/* The inputs that the events of the state stand for. */
struct car_inputs race_inputs_in_force(const struct game_state *state);

/* An event of the actions that are on or off: stored for the tick of that race time. */
struct input_event race_event_on(enum action action, int32_t time);

/* Makes the record tell what a state that was just rewound to can tell. */
void race_record_agree(struct race *race);

#endif
