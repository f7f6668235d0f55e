#include "sim/input_record.h"

#include <string.h>

/* As captured from the real game: race running 9, accelerate 4. */
const int32_t action_name_index[ACTION_COUNT] = {
    [ACTION_RACE_RUNNING] = 9, [ACTION_FINISH_LINE] = 8, [ACTION_ACCELERATE] = 4,
    [ACTION_BRAKE] = 5,        [ACTION_STEER_LEFT] = 2,  [ACTION_STEER_RIGHT] = 3,
    [ACTION_STEER] = 6,        [ACTION_GAS] = 7,         [ACTION_RESPAWN] = 0,
    [ACTION_HORN] = 1};

static unsigned name_of(struct input_event event)
{
    return event_name_index(event.input_data) % ACTION_COUNT;
}

static void push(struct input_record *record, struct input_event event)
{
    if (record->count == INPUT_RECORD_COUNT_MAX) {
        if (input_record_is_complete(record))
            record->complete_before = event.time;
        return;
    }
    int32_t *head = &record->heads[name_of(event)];
    record->entries[record->count] = (struct input_record_entry){.event = event, .previous = *head};
    *head = record->count++;
}

void input_record_begin(struct input_record *record, int32_t race)
{
    record->count = 0;
    record->race = race;
    record->complete_before = INT32_MAX;
    for (int i = 0; i < ACTION_COUNT; i++)
        record->heads[i] = -1;
    unsigned name = (unsigned)action_name_index[ACTION_RACE_RUNNING];
    push(record, (struct input_event){EVENT_TIME_RACE_RUNNING, event_data_binary(name, true)});
}

void input_record_begin_late(struct input_record *record, int32_t race)
{
    input_record_begin(record, race);
    record->complete_before = INT32_MIN;
}

static void pop(struct input_record *record)
{
    const struct input_record_entry *last = &record->entries[--record->count];
    record->heads[name_of(last->event)] = last->previous;
}

void input_record_cut(struct input_record *record, int32_t last_time)
{
    while (record->count > 1 && record->entries[record->count - 1].event.time > last_time)
        pop(record);
    if (record->complete_before > last_time)
        record->complete_before = INT32_MAX;
}

/* Events of one time are in the order of their names, however they came. */
static bool comes_before(struct input_event a, struct input_event b)
{
    return a.time != b.time ? a.time < b.time : name_of(a) < name_of(b);
}

/*
 * Builds the record again without the events of that name from `time` on, and with `event`, when
 * there is one, in its place. Entries only ever move towards the front, but for the one added.
 */
static void rebuild(struct input_record *record, unsigned name, int32_t time,
                    const struct input_event *event)
{
    int32_t count = record->count, kept = 1;
    for (int32_t i = 1; i < count; i++) {
        struct input_event entry = record->entries[i].event;
        if (name_of(entry) != name || entry.time < time)
            record->entries[kept++].event = entry;
    }
    int32_t place = kept;
    while (event != NULL && place > 1 && comes_before(*event, record->entries[place - 1].event))
        place--;
    /* From the place on, everything moves up by one: the carried event is the next to write. */
    struct input_event carried = event != NULL ? *event : (struct input_event){0, 0};
    for (int i = 0; i < ACTION_COUNT; i++)
        record->heads[i] = -1;
    record->count = 0;
    for (int32_t i = 0; i < kept; i++) {
        struct input_event entry = record->entries[i].event;
        if (event != NULL && i >= place) {
            struct input_event moved = carried;
            carried = entry;
            entry = moved;
        }
        push(record, entry);
    }
    if (event != NULL)
        push(record, carried);
}

static bool event_equals(struct input_event a, struct input_event b)
{
    return a.time == b.time && a.input_data == b.input_data;
}

void input_record_add(struct input_record *record, struct input_event event)
{
    int32_t head = record->heads[name_of(event)];
    if (head >= 0 && record->entries[head].event.time == event.time)
        record->entries[head].event = event;
    else if (comes_before(record->entries[record->count - 1].event, event))
        push(record, event);
    else
        rebuild(record, name_of(event), event.time, &event);
}

void input_record_agree(struct input_record *record, enum action action, struct input_event event)
{
    unsigned name = (unsigned)action_name_index[action];
    int32_t head = record->heads[name];
    if (event.time == 0 && event.input_data == 0) {
        if (head >= 0)
            rebuild(record, name, INT32_MIN, NULL);
        return;
    }
    if (event.time < EVENT_TIME_ZERO)
        event.time = EVENT_TIME_ZERO;
    event.input_data = (int32_t)(((uint32_t)event.input_data & EVENT_VALUE_MASK) | name << 24);
    if (head < 0 || !event_equals(record->entries[head].event, event))
        rebuild(record, name, event.time, &event);
}

void input_record_copy(const struct input_record *record, uint8_t *bytes)
{
    for (int32_t i = record->count - 1; i >= 0; i--, bytes += sizeof(struct input_event))
        memcpy(bytes, &record->entries[i].event, sizeof(struct input_event));
}
