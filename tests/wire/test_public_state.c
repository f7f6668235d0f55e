/*
 * Goal: the public state says what the v1 state says, where both have a place for it. Method: the
 * positions that the fact sheet names (section 10.8) are written by hand here; then a v1 state
 * goes out and comes back.
 */
#include "base/bytes.h"
#include "wire/input_events.h"
#include "wire/public_state.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    ARRAYS_SIZE = 4 + 3 * 4 + 4 + 3 * 8,
    V1_SIZE = V1_STATE_HEAD_SIZE + ARRAYS_SIZE,
    PUBLIC_SIZE = PUBLIC_STATE_HEAD_SIZE + ARRAYS_SIZE
};

static uint8_t v1[V1_SIZE], public[PUBLIC_SIZE], back[V1_SIZE];

static struct game_state *fields(uint8_t *bytes)
{
    return (struct game_state *)(void *)bytes;
}

/* Every byte its own, so that a byte in the wrong place shows. */
static int fill(void **state)
{
    (void)state;
    uint32_t random = 12345;
    for (size_t i = 0; i < sizeof v1; i++) {
        random = random * 1664525 + 1013904223;
        v1[i] = (uint8_t)(random >> 24);
    }
    fields(v1)->version = 1;
    memset(public, 0xAA, sizeof public);
    memset(back, 0x55, sizeof back);
    return 0;
}

static void test_named_positions_hold_their_values(void **state)
{
    (void)state;
    assert_int_equal(public_state_from_v1(v1, sizeof v1, public), PUBLIC_SIZE);
    assert_int_equal(load_u32(public), fields(v1)->context_mode);
    assert_int_equal(load_u32(public + 4), fields(v1)->flags);
    assert_int_equal(load_i32(public + 8 + 4), fields(v1)->timers[1]);
    assert_memory_equal(public + 220 + 500, fields(v1)->dyna.current_state.position, 12);
    assert_memory_equal(public + 220 + 512, fields(v1)->dyna.current_state.linear_speed, 12);
    assert_int_equal(load_i32(public + 6604 + 688), fields(v1)->player_info.race_time);
    assert_int_equal(load_i32(public + 6604 + 832), fields(v1)->player_info.display_speed);
    assert_int_equal(load_u32(public + 7580), fields(v1)->num_respawns);
    assert_int_equal(load_u32(public + 7584), fields(v1)->player_info.cur_cp_count);
    assert_int_equal(load_u32(public + 7588), fields(v1)->player_info.cur_lap);
    assert_memory_equal(public + 7592, v1 + 8348, ARRAYS_SIZE);
}

static void test_inputs_are_words_without_a_time(void **state)
{
    (void)state;
    fields(v1)->input_accelerate_event.input_data = event_data_binary(4, true);
    fields(v1)->input_steer_event.input_data = event_data_analog(6, -65536);
    public_state_from_v1(v1, sizeof v1, public);
    assert_int_equal(load_u32(public + 7548 + 4 * 2), 1);
    assert_int_equal(load_u32(public + 7548 + 4 * 6), 0x010000);
}

static void test_what_both_have_comes_back(void **state)
{
    (void)state;
    public_state_from_v1(v1, sizeof v1, public);
    assert_int_equal(public_state_to_v1(public, sizeof public, back), V1_SIZE);
    assert_int_equal(fields(back)->version, 1);
    assert_memory_equal(fields(back)->timers, fields(v1)->timers, sizeof fields(v1)->timers);
    assert_memory_equal(&fields(back)->dyna, &fields(v1)->dyna, 820);
    assert_memory_equal(&fields(back)->scene_mobil, &fields(v1)->scene_mobil, 2168);
    assert_memory_equal(&fields(back)->simulation_wheels, &fields(v1)->simulation_wheels, 3056);
    assert_memory_equal(&fields(back)->player_info, &fields(v1)->player_info, 944);
    assert_memory_equal(back + V1_STATE_HEAD_SIZE, v1 + V1_STATE_HEAD_SIZE, ARRAYS_SIZE);
    assert_int_equal(load_u32(back + STATE_FIXED_SIZE), 0);
}

static void test_what_public_lacks_is_left_alone_on_the_way_in(void **state)
{
    (void)state;
    struct game_state target = *fields(v1);
    public_state_from_v1(v1, sizeof v1, public);
    memset(&target.dyna.current_state, 0, sizeof target.dyna.current_state);
    public_state_read_head(public, &target);
    assert_memory_equal(&target, v1, sizeof target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_named_positions_hold_their_values, fill),
        cmocka_unit_test_setup(test_inputs_are_words_without_a_time, fill),
        cmocka_unit_test_setup(test_what_both_have_comes_back, fill),
        cmocka_unit_test_setup(test_what_public_lacks_is_left_alone_on_the_way_in, fill),
    };
    return cmocka_run_group_tests_name("public_state", tests, NULL, NULL);
}
