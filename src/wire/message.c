#include "wire/message.h"

#include "base/bytes.h"
#include "base/limits.h"

#include <string.h>

static const struct message_description descriptions[MESSAGE_COUNT] = {
    [MESSAGE_UNKNOWN] = {"UNKNOWN", SENDER_GAME, "", "", ""},
#define X(name, v1, v108, v107, june, public, sender, shape, fields, reply)                        \
    [MESSAGE_##name] = {#name, SENDER_##sender, shape, fields, reply},
    MESSAGE_LIST(X)
#undef X
};

/* The columns of the two lists. */
#define NUMBER_V1(name, v1, ...) [MESSAGE_##name] = v1,
#define NUMBER_1_0_8(name, v1, v108, ...) [MESSAGE_##name] = v108,
#define NUMBER_1_0_7(name, v1, v108, v107, ...) [MESSAGE_##name] = v107,
#define NUMBER_2021_06(name, v1, v108, v107, june, ...) [MESSAGE_##name] = june,
#define NUMBER_PUBLIC(name, v1, v108, v107, june, public, ...) [MESSAGE_##name] = public,
#define CODE_V1(status, v1, between, public) [STATUS_##status] = v1,
#define CODE_BETWEEN(status, v1, between, public) [STATUS_##status] = between,
#define CODE_PUBLIC(status, v1, between, public) [STATUS_##status] = public,

const struct dialect dialect_v1 = {
    .name = "v1",
    .slot_size = SLOT_SIZE_V1,
    .state_fixed_size = 8344,
    .checkpoint_head_size = 4,
    .event_index_count = 10,
    .numbers = {MESSAGE_LIST(NUMBER_V1)},
    .error_codes = {ERROR_CODE_LIST(CODE_V1)},
};

/* Section 6 leaves open which time the simulation of 1.0.8 told; its client knew the raw one. */
const struct dialect dialect_1_0_8 = {
    .name = "1.0.8",
    .slot_size = SLOT_SIZE_2021,
    .state_fixed_size = 8344,
    .checkpoint_head_size = 4,
    .event_index_count = 10,
    .sim_time_zero = 2610,
    .numbers = {MESSAGE_LIST(NUMBER_1_0_8)},
    .error_codes = {ERROR_CODE_LIST(CODE_BETWEEN)},
};

const struct dialect dialect_1_0_7 = {
    .name = "1.0.7",
    .slot_size = SLOT_SIZE_2021,
    .state_fixed_size = 8344,
    .checkpoint_head_size = 4,
    .event_index_count = 9,
    .sim_time_zero = 2610,
    .numbers = {MESSAGE_LIST(NUMBER_1_0_7)},
    .error_codes = {ERROR_CODE_LIST(CODE_BETWEEN)},
};

/* Its client answered S_SHUTDOWN like any call; ours says goodbye, which ends the game as well. */
const struct dialect dialect_2021_06 = {
    .name = "2021-06",
    .slot_size = SLOT_SIZE_2021,
    .state_fixed_size = 8344,
    .checkpoint_head_size = 4,
    .event_index_count = 9,
    .deregister_is_answered = true,
    .sim_time_zero = 2610,
    .numbers = {MESSAGE_LIST(NUMBER_2021_06)},
    .error_codes = {ERROR_CODE_LIST(CODE_BETWEEN)},
};

const struct dialect dialect_public = {
    .name = "public",
    .slot_size = SLOT_SIZE_PUBLIC,
    .state_fixed_size = 7584,
    .checkpoint_head_size = 8,
    .event_index_count = 0,
    .has_public_state = true,
    .deregister_is_answered = true,
    .has_fixed_event_count = true,
    .sim_time_zero = 2610,
    .numbers = {MESSAGE_LIST(NUMBER_PUBLIC)},
    .error_codes = {ERROR_CODE_LIST(CODE_PUBLIC)},
};

const struct dialect *const dialects[] = {
#define X(identifier, name) &dialect_##identifier,
    DIALECT_LIST(X)
#undef X
        NULL};

const struct dialect *dialect_find(const char *name)
{
    for (const struct dialect *const *dialect = dialects; *dialect != NULL; dialect++)
        if (strcmp((*dialect)->name, name) == 0)
            return *dialect;
    return NULL;
}

const struct message_description *message_describe(enum message message)
{
    return &descriptions[(unsigned)message < MESSAGE_COUNT ? message : MESSAGE_UNKNOWN];
}

enum message dialect_message(const struct dialect *dialect, unsigned number)
{
    if (number == 0)
        return MESSAGE_UNKNOWN;
    /* The list is in v1 order, so the first guess is right for v1. */
    if (number < MESSAGE_COUNT && dialect->numbers[number] == number)
        return (enum message)number;
    for (unsigned message = 1; message < MESSAGE_COUNT; message++)
        if (dialect->numbers[message] == number)
            return (enum message)message;
    return MESSAGE_UNKNOWN;
}

enum status dialect_error(const struct dialect *dialect, int32_t code)
{
    if (code == 0)
        return STATUS_OK;
    for (unsigned status = 0; status < STATUS_COUNT; status++)
        if (dialect->error_codes[status] == code)
            return (enum status)status;
    return STATUS_UNKNOWN_ERROR;
}

/* What a walk over a shape knows: where it is, and the count that T will need. */
struct walk {
    const uint8_t *bytes;
    size_t available;
    size_t position; /* end of what has been walked over */
    int32_t text_count;
};

static enum status walk_skip(struct walk *walk, size_t size)
{
    walk->position += size;
    return walk->position <= walk->available ? STATUS_OK : STATUS_MORE;
}

/* An int32 count, then that many elements; the count is checked before it is believed. */
static enum status walk_array(struct walk *walk, size_t element_size, int32_t count_max)
{
    size_t at = walk->position;
    enum status status = walk_skip(walk, 4);
    if (status != STATUS_OK)
        return status;
    int32_t count = load_i32(walk->bytes + at);
    if (count < 0 || count > count_max) {
        walk->position = at;
        return STATUS_PROTOCOL;
    }
    return walk_skip(walk, (size_t)count * element_size);
}

static enum status walk_count(struct walk *walk)
{
    size_t at = walk->position;
    enum status status = walk_skip(walk, 4);
    if (status != STATUS_OK)
        return status;
    walk->text_count = load_i32(walk->bytes + at);
    if (walk->text_count >= 0 && walk->text_count <= TEXT_SIZE_MAX)
        return STATUS_OK;
    walk->position = at;
    return STATUS_PROTOCOL;
}

static enum status walk_texts(struct walk *walk)
{
    enum status status = STATUS_OK;
    for (int32_t i = 0; i < walk->text_count && status == STATUS_OK; i++)
        status = walk_array(walk, 1, TEXT_SIZE_MAX);
    return status;
}

/* Section 10.3: n, n states, m, m pairs of time and score. */
static enum status walk_checkpoints(struct walk *walk, const struct dialect *dialect)
{
    enum status status = walk_skip(walk, dialect->checkpoint_head_size);
    if (status == STATUS_OK)
        status = walk_array(walk, 4, CHECKPOINT_COUNT_MAX);
    if (status == STATUS_OK)
        status = walk_array(walk, 8, CHECKPOINT_COUNT_MAX);
    return status;
}

static enum status walk_state(struct walk *walk, const struct dialect *dialect)
{
    enum status status = walk_skip(walk, dialect->state_fixed_size);
    return status == STATUS_OK ? walk_checkpoints(walk, dialect) : status;
}

/* Section 8: name indices, duration, count, events. */
static enum status walk_events(struct walk *walk, const struct dialect *dialect)
{
    enum status status = walk_skip(walk, 4 * dialect->event_index_count + 4);
    return status == STATUS_OK ? walk_array(walk, 8, SLOT_SIZE_MAX / 8) : status;
}

static enum status walk_field(struct walk *walk, const struct dialect *dialect, char letter)
{
    switch (letter) {
    case 'd':
        return walk_skip(walk, 8);
    case 't':
        return walk_array(walk, 1, TEXT_SIZE_MAX);
    case 'n':
        return walk_count(walk);
    case 'T':
        return walk_texts(walk);
    case 'S':
        return walk_state(walk, dialect);
    case 'E':
        return walk_events(walk, dialect);
    case 'C':
        return walk_checkpoints(walk, dialect);
    default:
        return walk_skip(walk, 4);
    }
}

enum status shape_measure(const struct dialect *dialect, const char *shape, const uint8_t *bytes,
                          size_t available, size_t *size)
{
    struct walk walk = {.bytes = bytes, .available = available};
    enum status status = STATUS_OK;
    for (; *shape != '\0' && status == STATUS_OK; shape++)
        status = walk_field(&walk, dialect, *shape);
    *size = walk.position;
    return status;
}
