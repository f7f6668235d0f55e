/*
 * The buffer that encoding uses again from call to call, of which each Lua state keeps one, and the
 * objects that encoding and decoding have in common. The buffer is taken for a call and given back
 * at its end. A call that a Lua error ends does not give it back: then the next call makes a new
 * one, and the collector frees the old one. So does a call in a finalizer that runs within a call,
 * whose own stack keeps the one it has.
 */
#ifndef BINDINGS_MSGPACK_POOL_H
#define BINDINGS_MSGPACK_POOL_H

#include "bindings/userdata.h"

#include <msgpack.h>
#include <stdbool.h>

/* Tables with a metatable of ours. X(NAME, field of the native module) */
#define MSGPACK_KIND_LIST(X)                                                                       \
    X(ARRAY, array)                                                                                \
    X(MAP, map)                                                                                    \
    X(BIN, bin)                                                                                    \
    X(EXT, ext)                                                                                    \
    X(UNSIGNED, unsigned)                                                                          \
    X(FLOAT32, float32)

enum msgpack_kind {
#define X(name, field) MSGPACK_KIND_##name,
    MSGPACK_KIND_LIST(X)
#undef X
    MSGPACK_KIND_COUNT,
    MSGPACK_KIND_NONE = MSGPACK_KIND_COUNT
};

struct msgpack_pool {
    const struct userdata_tag *tag;
    bool is_taken;
    char *bytes; /* of what is encoded */
    size_t capacity;

    /* Addresses of objects that the registry keeps for ever, to be compared with. */
    const void *metatables[MSGPACK_KIND_COUNT];
    const void *null;
};

/* Pushes a pool, to be left on the stack, which nobody else has meanwhile. */
struct msgpack_pool *msgpack_pool_take(lua_State *L);

/* Gives the pool back, which its caller takes off the stack. */
void msgpack_pool_give(struct msgpack_pool *pool);

/* Push the metatable of a kind, and the value null. */
void msgpack_push_metatable(lua_State *L, enum msgpack_kind kind);
void msgpack_push_null(lua_State *L);

/* Creates what the functions above push; once for each Lua state. */
void msgpack_pool_open(lua_State *L);

#endif
