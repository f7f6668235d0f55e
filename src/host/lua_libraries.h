/*
 * What a script finds in its state: Lua's libraries with our changes to them, the embedded
 * modules, `arg`, and the settings of the command line.
 */
#ifndef HOST_LUA_LIBRARIES_H
#define HOST_LUA_LIBRARIES_H

#include "host/options.h"

#include <lua.h>

/* Opens everything. Raises errors; call it protected. */
void lua_libraries_open(lua_State *L, const struct options *options, int argc, char **argv);

#endif
