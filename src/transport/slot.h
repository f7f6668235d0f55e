/*
 * One message slot: the memory that a game and its client share, whoever mapped it. This file
 * knows where the ready byte is, in which order bytes may be published and cleared, and how to
 * read from a writer that may be hostile; it knows no message numbers.
 *
 * Layout (fact sheet "TMInterface mapped-memory protocol", section 2): a 32-bit word whose low
 * byte is the message number and whose second byte is 0xFF once the message may be read; an
 * int32 error code; the data.
 *
 * Order: a writer stores the data first and the ready byte last, with release; a reader loads
 * the word with acquire. Clearing goes the other way round: data to zero first, the eight header
 * bytes last, with release, because a zero header tells the other side that it may write.
 */
#ifndef TRANSPORT_SLOT_H
#define TRANSPORT_SLOT_H

#include "base/bytes.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SLOT_HEADER_SIZE = 8,
    SLOT_READY = 0xFF00,
    SLOT_NUMBER_MASK = 0xFF
};

struct slot {
    uint8_t *memory; /* the shared bytes, aligned to 8 */
    size_t size;     /* of memory, header included */
    uint8_t *copy;   /* stable copy of received data, `size` bytes; null: the memory is trusted */
    size_t copied;   /* data bytes of the current message that are in `copy` */
    size_t used;     /* bytes from the start that may be other than zero */
    /*
     * In one process the other end runs when this end waits: returns true when it moved.
     * Null across processes.
     */
    bool (*run_other_end)(void *context);
    void *context;
};

/*
 * A slot over memory that another process can write at any time. `copy` has room for `size`
 * bytes and, like the memory, stays the caller's.
 */
void slot_open(struct slot *slot, uint8_t *memory, size_t size, uint8_t *copy);

/* A slot over memory that only this process writes, between turns: nothing is copied. */
void slot_open_trusted(struct slot *slot, uint8_t *memory, size_t size);

/* Bytes of data that fit in a message. */
static inline size_t slot_capacity(const struct slot *slot)
{
    return slot->size - SLOT_HEADER_SIZE;
}

static inline _Atomic uint32_t *slot_header(const struct slot *slot)
{
    return (_Atomic uint32_t *)(void *)slot->memory;
}

/* The first word, with acquire: what was written before it was made ready may now be read. */
static inline uint32_t slot_word(const struct slot *slot)
{
    return atomic_load_explicit(slot_header(slot), memory_order_acquire);
}

static inline bool slot_word_ready(uint32_t word)
{
    return (word & SLOT_READY) != 0;
}

/*
 * Starts a message: the number becomes visible without the ready byte. Returns the place for
 * `slot_capacity` bytes of data.
 */
uint8_t *slot_compose(struct slot *slot, uint8_t number, int32_t error_code);

/* Makes the composed message readable; `data_size` bytes of data were written. */
void slot_publish(struct slot *slot, uint8_t number, size_t data_size);

/* The error code of the message that is ready; starts reading it from its beginning. */
int32_t slot_receive(struct slot *slot);

/*
 * The first `size` bytes of the received data, which no longer change. Each byte is copied out
 * of the shared memory once. Valid until the next slot_receive. Null: more than the capacity.
 */
const uint8_t *slot_peek(struct slot *slot, size_t size);

/* Says that the other side may have written anywhere: the next clear zeroes the whole memory. */
void slot_suspect(struct slot *slot);

/* Zeroes all that was used since the last clear, header last. */
void slot_clear(struct slot *slot);

#endif
