/*
 * The embedded game: a race, served over a slot to one client as TMInterface serves a game, in the
 * run context or, once it was given inputs to simulate, in the simulation context. It is driven
 * from outside, one small thing at a time, and is told the time; it never waits, never reads a
 * clock and knows no files but through its owner.
 */
#ifndef SIM_GAME_H
#define SIM_GAME_H

#include "peer/game_server.h"
#include "sim/input_text.h"
#include "sim/race.h"
#include "sim/script.h"
#include "sim/simulation.h"
#include "sim/track.h"
#include "sim/variables.h"

#include <stdbool.h>
#include <stdint.h>

/* What the game waits for when it cannot go on. */
enum sim_progress {
    SIM_MOVED,
    SIM_WAITS_FOR_CLIENT,
    SIM_WAITS_FOR_TIME
};

enum {
    SIM_COMMAND_COUNT_MAX = 64, /* names a client can register */
    SIM_COMMAND_SIZE_MAX = 64,  /* bytes of a name, with the final zero */
    SIM_COMMANDS_DUE_MAX = 8,   /* uses of them between two ticks */
    SIM_CALL_SIZE_MAX = 1024,   /* bytes of a call's data */
    SIM_QUEUE_SIZE = SIM_COMMANDS_DUE_MAX + 4,
    SIM_QUEUED_TEXT_SIZE = 8192, /* bytes of commands between two ticks */
    SIM_TRIGGER_COUNT_MAX = 32,
    SIM_SPEED_MAX = 1000000 /* times real time */
};

/* Files, as far as the game's owner gives it any. */
struct sim_files {
    void *context;
    /* Reads a file and gives its text to `take`. False: it cannot be read. */
    bool (*load)(void *context, const char *path,
                 void (*take)(void *taker, const char *text, size_t size), void *taker);
    /* Makes a file of what `write` puts into the sink: all of it or nothing. False: it cannot. */
    bool (*store)(void *context, const char *path,
                  void (*write)(void *writer, const struct text_sink *sink), void *writer);
};

/*
 * Somebody who wants to know what happens in the race. While there is none, finding it out costs
 * nothing. All of it is told from inside sim_game_run.
 */
struct sim_watcher {
    void *context;
    void (*ticked)(void *context, unsigned happened); /* after a tick: as of race_tick */
    /* A command of a client or of the console is run, or one whose time has come. */
    void (*command)(void *context, const char *text, size_t size);
};

enum sim_simulation_phase {
    SIM_SIMULATION_IDLE,  /* no client to simulate for; there is no player */
    SIM_SIMULATION_BEGUN, /* the client is being told */
    SIM_SIMULATION_RUNS,
    SIM_SIMULATION_ENDED /* the client is being told */
};

/* A call that the client has not been asked yet. */
struct sim_call {
    enum message message;
    size_t size;
    uint8_t data[SIM_CALL_SIZE_MAX];
};

struct sim_game {
    struct race race;
    struct track track;
    struct game_server server;
    struct game_server_handler handler;
    double speed; /* times real time; 0: as fast as it goes */
    double speed_without_client;
    int64_t next_tick_ns; /* when the next tick is due; 0: unknown */
    bool tick_is_due;
    uint64_t tick_count; /* since the start of the program */
    uint64_t tick_limit; /* stop there; 0: never */
    struct sim_call queue[SIM_QUEUE_SIZE];
    size_t queue_count, queue_at; /* calls of this tick; those before queue_at are made */
    size_t custom_count;          /* custom commands among them */
    char commands[SIM_COMMAND_COUNT_MAX][SIM_COMMAND_SIZE_MAX]; /* registered by the client */
    size_t command_count;
    void (*note)(void *context, const char *text); /* lines for the log; may be null */
    void *note_context;
    const struct sim_watcher *watcher; /* null: nobody watches */
    struct sim_variables variables;
    struct sim_script script;
    char queued_text[SIM_QUEUED_TEXT_SIZE]; /* commands for the next tick */
    size_t queued_size;
    int load_depth;
    bool quits;                    /* the console's `quit` */
    const struct sim_files *files; /* may be null */
    struct sim_trigger triggers[SIM_TRIGGER_COUNT_MAX];
    int32_t trigger_count;
    struct simulation *simulation;   /* null in the run context */
    enum sim_simulation_phase phase; /* of the simulation */
    bool searches_alone;             /* brute force that nobody is to be asked about */
    int32_t steps_to_skip;           /* see sim_game_skip_steps */
    int32_t steps_skipped;           /* since the last call */
    int32_t skipped_time;            /* race time of the last of them, ms */
    /* For replies, states of other layouts, and events. */
    _Alignas(struct input_event) uint8_t scratch[8 * INPUT_RECORD_COUNT_MAX];
};

/*
 * Starts a race on `track` (copied). `call_data`: room for the slot's capacity, the caller's.
 * The struct is large: heap or static. `speed` as in the struct; a game that nobody is attached
 * to runs at `speed_without_client`, and stands still if that is negative.
 */
void sim_game_open(struct sim_game *game, const struct track *track, int laps, struct slot *slot,
                   const struct dialect *dialect, uint8_t *call_data, double speed,
                   double speed_without_client);

/*
 * From now on the game simulates these inputs, again and again, as long as there is a client;
 * `text` is an input script, of which other commands run as from the console. The simulation
 * stays the caller's, and `files` and `note` should be set before. Call it once, right after
 * sim_game_open. False: the text has more inputs than there is room for.
 */
bool sim_game_simulate(struct sim_game *game, struct simulation *simulation, const char *text,
                       size_t size);

/* Does one thing: serves a message, makes a call, or runs a tick. */
enum sim_progress sim_game_run(struct sim_game *game);

/* Tells the time: ticks that are due, timeouts of the client. For use while waiting. */
void sim_game_check(struct sim_game *game, int64_t now_ns);

/*
 * Times real time from now on, whether a client is attached or not; 0: as fast as it goes. False:
 * it is not a speed.
 */
bool sim_game_set_speed(struct sim_game *game, double speed);

/*
 * The client, in this process, says that it would let the next `count` step calls pass: they are
 * left out, up to the next call of another kind. What was left out is in steps_skipped, and stays
 * there until the client asks for more.
 */
static inline void sim_game_skip_steps(struct sim_game *game, int32_t count)
{
    game->steps_to_skip = count;
    game->steps_skipped = 0;
}

/* Asks the client to say goodbye: S_SHUTDOWN. Poll until game_server_has_client is false. */
void sim_game_shutdown(struct sim_game *game);

/* Whether the tick limit is reached, or the console has ended the game. */
static inline bool sim_game_is_over(const struct sim_game *game)
{
    return game->quits || (game->tick_limit != 0 && game->tick_count >= game->tick_limit);
}

#endif
