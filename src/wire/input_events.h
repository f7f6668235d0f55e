/*
 * Input events: their eight bytes, the rules of time and of sign, and the ten actions with their
 * names. No buffers are owned here.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", section 8.
 */
#ifndef WIRE_INPUT_EVENTS_H
#define WIRE_INPUT_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The actions in the order of the event buffer's ten name indices.
 * X(NAME, display name, word in input scripts or "", is analog)
 */
#define ACTION_LIST(X)                                                                             \
    X(RACE_RUNNING, "_FakeIsRaceRunning", "", false)                                               \
    X(FINISH_LINE, "_FakeFinishLine", "", false)                                                   \
    X(ACCELERATE, "Accelerate", "up", false)                                                       \
    X(BRAKE, "Brake", "down", false)                                                               \
    X(STEER_LEFT, "Steer left", "left", false)                                                     \
    X(STEER_RIGHT, "Steer right", "right", false)                                                  \
    X(STEER, "Steer (analog)", "steer", true)                                                      \
    X(GAS, "Accelerate (analog)", "gas", true)                                                     \
    X(RESPAWN, "Respawn", "enter", false)                                                          \
    X(HORN, "Horn", "horn", false)

enum action {
#define X(name, ...) ACTION_##name,
    ACTION_LIST(X)
#undef X
    ACTION_COUNT
};

struct action_description {
    const char *name;
    const char *word;
    bool is_analog;
};

extern const struct action_description actions[ACTION_COUNT];

enum {
    /* Stored time of the race-running event, and of input time 0. */
    EVENT_TIME_RACE_RUNNING = 100000,
    EVENT_TIME_ZERO = 100010,
    EVENT_VALUE_MASK = 0xFFFFFF,
    ANALOG_FULL = 65536,
    /* C_SET_INPUT_STATES, section 7. */
    INPUT_KEY_UNCHANGED = -1,
    INPUT_ANALOG_UNCHANGED = 0x7FFFFFFF,
    INPUT_ANALOG_EXTENDED_MAX = 6553600
};

/* Input time in ms of a stored time, and back. Wraps like the 32-bit words do. */
static inline int32_t event_input_time(int32_t stored)
{
    return (int32_t)((uint32_t)stored - EVENT_TIME_ZERO);
}

static inline int32_t event_stored_time(int32_t input_time)
{
    return (int32_t)((uint32_t)input_time + EVENT_TIME_ZERO);
}

/* The data word of an event: bits 24..31 the name index, bits 0..23 the value. */
static inline int32_t event_data_binary(unsigned name_index, bool value)
{
    return (int32_t)((uint32_t)name_index << 24 | (value ? 1u : 0u));
}

/* Analog values are stored negated; -8388607 .. 8388608 survive the round trip. */
static inline int32_t event_data_analog(unsigned name_index, int32_t analog)
{
    return (int32_t)((uint32_t)name_index << 24 | ((0u - (uint32_t)analog) & EVENT_VALUE_MASK));
}

static inline unsigned event_name_index(int32_t data)
{
    return (uint32_t)data >> 24;
}

/* Any non-zero value is on. */
static inline bool event_binary(int32_t data)
{
    return ((uint32_t)data & EVENT_VALUE_MASK) != 0;
}

static inline int32_t event_analog(int32_t data)
{
    uint32_t value = (uint32_t)data & EVENT_VALUE_MASK;
    int32_t signed_value = (int32_t)(value ^ 0x800000u) - 0x800000;
    return -signed_value;
}

#endif
