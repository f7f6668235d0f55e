#include "transport/child_process.h"

#include <pthread.h>
#include <signal.h>
#include <stddef.h>

/* A mask of signals is inherited, and libuv would wait for SIGCHLD in vain. */
void child_process_prepare(void)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
}
