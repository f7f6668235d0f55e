/* Programs that are started: how they end, and that nothing of them is left. */
#include "support/deadline.h"
#include "transport/child_process.h"

#include "base/limits.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SOON_MS = 10000,
    MANY = 40
};

static struct child_processes *children;

static int begin(void **state)
{
    (void)state;
    children = child_processes_open();
    return children == NULL;
}

static int end(void **state)
{
    (void)state;
    child_processes_close(children);
    children = NULL;
    return 0;
}

static struct child_process *start(const char *program, const char *first, const char *second)
{
    const char *arguments[] = {program, first, second, NULL};
    struct child_process *child;
    const char *reason = NULL;
    assert_int_equal(child_process_start(children, arguments, &child, &reason), STATUS_OK);
    assert_non_null(child);
    assert_true(child_process_pid(child) > 0);
    return child;
}

/* Polls until it is over: its exit status. */
static int status_of(struct child_process *child)
{
    struct deadline deadline = deadline_in_ms(SOON_MS);
    int status = -1;
    while (!child_process_is_over(child, &status)) {
        assert_false(deadline_passed(deadline));
        child_processes_poll(children);
    }
    return status;
}

static bool is_gone(int pid)
{
    return kill(pid, 0) == -1 && errno == ESRCH;
}

static void test_how_they_end(void **state)
{
    struct {
        const char *arguments[3];
        int status;
    } cases[] = {
        {{"/bin/true"}, 0},
        {{"/bin/false"}, 1},
        {{"true"}, 0}, /* found on PATH */
        {{"/bin/sh", "-c", "exit 42"}, 42},
        {{"/bin/sh", "-c", "kill -TERM $$"}, 128 + SIGTERM},
        {{"/bin/sh", "-c", "read x"}, 1},          /* standard input is at its end */
        {{"/bin/sh", "-c", "test \"$0\" = x"}, 1}, /* no shell changes the arguments */
        {{"/usr/bin/test", "$HOME *"}, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char **arguments = cases[i].arguments;
        struct child_process *child = start(arguments[0], arguments[1], arguments[2]);
        int pid = child_process_pid(child);
        assert_int_equal(status_of(child), cases[i].status);
        assert_true(is_gone(pid)); /* no zombie either */
        child_process_kill(child); /* does nothing, and does not reach whoever has the number now */
        child_process_close(child);
    }
    assert_int_equal(child_processes_count(children), 0);
}

static void test_they_are_killed(void **state)
{
    struct child_process *child = start("/bin/sleep", "1000", NULL);
    int status;
    (void)state;
    child_processes_poll(children);
    assert_false(child_process_is_over(child, &status));
    assert_int_equal(child_processes_count(children), 1);
    child_process_kill(child);
    child_process_kill(child);
    assert_int_equal(status_of(child), 128 + SIGKILL);
    child_process_close(child);
}

static void test_a_stopped_one_is_killed_too(void **state)
{
    struct child_process *child = start("/bin/sleep", "1000", NULL);
    (void)state;
    assert_int_equal(kill(child_process_pid(child), SIGSTOP), 0);
    child_process_kill(child);
    assert_int_equal(status_of(child), 128 + SIGKILL);
    child_process_close(child);
}

static void test_one_that_is_closed_ends(void **state)
{
    struct child_process *child = start("/bin/sleep", "1000", NULL);
    int pid = child_process_pid(child);
    struct deadline deadline = deadline_in_ms(SOON_MS);
    (void)state;
    child_process_close(child);
    while (!is_gone(pid)) {
        assert_false(deadline_passed(deadline));
        child_processes_poll(children);
    }
    assert_int_equal(child_processes_count(children), 0);
}

static void test_what_cannot_be_started(void **state)
{
    struct {
        const char *program;
        enum status status;
        const char *reason;
    } cases[] = {
        {"/no/such/program", STATUS_SYSTEM, "no such file or directory"},
        {"no-such-program-anywhere", STATUS_SYSTEM, "no such file or directory"},
        {"/", STATUS_DENIED, "permission denied"},
        {"/etc/passwd", STATUS_DENIED, "permission denied"},
        {"", STATUS_SYSTEM, "no such file or directory"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *arguments[] = {cases[i].program, NULL};
        struct child_process *child;
        const char *reason = NULL;
        assert_int_equal(child_process_start(children, arguments, &child, &reason),
                         cases[i].status);
        assert_null(child);
        assert_string_equal(reason, cases[i].reason);
    }
    assert_int_equal(child_processes_count(children), 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void test_many_at_once(void **state)
{
    struct child_process *all[MANY];
    char text[MANY][16];
    (void)state;
    for (int i = 0; i < MANY; i++) {
        const char *arguments[] = {"/bin/sh", "-c", "exit $0", text[i], NULL};
        const char *reason;
        snprintf(text[i], sizeof text[i], "%d", i);
        assert_int_equal(child_process_start(children, arguments, &all[i], &reason), STATUS_OK);
    }
    for (int i = 0; i < MANY; i++)
        assert_int_equal(status_of(all[i]), i);
    for (int i = 0; i < MANY; i++)
        child_process_close(all[i]);
    assert_int_equal(child_processes_count(children), 0);
}

static void test_there_is_a_limit(void **state)
{
    const char *arguments[] = {"/bin/sleep", "1000", NULL};
    struct child_process *child, *last = NULL;
    const char *reason = NULL;
    (void)state;
    for (int i = 0; i < CHILD_COUNT_MAX; i++) {
        assert_int_equal(child_process_start(children, arguments, &child, &reason), STATUS_OK);
        last = child;
    }
    assert_int_equal(child_process_start(children, arguments, &child, &reason), STATUS_NO_SLOT);
    assert_null(child);
    assert_string_equal(reason, "too many programs run already");
    child_process_kill(last);
    assert_int_equal(status_of(last), 128 + SIGKILL);
    assert_int_equal(child_process_start(children, arguments, &child, &reason), STATUS_OK);
}

static int descriptor_count(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;
    assert_non_null(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* What libuv has for the whole program, its pipe for signals, is there after the first time. */
static void test_nothing_is_left(void **state)
{
    int pids[3], before = 0;
    (void)state;
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 3; i++)
            pids[i] = child_process_pid(start("/bin/sleep", "1000", NULL));
        status_of(start("/bin/true", NULL, NULL));
        child_processes_close(children);
        for (int i = 0; i < 3; i++)
            assert_true(is_gone(pids[i]));
        if (round == 0)
            before = descriptor_count();
        assert_int_equal(descriptor_count(), before);
        children = child_processes_open();
        assert_non_null(children);
    }
    child_processes_close(NULL);
}

/* Other children of the program are waited for by those who have started them. */
static void test_others_are_let_alone(void **state)
{
    struct child_process *child = start("/bin/true", NULL, NULL);
    pid_t other = fork();
    int status;
    (void)state;
    if (other == 0)
        _exit(7);
    assert_true(other > 0);
    assert_int_equal(status_of(child), 0);
    FILE *pipe = popen("exit 5", "r");
    assert_non_null(pipe);
    child_processes_poll(children);
    assert_int_equal(WEXITSTATUS(pclose(pipe)), 5);
    assert_int_equal(WEXITSTATUS(system("exit 6")), 6);
    child_processes_poll(children);
    assert_int_equal(waitpid(other, &status, 0), other);
    assert_int_equal(WEXITSTATUS(status), 7);
    child_process_close(child);
}

/* A mask is inherited from whoever has started the program. */
static void test_a_blocked_signal(void **state)
{
    sigset_t blocked;
    (void)state;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    assert_int_equal(sigprocmask(SIG_BLOCK, &blocked, NULL), 0);
    assert_int_equal(begin(NULL), 0);
    assert_int_equal(status_of(start("/bin/false", NULL, NULL)), 1);
    end(NULL);
}

static void test_the_program_and_the_machine(void **state)
{
    char path[PROGRAM_PATH_SIZE_MAX], expected[PROGRAM_PATH_SIZE_MAX] = "", little[5];
    (void)state;
    assert_true(child_process_own_program(path, sizeof path));
    assert_true(readlink("/proc/self/exe", expected, sizeof expected - 1) > 0);
    assert_string_equal(path, expected);
    assert_false(child_process_own_program(little, sizeof little));
    assert_true(child_process_processor_count() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_how_they_end, begin, end),
        cmocka_unit_test_setup_teardown(test_they_are_killed, begin, end),
        cmocka_unit_test_setup_teardown(test_a_stopped_one_is_killed_too, begin, end),
        cmocka_unit_test_setup_teardown(test_one_that_is_closed_ends, begin, end),
        cmocka_unit_test_setup_teardown(test_what_cannot_be_started, begin, end),
        cmocka_unit_test_setup_teardown(test_many_at_once, begin, end),
        cmocka_unit_test_setup_teardown(test_there_is_a_limit, begin, end),
        cmocka_unit_test_setup_teardown(test_nothing_is_left, begin, end),
        cmocka_unit_test_setup_teardown(test_others_are_let_alone, begin, end),
        cmocka_unit_test_teardown(test_a_blocked_signal, end),
        cmocka_unit_test_setup_teardown(test_the_program_and_the_machine, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
