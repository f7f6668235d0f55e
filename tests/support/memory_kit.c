#include "support/memory_kit.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

char name[SLOT_NAME_SIZE_MAX];

int choose_name(void **unused)
{
    (void)unused;
    static int count;
    snprintf(name, sizeof name, "tmtest-%ld-%d", (long)getpid(), count++);
    return 0;
}

int remove_name(void **unused)
{
    (void)unused;
    shm_unlink(name);
    return 0;
}

long object_size(void)
{
    struct stat info;
    int descriptor = shm_open(name, O_RDONLY, 0);
    if (descriptor < 0)
        return -1;
    assert_int_equal(fstat(descriptor, &info), 0);
    close(descriptor);
    return (long)info.st_size;
}

void make_by_hand(size_t size)
{
    int descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(ftruncate(descriptor, (off_t)size), 0);
    if (size > 0)
        assert_int_equal(pwrite(descriptor, "dirt", 4, 0), 4);
    close(descriptor);
}

void cut_to(size_t size)
{
    int descriptor = shm_open(name, O_RDWR, 0);
    assert_int_equal(ftruncate(descriptor, (off_t)size), 0);
    close(descriptor);
}

void serve(const char *of)
{
    static struct shared_memory shared;
    if (shared_memory_create(&shared, of, OBJECT_SIZE) != STATUS_OK)
        _exit(1);
    memset(shared.memory, 0xEE, shared.size);
}

void attach(const char *of)
{
    static struct shared_memory shared;
    if (shared_memory_open(&shared, of) != STATUS_OK || !shared_memory_claim(&shared))
        _exit(1);
}
