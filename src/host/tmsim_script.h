/* What tmsim gives its game besides a client: files, the script of the command line, a console. */
#ifndef HOST_TMSIM_SCRIPT_H
#define HOST_TMSIM_SCRIPT_H

#include "host/tmsim_options.h"
#include "sim/game.h"

/*
 * Gives the game its files, and loads the script of --inputs or --simulate. `*simulation` is null
 * or to be freed when the game is. False: said why on standard error.
 */
bool tmsim_script_load(const struct tmsim_options *options, struct sim_game *game,
                       struct simulation **simulation);

/* Runs the lines that have arrived on standard input. */
void tmsim_console_poll(struct sim_game *game);

#endif
