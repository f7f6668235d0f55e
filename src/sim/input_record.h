/*
 * What was pressed in a race so far, in the form of the event buffer. It is a witness only:
 * the race never reads it back. It does not know what the inputs do.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", section 8.
 */
#ifndef SIM_INPUT_RECORD_H
#define SIM_INPUT_RECORD_H

#include "wire/game_state.h"
#include "wire/input_events.h"

enum {
    /*
     * Events kept of one race, the race-running event included: more than 5 minutes with one
     * event a tick. When it is full, recording stops (`input_record_is_complete` is then false)
     * until a rewind or a restart makes room; what was recorded stays.
     */
    INPUT_RECORD_COUNT_MAX = 32768
};

struct input_record_entry {
    struct input_event event;
    int32_t previous; /* entry of the same name index before this one, -1 none */
};

struct input_record {
    int32_t count;
    int32_t heads[ACTION_COUNT]; /* by name index: its last entry, -1 none */
    int32_t race;                /* which race it is of: its clock when it began */
    int32_t complete_before;     /* stored time; INT32_MAX: nothing is missing */
    struct input_record_entry entries[INPUT_RECORD_COUNT_MAX]; /* rising time, then name */
};

/* Name index of each action in the events of the embedded game: a permutation of 0..9. */
extern const int32_t action_name_index[ACTION_COUNT];

/* Empties the record down to the race-running event at 100000, for a race that begins. */
void input_record_begin(struct input_record *record, int32_t race);

/* Goes over to a race whose past is not known, and which the record is incomplete of. */
void input_record_begin_late(struct input_record *record, int32_t race);

/* Adds an event at its stored time; one of that name and time is replaced. */
void input_record_add(struct input_record *record, struct input_event event);

/* Forgets every event whose stored time is above `last_time`. */
void input_record_cut(struct input_record *record, int32_t last_time);

/*
 * Makes the last event of that action the given one, as a state holds it (all zero: there was
 * none), by forgetting later ones and adding it where it is missing.
 */
void input_record_agree(struct input_record *record, enum action action, struct input_event event);

/* Whether every event since the start of the race is in it, as far as can be known. */
static inline bool input_record_is_complete(const struct input_record *record)
{
    return record->complete_before == INT32_MAX;
}

/* Writes all `count` events, 8 bytes each, in decreasing stored time. */
void input_record_copy(const struct input_record *record, uint8_t *bytes);

#endif
