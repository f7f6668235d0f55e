/* Characters: UTF-8, and the locale by which libedit knows it. */
#include "transport/line_editor_posix.h"

#include <locale.h>
#include <stdint.h>
#include <string.h>

static size_t sequence_size(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xc2 || first > 0xf4)
        return 0;
    return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t utf8_decode(const char *bytes, size_t size, wchar_t *character)
{
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *at = (const unsigned char *)bytes;
    size_t length = sequence_size(at[0]);
    *character = UTF8_REPLACEMENT;
    if (length == 0)
        return 1;
    uint32_t value = length == 1 ? at[0] : at[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (i == size)
            return 0;
        if ((at[i] & 0xc0) != 0x80)
            return 1;
        value = value << 6 | (at[i] & 0x3fu);
    }
    if (value < smallest[length] || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
        return 1;
    *character = (wchar_t)value;
    return length;
}

size_t utf8_encode(wchar_t character, char *bytes)
{
    uint32_t value = (uint32_t)character;
    if (value < 0x80) {
        bytes[0] = (char)value;
        return 1;
    }
    size_t length = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, value >>= 6)
        bytes[i] = (char)(0x80 | (value & 0x3f));
    bytes[0] = (char)((0xf00u >> length) | value);
    return length;
}

size_t utf8_to_plain(const char *text, wchar_t *wide, size_t capacity)
{
    size_t count = 0, size = strlen(text);
    while (size > 0 && count + 1 < capacity) {
        wchar_t character;
        size_t taken = utf8_decode(text, size, &character);
        if (taken == 0)
            break;
        if (character >= ' ' && (character < 0x7f || character >= 0xa0))
            wide[count++] = character;
        text += taken;
        size -= taken;
    }
    wide[count] = 0;
    return count;
}

/*
 * The program's own locale stays as it is: Lua's numbers depend on it, and it may well be "C",
 * where libedit would show every character beyond ASCII as an escape.
 */
static locale_t utf8_locale, before;
static int depth;

void locale_enter(void)
{
    if (depth++ > 0)
        return;
    if (utf8_locale == (locale_t)0)
        utf8_locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    before = utf8_locale != (locale_t)0 ? uselocale(utf8_locale) : uselocale((locale_t)0);
}

void locale_leave(void)
{
    if (--depth == 0)
        uselocale(before);
}
