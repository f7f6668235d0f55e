#include "transport/file_stamp.h"

#include <uv.h>

bool file_stamp_read(struct file_stamp *stamp, const char *path)
{
    uv_fs_t request;
    bool is_there = uv_fs_stat(NULL, &request, path, NULL) == 0; /* no callback: it is done now */
    if (is_there)
        *stamp = (struct file_stamp){.size = request.statbuf.st_size,
                                     .device = request.statbuf.st_dev,
                                     .inode = request.statbuf.st_ino,
                                     .seconds = request.statbuf.st_mtim.tv_sec,
                                     .nanoseconds = (int32_t)request.statbuf.st_mtim.tv_nsec};
    uv_fs_req_cleanup(&request);
    return is_there;
}
