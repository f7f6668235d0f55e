/*
 * The mapping itself, as bytes (fact sheet, sections 1 and 2): a POSIX shared memory object that
 * test opponents create, open, poll and look at. It refuses to know what a message means, and
 * shares no code with the programs under test.
 */
#ifndef TEST_SUPPORT_RAW_SLOT_H
#define TEST_SUPPORT_RAW_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RAW_SLOT_SIZE = 65535, /* section 1, v1 since 1.1.0; a view must not touch byte 65535 */
    RAW_SLOT_HEADER = 8,   /* type word and error code; data begins here */
    RAW_SLOT_READY = 0xFF  /* section 2, byte 1 */
};

struct raw_slot {
    char name[64];        /* without the slash */
    unsigned char *bytes; /* NULL when closed */
    size_t size;
};

/*
 * Creates the object whole: sized under another name, then linked (section 16, item 8). False
 * when the name is taken. The object outlives the slot until raw_slot_unlink.
 */
bool raw_slot_create(struct raw_slot *slot, const char *name, size_t size);

/* Opens an existing object; an object of size 0 is "not there yet". */
bool raw_slot_open(struct raw_slot *slot, const char *name);
bool raw_slot_open_wait(struct raw_slot *slot, const char *name, int budget_ms);

/* Unmaps; safe to call twice and on a zeroed slot. */
void raw_slot_close(struct raw_slot *slot);
void raw_slot_unlink(const char *name);

/* The object's size in bytes as a newcomer would see it, or -1 when there is none. */
long raw_slot_visible_size(const char *name);

/* First word, acquire: what follows it in the region was written before its ready byte. */
uint32_t raw_slot_word(const struct raw_slot *slot);
bool raw_slot_wait_word_not(const struct raw_slot *slot, uint32_t word, int budget_ms);
bool raw_slot_wait_word(const struct raw_slot *slot, uint32_t word, int budget_ms);

int32_t raw_slot_get(const struct raw_slot *slot, size_t offset);
void raw_slot_put(struct raw_slot *slot, size_t offset, int32_t value);
void raw_slot_put_bytes(struct raw_slot *slot, size_t offset, const void *bytes, size_t size);

/*
 * Writes a message in the order of section 2: type word (ready 0), error code, data, and last
 * the ready byte. Data that would run past the mapping is cut there.
 */
void raw_slot_publish(struct raw_slot *slot, uint8_t type, int32_t code, const void *data,
                      size_t size);

/* As the Python client clears: the whole region, front to back (section 3). */
void raw_slot_clear_forward(struct raw_slot *slot);

/* As section 3 advises: bytes 8..end first, the header last. */
void raw_slot_clear_header_last(struct raw_slot *slot);

/* Offset of the first non-zero byte at or after `from`; the slot's size when all are zero. */
size_t raw_slot_first_nonzero(const struct raw_slot *slot, size_t from);
bool raw_slot_is_zero(const struct raw_slot *slot);
bool raw_slot_wait_zero(const struct raw_slot *slot, int budget_ms);

/* Hex of the first bytes into a static buffer, for failure messages. */
const char *raw_slot_dump(const struct raw_slot *slot, size_t count);
const char *raw_slot_hex(const unsigned char *bytes, size_t count);

#endif
