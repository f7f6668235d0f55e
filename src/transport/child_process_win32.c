#include "transport/child_process.h"

#include <windows.h>

/*
 * Libuv starts nothing, not even a program whose path it is given, where there is no PATH; there is
 * none in a prefix of Wine that was ended before it had written its registry.
 */
void child_process_prepare(void)
{
    char folder[MAX_PATH];
    UINT size = GetSystemDirectoryA(folder, sizeof folder);
    if (GetEnvironmentVariableA("PATH", NULL, 0) == 0 && size > 0 && size < sizeof folder)
        SetEnvironmentVariableA("PATH", folder);
}
