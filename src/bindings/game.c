#include "bindings/game.h"

#include "bindings/game_dispatch.h"
#include "bindings/sim_end.h"
#include "transport/clock.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REGISTER_PATIENCE_MIN_MS = 200,
    REFUSAL_COUNT_MAX = 100
};

const char *const game_event_names[GAME_EVENT_COUNT] = {"",
#define X(name) #name,
                                                        GAME_EVENT_LIST(X)
#undef X
};

const struct userdata_tag game_tag = {GAME_TYPE};

static const char *const state_words[] = {"closed", "open", "attached", "lost", "shutdown"};

struct game *check_game(lua_State *L, int index)
{
    return check_tagged(L, index, &game_tag);
}

int push_game_refusal(lua_State *L, const struct game *game, enum status status)
{
    if (game->client.phase == CLIENT_ENDED && game->client.reason[0] != '\0')
        return push_refusal(L, status, "%s: %s", game->address, game->client.reason);
    return push_refusal(L, status, "%s: %s", game->address, status_sentence(status));
}

int push_gone(lua_State *L, struct game *game)
{
    enum status status = game->state == GAME_LOST || game->state == GAME_SHUT_DOWN
                             ? game->client.end
                             : STATUS_CLOSED;
    if (++game->refusal_count > REFUSAL_COUNT_MAX)
        return luaL_error(L, "%s: %s, and the script goes on asking it", game->address,
                          status_sentence(status));
    return push_game_refusal(L, game, status);
}

int32_t game_hold_limit_ms(int32_t patience_ms)
{
    /* What is left is for stopping the script, and for the answer to get there. */
    enum {
        MARGIN_MS = 150
    };
    int32_t margin = patience_ms / 4 > MARGIN_MS ? patience_ms / 4 : MARGIN_MS;
    if (margin > patience_ms / 2)
        margin = patience_ms / 2;
    return patience_ms > 0 ? patience_ms - margin : 0;
}

void games_set_watch(struct runtime *runtime)
{
    int32_t patience = 0;
    for (const struct game *game = runtime->games; game != NULL; game = game->next)
        if (game->state == GAME_ATTACHED && game->timeout_ms > 0 &&
            (patience == 0 || game->timeout_ms < patience))
            patience = game->timeout_ms;
    atomic_store(&runtime->watch.limit_ms, game_hold_limit_ms(patience));
    if (patience > 0)
        watchdog_start(&runtime->watch, runtime->overran);
}

void game_release_memory(struct game *game)
{
    if (game->sim != NULL)
        sim_end_close(game->sim, &game->slot);
    else
        free(game->memory);
    game->sim = NULL;
    game->memory = NULL;
    shared_memory_close(&game->shared);
}

/* The game stays listed, and so in memory: it may be in the middle of being polled. */
void game_close(struct game *game, enum status why)
{
    if (game->state != GAME_CLOSED) {
        bool was_open = game->state == GAME_ATTACHED || game->state == GAME_OPEN;
        game_client_close(&game->client, why, GOODBYE_TIMEOUT_MS);
        if (was_open)
            game_ended(game);
        game->state = GAME_CLOSED;
        game->runtime->games_dirty = true;
    }
    game_release_memory(game); /* also of one that was never listed */
}

void games_sweep(struct runtime *runtime)
{
    struct game **place = &runtime->games;
    bool dirty = false;
    runtime->games_dirty = false;
    while (*place != NULL) {
        struct game *game = *place;
        if (game->state == GAME_CLOSED && !game->dispatching) {
            *place = game->next;
            game_dispatcher_close(game);
            luaL_unref(runtime->L, LUA_REGISTRYINDEX, game->anchor);
            game->anchor = LUA_NOREF;
            continue;
        }
        dirty = dirty || game->state == GAME_CLOSED;
        place = &game->next;
    }
    runtime->games_dirty = dirty;
}

bool games_keep_alive(const struct runtime *runtime)
{
    for (const struct game *game = runtime->games; game != NULL; game = game->next)
        if ((game->state == GAME_ATTACHED && game->hook_total > 0) || game->dispatching)
            return true;
    return false;
}

void games_close(struct runtime *runtime)
{
    for (struct game *game = runtime->games; game != NULL; game = game->next)
        game_close(game, STATUS_CLOSED);
}

static int l_game_close(lua_State *L)
{
    game_close(check_game(L, 1), STATUS_CLOSED);
    lua_pushboolean(L, true);
    return 1;
}

static int push_registration(lua_State *L, struct game *game)
{
    if (game->state != GAME_ATTACHED)
        return push_gone(L, game);
    lua_pushboolean(L, true);
    return 1;
}

static int register_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    task_raise_failure(L, task_of(L));
    return push_registration(L, check_game(L, 1));
}

/* game:_register([seconds]) -> true, or nil, message, code; waits that long for the game's word */
static int l_game_register(lua_State *L)
{
    struct game *game = check_game(L, 1);
    double patience_ms = 1000 * luaL_optnumber(L, 2, RESPONSE_TIMEOUT_MS / 1000.0);
    struct task *task = check_can_wait(L, "attach");
    if (game->state != GAME_OPEN || game->client.phase != CLIENT_NEW)
        return push_game_refusal(L, game, STATUS_CLOSED);
    game_client_register(&game->client);
    /* Even a caller in a hurry gives a living game the time it takes to answer. */
    game->client.response_timeout_ms = patience_ms > RESPONSE_TIMEOUT_MS ? RESPONSE_TIMEOUT_MS
                                       : patience_ms < REGISTER_PATIENCE_MIN_MS
                                           ? REGISTER_PATIENCE_MIN_MS
                                           : (int32_t)patience_ms;
    game->registrar = task;
    task->game = game;
    return task_wait(L, task, WAIT_RESPONSE, 0, register_k);
}

/* game:_hold(on): whether the open call stays open when nobody is inside it */
static int l_game_hold(lua_State *L)
{
    struct game *game = check_game(L, 1);
    game->held = lua_toboolean(L, 2);
    game->held_by_run = game->runtime->acting_run;
    return 0;
}

static int l_game_gc(lua_State *L)
{
    game_close(check_game(L, 1), STATUS_CLOSED);
    return 0;
}

static int l_game_tostring(lua_State *L)
{
    const struct game *game = check_game(L, 1);
    lua_pushfstring(L, "game (%s, %s)", game->address, state_words[game->state]);
    return 1;
}

/* "run" or "simulation", or nil before any call has told */
static void push_context(lua_State *L, const struct game *game)
{
    static const char *const words[] = {NULL, "run", "simulation"};
    lua_pushstring(L, words[game->context]);
}

/* Properties; the methods have been looked up before. */
static int push_property(lua_State *L, struct game *game, const char *name)
{
    if (strcmp(name, "time") == 0)
        lua_pushinteger(L, game->time);
    else if (strcmp(name, "address") == 0)
        lua_pushstring(L, game->address);
    else if (strcmp(name, "state") == 0)
        lua_pushstring(L, state_words[game->state]);
    else if (strcmp(name, "dialect") == 0)
        lua_pushstring(L, game->client.dialect != NULL ? game->client.dialect->name : "");
    else if (strcmp(name, "context") == 0)
        push_context(L, game);
    else if (strcmp(name, "timeout") == 0)
        lua_pushinteger(L, game->timeout_ms);
    else {
        lua_getiuservalue(L, 1, GAME_USER_FIELDS);
        lua_pushvalue(L, 2);
        lua_rawget(L, -2);
    }
    return 1;
}

static int l_game_index(lua_State *L)
{
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    struct game *game = check_game(L, 1);
    if (lua_type(L, 2) == LUA_TSTRING)
        return push_property(L, game, lua_tostring(L, 2));
    lua_getiuservalue(L, 1, GAME_USER_FIELDS);
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    return 1;
}

/* Scripts may keep things of their own in a game; our names stay ours. */
static int l_game_newindex(lua_State *L)
{
    static const char *const taken[] = {"time",    "address", "state",
                                        "dialect", "context", "timeout"};
    check_game(L, 1);
    lua_pushvalue(L, 2);
    bool is_taken = lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL;
    for (size_t i = 0; i < sizeof taken / sizeof taken[0] && lua_type(L, 2) == LUA_TSTRING; i++)
        is_taken = is_taken || strcmp(taken[i], lua_tostring(L, 2)) == 0;
    if (is_taken)
        return luaL_error(L, "game.%s cannot be assigned", lua_tostring(L, 2));
    lua_getiuservalue(L, 1, GAME_USER_FIELDS);
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_rawset(L, -3);
    return 0;
}

void game_open_types(lua_State *L)
{
    static const luaL_Reg methods[] = {{"close", l_game_close},
                                       {"_register", l_game_register},
                                       {"_hold", l_game_hold},
                                       {NULL, NULL}};
    static const luaL_Reg metamethods[] = {
        {"__gc", l_game_gc}, {"__close", l_game_gc}, {"__tostring", l_game_tostring}, {NULL, NULL}};
    luaL_newmetatable(L, GAME_TYPE);
    luaL_setfuncs(L, metamethods, 0);
    lua_pushliteral(L, "tm.game");
    lua_setfield(L, -2, "__metatable");
    lua_newtable(L); /* metatable methods */
    luaL_setfuncs(L, methods, 0);
    game_add_verbs(L);
    game_add_event_verbs(L);
    game_add_raw_verbs(L);
    game_add_hooks(L);
    game_add_run_methods(L);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_game_index, 1);
    lua_setfield(L, -3, "__index");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_game_newindex, 1);
    lua_setfield(L, -3, "__newindex");
    lua_remove(L, -2); /* methods: Lua adds its own */
}
