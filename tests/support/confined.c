#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "support/confined.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ARGUMENT_COUNT_MAX = 24
};

/* The program by a descriptor: another user may not pass through the folders it lies in. */
static struct process *run(const char *const *prefix, const char *const *arguments)
{
    const char *argv[ARGUMENT_COUNT_MAX];
    char program[32];
    int count = 0, file = open(process_tmlua(), O_RDONLY);
    if (geteuid() != 0 || file < 0 || access(prefix[0], X_OK) != 0) {
        close(file);
        return NULL;
    }
    snprintf(program, sizeof program, "/proc/self/fd/%d", file);
    for (; *prefix != NULL; prefix++)
        argv[count++] = *prefix;
    argv[count++] = program;
    for (; *arguments != NULL && count < ARGUMENT_COUNT_MAX - 1; arguments++)
        argv[count++] = *arguments;
    argv[count] = NULL;
    struct process *process = process_run(argv);
    close(file);
    return process;
}

struct process *confined_to_other_user(const char *const *arguments)
{
    static const char *const prefix[] = {"/usr/bin/setpriv", "--reuid=65534", "--regid=65534",
                                         "--clear-groups", NULL};
    return run(prefix, arguments);
}

static bool may_make_namespaces(void)
{
    int status = 1;
    pid_t pid = fork();
    if (pid == 0)
        _exit(unshare(CLONE_NEWPID | CLONE_NEWNS) != 0);
    return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

struct process *confined_to_container(const char *const *arguments)
{
    static const char *const prefix[] = {"/usr/bin/unshare", "--pid",        "--fork",
                                         "--kill-child",     "--mount-proc", NULL};
    return may_make_namespaces() ? run(prefix, arguments) : NULL;
}

void confined_say_skipped(const char *why)
{
    fprintf(stderr, "SKIPPED: %s\n", why);
}
