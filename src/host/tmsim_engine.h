/*
 * The engine of tmsim: the framed TCP protocol in front of the embedded game. It answers pings,
 * draws pictures of the race, runs commands (tmsim_engine_commands.h) and tells its clients what
 * happens. It drives nothing: the loop of tmsim_serve.c gives it turns, and it never waits unless
 * it is told to.
 *
 * Source: the seed "remote-editor-protocol.md" and the fact sheet "Remote editor TCP protocol".
 */
#ifndef HOST_TMSIM_ENGINE_H
#define HOST_TMSIM_ENGINE_H

#include "host/tmsim_options.h"
#include "sim/game.h"

struct tmsim_engine;

/*
 * Listens where the options say; `say` takes lines for the log of tmsim. The game is borrowed, and
 * its watcher is the engine's from now on. Null: said why on standard error.
 */
struct tmsim_engine *tmsim_engine_open(const struct tmsim_options *options, struct sim_game *game,
                                       void (*say)(void *context, const char *text),
                                       void *say_context);

/* Where it really listens. */
void tmsim_engine_address(const struct tmsim_engine *engine, char text[TCP_ADDRESS_TEXT_SIZE]);

/* A note of the game, for the clients. */
void tmsim_engine_note(struct tmsim_engine *engine, const char *text);

/*
 * Something small, if it is time for it: looks at the sockets, and draws one picture. `is_idle`:
 * the game waits for the clock; otherwise it gets as much time as the pictures do.
 */
void tmsim_engine_turn(struct tmsim_engine *engine, int64_t now_ns, bool is_idle);

/* Sleeps that long, or until a client wants something. */
void tmsim_engine_wait(struct tmsim_engine *engine, int64_t duration_ns);

/* Says goodbye and ends all connections. */
void tmsim_engine_close(struct tmsim_engine *engine);

#endif
