#include "support/random_race.h"

struct random_driver random_driver(uint32_t seed)
{
    return (struct random_driver){seed * 2654435761u | 1u};
}

uint32_t random_next(struct random_driver *driver)
{
    driver->word ^= driver->word << 13;
    driver->word ^= driver->word >> 17;
    driver->word ^= driver->word << 5;
    return driver->word;
}

static bool one_in(struct random_driver *driver, uint32_t count)
{
    return random_next(driver) % count == 0;
}

/* -1 unchanged, 0, 1. */
static int32_t random_key(struct random_driver *driver)
{
    return (int32_t)(random_next(driver) % 3) - 1;
}

static int32_t random_analog(struct random_driver *driver)
{
    switch (random_next(driver) % 4) {
    case 0:
        return INPUT_ANALOG_UNCHANGED;
    case 1:
        return 0;
    case 2:
        return (int32_t)(random_next(driver) % (2 * ANALOG_FULL + 1)) - ANALOG_FULL;
    default:
        return (int32_t)(random_next(driver) % 20000000) - 10000000;
    }
}

/* Accelerating is the likeliest, or nobody would get anywhere. */
static void random_inputs(struct random_driver *driver, struct race *race)
{
    struct input_states inputs = {.left = random_key(driver), .right = random_key(driver)};
    inputs.accelerate = one_in(driver, 6) ? random_key(driver) : 1;
    inputs.brake = one_in(driver, 4) ? random_key(driver) : 0;
    inputs.steer = random_analog(driver);
    inputs.gas = one_in(driver, 8) ? random_analog(driver) : 0;
    race_set_inputs(race, &inputs);
}

unsigned random_race_tick(struct random_driver *driver, struct race *race)
{
    if (one_in(driver, 12))
        random_inputs(driver, race);
    if (one_in(driver, 600))
        race_respawn(race);
    if (one_in(driver, 400))
        race_horn(race);
    if (one_in(driver, 5000))
        race_give_up(race);
    return race_tick(race);
}

uint64_t hash_bytes(uint64_t hash, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 1099511628211ull;
    return hash;
}
