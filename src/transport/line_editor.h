/*
 * One line of text at a time from a person at a terminal, while the rest of the program goes on:
 * whenever there is no key to be had, the editor lets its owner take a turn. Editing, history and
 * incremental search are libedit's on POSIX; on Windows they are the console's own. What is
 * printed meanwhile appears above the prompt, which is then there again as it was. It knows no Lua.
 *
 * One editor per process, on standard input and output, which must be a terminal.
 */
#ifndef TRANSPORT_LINE_EDITOR_H
#define TRANSPORT_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

struct line_editor_handler {
    /*
     * There is no key: does what else there is to do, and waits a little (some milliseconds at
     * most) if that is nothing. False: the line is given up, as after Ctrl-C.
     */
    bool (*turn)(void *owner);

    /* What stands before the text, without a line's end; valid until the next call. */
    const char *(*prompt)(void *owner);

    /* A line to be shown above the prompt, and kept up to date; null: none. As `prompt`. */
    const char *(*status)(void *owner);

    /*
     * What the text before the cursor could go on with. Returns how many there are, and lets
     * `get` tell each (whole words, to stand in place of the text from *start on); up to the next
     * call. Zero: none. With one, or with a common beginning, the text is completed; with several
     * they are listed above the prompt.
     */
    size_t (*complete)(void *owner, const char *text, size_t size, size_t *start);
    const char *(*candidate)(void *owner, size_t index);
};

enum line_editor_result {
    LINE_EDITOR_LINE,
    LINE_EDITOR_GIVEN_UP, /* by `turn` */
    LINE_EDITOR_END       /* Ctrl-D in an empty line, or the terminal is gone */
};

/*
 * Takes the terminal. From now on what the program writes to stdout and stderr goes through
 * line_editor_print, by lines or when flushed; on Windows it does not, and goes where the cursor
 * is. The two are other streams then, so whoever keeps a stream, as Lua's io library does when it
 * is opened, must be started after this; such a stream remains good when the editor is closed.
 * False: standard input or output is no terminal, or one that cannot do it.
 */
bool line_editor_open(const struct line_editor_handler *handler, void *owner);

/* Gives it back as it was, with everything written. Safe when it is not open, and from atexit. */
void line_editor_close(void);

/*
 * Reads a line, which is without its end and valid until the next call. While nothing is typed,
 * and every hundredth of a second while much is, `turn` is called, which may print but not read.
 * Prompt and status are asked for anew every tenth of a second and whenever they are drawn, and
 * drawn only if they have changed.
 */
enum line_editor_result line_editor_read(const char **line, size_t *size);

/*
 * Text for the terminal, whole lines: it goes above the prompt if there is one. A last line that
 * has no end gets one as soon as the prompt is drawn, and yet goes on with what is printed next.
 * While a line is read, what is printed within some milliseconds after other text is shown with
 * the next text or after this `turn`.
 */
void line_editor_print(const char *text, size_t size);

/* Columns of the terminal as it is now; 80 if it does not say. */
int line_editor_columns(void);

/*
 * The history: at most `count_max` lines, of those that are alike only the newest, kept in that
 * file (null: in memory only). A file that cannot be read is an empty one; it is written whole,
 * readable for its owner alone, and several programs may share it. False: it cannot be written.
 */
bool line_editor_history(const char *path, size_t count_max);

/* Adds a line, of one or several lines. Not called for what is to be forgotten. */
void line_editor_remember(const char *text);

#endif
