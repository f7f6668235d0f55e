/*
 * What a test can learn about a process or its own surroundings without talking to it: time and
 * memory from /proc, the paths of the programs under test, names nobody else uses.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "support/deadline.h"
#include "support/process.h"

#include <dirent.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool read_proc(pid_t pid, const char *file, char *buffer, size_t capacity)
{
    char path[64];
    size_t got;
    FILE *stream;

    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, file);
    stream = fopen(path, "r");
    if (stream == NULL)
        return false;
    got = fread(buffer, 1, capacity - 1, stream);
    buffer[got] = '\0';
    fclose(stream);
    return got > 0;
}

long process_cpu_ms(const struct process *process)
{
    unsigned long user_ticks, system_ticks;
    char text[1024];
    const char *fields;

    if (!read_proc(process_pid(process), "stat", text, sizeof text))
        return -1;
    /* The name in parentheses may hold anything; fields are counted from its last ')'. */
    fields = strrchr(text, ')');
    if (fields == NULL)
        return -1;
    if (sscanf(fields + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user_ticks,
               &system_ticks) != 2)
        return -1;
    return (long)((user_ticks + system_ticks) * 1000 / (unsigned long)sysconf(_SC_CLK_TCK));
}

long process_resident_kib(const struct process *process)
{
    long pages;
    char text[256];

    if (!read_proc(process_pid(process), "statm", text, sizeof text))
        return -1;
    if (sscanf(text, "%*d %ld", &pages) != 1)
        return -1;
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

long process_descriptor_count(const struct process *process)
{
    char path[64];
    struct dirent *entry;
    DIR *listing;
    long count = 0;

    snprintf(path, sizeof path, "/proc/%ld/fd", (long)process_pid(process));
    listing = opendir(path);
    if (listing == NULL)
        return -1;
    while ((entry = readdir(listing)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(listing);
    return count;
}

bool process_descriptors_fall_to(struct process *process, long count, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    long now = process_descriptor_count(process);

    while (now > count && !deadline_passed(deadline)) {
        process_pump(process, 5);
        now = process_descriptor_count(process);
    }
    if (now < 0 || now > count)
        fprintf(stderr, "%ld descriptors, and not %ld\n", now, count);
    return now >= 0 && now <= count;
}

static const char *from_environment(const char *name, const char *otherwise)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : otherwise;
}

bool process_is_wine(void)
{
    return getenv("TMLUA_WINE") != NULL;
}

int process_end_request(void)
{
    return process_is_wine() ? SIGINT : SIGTERM;
}

const char *process_tmlua(void)
{
    return from_environment("TMLUA_BIN", "build/bin/tmlua");
}

const char *process_tmsim(void)
{
    return from_environment("TMSIM_BIN", "build/bin/tmsim");
}

const char *process_root(void)
{
    return from_environment("TMLUA_ROOT", ".");
}

const char *process_slot_name(char *buffer)
{
    static atomic_uint count;

    snprintf(buffer, PROCESS_SLOT_NAME_SIZE, "TMInterface_test_%ld_%u", (long)getpid(),
             atomic_fetch_add(&count, 1u));
    return buffer;
}
