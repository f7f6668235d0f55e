#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "support/scratch.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATH_COUNT_MAX = 32,
    PATH_SIZE_MAX = 512
};

static char folder[PATH_SIZE_MAX / 2];
static char paths[PATH_COUNT_MAX][PATH_SIZE_MAX];
static int path_count;

const char *scratch_folder(void)
{
    const char *parent = getenv("TMPDIR");

    if (folder[0] != '\0')
        return folder;
    snprintf(folder, sizeof folder, "%.200s/tmlua_test_XXXXXX", parent != NULL ? parent : "/tmp");
    assert_non_null(mkdtemp(folder));
    return folder;
}

const char *scratch_path(const char *name)
{
    char *path;

    assert_true(path_count < PATH_COUNT_MAX);
    path = paths[path_count++];
    snprintf(path, PATH_SIZE_MAX, "%s/%.200s", scratch_folder(), name);
    return path;
}

const char *scratch_write(const char *name, const char *text)
{
    const char *path = scratch_path(name);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    return path;
}

void scratch_end(void)
{
    DIR *listing = folder[0] != '\0' ? opendir(folder) : NULL;
    struct dirent *entry;

    while (listing != NULL && (entry = readdir(listing)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(listing), entry->d_name, 0);
    if (listing != NULL) {
        closedir(listing);
        rmdir(folder);
    }
    folder[0] = '\0';
    path_count = 0;
}
