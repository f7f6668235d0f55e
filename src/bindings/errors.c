#include "bindings/errors.h"

#include "base/status.h"
#include "bindings/runs.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <string.h>

#define ERROR_TYPE "tm.error"

/* What a __close of the script sees of an error must read like one. */
static int l_error_tostring(lua_State *L)
{
    lua_getfield(L, 1, "message");
    luaL_tolstring(L, -1, NULL);
    return 1;
}

void errors_open(lua_State *L)
{
    luaL_newmetatable(L, ERROR_TYPE);
    lua_pushcfunction(L, l_error_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pop(L, 1);
}

int l_error_handler(lua_State *L)
{
    if (lua_istable(L, 1) && lua_getfield(L, 1, "traceback") == LUA_TSTRING) {
        lua_settop(L, 1);
        return 1;
    }
    lua_settop(L, 1);
    const char *message = luaL_tolstring(L, 1, NULL);
    luaL_traceback(L, L, message, 1); /* error text traceback */
    lua_createtable(L, 0, 2);
    lua_insert(L, -2);
    lua_setfield(L, -2, "traceback");
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "message");
    luaL_setmetatable(L, ERROR_TYPE);
    return 1;
}

/*
 * Whether the error three below the top is the refusal of a tm.attach, perhaps behind a position;
 * then pushes the message alone: a missing game is no matter for a traceback.
 */
static bool is_no_game(lua_State *L)
{
    lua_pushvalue(L, -4);
    if (lua_istable(L, -1))
        lua_getfield(L, -1, "message");
    else
        lua_pushvalue(L, -1);
    lua_getfield(L, LUA_REGISTRYINDEX, ERRORS_NO_GAME_KEY); /* … copy message refusal */
    size_t size = 0, refusal_size = 0;
    const char *message = lua_tolstring(L, -2, &size);
    const char *refusal = lua_tolstring(L, -1, &refusal_size);
    bool ends_so = message != NULL && refusal != NULL && refusal_size <= size &&
                   memcmp(message + size - refusal_size, refusal, refusal_size) == 0;
    lua_remove(L, -2);
    lua_remove(L, -2);
    if (!ends_so)
        lua_pop(L, 1);
    return ends_so;
}

void runtime_report_error(struct runtime *runtime, lua_State *L, const char *where)
{
    if (lua_istable(L, -1))
        lua_getfield(L, -1, "traceback");
    else
        lua_pushvalue(L, -1);
    const char *text = luaL_tolstring(L, -1, NULL); /* error traceback text */
    if (where != NULL)
        lua_pushfstring(L, "%s: %s", where, text);
    else
        lua_pushvalue(L, -1);
    /*
     * Ctrl-C is not an error of the script: one word is enough, the exit status says the rest. At
     * a prompt the script goes on, and who wrote it wants to know where it was.
     */
    int exit_status = 1;
    if (is_no_game(L)) {
        runtime->report(lua_tostring(L, -1));
        lua_pop(L, 1);
        exit_status = 3;
    } else if (runtime->interactive || !atomic_load(&runtime->interrupted)) {
        runtime->report(lua_tostring(L, -1));
    }
    lua_pop(L, 4);
    if (runtime->interactive)
        return;
    if (runtime->outlives_errors) {
        runs_end_soon(runtime, false);
        return;
    }
    runtime->failed = runtime->failed || !runtime->quitting;
    runtime_quit(runtime, exit_status);
}

int push_refusal(lua_State *L, int status, const char *format, ...)
{
    lua_pushnil(L);
    va_list arguments;
    va_start(arguments, format);
    lua_pushvfstring(L, format, arguments);
    va_end(arguments);
    lua_pushstring(L, status_word((enum status)status));
    return 3;
}
