/*
 * Runs of the script. What Lua makes belongs to the run that made it: tasks, hooks, connections,
 * and pauses of a game. They inherit it: whatever a task or hook makes is its own run's. Run 0 is
 * the program's own, which is the prompt and the watch over the script; it never ends.
 *
 * A run ends as a whole, and nothing of it goes on. Games belong to no run: they stay attached,
 * and the next run gets them from tm.attach. What is done then, and when, lua/tm/reload.lua says.
 */
#ifndef BINDINGS_RUNS_H
#define BINDINGS_RUNS_H

#include "bindings/runtime.h"

/* Starts the first run: the function on top of runtime->L is its main task. Pops it. */
void runs_begin(struct runtime *runtime);

/* The script's run ends as soon as no Lua runs; `again`: and the next one runs the script. */
void runs_end_soon(struct runtime *runtime, bool again);

/* Does it. Only where no Lua runs and nobody walks over a list of the runtime. */
void runs_switch(struct runtime *runtime);

/* Pushes a text that differs when the file does, or nil when there is none. */
void runs_push_file_stamp(lua_State *L, const char *path);

/* Adds what concerns runs to the table of tm.native on top of the stack. */
void runs_add_functions(lua_State *L);

#endif
