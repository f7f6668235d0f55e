/*
 * One car on one track against the clock, in steps of 10 ms. The race is its state blob: a tick
 * computes from the fields of `state` and the checkpoint data, writes them back, and nothing
 * else has a say. It knows no wall clock, no client and no Lua, and is the same to the last bit
 * on every machine.
 *
 * What rules where fields of the blob say a thing twice (after an edit and a rewind):
 *   time          player_info.race_time; race_start_time follows, timers[1] only counts on
 *   direction     the rotation matrix; the quaternion follows
 *   inputs        the eight input events, whatever their times say
 *   checkpoints   the cp_times that are not -1; the counters of player_info and cp_states follow
 *   the finish    every cp_time is set. A last one of INT32_MAX lets the race go on after it
 *   best times    race_best_time and lap_best_time
 * Not taken from a blob: version, context_mode and flags, which are the game's own, the two
 * regions that have no value here (command buffer, internal inputs), and every region that the
 * blob's own flags declare absent.
 *
 * Unnamed bytes in use, in player_info.rest: race_time again (0), what waits for the next tick (4:
 * 1 respawn, 2 give up, 4 horn), timers[1] at the start of the race (8), and in dyna.rest the road
 * segment the car is next to (64).
 */
#ifndef SIM_RACE_H
#define SIM_RACE_H

#include "sim/input_record.h"
#include "sim/track.h"
#include "wire/game_state.h"

enum {
    RACE_TICK_MS = 10,
    RACE_COUNTDOWN_MS = 2600,
    RACE_ROLL_OUT_MS = 1000,              /* from the finish to the restart */
    RACE_TIME_MAX_MS = 1000 * 1000 * 1000 /* either way; beyond, the race restarts */
};

/* What happened in a tick. */
enum race_happening {
    RACE_CHECKPOINT_PASSED = 1, /* the finish is one */
    RACE_LAP_PASSED = 2,        /* the finish line was crossed, on the last lap too */
    RACE_FINISHED = 4,
    RACE_RESTARTED = 8 /* the state is that of race time -2600 */
};

/* The data of C_SET_INPUT_STATES, fact sheet section 7. */
struct input_states {
    int32_t left, right, accelerate, brake; /* 0, 1; INPUT_KEY_UNCHANGED */
    int32_t steer, gas;                     /* +-6553600; INPUT_ANALOG_UNCHANGED */
};

enum {
    /* Words of checkpoint data: reserved, n, n states, m, m pairs of time and score. */
    RACE_CHECKPOINT_WORD_COUNT_MAX = 3 + TRACK_GATE_COUNT_MAX + 2 * CHECKPOINT_COUNT_MAX
};

/* About 440 KB, of which a race touches what it needs: for the heap or static, not the stack. */
struct race {
    const struct track *track;
    int32_t laps;
    struct game_state state;
    int32_t checkpoint_words[RACE_CHECKPOINT_WORD_COUNT_MAX]; /* as on the wire */
    struct input_record record;
    /* Somebody's state was taken as it is; the next tick makes it agree with itself first. */
    bool unsettled;
    bool respawns_at_start; /* before the first checkpoint: instead of a restart. The owner's */
};

/*
 * Puts the car at the start, race time -2600. The track is borrowed and must outlive the race.
 * `laps` 0 stands for the track's own; it is cut to what the limits allow, and is always 1 on
 * an open track.
 */
void race_start(struct race *race, const struct track *track, int laps);

/*
 * The same in the simulation context: the inputs are whatever race_apply_event puts into the
 * state, nothing is recorded, and the race never restarts by itself: not after the finish, not
 * for a respawn before the first checkpoint, which takes the car back to the start.
 */
void race_start_simulation(struct race *race, const struct track *track, int laps);

static inline bool race_is_simulation(const struct race *race)
{
    return race->state.context_mode == CONTEXT_SIMULATION;
}

/* One step of 10 ms; a set of `enum race_happening`. */
unsigned race_tick(struct race *race);

/*
 * Makes somebody's state agree with itself, as the next tick would do first: for those who ask
 * before it whether the race is finished.
 */
void race_settle(struct race *race);

/*
 * Sets inputs for the next tick on, until they change again. Values that are in force already
 * make no new event. Before the race they wait: their event is at input time 0. Any non-zero key
 * other than INPUT_KEY_UNCHANGED is pressed; analog values are cut to their range.
 */
void race_set_inputs(struct race *race, const struct input_states *inputs);

/*
 * An event of a buffer acts from the next tick on: inputs, respawn, horn. Anything else has no
 * effect, nor has what changes nothing. It keeps its own time, whenever it is applied. In a race it
 * is recorded.
 */
void race_apply_event(struct race *race, struct input_event event);

/* The value word of that action's event in force; 0 when it has none. Not for respawn and horn. */
int32_t race_event_in_force(const struct race *race, enum action action);

/* Stored time of an input that is to act in the next tick; before the race, in its first one. */
int32_t race_next_event_time(const struct race *race);

/*
 * The data word of the event that an input value of C_SET_INPUT_STATES stands for, cut to its
 * range. False: the value says that the input shall stay as it is.
 */
bool race_event_value(enum action action, int32_t value, int32_t *data);

/*
 * At the next tick: back to the last checkpoint, facing forward, standing; when none was passed, a
 * restart, or back to the start if the race respawns there. Nothing before the race and after the
 * finish.
 */
void race_respawn(struct race *race);

/* At the next tick: a new race, whose first state has race time -2600. */
void race_give_up(struct race *race);

/* An event in the record and nothing else; like respawn, only in the race. */
void race_horn(struct race *race);

/* The last pass, which is the finish, was not made after all: its time becomes -1. */
void race_prevent_finish(struct race *race);

/* Bytes of the whole state with its checkpoint data; the same for the whole life of a race. */
size_t race_state_size(const struct race *race);

/* Writes race_state_size bytes. */
void race_state_copy(const struct race *race, uint8_t *bytes);

/*
 * Goes on from a state blob, in which anything may have been changed by anyone; the next tick has
 * its race time + 10. Checkpoint data that was cut short is ignored: the race keeps its own.
 * STATUS_INVALID, and nothing changes: less than the fixed part, a count that is not the race's.
 */
enum status race_rewind(struct race *race, const uint8_t *bytes, size_t size);

/* The same three for the checkpoint data alone (reserved, n, states, m, times). */
size_t race_checkpoint_size(const struct race *race);
void race_checkpoint_copy(const struct race *race, uint8_t *bytes);
enum status race_checkpoint_set(struct race *race, const uint8_t *bytes, size_t size);

/* ms since the start; negative in the countdown. */
static inline int32_t race_time(const struct race *race)
{
    return race->state.player_info.race_time;
}

/* Passes of checkpoints and finish that the race asks for, over all laps. */
static inline int32_t race_checkpoint_target(const struct race *race)
{
    return race->track->gate_count * race->laps;
}

static inline int32_t race_checkpoint_count(const struct race *race)
{
    return (int32_t)race->state.player_info.cur_cp_count;
}

/* Whether the next tick is one of the race: not of its countdown, nor beyond every race. */
static inline bool race_takes_inputs(const struct race *race)
{
    return race_time(race) >= -RACE_TICK_MS && race_time(race) <= RACE_TIME_MAX_MS;
}

/* Laps completed. */
static inline int32_t race_lap_count(const struct race *race)
{
    return (int32_t)race->state.player_info.cur_lap;
}

static inline bool race_is_finished(const struct race *race)
{
    return race->state.player_info.race_finished != 0;
}

/* When pass `index` (0 .. target - 1) was made, ms; -1 not yet. */
int32_t race_checkpoint_time(const struct race *race, int32_t index);

/* The finish time of this race, -1 while it is not finished. */
int32_t race_finish_time(const struct race *race);

/* The best finish time since race_start, -1 none. */
static inline int32_t race_best_time(const struct race *race)
{
    return (int32_t)race->state.player_info.race_best_time;
}

/*
 * The events of the current race, the race-running event included: at least 1. A rewind cuts them
 * back; one to a state of another race (before a restart, from a file) leaves what its own events
 * tell, and `input_record_is_complete` is false.
 */
static inline size_t race_event_count(const struct race *race)
{
    return (size_t)race->record.count;
}

/* Writes 8 bytes an event, in decreasing stored time: race-running, at 100000, comes last. */
static inline void race_event_copy(const struct race *race, uint8_t *bytes)
{
    input_record_copy(&race->record, bytes);
}

#endif
