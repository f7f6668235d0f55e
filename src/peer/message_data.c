#include "peer/message_data.h"

/*
 * A message of few parts is copied no further than it goes. One of very many, which nobody sends
 * but to hurt, would be measured from its beginning once for each of them, in a time that grows
 * with their square: there the copy doubles instead.
 */
enum {
    EXACT_ROUND_COUNT = 16
};

static size_t next_size(size_t needed, size_t available, size_t capacity, unsigned round)
{
    if (round < EXACT_ROUND_COUNT || needed > capacity)
        return needed;
    size_t doubled = available < capacity / 2 ? 2 * available : capacity;
    return needed > doubled ? needed : doubled;
}

const uint8_t *message_data_read(struct slot *slot, const struct dialect *dialect,
                                 const char *shape, size_t likely_size, size_t *size)
{
    const uint8_t *data = slot->memory; /* any address will do for no data */
    size_t available = 0;
    if (likely_size > 0 && likely_size <= slot_capacity(slot)) {
        data = slot_peek(slot, likely_size);
        available = likely_size;
    }
    for (unsigned round = 0;; round++) {
        enum status status = shape_measure(dialect, shape, data, available, size);
        if (status == STATUS_OK)
            return data;
        if (status != STATUS_MORE)
            return NULL;
        available = next_size(*size, available, slot_capacity(slot), round);
        data = slot_peek(slot, available);
        if (data == NULL)
            return NULL;
    }
}
