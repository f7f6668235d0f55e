/*
 * Named file mappings backed by the page file, in the name space of the session, exactly as
 * TMInterface makes them (fact sheet section 1). Windows knows no locks on such an object, so
 * each lock is an event with a name of its own: it is held by whoever could create it, and the
 * system takes it away when that process ends, however it ends.
 */
#include "transport/shared_memory.h"

#include <stdio.h>
#include <string.h>
#include <windows.h>

#define SERVER_LOCK "%s.tmlua-server"
#define CLIENT_LOCK "%s.tmlua-client"

enum {
    LOCK_NAME_SIZE = SLOT_NAME_SIZE_MAX + 16,
    /* Who looks whether a lock is held has it open for a moment: it must not be taken for held. */
    LOCK_ATTEMPT_COUNT = 10
};

static enum status status_of_error(void)
{
    switch (GetLastError()) {
    case ERROR_FILE_NOT_FOUND:
        return STATUS_NO_GAME;
    case ERROR_ACCESS_DENIED:
        return STATUS_DENIED;
    case ERROR_INVALID_HANDLE: /* the name means an object of another kind */
        return STATUS_BUSY;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_COMMITMENT_LIMIT:
        return STATUS_OUT_OF_MEMORY;
    default:
        return STATUS_SYSTEM;
    }
}

static HANDLE mapping_of(const struct shared_memory *shared)
{
    return (HANDLE)shared->handle;
}

/* The lock, or null when another holds it. */
static HANDLE lock_take(const char *format, const char *name)
{
    char lock_name[LOCK_NAME_SIZE];
    snprintf(lock_name, sizeof lock_name, format, name);
    for (int attempt = 0; attempt < LOCK_ATTEMPT_COUNT; attempt++) {
        HANDLE lock = CreateEventA(NULL, TRUE, FALSE, lock_name);
        if (lock != NULL && GetLastError() != ERROR_ALREADY_EXISTS)
            return lock;
        if (lock == NULL)
            return NULL;
        CloseHandle(lock);
        Sleep(1);
    }
    return NULL;
}

static bool lock_is_held(const char *format, const char *name)
{
    char lock_name[LOCK_NAME_SIZE];
    snprintf(lock_name, sizeof lock_name, format, name);
    HANDLE lock = OpenEventA(SYNCHRONIZE, FALSE, lock_name);
    if (lock == NULL)
        return GetLastError() == ERROR_ACCESS_DENIED;
    CloseHandle(lock);
    return true;
}

/* Maps all of it. The size that a mapping was made with is not to be had, only whole pages. */
static enum status map(struct shared_memory *shared, HANDLE mapping, const char *name)
{
    MEMORY_BASIC_INFORMATION info;
    void *memory = MapViewOfFile(mapping, FILE_MAP_READ | FILE_MAP_WRITE, 0, 0, 0);
    if (memory == NULL || VirtualQuery(memory, &info, sizeof info) == 0) {
        enum status status = status_of_error();
        if (memory != NULL)
            UnmapViewOfFile(memory);
        return status;
    }
    shared->memory = memory;
    shared->size = info.RegionSize;
    shared->handle = (intptr_t)mapping;
    snprintf(shared->name, sizeof shared->name, "%s", name);
    return STATUS_OK;
}

/*
 * A mapping that exists is never taken over: whether its server is a game or a dead one whose
 * client still holds on to it cannot be told, and TMInterface itself passes on to the next name.
 */
static HANDLE create_mapping(const char *name, size_t size)
{
    HANDLE mapping = CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE,
                                        (DWORD)((uint64_t)size >> 32), (DWORD)size, name);
    if (mapping == NULL || GetLastError() != ERROR_ALREADY_EXISTS)
        return mapping;
    CloseHandle(mapping);
    SetLastError(ERROR_INVALID_HANDLE);
    return NULL;
}

enum status shared_memory_create(struct shared_memory *shared, const char *name, size_t size)
{
    *shared = (struct shared_memory){0};
    if (!shared_memory_name_is_valid(name))
        return STATUS_INVALID;
    HANDLE lock = lock_take(SERVER_LOCK, name);
    if (lock == NULL)
        return STATUS_BUSY;
    HANDLE mapping = create_mapping(name, size);
    enum status status = mapping != NULL ? map(shared, mapping, name) : status_of_error();
    if (status != STATUS_OK) {
        if (mapping != NULL)
            CloseHandle(mapping);
        CloseHandle(lock);
        return status;
    }
    shared->lock = (intptr_t)lock;
    shared->is_owner = true;
    return STATUS_OK;
}

enum status shared_memory_open(struct shared_memory *shared, const char *name)
{
    *shared = (struct shared_memory){0};
    if (!shared_memory_name_is_valid(name))
        return STATUS_INVALID;
    HANDLE mapping = OpenFileMappingA(FILE_MAP_READ | FILE_MAP_WRITE, FALSE, name);
    if (mapping == NULL)
        return status_of_error();
    enum status status = map(shared, mapping, name);
    if (status != STATUS_OK) {
        CloseHandle(mapping);
        return status;
    }
    shared->had_server = lock_is_held(SERVER_LOCK, name);
    return STATUS_OK;
}

bool shared_memory_claim(struct shared_memory *shared)
{
    shared->lock = (intptr_t)lock_take(CLIENT_LOCK, shared->name);
    return shared->lock != 0;
}

bool shared_memory_is_claimed(const struct shared_memory *shared)
{
    return lock_is_held(CLIENT_LOCK, shared->name);
}

enum server_life shared_memory_server_life(struct shared_memory *shared)
{
    if (lock_is_held(SERVER_LOCK, shared->name)) {
        shared->had_server = true;
        return SERVER_LIFE_ALIVE;
    }
    return shared->had_server ? SERVER_LIFE_GONE : SERVER_LIFE_UNKNOWN;
}

/* Windows does not tell who has a mapping open. */
void shared_memory_users(const struct shared_memory *shared, char *text, size_t size)
{
    (void)shared;
    if (size > 0)
        text[0] = '\0';
}

void shared_memory_close(struct shared_memory *shared)
{
    if (shared->memory == NULL)
        return;
    UnmapViewOfFile(shared->memory);
    CloseHandle(mapping_of(shared));
    if (shared->lock != 0)
        CloseHandle((HANDLE)shared->lock);
    *shared = (struct shared_memory){0};
}

/* Nobody can cut a mapping short while it is open. */
void shared_memory_guard(void)
{
}
