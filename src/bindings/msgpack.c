#include "bindings/msgpack.h"

#include "bindings/errors.h"
#include "bindings/msgpack_pool.h"

#include <string.h>

/* The sizes of objects have 32 bits, those of Lua's tables 31. */
static size_t check_size_max(lua_State *L, int index)
{
    lua_Integer size = luaL_checkinteger(L, index);
    luaL_argcheck(L, size >= 0 && size <= INT32_MAX, index, "size_max out of range");
    return (size_t)size;
}

/* encode(...) -> string */
static int l_msgpack_encode(lua_State *L)
{
    msgpack_push_bytes(L, 1, lua_gettop(L), FRAME_BODY_SIZE_MAX);
    return 1;
}

/* encode_within(size_max, ...) -> string */
static int l_msgpack_encode_within(lua_State *L)
{
    size_t size_max = check_size_max(L, 1);
    msgpack_push_bytes(L, 2, lua_gettop(L), size_max);
    return 1;
}

/* As string.unpack: from 1, or from the end if negative. */
static size_t check_position(lua_State *L, int index, size_t size)
{
    lua_Integer position = luaL_optinteger(L, index, 1);
    if (position < 0)
        position += (lua_Integer)size + 1;
    luaL_argcheck(L, position >= 1 && (lua_Unsigned)position <= size + 1, index,
                  "position out of string");
    return (size_t)position - 1;
}

static void read_option(lua_State *L, int index, struct msgpack_decoding *decoding)
{
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    if (strcmp(name, "size_max") == 0) {
        int is_integer;
        lua_Integer size = lua_tointegerx(L, -1, &is_integer);
        luaL_argcheck(L, is_integer && size >= 0 && size <= INT32_MAX, index,
                      "size_max out of range");
        decoding->size_max = (size_t)size;
    } else if (strcmp(name, "bin") == 0) {
        decoding->keeps_bin = lua_toboolean(L, -1);
    } else {
        luaL_argerror(L, index, lua_pushfstring(L, "no such option: '%s'", name));
    }
}

static struct msgpack_decoding check_decoding(lua_State *L, int index)
{
    struct msgpack_decoding decoding = msgpack_decoding_default;
    if (lua_isnoneornil(L, index))
        return decoding;
    luaL_checktype(L, index, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1))
        read_option(L, index, &decoding);
    return decoding;
}

/* decode(s [, position [, options]]) -> value, next position */
static int l_msgpack_decode(lua_State *L)
{
    size_t size;
    const uint8_t *bytes = (const uint8_t *)luaL_checklstring(L, 1, &size);
    size_t position = check_position(L, 2, size);
    struct msgpack_decoding decoding = check_decoding(L, 3);
    enum status status = msgpack_push_value(L, bytes, size, &position, &decoding);
    if (status != STATUS_OK)
        return push_refusal(L, status, "%s", lua_tostring(L, -1));
    lua_pushinteger(L, (lua_Integer)position + 1);
    return 2;
}

void msgpack_open(lua_State *L)
{
    static const luaL_Reg functions[] = {{"encode", l_msgpack_encode},
                                         {"encode_within", l_msgpack_encode_within},
                                         {"decode", l_msgpack_decode},
                                         {NULL, NULL}};
    static const char *const names[] = {
#define X(name, field) #field,
        MSGPACK_KIND_LIST(X)
#undef X
    };
    msgpack_pool_open(L);
    luaL_newlib(L, functions);
    msgpack_push_null(L);
    lua_setfield(L, -2, "null");
    lua_newtable(L);
    for (int i = 0; i < MSGPACK_KIND_COUNT; i++) {
        msgpack_push_metatable(L, (enum msgpack_kind)i);
        lua_setfield(L, -2, names[i]);
    }
    lua_setfield(L, -2, "metatables");
}
