/* Random changes of inputs: what they touch, what they leave alone, and that they can be repeated. */
#include "base/bytes.h"
#include "sim/input_mutation.h"
#include "support/random_race.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct event_tape base, tape;
static struct input_event scratch[EVENT_TAPE_COUNT_MAX];
static struct dice dice;
static struct mutation_settings settings;

enum {
    FOR_EVER = INT32_MAX - EVENT_TIME_ZERO
};

static struct input_event event(int32_t input_time, enum action action, int32_t value)
{
    unsigned name = (unsigned)action_name_index[action];
    return (struct input_event){event_stored_time(input_time),
                                actions[action].is_analog ? event_data_analog(name, value)
                                                          : event_data_binary(name, value != 0)};
}

static void begin(void)
{
    event_tape_clear(&base);
    dice.word = 1;
    settings = (struct mutation_settings){
        .modify_prob = 0.1, .max_steer_diff = 1000, .inputs_max_time = FOR_EVER};
}

static void add(int32_t time, enum action action, int32_t value)
{
    assert_true(event_tape_add(&base, event(time, action, value)));
}

static struct mutation mutate(void)
{
    return input_mutate(&base, &tape, scratch, &dice, &settings, FOR_EVER);
}

static bool is_same(struct input_event a, struct input_event b)
{
    return a.time == b.time && a.input_data == b.input_data;
}

static void test_only_steering_gets_other_values(void **unused)
{
    (void)unused;
    int32_t least = 0, most = 0, changed = 0;
    begin();
    add(0, ACTION_ACCELERATE, 1);
    for (int32_t i = 0; i < 20; i++)
        add(100 + 50 * i, ACTION_STEER, 3000);
    add(2000, ACTION_FINISH_LINE, 1);
    for (int round = 0; round < 500; round++) {
        struct mutation mutation = mutate();
        int32_t count = 0, first = FOR_EVER;
        assert_int_equal(tape.count, base.count);
        for (int32_t i = 0; i < tape.count; i++) {
            struct input_event before = base.events[i], after = tape.events[i];
            assert_int_equal(after.time, before.time);
            if (is_same(before, after))
                continue;
            int32_t difference = event_analog(after.input_data) - 3000;
            assert_int_equal(event_name_index(after.input_data), action_name_index[ACTION_STEER]);
            assert_in_range(difference + 1000, 0, 2000);
            least = difference < least ? difference : least;
            most = difference > most ? difference : most;
            first = count++ == 0 ? event_input_time(after.time) : first;
        }
        assert_int_equal(mutation.count, count);
        assert_int_equal(mutation.first_ms, first);
        assert_true(count > 0);
        changed += count;
    }
    assert_in_range(changed, 800, 1400); /* a tenth of 500 times 20 */
    assert_true(least < -900 && most > 900);
}

static void test_values_stay_in_their_range(void **unused)
{
    (void)unused;
    begin();
    settings.modify_prob = 1;
    settings.max_steer_diff = INT32_MAX;
    add(100, ACTION_STEER, 65000);
    add(200, ACTION_STEER, -65000);
    for (int extended = 0; extended < 2; extended++) {
        int32_t most = extended ? 6553600 : 65536;
        settings.extended_steer = extended;
        for (int round = 0; round < 200; round++) {
            mutate();
            for (int32_t i = 1; i < tape.count; i++)
                assert_in_range(event_analog(tape.events[i].input_data) + most, 0, 2 * most);
        }
    }
}

static void test_nothing_outside_of_its_time_is_touched(void **unused)
{
    (void)unused;
    begin();
    settings.modify_prob = 1;
    settings.max_time_diff = 300;
    settings.inputs_min_time = 500;
    settings.inputs_max_time = 1500;
    for (int32_t i = 0; i < 200; i++)
        add(10 * i, i % 2 == 0 ? ACTION_STEER : ACTION_GAS, i);
    for (int32_t last = 2000; last >= 900; last -= 550) {
        int32_t end = last < 1500 ? last : 1500;
        for (int round = 0; round < 50; round++) {
            struct mutation mutation = input_mutate(&base, &tape, scratch, &dice, &settings, last);
            assert_in_range(mutation.first_ms, 500, end);
            assert_in_range(mutation.count, 20, 101);
            for (int32_t i = 0; i < tape.count; i++) {
                int32_t time = event_input_time(base.events[i].time);
                if (time < 500 || time > end)
                    assert_true(is_same(base.events[i], tape.events[i]));
            }
        }
    }
}

/* The events of one action, in order. */
static int32_t times_of(const struct event_tape *of, enum action action, int32_t *times,
                        int32_t *values)
{
    int32_t count = 0;
    for (int32_t i = 0; i < of->count; i++) {
        if (event_name_index(of->events[i].input_data) != (unsigned)action_name_index[action])
            continue;
        times[count] = event_input_time(of->events[i].time);
        values[count++] = of->events[i].input_data & EVENT_VALUE_MASK;
    }
    return count;
}

static void test_times_change_in_ticks_and_keep_the_order_of_an_action(void **unused)
{
    (void)unused;
    static int32_t times[100], values[100], before[100], before_values[100];
    begin();
    settings.modify_prob = 0.5;
    settings.max_steer_diff = 0;
    settings.max_time_diff = 200;
    for (int32_t i = 0; i < 40; i++) {
        add(30 * i, ACTION_ACCELERATE, i % 2);
        add(37 * i, ACTION_STEER, 100 + i);
        add(100 * i, ACTION_BRAKE, i % 2);
    }
    add(555, ACTION_HORN, 1);
    for (int round = 0; round < 300; round++) {
        static const enum action kinds[] = {ACTION_ACCELERATE, ACTION_STEER, ACTION_BRAKE,
                                            ACTION_HORN};
        struct mutation mutation = mutate();
        int32_t changed = 0;
        assert_int_equal(tape.count, base.count);
        for (int32_t i = 1; i < tape.count; i++)
            assert_true(tape.events[i - 1].time <= tape.events[i].time);
        for (size_t kind = 0; kind < 4; kind++) {
            int32_t count = times_of(&tape, kinds[kind], times, values);
            assert_int_equal(times_of(&base, kinds[kind], before, before_values), count);
            assert_memory_equal(values, before_values, (size_t)count * sizeof values[0]);
            for (int32_t i = 0; i < count; i++) {
                assert_int_equal((times[i] - before[i]) % 10, 0);
                assert_in_range(times[i] - before[i] + 200, 0, 400);
                assert_true(times[i] >= 0);
                assert_true(i == 0 || times[i] >= times[i - 1] + 10);
                changed += times[i] != before[i];
            }
        }
        assert_int_equal(changed, mutation.count);
    }
}

static void test_the_first_change_is_the_earlier_of_old_and_new(void **unused)
{
    (void)unused;
    begin();
    settings.max_steer_diff = 0;
    settings.max_time_diff = 100;
    add(500, ACTION_ACCELERATE, 1);
    for (int round = 0; round < 100; round++) {
        struct mutation mutation = mutate();
        int32_t now = event_input_time(tape.events[1].time);
        assert_int_not_equal(now, 500);
        assert_int_equal(mutation.count, 1);
        assert_int_equal(mutation.first_ms, now < 500 ? now : 500);
    }
}

static void test_the_start_the_finish_and_strangers_stay(void **unused)
{
    (void)unused;
    begin();
    settings.modify_prob = 1;
    settings.max_time_diff = 1000;
    add(100, ACTION_FINISH_LINE, 1);
    add(200, ACTION_RACE_RUNNING, 1);
    event_tape_add(&base, (struct input_event){event_stored_time(300), 0x55000001});
    struct mutation mutation = mutate();
    assert_int_equal(mutation.count, 0);
    assert_int_equal(tape.count, base.count);
    assert_memory_equal(tape.events, base.events, (size_t)base.count * sizeof base.events[0]);
}

static void test_one_is_changed_however_small_the_chance(void **unused)
{
    (void)unused;
    int32_t seen[4] = {0};
    begin();
    settings.modify_prob = 1e-12;
    for (int32_t i = 1; i < 4; i++)
        add(100 * i, ACTION_STEER, 5);
    for (int round = 0; round < 200; round++) {
        assert_int_equal(mutate().count, 1);
        for (int32_t i = 1; i < 4; i++)
            seen[i] += !is_same(base.events[i], tape.events[i]);
    }
    for (int32_t i = 1; i < 4; i++)
        assert_in_range(seen[i], 30, 110);
}

static void test_what_cannot_be_changed_is_given_up(void **unused)
{
    (void)unused;
    begin();
    add(100, ACTION_ACCELERATE, 1); /* values of keys do not change */
    assert_int_equal(mutate().count, 0);
    settings.max_steer_diff = 0;
    settings.max_time_diff = 9; /* less than a tick */
    assert_int_equal(mutate().count, 0);
    settings.max_time_diff = 10;
    assert_int_equal(mutate().count, 1);
    settings.inputs_min_time = 110;
    assert_int_equal(mutate().count, 0);
    settings.inputs_min_time = settings.inputs_max_time = 100; /* nowhere to go */
    assert_int_equal(mutate().count, 0);
    base.count = 0;
    assert_int_equal(mutate().count, 0);
}

static void test_the_same_dice_make_the_same_changes(void **unused)
{
    (void)unused;
    uint64_t hashes[3];
    static const uint64_t seeds[] = {5, 5, 6};
    for (size_t k = 0; k < 3; k++) {
        begin();
        dice.word = seeds[k];
        settings.max_time_diff = 100;
        for (int32_t i = 0; i < 50; i++) {
            add(40 * i, ACTION_STEER, 10 * i);
            add(60 * i, ACTION_GAS, i);
        }
        hashes[k] = HASH_START;
        for (int round = 0; round < 50; round++) {
            mutate();
            hashes[k] = hash_bytes(hashes[k], (const uint8_t *)tape.events,
                                   (size_t)tape.count * sizeof tape.events[0]);
        }
    }
    assert_true(hashes[0] == hashes[1]);
    assert_true(hashes[0] != hashes[2]);
    assert_true(hashes[0] == 0x5a699e546001a06bu); /* on every machine */
}

/* Steering in force after the events of that time, as race_inputs.c has it. */
static int32_t steer_at(const struct event_tape *of, int32_t time)
{
    int32_t analog = 0, left = 0, right = 0;
    for (int32_t i = 0; i < of->count && of->events[i].time <= event_stored_time(time); i++) {
        unsigned name = event_name_index(of->events[i].input_data);
        if (name == (unsigned)action_name_index[ACTION_STEER])
            analog = event_analog(of->events[i].input_data);
        if (name == (unsigned)action_name_index[ACTION_STEER_LEFT])
            left = event_binary(of->events[i].input_data);
        if (name == (unsigned)action_name_index[ACTION_STEER_RIGHT])
            right = event_binary(of->events[i].input_data);
    }
    return analog != 0 ? analog : 65536 * (right - left);
}

static void add_keys(void)
{
    add(100, ACTION_STEER_LEFT, 1);
    add(200, ACTION_STEER_LEFT, 0);
    add(200, ACTION_STEER_RIGHT, 1);
    add(300, ACTION_STEER_LEFT, 1);
    add(400, ACTION_STEER_LEFT, 0);
    add(400, ACTION_STEER_RIGHT, 0);
}

/* A key steers a little less from its event to the next steering event, and nowhere else. */
static void test_a_key_becomes_analog_until_the_next_steering_event(void **unused)
{
    (void)unused;
    int seen = 0;
    begin();
    add_keys();
    settings.modify_prob = 1e-9; /* one at a time */
    for (int round = 0; round < 200; round++) {
        struct mutation mutation = mutate();
        int32_t first = mutation.first_ms, end = first + 100;
        assert_int_equal(mutation.count, 1);
        assert_true(first >= 100 && first <= 400 && first % 100 == 0);
        seen |= 1 << first / 100;
        for (int32_t time = 0; time <= 600; time += 10) {
            bool is_changed = time >= first && (time < end || first == 400);
            int32_t difference = steer_at(&tape, time) - steer_at(&base, time);
            assert_true(is_changed ? difference != 0 : difference == 0);
            assert_in_range(difference + 1000, 0, 2000);
        }
    }
    assert_int_equal(seen, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4);
}

static void test_keys_that_do_not_count_are_left_alone(void **unused)
{
    (void)unused;
    begin();
    settings.modify_prob = 1;
    add(0, ACTION_STEER, 20000);
    add_keys();
    for (int round = 0; round < 20; round++) {
        struct mutation mutation = mutate();
        assert_int_equal(mutation.count, 1);
        assert_int_equal(tape.count, base.count);
    }
}

static void test_a_full_tape_is_not_overrun(void **unused)
{
    (void)unused;
    begin();
    settings.modify_prob = 1;
    for (int32_t i = 1; i < EVENT_TAPE_COUNT_MAX - 5; i++)
        add(100 * i, i % 2 ? ACTION_STEER_LEFT : ACTION_STEER_RIGHT, i % 3);
    struct mutation mutation = mutate();
    assert_in_range(mutation.count, 2, 4);
    assert_in_range(tape.count, EVENT_TAPE_COUNT_MAX - 2, EVENT_TAPE_COUNT_MAX);
}

static void test_filling_changes_nothing_and_has_an_event_for_every_tick(void **unused)
{
    (void)unused;
    begin();
    add_keys();
    add(250, ACTION_STEER, -500);
    add(355, ACTION_STEER, 0);
    event_tape_assign(&tape, &base);
    input_fill_steer(&tape, scratch, 150, 383);
    for (int32_t time = 0; time <= 600; time += 10)
        assert_int_equal(steer_at(&tape, time), steer_at(&base, time));
    /* 150 to 380, of which two had one, and one that gives back to the keys. */
    assert_int_equal(tape.count, base.count + 24 - 2 + 1);
    for (int32_t i = 1; i < tape.count; i++)
        assert_true(tape.events[i - 1].time <= tape.events[i].time);
}

static void test_filling_takes_what_room_there_is(void **unused)
{
    (void)unused;
    begin();
    event_tape_assign(&tape, &base);
    input_fill_steer(&tape, scratch, 0, 3600000);
    assert_int_equal(tape.count, EVENT_TAPE_COUNT_MAX);
    input_fill_steer(&tape, scratch, 5, 3600000);
    assert_int_equal(tape.count, EVENT_TAPE_COUNT_MAX);
    event_tape_assign(&tape, &base);
    input_fill_steer(&tape, scratch, 100, 50); /* no time at all */
    assert_int_equal(tape.count, 1);
    input_fill_steer(&tape, scratch, INT32_MAX - EVENT_TIME_ZERO, 100);
    assert_int_equal(tape.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_steering_gets_other_values),
        cmocka_unit_test(test_values_stay_in_their_range),
        cmocka_unit_test(test_nothing_outside_of_its_time_is_touched),
        cmocka_unit_test(test_times_change_in_ticks_and_keep_the_order_of_an_action),
        cmocka_unit_test(test_the_first_change_is_the_earlier_of_old_and_new),
        cmocka_unit_test(test_the_start_the_finish_and_strangers_stay),
        cmocka_unit_test(test_one_is_changed_however_small_the_chance),
        cmocka_unit_test(test_what_cannot_be_changed_is_given_up),
        cmocka_unit_test(test_the_same_dice_make_the_same_changes),
        cmocka_unit_test(test_a_key_becomes_analog_until_the_next_steering_event),
        cmocka_unit_test(test_keys_that_do_not_count_are_left_alone),
        cmocka_unit_test(test_a_full_tape_is_not_overrun),
        cmocka_unit_test(test_filling_changes_nothing_and_has_an_event_for_every_tick),
        cmocka_unit_test(test_filling_takes_what_room_there_is),
    };
    return cmocka_run_group_tests_name("input mutation", tests, NULL, NULL);
}
