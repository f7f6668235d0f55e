/* Where text goes, piece by piece: whoever writes it need not know what it becomes. */
#ifndef BASE_TEXT_SINK_H
#define BASE_TEXT_SINK_H

#include "base/printf_like.h"

#include <stddef.h>

struct text_sink {
    void *context;
    void (*put)(void *context, const char *text, size_t size);
};

/* Puts a text of at most 200 bytes, which is cut there. */
void text_sink_print(const struct text_sink *sink, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
