#include "bindings/state.h"

#include "base/bytes.h"
#include "bindings/errors.h"
#include "bindings/state_view.h"
#include "wire/input_events.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* Values that are computed from others. Section 10.5 of the fact sheet. X(name, function) */
#define DERIVED_LIST(X)                                                                            \
    X(rewind_time)                                                                                 \
    X(input_accelerate)                                                                            \
    X(input_brake)                                                                                 \
    X(input_left)                                                                                  \
    X(input_right)                                                                                 \
    X(input_steer)                                                                                 \
    X(input_gas)

const struct userdata_tag state_tag = {STATE_TYPE};

struct state *push_state(lua_State *L, size_t size)
{
    struct state *state = lua_newuserdatauv(L, sizeof *state + size, 0);
    state->tag = &state_tag;
    state->size = size;
    state->capacity = size;
    luaL_setmetatable(L, STATE_TYPE);
    return state;
}

struct state *check_state(lua_State *L, int index)
{
    return check_tagged(L, index, &state_tag);
}

static const struct game_state *fields(const struct state *state)
{
    return (const void *)state->bytes;
}

static void push_rewind_time(lua_State *L, const struct state *state)
{
    lua_pushinteger(L, (lua_Integer)fields(state)->player_info.race_time + 10);
}

#define BINARY_INPUT(name)                                                                         \
    static void push_input_##name(lua_State *L, const struct state *state)                         \
    {                                                                                              \
        lua_pushboolean(L, event_binary(fields(state)->input_##name##_event.input_data));          \
    }
#define ANALOG_INPUT(name)                                                                         \
    static void push_input_##name(lua_State *L, const struct state *state)                         \
    {                                                                                              \
        lua_pushinteger(L, event_analog(fields(state)->input_##name##_event.input_data));          \
    }
BINARY_INPUT(accelerate)
BINARY_INPUT(brake)
BINARY_INPUT(left)
BINARY_INPUT(right)
ANALOG_INPUT(steer)
ANALOG_INPUT(gas)

static bool push_derived(lua_State *L, const struct state *state, const char *name)
{
#define X(word)                                                                                    \
    if (strcmp(name, #word) == 0) {                                                                \
        push_##word(L, state);                                                                     \
        return true;                                                                               \
    }
    DERIVED_LIST(X)
#undef X
    return false;
}

/* Copies a path, with Lua's indices (from 1) turned into the layout's (from 0). */
static size_t shift_indices(const char *path, size_t size, char *shifted, size_t shifted_size)
{
    enum {
        INDEX_DIGITS = 6
    };
    size_t at = 0;
    for (size_t i = 0; i < size && at + INDEX_DIGITS + 2 < shifted_size;) {
        shifted[at++] = path[i];
        if (path[i++] != '[')
            continue;
        int number = 0, used = 0;
        if (sscanf(path + i, "%6d%n", &number, &used) == 1 && number >= 1)
            at += (size_t)snprintf(shifted + at, INDEX_DIGITS + 1, "%d", number - 1);
        else
            shifted[at++] = '?'; /* no index of Lua's: nothing will be found */
        i += (size_t)used;
    }
    return at;
}

static struct state_place check_path(lua_State *L, int index)
{
    struct state_place place = game_state_root();
    size_t size, error_at;
    const char *path = luaL_checklstring(L, index, &size);
    char shifted[128];
    size_t shifted_size = shift_indices(path, size, shifted, sizeof shifted);
    if (!game_state_find(shifted, shifted_size, &place, &error_at))
        luaL_error(L, "state has no field '%s'", path);
    return place;
}

/* Looks the path at `index` up in the cache of places (an upvalue): a place costs one lookup. */
static struct state_place find_path(lua_State *L, int index)
{
    lua_pushvalue(L, index);
    if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TUSERDATA) {
        struct state_place place = *(struct state_place *)lua_touserdata(L, -1);
        lua_pop(L, 1);
        return place;
    }
    lua_pop(L, 1);
    struct state_place place = check_path(L, index);
    lua_pushvalue(L, index);
    struct state_place *kept = lua_newuserdatauv(L, sizeof *kept, 0);
    *kept = place;
    lua_rawset(L, lua_upvalueindex(1));
    return place;
}

/* state:get(path) */
static int l_state_get(lua_State *L)
{
    check_state(L, 1);
    struct state_place place = find_path(L, 2);
    return push_place(L, 1, &place);
}

/* state:set(path, value) */
static int l_state_set(lua_State *L)
{
    struct state *state = check_state(L, 1);
    struct state_place place = find_path(L, 2);
    luaL_checkany(L, 3);
    store_place(L, state, &place, 3, lua_tostring(L, 2));
    return 0;
}

/* state:unpack(path) -> numbers */
static int l_state_unpack(lua_State *L)
{
    const struct state *state = check_state(L, 1);
    struct state_place place = find_path(L, 2);
    return push_numbers(L, state, &place);
}

/* Upvalues: cache of places, methods. */
static int l_state_index(lua_State *L)
{
    struct state *state = check_state(L, 1);
    lua_pushvalue(L, 2);
    int type = lua_rawget(L, lua_upvalueindex(1));
    if (type == LUA_TUSERDATA)
        return push_place(L, 1, lua_touserdata(L, -1));
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(2)) != LUA_TNIL)
        return 1;
    if (push_derived(L, state, luaL_checkstring(L, 2)))
        return 1;
    lua_getfield(L, lua_upvalueindex(2), "_get_special"); /* cp_data, yaw_pitch_roll: in Lua */
    if (lua_isfunction(L, -1)) {
        lua_pushvalue(L, 1);
        lua_pushvalue(L, 2);
        lua_call(L, 2, 1);
        if (!lua_isnil(L, -1))
            return 1;
    }
    struct state_place place = find_path(L, 2);
    return push_place(L, 1, &place);
}

static int l_state_newindex(lua_State *L)
{
    struct state *state = check_state(L, 1);
    const char *name = luaL_checkstring(L, 2);
    lua_getfield(L, lua_upvalueindex(2), "_set_special");
    if (lua_isfunction(L, -1)) {
        lua_pushvalue(L, 1);
        lua_pushvalue(L, 2);
        lua_pushvalue(L, 3);
        lua_call(L, 3, 1);
        if (lua_toboolean(L, -1))
            return 0;
    }
    struct state_place place = find_path(L, 2);
    store_place(L, state, &place, 3, name);
    return 0;
}

static int l_state_bytes(lua_State *L)
{
    const struct state *state = check_state(L, 1);
    lua_pushlstring(L, (const char *)state->bytes, state->size);
    return 1;
}

static int l_state_copy(lua_State *L)
{
    const struct state *state = check_state(L, 1);
    memcpy(push_state(L, state->size)->bytes, state->bytes, state->size);
    return 1;
}

static int l_state_len(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)check_state(L, 1)->size);
    return 1;
}

static int l_state_eq(lua_State *L)
{
    const struct state *a = check_state(L, 1), *b = check_state(L, 2);
    lua_pushboolean(L, a->size == b->size && memcmp(a->bytes, b->bytes, a->size) == 0);
    return 1;
}

static int l_state_tostring(lua_State *L)
{
    const struct state *state = check_state(L, 1);
    lua_pushfstring(L, "state (race time %d ms, %d bytes)",
                    (int)fields(state)->player_info.race_time, (int)state->size);
    return 1;
}

int l_native_state(lua_State *L)
{
    size_t size;
    const char *bytes = luaL_checklstring(L, 1, &size);
    struct checkpoint_view view;
    if (size < STATE_SIZE_MIN ||
        checkpoint_view_read((const uint8_t *)bytes + STATE_FIXED_SIZE, size - STATE_FIXED_SIZE, 4,
                             &view) != STATUS_OK ||
        STATE_FIXED_SIZE + view.size != size)
        return push_refusal(L, STATUS_INVALID, "not a simulation state: %d bytes", (int)size);
    memcpy(push_state(L, size)->bytes, bytes, size);
    return 1;
}

/* The row of one field, appended to the list at index 1. */
static void add_field_row(lua_State *L, const struct state_field *field, const char *path,
                          size_t offset)
{
    static const char *const types[] = {"float32", "int32", "uint32", "bool32", "bytes"};
    lua_createtable(L, 0, 4);
    lua_pushstring(L, path);
    lua_setfield(L, -2, "path");
    lua_pushstring(L, types[field->type]);
    lua_setfield(L, -2, "type");
    lua_pushinteger(L, (lua_Integer)offset);
    lua_setfield(L, -2, "offset");
    lua_pushinteger(L, (lua_Integer)field->rows * field->columns);
    lua_setfield(L, -2, "count");
    lua_rawseti(L, 1, (lua_Integer)lua_rawlen(L, 1) + 1);
}

static void add_struct_rows(lua_State *L, const struct state_struct *structure, const char *prefix,
                            size_t offset)
{
    char path[160];
    for (size_t i = 0; i < structure->field_count; i++) {
        const struct state_field *field = &structure->fields[i];
        size_t at = offset + field->offset;
        if (field->type != STATE_STRUCT) {
            snprintf(path, sizeof path, "%s%s", prefix, field->name);
            add_field_row(L, field, path, at);
            continue;
        }
        for (size_t k = 0; k < field->columns; k++, at += field->structure->size) {
            if (field->is_array)
                snprintf(path, sizeof path, "%s%s[%zu].", prefix, field->name, k + 1);
            else
                snprintf(path, sizeof path, "%s%s.", prefix, field->name);
            add_struct_rows(L, field->structure, path, at);
        }
    }
}

int l_native_state_fields(lua_State *L)
{
    lua_settop(L, 0);
    lua_newtable(L);
    add_struct_rows(L, &game_state_struct, "", 0);
    lua_settop(L, 1);
    return 1;
}

void state_open_types(lua_State *L)
{
    static const luaL_Reg with_cache[] = {
        {"get", l_state_get}, {"set", l_state_set}, {"unpack", l_state_unpack}, {NULL, NULL}};
    static const luaL_Reg methods[] = {
        {"bytes", l_state_bytes}, {"copy", l_state_copy}, {NULL, NULL}};
    static const luaL_Reg metamethods[] = {{"__len", l_state_len},
                                           {"__eq", l_state_eq},
                                           {"__tostring", l_state_tostring},
                                           {NULL, NULL}};
    view_open_type(L);
    luaL_newmetatable(L, STATE_TYPE);
    luaL_setfuncs(L, metamethods, 0);
    lua_newtable(L); /* metatable cache */
    lua_newtable(L); /* metatable cache methods */
    luaL_setfuncs(L, methods, 0);
    lua_pushvalue(L, -2);
    luaL_setfuncs(L, with_cache, 1);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, l_state_index, 2);
    lua_setfield(L, -4, "__index");
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_pushcclosure(L, l_state_newindex, 2);
    lua_setfield(L, -4, "__newindex");
    lua_pushliteral(L, STATE_TYPE);
    lua_setfield(L, -4, "__metatable");
    lua_replace(L, -3); /* methods cache */
    lua_pop(L, 1);
}
