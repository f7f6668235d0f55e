#include "bindings/msgpack.h"

#include "bindings/msgpack_place.h"
#include "bindings/msgpack_pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    BATCH_COUNT = 16, /* elements taken off the stack at once */
    /* On the Lua stack: in each level a key, its value and something to look at; and one batch. */
    STACK_SIZE = 3 * MSGPACK_DEPTH_MAX + BATCH_COUNT + 8,
    CAPACITY_MIN = 1024
};

/* The bytes of the pool while they are written. */
struct output {
    lua_State *L;
    struct msgpack_pool *pool;
    char *bytes;
    size_t size;
    size_t limit; /* of the size: of what there is, and of what is allowed */
    size_t size_max;
};

static void encode_value(struct output *out, int type, int index,
                         const struct msgpack_place *place);

static void grow(struct output *out, size_t size)
{
    struct msgpack_pool *pool = out->pool;
    if (size > out->size_max - out->size)
        luaL_error(out->L, "encoded values longer than %I bytes", (lua_Integer)out->size_max);
    size_t needed = out->size + size;
    size_t capacity = pool->capacity < CAPACITY_MIN ? CAPACITY_MIN : pool->capacity;
    while (capacity < needed)
        capacity *= 2;
    char *bytes = realloc(pool->bytes, capacity);
    if (bytes == NULL)
        luaL_error(out->L, "not enough memory");
    pool->bytes = bytes;
    pool->capacity = capacity;
    out->bytes = bytes;
    out->limit = capacity < out->size_max ? capacity : out->size_max;
}

static inline int append(struct output *out, const void *bytes, size_t size)
{
    if (size > out->limit - out->size)
        grow(out, size); /* raises if it cannot */
    memcpy(out->bytes + out->size, bytes, size);
    out->size += size;
    return 0;
}

/*
 * msgpack-c's packer, made once more with our own way to append: the one in its library calls back
 * for every few bytes. These are its names with `pack` instead of `msgpack_pack`.
 */
#define msgpack_pack_inline_func(name) static inline int pack##name
#define msgpack_pack_user struct output *
#define msgpack_pack_append_buffer(user, buf, len) return append(user, buf, len)
#define msgpack_pack_ext pack_ext /* which its timestamps call */
#include <msgpack/pack_template.h>
#undef msgpack_pack_ext

static int refuse(struct output *out, const struct msgpack_place *place, const char *problem)
{
    char path[MSGPACK_PATH_SIZE_MAX];
    msgpack_place_text(out->L, place, path);
    return luaL_error(out->L, "%s: %s", path, problem);
}

static int refuse_type(struct output *out, const struct msgpack_place *place, int type)
{
    char problem[64];
    snprintf(problem, sizeof problem, "a %s cannot be encoded", lua_typename(out->L, type));
    return refuse(out, place, problem);
}

static int refuse_depth(struct output *out, const struct msgpack_place *place)
{
    char problem[64];
    snprintf(problem, sizeof problem, "nested deeper than %d tables, or within itself",
             MSGPACK_DEPTH_MAX);
    return refuse(out, place, problem);
}

static inline void encode_string(struct output *out, int index)
{
    size_t size;
    const char *text = lua_tolstring(out->L, index, &size);
    pack_str(out, size);
    pack_str_body(out, text, size);
}

/* An integer of up to 53 bits is the same as a float. */
static void encode_whole_number(struct output *out, int index, lua_Number number)
{
    if (!lua_isinteger(out->L, index))
        pack_double(out, number);
    else if (number > -0x1p53 && number < 0x1p53)
        pack_int64(out, (int64_t)number);
    else
        pack_int64(out, lua_tointeger(out->L, index));
}

/*
 * One question is enough for a number with a fraction, which is a float; and whether another one is
 * an integer or a float, two tell.
 */
static inline void encode_number(struct output *out, int index)
{
    lua_Number number = lua_tonumber(out->L, index);
    bool is_small = number > -0x1p53 && number < 0x1p53;
    if (is_small && number != (lua_Number)(int64_t)number)
        pack_double(out, number);
    else
        encode_whole_number(out, index, number);
}

static size_t count_pairs(lua_State *L, int table)
{
    size_t count = 0;
    lua_pushnil(L);
    for (; lua_next(L, table); count++)
        lua_pop(L, 1);
    return count;
}

/* Makes the value on top the only one above the table: each level has few places on the stack. */
static void keep_only_top(lua_State *L, int table)
{
    lua_copy(L, -1, table + 1);
    lua_settop(L, table + 1);
}

/* The elements 1 to `count` of the table on top. False, with a part written, if one is nil. */
static bool encode_elements(struct output *out, const struct msgpack_place *outer, int table,
                            size_t count)
{
    lua_State *L = out->L;
    struct msgpack_place place = {.outer = outer, .depth = outer->depth + 1};
    int top = table;
    pack_array(out, count);
    while ((size_t)place.index < count) {
        if (top == table + BATCH_COUNT)
            lua_settop(L, top = table);
        int type = lua_rawgeti(L, table, ++place.index);
        top++;
        if (type == LUA_TNUMBER) {
            encode_number(out, top);
        } else if (type == LUA_TSTRING) {
            encode_string(out, top);
        } else if (type == LUA_TNIL) {
            return false;
        } else {
            if (top != table + 1)
                keep_only_top(L, table);
            top = table + 1;
            encode_value(out, type, top, &place);
        }
    }
    return true;
}

/* An array, if the table on top has the keys 1 to `count` and no others; else nothing. */
static bool encode_sequence(struct output *out, const struct msgpack_place *place, int table,
                            size_t count)
{
    size_t start = out->size;
    if (count_pairs(out->L, table) != count)
        return false;
    bool is_whole = encode_elements(out, place, table, count);
    lua_settop(out->L, table);
    if (!is_whole)
        out->size = start;
    return is_whole;
}

/* The value at `index`, which a table needs to have on top. */
static void encode_at(struct output *out, int index, const struct msgpack_place *place)
{
    int type = lua_type(out->L, index);
    if (type != LUA_TTABLE) {
        encode_value(out, type, index, place);
        return;
    }
    lua_pushvalue(out->L, index);
    encode_value(out, type, lua_gettop(out->L), place);
    lua_pop(out->L, 1);
}

/* Whatever else is in the table, this is an array; what is nil in it is nil in the array. */
static void encode_marked_array(struct output *out, const struct msgpack_place *outer, int table,
                                size_t count)
{
    lua_State *L = out->L;
    struct msgpack_place place = {.outer = outer, .depth = outer->depth + 1};
    pack_array(out, count);
    while ((size_t)place.index < count) {
        place.index++;
        encode_value(out, lua_rawgeti(L, table, place.index), table + 1, &place);
        lua_pop(L, 1);
    }
}

static void encode_map(struct output *out, const struct msgpack_place *outer, int table)
{
    lua_State *L = out->L;
    struct msgpack_place place = {
        .outer = outer, .depth = outer->depth + 1, .key_index = table + 1};
    pack_map(out, count_pairs(L, table));
    lua_pushnil(L);
    while (lua_next(L, table)) {
        encode_at(out, table + 1, &place);
        encode_value(out, lua_type(L, table + 2), table + 2, &place);
        lua_pop(L, 1);
    }
}

/* Pushes a field of the wrapped value on top, which its owner may have changed. */
static void push_part(struct output *out, const struct msgpack_place *place, const char *name,
                      int type)
{
    char problem[64];
    lua_pushstring(out->L, name);
    if (lua_rawget(out->L, -2) == type)
        return;
    snprintf(problem, sizeof problem, "a wrapped value whose field '%s' is no %s", name,
             lua_typename(out->L, type));
    refuse(out, place, problem);
}

static const char *push_data(struct output *out, const struct msgpack_place *place, size_t *size)
{
    push_part(out, place, "data", LUA_TSTRING);
    return lua_tolstring(out->L, -1, size);
}

static void encode_bin(struct output *out, const struct msgpack_place *place)
{
    size_t size;
    const char *data = push_data(out, place, &size);
    pack_bin(out, size);
    pack_bin_body(out, data, size);
}

static void encode_ext(struct output *out, const struct msgpack_place *place)
{
    size_t size;
    push_part(out, place, "type", LUA_TNUMBER);
    lua_Number type = lua_tonumber(out->L, -1);
    lua_pop(out->L, 1);
    if (!(type >= INT8_MIN && type <= INT8_MAX && type == (int8_t)type))
        refuse(out, place, "an ext whose type is not from -128 to 127");
    const char *data = push_data(out, place, &size);
    pack_ext(out, size, (int8_t)type);
    pack_ext_body(out, data, size);
}

static void encode_unsigned(struct output *out, const struct msgpack_place *place)
{
    push_part(out, place, "bits", LUA_TNUMBER);
    if (!lua_isinteger(out->L, -1))
        refuse(out, place, "a wrapped value whose field 'bits' is no integer");
    pack_uint64(out, (uint64_t)lua_tointeger(out->L, -1));
}

static void encode_float32(struct output *out, const struct msgpack_place *place)
{
    push_part(out, place, "value", LUA_TNUMBER);
    pack_float(out, (float)lua_tonumber(out->L, -1));
}

/* Of the table on top, by its metatable. Other metatables mean nothing here. */
static enum msgpack_kind kind_of(struct output *out)
{
    enum msgpack_kind kind = MSGPACK_KIND_ARRAY;
    if (!lua_getmetatable(out->L, -1))
        return MSGPACK_KIND_NONE;
    const void *metatable = lua_topointer(out->L, -1);
    while (kind < MSGPACK_KIND_COUNT && out->pool->metatables[kind] != metatable)
        kind++;
    lua_pop(out->L, 1);
    return kind;
}

static void encode_wrapped(struct output *out, const struct msgpack_place *place,
                           enum msgpack_kind kind)
{
    static void (*const encoders[])(struct output *, const struct msgpack_place *) = {
        [MSGPACK_KIND_BIN] = encode_bin,
        [MSGPACK_KIND_EXT] = encode_ext,
        [MSGPACK_KIND_UNSIGNED] = encode_unsigned,
        [MSGPACK_KIND_FLOAT32] = encode_float32,
    };
    int top = lua_gettop(out->L);
    encoders[kind](out, place);
    lua_settop(out->L, top);
}

/* The table on top. */
static void encode_table(struct output *out, int index, const struct msgpack_place *place)
{
    enum msgpack_kind kind = kind_of(out);
    bool holds = kind == MSGPACK_KIND_NONE || kind <= MSGPACK_KIND_MAP;
    if (holds && place->depth == MSGPACK_DEPTH_MAX)
        refuse_depth(out, place);
    if (kind == MSGPACK_KIND_MAP)
        encode_map(out, place, index);
    else if (kind == MSGPACK_KIND_ARRAY)
        encode_marked_array(out, place, index, lua_rawlen(out->L, index));
    else if (!holds)
        encode_wrapped(out, place, kind);
    else if (!encode_sequence(out, place, index, lua_rawlen(out->L, index)))
        encode_map(out, place, index);
}

/* The value at `index`, counted from 1; a table is on top. Recursive, to MSGPACK_DEPTH_MAX. */
static void encode_value(struct output *out, int type, int index, const struct msgpack_place *place)
{
    switch (type) {
    case LUA_TNIL:
        pack_nil(out);
        return;
    case LUA_TBOOLEAN:
        if (lua_toboolean(out->L, index))
            pack_true(out);
        else
            pack_false(out);
        return;
    case LUA_TNUMBER:
        encode_number(out, index);
        return;
    case LUA_TSTRING:
        encode_string(out, index);
        return;
    case LUA_TTABLE:
        encode_table(out, index, place);
        return;
    }
    if (type == LUA_TUSERDATA && lua_topointer(out->L, index) == out->pool->null)
        pack_nil(out);
    else
        refuse_type(out, place, type);
}

/* Pushes the pool. */
static struct output output(lua_State *L, size_t size_max)
{
    luaL_checkstack(L, STACK_SIZE, NULL);
    struct msgpack_pool *pool = msgpack_pool_take(L);
    return (struct output){.L = L,
                           .pool = pool,
                           .bytes = pool->bytes,
                           .limit = pool->capacity < size_max ? pool->capacity : size_max,
                           .size_max = size_max};
}

static void encode_arguments(struct output *out, int first, int last, int depth)
{
    for (int i = first; i <= last; i++) {
        struct msgpack_place place = {.depth = depth, .argument = i - first + 1};
        encode_at(out, i, &place);
    }
}

/* Puts the string in the place of the pool. */
static void finish(struct output *out)
{
    lua_pushlstring(out->L, out->bytes, out->size);
    msgpack_pool_give(out->pool);
    lua_replace(out->L, -2);
}

void msgpack_push_bytes(lua_State *L, int first, int last, size_t size_max)
{
    struct output out = output(L, size_max);
    encode_arguments(&out, first, last, 0);
    finish(&out);
}

void msgpack_push_command(lua_State *L, const char *method, size_t method_size, int first, int last,
                          size_t size_max)
{
    struct output out = output(L, size_max);
    pack_str(&out, method_size);
    pack_str_body(&out, method, method_size);
    pack_array(&out, last < first ? 0 : (size_t)(last - first) + 1);
    encode_arguments(&out, first, last, 1);
    finish(&out);
}
