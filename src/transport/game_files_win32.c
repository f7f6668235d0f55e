#include "transport/game_files.h"

#include <windows.h>

/* The C library's rename refuses a name that is taken. */
bool game_files_replace(const char *from, const char *to)
{
    return MoveFileExA(from, to, MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) != 0;
}
