/* States kept of a run: each is found again, and fewer of them when there is no more room. */
#include "sim/race_parts.h"
#include "sim/state_shelf.h"
#include "support/race_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static struct state_shelf shelf;

static void start(const char *name)
{
    start_on(name);
    race_start_simulation(&race, &track, 0);
    state_shelf_cut(&shelf, &race, 0);
}

static void drive_to(int32_t time)
{
    while (race_time(&race) < time) {
        race_tick(&race);
        state_shelf_keep(&shelf, &race);
    }
}

static void test_the_first_state_lies_before_the_race(void **unused)
{
    (void)unused;
    start("straight");
    drive_to(-20);
    assert_int_equal(shelf.count, 0);
    assert_false(state_shelf_rewind(&shelf, &race, -10));
    drive_to(50);
    assert_int_equal(shelf.count, 7);
    assert_false(state_shelf_rewind(&shelf, &race, -20));
    assert_true(state_shelf_rewind(&shelf, &race, -10));
    assert_int_equal(race_time(&race), -10);
}

static void test_every_state_is_found_to_the_byte(void **unused)
{
    (void)unused;
    static uint8_t states[103][8600];
    start("laps");
    race_apply_event(&race, race_event_on(ACTION_ACCELERATE, 0));
    for (int32_t time = -10; time <= 1000; time += 10) {
        drive_to(time);
        race_state_copy(&race, states[time / 10 + 1]);
    }
    size_t size = race_state_size(&race);
    for (int32_t time = 1000; time >= -10; time -= 10) {
        static uint8_t now[8600];
        assert_true(state_shelf_rewind(&shelf, &race, time));
        race_state_copy(&race, now);
        assert_memory_equal(now, states[time / 10 + 1], size);
    }
    assert_false(state_shelf_rewind(&shelf, &race, 1010));
    assert_false(state_shelf_rewind(&shelf, &race, INT32_MAX));
    assert_false(state_shelf_rewind(&shelf, &race, INT32_MIN));
}

static void test_a_rewound_race_forgets_what_came_after(void **unused)
{
    (void)unused;
    start("straight");
    drive_to(500);
    assert_true(state_shelf_rewind(&shelf, &race, 200));
    race_apply_event(&race, race_event_on(ACTION_ACCELERATE, 0));
    drive_to(210);
    assert_false(state_shelf_rewind(&shelf, &race, 220));
    assert_true(state_shelf_rewind(&shelf, &race, 210));
    assert_int_not_equal(race.state.input_accelerate_event.input_data, 0);
    assert_true(state_shelf_rewind(&shelf, &race, 200));
    assert_int_equal(race.state.input_accelerate_event.input_data, 0);
}

static void test_a_race_that_leaps_ahead_is_not_kept(void **unused)
{
    (void)unused;
    static const int32_t times[] = {520, 5000, 505, 511, -20, INT32_MAX, INT32_MIN};
    start("straight");
    drive_to(500);
    for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
        race.state.player_info.race_time = times[i];
        state_shelf_keep(&shelf, &race);
        assert_int_equal(shelf.count, 52);
        assert_int_equal(shelf.last_ms, 500);
    }
}

static void test_a_cut_shelf_keeps_the_first_state(void **unused)
{
    (void)unused;
    start("straight");
    drive_to(500);
    state_shelf_cut(&shelf, &race, 1);
    assert_false(state_shelf_rewind(&shelf, &race, 0));
    assert_true(state_shelf_rewind(&shelf, &race, -10));
    drive_to(30);
    assert_int_equal(shelf.count, 5);
}

/* Several times as long as there is room for: the way back never leads past what was asked for. */
static void test_when_the_room_is_used_up_states_lie_further_apart(void **unused)
{
    (void)unused;
    start("straight");
    int32_t room = (int32_t)(STATE_SHELF_SIZE / race_state_size(&race));
    for (int32_t doubled = 1; doubled <= 4; doubled *= 2) {
        int32_t last = STATE_SHELF_FIRST_MS + 10 * doubled * room - 10;
        drive_to(last);
        assert_int_equal(shelf.interval_ms, 10 * doubled);
        for (int32_t time = -10; time <= last; time += 10 * (1 + time / 777)) {
            assert_true(state_shelf_rewind(&shelf, &race, time));
            assert_in_range(race_time(&race) + 1000, time + 1000 - 10 * doubled + 10, time + 1000);
        }
        assert_true(state_shelf_rewind(&shelf, &race, last));
        assert_true(race_time(&race) > last - 10 * doubled);
        state_shelf_keep(&shelf, &race);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_state_lies_before_the_race),
        cmocka_unit_test(test_every_state_is_found_to_the_byte),
        cmocka_unit_test(test_a_rewound_race_forgets_what_came_after),
        cmocka_unit_test(test_a_race_that_leaps_ahead_is_not_kept),
        cmocka_unit_test(test_a_cut_shelf_keeps_the_first_state),
        cmocka_unit_test(test_when_the_room_is_used_up_states_lie_further_apart),
    };
    return cmocka_run_group_tests_name("state shelf", tests, NULL, NULL);
}
