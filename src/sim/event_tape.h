/*
 * The inputs of a simulation: an event buffer that the game plays from, and that a client may read,
 * replace and add to while it plays. What an event does is the race's business.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", section 8.
 */
#ifndef SIM_EVENT_TAPE_H
#define SIM_EVENT_TAPE_H

#include "sim/input_record.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    EVENT_TAPE_COUNT_MAX = INPUT_RECORD_COUNT_MAX
};

struct event_tape {
    int32_t count;
    /* Rising time. Those of one time act in this order, so the last of a name is the one left. */
    struct input_event events[EVENT_TAPE_COUNT_MAX];
};

/* Empties it down to the race-running event, without which a race never starts. */
void event_tape_clear(struct event_tape *tape);

/* Takes the events of another tape. */
void event_tape_assign(struct event_tape *tape, const struct event_tape *other);

/* Adds an event behind those of its time; one of that time and name is replaced. False: full. */
bool event_tape_add(struct event_tape *tape, struct input_event event);

/*
 * Takes `count` events of 8 bytes as a client sends them, in any order. Of events of one time the
 * one further back in the buffer acts first, as event_tape_copy writes them. `scratch` has room
 * for as many. False: too many, and nothing changes.
 */
bool event_tape_set(struct event_tape *tape, const uint8_t *bytes, size_t count,
                    struct input_event *scratch);

/*
 * Puts events that were written into the tape by hand in order; those of one time stay as they
 * are. `scratch` as above.
 */
void event_tape_sort(struct event_tape *tape, struct input_event *scratch);

/* Index of the first event whose stored time is above `time`; count when there is none. */
int32_t event_tape_after(const struct event_tape *tape, int32_t time);

/* Whether there is a race-running event that is on. */
bool event_tape_has_start(const struct event_tape *tape);

/* Writes all events, 8 bytes each, in decreasing stored time. */
void event_tape_copy(const struct event_tape *tape, uint8_t *bytes);

#endif
