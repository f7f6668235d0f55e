#include "bindings/game_dispatch.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/*
 * The dispatcher's coroutine keeps l_dispatch, with its upvalues, at the bottom of its stack. In
 * a frame of it: the error handler, the values of the call, the list of hooks.
 */
enum {
    AT_HANDLER = 1,
    AT_VALUES = 2,
    UPVALUE_GAME = 1,
    UPVALUE_HOOKS = 2, /* lists of hooks by event */
    /* A call has at most 11 values, twice on the stack, and a few more. */
    STACK_SIZE = 64
};

void game_describe_call(const struct game *game, char *text, size_t size)
{
    int32_t time = game->time;
    snprintf(text, size, "in %s at %s%d.%03d s (%s)", game_event_names[game->event],
             time < 0 ? "-" : "", (int)(time < 0 ? -(int64_t)time : time) / 1000,
             (int)((time < 0 ? -(int64_t)time : time) % 1000), game->address);
}

/* The texts of a custom command as one table. */
static const uint8_t *push_texts(lua_State *L, const uint8_t *data, int32_t count)
{
    lua_createtable(L, count, 0);
    for (int32_t i = 1; i <= count; i++) {
        lua_pushlstring(L, (const char *)data + 4, load_u32(data));
        data += 4 + load_u32(data);
        lua_rawseti(L, -2, i);
    }
    return data;
}

/* Pushes the fields of a call as its shape names them; the data has been measured. */
static int push_fields(lua_State *L, const char *shape, const uint8_t *data)
{
    int count = 0;
    int32_t text_count = 0;
    for (; *shape != '\0'; shape++, count++) {
        switch (*shape) {
        case 'n':
            text_count = load_i32(data);
            data += 4;
            count--;
            break;
        case 't':
            lua_pushlstring(L, (const char *)data + 4, load_u32(data));
            data += 4 + load_u32(data);
            break;
        case 'T':
            data = push_texts(L, data, text_count);
            break;
        case 'b':
            lua_pushboolean(L, load_i32(data) != 0);
            data += 4;
            break;
        case 'u':
            lua_pushinteger(L, load_u32(data));
            data += 4;
            break;
        default:
            lua_pushinteger(L, load_i32(data));
            data += 4;
        }
    }
    return count;
}

/* The brute-force question reads better as a table with the names of its fields. */
static int push_named_fields(lua_State *L, const struct message_description *description,
                             const uint8_t *data, int32_t time_zero)
{
    const char *names = description->field_names;
    lua_newtable(L);
    int table = lua_gettop(L);
    int count = push_fields(L, description->shape, data);
    for (int i = 1; i <= count; i++) {
        size_t size = strcspn(names, " ");
        lua_pushlstring(L, names, size);
        lua_pushvalue(L, table + i);
        lua_rawset(L, table);
        names += size + (names[size] == ' ');
    }
    lua_settop(L, table);
    if (time_zero != 0) { /* the time of the simulation, as that of its steps */
        lua_getfield(L, table, "time");
        lua_pushinteger(L, lua_tointeger(L, -1) - time_zero);
        lua_setfield(L, table, "time");
        lua_settop(L, table);
    }
    return 1;
}

int push_call_arguments(lua_State *L, struct game *game, const struct game_message *message)
{
    const struct message_description *description = message_describe(message->message);
    if (game->event == GAME_EVENT_run_step || game->event == GAME_EVENT_simulation_step) {
        lua_pushinteger(L, game->time);
        return 1;
    }
    if (game->event == GAME_EVENT_bruteforce_evaluate)
        return push_named_fields(L, description, message->data,
                                 game->client.dialect->sim_time_zero);
    if (game->event != GAME_EVENT_message)
        return push_fields(L, description->shape, message->data);
    size_t size = message->size;
    if (message->message == MESSAGE_UNKNOWN)
        size = slot_capacity(&game->slot);
    lua_pushinteger(L, message->number);
    lua_pushinteger(L, message->error_code);
    lua_pushlstring(L, (const char *)slot_peek(&game->slot, size), size);
    return 3;
}

/* The error on top of the stack goes to the script's own handlers, or ends the run. Pops it. */
static void take_error(lua_State *L, struct game *game, const char *where)
{
    struct runtime *runtime = game->runtime;
    if (game->hook_count[GAME_EVENT_error] == 0 || !lua_istable(L, -1) ||
        atomic_load(&runtime->interrupted)) {
        runtime_report_error(runtime, L, where);
        return;
    }
    lua_getfield(L, -1, "message");
    lua_getfield(L, -2, "traceback");
    lua_pushstring(L, where);
    game_emit(game, GAME_EVENT_error, L, 3);
    lua_pop(L, 1);
}

/* At a prompt the script goes on, but not with what would fail at every step. */
static void cancel_failed_hook(lua_State *L, struct game *game)
{
    lua_rawgeti(L, game->dispatch_list, game->dispatch_index);
    game_hook_cancel(lua_touserdata(L, -1));
    lua_pop(L, 1);
    game->runtime->report("that hook is cancelled");
}

static void hook_failed(lua_State *L, struct game *game)
{
    char where[200];
    bool is_handled = game->hook_count[GAME_EVENT_error] > 0;
    game_describe_call(game, where, sizeof where);
    take_error(L, game, where);
    if (game->runtime->interactive && !is_handled)
        cancel_failed_hook(L, game);
}

/* The game whose call the task holds, or one whose hooks want to hear of errors. */
static struct game *game_for_failure(const struct task *task)
{
    struct game *listener = NULL;
    for (struct game *game = task->runtime->games; game != NULL; game = game->next) {
        if (task->inside & game->bit)
            return game;
        if (game->hook_count[GAME_EVENT_error] > 0)
            listener = game;
    }
    return listener;
}

bool game_task_failed(struct task *task)
{
    struct game *game = game_for_failure(task);
    char where[200] = "in a task";
    if (game == NULL)
        return false;
    if (task->inside & game->bit)
        game_describe_call(game, where, sizeof where);
    lua_State *L = task->runtime->L; /* the task's own coroutine is dead */
    luaL_checkstack(L, 8, NULL);
    lua_xmove(task->co, L, 1);
    take_error(L, game, where);
    return true;
}

static int dispatch_rest(lua_State *L, struct game *game);

static void hook_returned(lua_State *L, struct game *game, int status)
{
    if (status != LUA_OK && status != LUA_YIELD)
        hook_failed(L, game);
    else if (game->event == GAME_EVENT_bruteforce_evaluate && !take_decision(L, game)) {
        lua_pushcfunction(L, l_error_handler);
        lua_insert(L, -2);
        lua_call(L, 1, 1);
        hook_failed(L, game);
    }
}

static int dispatch_k(lua_State *L, int status, lua_KContext context)
{
    (void)context;
    struct game *game = lua_touserdata(L, lua_upvalueindex(UPVALUE_GAME));
    hook_returned(L, game, status);
    return dispatch_rest(L, game);
}

/* Calls the function on top of the stack as a hook; it may yield. */
static int call_hook(lua_State *L, struct game *game, struct game_hook *hook)
{
    int result_count = game->event == GAME_EVENT_bruteforce_evaluate ? 2 : 0;
    if (hook->once)
        game_hook_cancel(hook);
    game->dispatcher.run = hook->run;
    game->runtime->acting_run = hook->run;
    lua_pushvalue(L, lua_upvalueindex(UPVALUE_GAME));
    for (int i = AT_VALUES; i < game->dispatch_list; i++)
        lua_pushvalue(L, i);
    return lua_pcallk(L, game->dispatch_list - AT_VALUES + 1, result_count, AT_HANDLER, 0,
                      dispatch_k);
}

/* Up to the count of hooks there was when the call came: later ones hear of the next call. */
static int dispatch_rest(lua_State *L, struct game *game)
{
    while (game->dispatch_index < game->dispatch_count && !game->runtime->quitting) {
        lua_rawgeti(L, game->dispatch_list, ++game->dispatch_index);
        struct game_hook *hook = lua_touserdata(L, -1);
        lua_getiuservalue(L, -1, 1);
        lua_replace(L, -2);
        if (hook->game == NULL)
            lua_pop(L, 1);
        else
            hook_returned(L, game, call_hook(L, game, hook));
    }
    return 0;
}

static int l_dispatch(lua_State *L)
{
    struct game *game = lua_touserdata(L, lua_upvalueindex(UPVALUE_GAME));
    game->dispatch_list = lua_gettop(L) + 1;
    lua_rawgeti(L, lua_upvalueindex(UPVALUE_HOOKS), game->event);
    game->dispatch_index = 0;
    game->dispatch_count = (int)lua_rawlen(L, -1);
    return dispatch_rest(L, game);
}

/* Puts l_dispatch at the bottom of the coroutine, which is empty. */
static void prepare_coroutine(struct game *game)
{
    lua_State *co = game->dispatcher_co;
    lua_checkstack(co, STACK_SIZE);
    lua_rawgeti(co, LUA_REGISTRYINDEX, game->anchor);
    lua_getiuservalue(co, -1, GAME_USER_HOOKS);
    lua_pushcclosure(co, l_dispatch, 2);
}

/* The hooks of the call are over. */
static void let_go(struct game *game)
{
    struct task *task = &game->dispatcher;
    game->dispatching = false;
    game_leave(game, task);
    if (task->inside != 0) /* it has asked other games */
        task_leave_games(task);
}

static void dispatch_done(struct task *task, int status)
{
    struct game *game = (struct game *)(void *)((char *)task - offsetof(struct game, dispatcher));
    if (status != LUA_OK) {
        runtime_report_error(game->runtime, task->co, "in a hook");
        lua_resetthread(task->co);
        lua_settop(task->co, 0);
        prepare_coroutine(game);
    }
    let_go(game);
}

void game_dispatcher_stop(struct game *game)
{
    task_close_coroutine(&game->dispatcher);
    prepare_coroutine(game);
    let_go(game);
}

void game_dispatcher_open(struct game *game)
{
    game->dispatcher =
        (struct task){.runtime = game->runtime, .co = game->dispatcher_co, .done = dispatch_done};
    *(struct task **)lua_getextraspace(game->dispatcher_co) = &game->dispatcher;
    prepare_coroutine(game);
    task_enlist(&game->dispatcher);
}

void game_dispatcher_close(struct game *game)
{
    task_unlist(&game->dispatcher);
}

void game_run_hooks(struct game *game, const struct game_message *message)
{
    if (game->hook_count[game->event] == 0)
        return;
    lua_State *co = game->dispatcher_co;
    game->dispatching = true;
    game->dispatcher.failure = NULL;
    game_enter(game, &game->dispatcher);
    lua_pushvalue(co, 1);
    lua_pushcfunction(co, l_error_handler);
    int value_count = push_call_arguments(co, game, message);
    task_resume(&game->dispatcher, 1 + value_count);
}

void game_emit_to(struct game *game, lua_State *L, int first, int argument_count)
{
    struct runtime *runtime = game->runtime;
    struct game_hook *hook = lua_touserdata(L, -1);
    uint32_t acting_run = runtime->acting_run;
    if (hook->game != NULL) {
        if (hook->once)
            game_hook_cancel(hook);
        luaL_checkstack(L, argument_count + 8, NULL);
        lua_getiuservalue(L, -1, 1);
        lua_rawgeti(L, LUA_REGISTRYINDEX, game->anchor);
        for (int i = 0; i < argument_count; i++)
            lua_pushvalue(L, first + i);
        runtime->starts_error_hook = hook->event == GAME_EVENT_error;
        runtime->acting_run = hook->run;
        task_start(L, argument_count + 1);
        runtime->acting_run = acting_run;
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void game_emit(struct game *game, enum game_event event, lua_State *L, int argument_count)
{
    int first = lua_gettop(L) - argument_count + 1;
    if (game->hook_count[event] > 0) {
        luaL_checkstack(L, 8, NULL);
        lua_rawgeti(L, LUA_REGISTRYINDEX, game->anchor);
        lua_getiuservalue(L, -1, GAME_USER_HOOKS);
        lua_rawgeti(L, -1, event);
        int list = lua_gettop(L);
        int count = (int)lua_rawlen(L, list);
        for (int i = 1; i <= count; i++) {
            lua_rawgeti(L, list, i);
            game_emit_to(game, L, first, argument_count);
        }
    }
    lua_settop(L, first - 1);
}
