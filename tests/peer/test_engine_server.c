/* An engine server: who comes and goes, what is answered, and in which order. */
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

static void test_clients_come_and_go(void **unused)
{
    (void)unused;
    int first = engine_server_kit_join(), second = engine_server_kit_join();
    assert_int_equal(kit->server.peer_count, 2);
    close(first);
    engine_server_kit_expect("1 left: closed by the other side\n");
    assert_int_equal(kit->server.peer_count, 1);
    assert_non_null(kit->server.peers->next); /* it is there until the server is checked */
    engine_server_check(&kit->server);
    assert_null(kit->server.peers->next);
    int third = engine_server_kit_join();
    engine_peer_close(engine_server_kit_last(), "a reason");
    engine_peer_close(engine_server_kit_last(), "another");
    engine_server_kit_expect("3 left: a reason\n");
    raw_engine_expect_end(third);
    close(second);
    engine_server_kit_expect("2 left: closed by the other side\n");
    engine_server_check(&kit->server);
    assert_null(kit->server.peers);
    close(third);
}

static void test_a_ping_is_answered(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    raw_engine_send_hex(end, "00000005 01 80000000 01 00000005 01 00000007 02 " /* a pong */
                             "00000005 01 00000007 03 00000005 01 00000008 01");
    raw_engine_expect_hex(end, "00000005 01 80000000 02 00000005 01 00000008 02");
    raw_engine_expect_nothing(end);
    engine_server_kit_expect("");
    close(end);
}

static void test_screenshots_are_asked_for_one_at_a_time(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    raw_engine_send_hex(end, "00000008 03 00000001 00000001 00000008 03 00000001 00000002 "
                             "00000008 03 00000002 00000001 00000005 01 00000007 01");
    raw_engine_expect_hex(end, "00000005 01 00000007 02"); /* a ping does not wait for them */
    engine_server_kit_expect("1 asked 1x1\n");
    assert_int_equal(engine_server_kit_answer(engine_server_kit_last()), STATUS_OK);
    raw_engine_expect_hex(end, "0000000C 04 00000001 00000001 55555555");
    engine_server_kit_expect("1 asked 1x2\n1 sent\n");
    engine_peer_refuse_screenshot(engine_server_kit_last(), "not now");
    raw_engine_expect_log(end, 0, 'e', "not now");
    engine_server_kit_expect("1 asked 2x1\n");
    kit->server.variant = SCREENSHOT_BARE;
    assert_int_equal(engine_server_kit_answer(engine_server_kit_last()), STATUS_OK);
    raw_engine_expect_hex(end, "00000008 04 55555555 55555555");
    engine_server_kit_expect("1 sent\n");
    close(end);
}

static void test_clients_do_not_wait_for_each_other(void **unused)
{
    (void)unused;
    int first = engine_server_kit_join(), second = engine_server_kit_join();
    raw_engine_send_hex(first, "00000008 03 00000001 00000001");
    engine_server_kit_expect("1 asked 1x1\n");
    raw_engine_send_hex(second, "00000008 03 00000002 00000001");
    engine_server_kit_expect("2 asked 2x1\n");
    close(first);
    close(second);
}

static void test_answers_at_once_are_fine(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    kit->answers = true;
    for (int i = 0; i < ENGINE_ASK_COUNT_MAX * 2; i++)
        raw_engine_send_hex(end, "00000008 03 00000001 00000001");
    for (int i = 0; i < ENGINE_ASK_COUNT_MAX * 2; i++)
        raw_engine_expect_hex(end, "0000000C 04 00000001 00000001 55555555");
    close(end);
}

static void test_more_screenshots_than_that_are_refused(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    for (int i = 0; i <= ENGINE_ASK_COUNT_MAX; i++)
        raw_engine_send_hex(end, "00000008 03 00000001 00000001");
    raw_engine_expect_log(end, 0, 'e', "a screenshot is not taken: 16 are being waited for");
    engine_server_kit_expect("1 asked 1x1\n"
                             "1 warning: a screenshot is not taken: 16 are being waited for\n");
    kit->answers = true;
    engine_server_kit_answer(engine_server_kit_last());
    for (int i = 0; i < ENGINE_ASK_COUNT_MAX; i++)
        raw_engine_expect_hex(end, "0000000C 04 00000001 00000001 55555555");
    raw_engine_expect_nothing(end);
    close(end);
}

static void test_impossible_screenshots_are_refused_in_words(void **unused)
{
    (void)unused;
    static const int32_t sides[][2] = {
        {0, 5}, {5, 0}, {-1, 5}, {5, -2147483647 - 1}, {16385, 1}, {1, 2147483647}, {65536, 65536}};
    char text[200], event[250];
    int end = engine_server_kit_join();
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        const uint32_t w = (uint32_t)sides[i][0], h = (uint32_t)sides[i][1];
        const uint8_t body[] = {(uint8_t)(w >> 24), (uint8_t)(w >> 16), (uint8_t)(w >> 8),
                                (uint8_t)w,         (uint8_t)(h >> 24), (uint8_t)(h >> 16),
                                (uint8_t)(h >> 8),  (uint8_t)h};
        raw_engine_send_frame(end, sizeof body, 3, body, sizeof body);
        snprintf(text, sizeof text, "there is no screenshot of %d x %d: sides go from 1 to 16384",
                 sides[i][0], sides[i][1]);
        raw_engine_expect_log(end, 0, 'e', text);
        snprintf(event, sizeof event, "1 warning: %s\n", text);
        engine_server_kit_expect(event);
    }
    raw_engine_send_hex(end, "00000008 03 00004000 00004000");
    raw_engine_expect_log(end, 0, 'e',
                          "a screenshot of 16384 x 16384 is too large: up to 33554432 pixels");
    close(end);
}

static void test_a_screenshot_that_cannot_be_sent_is_not_silence(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    raw_engine_send_hex(end, "00000008 03 00000001 00000001 00000008 03 00000001 00000002");
    engine_server_kit_expect("1 asked 1x1\n");
    struct engine_peer *peer = engine_server_kit_last();
    assert_int_equal(engine_peer_send_screenshot(peer, (struct image_sides){0, 1}, malloc(100)),
                     STATUS_INVALID);
    raw_engine_expect_log(end, 0, 'e', "the screenshot could not be sent");
    engine_server_kit_expect("1 asked 1x2\n");
    peer->link.queue_size_max = 30;
    peer->asked[0] = (struct image_sides){10, 1};
    assert_int_equal(engine_server_kit_answer(peer), STATUS_TOO_LONG);
    close(end);
    engine_server_kit_expect("1 left: closed by the other side\n");
    assert_int_equal(engine_peer_send_screenshot(peer, (struct image_sides){1, 1}, malloc(100)),
                     STATUS_CLOSED);
    assert_int_equal(engine_peer_log(peer, 1, ENGINE_LOG_INFO, "x", 1), STATUS_CLOSED);
    engine_peer_refuse_screenshot(peer, "nobody hears it");
}

static void test_commands_and_other_kinds_are_passed_on(void **unused)
{
    (void)unused;
    int end = engine_server_kit_join();
    raw_engine_send_hex(end, "00000002 05 C0C3 00000000 05 00000001 06 01 00000001 04 02 "
                             "00000005 02 00000000 00 00000001 F0 03 00000000 FF");
    engine_server_kit_expect("1 command 5 (2) c0c3\n1 command 5 (0) \n1 frame 6 (1) 01\n"
                             "1 frame 4 (1) 02\n1 frame 2 (5) 0000000000\n1 frame 240 (1) 03\n"
                             "1 frame 255 (0) \n");
    raw_engine_expect_nothing(end);
    close(end);
}

static void test_odd_frames_are_answered_in_words(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "a frame of kind 0, which is invalid (invalid, 1 bytes, at byte 0 of the stream)",
        "a body of another size than its kind has (ping, 6 bytes, at byte 6 of the stream)",
        "a body of another size than its kind has (ask screenshot, 0 bytes, at byte 17 of the "
        "stream)"};
    int end = engine_server_kit_join();
    raw_engine_send_hex(end, "00000001 00 FF 00000006 01 000000000001 00000000 03 "
                             "00000005 01 00000001 01");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        raw_engine_expect_log(end, 0, 'e', texts[i]);
    raw_engine_expect_hex(end, "00000005 01 00000001 02");
    close(end);
}

static void test_hostile_sizes_end_the_connection(void **unused)
{
    (void)unused;
    static const int32_t sizes[] = {-1, INT32_MIN, FRAME_BODY_SIZE_MAX + 1, INT32_MAX};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char text[200], events[600];
        int end = engine_server_kit_join();
        unsigned number = kit->server.last_number;
        raw_engine_send_frame(end, sizes[i], 5, NULL, 0);
        snprintf(text, sizeof text, "%s (command, %d bytes, at byte 0 of the stream)",
                 sizes[i] < 0 ? "a body of negative size" : "a body larger than is allowed",
                 sizes[i]);
        raw_engine_expect_log(end, 0, 'e', text);
        raw_engine_expect_end(end);
        snprintf(events, sizeof events,
                 "%u warning: %s\n%u left: %s (%d bytes, kind 5, at byte 0 of the stream)\n",
                 number, text, number,
                 sizes[i] < 0 ? "a body of negative size" : "a body larger than is allowed",
                 sizes[i]);
        engine_server_kit_expect(events);
        close(end);
    }
}

static void test_a_client_too_many_is_turned_away(void **unused)
{
    (void)unused;
    int ends[ENGINE_PEER_COUNT_MAX];
    for (int i = 0; i < ENGINE_PEER_COUNT_MAX; i++)
        ends[i] = engine_server_kit_join();
    int other = raw_engine_connect(kit->port);
    raw_engine_expect_end(other);
    engine_server_kit_expect("");
    close(ends[10]);
    engine_server_kit_expect("11 left: closed by the other side\n");
    ends[10] = engine_server_kit_join(); /* there is a place now, checked or not */
    for (int i = 0; i < ENGINE_PEER_COUNT_MAX; i++)
        close(ends[i]);
    close(other);
}

static void test_logs_reach_everyone(void **unused)
{
    (void)unused;
    static char text[LOG_TEXT_SIZE_MAX + 1];
    int first = engine_server_kit_join(), second = engine_server_kit_join();
    engine_server_tell(&kit->server, ENGINE_LOG_INFO, "hello", 5);
    raw_engine_expect_log(first, 0, 'i', "hello");
    raw_engine_expect_log(second, 0, 'i', "hello");
    engine_peer_log(kit->server.peers, 7, ENGINE_LOG_FATAL, "", 0);
    raw_engine_expect_log(first, 7, 'f', "");
    memset(text, 'x', sizeof text);
    assert_int_equal(engine_peer_log(kit->server.peers, 7, ENGINE_LOG_TRACE, text, sizeof text),
                     STATUS_OK);
    raw_engine_skip(first, FRAME_HEADER_SIZE + 10 + LOG_TEXT_SIZE_MAX);
    raw_engine_expect_nothing(first);
    raw_engine_expect_nothing(second);
    close(first);
    close(second);
}

int main(void)
{
#define TEST(name)                                                                                 \
    cmocka_unit_test_setup_teardown(name, engine_server_kit_open, engine_server_kit_close)
    const struct CMUnitTest tests[] = {
        TEST(test_clients_come_and_go),
        TEST(test_a_ping_is_answered),
        TEST(test_screenshots_are_asked_for_one_at_a_time),
        TEST(test_clients_do_not_wait_for_each_other),
        TEST(test_answers_at_once_are_fine),
        TEST(test_more_screenshots_than_that_are_refused),
        TEST(test_impossible_screenshots_are_refused_in_words),
        TEST(test_a_screenshot_that_cannot_be_sent_is_not_silence),
        TEST(test_commands_and_other_kinds_are_passed_on),
        TEST(test_odd_frames_are_answered_in_words),
        TEST(test_hostile_sizes_end_the_connection),
        TEST(test_a_client_too_many_is_turned_away),
        TEST(test_logs_reach_everyone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
