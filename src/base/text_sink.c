#include "base/text_sink.h"

#include <stdarg.h>
#include <stdio.h>

void text_sink_print(const struct text_sink *sink, const char *format, ...)
{
    char text[200 + 1];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (size > 0)
        sink->put(sink->context, text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}
