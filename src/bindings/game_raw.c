/*
 * The raw pair: any message of ours as bytes, and bytes of our own in the answer to a call. What
 * would end or upset the conversation is refused.
 */
#include "bindings/game_exchange.h"

#include <lauxlib.h>
#include <string.h>

static enum message message_named(const char *name)
{
    for (int message = 1; message < MESSAGE_COUNT; message++)
        if (strcmp(message_describe((enum message)message)->name, name) == 0)
            return (enum message)message;
    return MESSAGE_UNKNOWN;
}

/* Those that get no response, and those that are the game's to send. */
static bool is_refused(enum message message)
{
    return message == MESSAGE_C_REGISTER || message == MESSAGE_C_DEREGISTER ||
           message == MESSAGE_C_PROCESSED_CALL ||
           (message != MESSAGE_UNKNOWN && message_describe(message)->sender == SENDER_GAME);
}

/* The message that index 2 means, and its number, which is 0 when the dialect has none. */
static enum message check_message(lua_State *L, const struct game *game, uint8_t *number)
{
    const struct dialect *dialect = game->client.dialect;
    enum message message;
    if (lua_type(L, 2) == LUA_TNUMBER) {
        lua_Integer value = luaL_checkinteger(L, 2);
        luaL_argcheck(L, value >= 1 && value <= UINT8_MAX, 2,
                      "a message has a number from 1 to 255");
        *number = (uint8_t)value;
        message = dialect_message(dialect, *number);
    } else {
        message = message_named(luaL_checkstring(L, 2));
        luaL_argcheck(L, message != MESSAGE_UNKNOWN, 2, "unknown message (see tm.messages)");
        *number = dialect_number(dialect, message);
    }
    if (is_refused(message))
        luaL_error(L, "call: %s is not for scripts to send", message_describe(message)->name);
    return message;
}

static uint8_t call_number(lua_State *L, struct game *game)
{
    uint8_t number;
    check_message(L, game, &number);
    return number;
}

static void encode_payload(lua_State *L, struct game *game, struct request *request)
{
    (void)game;
    request->tail = luaL_optlstring(L, 3, "", &request->tail_size);
}

/*
 * No message says how long it is. A reply that we know is as long as its shape, and an error has
 * none; of any other all that the slot holds is given, because a reply may end with zeros.
 */
static size_t reply_size(lua_State *L, struct game *game, const struct game_message *response,
                         const uint8_t *data)
{
    uint8_t number;
    size_t size, capacity = slot_capacity(&game->slot);
    enum message message = check_message(L, game, &number);
    const char *shape = message_describe(message)->reply_shape;
    if (message == MESSAGE_UNKNOWN || response->error == STATUS_RESPONSE_TOO_LONG)
        return capacity;
    if (response->error != STATUS_OK)
        return 0;
    bool fits = shape_measure(game->client.dialect, shape, data, capacity, &size) == STATUS_OK;
    return fits ? size : capacity;
}

static int decode_payload(lua_State *L, struct game *game, const struct game_message *response)
{
    const uint8_t *data = slot_peek(&game->slot, slot_capacity(&game->slot));
    lua_pushlstring(L, (const char *)data, reply_size(L, game, response, data));
    lua_pushinteger(L, response->error_code);
    return 2;
}

/* game:reply(bytes): they follow the number of the call in our answer to it */
static int l_game_reply(lua_State *L)
{
    struct game *game = check_game(L, 1);
    size_t size;
    luaL_checklstring(L, 2, &size);
    if (game->state != GAME_ATTACHED)
        return push_gone(L, game);
    if (game->client.call_number == 0)
        return push_refusal(L, STATUS_NO_CALL, "reply: %s", status_sentence(STATUS_NO_CALL));
    if (size > slot_capacity(&game->slot) - 4)
        return push_refusal(L, STATUS_TOO_LONG, "reply: %d bytes do not fit in the buffer of %d",
                            (int)size, (int)slot_capacity(&game->slot));
    lua_pushvalue(L, 2);
    lua_setiuservalue(L, 1, GAME_USER_REPLY);
    game->has_reply = true;
    lua_pushboolean(L, true);
    return 1;
}

void game_answer_reply(struct game *game)
{
    lua_State *L = game->runtime->L;
    size_t size;
    lua_rawgeti(L, LUA_REGISTRYINDEX, game->anchor);
    lua_getiuservalue(L, -1, GAME_USER_REPLY);
    const char *bytes = lua_tolstring(L, -1, &size);
    game_client_answer(&game->client, bytes, size);
    lua_pop(L, 2);
    game->has_reply = false;
}

void game_add_raw_verbs(lua_State *L)
{
    static const struct verb call = {VERB("call", UNKNOWN, payload, payload), .takes_errors = true,
                                     .number = call_number};
    game_add_verb(L, &call);
    lua_pushcfunction(L, l_game_reply);
    lua_setfield(L, -2, "reply");
}
