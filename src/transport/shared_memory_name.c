#include "transport/shared_memory.h"

#include <ctype.h>
#include <string.h>

bool shared_memory_name_is_valid(const char *name)
{
    size_t size = strlen(name);
    if (size == 0 || size >= SLOT_NAME_SIZE_MAX || name[0] == '.')
        return false;
    for (size_t i = 0; i < size; i++)
        if (!isalnum((unsigned char)name[i]) && strchr("_-.", name[i]) == NULL)
            return false;
    return true;
}
