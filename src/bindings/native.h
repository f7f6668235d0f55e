/*
 * The module tm.native: everything in C that lua/tm builds on. Only lua/tm requires it; its
 * names may change with any version.
 */
#ifndef BINDINGS_NATIVE_H
#define BINDINGS_NATIVE_H

#include <lua.h>

/* Opens the module: leaves its table on the stack. */
int luaopen_tm_native(lua_State *L);

#endif
