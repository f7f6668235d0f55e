/*
 * A child of the test itself: it runs one function of the test in a process of its own, says
 * that it is ready, and stays until it is ended. It dies with the test. For whole programs there
 * is process.h.
 */
#ifndef SUPPORT_CHILD_H
#define SUPPORT_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* Runs `run(argument)` in a child and returns once it is through; the child then waits. */
pid_t child_start(void (*run)(const char *argument), const char *argument);

/* Kills it (SIGKILL) and waits for its end. */
void child_kill(pid_t pid);

/* Runs `run(argument)` in a child to its end: its wait status, as waitpid gives it. */
int child_run(void (*run)(const char *argument), const char *argument);

#endif
