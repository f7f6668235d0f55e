/*
 * The place in the conformance table that a test has come to, so that a complaint can name it,
 * and what stands there in the words of the programs under test.
 */
#ifndef TEST_SUPPORT_CONFORMANCE_CELL_H
#define TEST_SUPPORT_CONFORMANCE_CELL_H

#include "support/conformance.h"
#include "support/slot_kit.h"
#include "wire/message.h"

struct conformance_cell {
    enum raw_dialect dialect;
    unsigned number; /* of the message */
    int state;
    long variant; /* a size, a code, a count */
};

extern struct conformance_cell cell;

#define FOR_EVERY_DIALECT                                                                          \
    for (cell = (struct conformance_cell){0}; cell.dialect < RAW_DIALECT_COUNT; cell.dialect++)

/* Fails naming the cell. cmocka's own assertions would name a line, which all cells share. */
#define EXPECT(truth)                                                                              \
    do {                                                                                           \
        if (!(truth))                                                                              \
            conformance_complain(#truth, __LINE__);                                                \
    } while (0)

void conformance_complain(const char *truth, int line);

/* The dialect of the cell, a message in it, and that message's number. */
const struct dialect *cell_dialect(void);
enum message cell_message(enum raw_message raw);
uint8_t cell_number(enum raw_message raw);

/*
 * The row of a number and its bytes, or for a stranger 32 bytes of anything behind a header. Fails
 * where the table has a hole.
 */
const struct conformance_row *cell_row(unsigned number, struct conformance_bytes *bytes);

/* Writes a message into the slot as the other side does. What does not fit is cut. */
void cell_write(const struct conformance_bytes *bytes);

/* The slot holds the message and nothing else. */
bool cell_is(const struct conformance_bytes *bytes);

#endif
