#include "bindings/msgpack_pool.h"

#include <stdlib.h>
#include <string.h>

#define POOL_TYPE "tm.msgpack.pool"

enum {
    CAPACITY_KEPT_MAX = 1024 * 1024 /* bytes; a larger buffer is freed behind its call */
};

static const struct userdata_tag pool_tag = {POOL_TYPE};

/* Their addresses are keys of the registry. */
static const char kind_keys[MSGPACK_KIND_COUNT], pool_key, null_key;

void msgpack_push_metatable(lua_State *L, enum msgpack_kind kind)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &kind_keys[kind]);
}

void msgpack_push_null(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &null_key);
}

static void find_objects(lua_State *L, struct msgpack_pool *pool)
{
    for (int i = 0; i < MSGPACK_KIND_COUNT; i++) {
        msgpack_push_metatable(L, (enum msgpack_kind)i);
        pool->metatables[i] = lua_topointer(L, -1);
        lua_pop(L, 1);
    }
    msgpack_push_null(L);
    pool->null = lua_topointer(L, -1);
    lua_pop(L, 1);
}

static struct msgpack_pool *push_new(lua_State *L)
{
    struct msgpack_pool *pool = lua_newuserdatauv(L, sizeof *pool, 0);
    *pool = (struct msgpack_pool){.tag = &pool_tag};
    luaL_setmetatable(L, POOL_TYPE);
    find_objects(L, pool);
    return pool;
}

/* The new pool is the state's from now on; one that is in use is only its user's. */
struct msgpack_pool *msgpack_pool_take(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &pool_key);
    struct msgpack_pool *pool = lua_touserdata(L, -1);
    if (pool == NULL || pool->is_taken) {
        lua_pop(L, 1);
        pool = push_new(L);
        lua_pushvalue(L, -1);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &pool_key);
    }
    pool->is_taken = true;
    return pool;
}

static void free_bytes(struct msgpack_pool *pool)
{
    free(pool->bytes);
    pool->bytes = NULL;
    pool->capacity = 0;
}

void msgpack_pool_give(struct msgpack_pool *pool)
{
    if (pool->capacity > CAPACITY_KEPT_MAX)
        free_bytes(pool);
    pool->is_taken = false;
}

static int l_pool_gc(lua_State *L)
{
    struct msgpack_pool *pool = check_tagged(L, 1, &pool_tag);
    free_bytes(pool);
    return 0;
}

static int l_null_tostring(lua_State *L)
{
    lua_pushliteral(L, "null");
    return 1;
}

static void open_null(lua_State *L)
{
    lua_newuserdatauv(L, 0, 0);
    luaL_newmetatable(L, "tm.msgpack.null");
    lua_pushcfunction(L, l_null_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_setmetatable(L, -2);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &null_key);
}

void msgpack_pool_open(lua_State *L)
{
    static const char *const names[] = {
#define X(name, field) "tm.msgpack." #field,
        MSGPACK_KIND_LIST(X)
#undef X
    };
    for (int i = 0; i < MSGPACK_KIND_COUNT; i++) {
        luaL_newmetatable(L, names[i]);
        lua_rawsetp(L, LUA_REGISTRYINDEX, &kind_keys[i]);
    }
    open_null(L);
    luaL_newmetatable(L, POOL_TYPE);
    lua_pushcfunction(L, l_pool_gc);
    lua_setfield(L, -2, "__gc");
    lua_pop(L, 1);
}
