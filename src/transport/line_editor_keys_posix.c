/*
 * Keys: bytes from the terminal, as characters. It never waits: what has arrived in part is held
 * back for a moment, during which the program goes on.
 *
 * A paste is recognised here, and not by a key binding of libedit, so that it works in the midst
 * of a search too, and nothing that is pasted does anything but stand in the text or end a line.
 */
#include "transport/line_editor_posix.h"

#include "transport/clock.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
    HOLD_MS = 50,    /* a terminal sends a sequence at once, a person takes longer */
    END_OF_TEXT = 4, /* Ctrl-D */
    ESCAPE = 033
};

static const char paste_begins[] = "\033[200~";
static const char paste_ends[] = "\033[201~";

static struct {
    char bytes[4096];
    size_t size;
    int64_t held_since_ms; /* 0: nothing is held back */
    bool ended;
    bool ahead; /* what comes now was typed before the line was asked for */
    bool pasting;
    bool pasted;  /* the last character */
    bool newline; /* was the last character of the paste */
    bool escaped; /* an escape was given out to end a search, and stands there still */
} keys;

static void drop(size_t count)
{
    keys.size -= count;
    memmove(keys.bytes, keys.bytes + count, keys.size);
    keys.held_since_ms = 0;
}

/*
 * A Ctrl-D that is typed while nobody reads is no character to the terminal but an end of input,
 * and what becomes of that when characters are asked for is, on Linux, a zero.
 */
static void set_ends_right(char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (bytes[i] == 0)
            bytes[i] = END_OF_TEXT;
}

static void fill(void)
{
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    bool ahead = keys.ahead;
    keys.ahead = false;
    if (keys.ended || keys.size == sizeof keys.bytes || poll(&ready, 1, 0) <= 0)
        return;
    ssize_t got = read(STDIN_FILENO, keys.bytes + keys.size, sizeof keys.bytes - keys.size);
    if (got > 0 && ahead)
        set_ends_right(keys.bytes + keys.size, (size_t)got);
    if (got > 0)
        keys.size += (size_t)got;
    else if (got == 0 || (errno != EINTR && errno != EAGAIN))
        keys.ended = true;
}

/* Whether what has arrived in part may still become whole. */
static bool hold(void)
{
    if (keys.ended)
        return false;
    if (keys.held_since_ms == 0)
        keys.held_since_ms = clock_now_ms();
    return clock_now_ms() - keys.held_since_ms < HOLD_MS;
}

enum match {
    MATCH_NOT,
    MATCH_PART,
    MATCH_WHOLE
};

static enum match match(const char *sequence)
{
    size_t size = strlen(sequence);
    if (keys.size >= size)
        return memcmp(keys.bytes, sequence, size) == 0 ? MATCH_WHOLE : MATCH_NOT;
    return keys.size > 0 && memcmp(keys.bytes, sequence, keys.size) == 0 ? MATCH_PART : MATCH_NOT;
}

/* The first character; false: it has not arrived as a whole. */
static bool decode(wchar_t *character)
{
    size_t size = utf8_decode(keys.bytes, keys.size, character);
    if (size == 0) {
        if (hold())
            return false;
        *character = UTF8_REPLACEMENT;
        size = keys.size;
    }
    drop(size);
    return true;
}

/*
 * Of the control characters of a paste only tabs and line ends count. While keys are read the
 * terminal exchanges the two line ends, so "\n" "\r" is what "\r\n" has become.
 */
static bool keep_pasted(wchar_t *character)
{
    bool second = keys.newline && *character == '\r';
    keys.newline = *character == '\n';
    if (second)
        return false;
    if (*character == '\r')
        *character = '\n';
    return *character == '\t' || *character == '\n' || (*character >= ' ' && *character < 0x7f) ||
           *character >= 0xa0;
}

/*
 * In a search, an escape that begins an arrow's sequence ends the search and is used up by that,
 * so it is needed a second time.
 */
static bool double_escape(wchar_t *character)
{
    if (keys.bytes[0] != ESCAPE || keys.size < 2 || strchr("[O", keys.bytes[1]) == NULL)
        return false;
    keys.escaped = true;
    *character = ESCAPE;
    return true;
}

enum key keys_next(wchar_t *character, bool searching)
{
    fill();
    while (keys.size > 0) {
        enum match paste = match(keys.pasting ? paste_ends : paste_begins);
        if (paste == MATCH_PART && hold())
            return KEY_NONE;
        if (paste == MATCH_WHOLE) {
            drop(sizeof paste_begins - 1);
            keys.pasting = !keys.pasting;
            keys.newline = false;
            continue;
        }
        keys.pasted = keys.pasting;
        if (searching && !keys.pasting && !keys.escaped && double_escape(character))
            return KEY_CHARACTER;
        keys.escaped = false;
        if (!decode(character))
            return KEY_NONE;
        if (!keys.pasting || keep_pasted(character))
            return KEY_CHARACTER;
    }
    return keys.ended ? KEY_END : KEY_NONE;
}

void keys_begin(void)
{
    keys.ahead = true;
}

bool keys_pasted(void)
{
    return keys.pasted;
}

bool keys_line_waits(void)
{
    fill();
    return keys.pasting || memchr(keys.bytes, '\n', keys.size) != NULL ||
           memchr(keys.bytes, '\r', keys.size) != NULL;
}

void keys_forget(void)
{
    keys.size = 0;
    keys.pasting = false;
    keys.escaped = false;
    keys.held_since_ms = 0;
}
