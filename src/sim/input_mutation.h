/*
 * Random changes of a tape of inputs, as the brute force makes them. It changes what drives and
 * nothing else, does not know the race, and is the same everywhere for the same dice.
 *
 * Where the fact sheet is silent: an event is changed in one way. Steering, by key or analog, gets
 * another value when values may change (max_steer_diff), and another time otherwise; everything
 * else can get another time (max_time_diff), in steps of 10 ms, and stays between the events of
 * its own action before and after it. A key that is to steer a little becomes an analog event,
 * until the next steering event.
 */
#ifndef SIM_INPUT_MUTATION_H
#define SIM_INPUT_MUTATION_H

#include "sim/event_tape.h"

/* Splitmix64. Any word is a seed. */
struct dice {
    uint64_t word;
};

struct mutation_settings {
    double modify_prob;      /* of each event that may be changed */
    int32_t max_steer_diff;  /* of an analog value; 0: none */
    int32_t max_time_diff;   /* ms; 0: none */
    int32_t inputs_min_time; /* ms: input times that may be changed, and changed to */
    int32_t inputs_max_time;
    bool extended_steer; /* values beyond +-65536 */
};

/* What has been changed. */
struct mutation {
    int32_t count;    /* events */
    int32_t first_ms; /* the earliest input time that is another now, or was */
};

/*
 * Fills `tape` with the events of `base`, some of them changed, none after `last_ms`. At least one
 * is changed, unless none of them can be: then the count is 0, and the tape is the base.
 * `scratch` has room for EVENT_TAPE_COUNT_MAX events.
 */
struct mutation input_mutate(const struct event_tape *base, struct event_tape *tape,
                             struct input_event *scratch, struct dice *dice,
                             const struct mutation_settings *settings, int32_t last_ms);

/*
 * Gives every tick of that time an analog steering event of the value that is in force there, so
 * that each can be changed; as far as there is room.
 */
void input_fill_steer(struct event_tape *tape, struct input_event *scratch, int32_t from_ms,
                      int32_t to_ms);

#endif
