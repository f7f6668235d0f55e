/* What a program must know of its standard streams. */
#ifndef TRANSPORT_TERMINAL_H
#define TRANSPORT_TERMINAL_H

#include <stdbool.h>

/* Whether a person sits at standard input. */
bool terminal_has_person(void);

#endif
