#include "support/raw_engine.h"
#include "support/slot_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct tcp *raw_engine_tcp;

static struct sockaddr_in local_address(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

int raw_engine_reserve(uint16_t *port)
{
    struct sockaddr_in at = local_address(0);
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(listener >= 0);
    assert_int_equal(bind(listener, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    *port = ntohs(at.sin_port);
    return listener;
}

void raw_engine_listen(int listener, int backlog)
{
    assert_int_equal(listen(listener, backlog), 0);
}

static bool is_readable(int end)
{
    struct pollfd descriptor = {.fd = end, .events = POLLIN};
    return poll(&descriptor, 1, 0) == 1;
}

int raw_engine_accept(int listener)
{
    RAW_ENGINE_UNTIL(is_readable(listener));
    int end = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(end >= 0);
    return end;
}

int raw_engine_connect(uint16_t port)
{
    struct sockaddr_in at = local_address(port);
    int end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(end, (const struct sockaddr *)&at, sizeof at), 0);
    return end;
}

/* Returns how much was sent. */
static size_t send_part(int end, const uint8_t *bytes, size_t size)
{
    ssize_t sent = send(end, bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) { /* who has been let go of may still be sent more */
        assert_true(errno == EAGAIN || errno == EPIPE || errno == ECONNRESET);
        return errno == EAGAIN ? 0 : size;
    }
    return (size_t)sent;
}

void raw_engine_send(int end, const void *bytes, size_t size)
{
    size_t sent = 0;
    RAW_ENGINE_UNTIL((sent += send_part(end, (const uint8_t *)bytes + sent, size - sent)) == size);
}

void raw_engine_send_hex(int end, const char *hex)
{
    uint8_t bytes[RAW_ENGINE_HEX_SIZE_MAX];
    raw_engine_send(end, bytes, kit_read_hex(hex, bytes, sizeof bytes));
}

void raw_engine_send_frame(int end, int32_t announced_size, uint8_t kind, const void *body,
                           size_t size)
{
    uint32_t bits = (uint32_t)announced_size;
    const uint8_t header[] = {(uint8_t)(bits >> 24), (uint8_t)(bits >> 16), (uint8_t)(bits >> 8),
                              (uint8_t)bits, kind};
    raw_engine_send(end, header, sizeof header);
    if (size > 0)
        raw_engine_send(end, body, size);
}

void raw_engine_expect(int end, const void *bytes, size_t size)
{
    uint8_t received[RAW_ENGINE_HEX_SIZE_MAX];
    size_t count = 0;
    assert_true(size <= sizeof received);
    while (count < size) {
        RAW_ENGINE_UNTIL(is_readable(end));
        ssize_t part = recv(end, received + count, size - count, MSG_DONTWAIT);
        assert_true(part > 0);
        count += (size_t)part;
    }
    assert_memory_equal(received, bytes, size);
}

void raw_engine_expect_hex(int end, const char *hex)
{
    uint8_t bytes[RAW_ENGINE_HEX_SIZE_MAX];
    raw_engine_expect(end, bytes, kit_read_hex(hex, bytes, sizeof bytes));
}

void raw_engine_expect_log(int end, int32_t id, char level, const char *text)
{
    uint8_t frame[RAW_ENGINE_HEX_SIZE_MAX];
    size_t size = strlen(text);
    const uint32_t head[] = {htonl((uint32_t)size + 10), 0, htonl((uint32_t)id),
                             htonl((uint32_t)size)};
    assert_true(size + 15 <= sizeof frame);
    memcpy(frame, &head[0], 4);
    frame[4] = 2;
    memcpy(frame + 5, &head[2], 4);
    frame[9] = 1;
    memcpy(frame + 10, &head[3], 4);
    frame[14] = (uint8_t)level;
    memcpy(frame + 15, text, size);
    raw_engine_expect(end, frame, size + 15);
}

void raw_engine_expect_nothing(int end)
{
    for (int i = 0; i < 5; i++)
        tcp_poll(raw_engine_tcp);
    assert_false(is_readable(end));
}

void raw_engine_expect_end(int end)
{
    static uint8_t bytes[64 * 1024];
    ssize_t size;
    do {
        RAW_ENGINE_UNTIL(is_readable(end));
        size = recv(end, bytes, sizeof bytes, MSG_DONTWAIT);
    } while (size > 0);
    assert_true(size == 0 || errno == ECONNRESET);
}

void raw_engine_skip(int end, size_t size)
{
    static uint8_t bytes[64 * 1024];
    while (size > 0) {
        RAW_ENGINE_UNTIL(is_readable(end));
        ssize_t part = recv(end, bytes, size < sizeof bytes ? size : sizeof bytes, MSG_DONTWAIT);
        assert_true(part > 0);
        size -= (size_t)part;
    }
}
