/* Objects of shared memory: made whole, named once, replaced when their server is dead. */
#include "support/memory_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static bool is_zero(const struct shared_memory *shared)
{
    for (size_t i = 0; i < shared->size; i++)
        if (shared->memory[i] != 0)
            return false;
    return true;
}

static void test_an_object_is_made_whole_and_taken_away(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    assert_int_equal(shared_memory_create(&shared, name, 65535), STATUS_OK);
    assert_int_equal(shared.size, 65535);
    assert_true(shared.is_owner);
    assert_string_equal(shared.name, name);
    assert_true(is_zero(&shared));
    assert_int_equal(object_size(), 65535);
    shared_memory_close(&shared);
    assert_null(shared.memory);
    assert_int_equal(object_size(), -1);
    shared_memory_close(&shared);
}

static void test_both_ends_see_the_same_bytes(void **unused)
{
    (void)unused;
    struct shared_memory server, client;
    assert_int_equal(shared_memory_create(&server, name, OBJECT_SIZE), STATUS_OK);
    assert_int_equal(shared_memory_open(&client, name), STATUS_OK);
    assert_int_equal(client.size, OBJECT_SIZE);
    assert_false(client.is_owner);
    server.memory[OBJECT_SIZE - 1] = 7;
    assert_int_equal(client.memory[OBJECT_SIZE - 1], 7);
    client.memory[0] = 8;
    assert_int_equal(server.memory[0], 8);
    shared_memory_close(&client); /* the name is its owner's to take away */
    assert_int_equal(object_size(), OBJECT_SIZE);
    shared_memory_close(&server);
}

static void test_what_is_not_there_yet_is_no_game(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    assert_int_equal(shared_memory_open(&shared, name), STATUS_NO_GAME);
    assert_null(shared.memory);
    shared_memory_close(&shared);
    make_by_hand(0); /* made, but not sized yet */
    assert_int_equal(shared_memory_open(&shared, name), STATUS_NO_GAME);
    cut_to(1);
    assert_int_equal(shared_memory_open(&shared, name), STATUS_OK);
    assert_int_equal(shared.size, 1);
    shared_memory_close(&shared);
}

static void test_names_that_are_none_are_refused(void **unused)
{
    (void)unused;
    char longest[SLOT_NAME_SIZE_MAX + 1];
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const char *const names[] = {"", "a/b", "/a", "..", ".x", "a b", "a\n", "\xC3\xA9", longest};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct shared_memory shared;
        assert_int_equal(shared_memory_create(&shared, names[i], OBJECT_SIZE), STATUS_INVALID);
        assert_null(shared.memory);
        assert_int_equal(shared_memory_open(&shared, names[i]), STATUS_INVALID);
        assert_null(shared.memory);
    }
}

static void test_the_longest_name_is_taken(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    size_t used = strlen(name);
    memset(name + used, '_', sizeof name - 1 - used);
    name[sizeof name - 1] = '\0';
    assert_int_equal(shared_memory_create(&shared, name, OBJECT_SIZE), STATUS_OK);
    assert_string_equal(shared.name, name);
    shared_memory_close(&shared);
    assert_int_equal(object_size(), -1);
}

static void test_an_object_that_cannot_be_mapped_leaves_no_name(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    assert_int_not_equal(shared_memory_create(&shared, name, 0), STATUS_OK);
    assert_null(shared.memory);
    assert_int_equal(object_size(), -1);
}

static void test_the_name_of_a_living_server_is_busy(void **unused)
{
    (void)unused;
    struct shared_memory first, second;
    assert_int_equal(shared_memory_create(&first, name, OBJECT_SIZE), STATUS_OK);
    first.memory[0] = 9;
    assert_int_equal(shared_memory_create(&second, name, OBJECT_SIZE), STATUS_BUSY);
    assert_null(second.memory);
    assert_int_equal(first.memory[0], 9);
    assert_int_equal(object_size(), OBJECT_SIZE);
    shared_memory_close(&first);
    pid_t pid = child_start(serve, name);
    assert_int_equal(shared_memory_create(&second, name, OBJECT_SIZE), STATUS_BUSY);
    child_kill(pid);
}

static void test_the_object_of_a_killed_server_is_replaced(void **unused)
{
    (void)unused;
    struct shared_memory old, shared;
    pid_t pid = child_start(serve, name);
    assert_int_equal(shared_memory_open(&old, name), STATUS_OK);
    child_kill(pid);
    assert_int_equal(object_size(), OBJECT_SIZE); /* it is still there */
    assert_int_equal(shared_memory_create(&shared, name, OBJECT_SIZE), STATUS_OK);
    assert_true(is_zero(&shared));
    assert_int_equal(old.memory[0], 0xEE); /* who is attached to the old one keeps it */
    assert_int_equal(shared_memory_server_life(&old), SERVER_LIFE_GONE);
    shared_memory_close(&old);
    assert_int_equal(object_size(), OBJECT_SIZE);
    shared_memory_close(&shared);
}

static void test_an_object_nobody_locks_is_replaced(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    make_by_hand(100);
    assert_int_equal(shared_memory_create(&shared, name, OBJECT_SIZE), STATUS_OK);
    assert_int_equal(shared.size, OBJECT_SIZE);
    assert_true(is_zero(&shared));
    shared_memory_close(&shared);
}

/* In a child: ends with 0 when it got the name, and keeps it until all have tried. */
static void race_for_name(const char *of)
{
    static struct shared_memory shared;
    if (shared_memory_create(&shared, of, OBJECT_SIZE) == STATUS_OK)
        memcpy(shared.memory, "mine", 4);
}

static void test_of_many_servers_one_gets_the_name(void **unused)
{
    (void)unused;
    enum {
        SERVER_COUNT = 4
    };
    for (int round = 0; round < 5; round++) {
        pid_t pids[SERVER_COUNT];
        struct shared_memory shared;
        make_by_hand(100);
        for (int i = 0; i < SERVER_COUNT; i++)
            pids[i] = child_start(race_for_name, name);
        assert_int_equal(shared_memory_open(&shared, name), STATUS_OK);
        assert_memory_equal(shared.memory, "mine", 4);
        assert_int_equal(shared_memory_server_life(&shared), SERVER_LIFE_ALIVE);
        shared_memory_close(&shared);
        for (int i = 0; i < SERVER_COUNT; i++)
            child_kill(pids[i]);
        shm_unlink(name);
    }
}

static void test_closing_takes_nobody_elses_object_away(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    assert_int_equal(shared_memory_create(&shared, name, OBJECT_SIZE), STATUS_OK);
    shm_unlink(name);
    pid_t pid = child_start(serve, name); /* another server has the name now */
    shared_memory_close(&shared);
    assert_int_equal(object_size(), OBJECT_SIZE);
    assert_int_equal(shared_memory_open(&shared, name), STATUS_OK);
    assert_int_equal(shared.memory[0], 0xEE);
    shared_memory_close(&shared);
    child_kill(pid);
}

static void test_sixteen_games_have_sixteen_objects(void **unused)
{
    (void)unused;
    struct shared_memory servers[SLOT_COUNT], client;
    char names[SLOT_COUNT][SLOT_NAME_SIZE_MAX];
    for (int i = 0; i < SLOT_COUNT; i++) {
        snprintf(names[i], sizeof names[i], "%.50s-%d", name, i);
        assert_int_equal(shared_memory_create(&servers[i], names[i], 65535), STATUS_OK);
        servers[i].memory[0] = (uint8_t)(i + 1);
    }
    for (int i = 0; i < SLOT_COUNT; i++) {
        assert_int_equal(shared_memory_open(&client, names[i]), STATUS_OK);
        assert_int_equal(client.memory[0], i + 1);
        shared_memory_close(&client);
        shared_memory_close(&servers[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_object_is_made_whole_and_taken_away),
        TEST(test_both_ends_see_the_same_bytes),
        TEST(test_what_is_not_there_yet_is_no_game),
        TEST(test_names_that_are_none_are_refused),
        TEST(test_the_longest_name_is_taken),
        TEST(test_an_object_that_cannot_be_mapped_leaves_no_name),
        TEST(test_the_name_of_a_living_server_is_busy),
        TEST(test_the_object_of_a_killed_server_is_replaced),
        TEST(test_an_object_nobody_locks_is_replaced),
        TEST(test_of_many_servers_one_gets_the_name),
        TEST(test_closing_takes_nobody_elses_object_away),
        TEST(test_sixteen_games_have_sixteen_objects),
    };
    return cmocka_run_group_tests_name("shared_memory", tests, NULL, NULL);
}
