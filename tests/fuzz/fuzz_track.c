/*
 * Any text as a track: it is refused with a place and a sentence, or it is a track that can be
 * driven on, drawn and asked about.
 */
#include "fuzz/fuzz_input.h"
#include "sim/race.h"

#include <math.h>

static struct track track;
static struct race race;

static void check_track(void)
{
    assert(memchr(track.name, '\0', sizeof track.name) != NULL);
    assert(track.segment_count >= 1 && track.segment_count <= TRACK_POINT_COUNT_MAX);
    assert(track.gate_count >= 1 && track.gate_count <= TRACK_GATE_COUNT_MAX);
    assert(track.laps >= 1 && track.laps <= TRACK_LAP_COUNT_MAX);
    assert(isfinite(track.length) && track.length > 0);
    for (int32_t i = 0; i < track.gate_count; i++)
        assert(isfinite(track.gates[i].x) && isfinite(track.gates[i].z));
}

static void check_places(void)
{
    for (int32_t i = 0; i < track.gate_count; i++) {
        const struct track_gate *gate = &track.gates[i];
        struct track_place place = track_locate(&track, gate->x, gate->z, i * 7919);
        assert(place.segment >= 0 && place.segment < track.segment_count);
        track_surface(&track, gate->x, gate->z, place.segment);
    }
}

static void drive(void)
{
    enum {
        TICK_COUNT = 700
    };
    race_start(&race, &track, 0);
    race_set_inputs(&race, &(struct input_states){.accelerate = 1, .steer = 2000});
    for (int i = 0; i < TICK_COUNT; i++)
        race_tick(&race);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct track_error error = {0};
    char *text = fuzz_memory(size + 1); /* no byte behind it is read: the last one is not given */
    memcpy(text, data, size);
    char *exact = realloc(text, size > 0 ? size : 1);
    if (track_parse(exact, size, &track, &error)) {
        check_track();
        check_places();
        drive();
    } else {
        assert(error.message != NULL && error.line >= 1 && error.column >= 1);
    }
    free(exact);
    return 0;
}
