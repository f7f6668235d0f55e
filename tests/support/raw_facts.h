/*
 * The vocabulary of the mapped-memory protocol as the fact sheet states it (sections 4, 5, 7 and
 * 10), written down a second time for the test opponents. It refuses to share a line with the
 * programs under test: two readings of one sheet that agree are worth more than one.
 */
#ifndef TEST_SUPPORT_RAW_FACTS_H
#define TEST_SUPPORT_RAW_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum raw_dialect {
    RAW_V1,
    RAW_1_0_8,
    RAW_1_0_7,
    RAW_2021_06,
    RAW_PUBLIC,
    RAW_DIALECT_COUNT
};

/* Section 4. The value is the v1 number; other dialects go through raw_number. */
enum raw_message {
    RAW_UNKNOWN = 0,
    RAW_S_RESPONSE = 1,
    RAW_S_ON_REGISTERED = 2,
    RAW_S_SHUTDOWN = 3,
    RAW_S_ON_RUN_STEP = 4,
    RAW_S_ON_SIM_BEGIN = 5,
    RAW_S_ON_SIM_STEP = 6,
    RAW_S_ON_SIM_END = 7,
    RAW_S_ON_CHECKPOINT = 8,
    RAW_S_ON_LAPS = 9,
    RAW_S_ON_CUSTOM_COMMAND = 10,
    RAW_S_ON_BRUTEFORCE = 11,
    RAW_C_REGISTER = 12,
    RAW_C_DEREGISTER = 13,
    RAW_C_PROCESSED_CALL = 14,
    RAW_C_SET_INPUT_STATES = 15,
    RAW_C_RESPAWN = 16,
    RAW_C_GIVE_UP = 17,
    RAW_C_HORN = 18,
    RAW_C_REWIND_TO_STATE = 19,
    RAW_C_GET_STATE = 20,
    RAW_C_GET_EVENT_BUFFER = 21,
    RAW_C_GET_CONTEXT_MODE = 22,
    RAW_C_SET_EVENT_BUFFER = 23,
    RAW_C_SET_TIME_LIMIT = 24,
    RAW_C_GET_CHECKPOINT_STATE = 25,
    RAW_C_SET_CHECKPOINT_STATE = 26,
    RAW_C_SET_GAME_SPEED = 27,
    RAW_C_EXECUTE_COMMAND = 28,
    RAW_C_SET_EXECUTE_COMMANDS = 29,
    RAW_C_SET_TIMEOUT = 30,
    RAW_C_REMOVE_STATE_VALIDATION = 31,
    RAW_C_PREVENT_FINISH = 32,
    RAW_C_REGISTER_CUSTOM_COMMAND = 33,
    RAW_C_LOG = 34,
    RAW_C_GET_CONTROL_NAMES = 36, /* public only; 35 is ANY, never on the wire */
    RAW_MESSAGE_COUNT = 37
};

/* Section 5, v1. `public` counts NO_PLAYER_INFO as 5; those between have no code 5. */
enum raw_code {
    RAW_OK = 0,
    RAW_RESPONSE_TOO_LONG = 1,
    RAW_ALREADY_REGISTERED = 2,
    RAW_NO_EVENT_BUFFER = 3,
    RAW_NO_PLAYER_INFO = 4,
    RAW_COMMAND_ALREADY_REGISTERED = 5
};

/* A reply is recognised by its whole first word: 01 FF 00 00 (section 2, and 16 item 7). */
#define RAW_RESPONSE_WORD UINT32_C(0x0000FF01)

/* "Leave unchanged" in C_SET_INPUT_STATES (section 7). */
enum {
    RAW_KEEP_KEY = -1,
    RAW_KEEP_ANALOG = 0x7FFFFFFF
};

/* The number on the wire, 0 when the dialect lacks the message, and back. */
uint8_t raw_number(enum raw_dialect dialect, enum raw_message message);
enum raw_message raw_message_of(enum raw_dialect dialect, uint8_t number);
const char *raw_message_name(enum raw_message message);

/* As our programs call it; bytes of its mapping; name indices of its event buffer. */
const char *raw_dialect_name(enum raw_dialect dialect);
size_t raw_slot_size(enum raw_dialect dialect);
int raw_index_count(enum raw_dialect dialect);

/* Section 3: whether C_DEREGISTER gets an S_RESPONSE. */
bool raw_answers_deregister(enum raw_dialect dialect);

bool raw_is_server_call(enum raw_message message);

/*
 * Bytes of a client message including its header, from its own contents (section 7); counts
 * that do not fit are taken as the rest of the buffer. 0 for what no client sends.
 */
size_t raw_request_size(enum raw_dialect dialect, enum raw_message message,
                        const unsigned char *bytes, size_t capacity);

int32_t raw_load(const unsigned char *bytes, size_t offset);
void raw_store(unsigned char *bytes, size_t offset, int32_t value);
float raw_load_float(const unsigned char *bytes, size_t offset);
void raw_store_float(unsigned char *bytes, size_t offset, float value);

/* Section 10: offsets from the start of a state. */
enum {
    RAW_STATE_FIXED = 8344,
    RAW_STATE_COUNT = 8348, /* n; cp_states at 8352, m at 8352 + 4n */
    RAW_STATE_MIN = 8356,
    RAW_STATE_VERSION = 0,
    RAW_STATE_CONTEXT = 4,
    RAW_STATE_FLAGS = 8,
    RAW_STATE_TIME = 16, /* timers[1] */
    RAW_STATE_QUAT = 672,
    RAW_STATE_POSITION = 724,
    RAW_STATE_VELOCITY = 736,
    RAW_STATE_CMD_BUFFER = 6940,
    RAW_STATE_PLAYER_INFO = 7204,
    RAW_STATE_RACE_START = 7888,
    RAW_STATE_RACE_TIME = 7892,
    RAW_STATE_DISPLAY_SPEED = 8036,
    RAW_STATE_INPUT_STATE = 8156,
    RAW_STATE_EVENTS = 8276,   /* running, finish, accelerate, brake, left, right, ... */
    RAW_STATE_RUN_FLAGS = 0x9F /* 10.4, run mode */
};

/* Section 10.8, `public`: same order, other regions; two counters before the arrays. */
enum {
    RAW_PUBLIC_COUNT = 7592,
    RAW_PUBLIC_CONTEXT = 0,
    RAW_PUBLIC_FLAGS = 4,
    RAW_PUBLIC_TIME = 12,
    RAW_PUBLIC_POSITION = 720,
    RAW_PUBLIC_VELOCITY = 732,
    RAW_PUBLIC_RACE_TIME = 7292,
    RAW_PUBLIC_DISPLAY_SPEED = 7436
};

/* Where n stands in a state of this dialect. */
size_t raw_state_count_offset(enum raw_dialect dialect);

/*
 * Size of the (n, states, m, times) tail at `bytes`, or 0 when its counts are negative or do
 * not fit into `capacity`.
 */
size_t raw_tail_size(const unsigned char *bytes, size_t capacity);

/* A whole state including its tail, 0 when the tail is broken. */
size_t raw_state_size(enum raw_dialect dialect, const unsigned char *bytes, size_t capacity);

/*
 * Fills a state with values a test recognises: every byte no field claims follows a pattern
 * without zeros; position (1.5, 2.25, -3.75), velocity (10, 0.5, -20), display speed 123.
 * `passes` entries in cp_times, all -1; `checkpoints` entries in cp_states. Returns its size.
 */
size_t raw_state_fill(enum raw_dialect dialect, unsigned char *bytes, int32_t race_time,
                      int checkpoints, int passes);

#endif
