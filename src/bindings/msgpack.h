/*
 * MessagePack for Lua, by msgpack-c: the functions behind tm.msgpack, and the same for the other
 * bindings. Nothing here runs code of the script, except that the collector may. The files:
 *   msgpack.c         the Lua functions
 *   msgpack_pool.c    the buffer that is used again from call to call, the types
 *   msgpack_encode.c  values of Lua into bytes
 *   msgpack_place.c   the place of a value that cannot be encoded
 *   msgpack_decode.c  bytes into values of Lua
 *
 * How values correspond, both ways, is told in lua/meta/msgpack.lua.
 */
#ifndef BINDINGS_MSGPACK_H
#define BINDINGS_MSGPACK_H

#include "base/limits.h"
#include "base/status.h"

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Pushes a string with the values at `first` to `last` of the stack, in a row, each as one object.
 * Raises an error that says what cannot be encoded and where it is, or that the string would be
 * longer than size_max bytes; nothing leaks. Leaves the rest of the stack as it is.
 */
void msgpack_push_bytes(lua_State *L, int first, int last, size_t size_max);

/*
 * The same for the body of a command of engines: a method and one array of the arguments, which
 * are the values at `first` to `last`. There are none if last < first.
 */
void msgpack_push_command(lua_State *L, const char *method, size_t method_size, int first, int last,
                          size_t size_max);

struct msgpack_decoding {
    size_t size_max; /* bytes of one object */
    bool keeps_bin;  /* bin becomes a tm.msgpack.bin and not a string */
};

static const struct msgpack_decoding msgpack_decoding_default = {.size_max = FRAME_BODY_SIZE_MAX};

/*
 * Decodes the object that begins at *position and pushes its value; a nil that is the whole object
 * is nil, any other the value null. Moves *position behind it. Otherwise pushes a message and
 * returns why, with *position as it was: STATUS_MORE, it ends too early; STATUS_TOO_LONG, it is
 * longer than size_max; STATUS_INVALID, it cannot be decoded. The bytes stay the caller's and must
 * not move meanwhile. What is taken in memory, also by a refusal, is bounded by the size of the
 * object. May raise "not enough memory" only.
 */
enum status msgpack_push_value(lua_State *L, const uint8_t *bytes, size_t size, size_t *position,
                               const struct msgpack_decoding *decoding);

/* Creates the types, and leaves a table of the functions, of the types and of null on the stack. */
void msgpack_open(lua_State *L);

#endif
