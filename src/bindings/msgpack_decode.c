#include "bindings/msgpack.h"

#include "bindings/msgpack_pool.h"
#include "wire/msgpack_scan.h"

#include <assert.h>
#include <math.h>

enum {
    /* On the Lua stack: a container in each level, and a key or a wrapped value with its parts. */
    STACK_SIZE = 2 * MSGPACK_DEPTH_MAX + 8,
    NIL = 0xC0
};

struct decoder {
    lua_State *L;
    bool keeps_bin;
    const char *refusal; /* static text */
};

/* Kept of a container: the index of its last element, or the number of pairs still to come. */
typedef lua_Integer progress;

/* A table of the kind with the text in `data`. */
static void push_wrapped(lua_State *L, enum msgpack_kind kind, const char *text, size_t size)
{
    lua_createtable(L, 0, kind == MSGPACK_KIND_EXT ? 2 : 1);
    lua_pushlstring(L, text, size);
    lua_setfield(L, -2, "data");
    msgpack_push_metatable(L, kind);
    lua_setmetatable(L, -2);
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

/*
 * msgpack-c's parser, made once more with callbacks of ours, as it is meant to be: the one in its
 * library makes a tree of objects first. Each callback pushes a value, or takes one off the stack
 * and puts it into the table below it. The parser keeps no memory, so Lua errors may leave it.
 */
#define msgpack_unpack_struct_decl(name) struct unpack##name
#define msgpack_unpack_struct(name) struct unpack##name
#define msgpack_unpack_func(result, name) static inline result unpack##name
#define msgpack_unpack_callback(name) on##name
#define msgpack_unpack_object progress
#define msgpack_unpack_user struct decoder

static inline progress on_root(struct decoder *decoder)
{
    (void)decoder;
    return 0;
}

static inline int on_nil(struct decoder *decoder, progress *unused)
{
    *unused = 0;
    msgpack_push_null(decoder->L);
    return 0;
}

static inline int push_boolean(struct decoder *decoder, bool value, progress *unused)
{
    *unused = 0;
    lua_pushboolean(decoder->L, value);
    return 0;
}

static inline int on_true(struct decoder *decoder, progress *unused)
{
    return push_boolean(decoder, true, unused);
}

static inline int on_false(struct decoder *decoder, progress *unused)
{
    return push_boolean(decoder, false, unused);
}

/* The numbers that values of Lua can hold as they are. */
#define NUMBER_CALLBACK(name, type, push)                                                          \
    static inline int on_##name(struct decoder *decoder, type value, progress *unused)             \
    {                                                                                              \
        *unused = 0;                                                                               \
        push(decoder->L, value);                                                                   \
        return 0;                                                                                  \
    }

NUMBER_CALLBACK(uint8, uint8_t, lua_pushinteger)
NUMBER_CALLBACK(uint16, uint16_t, lua_pushinteger)
NUMBER_CALLBACK(uint32, uint32_t, lua_pushinteger)
NUMBER_CALLBACK(uint64, uint64_t, push_unsigned)
NUMBER_CALLBACK(int8, int8_t, lua_pushinteger)
NUMBER_CALLBACK(int16, int16_t, lua_pushinteger)
NUMBER_CALLBACK(int32, int32_t, lua_pushinteger)
NUMBER_CALLBACK(int64, int64_t, lua_pushinteger)
NUMBER_CALLBACK(float, float, lua_pushnumber)
NUMBER_CALLBACK(double, double, lua_pushnumber)

static inline int on_str(struct decoder *decoder, const char *unused, const char *text,
                         unsigned size, progress *none)
{
    (void)unused;
    *none = 0;
    lua_pushlstring(decoder->L, text, size);
    return 0;
}

static inline int on_bin(struct decoder *decoder, const char *unused, const char *text,
                         unsigned size, progress *none)
{
    if (!decoder->keeps_bin)
        return on_str(decoder, unused, text, size, none);
    *none = 0;
    push_wrapped(decoder->L, MSGPACK_KIND_BIN, text, size);
    return 0;
}

/* The first byte is the type. */
static inline int on_ext(struct decoder *decoder, const char *unused, const char *bytes,
                         unsigned size, progress *none)
{
    (void)unused;
    *none = 0;
    push_wrapped(decoder->L, MSGPACK_KIND_EXT, bytes + 1, size - 1);
    lua_pushinteger(decoder->L, (int8_t)bytes[0]);
    lua_setfield(decoder->L, -2, "type");
    return 0;
}

static inline int on_array(struct decoder *decoder, unsigned count, progress *index)
{
    *index = 0;
    lua_createtable(decoder->L, (int)count, 0);
    return 0;
}

static inline int on_array_item(struct decoder *decoder, progress *index, progress unused)
{
    (void)unused;
    *index += 1;
    lua_rawseti(decoder->L, -2, *index);
    return 0;
}

static void mark_map(lua_State *L)
{
    msgpack_push_metatable(L, MSGPACK_KIND_MAP);
    lua_setmetatable(L, -2);
}

/* One that would be encoded as an array otherwise is marked. */
static inline int on_map(struct decoder *decoder, unsigned count, progress *left)
{
    *left = count;
    lua_createtable(decoder->L, 0, (int)count);
    if (count == 0)
        mark_map(decoder->L);
    return 0;
}

static inline int on_map_item(struct decoder *decoder, progress *left, progress unused_key,
                              progress unused_value)
{
    lua_State *L = decoder->L;
    (void)unused_key;
    (void)unused_value;
    if (lua_type(L, -2) == LUA_TNUMBER && isnan(lua_tonumber(L, -2))) {
        decoder->refusal = "a map with the key NaN, which no Lua table can have";
        return MSGPACK_UNPACK_PARSE_ERROR;
    }
    lua_rawset(L, -3);
    *left -= 1;
    if (*left == 0 && lua_rawlen(L, -1) > 0)
        mark_map(L);
    return 0;
}

#include <msgpack/unpack_define.h>
#include <msgpack/unpack_template.h>

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

/*
 * Pushes the value of bytes that msgpack_scan has passed: they are whole, and nested no deeper than
 * msgpack-c follows. Or returns what Lua refuses in them, and pushes nothing.
 */
static const char *push_scanned(lua_State *L, const uint8_t *bytes, size_t size, bool keeps_bin)
{
    struct unpack_context context;
    size_t end = 0;
    int top = lua_gettop(L);
    luaL_checkstack(L, STACK_SIZE, NULL);
    unpack_init(&context);
    context.user = (struct decoder){.L = L, .keeps_bin = keeps_bin};
    int result = unpack_execute(&context, (const char *)bytes, size, &end);
    if (context.user.refusal != NULL) {
        lua_settop(L, top);
        return context.user.refusal;
    }
    assert(result == 1 && end == size && lua_gettop(L) == top + 1);
    (void)result;
    if (bytes[0] == NIL) {
        lua_pushnil(L); /* null is only for what is inside of others */
        lua_replace(L, -2);
    }
    return NULL;
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
        lua_pushfstring(L, "%s, in the object at byte %I", refusal, (lua_Integer)at + 1);
        return STATUS_INVALID;
    }
    *position = extent.position;
    return STATUS_OK;
}
