#include "transport/terminal.h"

#include <unistd.h>

bool terminal_has_person(void)
{
    return isatty(STDIN_FILENO) != 0;
}

void terminal_prepare(void)
{
}
