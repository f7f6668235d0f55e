/* Who has an object mapped, read from /proc; and the guard against objects cut short. */
#include "transport/shared_memory.h"

#include "transport/proc_posix.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void shared_memory_users(const struct shared_memory *shared, char *text, size_t size)
{
    struct proc_file file;
    long pid;
    text[0] = '\0';
    if (!proc_own_file((int)shared->handle, &file))
        return;
    DIR *folder = opendir("/proc");
    while ((pid = proc_next(folder)) != 0) {
        if (pid == (long)getpid() || !proc_maps_file(pid, &file))
            continue;
        char program[64];
        size_t used = strlen(text);
        proc_program(pid, program, sizeof program);
        snprintf(text + used, size - used, "%s%s (pid %ld)", used > 0 ? ", " : "", program, pid);
    }
    if (folder != NULL)
        closedir(folder);
}

/*
 * An access beyond the end of an object that somebody has cut short. Zero memory takes the place
 * of the page: the game then looks silent, and the life check says that it is gone.
 */
static void on_bus_error(int number, siginfo_t *info, void *context)
{
    (void)context;
    uintptr_t page_size = (uintptr_t)sysconf(_SC_PAGESIZE);
    void *page = (void *)((uintptr_t)info->si_addr & ~(page_size - 1));
    if (info->si_code != BUS_ADRERR ||
        mmap(page, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
             0) == MAP_FAILED) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

void shared_memory_guard(void)
{
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}
