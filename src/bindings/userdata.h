/*
 * A quick way to tell our userdata from others. luaL_checkudata looks its metatable up by name,
 * which costs more than the verbs it guards; here every userdata of a type begins with the address
 * of that type's tag. No other module's userdata can hold that address by accident.
 */
#ifndef BINDINGS_USERDATA_H
#define BINDINGS_USERDATA_H

#include <lauxlib.h>
#include <lua.h>
#include <stddef.h>

/* One static object per type; the first member of its userdata points to it. */
struct userdata_tag {
    const char *name; /* of the metatable */
};

/* The userdata at `index` if it has that tag, else an argument error that names the type. */
static inline void *check_tagged(lua_State *L, int index, const struct userdata_tag *tag)
{
    const struct userdata_tag *const *userdata = lua_touserdata(L, index);
    if (userdata != NULL && lua_rawlen(L, index) >= sizeof *userdata && *userdata == tag)
        return (void *)userdata;
    return luaL_checkudata(L, index, tag->name); /* raises */
}

#endif
