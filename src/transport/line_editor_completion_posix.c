/* The Tab key. */
#include "transport/line_editor_posix.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_SIZE_MAX = 16 * 1024,
    LISTED_MAX = 200
};

struct words {
    const struct line_editor_handler *handler;
    void *owner;
    size_t count;
};

static const char *word(const struct words *words, size_t index)
{
    const char *text = words->handler->candidate(words->owner, index);
    return text != NULL ? text : "";
}

/* The text before the cursor as UTF-8, terminated; its size, 0 if it is too long. */
static size_t text_before_cursor(const LineInfoW *line, char *text)
{
    size_t size = 0;
    for (const wchar_t *at = line->buffer; at < line->cursor; at++) {
        if (size + 4 >= TEXT_SIZE_MAX)
            return 0;
        size += utf8_encode(*at, text + size);
    }
    text[size] = 0;
    return size;
}

static size_t count_characters(const char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* Bytes that all the words begin with, without a part of a character. */
static size_t common_size(const struct words *words, char *common, size_t capacity)
{
    size_t size = strlen(word(words, 0));
    if (size >= capacity)
        return 0;
    memcpy(common, word(words, 0), size);
    for (size_t i = 1; i < words->count; i++) {
        const char *other = word(words, i);
        size_t same = 0;
        while (same < size && other[same] == common[same])
            same++;
        size = same;
    }
    while (size > 0 && words->count > 1 && ((unsigned char)common[size - 1] & 0x80) != 0)
        size--;
    common[size] = 0;
    return size;
}

/* Columns of a word, with control characters left out as they are when it is shown. */
static size_t width_of(const char *text)
{
    wchar_t wide[256];
    utf8_to_plain(text, wide, sizeof wide / sizeof wide[0]);
    int width = wcswidth(wide, sizeof wide / sizeof wide[0]);
    return width > 0 ? (size_t)width : 0;
}

static void print_word(FILE *list, const char *text, size_t width)
{
    fputs(text, list);
    for (size_t used = width_of(text); used < width; used++)
        fputc(' ', list);
}

static void print_columns(FILE *list, const struct words *words, size_t shown)
{
    size_t widest = 1;
    for (size_t i = 0; i < shown; i++) {
        size_t width = width_of(word(words, i));
        widest = width > widest ? width : widest;
    }
    size_t columns = ((size_t)line_editor_columns() + 1) / (widest + 2);
    columns = columns > 0 ? columns : 1;
    size_t rows = (shown + columns - 1) / columns;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < shown; i += rows)
            print_word(list, word(words, i), i + rows < shown ? widest + 2 : 0);
        fputc('\n', list);
    }
}

static void print_list(const struct words *words)
{
    char *text = NULL;
    size_t size = 0;
    FILE *list = open_memstream(&text, &size);
    if (list == NULL)
        return;
    size_t shown = words->count < LISTED_MAX ? words->count : LISTED_MAX;
    print_columns(list, words, shown);
    if (shown < words->count)
        fprintf(list, "and %zu more\n", words->count - shown);
    fclose(list);
    view_print(text, size, true);
    free(text);
}

/* Puts `common` in place of what was typed of it; false if that was all of it already. */
static bool replace(EditLine *edit, const char *typed, size_t typed_size, const char *common)
{
    if (strlen(common) <= typed_size && strncmp(common, typed, typed_size) == 0)
        return false;
    wchar_t wide[TEXT_SIZE_MAX / 4];
    utf8_to_plain(common, wide, sizeof wide / sizeof wide[0]);
    el_deletestr(edit, (int)count_characters(typed, typed_size));
    el_winsertstr(edit, wide);
    return true;
}

static bool is_blank(const char *text, size_t size)
{
    return strspn(text, " \t\n") == size;
}

unsigned char completion_run(EditLine *edit, const struct line_editor_handler *handler, void *owner)
{
    static char text[TEXT_SIZE_MAX], common[TEXT_SIZE_MAX];
    struct words words = {.handler = handler, .owner = owner};
    size_t size = text_before_cursor(el_wline(edit), text);
    size_t start = size;
    if (!keys_pasted() && handler->complete != NULL && (size > 0 || text[0] == 0))
        words.count = handler->complete(owner, text, size, &start);
    if (words.count == 0) {
        if (!keys_pasted() && !is_blank(text, size))
            return CC_ERROR; /* beeps */
        el_winsertstr(edit, L"\t");
        return CC_REFRESH;
    }
    bool longer = common_size(&words, common, sizeof common) > 0 &&
                  replace(edit, text + start, size - start, common);
    if (words.count > 1 && !longer)
        print_list(&words);
    return CC_REFRESH;
}
