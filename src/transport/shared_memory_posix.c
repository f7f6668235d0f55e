#include "transport/shared_memory.h"

#include "transport/proc_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where glibc keeps POSIX shared memory objects; linkat needs the path itself. */
#define OBJECT_FOLDER "/dev/shm/"

enum {
    LOCK_OF_SERVER = 0,
    LOCK_OF_CLIENT = 1,
    PATH_SIZE = SLOT_NAME_SIZE_MAX + 32
};

static void object_path(const char *name, char path[PATH_SIZE])
{
    snprintf(path, PATH_SIZE, OBJECT_FOLDER "%s", name);
}

static enum status status_of_errno(void)
{
    switch (errno) {
    case ENOENT:
        return STATUS_NO_GAME;
    case EACCES:
    case EPERM:
        return STATUS_DENIED;
    case ENOMEM:
    case ENOSPC:
        return STATUS_OUT_OF_MEMORY;
    default:
        return STATUS_SYSTEM;
    }
}

/* Locks of open file descriptions: closing another descriptor of the file does not drop them. */
static struct flock lock_request(int which)
{
    return (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = which, .l_len = 1};
}

static bool lock_take(int descriptor, int which)
{
    struct flock lock = lock_request(which);
    return fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

static void lock_drop(int descriptor, int which)
{
    struct flock lock = lock_request(which);
    lock.l_type = F_UNLCK;
    fcntl(descriptor, F_OFD_SETLK, &lock);
}

static bool lock_is_held_elsewhere(int descriptor, int which)
{
    struct flock lock = lock_request(which);
    return fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static enum status map(struct shared_memory *shared, int descriptor, size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED)
        return status_of_errno();
    shared->memory = memory;
    shared->size = size;
    shared->handle = descriptor;
    return STATUS_OK;
}

/* Removes the object of that name if its server is dead. False: it lives. */
static bool remove_stale(const char *name)
{
    char path[PATH_SIZE];
    object_path(name, path);
    int descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return errno == ENOENT;
    bool stale = lock_take(descriptor, LOCK_OF_SERVER);
    /* The name may mean another object by now: then whoever made that one lives. */
    struct stat opened, named;
    if (stale && fstat(descriptor, &opened) == 0 && stat(path, &named) == 0 &&
        opened.st_ino == named.st_ino)
        unlink(path);
    close(descriptor);
    return stale;
}

/* An object without a name, sized and locked: nobody ever sees it half made. */
static int make_nameless(size_t size)
{
    int descriptor = open(OBJECT_FOLDER, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor < 0)
        return -1;
    if (ftruncate(descriptor, (off_t)size) == 0 && lock_take(descriptor, LOCK_OF_SERVER))
        return descriptor;
    close(descriptor);
    return -1;
}

static bool give_name(int descriptor, const char *name)
{
    char source[64], path[PATH_SIZE];
    snprintf(source, sizeof source, "/proc/self/fd/%d", descriptor);
    object_path(name, path);
    return linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0;
}

enum status shared_memory_create(struct shared_memory *shared, const char *name, size_t size)
{
    *shared = (struct shared_memory){.handle = -1};
    if (!shared_memory_name_is_valid(name))
        return STATUS_INVALID;
    int descriptor = make_nameless(size);
    if (descriptor < 0)
        return status_of_errno();
    enum status status = STATUS_BUSY;
    /* Twice: another server may take the name between the removal and the naming. */
    for (int attempt = 0; attempt < 2 && status == STATUS_BUSY; attempt++) {
        if (give_name(descriptor, name))
            status = STATUS_OK;
        else if (errno != EEXIST)
            status = status_of_errno();
        else if (!remove_stale(name))
            break;
    }
    if (status == STATUS_OK && (status = map(shared, descriptor, size)) != STATUS_OK) {
        char path[PATH_SIZE];
        object_path(name, path);
        unlink(path); /* it is ours: we hold its lock */
    }
    if (status != STATUS_OK) {
        close(descriptor);
        return status;
    }
    shared->is_owner = true;
    snprintf(shared->name, sizeof shared->name, "%s", name);
    return STATUS_OK;
}

enum status shared_memory_open(struct shared_memory *shared, const char *name)
{
    *shared = (struct shared_memory){.handle = -1};
    if (!shared_memory_name_is_valid(name))
        return STATUS_INVALID;
    char path[PATH_SIZE];
    object_path(name, path);
    int descriptor = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0)
        return status_of_errno();
    struct stat info;
    enum status status = STATUS_NO_GAME; /* size 0: made, but not sized yet (section 16, 8) */
    if (fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0)
        status = map(shared, descriptor, (size_t)info.st_size);
    if (status != STATUS_OK) {
        close(descriptor);
        return status;
    }
    snprintf(shared->name, sizeof shared->name, "%s", name);
    shared->had_server = lock_is_held_elsewhere(descriptor, LOCK_OF_SERVER);
    return STATUS_OK;
}

/* Native programs are told by their locks, those of Wine only by what they map. */
static bool has_client_in_wine(const struct shared_memory *shared)
{
    struct proc_file file;
    long pid = 0;
    if (shared->game_pid == 0 || !proc_own_file((int)shared->handle, &file))
        return false;
    DIR *folder = opendir("/proc");
    while ((pid = proc_next(folder)) != 0)
        if (pid != shared->game_pid && proc_kind(pid) == PROC_WINE && proc_maps_file(pid, &file))
            break;
    if (folder != NULL)
        closedir(folder);
    return pid != 0;
}

bool shared_memory_claim(struct shared_memory *shared)
{
    if (!lock_take((int)shared->handle, LOCK_OF_CLIENT))
        return false;
    bool is_free = !has_client_in_wine(shared);
    if (!is_free)
        lock_drop((int)shared->handle, LOCK_OF_CLIENT);
    return is_free;
}

bool shared_memory_is_claimed(const struct shared_memory *shared)
{
    return lock_is_held_elsewhere((int)shared->handle, LOCK_OF_CLIENT) ||
           has_client_in_wine(shared);
}

/* A game in Wine holds no lock, but its process can be watched. */
static enum server_life life_in_wine(const struct shared_memory *shared)
{
    struct pollfd process = {.fd = (int)shared->game_handle, .events = POLLIN};
    return poll(&process, 1, 0) == 0 ? SERVER_LIFE_ALIVE : SERVER_LIFE_GONE;
}

enum server_life shared_memory_server_life(struct shared_memory *shared)
{
    struct stat info;
    if (shared->game_pid != 0)
        return life_in_wine(shared);
    if (fstat((int)shared->handle, &info) != 0 || info.st_nlink == 0 ||
        (size_t)info.st_size < shared->size)
        return SERVER_LIFE_GONE;
    if (lock_is_held_elsewhere((int)shared->handle, LOCK_OF_SERVER)) {
        shared->had_server = true;
        return SERVER_LIFE_ALIVE;
    }
    return shared->had_server ? SERVER_LIFE_GONE : SERVER_LIFE_UNKNOWN;
}

void shared_memory_close(struct shared_memory *shared)
{
    if (shared->memory == NULL)
        return;
    if (shared->is_owner) {
        char path[PATH_SIZE];
        object_path(shared->name, path);
        struct stat opened, named;
        if (fstat((int)shared->handle, &opened) == 0 && stat(path, &named) == 0 &&
            opened.st_ino == named.st_ino)
            unlink(path);
    }
    munmap(shared->memory, shared->size);
    close((int)shared->handle);
    if (shared->game_pid != 0)
        close((int)shared->game_handle);
    *shared = (struct shared_memory){.handle = -1};
}
