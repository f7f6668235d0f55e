#include "bindings/coroutines.h"

#include "bindings/runtime.h"

#include <lauxlib.h>

/*
 * Resumes `co` with the top `count` values of L. Returns how many results are on L's stack, or
 * -1 with the error there.
 */
static int resume(lua_State *L, lua_State *co, int count)
{
    int result_count = 0;
    if (!lua_checkstack(co, count)) {
        lua_pushliteral(L, "too many arguments to resume");
        return -1;
    }
    lua_xmove(L, co, count);
    struct runtime *runtime = runtime_of(L);
    lua_State *previous = atomic_load_explicit(&runtime->running, memory_order_relaxed);
    atomic_store_explicit(&runtime->running, co, memory_order_relaxed);
    if (atomic_load_explicit(&runtime->interrupted, memory_order_relaxed))
        runtime_interrupt(runtime);
    int status = lua_resume(co, L, count, &result_count);
    atomic_store_explicit(&runtime->running, previous, memory_order_relaxed);
    bool stopped = atomic_load(&runtime->interrupted) || atomic_load(&runtime->overrun);
    if (stopped) /* the coroutine was stopped, and so must be who resumed it */
        runtime_interrupt(runtime);
    if (status != LUA_OK && status != LUA_YIELD) {
        lua_xmove(co, L, 1);
        return -1;
    }
    if (!lua_checkstack(L, result_count + 1)) {
        lua_pop(co, result_count);
        lua_pushliteral(L, "too many results to resume");
        return -1;
    }
    lua_xmove(co, L, result_count);
    return result_count;
}

static int l_resume(lua_State *L)
{
    lua_State *co = lua_tothread(L, 1);
    luaL_argexpected(L, co != NULL, 1, "coroutine");
    int count = resume(L, co, lua_gettop(L) - 1);
    lua_pushboolean(L, count >= 0);
    count = count >= 0 ? count : 1;
    lua_insert(L, -count - 1);
    return count + 1;
}

static int l_wrapped(lua_State *L)
{
    lua_State *co = lua_tothread(L, lua_upvalueindex(1));
    int count = resume(L, co, lua_gettop(L));
    if (count >= 0)
        return count;
    int status = lua_status(co);
    if (status != LUA_OK && status != LUA_YIELD) { /* closes its variables, may replace the error */
        lua_resetthread(co);
        lua_pop(L, 1);
        lua_xmove(co, L, 1);
    }
    if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
        luaL_where(L, 1);
        lua_insert(L, -2);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int l_wrap(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    lua_State *co = lua_newthread(L);
    lua_pushvalue(L, 1);
    lua_xmove(L, co, 1);
    lua_pushcclosure(L, l_wrapped, 1);
    return 1;
}

void coroutines_open(lua_State *L)
{
    lua_getglobal(L, "coroutine");
    lua_pushcfunction(L, l_resume);
    lua_setfield(L, -2, "resume");
    lua_pushcfunction(L, l_wrap);
    lua_setfield(L, -2, "wrap");
    lua_pop(L, 1);
}
