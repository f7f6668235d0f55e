/* What the files of the POSIX line editor share with each other, and with nobody else. */
#ifndef TRANSPORT_LINE_EDITOR_POSIX_H
#define TRANSPORT_LINE_EDITOR_POSIX_H

#include "transport/line_editor.h"

#include <histedit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <wchar.h>

/* UTF-8 --------------------------------------------------------------------------------------- */

enum {
    UTF8_REPLACEMENT = 0xfffd
};

/*
 * The first character of at least one byte: returns how many bytes it takes. What is no UTF-8 is
 * a replacement character of one byte. 0: it goes on beyond the end.
 */
size_t utf8_decode(const char *bytes, size_t size, wchar_t *character);

/* Writes up to four bytes; returns how many. */
size_t utf8_encode(wchar_t character, char *bytes);

/* As much of the text as fits, without control characters, terminated; returns its length. */
size_t utf8_to_plain(const char *text, wchar_t *wide, size_t capacity);

/* Keys ---------------------------------------------------------------------------------------- */

enum key {
    KEY_NONE, /* nothing has arrived, or not yet all of it */
    KEY_CHARACTER,
    KEY_END /* and there will be no more */
};

/* The next character that was typed or pasted. Never waits. `searching`: in a search for text. */
enum key keys_next(wchar_t *character, bool searching);

/* A line is about to be read, after some time in which the terminal was as it was found. */
void keys_begin(void);

/* Whether the last character came from a paste. */
bool keys_pasted(void);

/* Whether a whole line, or more of a paste, is known to be on its way already. */
bool keys_line_waits(void);

/* Forgets what has been typed. */
void keys_forget(void);

/* Terminal modes ------------------------------------------------------------------------------ */

/* Takes note of the terminal as it is, and of the signals that end or stop the program. */
void modes_open(void);

/* As it was found; signals too. */
void modes_close(void);

/*
 * The terminal is being set for keys, or has been set back: what a signal would have to undo.
 * Returns what it was before.
 */
bool modes_editing(bool editing);

/* Whether the program was stopped and goes on since the last call. */
bool modes_resumed(void);

/* The screen ---------------------------------------------------------------------------------- */

/* `terminal`: a stream of the editor's own, which `edit` writes to as well. */
void view_open(EditLine *edit, FILE *terminal, const struct line_editor_handler *handler,
               void *owner);
void view_close(void);

/*
 * Reading starts: the line that is there is ended, and status and prompt appear. `unseen`: others
 * may have written to the terminal.
 */
void view_begin(bool unseen);

/* The prompt, for libedit. */
wchar_t *view_prompt(EditLine *edit);

/* Reading is over, or is about to be: what waits is shown, and the status vanishes. */
void view_settle(void);

/* The cursor goes below the text that was typed, which will not be drawn again. */
void view_leave(void);
void view_end(void);

/* What is due: collected output, a new size, a prompt or a status that has changed. */
void view_tick(void);

/* A key is about to be worked off: libedit must know the size, and find its text on the screen. */
void view_before_key(void);

/* Everything is drawn anew, below what is there. */
void view_restart(void);

/* The screen is emptied, and prompt and text are drawn at its top. */
void view_clear(void);

/* As line_editor_print; `at_once`: although something was shown a moment ago. */
void view_print(const char *text, size_t size, bool at_once);

/* Standard streams ---------------------------------------------------------------------------- */

/* stdout and stderr write by line_editor_print, until they are given back. */
bool streams_take(void);
void streams_give_back(void);

/* Completion and history ---------------------------------------------------------------------- */

unsigned char completion_run(EditLine *edit, const struct line_editor_handler *handler,
                             void *owner);

/* Lets libedit have the history. */
bool history_attach(EditLine *edit);
void history_detach(void);

/* Locale: libedit counts columns by that of the thread, which is switched as it is entered. */
void locale_enter(void);
void locale_leave(void);

#endif
