#include "transport/tcp.h"

#include "transport/clock.h"
#include "transport/tcp_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct tcp *tcp_open(void)
{
    struct tcp *tcp = malloc(sizeof *tcp);
    if (tcp == NULL)
        return NULL;
    tcp->streams = NULL;
    tcp->listeners = NULL;
    tcp->told = false;
    tcp->begun = false;
    tcp->turn = 0;
    if (uv_loop_init(&tcp->loop) != 0) {
        free(tcp);
        return NULL;
    }
    uv_timer_init(&tcp->loop, &tcp->timer);
    tcp_survive_broken_pipes();
    return tcp;
}

bool tcp_close(struct tcp *tcp)
{
    enum {
        TURN_COUNT_MAX = 100 /* of which two are enough where the system does not dawdle */
    };
    while (tcp->listeners != NULL)
        tcp_listener_close(tcp->listeners);
    for (struct tcp_stream *stream = tcp->streams, *next; stream != NULL; stream = next) {
        next = stream->next;
        tcp_stream_close(stream);
    }
    if (!uv_is_closing((uv_handle_t *)&tcp->timer))
        uv_close((uv_handle_t *)&tcp->timer, NULL);
    for (int i = 0; i < TURN_COUNT_MAX && uv_run(&tcp->loop, UV_RUN_NOWAIT) != 0; i++)
        if (i > 2)
            uv_sleep(1);
    if (uv_loop_close(&tcp->loop) != 0)
        return false;
    free(tcp);
    return true;
}

void tcp_begin_turn(struct tcp *tcp)
{
    tcp->told = false;
    tcp->turn++;
    tcp->turn_ends_ns = 0;
}

bool tcp_poll(struct tcp *tcp)
{
    tcp_begin_turn(tcp);
    uv_run(&tcp->loop, UV_RUN_NOWAIT);
    return tcp->told;
}

bool tcp_awaits_name(const struct tcp *tcp)
{
    const struct tcp_stream *stream = tcp->streams;
    while (stream != NULL && stream->resolving.data == NULL)
        stream = stream->next;
    return stream != NULL;
}

bool tcp_is_in_use(const struct tcp *tcp)
{
    return tcp->streams != NULL || tcp->listeners != NULL;
}

enum status tcp_status(int failure)
{
    switch (failure) {
    case 0:
        return STATUS_OK;
    case UV_ENOMEM:
        return STATUS_OUT_OF_MEMORY;
    case UV_ETIMEDOUT:
        return STATUS_TIMEOUT;
    case UV_EACCES:
    case UV_EPERM:
        return STATUS_DENIED;
    case UV_EADDRINUSE:
        return STATUS_BUSY;
    case UV_EADDRNOTAVAIL:
    case UV_EINVAL:
    case UV_EAI_NONAME:
    case UV_EAI_NODATA:
    case UV_EAI_SERVICE:
    case UV_EAI_FAMILY:
        return STATUS_INVALID;
    case UV_EMFILE:
    case UV_ENFILE:
        return STATUS_SYSTEM;
    default:
        return STATUS_CLOSED;
    }
}

static void unlist(struct tcp_stream *stream)
{
    *stream->link = stream->next;
    if (stream->next != NULL)
        stream->next->link = stream->link;
}

static void free_if_over(struct tcp_stream *stream)
{
    if (!stream->gone || stream->handle_is_open || stream->resolving.data != NULL)
        return;
    uv_freeaddrinfo(stream->found);
    unlist(stream);
    free(stream->tail);
    free(stream);
}

static void tell_end(struct tcp_stream *stream)
{
    int failure = stream->failure;
    stream->gone = true;
    stream->tcp->told = true;
    stream->handler->ended(stream->owner, tcp_status(failure),
                           failure == UV_EOF ? "closed by the other side" : uv_strerror(failure));
}

static void try_next(struct tcp_stream *stream);

static void on_closed(uv_handle_t *handle)
{
    struct tcp_stream *stream = handle->data;
    stream->handle_is_open = false;
    if (!stream->gone && stream->trying != NULL) {
        try_next(stream);
        return;
    }
    if (!stream->gone)
        tell_end(stream);
    free_if_over(stream);
}

void tcp_stream_fail(struct tcp_stream *stream, int failure)
{
    stream->connected = false;
    stream->failure = failure;
    if (!uv_is_closing((uv_handle_t *)&stream->handle))
        uv_close((uv_handle_t *)&stream->handle, on_closed);
}

struct tcp_stream *tcp_stream_new(struct tcp *tcp)
{
    struct tcp_stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL)
        return NULL;
    if (uv_tcp_init(&tcp->loop, &stream->handle) != 0) {
        free(stream);
        return NULL;
    }
    stream->handle.data = stream;
    stream->handle_is_open = true;
    stream->tcp = tcp;
    stream->next = tcp->streams;
    stream->link = &tcp->streams;
    if (stream->next != NULL)
        stream->next->link = &stream->next;
    tcp->streams = stream;
    return stream;
}

void tcp_stream_close(struct tcp_stream *stream)
{
    if (stream == NULL || stream->gone) /* an owner may close in `ended` what has just ended */
        return;
    tcp_stream_flush(stream); /* the last words, as if they had not been held back */
    stream->gone = true;
    stream->trying = NULL;
    if (stream->resolving.data != NULL)
        uv_cancel((uv_req_t *)&stream->resolving);
    if (stream->handle_is_open)
        tcp_stream_fail(stream, 0);
    free_if_over(stream);
}

/* Receiving. */

/*
 * libuv would read on for as long as bytes come, whatever is made of them: one that sends faster
 * than we can bear would keep us from everything else.
 */
static bool may_read(struct tcp_stream *stream)
{
    struct tcp *tcp = stream->tcp;
    bool is_first = stream->turn != tcp->turn;
    stream->turn = tcp->turn;
    if (tcp->turn_ends_ns == 0)
        tcp->turn_ends_ns = clock_now_ns() + TCP_TURN_NS;
    return is_first || clock_now_ns() < tcp->turn_ends_ns;
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    struct tcp_stream *stream = handle->data;
    size_t size = 0;
    if (!may_read(stream)) {
        *buffer = uv_buf_init(NULL, 0); /* on_read is told of UV_ENOBUFS, and all is as it was */
        return;
    }
    uint8_t *bytes = stream->gone ? NULL : stream->handler->room(stream->owner, &size);
    (void)suggested;
    if (bytes == NULL) {
        bytes = stream->tcp->buffer;
        size = TCP_BUFFER_SIZE;
    }
    *buffer = uv_buf_init((char *)bytes, (unsigned)(size < INT32_MAX ? size : INT32_MAX));
}

static void on_read(uv_stream_t *handle, ssize_t size, const uv_buf_t *buffer)
{
    struct tcp_stream *stream = handle->data;
    if (stream->gone || size == 0 || size == UV_ENOBUFS)
        return;
    if (size < 0) {
        tcp_stream_fail(stream, (int)size);
        return;
    }
    stream->tcp->told = true;
    stream->gathers = true;
    stream->handler->received(stream->owner, (const uint8_t *)buffer->base, (size_t)size);
    stream->gathers = false;
    tcp_stream_flush(stream);
}

void tcp_stream_start(struct tcp_stream *stream)
{
    enum {
        KEEP_ALIVE_S = 60
    };
    uv_tcp_nodelay(&stream->handle, 1);
    uv_tcp_keepalive(&stream->handle, 1, KEEP_ALIVE_S);
    stream->connected = true;
    int failure = uv_read_start((uv_stream_t *)&stream->handle, on_room, on_read);
    if (failure != 0) {
        tcp_stream_fail(stream, failure);
        return;
    }
    stream->tcp->told = true;
    stream->handler->connected(stream->owner);
}

/* Connecting: every address that a name stands for, one after the other. */

static void on_connect(uv_connect_t *request, int failure)
{
    struct tcp_stream *stream = request->data;
    if (stream->gone)
        return;
    if (failure != 0) {
        tcp_stream_fail(stream, failure);
        return;
    }
    stream->trying = NULL;
    tcp_stream_start(stream);
}

static void connect_to(struct tcp_stream *stream, const struct sockaddr *address)
{
    stream->connecting.data = stream;
    stream->tcp->begun = true;
    int failure = uv_tcp_connect(&stream->connecting, &stream->handle, address, on_connect);
    if (failure != 0)
        tcp_stream_fail(stream, failure);
}

/* After a failure, with the handle closed. */
static void try_next(struct tcp_stream *stream)
{
    int failure = uv_tcp_init(&stream->tcp->loop, &stream->handle);
    stream->handle.data = stream;
    stream->handle_is_open = failure == 0;
    const struct addrinfo *found = stream->trying;
    stream->trying = found->ai_next;
    if (failure == 0) {
        connect_to(stream, found->ai_addr);
        return;
    }
    stream->failure = failure;
    tell_end(stream);
    free_if_over(stream);
}

static void on_resolved(uv_getaddrinfo_t *request, int failure, struct addrinfo *found)
{
    struct tcp_stream *stream = request->data;
    request->data = NULL;
    stream->found = found;
    if (stream->gone) {
        free_if_over(stream);
    } else if (failure != 0 || found == NULL) {
        tcp_stream_fail(stream, failure != 0 ? failure : UV_EAI_NODATA);
    } else {
        stream->trying = found->ai_next;
        connect_to(stream, found->ai_addr);
    }
}

static int resolve(struct tcp_stream *stream, const struct tcp_address *address)
{
    char port[8];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    snprintf(port, sizeof port, "%u", address->port);
    stream->resolving.data = stream;
    int failure = uv_getaddrinfo(&stream->tcp->loop, &stream->resolving, on_resolved, address->host,
                                 port, &hints);
    if (failure != 0)
        stream->resolving.data = NULL;
    return failure;
}

enum status tcp_connect(struct tcp *tcp, const struct tcp_address *address,
                        const struct tcp_handler *handler, void *owner, struct tcp_stream **stream)
{
    struct sockaddr_storage numeric;
    struct tcp_stream *created = tcp_stream_new(tcp);
    *stream = created;
    if (created == NULL)
        return STATUS_OUT_OF_MEMORY;
    created->handler = handler;
    created->owner = owner;
    if (tcp_numeric(address, &numeric)) {
        connect_to(created, (const struct sockaddr *)&numeric);
        return STATUS_OK;
    }
    int failure = resolve(created, address);
    if (failure != 0)
        tcp_stream_fail(created, failure);
    return STATUS_OK;
}
