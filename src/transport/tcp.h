/*
 * TCP that never blocks: streams of bytes, and places to listen, on libuv. A stream connects,
 * resolves names and sends in the background; all that happens to it is told to its owner from
 * inside tcp_poll and tcp_wait, and nowhere else. It knows no messages and no deadlines: how long
 * a connection or an answer may take is its owner's business.
 *
 * Everything here belongs to one thread.
 */
#ifndef TRANSPORT_TCP_H
#define TRANSPORT_TCP_H

#include "base/limits.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcp;          /* all connections of a program */
struct tcp_stream;   /* one of them */
struct tcp_listener; /* a place where others connect to us */

struct tcp_address {
    char host[TCP_HOST_SIZE_MAX]; /* a name, or an address of IPv4 or IPv6 without brackets */
    uint16_t port;                /* 0, to listen: any that is free */
};

/*
 * Reads "HOST:PORT", "HOST", ":PORT", "PORT" or "[IPV6]:PORT"; what is missing stays as it is in
 * *address. False, with *address as it was: it is none of these.
 */
bool tcp_address_read(struct tcp_address *address, const char *text);

/* Room for tcp_address_write. */
enum {
    TCP_ADDRESS_TEXT_SIZE = TCP_HOST_SIZE_MAX + 10
};

/* "127.0.0.1:4242", "[::1]:4242" */
void tcp_address_write(const struct tcp_address *address, char text[TCP_ADDRESS_TEXT_SIZE]);

/* What a stream tells its owner. Any of them but `room` may close the stream, or others. */
struct tcp_handler {
    /* The connection is there; also told, after `accepted`, for one that was accepted. */
    void (*connected)(void *owner);
    /*
     * Where the next bytes are to go. Null: the stream takes them into a buffer of its own. Libuv
     * is about to read, and bears no closing here.
     */
    uint8_t *(*room)(void *owner, size_t *size);
    /* Bytes have arrived, there or in a buffer that is valid until this returns. */
    void (*received)(void *owner, const uint8_t *bytes, size_t size);
    /* All that was queued has been handed to the system. */
    void (*sent)(void *owner);
    /*
     * The connection is over, or could not be made; the stream is gone when this returns. `reason`
     * is part of a sentence ("connection refused").
     */
    void (*ended)(void *owner, enum status status, const char *reason);
};

/*
 * Null: the system has no memory or no descriptors. From now on SIGPIPE does not end the program,
 * where that was still its default.
 */
struct tcp *tcp_open(void);

/*
 * Ends every stream and listener, without telling, and frees all. False: the system is still busy
 * with a name, and nobody should wait for that; the program should end by _Exit.
 */
bool tcp_close(struct tcp *tcp);

/* Whether the system looks up a name: the end of the program then waits for it, but for _Exit. */
bool tcp_awaits_name(const struct tcp *tcp);

/* Lets everything happen that can now. Returns whether any owner was told anything. */
bool tcp_poll(struct tcp *tcp);

/* Whether there is any stream or listener. */
bool tcp_is_in_use(const struct tcp *tcp);

/*
 * Waits until something can happen, a signal arrives, or that much time has passed; then like
 * tcp_poll. Windows counts in milliseconds: a wait is rounded down there, and one that is shorter
 * than one is slept through.
 */
bool tcp_wait(struct tcp *tcp, int64_t duration_ns);

/*
 * Begins to connect. The handler must outlive the stream. STATUS_OK with *stream, or a failure
 * that the owner is not told in any other way, with *stream null.
 */
enum status tcp_connect(struct tcp *tcp, const struct tcp_address *address,
                        const struct tcp_handler *handler, void *owner, struct tcp_stream **stream);

/* Ends a stream at once, without telling its owner; what was not sent is lost. Null is fine. */
void tcp_stream_close(struct tcp_stream *stream);

/*
 * Sends bytes after all others; what the system does not take at once is copied. STATUS_OK,
 * STATUS_CLOSED for a stream that is not connected, or STATUS_OUT_OF_MEMORY, with nothing sent. A
 * failure of the connection is told later, by `ended`.
 */
enum status tcp_send(struct tcp_stream *stream, const void *bytes, size_t size);

/*
 * The same without a copy: `bytes` lie in a block of malloc's, which is given away here, and
 * freed sooner or later whatever comes of it.
 */
enum status tcp_send_block(struct tcp_stream *stream, void *block, const void *bytes, size_t size);

/* Bytes that wait for the system to take them; not those it has not been offered yet. */
size_t tcp_queued_size(const struct tcp_stream *stream);

/* Who is at the other end, as tcp_address_write writes it. */
void tcp_peer_address(const struct tcp_stream *stream, char text[TCP_ADDRESS_TEXT_SIZE]);

struct tcp_listener_handler {
    /*
     * Somebody has connected. Returns the owner of the stream with *handler set, or null to turn
     * the other one away.
     */
    void *(*accepted)(void *owner, struct tcp_stream *stream, const struct tcp_handler **handler);
};

/*
 * Listens at an address, which a name must not take long to resolve to. STATUS_OK; STATUS_BUSY if
 * somebody else is listening there, STATUS_DENIED, STATUS_INVALID for no address of this machine,
 * STATUS_SYSTEM; then *listener is null and `reason` a static part of a sentence.
 */
enum status tcp_listen(struct tcp *tcp, const struct tcp_address *address,
                       const struct tcp_listener_handler *handler, void *owner,
                       struct tcp_listener **listener, const char **reason);

/* Where it listens: the port is the real one. */
void tcp_listener_address(const struct tcp_listener *listener, struct tcp_address *address);

/* Listens no more; streams that were accepted go on. Null is fine. */
void tcp_listener_close(struct tcp_listener *listener);

#endif
