#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "support/fake_wine.h"

#include "support/scratch.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MARK "--fake-wine"

enum {
    ARGUMENT_MARK = 1,
    ARGUMENT_READY,
    ARGUMENT_RIGHTS, /* 0: map nothing */
    ARGUMENT_OFFSET,
    ARGUMENT_FILES,
    ARGUMENT_COUNT = ARGUMENT_FILES + FAKE_FILE_COUNT_MAX
};

static bool map_file(int file, int rights, size_t offset)
{
    struct stat info;
    if (fstat(file, &info) != 0)
        return false;
    void *memory =
        mmap(NULL, (size_t)info.st_size - offset, rights, MAP_SHARED, file, (off_t)offset);
    close(file);
    return memory != MAP_FAILED;
}

bool fake_wine_main(int argc, char **argv)
{
    char byte = 0;
    if (argc <= ARGUMENT_FILES - 1 || strcmp(argv[ARGUMENT_MARK], MARK) != 0)
        return false;
    int ready = atoi(argv[ARGUMENT_READY]), rights = atoi(argv[ARGUMENT_RIGHTS]);
    for (int i = ARGUMENT_FILES; i < argc && rights != 0; i++)
        if (!map_file(atoi(argv[i]), rights, (size_t)atol(argv[ARGUMENT_OFFSET])))
            _exit(1);
    if (write(ready, &byte, 1) != 1)
        _exit(1);
    for (;;)
        pause();
    return true;
}

static int sized(int file, size_t size)
{
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, (off_t)size), 0);
    return file;
}

int fake_wine_other_file(const char *name, size_t size)
{
    return sized(open(scratch_path(name), O_RDWR | O_CREAT | O_CLOEXEC, 0600), size);
}

int fake_wine_file(size_t size)
{
    static int count;
    char name[32];
    snprintf(name, sizeof name, "tmpmap-%08x", (unsigned)count++);
    const char *path = scratch_path(name);
    int file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_int_equal(unlink(path), 0);
    return sized(file, size);
}

int fake_wine_memfd(size_t size)
{
    return sized(memfd_create("wine-mapping", MFD_CLOEXEC), size);
}

/* The path of a copy of this program under that name. */
static const char *copy_of_ourselves(const char *name)
{
    char block[65536];
    ssize_t got;
    const char *path = scratch_path(name);
    if (access(path, X_OK) == 0)
        return path;
    int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    assert_true(from >= 0 && to >= 0);
    while ((got = read(from, block, sizeof block)) > 0)
        assert_int_equal(write(to, block, (size_t)got), got);
    close(from);
    close(to);
    return path;
}

static void keep_open(int file)
{
    fcntl(file, F_SETFD, 0);
}

static void become(const struct fake_process *process, const char *path, int ready)
{
    char numbers[ARGUMENT_COUNT][24], *argv[ARGUMENT_COUNT + 1] = {NULL};
    int rights = process->is_holder ? 0 : PROT_READ | (process->is_read_only ? 0 : PROT_WRITE);
    for (int i = 0; i < ARGUMENT_FILES + process->file_count; i++)
        argv[i] = numbers[i];
    argv[0] = (char *)(process->program != NULL ? process->program : process->loader);
    argv[ARGUMENT_MARK] = (char *)MARK;
    snprintf(numbers[ARGUMENT_READY], sizeof numbers[0], "%d", ready);
    snprintf(numbers[ARGUMENT_RIGHTS], sizeof numbers[0], "%d", rights);
    snprintf(numbers[ARGUMENT_OFFSET], sizeof numbers[0], "%zu", process->mapped_offset);
    for (int i = 0; i < process->file_count; i++) {
        snprintf(numbers[ARGUMENT_FILES + i], sizeof numbers[0], "%d", process->files[i]);
        keep_open(process->files[i]);
    }
    keep_open(ready);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execv(path, argv);
    _exit(127);
}

pid_t fake_wine_start(const struct fake_process *process)
{
    int ready[2];
    char byte;
    const char *path = copy_of_ourselves(process->loader);
    assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
    pid_t pid = fork();
    if (pid == 0)
        become(process, path, ready[1]);
    close(ready[1]);
    assert_true(pid > 0);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return pid;
}

pid_t fake_wine_server(const int *files, int file_count)
{
    struct fake_process server = {.loader = "wineserver", .is_holder = true};
    server.file_count = file_count;
    memcpy(server.files, files, (size_t)file_count * sizeof *files);
    return fake_wine_start(&server);
}

pid_t fake_wine_game(const char *program, int file)
{
    struct fake_process game = {.loader = "wine64", .program = program, .files = {file}};
    game.file_count = 1;
    return fake_wine_start(&game);
}
