/*
 * The game's console: lines of commands, from its own prompt, from a client (C_EXECUTE_COMMAND) and
 * from files, which run before the next tick. What they do, and what is wrong with them, goes to
 * the game's log.
 *
 * Source: fact sheet "TMInterface input scripts", sections 5 and 9.
 */
#ifndef SIM_CONSOLE_H
#define SIM_CONSOLE_H

#include "base/printf_like.h"
#include "wire/console_command.h"

#include <stdbool.h>
#include <stddef.h>

struct sim_game;

/* Queues text, of one line or several, to be run before the next tick. */
void sim_console_queue(struct sim_game *game, const char *text, size_t size);

/* Runs what was queued. */
void sim_console_run_queued(struct sim_game *game);

/* Runs all commands of a text now: immediate ones at once, timed ones wait for their time. */
void sim_console_run(struct sim_game *game, const char *text, size_t size);

/* Runs the timed commands whose time comes with the next tick; none in the countdown. */
void sim_console_run_due(struct sim_game *game);

/* Runs one command that is not timed, whose name is not that of a custom command. */
void sim_console_execute(struct sim_game *game, const struct console_command *command);

/* A line of the log, as printf writes it. */
void sim_say(struct sim_game *game, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
