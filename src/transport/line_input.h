/*
 * Lines from standard input, for a program that must never wait for them. One reader per process.
 */
#ifndef TRANSPORT_LINE_INPUT_H
#define TRANSPORT_LINE_INPUT_H

#include <stddef.h>

enum {
    LINE_INPUT_SIZE_MAX = 4096 /* bytes; a longer line comes in pieces */
};

enum line_input {
    LINE_INPUT_NONE, /* nothing has arrived */
    LINE_INPUT_LINE,
    LINE_INPUT_END /* and there will be no more */
};

/*
 * The next line, without its end, if it is there: `*size` bytes, which may be zeros as well, in a
 * buffer that stays valid until the next call.
 */
enum line_input line_input_poll(const char **line, size_t *size);

#endif
