/* Images and files: PNG, QOI, and the bare pixels. */
#ifndef BINDINGS_IMAGE_FILE_H
#define BINDINGS_IMAGE_FILE_H

#include <lua.h>

/* The path at `index`, or an argument error: no string, or one with a zero inside. */
const char *check_file_path(lua_State *L, int index);

/* What errno says of a file that was not read or written; never null. */
const char *file_reason(void);

/* image:save(path) -> true, or nil, message, code */
int l_image_save(lua_State *L);

/* tm.native.load_image(path) -> image, or nil, message, code */
int l_native_load_image(lua_State *L);

#endif
