#include "sim/event_tape.h"

#include <string.h>

static unsigned name_of(struct input_event event)
{
    return event_name_index(event.input_data);
}

void event_tape_clear(struct event_tape *tape)
{
    unsigned name = (unsigned)action_name_index[ACTION_RACE_RUNNING];
    tape->count = 1;
    tape->events[0] = (struct input_event){EVENT_TIME_RACE_RUNNING, event_data_binary(name, true)};
}

void event_tape_assign(struct event_tape *tape, const struct event_tape *other)
{
    tape->count = other->count;
    memcpy(tape->events, other->events, (size_t)other->count * sizeof other->events[0]);
}

int32_t event_tape_after(const struct event_tape *tape, int32_t time)
{
    int32_t low = 0, high = tape->count;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (tape->events[middle].time > time)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static struct input_event *find(struct event_tape *tape, unsigned name, int32_t time)
{
    for (int32_t i = event_tape_after(tape, time); i > 0 && tape->events[i - 1].time == time; i--)
        if (name_of(tape->events[i - 1]) == name)
            return &tape->events[i - 1];
    return NULL;
}

bool event_tape_add(struct event_tape *tape, struct input_event event)
{
    struct input_event *same = find(tape, name_of(event), event.time);
    if (same != NULL) {
        *same = event;
        return true;
    }
    if (tape->count == EVENT_TAPE_COUNT_MAX)
        return false;
    int32_t place = event_tape_after(tape, event.time);
    memmove(&tape->events[place + 1], &tape->events[place],
            (size_t)(tape->count - place) * sizeof event);
    tape->events[place] = event;
    tape->count++;
    return true;
}

static bool is_sorted(const struct event_tape *tape)
{
    for (int32_t i = 1; i < tape->count; i++)
        if (tape->events[i].time < tape->events[i - 1].time)
            return false;
    return true;
}

/* Merges two neighbouring runs of `from`, each sorted, into `to`; keeps equal times in order. */
static void merge_runs(const struct input_event *from, struct input_event *to, int32_t first,
                       int32_t middle, int32_t last)
{
    int32_t left = first, right = middle;
    for (int32_t i = first; i < last; i++) {
        bool take_left = left < middle && (right >= last || from[left].time <= from[right].time);
        to[i] = from[take_left ? left++ : right++];
    }
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

/* From runs of one event upwards: no order that a client sends takes long. */
void event_tape_sort(struct event_tape *tape, struct input_event *scratch)
{
    struct input_event *from = tape->events, *to = scratch;
    int32_t count = is_sorted(tape) ? 0 : tape->count;
    for (int32_t run = 1; run < count; run *= 2) {
        for (int32_t first = 0; first < count; first += 2 * run)
            merge_runs(from, to, first, smaller(first + run, count),
                       smaller(first + 2 * run, count));
        struct input_event *other = from;
        from = to;
        to = other;
    }
    if (from != tape->events)
        memcpy(tape->events, from, (size_t)count * sizeof *from);
}

bool event_tape_set(struct event_tape *tape, const uint8_t *bytes, size_t count,
                    struct input_event *scratch)
{
    if (count > EVENT_TAPE_COUNT_MAX)
        return false;
    tape->count = (int32_t)count;
    for (size_t i = 0; i < count; i++)
        memcpy(&tape->events[count - 1 - i], bytes + i * sizeof *tape->events,
               sizeof *tape->events);
    event_tape_sort(tape, scratch);
    return true;
}

bool event_tape_has_start(const struct event_tape *tape)
{
    unsigned name = (unsigned)action_name_index[ACTION_RACE_RUNNING];
    for (int32_t i = 0; i < tape->count; i++)
        if (name_of(tape->events[i]) == name && event_binary(tape->events[i].input_data))
            return true;
    return false;
}

void event_tape_copy(const struct event_tape *tape, uint8_t *bytes)
{
    for (int32_t i = tape->count - 1; i >= 0; i--, bytes += sizeof *tape->events)
        memcpy(bytes, &tape->events[i], sizeof *tape->events);
}
