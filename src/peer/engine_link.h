/*
 * One connection of the framed protocol, as both ends have it: bytes to frames, frames to bytes,
 * and a bound on what waits to be sent. It knows no kinds; engine_client.h and engine_server.h do.
 *
 * Source: the seed "remote-editor-protocol.md" and the fact sheet "Remote editor TCP protocol",
 * sections 2, 5 and 7.
 */
#ifndef PEER_ENGINE_LINK_H
#define PEER_ENGINE_LINK_H

#include "base/status.h"
#include "transport/tcp.h"
#include "wire/frame.h"

enum {
    ENGINE_REASON_SIZE = 160 /* bytes of a sentence why a connection ended */
};

/* What a link tells its owner. Any of these may close the link. */
struct engine_link_handler {
    void (*connected)(void *owner);
    /* A frame; with a problem, the head of one that is passed over, or that ends the link now. */
    void (*frame)(void *owner, const struct frame *frame);
    void (*sent)(void *owner); /* nothing waits to be sent any more */
    /* The link is closed. */
    void (*ended)(void *owner, enum status status, const char *reason);
};

struct engine_link {
    const struct engine_link_handler *handler;
    void *owner;
    struct tcp_stream *stream; /* null: closed */
    struct frame_decoder decoder;
    size_t queue_size_max;    /* bytes that may wait to be sent */
    const struct frame *told; /* null but while the owner is being told of it */
    bool is_connected;
};

/* A closed link. `cap` as of frame_decoder. */
void engine_link_open(struct engine_link *link, const struct engine_link_handler *handler,
                      void *owner, int32_t cap, size_t queue_size_max);

/* Begins to connect, for a link that is closed. A failure is not told in any other way. */
enum status engine_link_connect(struct engine_link *link, struct tcp *tcp,
                                const struct tcp_address *address);

/* Takes a stream that was accepted; returns what tcp_listener_handler wants to know. */
void *engine_link_accept(struct engine_link *link, struct tcp_stream *stream,
                         const struct tcp_handler **handler);

/* Closes it without telling; what was not sent is lost. Twice is fine. */
void engine_link_close(struct engine_link *link);

/* Closes it for good, and frees the place of its bodies. */
void engine_link_free(struct engine_link *link);

/*
 * Sends a whole frame. STATUS_OK; STATUS_CLOSED; STATUS_BUSY if too much waits already, with
 * nothing sent; STATUS_TOO_LONG for a frame that could never be sent; STATUS_OUT_OF_MEMORY.
 */
enum status engine_link_send(struct engine_link *link, const void *frame, size_t size);

/* The same for a frame in a block of malloc's, which is given away and freed in any case. */
enum status engine_link_send_block(struct engine_link *link, void *block, const void *frame,
                                   size_t size);

/* Sends a header and a body. */
enum status engine_link_send_body(struct engine_link *link, uint8_t kind, const void *body,
                                  size_t size);

/* Bytes that wait to be sent. */
size_t engine_link_queued_size(const struct engine_link *link);

/*
 * Gives the link a block of malloc's, to put bodies together in, unless it is not larger than what
 * it has, or a body lies there that is under way or just being told; then it is given back, as is
 * the old one: free it. Null is fine.
 */
void *engine_link_swap_block(struct engine_link *link, void *block, size_t size);

/*
 * Takes the memory of that frame's body away from the link: a block of malloc's that begins with
 * the body, with its size. Null: the body is somewhere else, and is to be copied. To be called
 * where the frame is told.
 */
void *engine_link_take_block(struct engine_link *link, const struct frame *frame, size_t *size);

#endif
