/*
 * Writes down which files the script's modules come from, as Lua's own search for them finds them,
 * and what they were like before they were read: required[NAME] = {file =, stamp =}, or false for
 * a module that has no file of Lua. It does not look for changes: lua/tm/reload.lua does.
 */
#ifndef HOST_REQUIRED_FILES_H
#define HOST_REQUIRED_FILES_H

#include <lua.h>

/* Begins: `required` is a field of the table on top of the stack. */
void required_files_open(lua_State *L);

#endif
