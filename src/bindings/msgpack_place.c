#include "bindings/msgpack_place.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

/* Adds a piece to the text; what has no room is left out. */
static void put(char *text, const char *piece)
{
    size_t size = strlen(text);
    snprintf(text + size, MSGPACK_PATH_SIZE_MAX - size, "%s", piece);
}

static void put_key(lua_State *L, const struct msgpack_place *place, char *text)
{
    char piece[MSGPACK_PATH_SIZE_MAX];
    if (place->key_index == 0)
        snprintf(piece, sizeof piece, "[%lld]", (long long)place->index);
    else if (lua_type(L, place->key_index) == LUA_TSTRING)
        snprintf(piece, sizeof piece, "[\"%.40s\"]", lua_tostring(L, place->key_index));
    else if (lua_isinteger(L, place->key_index))
        snprintf(piece, sizeof piece, "[%lld]", (long long)lua_tointeger(L, place->key_index));
    else
        snprintf(piece, sizeof piece, "[%s]", luaL_typename(L, place->key_index));
    put(text, piece);
}

/* From the outermost to the value. */
static void put_path(lua_State *L, const struct msgpack_place *place, char *text)
{
    if (place->outer != NULL) {
        put_path(L, place->outer, text);
        put_key(L, place, text);
        return;
    }
    if (place->argument > 0)
        snprintf(text, MSGPACK_PATH_SIZE_MAX, "value #%d", place->argument);
    else
        snprintf(text, MSGPACK_PATH_SIZE_MAX, "value");
}

void msgpack_place_text(lua_State *L, const struct msgpack_place *place,
                        char text[MSGPACK_PATH_SIZE_MAX])
{
    text[0] = '\0';
    put_path(L, place, text);
}
