/*
 * The simulation state of the `public` dialect, as a rearrangement of the v1 state: everything
 * above the wire knows only the v1 layout. What one layout has and the other lacks is zero on
 * the way out and left alone on the way in.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", section 10.8.
 */
#ifndef WIRE_PUBLIC_STATE_H
#define WIRE_PUBLIC_STATE_H

#include "base/status.h"
#include "wire/game_state.h"

#include <stddef.h>
#include <stdint.h>

enum {
    PUBLIC_STATE_FIXED_SIZE = 7584,
    /* Checkpoint count, lap count: where v1 has one reserved word. */
    PUBLIC_CHECKPOINT_HEAD_SIZE = 8
};

/* Bytes before the checkpoint arrays: of a public state, and of a v1 state with its word. */
enum {
    PUBLIC_STATE_HEAD_SIZE = PUBLIC_STATE_FIXED_SIZE + PUBLIC_CHECKPOINT_HEAD_SIZE,
    V1_STATE_HEAD_SIZE = STATE_FIXED_SIZE + 4
};

/* Writes all of a public state that comes before the arrays of checkpoints. */
void public_state_write_head(const struct game_state *state, uint8_t bytes[PUBLIC_STATE_HEAD_SIZE]);

/*
 * Reads the same into a v1 state: what the dialect lacks stays as it is, except the version.
 * The checkpoint counters say nothing that the arrays do not.
 */
void public_state_read_head(const uint8_t bytes[PUBLIC_STATE_HEAD_SIZE], struct game_state *state);

/*
 * Whole states. `from` holds `size` bytes, at least its head; `to` has room for as many bytes as
 * come out, which is what is returned.
 */
size_t public_state_from_v1(const uint8_t *from, size_t size, uint8_t *to);
size_t public_state_to_v1(const uint8_t *from, size_t size, uint8_t *to);

#endif
