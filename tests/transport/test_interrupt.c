/* Ctrl-C, termination, and the watchdog. Bounds on time are wide: the machine may be busy. */
#include "support/child.h"
#include "transport/clock.h"
#include "transport/interrupt.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct watch watch;
static volatile sig_atomic_t expired_count, elsewhere_count, notified;
static pthread_t main_thread;

static void on_expired(void)
{
    expired_count++;
    if (!pthread_equal(pthread_self(), main_thread))
        elsewhere_count++;
}

static void start_watch(uint32_t serial, int32_t limit_ms)
{
    expired_count = 0;
    elsewhere_count = 0;
    main_thread = pthread_self();
    watch.serial = serial;
    watch.limit_ms = limit_ms;
    assert_true(watchdog_start(&watch, on_expired));
}

/* Busy for so long, or until the watchdog has expired so often. */
static void work_ms(int64_t duration_ms, int until_expired)
{
    int64_t end_ms = clock_now_ms() + duration_ms;
    while (clock_now_ms() < end_ms && expired_count < until_expired)
        clock_yield();
}

static int stop_watch(void **unused)
{
    (void)unused;
    watchdog_stop();
    return 0;
}

static void test_no_progress_expires_on_the_main_thread(void **unused)
{
    (void)unused;
    int64_t before_ms = clock_now_ms();
    start_watch(1, 100);
    work_ms(20000, 1);
    assert_true(expired_count >= 1);
    assert_true(clock_now_ms() - before_ms >= 100);
    work_ms(20000, 3); /* again and again while there is none */
    assert_true(expired_count >= 3);
    assert_int_equal(elsewhere_count, 0);
}

static void test_it_expires_in_a_long_system_call_too(void **unused)
{
    (void)unused;
    start_watch(7, 50);
    int64_t before_ms = clock_now_ms();
    while (expired_count == 0 && clock_now_ms() - before_ms < 20000)
        clock_sleep_ns(5000000000);
    assert_true(expired_count >= 1);
    assert_int_equal(elsewhere_count, 0);
}

static void test_progress_keeps_it_quiet(void **unused)
{
    (void)unused;
    start_watch(1, 1000);
    for (int i = 0; i < 75; i++) {
        work_ms(20, 1);
        watch.serial += 2;
    }
    assert_int_equal(expired_count, 0);
}

static void test_nobody_waiting_or_no_limit_keeps_it_quiet(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t serial;
        int32_t limit_ms;
    } cases[] = {{0, 20}, {2, 20}, {1, 0}, {1, -1}, {3, INT32_MIN}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start_watch(cases[i].serial, cases[i].limit_ms);
        work_ms(250, 1);
        assert_int_equal(expired_count, 0);
        watchdog_stop();
    }
}

static void test_a_limit_counts_from_when_somebody_waits(void **unused)
{
    (void)unused;
    start_watch(0, 300);
    work_ms(400, 1);
    assert_int_equal(expired_count, 0);
    int64_t before_ms = clock_now_ms();
    watch.serial = 1;
    work_ms(20000, 1);
    assert_true(expired_count >= 1);
    assert_true(clock_now_ms() - before_ms >= 250);
}

static void test_stopped_it_says_nothing_more(void **unused)
{
    (void)unused;
    start_watch(1, 50);
    assert_true(watchdog_start(&watch, on_expired)); /* runs already */
    work_ms(20000, 1);
    watchdog_stop();
    expired_count = 0;
    work_ms(250, 1);
    assert_int_equal(expired_count, 0);
    watchdog_stop();
    raise(SIGURG);      /* a late one ends nobody */
    start_watch(1, 50); /* and it can be started again */
    work_ms(20000, 1);
    assert_true(expired_count >= 1);
}

static void on_notify(void)
{
    notified++;
}

/* In children: each ends with 0 when all was as it should be. */
static void catch_break(const char *unused)
{
    (void)unused;
    interrupt_catch(on_notify);
    if (interrupt_caught() != INTERRUPT_NONE || notified != 0)
        _exit(1);
    raise(SIGINT);
    _exit(interrupt_caught() == INTERRUPT_BREAK && notified == 1 ? 0 : 2);
}

static void catch_termination(const char *unused)
{
    (void)unused;
    interrupt_catch(NULL);
    raise(SIGTERM);
    _exit(interrupt_caught() == INTERRUPT_TERMINATE ? 0 : 2);
}

static void catch_two_breaks(const char *unused)
{
    (void)unused;
    interrupt_catch(on_notify);
    raise(SIGINT);
    raise(SIGINT);
    _exit(3);
}

static void catch_again(const char *unused)
{
    (void)unused;
    interrupt_catch(NULL);
    raise(SIGINT);
    interrupt_catch(NULL); /* a new wait */
    if (interrupt_caught() != INTERRUPT_NONE)
        _exit(1);
    raise(SIGINT);
    _exit(interrupt_caught() == INTERRUPT_BREAK ? 0 : 2);
}

static void catch_both(const char *unused)
{
    (void)unused;
    interrupt_catch(NULL);
    raise(SIGINT);
    raise(SIGTERM); /* may end us; if not, the first thing caught is what counts */
    _exit(interrupt_caught() == INTERRUPT_BREAK ? 0 : 2);
}

static void write_to_nobody(const char *unused)
{
    (void)unused;
    int ends[2];
    interrupt_catch(NULL);
    if (pipe(ends) != 0)
        _exit(1);
    close(ends[0]);
    _exit(write(ends[1], "x", 1) == -1 ? 0 : 2);
}

static void test_interrupts_are_caught_once(void **unused)
{
    (void)unused;
    void (*const runs[])(const char *) = {catch_break, catch_termination, catch_again,
                                          write_to_nobody};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        int status = child_run(runs[i], NULL);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
}

static void test_a_second_interrupt_ends_the_process(void **unused)
{
    (void)unused;
    int status = child_run(catch_two_breaks, NULL);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGINT);
}

static void test_the_first_of_two_kinds_is_what_was_caught(void **unused)
{
    (void)unused;
    int status = child_run(catch_both, NULL);
    assert_true((WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM) ||
                (WIFEXITED(status) && WEXITSTATUS(status) == 0));
}

static void test_exit_statuses_are_the_shells(void **unused)
{
    (void)unused;
    assert_int_equal(interrupt_exit_status(INTERRUPT_BREAK), 130);
    assert_int_equal(interrupt_exit_status(INTERRUPT_TERMINATE), 143);
}

static void end_with_42(void)
{
    _exit(42);
}

static void interrupt_twice(const char *unused)
{
    (void)unused;
    interrupt_catch(NULL);
    interrupt_before_end(end_with_42);
    raise(SIGINT);
    raise(SIGTERM);
}

static void test_what_a_second_interrupt_would_leave_behind_is_set_back(void **unused)
{
    (void)unused;
    int status = child_run(interrupt_twice, NULL);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_no_progress_expires_on_the_main_thread, stop_watch),
        cmocka_unit_test_teardown(test_it_expires_in_a_long_system_call_too, stop_watch),
        cmocka_unit_test_teardown(test_progress_keeps_it_quiet, stop_watch),
        cmocka_unit_test_teardown(test_nobody_waiting_or_no_limit_keeps_it_quiet, stop_watch),
        cmocka_unit_test_teardown(test_a_limit_counts_from_when_somebody_waits, stop_watch),
        cmocka_unit_test_teardown(test_stopped_it_says_nothing_more, stop_watch),
        cmocka_unit_test(test_interrupts_are_caught_once),
        cmocka_unit_test(test_a_second_interrupt_ends_the_process),
        cmocka_unit_test(test_the_first_of_two_kinds_is_what_was_caught),
        cmocka_unit_test(test_exit_statuses_are_the_shells),
        cmocka_unit_test(test_what_a_second_interrupt_would_leave_behind_is_set_back),
    };
    return cmocka_run_group_tests_name("interrupt", tests, NULL, NULL);
}
