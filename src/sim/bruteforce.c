#include "sim/bruteforce.h"

#include "sim/simulation.h"

static const struct bruteforce_score never = {.time = -1};

/* Memory of this try that a rewind has made untrue. */
static void forget_future(struct bruteforce *bruteforce, const struct race *race)
{
    if (bruteforce->score.time > race_time(race))
        bruteforce->score = never;
    if (bruteforce->finished_at > race_time(race))
        bruteforce->finished_at = -1;
}

static void begin_run(struct bruteforce *bruteforce, enum bruteforce_phase phase)
{
    bruteforce->phase = phase;
    bruteforce->score = never;
    bruteforce->finished_at = -1;
    bruteforce->modified_count = 0;
}

static const char *complaint(const struct bruteforce_settings *settings)
{
    if (settings->mutation.modify_prob <= 0)
        return "bf_modify_prob is not above 0";
    if (settings->mutation.max_steer_diff <= 0 && settings->mutation.max_time_diff <= 0)
        return "neither bf_max_steer_diff nor bf_max_time_diff is above 0";
    return NULL;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

const char *bruteforce_begin(struct simulation *simulation, const struct race *race,
                             const struct bruteforce_settings *settings,
                             struct input_event *scratch)
{
    struct bruteforce *bruteforce = &simulation->bruteforce;
    const struct mutation_settings *mutation = &settings->mutation;
    const char *wrong = complaint(settings);
    bruteforce->is_on = wrong == NULL;
    if (wrong != NULL)
        return wrong;
    bruteforce->settings = *settings;
    bruteforce->dice.word = settings->seed;
    bruteforce->iteration_count = bruteforce->improvement_count = 0;
    bruteforce->best = never;
    state_shelf_cut(&bruteforce->shelf, race, 0);
    begin_run(bruteforce, BRUTEFORCE_INITIAL);
    simulation->validates = false;
    if (settings->fill_steer)
        input_fill_steer(&simulation->tape, scratch, mutation->inputs_min_time,
                         smaller(mutation->inputs_max_time, simulation->duration));
    return NULL;
}

/* How far a place is outside of a trigger along one axis, m. */
static float outside_of(float corner, float size, float place)
{
    float low = size < 0.0f ? corner + size : corner, high = size < 0.0f ? corner : corner + size;
    return place < low ? low - place : place > high ? place - high : 0.0f;
}

static float square_distance(const struct sim_trigger *trigger, const float place[3])
{
    float sum = 0.0f;
    for (int axis = 0; axis < 3; axis++) {
        float outside = outside_of(trigger->corner[axis], trigger->size[axis], place[axis]);
        sum += outside * outside;
    }
    return sum;
}

/* Reads off the race what this try has come to in this tick. */
static struct bruteforce_score look(const struct bruteforce_settings *settings,
                                    const struct race *race)
{
    const struct dyna *dyna = &race->state.dyna;
    const struct sim_trigger *trigger = &settings->trigger;
    struct bruteforce_score score = never;
    if (settings->target == BRUTEFORCE_FINISH_TIME)
        score.time = race_finish_time(race);
    else if (settings->target == BRUTEFORCE_CHECKPOINT_TIME)
        score.time = race_checkpoint_time(race, settings->target_pass);
    else if (race_time(race) >= 0 && square_distance(trigger, dyna->current_state.position) <= 0.0f)
        score = (struct bruteforce_score){race_time(race),
                                          square_distance(trigger, dyna->previous_state.position)};
    return score;
}

void bruteforce_observe(struct simulation *simulation, const struct race *race)
{
    struct bruteforce *bruteforce = &simulation->bruteforce;
    if (!bruteforce->is_on)
        return;
    forget_future(bruteforce, race);
    if (bruteforce->score.time < 0)
        bruteforce->score = look(&bruteforce->settings, race);
    if (bruteforce->finished_at < 0 && race_is_finished(race))
        bruteforce->finished_at = race_time(race);
    if (bruteforce->phase == BRUTEFORCE_INITIAL)
        state_shelf_keep(&bruteforce->shelf, race);
}

static bool is_better(struct bruteforce_score a, struct bruteforce_score b)
{
    if (b.time < 0 || a.time != b.time)
        return a.time >= 0 && (b.time < 0 || a.time < b.time);
    return a.distance < b.distance;
}

int32_t bruteforce_time_to_beat(const struct bruteforce *bruteforce)
{
    const struct bruteforce_settings *settings = &bruteforce->settings;
    bool is_overridden = settings->target == BRUTEFORCE_FINISH_TIME &&
                         settings->override_stop_time > 0 && bruteforce->improvement_count == 0;
    return is_overridden ? settings->override_stop_time : bruteforce->best.time;
}

/* Later than this a try cannot be better. */
static int32_t end_of_try(const struct simulation *simulation)
{
    const struct bruteforce *bruteforce = &simulation->bruteforce;
    int32_t end = simulation->duration, best = bruteforce_time_to_beat(bruteforce);
    if (best >= 0)
        end = smaller(end, best);
    if (bruteforce->settings.override_stop_time > 0)
        end = smaller(end, bruteforce->settings.override_stop_time);
    return end;
}

static enum bruteforce_verdict judge_try(const struct simulation *simulation,
                                         const struct race *race)
{
    const struct bruteforce *bruteforce = &simulation->bruteforce;
    struct bruteforce_score best = bruteforce->best;
    if (best.time != bruteforce_time_to_beat(bruteforce))
        best = (struct bruteforce_score){.time = bruteforce_time_to_beat(bruteforce)};
    if (is_better(bruteforce->score, best))
        return BRUTEFORCE_IMPROVES;
    bool is_over = bruteforce->score.time >= 0 || race_time(race) > end_of_try(simulation);
    return is_over ? BRUTEFORCE_FAILS : BRUTEFORCE_GOES_ON;
}

enum bruteforce_verdict bruteforce_judge(struct simulation *simulation, const struct race *race,
                                         uint32_t decision)
{
    struct bruteforce *bruteforce = &simulation->bruteforce;
    if (!bruteforce->is_on)
        return BRUTEFORCE_GOES_ON;
    forget_future(bruteforce, race); /* the client may have rewound while it was asked */
    if (decision == BRUTEFORCE_STOP)
        return BRUTEFORCE_ENDS;
    if (bruteforce->phase == BRUTEFORCE_INITIAL) {
        bool is_over = bruteforce->finished_at >= 0 || race_time(race) > simulation->duration;
        return is_over ? BRUTEFORCE_HAS_PLAYED : BRUTEFORCE_GOES_ON;
    }
    switch (decision) {
    case BRUTEFORCE_CONTINUE:
        return judge_try(simulation, race);
    case BRUTEFORCE_ACCEPT:
        return BRUTEFORCE_IMPROVES;
    case BRUTEFORCE_REJECT:
        return BRUTEFORCE_FAILS;
    default: /* also a decision that is none */
        return BRUTEFORCE_GOES_ON;
    }
}

/* Changes the inputs; the race time from which they have to be driven again. False: it cannot. */
static bool change_inputs(struct simulation *simulation, struct input_event *scratch, int32_t *from)
{
    struct bruteforce *bruteforce = &simulation->bruteforce;
    int32_t last = bruteforce_time_to_beat(bruteforce);
    const struct mutation_settings *settings = &bruteforce->settings.mutation;
    struct mutation mutation =
        input_mutate(&bruteforce->base, &simulation->tape, scratch, &bruteforce->dice, settings,
                     last >= 0 ? last : settings->inputs_max_time);
    bruteforce->modified_count = mutation.count;
    /* An event between two ticks acts in the later one: the tick before it is not touched. */
    *from = (mutation.first_ms + RACE_TICK_MS - 1) / RACE_TICK_MS * RACE_TICK_MS - RACE_TICK_MS;
    return mutation.count > 0;
}

bool bruteforce_search(struct simulation *simulation, struct race *race,
                       struct input_event *scratch)
{
    struct bruteforce *bruteforce = &simulation->bruteforce;
    int32_t from;
    bruteforce->best = bruteforce->score;
    event_tape_assign(&bruteforce->base, &simulation->tape);
    begin_run(bruteforce, BRUTEFORCE_SEARCH);
    bool changed = change_inputs(simulation, scratch, &from);
    if (!changed)
        from = STATE_SHELF_FIRST_MS;
    if (!state_shelf_rewind(&bruteforce->shelf, race, from))
        bruteforce->is_on = false; /* there never was a race */
    bruteforce->iteration_count++;
    return changed;
}

enum bruteforce_try bruteforce_try(struct simulation *simulation, struct race *race,
                                   int32_t rewind_time, struct input_event *scratch)
{
    struct bruteforce *bruteforce = &simulation->bruteforce;
    int32_t from = rewind_time / RACE_TICK_MS * RACE_TICK_MS;
    if (rewind_time < 0 && !change_inputs(simulation, scratch, &from))
        return BRUTEFORCE_EXHAUSTED;
    if (!state_shelf_rewind(&bruteforce->shelf, race, from))
        return BRUTEFORCE_STAYS;
    bruteforce->score = never;
    bruteforce->finished_at = -1;
    bruteforce->iteration_count++;
    return BRUTEFORCE_TRIES;
}

bool bruteforce_accept(struct simulation *simulation, struct race *race)
{
    struct bruteforce *bruteforce = &simulation->bruteforce;
    bruteforce->improvement_count++;
    if (!bruteforce->settings.search_forever ||
        !state_shelf_rewind(&bruteforce->shelf, race, STATE_SHELF_FIRST_MS)) {
        bruteforce->is_on = false;
        return false;
    }
    state_shelf_cut(&bruteforce->shelf, race, 1);
    begin_run(bruteforce, BRUTEFORCE_INITIAL);
    return true;
}

void bruteforce_stop(struct simulation *simulation)
{
    simulation->bruteforce.is_on = false;
}
