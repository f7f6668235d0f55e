#include "sim/race.h"

#include "base/bytes.h"
#include "sim/race_parts.h"

#include <math.h>
#include <string.h>

enum {
    RACE_STATE_BEFORE = 0, /* player_info.race_state */
    RACE_STATE_RUNNING = 1,
    RACE_STATE_FINISHED = 2,
    FLAGS_RUN = STATE_HAS_TIMERS | STATE_HAS_DYNA | STATE_HAS_SCENE_MOBIL |
                STATE_HAS_SIMULATION_WHEELS | STATE_HAS_PLUG_SOLID | STATE_HAS_PLAYER_INFO,
    /* The fact sheet (10.4) knows that of run mode only; here all is there, if empty. */
    FLAGS_SIMULATION = FLAGS_RUN | STATE_HAS_CMD_BUFFER_CORE | STATE_HAS_INPUT_STATE
};

static const uint32_t no_time = 0xFFFFFFFFu;

/* Times may come from anyone's blob: they wrap instead of overflowing. */
static int32_t time_add(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static int32_t time_since(int32_t now, int32_t then)
{
    return (int32_t)((uint32_t)now - (uint32_t)then);
}

/* The checkpoint words: reserved, n, n states, m, m pairs. */
static int32_t *states_of(struct race *race)
{
    return race->checkpoint_words + 2;
}

static int32_t *times_of(struct race *race)
{
    return race->checkpoint_words + 3 + race->track->gate_count;
}

int32_t race_checkpoint_time(const struct race *race, int32_t index)
{
    assert(index >= 0 && index < race_checkpoint_target(race));
    return race->checkpoint_words[3 + race->track->gate_count + 2 * index];
}

static void checkpoints_clear(struct race *race)
{
    int32_t gates = race->track->gate_count, target = race_checkpoint_target(race);
    memset(race->checkpoint_words, 0, race_checkpoint_size(race));
    race->checkpoint_words[1] = gates;
    race->checkpoint_words[2 + gates] = target;
    for (int32_t i = 0; i < target; i++)
        times_of(race)[2 * i] = -1;
}

int32_t race_finish_time(const struct race *race)
{
    if (!race_is_finished(race))
        return -1;
    return race_checkpoint_time(race, race_checkpoint_target(race) - 1);
}

/* cp_states tell of the lap under way, and of the last one when all is done. */
static void settle_states(struct race *race, int32_t laps)
{
    int32_t gates = race->track->gate_count;
    int32_t lap = laps < race->laps ? laps : race->laps - 1;
    for (int32_t i = 0; i < gates; i++)
        states_of(race)[i] = race_checkpoint_time(race, lap * gates + i) != -1;
}

static void settle_finish(struct race *race, bool is_finished)
{
    struct player_info *info = &race->state.player_info;
    info->race_finished = is_finished;
    info->finish_not_passed = !is_finished;
    race->state.input_finish_event = (struct input_event){0, 0};
    if (is_finished)
        race->state.input_finish_event = race_event_on(ACTION_FINISH_LINE, race_finish_time(race));
}

/* Makes everything that follows from the checkpoint times follow from them. */
static void checkpoints_settle(struct race *race)
{
    struct player_info *info = &race->state.player_info;
    int32_t target = race_checkpoint_target(race), gates = race->track->gate_count;
    int32_t count = 0, next = target;
    for (int32_t i = 0; i < target; i++) {
        if (race_checkpoint_time(race, i) != -1)
            count++;
        else if (next == target)
            next = i;
    }
    int32_t laps = count / gates;
    info->cur_checkpoint = (uint32_t)next;
    info->cur_cp_count = (uint32_t)count;
    info->cur_lap_cp_count = (uint32_t)(count % gates);
    info->cur_lap = (uint32_t)laps;
    info->nb_completed = (uint32_t)laps;
    int32_t lap_start = laps > 0 ? race_checkpoint_time(race, laps * gates - 1) : 0;
    info->lap_start_time = lap_start > 0 ? (uint32_t)lap_start : 0;
    settle_states(race, laps);
    settle_finish(race, count == target && race_checkpoint_time(race, target - 1) != INT32_MAX);
}

/* Everything that the time line says about one tick, from race_time and timers[1]. */
static void clock_settle(struct game_state *state)
{
    struct player_info *info = &state->player_info;
    int32_t now = state->timers[1], time = info->race_time;
    memset(state->timers, 0, sizeof state->timers);
    for (int i = 0; i < 9; i += 3) {
        state->timers[i] = time_add(now, RACE_TICK_MS);
        state->timers[i + 1] = now;
    }
    /* Every tenth of a second, and one more. */
    state->timers[10] = time_add(now, 100 - (now % 100 + 100) % 100);
    state->timers[9] = time_add(state->timers[10], 100);
    info->race_start_time = (uint32_t)time_since(now, time_add(time, RACE_TICK_MS));
    info->current_time = (uint32_t)now;
    info->countdown_time = RACE_COUNTDOWN_MS;
    info->lap_time = time > 0 ? (uint32_t)time - info->lap_start_time : 0;
    info->race_state = info->race_finished ? RACE_STATE_FINISHED
                       : time < 0          ? RACE_STATE_BEFORE
                                           : RACE_STATE_RUNNING;
    store_i32(info->rest + REST_RACE_TIME, time);
    bool running = time >= -RACE_TICK_MS;
    state->input_running_event =
        running ? race_event_on(ACTION_RACE_RUNNING, -RACE_TICK_MS) : (struct input_event){0, 0};
}

static void clock_advance(struct game_state *state)
{
    state->timers[1] = time_add(state->timers[1], RACE_TICK_MS);
    state->player_info.race_time = time_add(state->player_info.race_time, RACE_TICK_MS);
}

/* A new race; the clock and the best times go on. */
static void race_begin(struct race *race, int32_t clock, int32_t last_time, uint32_t best_time,
                       int32_t best_lap)
{
    struct game_state *state = &race->state;
    uint32_t context_mode = state->context_mode, flags = state->flags;
    memset(state, 0, sizeof *state);
    state->version = 1;
    state->context_mode = context_mode;
    state->flags = flags;
    state->timers[1] = clock;
    struct player_info *info = &state->player_info;
    info->race_time = -RACE_COUNTDOWN_MS;
    info->prev_race_time = last_time;
    info->race_best_time = best_time;
    info->lap_best_time = best_lap;
    car_create(state, &race->track->start);
    checkpoints_clear(race);
    checkpoints_settle(race);
    clock_settle(state);
    store_i32(info->rest + REST_RACE_BEGIN, clock);
    input_record_begin(&race->record, clock);
}

static void start(struct race *race, const struct track *track, int laps, uint32_t context_mode,
                  uint32_t flags)
{
    int32_t most = CHECKPOINT_COUNT_MAX / track->gate_count;
    memset(race, 0, sizeof *race);
    race->track = track;
    race->laps = laps <= 0 || !track->closed ? track->laps : laps;
    if (race->laps > TRACK_LAP_COUNT_MAX)
        race->laps = TRACK_LAP_COUNT_MAX;
    if (race->laps > most)
        race->laps = most;
    race->state.context_mode = context_mode;
    race->state.flags = flags;
    race_begin(race, RACE_TICK_MS, -1, no_time, -1);
}

void race_start(struct race *race, const struct track *track, int laps)
{
    start(race, track, laps, CONTEXT_RUN, FLAGS_RUN);
}

void race_start_simulation(struct race *race, const struct track *track, int laps)
{
    start(race, track, laps, CONTEXT_SIMULATION, FLAGS_SIMULATION);
}

static unsigned race_restart(struct race *race)
{
    const struct player_info *info = &race->state.player_info;
    race_begin(race, time_add(race->state.timers[1], RACE_TICK_MS), race_finish_time(race),
               info->race_best_time, info->lap_best_time);
    return RACE_RESTARTED;
}

/* The gate passed last, or null. */
static const struct track_gate *gate_behind(const struct race *race)
{
    for (int32_t i = race_checkpoint_target(race) - 1; i >= 0; i--)
        if (race_checkpoint_time(race, i) != -1)
            return &race->track->gates[i % race->track->gate_count];
    return NULL;
}

static bool must_restart(const struct race *race, unsigned pending)
{
    int32_t time = race_time(race);
    if (race_is_simulation(race))
        return false;
    if ((pending & PENDING_GIVE_UP) || time > RACE_TIME_MAX_MS || time < -RACE_TIME_MAX_MS)
        return true;
    if (race_is_finished(race))
        return (uint32_t)time_since(time, race_finish_time(race)) >= RACE_ROLL_OUT_MS;
    return (pending & PENDING_RESPAWN) && time >= -RACE_TICK_MS && gate_behind(race) == NULL &&
           !race->respawns_at_start;
}

void race_prevent_finish(struct race *race)
{
    times_of(race)[2 * (race_checkpoint_target(race) - 1)] = -1;
    checkpoints_settle(race);
    clock_settle(&race->state);
}

/* A step after the finish. Only now does its time count: until then it can still be undone. */
static void roll_out(struct race *race)
{
    const struct car_inputs nothing = {.steer = 0.0f};
    uint32_t *best = &race->state.player_info.race_best_time;
    uint32_t time = (uint32_t)race_finish_time(race);
    if (time < *best)
        *best = time;
    car_tick(&race->state, race->track, &nothing);
}

/* The next gate, when the last step led through it. */
static unsigned pass_gate(struct race *race)
{
    struct player_info *info = &race->state.player_info;
    const struct dyna *dyna = &race->state.dyna;
    const float *from = dyna->previous_state.position, *to = dyna->current_state.position;
    int32_t next = (int32_t)info->cur_checkpoint, gates = race->track->gate_count;
    if (next < 0 || next >= race_checkpoint_target(race) ||
        !track_gate_passed(&race->track->gates[next % gates], from[0], from[2], to[0], to[2]))
        return 0;
    unsigned happened = RACE_CHECKPOINT_PASSED;
    int32_t lap_time = time_since(race_time(race), (int32_t)info->lap_start_time);
    times_of(race)[2 * next] = race_time(race);
    checkpoints_settle(race);
    if (next % gates == gates - 1) {
        happened |= RACE_LAP_PASSED;
        if (info->lap_best_time < 0 || lap_time < info->lap_best_time)
            info->lap_best_time = lap_time;
    }
    if (!race_is_finished(race))
        return happened;
    if (!race_is_simulation(race))
        input_record_add(&race->record, race->state.input_finish_event);
    return happened | RACE_FINISHED;
}

/* One step of the car in the race; before, in or after it. */
static unsigned race_drive(struct race *race, unsigned pending)
{
    struct game_state *state = &race->state;
    if (race_time(race) < 0) {
        car_wait(state);
        return 0;
    }
    if (race_is_finished(race)) {
        roll_out(race);
        return 0;
    }
    if (pending & PENDING_RESPAWN) {
        const struct track_gate *behind = gate_behind(race);
        car_place(state, behind != NULL ? behind : &race->track->start);
        state->num_respawns++;
        return 0;
    }
    struct car_inputs inputs = race_inputs_in_force(state);
    car_tick(state, race->track, &inputs);
    return pass_gate(race);
}

/* Of the speed in the plane, km/h; cut, for it may be anyone's. */
static int32_t display_speed(const struct game_state *state)
{
    const float *speed = state->dyna.current_state.linear_speed;
    float shown = sqrtf(speed[0] * speed[0] + speed[2] * speed[2]) * 3.6f;
    return shown < 1e6f ? (int32_t)shown : 0;
}

void race_settle(struct race *race)
{
    if (race->unsettled)
        checkpoints_settle(race);
    race->unsettled = false;
}

unsigned race_tick(struct race *race)
{
    struct game_state *state = &race->state;
    unsigned pending = race_pending(state);
    race_pending_clear(state);
    race_settle(race);
    if (must_restart(race, pending))
        return race_restart(race);
    clock_advance(state);
    unsigned happened = race_drive(race, pending);
    clock_settle(state);
    state->player_info.display_speed = display_speed(state);
    return happened;
}
