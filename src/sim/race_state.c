/* The race as bytes: what leaves it, and what comes back from anyone. */
#include "sim/race_parts.h"

#include <string.h>

struct region {
    uint32_t flag;
    size_t offset;
    size_t size;
};

#define REGION(flag, name)                                                                         \
    {                                                                                              \
        flag, offsetof(struct game_state, name), sizeof(((struct game_state *)0)->name)            \
    }

/* What a rewind takes, and by which flag a blob says that it is there. */
static const struct region regions[] = {
    REGION(STATE_HAS_TIMERS, timers),
    REGION(STATE_HAS_DYNA, dyna),
    REGION(STATE_HAS_SCENE_MOBIL, scene_mobil),
    REGION(STATE_HAS_SIMULATION_WHEELS, simulation_wheels),
    REGION(STATE_HAS_PLUG_SOLID, plug_solid),
    REGION(STATE_HAS_PLAYER_INFO, player_info),
};

/* The eight events and num_respawns are always there. */
static const size_t tail_offset = offsetof(struct game_state, input_running_event);

enum {
    CHECKPOINT_HEAD_SIZE = 4
};

size_t race_checkpoint_size(const struct race *race)
{
    size_t states = (size_t)race->track->gate_count;
    return sizeof(int32_t) * (3 + states + 2 * (size_t)race_checkpoint_target(race));
}

void race_checkpoint_copy(const struct race *race, uint8_t *bytes)
{
    memcpy(bytes, race->checkpoint_words, race_checkpoint_size(race));
}

size_t race_state_size(const struct race *race)
{
    return STATE_FIXED_SIZE + race_checkpoint_size(race);
}

void race_state_copy(const struct race *race, uint8_t *bytes)
{
    memcpy(bytes, &race->state, STATE_FIXED_SIZE);
    race_checkpoint_copy(race, bytes + STATE_FIXED_SIZE);
}

/* STATUS_OK: the arrays fit the race. STATUS_MORE: they are not all there. */
static enum status checkpoints_check(const struct race *race, const uint8_t *bytes, size_t size)
{
    struct checkpoint_view view;
    enum status status = checkpoint_view_read(bytes, size, CHECKPOINT_HEAD_SIZE, &view);
    if (status == STATUS_MORE)
        return STATUS_MORE;
    bool fits = status == STATUS_OK && view.state_count == race->track->gate_count &&
                view.time_count == race_checkpoint_target(race);
    return fits ? STATUS_OK : STATUS_INVALID;
}

/* The counts are the race's own already, the reserved word stays 0. */
static void checkpoints_take(struct race *race, const uint8_t *bytes)
{
    memcpy(race->checkpoint_words + 1, bytes + CHECKPOINT_HEAD_SIZE,
           race_checkpoint_size(race) - CHECKPOINT_HEAD_SIZE);
}

enum status race_checkpoint_set(struct race *race, const uint8_t *bytes, size_t size)
{
    enum status status = checkpoints_check(race, bytes, size);
    if (status == STATUS_INVALID)
        return status;
    if (status == STATUS_OK)
        checkpoints_take(race, bytes);
    race->unsettled = true;
    return STATUS_OK;
}

enum status race_rewind(struct race *race, const uint8_t *bytes, size_t size)
{
    if (size < STATE_FIXED_SIZE)
        return STATUS_INVALID;
    enum status status = checkpoints_check(race, bytes + STATE_FIXED_SIZE, size - STATE_FIXED_SIZE);
    if (status == STATUS_INVALID)
        return status;
    uint8_t *state = (uint8_t *)&race->state;
    uint32_t flags;
    memcpy(&flags, bytes + offsetof(struct game_state, flags), sizeof flags);
    for (size_t i = 0; i < sizeof regions / sizeof regions[0]; i++)
        if (flags & regions[i].flag)
            memcpy(state + regions[i].offset, bytes + regions[i].offset, regions[i].size);
    memcpy(state + tail_offset, bytes + tail_offset, STATE_FIXED_SIZE - tail_offset);
    if (status == STATUS_OK)
        checkpoints_take(race, bytes + STATE_FIXED_SIZE);
    race->unsettled = true;
    if (!race_is_simulation(race))
        race_record_agree(race);
    return STATUS_OK;
}
