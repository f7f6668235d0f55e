/* Input events against the bytes and examples of the fact sheet, section 8. */
#include "base/bytes.h"
#include "wire/input_events.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void expect_bytes(int32_t input_time, int32_t data, const char *expected)
{
    uint8_t bytes[8];
    store_i32(bytes, event_stored_time(input_time));
    store_i32(bytes + 4, data);
    assert_memory_equal(bytes, expected, sizeof bytes);
}

static void test_golden_bytes(void **unused)
{
    (void)unused;
    expect_bytes(0, event_data_analog(6, -65536), "\xAA\x86\x01\x00\x00\x00\x01\x06");
    expect_bytes(0, event_data_analog(6, 65536), "\xAA\x86\x01\x00\x00\x00\xFF\x06");
    expect_bytes(-10, event_data_binary(9, true), "\xA0\x86\x01\x00\x01\x00\x00\x09");
    expect_bytes(-10, event_data_binary(9, false), "\xA0\x86\x01\x00\x00\x00\x00\x09");
}

static void test_analog_values_are_stored_negated(void **unused)
{
    (void)unused;
    static const struct {
        int32_t analog;
        uint32_t value;
    } cases[] = {{0, 0},
                 {-65536, 0x010000},
                 {65536, 0xFF0000},
                 {1, 0xFFFFFF},
                 {-1, 0x000001},
                 {6553600, 0x9C0000},
                 {-6553600, 0x640000},
                 {8388608, 0x800000},
                 {-8388607, 0x7FFFFF}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int32_t data = event_data_analog(7, cases[i].analog);
        assert_int_equal((uint32_t)data, 0x07000000u | cases[i].value);
        assert_int_equal(event_analog(data), cases[i].analog);
        assert_int_equal(event_name_index(data), 7);
    }
}

static void test_the_lowest_value_flips_its_sign(void **unused)
{
    (void)unused;
    assert_int_equal(event_data_analog(0, -8388608), 0x800000);
    assert_int_equal(event_analog(0x800000), 8388608);
}

static void test_every_analog_value_in_the_range_survives(void **unused)
{
    (void)unused;
    for (int32_t analog = -8388607; analog <= 8388608; analog++) {
        int32_t data = event_data_analog(9, analog);
        if (event_analog(data) != analog || event_name_index(data) != 9)
            fail_msg("%d does not survive", analog);
    }
}

static void test_values_beyond_the_range_leave_the_name_alone(void **unused)
{
    (void)unused;
    const int32_t beyond[] = {INT32_MIN, INT32_MAX, 8388609, -8388609, 1 << 24};
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++)
        for (unsigned name = 0; name < 256; name++)
            assert_int_equal(event_name_index(event_data_analog(name, beyond[i])), name);
}

static void test_any_value_but_zero_is_on(void **unused)
{
    (void)unused;
    assert_true(event_binary(event_data_binary(3, true)));
    assert_false(event_binary(event_data_binary(3, false)));
    assert_true(event_binary(0x05000002));
    assert_true(event_binary(0x05800000));
    assert_false(event_binary((int32_t)0xFF000000));
    assert_false(event_binary(0x05000000));
}

static void test_input_time_is_100010_behind_stored_time(void **unused)
{
    (void)unused;
    assert_int_equal(event_input_time(100010), 0);
    assert_int_equal(event_input_time(100000), -10);
    assert_int_equal(event_stored_time(0), 100010);
    assert_int_equal(event_stored_time(-10), EVENT_TIME_RACE_RUNNING);
    const int32_t times[] = {0, -1, 10, INT32_MAX, INT32_MIN, 100010, -100010};
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        assert_int_equal(event_input_time(event_stored_time(times[i])), times[i]);
        assert_int_equal(event_stored_time(event_input_time(times[i])), times[i]);
    }
}

static void test_actions_are_in_the_order_of_the_event_buffer(void **unused)
{
    (void)unused;
    static const char *const names[] = {
        "_FakeIsRaceRunning", "_FakeFinishLine", "Accelerate",          "Brake",   "Steer left",
        "Steer right",        "Steer (analog)",  "Accelerate (analog)", "Respawn", "Horn"};
    assert_int_equal(ACTION_COUNT, 10);
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        assert_string_equal(actions[i].name, names[i]);
        assert_int_equal(actions[i].is_analog, i == ACTION_STEER || i == ACTION_GAS);
        assert_int_equal(actions[i].word[0] == '\0', i <= ACTION_FINISH_LINE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_bytes),
        cmocka_unit_test(test_analog_values_are_stored_negated),
        cmocka_unit_test(test_the_lowest_value_flips_its_sign),
        cmocka_unit_test(test_every_analog_value_in_the_range_survives),
        cmocka_unit_test(test_values_beyond_the_range_leave_the_name_alone),
        cmocka_unit_test(test_any_value_but_zero_is_on),
        cmocka_unit_test(test_input_time_is_100010_behind_stored_time),
        cmocka_unit_test(test_actions_are_in_the_order_of_the_event_buffer),
    };
    return cmocka_run_group_tests_name("input_events", tests, NULL, NULL);
}
