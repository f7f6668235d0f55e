#include "sim/input_mutation.h"

enum {
    TICK_MS = 10,
    /* Rounds of chance without a change, and of one event picked out, before it is given up. */
    ROUND_COUNT_MAX = 200,
    PICK_COUNT_MAX = 50
};

/* A mutation under way. Event i of the tape is that of the base; what is added comes behind. */
struct work {
    const struct event_tape *base;
    struct event_tape *tape;
    struct dice *dice;
    const struct mutation_settings *settings;
    int32_t from, to; /* stored times that may be changed */
    struct mutation done;
};

static uint64_t throw_dice(struct dice *dice)
{
    uint64_t word = dice->word += 0x9E3779B97F4A7C15u;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9u;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EBu;
    return word ^ (word >> 31);
}

/* From -most to most. */
static int32_t throw_difference(struct dice *dice, int32_t most)
{
    uint64_t count = 2 * (uint64_t)most + 1;
    return (int32_t)((int64_t)(throw_dice(dice) % count) - most);
}

static bool throw_chance(struct dice *dice, double chance)
{
    const double share = 1.0 / 9007199254740992.0; /* of 2^53 */
    return (double)(throw_dice(dice) >> 11) * share < chance;
}

static int32_t cut(int64_t value, int64_t least, int64_t most)
{
    return (int32_t)(value < least ? least : value > most ? most : value);
}

static bool is_action(struct input_event event, enum action action)
{
    return event_name_index(event.input_data) == (unsigned)action_name_index[action];
}

static bool is_steering(struct input_event event)
{
    return is_action(event, ACTION_STEER) || is_action(event, ACTION_STEER_LEFT) ||
           is_action(event, ACTION_STEER_RIGHT);
}

/* What the events of a tape have set so far. */
struct steering {
    int32_t analog;
    bool left, right;
};

static void steer_on(struct steering *steering, struct input_event event)
{
    if (is_action(event, ACTION_STEER))
        steering->analog = event_analog(event.input_data);
    else if (is_action(event, ACTION_STEER_LEFT))
        steering->left = event_binary(event.input_data);
    else if (is_action(event, ACTION_STEER_RIGHT))
        steering->right = event_binary(event.input_data);
}

/* Analog values win while they are not zero (race_inputs.c). */
static int32_t steering_value(struct steering steering)
{
    return steering.analog != 0 ? steering.analog
                                : ANALOG_FULL * ((int)steering.right - (int)steering.left);
}

/* After the events of that time. */
static struct steering steering_at(const struct event_tape *tape, int32_t time)
{
    struct steering steering = {.analog = 0};
    for (int32_t i = 0; i < tape->count && tape->events[i].time <= time; i++)
        steer_on(&steering, tape->events[i]);
    return steering;
}

static bool append(struct event_tape *tape, int32_t time, int32_t steer)
{
    unsigned name = (unsigned)action_name_index[ACTION_STEER];
    if (tape->count == EVENT_TAPE_COUNT_MAX)
        return false;
    tape->events[tape->count++] = (struct input_event){time, event_data_analog(name, steer)};
    return true;
}

static bool mark(struct work *work, int32_t time)
{
    int32_t time_ms = event_input_time(time);
    if (work->done.count == 0 || time_ms < work->done.first_ms)
        work->done.first_ms = time_ms;
    work->done.count++;
    return true;
}

/* Index of the next steering event at a later time than event `index`; count: there is none. */
static int32_t next_steering(const struct event_tape *base, int32_t index)
{
    int32_t i = index + 1;
    while (i < base->count &&
           (!is_steering(base->events[i]) || base->events[i].time == base->events[index].time))
        i++;
    return i;
}

/* Analog steering that begins where keys ruled ends with the next of them. */
static void give_back_to_keys(struct work *work, int32_t index)
{
    const struct event_tape *base = work->base;
    int32_t next = next_steering(base, index);
    if (next == base->count)
        return;
    for (int32_t i = next; i < base->count && base->events[i].time == base->events[next].time; i++)
        if (is_action(base->events[i], ACTION_STEER))
            return;
    append(work->tape, base->events[next].time, 0);
}

/* The last one of a time stands for all: it says what is steered from then on. */
static bool is_last_steering_of_its_time(const struct event_tape *base, int32_t index)
{
    int32_t time = base->events[index].time;
    for (int32_t i = index + 1; i < base->count && base->events[i].time == time; i++)
        if (is_steering(base->events[i]))
            return false;
    return true;
}

static bool change_steer(struct work *work, int32_t index)
{
    struct input_event *event = &work->tape->events[index];
    int32_t most = work->settings->extended_steer ? INPUT_ANALOG_EXTENDED_MAX : ANALOG_FULL;
    struct steering steering = steering_at(work->base, event->time);
    int32_t before = steering_value(steering);
    int64_t wanted = (int64_t)before + throw_difference(work->dice, work->settings->max_steer_diff);
    int32_t value = cut(wanted, -most, most);
    bool is_key = !is_action(*event, ACTION_STEER);
    bool has_room = work->tape->count <= EVENT_TAPE_COUNT_MAX - 2;
    if (value == before || (value == 0 && steering.analog == 0) || !has_room ||
        (is_key && steering.analog != 0) || !is_last_steering_of_its_time(work->base, index))
        return false;
    if (is_key)
        append(work->tape, event->time, value);
    else
        event->input_data = event_data_analog(event_name_index(event->input_data), value);
    if (steering.analog == 0)
        give_back_to_keys(work, index);
    return mark(work, event->time);
}

/* Stored times that event `index` may have: between the neighbours of its name. */
static void find_room(const struct work *work, int32_t index, int64_t *least, int64_t *most)
{
    const struct input_event *events = work->tape->events;
    unsigned name = event_name_index(events[index].input_data);
    int32_t before = index - 1, after = index + 1;
    while (before >= 0 && event_name_index(events[before].input_data) != name)
        before--;
    while (after < work->base->count && event_name_index(events[after].input_data) != name)
        after++;
    *least = work->from;
    *most = work->to;
    if (before >= 0 && events[before].time + (int64_t)TICK_MS > *least)
        *least = events[before].time + (int64_t)TICK_MS;
    if (after < work->base->count && events[after].time - (int64_t)TICK_MS < *most)
        *most = events[after].time - (int64_t)TICK_MS;
}

static bool change_time(struct work *work, int32_t index)
{
    struct input_event *event = &work->tape->events[index];
    int64_t least, most, before = event->time;
    find_room(work, index, &least, &most);
    int32_t steps = throw_difference(work->dice, work->settings->max_time_diff / TICK_MS);
    if (before < least || before > most)
        return false;
    steps = cut(steps, -((before - least) / TICK_MS), (most - before) / TICK_MS);
    event->time = (int32_t)(before + TICK_MS * (int64_t)steps);
    return steps != 0 && mark(work, steps < 0 ? event->time : (int32_t)before);
}

static bool is_fake(struct input_event event)
{
    return is_action(event, ACTION_RACE_RUNNING) || is_action(event, ACTION_FINISH_LINE) ||
           event_name_index(event.input_data) >= ACTION_COUNT;
}

/* Whether the settings allow to change it at all. */
static bool is_candidate(const struct work *work, struct input_event event)
{
    bool by_value = work->settings->max_steer_diff > 0 && is_steering(event);
    bool by_time = work->settings->max_time_diff >= TICK_MS && !is_fake(event);
    return event.time >= work->from && event.time <= work->to && (by_value || by_time);
}

static void change(struct work *work, int32_t index)
{
    if (work->settings->max_steer_diff > 0 && is_steering(work->base->events[index]))
        change_steer(work, index);
    else
        change_time(work, index);
}

/* Leaves every event to chance; how many there were to be left to it. */
static int32_t change_by_chance(struct work *work)
{
    int32_t candidates = 0;
    for (int32_t i = 0; i < work->base->count; i++) {
        if (!is_candidate(work, work->base->events[i]))
            continue;
        candidates++;
        if (throw_chance(work->dice, work->settings->modify_prob))
            change(work, i);
    }
    return candidates;
}

/* One of the candidates, picked out, is changed whatever the chance. */
static void change_one(struct work *work, int32_t candidates)
{
    int32_t left = (int32_t)(throw_dice(work->dice) % (uint64_t)candidates);
    for (int32_t i = 0; i < work->base->count; i++)
        if (is_candidate(work, work->base->events[i]) && left-- == 0)
            change(work, i);
}

struct mutation input_mutate(const struct event_tape *base, struct event_tape *tape,
                             struct input_event *scratch, struct dice *dice,
                             const struct mutation_settings *settings, int32_t last_ms)
{
    int32_t to_ms = settings->inputs_max_time < last_ms ? settings->inputs_max_time : last_ms;
    struct work work = {.base = base,
                        .tape = tape,
                        .dice = dice,
                        .settings = settings,
                        .from = event_stored_time(settings->inputs_min_time),
                        .to = event_stored_time(to_ms)};
    int32_t candidates = 1;
    event_tape_assign(tape, base);
    for (int i = 0; i < ROUND_COUNT_MAX && candidates > 0 && work.done.count == 0; i++)
        candidates = change_by_chance(&work);
    for (int i = 0; i < PICK_COUNT_MAX && candidates > 0 && work.done.count == 0; i++)
        change_one(&work, candidates);
    event_tape_sort(tape, scratch);
    return work.done;
}

void input_fill_steer(struct event_tape *tape, struct input_event *scratch, int32_t from_ms,
                      int32_t to_ms)
{
    struct steering steering = {.analog = 0};
    int32_t count = tape->count, next = 0;
    int32_t time = event_stored_time((from_ms + TICK_MS - 1) / TICK_MS * TICK_MS);
    int32_t last = event_stored_time(to_ms);
    if (from_ms > to_ms)
        return;
    /* One more behind the last, where all is as it was: the keys may rule again. */
    for (bool is_end = false; !is_end; time += TICK_MS) {
        is_end = time > last || tape->count >= EVENT_TAPE_COUNT_MAX - 1;
        bool has_one = false;
        for (; next < count && tape->events[next].time <= time; next++) {
            steer_on(&steering, tape->events[next]);
            has_one = has_one || (is_action(tape->events[next], ACTION_STEER) &&
                                  tape->events[next].time > time - TICK_MS);
        }
        if (!has_one)
            append(tape, time, is_end ? steering.analog : steering_value(steering));
    }
    event_tape_sort(tape, scratch);
}
