/*
 * coroutine.resume and coroutine.wrap that say which coroutine runs, so that Ctrl-C and the
 * watchdog can stop the Lua code of any of them. They behave as Lua's own.
 */
#ifndef BINDINGS_COROUTINES_H
#define BINDINGS_COROUTINES_H

#include <lua.h>

/* Replaces the two functions in the global table `coroutine`. */
void coroutines_open(lua_State *L);

#endif
