/* What the embedded game does with each request of a client; part of sim/game. */
#ifndef SIM_GAME_REQUESTS_H
#define SIM_GAME_REQUESTS_H

#include "sim/game.h"

/* The request function of `struct game_server_handler`; `context` is the sim_game. */
enum status sim_game_request(void *context, struct game_server *server, enum message request,
                             const uint8_t *data, size_t size);

/* Runs a line of the console: what it does, or what is wrong with it, goes to the log. */
void sim_console_execute(struct sim_game *game, const char *line);

/* Drops the calls of this tick that have not been made. */
void sim_queue_clear(struct sim_game *game);

#endif
