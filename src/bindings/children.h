/*
 * Programs that Lua starts, and what else it needs to start its own again. A child ends with its
 * handle, with the run of the script that has made it, and with this program.
 */
#ifndef BINDINGS_CHILDREN_H
#define BINDINGS_CHILDREN_H

#include <lua.h>
#include <stdint.h>

/* Creates the metatable of children. */
void children_open_type(lua_State *L);

/*
 * start_child{program, argument…} -> child, or nil, message, code. `child.pid`; `child.status`, nil
 * while it runs, then its exit status or 128 + the signal; `child:kill()`; `child:close()`, which
 * ends it if it still runs.
 */
int l_native_start_child(lua_State *L);

/* processors() -> how many threads can be at work at the same time */
int l_native_processors(lua_State *L);

/* Pushes the path of the program that runs, or nil. */
void children_push_program(lua_State *L);

/* Ends those that a run of the script has made. */
void children_end_run(lua_State *L, uint32_t run);

/* Ends all and frees what they need, as at the end of the program. Twice is fine. */
void children_close(lua_State *L);

#endif
