/* Who has an object mapped, read from /proc; and the guard against objects cut short. */
#include "transport/shared_memory.h"

#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool maps_object(const char *pid, const char *name)
{
    char path[64], line[512], ending[SLOT_NAME_SIZE_MAX + 16];
    snprintf(path, sizeof path, "/proc/%.20s/maps", pid);
    snprintf(ending, sizeof ending, "/dev/shm/%s\n", name);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    bool found = false;
    while (!found && fgets(line, sizeof line, file) != NULL)
        found = strstr(line, ending) != NULL;
    fclose(file);
    return found;
}

static void append_process(const char *pid, char *text, size_t size)
{
    char path[64], command[64] = "?";
    snprintf(path, sizeof path, "/proc/%.20s/comm", pid);
    FILE *file = fopen(path, "re");
    if (file != NULL) {
        if (fgets(command, sizeof command, file) != NULL)
            command[strcspn(command, "\n")] = '\0';
        fclose(file);
    }
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s%s (pid %.20s)", used > 0 ? ", " : "", command, pid);
}

void shared_memory_users(const struct shared_memory *shared, char *text, size_t size)
{
    text[0] = '\0';
    DIR *folder = opendir("/proc");
    if (folder == NULL)
        return;
    struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) {
        if (!isdigit((unsigned char)entry->d_name[0]) || atol(entry->d_name) == (long)getpid())
            continue;
        if (maps_object(entry->d_name, shared->name))
            append_process(entry->d_name, text, size);
    }
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
