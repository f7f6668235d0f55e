/*
 * The simulation context: a race that is driven by an event buffer, as the game drives one to
 * validate a replay. It knows no client; the game asks it for ticks, and whether it is over.
 *
 * Where the fact sheet is uncertain: a simulation is valid (result 1) when it finishes in the time
 * that its own inputs finish in, wrong (2) when it finishes in another time or its state parts
 * from that of its own inputs before a client has removed the validation, and invalid (0)
 * when it does not finish within its limit, or has no race-running event and never starts. What
 * the brute force has found is another time, too.
 */
#ifndef SIM_SIMULATION_H
#define SIM_SIMULATION_H

#include "sim/bruteforce.h"
#include "sim/event_tape.h"
#include "sim/race.h"

enum simulation_result {
    SIMULATION_INVALID = 0,
    SIMULATION_VALID = 1,
    SIMULATION_WRONG = 2,
    SIMULATION_GOES_ON = -1
};

enum {
    /* Inputs that do not finish play for so long after the last of them, or after an hour. */
    SIMULATION_ROLL_OUT_MS = 10000,
    SIMULATION_INPUT_TIME_MAX_MS = 3600000,
    /* Ticks whose state is known for the validation: a race of ten minutes. */
    SIMULATION_REFERENCE_COUNT_MAX = (600000 + RACE_COUNTDOWN_MS) / RACE_TICK_MS
};

/*
 * 33 MB, nearly all of it the brute force's, which uses none of it until it begins: for the heap or
 * static, and not to be cleared.
 */
struct simulation {
    struct event_tape tape;     /* what is played, and what a client changes */
    struct event_tape original; /* what every simulation begins with */
    int32_t expected_time;      /* finish of the original inputs, ms; -1: they do not finish */
    int32_t duration;           /* ms: the finish of the original inputs, or how long they play */
    int32_t time_limit;         /* ms; -1: the duration */
    bool validates;
    bool parted; /* the validation has failed */
    int32_t reference_count;
    uint32_t references[SIMULATION_REFERENCE_COUNT_MAX]; /* hashes of the original's states */
    struct bruteforce bruteforce;
};

/*
 * Takes the original inputs from `simulation->original`, which the caller has filled, and learns
 * by driving them when they finish; `race` is borrowed for that, and is then that of a simulation
 * that has begun.
 */
void simulation_prepare(struct simulation *simulation, struct race *race, const struct track *track,
                        int laps);

/*
 * Puts the events of a tape that act in the next tick into the race: those of its time, and those
 * between the tick before and it.
 */
void simulation_apply_due(const struct event_tape *tape, struct race *race);

/* The next simulation: the race at -2600, the original inputs, limit and validation. */
void simulation_begin(struct simulation *simulation, struct race *race);

/* One tick; a set of `enum race_happening`. */
unsigned simulation_tick(struct simulation *simulation, struct race *race);

/* Whether it is over, and how. Ask when the client has answered everything of the last tick. */
enum simulation_result simulation_outcome(const struct simulation *simulation,
                                          const struct race *race);

/* C_SET_INPUT_STATES: events for the next tick. Those that change nothing are not added. */
void simulation_set_inputs(struct simulation *simulation, const struct race *race,
                           const struct input_states *inputs);

/* An event that is on in the next tick: respawn, horn. */
void simulation_add_press(struct simulation *simulation, const struct race *race,
                          enum action action);

#endif
