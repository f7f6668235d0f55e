/* Folders are listed with what they are, and made for a file where they are missing. */
#include "transport/folders.h"

#include "support/scratch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    PATH_SIZE = 4096
};

struct list {
    int file_count, folder_count;
    bool has_link;
};

static void take(void *owner, const char *name, bool is_folder)
{
    struct list *list = owner;

    list->file_count += !is_folder;
    list->folder_count += is_folder;
    list->has_link = list->has_link || (strcmp(name, "link") == 0 && is_folder);
}

static int end(void **state)
{
    (void)state;
    scratch_end();
    return 0;
}

static void test_missing_folders_are_made_for_their_owner_alone(void **state)
{
    char path[PATH_SIZE];
    struct stat found;

    (void)state;
    snprintf(path, sizeof path, "%.2000s/a/b c/history", scratch_folder());
    folder_make_for(path);
    folder_make_for(path);
    *strrchr(path, '/') = '\0';
    assert_int_equal(stat(path, &found), 0);
    assert_int_equal(found.st_mode & 0777, 0700);
    strcat(path, "/history");
    assert_int_equal(stat(path, &found), -1);
    snprintf(path, sizeof path, "%.2000s/a/b c", scratch_folder());
    rmdir(path);
    *strrchr(path, '/') = '\0';
    rmdir(path);
}

static void test_a_list_tells_files_from_folders(void **state)
{
    struct list list = {0};
    const char *link_path = scratch_path("link");

    (void)state;
    scratch_write("one", "1");
    scratch_write("two", "2");
    assert_int_equal(symlink("/", link_path), 0);
    assert_true(folder_list(scratch_folder(), take, &list));
    assert_int_equal(list.file_count, 2);
    assert_int_equal(list.folder_count, 1);
    assert_true(list.has_link);
    assert_false(folder_list(scratch_path("none"), take, &list));
    assert_false(folder_list(scratch_path("one"), take, &list));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_missing_folders_are_made_for_their_owner_alone, end),
        cmocka_unit_test_teardown(test_a_list_tells_files_from_folders, end),
    };

    return cmocka_run_group_tests_name("folders", tests, NULL, NULL);
}
