/* Tasks and time, as Lua sees them: functions of tm.native. */
#ifndef BINDINGS_TASK_H
#define BINDINGS_TASK_H

#include <lua.h>

int l_native_task(lua_State *L);
int l_native_sleep(lua_State *L);
int l_native_this_task(lua_State *L);
int l_native_now(lua_State *L);
int l_native_quit(lua_State *L);

/* Creates the metatable of tasks. */
void task_open_type(lua_State *L);

#endif
