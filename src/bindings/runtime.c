#include "bindings/runtime.h"

#include "bindings/errors.h"
#include "transport/clock.h"

#include <assert.h>
#include <lauxlib.h>

static const char runtime_key;

/* Instructions an interrupted script gets to clean up before it is interrupted again. */
enum {
    GRACE_COUNT = 100000
};

void runtime_open(struct runtime *runtime, lua_State *L)
{
    errors_open(L);
    runtime->L = L;
    atomic_store(&runtime->running, NULL);
    *(struct task **)lua_getextraspace(L) = NULL; /* inherited by coroutines: no task */
    lua_pushlightuserdata(L, runtime);
    lua_rawsetp(L, LUA_REGISTRYINDEX, &runtime_key);
}

struct runtime *runtime_of(lua_State *L)
{
    lua_rawgetp(L, LUA_REGISTRYINDEX, &runtime_key);
    struct runtime *runtime = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return runtime;
}

void runtime_quit(struct runtime *runtime, int exit_status)
{
    if (runtime->quitting)
        return;
    runtime->quitting = true;
    runtime->exit_status = exit_status;
}

static void on_interrupt_hook(lua_State *L, lua_Debug *unused)
{
    (void)unused;
    struct runtime *runtime = runtime_of(L);
    /*
     * The first error leaves time to clean up. A script that catches it and goes on gets the next
     * one at every instruction, outside its pcall too.
     */
    int count = runtime->stop_count++ == 0 ? GRACE_COUNT : 1;
    lua_sethook(L, on_interrupt_hook, LUA_MASKCOUNT, count);
    if (atomic_load(&runtime->interrupted))
        luaL_error(L, "interrupted!");
    if (atomic_load(&runtime->overrun))
        luaL_error(L,
                   "interrupted: no progress for %d ms, and the game would have dropped us "
                   "(game:set_timeout changes its patience)",
                   (int)atomic_load(&runtime->watch.limit_ms));
    lua_sethook(L, NULL, 0, 0);
}

void runtime_interrupt(struct runtime *runtime)
{
    lua_State *running = atomic_load(&runtime->running);
    if (running != NULL)
        lua_sethook(running, on_interrupt_hook,
                    LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

struct task *task_of(lua_State *L)
{
    return *(struct task **)lua_getextraspace(L);
}

struct task *check_can_wait(lua_State *L, const char *what)
{
    struct task *task = task_of(L);
    if (task == NULL)
        luaL_error(L, "%s cannot wait inside a coroutine of your own; use tm.task", what);
    if (!lua_isyieldable(L))
        luaL_error(L, "%s cannot wait inside this callback", what);
    return task;
}

int task_wait(lua_State *L, struct task *task, enum task_wait wait, lua_KContext context,
              lua_KFunction k)
{
    task->wait = wait;
    return lua_yieldk(L, 0, context, k);
}

void task_raise_failure(lua_State *L, struct task *task)
{
    const char *failure = task->failure;
    task->failure = NULL;
    if (failure != NULL)
        luaL_error(L, "%s", failure);
}

void task_make_ready(struct task *task)
{
    struct runtime *runtime = task->runtime;
    task->wait = WAIT_NONE;
    task->next = NULL;
    if (runtime->ready_last != NULL)
        runtime->ready_last->next = task;
    else
        runtime->ready_first = task;
    runtime->ready_last = task;
}

static void sleepers_add(struct task *task)
{
    struct task **place = &task->runtime->sleepers;
    while (*place != NULL && (*place)->wake_ns <= task->wake_ns)
        place = &(*place)->next;
    task->next = *place;
    *place = task;
}

bool task_list_remove(struct task **list, struct task *task)
{
    for (; *list != NULL; list = &(*list)->next)
        if (*list == task) {
            *list = task->next;
            return true;
        }
    return false;
}

bool task_wake(struct task *task)
{
    if (task->wait != WAIT_TIME || !task_list_remove(&task->runtime->sleepers, task))
        return false;
    task_make_ready(task);
    return true;
}

/* Its wait is over, and comes to nothing. One that is ready stays in the list of those. */
static void task_stop_waiting(struct task *task)
{
    if (task->wait == WAIT_TIME)
        task_list_remove(&task->runtime->sleepers, task);
    else if (task->wait == WAIT_ANSWER)
        task->waited->forget(task->waited);
    else if (task->game != NULL)
        task->runtime->owner->forget(task);
    task->game = NULL;
    task->result_count = 0;
}

void task_fail(struct task *task, const char *failure)
{
    bool is_ready = task->wait == WAIT_NONE;
    task->failure = failure;
    task_stop_waiting(task);
    if (!is_ready)
        task_make_ready(task);
}

void task_enlist(struct task *task)
{
    task->all_next = task->runtime->tasks;
    task->runtime->tasks = task;
}

void task_unlist(struct task *task)
{
    struct task **place = &task->runtime->tasks;
    while (*place != NULL && *place != task)
        place = &(*place)->all_next;
    if (*place != NULL)
        *place = task->all_next;
}

void task_cancel(struct task *task)
{
    task->cancelled = true;
    task_fail(task, "cancelled");
}

static void ready_remove(struct runtime *runtime, struct task *task)
{
    if (!task_list_remove(&runtime->ready_first, task))
        return;
    struct task **last = &runtime->ready_first;
    runtime->ready_last = NULL;
    for (; *last != NULL; last = &(*last)->next)
        runtime->ready_last = *last;
}

static void report_failure(struct runtime *runtime, struct task *task)
{
    luaL_checkstack(task->co, 8, NULL);
    if (runtime->owner == NULL || task->handles_errors || !runtime->owner->failed(task))
        runtime_report_error(runtime, task->co, NULL);
}

static void task_finish(struct task *task, int status)
{
    struct runtime *runtime = task->runtime;
    task->finished = true;
    if (status != LUA_OK && !task->cancelled)
        report_failure(runtime, task);
    if (runtime->owner != NULL)
        runtime->owner->finished(task);
    task_unlist(task);
    *(struct task **)lua_getextraspace(task->co) = NULL;
    runtime->task_count--;
    luaL_unref(runtime->L, LUA_REGISTRYINDEX, task->anchor); /* the task goes with it */
}

/* Where a coroutine that yielded goes: it said so itself, or the user called coroutine.yield. */
static void task_park(struct task *task)
{
    if (task->inside != 0)
        task->runtime->owner->parked(task);
    if (task->wait == WAIT_TIME)
        sleepers_add(task);
    else if (task->wait == WAIT_NONE)
        task_make_ready(task);
}

/* Lua runs: from here on the watchdog counts, if a game could be waiting for us. */
static void watch_enter(struct runtime *runtime, struct task *task)
{
    if (task->inside == 0 && runtime->mapped_count == 0)
        return;
    uint32_t serial = atomic_load_explicit(&runtime->watch.serial, memory_order_relaxed);
    atomic_store_explicit(&runtime->watch.serial, serial | 1, memory_order_relaxed);
}

static void watch_leave(struct runtime *runtime)
{
    uint32_t serial = atomic_load_explicit(&runtime->watch.serial, memory_order_relaxed);
    atomic_store_explicit(&runtime->watch.serial, (serial | 1) + 1, memory_order_relaxed);
    runtime->overrun_count += atomic_load_explicit(&runtime->overrun, memory_order_relaxed);
    atomic_store_explicit(&runtime->overrun, false, memory_order_relaxed);
    /* At a prompt each Ctrl-C is for what runs now, to its end, and for nothing else. */
    if (runtime->interactive && runtime->stop_count > 0)
        atomic_store(&runtime->interrupted, false);
    runtime->stop_count = 0;
}

void task_close_coroutine(struct task *task)
{
    struct runtime *runtime = task->runtime;
    lua_State *co = task->co;
    ready_remove(runtime, task);
    task_stop_waiting(task);
    watch_enter(runtime, task);
    atomic_store_explicit(&runtime->running, co, memory_order_relaxed);
    runtime->acting_run = task->run;
    if (lua_resetthread(co) != LUA_OK) {
        runtime->report(luaL_tolstring(co, -1, NULL));
    }
    runtime->acting_run = 0;
    atomic_store_explicit(&runtime->running, NULL, memory_order_relaxed);
    watch_leave(runtime);
    if (lua_gethook(co) != NULL)
        lua_sethook(co, NULL, 0, 0);
    lua_settop(co, 0);
}

void task_close(struct task *task)
{
    task_close_coroutine(task);
    task_finish(task, LUA_OK);
}

void task_resume(struct task *task, int argument_count)
{
    struct runtime *runtime = task->runtime;
    lua_State *previous = atomic_load_explicit(&runtime->running, memory_order_relaxed);
    uint32_t acting_run = runtime->acting_run;
    lua_State *from = previous != NULL ? previous : runtime->L;
    int result_count = 0;
    task->wait = WAIT_NONE;
    task->game = NULL;
    if (previous == NULL) {
        atomic_store_explicit(&runtime->slice, task, memory_order_relaxed);
        watch_enter(runtime, task);
    }
    atomic_store_explicit(&runtime->running, task->co, memory_order_relaxed);
    /* An interruption between two Lua slices had nothing to stop. */
    if (atomic_load_explicit(&runtime->interrupted, memory_order_relaxed))
        runtime_interrupt(runtime);
    runtime->acting_run = task->run;
    int status = lua_resume(task->co, from, argument_count, &result_count);
    runtime->acting_run = acting_run;
    atomic_store_explicit(&runtime->running, previous, memory_order_relaxed);
    if (previous == NULL) {
        atomic_store_explicit(&runtime->slice, NULL, memory_order_relaxed);
        watch_leave(runtime);
    }
    if (lua_gethook(task->co) != NULL)
        lua_sethook(task->co, NULL, 0, 0);
    if (status == LUA_YIELD) {
        lua_pop(task->co, result_count);
        task_park(task);
    } else if (task->done != NULL) {
        task->done(task, status);
    } else {
        task_finish(task, status);
    }
}

/* Bodies of tasks run under a handler that keeps the traceback of an error. */
static int task_body_end(lua_State *L, int status, lua_KContext context)
{
    (void)context;
    if (status != LUA_OK && status != LUA_YIELD)
        return lua_error(L);
    return 0;
}

static int l_task_body(lua_State *L)
{
    int argument_count = lua_gettop(L) - 1;
    lua_pushcfunction(L, l_error_handler);
    lua_insert(L, 1);
    int status = lua_pcallk(L, argument_count, 0, 1, 0, task_body_end);
    return task_body_end(L, status, 0);
}

struct task *task_start(lua_State *L, int argument_count)
{
    struct runtime *runtime = runtime_of(L);
    lua_State *co = lua_newthread(L); /* function arguments co */
    struct task *task = lua_newuserdatauv(L, sizeof *task, 1);
    *task = (struct task){.runtime = runtime,
                          .co = co,
                          .run = runtime->acting_run,
                          .handles_errors = runtime->starts_error_hook};
    runtime->starts_error_hook = false;
    luaL_setmetatable(L, TASK_TYPE);
    lua_rotate(L, -2, 1);        /* function arguments task co */
    lua_setiuservalue(L, -2, 1); /* the task keeps its coroutine */
    lua_pushvalue(L, -1);
    task->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    lua_insert(L, -argument_count - 2); /* task function arguments */
    if (!lua_checkstack(co, argument_count + 8))
        luaL_error(L, "too many arguments for a task");
    *(struct task **)lua_getextraspace(co) = task;
    runtime->task_count++;
    task_enlist(task);
    lua_pushcfunction(co, l_task_body);
    lua_xmove(L, co, argument_count + 1);
    task_resume(task, argument_count + 1);
    return task;
}

static bool wake_sleepers(struct runtime *runtime, int64_t now_ns)
{
    bool woken = false;
    while (runtime->sleepers != NULL && runtime->sleepers->wake_ns <= now_ns) {
        struct task *task = runtime->sleepers;
        runtime->sleepers = task->next;
        task_make_ready(task);
        woken = true;
    }
    return woken;
}

bool runtime_turn(struct runtime *runtime, int64_t now_ns)
{
    wake_sleepers(runtime, now_ns);
    /* Only those that are ready now: one that yields again waits for the next turn. */
    struct task *task = runtime->ready_first;
    runtime->ready_first = NULL;
    runtime->ready_last = NULL;
    bool ran = task != NULL;
    while (task != NULL) {
        struct task *next = task->next;
        int count = task->result_count;
        task->result_count = 0;
        task_resume(task, count);
        task = next;
    }
    return ran;
}

int64_t runtime_wake_ns(const struct runtime *runtime)
{
    if (runtime->ready_first != NULL)
        return 0;
    return runtime->sleepers != NULL ? runtime->sleepers->wake_ns : CLOCK_NEVER;
}
