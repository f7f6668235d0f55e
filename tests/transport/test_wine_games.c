/* Which processes of Wine are games, and which part of their memory is the slot. */
#include "support/child.h"
#include "support/fake_wine.h"
#include "support/scratch.h"
#include "transport/wine_games.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    SIZE = 65536,
    PAGE = 4096
};

static pid_t started[8];
static int started_count;

static pid_t later_killed(pid_t pid)
{
    started[started_count++] = pid;
    return pid;
}

static int end(void **unused)
{
    (void)unused;
    while (started_count > 0)
        child_kill(started[--started_count]);
    scratch_end();
    return 0;
}

/* A wineserver with that one file, and a game that maps it. */
static pid_t run_game(const char *program, int file)
{
    later_killed(fake_wine_server(&file, 1));
    return later_killed(fake_wine_game(program, file));
}

/* That process in the list of all games; null when it is not there. */
static const struct wine_game *listed(pid_t pid)
{
    static struct wine_game games[WINE_GAME_COUNT_MAX];
    int count = wine_games_find(games, 0);
    for (int i = 0; i < count; i++)
        if (games[i].pid == (long)pid)
            return &games[i];
    return NULL;
}

static void expect_slot(pid_t pid, size_t expected_size, size_t size)
{
    struct wine_game game;
    assert_int_equal(wine_game_find(&game, pid, expected_size), STATUS_OK);
    assert_int_equal(game.size, size);
}

static void test_a_game_is_found_with_its_program_and_its_slot(void **unused)
{
    (void)unused;
    int files[] = {fake_wine_file(SIZE), fake_wine_memfd(SIZE)};
    for (size_t i = 0; i < 2; i++) {
        pid_t pid = run_game("tmsim.exe", files[i]);
        const struct wine_game *game = listed(pid);
        assert_non_null(game);
        assert_int_equal(game->status, STATUS_OK);
        assert_string_equal(game->program, "tmsim.exe");
        assert_int_equal(game->size, SIZE);
        assert_int_equal(game->index, 0);
        struct shared_memory shared;
        assert_int_equal(shared_memory_open_wine(&shared, game), STATUS_OK);
        assert_int_equal(shared.size, SIZE);
        assert_int_equal(shared.game_pid, pid);
        assert_string_equal(shared.name, "TMInterface0");
        shared.memory[SIZE - 1] = 7;
        uint8_t byte = 0;
        assert_int_equal(pread(files[i], &byte, 1, SIZE - 1), 1);
        assert_int_equal(byte, 7);
        shared_memory_close(&shared);
        shared_memory_close(&shared);
        close(files[i]);
    }
}

static void test_looking_for_games_writes_nothing(void **unused)
{
    (void)unused;
    static uint8_t before[SIZE], after[SIZE];
    int file = fake_wine_file(SIZE);
    memset(before, 0xA5, sizeof before);
    memcpy(before, "\x04\xFF\0\0", 4);
    assert_int_equal(pwrite(file, before, SIZE, 0), SIZE);
    pid_t pid = run_game("tmsim.exe", file);
    struct shared_memory shared;
    assert_int_equal(shared_memory_open_wine(&shared, listed(pid)), STATUS_OK);
    assert_true(shared_memory_claim(&shared));
    assert_int_equal(shared_memory_server_life(&shared), SERVER_LIFE_ALIVE);
    shared_memory_close(&shared);
    assert_int_equal(pread(file, after, SIZE, 0), SIZE);
    assert_memory_equal(before, after, SIZE);
    close(file);
}

static void test_the_games_of_a_prefix_are_numbered_as_they_were_started(void **unused)
{
    (void)unused;
    int files[] = {fake_wine_memfd(SIZE), fake_wine_memfd(SIZE), fake_wine_memfd(SIZE)};
    later_killed(fake_wine_server(files, 2));
    pid_t first = later_killed(fake_wine_game("TmForever.exe", files[0]));
    pid_t second = later_killed(fake_wine_game("Z:\\game\\TMNATIONSFOREVER.EXE", files[1]));
    later_killed(fake_wine_server(files + 2, 1));
    pid_t other = later_killed(fake_wine_game("tmsim.exe", files[2]));
    assert_int_equal(listed(first)->index, 0);
    assert_int_equal(listed(second)->index, 1);
    assert_string_equal(listed(second)->program, "TMNATIONSFOREVER.EXE");
    assert_int_equal(listed(other)->index, 0);
    for (int i = 0; i < 3; i++)
        close(files[i]);
}

static void test_other_programs_are_games_only_when_they_are_named(void **unused)
{
    (void)unused;
    struct wine_game game;
    int file = fake_wine_file(SIZE);
    pid_t pid = run_game("python.exe", file);
    assert_null(listed(pid));
    expect_slot(pid, 0, SIZE);
    struct fake_process native = {.loader = "tmsim.exe", .files = {file}, .file_count = 1};
    pid = later_killed(fake_wine_start(&native)); /* no program of Wine */
    assert_null(listed(pid));
    assert_int_equal(wine_game_find(&game, pid, 0), STATUS_NO_GAME);
    assert_int_equal(wine_game_find(&game, started[0], 0), STATUS_NO_GAME);
    assert_int_equal(wine_game_find(&game, INT32_MAX, 0), STATUS_NO_GAME);
    close(file);
}

static void test_a_program_with_the_library_of_tminterface_is_a_game(void **unused)
{
    (void)unused;
    static const struct {
        const char *file;
        bool is_game;
    } cases[] = {{"TMInterface.dll", true},
                 {"tminterface64.DLL", true},
                 {"TMInterface.exe", false},
                 {"NoTMInterface.dll", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int files[] = {fake_wine_file(SIZE), fake_wine_other_file(cases[i].file, 100)};
        struct fake_process game = {.loader = "wine-preloader", .program = "other.exe"};
        memcpy(game.files, files, sizeof files);
        game.file_count = 2;
        later_killed(fake_wine_server(files, 1));
        assert_int_equal(listed(later_killed(fake_wine_start(&game))) != NULL, cases[i].is_game);
        close(files[0]);
        close(files[1]);
    }
}

static void test_what_cannot_be_a_slot_is_none(void **unused)
{
    (void)unused;
    static const char *const words[] = {"\x41\0\0\0", "\x04\x01\0\0", "\x04\xFF\1\0", "\0\0\0\1",
                                        "MZ\x90\0"};
    int file = fake_wine_file(SIZE);
    pid_t pid = run_game("tmsim.exe", file);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        assert_int_equal(pwrite(file, words[i], 4, 0), 4);
        assert_null(listed(pid));
    }
    assert_int_equal(pwrite(file, "\0\xFF\0\0", 4, 0), 4);
    assert_non_null(listed(pid));
    assert_int_equal(pwrite(file, "\x40\0\0\0", 4, 0), 4);
    assert_non_null(listed(pid));
    assert_int_equal(ftruncate(file, SIZE + 1), 0); /* it has only a part of it mapped */
    assert_null(listed(pid));
    assert_int_equal(ftruncate(file, SIZE - 1), 0);
    assert_non_null(listed(pid));
    close(file);
}

static void test_only_whole_shared_files_of_wine_are_slots(void **unused)
{
    (void)unused;
    int file = fake_wine_file(SIZE), other = fake_wine_other_file("data", SIZE);
    int large = fake_wine_memfd(SLOT_SIZE_MAX + PAGE);
    struct fake_process games[] = {{.is_read_only = true, .files = {file}},
                                   {.mapped_offset = PAGE, .files = {file}},
                                   {.files = {other}},
                                   {.files = {large}}};
    int all[] = {file, other, large};
    later_killed(fake_wine_server(all, 3));
    for (size_t i = 0; i < sizeof games / sizeof games[0]; i++) {
        games[i].loader = "wine64";
        games[i].program = "tmsim.exe";
        games[i].file_count = 1;
        pid_t pid = later_killed(fake_wine_start(&games[i]));
        assert_null(listed(pid));
        struct wine_game game;
        assert_int_equal(wine_game_find(&game, pid, 0), STATUS_NO_GAME);
    }
    for (int i = 0; i < 3; i++)
        close(all[i]);
}

/* A game that shares all of the files. */
static pid_t run_game_with(const int *files, int count)
{
    struct fake_process game = {.loader = "wine64", .program = "tmsim.exe", .file_count = count};
    memcpy(game.files, files, (size_t)count * sizeof *files);
    later_killed(fake_wine_server(files, count));
    return later_killed(fake_wine_start(&game));
}

static void test_of_several_parts_the_one_of_a_known_size_is_the_slot(void **unused)
{
    (void)unused;
    int files[] = {fake_wine_memfd(PAGE), fake_wine_memfd(16384), fake_wine_memfd(SIZE)};
    pid_t pid = run_game_with(files, 3);
    expect_slot(pid, 0, SIZE);
    expect_slot(pid, SLOT_SIZE_V1, SIZE);
    expect_slot(pid, SLOT_SIZE_PUBLIC, 16384);
    expect_slot(pid, 4000, PAGE);
    expect_slot(pid, 100000, SIZE); /* not there: the caller sees that it differs */
    pid = run_game_with(files, 2);
    expect_slot(pid, 0, 16384);
    pid = run_game_with(files, 1);
    expect_slot(pid, 0, PAGE);
    for (int i = 0; i < 3; i++)
        close(files[i]);
}

static void test_parts_that_are_alike_are_left_alone(void **unused)
{
    (void)unused;
    int files[] = {fake_wine_memfd(SIZE), fake_wine_memfd(SIZE), fake_wine_memfd(3 * PAGE)};
    struct wine_game game;
    struct shared_memory shared;
    pid_t pid = run_game_with(files, 3);
    assert_int_equal(wine_game_find(&game, pid, 0), STATUS_SIZE_MISMATCH);
    assert_int_equal(shared_memory_open_wine(&shared, &game), STATUS_SIZE_MISMATCH);
    assert_null(shared.memory);
    expect_slot(pid, 3 * PAGE, 3 * PAGE);
    int same[] = {files[0], dup(files[0])}; /* one file that is mapped twice is one part */
    expect_slot(run_game_with(same, 2), 0, SIZE);
    close(same[1]);
    for (int i = 0; i < 3; i++)
        close(files[i]);
}

static void test_a_game_without_a_wineserver_to_be_seen_is_out_of_reach(void **unused)
{
    (void)unused;
    int file = fake_wine_memfd(SIZE), other = fake_wine_memfd(SIZE);
    later_killed(fake_wine_server(&other, 1)); /* of another prefix */
    pid_t pid = later_killed(fake_wine_game("tmsim.exe", file));
    const struct wine_game *game = listed(pid);
    struct shared_memory shared;
    assert_non_null(game);
    assert_int_equal(game->status, STATUS_DENIED);
    assert_int_equal(shared_memory_open_wine(&shared, game), STATUS_DENIED);
    assert_null(shared.memory);
    close(file);
    close(other);
}

#define TEST(function) cmocka_unit_test_teardown(function, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_game_is_found_with_its_program_and_its_slot),
        TEST(test_looking_for_games_writes_nothing),
        TEST(test_the_games_of_a_prefix_are_numbered_as_they_were_started),
        TEST(test_other_programs_are_games_only_when_they_are_named),
        TEST(test_a_program_with_the_library_of_tminterface_is_a_game),
        TEST(test_what_cannot_be_a_slot_is_none),
        TEST(test_only_whole_shared_files_of_wine_are_slots),
        TEST(test_of_several_parts_the_one_of_a_known_size_is_the_slot),
        TEST(test_parts_that_are_alike_are_left_alone),
        TEST(test_a_game_without_a_wineserver_to_be_seen_is_out_of_reach),
    };
    if (fake_wine_main(argc, argv))
        return 0;
    return cmocka_run_group_tests_name("wine_games", tests, NULL, NULL);
}
