/*
 * The requests about event buffers. Each replay has its own name indices, so they are learned once
 * in each simulation: before the buffer is written, if the script has not read it.
 */
#include "bindings/events.h"
#include "bindings/game_exchange.h"

#include <lauxlib.h>

static void keep_names(struct game *game, const struct event_names *names)
{
    game->event_names = *names;
    game->event_names_known = true;
}

static int decode_events(lua_State *L, struct game *game, const struct game_message *response)
{
    struct event_names names;
    if (event_names_read(game->client.dialect, response->data, &names))
        keep_names(game, &names);
    push_events_read(L, game->client.dialect, &game->event_names, response->data);
    return 1;
}

/*
 * The events themselves are not looked at, and may have been cut: what a buffer larger than the
 * slot can be emptied by stands at its head.
 */
static int decode_names(lua_State *L, struct game *game, const struct game_message *response)
{
    struct event_names names;
    size_t size = 4 * game->client.dialect->event_index_count;
    if (response->error != STATUS_OK && response->error != STATUS_RESPONSE_TOO_LONG)
        return push_refusal(L, response->error, "event buffer: %s (error code %d)",
                            status_sentence(response->error), (int)response->error_code);
    const uint8_t *data = slot_peek(&game->slot, size);
    if (data != NULL && event_names_read(game->client.dialect, data, &names))
        keep_names(game, &names);
    lua_pushboolean(L, true);
    return 1;
}

/* Section 7: eight of them, in this order; there is none for the analog gas and for the horn. */
static int decode_control_names(lua_State *L, struct game *game,
                                const struct game_message *response)
{
    static const enum action order[] = {ACTION_RACE_RUNNING, ACTION_FINISH_LINE, ACTION_ACCELERATE,
                                        ACTION_BRAKE,        ACTION_STEER_LEFT,  ACTION_STEER_RIGHT,
                                        ACTION_STEER,        ACTION_RESPAWN};
    struct event_names names = event_names_none();
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        names.index[order[i]] = load_i32(response->data + 4 * i);
    keep_names(game, &names);
    return decode_nothing(L, game, response);
}

static void put_events(struct game *game, struct request *request, uint32_t duration,
                       const struct input_event *list, int32_t count)
{
    request->size = events_write_head(game->client.dialect, duration, count, request->bytes);
    request->tail = list;
    request->tail_size = (size_t)count * sizeof *list;
}

static void encode_events(lua_State *L, struct game *game, struct request *request)
{
    const struct events *events = check_events(L, 2);
    const struct event_names *names = game->event_names_known ? &game->event_names : &events->names;
    put_events(game, request, events->duration, push_events_named(L, events, names), events->count);
}

static void encode_bare_events(lua_State *L, struct game *game, struct request *request)
{
    if (!event_race_running(&game->event_names, &game->race_running))
        luaL_error(L, "the game's event buffer has no action %s",
                   actions[ACTION_RACE_RUNNING].name);
    put_events(game, request, 0, &game->race_running, 1);
}

static int decode_bare_events(lua_State *L, struct game *game, const struct game_message *response)
{
    game->event_buffer_is_bare = true;
    return decode_nothing(L, game, response);
}

static const struct verb verbs[] = {
    {VERB("_get_event_buffer", C_SIM_GET_EVENT_BUFFER, nothing, events)},
    {VERB("_set_event_buffer", C_SIM_SET_EVENT_BUFFER, events, nothing)},
    {VERB("_clear_event_buffer", C_SIM_SET_EVENT_BUFFER, bare_events, bare_events)},
};

/* game:_learn_event_names() -> true, or nil, message, code */
static int l_game_learn_event_names(lua_State *L)
{
    static const struct verb from_buffer = {
        VERB("get_event_buffer", C_SIM_GET_EVENT_BUFFER, nothing, names), .takes_errors = true};
    static const struct verb from_list = {
        VERB("get_event_buffer", C_SIM_GET_CONTROL_NAMES, nothing, control_names)};
    const struct game *game = check_game(L, 1);
    if (game->event_names_known) {
        lua_pushboolean(L, true);
        return 1;
    }
    bool in_buffer = game->client.dialect->event_index_count > 0;
    return game_request(L, in_buffer ? &from_buffer : &from_list);
}

/* game:_tells_event_names(): whether an event buffer begins with its names */
static int l_game_tells_event_names(lua_State *L)
{
    const struct game *game = check_game(L, 1);
    lua_pushboolean(L, game->client.dialect->event_index_count > 0);
    return 1;
}

/* game:_call_context() -> "run", "simulation", or nil: the open call does not say */
static int l_game_call_context(lua_State *L)
{
    static const char *const words[] = {NULL, "run", "simulation"};
    lua_pushstring(L, words[game_call_context(check_game(L, 1))]);
    return 1;
}

void game_add_event_verbs(lua_State *L)
{
    static const luaL_Reg methods[] = {{"_learn_event_names", l_game_learn_event_names},
                                       {"_tells_event_names", l_game_tells_event_names},
                                       {"_call_context", l_game_call_context},
                                       {NULL, NULL}};
    luaL_setfuncs(L, methods, 0);
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++)
        game_add_verb(L, &verbs[i]);
}
