/* stdout and stderr, so that what any code prints appears above the prompt. */
#include "transport/line_editor_posix.h"

#include <stdio.h>
#include <sys/types.h>

static struct {
    FILE *ours[2];   /* never closed: Lua's io library keeps the streams that it has seen */
    FILE *before[2]; /* null: not taken */
} streams;

static ssize_t stream_write(void *unused, const char *text, size_t size)
{
    (void)unused;
    line_editor_print(text, size);
    return (ssize_t)size;
}

static FILE *stream_open(void)
{
    FILE *stream = fopencookie(NULL, "w", (cookie_io_functions_t){.write = stream_write});
    if (stream != NULL)
        setvbuf(stream, NULL, _IOLBF, BUFSIZ);
    return stream;
}

bool streams_take(void)
{
    for (int i = 0; i < 2; i++)
        if (streams.ours[i] == NULL && (streams.ours[i] = stream_open()) == NULL)
            return false;
    fflush(stdout);
    fflush(stderr);
    streams.before[0] = stdout;
    streams.before[1] = stderr;
    stdout = streams.ours[0];
    stderr = streams.ours[1];
    return true;
}

void streams_give_back(void)
{
    if (streams.before[0] == NULL)
        return;
    fflush(streams.ours[0]);
    fflush(streams.ours[1]);
    stdout = streams.before[0];
    stderr = streams.before[1];
    streams.before[0] = NULL;
}
