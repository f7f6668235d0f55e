/* Opening: a mapped game by its name or by its process, the embedded one; and which there are. */
#include "bindings/game.h"

#include "base/limits.h"
#include "bindings/game_dispatch.h"
#include "bindings/sim_end.h"
#include "transport/wine_games.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PAGE_SIZE = 4096
};

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
    game_ask(game);
    luaL_setmetatable(L, GAME_TYPE);
    lua_newtable(L);
    lua_setiuservalue(L, -2, GAME_USER_HOOKS);
    lua_newtable(L);
    lua_setiuservalue(L, -2, GAME_USER_FIELDS);
    game->event_names = event_names_none();
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
    char pid[32] = "";
    if (size_fits(game->shared.size, SLOT_SIZE_PUBLIC))
        hint = " (or ?dialect=public&size=16384 for an old game)";
    if (game->shared.game_pid != 0)
        snprintf(pid, sizeof pid, "pid=%ld&", game->shared.game_pid);
    return push_refusal(L, STATUS_SIZE_MISMATCH,
                        "%s: the mapping has %d bytes, not %d; if the game was started with that "
                        "buffer size, say so: mapped:%s?%ssize=%d%s",
                        game->address, (int)game->shared.size, (int)expected, game->shared.name,
                        pid, (int)game->shared.size, hint);
}

static int push_claim_refusal(lua_State *L, const struct game *game)
{
    char users[200];
    shared_memory_users(&game->shared, users, sizeof users);
    return push_refusal(L, STATUS_ALREADY_REGISTERED, "%s: another client is attached%s%s",
                        game->address, users[0] != '\0' ? "; in use by " : "", users);
}

static int push_wine_refusal(lua_State *L, const struct game *game, const struct wine_game *found,
                             enum status status)
{
    int pid = (int)found->pid;
    if (wine_games_view() == WINE_VIEW_NONE)
        return push_refusal(L, STATUS_INVALID,
                            "%s: pid is for Linux, where the names of games in Wine cannot be "
                            "seen; here the name is enough",
                            game->address);
    if (status == STATUS_DENIED)
        return push_refusal(L, status,
                            "%s: %s (pid %d) is out of reach: it runs as another user, or its "
                            "wineserver in another container; run tmlua.exe inside its Wine prefix",
                            game->address, found->program, pid);
    if (status == STATUS_SIZE_MISMATCH)
        return push_refusal(L, status,
                            "%s: %s (pid %d) shares more than one piece of memory that could be "
                            "the game's; say how large that is: mapped:?pid=%d&size=BYTES",
                            game->address, found->program, pid, pid);
    if (status == STATUS_NO_GAME)
        return push_refusal(L, status, "%s: process %d is not running a game in Wine",
                            game->address, pid);
    return push_game_refusal(L, game, status);
}

static int open_in_wine(lua_State *L, struct game *game, long pid, size_t size)
{
    struct wine_game found = {.pid = pid};
    enum status status = wine_game_find(&found, pid, size);
    if (status == STATUS_OK)
        status = shared_memory_open_wine(&game->shared, &found);
    return status == STATUS_OK ? 0 : push_wine_refusal(L, game, &found, status);
}

static int open_named(lua_State *L, struct game *game, const char *name)
{
    enum status status = shared_memory_open(&game->shared, name);
    return status == STATUS_OK ? 0 : push_game_refusal(L, game, status);
}

/* Claims what was opened; returns 0, or how many values of a refusal it has pushed. */
static int take_mapping(lua_State *L, struct game *game, size_t size)
{
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

/*
 * open_mapped(address, name, dialect name [, size [, pid]]) -> game, or nil, message, code. With a
 * pid the game of that process in Wine, and then the name means nothing.
 */
int l_native_open_mapped(lua_State *L)
{
    const char *address = luaL_checkstring(L, 1);
    const char *name = luaL_optstring(L, 2, "");
    const struct dialect *dialect = dialect_find(luaL_checkstring(L, 3));
    luaL_argcheck(L, dialect != NULL, 3, "unknown dialect");
    lua_Integer size = luaL_optinteger(L, 4, (lua_Integer)dialect->slot_size);
    luaL_argcheck(L, size >= SLOT_SIZE_MIN && size <= SLOT_SIZE_MAX, 4, "size out of range");
    lua_Integer pid = luaL_optinteger(L, 5, 0);
    luaL_argcheck(L, pid >= 0 && pid <= INT32_MAX, 5, "no process has that number");
    struct game *game = push_game(L, address);
    if (free_bit(game->runtime) == 0)
        return push_refusal(L, STATUS_NO_SLOT, "%s: too many games are open", address);
    int refusal_count =
        pid != 0 ? open_in_wine(L, game, (long)pid, (size_t)size) : open_named(L, game, name);
    if (refusal_count == 0)
        refusal_count = take_mapping(L, game, (size_t)size);
    if (refusal_count > 0) {
        game_release_memory(game); /* now, and not when it is collected: the lock is in the way */
        return refusal_count;
    }
    enlist(L, game, dialect);
    return 1;
}

/*
 * open_sim(address, track, speed [, path of a script to simulate]) -> game, or nil, message, code;
 * speed 0 is as fast as it goes
 */
int l_native_open_sim(lua_State *L)
{
    const char *address = luaL_checkstring(L, 1);
    struct sim_end_options options = {.track = luaL_checkstring(L, 2),
                                      .speed = luaL_optnumber(L, 3, 0),
                                      .simulate = luaL_optstring(L, 4, NULL),
                                      .runtime = runtime_of(L)};
    luaL_argcheck(L, options.speed >= 0, 3, "speed must not be negative");
    struct game *game = push_game(L, address);
    if (free_bit(game->runtime) == 0)
        return push_refusal(L, STATUS_NO_SLOT, "%s: too many games are open", address);
    char reason[1200];
    enum status status;
    game->sim = sim_end_open(&game->slot, &options, &status, reason, sizeof reason);
    if (game->sim == NULL)
        return push_refusal(L, status, "%s: %s", address, reason);
    game->memory = game->slot.memory;
    enlist(L, game, &dialect_v1);
    return 1;
}

static void set_text(lua_State *L, const char *field, const char *text)
{
    lua_pushstring(L, text);
    lua_setfield(L, -2, field);
}

static void set_integer(lua_State *L, const char *field, lua_Integer value)
{
    lua_pushinteger(L, value);
    lua_setfield(L, -2, field);
}

static const char *instance_state(struct shared_memory *shared)
{
    /* Unlocked from the beginning: a foreign game, or what a crash has left. */
    static const char *const lives[] = {"unknown", "free", "gone"};
    enum server_life life = shared_memory_server_life(shared);
    bool in_use = life != SERVER_LIFE_GONE && shared_memory_is_claimed(shared);
    return in_use ? "in use" : lives[life];
}

/* Puts a game at the end of the list on top of the stack, and closes it. */
static void append_instance(lua_State *L, struct shared_memory *shared, const char *name)
{
    lua_createtable(L, 0, 4);
    set_text(L, "name", name);
    lua_pushfstring(L, "mapped:%s", name);
    lua_setfield(L, -2, "address");
    set_integer(L, "size", (lua_Integer)shared->size);
    set_text(L, "state", instance_state(shared));
    shared_memory_close(shared);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

static void append_wine_instance(lua_State *L, const struct wine_game *found)
{
    struct shared_memory shared;
    char name[SLOT_NAME_SIZE_MAX];
    enum status status = shared_memory_open_wine(&shared, found);
    if (status != STATUS_OK && status != STATUS_DENIED)
        return; /* it has just ended, or it is not clear enough that it is one */
    snprintf(name, sizeof name, "TMInterface%d", found->index);
    lua_createtable(L, 0, 6);
    set_text(L, "name", name);
    lua_pushfstring(L, "mapped:%s?pid=%d", name, (int)found->pid);
    lua_setfield(L, -2, "address");
    set_integer(L, "size", (lua_Integer)found->size);
    set_text(L, "state", status == STATUS_OK ? instance_state(&shared) : "denied");
    set_integer(L, "pid", (lua_Integer)found->pid);
    set_text(L, "program", found->program);
    shared_memory_close(&shared);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
}

/*
 * instances() -> list of {name, address, size, state}, those in Wine with {pid, program} too; and
 * how far games in Wine can be seen: "all", "container", or nil where there are none.
 */
int l_native_instances(lua_State *L)
{
    static const char *const views[] = {NULL, "container", "all"};
    struct wine_game found[WINE_GAME_COUNT_MAX];
    lua_newtable(L);
    for (int i = 0; i < SLOT_COUNT; i++) {
        char name[SLOT_NAME_SIZE_MAX];
        snprintf(name, sizeof name, "TMInterface%d", i);
        struct shared_memory shared;
        if (shared_memory_open(&shared, name) == STATUS_OK)
            append_instance(L, &shared, name);
    }
    int count = wine_games_find(found, 0);
    for (int i = 0; i < count; i++)
        append_wine_instance(L, &found[i]);
    lua_pushstring(L, views[wine_games_view()]);
    return 2;
}

/* games() -> list of those that are attached, the first one first */
int l_native_games(lua_State *L)
{
    lua_Integer count = 0;
    lua_newtable(L);
    for (const struct game *game = runtime_of(L)->games; game != NULL; game = game->next)
        count += game->state == GAME_ATTACHED;
    for (const struct game *game = runtime_of(L)->games; game != NULL; game = game->next) {
        if (game->state != GAME_ATTACHED)
            continue;
        lua_rawgeti(L, LUA_REGISTRYINDEX, game->anchor);
        lua_rawseti(L, -2, count--); /* the list of the runtime has the newest first */
    }
    return 1;
}
