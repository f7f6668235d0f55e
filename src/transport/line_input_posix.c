#include "transport/line_input.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static struct {
    char bytes[LINE_INPUT_SIZE_MAX];
    size_t size;  /* of what has arrived */
    size_t taken; /* of that, what the last line had */
    bool ended;
} input;

/* Gives the first line away, or everything when `all`. */
static bool take(const char **line, size_t *size, bool all)
{
    const char *end = memchr(input.bytes, '\n', input.size);
    if (end == NULL && !(all && input.size > 0))
        return false;
    *line = input.bytes;
    *size = end != NULL ? (size_t)(end - input.bytes) : input.size;
    input.taken = end != NULL ? *size + 1 : *size;
    return true;
}

static void read_more(void)
{
    struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
    if (poll(&ready, 1, 0) <= 0)
        return;
    ssize_t got = read(STDIN_FILENO, input.bytes + input.size, sizeof input.bytes - input.size);
    if (got > 0)
        input.size += (size_t)got;
    else if (got == 0 || (errno != EINTR && errno != EAGAIN))
        input.ended = true;
}

enum line_input line_input_poll(const char **line, size_t *size)
{
    memmove(input.bytes, input.bytes + input.taken, input.size - input.taken);
    input.size -= input.taken;
    input.taken = 0;
    if (take(line, size, false))
        return LINE_INPUT_LINE;
    if (!input.ended && input.size < sizeof input.bytes)
        read_more();
    if (take(line, size, input.ended || input.size == sizeof input.bytes))
        return LINE_INPUT_LINE;
    return input.ended ? LINE_INPUT_END : LINE_INPUT_NONE;
}
