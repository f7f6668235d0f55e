#include "support/race_kit.h"

#include "support/random_race.h"

#include <assert.h>
#include <stdlib.h>

struct race race;
struct track track;

static uint8_t bytes[STATE_SIZE_MAX];

void start_on(const char *name)
{
    if (!track_load_builtin(name, &track))
        abort();
    race_start(&race, &track, 0);
}

unsigned run_to(int32_t time)
{
    unsigned happened = 0;
    while (race_time(&race) < time)
        happened |= race_tick(&race);
    return happened;
}

bool run_until(unsigned happenings)
{
    for (int i = 0; i < 60000; i++)
        if (race_tick(&race) & happenings)
            return true;
    return false;
}

struct input_states unchanged(void)
{
    return (struct input_states){.left = INPUT_KEY_UNCHANGED,
                                 .right = INPUT_KEY_UNCHANGED,
                                 .accelerate = INPUT_KEY_UNCHANGED,
                                 .brake = INPUT_KEY_UNCHANGED,
                                 .steer = INPUT_ANALOG_UNCHANGED,
                                 .gas = INPUT_ANALOG_UNCHANGED};
}

void accelerate(bool on)
{
    struct input_states inputs = unchanged();
    inputs.accelerate = on;
    race_set_inputs(&race, &inputs);
}

void move_car(float x, float z, float speed)
{
    struct dyna_state *now = &race.state.dyna.current_state;
    now->position[0] = x;
    now->position[2] = z;
    now->linear_speed[0] = 0.0f;
    now->linear_speed[2] = speed;
    now->rotation[0][2] = 0.0f;
    now->rotation[2][2] = 1.0f;
}

const uint8_t *blob(void)
{
    race_state_copy(&race, bytes);
    return bytes;
}

uint64_t blob_hash(void)
{
    return hash_bytes(HASH_START, blob(), race_state_size(&race));
}
