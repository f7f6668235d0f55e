/* Ends of connections at every moment, and waiting for what happens. */
#include "support/tcp_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    LARGE_SIZE = 16 * 1024 * 1024
};

static const int64_t ms = 1000000;
static struct tcp_kit_end *const near = &tcp_kit_near, *const far = &tcp_kit_far;

static void send_large(struct tcp_kit_end *end)
{
    uint8_t *block = calloc(1, LARGE_SIZE);
    assert_non_null(block);
    assert_int_equal(tcp_send_block(end->stream, block, block, LARGE_SIZE), STATUS_OK);
}

static enum tcp_kit_call closes_in;
static bool closes_both;

static void close_end(struct tcp_kit_end *end)
{
    tcp_stream_close(end->stream);
    end->stream = NULL;
}

static void close_in(struct tcp_kit_end *end, enum tcp_kit_call call)
{
    if (call != closes_in)
        return;
    close_end(end);
    if (closes_both)
        close_end(end == near ? far : near);
}

/* What makes every call happen: bytes both ways, more than the system takes at once, and an end. */
static void close_in_call(enum tcp_kit_call call, bool both)
{
    struct tcp_address address;
    assert_int_equal(tcp_kit_open(NULL), 0);
    closes_in = call;
    closes_both = both;
    near->react = close_in;
    assert_non_null(tcp_kit_listen("127.0.0.1", &address));
    tcp_kit_connect(&address);
    TCP_KIT_UNTIL(near->stream == NULL ||
                  (near->counts[TCP_KIT_CONNECTED] == 1 && far->counts[TCP_KIT_CONNECTED] == 1));
    if (near->stream != NULL) {
        send_large(near);
        send_large(far);
        if (call == TCP_KIT_ENDED)
            close_end(far);
    }
    TCP_KIT_UNTIL(near->stream == NULL);
    if (call != TCP_KIT_ENDED)
        assert_int_equal(near->counts[TCP_KIT_ENDED], 0);
    tcp_kit_close(NULL);
}

static void test_a_stream_may_be_closed_in_every_call_but_room(void **unused)
{
    (void)unused;
    for (int call = 0; call < TCP_KIT_CALL_COUNT; call++)
        for (int both = 0; both < 2 && call != TCP_KIT_ROOM; both++)
            close_in_call((enum tcp_kit_call)call, both == 1 && call != TCP_KIT_CONNECTED);
}

static struct tcp_stream *ending;

static void close_again(struct tcp_kit_end *end, enum tcp_kit_call call)
{
    (void)end;
    if (call == TCP_KIT_ENDED)
        tcp_stream_close(ending);
}

static void test_an_end_may_be_closed_while_it_is_told(void **unused)
{
    (void)unused;
    tcp_kit_pair();
    near->react = close_again;
    ending = near->stream;
    close_end(far);
    TCP_KIT_UNTIL(near->counts[TCP_KIT_ENDED] == 1);
}

static struct tcp_listener *listening;

static void close_listener(struct tcp_kit_end *end, enum tcp_kit_call call)
{
    (void)end;
    if (call == TCP_KIT_CONNECTED) {
        tcp_listener_close(listening);
        listening = NULL;
    }
}

static void test_a_listener_may_be_closed_by_whom_it_accepted(void **unused)
{
    (void)unused;
    struct tcp_address address;
    listening = tcp_kit_listen("127.0.0.1", &address);
    far->react = close_listener;
    tcp_kit_connect(&address);
    TCP_KIT_UNTIL(far->counts[TCP_KIT_CONNECTED] == 1 && near->counts[TCP_KIT_CONNECTED] == 1);
    assert_null(listening);
    tcp_send(near->stream, "x", 1); /* the connection goes on */
    TCP_KIT_UNTIL(far->received_size == 1);
}

/* A connection with an end that only does what is said here. */
static int raw_pair(void)
{
    struct tcp_address address;
    struct tcp_listener *listener = tcp_kit_listen("127.0.0.1", &address);
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons(address.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int raw = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(connect(raw, (const struct sockaddr *)&at, sizeof at), 0);
    TCP_KIT_UNTIL(far->counts[TCP_KIT_CONNECTED] == 1);
    tcp_listener_close(listener);
    return raw;
}

static void test_what_is_not_read_waits(void **unused)
{
    (void)unused;
    static uint8_t sink[64 * 1024];
    int raw = raw_pair();
    size_t before = 0, left = 3 * (size_t)LARGE_SIZE;
    for (int i = 0; i < 3; i++) {
        send_large(far);
        for (int turn = 0; turn < 10; turn++)
            tcp_poll(tcp_kit);
        assert_true(tcp_queued_size(far->stream) > before);
        before = tcp_queued_size(far->stream);
    }
    assert_true(before > LARGE_SIZE);
    assert_int_equal(far->counts[TCP_KIT_SENT], 0);
    for (ssize_t size; left > 0; left -= (size_t)size) {
        size = recv(raw, sink, sizeof sink, MSG_DONTWAIT);
        if (size <= 0)
            size = 0;
        tcp_poll(tcp_kit);
    }
    TCP_KIT_UNTIL(far->counts[TCP_KIT_SENT] == 1);
    assert_int_equal(tcp_queued_size(far->stream), 0);
    close(raw);
    TCP_KIT_UNTIL(far->counts[TCP_KIT_ENDED] == 1);
}

/* A reset: with bytes of ours unread over there. A write to it would raise a signal. */
static void test_a_reset_is_an_end_told_once(void **unused)
{
    (void)unused;
    int raw = raw_pair();
    send_large(far);
    tcp_poll(tcp_kit);
    close(raw);
    while (far->counts[TCP_KIT_ENDED] == 0) {
        tcp_send(far->stream, "x", 1);
        tcp_wait(tcp_kit, 20 * ms);
    }
    assert_int_equal(far->counts[TCP_KIT_ENDED], 1);
    assert_int_equal(far->counts[TCP_KIT_SENT], 0);
    assert_int_equal(far->status, STATUS_CLOSED);
    tcp_poll(tcp_kit);
    assert_false(tcp_is_in_use(tcp_kit));
}

static void test_everything_ends_with_writes_pending(void **unused)
{
    (void)unused;
    struct tcp_address address;
    tcp_kit_pair();
    assert_non_null(tcp_kit_listen("127.0.0.1", &address));
    send_large(near);
    send_large(far);
    tcp_poll(tcp_kit);
    for (int i = 0; i < 3; i++)
        tcp_send(near->stream, "behind it", 9);
    assert_true(tcp_is_in_use(tcp_kit)); /* and the teardown closes all */
}

static void test_everything_ends_while_connecting(void **unused)
{
    (void)unused;
    struct tcp_address address;
    assert_non_null(tcp_kit_listen("127.0.0.1", &address));
    for (int i = 0; i < 3; i++)
        tcp_kit_connect(&address);
}

static void test_a_name_that_is_looked_up_may_be_closed(void **unused)
{
    (void)unused;
    tcp_kit_connect(&(struct tcp_address){.host = "localhost", .port = 1});
    close_end(near);
    tcp_poll(tcp_kit);
    tcp_kit_connect(&(struct tcp_address){.host = "localhost", .port = 1});
}

static int64_t waited_ms(int64_t duration_ns, bool *told)
{
    int64_t begin_us = deadline_now_us();
    *told = tcp_wait(tcp_kit, duration_ns);
    return (deadline_now_us() - begin_us) / 1000;
}

static void test_a_wait_lasts_until_its_deadline(void **unused)
{
    (void)unused;
    bool told;
    assert_true(waited_ms(30 * ms, &told) >= 25); /* with nothing that could happen */
    assert_false(told);
    tcp_kit_pair();
    while (tcp_poll(tcp_kit))
        continue;
    assert_true(waited_ms(30 * ms, &told) >= 25); /* and with something that does not */
    assert_false(told);
    assert_true(waited_ms(0, &told) < 1000);
    assert_true(waited_ms(-1, &told) < 1000);
}

static void test_a_wait_ends_with_what_happens(void **unused)
{
    (void)unused;
    bool told = false;
    tcp_kit_pair();
    tcp_send(near->stream, "x", 1);
    for (int i = 0; i < 3 && !told; i++)
        assert_true(waited_ms(INT64_C(60000) * ms, &told) < 20000);
    assert_true(told);
    assert_int_equal(far->received_size, 1);
}

/* Looking up and all attempts together: no step of them is slept through. */
static void test_a_wait_misses_no_step_of_connecting(void **unused)
{
    (void)unused;
    struct tcp_address address;
    assert_non_null(tcp_kit_listen("127.0.0.1", &address));
    snprintf(address.host, sizeof address.host, "localhost");
    for (size_t i = 1; i <= 20; i++) {
        int64_t begin_us = deadline_now_us();
        tcp_kit_connect(&address);
        while (near->counts[TCP_KIT_CONNECTED] < i || far->counts[TCP_KIT_CONNECTED] < i)
            tcp_wait(tcp_kit, INT64_C(60000) * ms);
        assert_true(deadline_now_us() - begin_us < 20000000);
        close_end(near);
        close_end(far);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tcp_kit_open, tcp_kit_close)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stream_may_be_closed_in_every_call_but_room),
        TEST(test_an_end_may_be_closed_while_it_is_told),
        TEST(test_a_listener_may_be_closed_by_whom_it_accepted),
        TEST(test_what_is_not_read_waits),
        TEST(test_a_reset_is_an_end_told_once),
        TEST(test_everything_ends_with_writes_pending),
        TEST(test_everything_ends_while_connecting),
        TEST(test_a_name_that_is_looked_up_may_be_closed),
        TEST(test_a_wait_lasts_until_its_deadline),
        TEST(test_a_wait_ends_with_what_happens),
        TEST(test_a_wait_misses_no_step_of_connecting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
