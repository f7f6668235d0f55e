#include "transport/proc_posix.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    LINE_SIZE = PATH_MAX + 128
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* False when it is refused or cut off. */
static bool read_link(const char *path, char *text, size_t size)
{
    ssize_t got = readlink(path, text, size);
    if (got < 0 || (size_t)got >= size)
        return false;
    text[got] = '\0';
    return true;
}

/* The beginning of /proc/PID/NAME, terminated. */
static size_t read_start(long pid, const char *name, char *text, size_t size)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/%s", pid, name);
    FILE *file = fopen(path, "re");
    size_t got = file != NULL ? fread(text, 1, size - 1, file) : 0;
    if (file != NULL)
        fclose(file);
    text[got] = '\0';
    return got;
}

long proc_next(DIR *folder)
{
    struct dirent *entry;
    while (folder != NULL && (entry = readdir(folder)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]))
            return atol(entry->d_name);
    return 0;
}

/* Loaders are called wine, wine64, wine-preloader, wine64-preloader, wineloader. */
enum proc_kind proc_kind(long pid)
{
    char path[64], program[PATH_MAX];
    snprintf(path, sizeof path, "/proc/%ld/exe", pid);
    errno = 0;
    if (!read_link(path, program, sizeof program))
        return errno == EACCES || errno == EPERM ? PROC_HIDDEN : PROC_OTHER;
    if (begins(base_name(program), "wineserver"))
        return PROC_WINESERVER;
    return begins(base_name(program), "wine") ? PROC_WINE : PROC_OTHER;
}

/* Wine keeps the path as it was said when the program was started: of Windows, or of Linux. */
static const char *windows_program(const char *argument)
{
    const char *backslash = strrchr(argument, '\\');
    const char *name = backslash != NULL ? backslash + 1 : base_name(argument);
    size_t size = strlen(name);
    return size > 4 && strcasecmp(name + size - 4, ".exe") == 0 ? name : NULL;
}

void proc_program(long pid, char *text, size_t size)
{
    char command[PATH_MAX];
    read_start(pid, "cmdline", command, sizeof command);
    const char *name = windows_program(command);
    if (name == NULL) { /* the system keeps 15 characters */
        read_start(pid, "comm", command, sizeof command);
        command[strcspn(command, "\n")] = '\0';
        name = command;
    }
    snprintf(text, size, "%s", name);
    for (char *at = text; *at != '\0'; at++)
        if (iscntrl((unsigned char)*at))
            *at = '?';
}

bool proc_is_part_of_wine(long pid)
{
    static const char folder[] = "C:\\windows\\";
    char command[sizeof folder];
    read_start(pid, "cmdline", command, sizeof command);
    return strcasecmp(command, folder) == 0;
}

bool proc_start(long pid, uint64_t *started, uid_t *owner)
{
    char path[64], text[1024];
    struct stat info;
    snprintf(path, sizeof path, "/proc/%ld", pid);
    if (stat(path, &info) != 0 || read_start(pid, "stat", text, sizeof text) == 0)
        return false;
    *owner = info.st_uid;
    /* The name in parentheses may hold anything; this is the 20th field behind it. */
    const char *at = strrchr(text, ')');
    for (int field = 0; at != NULL && field < 20; field++)
        at = strchr(at + 1, ' ');
    *started = at != NULL ? strtoull(at, NULL, 10) : 0;
    return at != NULL;
}

FILE *proc_maps_open(long pid)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%ld/maps", pid);
    return fopen(path, "re");
}

/* "START-END rw-s OFFSET DEVICE INODE   PATH"; the device is not that of stat on every system. */
static bool read_mapping(char *line, struct proc_mapping *mapping)
{
    char *path = strchr(line, '/'), *at;
    if (path == NULL)
        return false;
    uintptr_t start = strtoul(line, &at, 16);
    mapping->size = strtoul(at + 1, &at, 16) - start;
    mapping->is_writable = at[1] == 'r' && at[2] == 'w';
    mapping->is_shared = at[4] == 's';
    for (int field = 0; field < 3 && at != NULL; field++) /* rights, offset, device */
        at = strchr(at + 1, ' ');
    if (at == NULL || at >= path)
        return false;
    mapping->file.inode = (ino_t)strtoull(at, NULL, 10);
    path[strcspn(path, "\n")] = '\0';
    snprintf(mapping->file.path, sizeof mapping->file.path, "%s", path);
    return true;
}

bool proc_maps_next(FILE *maps, struct proc_mapping *mapping)
{
    char line[LINE_SIZE];
    while (fgets(line, sizeof line, maps) != NULL)
        if (read_mapping(line, mapping))
            return true;
    return false;
}

static bool is_same(const struct proc_file *one, const struct proc_file *other)
{
    return one->inode == other->inode && strcmp(one->path, other->path) == 0;
}

bool proc_maps_file(long pid, const struct proc_file *file)
{
    struct proc_mapping mapping;
    FILE *maps = proc_maps_open(pid);
    if (maps == NULL)
        return false;
    bool found = false;
    while (!found && proc_maps_next(maps, &mapping))
        found = is_same(&mapping.file, file);
    fclose(maps);
    return found;
}

bool proc_own_file(int descriptor, struct proc_file *file)
{
    char path[64];
    struct stat info;
    snprintf(path, sizeof path, "/proc/self/fd/%d", descriptor);
    if (fstat(descriptor, &info) != 0 || !read_link(path, file->path, sizeof file->path))
        return false;
    file->inode = info.st_ino;
    return true;
}

bool proc_find_descriptor(long pid, const struct proc_file *file, char *path, size_t size)
{
    char target[PATH_MAX];
    struct stat info;
    snprintf(path, size, "/proc/%ld/fd", pid);
    DIR *folder = opendir(path);
    struct dirent *entry;
    bool found = false;
    while (!found && folder != NULL && (entry = readdir(folder)) != NULL) {
        snprintf(path, size, "/proc/%ld/fd/%.20s", pid, entry->d_name);
        found = read_link(path, target, sizeof target) && strcmp(target, file->path) == 0 &&
                stat(path, &info) == 0 && info.st_ino == file->inode && S_ISREG(info.st_mode);
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}
