/* Pictures of the race, drawn by the software camera of the embedded game from any state. */
#ifndef BINDINGS_DRAW_H
#define BINDINGS_DRAW_H

#include <lua.h>

/* tm.native.draw(state, width, height [, options]) -> image, or nil, message, code */
int l_native_draw(lua_State *L);

#endif
