/*
 * The files that a game reads and writes for its player: scripts, results. Read whole, written
 * whole, by the paths the player gives, which count from the current folder. The functions have
 * the shapes that the game's owner gives to the game; `context` is not used.
 */
#ifndef TRANSPORT_GAME_FILES_H
#define TRANSPORT_GAME_FILES_H

#include "base/limits.h"
#include "base/text_sink.h"

#include <stdbool.h>

/*
 * All of a plain file, to be freed; it holds at most `most` bytes. Null, with errno or 0 for a
 * reason: it cannot be read, is no plain file (a pipe could keep us waiting for ever; EINVAL), or
 * is larger (EFBIG).
 */
char *game_files_read(const char *path, size_t most, size_t *size);

/*
 * Reads a file and gives its text to `take`, valid during that call. False: it cannot be read, is
 * no plain file (a pipe could keep us waiting for ever), or is larger than GAME_FILE_SIZE_MAX.
 */
bool game_files_load(void *context, const char *path,
                     void (*take)(void *taker, const char *text, size_t size), void *taker);

/*
 * Makes a file of what `write` puts into the sink. It appears under its name when it is complete;
 * until then one that was there stays. False, with errno: it cannot be written, and nothing has
 * changed.
 */
bool game_files_store(void *context, const char *path,
                      void (*write)(void *writer, const struct text_sink *sink), void *writer);

/* Whether the path names a plain file. */
bool game_files_is_plain(const char *path);

/* Gives a file another name, in place of one that has it. False, with errno: it cannot be done. */
bool game_files_replace(const char *from, const char *to);

#endif
