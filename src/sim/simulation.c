#include "sim/simulation.h"

#include "sim/race_parts.h"

#include <stddef.h>

/* FNV-1a over what the car is and does: it tells two runs apart, and nothing more. */
static uint32_t hash_state(const struct race *race)
{
    const uint8_t *bytes = (const uint8_t *)&race->state.dyna.current_state;
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < offsetof(struct dyna_state, force); i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

static int32_t reference_index(const struct race *race)
{
    return (race_time(race) + RACE_COUNTDOWN_MS) / RACE_TICK_MS;
}

/* Index of the first event that acts in the tick of inputs at stored time `to`. */
static int32_t first_due(const struct event_tape *tape, int32_t to)
{
    bool is_first_tick = to <= EVENT_TIME_ZERO; /* what was set before waits for it */
    return is_first_tick ? 0 : event_tape_after(tape, to - RACE_TICK_MS);
}

void simulation_apply_due(const struct event_tape *tape, struct race *race)
{
    int32_t to = race_next_event_time(race);
    if (!race_takes_inputs(race))
        return;
    for (int32_t i = first_due(tape, to); i < tape->count && tape->events[i].time <= to; i++)
        race_apply_event(race, tape->events[i]);
}

static unsigned tick(const struct event_tape *tape, struct race *race)
{
    simulation_apply_due(tape, race);
    return race_tick(race);
}

static void remember(struct simulation *simulation, const struct race *race)
{
    int32_t index = reference_index(race);
    if (index != simulation->reference_count || index >= SIMULATION_REFERENCE_COUNT_MAX)
        return;
    simulation->references[index] = hash_state(race);
    simulation->reference_count++;
}

/* Input time of the last event; 0 when there is none, and cut. */
static int32_t last_input_time(const struct event_tape *tape)
{
    int32_t last = event_input_time(tape->events[tape->count - 1].time);
    return last < 0 ? 0 : last > SIMULATION_INPUT_TIME_MAX_MS ? SIMULATION_INPUT_TIME_MAX_MS : last;
}

void simulation_prepare(struct simulation *simulation, struct race *race, const struct track *track,
                        int laps)
{
    race_start_simulation(race, track, laps);
    simulation->reference_count = 0;
    remember(simulation, race);
    int32_t end = last_input_time(&simulation->original) + SIMULATION_ROLL_OUT_MS;
    bool starts = event_tape_has_start(&simulation->original);
    while (starts && !race_is_finished(race) && race_time(race) < end) {
        tick(&simulation->original, race);
        remember(simulation, race);
    }
    simulation->expected_time = race_finish_time(race);
    simulation->duration = simulation->expected_time >= 0 ? simulation->expected_time : end;
    if (simulation->expected_time >= 0)
        event_tape_add(&simulation->original,
                       race_event_on(ACTION_FINISH_LINE, simulation->expected_time));
    simulation_begin(simulation, race);
}

void simulation_begin(struct simulation *simulation, struct race *race)
{
    race_start_simulation(race, race->track, race->laps);
    event_tape_assign(&simulation->tape, &simulation->original);
    simulation->time_limit = -1;
    simulation->validates = true;
    simulation->parted = false;
    simulation->bruteforce.is_on = false;
}

unsigned simulation_tick(struct simulation *simulation, struct race *race)
{
    unsigned happened = tick(&simulation->tape, race);
    int32_t index = reference_index(race);
    if (simulation->validates && index >= 0 && index < simulation->reference_count &&
        simulation->references[index] != hash_state(race))
        simulation->parted = true;
    return happened;
}

enum simulation_result simulation_outcome(const struct simulation *simulation,
                                          const struct race *race)
{
    int32_t limit = simulation->time_limit >= 0 ? simulation->time_limit : simulation->duration;
    /* The brute force has its turn at the limit, before it ends anything. */
    int32_t patience = simulation->bruteforce.is_on ? RACE_TICK_MS : 0;
    if (simulation->validates && simulation->parted)
        return SIMULATION_WRONG;
    if (race_is_finished(race))
        return race_finish_time(race) == simulation->expected_time ? SIMULATION_VALID
                                                                   : SIMULATION_WRONG;
    if ((int64_t)race_time(race) - patience >= limit || race_time(race) >= RACE_TIME_MAX_MS)
        return SIMULATION_INVALID;
    if (race_time(race) >= -RACE_TICK_MS && !event_tape_has_start(&simulation->tape))
        return SIMULATION_INVALID;
    return SIMULATION_GOES_ON;
}

/* What the inputs in force and the tape make of an action in the next tick. */
static int32_t planned_value(const struct simulation *simulation, const struct race *race,
                             enum action action)
{
    const struct event_tape *tape = &simulation->tape;
    unsigned name = (unsigned)action_name_index[action];
    int32_t to = race_next_event_time(race), value = race_event_in_force(race, action);
    for (int32_t i = first_due(tape, to); i < tape->count && tape->events[i].time <= to; i++)
        if (event_name_index(tape->events[i].input_data) == name)
            value = tape->events[i].input_data;
    return value;
}

static void set_input(struct simulation *simulation, const struct race *race, enum action action,
                      int32_t value)
{
    struct input_event event = {.time = race_next_event_time(race)};
    if (!race_event_value(action, value, &event.input_data))
        return;
    if (((planned_value(simulation, race, action) ^ event.input_data) & EVENT_VALUE_MASK) != 0)
        event_tape_add(&simulation->tape, event);
}

void simulation_set_inputs(struct simulation *simulation, const struct race *race,
                           const struct input_states *inputs)
{
    set_input(simulation, race, ACTION_STEER_LEFT, inputs->left);
    set_input(simulation, race, ACTION_STEER_RIGHT, inputs->right);
    set_input(simulation, race, ACTION_ACCELERATE, inputs->accelerate);
    set_input(simulation, race, ACTION_BRAKE, inputs->brake);
    set_input(simulation, race, ACTION_STEER, inputs->steer);
    set_input(simulation, race, ACTION_GAS, inputs->gas);
}

void simulation_add_press(struct simulation *simulation, const struct race *race,
                          enum action action)
{
    struct input_event event = race_event_on(action, 0);
    event.time = race_next_event_time(race);
    event_tape_add(&simulation->tape, event);
}
