#include "support/conformance_cell.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

struct conformance_cell cell;

void conformance_complain(const char *truth, int line)
{
    fail_msg("line %d: %s, message %u (%s) in state %d, variant %ld: not so: %s", line,
             raw_dialect_name(cell.dialect), cell.number,
             raw_message_name(raw_message_of(cell.dialect, (uint8_t)cell.number)), cell.state,
             cell.variant, truth);
}

const struct dialect *cell_dialect(void)
{
    return dialect_find(raw_dialect_name(cell.dialect));
}

enum message cell_message(enum raw_message raw)
{
    for (enum message named = 1; named < MESSAGE_COUNT; named++)
        if (strcmp(message_describe(named)->name, raw_message_name(raw)) == 0)
            return named;
    EXPECT(!"a message of that name");
    return MESSAGE_UNKNOWN;
}

uint8_t cell_number(enum raw_message raw)
{
    return raw_number(cell.dialect, raw);
}

const struct conformance_row *cell_row(unsigned number, struct conformance_bytes *bytes)
{
    const struct conformance_row *row = conformance_find(cell.dialect, number);
    cell.number = number;
    EXPECT(row != NULL && row->server != NULL && row->client != NULL);
    EXPECT(strlen(row->server) == SERVER_STATE_COUNT && strlen(row->client) == CLIENT_STATE_COUNT);
    if (!conformance_read(&row->bytes, cell.dialect, bytes)) {
        EXPECT(row->message == RAW_UNKNOWN);
        *bytes = (struct conformance_bytes){.bytes = {(uint8_t)number, 0xFF}, .size = 40};
        memset(bytes->bytes + 8, 0xEE, 32);
    }
    EXPECT(bytes->bytes[0] == number);
    return row;
}

void cell_write(const struct conformance_bytes *bytes)
{
    size_t size = bytes->size < kit_slot.size ? bytes->size : kit_slot.size;
    memcpy(kit_slot.memory + 4, bytes->bytes + 4, size - 4);
    kit_put_word(load_u32(bytes->bytes));
}

bool cell_is(const struct conformance_bytes *bytes)
{
    bool is = memcmp(kit_slot.memory, bytes->bytes, bytes->size) == 0;
    for (size_t i = bytes->size; i < kit_slot.size; i++)
        is = is && kit_slot.memory[i] == 0;
    return is;
}
