/* Tasks and time, as Lua sees them: the task half of tm.native. */
#include "bindings/task.h"

#include "bindings/runtime.h"
#include "transport/clock.h"

#include <lauxlib.h>
#include <math.h>

/* task(function, …) -> task; runs at once, up to its first wait */
int l_native_task(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TFUNCTION);
    if (runtime_of(L)->is_ending_run)
        return luaL_error(L, "no task can be started while the run ends");
    task_start(L, lua_gettop(L) - 1);
    return 1;
}

static int sleep_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    task_raise_failure(L, task_of(L));
    return 0;
}

/* sleep(seconds) */
int l_native_sleep(lua_State *L)
{
    double seconds = luaL_checknumber(L, 1);
    luaL_argcheck(L, seconds >= 0, 1, "must not be negative");
    struct task *task = check_can_wait(L, "tm.sleep");
    int64_t duration = seconds < 1e9 ? (int64_t)(seconds * 1e9) : (int64_t)1e18;
    task->wake_ns = clock_now_ns() + duration;
    return task_wait(L, task, WAIT_TIME, 0, sleep_k);
}

/* this_task() -> the task that runs; nil in a coroutine of the script's and a hook of a game */
int l_native_this_task(lua_State *L)
{
    struct task *task = task_of(L);
    if (task == NULL || task->done != NULL)
        return 0;
    lua_rawgeti(L, LUA_REGISTRYINDEX, task->anchor);
    return 1;
}

/* now() -> seconds of a clock that never goes back */
int l_native_now(lua_State *L)
{
    lua_pushnumber(L, (double)clock_now_ns() / 1e9);
    return 1;
}

/* quit([code]): the program ends when this slice of Lua does */
int l_native_quit(lua_State *L)
{
    lua_Integer code = luaL_optinteger(L, 1, 0);
    luaL_argcheck(L, code >= 0 && code <= 255, 1, "0 to 255");
    runtime_quit(runtime_of(L), (int)code);
    return 0;
}

static struct task *check_task(lua_State *L)
{
    return luaL_checkudata(L, 1, TASK_TYPE);
}

/* task:cancel() -> whether there was anything to cancel */
static int l_task_cancel(lua_State *L)
{
    struct task *task = check_task(L);
    bool waits = !task->finished && task_of(L) != task && task->failure == NULL &&
                 lua_status(task->co) == LUA_YIELD;
    if (waits)
        task_cancel(task);
    lua_pushboolean(L, waits);
    return 1;
}

/* task:_wake() -> whether it slept, and no longer does */
static int l_task_wake(lua_State *L)
{
    struct task *task = check_task(L);
    lua_pushboolean(L, !task->finished && task_wake(task));
    return 1;
}

static int l_task_index(lua_State *L)
{
    static const char *const waits[] = {"ready",   "sleeping", "waiting",
                                        "waiting", "waiting",  "waiting"};
    struct task *task = check_task(L);
    if (lua_compare(L, 2, lua_upvalueindex(2), LUA_OPEQ)) {
        lua_pushstring(L, task->finished       ? "finished"
                          : task_of(L) == task ? "running"
                                               : waits[task->wait]);
        return 1;
    }
    lua_pushvalue(L, 2);
    lua_rawget(L, lua_upvalueindex(1));
    return 1;
}

void task_open_type(lua_State *L)
{
    luaL_newmetatable(L, TASK_TYPE);
    lua_newtable(L);
    lua_pushcfunction(L, l_task_cancel);
    lua_setfield(L, -2, "cancel");
    lua_pushcfunction(L, l_task_wake);
    lua_setfield(L, -2, "_wake");
    lua_pushliteral(L, "status");
    lua_pushcclosure(L, l_task_index, 2);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, TASK_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
