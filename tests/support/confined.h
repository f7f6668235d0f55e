/*
 * tmlua where it sees less than the test does: as another user, or among other processes only.
 * Needs root; a test that gets no process skips itself loudly.
 */
#ifndef TEST_SUPPORT_CONFINED_H
#define TEST_SUPPORT_CONFINED_H

#include "support/process.h"

/* As the user nobody. NULL: the test is not run by root, or there is no setpriv. */
struct process *confined_to_other_user(const char *const *arguments);

/* In a PID namespace of its own, as in a container. NULL: not root, or no unshare, or forbidden. */
struct process *confined_to_container(const char *const *arguments);

/* Says on standard error why a test is not run. */
void confined_say_skipped(const char *why);

#endif
