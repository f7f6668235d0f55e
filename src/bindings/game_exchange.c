#include "bindings/game_exchange.h"

#include "transport/clock.h"

#include <lauxlib.h>
#include <string.h>

enum {
    /* Polls for a response before the coroutine yields: responses take microseconds. */
    SPIN_COUNT_MAX = 2000
};

/* What the user calls it: methods that begin with "_" are called by those of that name in Lua. */
static const char *word_of(const struct verb *verb)
{
    return verb->name[0] == '_' ? verb->name + 1 : verb->name;
}

static int push_response(lua_State *L, struct game *game, const struct verb *verb,
                         const struct game_message *response)
{
    if (response->error != STATUS_OK && !verb->takes_errors) {
        game_client_release(&game->client);
        return push_refusal(L, response->error, "%s: %s (error code %d)", word_of(verb),
                            status_sentence(response->error), (int)response->error_code);
    }
    int count = verb->decode(L, game, response);
    game_client_release(&game->client);
    return count >= 0 ? count : lua_error(L);
}

/* Goes on after a yield for the response. */
static int response_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    const struct verb *verb = (const struct verb *)context;
    struct game *game = check_game(L, 1);
    if (game->state != GAME_ATTACHED) {
        task_raise_failure(L, task_of(L));
        return push_game_refusal(L, game, game->client.end);
    }
    struct game_message response = game->response;
    if (task_of(L)->failure != NULL)
        game_client_release(&game->client);
    task_raise_failure(L, task_of(L));
    return push_response(L, game, verb, &response);
}

/* Where the coroutine cannot yield, the response is waited for on the spot. */
static int await_response(lua_State *L, struct game *game, const struct verb *verb)
{
    struct pause pause = {0};
    struct game_message response;
    for (;;) {
        enum status status = game_client_poll(&game->client, &response);
        if (status == STATUS_OK)
            return push_response(L, game, verb, &response);
        if (game->slot.run_other_end != NULL && game->slot.run_other_end(game->slot.context))
            continue;
        if (pause_once(&pause, CLOCK_NEVER)) {
            runtime_progress(game->runtime);
            game_check(game, clock_now_ns());
        }
        if (game->client.phase == CLIENT_ENDED) {
            game_ended(game);
            return push_game_refusal(L, game, game->client.end);
        }
    }
}

static int receive_response(lua_State *L, struct game *game, const struct verb *verb)
{
    struct game_message response;
    struct slot *slot = &game->slot;
    uint32_t spins = pause_spin_count(&game->runtime->pause);
    if (spins > SPIN_COUNT_MAX)
        spins = SPIN_COUNT_MAX;
    for (uint32_t i = 0; i < spins; i++) {
        enum status status = game_client_poll(&game->client, &response);
        if (status == STATUS_OK)
            return push_response(L, game, verb, &response);
        if (status != STATUS_WAITING) {
            game_ended(game);
            return push_game_refusal(L, game, status);
        }
        if (slot->run_other_end != NULL)
            slot->run_other_end(slot->context);
        else
            pause_spin();
    }
    struct task *task = task_of(L);
    if (task == NULL || !lua_isyieldable(L))
        return await_response(L, game, verb);
    task->game = game;
    game->requester = task;
    return task_wait(L, task, WAIT_RESPONSE, (lua_KContext)verb, response_k);
}

static int attempt(lua_State *L, struct game *game, const struct verb *verb);

static int turn_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    task_raise_failure(L, task_of(L));
    return attempt(L, check_game(L, 1), (const struct verb *)context);
}

/* No call is open, or another task's request is under way: in the order of asking. */
static int wait_for_turn(lua_State *L, struct game *game, const struct verb *verb)
{
    struct task *task = check_can_wait(L, word_of(verb));
    task->game = game;
    task->next = NULL;
    if (game->turn_last != NULL)
        game->turn_last->next = task;
    else
        game->turn_first = task;
    game->turn_last = task;
    return task_wait(L, task, WAIT_TURN, (lua_KContext)verb, turn_k);
}

static int push_unsupported(lua_State *L, const struct game *game, const struct verb *verb)
{
    return push_refusal(L, STATUS_UNSUPPORTED, "%s: the dialect %s has no such message",
                        word_of(verb), game->client.dialect->name);
}

/* Where the call does not say in which context it is, the game may judge for itself. */
static bool is_out_of_place(const struct game *game, const struct verb *verb)
{
    enum game_context context = game_call_context(game);
    return (verb->place == IN_RACES && context == GAME_CONTEXT_SIMULATION) ||
           (verb->place == IN_SIMULATIONS && context == GAME_CONTEXT_RUN);
}

/* Emptying the event buffer is over: its result is on the stack, behind the arguments. */
static int cleared_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    const struct verb *verb = (const struct verb *)context;
    if (!lua_toboolean(L, -3))
        return 3;
    lua_pop(L, 3);
    return attempt(L, check_game(L, 1), verb->without_clearing);
}

/*
 * Outside races such a verb goes into the event buffer. It is emptied by functions in Lua, which
 * make requests of their own.
 */
static int clear_first(lua_State *L, struct game *game, const struct verb *verb)
{
    bool simulates = game_call_context(game) == GAME_CONTEXT_SIMULATION;
    if (simulates && game->client.dialect->has_fixed_event_count)
        return push_refusal(L, STATUS_WRONG_CONTEXT,
                            "%s: in a simulation the dialect %s has set_event_buffer alone",
                            word_of(verb), game->client.dialect->name);
    if (game->client.dialect->has_fixed_event_count || game->event_buffer_is_bare ||
        !verb->clears(L))
        return attempt(L, game, verb->without_clearing);
    lua_getfield(L, 1, "_empty_event_buffer");
    lua_pushvalue(L, 1);
    lua_callk(L, 1, 3, (lua_KContext)verb, cleared_k);
    return cleared_k(L, LUA_OK, (lua_KContext)verb);
}

static void send(lua_State *L, struct game *game, const struct verb *verb,
                 const struct request *request)
{
    struct task *task = task_of(L);
    if (task != NULL)
        game_enter(game, task);
    uint8_t *data = verb->number != NULL
                        ? game_client_compose_number(&game->client, verb->number(L, game))
                        : game_client_compose(&game->client, verb->message);
    memcpy(data, request->bytes, request->size);
    if (request->tail_size > 0)
        memcpy(data + request->size, request->tail, request->tail_size);
    game_client_send(&game->client, request->size + request->tail_size);
    game->event_buffer_is_bare = false;
    runtime_progress(game->runtime);
}

static enum status can_request(lua_State *L, struct game *game, const struct verb *verb)
{
    if (verb->number == NULL)
        return game_client_can_request(&game->client, verb->message);
    return verb->number(L, game) == 0 ? STATUS_UNSUPPORTED : game_client_can_send(&game->client);
}

static int attempt(lua_State *L, struct game *game, const struct verb *verb)
{
    if (game->state != GAME_ATTACHED)
        return push_gone(L, game);
    enum status status = can_request(L, game, verb);
    if (status == STATUS_UNSUPPORTED)
        return push_unsupported(L, game, verb);
    if (status == STATUS_NO_CALL || status == STATUS_BUSY)
        return wait_for_turn(L, game, verb);
    struct request request = {.size = 0};
    verb->encode(L, game, &request);
    if (verb->place != ANYWHERE && is_out_of_place(game, verb))
        return push_refusal(L, STATUS_WRONG_CONTEXT, "%s: this is a %s", word_of(verb),
                            verb->place == IN_RACES ? "simulation" : "race");
    if (verb->without_clearing != NULL && game_call_context(game) != GAME_CONTEXT_RUN)
        return clear_first(L, game, verb);
    if (request.size + request.tail_size > slot_capacity(&game->slot))
        return push_refusal(L, STATUS_TOO_LONG, "%s: %d bytes do not fit in the buffer of %d",
                            word_of(verb), (int)(request.size + request.tail_size),
                            (int)slot_capacity(&game->slot));
    send(L, game, verb, &request);
    return receive_response(L, game, verb);
}

int game_request(lua_State *L, const struct verb *verb)
{
    return attempt(L, check_game(L, 1), verb);
}

static int l_game_verb(lua_State *L)
{
    return game_request(L, lua_touserdata(L, lua_upvalueindex(1)));
}

void game_add_verb(lua_State *L, const struct verb *verb)
{
    lua_pushlightuserdata(L, (void *)verb);
    lua_pushcclosure(L, l_game_verb, 1);
    lua_setfield(L, -2, verb->name);
}
