/*
 * Connections without sockets, for who has to feed many streams: it defines what transport/tcp.h
 * declares, as far as peers use it, and takes the place of the real one in any program that includes
 * this, once. Nothing happens but what is said here. It asserts what an owner may rely on, and that
 * an owner uses no stream that it has closed.
 */
#ifndef TEST_SUPPORT_FAKE_TCP_H
#define TEST_SUPPORT_FAKE_TCP_H

#include "transport/tcp.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct tcp_stream {
    struct tcp_stream *next; /* in fake_tcp_streams */
    const struct tcp_handler *handler;
    void *owner;
    bool is_connected, is_closed, is_stalled; /* stalled: what is sent waits */
    size_t queued_size;
    void (*sees)(const uint8_t *bytes, size_t size); /* what is sent; or null */
};

static struct tcp_stream *fake_tcp_streams; /* the newest first */
static const struct tcp_listener_handler *fake_tcp_listener;
static void *fake_tcp_listener_owner;
static void (*fake_tcp_sees)(const uint8_t *bytes, size_t size); /* of new streams */

static inline struct tcp_stream *fake_tcp_new(void)
{
    struct tcp_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        abort();
    stream->next = fake_tcp_streams;
    stream->sees = fake_tcp_sees;
    fake_tcp_streams = stream;
    return stream;
}

/* Frees what was closed: between calls of handlers, as the real one does. */
static inline void fake_tcp_free_closed(void)
{
    struct tcp_stream **place = &fake_tcp_streams;
    while (*place != NULL) {
        struct tcp_stream *stream = *place;
        if (stream->is_closed) {
            *place = stream->next;
            free(stream);
        } else {
            place = &stream->next;
        }
    }
}

/* The stream that is not closed, or null. */
static inline struct tcp_stream *fake_tcp_open_stream(void)
{
    struct tcp_stream *stream = fake_tcp_streams;
    while (stream != NULL && stream->is_closed)
        stream = stream->next;
    return stream;
}

static inline void fake_tcp_connect(struct tcp_stream *stream)
{
    assert(!stream->is_closed && !stream->is_connected);
    stream->is_connected = true;
    stream->handler->connected(stream->owner);
    fake_tcp_free_closed();
}

/* Somebody connects to the listener. Null: turned away. */
static inline struct tcp_stream *fake_tcp_accept(void)
{
    struct tcp_stream *stream = fake_tcp_new();
    stream->owner = fake_tcp_listener->accepted(fake_tcp_listener_owner, stream, &stream->handler);
    if (stream->owner != NULL) {
        fake_tcp_connect(stream);
        return fake_tcp_open_stream();
    }
    stream->is_closed = true;
    fake_tcp_free_closed();
    return NULL;
}

/* As many of the bytes as there is room for; they are gone afterwards. Returns how many. */
static inline size_t fake_tcp_receive_part(struct tcp_stream *stream, const uint8_t *bytes,
                                           size_t size)
{
    size_t room_size = 0;
    uint8_t *room = stream->handler->room(stream->owner, &room_size);
    uint8_t *copy = NULL;
    assert(room == NULL || room_size > 0);
    if (room != NULL && size > room_size)
        size = room_size;
    if (room == NULL)
        room = copy = malloc(size);
    memcpy(room, bytes, size);
    stream->handler->received(stream->owner, room, size);
    free(copy);
    return size;
}

/* Bytes in one slice, or in two where the owner has room for less. */
static inline void fake_tcp_receive(struct tcp_stream *stream, const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at < size && !stream->is_closed;)
        at += fake_tcp_receive_part(stream, bytes + at, size - at);
    fake_tcp_free_closed();
}

/* What waited has been taken. */
static inline void fake_tcp_drain(struct tcp_stream *stream)
{
    stream->is_stalled = false;
    bool waited = stream->queued_size > 0;
    stream->queued_size = 0;
    if (waited)
        stream->handler->sent(stream->owner);
    fake_tcp_free_closed();
}

static inline void fake_tcp_end(struct tcp_stream *stream)
{
    stream->is_closed = true;
    stream->handler->ended(stream->owner, STATUS_CLOSED, "the end");
    fake_tcp_free_closed();
}

/* What peers call. */

enum status tcp_connect(struct tcp *tcp, const struct tcp_address *address,
                        const struct tcp_handler *handler, void *owner, struct tcp_stream **stream)
{
    (void)tcp;
    (void)address;
    *stream = fake_tcp_new();
    (*stream)->handler = handler;
    (*stream)->owner = owner;
    return STATUS_OK;
}

void tcp_stream_close(struct tcp_stream *stream)
{
    if (stream != NULL)
        stream->is_closed = true;
}

enum status tcp_send(struct tcp_stream *stream, const void *bytes, size_t size)
{
    assert(!stream->is_closed && stream->is_connected);
    if (stream->sees != NULL)
        stream->sees(bytes, size);
    if (stream->is_stalled)
        stream->queued_size += size;
    return STATUS_OK;
}

enum status tcp_send_block(struct tcp_stream *stream, void *block, const void *bytes, size_t size)
{
    enum status status = tcp_send(stream, bytes, size);
    free(block);
    return status;
}

size_t tcp_queued_size(const struct tcp_stream *stream)
{
    assert(!stream->is_closed);
    return stream->queued_size;
}

void tcp_peer_address(const struct tcp_stream *stream, char text[TCP_ADDRESS_TEXT_SIZE])
{
    (void)stream;
    text[0] = '\0';
}

enum status tcp_listen(struct tcp *tcp, const struct tcp_address *address,
                       const struct tcp_listener_handler *handler, void *owner,
                       struct tcp_listener **listener, const char **reason)
{
    (void)tcp;
    (void)address;
    fake_tcp_listener = handler;
    fake_tcp_listener_owner = owner;
    *listener = NULL;
    *reason = "";
    return STATUS_OK;
}

void tcp_listener_close(struct tcp_listener *listener)
{
    (void)listener; /* there is one at most */
    fake_tcp_listener = NULL;
}

#endif
