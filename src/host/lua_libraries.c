#include "host/lua_libraries.h"

#include "bindings/children.h"
#include "bindings/coroutines.h"
#include "bindings/game.h"
#include "bindings/network.h"
#include "bindings/native.h"
#include "bindings/runtime.h"
#include "host/embedded_modules.h"
#include "host/required_files.h"
#include "transport/game_files.h"

#include <errno.h>
#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GC_PAUSE_PERCENT = 600
};

/* A searcher of package.searchers: the modules inside the binary. */
static int l_search_embedded(lua_State *L)
{
    const char *name = luaL_checkstring(L, 1);
    for (size_t i = 0; i < embedded_module_count; i++) {
        const struct embedded_module *module = &embedded_modules[i];
        if (strcmp(module->name, name) != 0)
            continue;
        if (luaL_loadbufferx(L, (const char *)module->bytes, module->size, module->chunk_name,
                             "t") != LUA_OK)
            return lua_error(L);
        lua_pushstring(L, module->chunk_name);
        return 2;
    }
    lua_pushfstring(L, "no embedded module '%s'", name);
    return 1;
}

/* meta() -> list of the stubs' names; meta(name) -> the text of one, or nil */
static int l_meta(lua_State *L)
{
    const char *name = luaL_optstring(L, 1, NULL);
    if (name == NULL)
        lua_createtable(L, (int)embedded_stub_count, 0);
    for (size_t i = 0; i < embedded_stub_count; i++) {
        const struct embedded_module *stub = &embedded_stubs[i];
        if (name == NULL) {
            lua_pushstring(L, stub->name);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        } else if (strcmp(stub->name, name) == 0) {
            lua_pushlstring(L, (const char *)stub->bytes, stub->size);
            return 1;
        }
    }
    return name == NULL;
}

/* After the search path, so that a file of the user's comes first. */
static void add_searcher(lua_State *L)
{
    enum {
        PLACE = 3
    };
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    for (lua_Integer i = luaL_len(L, -1); i >= PLACE; i--) {
        lua_rawgeti(L, -1, i);
        lua_rawseti(L, -2, i + 1);
    }
    lua_pushcfunction(L, l_search_embedded);
    lua_rawseti(L, -2, PLACE);
    lua_getfield(L, -2, "preload");
    lua_pushcfunction(L, luaopen_tm_native);
    lua_setfield(L, -2, "tm.native");
    lua_pop(L, 3);
}

/* Modules next to the script are found from wherever it is run. */
static void add_script_folder(lua_State *L, const char *script)
{
    const char *slash = strrchr(script, '/');
    const char *separator = strrchr(script, LUA_DIRSEP[0]);
    if (slash == NULL || (separator != NULL && separator > slash))
        slash = separator; /* Windows takes either */
    if (slash == NULL)
        return; /* the current folder is in Lua's own path */
    lua_getglobal(L, "package");
    lua_pushlstring(L, script, (size_t)(slash - script));
    const char *folder = lua_tostring(L, -1);
    lua_getfield(L, -2, "path");
    lua_pushfstring(L, "%s/?.lua;%s/?/init.lua;%s", folder, folder, lua_tostring(L, -1));
    lua_setfield(L, -4, "path");
    lua_pop(L, 3);
}

/* What Lua's own does, but for what the C library would wait for. */
static void exit_at_once(lua_State *L)
{
    int status = lua_isboolean(L, 1) ? (lua_toboolean(L, 1) ? EXIT_SUCCESS : EXIT_FAILURE)
                                     : (int)luaL_optinteger(L, 1, EXIT_SUCCESS);
    if (lua_toboolean(L, 2))
        lua_close(L);
    fflush(NULL);
    _Exit(status);
}

/* os.exit lets the games go first, and waits for nobody. */
static int l_os_exit(lua_State *L)
{
    games_close(runtime_of(L));
    children_close(L);
    if (network_delays_exit(runtime_of(L)))
        exit_at_once(L);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 0);
    return 0;
}

/* os.rename takes the place of a file that is there, also where the C library refuses to. */
static int l_os_rename(lua_State *L)
{
    const char *from = luaL_checkstring(L, 1), *to = luaL_checkstring(L, 2);
    bool done = rename(from, to) == 0 || (errno == EEXIST && game_files_replace(from, to));
    return luaL_fileresult(L, done, NULL);
}

/* The function has the original as its upvalue. */
static void replace_in_os(lua_State *L, const char *name, lua_CFunction function)
{
    lua_getglobal(L, "os");
    lua_getfield(L, -1, name);
    lua_pushcclosure(L, function, 1);
    lua_setfield(L, -2, name);
    lua_pop(L, 1);
}

/* `arg` as lua fills it: the script at 0, its arguments from 1, what came before below. */
static void push_arg(lua_State *L, const struct options *options, int argc, char **argv)
{
    int script = options->script_index != 0 ? options->script_index : 0;
    lua_createtable(L, argc - script, script + 1);
    for (int i = 0; i < argc; i++) {
        lua_pushstring(L, argv[i]);
        lua_rawseti(L, -2, i - script);
    }
}

/* tm.native.start: what lua/tm/reload.lua needs to begin again. tm.native is on the stack. */
static void set_start(lua_State *L, const struct options *options, int argc, char **argv)
{
    lua_newtable(L);
    required_files_open(L);
    push_arg(L, options, argc, argv);
    lua_setfield(L, -2, "arg");
    if (options->script_index != 0 && !options->is_tas) {
        lua_pushstring(L, argv[options->script_index]);
        lua_setfield(L, -2, "script");
    }
    lua_setfield(L, -2, "start");
}

static void set_defaults(lua_State *L, const struct options *options, int argc, char **argv)
{
    luaL_requiref(L, "tm.native", luaopen_tm_native, 0);
    lua_createtable(L, options->attach_count, 0);
    for (int i = 0; i < options->attach_count; i++) {
        lua_pushstring(L, options->attach[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "addresses");
    lua_pushnumber(L, options->wait_s);
    lua_setfield(L, -2, "wait");
    lua_pushcfunction(L, l_meta);
    lua_setfield(L, -2, "meta");
    set_start(L, options, argc, argv);
    lua_pop(L, 1);
}

void lua_libraries_open(lua_State *L, const struct options *options, int argc, char **argv)
{
    if (options->ignore_environment) {
        lua_pushboolean(L, true);
        lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
    }
    luaL_openlibs(L);
    /*
     * A script that looks at a state in every step makes 8 KB of garbage each time, and little
     * else. Collecting at twice the live heap, Lua's default, would mark all of it every few
     * steps; at six times it is still below a megabyte for a usual script.
     */
    lua_gc(L, LUA_GCINC, GC_PAUSE_PERCENT, 0, 0);
    coroutines_open(L);
    add_searcher(L);
    replace_in_os(L, "exit", l_os_exit);
    replace_in_os(L, "rename", l_os_rename);
    push_arg(L, options, argc, argv);
    lua_setglobal(L, "arg");
    if (options->script_index != 0)
        add_script_folder(L, argv[options->script_index]);
    set_defaults(L, options, argc, argv);
    if (options->warnings)
        lua_warning(L, "@on", 0);
}
