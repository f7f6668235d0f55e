/*
 * What the files of the embedded game (game.c, game_requests.c, game_simulation.c, console.c) share
 * with each other, and with nobody else.
 */
#ifndef SIM_GAME_REQUESTS_H
#define SIM_GAME_REQUESTS_H

#include "sim/game.h"

/* The request function of `struct game_server_handler`; `context` is the sim_game. */
enum status sim_game_request(void *context, struct game_server *server, enum message request,
                             const uint8_t *data, size_t size);

/* A call for the client, behind those of this tick that are not made yet. */
void sim_queue_call(struct sim_game *game, enum message message, const void *data, size_t size);

/* The call of a step, unless the client would let it pass. */
void sim_queue_step(struct sim_game *game, enum message message, int32_t time);

/* sim_queue_call for the use of a custom command; false when there are too many of them. */
bool sim_queue_custom(struct sim_game *game, const void *data, size_t size);

/* Drops the calls of this tick that have not been made. */
void sim_queue_clear(struct sim_game *game);

/* Checkpoint and lap calls for what has happened in a tick. */
void sim_queue_happenings(struct sim_game *game, unsigned happened);

/* Tells the watcher, if there is one. */
static inline void sim_tell_tick(struct sim_game *game, unsigned happened)
{
    if (game->watcher != NULL)
        game->watcher->ticked(game->watcher->context, happened);
}

/* The simulation context's tick: a tick of the race, or one of the steps around it. */
enum sim_progress sim_simulation_run(struct sim_game *game);

/* The brute force of the simulation that begins, if the controller asks for one. */
void sim_bruteforce_begin(struct sim_game *game);

/* After a tick of a simulation: its brute force looks at it, and the client is to be asked. */
void sim_bruteforce_look(struct sim_game *game);

/* What the client has decided about the tick; BRUTEFORCE_CONTINUE and -1 if it was not asked. */
void sim_bruteforce_decide(struct sim_game *game, uint32_t decision, int32_t rewind_time);

/* The controller is another. */
void sim_bruteforce_controller_changed(struct sim_game *game);

/* Whether there is a player: not between two simulations. */
static inline bool sim_game_has_player(const struct sim_game *game)
{
    return game->simulation == NULL || game->phase != SIM_SIMULATION_IDLE;
}

/* Room for EVENT_TAPE_COUNT_MAX events, until the next request. */
static inline struct input_event *sim_game_event_scratch(struct sim_game *game)
{
    return (struct input_event *)(void *)game->scratch;
}

/* Where timed inputs go: into those of the simulation, or into the script's of every race. */
static inline struct event_tape *sim_game_inputs(struct sim_game *game)
{
    return game->simulation != NULL ? &game->simulation->tape : &game->script.inputs;
}

/* In either context. */
void sim_game_set_inputs(struct sim_game *game, const struct input_states *inputs);
void sim_game_respawn(struct sim_game *game);
void sim_game_horn(struct sim_game *game);

/* A variable of the console has a new value. */
void sim_game_variable_changed(struct sim_game *game, int index);

#endif
