/* Connections between two ends of this process, by real sockets. */
#include "support/tcp_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    LARGE_SIZE = 16 * 1024 * 1024
};

static struct tcp_kit_end *const near = &tcp_kit_near, *const far = &tcp_kit_far;

static void expect_connected_by(const char *host, const char *peer)
{
    struct tcp_address address;
    char text[TCP_ADDRESS_TEXT_SIZE];
    struct tcp_listener *listener = tcp_kit_listen(peer, &address);
    if (listener == NULL) /* a machine without IPv6 */
        skip();
    assert_true(address.port > 0);
    snprintf(address.host, sizeof address.host, "%s", host);
    tcp_kit_connect(&address);
    assert_int_equal(tcp_send(near->stream, "early", 5), STATUS_CLOSED);
    TCP_KIT_UNTIL(near->counts[TCP_KIT_CONNECTED] == 1 && far->counts[TCP_KIT_CONNECTED] == 1);
    tcp_peer_address(far->stream, text);
    assert_memory_equal(text, strchr(peer, ':') != NULL ? "[::1]:" : "127.0.0.1:", 6);
    tcp_listener_close(listener);
}

static void test_an_address_is_connected_to(void **unused)
{
    (void)unused;
    expect_connected_by("127.0.0.1", "127.0.0.1");
}

static void test_an_address_of_ipv6_is_connected_to(void **unused)
{
    (void)unused;
    expect_connected_by("::1", "::1");
}

/* It may stand for ::1 as well, where nobody listens: the next address is tried. */
static void test_a_name_is_connected_to(void **unused)
{
    (void)unused;
    expect_connected_by("localhost", "127.0.0.1");
}

/* A port that was free a moment ago. */
static struct tcp_address free_port(void)
{
    struct tcp_address address;
    tcp_listener_close(tcp_kit_listen("127.0.0.1", &address));
    tcp_poll(tcp_kit);
    return address;
}

static void expect_failure(const struct tcp_address *address)
{
    tcp_kit_connect(address);
    TCP_KIT_UNTIL(near->counts[TCP_KIT_ENDED] == 1);
    assert_int_equal(near->counts[TCP_KIT_CONNECTED], 0);
    assert_true(near->status != STATUS_OK && near->reason[0] != '\0');
    tcp_poll(tcp_kit);
    assert_false(tcp_is_in_use(tcp_kit));
}

static void test_a_refusal_is_told_once(void **unused)
{
    (void)unused;
    struct tcp_address address = free_port();
    expect_failure(&address);
    assert_int_equal(near->status, STATUS_CLOSED);
    assert_string_equal(near->reason, "connection refused");
    snprintf(address.host, sizeof address.host, "localhost");
    near->counts[TCP_KIT_ENDED] = 0;
    expect_failure(&address);
    assert_string_equal(near->reason, "connection refused");
}

static void test_a_name_that_nobody_has_is_told(void **unused)
{
    (void)unused;
    expect_failure(&(struct tcp_address){.host = "no-such-host.invalid", .port = 1});
}

static void test_a_name_is_awaited_until_the_system_knows(void **unused)
{
    (void)unused;
    assert_false(tcp_awaits_name(tcp_kit));
    tcp_kit_connect(&(struct tcp_address){.host = "127.0.0.1", .port = 1});
    assert_false(tcp_awaits_name(tcp_kit));
    tcp_stream_close(tcp_kit_near.stream);
    tcp_kit_near.stream = NULL;
    tcp_kit_connect(&(struct tcp_address){.host = "no-such-host.invalid", .port = 1});
    assert_true(tcp_awaits_name(tcp_kit));
    TCP_KIT_UNTIL(tcp_kit_near.counts[TCP_KIT_ENDED] == 1);
    assert_false(tcp_awaits_name(tcp_kit));
}

static void test_a_name_that_is_no_name_is_told(void **unused)
{
    (void)unused;
    struct tcp_address address = {.port = 1};
    memset(address.host, 'a', sizeof address.host - 1); /* too long for one label */
    expect_failure(&address);
}

static void test_small_pieces_go_both_ways_in_order(void **unused)
{
    (void)unused;
    uint32_t hash = 0;
    tcp_kit_pair();
    for (uint8_t i = 0; i < 100; i++) {
        const uint8_t bytes[3] = {i, (uint8_t)(i * 7), 3};
        hash = tcp_kit_hash(hash, bytes, sizeof bytes);
        assert_int_equal(tcp_send(near->stream, bytes, sizeof bytes), STATUS_OK);
        assert_int_equal(tcp_send(far->stream, bytes, sizeof bytes), STATUS_OK);
    }
    assert_int_equal(tcp_send(near->stream, "", 0), STATUS_OK);
    TCP_KIT_UNTIL(near->received_size == 300 && far->received_size == 300);
    assert_int_equal(near->received_hash, hash);
    assert_int_equal(far->received_hash, hash);
}

/* A block whose bytes begin behind a margin, with the hash of them. */
static uint8_t *large_block(uint32_t *hash)
{
    uint8_t *block = malloc(LARGE_SIZE + 16);
    assert_non_null(block);
    for (size_t i = 0; i < LARGE_SIZE + 16; i++)
        block[i] = (uint8_t)(i * 2654435761u >> 24);
    *hash = tcp_kit_hash(0, block + 16, LARGE_SIZE);
    return block;
}

static void test_large_blocks_go_both_ways(void **unused)
{
    (void)unused;
    uint32_t hash;
    tcp_kit_pair();
    uint8_t *block = large_block(&hash), *copy = large_block(&hash);
    assert_int_equal(tcp_send_block(near->stream, block, block + 16, LARGE_SIZE), STATUS_OK);
    assert_int_equal(tcp_send(far->stream, copy + 16, LARGE_SIZE), STATUS_OK);
    memset(copy, 0, LARGE_SIZE + 16); /* what waits was copied */
    free(copy);
    assert_int_equal(tcp_queued_size(near->stream), LARGE_SIZE);
    TCP_KIT_UNTIL(near->received_size == LARGE_SIZE && far->received_size == LARGE_SIZE &&
                  near->counts[TCP_KIT_SENT] == 1 && far->counts[TCP_KIT_SENT] == 1);
    assert_int_equal(near->received_hash, hash);
    assert_int_equal(far->received_hash, hash);
    assert_int_equal(tcp_queued_size(near->stream) + tcp_queued_size(far->stream), 0);
}

static long resident_kib(void)
{
    long pages = -1;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void test_little_that_waits_takes_little_memory(void **unused)
{
    enum {
        COUNT = 300000
    };
    (void)unused;
    uint32_t hash = 0, block_hash;
    tcp_kit_pair();
    uint8_t *block = large_block(&block_hash), *other = large_block(&block_hash);
    hash = tcp_kit_hash(hash, block + 16, LARGE_SIZE);
    assert_int_equal(tcp_send_block(near->stream, block, block + 16, LARGE_SIZE), STATUS_OK);
    long before_kib = resident_kib();
    for (uint32_t i = 0; i < COUNT; i++) {
        const uint8_t bytes[3] = {(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16)};
        hash = tcp_kit_hash(hash, bytes, sizeof bytes);
        assert_int_equal(tcp_send(near->stream, bytes, sizeof bytes), STATUS_OK);
    }
    assert_true(resident_kib() < before_kib + 10 * 1024);
    hash = tcp_kit_hash(hash, other + 16, LARGE_SIZE);
    assert_int_equal(tcp_send_block(near->stream, other, other + 16, LARGE_SIZE), STATUS_OK);
    assert_int_equal(tcp_queued_size(near->stream), 2 * LARGE_SIZE + 3 * COUNT);
    hash = tcp_kit_hash(hash, (const uint8_t *)"end", 3);
    assert_int_equal(tcp_send(near->stream, "end", 3), STATUS_OK);
    TCP_KIT_UNTIL(near->counts[TCP_KIT_SENT] == 1);
    TCP_KIT_UNTIL(far->received_size == 2 * LARGE_SIZE + 3 * COUNT + 3);
    assert_int_equal(far->received_hash, hash);
}

static void take_long(struct tcp_kit_end *end, enum tcp_kit_call call)
{
    struct deadline until = deadline_in_ms(2);
    (void)end;
    while (call == TCP_KIT_RECEIVED && !deadline_passed(until))
        continue;
}

/* Or whoever sends as fast as it can would be all that happens. */
static void test_slow_receivers_read_once_in_a_poll(void **unused)
{
    (void)unused;
    uint32_t hash;
    tcp_kit_pair();
    uint8_t *block = large_block(&hash);
    far->react = take_long;
    assert_int_equal(tcp_send_block(near->stream, block, block + 16, LARGE_SIZE), STATUS_OK);
    for (size_t count = 0; far->received_size < LARGE_SIZE / 8;
         count = far->counts[TCP_KIT_RECEIVED]) {
        tcp_poll(tcp_kit);
        assert_in_range(far->counts[TCP_KIT_RECEIVED], count, count + 1);
    }
    far->react = NULL;
    TCP_KIT_UNTIL(far->received_size == LARGE_SIZE);
    assert_int_equal(far->received_hash, hash);
}

static void test_bytes_are_received_where_there_is_room(void **unused)
{
    (void)unused;
    uint32_t hash;
    tcp_kit_pair();
    uint8_t *place = malloc(LARGE_SIZE), *block = large_block(&hash);
    far->room = place;
    far->room_size = LARGE_SIZE - 5;
    assert_int_equal(tcp_send_block(near->stream, block, block + 16, LARGE_SIZE), STATUS_OK);
    TCP_KIT_UNTIL(far->received_size == LARGE_SIZE);
    assert_null(far->room); /* the last five came by the stream's own buffer */
    assert_int_equal(far->received_hash, hash);
    block = large_block(&hash);
    assert_memory_equal(place, block + 16, LARGE_SIZE - 5);
    free(block);
    free(place);
}

static void test_closing_is_told_to_the_other_end_alone(void **unused)
{
    (void)unused;
    tcp_kit_pair();
    tcp_send(near->stream, "bye", 3);
    tcp_stream_close(near->stream);
    near->stream = NULL;
    TCP_KIT_UNTIL(far->counts[TCP_KIT_ENDED] == 1);
    assert_int_equal(far->received_size, 3);
    assert_string_equal(far->reason, "closed by the other side");
    assert_int_equal(near->counts[TCP_KIT_ENDED], 0);
    tcp_poll(tcp_kit);
    assert_false(tcp_is_in_use(tcp_kit));
}

static void test_null_is_closed_without_harm(void **unused)
{
    (void)unused;
    tcp_stream_close(NULL);
    tcp_listener_close(NULL);
    tcp_kit_pair();
    tcp_stream_close(near->stream);
    tcp_stream_close(near->stream); /* it is there until the next poll */
    near->stream = NULL;
}

/* When an address is taken, when it is another machine's, when it is none. */
static void test_a_place_to_listen_may_be_refused(void **unused)
{
    (void)unused;
    static const struct tcp_listener_handler handler = {0};
    struct tcp_address address, other = {.host = "192.0.2.1"}, none = {.host = "no.invalid"};
    struct tcp_listener *first = tcp_kit_listen("127.0.0.1", &address), *second = first;
    const char *reason = NULL;
    assert_non_null(first);
    assert_int_equal(tcp_listen(tcp_kit, &address, &handler, NULL, &second, &reason), STATUS_BUSY);
    assert_null(second);
    assert_string_equal(reason, "address already in use");
    assert_int_equal(tcp_listen(tcp_kit, &other, &handler, NULL, &second, &reason), STATUS_INVALID);
    assert_null(second);
    assert_non_null(reason);
    assert_true(tcp_listen(tcp_kit, &none, &handler, NULL, &second, &reason) != STATUS_OK);
    assert_null(second);
}

static void test_a_name_may_be_listened_at(void **unused)
{
    (void)unused;
    struct tcp_address address;
    assert_non_null(tcp_kit_listen("localhost", &address));
    tcp_kit_connect(&address);
    TCP_KIT_UNTIL(far->counts[TCP_KIT_CONNECTED] == 1);
}

static void *refuse(void *owner, struct tcp_stream *stream, const struct tcp_handler **handler)
{
    (void)stream;
    (void)handler;
    ++*(int *)owner;
    return NULL;
}

static void test_who_is_turned_away_sees_the_end(void **unused)
{
    (void)unused;
    static const struct tcp_listener_handler handler = {.accepted = refuse};
    struct tcp_address address = {.host = "127.0.0.1"};
    struct tcp_listener *listener;
    const char *reason;
    int count = 0;
    assert_int_equal(tcp_listen(tcp_kit, &address, &handler, &count, &listener, &reason),
                     STATUS_OK);
    tcp_listener_address(listener, &address);
    for (int i = 1; i <= 3; i++) { /* and the next is asked for all the same */
        tcp_kit_connect(&address);
        TCP_KIT_UNTIL(near->counts[TCP_KIT_ENDED] == (size_t)i);
        assert_int_equal(count, i);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tcp_kit_open, tcp_kit_close)
    const struct CMUnitTest tests[] = {
        TEST(test_an_address_is_connected_to),
        TEST(test_an_address_of_ipv6_is_connected_to),
        TEST(test_a_name_is_connected_to),
        TEST(test_a_refusal_is_told_once),
        TEST(test_a_name_that_nobody_has_is_told),
        TEST(test_a_name_is_awaited_until_the_system_knows),
        TEST(test_a_name_that_is_no_name_is_told),
        TEST(test_small_pieces_go_both_ways_in_order),
        TEST(test_large_blocks_go_both_ways),
        TEST(test_little_that_waits_takes_little_memory),
        TEST(test_slow_receivers_read_once_in_a_poll),
        TEST(test_bytes_are_received_where_there_is_room),
        TEST(test_closing_is_told_to_the_other_end_alone),
        TEST(test_null_is_closed_without_harm),
        TEST(test_a_place_to_listen_may_be_refused),
        TEST(test_a_name_may_be_listened_at),
        TEST(test_who_is_turned_away_sees_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
