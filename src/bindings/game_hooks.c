/* game:on, game:once, hook:cancel, and the two ways to wait for a call: step and wait. */
#include "bindings/game.h"

#include "transport/clock.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

static enum game_event check_event(lua_State *L, int index)
{
    const char *name = luaL_checkstring(L, index);
    if (strncmp(name, "on_", 3) == 0) /* as the Python client has them */
        name += 3;
    for (int event = 1; event < GAME_EVENT_COUNT; event++)
        if (strcmp(game_event_names[event], name) == 0)
            return (enum game_event)event;
    lua_pushfstring(L, "unknown event '%s'; there are:", name);
    for (int event = 1; event < GAME_EVENT_COUNT; event++)
        lua_pushfstring(L, " %s", game_event_names[event]);
    lua_concat(L, GAME_EVENT_COUNT);
    luaL_argerror(L, index, lua_tostring(L, -1));
    return GAME_EVENT_NONE;
}

/* The list of hooks of an event, on top of the stack; the game is at index 1. */
static void push_list(lua_State *L, enum game_event event)
{
    lua_getiuservalue(L, 1, GAME_USER_HOOKS);
    if (lua_rawgeti(L, -1, event) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_rawseti(L, -3, event);
    }
    lua_remove(L, -2);
}

static int add_hook(lua_State *L, bool once)
{
    struct game *game = check_game(L, 1);
    enum game_event event = check_event(L, 2);
    luaL_checktype(L, 3, LUA_TFUNCTION);
    lua_settop(L, 3);
    struct game_hook *hook = lua_newuserdatauv(L, sizeof *hook, 2);
    *hook = (struct game_hook){
        .game = NULL, .event = event, .run = runtime_of(L)->acting_run, .once = once};
    luaL_setmetatable(L, HOOK_TYPE);
    lua_pushvalue(L, 3);
    lua_setiuservalue(L, 4, 1);
    lua_pushvalue(L, 1);
    lua_setiuservalue(L, 4, 2); /* the hook keeps its game */
    push_list(L, event);
    if (lua_rawlen(L, -1) >= 0xFFFF)
        return luaL_error(L, "too many hooks");
    lua_pushvalue(L, 4);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    hook->game = game;
    game->hook_count[event]++;
    game->hook_total++;
    lua_settop(L, 4);
    return 1;
}

/* game:on(event, function) -> hook */
static int l_game_on(lua_State *L)
{
    return add_hook(L, false);
}

/* game:once(event, function) -> hook */
static int l_game_once(lua_State *L)
{
    return add_hook(L, true);
}

void game_hook_cancel(struct game_hook *hook)
{
    struct game *game = hook->game;
    if (game == NULL)
        return;
    hook->game = NULL;
    game->hook_count[hook->event]--;
    game->hook_total--;
    game->hooks_dirty = true;
}

static int l_hook_cancel(lua_State *L)
{
    game_hook_cancel(luaL_checkudata(L, 1, HOOK_TYPE));
    return 0;
}

static void compact_list(lua_State *L)
{
    lua_Integer kept = 0, count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        struct game_hook *hook = lua_touserdata(L, -1);
        if (hook->game != NULL)
            lua_rawseti(L, -2, ++kept);
        else
            lua_pop(L, 1);
    }
    for (lua_Integer i = kept + 1; i <= count; i++) {
        lua_pushnil(L);
        lua_rawseti(L, -2, i);
    }
}

void game_hooks_compact(struct game *game)
{
    lua_State *L = game->runtime->L;
    game->hooks_dirty = false;
    lua_rawgeti(L, LUA_REGISTRYINDEX, game->anchor);
    lua_getiuservalue(L, -1, GAME_USER_HOOKS);
    for (int event = 1; event < GAME_EVENT_COUNT; event++) {
        if (lua_rawgeti(L, -1, event) == LUA_TTABLE)
            compact_list(L);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}

static void waiters_append(struct game *game, struct task *task)
{
    struct task **place = &game->waiters;
    while (*place != NULL)
        place = &(*place)->next;
    task->next = NULL;
    *place = task;
}

/* After the wait: the values of the call, or why there will be none. The context is their start. */
static int wait_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    task_raise_failure(L, task_of(L));
    struct game *game = check_game(L, 1);
    int count = lua_gettop(L) - (int)context;
    if (count > 0)
        return count;
    if (game->state != GAME_ATTACHED)
        return push_game_refusal(L, game, game->client.end);
    if (task_of(L)->timed_out)
        return push_game_refusal(L, game, STATUS_TIMEOUT);
    lua_pushboolean(L, true); /* a call without values */
    return 1;
}

static int wait_for(lua_State *L, struct game *game, enum game_event event, int count,
                    enum game_event cut, double limit_s, const char *what)
{
    struct task *task = check_can_wait(L, what);
    if (game->state != GAME_ATTACHED)
        return push_gone(L, game);
    if (task->done != NULL && (task->inside & game->bit) != 0)
        return luaL_error(L,
                          "%s inside a hook would wait for a call that comes after this one; "
                          "use tm.task",
                          what);
    task->game = game;
    task->event = (int)event;
    task->steps_left = count;
    task->cut_event = (int)cut;
    task->was_cut = false;
    task->timed_out = false;
    task->wake_ns = limit_s < 1e9 ? clock_now_ns() + (int64_t)(limit_s * 1e9) : 0;
    waiters_append(game, task);
    return task_wait(L, task, WAIT_EVENT, lua_gettop(L), wait_k);
}

/* game:step([count [, event]]) -> race time in ms [, true], or nil, message, code */
static int l_game_step(lua_State *L)
{
    struct game *game = check_game(L, 1);
    lua_Integer count = luaL_optinteger(L, 2, 1);
    luaL_argcheck(L, count >= 1 && count <= 1000000000, 2, "must be at least 1");
    enum game_event cut = lua_isnoneornil(L, 3) ? GAME_EVENT_NONE : check_event(L, 3);
    return wait_for(L, game, GAME_EVENT_ANY_STEP, (int)count, cut, HUGE_VAL, "game:step");
}

/* game:wait(event [, seconds]) -> values of the call, or nil, message, code */
static int l_game_wait(lua_State *L)
{
    struct game *game = check_game(L, 1);
    double limit_s = luaL_optnumber(L, 3, HUGE_VAL);
    luaL_argcheck(L, limit_s >= 0, 3, "must not be negative");
    enum game_event event = check_event(L, 2);
    return wait_for(L, game, event, 1, GAME_EVENT_NONE, limit_s, "game:wait");
}

void game_add_hooks(lua_State *L)
{
    static const luaL_Reg methods[] = {{"on", l_game_on},
                                       {"once", l_game_once},
                                       {"step", l_game_step},
                                       {"wait", l_game_wait},
                                       {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
    luaL_newmetatable(L, HOOK_TYPE);
    lua_newtable(L);
    lua_pushcfunction(L, l_hook_cancel);
    lua_setfield(L, -2, "cancel");
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, HOOK_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
