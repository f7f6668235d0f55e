/*
 * The embedded game: a race, served over a slot to one client as TMInterface serves a game in
 * the run context. It is driven from outside, one small thing at a time, and is told the time;
 * it never waits and never reads a clock.
 */
#ifndef SIM_GAME_H
#define SIM_GAME_H

#include "peer/game_server.h"
#include "sim/race.h"
#include "sim/track.h"

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
    SIM_QUEUE_SIZE = SIM_COMMANDS_DUE_MAX + 4
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
    struct sim_call due[SIM_COMMANDS_DUE_MAX]; /* custom commands, for the next tick */
    size_t due_count;
    char commands[SIM_COMMAND_COUNT_MAX][SIM_COMMAND_SIZE_MAX]; /* registered by the client */
    size_t command_count;
    void (*note)(void *context, const char *text); /* lines for the log; may be null */
    void *note_context;
    uint8_t scratch[8 * INPUT_RECORD_COUNT_MAX]; /* for replies and states of other layouts */
};

/*
 * Starts a race on `track` (copied). `call_data`: room for the slot's capacity, the caller's.
 * The struct is large: heap or static. `speed` as in the struct; a game that nobody is attached
 * to runs at `speed_without_client`, and stands still if that is negative.
 */
void sim_game_open(struct sim_game *game, const struct track *track, int laps, struct slot *slot,
                   const struct dialect *dialect, uint8_t *call_data, double speed,
                   double speed_without_client);

/* Does one thing: serves a message, makes a call, or runs a tick. */
enum sim_progress sim_game_run(struct sim_game *game);

/* Tells the time: ticks that are due, timeouts of the client. For use while waiting. */
void sim_game_check(struct sim_game *game, int64_t now_ns);

/* Asks the client to say goodbye: S_SHUTDOWN. Poll until game_server_has_client is false. */
void sim_game_shutdown(struct sim_game *game);

/* Whether the tick limit is reached. */
static inline bool sim_game_is_over(const struct sim_game *game)
{
    return game->tick_limit != 0 && game->tick_count >= game->tick_limit;
}

#endif
