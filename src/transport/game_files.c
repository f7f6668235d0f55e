#include "transport/game_files.h"

#include <stdio.h>
#include <stdlib.h>

/* All of an open file, to be freed, or null. */
static char *read_all(FILE *file, size_t *size)
{
    size_t capacity = 64 * 1024;
    char *text = malloc(capacity);
    *size = 0;
    while (text != NULL) {
        *size += fread(text + *size, 1, capacity - *size, file);
        if (*size < capacity)
            break;
        char *larger = capacity <= GAME_FILE_SIZE_MAX ? realloc(text, capacity * 2) : NULL;
        if (larger == NULL) {
            free(text);
            return NULL;
        }
        text = larger;
        capacity *= 2;
    }
    if (text != NULL && ferror(file)) { /* a folder, for one */
        free(text);
        return NULL;
    }
    return text;
}

bool game_files_load(void *context, const char *path,
                     void (*take)(void *taker, const char *text, size_t size), void *taker)
{
    (void)context;
    size_t size;
    FILE *file = game_files_is_plain(path) ? fopen(path, "rb") : NULL;
    if (file == NULL)
        return false;
    char *text = read_all(file, &size);
    fclose(file);
    bool ok = text != NULL && size <= GAME_FILE_SIZE_MAX;
    if (ok)
        take(taker, text, size);
    free(text);
    return ok;
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
    if (size < 0 || (size_t)size >= sizeof unfinished)
        return false;
    FILE *file = fopen(unfinished, "wb");
    if (file == NULL)
        return false;
    write(writer, &(struct text_sink){.context = file, .put = put});
    bool ok = ferror(file) == 0;
    ok = fclose(file) == 0 && ok;
    if (ok && game_files_replace(unfinished, path))
        return true;
    remove(unfinished);
    return false;
}
