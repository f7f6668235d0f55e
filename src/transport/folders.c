#include "transport/folders.h"

#include <stdio.h>
#include <uv.h>

/* Without callbacks libuv is done when it returns. */

static bool is_folder(const char *path, const uv_dirent_t *entry)
{
    char file[4096];
    uv_fs_t request;
    if (entry->type != UV_DIRENT_UNKNOWN && entry->type != UV_DIRENT_LINK)
        return entry->type == UV_DIRENT_DIR;
    snprintf(file, sizeof file, "%s/%s", path, entry->name);
    bool is_there = uv_fs_stat(NULL, &request, file, NULL) == 0;
    bool answer = is_there && (request.statbuf.st_mode & 0170000) == 0040000;
    uv_fs_req_cleanup(&request);
    return answer;
}

bool folder_list(const char *path, void (*take)(void *owner, const char *name, bool is_folder),
                 void *owner)
{
    uv_fs_t request;
    uv_dirent_t entry;
    bool is_there = uv_fs_scandir(NULL, &request, path, 0, NULL) >= 0;
    while (is_there && uv_fs_scandir_next(&request, &entry) != UV_EOF)
        take(owner, entry.name, is_folder(path, &entry));
    uv_fs_req_cleanup(&request);
    return is_there;
}

void folder_make_for(const char *file_path)
{
    enum {
        FOR_OWNER_ALONE = 0700
    };
    char folder[4096];
    for (size_t i = 0; file_path[i] != '\0' && i < sizeof folder - 1; i++) {
        bool is_slash = file_path[i] == '/' || file_path[i] == '\\';
        folder[i] = file_path[i];
        folder[i + 1] = '\0';
        if (!is_slash || i == 0)
            continue;
        uv_fs_t request;
        folder[i] = '\0';
        uv_fs_mkdir(NULL, &request, folder, FOR_OWNER_ALONE, NULL);
        uv_fs_req_cleanup(&request);
        folder[i] = file_path[i];
    }
}
