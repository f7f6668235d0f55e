#include "transport/game_files.h"

#include <stdio.h>
#include <sys/stat.h>

bool game_files_is_plain(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool game_files_replace(const char *from, const char *to)
{
    return rename(from, to) == 0;
}
