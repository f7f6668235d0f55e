/*
 * Games that run in Wine on this Linux machine, seen from a native program.
 *
 * A mapping of a Windows program is an unnamed file that the prefix's wineserver holds open, and
 * that we open through /proc. Its name stays inside the wineserver, so a slot is told by what can
 * be seen: a program known as a game, or one with TMInterface's library in it, shares a whole
 * writable file of Wine's whose size and first bytes are those of a slot. Which of the 16 names it
 * has is a guess: games take the first that is free, so those of one prefix are numbered in the
 * order in which they were started. That is certain for a game that is alone in its prefix, and
 * was not started beside another that has ended since. The process itself is never a guess.
 *
 * Nothing here writes into memory, traces a process or waits. Elsewhere than on Linux there are
 * no such games.
 */
#ifndef TRANSPORT_WINE_GAMES_H
#define TRANSPORT_WINE_GAMES_H

#include "base/limits.h"
#include "base/status.h"
#include "transport/shared_memory.h"

#include <stddef.h>
#include <stdint.h>

struct wine_game {
    long pid;
    char program[64];   /* "TmForever.exe" */
    int index;          /* of TMInterfaceN: likely, see above */
    size_t size;        /* bytes of the slot, whole pages; 0 when not STATUS_OK */
    enum status status; /* OK; DENIED: out of our reach; SIZE_MISMATCH: which part is the slot? */

    char path[64];    /* of the wineserver's descriptor */
    uint64_t inode;   /* of the file behind it */
    uint64_t started; /* in the system's own unit */
    int64_t group;    /* the same for games whose indices depend on each other */
};

/* How far the search can see. */
enum wine_view {
    WINE_VIEW_NONE,      /* not on this system */
    WINE_VIEW_CONTAINER, /* only what runs in our own container (PID namespace) */
    WINE_VIEW_ALL
};

enum wine_view wine_games_view(void);

/*
 * Finds the games there are and returns how many. Of a process with several parts that could be
 * the slot, that of `expected_size` bytes (as whole pages; 0: not known) is taken, else that of a
 * size TMInterface has by itself. Looks at every process: a few microseconds for each, and a
 * tenth of a millisecond for each of Wine's.
 */
int wine_games_find(struct wine_game games[WINE_GAME_COUNT_MAX], size_t expected_size);

/*
 * Finds the game of that process, whatever its program is called. Returns its status, or
 * STATUS_NO_GAME: no such process, not one of Wine, or it shares nothing that looks like a slot.
 */
enum status wine_game_find(struct wine_game *game, long pid, size_t expected_size);

/*
 * Opens the memory of a game. From here on it is as a named object: it can be claimed, unless
 * another program in Wine has it mapped, and its server lives as long as the game's process.
 * STATUS_NO_GAME: it has ended since it was found. Other than STATUS_OK: that of the game.
 */
enum status shared_memory_open_wine(struct shared_memory *shared, const struct wine_game *game);

#endif
