/*
 * Processes that look as Wine's do from outside, without Wine: copies of the test's own program
 * under the names of a loader and of a wineserver, one of which maps unnamed files that the other
 * holds open. They do nothing else, and die with the test. Whatever cannot be made fails the test.
 */
#ifndef TEST_SUPPORT_FAKE_WINE_H
#define TEST_SUPPORT_FAKE_WINE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
    FAKE_FILE_COUNT_MAX = 4
};

struct fake_process {
    const char *loader;  /* name of the program file: "wine64", "wineserver" */
    const char *program; /* argv[0]: "C:\\games\\TmForever.exe"; null: the loader */
    int files[FAKE_FILE_COUNT_MAX];
    int file_count;
    bool is_holder;       /* holds the files open and maps none */
    bool is_read_only;    /* maps them for reading */
    size_t mapped_offset; /* bytes at the start that it does not map */
};

/* The first thing in main: true in such a process, when it has been ended. */
bool fake_wine_main(int argc, char **argv);

/* Zeros that have lost their name: a temporary file of Wine's, a memfd, or a file of that name. */
int fake_wine_file(size_t size);
int fake_wine_memfd(size_t size);
int fake_wine_other_file(const char *name, size_t size);

/* Starts it; it has mapped what it is to map. To be ended with child_kill. */
pid_t fake_wine_start(const struct fake_process *process);

/* The usual ones: a wineserver that holds the files, and a game in wine64 that maps one. */
pid_t fake_wine_server(const int *files, int file_count);
pid_t fake_wine_game(const char *program, int file);

#endif
