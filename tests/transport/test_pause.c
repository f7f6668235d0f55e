/* The clock and the adaptive pause. Bounds on time are wide: the machine may be busy. */
#include "transport/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum {
    POLL_COUNT_MAX = 100000
};

static void test_the_clock_never_goes_back(void **unused)
{
    (void)unused;
    int64_t last = clock_now_ns();
    assert_true(last > 0);
    for (int i = 0; i < 100000; i++) {
        int64_t now = clock_now_ns();
        assert_true(now >= last);
        last = now;
    }
    assert_true(clock_now_ms() >= last / 1000000);
}

static void test_sleeping_takes_at_least_its_time(void **unused)
{
    (void)unused;
    int64_t before = clock_now_ns();
    clock_sleep_ns(3000000);
    assert_true(clock_now_ns() - before >= 2900000);
    clock_sleep_ns(0);
    clock_sleep_ns(-1); /* refused, not for ever */
    assert_true(clock_now_ns() - before < 10000000000);
}

static void test_a_pause_asks_soon_for_a_look_at_the_deadlines(void **unused)
{
    (void)unused;
    struct pause pause = {0};
    int polls = 0, looks = 0;
    while (looks < 10 && polls < POLL_COUNT_MAX) {
        polls++;
        looks += pause_once(&pause, CLOCK_NEVER);
    }
    assert_int_equal(looks, 10);
    assert_true(polls < 10000);
}

/* Waits until only sleeping is left: spinning, then yielding for a bounded time, are over. */
static void wait_long(struct pause *pause)
{
    enum {
        LONG_NS = 5000000
    };
    int64_t until_ns = clock_now_ns() + LONG_NS;
    int polls = 0;
    for (; clock_now_ns() < until_ns && polls < POLL_COUNT_MAX; polls++)
        pause_once(pause, CLOCK_NEVER);
    assert_true(pause->since_ns != 0);
    assert_true(polls < POLL_COUNT_MAX);
}

static void test_a_long_pause_looks_every_time(void **unused)
{
    (void)unused;
    struct pause pause = {0};
    wait_long(&pause);
    for (int i = 0; i < 20; i++)
        assert_true(pause_once(&pause, CLOCK_NEVER));
}

static void test_a_pause_ends_at_a_timer_that_is_due(void **unused)
{
    (void)unused;
    int64_t wake_ns = clock_now_ns() + 20000000;
    struct pause pause = {0};
    int polls = 0;
    while (clock_now_ns() < wake_ns && polls < 10000000) {
        pause_once(&pause, wake_ns);
        polls++;
    }
    assert_true(clock_now_ns() - wake_ns < 2000000000);
    wait_long(&pause);
    /* Timers of the past and of the distant past keep nobody. */
    int64_t before = clock_now_ns();
    for (int i = 0; i < 100; i++) {
        assert_true(pause_once(&pause, before - 1));
        assert_true(pause_once(&pause, 0));
    }
    assert_true(clock_now_ns() - before < 2000000000);
}

static void test_a_step_leaves_the_sleep_to_its_caller(void **unused)
{
    (void)unused;
    struct pause pause = {0};
    int64_t duration_ns = -7;
    assert_int_equal(pause_step(&pause, CLOCK_NEVER, &duration_ns), PAUSE_POLL);
    assert_int_equal(duration_ns, -7);
    wait_long(&pause);
    int64_t before = clock_now_ns(), wished_ns = 0;
    pause.since_ns -= 10000000000; /* a silence in which one sleeps long */
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(pause_step(&pause, CLOCK_NEVER, &duration_ns), PAUSE_SLEEP);
        assert_true(duration_ns > 0);
        wished_ns += duration_ns;
    }
    assert_true(clock_now_ns() - before < wished_ns); /* it has not slept */
    assert_int_equal(pause_step(&pause, before, &duration_ns), PAUSE_SLEEP);
    assert_true(duration_ns <= 0);
    assert_int_equal(pause_step(&pause, clock_now_ns() + 1000, &duration_ns), PAUSE_SLEEP);
    assert_true(duration_ns <= 1000);
}

static void test_waits_that_spin_in_vain_teach_to_spin_less(void **unused)
{
    (void)unused;
    struct pause pause = {0};
    assert_int_equal(pause_spin_count(&pause), PAUSE_SPIN_COUNT);
    for (int i = 0; i < 20; i++) {
        uint32_t before = pause_spin_count(&pause);
        wait_long(&pause);
        pause_end(&pause);
        assert_int_equal(pause.since_ns, 0);
        assert_true(pause_spin_count(&pause) < before || before == PAUSE_SPIN_COUNT_MIN);
    }
    assert_int_equal(pause_spin_count(&pause), PAUSE_SPIN_COUNT_MIN);
    for (int i = 0; i < 1000; i++) { /* and short ones to spin again */
        pause_once(&pause, CLOCK_NEVER);
        pause_end(&pause);
    }
    assert_int_equal(pause_spin_count(&pause), PAUSE_SPIN_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_clock_never_goes_back),
        cmocka_unit_test(test_sleeping_takes_at_least_its_time),
        cmocka_unit_test(test_a_pause_asks_soon_for_a_look_at_the_deadlines),
        cmocka_unit_test(test_a_long_pause_looks_every_time),
        cmocka_unit_test(test_a_pause_ends_at_a_timer_that_is_due),
        cmocka_unit_test(test_a_step_leaves_the_sleep_to_its_caller),
        cmocka_unit_test(test_waits_that_spin_in_vain_teach_to_spin_less),
    };
    return cmocka_run_group_tests_name("pause", tests, NULL, NULL);
}
