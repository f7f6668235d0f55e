/*
 * Hooks: the values of a call as Lua values, and the coroutine in which the hooks of a call run
 * one after the other. Part of bindings/game.
 */
#ifndef BINDINGS_GAME_DISPATCH_H
#define BINDINGS_GAME_DISPATCH_H

#include "bindings/game.h"

/* Prepares the coroutine of an enlisted game, and takes it off the list of tasks again. */
void game_dispatcher_open(struct game *game);
void game_dispatcher_close(struct game *game);

/* Ends the hook that waits, for good; those behind it do not hear of this call. */
void game_dispatcher_stop(struct game *game);

/* Hands the error of a task to error hooks or the user; false: no game has to do with it. */
bool game_task_failed(struct task *task);

/* Pushes what a hook of game->event gets after the game, up to 11 values; returns the count. */
int push_call_arguments(lua_State *L, struct game *game, const struct game_message *message);

/*
 * Takes the decision and the time to rewind to that a hook has returned, the two values on top of
 * the stack, and pops them; nil leaves what an earlier hook has decided. False: they are none, the
 * answer is to continue, and a message is on the stack in their place.
 */
bool take_decision(lua_State *L, struct game *game);

/* Starts the hooks of the open call. game->dispatching says whether they are done. */
void game_run_hooks(struct game *game, const struct game_message *message);

#endif
