/* The memory of a game in Wine: who may attach to it, and how its end is known. */
#include "support/child.h"
#include "support/fake_wine.h"
#include "support/scratch.h"
#include "transport/wine_games.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SIZE = 65536
};

static int file = -1;
static pid_t server, game;

/* A wineserver, and a game in it. */
static int begin(void **unused)
{
    (void)unused;
    file = fake_wine_memfd(SIZE);
    server = fake_wine_server(&file, 1);
    game = fake_wine_game("tmsim.exe", file);
    return 0;
}

static void kill_once(pid_t *pid)
{
    if (*pid > 0)
        child_kill(*pid);
    *pid = 0;
}

static int end(void **unused)
{
    (void)unused;
    kill_once(&game);
    kill_once(&server);
    close(file);
    scratch_end();
    return 0;
}

static struct wine_game find(pid_t pid)
{
    struct wine_game found;
    assert_int_equal(wine_game_find(&found, pid, 0), STATUS_OK);
    return found;
}

static void open_game(struct shared_memory *shared)
{
    struct wine_game found = find(game);
    assert_int_equal(shared_memory_open_wine(shared, &found), STATUS_OK);
}

/* In a child: a native client. */
static void attach(const char *pid)
{
    static struct shared_memory shared;
    struct wine_game found;
    if (wine_game_find(&found, atol(pid), 0) != STATUS_OK ||
        shared_memory_open_wine(&shared, &found) != STATUS_OK || !shared_memory_claim(&shared))
        _exit(1);
}

static const char *text_of(pid_t pid)
{
    static char text[24];
    snprintf(text, sizeof text, "%ld", (long)pid);
    return text;
}

static void test_the_game_lives_as_long_as_its_process(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    open_game(&shared);
    assert_int_equal(shared_memory_server_life(&shared), SERVER_LIFE_ALIVE);
    kill_once(&server); /* the wineserver is not the game */
    assert_int_equal(shared_memory_server_life(&shared), SERVER_LIFE_ALIVE);
    kill_once(&game);
    assert_int_equal(shared_memory_server_life(&shared), SERVER_LIFE_GONE);
    shared.memory[0] = 1; /* what was shared stays until it is closed */
    shared_memory_close(&shared);
}

static void test_a_game_that_has_ended_is_not_opened(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    struct wine_game found = find(game);
    kill_once(&game);
    assert_int_equal(shared_memory_open_wine(&shared, &found), STATUS_NO_GAME);
    assert_null(shared.memory);
    shared_memory_close(&shared);
    struct wine_game gone;
    assert_int_equal(wine_game_find(&gone, found.pid, 0), STATUS_NO_GAME);
}

static void test_another_process_or_file_in_its_place_is_not_opened(void **unused)
{
    (void)unused;
    int other_file = fake_wine_memfd(SIZE);
    pid_t other = fake_wine_game("tmsim.exe", other_file);
    struct shared_memory shared;
    struct wine_game found = find(game);
    found.pid = other; /* as if it had got the number of the first */
    assert_int_equal(shared_memory_open_wine(&shared, &found), STATUS_NO_GAME);
    found.pid = game;
    found.inode++; /* as if the descriptor had become another's */
    assert_int_equal(shared_memory_open_wine(&shared, &found), STATUS_NO_GAME);
    found = find(game);
    kill_once(&server);
    assert_int_equal(shared_memory_open_wine(&shared, &found), STATUS_NO_GAME);
    assert_null(shared.memory);
    child_kill(other);
    close(other_file);
}

static int count_descriptors(void)
{
    int count = 0;
    for (int i = 0; i < 64; i++)
        count += fcntl(i, F_GETFD) >= 0;
    return count;
}

static void test_closing_leaves_no_descriptor_open(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    struct wine_game found = find(game);
    int before = count_descriptors();
    assert_int_equal(shared_memory_open_wine(&shared, &found), STATUS_OK);
    shared_memory_close(&shared);
    found.inode++;
    assert_int_equal(shared_memory_open_wine(&shared, &found), STATUS_NO_GAME);
    shared_memory_close(&shared);
    assert_int_equal(count_descriptors(), before);
}

static void test_one_native_process_at_a_time_is_the_client(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    open_game(&shared);
    pid_t client = child_start(attach, text_of(game));
    assert_true(shared_memory_is_claimed(&shared));
    assert_false(shared_memory_claim(&shared));
    child_kill(client);
    assert_false(shared_memory_is_claimed(&shared));
    assert_true(shared_memory_claim(&shared));
    assert_false(shared_memory_is_claimed(&shared)); /* by another one */
    shared_memory_close(&shared);
    open_game(&shared);
    assert_true(shared_memory_claim(&shared));
    shared_memory_close(&shared);
}

static void test_a_native_process_that_only_looks_is_in_nobodys_way(void **unused)
{
    (void)unused;
    struct shared_memory looking, shared;
    open_game(&looking);
    open_game(&shared);
    assert_true(shared_memory_claim(&shared));
    assert_true(shared_memory_is_claimed(&looking));
    shared_memory_close(&looking);
    shared_memory_close(&shared);
}

static void test_a_client_in_wine_holds_the_place(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    open_game(&shared);
    pid_t python = fake_wine_game("C:\\python\\python.exe", file);
    assert_true(shared_memory_is_claimed(&shared));
    assert_false(shared_memory_claim(&shared));
    child_kill(python);
    pid_t client = child_start(attach, text_of(game)); /* our attempt has left no lock */
    child_kill(client);
    assert_true(shared_memory_claim(&shared));
    shared_memory_close(&shared);
}

static void test_who_uses_the_memory_is_told_by_program_and_pid(void **unused)
{
    (void)unused;
    struct shared_memory shared;
    char text[200], expected[64];
    open_game(&shared);
    pid_t python = fake_wine_game("C:\\python\\py\x1bthon.exe", file);
    shared_memory_users(&shared, text, sizeof text);
    snprintf(expected, sizeof expected, "tmsim.exe (pid %ld)", (long)game);
    assert_non_null(strstr(text, expected));
    snprintf(expected, sizeof expected, "py?thon.exe (pid %ld)", (long)python);
    assert_non_null(strstr(text, expected));
    assert_null(strstr(text, text_of(server)));
    assert_null(strstr(text, text_of(getpid())));
    child_kill(python);
    shared_memory_close(&shared);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_game_lives_as_long_as_its_process),
        TEST(test_a_game_that_has_ended_is_not_opened),
        TEST(test_another_process_or_file_in_its_place_is_not_opened),
        TEST(test_closing_leaves_no_descriptor_open),
        TEST(test_one_native_process_at_a_time_is_the_client),
        TEST(test_a_native_process_that_only_looks_is_in_nobodys_way),
        TEST(test_a_client_in_wine_holds_the_place),
        TEST(test_who_uses_the_memory_is_told_by_program_and_pid),
    };
    if (fake_wine_main(argc, argv))
        return 0;
    return cmocka_run_group_tests_name("wine_games life", tests, NULL, NULL);
}
