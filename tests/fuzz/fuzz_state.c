/*
 * A state from anybody: measured, looked at by name, taken by a race that goes on from it, and told
 * again; and the same in the layout of `public`. Whatever it says, the race keeps its own shape:
 * its track, its counts, its time within bounds.
 *
 * Bytes 0 and 1 choose the context and where to start; the rest is written over a state of the
 * race, part by part, or is the state.
 */
#include "fuzz/fuzz_input.h"
#include "sim/race.h"
#include "sim/tracks_builtin.h"
#include "wire/public_state.h"

static struct race race;
static struct track track;

/* Both ways and back: what the layouts have in common stays as it is. */
static void check_conversion(const uint8_t *state, size_t size)
{
    if (size < V1_STATE_HEAD_SIZE)
        return;
    size_t public_size = size - V1_STATE_HEAD_SIZE + PUBLIC_STATE_HEAD_SIZE;
    uint8_t *public = fuzz_memory(public_size), *again = fuzz_memory(size);
    assert(public_state_from_v1(state, size, public) == public_size);
    assert(public_state_to_v1(public, public_size, again) == size);
    assert(memcmp(again + V1_STATE_HEAD_SIZE, state + V1_STATE_HEAD_SIZE,
                  size - V1_STATE_HEAD_SIZE) == 0);
    uint8_t *third = fuzz_memory(public_size);
    assert(public_state_from_v1(again, size, third) == public_size);
    assert(memcmp(public, third, public_size) == 0);
    free(public);
    free(again);
    free(third);
}

/* The same bytes as if a client of `public` had sent them. */
static void check_public(const uint8_t *bytes, size_t size)
{
    if (size < PUBLIC_STATE_HEAD_SIZE)
        return;
    size_t v1_size = size - PUBLIC_STATE_HEAD_SIZE + V1_STATE_HEAD_SIZE;
    uint8_t *v1 = fuzz_memory(v1_size);
    assert(public_state_to_v1(bytes, size, v1) == v1_size);
    free(v1);
}

static void check_view(const uint8_t *bytes, size_t size, size_t head_size)
{
    struct checkpoint_view view;
    if (checkpoint_view_read(bytes, size, head_size, &view) != STATUS_OK)
        return;
    assert(view.size <= size && view.states_offset >= head_size + 4);
    assert(view.state_count >= 0 && view.state_count <= CHECKPOINT_COUNT_MAX);
    assert(view.time_count >= 0 && view.time_count <= CHECKPOINT_COUNT_MAX);
    fuzz_touch(bytes + view.states_offset, 4 * (size_t)view.state_count);
    fuzz_touch(bytes + view.times_offset, 8 * (size_t)view.time_count);
}

/* A path is found or it is not; a place that is found is inside. */
static void check_path(const uint8_t *path, size_t size)
{
    struct state_place place;
    size_t error_at = 0;
    if (!game_state_find((const char *)path, size, &place, &error_at))
        assert(error_at <= size);
    else
        assert(place.offset + state_place_size(&place) <= STATE_FIXED_SIZE);
}

/* A race beyond its time begins again; a simulation has its limits elsewhere. */
static void check_race(const struct race *checked)
{
    int32_t time = race_time(checked);
    assert(race_is_simulation(checked) ||
           (time >= -RACE_TIME_MAX_MS && time <= RACE_TIME_MAX_MS + RACE_TICK_MS));
    assert(race_checkpoint_count(checked) >= 0);
    assert(race_checkpoint_count(checked) <= race_checkpoint_target(checked));
    assert(race_lap_count(checked) >= 0 && race_lap_count(checked) <= checked->laps);
    assert(race_event_count(checked) >= 1 && race_event_count(checked) <= INPUT_RECORD_COUNT_MAX);
}

static void drive_on(struct fuzz_input *input)
{
    static uint8_t events[8 * INPUT_RECORD_COUNT_MAX];
    for (unsigned ticks = fuzz_choice(input, 64) + 1; ticks > 0; ticks--) {
        race_tick(&race);
        check_race(&race);
    }
    race_event_copy(&race, events);
}

static void start(struct fuzz_input *input)
{
    static const char *const names[] = {"straight", "easy", "technical", "laps"};
    assert(track_load_builtin(names[fuzz_choice(input, 4)], &track));
    if (fuzz_choice(input, 4) == 0)
        race_start_simulation(&race, &track, 0);
    else
        race_start(&race, &track, 0);
    race_set_inputs(&race, &(struct input_states){.accelerate = 1, .steer = 9000});
    for (unsigned ticks = fuzz_choice(input, 8) * 80; ticks > 0; ticks--)
        race_tick(&race);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {.bytes = data, .size = size};
    start(&input);
    size_t state_size = race_state_size(&race);
    uint8_t *state = fuzz_memory(state_size);
    race_state_copy(&race, state);
    size_t sent =
        fuzz_choice(&input, 8) == 0 ? state_size - fuzz_u16(&input) % state_size : state_size;
    fuzz_patch(&input, state, state_size);
    uint8_t *cut = fuzz_memory(sent);
    memcpy(cut, state, sent);
    enum status status = race_rewind(&race, cut, sent);
    assert(status == STATUS_OK || status == STATUS_INVALID);
    drive_on(&input);
    check_conversion(cut, sent);
    check_public(cut, sent);
    check_view(data, size, 4);
    check_view(data, size, 8);
    check_path(data, size);
    free(state);
    free(cut);
    return 0;
}
