#include "wire/public_state.h"

#include "base/bytes.h"
#include "wire/input_events.h"

#include <string.h>

struct region {
    size_t v1;     /* offset in the v1 state */
    size_t public; /* offset in the public state */
    size_t size;   /* bytes both have: the shorter of the two is a prefix of the longer */
};

static const struct region regions[] = {
    {offsetof(struct game_state, context_mode), 0, 4},
    {offsetof(struct game_state, flags), 4, 4},
    {offsetof(struct game_state, timers), 8, 212},
    {offsetof(struct game_state, dyna), 220, 820},
    {offsetof(struct game_state, scene_mobil), 1040, 2168},
    {offsetof(struct game_state, simulation_wheels), 3220, 3056},
    {offsetof(struct game_state, plug_solid), 6276, 68},
    {offsetof(struct game_state, cmd_buffer_core), 6348, 256},
    {offsetof(struct game_state, player_info), 6604, 944},
    {offsetof(struct game_state, num_respawns), 7580, 4},
};

enum {
    REGION_COUNT = sizeof regions / sizeof regions[0],
    INPUT_WORDS = 7548,
    INPUT_COUNT = 8
};

/* The eight events of v1 are eight words here: the value without its time. */
static const size_t events_offset = offsetof(struct game_state, input_running_event);

void public_state_write_head(const struct game_state *state, uint8_t bytes[PUBLIC_STATE_HEAD_SIZE])
{
    const uint8_t *v1 = (const uint8_t *)state;
    memset(bytes, 0, PUBLIC_STATE_HEAD_SIZE);
    for (size_t i = 0; i < REGION_COUNT; i++)
        memcpy(bytes + regions[i].public, v1 + regions[i].v1, regions[i].size);
    for (size_t i = 0; i < INPUT_COUNT; i++) {
        uint32_t data = load_u32(v1 + events_offset + 8 * i + 4);
        store_u32(bytes + INPUT_WORDS + 4 * i, data & EVENT_VALUE_MASK);
    }
    store_u32(bytes + PUBLIC_STATE_FIXED_SIZE, state->player_info.cur_cp_count);
    store_u32(bytes + PUBLIC_STATE_FIXED_SIZE + 4, state->player_info.cur_lap);
}

void public_state_read_head(const uint8_t bytes[PUBLIC_STATE_HEAD_SIZE], struct game_state *state)
{
    uint8_t *v1 = (uint8_t *)state;
    for (size_t i = 0; i < REGION_COUNT; i++)
        memcpy(v1 + regions[i].v1, bytes + regions[i].public, regions[i].size);
    for (size_t i = 0; i < INPUT_COUNT; i++) {
        uint8_t *data = v1 + events_offset + 8 * i + 4;
        uint32_t value = load_u32(bytes + INPUT_WORDS + 4 * i) & EVENT_VALUE_MASK;
        store_u32(data, (load_u32(data) & ~(uint32_t)EVENT_VALUE_MASK) | value);
    }
    state->version = 1;
}

size_t public_state_from_v1(const uint8_t *from, size_t size, uint8_t *to)
{
    struct game_state state;
    size_t arrays_size = size - V1_STATE_HEAD_SIZE;
    memcpy(&state, from, sizeof state);
    public_state_write_head(&state, to);
    memcpy(to + PUBLIC_STATE_HEAD_SIZE, from + V1_STATE_HEAD_SIZE, arrays_size);
    return PUBLIC_STATE_HEAD_SIZE + arrays_size;
}

size_t public_state_to_v1(const uint8_t *from, size_t size, uint8_t *to)
{
    struct game_state state;
    size_t arrays_size = size - PUBLIC_STATE_HEAD_SIZE;
    memset(&state, 0, sizeof state);
    public_state_read_head(from, &state);
    memcpy(to, &state, sizeof state);
    memset(to + STATE_FIXED_SIZE, 0, 4);
    memcpy(to + V1_STATE_HEAD_SIZE, from + PUBLIC_STATE_HEAD_SIZE, arrays_size);
    return V1_STATE_HEAD_SIZE + arrays_size;
}
