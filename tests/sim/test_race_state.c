/*
 * The blob is the state: what is saved and rewound to goes on in the same way, what is edited
 * takes effect, and what a stranger sends does no harm.
 */
#include "support/race_kit.h"
#include "support/random_race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    REPLAY_TICKS = 60
};

static _Alignas(struct game_state) uint8_t saved[STATE_SIZE_MAX];

static size_t save(void)
{
    race_state_copy(&race, saved);
    return race_state_size(&race);
}

static struct game_state *saved_state(void)
{
    return (struct game_state *)(void *)saved;
}

/* What was pinned once, with other compilers and options; see tests/tools/state_dump.c. */
static void test_a_random_drive_gives_the_pinned_bytes(void **unused)
{
    (void)unused;
    static const struct {
        const char *track;
        uint64_t hash;
    } pinned[] = {{"straight", 0xec3ddd9c61fbb4beull},
                  {"easy", 0x89c2a30e28e72407ull},
                  {"technical", 0xde342e0ea34d976cull},
                  {"laps", 0x303b6b4a9e5132d2ull}};
    for (size_t i = 0; i < sizeof pinned / sizeof pinned[0]; i++) {
        struct random_driver driver = random_driver(1);
        uint64_t hash = HASH_START;
        start_on(pinned[i].track);
        for (int tick = 0; tick < 10000; tick++) {
            random_race_tick(&driver, &race);
            hash = hash_bytes(hash, blob(), race_state_size(&race));
        }
        if (hash != pinned[i].hash)
            print_error("%s: %016llx\n", pinned[i].track, (unsigned long long)hash);
        assert_true(hash == pinned[i].hash);
    }
}

static void assert_replays_the_same(const struct random_driver *driver)
{
    uint64_t seen[REPLAY_TICKS];
    size_t size = save();
    for (int round = 0; round < 2; round++) {
        struct random_driver copy = *driver;
        for (int i = 0; i < REPLAY_TICKS; i++) {
            random_race_tick(&copy, &race);
            if (round == 0)
                seen[i] = blob_hash();
            assert_true(blob_hash() == seen[i]);
        }
        assert_int_equal(race_rewind(&race, saved, size), STATUS_OK);
        assert_memory_equal(blob(), saved, size);
    }
}

static void test_a_replay_after_a_rewind_gives_the_same_bytes(void **unused)
{
    (void)unused;
    for (uint32_t seed = 1; seed <= 4; seed++) {
        start_on(seed % 2 ? "laps" : "technical");
        struct random_driver driver = random_driver(seed);
        for (int i = 0; i < 3000; i++) {
            random_race_tick(&driver, &race);
            if (i % 50 == 0)
                assert_replays_the_same(&driver);
        }
    }
}

static void test_a_finished_race_can_be_taken_back(void **unused)
{
    (void)unused;
    start_on("straight");
    accelerate(true);
    run_to(9000);
    size_t size = save();
    assert_true(run_until(RACE_FINISHED));
    uint64_t end = blob_hash();
    run_until(RACE_RESTARTED);
    run_to(-1000);
    assert_int_equal(race_rewind(&race, saved, size), STATUS_OK);
    assert_false(race_is_finished(&race));
    assert_true(run_until(RACE_FINISHED));
    assert_true(blob_hash() == end);
}

static void test_the_state_of_one_race_continues_in_another(void **unused)
{
    (void)unused;
    start_on("easy");
    accelerate(true);
    run_to(5000);
    size_t size = save();
    run_to(6000);
    uint64_t there = blob_hash();
    start_on("easy");
    assert_int_equal(race_rewind(&race, saved, size), STATUS_OK);
    run_to(6000);
    assert_true(blob_hash() == there);
}

static void test_what_waits_for_the_next_tick_is_in_the_state(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(1000);
    race_give_up(&race);
    size_t size = save();
    race_tick(&race);
    race_tick(&race);
    race_rewind(&race, saved, size);
    assert_int_equal(race_tick(&race), RACE_RESTARTED);
}

/* Runs on from the saved state; its race time must then be as expected. */
static void rewind_and_tick(size_t size, int32_t expected_time)
{
    assert_int_equal(race_rewind(&race, saved, size), STATUS_OK);
    race_tick(&race);
    assert_int_equal(race_time(&race), expected_time);
}

static void test_edited_fields_take_effect(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(1000);
    size_t size = save();
    struct game_state *edited = saved_state();
    edited->dyna.current_state.position[0] = 5.0f;
    edited->dyna.current_state.position[2] = 100.0f;
    edited->dyna.current_state.linear_speed[2] = 50.0f;
    edited->player_info.race_time = 2000;
    rewind_and_tick(size, 2010);
    const struct dyna_state *now = &race.state.dyna.current_state;
    assert_true(now->position[0] == 5.0f);
    assert_true(now->position[2] > 100.4f && now->position[2] < 100.6f);
    assert_true(now->linear_speed[2] > 49.0f && now->linear_speed[2] < 50.0f);

    const float quarter_turn[3][3] = {{0, 0, 1}, {0, 1, 0}, {-1, 0, 0}};
    memcpy(edited->dyna.current_state.rotation, quarter_turn, sizeof quarter_turn);
    edited->dyna.current_state.linear_speed[2] = 0.0f;
    edited->input_accelerate_event = (struct input_event){100010, 0x04000001};
    rewind_and_tick(size, 2010);
    assert_true(now->linear_speed[0] > 0.1f);
    assert_true(now->linear_speed[2] < 0.001f);
    assert_true(now->quat[0] > 0.707f && now->quat[0] < 0.708f);
    assert_true(now->quat[2] > 0.707f && now->quat[2] < 0.708f);
}

static void test_regions_that_a_blob_lacks_stay_as_they_are(void **unused)
{
    (void)unused;
    start_on("straight");
    accelerate(true);
    run_to(3000);
    size_t size = save();
    saved_state()->flags &= ~(uint32_t)STATE_HAS_DYNA;
    memset(&saved_state()->dyna, 0, sizeof saved_state()->dyna);
    run_to(4000);
    float z = race.state.dyna.current_state.position[2];
    assert_int_equal(race_rewind(&race, saved, size), STATUS_OK);
    assert_int_equal(race_time(&race), 3000);
    assert_true(race.state.dyna.current_state.position[2] == z);
    assert_int_equal(race.state.flags, 0x9F);
}

static void test_checkpoint_data_can_be_set(void **unused)
{
    (void)unused;
    start_on("straight");
    run_to(500);
    int32_t words[] = {0, 3, 0, 0, 0, 3, 120, 0, -1, 0, -1, 0};
    uint8_t *bytes = (uint8_t *)words;
    assert_int_equal(race_checkpoint_size(&race), sizeof words);
    assert_int_equal(race_checkpoint_set(&race, bytes, sizeof words), STATUS_OK);
    int32_t copy[12];
    race_checkpoint_copy(&race, (uint8_t *)copy);
    assert_memory_equal(copy, words, sizeof words); /* as given, until the next tick */
    race_tick(&race);
    assert_int_equal(race_checkpoint_count(&race), 1);
    race_checkpoint_copy(&race, (uint8_t *)copy);
    assert_int_equal(copy[2], 1);
    assert_int_equal(copy[6], 120);
    words[8] = 200;
    for (size_t size = 0; size < sizeof words; size++)
        assert_int_equal(race_checkpoint_set(&race, bytes, size), STATUS_OK);
    race_tick(&race);
    assert_int_equal(race_checkpoint_count(&race), 1);
    const int32_t bad[] = {2, 4, 0, -1, INT32_MIN, INT32_MAX};
    for (int i = 0; i < 6; i++) {
        words[1] = bad[i];
        enum status status = race_checkpoint_set(&race, bytes, sizeof words);
        assert_true(status == STATUS_INVALID || bad[i] > 3);
        words[1] = 3;
        words[5] = bad[i];
        status = race_checkpoint_set(&race, bytes, sizeof words);
        assert_true(status == STATUS_INVALID || bad[i] > 3);
        words[5] = 3;
    }
    race_tick(&race);
    assert_int_equal(race_checkpoint_count(&race), 1);
}

static void set_last_time(int32_t time)
{
    int32_t words[12];
    race_checkpoint_copy(&race, (uint8_t *)words);
    words[10] = time;
    assert_int_equal(race_checkpoint_set(&race, (uint8_t *)words, sizeof words), STATUS_OK);
}

static void test_a_finish_can_be_prevented(void **unused)
{
    (void)unused;
    const int32_t not_finished[] = {-1, INT32_MAX};
    for (int i = 0; i < 2; i++) {
        start_on("straight");
        accelerate(true);
        assert_true(run_until(RACE_FINISHED));
        set_last_time(not_finished[i]);
        race_tick(&race);
        assert_false(race_is_finished(&race));
        assert_int_equal(race_finish_time(&race), -1);
        assert_int_equal(race.state.input_finish_event.time, 0);
        assert_int_equal(run_to(15000), 0);
        assert_true(race.state.dyna.current_state.linear_speed[2] > 70.0f ||
                    race.state.dyna.current_state.position[2] > 700.0f);
        assert_int_equal(race_best_time(&race), -1);
    }
}

/* Runs on for a while from whatever is saved; the race must live, and the state be sane. */
static void assert_survives(size_t size)
{
    if (race_rewind(&race, saved, size) != STATUS_OK)
        return;
    struct random_driver driver = random_driver(7);
    for (int i = 0; i < 30; i++)
        random_race_tick(&driver, &race);
    const struct dyna_state *now = &race.state.dyna.current_state;
    if (race_time(&race) >= 0)
        for (int axis = 0; axis < 3; axis++) {
            assert_true(now->position[axis] >= -1e6f && now->position[axis] <= 1e6f);
            assert_true(now->linear_speed[axis] >= -2e4f && now->linear_speed[axis] <= 2e4f);
        }
    assert_in_range(race_checkpoint_count(&race), 0, race_checkpoint_target(&race));
}

static void test_no_word_of_the_blob_does_harm(void **unused)
{
    (void)unused;
    static const uint32_t words[] = {0x7FC00000, 0xFFC00000, 0x7F800001, 0x7F800000, 0xFF800000,
                                     0x7F7FFFFF, 0xFF7FFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF,
                                     0x00000001, 0x80000001, 0x00010000};
    start_on("laps");
    accelerate(true);
    run_to(3000);
    uint8_t *good = malloc(race_state_size(&race));
    size_t size = race_state_size(&race);
    race_state_copy(&race, good);
    for (size_t at = 0; at + 4 <= size; at += 4)
        for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
            memcpy(saved, good, size);
            memcpy(saved + at, &words[i], 4);
            assert_survives(size);
        }
    free(good);
}

static void test_random_bytes_do_no_harm(void **unused)
{
    (void)unused;
    start_on("technical");
    size_t size = save();
    size_t counts = STATE_FIXED_SIZE + 4;
    struct random_driver random = random_driver(3);
    for (int round = 0; round < 2000; round++) {
        race_state_copy(&race, saved);
        for (size_t at = 8; at < size; at++)
            if (round % 2 || random_next(&random) % 8 == 0)
                saved[at] = (uint8_t)(random_next(&random) >> 24);
        if (round % 4 < 3) { /* else the counts are random too */
            memcpy(saved + counts, &race.checkpoint_words[1], 4);
            memcpy(saved + counts + 4 + 4 * (size_t)track.gate_count,
                   &race.checkpoint_words[2 + track.gate_count], 4);
        }
        assert_survives(size);
    }
}

static void test_a_blob_may_be_cut_at_any_place(void **unused)
{
    (void)unused;
    start_on("laps");
    accelerate(true);
    run_to(2000);
    size_t size = save();
    for (size_t cut = 0; cut < size; cut += cut < 8000 ? 97 : 1) {
        run_to(race_time(&race) + 20);
        int32_t time = race_time(&race);
        uint8_t *exact = malloc(cut + 1); /* so that a read too far is seen */
        memcpy(exact, saved, cut);
        enum status status = race_rewind(&race, exact, cut);
        free(exact);
        assert_int_equal(status, cut < STATE_FIXED_SIZE ? STATUS_INVALID : STATUS_OK);
        assert_int_equal(race_time(&race), cut < STATE_FIXED_SIZE ? time : 2000);
    }
}

static void test_other_counts_are_refused_and_change_nothing(void **unused)
{
    (void)unused;
    start_on("laps");
    run_to(2000);
    size_t size = save();
    race_tick(&race);
    uint64_t before = blob_hash();
    const int32_t counts[] = {-1, 0, 3, INT32_MIN};
    for (int i = 0; i < 4; i++) {
        memcpy(saved + STATE_FIXED_SIZE + 4, &counts[i], 4);
        assert_int_equal(race_rewind(&race, saved, size), STATUS_INVALID);
        assert_true(blob_hash() == before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_random_drive_gives_the_pinned_bytes),
        cmocka_unit_test(test_a_replay_after_a_rewind_gives_the_same_bytes),
        cmocka_unit_test(test_a_finished_race_can_be_taken_back),
        cmocka_unit_test(test_the_state_of_one_race_continues_in_another),
        cmocka_unit_test(test_what_waits_for_the_next_tick_is_in_the_state),
        cmocka_unit_test(test_edited_fields_take_effect),
        cmocka_unit_test(test_regions_that_a_blob_lacks_stay_as_they_are),
        cmocka_unit_test(test_checkpoint_data_can_be_set),
        cmocka_unit_test(test_a_finish_can_be_prevented),
        cmocka_unit_test(test_no_word_of_the_blob_does_harm),
        cmocka_unit_test(test_random_bytes_do_no_harm),
        cmocka_unit_test(test_a_blob_may_be_cut_at_any_place),
        cmocka_unit_test(test_other_counts_are_refused_and_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
