/* What the files of tcp.h share: nobody else includes it. */
#ifndef TRANSPORT_TCP_PARTS_H
#define TRANSPORT_TCP_PARTS_H

#include "transport/tcp.h"

#include <uv.h>

enum {
    TCP_BUFFER_SIZE = 16 * 1024, /* what a receiver makes of so many bytes takes a moment at most */
    TCP_TURN_NS = 1000000        /* all that is received in one poll; each stream reads once */
};

struct tcp_piece; /* bytes on their way out */

struct tcp {
    uv_loop_t loop;
    struct tcp_stream *streams;
    struct tcp_listener *listeners;
    bool told;            /* somebody was told something */
    bool begun;           /* a connection that libuv will ask the system about in its next turn */
    uint64_t turn;        /* how many have been */
    int64_t turn_ends_ns; /* when streams that have read in it read no more; 0: when one has */
    uint8_t buffer[TCP_BUFFER_SIZE];
    uv_timer_t timer; /* of a wait, where there is nothing finer */
};

/* It is freed when its owner has let go of it, its handle is closed and no name is looked up. */
struct tcp_stream {
    struct tcp *tcp;
    struct tcp_stream *next, **link; /* in tcp->streams */
    const struct tcp_handler *handler;
    void *owner;
    uv_tcp_t handle;
    bool handle_is_open;
    bool connected;
    bool gone;                  /* the owner is told no more */
    uv_getaddrinfo_t resolving; /* its data is null when there is none under way */
    struct addrinfo *found, *trying;
    uv_connect_t connecting;
    int failure; /* of libuv; why it ends */
    size_t queued_size;
    bool gathers; /* its owner is being told of bytes: what it sends waits for its return */
    struct tcp_piece *tail; /* the last of what waits; libuv knows nothing of it yet. Or empty */
    uint64_t turn;          /* of its last read */
};

struct tcp_listener {
    struct tcp *tcp;
    struct tcp_listener *next, **link; /* in tcp->listeners */
    const struct tcp_listener_handler *handler;
    void *owner;
    uv_tcp_t handle;
    bool gone;
};

/* What tcp_poll begins with. */
void tcp_begin_turn(struct tcp *tcp);

/* A stream that is on the list and has a handle. Null: no memory. */
struct tcp_stream *tcp_stream_new(struct tcp *tcp);

/* The handle is connected: begins to read, and tells. */
void tcp_stream_start(struct tcp_stream *stream);

/* Sends what was put aside, if nothing goes before it. Without memory for it the stream ends. */
void tcp_stream_flush(struct tcp_stream *stream);

/* Ends a stream; its owner is told when the handle is closed, and not in the middle of a call. */
void tcp_stream_fail(struct tcp_stream *stream, int failure);

enum status tcp_status(int failure);

/* Where a signal ends programs that write to somebody who has left, it does no more. */
void tcp_survive_broken_pipes(void);

/* The address in numbers; false: it is a name. */
bool tcp_numeric(const struct tcp_address *address, struct sockaddr_storage *numeric);

#endif
