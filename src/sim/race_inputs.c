/*
 * The inputs of a race: which events of the state stand for what is pressed, and what the car
 * makes of them.
 *
 * Source: fact sheets "TMInterface mapped-memory protocol", sections 7 and 8, and "TMInterface
 * input scripts", section 4.
 */
#include "sim/race_parts.h"

#include "base/bytes.h"

/*
 * The events of the state that inputs write, and which of the six values each takes; in the order
 * of their names, so that the record grows at its end.
 */
static const struct {
    enum action action;
    size_t event_offset; /* in struct game_state */
    size_t value_offset; /* in struct input_states */
} inputs_table[] = {
#define ROW(action, name)                                                                          \
    {                                                                                              \
        action, offsetof(struct game_state, input_##name##_event),                                 \
            offsetof(struct input_states, name)                                                    \
    }
    ROW(ACTION_STEER_LEFT, left),       ROW(ACTION_STEER_RIGHT, right),
    ROW(ACTION_ACCELERATE, accelerate), ROW(ACTION_BRAKE, brake),
    ROW(ACTION_STEER, steer),           ROW(ACTION_GAS, gas),
#undef ROW
};

enum {
    INPUT_COUNT = sizeof inputs_table / sizeof inputs_table[0],
    GAS_THRESHOLD = 19661
};

unsigned race_pending(const struct game_state *state)
{
    return load_u32(state->player_info.rest + REST_PENDING);
}

void race_pending_clear(struct game_state *state)
{
    store_u32(state->player_info.rest + REST_PENDING, 0);
}

/* Analog values win while they are not zero. */
static float steer_in_force(const struct game_state *state)
{
    int32_t analog = event_analog(state->input_steer_event.input_data);
    if (analog != 0) {
        float steer = (float)analog / (float)ANALOG_FULL;
        return steer > 1.0f ? 1.0f : steer < -1.0f ? -1.0f : steer;
    }
    float left = event_binary(state->input_left_event.input_data) ? 1.0f : 0.0f;
    float right = event_binary(state->input_right_event.input_data) ? 1.0f : 0.0f;
    return right - left;
}

struct car_inputs race_inputs_in_force(const struct game_state *state)
{
    int32_t analog = event_analog(state->input_gas_event.input_data);
    struct car_inputs inputs = {.steer = steer_in_force(state),
                                .gas = analog <= -GAS_THRESHOLD,
                                .brake = analog >= GAS_THRESHOLD};
    if (analog == 0) {
        inputs.gas = event_binary(state->input_accelerate_event.input_data);
        inputs.brake = event_binary(state->input_brake_event.input_data);
    }
    return inputs;
}

/* What is set before the race waits for its start. */
int32_t race_next_event_time(const struct race *race)
{
    int32_t next = race_time(race);
    next = next < -RACE_TICK_MS ? 0 : (int32_t)((uint32_t)next + RACE_TICK_MS);
    return event_stored_time(next);
}

bool race_event_value(enum action action, int32_t value, int32_t *data)
{
    unsigned name = (unsigned)action_name_index[action];
    if (!actions[action].is_analog) {
        *data = event_data_binary(name, value != 0);
        return value != INPUT_KEY_UNCHANGED;
    }
    int32_t cut = value > INPUT_ANALOG_EXTENDED_MAX    ? INPUT_ANALOG_EXTENDED_MAX
                  : value < -INPUT_ANALOG_EXTENDED_MAX ? -INPUT_ANALOG_EXTENDED_MAX
                                                       : value;
    *data = event_data_analog(name, cut);
    return value != INPUT_ANALOG_UNCHANGED;
}

void race_set_inputs(struct race *race, const struct input_states *inputs)
{
    for (int i = 0; i < INPUT_COUNT; i++) {
        int32_t value, data;
        struct input_event event;
        uint8_t *at = (uint8_t *)&race->state + inputs_table[i].event_offset;
        memcpy(&value, (const uint8_t *)inputs + inputs_table[i].value_offset, sizeof value);
        memcpy(&event, at, sizeof event);
        if (!race_event_value(inputs_table[i].action, value, &data) ||
            ((uint32_t)event.input_data & EVENT_VALUE_MASK) == ((uint32_t)data & EVENT_VALUE_MASK))
            continue;
        event = (struct input_event){race_next_event_time(race), data};
        memcpy(at, &event, sizeof event);
        input_record_add(&race->record, event);
    }
}

static struct input_event *event_of(struct race *race, enum action action)
{
    for (int i = 0; i < INPUT_COUNT; i++)
        if (inputs_table[i].action == action)
            return (struct input_event *)(void *)((uint8_t *)&race->state +
                                                  inputs_table[i].event_offset);
    return NULL;
}

int32_t race_event_in_force(const struct race *race, enum action action)
{
    const struct input_event *event = event_of((struct race *)race, action);
    return event != NULL ? event->input_data : 0;
}

static void pend(struct race *race, enum race_pending pending)
{
    store_u32(race->state.player_info.rest + REST_PENDING,
              race_pending(&race->state) | (unsigned)pending);
}

struct input_event race_event_on(enum action action, int32_t time)
{
    unsigned name = (unsigned)action_name_index[action];
    return (struct input_event){event_stored_time(time), event_data_binary(name, true)};
}

static void record_on(struct race *race, enum action action)
{
    struct input_event event = race_event_on(action, 0);
    event.time = race_next_event_time(race);
    input_record_add(&race->record, event);
}

/* For what the race hears only while it runs. */
static void pend_and_record(struct race *race, enum race_pending pending, enum action action)
{
    if (race_time(race) < -RACE_TICK_MS || race_is_finished(race))
        return;
    pend(race, pending);
    record_on(race, action);
}

void race_respawn(struct race *race)
{
    pend_and_record(race, PENDING_RESPAWN, ACTION_RESPAWN);
}

void race_horn(struct race *race)
{
    pend_and_record(race, PENDING_HORN, ACTION_HORN);
}

void race_give_up(struct race *race)
{
    pend(race, PENDING_GIVE_UP);
}

static enum action action_of(struct input_event event)
{
    int action = 0;
    while (action < ACTION_COUNT &&
           action_name_index[action] != (int32_t)event_name_index(event.input_data))
        action++;
    return (enum action)action;
}

void race_apply_event(struct race *race, struct input_event event)
{
    enum action action = action_of(event);
    struct input_event *place = event_of(race, action);
    bool on = event_binary(event.input_data), records = !race_is_simulation(race);
    if (place == NULL) {
        if (event.time <= EVENT_TIME_RACE_RUNNING)
            return; /* of the time before this race (section 8) */
        if (on && action == ACTION_RESPAWN)
            records ? race_respawn(race) : pend(race, PENDING_RESPAWN);
        if (on && action == ACTION_HORN)
            records ? race_horn(race) : pend(race, PENDING_HORN);
        return;
    }
    if (((place->input_data ^ event.input_data) & EVENT_VALUE_MASK) == 0)
        return;
    *place = event;
    if (records)
        input_record_add(&race->record, event);
}

void race_record_agree(struct race *race)
{
    int32_t begin = load_i32(race->state.player_info.rest + REST_RACE_BEGIN);
    if (begin != race->record.race)
        input_record_begin_late(&race->record, begin);
    input_record_cut(&race->record, event_stored_time(race_time(race)));
    for (int i = 0; i < INPUT_COUNT; i++) {
        struct input_event event;
        memcpy(&event, (const uint8_t *)&race->state + inputs_table[i].event_offset, sizeof event);
        input_record_agree(&race->record, inputs_table[i].action, event);
    }
    input_record_agree(&race->record, ACTION_FINISH_LINE, race->state.input_finish_event);
    if (race_pending(&race->state) & PENDING_RESPAWN)
        record_on(race, ACTION_RESPAWN);
    if (race_pending(&race->state) & PENDING_HORN)
        record_on(race, ACTION_HORN);
}
