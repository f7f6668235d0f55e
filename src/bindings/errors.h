/*
 * Errors on their way from Lua to the user: tracebacks, the report of what nobody handled, and
 * refusals of the world as `nil, message, code`.
 */
#ifndef BINDINGS_ERRORS_H
#define BINDINGS_ERRORS_H

#include "base/printf_like.h"
#include "bindings/runtime.h"

#include <lua.h>

/* Registry field: the message of the last tm.attach that found no game. */
#define ERRORS_NO_GAME_KEY "tmlua.no_game"

/* Creates the metatable of errors that carry their traceback. */
void errors_open(lua_State *L);

/*
 * Message handler for pcall: turns an error into a table {message, traceback} whose
 * `message` is the original value. Already such tables pass through.
 */
int l_error_handler(lua_State *L);

/*
 * Reports the error on top of the stack (a table of l_error_handler, or any value) as unhandled:
 * prints `where` and the traceback, ends the run with status 1. Pops it.
 */
void runtime_report_error(struct runtime *runtime, lua_State *L, const char *where);

/* Pushes nil, message, code: how the world's refusals reach Lua. Returns 3. */
int push_refusal(lua_State *L, int status, const char *format, ...) PRINTF_LIKE(3, 4);

#endif
