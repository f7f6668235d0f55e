#include "peer/message_data.h"

const uint8_t *message_data_read(struct slot *slot, const struct dialect *dialect,
                                 const char *shape, size_t likely_size, size_t *size)
{
    const uint8_t *data = slot->memory; /* any address will do for no data */
    size_t available = 0;
    if (likely_size > 0 && likely_size <= slot_capacity(slot)) {
        data = slot_peek(slot, likely_size);
        available = likely_size;
    }
    for (;;) {
        enum status status = shape_measure(dialect, shape, data, available, size);
        if (status == STATUS_OK)
            return data;
        data = status == STATUS_MORE ? slot_peek(slot, *size) : NULL;
        if (data == NULL)
            return NULL;
        available = *size;
    }
}
