#include "host/required_files.h"

#include "bindings/runs.h"

#include <lauxlib.h>

enum {
    LUA_FILE_SEARCHER = 2, /* in package.searchers */
    UPVALUE_SEARCHER = 1,
    UPVALUE_PACKAGE,
    UPVALUE_START
};

/* Pushes package.searchpath(name, package.path), or nil. */
static void push_file(lua_State *L, const char *name)
{
    lua_getfield(L, lua_upvalueindex(UPVALUE_PACKAGE), "searchpath");
    lua_pushstring(L, name);
    lua_getfield(L, lua_upvalueindex(UPVALUE_PACKAGE), "path");
    if (lua_isfunction(L, -3) && lua_isstring(L, -1)) {
        lua_call(L, 2, 1);
    } else { /* Lua's own search will say what it thinks of that */
        lua_pop(L, 3);
        lua_pushnil(L);
    }
}

static void note(lua_State *L, const char *name)
{
    lua_getfield(L, lua_upvalueindex(UPVALUE_START), "required");
    push_file(L, name);
    if (lua_isnil(L, -1)) {
        lua_pushboolean(L, false);
    } else {
        lua_createtable(L, 0, 2);
        runs_push_file_stamp(L, lua_tostring(L, -2));
        lua_setfield(L, -2, "stamp");
        lua_pushvalue(L, -2);
        lua_setfield(L, -2, "file");
    }
    lua_setfield(L, -3, name);
    lua_pop(L, 2);
}

/* A searcher: Lua's own, and a note of what it is asked for. */
static int l_search(lua_State *L)
{
    note(L, luaL_checkstring(L, 1));
    lua_settop(L, 1);
    lua_pushvalue(L, lua_upvalueindex(UPVALUE_SEARCHER));
    lua_insert(L, 1);
    lua_call(L, 1, LUA_MULTRET);
    return lua_gettop(L);
}

void required_files_open(lua_State *L)
{
    int start = lua_gettop(L);
    lua_newtable(L);
    lua_setfield(L, start, "required");
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    lua_rawgeti(L, -1, LUA_FILE_SEARCHER);
    lua_pushvalue(L, -3);
    lua_pushvalue(L, start);
    lua_pushcclosure(L, l_search, 3);
    lua_rawseti(L, -2, LUA_FILE_SEARCHER);
    lua_settop(L, start);
}
