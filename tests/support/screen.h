/*
 * A terminal with a program in it, as a person would see it: what stands on the screen after keys
 * were typed. It is tmux's, by a server of its own that ends with the test, and knows nothing of
 * the configuration, nor of any other tmux, of whoever runs the tests. One screen at a time.
 *
 * Nothing here sleeps for a screen to become right: whoever expects something says how long it
 * may take, and what cannot be done fails the test.
 */
#ifndef TEST_SUPPORT_SCREEN_H
#define TEST_SUPPORT_SCREEN_H

#include <stdbool.h>

enum {
    SCREEN_BUDGET_MS = 20000 /* for what takes milliseconds; the machine may be busy */
};

/*
 * Starts the program (NULL-terminated, argv[0] its path; its home is the scratch folder) in a
 * terminal of that size.
 */
void screen_open(const char *const *argv, int columns, int rows);

/* Ends the program and the terminal. Safe when there is none: for teardowns. */
void screen_close(void);

/* Keys by tmux's names, between spaces: "Up C-r Enter M-b a". */
void screen_type(const char *keys);

/* Text as it is, typed at once. */
void screen_send(const char *text);

/* Text from the clipboard: with the marks of a bracketed paste, if the program has asked for it. */
void screen_paste(const char *text, bool bracketed);

void screen_resize(int columns, int rows);

/*
 * The rows of the screen, each with its end, without spaces at the ends of rows and without the
 * empty rows below; valid until the next call of a function here.
 */
const char *screen_text(void);

/* The same with everything that has scrolled away above it, and wrapped rows joined. */
const char *screen_history(void);

/* The column and row of the cursor, from 0. */
void screen_cursor(int *column, int *row);

/* Waits until the text stands on the screen; fails the test, showing the screen, if it does not. */
void screen_expect(const char *text, int budget_ms);

/* Waits until the screen ends with the text (without the end of the last row). */
void screen_expect_end(const char *text, int budget_ms);

/* Waits until nothing but the text stands there. */
void screen_expect_only(const char *text, int budget_ms);

#endif
