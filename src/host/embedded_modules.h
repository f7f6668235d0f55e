/*
 * The Lua modules that are built into the program, every file of lua/ except lua/meta/; and the
 * stubs of lua/meta/, which are texts to be shown and never run. The tables are written by
 * scripts/dev/embed.lua while premake runs; they are data only, and this header does not say in
 * what order modules are searched for.
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

/* The same for the stubs: "meta.game", and so on. */
extern const struct embedded_module embedded_stubs[];
extern const size_t embedded_stub_count;

#endif
