/*
 * The input of a fuzz target as a stream of small values: what the target does next, and with what.
 * At its end come zeros, and `fuzz_more` says so. Every target is one function, which libFuzzer
 * calls with what it makes up, and replay.c with what was kept.
 */
#ifndef FUZZ_FUZZ_INPUT_H
#define FUZZ_FUZZ_INPUT_H

#include "base/bytes.h"

#include <stdlib.h>

/* What a target finds wrong ends the program. */
#undef NDEBUG
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz_input {
    const uint8_t *bytes;
    size_t size;
    size_t at;
};

static inline bool fuzz_more(const struct fuzz_input *input)
{
    return input->at < input->size;
}

/* So many bytes, or as many as are left: *taken says how many. */
static inline const uint8_t *fuzz_take(struct fuzz_input *input, size_t wanted, size_t *taken)
{
    const uint8_t *at = input->bytes + input->at;
    *taken = wanted < input->size - input->at ? wanted : input->size - input->at;
    input->at += *taken;
    return at;
}

static inline uint8_t fuzz_byte(struct fuzz_input *input)
{
    return fuzz_more(input) ? input->bytes[input->at++] : 0;
}

/* 0 .. count - 1 */
static inline unsigned fuzz_choice(struct fuzz_input *input, unsigned count)
{
    return fuzz_byte(input) % count;
}

static inline unsigned fuzz_u16(struct fuzz_input *input)
{
    unsigned low = fuzz_byte(input);
    return low | (unsigned)fuzz_byte(input) << 8;
}

static inline uint32_t fuzz_u32(struct fuzz_input *input)
{
    uint32_t low = fuzz_u16(input);
    return low | (uint32_t)fuzz_u16(input) << 16;
}

/*
 * Writes over parts of a buffer: a count, and for each part its place and its bytes. A state of 8
 * thousand bytes is so reached in a few.
 */
static inline void fuzz_patch(struct fuzz_input *input, uint8_t *bytes, size_t size)
{
    for (unsigned left = fuzz_choice(input, 16); left > 0 && fuzz_more(input); left--) {
        size_t place = fuzz_u16(input), wanted = fuzz_choice(input, 16) + 1u, taken;
        const uint8_t *part = fuzz_take(input, wanted, &taken);
        if (place < size && taken > 0)
            memcpy(bytes + place, part, taken < size - place ? taken : size - place);
    }
}

/* Memory of just that size, so that the sanitizer sees every step beyond it. */
static inline void *fuzz_memory(size_t size)
{
    void *memory = calloc(1, size);
    if (memory == NULL)
        abort();
    return memory;
}

/* Reads every byte, so that the sanitizer sees those that are not there. */
static inline void fuzz_touch(const uint8_t *bytes, size_t size)
{
    static volatile uint8_t sum;
    for (size_t i = 0; i < size; i++)
        sum = (uint8_t)(sum + bytes[i]);
}

#endif
