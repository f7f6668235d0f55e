#include "bindings/msgpack.h"

#include "bindings/msgpack_pool.h"
#include "wire/msgpack_scan.h"

#include <assert.h>
#include <math.h>

enum {
    /* On the Lua stack: a container in each level, and a key or a wrapped value with its parts. */
    STACK_SIZE = 2 * MSGPACK_DEPTH_MAX + 8
};

struct decoder {
    lua_State *L;
    bool keeps_bin;
    const char *refusal; /* static text */
};

static void push_object(struct decoder *decoder, const msgpack_object *object);

/* A table of the kind with the text in `data`. */
static void push_wrapped(lua_State *L, enum msgpack_kind kind, const char *text, size_t size)
{
    lua_createtable(L, 0, kind == MSGPACK_KIND_EXT ? 2 : 1);
    lua_pushlstring(L, text, size);
    lua_setfield(L, -2, "data");
    msgpack_push_metatable(L, kind);
    lua_setmetatable(L, -2);
}

static void push_bin(struct decoder *decoder, const msgpack_object_bin *bin)
{
    if (decoder->keeps_bin)
        push_wrapped(decoder->L, MSGPACK_KIND_BIN, bin->ptr, bin->size);
    else
        lua_pushlstring(decoder->L, bin->ptr, bin->size);
}

static void push_ext(lua_State *L, const msgpack_object_ext *ext)
{
    push_wrapped(L, MSGPACK_KIND_EXT, ext->ptr, ext->size);
    lua_pushinteger(L, ext->type);
    lua_setfield(L, -2, "type");
}

/* Above the integers of Lua, a value of its own keeps all 64 bits and what they mean. */
static void push_unsigned(lua_State *L, uint64_t value)
{
    if (value <= LUA_MAXINTEGER) {
        lua_pushinteger(L, (lua_Integer)value);
        return;
    }
    lua_createtable(L, 0, 1);
    lua_pushinteger(L, (lua_Integer)value);
    lua_setfield(L, -2, "bits");
    msgpack_push_metatable(L, MSGPACK_KIND_UNSIGNED);
    lua_setmetatable(L, -2);
}

/* The most frequent elements are pushed right here. */
static void push_array(struct decoder *decoder, const msgpack_object_array *array)
{
    lua_State *L = decoder->L;
    const msgpack_object *element = array->ptr;
    lua_createtable(L, (int)array->size, 0);
    for (uint32_t i = 1; i <= array->size; i++, element++) {
        if (element->type == MSGPACK_OBJECT_FLOAT64)
            lua_pushnumber(L, element->via.f64);
        else if (element->type == MSGPACK_OBJECT_STR)
            lua_pushlstring(L, element->via.str.ptr, element->via.str.size);
        else
            push_object(decoder, element);
        lua_rawseti(L, -2, (lua_Integer)i);
    }
}

static void push_key(struct decoder *decoder, const msgpack_object *key)
{
    bool is_float = key->type == MSGPACK_OBJECT_FLOAT64 || key->type == MSGPACK_OBJECT_FLOAT32;
    if (is_float && isnan(key->via.f64)) {
        decoder->refusal = "a map with the key NaN, which no Lua table can have";
        lua_pushboolean(decoder->L, 0); /* for the time being */
        return;
    }
    push_object(decoder, key);
}

static void push_map(struct decoder *decoder, const msgpack_object_map *map)
{
    lua_State *L = decoder->L;
    lua_createtable(L, 0, (int)map->size);
    for (uint32_t i = 0; i < map->size; i++) {
        push_key(decoder, &map->ptr[i].key);
        push_object(decoder, &map->ptr[i].val);
        lua_rawset(L, -3);
    }
    /* It would be encoded as an array otherwise. */
    if (map->size == 0 || lua_rawlen(L, -1) > 0) {
        msgpack_push_metatable(L, MSGPACK_KIND_MAP);
        lua_setmetatable(L, -2);
    }
}

/* Recursive, but never deeper than MSGPACK_DEPTH_MAX. */
static void push_object(struct decoder *decoder, const msgpack_object *object)
{
    lua_State *L = decoder->L;
    switch (object->type) {
    case MSGPACK_OBJECT_NIL:
        msgpack_push_null(L);
        break;
    case MSGPACK_OBJECT_BOOLEAN:
        lua_pushboolean(L, object->via.boolean);
        break;
    case MSGPACK_OBJECT_POSITIVE_INTEGER:
        push_unsigned(L, object->via.u64);
        break;
    case MSGPACK_OBJECT_NEGATIVE_INTEGER:
        lua_pushinteger(L, object->via.i64);
        break;
    case MSGPACK_OBJECT_FLOAT32:
    case MSGPACK_OBJECT_FLOAT64:
        lua_pushnumber(L, object->via.f64);
        break;
    case MSGPACK_OBJECT_STR:
        lua_pushlstring(L, object->via.str.ptr, object->via.str.size);
        break;
    case MSGPACK_OBJECT_BIN:
        push_bin(decoder, &object->via.bin);
        break;
    case MSGPACK_OBJECT_EXT:
        push_ext(L, &object->via.ext);
        break;
    case MSGPACK_OBJECT_ARRAY:
        push_array(decoder, &object->via.array);
        break;
    case MSGPACK_OBJECT_MAP:
        push_map(decoder, &object->via.map);
        break;
    }
}

/* Bytes that msgpack_scan has passed are whole, and nested no deeper than msgpack-c follows. */
static void unpack(lua_State *L, const uint8_t *bytes, size_t size, msgpack_zone *zone,
                   msgpack_object *object)
{
    size_t offset = 0;
    msgpack_unpack_return result = msgpack_unpack((const char *)bytes, size, &offset, zone, object);
    if (result == MSGPACK_UNPACK_NOMEM_ERROR)
        luaL_error(L, "not enough memory");
    assert(result == MSGPACK_UNPACK_SUCCESS && offset == size);
}

/* Pushes what is wrong with the object at `position`; all positions are Lua's, from 1. */
static enum status refuse(lua_State *L, const struct msgpack_extent *extent, size_t position,
                          size_t size, size_t size_max)
{
    const char *sentence = msgpack_problem_sentence(extent->problem);
    lua_Integer at = (lua_Integer)extent->position + 1;
    if (extent->problem != MSGPACK_PROBLEM_CUT) {
        lua_pushfstring(L, "%s, at byte %I", sentence, at);
        return STATUS_INVALID;
    }
    if (size_max - (size - position) < extent->missing) {
        lua_pushfstring(L, "an object longer than %I bytes, at byte %I", (lua_Integer)size_max, at);
        return STATUS_TOO_LONG;
    }
    lua_pushfstring(L, "%s, at byte %I: at least %I more are needed", sentence, at,
                    (lua_Integer)extent->missing);
    return STATUS_MORE;
}

/* Pushes the value of what was scanned; null is only for what is inside of others. */
static const char *push_scanned(lua_State *L, const uint8_t *bytes, size_t size, bool keeps_bin)
{
    struct decoder decoder = {.L = L, .keeps_bin = keeps_bin};
    msgpack_object object;
    luaL_checkstack(L, STACK_SIZE, NULL);
    struct msgpack_pool *pool = msgpack_pool_take(L);
    int index = lua_gettop(L);
    unpack(L, bytes, size, pool->zone, &object);
    if (object.type == MSGPACK_OBJECT_NIL)
        lua_pushnil(L);
    else
        push_object(&decoder, &object);
    if (object.type == MSGPACK_OBJECT_ARRAY || object.type == MSGPACK_OBJECT_MAP)
        msgpack_zone_clear(pool->zone);
    msgpack_pool_give(pool);
    lua_replace(L, index);
    return decoder.refusal;
}

enum status msgpack_push_value(lua_State *L, const uint8_t *bytes, size_t size, size_t *position,
                               const struct msgpack_decoding *decoding)
{
    size_t at = *position;
    size_t rest = size - at;
    size_t end = at + (rest < decoding->size_max ? rest : decoding->size_max);
    struct msgpack_extent extent = msgpack_scan(bytes, end, at);
    if (extent.problem != MSGPACK_PROBLEM_NONE)
        return refuse(L, &extent, at, end, decoding->size_max);
    const char *refusal = push_scanned(L, bytes + at, extent.position - at, decoding->keeps_bin);
    if (refusal != NULL) {
        lua_pop(L, 1);
        lua_pushfstring(L, "%s, in the object at byte %I", refusal, (lua_Integer)at + 1);
        return STATUS_INVALID;
    }
    *position = extent.position;
    return STATUS_OK;
}
