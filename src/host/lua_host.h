/*
 * A Lua state as tmlua runs scripts in it: the standard libraries, the embedded modules, `arg`,
 * the main chunk as a task, and the exit status.
 */
#ifndef HOST_LUA_HOST_H
#define HOST_LUA_HOST_H

#include "host/options.h"

/* Runs what the options ask for and returns the exit status. Errors go to standard error. */
int lua_host_run(const struct options *options, int argc, char **argv);

#endif
