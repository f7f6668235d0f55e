/*
 * The prompt: reads lines from a person, or from a pipe as `lua -i` does, while the host's loop
 * goes on, and lets the Lua module tm.repl make sense of them. A line runs as a task; Ctrl-C stops
 * it, and without one gives up what has been typed. What the prompt can do is in lua/tm/repl.
 */
#ifndef HOST_INTERACTIVE_H
#define HOST_INTERACTIVE_H

#include <stdbool.h>

struct runtime;

/*
 * Takes the terminal, if there is one. Before a Lua state is opened, whose io library keeps the
 * streams that are there then: what hooks write with io.write is to go above the prompt too.
 */
void interactive_open(void);

/*
 * After interactive_open: runs until somebody leaves or quits; `has_script` if one has been started
 * beside it. Returns the exit status of somebody who leaves by Ctrl-C or Ctrl-D; if it was another
 * way, runtime->quitting and interrupt_caught tell.
 */
int interactive_run(struct runtime *runtime, bool has_script);

/* What to do at a signal, in its handler, while interactive_run runs. */
void interactive_interrupt(struct runtime *runtime);

#endif
