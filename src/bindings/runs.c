#include "bindings/runs.h"

#include "bindings/children.h"
#include "bindings/game.h"
#include "bindings/network.h"
#include "transport/file_stamp.h"

#include <inttypes.h>
#include <lauxlib.h>
#include <stdio.h>

static void start(struct runtime *runtime, int argument_count)
{
    runtime->acting_run = runtime->run;
    task_start(runtime->L, argument_count);
    runtime->acting_run = 0;
    lua_pop(runtime->L, 1);
}

void runs_begin(struct runtime *runtime)
{
    runtime->run = 1;
    start(runtime, 0);
}

void runs_end_soon(struct runtime *runtime, bool again)
{
    runtime->run_ends = true;
    runtime->runs_again = runtime->runs_again || again;
}

/* A variable's __close may end tasks too: so each time from the start. */
static struct task *task_of_run(const struct runtime *runtime, uint32_t run)
{
    struct task *task = runtime->tasks;
    while (task != NULL && (task->run != run || task->done != NULL))
        task = task->all_next;
    return task;
}

static void end_run(struct runtime *runtime, uint32_t run)
{
    struct task *task;
    runtime->is_ending_run = true;
    while ((task = task_of_run(runtime, run)) != NULL)
        task_close(task);
    for (struct game *game = runtime->games; game != NULL; game = game->next)
        game_end_run(game, run);
    runtime->is_ending_run = false;
}

void runs_switch(struct runtime *runtime)
{
    bool again = runtime->runs_again;
    uint32_t ended = runtime->run;
    runtime->run_ends = false;
    runtime->runs_again = false;
    end_run(runtime, ended);
    if (++runtime->run == 0)
        runtime->run = 1; /* 0 is the program's own */
    network_end_run(runtime, ended);
    children_end_run(runtime->L, ended);
    if (runtime->run_handler == 0 || runtime->quitting)
        return;
    lua_rawgeti(runtime->L, LUA_REGISTRYINDEX, runtime->run_handler);
    lua_pushboolean(runtime->L, again);
    lua_pushinteger(runtime->L, ended);
    start(runtime, 2);
}

/* run() -> the number of the run that asks; 0 is the prompt's */
static int l_run(lua_State *L)
{
    lua_pushinteger(L, runtime_of(L)->acting_run);
    return 1;
}

/* run_is_over(number) -> whether nothing of that run goes on */
static int l_run_is_over(lua_State *L)
{
    lua_pushboolean(L, run_is_over(runtime_of(L), (uint32_t)luaL_checkinteger(L, 1)));
    return 1;
}

/* end_run([again]): the script's run ends when the Lua code that runs waits or ends */
static int l_end_run(lua_State *L)
{
    runs_end_soon(runtime_of(L), lua_toboolean(L, 1));
    return 0;
}

/* on_run_end(function): behind each end, function(again, number) begins the next run */
static int l_on_run_end(lua_State *L)
{
    struct runtime *runtime = runtime_of(L);
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_settop(L, 1);
    luaL_unref(L, LUA_REGISTRYINDEX, runtime->run_handler != 0 ? runtime->run_handler : LUA_NOREF);
    runtime->run_handler = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

/* outlive_errors(): from now on an error nobody handles ends the script's run, not the program */
static int l_outlive_errors(lua_State *L)
{
    runtime_of(L)->outlives_errors = true;
    return 0;
}

/* report(text): shows it as errors are shown */
static int l_report(lua_State *L)
{
    runtime_of(L)->report(luaL_checkstring(L, 1));
    return 0;
}

void runs_push_file_stamp(lua_State *L, const char *path)
{
    struct file_stamp stamp;
    char text[120];
    if (!file_stamp_read(&stamp, path)) {
        lua_pushnil(L);
        return;
    }
    snprintf(text, sizeof text, "%" PRIu64 " %" PRId64 ".%09" PRId32 " %" PRIu64 " %" PRIu64,
             stamp.size, stamp.seconds, stamp.nanoseconds, stamp.inode, stamp.device);
    lua_pushstring(L, text);
}

/* file_stamp(path) -> text that differs when the file does; nil: there is none */
static int l_file_stamp(lua_State *L)
{
    runs_push_file_stamp(L, luaL_checkstring(L, 1));
    return 1;
}

/* kept_games() -> list of attached games that this run has not asked for, the oldest first */
static int l_kept_games(lua_State *L)
{
    const struct runtime *runtime = runtime_of(L);
    lua_Integer count = 0;
    lua_newtable(L);
    for (const struct game *game = runtime->games; game != NULL; game = game->next)
        count += game_is_kept(game);
    for (const struct game *game = runtime->games; game != NULL; game = game->next) {
        if (!game_is_kept(game))
            continue;
        lua_rawgeti(L, LUA_REGISTRYINDEX, game->anchor);
        lua_rawseti(L, -2, count--); /* the newest is the first on the runtime's list */
    }
    return 1;
}

/* close_unasked_games(): those that neither this run nor the prompt has asked for */
static int l_close_unasked_games(lua_State *L)
{
    struct runtime *runtime = runtime_of(L);
    for (struct game *game = runtime->games; game != NULL; game = game->next)
        if (game->asked_by_run != runtime->acting_run && !game->asked_by_prompt)
            game_close(game, STATUS_CLOSED);
    return 0;
}

void runs_add_functions(lua_State *L)
{
    static const luaL_Reg functions[] = {{"run", l_run},
                                         {"run_is_over", l_run_is_over},
                                         {"end_run", l_end_run},
                                         {"on_run_end", l_on_run_end},
                                         {"outlive_errors", l_outlive_errors},
                                         {"report", l_report},
                                         {"file_stamp", l_file_stamp},
                                         {"kept_games", l_kept_games},
                                         {"close_unasked_games", l_close_unasked_games},
                                         {NULL, NULL}};
    luaL_setfuncs(L, functions, 0);
}
