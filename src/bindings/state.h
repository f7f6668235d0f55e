/*
 * The Lua type `state`: the bytes of a simulation state, and views of parts of it. A field is
 * decoded when it is read; assignment writes in place.
 */
#ifndef BINDINGS_STATE_H
#define BINDINGS_STATE_H

#include "bindings/userdata.h"
#include "wire/game_state.h"

#include <lua.h>
#include <stddef.h>
#include <stdint.h>

#define STATE_TYPE "tm.state"
#define VIEW_TYPE "tm.view"

extern const struct userdata_tag state_tag;

struct state {
    const struct userdata_tag *tag;
    size_t size; /* bytes in use, STATE_SIZE_MIN .. capacity */
    size_t capacity;
    uint8_t bytes[];
};

/* Pushes a new state with room for `size` bytes, not yet filled. */
struct state *push_state(lua_State *L, size_t size);

/* The state at that index, or an argument error. */
struct state *check_state(lua_State *L, int index);

/* tm.native.state(bytes) -> state, or nil, message, code */
int l_native_state(lua_State *L);

/* tm.native.state_fields() -> list of {path, type, offset, count}: the layout as data */
int l_native_state_fields(lua_State *L);

/* Creates the metatables; the method table of states, to which Lua adds, is left on the stack. */
void state_open_types(lua_State *L);

#endif
