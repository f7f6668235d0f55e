#include "transport/tcp.h"
#include "transport/tcp_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_connection(uv_stream_t *server, int failure)
{
    struct tcp_listener *listener = server->data;
    if (failure != 0 || listener->gone)
        return;
    struct tcp_stream *stream = tcp_stream_new(listener->tcp);
    if (stream == NULL)
        return;
    if (uv_accept(server, (uv_stream_t *)&stream->handle) != 0) {
        tcp_stream_close(stream);
        return;
    }
    listener->tcp->told = true;
    stream->owner = listener->handler->accepted(listener->owner, stream, &stream->handler);
    if (stream->owner == NULL)
        tcp_stream_close(stream);
    else
        tcp_stream_start(stream);
}

/* A name is looked up on the spot: it is one of this machine's. */
static int look_up(struct tcp *tcp, const struct tcp_address *address,
                   struct sockaddr_storage *found)
{
    char port[8];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    uv_getaddrinfo_t request;
    if (tcp_numeric(address, found))
        return 0;
    snprintf(port, sizeof port, "%u", address->port);
    int failure = uv_getaddrinfo(&tcp->loop, &request, NULL, address->host, port, &hints);
    if (failure != 0)
        return failure;
    *found = (struct sockaddr_storage){0};
    memcpy(found, request.addrinfo->ai_addr, request.addrinfo->ai_addrlen);
    uv_freeaddrinfo(request.addrinfo);
    return 0;
}

static int bind_and_listen(struct tcp_listener *listener, const struct sockaddr_storage *at)
{
    enum {
        BACKLOG_COUNT = 128
    };
    int failure = uv_tcp_bind(&listener->handle, (const struct sockaddr *)at, 0);
    return failure != 0 ? failure
                        : uv_listen((uv_stream_t *)&listener->handle, BACKLOG_COUNT, on_connection);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

void tcp_listener_close(struct tcp_listener *listener)
{
    if (listener == NULL || listener->gone)
        return;
    listener->gone = true;
    *listener->link = listener->next;
    if (listener->next != NULL)
        listener->next->link = listener->link;
    uv_close((uv_handle_t *)&listener->handle, on_closed);
}

static struct tcp_listener *create(struct tcp *tcp)
{
    struct tcp_listener *listener = calloc(1, sizeof *listener);
    if (listener == NULL)
        return NULL;
    if (uv_tcp_init(&tcp->loop, &listener->handle) != 0) {
        free(listener);
        return NULL;
    }
    listener->handle.data = listener;
    listener->tcp = tcp;
    listener->next = tcp->listeners;
    listener->link = &tcp->listeners;
    if (listener->next != NULL)
        listener->next->link = &listener->next;
    tcp->listeners = listener;
    return listener;
}

enum status tcp_listen(struct tcp *tcp, const struct tcp_address *address,
                       const struct tcp_listener_handler *handler, void *owner,
                       struct tcp_listener **listener, const char **reason)
{
    struct sockaddr_storage at;
    struct tcp_listener *created = create(tcp);
    *listener = NULL;
    *reason = "out of memory";
    if (created == NULL)
        return STATUS_OUT_OF_MEMORY;
    created->handler = handler;
    created->owner = owner;
    int failure = look_up(tcp, address, &at);
    if (failure == 0)
        failure = bind_and_listen(created, &at);
    if (failure == 0) {
        *listener = created;
        return STATUS_OK;
    }
    tcp_listener_close(created);
    *reason = uv_strerror(failure);
    return tcp_status(failure) == STATUS_CLOSED ? STATUS_SYSTEM : tcp_status(failure);
}
