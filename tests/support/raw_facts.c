#include "support/raw_facts.h"

#include <string.h>

/* Section 4; indexed by v1 number. Columns: 1.0.8, 1.0.7, 2021-06, public. */
static const uint8_t other_numbers[RAW_MESSAGE_COUNT][RAW_DIALECT_COUNT - 1] = {
    [RAW_S_RESPONSE] = {1, 1, 1, 1},
    [RAW_S_ON_REGISTERED] = {2, 2, 0, 0},
    [RAW_S_SHUTDOWN] = {3, 3, 2, 0},
    [RAW_S_ON_RUN_STEP] = {4, 4, 3, 2},
    [RAW_S_ON_SIM_BEGIN] = {5, 5, 4, 3},
    [RAW_S_ON_SIM_STEP] = {6, 6, 5, 4},
    [RAW_S_ON_SIM_END] = {7, 7, 6, 5},
    [RAW_S_ON_CHECKPOINT] = {8, 8, 7, 6},
    [RAW_S_ON_LAPS] = {9, 9, 8, 7},
    [RAW_S_ON_CUSTOM_COMMAND] = {10, 10, 0, 0},
    [RAW_S_ON_BRUTEFORCE] = {11, 11, 0, 0},
    [RAW_C_REGISTER] = {12, 12, 9, 8},
    [RAW_C_DEREGISTER] = {13, 13, 10, 9},
    [RAW_C_PROCESSED_CALL] = {14, 14, 11, 10},
    [RAW_C_SET_INPUT_STATES] = {15, 15, 12, 11},
    [RAW_C_RESPAWN] = {16, 16, 13, 12},
    [RAW_C_GIVE_UP] = {17, 0, 0, 0},
    [RAW_C_HORN] = {18, 0, 0, 0},
    [RAW_C_REWIND_TO_STATE] = {19, 17, 14, 13},
    [RAW_C_GET_STATE] = {20, 18, 15, 14},
    [RAW_C_GET_EVENT_BUFFER] = {21, 19, 16, 15},
    [RAW_C_GET_CONTEXT_MODE] = {22, 20, 17, 17},
    [RAW_C_SET_EVENT_BUFFER] = {23, 21, 18, 18},
    [RAW_C_SET_TIME_LIMIT] = {0, 0, 0, 0},
    [RAW_C_GET_CHECKPOINT_STATE] = {24, 22, 19, 19},
    [RAW_C_SET_CHECKPOINT_STATE] = {25, 23, 20, 20},
    [RAW_C_SET_GAME_SPEED] = {26, 24, 21, 21},
    [RAW_C_EXECUTE_COMMAND] = {27, 25, 22, 22},
    [RAW_C_SET_EXECUTE_COMMANDS] = {28, 26, 23, 23},
    [RAW_C_SET_TIMEOUT] = {29, 27, 24, 24},
    [RAW_C_REMOVE_STATE_VALIDATION] = {30, 28, 25, 0},
    [RAW_C_PREVENT_FINISH] = {31, 29, 26, 0},
    [RAW_C_REGISTER_CUSTOM_COMMAND] = {32, 30, 0, 0},
    [RAW_C_LOG] = {33, 31, 0, 0},
    [RAW_C_GET_CONTROL_NAMES] = {0, 0, 0, 16},
};

static const struct {
    const char *name;
    size_t slot_size; /* section 1 */
    int index_count;  /* section 8 */
} dialect_facts[RAW_DIALECT_COUNT] = {[RAW_V1] = {"v1", 65535, 10},
                                      [RAW_1_0_8] = {"1.0.8", 65536, 10},
                                      [RAW_1_0_7] = {"1.0.7", 65536, 9},
                                      [RAW_2021_06] = {"2021-06", 65536, 9},
                                      [RAW_PUBLIC] = {"public", 16384, 0}};

static const char *const names[RAW_MESSAGE_COUNT] = {
    "unknown",
    "S_RESPONSE",
    "S_ON_REGISTERED",
    "S_SHUTDOWN",
    "S_ON_RUN_STEP",
    "S_ON_SIM_BEGIN",
    "S_ON_SIM_STEP",
    "S_ON_SIM_END",
    "S_ON_CHECKPOINT_COUNT_CHANGED",
    "S_ON_LAPS_COUNT_CHANGED",
    "S_ON_CUSTOM_COMMAND",
    "S_ON_BRUTEFORCE_EVALUATE",
    "C_REGISTER",
    "C_DEREGISTER",
    "C_PROCESSED_CALL",
    "C_SET_INPUT_STATES",
    "C_RESPAWN",
    "C_GIVE_UP",
    "C_HORN",
    "C_SIM_REWIND_TO_STATE",
    "C_SIM_GET_STATE",
    "C_SIM_GET_EVENT_BUFFER",
    "C_GET_CONTEXT_MODE",
    "C_SIM_SET_EVENT_BUFFER",
    "C_SIM_SET_TIME_LIMIT",
    "C_GET_CHECKPOINT_STATE",
    "C_SET_CHECKPOINT_STATE",
    "C_SET_GAME_SPEED",
    "C_EXECUTE_COMMAND",
    "C_SET_EXECUTE_COMMANDS",
    "C_SET_TIMEOUT",
    "C_REMOVE_STATE_VALIDATION",
    "C_PREVENT_SIMULATION_FINISH",
    "C_REGISTER_CUSTOM_COMMAND",
    "C_LOG",
    "ANY",
    "C_SIM_GET_CONTROL_NAMES",
};

uint8_t raw_number(enum raw_dialect dialect, enum raw_message message)
{
    if (dialect != RAW_V1)
        return other_numbers[message][dialect - 1];
    return message <= RAW_C_LOG ? (uint8_t)message : 0;
}

const char *raw_dialect_name(enum raw_dialect dialect)
{
    return dialect_facts[dialect].name;
}

size_t raw_slot_size(enum raw_dialect dialect)
{
    return dialect_facts[dialect].slot_size;
}

int raw_index_count(enum raw_dialect dialect)
{
    return dialect_facts[dialect].index_count;
}

bool raw_answers_deregister(enum raw_dialect dialect)
{
    return dialect == RAW_PUBLIC || dialect == RAW_2021_06;
}

enum raw_message raw_message_of(enum raw_dialect dialect, uint8_t number)
{
    int message;

    for (message = 1; number != 0 && message < RAW_MESSAGE_COUNT; message++) {
        if (raw_number(dialect, (enum raw_message)message) == number)
            return (enum raw_message)message;
    }
    return RAW_UNKNOWN;
}

const char *raw_message_name(enum raw_message message)
{
    return names[message];
}

bool raw_is_server_call(enum raw_message message)
{
    return message >= RAW_S_ON_REGISTERED && message <= RAW_S_ON_BRUTEFORCE;
}

int32_t raw_load(const unsigned char *bytes, size_t offset)
{
    int32_t value;

    memcpy(&value, bytes + offset, sizeof value);
    return value;
}

void raw_store(unsigned char *bytes, size_t offset, int32_t value)
{
    memcpy(bytes + offset, &value, sizeof value);
}

float raw_load_float(const unsigned char *bytes, size_t offset)
{
    float value;

    memcpy(&value, bytes + offset, sizeof value);
    return value;
}

void raw_store_float(unsigned char *bytes, size_t offset, float value)
{
    memcpy(bytes + offset, &value, sizeof value);
}

size_t raw_state_count_offset(enum raw_dialect dialect)
{
    return dialect == RAW_PUBLIC ? RAW_PUBLIC_COUNT : RAW_STATE_COUNT;
}

/* A counted array at `offset`: the offset after it, or 0 when it does not fit. */
static size_t skip_array(const unsigned char *bytes, size_t capacity, size_t offset, size_t unit)
{
    int32_t count;

    if (capacity < 4 || offset > capacity - 4)
        return 0;
    count = raw_load(bytes, offset);
    offset += 4;
    if (count < 0 || (size_t)count > (capacity - offset) / unit)
        return 0;
    return offset + (size_t)count * unit;
}

size_t raw_tail_size(const unsigned char *bytes, size_t capacity)
{
    size_t times = skip_array(bytes, capacity, 0, 4);

    return times == 0 ? 0 : skip_array(bytes, capacity, times, 8);
}

size_t raw_state_size(enum raw_dialect dialect, const unsigned char *bytes, size_t capacity)
{
    size_t at = raw_state_count_offset(dialect), tail;

    if (capacity < at)
        return 0;
    tail = raw_tail_size(bytes + at, capacity - at);
    return tail == 0 ? 0 : at + tail;
}

static size_t string_request_size(const unsigned char *bytes, size_t capacity)
{
    size_t end = skip_array(bytes, capacity, 12, 1);

    return end == 0 ? capacity : end;
}

static size_t or_rest(size_t header, size_t size, size_t capacity)
{
    return size == 0 ? capacity : header + size;
}

static size_t fixed_request_size(enum raw_message message, const unsigned char *bytes)
{
    switch (message) {
    case RAW_C_REGISTER:
    case RAW_C_GET_STATE:
    case RAW_C_GET_EVENT_BUFFER:
    case RAW_C_GET_CONTEXT_MODE:
    case RAW_C_GET_CHECKPOINT_STATE:
    case RAW_C_GET_CONTROL_NAMES:
        return 8;
    case RAW_C_PROCESSED_CALL:
        return bytes[8] == RAW_S_ON_BRUTEFORCE ? 20 : 12;
    case RAW_C_SET_INPUT_STATES:
        return 32;
    case RAW_C_SET_GAME_SPEED:
        return 16;
    default:
        return 12;
    }
}

size_t raw_request_size(enum raw_dialect dialect, enum raw_message message,
                        const unsigned char *bytes, size_t capacity)
{
    size_t end;

    if (message < RAW_C_REGISTER)
        return 0;
    switch (message) {
    case RAW_C_REWIND_TO_STATE:
        return or_rest(8, raw_state_size(dialect, bytes + 8, capacity - 8), capacity);
    case RAW_C_SET_CHECKPOINT_STATE:
        end = dialect == RAW_PUBLIC ? 16 : 12;
        return or_rest(end, raw_tail_size(bytes + end, capacity - end), capacity);
    case RAW_C_SET_EVENT_BUFFER:
        end = skip_array(bytes, capacity, 12 + 4 * (size_t)raw_index_count(dialect), 8);
        return end == 0 ? capacity : end;
    case RAW_C_EXECUTE_COMMAND:
    case RAW_C_REGISTER_CUSTOM_COMMAND:
    case RAW_C_LOG:
        return string_request_size(bytes, capacity);
    default:
        return fixed_request_size(message, bytes);
    }
}

static void fill_pattern(unsigned char *bytes, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++)
        bytes[i] = (unsigned char)(1 + i * 31 % 251);
}

static void fill_vector(unsigned char *bytes, size_t offset, float x, float y, float z)
{
    raw_store_float(bytes, offset, x);
    raw_store_float(bytes, offset + 4, y);
    raw_store_float(bytes, offset + 8, z);
}

/* 10.4: regions whose flag is not set are there, but zero. */
static void fill_v1(unsigned char *bytes, int32_t race_time)
{
    raw_store(bytes, RAW_STATE_VERSION, 1);
    raw_store(bytes, RAW_STATE_CONTEXT, 1);
    raw_store(bytes, RAW_STATE_FLAGS, RAW_STATE_RUN_FLAGS);
    /* 10.5: race_time = timers[1] - race_start_time - 10 */
    raw_store(bytes, RAW_STATE_TIME, race_time + 2600 + 10);
    raw_store(bytes, RAW_STATE_RACE_START, 2600);
    raw_store(bytes, RAW_STATE_RACE_TIME, race_time);
    raw_store(bytes, RAW_STATE_DISPLAY_SPEED, 123);
    fill_vector(bytes, RAW_STATE_POSITION, 1.5f, 2.25f, -3.75f);
    fill_vector(bytes, RAW_STATE_VELOCITY, 10.0f, 0.5f, -20.0f);
    memset(bytes + RAW_STATE_CMD_BUFFER, 0, RAW_STATE_PLAYER_INFO - RAW_STATE_CMD_BUFFER);
    memset(bytes + RAW_STATE_INPUT_STATE, 0, RAW_STATE_EVENTS - RAW_STATE_INPUT_STATE);
    memset(bytes + RAW_STATE_EVENTS, 0, 64);
    raw_store(bytes, RAW_STATE_EVENTS, 100000);
    raw_store(bytes, RAW_STATE_EVENTS + 4, 0x09000001);
    raw_store(bytes, RAW_STATE_EVENTS + 16, 100290);
    raw_store(bytes, RAW_STATE_EVENTS + 20, 0x04000001);
    raw_store(bytes, RAW_STATE_FIXED, 0);
}

static void fill_public(unsigned char *bytes, int32_t race_time)
{
    raw_store(bytes, RAW_PUBLIC_CONTEXT, 1);
    raw_store(bytes, RAW_PUBLIC_FLAGS, RAW_STATE_RUN_FLAGS);
    raw_store(bytes, RAW_PUBLIC_TIME, race_time + 2600 + 10);
    raw_store(bytes, RAW_PUBLIC_RACE_TIME, race_time);
    raw_store(bytes, RAW_PUBLIC_DISPLAY_SPEED, 123);
    fill_vector(bytes, RAW_PUBLIC_POSITION, 1.5f, 2.25f, -3.75f);
    fill_vector(bytes, RAW_PUBLIC_VELOCITY, 10.0f, 0.5f, -20.0f);
    raw_store(bytes, RAW_PUBLIC_COUNT - 8, 0);
    raw_store(bytes, RAW_PUBLIC_COUNT - 4, 0);
}

size_t raw_state_fill(enum raw_dialect dialect, unsigned char *bytes, int32_t race_time,
                      int checkpoints, int passes)
{
    size_t at = raw_state_count_offset(dialect);
    int i;

    fill_pattern(bytes, at);
    if (dialect == RAW_PUBLIC)
        fill_public(bytes, race_time);
    else
        fill_v1(bytes, race_time);
    raw_store(bytes, at, checkpoints);
    at += 4;
    for (i = 0; i < checkpoints; i++, at += 4)
        raw_store(bytes, at, 0);
    raw_store(bytes, at, passes);
    at += 4;
    for (i = 0; i < passes; i++, at += 8) {
        raw_store(bytes, at, -1);
        raw_store(bytes, at + 4, 0);
    }
    return at;
}
