/* What an engine client asks, in which order, and how each request comes to its end. */
#include "support/engine_client_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct engine_client *const client = &engine_kit.client;

static void test_a_ping_is_answered_by_its_pong(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit_ping(1);
    engine_kit_ping(2);
    raw_engine_expect_hex(engine_kit.end, "00000005 01 00000001 01 00000005 01 00000002 01");
    raw_engine_send_hex(engine_kit.end, "00000005 01 00000007 02 " /* nobody's */
                                        "00000005 01 00000002 02 "
                                        "00000005 01 00000001 03 " /* no pong */
                                        "00000005 01 00000002 02 " /* once more */
                                        "00000005 01 00000001 02");
    engine_kit_expect("done 2 ok\ndone 1 ok\n");
}

static void test_a_ping_of_the_engine_is_answered(void **unused)
{
    (void)unused;
    engine_kit_connect();
    raw_engine_send_hex(engine_kit.end, "00000005 01 00000000 01 00000005 01 FFFFFFFF 01");
    raw_engine_expect_hex(engine_kit.end, "00000005 01 00000000 02 00000005 01 FFFFFFFF 02");
    engine_kit_expect("");
}

static void test_a_late_pong_is_nobodys(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit_ping(1);
    assert_int_equal(engine_client_wake_ms(client), engine_kit.now_ms + ENGINE_KIT_TIMEOUT_MS);
    engine_kit_pass(ENGINE_KIT_TIMEOUT_MS - 1);
    engine_kit_expect("");
    engine_kit_pass(1);
    engine_kit_expect("done 1 timeout: no answer in time\n");
    assert_int_equal(engine_client_wake_ms(client), INT64_MAX);
    raw_engine_send_hex(engine_kit.end, "00000005 01 00000001 02 00000000 42");
    engine_kit_expect("frame 66 (0) \n"); /* the connection is as good as before */
}

static void test_screenshots_go_one_at_a_time(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit_shoot(1, 2, 1);
    engine_kit_shoot(2, 1, 1);
    engine_kit_ping(4); /* has no turn to wait for */
    engine_kit_shoot(3, 3, 1);
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000002 00000001 00000005 01 00000001 01");
    raw_engine_expect_nothing(engine_kit.end);
    engine_kit_send_image(8, 0xAA);
    engine_kit_expect("done 1 ok 2x1 bare aa\n");
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000001 00000001");
    raw_engine_expect_nothing(engine_kit.end);
    raw_engine_send_hex(engine_kit.end, "0000000C 04 00000001 00000001 BBBBBBBB");
    engine_kit_expect("done 2 ok 1x1 with sides bb\n");
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000003 00000001");
    engine_kit_send_image(12, 0xCC);
    engine_kit_expect("done 3 ok 3x1 bare cc\n");
    raw_engine_send_hex(engine_kit.end, "00000005 01 00000001 02");
    engine_kit_expect("done 4 ok\n");
}

static void test_a_large_screenshot_comes_whole(void **unused)
{
    (void)unused;
    engine_kit_connect();
    for (uint8_t i = 1; i <= 3; i++) {
        engine_kit_shoot(1, 1024, 1024);
        raw_engine_expect_hex(engine_kit.end, "00000008 03 00000400 00000400");
        engine_kit_send_image(1024 * 1024 * 4, i);
        RAW_ENGINE_UNTIL(engine_kit.done_counts[1] == 1);
        assert_memory_equal(engine_kit.events, "done 1 ok 1024x1024 bare 0", 26);
        engine_kit.events[0] = '\0';
    }
}

static void test_an_image_of_another_size_fails_and_the_next_goes_on(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit_shoot(1, 2, 2);
    engine_kit_shoot(2, 1, 1);
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000002 00000002");
    engine_kit_send_image(15, 0);
    engine_kit_expect("done 1 protocol: the image has 15 bytes, which is none of 2 x 2\n");
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000001 00000001");
    raw_engine_send_hex(engine_kit.end, "00000010 04 00000002 00000001 AAAAAAAABBBBBBBB");
    engine_kit_expect("done 2 protocol: the image is 2 x 1, and none of 1 x 1\n");
    engine_kit_shoot(2, 1, 1);
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000001 00000001");
    engine_kit_send_image(4, 5);
    engine_kit_expect("done 2 ok 1x1 bare 05\n");
    engine_kit_send_image(4, 6); /* and one that nobody asked for is passed on */
    engine_kit_expect("frame 4 (4) 06060606\n");
}

/* Nobody could tell its late answer from that of the next. */
static void test_a_late_screenshot_costs_the_connection(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit_shoot(1, 1, 1);
    engine_kit_pass(1000);
    engine_kit_ping(2);
    engine_kit_shoot(3, 2, 1);
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000001 00000001 00000005 01 00000001 01");
    engine_kit_pass(ENGINE_KIT_TIMEOUT_MS - 1000);
    engine_kit_expect("done 1 timeout: a screenshot was not answered in time\n"
                      "done 2 timeout: a screenshot was not answered in time\n"
                      "disconnected: a screenshot was not answered in time\n");
    raw_engine_expect_end(engine_kit.end);
    engine_kit_hang_up();
    engine_kit_pass(ENGINE_RETRY_FIRST_MS);
    engine_kit_accept();
    engine_kit_expect("connected\n");
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000002 00000001");
    engine_kit_send_image(8, 0x11);
    engine_kit_expect("done 3 ok 2x1 bare 11\n");
}

/* It goes to the next connection, and not to that which is being given up. */
static void ask_anew(const char *event)
{
    if (strncmp(event, "done 1", 6) == 0 && engine_kit.done_counts[2] == 0)
        assert_int_equal(engine_kit_shoot(2, 3, 1), STATUS_OK);
}

static void test_a_late_screenshot_may_be_asked_anew(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit.react = ask_anew;
    engine_kit_shoot(1, 1, 1);
    engine_kit_pass(ENGINE_KIT_TIMEOUT_MS);
    engine_kit_expect("done 1 timeout: a screenshot was not answered in time\n"
                      "disconnected: a screenshot was not answered in time\n");
    engine_kit_hang_up();
    engine_kit_pass(ENGINE_RETRY_FIRST_MS);
    engine_kit_accept();
    engine_kit_expect("connected\n");
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00000003 00000001");
    engine_kit_send_image(12, 0x22);
    engine_kit_expect("done 2 ok 3x1 bare 22\n");
}

static void ask_late(const char *event)
{
    if (strncmp(event, "done 1", 6) == 0) {
        assert_int_equal(engine_kit_ping(1), STATUS_OK);
        engine_kit.requests[1].deadline_ms = 0;
    }
}

static void test_who_always_asks_too_late_holds_nobody_up(void **unused)
{
    (void)unused;
    engine_kit_start(); /* to nobody */
    engine_kit.react = ask_late;
    engine_kit_ping(1);
    engine_kit_pass(ENGINE_KIT_TIMEOUT_MS);
    for (int i = 0; i < 3; i++) {
        assert_true(engine_client_wake_ms(client) <= engine_kit.now_ms + ENGINE_KIT_TIMEOUT_MS);
        assert_memory_equal(engine_kit.events, "done 1 timeout: not connected: ", 31);
        engine_kit.events[0] = '\0';
        engine_kit_pass(ENGINE_KIT_TIMEOUT_MS);
    }
}

static void test_requests_wait_for_a_connection(void **unused)
{
    (void)unused;
    static const uint8_t frame[] = {0, 0, 0, 1, 5, 0xC0};
    engine_kit_start();
    engine_kit_ping(1);
    engine_kit_shoot(2, 1, 1);
    engine_kit_command(3, frame, sizeof frame);
    engine_kit_shoot(4, 2, 1);
    RAW_ENGINE_UNTIL(client->state == ENGINE_CLIENT_WAITING);
    assert_int_equal(engine_client_wake_ms(client), engine_kit.now_ms + ENGINE_RETRY_FIRST_MS);
    engine_kit_listen();
    engine_kit_pass(ENGINE_RETRY_FIRST_MS);
    engine_kit_accept();
    engine_kit_expect("connected\n");
    raw_engine_expect_hex(engine_kit.end, "00000005 01 00000001 01 "
                                          "00000008 03 00000001 00000001 00000001 05 C0");
    raw_engine_expect_nothing(engine_kit.end);
}

static void test_requests_that_find_no_connection_say_why(void **unused)
{
    (void)unused;
    engine_kit_start();
    engine_kit_ping(1);
    RAW_ENGINE_UNTIL(client->state == ENGINE_CLIENT_WAITING);
    engine_kit_pass(ENGINE_KIT_TIMEOUT_MS);
    engine_kit_expect("done 1 timeout: not connected: connection refused\n");
}

static void test_what_was_sent_ends_with_the_connection(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit_ping(1);
    engine_kit_shoot(2, 1, 1);
    engine_kit_shoot(3, 1, 1);
    raw_engine_expect_hex(engine_kit.end, "00000005 01 00000001 01 00000008 03 00000001 00000001");
    engine_kit_hang_up();
    engine_kit_expect("done 1 closed: closed by the other side\n"
                      "done 2 closed: closed by the other side\n"
                      "disconnected: closed by the other side\n");
    assert_int_equal(client->request_count, 1);
    engine_client_close(client);
    engine_kit_expect("done 3 closed: closed by the other side\n");
}

static void test_a_request_is_forgotten_before_it_is_sent(void **unused)
{
    (void)unused;
    engine_kit_start();
    engine_kit_ping(1);
    engine_kit_shoot(2, 1, 1);
    engine_kit_ping(3);
    engine_client_cancel(client, &engine_kit.requests[1]);
    engine_client_cancel(client, &engine_kit.requests[2]);
    engine_client_cancel(client, &engine_kit.requests[3]);
    RAW_ENGINE_UNTIL(client->state == ENGINE_CLIENT_WAITING);
    engine_kit_listen();
    engine_kit_pass(ENGINE_RETRY_FIRST_MS);
    engine_kit_accept();
    engine_kit_expect("connected\n");
    raw_engine_expect_nothing(engine_kit.end);
}

static void test_a_request_is_forgotten_when_it_is_sent(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_kit_ping(1);
    engine_kit_shoot(2, 1, 1);
    engine_kit_shoot(3, 2, 1);
    engine_client_cancel(client, &engine_kit.requests[1]);
    engine_client_cancel(client, &engine_kit.requests[3]);
    engine_kit_expect("");
    raw_engine_send_hex(engine_kit.end, "00000005 01 00000001 02");
    engine_kit_expect("");
    engine_client_cancel(client, &engine_kit.requests[2]); /* its answer would be the next one's */
    engine_kit_expect("disconnected: a screenshot under way was cancelled\n");
    engine_kit_hang_up();
    engine_kit_pass(ENGINE_RETRY_FIRST_MS);
    engine_kit_accept();
    engine_kit_expect("connected\n");
    raw_engine_expect_nothing(engine_kit.end);
}

static void test_a_command_is_answered_by_a_log_with_its_id(void **unused)
{
    (void)unused;
    static const uint8_t frame[] = {0, 0, 0, 2, 5, 0xC0, 0xC3};
    engine_kit_connect();
    engine_kit_command(1, frame, sizeof frame);
    engine_kit_command(2, frame, sizeof frame);
    engine_kit_ping(3); /* has the id 3: a log with it answers no ping */
    raw_engine_expect_hex(engine_kit.end, "00000002 05 C0C3 00000002 05 C0C3 "
                                          "00000005 01 00000003 01");
    raw_engine_send_hex(engine_kit.end, "00000011 02 00000000 02 00000001 69 41 00000001 65 42 "
                                        "00000005 02 00000003 00 "
                                        "0000000B 02 00000002 01 00000001 69 43 "
                                        "0000000B 02 00000002 01 00000001 69 44 "
                                        "00000005 02 00000001 00");
    engine_kit_expect("log 0 i A e B\nlog 3\ndone 2 ok\nlog 2 i D\ndone 1 ok\n");
}

static void test_impossible_requests_are_refused(void **unused)
{
    (void)unused;
    static const int32_t sides[][2] = {{0, 1},     {1, 0},         {-1, 1},
                                       {16385, 1}, {1, INT32_MIN}, {16384, 16384}};
    static uint8_t frame[ENGINE_QUEUE_SIZE_MAX + 1];
    engine_kit_connect();
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++)
        assert_int_equal(engine_kit_shoot(1, sides[i][0], sides[i][1]), STATUS_INVALID);
    assert_int_equal(engine_kit_command(1, frame, sizeof frame), STATUS_TOO_LONG);
    assert_int_equal(engine_client_send(client, 5, frame, sizeof frame), STATUS_TOO_LONG);
    assert_int_equal(engine_client_send(client, 5, frame, SIZE_MAX), STATUS_TOO_LONG);
    assert_int_equal(engine_kit_shoot(1, 4096, 4096), STATUS_OK); /* just the cap */
    assert_int_equal(engine_kit_shoot(2, 4097, 4096), STATUS_INVALID);
    raw_engine_expect_hex(engine_kit.end, "00000008 03 00001000 00001000");
    raw_engine_expect_nothing(engine_kit.end);
}

static void on_done(struct engine_request *request, const struct engine_answer *answer)
{
    assert_int_equal(answer->status, STATUS_CLOSED);
    request->deadline_ms = -1;
}

static void test_requests_have_a_greatest_number(void **unused)
{
    (void)unused;
    static struct engine_request many[ENGINE_REQUEST_COUNT_MAX + 1];
    engine_kit_connect();
    for (int i = 0; i <= ENGINE_REQUEST_COUNT_MAX; i++) {
        many[i] = (struct engine_request){
            .kind = ENGINE_REQUEST_PING, .deadline_ms = INT64_MAX, .done = on_done};
        assert_int_equal(engine_client_ask(client, &many[i]),
                         i < ENGINE_REQUEST_COUNT_MAX ? STATUS_OK : STATUS_BUSY);
    }
    assert_int_equal(engine_client_wake_ms(client), INT64_MAX);
    engine_client_cancel(client, &many[500]);
    assert_int_equal(engine_client_ask(client, &many[500]), STATUS_OK);
    engine_client_close(client);
    for (int i = 0; i < ENGINE_REQUEST_COUNT_MAX; i++)
        assert_int_equal(many[i].deadline_ms, -1);
    engine_kit_expect("disconnected: closed\n");
}

static void test_ids_begin_anew_and_pass_over_those_in_use(void **unused)
{
    (void)unused;
    static const uint8_t frame[] = {0, 0, 0, 0, 5};
    engine_kit_connect();
    engine_kit_command(1, frame, sizeof frame);
    assert_int_equal(engine_kit.requests[1].id, 1);
    engine_kit_ping(2);
    client->last_id = INT32_MAX - 1;
    assert_int_equal(engine_client_next_id(client), INT32_MAX);
    assert_int_equal(engine_client_next_id(client), 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, engine_kit_open, engine_kit_close)
    const struct CMUnitTest tests[] = {
        TEST(test_a_ping_is_answered_by_its_pong),
        TEST(test_a_ping_of_the_engine_is_answered),
        TEST(test_a_late_pong_is_nobodys),
        TEST(test_screenshots_go_one_at_a_time),
        TEST(test_a_large_screenshot_comes_whole),
        TEST(test_an_image_of_another_size_fails_and_the_next_goes_on),
        TEST(test_a_late_screenshot_costs_the_connection),
        TEST(test_a_late_screenshot_may_be_asked_anew),
        TEST(test_who_always_asks_too_late_holds_nobody_up),
        TEST(test_requests_wait_for_a_connection),
        TEST(test_requests_that_find_no_connection_say_why),
        TEST(test_what_was_sent_ends_with_the_connection),
        TEST(test_a_request_is_forgotten_before_it_is_sent),
        TEST(test_a_request_is_forgotten_when_it_is_sent),
        TEST(test_a_command_is_answered_by_a_log_with_its_id),
        TEST(test_impossible_requests_are_refused),
        TEST(test_requests_have_a_greatest_number),
        TEST(test_ids_begin_anew_and_pass_over_those_in_use),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
