/*
 * The data of a message that has arrived, read as both peers must: no further than its shape goes
 * (unless it has very many parts), because no message says how long it is, and each byte once,
 * because the other side may be rewriting it.
 */
#ifndef PEER_MESSAGE_DATA_H
#define PEER_MESSAGE_DATA_H

#include "transport/slot.h"
#include "wire/message.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Copies the data out step by step, beginning with the `likely_size` bytes that it probably has
 * (0: no idea), and returns it; it stays valid like that of slot_peek. *size is its size, which
 * may be 0; the address then means nothing. Null: a size or count in it is impossible, or it goes
 * beyond the buffer; *size says where.
 */
const uint8_t *message_data_read(struct slot *slot, const struct dialect *dialect,
                                 const char *shape, size_t likely_size, size_t *size);

#endif
