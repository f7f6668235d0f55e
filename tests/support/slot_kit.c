#include "support/slot_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct slot kit_slot;

static void renew(size_t size, bool trusted)
{
    free(kit_slot.memory);
    free(kit_slot.copy);
    uint8_t *memory = calloc(1, size), *copy = trusted ? NULL : malloc(size);
    if (memory == NULL || (!trusted && copy == NULL))
        abort();
    if (trusted)
        slot_open_trusted(&kit_slot, memory, size);
    else
        slot_open(&kit_slot, memory, size, copy);
}

void kit_open(size_t size)
{
    renew(size, false);
}

void kit_open_trusted(size_t size)
{
    renew(size, true);
}

void kit_put_word(uint32_t word)
{
    store_u32(kit_slot.memory, word);
}

void kit_put(uint8_t number, int32_t error_code, const void *data, size_t size)
{
    assert_true(size <= slot_capacity(&kit_slot));
    store_i32(kit_slot.memory + 4, error_code);
    if (size > 0)
        memcpy(kit_slot.memory + SLOT_HEADER_SIZE, data, size);
    kit_put_word((uint32_t)number | SLOT_READY);
}

void kit_zero(void)
{
    memset(kit_slot.memory, 0, kit_slot.size);
}

bool kit_is_zero(void)
{
    for (size_t i = 0; i < kit_slot.size; i++)
        if (kit_slot.memory[i] != 0)
            return false;
    return true;
}

size_t kit_read_hex(const char *hex, uint8_t *bytes, size_t size)
{
    size_t count = 0;
    unsigned value;
    int used;
    while (sscanf(hex, "%2x%n", &value, &used) == 1) {
        assert_true(count < size);
        bytes[count++] = (uint8_t)value;
        hex += used;
    }
    return count;
}

void kit_expect_start(const char *hex)
{
    uint8_t expected[512];
    size_t size = kit_read_hex(hex, expected, sizeof expected);
    assert_true(size <= kit_slot.size);
    assert_memory_equal(kit_slot.memory, expected, size);
}

void kit_expect(const char *hex)
{
    uint8_t expected[512];
    size_t size = kit_read_hex(hex, expected, sizeof expected);
    kit_expect_start(hex);
    for (size_t i = size; i < kit_slot.size; i++)
        if (kit_slot.memory[i] != 0)
            fail_msg("byte %zu is %02x, not zero", i, kit_slot.memory[i]);
}
