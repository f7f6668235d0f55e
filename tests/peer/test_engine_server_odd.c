/* Clients that do not read, and a server that is closed where it is told something. */
#include "support/engine_server_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <cmocka.h>

static struct engine_server_kit *const kit = &server_kit_engine;

/* More waits for the client than logs may. Returns how much it has to read. */
static size_t stuff(struct engine_peer *peer)
{
    size_t size = 0;
    while (engine_link_queued_size(&peer->link) <= ENGINE_LOG_QUEUE_SIZE_MAX) {
        size_t body_size = 4 * ENGINE_LOG_QUEUE_SIZE_MAX;
        uint8_t *body = calloc(1, body_size);
        assert_int_equal(engine_link_send_body(&peer->link, 0x42, body, body_size), STATUS_OK);
        size += FRAME_HEADER_SIZE + body_size;
        free(body);
        tcp_poll(raw_engine_tcp);
    }
    kit->events[0] = '\0';
    return size;
}

static void test_logs_that_are_not_read_are_counted(void **unused)
{
    (void)unused;
    int slow = engine_server_kit_join(), quick = engine_server_kit_join();
    size_t size = stuff(kit->server.peers);
    size_t queued = engine_link_queued_size(&kit->server.peers->link);
    for (int i = 0; i < 1000; i++) {
        engine_server_tell(&kit->server, ENGINE_LOG_INFO, "x", 1);
        raw_engine_expect_log(quick, 0, 'i', "x"); /* nobody is held up */
    }
    assert_true(engine_link_queued_size(&kit->server.peers->link) <= queued);
    raw_engine_skip(slow, size);
    raw_engine_expect_log(slow, 0, 'w', "1000 messages were lost: they were not read in time");
    engine_server_tell(&kit->server, ENGINE_LOG_INFO, "again", 5);
    raw_engine_expect_log(slow, 0, 'i', "again");
    engine_server_kit_expect("1 sent\n");
    close(slow);
    close(quick);
}

static void test_pictures_wait_for_a_slow_reader(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    size_t size = stuff(kit->server.peers);
    raw_engine_send_hex(end, "00000008 03 00000001 00000001 00000008 03 00000002 00000001");
    for (int i = 0; i < 5; i++)
        tcp_poll(raw_engine_tcp);
    engine_server_kit_expect("");
    assert_int_equal(kit->server.peers->asked_count, 2);
    raw_engine_skip(end, size);
    engine_server_kit_expect("1 asked 1x1\n1 sent\n");
    engine_server_kit_answer(kit->server.peers);
    raw_engine_expect_hex(end, "0000000C 04 00000001 00000001 55555555");
    engine_server_kit_expect("1 asked 2x1\n1 sent\n");
    close(end);
}

static void test_what_waits_for_a_client_is_bounded(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    struct engine_peer *peer = kit->server.peers;
    stuff(peer);
    peer->link.queue_size_max = 2 * ENGINE_LOG_QUEUE_SIZE_MAX; /* less than waits */
    for (int i = 0; i < 1000; i++)
        raw_engine_send_hex(end, "00000005 01 00000001 01"); /* pongs are lost, not kept */
    raw_engine_send_hex(end, "00000000 42");
    engine_server_kit_expect("1 frame 66 (0) \n");
    assert_int_equal(engine_peer_log(peer, 1, ENGINE_LOG_INFO, "x", 1), STATUS_BUSY);
    close(end);
    engine_server_kit_expect("1 left: connection reset by peer\n");
}

/* Closing a client, or the server, in every call. */

static const char *reacts_to;
static enum {
    CLOSES_PEER,
    CLOSES_SERVER,
    CHECKS
} reaction;
static bool has_reacted;

static void react(struct engine_peer *peer, const char *event)
{
    if (strncmp(event, reacts_to, strlen(reacts_to)) != 0 || has_reacted)
        return;
    has_reacted = true;
    if (reaction == CLOSES_SERVER)
        engine_server_close(&kit->server);
    else
        engine_peer_close(peer, "enough");
    if (reaction == CHECKS)
        engine_server_check(&kit->server);
}

static void expect_reaction(const char *to)
{
    for (int way = CLOSES_PEER; way <= CHECKS; way++) {
        assert_int_equal(engine_server_kit_open(NULL), 0);
        reaction = way == CLOSES_PEER ? CLOSES_PEER : way == CHECKS ? CHECKS : CLOSES_SERVER;
        reacts_to = to;
        has_reacted = false;
        kit->react = react;
        int other = raw_engine_connect(kit->port), end = raw_engine_connect(kit->port);
        raw_engine_send_hex(end, "00000001 05 C0 00000000 42 00000008 03 00000001 00000001 "
                                 "00000008 03 00000000 00000001 00000001 00 00");
        RAW_ENGINE_UNTIL(has_reacted || strstr(kit->events, "kind 0") != NULL);
        while (!has_reacted && strcmp(to, "sent") == 0) {
            engine_server_kit_answer(engine_server_kit_last());
            tcp_poll(raw_engine_tcp);
        }
        if (!has_reacted)
            close(end);
        RAW_ENGINE_UNTIL(has_reacted);
        for (int i = 0; i < 5; i++)
            tcp_poll(raw_engine_tcp);
        kit->react = NULL;
        if (way == CLOSES_SERVER)
            assert_int_equal(kit->server.peer_count, 0);
        engine_server_check(&kit->server);
        assert_int_equal(kit->server.peers == NULL, way == CLOSES_SERVER);
        engine_server_kit_close(NULL);
        close(other);
        if (strcmp(to, "left") != 0)
            close(end);
    }
}

static void test_a_client_or_the_server_may_be_closed_in_every_call(void **unused)
{
    (void)unused;
    static const char *const calls[] = {
        "joined",           "command", "frame", "asked", "warning: there is",
        "warning: a frame", "sent",    "left"};
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        expect_reaction(calls[i]);
}

static void close_when_asked(struct engine_peer *peer, const char *event)
{
    if (strncmp(event, "asked", 5) == 0)
        engine_peer_close(peer, "enough");
}

static void test_a_client_closed_when_asked_for_is_told_no_more(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    size_t size = stuff(kit->server.peers);
    raw_engine_send_hex(end, "00000008 03 00000001 00000001");
    RAW_ENGINE_UNTIL(kit->server.peers->asks_later);
    kit->react = close_when_asked;
    raw_engine_skip(end, size);
    engine_server_kit_expect("1 asked 1x1\n1 left: enough\n");
    close(end);
}

static void test_a_place_that_is_taken_is_refused(void **unused)
{
    (void)unused;
    struct engine_server second;
    struct tcp_address address;
    const char *reason = NULL;
    tcp_listener_address(kit->server.listener, &address);
    assert_int_equal(
        engine_server_open(&second, raw_engine_tcp, &address, kit->server.handler, NULL, &reason),
        STATUS_BUSY);
    assert_string_equal(reason, "address already in use");
    engine_server_check(&second);
    engine_server_close(&second);
}

int main(void)
{
#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, engine_server_kit_open, engine_server_kit_close)
    const struct CMUnitTest tests[] = {
        TEST(test_logs_that_are_not_read_are_counted),
        TEST(test_pictures_wait_for_a_slow_reader),
        TEST(test_what_waits_for_a_client_is_bounded),
        cmocka_unit_test(test_a_client_or_the_server_may_be_closed_in_every_call),
        TEST(test_a_client_closed_when_asked_for_is_told_no_more),
        TEST(test_a_place_that_is_taken_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
