#include "sim/state_shelf.h"

#include <string.h>

/* The last place whose time is not after `time`. */
static int32_t place_of(const struct state_shelf *shelf, int32_t time)
{
    return (time - STATE_SHELF_FIRST_MS) / shelf->interval_ms;
}

static size_t offset_of(const struct state_shelf *shelf, int32_t place)
{
    return (size_t)place * shelf->state_size;
}

void state_shelf_cut(struct state_shelf *shelf, const struct race *race, int32_t count)
{
    shelf->state_size = race_state_size(race);
    shelf->count = count;
    shelf->interval_ms = RACE_TICK_MS;
    shelf->last_ms = STATE_SHELF_FIRST_MS + (count - 1) * RACE_TICK_MS;
}

static void give_up_every_second(struct state_shelf *shelf)
{
    for (int32_t place = 2; place < shelf->count; place += 2)
        memcpy(shelf->bytes + offset_of(shelf, place / 2), shelf->bytes + offset_of(shelf, place),
               shelf->state_size);
    shelf->interval_ms *= 2;
}

void state_shelf_keep(struct state_shelf *shelf, const struct race *race)
{
    int32_t time = race_time(race);
    bool follows = time >= STATE_SHELF_FIRST_MS && time <= shelf->last_ms + RACE_TICK_MS;
    if (!follows || time % RACE_TICK_MS != 0)
        return;
    if (offset_of(shelf, place_of(shelf, time) + 1) > STATE_SHELF_SIZE)
        give_up_every_second(shelf);
    int32_t place = place_of(shelf, time);
    shelf->last_ms = time;
    shelf->count = place + 1;
    if (STATE_SHELF_FIRST_MS + place * shelf->interval_ms == time)
        race_state_copy(race, shelf->bytes + offset_of(shelf, place));
}

bool state_shelf_rewind(const struct state_shelf *shelf, struct race *race, int32_t time)
{
    if (time < STATE_SHELF_FIRST_MS || time > shelf->last_ms)
        return false;
    const uint8_t *state = shelf->bytes + offset_of(shelf, place_of(shelf, time));
    return race_rewind(race, state, shelf->state_size) == STATUS_OK;
}
