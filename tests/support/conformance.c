#include "support/conformance.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct conformance_row conformance_stranger = {.server = "WWWWW", .client = "..U...E"};
const struct conformance_row conformance_nothing = {.server = ".....", .client = "......E"};

static const struct conformance_row *find_message(const struct conformance_row *rows, size_t count,
                                                  enum raw_message message)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].message == message)
            return &rows[i];
    return NULL;
}

const struct conformance_row *conformance_find(enum raw_dialect dialect, unsigned number)
{
    enum raw_message message = raw_message_of(dialect, (uint8_t)number);
    if (number == 0)
        return &conformance_nothing;
    if (message == RAW_UNKNOWN)
        return &conformance_stranger;
    const struct conformance_row *row =
        find_message(conformance_calls, conformance_call_count, message);
    return row != NULL ? row
                       : find_message(conformance_requests, conformance_request_count, message);
}

static void fail(const char *text, const char *at)
{
    fprintf(stderr, "conformance table: cannot read \"%s\" at \"%s\"\n", text, at);
    abort();
}

static uint8_t read_byte(const char *text, const char **at)
{
    char digits[3] = {(*at)[0], (*at)[0] != '\0' ? (*at)[1] : '\0', '\0'};
    char *end;
    unsigned long value = strtoul(digits, &end, 16);
    if (end != digits + 2)
        fail(text, *at);
    *at += 2;
    return (uint8_t)value;
}

/* One byte with all that may stand before and behind it. */
static void read_token(const char *text, const char **at, enum raw_dialect dialect,
                       struct conformance_bytes *bytes)
{
    char mark = **at;
    unsigned long count = 1;
    if (mark == '#' || mark == '~')
        (*at)++;
    uint8_t value = read_byte(text, at);
    if (mark == '~')
        value = raw_number(dialect, (enum raw_message)value);
    if (mark == '#') {
        if (bytes->count_count == CONFORMANCE_COUNTS_MAX)
            fail(text, *at);
        bytes->count_at[bytes->count_count++] = bytes->size;
    }
    if (**at == '*') {
        char *end;
        count = strtoul(*at + 1, &end, 10);
        *at = end;
    }
    if (count > CONFORMANCE_SIZE_MAX - bytes->size)
        fail(text, *at);
    memset(bytes->bytes + bytes->size, value, count);
    bytes->size += count;
}

static const char *choose(const struct conformance_text *text, enum raw_dialect dialect)
{
    if (dialect == RAW_PUBLIC)
        return text->public;
    return raw_index_count(dialect) == 9 && text->nine != NULL ? text->nine : text->v1;
}

bool conformance_read(const struct conformance_text *text, enum raw_dialect dialect,
                      struct conformance_bytes *bytes)
{
    const char *chosen = choose(text, dialect), *at = chosen;
    bytes->size = 0;
    bytes->count_count = 0;
    if (chosen == NULL)
        return false;
    while (*at != '\0') {
        if (*at == ' ')
            at++;
        else
            read_token(chosen, &at, dialect, bytes);
    }
    return bytes->bytes[0] != 0; /* the number, which is 0 for what a dialect lacks */
}
