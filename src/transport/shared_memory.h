/*
 * Named shared memory: the TMInterfaceN object of a game. On Linux it is the POSIX object of
 * that name, on Windows the named file mapping. wine_games.h opens that of a game in Wine.
 *
 * The object carries two advisory locks that say what its bytes cannot (fact sheet section 16,
 * 8): our server holds one while it lives, our client one while it is attached. A game that is
 * not ours holds none, and is believed to live until it falls silent. A process that dies loses
 * its locks at once.
 */
#ifndef TRANSPORT_SHARED_MEMORY_H
#define TRANSPORT_SHARED_MEMORY_H

#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct shared_memory {
    uint8_t *memory; /* null while closed */
    size_t size;     /* bytes */
    intptr_t handle;
    intptr_t lock;   /* on Windows: the event that is our lock; 0: none */
    bool is_owner;   /* made it, and takes its name away */
    bool had_server; /* a living server's lock has been seen */
    char name[SLOT_NAME_SIZE_MAX];
    long game_pid;        /* of a game in Wine (wine_games.h); 0: it is none */
    intptr_t game_handle; /* of that process */
};

/* What can be known of the server behind an object. */
enum server_life {
    SERVER_LIFE_UNKNOWN,
    SERVER_LIFE_ALIVE,
    SERVER_LIFE_GONE
};

/* Letters, digits, '_', '-', '.'; no path, and short enough for the struct. */
bool shared_memory_name_is_valid(const char *name);

/*
 * Makes an object of `size` zero bytes, whole from its first moment on, and holds the server's
 * lock. An object of a dead server is replaced. STATUS_BUSY: a living server has that name,
 * or on Windows, a client still holds the object of a dead one.
 * STATUS_INVALID: not a name.
 */
enum status shared_memory_create(struct shared_memory *shared, const char *name, size_t size);

/*
 * Opens the object of that name, whatever its size. STATUS_NO_GAME: there is none, or not yet.
 * STATUS_DENIED: it belongs to somebody else.
 */
enum status shared_memory_open(struct shared_memory *shared, const char *name);

/*
 * Takes the client's lock: false when another process holds it, or when the game runs in Wine and
 * so does another program that has the memory mapped: a client there cannot hold our lock.
 */
bool shared_memory_claim(struct shared_memory *shared);

/* Whether the server behind an opened object still lives. A few system calls. */
enum server_life shared_memory_server_life(struct shared_memory *shared);

/* Whether another process is the client, as far as shared_memory_claim could tell. */
bool shared_memory_is_claimed(const struct shared_memory *shared);

/*
 * Writes who has the object mapped, other than this process, as "tmsim (pid 12), tmlua (pid 34)";
 * an empty text when it cannot be told. For messages: it looks at every process.
 */
void shared_memory_users(const struct shared_memory *shared, char *text, size_t size);

/* Unmaps and gives the locks up; an owner takes the name away. Safe to call twice. */
void shared_memory_close(struct shared_memory *shared);

/*
 * Makes accesses to memory whose object was cut short by another process read as zeros instead
 * of killing this one. Once per process, before the first open.
 */
void shared_memory_guard(void);

#endif
