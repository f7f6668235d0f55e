#include "transport/game_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* All of an open file, to be freed, or null with errno. */
static char *read_all(FILE *file, size_t most, size_t *size)
{
    size_t capacity = 64 * 1024;
    char *text = malloc(capacity);
    *size = 0;
    while (text != NULL) {
        *size += fread(text + *size, 1, capacity - *size, file);
        if (*size < capacity)
            break;
        char *larger = capacity <= most ? realloc(text, capacity * 2) : NULL;
        if (larger == NULL) {
            errno = capacity <= most ? ENOMEM : EFBIG;
            free(text);
            return NULL;
        }
        text = larger;
        capacity *= 2;
    }
    bool fits = text != NULL && ferror(file) == 0 && *size <= most; /* a folder gives an error */
    if (fits)
        return text;
    if (text != NULL && ferror(file) == 0)
        errno = EFBIG;
    free(text);
    return NULL;
}

char *game_files_read(const char *path, size_t most, size_t *size)
{
    errno = 0;
    if (!game_files_is_plain(path)) {
        errno = errno != 0 ? errno : EINVAL;
        return NULL;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    char *text = read_all(file, most, size);
    int reason = errno;
    fclose(file);
    errno = reason;
    return text;
}

bool game_files_load(void *context, const char *path,
                     void (*take)(void *taker, const char *text, size_t size), void *taker)
{
    (void)context;
    size_t size;
    char *text = game_files_read(path, GAME_FILE_SIZE_MAX, &size);
    if (text == NULL)
        return false;
    take(taker, text, size);
    free(text);
    return true;
}

static void put(void *context, const char *text, size_t size)
{
    fwrite(text, 1, size, context);
}

bool game_files_store(void *context, const char *path,
                      void (*write)(void *writer, const struct text_sink *sink), void *writer)
{
    (void)context;
    char unfinished[1024];
    int size = snprintf(unfinished, sizeof unfinished, "%s.unfinished", path);
    if (size < 0 || (size_t)size >= sizeof unfinished) {
        errno = ENAMETOOLONG;
        return false;
    }
    FILE *file = fopen(unfinished, "wb");
    if (file == NULL)
        return false;
    errno = 0;
    write(writer, &(struct text_sink){.context = file, .put = put});
    bool ok = fflush(file) == 0 && ferror(file) == 0;
    int reason = errno; /* of what went wrong first */
    if (fclose(file) != 0 && ok) {
        ok = false;
        reason = errno;
    }
    if (ok && game_files_replace(unfinished, path))
        return true;
    reason = ok ? errno : reason;
    remove(unfinished);
    errno = reason;
    return false;
}
