/* Numbers in and out of a state blob, and checkpoint data from strangers. */
#include "base/bytes.h"
#include "wire/game_state.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static uint8_t state[STATE_SIZE_MIN];

static struct state_place place_of(const char *path)
{
    struct state_place place;
    size_t error_at;
    assert_true(game_state_find(path, strlen(path), &place, &error_at));
    return place;
}

/* Stores, and says what is read back; everything around the number must stay as it was. */
static double store_and_read(const char *path, double number, enum status expected)
{
    struct state_place place = place_of(path);
    uint8_t before[STATE_SIZE_MIN];
    memset(state, 0x5A, sizeof state);
    memcpy(before, state, sizeof before);
    assert_int_equal(state_place_store(&place, state, number), expected);
    if (expected == STATUS_OK)
        memcpy(before + place.offset, state + place.offset, 4);
    assert_memory_equal(state, before, sizeof before);
    return state_place_number(&place, state);
}

static void test_integers_keep_their_whole_range(void **unused)
{
    (void)unused;
    const double i32[] = {0, 1, -1, INT32_MAX, INT32_MIN};
    const double u32[] = {0, 1, UINT32_MAX, 2147483648.0};
    for (size_t i = 0; i < sizeof i32 / sizeof i32[0]; i++)
        assert_true(store_and_read("timers[1]", i32[i], STATUS_OK) == i32[i]);
    for (size_t i = 0; i < sizeof u32 / sizeof u32[0]; i++) {
        assert_true(store_and_read("num_respawns", u32[i], STATUS_OK) == u32[i]);
        assert_true(store_and_read("player_info.race_finished", u32[i], STATUS_OK) == u32[i]);
    }
}

static void test_integers_refuse_what_they_cannot_hold(void **unused)
{
    (void)unused;
    const double any[] = {NAN, INFINITY, -INFINITY, 1e300, -1e300, 4294967296.0};
    for (size_t i = 0; i < sizeof any / sizeof any[0]; i++) {
        store_and_read("timers[1]", any[i], STATUS_INVALID);
        store_and_read("num_respawns", any[i], STATUS_INVALID);
        store_and_read("player_info.race_finished", any[i], STATUS_INVALID);
    }
    store_and_read("timers[1]", 2147483648.0, STATUS_INVALID);
    store_and_read("timers[1]", -2147483649.0, STATUS_INVALID);
    store_and_read("num_respawns", -1, STATUS_INVALID);
    store_and_read("player_info.race_finished", -1, STATUS_INVALID);
}

static void test_floats_take_everything(void **unused)
{
    (void)unused;
    const char *path = "dyna.current_state.position[1]";
    const double exact[] = {0, 1.5, -0.25, 16777216.0, 1e-45f, INFINITY, -INFINITY};
    for (size_t i = 0; i < sizeof exact / sizeof exact[0]; i++)
        assert_true(store_and_read(path, exact[i], STATUS_OK) == exact[i]);
    assert_true(isnan(store_and_read(path, NAN, STATUS_OK)));
    assert_true(store_and_read(path, 0.1, STATUS_OK) == (double)0.1f);
    assert_true(signbit(store_and_read(path, -0.0, STATUS_OK)));
}

static void test_numbers_are_little_endian_at_their_offset(void **unused)
{
    (void)unused;
    memset(state, 0, sizeof state);
    struct state_place time = place_of("timers[1]");
    assert_int_equal(state_place_store(&time, state, -2600), STATUS_OK);
    assert_memory_equal(state + 16, "\xD8\xF5\xFF\xFF", 4);
    struct state_place x = place_of("position");
    assert_true(state_place_element(&x, 0, &x));
    assert_int_equal(state_place_store(&x, state, 1.0), STATUS_OK);
    assert_memory_equal(state + 724, "\0\0\x80\x3F", 4);
}

/* Checkpoint data with 3 states and 2 times behind a head of that size. */
static size_t make_checkpoints(uint8_t *bytes, size_t head_size)
{
    memset(bytes, 0x22, head_size + 4 + 12 + 4 + 16);
    store_i32(bytes + head_size, 3);
    store_i32(bytes + head_size + 16, 2);
    return head_size + 36;
}

static void test_checkpoint_data_is_found_behind_its_counts(void **unused)
{
    (void)unused;
    for (size_t head_size = 0; head_size <= 8; head_size += 4) {
        uint8_t bytes[64];
        struct checkpoint_view view;
        size_t size = make_checkpoints(bytes, head_size);
        for (size_t more = 0; more <= sizeof bytes - size; more += 4) {
            assert_int_equal(checkpoint_view_read(bytes, size + more, head_size, &view), STATUS_OK);
            assert_int_equal(view.state_count, 3);
            assert_int_equal(view.states_offset, head_size + 4);
            assert_int_equal(view.time_count, 2);
            assert_int_equal(view.times_offset, head_size + 20);
            assert_int_equal(view.size, size);
        }
    }
}

static void test_every_cut_of_checkpoint_data_is_seen(void **unused)
{
    (void)unused;
    uint8_t bytes[64];
    size_t size = make_checkpoints(bytes, 4);
    for (size_t available = 0; available < size; available++) {
        struct checkpoint_view view;
        uint8_t *cut = malloc(available);
        memcpy(cut, bytes, available);
        assert_int_equal(checkpoint_view_read(cut, available, 4, &view), STATUS_MORE);
        free(cut);
    }
}

static void test_absurd_checkpoint_counts_are_refused(void **unused)
{
    (void)unused;
    const int32_t counts[] = {-1, INT32_MIN, INT32_MAX, CHECKPOINT_COUNT_MAX + 1};
    for (size_t i = 0; i < 2 * (sizeof counts / sizeof counts[0]); i++) {
        uint8_t bytes[64];
        struct checkpoint_view view;
        size_t size = make_checkpoints(bytes, 4);
        store_i32(bytes + (i % 2 ? 20 : 4), counts[i / 2]);
        assert_int_equal(checkpoint_view_read(bytes, size, 4, &view), STATUS_PROTOCOL);
    }
}

static void test_the_highest_counts_are_believed(void **unused)
{
    (void)unused;
    size_t size = 12 + 12 * CHECKPOINT_COUNT_MAX;
    uint8_t *bytes = calloc(1, size);
    struct checkpoint_view view;
    assert_non_null(bytes);
    store_i32(bytes + 4, CHECKPOINT_COUNT_MAX);
    store_i32(bytes + 8 + 4 * CHECKPOINT_COUNT_MAX, CHECKPOINT_COUNT_MAX);
    assert_int_equal(checkpoint_view_read(bytes, size, 4, &view), STATUS_OK);
    assert_int_equal(view.size, size);
    assert_int_equal(checkpoint_view_read(bytes, size - 1, 4, &view), STATUS_MORE);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_integers_keep_their_whole_range),
        cmocka_unit_test(test_integers_refuse_what_they_cannot_hold),
        cmocka_unit_test(test_floats_take_everything),
        cmocka_unit_test(test_numbers_are_little_endian_at_their_offset),
        cmocka_unit_test(test_checkpoint_data_is_found_behind_its_counts),
        cmocka_unit_test(test_every_cut_of_checkpoint_data_is_seen),
        cmocka_unit_test(test_absurd_checkpoint_counts_are_refused),
        cmocka_unit_test(test_the_highest_counts_are_believed),
    };
    return cmocka_run_group_tests_name("game_state values", tests, NULL, NULL);
}
