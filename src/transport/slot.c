#include "transport/slot.h"

#include <assert.h>
#include <string.h>

void slot_open(struct slot *slot, uint8_t *memory, size_t size, uint8_t *copy)
{
    assert(size > SLOT_HEADER_SIZE && ((uintptr_t)memory & 7) == 0);
    *slot = (struct slot){.memory = memory, .size = size, .copy = copy};
}

void slot_open_trusted(struct slot *slot, uint8_t *memory, size_t size)
{
    slot_open(slot, memory, size, NULL);
}

static void mark_used(struct slot *slot, size_t data_size)
{
    if (slot->used < SLOT_HEADER_SIZE + data_size)
        slot->used = SLOT_HEADER_SIZE + data_size;
}

uint8_t *slot_compose(struct slot *slot, uint8_t number, int32_t error_code)
{
    mark_used(slot, 0);
    atomic_store_explicit(slot_header(slot), number, memory_order_relaxed);
    store_i32(slot->memory + 4, error_code);
    return slot->memory + SLOT_HEADER_SIZE;
}

void slot_publish(struct slot *slot, uint8_t number, size_t data_size)
{
    assert(data_size <= slot_capacity(slot));
    mark_used(slot, data_size);
    atomic_store_explicit(slot_header(slot), (uint32_t)number | SLOT_READY, memory_order_release);
}

int32_t slot_receive(struct slot *slot)
{
    mark_used(slot, 0);
    slot->copied = 0;
    return load_i32(slot->memory + 4);
}

/*
 * Copies out of the shared memory. Whoever reads a message clears it next, so the cache lines are
 * asked for with the right to write: each then crosses between the processors once, not twice.
 */
#if defined(__x86_64__)
__attribute__((target("prfchw"))) /* processors without that instruction pass over it */
#endif
static void
copy_out(uint8_t *target, const uint8_t *source, size_t size)
{
    enum {
        LINE_SIZE = 64,
        AHEAD = 24 * LINE_SIZE
    };
    size_t at = 0;
    for (; at < size && at < AHEAD; at += LINE_SIZE)
        __builtin_prefetch(source + at, 1);
    for (at = 0; at + AHEAD < size; at += LINE_SIZE) {
        __builtin_prefetch(source + at + AHEAD, 1);
        memcpy(target + at, source + at, LINE_SIZE);
    }
    memcpy(target + at, source + at, size - at);
}

const uint8_t *slot_peek(struct slot *slot, size_t size)
{
    if (size > slot_capacity(slot))
        return NULL;
    mark_used(slot, size);
    const uint8_t *data = slot->memory + SLOT_HEADER_SIZE;
    if (slot->copy == NULL)
        return data;
    if (size > slot->copied) {
        copy_out(slot->copy + slot->copied, data + slot->copied, size - slot->copied);
        slot->copied = size;
    }
    return slot->copy;
}

void slot_suspect(struct slot *slot)
{
    slot->used = slot->size;
}

void slot_clear(struct slot *slot)
{
    if (slot->used > SLOT_HEADER_SIZE)
        memset(slot->memory + SLOT_HEADER_SIZE, 0, slot->used - SLOT_HEADER_SIZE);
    atomic_store_explicit((_Atomic uint64_t *)(void *)slot->memory, 0, memory_order_release);
    slot->used = 0;
}
