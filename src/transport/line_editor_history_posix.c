/*
 * The history is libedit's, in libedit's own format of file. What is done here: of lines that are
 * alike only the newest stays, and the file is shared. It is read anew before it is written, under
 * a lock, so that what another program has added stays, and it is replaced as a whole.
 */
#include "transport/line_editor_posix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    History *lines;
    size_t count_max;
    char path[PATH_MAX]; /* empty: in memory only */
} history_state = {.count_max = 1000};

static void forget_like(History *lines, const char *text)
{
    HistEvent event, removed;
    for (int more = history(lines, &event, H_FIRST); more >= 0;
         more = history(lines, &event, H_NEXT)) {
        if (strcmp(event.str, text) == 0) {
            if (history(lines, &removed, H_DEL, event.num) >= 0)
                free((void *)removed.str); /* libedit gives it away */
            return;                        /* there was but one */
        }
    }
}

static void add(History *lines, const char *text)
{
    HistEvent event;
    forget_like(lines, text);
    history(lines, &event, H_ENTER, text);
}

static History *make(void)
{
    HistEvent event;
    History *lines = history_init();
    if (lines != NULL)
        history(lines, &event, H_SETSIZE, (int)history_state.count_max);
    return lines;
}

/* Those of the file, or none. It has no doubles, as nobody writes any. */
static History *load(const char *path)
{
    HistEvent event;
    History *lines = make();
    if (lines != NULL)
        history(lines, &event, H_LOAD, path);
    return lines;
}

/* Opens the file locked. It may have been replaced while we waited for the lock. */
static int open_locked(const char *path)
{
    for (;;) {
        int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (file < 0)
            return -1;
        struct stat ours, theirs;
        if (flock(file, LOCK_EX) != 0 || fstat(file, &ours) != 0) {
            close(file);
            return -1;
        }
        if (stat(path, &theirs) == 0 && ours.st_ino == theirs.st_ino)
            return file;
        close(file);
    }
}

static bool write_whole(History *lines, const char *path)
{
    char temporary[PATH_MAX + 8];
    HistEvent event;
    snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    int file = mkostemp(temporary, O_CLOEXEC); /* for its owner alone */
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;
    if (stream == NULL)
        return false;
    bool written = history(lines, &event, H_SAVE_FP, stream) >= 0;
    written = fclose(stream) == 0 && written;
    written = written && rename(temporary, path) == 0;
    if (!written)
        unlink(temporary);
    return written;
}

/* Adds the text to what the file holds by now. */
static bool add_to_file(const char *text)
{
    int file = open_locked(history_state.path);
    if (file < 0)
        return false;
    History *lines = load(history_state.path);
    bool done = lines != NULL;
    if (done) {
        add(lines, text);
        done = write_whole(lines, history_state.path);
        history_end(lines);
    }
    close(file);
    return done;
}

static bool is_writable(const char *path)
{
    int file = open_locked(path);
    if (file >= 0)
        close(file);
    return file >= 0;
}

bool line_editor_history(const char *path, size_t count_max)
{
    HistEvent event;
    history_state.path[0] = 0;
    history_state.count_max = count_max < INT_MAX ? count_max : INT_MAX;
    if (history_state.lines != NULL)
        history(history_state.lines, &event, H_SETSIZE, (int)history_state.count_max);
    if (path == NULL)
        return true;
    if (strlen(path) >= sizeof history_state.path) {
        errno = ENAMETOOLONG;
        return false;
    }
    if (!is_writable(path))
        return false;
    strcpy(history_state.path, path);
    locale_enter();
    if (history_state.lines != NULL) {
        history(history_state.lines, &event, H_CLEAR);
        history(history_state.lines, &event, H_LOAD, path);
    }
    locale_leave();
    return true;
}

void line_editor_remember(const char *text)
{
    if (history_state.lines == NULL || text[0] == 0)
        return;
    locale_enter();
    add(history_state.lines, text);
    if (history_state.path[0] != 0)
        add_to_file(text);
    locale_leave();
}

bool history_attach(EditLine *edit)
{
    history_state.lines = make();
    return history_state.lines != NULL && el_set(edit, EL_HIST, history, history_state.lines) == 0;
}

void history_detach(void)
{
    if (history_state.lines != NULL)
        history_end(history_state.lines);
    history_state.lines = NULL;
    history_state.path[0] = 0;
}
