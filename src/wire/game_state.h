/*
 * The simulation state: 8344 bytes of named fields (v1), then the checkpoint data. The blob is
 * the value: nothing here decodes more than what is asked for, and writing happens in place.
 * The C structs have the exact layout of the wire, so the embedded game keeps its physics in one.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", section 10.
 */
#ifndef WIRE_GAME_STATE_H
#define WIRE_GAME_STATE_H

#include "base/limits.h"
#include "base/status.h"
#include "wire/game_state_layout.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define C_TYPE_float32 float
#define C_TYPE_int32 int32_t
#define C_TYPE_uint32 uint32_t
#define C_TYPE_bool32 uint32_t
#define N(type, name) C_TYPE_##type name;
#define V(type, name, count) C_TYPE_##type name[count];
#define M(type, name, rows, columns) C_TYPE_##type name[rows][columns];
#define S(kind, name) struct kind name;
#define R(kind, name, count) struct kind name[count];
#define B(name, size) uint8_t name[size];
#define G(offset, size) uint8_t gap_##offset[size];
#define X(kind, bytes)                                                                             \
    struct kind {                                                                                  \
        LAYOUT_##kind(N, V, M, S, R, B, G)                                                         \
    };                                                                                             \
    static_assert(sizeof(struct kind) == bytes, "layout of " #kind);
LAYOUT_STRUCTS(X)
#undef X
#undef G
#undef B
#undef R
#undef S
#undef M
#undef V
#undef N

/* Section 10.4: which regions of the blob carry values. */
enum game_state_flag {
    STATE_HAS_TIMERS = 0x01,
    STATE_HAS_DYNA = 0x02,
    STATE_HAS_SCENE_MOBIL = 0x04,
    STATE_HAS_SIMULATION_WHEELS = 0x08,
    STATE_HAS_PLUG_SOLID = 0x10,
    STATE_HAS_CMD_BUFFER_CORE = 0x20,
    STATE_HAS_INPUT_STATE = 0x40,
    STATE_HAS_PLAYER_INFO = 0x80
};

/* Section 7: values of context_mode. */
enum context_mode {
    CONTEXT_SIMULATION = 0,
    CONTEXT_RUN = 1
};

enum {
    STATE_FIXED_SIZE = sizeof(struct game_state),
    /* reserved, n, m: a state without any checkpoint. */
    STATE_SIZE_MIN = STATE_FIXED_SIZE + 12,
    STATE_SIZE_MAX = STATE_SIZE_MIN + 12 * CHECKPOINT_COUNT_MAX
};

enum state_field_type {
    STATE_FLOAT32,
    STATE_INT32,
    STATE_UINT32,
    STATE_BOOL32,
    STATE_BYTES,
    STATE_STRUCT
};

struct state_struct;

/* A field inside its struct. Vectors have one row; single numbers one row and one column. */
struct state_field {
    const char *name;
    enum state_field_type type;
    uint16_t offset; /* bytes from the start of the enclosing struct */
    uint16_t rows;
    uint16_t columns; /* for STATE_BYTES the size, for STATE_STRUCT the count of structs */
    bool is_array;    /* indexed with [i] (a vector, a matrix or an array of structs) */
    const struct state_struct *structure; /* of STATE_STRUCT */
};

struct state_struct {
    const char *name;
    size_t size; /* bytes */
    const struct state_field *fields;
    size_t field_count;
};

extern const struct state_struct game_state_struct;

/* A field, or part of one, at its place in the blob. */
struct state_place {
    enum state_field_type type;
    size_t offset; /* bytes from the start of the state */
    uint16_t rows, columns;
    bool is_array;
    const struct state_struct *structure;
};

/* The whole state as a place. */
struct state_place game_state_root(void);

/* The member of that name of a place that is a struct. False: there is none. */
bool state_place_member(const struct state_place *place, const char *name, size_t name_size,
                        struct state_place *member);

/* The element `index` (from 0) of a place that is an array: a number, a row or a struct. */
bool state_place_element(const struct state_place *place, size_t index,
                         struct state_place *element);

/* How many elements an array place has; 0 for other places. */
size_t state_place_count(const struct state_place *place);

/* Bytes that a place covers. */
size_t state_place_size(const struct state_place *place);

/*
 * Finds a field by its path: "dyna.current_state.linear_speed", "timers[1]" (indices from 0, as
 * in the layout table), or an alias such as "position". Returns false and leaves *place alone
 * when there is no such field; *error_at is then the offset in the path where it went wrong.
 */
bool game_state_find(const char *path, size_t path_size, struct state_place *place,
                     size_t *error_at);

/* Reads or writes one number of a place that is a single number; `state` is the whole blob. */
double state_place_number(const struct state_place *place, const uint8_t *state);

/* Stores a number; out-of-range and NaN values for integer fields are STATUS_INVALID. */
enum status state_place_store(const struct state_place *place, uint8_t *state, double number);

/* The checkpoint data behind a state, or standing alone (section 10.3). Offsets into it. */
struct checkpoint_view {
    int32_t state_count;
    int32_t time_count;
    size_t states_offset; /* of state_count int32 */
    size_t times_offset;  /* of time_count pairs of int32: time in ms or -1, stunts score */
    size_t size;          /* bytes of the whole checkpoint data */
};

/*
 * Where things are in `size` bytes of checkpoint data whose first `head_size` bytes come before
 * the first count. STATUS_MORE: cut short. STATUS_PROTOCOL: a count is negative or absurd.
 */
enum status checkpoint_view_read(const uint8_t *bytes, size_t size, size_t head_size,
                                 struct checkpoint_view *view);

#endif
