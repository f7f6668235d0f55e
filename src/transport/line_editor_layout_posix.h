/*
 * Where text comes to stand on a terminal: rows and columns, counted as libedit counts them. Pure;
 * the locale must know UTF-8.
 */
#ifndef TRANSPORT_LINE_EDITOR_LAYOUT_POSIX_H
#define TRANSPORT_LINE_EDITOR_LAYOUT_POSIX_H

#include <histedit.h>
#include <stddef.h>
#include <wchar.h>

struct layout {
    int row, column; /* after the last character */
    int cursor_row, cursor_column;
};

/* The prompt, and behind it the line, on a terminal of that size. */
struct layout layout_line(const wchar_t *prompt, const LineInfoW *line, int columns, int rows);

/* Shortens the text to so many columns; returns how many it has. */
int layout_cut(wchar_t *text, int columns);

/* The column of the cursor after output that began in `column`; escape sequences take none. */
int layout_output(int column, const char *text, size_t size, int columns);

#endif
