/*
 * What tells one content of a file from the next without reading it: size, time of the last
 * change, and which file the name means. Editors that write another file and rename it change
 * the last; a rewrite within the grain of the file system's clock is seen by the size alone.
 */
#ifndef TRANSPORT_FILE_STAMP_H
#define TRANSPORT_FILE_STAMP_H

#include <stdbool.h>
#include <stdint.h>

struct file_stamp {
    uint64_t size; /* bytes */
    uint64_t device, inode;
    int64_t seconds; /* of the last change, since 1970 */
    int32_t nanoseconds;
};

/* Looks at the file now. False: there is none of that name, or it may not be looked at. */
bool file_stamp_read(struct file_stamp *stamp, const char *path);

#endif
