/* What the end of a run of the script is to a game, and how the next run gets the game. */
#include "bindings/game.h"
#include "bindings/game_dispatch.h"

/* Pushes the list of hooks of an event, or nil. */
static void push_hooks(lua_State *L, const struct game *game, enum game_event event)
{
    lua_rawgeti(L, LUA_REGISTRYINDEX, game->anchor);
    lua_getiuservalue(L, -1, GAME_USER_HOOKS);
    lua_rawgeti(L, -1, event);
    lua_replace(L, -3);
    lua_pop(L, 1);
}

static void cancel_hooks(struct game *game, enum game_event event, uint32_t run)
{
    lua_State *L = game->runtime->L;
    push_hooks(L, game, event);
    int count = (int)lua_rawlen(L, -1);
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, -1, i);
        struct game_hook *hook = lua_touserdata(L, -1);
        if (hook->run == run)
            game_hook_cancel(hook);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

void game_end_run(struct game *game, uint32_t run)
{
    for (int event = 1; event < GAME_EVENT_COUNT; event++)
        if (game->hook_count[event] > 0)
            cancel_hooks(game, (enum game_event)event, run);
    if (game->dispatching && game->dispatcher.run == run)
        game_dispatcher_stop(game);
    if (game->held && game->held_by_run == run)
        game->held = false;
    bool is_gone = game->state == GAME_LOST || game->state == GAME_SHUT_DOWN;
    if (is_gone && !game->asked_by_prompt) /* nobody has a use for it */
        game_close(game, STATUS_CLOSED);
}

bool game_is_kept(const struct game *game)
{
    uint32_t run = game->runtime->acting_run;
    bool is_asked = run == 0 ? game->asked_by_prompt : game->asked_by_run == run;
    return game->state == GAME_ATTACHED && !is_asked;
}

void game_ask(struct game *game)
{
    uint32_t run = game->runtime->acting_run;
    if (run == 0)
        game->asked_by_prompt = true;
    else
        game->asked_by_run = run;
}

/* game:_ask(): this run has it, too */
static int l_game_ask(lua_State *L)
{
    game_ask(check_game(L, 1));
    return 0;
}

/* Tasks of that run that wait for the registration. */
static void wake_waiters(struct game *game, uint32_t run)
{
    struct task **place = &game->waiters;
    while (*place != NULL) {
        struct task *task = *place;
        if (task->run != run || task->event != (int)GAME_EVENT_registered) {
            place = &task->next;
            continue;
        }
        *place = task->next;
        task_make_ready(task);
    }
}

/* game:_greet(): `registered`, for the hooks and tasks of this run: the game says it but once */
static int l_game_greet(lua_State *L)
{
    struct game *game = check_game(L, 1);
    uint32_t run = game->runtime->acting_run;
    lua_settop(L, 1);
    if (game->state != GAME_ATTACHED)
        return 0;
    wake_waiters(game, run);
    push_hooks(L, game, GAME_EVENT_registered);
    int count = lua_istable(L, 2) ? (int)lua_rawlen(L, 2) : 0;
    for (int i = 1; i <= count; i++) {
        lua_rawgeti(L, 2, i);
        const struct game_hook *hook = lua_touserdata(L, -1);
        if (hook->run == run)
            game_emit_to(game, L, 0, 0);
        else
            lua_pop(L, 1);
    }
    return 0;
}

void game_add_run_methods(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"_ask", l_game_ask}, {"_greet", l_game_greet}, {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
}
