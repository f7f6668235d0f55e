#include "support/child.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void live(void (*run)(const char *argument), const char *argument)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    run(argument);
}

pid_t child_start(void (*run)(const char *argument), const char *argument)
{
    int ready[2];
    char byte = 0;
    if (pipe(ready) != 0)
        abort();
    pid_t pid = fork();
    if (pid == 0) {
        live(run, argument);
        if (write(ready[1], &byte, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    if (pid < 0 || read(ready[0], &byte, 1) != 1)
        abort();
    close(ready[0]);
    return pid;
}

static int wait_for(pid_t pid)
{
    int status;
    if (waitpid(pid, &status, 0) != pid)
        abort();
    return status;
}

void child_kill(pid_t pid)
{
    kill(pid, SIGKILL);
    wait_for(pid);
}

int child_run(void (*run)(const char *argument), const char *argument)
{
    pid_t pid = fork();
    if (pid < 0)
        abort();
    if (pid == 0) {
        live(run, argument);
        _exit(0);
    }
    return wait_for(pid);
}
