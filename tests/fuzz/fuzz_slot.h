/* A slot between a peer and a fuzzed other side, and what that side can do to it. */
#ifndef FUZZ_FUZZ_SLOT_H
#define FUZZ_FUZZ_SLOT_H

#include "fuzz/fuzz_input.h"
#include "transport/slot.h"
#include "wire/message.h"

static inline const struct dialect *fuzz_dialect(struct fuzz_input *input)
{
    unsigned count = 0;
    while (dialects[count] != NULL)
        count++;
    return dialects[fuzz_choice(input, count)];
}

/* Small, odd, as large as the dialect's. */
static inline size_t fuzz_slot_size(struct fuzz_input *input, const struct dialect *dialect)
{
    const size_t sizes[] = {dialect->slot_size, 256, 4096, 8400, 259};
    return sizes[fuzz_choice(input, sizeof sizes / sizeof sizes[0])];
}

static inline void fuzz_slot_open(struct slot *slot, size_t size)
{
    slot_open(slot, fuzz_memory(size), size, fuzz_memory(size));
}

static inline void fuzz_slot_free(struct slot *slot)
{
    free(slot->memory);
    free(slot->copy);
}

static inline void fuzz_put_word(struct slot *slot, uint32_t word)
{
    store_u32(slot->memory, word);
}

static inline void fuzz_put_bytes(struct slot *slot, size_t place, const uint8_t *bytes,
                                  size_t size)
{
    if (place < slot->size && size > 0)
        memcpy(slot->memory + place, bytes, size < slot->size - place ? size : slot->size - place);
}

/* A message: its number, its error code, its data; ready. */
static inline void fuzz_put_message(struct fuzz_input *input, struct slot *slot, uint8_t number)
{
    size_t taken;
    store_i32(slot->memory + 4, (int8_t)fuzz_byte(input));
    const uint8_t *data = fuzz_take(input, fuzz_u16(input) % 1024, &taken);
    fuzz_put_bytes(slot, SLOT_HEADER_SIZE, data, taken);
    fuzz_put_word(slot, number | (uint32_t)SLOT_READY);
}

/* The other side does one thing to the memory that is no message, or no whole one. */
static inline void fuzz_disturb(struct fuzz_input *input, struct slot *slot)
{
    switch (fuzz_choice(input, 4)) {
    case 0:
        memset(slot->memory, 0, slot->size);
        return;
    case 1:
        memset(slot->memory + SLOT_HEADER_SIZE, fuzz_byte(input), slot->size - SLOT_HEADER_SIZE);
        return;
    case 2:
        fuzz_put_word(slot, fuzz_u32(input));
        return;
    default:
        fuzz_patch(input, slot->memory, slot->size);
    }
}

#endif
