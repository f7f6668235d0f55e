/*
 * An event buffer from anybody: it is taken whole and comes back sorted, and what is added to it is
 * where a look at every event finds it. Its events may all be applied to a race.
 *
 * Eight bytes for each event; byte 0 chooses how much of the rest is a buffer, and what is left of
 * that is added event by event.
 */
#include "fuzz/fuzz_input.h"
#include "sim/event_tape.h"
#include "sim/simulation.h"
#include "sim/tracks_builtin.h"

#include <stdio.h>

static struct event_tape tape;
static struct race race;
static struct track track;
static struct input_event scratch[EVENT_TAPE_COUNT_MAX];

static void check_order(void)
{
    assert(tape.count >= 0 && tape.count <= EVENT_TAPE_COUNT_MAX);
    for (int32_t i = 1; i < tape.count; i++)
        assert(tape.events[i - 1].time <= tape.events[i].time);
}

/* What was added last is there, once of its time and name; and the binary search finds its time. */
static void check_added(const struct input_event *added)
{
    const struct input_event *last = NULL;
    int32_t after = 0;
    for (int32_t i = 0; i < tape.count; i++) {
        const struct input_event *event = &tape.events[i];
        if (event->time <= added->time)
            after = i + 1;
        if (event->time == added->time &&
            event_name_index(event->input_data) == event_name_index(added->input_data))
            last = event;
    }
    assert(last != NULL && memcmp(last, added, sizeof *added) == 0);
    assert(event_tape_after(&tape, added->time) == after);
}

/* What is sent again as it came back is the same tape. */
static void check_round_trip(void)
{
    size_t count = (size_t)tape.count;
    uint8_t *bytes = fuzz_memory(count * 8 + 1), *again = fuzz_memory(count * 8 + 1);
    event_tape_copy(&tape, bytes);
    assert(event_tape_set(&tape, bytes, count, scratch) && tape.count == (int32_t)count);
    check_order();
    event_tape_copy(&tape, again);
    assert(memcmp(bytes, again, count * 8) == 0);
    free(bytes);
    free(again);
}

static void check_values(const struct input_event *event)
{
    int32_t analog = event_analog(event->input_data);
    unsigned name = event_name_index(event->input_data);
    assert(analog >= -8388607 && analog <= 8388608);
    assert(event_data_analog(name, analog) == event->input_data);
    assert(event_binary(event->input_data) == (analog != 0));
    assert(event_stored_time(event_input_time(event->time)) == event->time);
}

static void drive(void)
{
    enum {
        TICK_COUNT = 300
    };
    race_start_simulation(&race, &track, 0);
    for (int i = 0; i < TICK_COUNT; i++) {
        simulation_apply_due(&tape, &race);
        race_tick(&race);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {.bytes = data, .size = size};
    size_t wanted = fuzz_byte(&input) * 8u, taken;
    const uint8_t *bytes = fuzz_take(&input, wanted, &taken);
    uint8_t *buffer = fuzz_memory(taken / 8 * 8 + 1);
    if (track.segment_count == 0)
        assert(track_load_builtin("laps", &track));
    memcpy(buffer, bytes, taken / 8 * 8);
    event_tape_clear(&tape);
    assert(event_tape_has_start(&tape));
    assert(event_tape_set(&tape, buffer, taken / 8, scratch) && tape.count == (int32_t)taken / 8);
    check_order();
    while (input.size - input.at >= 8) {
        struct input_event event = {(int32_t)fuzz_u32(&input), (int32_t)fuzz_u32(&input)};
        assert(event_tape_add(&tape, event));
        check_values(&event);
        check_added(&event);
    }
    check_order();
    check_round_trip();
    drive();
    free(buffer);
    return 0;
}
