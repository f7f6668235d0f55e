/* Who lives behind an object and in front of it, and what happens when it is cut short. */
#include "support/memory_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_one_process_at_a_time_is_the_client(void **unused)
{
    (void)unused;
    struct shared_memory server, client;
    assert_int_equal(shared_memory_create(&server, name, OBJECT_SIZE), STATUS_OK);
    assert_int_equal(shared_memory_open(&client, name), STATUS_OK);
    assert_false(shared_memory_is_claimed(&client));
    pid_t pid = child_start(attach, name);
    assert_true(shared_memory_is_claimed(&client));
    assert_true(shared_memory_is_claimed(&server));
    assert_false(shared_memory_claim(&client));
    child_kill(pid); /* a dead client's lock is gone at once */
    assert_false(shared_memory_is_claimed(&client));
    assert_true(shared_memory_claim(&client));
    assert_false(shared_memory_is_claimed(&client)); /* by another one */
    assert_true(shared_memory_is_claimed(&server));
    shared_memory_close(&client);
    assert_false(shared_memory_is_claimed(&server));
    shared_memory_close(&server);
}

static void test_who_else_uses_an_object_is_told_by_pid(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    char text[200], expected[32];
    assert_int_equal(shared_memory_create(&shared, name, OBJECT_SIZE), STATUS_OK);
    shared_memory_users(&shared, text, sizeof text);
    assert_string_equal(text, "");
    pid_t pid = child_start(attach, name);
    shared_memory_users(&shared, text, sizeof text);
    snprintf(expected, sizeof expected, "(pid %ld)", (long)pid);
    assert_non_null(strstr(text, expected));
    snprintf(expected, sizeof expected, "(pid %ld)", (long)getpid());
    assert_null(strstr(text, expected));
    char small[8] = "\x7F\x7F\x7F\x7F\x7F\x7F\x7F";
    shared_memory_users(&shared, small, 6);
    assert_true(strlen(small) < 6);
    assert_int_equal(small[6], 0x7F);
    child_kill(pid);
    shared_memory_close(&shared);
}

static void test_a_server_lives_as_long_as_its_lock(void **unused)
{
    (void)unused;
    struct shared_memory client;
    pid_t pid = child_start(serve, name);
    assert_int_equal(shared_memory_open(&client, name), STATUS_OK);
    assert_int_equal(shared_memory_server_life(&client), SERVER_LIFE_ALIVE);
    child_kill(pid);
    assert_int_equal(shared_memory_server_life(&client), SERVER_LIFE_GONE);
    shared_memory_close(&client);
    assert_int_equal(shared_memory_open(&client, name), STATUS_OK); /* opened when it was dead */
    assert_int_equal(shared_memory_server_life(&client), SERVER_LIFE_UNKNOWN);
    shared_memory_close(&client);
}

static void test_a_game_without_locks_is_believed_until_its_object_goes(void **unused)
{
    (void)unused;
    struct shared_memory client;
    make_by_hand(OBJECT_SIZE);
    assert_int_equal(shared_memory_open(&client, name), STATUS_OK);
    assert_int_equal(shared_memory_server_life(&client), SERVER_LIFE_UNKNOWN);
    shm_unlink(name);
    assert_int_equal(shared_memory_server_life(&client), SERVER_LIFE_GONE);
    shared_memory_close(&client);
    make_by_hand(OBJECT_SIZE);
    assert_int_equal(shared_memory_open(&client, name), STATUS_OK);
    cut_to(OBJECT_SIZE - 1);
    assert_int_equal(shared_memory_server_life(&client), SERVER_LIFE_GONE);
    shared_memory_close(&client);
}

/* In a child: another process cuts the object while we have it mapped. */
static void read_what_was_cut(const char *of)
{
    struct shared_memory shared;
    shared_memory_guard();
    if (shared_memory_open(&shared, of) != STATUS_OK || shared.memory[8192] != 0xEE)
        _exit(1);
    cut_to(4096);
    for (size_t i = 0; i < shared.size; i++)
        if (((volatile uint8_t *)shared.memory)[i] != (i < 4096 ? 0xEE : 0))
            _exit(2);
    memset(shared.memory, 1, shared.size);
    cut_to(0);
    for (size_t i = 0; i < 4096; i++)
        if (((volatile uint8_t *)shared.memory)[i] != 0)
            _exit(3);
    if (shared_memory_server_life(&shared) != SERVER_LIFE_GONE)
        _exit(4);
    shared_memory_close(&shared);
}

static void test_memory_that_was_cut_reads_as_zeros_and_kills_nobody(void **unused)
{
    (void)unused;
    pid_t pid = child_start(serve, name);
    int status = child_run(read_what_was_cut, name);
    child_kill(pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_one_process_at_a_time_is_the_client),
        TEST(test_who_else_uses_an_object_is_told_by_pid),
        TEST(test_a_server_lives_as_long_as_its_lock),
        TEST(test_a_game_without_locks_is_believed_until_its_object_goes),
        TEST(test_memory_that_was_cut_reads_as_zeros_and_kills_nobody),
    };
    return cmocka_run_group_tests_name("shared_memory life", tests, NULL, NULL);
}
