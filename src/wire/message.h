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
 * X(NAME, v1, 1.0.8, 1.0.7, 2021-06, public, SENDER, data shape, names of the data fields,
 *   reply shape)
 * Rows are in the order of the v1 numbers; 0 means that the dialect has no such message.
 *
 * The columns, the newest first: v1 is TMInterface 1.1 to 1.4.3; 1.0.8 was never released; 2021-06
 * is that of the Python client of 2021-06-24, which names no version; public is Shared.h. Not here,
 * because a column is not enough for them: the first Shared.h of 2020 (messages and a state of its
 * own, input states without gas), the Python clients of 2021-06-15 (numbers of public, with
 * another state again and nine control names), and those before them, whose public has the error
 * code 5 by another name.
 */
#define MESSAGE_LIST(X)                                                                            \
    X(S_RESPONSE, 1, 1, 1, 1, 1, GAME, "", "", "")                                                 \
    X(S_ON_REGISTERED, 2, 2, 2, 0, 0, GAME, "", "", "")                                            \
    X(S_SHUTDOWN, 3, 3, 3, 2, 0, GAME, "", "", "")                                                 \
    X(S_ON_RUN_STEP, 4, 4, 4, 3, 2, GAME, "i", "time", "")                                         \
    X(S_ON_SIM_BEGIN, 5, 5, 5, 4, 3, GAME, "", "", "")                                             \
    X(S_ON_SIM_STEP, 6, 6, 6, 5, 4, GAME, "i", "time", "")                                         \
    X(S_ON_SIM_END, 7, 7, 7, 6, 5, GAME, "i", "result", "")                                        \
    X(S_ON_CHECKPOINT_COUNT_CHANGED, 8, 8, 8, 7, 6, GAME, "ii", "current target", "")              \
    X(S_ON_LAPS_COUNT_CHANGED, 9, 9, 9, 8, 7, GAME, "i", "current", "")                            \
    X(S_ON_CUSTOM_COMMAND, 10, 10, 10, 0, 0, GAME, "iintT", "from to count name arguments", "")    \
    X(S_ON_BRUTEFORCE_EVALUATE, 11, 11, 11, 0, 0, GAME, "uuiiiiiiibb",                             \
      "phase target time modified_inputs_num inputs_min_time inputs_max_time max_steer_diff "      \
      "max_time_diff override_stop_time search_forever inputs_extend_steer",                       \
      "")                                                                                          \
    X(C_REGISTER, 12, 12, 12, 9, 8, CLIENT, "", "", "")                                            \
    X(C_DEREGISTER, 13, 13, 13, 10, 9, CLIENT, "i", "reserved", "")                                \
    X(C_PROCESSED_CALL, 14, 14, 14, 11, 10, CLIENT, "i", "which", "")                              \
    X(C_SET_INPUT_STATES, 15, 15, 15, 12, 11, CLIENT, "iiiiii",                                    \
      "left right accelerate brake steer gas", "")                                                 \
    X(C_RESPAWN, 16, 16, 16, 13, 12, CLIENT, "i", "reserved", "")                                  \
    X(C_GIVE_UP, 17, 17, 0, 0, 0, CLIENT, "i", "reserved", "")                                     \
    X(C_HORN, 18, 18, 0, 0, 0, CLIENT, "i", "reserved", "")                                        \
    X(C_SIM_REWIND_TO_STATE, 19, 19, 17, 14, 13, CLIENT, "S", "state", "")                         \
    X(C_SIM_GET_STATE, 20, 20, 18, 15, 14, CLIENT, "", "", "S")                                    \
    X(C_SIM_GET_EVENT_BUFFER, 21, 21, 19, 16, 15, CLIENT, "", "", "E")                             \
    X(C_GET_CONTEXT_MODE, 22, 22, 20, 17, 17, CLIENT, "", "", "i")                                 \
    X(C_SIM_SET_EVENT_BUFFER, 23, 23, 21, 18, 18, CLIENT, "E", "events", "")                       \
    X(C_SIM_SET_TIME_LIMIT, 24, 0, 0, 0, 0, CLIENT, "i", "limit", "")                              \
    X(C_GET_CHECKPOINT_STATE, 25, 24, 22, 19, 19, CLIENT, "", "", "C")                             \
    X(C_SET_CHECKPOINT_STATE, 26, 25, 23, 20, 20, CLIENT, "C", "checkpoints", "")                  \
    X(C_SET_GAME_SPEED, 27, 26, 24, 21, 21, CLIENT, "d", "speed", "")                              \
    X(C_EXECUTE_COMMAND, 28, 27, 25, 22, 22, CLIENT, "it", "reserved command", "")                 \
    X(C_SET_EXECUTE_COMMANDS, 29, 28, 26, 23, 23, CLIENT, "b", "execute", "")                      \
    X(C_SET_TIMEOUT, 30, 29, 27, 24, 24, CLIENT, "i", "timeout", "")                               \
    X(C_REMOVE_STATE_VALIDATION, 31, 30, 28, 25, 0, CLIENT, "i", "reserved", "")                   \
    X(C_PREVENT_SIMULATION_FINISH, 32, 31, 29, 26, 0, CLIENT, "i", "reserved", "")                 \
    X(C_REGISTER_CUSTOM_COMMAND, 33, 32, 30, 0, 0, CLIENT, "it", "reserved name", "")              \
    X(C_LOG, 34, 33, 31, 0, 0, CLIENT, "it", "severity text", "")                                  \
    X(C_SIM_GET_CONTROL_NAMES, 0, 0, 0, 0, 16, CLIENT, "", "", "iiiiiiii")

enum message {
    MESSAGE_UNKNOWN,
#define X(name, ...) MESSAGE_##name,
    MESSAGE_LIST(X)
#undef X
    MESSAGE_COUNT
};

/*
 * Error codes of a reply. X(STATUS, v1, the three between, public); 0 means that the dialect has
 * no such code.
 */
#define ERROR_CODE_LIST(X)                                                                         \
    X(RESPONSE_TOO_LONG, 1, 1, 1)                                                                  \
    X(ALREADY_REGISTERED, 2, 2, 2)                                                                 \
    X(NO_EVENT_BUFFER, 3, 3, 3)                                                                    \
    X(NO_PLAYER_INFO, 4, 4, 5)                                                                     \
    X(INVALID_EVENT_BUFFER_SIZE, 0, 0, 4)                                                          \
    X(COMMAND_ALREADY_REGISTERED, 5, 0, 0)

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

/* X(IDENTIFIER, name). The first is the default. */
#define DIALECT_LIST(X)                                                                            \
    X(v1, "v1")                                                                                    \
    X(1_0_8, "1.0.8") X(1_0_7, "1.0.7") X(2021_06, "2021-06") X(public, "public")

/* All names in one literal, a blank before each, for help texts. */
#define DIALECT_NAME(identifier, name) " " name
#define DIALECT_NAMES DIALECT_LIST(DIALECT_NAME)

#define X(identifier, name) extern const struct dialect dialect_##identifier;
DIALECT_LIST(X)
#undef X

/* Every dialect in that order, ended by null. */
extern const struct dialect *const dialects[];

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
