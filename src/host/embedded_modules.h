/*
 * The Lua modules that are built into the program: every file of lua/ except the stubs of
 * lua/meta/. The table is written by scripts/dev/embed.lua while premake runs; it is data only,
 * and this header does not say in what order modules are searched for.
 */
#ifndef HOST_EMBEDDED_MODULES_H
#define HOST_EMBEDDED_MODULES_H

#include <stddef.h>

struct embedded_module {
    const char *name;           /* as given to require: "tm", "tas.inputs" */
    const char *chunk_name;     /* as given to luaL_loadbuffer: "@lua/tm/init.lua" */
    const unsigned char *bytes; /* the source text, not terminated by a zero */
    size_t size;
};

/* Sorted by file name. Static: nothing to free. There is always one entry more than the count
 * says, all zero, because C has no empty arrays. */
extern const struct embedded_module embedded_modules[];
extern const size_t embedded_module_count;

#endif
