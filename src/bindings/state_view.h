/*
 * Views: a struct, a vector, a matrix or bytes inside a state, as a Lua value that reads and
 * writes through to it. Part of bindings/state.
 */
#ifndef BINDINGS_STATE_VIEW_H
#define BINDINGS_STATE_VIEW_H

#include "bindings/state.h"

struct state_view {
    const struct userdata_tag *tag;
    struct state *state; /* kept by the view's user value */
    struct state_place place;
};

/*
 * Pushes what a place holds: a number, a boolean, a string of bytes, or a view. The state is at
 * `state_index`.
 */
int push_place(lua_State *L, int state_index, const struct state_place *place);

/* Stores the value at `value_index` into a place: a number, a boolean, bytes, or a table. */
void store_place(lua_State *L, struct state *state, const struct state_place *place,
                 int value_index, const char *name);

/* Pushes all numbers of a place; returns how many. */
int push_numbers(lua_State *L, const struct state *state, const struct state_place *place);

void view_open_type(lua_State *L);

#endif
