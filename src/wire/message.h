/*
 * The vocabulary of the mapped-memory protocol: every message once, with its number in each
 * dialect, who sends it, and the shape of its data and of the reply. Peers and scripts speak of
 * `enum message`; only a dialect knows numbers. This file moves no bytes.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", sections 4 (numbers), 5 (error
 * codes), 6 and 7 (payloads).
 */
#ifndef WIRE_MESSAGE_H
#define WIRE_MESSAGE_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A shape is a string of letters, one per field, without padding between them:
 *   i int32      u uint32     b bool as int32      d float64
 *   t text: int32 size in bytes, then the bytes (one byte per character, no final zero)
 *   n int32, the number of texts that T stands for         T those texts
 *   S simulation state      E event buffer      C checkpoint data
 * S, E and C differ between dialects (`struct dialect`).
 *
 * X(NAME, v1, public, SENDER, data shape, names of the data fields, reply shape)
 * Rows are in the order of the v1 numbers; 0 means that the dialect has no such message.
 */
#define MESSAGE_LIST(X)                                                                            \
    X(S_RESPONSE, 1, 1, GAME, "", "", "")                                                          \
    X(S_ON_REGISTERED, 2, 0, GAME, "", "", "")                                                     \
    X(S_SHUTDOWN, 3, 0, GAME, "", "", "")                                                          \
    X(S_ON_RUN_STEP, 4, 2, GAME, "i", "time", "")                                                  \
    X(S_ON_SIM_BEGIN, 5, 3, GAME, "", "", "")                                                      \
    X(S_ON_SIM_STEP, 6, 4, GAME, "i", "time", "")                                                  \
    X(S_ON_SIM_END, 7, 5, GAME, "i", "result", "")                                                 \
    X(S_ON_CHECKPOINT_COUNT_CHANGED, 8, 6, GAME, "ii", "current target", "")                       \
    X(S_ON_LAPS_COUNT_CHANGED, 9, 7, GAME, "i", "current", "")                                     \
    X(S_ON_CUSTOM_COMMAND, 10, 0, GAME, "iintT", "from to count name arguments", "")               \
    X(S_ON_BRUTEFORCE_EVALUATE, 11, 0, GAME, "uuiiiiiiibb",                                        \
      "phase target time modified_inputs_num inputs_min_time inputs_max_time max_steer_diff "      \
      "max_time_diff override_stop_time search_forever inputs_extend_steer",                       \
      "")                                                                                          \
    X(C_REGISTER, 12, 8, CLIENT, "", "", "")                                                       \
    X(C_DEREGISTER, 13, 9, CLIENT, "i", "reserved", "")                                            \
    X(C_PROCESSED_CALL, 14, 10, CLIENT, "i", "which", "")                                          \
    X(C_SET_INPUT_STATES, 15, 11, CLIENT, "iiiiii", "left right accelerate brake steer gas", "")   \
    X(C_RESPAWN, 16, 12, CLIENT, "i", "reserved", "")                                              \
    X(C_GIVE_UP, 17, 0, CLIENT, "i", "reserved", "")                                               \
    X(C_HORN, 18, 0, CLIENT, "i", "reserved", "")                                                  \
    X(C_SIM_REWIND_TO_STATE, 19, 13, CLIENT, "S", "state", "")                                     \
    X(C_SIM_GET_STATE, 20, 14, CLIENT, "", "", "S")                                                \
    X(C_SIM_GET_EVENT_BUFFER, 21, 15, CLIENT, "", "", "E")                                         \
    X(C_GET_CONTEXT_MODE, 22, 17, CLIENT, "", "", "i")                                             \
    X(C_SIM_SET_EVENT_BUFFER, 23, 18, CLIENT, "E", "events", "")                                   \
    X(C_SIM_SET_TIME_LIMIT, 24, 0, CLIENT, "i", "limit", "")                                       \
    X(C_GET_CHECKPOINT_STATE, 25, 19, CLIENT, "", "", "C")                                         \
    X(C_SET_CHECKPOINT_STATE, 26, 20, CLIENT, "C", "checkpoints", "")                              \
    X(C_SET_GAME_SPEED, 27, 21, CLIENT, "d", "speed", "")                                          \
    X(C_EXECUTE_COMMAND, 28, 22, CLIENT, "it", "reserved command", "")                             \
    X(C_SET_EXECUTE_COMMANDS, 29, 23, CLIENT, "b", "execute", "")                                  \
    X(C_SET_TIMEOUT, 30, 24, CLIENT, "i", "timeout", "")                                           \
    X(C_REMOVE_STATE_VALIDATION, 31, 0, CLIENT, "i", "reserved", "")                               \
    X(C_PREVENT_SIMULATION_FINISH, 32, 0, CLIENT, "i", "reserved", "")                             \
    X(C_REGISTER_CUSTOM_COMMAND, 33, 0, CLIENT, "it", "reserved name", "")                         \
    X(C_LOG, 34, 0, CLIENT, "it", "severity text", "")                                             \
    X(C_SIM_GET_CONTROL_NAMES, 0, 16, CLIENT, "", "", "iiiiiiii")

enum message {
    MESSAGE_UNKNOWN,
#define X(name, ...) MESSAGE_##name,
    MESSAGE_LIST(X)
#undef X
    MESSAGE_COUNT
};

/*
 * Error codes of a reply. X(STATUS, v1, public); 0 means that the dialect has no such code.
 */
#define ERROR_CODE_LIST(X)                                                                         \
    X(RESPONSE_TOO_LONG, 1, 1)                                                                     \
    X(ALREADY_REGISTERED, 2, 2)                                                                    \
    X(NO_EVENT_BUFFER, 3, 3)                                                                       \
    X(NO_PLAYER_INFO, 4, 5)                                                                        \
    X(INVALID_EVENT_BUFFER_SIZE, 0, 4)                                                             \
    X(COMMAND_ALREADY_REGISTERED, 5, 0)

enum message_sender {
    SENDER_GAME,
    SENDER_CLIENT
};

struct message_description {
    const char *name; /* "S_ON_RUN_STEP" */
    enum message_sender sender;
    const char *shape;       /* letters as above */
    const char *field_names; /* one word per letter, separated by single blanks */
    const char *reply_shape;
};

/* One way of numbering and laying out the messages. Sections 4, 5, 8 and 10 of the fact sheet. */
struct dialect {
    const char *name;
    size_t slot_size;            /* bytes of the mapping unless told otherwise */
    size_t state_fixed_size;     /* bytes of a state before the checkpoint data */
    size_t checkpoint_head_size; /* bytes before the count of checkpoint states */
    size_t event_index_count;    /* int32 name indices at the head of an event buffer */
    bool has_public_state;       /* laid out as wire/public_state.h says, not as v1 */
    bool deregister_is_answered; /* C_DEREGISTER gets an S_RESPONSE */
    bool has_fixed_event_count;  /* an event buffer must be set with as many events as it has */
    int32_t sim_time_zero;       /* ms: what S_ON_SIM_STEP says at race time 0 (section 6) */
    uint8_t numbers[MESSAGE_COUNT];
    uint8_t error_codes[STATUS_COUNT];
};

/* Every dialect, ended by null; the first is the default. */
extern const struct dialect *const dialects[];
extern const struct dialect dialect_v1;
extern const struct dialect dialect_public;

/* The dialect of that name, or null. */
const struct dialect *dialect_find(const char *name);

/* The description of a message; of MESSAGE_UNKNOWN for anything out of range. */
const struct message_description *message_describe(enum message message);

/* The message of that number, or MESSAGE_UNKNOWN. */
enum message dialect_message(const struct dialect *dialect, unsigned number);

/* The number of a message, 0 when the dialect has none. */
static inline uint8_t dialect_number(const struct dialect *dialect, enum message message)
{
    return dialect->numbers[message];
}

/* What an error code of a reply means; 0 is STATUS_OK, strangers are STATUS_UNKNOWN_ERROR. */
enum status dialect_error(const struct dialect *dialect, int32_t code);

/*
 * Measures data of the given shape whose first `available` bytes are at `bytes`.
 * STATUS_OK: *size is the whole size (it may be less than `available`).
 * STATUS_MORE: at least *size bytes are needed before more can be said; *size > available.
 * STATUS_PROTOCOL: a size or count in it is negative or absurd; *size is its position.
 */
enum status shape_measure(const struct dialect *dialect, const char *shape, const uint8_t *bytes,
                          size_t available, size_t *size);

#endif
