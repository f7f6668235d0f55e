#include "bindings/state_view.h"

#include "base/bytes.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct userdata_tag view_tag = {VIEW_TYPE};

static void push_number(lua_State *L, const struct state *state, const struct state_place *place)
{
    double number = state_place_number(place, state->bytes);
    if (place->type == STATE_BOOL32)
        lua_pushboolean(L, number != 0);
    else if (place->type == STATE_FLOAT32)
        lua_pushnumber(L, number);
    else
        lua_pushinteger(L, (lua_Integer)number);
}

static struct state *state_at(lua_State *L, int index)
{
    return lua_touserdata(L, index);
}

int push_place(lua_State *L, int state_index, const struct state_place *place)
{
    struct state *state = state_at(L, state_index);
    if (place->type == STATE_BYTES) {
        lua_pushlstring(L, (const char *)state->bytes + place->offset, state_place_size(place));
        return 1;
    }
    if (place->type != STATE_STRUCT && !place->is_array) {
        push_number(L, state, place);
        return 1;
    }
    state_index = lua_absindex(L, state_index);
    struct state_view *view = lua_newuserdatauv(L, sizeof *view, 1);
    *view = (struct state_view){.tag = &view_tag, .state = state, .place = *place};
    lua_pushvalue(L, state_index);
    lua_setiuservalue(L, -2, 1);
    luaL_setmetatable(L, VIEW_TYPE);
    return 1;
}

static void store_number(lua_State *L, uint8_t *bytes, const struct state_place *place, int index,
                         const char *name)
{
    double number;
    if (lua_isboolean(L, index))
        number = lua_toboolean(L, index);
    else if (lua_type(L, index) == LUA_TNUMBER)
        number = lua_tonumber(L, index);
    else {
        luaL_error(L, "%s: a number is expected, not %s", name, luaL_typename(L, index));
        return;
    }
    if (state_place_store(place, bytes, number) != STATUS_OK)
        luaL_error(L, "%s: %f is out of range", name, number);
}

static void store_bytes(lua_State *L, uint8_t *bytes, const struct state_place *place, int index,
                        const char *name)
{
    size_t size, expected = state_place_size(place);
    const char *source = lua_tolstring(L, index, &size);
    if (source == NULL || size != expected)
        luaL_error(L, "%s: a string of %d bytes is expected", name, (int)expected);
    else
        memcpy(bytes + place->offset, source, size);
}

static void store_value(lua_State *L, uint8_t *bytes, const struct state_place *place, int index,
                        const char *name);

/* A table, or a view, of as many elements. */
static void store_elements(lua_State *L, uint8_t *bytes, const struct state_place *place, int index,
                           const char *name)
{
    size_t count = state_place_count(place);
    luaL_checkstack(L, 4, NULL);
    if (!lua_istable(L, index) && luaL_testudata(L, index, VIEW_TYPE) == NULL)
        luaL_error(L, "%s: a table of %d is expected, not %s", name, (int)count,
                   luaL_typename(L, index));
    if ((size_t)luaL_len(L, index) != count)
        luaL_error(L, "%s: %d elements are expected, not %d", name, (int)count,
                   (int)luaL_len(L, index));
    for (size_t i = 0; i < count; i++) {
        struct state_place element;
        state_place_element(place, i, &element);
        lua_geti(L, index, (lua_Integer)i + 1);
        store_value(L, bytes, &element, lua_gettop(L), name);
        lua_pop(L, 1);
    }
}

/* Into bytes that are laid out as a state. */
static void store_value(lua_State *L, uint8_t *bytes, const struct state_place *place, int index,
                        const char *name)
{
    if (place->type == STATE_BYTES)
        store_bytes(L, bytes, place, index, name);
    else if (place->is_array)
        store_elements(L, bytes, place, index, name);
    else
        store_number(L, bytes, place, index, name);
}

/* Numbers go by way of a copy of the place: a wrong element leaves the state as it was. */
void store_place(lua_State *L, struct state *state, const struct state_place *place, int index,
                 const char *name)
{
    enum {
        ARRAY_SIZE_MAX = 256
    };
    size_t size = state_place_size(place);
    if (place->type == STATE_STRUCT) {
        luaL_error(L, "%s: a struct cannot be assigned, only its fields", name);
    } else if (place->is_array && size <= ARRAY_SIZE_MAX) {
        uint8_t copy[ARRAY_SIZE_MAX];
        struct state_place whole = *place;
        whole.offset = 0;
        store_value(L, copy, &whole, index, name);
        memcpy(state->bytes + place->offset, copy, size);
    } else {
        store_value(L, state->bytes, place, index, name);
    }
}

int push_numbers(lua_State *L, const struct state *state, const struct state_place *place)
{
    if (place->type == STATE_STRUCT || place->type == STATE_BYTES)
        return luaL_error(L, "not a number or an array of numbers");
    int count = place->rows * place->columns;
    luaL_checkstack(L, count, "too many numbers");
    struct state_place number = *place;
    number.rows = number.columns = 1;
    number.is_array = false;
    for (int i = 0; i < count; i++, number.offset += 4)
        push_number(L, state, &number);
    return count;
}

static struct state_view *check_view(lua_State *L, int index)
{
    return check_tagged(L, index, &view_tag);
}

/* The member or element that the key at index 2 names; false: there is none. */
static bool find_key(lua_State *L, const struct state_view *view, struct state_place *found)
{
    if (view->place.is_array) {
        lua_Integer index = lua_isinteger(L, 2) ? lua_tointeger(L, 2) : 0;
        return index >= 1 && state_place_element(&view->place, (size_t)index - 1, found);
    }
    size_t size;
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tolstring(L, 2, &size) : NULL;
    return name != NULL && state_place_member(&view->place, name, size, found);
}

static int l_view_index(lua_State *L)
{
    const struct state_view *view = check_view(L, 1);
    struct state_place found;
    if (find_key(L, view, &found)) {
        lua_getiuservalue(L, 1, 1);
        return push_place(L, -1, &found);
    }
    lua_pushvalue(L, 2); /* a method, or the end of an iteration */
    lua_rawget(L, lua_upvalueindex(1));
    if (lua_isnil(L, -1) && !view->place.is_array)
        return luaL_error(L, "%s has no field '%s'", view->place.structure->name,
                          luaL_tolstring(L, 2, NULL));
    return 1;
}

static int l_view_newindex(lua_State *L)
{
    const struct state_view *view = check_view(L, 1);
    struct state_place found;
    const char *name = luaL_tolstring(L, 2, NULL);
    if (!find_key(L, view, &found))
        return luaL_error(L, "no field or element '%s'", name);
    store_place(L, view->state, &found, 3, name);
    return 0;
}

static int l_view_len(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)state_place_count(&check_view(L, 1)->place));
    return 1;
}

/* view:unpack() -> all its numbers, row by row */
static int l_view_unpack(lua_State *L)
{
    const struct state_view *view = check_view(L, 1);
    return push_numbers(L, view->state, &view->place);
}

/* A float32 has at most nine digits; the shortest text that reads back as it is the one to show. */
static void add_float(luaL_Buffer *buffer, float number)
{
    char text[32];
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)number);
        if (strtof(text, NULL) == number)
            break;
    }
    luaL_addstring(buffer, text);
}

static void add_number(luaL_Buffer *buffer, const struct state *state,
                       const struct state_place *place)
{
    if (place->type == STATE_FLOAT32) {
        add_float(buffer, load_f32(state->bytes + place->offset));
        return;
    }
    push_number(buffer->L, state, place);
    luaL_tolstring(buffer->L, -1, NULL);
    lua_remove(buffer->L, -2);
    luaL_addvalue(buffer);
}

static void add_numbers(luaL_Buffer *buffer, const struct state_view *view)
{
    size_t count = (size_t)view->place.rows * view->place.columns;
    struct state_place number = view->place;
    number.rows = number.columns = 1;
    number.is_array = false;
    for (size_t i = 0; i < count; i++, number.offset += 4) {
        if (i > 0)
            luaL_addstring(buffer, i % view->place.columns == 0 ? "; " : ", ");
        add_number(buffer, view->state, &number);
    }
}

static int l_view_tostring(lua_State *L)
{
    const struct state_view *view = check_view(L, 1);
    if (view->place.type == STATE_STRUCT) {
        lua_pushfstring(L, "%s (at byte %d)", view->place.structure->name, (int)view->place.offset);
        return 1;
    }
    luaL_Buffer buffer;
    luaL_buffinit(L, &buffer);
    luaL_addchar(&buffer, '(');
    add_numbers(&buffer, view);
    luaL_addchar(&buffer, ')');
    luaL_pushresult(&buffer);
    return 1;
}

static int l_view_eq(lua_State *L)
{
    const struct state_view *a = check_view(L, 1), *b = check_view(L, 2);
    size_t size = state_place_size(&a->place);
    lua_pushboolean(L, a->place.type == b->place.type && size == state_place_size(&b->place) &&
                           memcmp(a->state->bytes + a->place.offset,
                                  b->state->bytes + b->place.offset, size) == 0);
    return 1;
}

void view_open_type(lua_State *L)
{
    static const luaL_Reg metamethods[] = {{"__newindex", l_view_newindex},
                                           {"__len", l_view_len},
                                           {"__tostring", l_view_tostring},
                                           {"__eq", l_view_eq},
                                           {NULL, NULL}};
    luaL_newmetatable(L, VIEW_TYPE);
    luaL_setfuncs(L, metamethods, 0);
    lua_newtable(L);
    lua_pushcfunction(L, l_view_unpack);
    lua_setfield(L, -2, "unpack");
    lua_pushcclosure(L, l_view_index, 1);
    lua_setfield(L, -2, "__index");
    lua_pushliteral(L, VIEW_TYPE);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
