#include "transport/line_editor_layout_posix.h"

#include "transport/line_editor_posix.h"

#include <stdbool.h>
#include <wctype.h>

struct place {
    int row, column, columns;
};

static void advance(struct place *place, int width)
{
    if (place->column + width > place->columns) { /* a wide character is not split */
        place->row++;
        place->column = 0;
    }
    place->column += width;
    if (place->column >= place->columns) { /* libedit goes on to the next row at once */
        place->row++;
        place->column = 0;
    }
}

static void advance_by_ones(struct place *place, int count)
{
    for (int i = 0; i < count; i++)
        advance(place, 1);
}

/* One character of the line, as libedit shows it. */
static void add(struct place *place, wchar_t character)
{
    if (character == L'\t') {
        do
            advance(place, 1);
        while (place->column % 8 != 0);
    } else if (character == L'\n') {
        place->row++;
        place->column = 0;
    } else if (character < 0x100 && iswcntrl((wint_t)character)) {
        advance_by_ones(place, 2); /* ^A */
    } else if (!iswprint((wint_t)character)) {
        advance_by_ones(place, character > 0xffff ? 8 : 7); /* \U+1234 */
    } else {
        int width = wcwidth(character);
        if (width > 0)
            advance(place, width);
    }
}

struct layout layout_line(const wchar_t *prompt, const LineInfoW *line, int columns, int rows)
{
    struct layout layout = {.cursor_row = -1};
    struct place place = {.columns = columns};
    for (; *prompt != 0; prompt++) {
        int width = wcwidth(*prompt);
        if (width > 0)
            advance(&place, width);
    }
    for (const wchar_t *at = line->buffer;; at++) {
        if (at == line->cursor || (at == line->lastchar && layout.cursor_row < 0)) {
            layout.cursor_row = place.row;
            layout.cursor_column = place.column;
        }
        if (at == line->lastchar)
            break;
        add(&place, *at);
    }
    layout.row = place.row;
    layout.column = place.column;
    /* Of a text that is higher than the terminal libedit shows the last rows. */
    if (layout.row >= rows)
        layout.row = rows - 1;
    if (layout.cursor_row >= rows)
        layout.cursor_row = rows - 1;
    return layout;
}

int layout_cut(wchar_t *text, int columns)
{
    int used = 0;
    for (; *text != 0; text++) {
        int width = wcwidth(*text);
        if (width > 0 && used + width > columns)
            break;
        used += width > 0 ? width : 0;
    }
    *text = 0;
    return used;
}

/* Bytes of the escape sequence that the text begins with. */
static size_t escape_size(const char *text, size_t size)
{
    size_t at = 1;
    if (at < size && text[at] == '[')
        for (at++; at < size && (text[at] < '@' || text[at] > '~');)
            at++;
    return at < size ? at + 1 : size;
}

int layout_output(int column, const char *text, size_t size, int columns)
{
    while (size > 0) {
        wchar_t character;
        size_t taken = utf8_decode(text, size, &character);
        if (taken == 0)
            break;
        int width = wcwidth(character);
        if (character == 033)
            taken = escape_size(text, size);
        else if (character == '\n' || character == '\r')
            column = 0;
        else if (character == '\t')
            column = column / 8 * 8 + 8 < columns ? column / 8 * 8 + 8 : columns - 1;
        else if (width > 0)
            column = column + width > columns ? width : column + width;
        text += taken;
        size -= taken;
    }
    return column;
}
