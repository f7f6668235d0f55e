/*
 * Little-endian reader and writer over a buffer the caller owns. Neither ever touches a byte
 * outside it: a reader past the end returns zeros and remembers that it failed, a writer past
 * the end drops the value and remembers. Check `failed` once, at the end.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The wire is little-endian and the state blob is used in place (fact sheet, head). */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tmlua runs on little-endian machines only"
#endif

struct bytes_reader {
    const uint8_t *bytes;
    size_t size;
    size_t position;
    bool failed;
};

struct bytes_writer {
    uint8_t *bytes;
    size_t size;
    size_t position;
    bool failed;
};

static inline struct bytes_reader bytes_reader(const void *bytes, size_t size)
{
    return (struct bytes_reader){.bytes = bytes, .size = size};
}

static inline struct bytes_writer bytes_writer(void *bytes, size_t size)
{
    return (struct bytes_writer){.bytes = bytes, .size = size};
}

/* The next `size` bytes, or null (and failed) when fewer are left. */
static inline const uint8_t *bytes_take(struct bytes_reader *reader, size_t size)
{
    if (reader->failed || size > reader->size - reader->position) {
        reader->failed = true;
        return NULL;
    }
    const uint8_t *at = reader->bytes + reader->position;
    reader->position += size;
    return at;
}

/* Room for `size` bytes, or null (and failed) when the buffer is too small. */
static inline uint8_t *bytes_room(struct bytes_writer *writer, size_t size)
{
    if (writer->failed || size > writer->size - writer->position) {
        writer->failed = true;
        return NULL;
    }
    uint8_t *at = writer->bytes + writer->position;
    writer->position += size;
    return at;
}

static inline void bytes_put(struct bytes_writer *writer, const void *source, size_t size)
{
    uint8_t *at = bytes_room(writer, size);
    if (at != NULL && size > 0)
        memcpy(at, source, size);
}

/* Plain loads and stores at an address that is known to be inside a buffer. */
#define BYTES_ACCESS(suffix, type)                                                                 \
    static inline type load_##suffix(const uint8_t *at)                                            \
    {                                                                                              \
        type value;                                                                                \
        memcpy(&value, at, sizeof value);                                                          \
        return value;                                                                              \
    }                                                                                              \
    static inline void store_##suffix(uint8_t *at, type value)                                     \
    {                                                                                              \
        memcpy(at, &value, sizeof value);                                                          \
    }                                                                                              \
    static inline type bytes_take_##suffix(struct bytes_reader *reader)                            \
    {                                                                                              \
        const uint8_t *at = bytes_take(reader, sizeof(type));                                      \
        return at != NULL ? load_##suffix(at) : (type)0;                                           \
    }                                                                                              \
    static inline void bytes_put_##suffix(struct bytes_writer *writer, type value)                 \
    {                                                                                              \
        bytes_put(writer, &value, sizeof value);                                                   \
    }

BYTES_ACCESS(i32, int32_t)
BYTES_ACCESS(u32, uint32_t)
BYTES_ACCESS(f32, float)
BYTES_ACCESS(f64, double)

#undef BYTES_ACCESS

#endif
