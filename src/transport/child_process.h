/*
 * Programs that we start: their end is noticed, and they end with us. On libuv, with a loop of
 * their own, so that somebody who waits for connections is not woken by them. Nothing here blocks
 * but child_processes_close. A child's standard input is empty, its output and its errors go where
 * ours go. No shell is involved.
 *
 * A program that is killed outright cannot end its children on Linux: those must notice by
 * themselves. While children are there libuv catches SIGCHLD; it waits for those it has started and
 * for no others. Everything here belongs to one thread.
 */
#ifndef TRANSPORT_CHILD_PROCESS_H
#define TRANSPORT_CHILD_PROCESS_H

#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>

struct child_processes; /* all children of a program */
struct child_process;   /* one of them, while somebody wants to know of it */

/* Null: the system has no memory or no descriptors. */
struct child_processes *child_processes_open(void);

/*
 * Ends those that still run, waits until they have ended (a few seconds at most, if the system
 * cannot end one), and frees all, the handles too. Null is fine.
 */
void child_processes_close(struct child_processes *children);

/* Takes notice of those that have ended since, and of nothing else; at once. */
void child_processes_poll(struct child_processes *children);

/* How many there are that have not been seen to end, closed ones too. */
int child_processes_count(const struct child_processes *children);

/*
 * Starts a program: arguments[0] is its path, or a name that is looked for where the system looks
 * for programs; the list ends with a null. STATUS_OK with *child; or STATUS_DENIED, STATUS_NO_SLOT
 * (there are CHILD_COUNT_MAX already), STATUS_OUT_OF_MEMORY or STATUS_SYSTEM, then *child is null
 * and `reason` a static part of a sentence.
 */
enum status child_process_start(struct child_processes *children, const char *const arguments[],
                                struct child_process **child, const char **reason);

int child_process_pid(const struct child_process *child);

/*
 * Whether it has ended, as far as child_processes_poll has noticed. Then *exit_status is its own,
 * or 128 + n if signal n has ended it.
 */
bool child_process_is_over(const struct child_process *child, int *exit_status);

/* Ends it, as nobody can refuse; one that is over is let alone. The next polls notice it. */
void child_process_kill(struct child_process *child);

/* Ends it if it still runs, and forgets it. The next polls clear up. */
void child_process_close(struct child_process *child);

/* The path of the program that runs, in UTF-8; false: the system does not tell, or it is longer. */
bool child_process_own_program(char *path, size_t size);

/* Its own affair: what libuv needs of this process, whatever it was started with. */
void child_process_prepare(void);

/* How many threads this process can have at work at the same time; at least 1. */
int child_process_processor_count(void);

#endif
