/*
 * The requests a script can make. Each verb is a row: its message, how its arguments become
 * bytes, and what its reply becomes. What waits, and for what, is the same for all of them:
 * for an open call, for another request to be done, and for the response.
 */
#include "bindings/game.h"
#include "bindings/game_encode.h"
#include "transport/clock.h"

#include <lauxlib.h>
#include <string.h>

enum {
    /* Polls for a response before the coroutine yields: responses take microseconds. */
    SPIN_COUNT_MAX = 2000
};

struct verb {
    const char *name;
    enum message message;
    void (*encode)(lua_State *L, struct game *game, struct request *request);
    /* Pushes its values and returns their count; -1: what it pushed is an error to be raised. */
    int (*decode)(lua_State *L, struct game *game, const struct game_message *response);
};

static int push_true(lua_State *L, struct game *game, const struct game_message *response)
{
    (void)game;
    (void)response;
    lua_pushboolean(L, true);
    return 1;
}

/* What set_timeout has changed on the other side, it changes on ours. */
static int after_set_timeout(lua_State *L, struct game *game, const struct game_message *response)
{
    game->timeout_ms = (int32_t)lua_tointeger(L, 2);
    games_set_watch(game->runtime);
    return push_true(L, game, response);
}

static const struct verb verbs[] = {
    {"set_timeout", MESSAGE_C_SET_TIMEOUT, encode_timeout, after_set_timeout},
    {"set_speed", MESSAGE_C_SET_GAME_SPEED, encode_speed, push_true},
    {"set_input_state", MESSAGE_C_SET_INPUT_STATES, encode_input_state, push_true},
    {"respawn", MESSAGE_C_RESPAWN, encode_reserved, push_true},
    {"give_up", MESSAGE_C_GIVE_UP, encode_reserved, push_true},
    {"horn", MESSAGE_C_HORN, encode_reserved, push_true},
    {"execute_command", MESSAGE_C_EXECUTE_COMMAND, encode_command, push_true},
    {"remove_state_validation", MESSAGE_C_REMOVE_STATE_VALIDATION, encode_reserved, push_true},
    {"prevent_simulation_finish", MESSAGE_C_PREVENT_SIMULATION_FINISH, encode_reserved, push_true},
    {"get_simulation_state", MESSAGE_C_SIM_GET_STATE, encode_state_target, decode_state},
    {"rewind_to_state", MESSAGE_C_SIM_REWIND_TO_STATE, encode_state, push_true},
    {"get_checkpoint_state", MESSAGE_C_GET_CHECKPOINT_STATE, encode_nothing, decode_checkpoints},
    {"set_checkpoint_state", MESSAGE_C_SET_CHECKPOINT_STATE, encode_checkpoints, push_true},
    {"get_context_mode", MESSAGE_C_GET_CONTEXT_MODE, encode_nothing, decode_context_mode},
    {"set_simulation_time_limit", MESSAGE_C_SIM_SET_TIME_LIMIT, encode_time_limit, push_true},
    {"_get_event_bytes", MESSAGE_C_SIM_GET_EVENT_BUFFER, encode_nothing, decode_bytes},
    {"_set_event_bytes", MESSAGE_C_SIM_SET_EVENT_BUFFER, encode_bytes, push_true},
    {"_register_custom_command", MESSAGE_C_REGISTER_CUSTOM_COMMAND, encode_command, push_true},
    {"_log", MESSAGE_C_LOG, encode_log, push_true},
};

static int push_response(lua_State *L, struct game *game, const struct verb *verb,
                         const struct game_message *response)
{
    if (response->error != STATUS_OK) {
        game_client_release(&game->client);
        return push_refusal(L, response->error, "%s: %s (error code %d)", verb->name,
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
    const struct verb *verb = &verbs[context];
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
    return task_wait(L, task, WAIT_RESPONSE, verb - verbs, response_k);
}

static int attempt(lua_State *L, struct game *game, const struct verb *verb);

static int turn_k(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    task_raise_failure(L, task_of(L));
    return attempt(L, check_game(L, 1), &verbs[context]);
}

/* No call is open, or another task's request is under way: in the order of asking. */
static int wait_for_turn(lua_State *L, struct game *game, const struct verb *verb)
{
    struct task *task = check_can_wait(L, verb->name);
    task->game = game;
    task->next = NULL;
    if (game->turn_last != NULL)
        game->turn_last->next = task;
    else
        game->turn_first = task;
    game->turn_last = task;
    return task_wait(L, task, WAIT_TURN, verb - verbs, turn_k);
}

static int attempt(lua_State *L, struct game *game, const struct verb *verb)
{
    if (game->state != GAME_ATTACHED)
        return push_gone(L, game);
    enum status status = game_client_can_request(&game->client, verb->message);
    if (status == STATUS_UNSUPPORTED)
        return push_refusal(L, status, "%s: the dialect %s has no such message", verb->name,
                            game->client.dialect->name);
    if (status == STATUS_NO_CALL || status == STATUS_BUSY)
        return wait_for_turn(L, game, verb);
    struct request request = {.size = 0};
    verb->encode(L, game, &request);
    if (request.size + request.tail_size > slot_capacity(&game->slot))
        return push_refusal(L, STATUS_TOO_LONG, "%s: %d bytes do not fit in the buffer of %d",
                            verb->name, (int)(request.size + request.tail_size),
                            (int)slot_capacity(&game->slot));
    struct task *task = task_of(L);
    if (task != NULL)
        game_enter(game, task);
    uint8_t *data = game_client_compose(&game->client, verb->message);
    memcpy(data, request.bytes, request.size);
    if (request.tail_size > 0)
        memcpy(data + request.size, request.tail, request.tail_size);
    game_client_send(&game->client, request.size + request.tail_size);
    runtime_progress(game->runtime);
    return receive_response(L, game, verb);
}

static int l_game_verb(lua_State *L)
{
    const struct verb *verb = lua_touserdata(L, lua_upvalueindex(1));
    return attempt(L, check_game(L, 1), verb);
}

void game_add_verbs(lua_State *L)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        lua_pushlightuserdata(L, (void *)&verbs[i]);
        lua_pushcclosure(L, l_game_verb, 1);
        lua_setfield(L, -2, verbs[i].name);
    }
}
