/* The event buffer of a simulation: its order, whatever order it is filled in. */
#include "sim/event_tape.h"

#include "base/bytes.h"
#include "support/random_race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct event_tape tape;
static struct input_event scratch[EVENT_TAPE_COUNT_MAX + 1];
static struct input_event given[EVENT_TAPE_COUNT_MAX + 1];
static uint8_t bytes[8 * (EVENT_TAPE_COUNT_MAX + 1)];

static struct input_event event(int32_t time, unsigned name, int32_t value)
{
    return (struct input_event){time, event_data_analog(name, value)};
}

static bool is_same(struct input_event a, struct input_event b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static bool set(size_t count)
{
    memcpy(bytes, given, 8 * count);
    return event_tape_set(&tape, bytes, count, scratch);
}

static void test_an_empty_tape_has_the_race_running_event(void **unused)
{
    (void)unused;
    event_tape_clear(&tape);
    assert_int_equal(tape.count, 1);
    assert_int_equal(tape.events[0].time, 100000);
    assert_int_equal(tape.events[0].input_data, 0x09000001);
    assert_true(event_tape_has_start(&tape));
}

static void test_added_events_rise_in_time_and_keep_their_order(void **unused)
{
    (void)unused;
    event_tape_clear(&tape);
    const struct input_event added[] = {
        event(100500, 4, 1), event(100010, 6, 7),     event(100500, 2, 1),     event(99000, 0, 1),
        event(100500, 3, 1), event(2147483647, 1, 1), event(-2147483647, 1, 1)};
    static const int order[] = {6, 3, -1, 1, 0, 2, 4, 5};
    for (size_t i = 0; i < sizeof added / sizeof added[0]; i++)
        assert_true(event_tape_add(&tape, added[i]));
    assert_int_equal(tape.count, 8);
    for (size_t i = 0; i < 8; i++)
        if (order[i] >= 0)
            assert_true(is_same(tape.events[i], added[order[i]]));
}

static void test_an_event_replaces_the_one_of_its_name_and_time(void **unused)
{
    (void)unused;
    event_tape_clear(&tape);
    event_tape_add(&tape, event(100500, 6, 100));
    event_tape_add(&tape, event(100500, 7, 100));
    event_tape_add(&tape, event(100500, 6, -200));
    event_tape_add(&tape, event(100510, 6, 300));
    assert_int_equal(tape.count, 4);
    assert_true(is_same(tape.events[1], event(100500, 6, -200)));
    assert_true(is_same(tape.events[2], event(100500, 7, 100)));
}

static void test_a_full_tape_takes_only_replacements(void **unused)
{
    (void)unused;
    event_tape_clear(&tape);
    for (int32_t i = 1; i < EVENT_TAPE_COUNT_MAX; i++)
        assert_true(event_tape_add(&tape, event(100000 + 10 * i, 6, i)));
    assert_int_equal(tape.count, EVENT_TAPE_COUNT_MAX);
    assert_false(event_tape_add(&tape, event(100015, 6, 5)));
    assert_true(event_tape_add(&tape, event(100010, 6, 99)));
    assert_int_equal(tape.count, EVENT_TAPE_COUNT_MAX);
    assert_true(is_same(tape.events[1], event(100010, 6, 99)));
}

/* What setting must come to: the buffer from its back, sorted by insertion, equal times as is. */
static void expect_sorted(size_t count)
{
    static struct input_event sorted[EVENT_TAPE_COUNT_MAX];
    for (size_t i = 0; i < count; i++) {
        struct input_event moved = given[count - 1 - i];
        size_t place = i;
        for (; place > 0 && sorted[place - 1].time > moved.time; place--)
            sorted[place] = sorted[place - 1];
        sorted[place] = moved;
    }
    assert_int_equal(tape.count, count);
    assert_memory_equal(tape.events, sorted, count * sizeof sorted[0]);
}

static void test_any_order_is_sorted_and_equal_times_keep_theirs(void **unused)
{
    (void)unused;
    struct random_driver dice = random_driver(7);
    for (int round = 0; round < 400; round++) {
        size_t count = random_next(&dice) % 200;
        int32_t span = round % 3 == 0 ? 1 + (int32_t)(random_next(&dice) % 20) : 100000;
        for (size_t i = 0; i < count; i++)
            given[i] = event((int32_t)(random_next(&dice) % (uint32_t)span), 6, (int32_t)i);
        assert_true(set(count));
        expect_sorted(count);
    }
}

static void test_times_at_the_ends_of_the_range_are_sorted_too(void **unused)
{
    (void)unused;
    const int32_t times[] = {0, INT32_MAX, INT32_MIN, -1, INT32_MIN + 1, 1, INT32_MAX - 1};
    size_t count = sizeof times / sizeof times[0];
    for (size_t i = 0; i < count; i++)
        given[i] = event(times[i], 4, 1);
    assert_true(set(count));
    expect_sorted(count);
    assert_int_equal(event_tape_after(&tape, INT32_MAX), count);
    assert_int_equal(event_tape_after(&tape, INT32_MIN), 1);
}

static void test_a_full_buffer_is_sorted_from_the_worst_orders(void **unused)
{
    (void)unused;
    for (int32_t i = 0; i < EVENT_TAPE_COUNT_MAX; i++)
        given[i] = event(i, 6, i); /* rising, where decreasing is usual */
    assert_true(set(EVENT_TAPE_COUNT_MAX));
    for (int32_t i = 0; i < EVENT_TAPE_COUNT_MAX; i++)
        assert_int_equal(tape.events[i].time, i);
    for (int32_t i = 0; i < EVENT_TAPE_COUNT_MAX; i++)
        given[i] = event(i % 2 == 0 ? i : -i, 6, i);
    assert_true(set(EVENT_TAPE_COUNT_MAX));
    for (int32_t i = 1; i < EVENT_TAPE_COUNT_MAX; i++)
        assert_true(tape.events[i - 1].time < tape.events[i].time);
}

static void test_too_many_events_change_nothing(void **unused)
{
    (void)unused;
    const size_t counts[] = {EVENT_TAPE_COUNT_MAX + 1, 0x7FFFFFFF, SIZE_MAX};
    event_tape_clear(&tape);
    for (size_t i = 0; i < 3; i++)
        assert_false(event_tape_set(&tape, bytes, counts[i], scratch));
    assert_int_equal(tape.count, 1);
    assert_int_equal(tape.events[0].time, 100000);
}

static void test_what_is_copied_and_set_again_is_the_same(void **unused)
{
    (void)unused;
    static struct event_tape before;
    struct random_driver dice = random_driver(3);
    for (size_t i = 0; i < 500; i++)
        given[i] = event((int32_t)(random_next(&dice) % 50), i % 10, (int32_t)i);
    assert_true(set(500));
    memcpy(&before, &tape, sizeof tape);
    event_tape_copy(&tape, bytes);
    for (size_t i = 1; i < 500; i++)
        assert_true(load_i32(bytes + 8 * i) <= load_i32(bytes + 8 * i - 8));
    assert_true(event_tape_set(&tape, bytes, 500, scratch));
    assert_memory_equal(tape.events, before.events, 500 * sizeof tape.events[0]);
}

static void test_after_finds_the_first_above_a_time(void **unused)
{
    (void)unused;
    for (size_t count = 0; count < 12; count++) {
        for (size_t i = 0; i < count; i++)
            given[i] = event(10 * (int32_t)(i / 2), 6, 0);
        assert_true(set(count));
        for (int32_t time = -5; time < 100; time += 5) {
            int32_t expected = 0;
            while (expected < tape.count && tape.events[expected].time <= time)
                expected++;
            assert_int_equal(event_tape_after(&tape, time), expected);
        }
    }
}

static void test_only_a_race_running_event_that_is_on_is_a_start(void **unused)
{
    (void)unused;
    assert_true(set(0));
    assert_false(event_tape_has_start(&tape));
    given[0] = (struct input_event){100000, event_data_binary(9, false)};
    given[1] = (struct input_event){100000, event_data_binary(4, true)};
    assert_true(set(2));
    assert_false(event_tape_has_start(&tape));
    given[2] = (struct input_event){123456, event_data_binary(9, true)};
    assert_true(set(3));
    assert_true(event_tape_has_start(&tape));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_empty_tape_has_the_race_running_event),
        cmocka_unit_test(test_added_events_rise_in_time_and_keep_their_order),
        cmocka_unit_test(test_an_event_replaces_the_one_of_its_name_and_time),
        cmocka_unit_test(test_a_full_tape_takes_only_replacements),
        cmocka_unit_test(test_any_order_is_sorted_and_equal_times_keep_theirs),
        cmocka_unit_test(test_times_at_the_ends_of_the_range_are_sorted_too),
        cmocka_unit_test(test_a_full_buffer_is_sorted_from_the_worst_orders),
        cmocka_unit_test(test_too_many_events_change_nothing),
        cmocka_unit_test(test_what_is_copied_and_set_again_is_the_same),
        cmocka_unit_test(test_after_finds_the_first_above_a_time),
        cmocka_unit_test(test_only_a_race_running_event_that_is_on_is_a_start),
    };
    return cmocka_run_group_tests_name("event tape", tests, NULL, NULL);
}
