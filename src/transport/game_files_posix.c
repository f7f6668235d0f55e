#include "transport/game_files.h"

#include <stdio.h>

bool game_files_replace(const char *from, const char *to)
{
    return rename(from, to) == 0;
}
