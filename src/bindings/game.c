#include "bindings/game.h"

#include "base/limits.h"
#include "bindings/game_dispatch.h"
#include "bindings/sim_end.h"
#include "transport/clock.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_SIZE = 4096,
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

/* A game that exists as a Lua value and does nothing yet; left on the stack. */
static struct game *push_game(lua_State *L, const char *address)
{
    struct game *game = lua_newuserdatauv(L, sizeof *game, GAME_USER_COUNT);
    memset(game, 0, sizeof *game);
    game->tag = &game_tag;
    game->runtime = runtime_of(L);
    game->anchor = LUA_NOREF;
    game->timeout_ms = CALL_TIMEOUT_DEFAULT_MS;
    snprintf(game->address, sizeof game->address, "%s", address);
    luaL_setmetatable(L, GAME_TYPE);
    lua_newtable(L);
    lua_setiuservalue(L, -2, GAME_USER_HOOKS);
    lua_newtable(L);
    lua_setiuservalue(L, -2, GAME_USER_FIELDS);
    game->dispatcher_co = lua_newthread(L);
    lua_setiuservalue(L, -2, GAME_USER_DISPATCHER);
    return game;
}

/* A bit that no open game has; games beyond the 32nd are refused before. */
static uint32_t free_bit(const struct runtime *runtime)
{
    uint32_t taken = 0;
    for (const struct game *game = runtime->games; game != NULL; game = game->next)
        taken |= game->bit;
    return ~taken & (taken + 1);
}

/* From here on the game is polled, and kept until it is closed. It is on top of the stack. */
static void enlist(lua_State *L, struct game *game, const struct dialect *dialect)
{
    game_client_open(&game->client, &game->slot, dialect);
    game->bit = free_bit(game->runtime);
    lua_pushvalue(L, -1);
    game->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    game->state = GAME_OPEN;
    game->runtime->owner = &game_task_owner;
    game->next = game->runtime->games;
    game->runtime->games = game;
    game_dispatcher_open(game);
}

static bool size_fits(size_t size, size_t expected)
{
    size_t pages = (expected + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
    return size == expected || size == pages;
}

static int push_size_refusal(lua_State *L, const struct game *game, size_t expected)
{
    const char *hint = "";
    if (size_fits(game->shared.size, SLOT_SIZE_PUBLIC))
        hint = " (or ?dialect=public&size=16384 for an old game)";
    return push_refusal(L, STATUS_SIZE_MISMATCH,
                        "%s: the mapping has %d bytes, not %d; if the game was started with that "
                        "buffer size, say so: mapped:%s?size=%d%s",
                        game->address, (int)game->shared.size, (int)expected, game->shared.name,
                        (int)game->shared.size, hint);
}

static int push_claim_refusal(lua_State *L, const struct game *game)
{
    char users[200];
    shared_memory_users(&game->shared, users, sizeof users);
    return push_refusal(L, STATUS_ALREADY_REGISTERED, "%s: another client is attached%s%s",
                        game->address, users[0] != '\0' ? "; in use by " : "", users);
}

static void release_memory(struct game *game)
{
    if (game->sim != NULL)
        sim_end_close(game->sim, &game->slot);
    else
        free(game->memory);
    game->sim = NULL;
    game->memory = NULL;
    shared_memory_close(&game->shared);
}

/* Maps and claims; returns 0, or how many values of a refusal it has pushed. */
static int open_mapping(lua_State *L, struct game *game, const char *name, size_t size)
{
    enum status status = shared_memory_open(&game->shared, name);
    if (status != STATUS_OK)
        return push_game_refusal(L, game, status);
    if (!size_fits(game->shared.size, size))
        return push_size_refusal(L, game, size);
    if (!shared_memory_claim(&game->shared))
        return push_claim_refusal(L, game);
    game->memory = malloc(size);
    if (game->memory == NULL)
        return push_game_refusal(L, game, STATUS_OUT_OF_MEMORY);
    slot_open(&game->slot, game->shared.memory, size, game->memory);
    return 0;
}

/* open_mapped(address, name, dialect name [, size]) -> game, or nil, message, code */
int l_native_open_mapped(lua_State *L)
{
    const char *address = luaL_checkstring(L, 1);
    const char *name = luaL_checkstring(L, 2);
    const struct dialect *dialect = dialect_find(luaL_checkstring(L, 3));
    luaL_argcheck(L, dialect != NULL, 3, "unknown dialect");
    lua_Integer size = luaL_optinteger(L, 4, (lua_Integer)dialect->slot_size);
    luaL_argcheck(L, size >= SLOT_SIZE_MIN && size <= SLOT_SIZE_MAX, 4, "size out of range");
    struct game *game = push_game(L, address);
    if (free_bit(game->runtime) == 0)
        return push_refusal(L, STATUS_NO_SLOT, "%s: too many games are open", address);
    int refusal_count = open_mapping(L, game, name, (size_t)size);
    if (refusal_count > 0) {
        release_memory(game); /* now, and not when it is collected: the lock is in the way */
        return refusal_count;
    }
    enlist(L, game, dialect);
    return 1;
}

/* open_sim(address, track, speed) -> game, or nil, message, code; speed 0 is as fast as it goes */
int l_native_open_sim(lua_State *L)
{
    const char *address = luaL_checkstring(L, 1);
    const char *track = luaL_checkstring(L, 2);
    double speed = luaL_optnumber(L, 3, 0);
    luaL_argcheck(L, speed >= 0, 3, "speed must not be negative");
    struct game *game = push_game(L, address);
    if (free_bit(game->runtime) == 0)
        return push_refusal(L, STATUS_NO_SLOT, "%s: too many games are open", address);
    char reason[160];
    game->sim = sim_end_open(&game->slot, track, speed, reason, sizeof reason);
    if (game->sim == NULL)
        return push_refusal(L, STATUS_NO_GAME, "%s: %s", address, reason);
    game->memory = game->slot.memory;
    enlist(L, game, &dialect_v1);
    return 1;
}

static void push_instance(lua_State *L, struct shared_memory *shared, const char *name)
{
    static const char *const lives[] = {"unknown", "free", "gone"};
    lua_createtable(L, 0, 4);
    lua_pushstring(L, name);
    lua_setfield(L, -2, "name");
    lua_pushfstring(L, "mapped:%s", name);
    lua_setfield(L, -2, "address");
    lua_pushinteger(L, (lua_Integer)shared->size);
    lua_setfield(L, -2, "size");
    enum server_life life = shared_memory_server_life(shared);
    bool in_use = life != SERVER_LIFE_GONE && shared_memory_is_claimed(shared);
    /* Unlocked from the beginning: a foreign game, or what a crash has left. */
    lua_pushstring(L, in_use ? "in use" : lives[life]);
    lua_setfield(L, -2, "state");
}

/* instances() -> list of {name, address, size, state} */
int l_native_instances(lua_State *L)
{
    lua_newtable(L);
    for (int i = 0; i < SLOT_COUNT; i++) {
        char name[SLOT_NAME_SIZE_MAX];
        snprintf(name, sizeof name, "TMInterface%d", i);
        struct shared_memory shared;
        if (shared_memory_open(&shared, name) != STATUS_OK)
            continue;
        push_instance(L, &shared, name);
        lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
        shared_memory_close(&shared);
    }
    return 1;
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
    release_memory(game); /* also of one that was never listed */
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
    check_game(L, 1)->held = lua_toboolean(L, 2);
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
        lua_pushstring(L, game->event == GAME_EVENT_simulation_step ||
                                  game->event == GAME_EVENT_simulation_begin ||
                                  game->event == GAME_EVENT_simulation_end
                              ? "simulation"
                              : "run");
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
    game_add_hooks(L);
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_game_index, 1);
    lua_setfield(L, -3, "__index");
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, l_game_newindex, 1);
    lua_setfield(L, -3, "__newindex");
    lua_remove(L, -2); /* methods: Lua adds its own */
}
