/*
 * tmsim --engine among clients that are many, slow, hostile or gone, beside a game that goes on;
 * and where it listens. The client is support/raw_editor.
 */
#include "support/deadline.h"
#include "support/duo.h"
#include "support/raw_editor.h"
#include "support/raw_expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
    CLIENT_COUNT_MAX = 64, /* of one tmsim */
    CROWD_COUNT = CLIENT_COUNT_MAX + 6
};

static struct duo duo;
static struct raw_editor client, crowd[CROWD_COUNT];
static int port;

static int end(void **state)
{
    (void)state;
    raw_editor_close(&client);
    for (size_t i = 0; i < CROWD_COUNT; i++)
        raw_editor_close(&crowd[i]);
    duo_end(&duo);
    process_close_all();
    return 0;
}

static void start(const char *const *arguments)
{
    duo_start_game(&duo, arguments);
    port = raw_editor_port(duo.game);
    raw_editor_open(&client, port);
    raw_editor_ping(&client, 1);
}

/* Both clients, and the game, are as well as ever. */
static void expect_all_is_well(void)
{
    raw_editor_ping(&client, 2);
    raw_editor_ask(&client, 32, 24);
    raw_editor_picture(&client, 32, 24, false);
    duo_expect_game_goes_on(&duo);
}

static void test_hostile_sizes_end_that_connection_alone(void **unused)
{
    static const unsigned char headers[][5] = {
        {0xFF, 0xFF, 0xFF, 0xFF, 5}, /* -1 */
        {0x80, 0x00, 0x00, 0x00, 3}, /* the least of all */
        {0x7F, 0xFF, 0xFF, 0xFF, 5},
        {0x10, 0x00, 0x00, 0x00, 0xF0}, /* 256 MiB */
    };
    (void)unused;
    start(ARGS("--engine", "0"));
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++) {
        raw_editor_open(&crowd[i], port);
        raw_editor_ping(&crowd[i], 3);
        assert_true(raw_editor_write(&crowd[i], headers[i], 5, RAW_EDITOR_SOON_MS));
        raw_editor_log(&crowd[i], 0, 'e', "a body ");
        raw_editor_expect_closed(&crowd[i]);
    }
    raw_editor_send(&client, 1, "", 0); /* which a frame may have, but not these */
    raw_editor_send(&client, 3, "", 0);
    raw_editor_send(&client, 5, "", 0);
    raw_editor_log(&client, 0, 'e', "(ping, 0 bytes");
    raw_editor_log(&client, 0, 'e', "(ask screenshot, 0 bytes");
    raw_editor_log(&client, 0, 'e', "not a command");
    expect_all_is_well();
}

static void test_a_large_command_is_refused_unread(void **unused)
{
    static unsigned char body[100000];
    (void)unused;
    start(ARGS("--engine", "0"));
    memset(body, 0x90, sizeof body);
    raw_editor_send(&client, RAW_COMMAND, body, sizeof body);
    raw_editor_log(&client, 0, 'e', "a command of 100000 bytes is too long");
    expect_all_is_well();
}

static void test_bytes_may_come_one_by_one(void **unused)
{
    static const unsigned char bytes[] = {0, 0, 0, 8, 3, 0,    0,   0,   32,  0,   0,   0,   24,
                                          0, 0, 0, 7, 5, 0xA5, 's', 't', 'a', 't', 'e', 0x90};
    (void)unused;
    start(ARGS("--engine", "0"));
    for (size_t i = 0; i < sizeof bytes; i++) {
        assert_true(raw_editor_write(&client, bytes + i, 1, RAW_EDITOR_SOON_MS));
        raw_editor_open(&crowd[0], port); /* a round trip: the byte has been read */
        raw_editor_ping(&crowd[0], (int32_t)i);
        raw_editor_close(&crowd[0]);
    }
    raw_editor_picture(&client, 32, 24, false);
    raw_editor_log(&client, 0, 'i', "checkpoints");
}

static void test_clients_may_vanish_at_any_point(void **unused)
{
    static const unsigned char bytes[] = {0, 0, 0, 8, 3, 0, 0, 4, 0, 0, 0, 4, 0};
    (void)unused;
    start(ARGS("--engine", "0"));
    for (size_t i = 0; i <= sizeof bytes; i++) {
        raw_editor_open(&crowd[0], port);
        assert_true(raw_editor_write(&crowd[0], bytes, i, RAW_EDITOR_SOON_MS));
        raw_editor_close(&crowd[0]);
    }
    duo_expect_soon(duo.game, PROCESS_STDERR, "within a frame", RAW_EDITOR_SOON_MS);
    expect_all_is_well();
}

static void test_more_clients_than_there_is_room_for_are_turned_away(void **unused)
{
    static const unsigned char ping[] = {0, 0, 0, 5, 1, 0, 0, 0, 9, 1};
    int served = 0;
    (void)unused;
    start(ARGS("--engine", "0"));
    for (size_t i = 0; i < CROWD_COUNT; i++) {
        raw_editor_open(&crowd[i], port);
        raw_editor_write(&crowd[i], ping, sizeof ping, RAW_EDITOR_SOON_MS);
    }
    for (size_t i = 0; i < CROWD_COUNT; i++) {
        bool is_served = raw_editor_read(&crowd[i]);
        assert_true(!is_served || crowd[i].kind == RAW_PING);
        served += is_served;
    }
    assert_int_equal(served, CLIENT_COUNT_MAX - 1); /* and the first */
    expect_all_is_well();
    for (size_t i = 0; i < CROWD_COUNT; i++)
        raw_editor_close(&crowd[i]);
    do { /* the places become free as the game notices */
        raw_editor_close(&crowd[0]);
        raw_editor_open(&crowd[0], port);
        raw_editor_write(&crowd[0], ping, sizeof ping, RAW_EDITOR_SOON_MS);
    } while (!raw_editor_read(&crowd[0]));
}

static void test_who_never_reads_holds_nobody_up(void **unused)
{
    enum {
        SIDE = 2048, /* pictures of 16 MiB */
        ASK_COUNT = 200,
        PING_COUNT = 300000,
        RESIDENT_MAX_KIB = 220 * 1024
    };
    static unsigned char pings[PING_COUNT][10];
    struct raw_editor *deaf = &crowd[0];
    (void)unused;
    start(ARGS("--engine", "0", "--speed", "50"));
    raw_editor_open(deaf, port);
    for (int i = 0; i < ASK_COUNT; i++)
        raw_editor_ask(deaf, SIDE, SIDE);
    for (int i = 0; i < PING_COUNT; i++)
        memcpy(pings[i], "\0\0\0\5\1\0\0\0\0\1", 10);
    assert_true(raw_editor_write(deaf, pings, sizeof pings, RAW_EDITOR_SOON_MS));
    for (int i = 0; i < 20; i++) {
        raw_editor_ping(&client, i);
        raw_editor_ask(&client, 32, 24);
        raw_editor_picture(&client, 32, 24, false);
    }
    assert_in_range(process_resident_kib(duo.game), 1, RESIDENT_MAX_KIB);
    duo_expect_game_goes_on(&duo);
    do /* and when it reads at last, it has its first picture, and knows what it missed */
        assert_true(raw_editor_read(deaf));
    while (deaf->kind != RAW_PICTURE);
    assert_int_equal(deaf->size, 8 + 4 * SIDE * SIDE);
    raw_editor_log(deaf, 0, 'w', "messages were lost");
    raw_editor_picture(deaf, SIDE, SIDE, false);
}

static void test_a_mapped_client_at_full_speed_leaves_time_for_others(void **unused)
{
    (void)unused;
    start(ARGS("--engine", "0", "--speed", "max"));
    duo_start_host(&duo, "local count = 0 game:on('run_step', function() count = count + 1"
                         " if count == 1000 then print 'runs' end end)");
    duo_expect_soon(duo.host, PROCESS_STDOUT, "runs\n", RAW_EDITOR_SOON_MS);
    for (int i = 0; i < 100; i++) {
        raw_editor_ping(&client, i);
        raw_editor_ask(&client, 64, 48);
        raw_editor_picture(&client, 64, 48, false);
    }
    duo_expect_not_said(duo.game, PROCESS_STDERR, "deregistered");
    assert_true(process_is_running(duo.host));
}

static void test_a_simulation_is_served_too(void **unused)
{
    char path[600];
    (void)unused;
    snprintf(path, sizeof path, "%.400s/scripts/inputs/straight.txt", process_root());
    start(ARGS("--engine", "0", "--track", "straight", "--simulate", path));
    raw_editor_ask(&client, 64, 48); /* nobody is attached, and all stands still */
    raw_editor_picture(&client, 64, 48, false);
    duo_start_host(&duo, "game:on('simulation_step', function() end)"
                         " game:on('simulation_end', function() tm.quit() end)");
    raw_editor_log(&client, 0, 'i', "start");
    raw_editor_log(&client, 0, 'i', "checkpoint 3 of 3: 9.99 s");
    raw_editor_log(&client, 0, 'i', "simulation ended: valid, finish: 9.99 s");
    raw_expect_exit(duo.host, 0, RAW_EDITOR_SOON_MS);
}

static void test_a_port_in_use_is_named(void **unused)
{
    char address[40];
    (void)unused;
    start(ARGS("--engine", "0"));
    snprintf(address, sizeof address, "127.0.0.1:%d", port);
    char name[PROCESS_SLOT_NAME_SIZE];
    struct process *second =
        duo_run_tmsim(ARGS("--mapped", process_slot_name(name), "--engine", address));
    raw_expect_exit(second, 1, RAW_EDITOR_SOON_MS);
    raw_expect_said(second, PROCESS_STDERR, "cannot listen on 127.0.0.1:");
    assert_string_equal(process_text(second, PROCESS_STDOUT), "");
    expect_all_is_well();
}

static void test_addresses_are_checked_and_strangers_warned_of(void **unused)
{
    static const char *const wrong[] = {"a b", "1:2:3", "localhost:65536", "localhost:x", ""};
    (void)unused;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        char option[40];
        snprintf(option, sizeof option, "--engine=%s", wrong[i]);
        struct process *process = duo_run_tmsim(ARGS(option));
        raw_expect_exit(process, 1, RAW_EDITOR_SOON_MS);
        raw_expect_said(process, PROCESS_STDERR, "--engine needs HOST:PORT");
        process_close(process);
    }
    duo_start_game(&duo, ARGS("--engine", "0.0.0.0:0"));
    port = raw_editor_port(duo.game);
    duo_expect_soon(duo.game, PROCESS_STDERR, "anyone who can reach 0.0.0.0:", RAW_EDITOR_SOON_MS);
    raw_editor_open(&client, port);
    raw_editor_ping(&client, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_hostile_sizes_end_that_connection_alone, end),
        cmocka_unit_test_teardown(test_a_large_command_is_refused_unread, end),
        cmocka_unit_test_teardown(test_bytes_may_come_one_by_one, end),
        cmocka_unit_test_teardown(test_clients_may_vanish_at_any_point, end),
        cmocka_unit_test_teardown(test_more_clients_than_there_is_room_for_are_turned_away, end),
        cmocka_unit_test_teardown(test_who_never_reads_holds_nobody_up, end),
        cmocka_unit_test_teardown(test_a_mapped_client_at_full_speed_leaves_time_for_others, end),
        cmocka_unit_test_teardown(test_a_simulation_is_served_too, end),
        cmocka_unit_test_teardown(test_a_port_in_use_is_named, end),
        cmocka_unit_test_teardown(test_addresses_are_checked_and_strangers_warned_of, end),
    };
    return cmocka_run_group_tests_name("life of an engine", tests, NULL, NULL);
}
