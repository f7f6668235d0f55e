/* The connection of an engine client: to engines that are absent, silent, slow, rude or gone. */
#include "support/engine_client_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct engine_client *const client = &engine_kit.client;

static void expect_state(enum engine_client_state state)
{
    RAW_ENGINE_UNTIL(client->state == state);
}

/* One attempt has failed: just then, not before, the next one begins. */
static void expect_retry_in(int64_t wait_ms)
{
    expect_state(ENGINE_CLIENT_WAITING);
    assert_int_equal(engine_client_wake_ms(client), engine_kit.now_ms + wait_ms);
    engine_kit_pass(wait_ms - 1);
    assert_int_equal(client->state, ENGINE_CLIENT_WAITING);
    engine_kit_pass(1);
    assert_int_equal(client->state, ENGINE_CLIENT_CONNECTING);
    assert_int_equal(engine_client_wake_ms(client), engine_kit.now_ms + ENGINE_CONNECT_TIMEOUT_MS);
}

static void test_an_absent_engine_is_tried_less_and_less(void **unused)
{
    (void)unused;
    static const int waits_ms[] = {100, 200, 400, 800, 1600, 2000, 2000, 2000};
    engine_kit_start();
    assert_int_equal(client->state, ENGINE_CLIENT_CONNECTING);
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        expect_retry_in(waits_ms[i]);
        assert_string_equal(client->reason, "connection refused");
    }
    expect_state(ENGINE_CLIENT_WAITING);
    engine_kit_expect("");
    engine_kit_listen(); /* and there it is */
    engine_kit_pass(2000);
    engine_kit_accept();
    engine_kit_expect("connected\n");
    assert_int_equal(engine_client_wake_ms(client), INT64_MAX);
    assert_string_equal(client->reason, "");
}

static void test_an_engine_that_comes_back_is_found(void **unused)
{
    (void)unused;
    engine_kit_connect();
    for (int i = 0; i < 3; i++) {
        raw_engine_send_hex(engine_kit.end, "00000000 42"); /* it is a real one */
        engine_kit_expect("frame 66 (0) \n");
        engine_kit_hang_up();
        engine_kit_expect("disconnected: closed by the other side\n");
        expect_retry_in(ENGINE_RETRY_FIRST_MS);
        engine_kit_accept();
        engine_kit_expect("connected\n");
    }
}

/* What it says before it hangs up does not make it one that is there. */
static void expect_rude(const char *hex, const char *events)
{
    static const int waits_ms[] = {100, 200, 400, 800, 1600, 2000, 2000};
    engine_kit_connect();
    for (size_t i = 0; i < sizeof waits_ms / sizeof waits_ms[0]; i++) {
        raw_engine_send_hex(engine_kit.end, hex);
        engine_kit_hang_up();
        engine_kit_expect(events);
        expect_retry_in(waits_ms[i]);
        engine_kit_accept();
        engine_kit_expect("connected\n");
    }
}

static void test_an_engine_that_hangs_up_at_once_is_tried_less_and_less(void **unused)
{
    (void)unused;
    expect_rude("", "disconnected: closed by the other side\n");
}

static void test_something_else_that_listens_there_is_tried_less_and_less(void **unused)
{
    (void)unused;
    expect_rude("5353482d 32 2e30", /* SSH-2.0 */
                "warning: a body larger than is allowed (unknown, 1397966893 bytes, at byte 0 of "
                "the stream)\n"
                "disconnected: a body larger than is allowed (1397966893 bytes, kind 50, at byte 0 "
                "of the stream)\n");
}

static void test_an_engine_that_hangs_up_within_a_frame_is_told_of(void **unused)
{
    (void)unused;
    static const char *const cuts[] = {"00", "00000005", "00000005 01", "00000005 01 000000",
                                       "00000003 00 FF"};
    engine_kit_connect();
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        raw_engine_send_hex(engine_kit.end, cuts[i]);
        engine_kit_hang_up();
        RAW_ENGINE_UNTIL(client->state == ENGINE_CLIENT_WAITING);
        assert_non_null(strstr(engine_kit.events, "closed by the other side, within a frame\n"));
        engine_kit.events[0] = '\0';
        engine_kit_pass(2000);
        engine_kit_accept();
        engine_kit_expect("connected\n"); /* and nothing of the old frame is left */
        raw_engine_send_hex(engine_kit.end, "00000001 42 07");
        engine_kit_expect("frame 66 (1) 07\n");
    }
}

/* A listener whose queue is full answers no more: a connection hangs, as to a machine that is off.
 */
static void test_an_attempt_has_a_deadline(void **unused)
{
    (void)unused;
    raw_engine_listen(engine_kit.listener, 0);
    int first = raw_engine_connect(engine_kit.options.address.port);
    engine_kit_start();
    for (int i = 0; i < 5; i++)
        tcp_poll(raw_engine_tcp);
    assert_int_equal(client->state, ENGINE_CLIENT_CONNECTING);
    engine_kit_pass(ENGINE_CONNECT_TIMEOUT_MS - 1);
    assert_int_equal(client->state, ENGINE_CLIENT_CONNECTING);
    engine_kit_pass(1);
    assert_int_equal(client->state, ENGINE_CLIENT_WAITING);
    assert_string_equal(client->reason, "no connection in time");
    assert_int_equal(engine_client_wake_ms(client), engine_kit.now_ms + ENGINE_RETRY_FIRST_MS);
    engine_kit_expect("");
    close(first);
}

static void test_a_name_that_nobody_has_is_tried_again(void **unused)
{
    (void)unused;
    memset(engine_kit.options.address.host, 'a', TCP_HOST_SIZE_MAX - 1);
    engine_kit_start();
    expect_retry_in(100);
    expect_retry_in(200);
    engine_kit_expect("");
}

static void test_a_client_that_stays_closed_tries_once(void **unused)
{
    (void)unused;
    engine_kit.options.stays_closed = true;
    engine_kit_start();
    assert_int_equal(engine_kit_ping(1), STATUS_OK);
    engine_kit_expect("done 1 closed: connection refused\n");
    assert_int_equal(client->state, ENGINE_CLIENT_CLOSED);
    assert_int_equal(engine_kit_ping(1), STATUS_CLOSED);
    engine_kit_pass(ENGINE_KIT_TIMEOUT_MS);
    assert_int_equal(engine_client_wake_ms(client), INT64_MAX);
    engine_kit_expect("");
}

static void test_a_client_that_stays_closed_connects_once(void **unused)
{
    (void)unused;
    engine_kit.options.stays_closed = true;
    engine_kit_connect();
    engine_kit_shoot(1, 1, 1);
    engine_kit_shoot(2, 1, 1);
    engine_kit_hang_up();
    engine_kit_expect("done 1 closed: closed by the other side\n"
                      "disconnected: closed by the other side\n"
                      "done 2 closed: closed by the other side\n");
    assert_int_equal(client->state, ENGINE_CLIENT_CLOSED);
}

static void test_nothing_is_sent_without_a_connection(void **unused)
{
    (void)unused;
    engine_kit_start();
    assert_int_equal(engine_client_send(client, 0x42, "x", 1), STATUS_CLOSED);
    expect_state(ENGINE_CLIENT_WAITING);
    assert_int_equal(engine_client_send(client, 0x42, "x", 1), STATUS_CLOSED);
    engine_client_close(client);
    assert_int_equal(engine_client_send(client, 0x42, "x", 1), STATUS_CLOSED);
}

static void test_a_closed_client_stays_so(void **unused)
{
    (void)unused;
    engine_kit_connect();
    engine_client_close(client);
    engine_client_close(client);
    engine_kit_expect("disconnected: closed\n");
    raw_engine_expect_end(engine_kit.end);
    engine_kit_pass(100000);
    assert_int_equal(client->state, ENGINE_CLIENT_CLOSED);
    assert_int_equal(engine_client_wake_ms(client), INT64_MAX);
    engine_kit_expect("");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, engine_kit_open, engine_kit_close)
    const struct CMUnitTest tests[] = {
        TEST(test_an_absent_engine_is_tried_less_and_less),
        TEST(test_an_engine_that_comes_back_is_found),
        TEST(test_an_engine_that_hangs_up_at_once_is_tried_less_and_less),
        TEST(test_something_else_that_listens_there_is_tried_less_and_less),
        TEST(test_an_engine_that_hangs_up_within_a_frame_is_told_of),
        TEST(test_an_attempt_has_a_deadline),
        TEST(test_a_name_that_nobody_has_is_tried_again),
        TEST(test_a_client_that_stays_closed_tries_once),
        TEST(test_a_client_that_stays_closed_connects_once),
        TEST(test_nothing_is_sent_without_a_connection),
        TEST(test_a_closed_client_stays_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
