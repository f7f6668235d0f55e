/*
 * The brute force of the simulation context: it changes the inputs a little, drives the race again
 * from where the change begins, and keeps what is better; again and again. It knows the race and
 * its inputs, but no client, console or file: the game asks the client about every tick, tells it
 * here (bruteforce_judge), says what has happened, and then does it (the four functions below).
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", sections 9 and 13. Where it is silent:
 *   - The dice are thrown from `bf_seed`, anew in every simulation: the same settings and the same
 *     answers of the client make the same search.
 *   - The first phase plays the inputs as they are to their finish, or to their end; what the
 *     client makes of them meanwhile is what is searched from. Then the search begins at once.
 *   - A trigger is the box of that number. Better is a car that is inside in an earlier tick, or in
 *     the same one but was closer in the tick before. The target distance/speed (3), of which only
 *     the number is known, is not there.
 *   - A try is over when it cannot be better any more: later than what is to be beaten, than
 *     bf_override_stop_time (a finish: it is what is to be beaten, until it is), than the inputs.
 *   - After a rewind by the brute force the step of that tick is not called: the next one is that
 *     of the tick after the state.
 *   - Inputs at time 0 may be changed too: the state before the first tick is kept as well.
 *   - When nothing can be changed, the brute force stops after a try of the inputs as they are.
 */
#ifndef SIM_BRUTEFORCE_H
#define SIM_BRUTEFORCE_H

#include "sim/input_mutation.h"
#include "sim/state_shelf.h"

struct simulation;

/* As on the wire. */
enum bruteforce_phase {
    BRUTEFORCE_INITIAL,
    BRUTEFORCE_SEARCH
};

enum bruteforce_target {
    BRUTEFORCE_FINISH_TIME,
    BRUTEFORCE_CHECKPOINT_TIME,
    BRUTEFORCE_TRIGGER
};

enum bruteforce_decision {
    BRUTEFORCE_CONTINUE,
    BRUTEFORCE_DO_NOTHING,
    BRUTEFORCE_ACCEPT,
    BRUTEFORCE_REJECT,
    BRUTEFORCE_STOP
};

/* What is to be done after a tick. */
enum bruteforce_verdict {
    BRUTEFORCE_GOES_ON,
    BRUTEFORCE_HAS_PLAYED, /* the inputs as they are: bruteforce_search */
    BRUTEFORCE_FAILS,      /* bruteforce_try */
    BRUTEFORCE_IMPROVES,   /* bruteforce_accept */
    BRUTEFORCE_ENDS        /* bruteforce_stop */
};

/* A box with its edges along the axes, metres. */
struct sim_trigger {
    float corner[3], size[3];
};

struct bruteforce_settings {
    enum bruteforce_target target;
    int32_t target_pass; /* index of a checkpoint time */
    struct sim_trigger trigger;
    struct mutation_settings mutation;
    int32_t override_stop_time; /* ms; not above 0: none */
    bool search_forever;
    bool fill_steer;
    uint64_t seed;
};

struct bruteforce_score {
    int32_t time;   /* ms; -1: never */
    float distance; /* m^2 from the trigger in the tick before, or 0 */
};

/* 32 MB, of which a short race touches little: for the heap or static. */
struct bruteforce {
    bool is_on;
    struct bruteforce_settings settings;
    enum bruteforce_phase phase;
    struct bruteforce_score best;  /* of the inputs that are searched from */
    struct bruteforce_score score; /* of this try so far */
    int32_t finished_at;           /* race time, even if the finish was prevented; -1: not yet */
    int32_t modified_count;
    int32_t iteration_count, improvement_count;
    struct dice dice;
    struct event_tape base; /* what is searched from */
    struct state_shelf shelf;
};

/*
 * Begins with the simulation, and ends its validation. Null: it is on. Otherwise half a sentence
 * says what is wrong with the settings. `scratch` as in input_mutate, here and below.
 */
const char *bruteforce_begin(struct simulation *simulation, const struct race *race,
                             const struct bruteforce_settings *settings,
                             struct input_event *scratch);

/* Looks at the race after a tick, before a client can change it. */
void bruteforce_observe(struct simulation *simulation, const struct race *race);

/* What a decision about this tick comes to; `BRUTEFORCE_CONTINUE` when nobody was asked. */
enum bruteforce_verdict bruteforce_judge(struct simulation *simulation, const struct race *race,
                                         uint32_t decision);

/* Begins the search from the inputs that were played. False: nothing of them can be changed. */
bool bruteforce_search(struct simulation *simulation, struct race *race,
                       struct input_event *scratch);

enum bruteforce_try {
    BRUTEFORCE_TRIES,
    BRUTEFORCE_STAYS,     /* there is no state of that time: nothing happens */
    BRUTEFORCE_EXHAUSTED, /* nothing can be changed */
};

/*
 * Begins another try: with changes of its own if `rewind_time` is negative, otherwise with the
 * inputs as the client has left them, from the state of that race time.
 */
enum bruteforce_try bruteforce_try(struct simulation *simulation, struct race *race,
                                   int32_t rewind_time, struct input_event *scratch);

/*
 * Takes the inputs of this try as the best. When the search goes on for ever, their race begins
 * anew: true. Otherwise the brute force is over, and the race plays out.
 */
bool bruteforce_accept(struct simulation *simulation, struct race *race);

/* Ends it; the race plays out with the inputs it has. */
void bruteforce_stop(struct simulation *simulation);

/* What is to be beaten, ms; -1: nothing, anything will do. */
int32_t bruteforce_time_to_beat(const struct bruteforce *bruteforce);

#endif
