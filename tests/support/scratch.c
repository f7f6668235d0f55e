#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "support/scratch.h"

#include <ftw.h>
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

static int remove_one(const char *path, const struct stat *unused, int type, struct FTW *place)
{
    (void)unused;
    (void)type;
    (void)place;
    remove(path);
    return 0;
}

void scratch_end(void)
{
    if (folder[0] != '\0')
        nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    folder[0] = '\0';
    path_count = 0;
}
