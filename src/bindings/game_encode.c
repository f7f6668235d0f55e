#include "bindings/game_encode.h"

#include "bindings/state.h"
#include "wire/input_events.h"
#include "wire/public_state.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

static void put_i32(struct request *request, lua_Integer value)
{
    store_i32(request->bytes + request->size, (int32_t)value);
    request->size += 4;
}

static void put_text(lua_State *L, struct request *request, int index)
{
    size_t size;
    request->tail = luaL_checklstring(L, index, &size);
    request->tail_size = size;
    luaL_argcheck(L, size <= TEXT_SIZE_MAX, index, "text too long");
    put_i32(request, (lua_Integer)size);
}

static lua_Integer check_int32(lua_State *L, int index)
{
    lua_Integer value = luaL_checkinteger(L, index);
    luaL_argcheck(L, value >= INT32_MIN && value <= INT32_MAX, index, "out of range");
    return value;
}

void encode_nothing(lua_State *L, struct game *game, struct request *request)
{
    (void)L;
    (void)game;
    (void)request;
}

void encode_reserved(lua_State *L, struct game *game, struct request *request)
{
    (void)L;
    (void)game;
    put_i32(request, 0);
}

void encode_timeout(lua_State *L, struct game *game, struct request *request)
{
    (void)game;
    lua_Integer timeout = check_int32(L, 2);
    luaL_argcheck(L, timeout >= 0 || timeout == -1, 2, "ms, or -1 for ever");
    put_i32(request, timeout);
}

void encode_speed(lua_State *L, struct game *game, struct request *request)
{
    (void)game;
    double speed = luaL_checknumber(L, 2);
    luaL_argcheck(L, speed >= 0 && speed < HUGE_VAL, 2, "must be a number not below 0");
    store_f64(request->bytes, speed);
    request->size = 8;
}

void encode_time_limit(lua_State *L, struct game *game, struct request *request)
{
    (void)game;
    lua_Integer limit = lua_isnoneornil(L, 2) ? -1 : check_int32(L, 2);
    luaL_argcheck(L, limit >= 0 || limit == -1, 2, "ms, or nil or -1 for the original limit");
    put_i32(request, limit);
}

/* The places of C_SET_INPUT_STATES, in its order. */
enum {
    INPUT_LEFT,
    INPUT_RIGHT,
    INPUT_ACCELERATE,
    INPUT_BRAKE,
    INPUT_STEER,
    INPUT_GAS,
    INPUT_COUNT
};

/* The place that a name of the table stands for; INPUT_COUNT: none, but the name is known. */
static int input_place(lua_State *L)
{
    static const char *const names[] = {"left",  "right", "accelerate",      "brake",
                                        "steer", "gas",   "sim_clear_buffer"};
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    for (int i = 0; i <= INPUT_COUNT; i++)
        if (name[0] == names[i][0] && strcmp(name, names[i]) == 0)
            return i;
    /* A misspelt key would drive the car off the road. */
    return luaL_error(L, "set_input_state: unknown input '%s'", name);
}

/* A key: a number is on unless 0, anything else is its truth. */
static lua_Integer key_value(lua_State *L)
{
    return lua_type(L, -1) == LUA_TNUMBER ? lua_tonumber(L, -1) != 0 : lua_toboolean(L, -1);
}

static lua_Integer analog_value(lua_State *L, int place)
{
    const char *name = place == INPUT_STEER ? "steer" : "gas";
    if (lua_type(L, -1) != LUA_TNUMBER)
        luaL_error(L, "%s: a number is expected, not %s", name, luaL_typename(L, -1));
    double value = lua_tonumber(L, -1);
    /* Written so that a value that is not a number fails too. */
    if (!(value >= -INPUT_ANALOG_EXTENDED_MAX && value <= INPUT_ANALOG_EXTENDED_MAX))
        luaL_error(L, "%s: %f is out of range (-65536 to 65536, extended 100 times that)", name,
                   value);
    return (lua_Integer)lround(value);
}

/* What the table does not name stays as it is. */
void encode_input_state(lua_State *L, struct game *game, struct request *request)
{
    lua_Integer values[INPUT_COUNT + 1] = {
        INPUT_KEY_UNCHANGED, INPUT_KEY_UNCHANGED,    INPUT_KEY_UNCHANGED,
        INPUT_KEY_UNCHANGED, INPUT_ANALOG_UNCHANGED, INPUT_ANALOG_UNCHANGED,
    };
    (void)game;
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_settop(L, 2);
    lua_pushnil(L);
    while (lua_next(L, 2) != 0) {
        int place = input_place(L);
        bool is_analog = place == INPUT_STEER || place == INPUT_GAS;
        values[place] = is_analog ? analog_value(L, place) : key_value(L);
        lua_pop(L, 1);
    }
    for (int i = 0; i < INPUT_COUNT; i++)
        put_i32(request, values[i]);
}

void encode_command(lua_State *L, struct game *game, struct request *request)
{
    (void)game;
    put_i32(request, 0);
    put_text(L, request, 2);
}

void encode_log(lua_State *L, struct game *game, struct request *request)
{
    (void)game;
    put_i32(request, luaL_checkinteger(L, 3));
    put_text(L, request, 2);
}

void encode_switch(lua_State *L, struct game *game, struct request *request)
{
    (void)game;
    luaL_checktype(L, 2, LUA_TBOOLEAN);
    put_i32(request, lua_toboolean(L, 2));
}

void encode_state(lua_State *L, struct game *game, struct request *request)
{
    const struct state *state = check_state(L, 2);
    request->tail = state->bytes;
    request->tail_size = state->size;
    if (!game->client.dialect->has_public_state)
        return;
    uint8_t *bytes = lua_newuserdatauv(L, state->size + 8, 0); /* the stack owns it */
    request->tail_size = public_state_from_v1(state->bytes, state->size, bytes);
    request->tail = bytes;
}

void encode_state_target(lua_State *L, struct game *game, struct request *request)
{
    (void)game;
    (void)request;
    if (!lua_isnoneornil(L, 2))
        check_state(L, 2);
}

/* A state given as second argument is filled again, if it is large enough; else null. */
static struct state *push_target(lua_State *L, size_t size)
{
    if (lua_isnoneornil(L, 2))
        return push_state(L, size);
    struct state *state = check_state(L, 2);
    if (state->capacity < size) {
        lua_pushfstring(L, "the given state has room for %d bytes, and %d came",
                        (int)state->capacity, (int)size);
        return NULL;
    }
    lua_pushvalue(L, 2);
    state->size = size;
    return state;
}

int decode_state(lua_State *L, struct game *game, const struct game_message *response)
{
    bool is_public = game->client.dialect->has_public_state;
    size_t size = response->size;
    if (is_public)
        size = size - PUBLIC_STATE_HEAD_SIZE + V1_STATE_HEAD_SIZE;
    struct state *state = push_target(L, size);
    if (state == NULL)
        return -1;
    if (is_public)
        public_state_to_v1(response->data, response->size, state->bytes);
    else
        memcpy(state->bytes, response->data, size);
    return 1;
}

int decode_nothing(lua_State *L, struct game *game, const struct game_message *response)
{
    (void)game;
    (void)response;
    lua_pushboolean(L, true);
    return 1;
}

int decode_context_mode(lua_State *L, struct game *game, const struct game_message *response)
{
    int32_t mode = load_i32(response->data);
    if (mode == CONTEXT_RUN || mode == CONTEXT_SIMULATION) {
        game->context = mode == CONTEXT_RUN ? GAME_CONTEXT_RUN : GAME_CONTEXT_SIMULATION;
        game->context_is_told = true;
    }
    lua_pushinteger(L, mode);
    return 1;
}

/* {cp_states = {boolean …}, cp_times = {{time =, stunts_score =} …}}; time -1: not passed */
int decode_checkpoints(lua_State *L, struct game *game, const struct game_message *response)
{
    struct checkpoint_view view;
    const uint8_t *data = response->data;
    if (checkpoint_view_read(data, response->size, game->client.dialect->checkpoint_head_size,
                             &view) != STATUS_OK)
        return 0; /* it has been measured: never */
    lua_createtable(L, 0, 2);
    lua_createtable(L, view.state_count, 0);
    for (int32_t i = 0; i < view.state_count; i++) {
        lua_pushboolean(L, load_i32(data + view.states_offset + 4 * (size_t)i) != 0);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "cp_states");
    lua_createtable(L, view.time_count, 0);
    for (int32_t i = 0; i < view.time_count; i++) {
        const uint8_t *at = data + view.times_offset + 8 * (size_t)i;
        lua_createtable(L, 0, 2);
        lua_pushinteger(L, load_i32(at));
        lua_setfield(L, -2, "time");
        lua_pushinteger(L, load_i32(at + 4));
        lua_setfield(L, -2, "stunts_score");
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "cp_times");
    return 1;
}

static lua_Integer field_integer(lua_State *L, const char *name)
{
    lua_getfield(L, -1, name);
    if (!lua_isinteger(L, -1))
        luaL_error(L, "set_checkpoint_state: %s must be an integer", name);
    lua_Integer value = lua_tointeger(L, -1);
    if (value < INT32_MIN || value > INT32_MAX)
        luaL_error(L, "set_checkpoint_state: %s %I is out of range", name, value);
    lua_pop(L, 1);
    return value;
}

/* The list of that name in the table at index 2, on top of the stack. */
static lua_Integer push_checkpoint_list(lua_State *L, const char *name)
{
    if (lua_getfield(L, 2, name) != LUA_TTABLE)
        luaL_error(L, "set_checkpoint_state: %s must be a table", name);
    lua_Integer count = luaL_len(L, -1);
    if (count > CHECKPOINT_COUNT_MAX)
        luaL_error(L, "set_checkpoint_state: too many %s", name);
    return count;
}

void encode_checkpoints(lua_State *L, struct game *game, struct request *request)
{
    luaL_checktype(L, 2, LUA_TTABLE);
    lua_Integer state_count = push_checkpoint_list(L, "cp_states");
    lua_Integer time_count = push_checkpoint_list(L, "cp_times");
    int states = lua_gettop(L) - 1, times = lua_gettop(L);
    size_t size = game->client.dialect->checkpoint_head_size + 8 + 4 * (size_t)state_count +
                  8 * (size_t)time_count;
    uint8_t *bytes = lua_newuserdatauv(L, size, 0); /* owned by the stack until it is sent */
    struct bytes_writer writer = bytes_writer(bytes, size);
    for (size_t i = 0; i < game->client.dialect->checkpoint_head_size; i += 4)
        bytes_put_i32(&writer, 0);
    bytes_put_i32(&writer, (int32_t)state_count);
    for (lua_Integer i = 1; i <= state_count; i++) {
        lua_geti(L, states, i);
        bytes_put_i32(&writer, lua_toboolean(L, -1));
        lua_pop(L, 1);
    }
    bytes_put_i32(&writer, (int32_t)time_count);
    for (lua_Integer i = 1; i <= time_count; i++) {
        if (lua_geti(L, times, i) != LUA_TTABLE)
            luaL_error(L, "set_checkpoint_state: cp_times[%d] must be a table", (int)i);
        bytes_put_i32(&writer, (int32_t)field_integer(L, "time"));
        bytes_put_i32(&writer, (int32_t)field_integer(L, "stunts_score"));
        lua_pop(L, 1);
    }
    request->tail = bytes;
    request->tail_size = size;
}
