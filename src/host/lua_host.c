#include "host/lua_host.h"

#include "bindings/children.h"
#include "bindings/game.h"
#include "bindings/network.h"
#include "bindings/runs.h"
#include "bindings/runtime.h"
#include "host/event_loop.h"
#include "host/interactive.h"
#include "host/lua_libraries.h"
#include "transport/interrupt.h"
#include "transport/shared_memory.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One run of the program; the interrupt functions have no other way to reach it. */
static struct {
    struct runtime runtime;
    const struct options *options;
    int argc;
    char **argv;
    int interactive_status;
} host;

static void report(const char *text)
{
    fflush(stdout);
    fprintf(stderr, "tmlua: %s\n", text);
    fflush(stderr);
}

static void on_interrupt(void)
{
    if (host.runtime.interactive) {
        interactive_interrupt(&host.runtime);
        return;
    }
    atomic_store(&host.runtime.interrupted, true);
    runtime_interrupt(&host.runtime);
}

static void on_overrun(void)
{
    atomic_store(&host.runtime.overrun, true);
    runtime_interrupt(&host.runtime);
}

/* Loads what LUA_INIT says, as lua does; false when there is nothing. */
static bool load_init(lua_State *L)
{
    const char *name = "=LUA_INIT_5_4";
    const char *init = host.options->ignore_environment ? NULL : getenv(name + 1);
    if (init == NULL && !host.options->ignore_environment) {
        name = "=LUA_INIT";
        init = getenv(name + 1);
    }
    if (init == NULL)
        return false;
    int status =
        init[0] == '@' ? luaL_loadfile(L, init + 1) : luaL_loadbuffer(L, init, strlen(init), name);
    if (status != LUA_OK)
        lua_error(L);
    return true;
}

static int main_k(lua_State *L, int status, lua_KContext index);

/* -e CODE, or -l MODULE: `module = require "module"`. */
static int run_chunk(lua_State *L, const struct option_chunk *chunk, lua_KContext index)
{
    if (chunk->is_module) {
        lua_getglobal(L, "require");
        lua_pushstring(L, chunk->text);
        lua_callk(L, 1, 1, index, main_k);
        lua_setglobal(L, chunk->text);
        return 0;
    }
    if (luaL_loadbuffer(L, chunk->text, strlen(chunk->text), "=(command line)") != LUA_OK)
        return lua_error(L);
    lua_callk(L, 0, 0, index, main_k);
    return 0;
}

static bool wants_standard_input(const struct options *options, char **argv)
{
    if (options->interactive && options->script_index == 0)
        return false;
    if (options->script_index != 0)
        return strcmp(argv[options->script_index], "-") == 0 &&
               strcmp(argv[options->script_index - 1], "--") != 0;
    return options->chunk_count == 0 && !options->version;
}

/* Pushes tm.native.start, which lua/tm/reload.lua shares with us. */
static void push_start(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_getfield(L, -1, "tm.native");
    lua_getfield(L, -1, "start");
    lua_replace(L, -3);
    lua_pop(L, 1);
}

/* A script that is run again has been compiled before the old one was ended. */
static bool push_compiled(lua_State *L)
{
    push_start(L);
    bool is_compiled = lua_getfield(L, -1, "compiled") == LUA_TFUNCTION;
    lua_replace(L, -2);
    if (!is_compiled)
        lua_pop(L, 1);
    return is_compiled;
}

/* The function that the arguments are for; raises an error that says why there is none. */
static void push_script(lua_State *L, bool standard_input)
{
    if (host.options->is_tas) {
        lua_getglobal(L, "require");
        lua_pushliteral(L, "tm.tas_command");
        lua_call(L, 1, 1);
        return;
    }
    const char *path = standard_input ? NULL : host.argv[host.options->script_index];
    if (!push_compiled(L) && luaL_loadfile(L, path) != LUA_OK)
        lua_error(L);
}

static int run_script(lua_State *L)
{
    int script = host.options->script_index;
    bool standard_input = wants_standard_input(host.options, host.argv);
    if (script == 0 && !standard_input)
        return 0;
    push_script(L, standard_input);
    int argument_count = script != 0 ? host.argc - script - 1 : 0;
    luaL_checkstack(L, argument_count, "too many arguments to script");
    for (int i = 0; i < argument_count; i++)
        lua_pushstring(L, host.argv[script + 1 + i]);
    lua_callk(L, argument_count, 0, host.options->chunk_count + 2, main_k);
    return 0;
}

/* The main task, step by step: LUA_INIT, each -e and -l, the script. A step may yield. */
static int main_from(lua_State *L, lua_KContext index)
{
    int chunk_count = host.options->chunk_count;
    if (index == 0 && load_init(L))
        lua_callk(L, 0, 0, 1, main_k);
    for (lua_KContext i = index > 0 ? index : 1; i <= chunk_count; i++)
        run_chunk(L, &host.options->chunks[i - 1], i + 1);
    return index <= chunk_count + 1 ? run_script(L) : 0;
}

static int main_k(lua_State *L, int status, lua_KContext index)
{
    (void)status;
    lua_KContext last = index - 2; /* the chunk that has just come back from a yield */
    if (last >= 0 && last < host.options->chunk_count && host.options->chunks[last].is_module)
        lua_setglobal(L, host.options->chunks[last].text);
    return main_from(L, index);
}

static int l_main(lua_State *L)
{
    return main_from(L, 0);
}

static const char prompt_reload[] =
    "if require('tm.native').start.script then require 'tm.reload' end";

/* For lua/tm/reload.lua, which also watches over the files; before a script changes paths. */
static void prepare_reload(lua_State *L)
{
    push_start(L);
    lua_pushcfunction(L, l_main);
    lua_setfield(L, -2, "main");
    lua_pop(L, 1);
    if (host.options->interactive && luaL_dostring(L, prompt_reload) != LUA_OK) {
        report(lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    if (!host.options->watch)
        return;
    luaL_loadstring(L, "require 'tm.reload'.watch()");
    task_start(L, 0);
    lua_pop(L, 1);
}

static int l_list(lua_State *L)
{
    lua_getglobal(L, "require");
    lua_pushliteral(L, "tm.list");
    lua_call(L, 1, 1);
    lua_call(L, 0, 0);
    return 0;
}

static int l_open(lua_State *L)
{
    lua_libraries_open(L, host.options, host.argc, host.argv);
    return 0;
}

static bool open_state(lua_State *L)
{
    runtime_open(&host.runtime, L);
    host.runtime.report = report;
    host.runtime.overran = on_overrun;
    lua_pushcfunction(L, l_open);
    if (lua_pcall(L, 0, 0, 0) == LUA_OK)
        return true;
    report(lua_tostring(L, -1));
    return false;
}

static int exit_status(const struct runtime *runtime)
{
    enum interrupt interrupt = interrupt_caught();
    if (interrupt != INTERRUPT_NONE)
        return interrupt_exit_status(interrupt);
    if (runtime->interactive)
        return runtime->quitting ? runtime->exit_status : host.interactive_status;
    if (runtime->quitting && !(runtime->failed && runtime->game_lost))
        return runtime->exit_status;
    return runtime->game_lost ? 4 : 0;
}

int lua_host_run(const struct options *options, int argc, char **argv)
{
    host.options = options;
    host.argc = argc;
    host.argv = argv;
    if (options->interactive)
        interactive_open(); /* before Lua's io library looks for stdout */
    lua_State *L = luaL_newstate();
    if (L == NULL) {
        report("out of memory");
        return 1;
    }
    if (!open_state(L)) {
        lua_close(L);
        return 1;
    }
    shared_memory_guard();
    interrupt_catch(on_interrupt);
    prepare_reload(L);
    host.runtime.interactive = options->interactive;
    lua_pushcfunction(L, options->list ? l_list : l_main);
    runs_begin(&host.runtime);
    if (options->interactive)
        host.interactive_status = interactive_run(&host.runtime, options->script_index != 0);
    else
        event_loop_run(&host.runtime);
    games_close(&host.runtime);
    children_close(L);
    int status = exit_status(&host.runtime);
    bool is_done = network_close(&host.runtime);
    watchdog_stop();
    if (!is_done) {
        fflush(NULL);
        _Exit(status);
    }
    lua_close(L);
    return status;
}
