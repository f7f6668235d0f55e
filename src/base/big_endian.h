/*
 * Big-endian int32, the one number of the framed protocol of engines. All other wires are
 * little-endian: see base/bytes.h, whose reader and writer this adds to.
 */
#ifndef BASE_BIG_ENDIAN_H
#define BASE_BIG_ENDIAN_H

#include "base/bytes.h"

/* At an address that is known to be inside a buffer. */
static inline int32_t load_be_i32(const uint8_t *at)
{
    return (int32_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]);
}

static inline void store_be_i32(uint8_t *at, int32_t value)
{
    uint32_t word = (uint32_t)value;
    at[0] = (uint8_t)(word >> 24);
    at[1] = (uint8_t)(word >> 16);
    at[2] = (uint8_t)(word >> 8);
    at[3] = (uint8_t)word;
}

static inline int32_t bytes_take_be_i32(struct bytes_reader *reader)
{
    const uint8_t *at = bytes_take(reader, sizeof(int32_t));
    return at != NULL ? load_be_i32(at) : 0;
}

static inline void bytes_put_be_i32(struct bytes_writer *writer, int32_t value)
{
    uint8_t *at = bytes_room(writer, sizeof value);
    if (at != NULL)
        store_be_i32(at, value);
}

#endif
