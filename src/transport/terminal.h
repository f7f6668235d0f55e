/* What a program must know of its standard streams. */
#ifndef TRANSPORT_TERMINAL_H
#define TRANSPORT_TERMINAL_H

#include <stdbool.h>

/* Whether a person sits at standard input. */
bool terminal_has_person(void);

/* Whether standard error is a terminal on which a line can be drawn again. */
bool terminal_redraws(void);

/*
 * Standard output and standard error give out the bytes that are written to them, on every
 * system: a line ends with "\n" alone, and text is UTF-8. A stream that whoever has started us has
 * closed stays one that fails, and no file that is opened later takes its number. Once, before the
 * first output.
 */
void terminal_prepare(void);

#endif
