/* One message slot: what is written when, what is copied once, and what is zeroed. */
#include "support/slot_kit.h"

#include "transport/clock.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    SIZE = 4096
};

static void fill_from(size_t at)
{
    memset(kit_slot.memory + at, 0xEE, kit_slot.size - at);
}

/* The memory is zero before `at`, and EE from there on. */
static void expect_zero_up_to(size_t at)
{
    for (size_t i = 0; i < kit_slot.size; i++)
        if (kit_slot.memory[i] != (i < at ? 0 : 0xEE))
            fail_msg("byte %zu is %02x", i, kit_slot.memory[i]);
}

static void test_a_message_is_ready_only_when_it_is_published(void **unused)
{
    (void)unused;
    kit_open(SIZE);
    kit_put_word(0xFFFFFF0E);
    uint8_t *data = slot_compose(&kit_slot, 4, 7);
    assert_ptr_equal(data, kit_slot.memory + 8);
    kit_expect("04 00 00 00 07 00 00 00");
    assert_false(slot_word_ready(slot_word(&kit_slot)));
    store_i32(data, 1000);
    assert_false(slot_word_ready(slot_word(&kit_slot)));
    slot_publish(&kit_slot, 4, 4);
    kit_expect("04 FF 00 00 07 00 00 00 E8 03 00 00");
    assert_true(slot_word_ready(slot_word(&kit_slot)));
}

static void test_any_bit_of_the_second_byte_makes_ready(void **unused)
{
    (void)unused;
    for (uint32_t bit = 0; bit < 32; bit++)
        assert_int_equal(slot_word_ready(1u << bit), bit >= 8 && bit < 16);
}

static void test_a_message_may_fill_the_slot_to_its_end(void **unused)
{
    (void)unused;
    kit_open(SIZE);
    assert_int_equal(slot_capacity(&kit_slot), SIZE - 8);
    memset(slot_compose(&kit_slot, 4, 0), 0xAA, slot_capacity(&kit_slot));
    slot_publish(&kit_slot, 4, slot_capacity(&kit_slot));
    assert_non_null(slot_peek(&kit_slot, slot_capacity(&kit_slot)));
    assert_null(slot_peek(&kit_slot, slot_capacity(&kit_slot) + 1));
    assert_null(slot_peek(&kit_slot, SIZE_MAX));
    slot_clear(&kit_slot);
    assert_true(kit_is_zero());
}

static void test_what_was_read_no_longer_changes(void **unused)
{
    (void)unused;
    kit_open(SIZE);
    for (int i = 8; i < SIZE; i++)
        kit_slot.memory[i] = (uint8_t)i;
    kit_put_word(0xFF04);
    store_i32(kit_slot.memory + 4, -3);
    assert_int_equal(slot_receive(&kit_slot), -3);
    const uint8_t *data = slot_peek(&kit_slot, 4);
    assert_memory_equal(data, "\x08\x09\x0A\x0B", 4);
    fill_from(8);
    assert_memory_equal(data, "\x08\x09\x0A\x0B", 4);
    /* More of it: the first four bytes are not read again. */
    data = slot_peek(&kit_slot, 5);
    assert_memory_equal(data, "\x08\x09\x0A\x0B\xEE", 5);
    memset(kit_slot.memory + 8, 0x77, 100);
    data = slot_peek(&kit_slot, 7);
    assert_memory_equal(data, "\x08\x09\x0A\x0B\xEE\x77\x77", 7);
    data = slot_peek(&kit_slot, 2);
    assert_memory_equal(data, "\x08\x09", 2);
    assert_int_equal(slot_receive(&kit_slot), -3); /* the next message begins anew */
    assert_memory_equal(slot_peek(&kit_slot, 4), "\x77\x77\x77\x77", 4);
}

static void test_every_size_and_every_next_size_is_copied_whole(void **unused)
{
    (void)unused;
    const size_t sizes[] = {0,   1,    2,    7,    63,   64,   65,   127,  128,
                            129, 1535, 1536, 1537, 1599, 1600, 1601, 2000, SIZE - 8};
    kit_open(SIZE);
    for (int i = 8; i < SIZE; i++)
        kit_slot.memory[i] = (uint8_t)(i * 31 >> 3);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t j = i; j < sizeof sizes / sizeof sizes[0]; j++) {
            memset(kit_slot.copy, 0, kit_slot.size);
            slot_receive(&kit_slot);
            const uint8_t *data = slot_peek(&kit_slot, sizes[i]);
            assert_memory_equal(data, kit_slot.memory + 8, sizes[i]);
            assert_int_equal(data[sizes[i]], 0);
            data = slot_peek(&kit_slot, sizes[j]);
            assert_memory_equal(data, kit_slot.memory + 8, sizes[j]);
            assert_int_equal(data[sizes[j]], 0);
        }
}

static void test_a_trusted_slot_shows_its_own_memory(void **unused)
{
    (void)unused;
    kit_open_trusted(SIZE);
    kit_put(4, 0, KIT_WORDS(1000));
    slot_receive(&kit_slot);
    assert_ptr_equal(slot_peek(&kit_slot, 4), kit_slot.memory + 8);
    assert_null(slot_peek(&kit_slot, SIZE - 7));
}

static void test_clearing_zeroes_what_was_used_and_no_more(void **unused)
{
    (void)unused;
    kit_open(SIZE);
    for (size_t size = 0; size < 70; size++) {
        fill_from(0);
        slot_compose(&kit_slot, 4, 1);
        slot_publish(&kit_slot, 4, size);
        slot_clear(&kit_slot);
        expect_zero_up_to(8 + size);
        fill_from(0);
        slot_receive(&kit_slot);
        slot_peek(&kit_slot, size);
        slot_clear(&kit_slot);
        expect_zero_up_to(8 + size);
    }
}

static void test_clearing_covers_the_longest_of_all_uses_once(void **unused)
{
    (void)unused;
    kit_open(SIZE);
    fill_from(0);
    slot_compose(&kit_slot, 4, 0);
    slot_publish(&kit_slot, 4, 100);
    slot_compose(&kit_slot, 5, 0);
    slot_publish(&kit_slot, 5, 10);
    slot_receive(&kit_slot);
    slot_peek(&kit_slot, 40);
    slot_clear(&kit_slot);
    expect_zero_up_to(108);
    fill_from(0); /* and then it is forgotten */
    slot_clear(&kit_slot);
    expect_zero_up_to(8);
}

static void test_a_suspect_slot_is_zeroed_to_its_end(void **unused)
{
    (void)unused;
    kit_open(SIZE - 1);
    fill_from(0);
    slot_suspect(&kit_slot);
    slot_clear(&kit_slot);
    assert_true(kit_is_zero());
    fill_from(0);
    slot_clear(&kit_slot);
    expect_zero_up_to(8);
}

static void test_a_refused_peek_does_not_make_the_slot_used(void **unused)
{
    (void)unused;
    kit_open(SIZE);
    fill_from(0);
    slot_receive(&kit_slot);
    assert_null(slot_peek(&kit_slot, SIZE));
    slot_clear(&kit_slot);
    expect_zero_up_to(8);
}

/* Two threads: one publishes numbered messages, the other receives, checks and clears them. */
enum {
    EXCHANGE_COUNT = 200000,
    STRESS_MS = 2000
};

static struct {
    _Alignas(8) uint8_t memory[2048];
    _Atomic uint32_t torn;     /* messages that were not what was sent, or memory not zeroed */
    _Atomic uint32_t received; /* messages */
    _Atomic bool stop;
} stress;

static size_t stress_size(uint32_t number)
{
    return number % 256 == 0 ? sizeof stress.memory - SLOT_HEADER_SIZE : 8 + number * 7 % 90;
}

static uint8_t stress_byte(uint32_t number, size_t at)
{
    return (uint8_t)(number * 167 + at * 13 + 1);
}

static bool wait_for_word(struct slot *slot, bool ready)
{
    for (unsigned round = 0;
         slot_word_ready(slot_word(slot)) != ready || (!ready && slot_word(slot) != 0); round++) {
        if (stress.stop)
            return false;
        if (round < 200)
            pause_spin();
        else
            clock_yield();
    }
    return true;
}

static void *receive_all(void *unused)
{
    (void)unused;
    static uint8_t copy[sizeof stress.memory];
    struct slot slot;
    slot_open(&slot, stress.memory, sizeof stress.memory, copy);
    for (uint32_t number = 0; wait_for_word(&slot, true); number++) {
        size_t size = stress_size(number);
        bool whole = slot_receive(&slot) == (int32_t)number;
        const uint8_t *data = slot_peek(&slot, 4);
        data = slot_peek(&slot, size);
        for (size_t i = 0; i < size; i++)
            whole = whole && data[i] == stress_byte(number, i);
        stress.torn += !whole;
        slot_clear(&slot);
        stress.received++;
    }
    return NULL;
}

static void send_one(struct slot *slot, uint32_t number)
{
    size_t size = stress_size(number);
    uint8_t *data = slot_compose(slot, (uint8_t)(number % 255 + 1), (int32_t)number);
    for (size_t i = 0; i < size; i++) {
        stress.torn += data[i] != 0; /* the other side cleared it before its header */
        data[i] = stress_byte(number, i);
    }
    slot_publish(slot, (uint8_t)(number % 255 + 1), size);
}

static void test_two_threads_never_see_half_a_message(void **unused)
{
    (void)unused;
    static uint8_t copy[sizeof stress.memory];
    struct slot slot;
    pthread_t receiver;
    slot_open(&slot, stress.memory, sizeof stress.memory, copy);
    assert_int_equal(pthread_create(&receiver, NULL, receive_all, NULL), 0);
    int64_t end_ms = clock_now_ms() + STRESS_MS;
    uint32_t sent = 0;
    while (sent < EXCHANGE_COUNT && (sent % 64 != 0 || clock_now_ms() < end_ms)) {
        send_one(&slot, sent++);
        wait_for_word(&slot, false);
    }
    /* The header is zeroed before the receiver counts. */
    while (stress.received < sent)
        clock_yield();
    stress.stop = true;
    pthread_join(receiver, NULL);
    assert_true(sent > 0);
    assert_int_equal(stress.torn, 0);
    assert_int_equal(stress.received, sent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_is_ready_only_when_it_is_published),
        cmocka_unit_test(test_any_bit_of_the_second_byte_makes_ready),
        cmocka_unit_test(test_a_message_may_fill_the_slot_to_its_end),
        cmocka_unit_test(test_what_was_read_no_longer_changes),
        cmocka_unit_test(test_every_size_and_every_next_size_is_copied_whole),
        cmocka_unit_test(test_a_trusted_slot_shows_its_own_memory),
        cmocka_unit_test(test_clearing_zeroes_what_was_used_and_no_more),
        cmocka_unit_test(test_clearing_covers_the_longest_of_all_uses_once),
        cmocka_unit_test(test_a_suspect_slot_is_zeroed_to_its_end),
        cmocka_unit_test(test_a_refused_peek_does_not_make_the_slot_used),
        cmocka_unit_test(test_two_threads_never_see_half_a_message),
    };
    return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
