/*
 * A slot over plain memory, and the hand of the other side that writes raw bytes into it. The
 * memory is exactly as large as the slot, so that the sanitizer sees every step beyond it. It
 * refuses to know any message: expectations are bytes.
 */
#ifndef SUPPORT_SLOT_KIT_H
#define SUPPORT_SLOT_KIT_H

#include "transport/slot.h"

extern struct slot kit_slot;

/* Zero memory, opened as shared with a hostile process, or as trusted. Frees the memory before. */
void kit_open(size_t size);
void kit_open_trusted(size_t size);

/* Writes a message over whatever lies there, and makes it ready. */
void kit_put(uint8_t number, int32_t error_code, const void *data, size_t size);

/* The data of a message as int32 values: kit_put(4, 0, KIT_WORDS(1000)). */
#define KIT_WORDS(...)                                                                             \
    (const int32_t[]){__VA_ARGS__}, sizeof(const int32_t[])                                        \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

/* Stores the first word alone, as it is. */
void kit_put_word(uint32_t word);

/* Zeroes everything, as a side does that clears the whole buffer. */
void kit_zero(void);

bool kit_is_zero(void);

/* Asserts that the memory begins with these bytes (hex, blanks between them). */
void kit_expect_start(const char *hex);

/* The same, and that everything behind them is zero. */
void kit_expect(const char *hex);

/* Reads hex into bytes; returns their count. */
size_t kit_read_hex(const char *hex, uint8_t *bytes, size_t size);

#endif
