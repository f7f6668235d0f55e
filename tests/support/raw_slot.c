#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "support/raw_slot.h"

#include "support/deadline.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static void object_name(char *buffer, size_t capacity, const char *name, const char *suffix)
{
    snprintf(buffer, capacity, "/%s%s", name, suffix);
}

static bool map_object(struct raw_slot *slot, int fd, const char *name, size_t size)
{
    void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (bytes == MAP_FAILED)
        return false;
    snprintf(slot->name, sizeof slot->name, "%s", name);
    slot->bytes = bytes;
    slot->size = size;
    return true;
}

/* POSIX cannot link a shared memory object; on Linux it is a file of /dev/shm. */
static bool give_final_name(const char *unfinished, const char *name)
{
    char from[96], to[96];

    snprintf(from, sizeof from, "/dev/shm%s", unfinished);
    snprintf(to, sizeof to, "/dev/shm/%s", name);
    return link(from, to) == 0;
}

bool raw_slot_create(struct raw_slot *slot, const char *name, size_t size)
{
    char unfinished[80];
    bool created;
    int fd;

    memset(slot, 0, sizeof *slot);
    object_name(unfinished, sizeof unfinished, name, ".unfinished");
    fd = shm_open(unfinished, O_CREAT | O_EXCL | O_RDWR, 0600);
    if (fd < 0)
        return false;
    created = ftruncate(fd, (off_t)size) == 0 && give_final_name(unfinished, name) &&
              map_object(slot, fd, name, size);
    close(fd);
    shm_unlink(unfinished);
    return created;
}

bool raw_slot_open(struct raw_slot *slot, const char *name)
{
    char path[80];
    struct stat status;
    bool opened = false;
    int fd;

    memset(slot, 0, sizeof *slot);
    object_name(path, sizeof path, name, "");
    fd = shm_open(path, O_RDWR, 0);
    if (fd < 0)
        return false;
    if (fstat(fd, &status) == 0 && status.st_size >= RAW_SLOT_HEADER)
        opened = map_object(slot, fd, name, (size_t)status.st_size);
    close(fd);
    return opened;
}

bool raw_slot_open_wait(struct raw_slot *slot, const char *name, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    unsigned round = 0;

    while (!raw_slot_open(slot, name)) {
        if (deadline_passed(deadline))
            return false;
        deadline_poll_pause(&round);
    }
    return true;
}

void raw_slot_close(struct raw_slot *slot)
{
    if (slot->bytes != NULL)
        munmap(slot->bytes, slot->size);
    slot->bytes = NULL;
}

void raw_slot_unlink(const char *name)
{
    char path[80];

    object_name(path, sizeof path, name, "");
    shm_unlink(path);
}

long raw_slot_visible_size(const char *name)
{
    char path[80];
    struct stat status;
    long size = -1;
    int fd;

    object_name(path, sizeof path, name, "");
    fd = shm_open(path, O_RDONLY, 0);
    if (fd < 0)
        return -1;
    if (fstat(fd, &status) == 0)
        size = (long)status.st_size;
    close(fd);
    return size;
}

uint32_t raw_slot_word(const struct raw_slot *slot)
{
    return __atomic_load_n((const uint32_t *)(const void *)slot->bytes, __ATOMIC_ACQUIRE);
}

bool raw_slot_wait_word_not(const struct raw_slot *slot, uint32_t word, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    unsigned round = 0;

    while (raw_slot_word(slot) == word) {
        if (deadline_passed(deadline))
            return false;
        deadline_poll_pause(&round);
    }
    return true;
}

bool raw_slot_wait_word(const struct raw_slot *slot, uint32_t word, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    unsigned round = 0;

    while (raw_slot_word(slot) != word) {
        if (deadline_passed(deadline))
            return false;
        deadline_poll_pause(&round);
    }
    return true;
}

int32_t raw_slot_get(const struct raw_slot *slot, size_t offset)
{
    int32_t value;

    memcpy(&value, slot->bytes + offset, sizeof value);
    return value;
}

void raw_slot_put(struct raw_slot *slot, size_t offset, int32_t value)
{
    memcpy(slot->bytes + offset, &value, sizeof value);
}

void raw_slot_put_bytes(struct raw_slot *slot, size_t offset, const void *bytes, size_t size)
{
    if (offset > slot->size)
        return;
    if (size > slot->size - offset)
        size = slot->size - offset;
    if (size > 0)
        memcpy(slot->bytes + offset, bytes, size);
}

static void store_word(struct raw_slot *slot, uint32_t word)
{
    __atomic_store_n((uint32_t *)(void *)slot->bytes, word, __ATOMIC_RELEASE);
}

void raw_slot_publish(struct raw_slot *slot, uint8_t type, int32_t code, const void *data,
                      size_t size)
{
    store_word(slot, type);
    raw_slot_put(slot, 4, code);
    raw_slot_put_bytes(slot, RAW_SLOT_HEADER, data, size);
    __atomic_store_n(slot->bytes + 1, RAW_SLOT_READY, __ATOMIC_RELEASE);
}

void raw_slot_clear_forward(struct raw_slot *slot)
{
    volatile unsigned char *bytes = slot->bytes;
    size_t i;

    store_word(slot, 0);
    for (i = 4; i < slot->size; i++)
        bytes[i] = 0;
}

void raw_slot_clear_header_last(struct raw_slot *slot)
{
    memset(slot->bytes + RAW_SLOT_HEADER, 0, slot->size - RAW_SLOT_HEADER);
    raw_slot_put(slot, 4, 0);
    store_word(slot, 0);
}

size_t raw_slot_first_nonzero(const struct raw_slot *slot, size_t from)
{
    const volatile unsigned char *bytes = slot->bytes;

    while (from < slot->size && bytes[from] == 0)
        from++;
    return from;
}

bool raw_slot_is_zero(const struct raw_slot *slot)
{
    return raw_slot_first_nonzero(slot, 0) == slot->size;
}

bool raw_slot_wait_zero(const struct raw_slot *slot, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    unsigned round = 0;

    while (!raw_slot_is_zero(slot)) {
        if (deadline_passed(deadline))
            return false;
        deadline_poll_pause(&round);
    }
    return true;
}

const char *raw_slot_hex(const unsigned char *bytes, size_t count)
{
    static _Thread_local char text[3 * 96 + 1];
    size_t i;

    text[0] = '\0';
    for (i = 0; i < count && i < 96; i++)
        snprintf(text + 3 * i, 4, "%02X ", bytes[i]);
    return text;
}

const char *raw_slot_dump(const struct raw_slot *slot, size_t count)
{
    return raw_slot_hex(slot->bytes, count < slot->size ? count : slot->size);
}
