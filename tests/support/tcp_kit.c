#include "support/tcp_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct tcp *tcp_kit;
struct tcp_kit_end tcp_kit_near, tcp_kit_far;

uint32_t tcp_kit_hash(uint32_t hash, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

static void told(struct tcp_kit_end *end, enum tcp_kit_call call)
{
    assert_non_null(end->stream); /* nothing is told after the end, nor after closing */
    end->counts[call]++;
    if (call == TCP_KIT_ENDED)
        end->stream = NULL;
    if (end->react != NULL)
        end->react(end, call);
}

static void on_connected(void *owner)
{
    told(owner, TCP_KIT_CONNECTED);
}

static uint8_t *on_room(void *owner, size_t *size)
{
    struct tcp_kit_end *end = owner;
    told(end, TCP_KIT_ROOM);
    *size = end->room_size;
    return end->room;
}

static void on_received(void *owner, const uint8_t *bytes, size_t size)
{
    struct tcp_kit_end *end = owner;
    assert_true(size > 0);
    if (end->room != NULL) {
        assert_ptr_equal(bytes, end->room);
        assert_true(size <= end->room_size);
        end->room += size;
        end->room_size -= size;
        if (end->room_size == 0)
            end->room = NULL;
    }
    end->received_size += size;
    end->received_hash = tcp_kit_hash(end->received_hash, bytes, size);
    told(end, TCP_KIT_RECEIVED);
}

static void on_sent(void *owner)
{
    struct tcp_kit_end *end = owner;
    assert_int_equal(tcp_queued_size(end->stream), 0);
    told(end, TCP_KIT_SENT);
}

static void on_ended(void *owner, enum status status, const char *reason)
{
    struct tcp_kit_end *end = owner;
    end->status = status;
    snprintf(end->reason, sizeof end->reason, "%s", reason);
    told(end, TCP_KIT_ENDED);
}

const struct tcp_handler tcp_kit_handler = {.connected = on_connected,
                                            .room = on_room,
                                            .received = on_received,
                                            .sent = on_sent,
                                            .ended = on_ended};

int tcp_kit_open(void **unused)
{
    (void)unused;
    tcp_kit_near = tcp_kit_far = (struct tcp_kit_end){0};
    tcp_kit = tcp_open();
    return tcp_kit != NULL ? 0 : -1;
}

int tcp_kit_close(void **unused)
{
    (void)unused;
    assert_true(tcp_close(tcp_kit));
    return 0;
}

static void *on_accepted(void *owner, struct tcp_stream *stream, const struct tcp_handler **handler)
{
    (void)owner;
    assert_null(tcp_kit_far.stream);
    tcp_kit_far.stream = stream;
    *handler = &tcp_kit_handler;
    return &tcp_kit_far;
}

struct tcp_listener *tcp_kit_listen(const char *host, struct tcp_address *address)
{
    static const struct tcp_listener_handler handler = {.accepted = on_accepted};
    struct tcp_listener *listener;
    const char *reason;
    *address = (struct tcp_address){0};
    snprintf(address->host, sizeof address->host, "%s", host);
    if (tcp_listen(tcp_kit, address, &handler, NULL, &listener, &reason) == STATUS_OK)
        tcp_listener_address(listener, address);
    return listener;
}

void tcp_kit_connect(const struct tcp_address *address)
{
    tcp_kit_near.stream = NULL;
    assert_int_equal(
        tcp_connect(tcp_kit, address, &tcp_kit_handler, &tcp_kit_near, &tcp_kit_near.stream),
        STATUS_OK);
    assert_non_null(tcp_kit_near.stream);
}

void tcp_kit_pair(void)
{
    struct tcp_address address;
    struct tcp_listener *listener = tcp_kit_listen("127.0.0.1", &address);
    assert_non_null(listener);
    tcp_kit_connect(&address);
    TCP_KIT_UNTIL(tcp_kit_near.counts[TCP_KIT_CONNECTED] == 1 &&
                  tcp_kit_far.counts[TCP_KIT_CONNECTED] == 1);
    tcp_listener_close(listener);
}
