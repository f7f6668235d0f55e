/*
 * The engine's end of the framed protocol, for any number of clients at once. It answers pings by
 * itself, tells a client by a log what was wrong with a request instead of being silent, and hands
 * screenshots of one client to its owner one at a time while the others of that client wait. A
 * client that reads slowly is told less, and holds nobody up.
 *
 * Source: the seed "remote-editor-protocol.md" and the fact sheet "Remote editor TCP protocol",
 * sections 4, 5 and 7.
 */
#ifndef PEER_ENGINE_SERVER_H
#define PEER_ENGINE_SERVER_H

#include "peer/engine_link.h"
#include "wire/engine_bodies.h"
#include "wire/engine_log.h"

struct engine_server;

/* A client of ours. */
struct engine_peer {
    struct engine_server *server;
    struct engine_peer *next;
    struct engine_link link;
    char address[TCP_ADDRESS_TEXT_SIZE];
    uint32_t number; /* 1 for the first that came */
    void *data;      /* its owner's, to be let go of in `left` */

    struct image_sides asked[ENGINE_ASK_COUNT_MAX]; /* the first is the owner's to answer */
    int asked_count;
    bool asks_later;        /* the owner is asked for the first when less waits to be sent */
    int64_t lost_log_count; /* not sent because too much waited */
    bool is_gone;           /* it is freed when the server is checked */
};

/* What a server tells its owner. Any of these may close a peer, or the server. */
struct engine_server_handler {
    void (*joined)(void *owner, struct engine_peer *peer);
    void (*left)(void *owner, struct engine_peer *peer, const char *reason);
    /*
     * A screenshot is asked for, of valid sides. To be answered now or later, once, by
     * engine_peer_send_screenshot or engine_peer_refuse_screenshot; then the next one is told.
     */
    void (*asked)(void *owner, struct engine_peer *peer, struct image_sides sides);
    /* A command: the body of kind 5. */
    void (*command)(void *owner, struct engine_peer *peer, const struct frame *frame);
    /* A frame of another kind, of which nothing is said to the client. */
    void (*frame)(void *owner, struct engine_peer *peer, const struct frame *frame);
    /* Something was wrong, and the client has been told. */
    void (*warning)(void *owner, struct engine_peer *peer, const char *text);
    void (*sent)(void *owner, struct engine_peer *peer); /* nothing waits for it any more */
};

struct engine_server {
    const struct engine_server_handler *handler;
    void *owner;
    struct tcp_listener *listener;
    struct engine_peer *peers;
    int peer_count;
    uint32_t last_number;
    int told_depth; /* calls of the handler from within tcp_poll that have not returned */
    int32_t cap;
    enum screenshot_variant variant;
};

/*
 * Listens. As tcp_listen; a server that does not listen is closed. It stays where it is until
 * engine_server_close.
 */
enum status engine_server_open(struct engine_server *server, struct tcp *tcp,
                               const struct tcp_address *address,
                               const struct engine_server_handler *handler, void *owner,
                               const char **reason);

/*
 * Frees clients that are gone. To be called now and then, outside of tcp_poll and tcp_wait; within
 * them it does nothing.
 */
void engine_server_check(struct engine_server *server);

/*
 * Listens no more and closes all connections, without telling. Twice is fine. So is any callback,
 * but then the clients are freed by the next call of this or of engine_server_check, and the server
 * stays where it is until then.
 */
void engine_server_close(struct engine_server *server);

/* Sends a log of one message. As engine_link_send. */
enum status engine_peer_log(struct engine_peer *peer, int32_t id, enum engine_log_level level,
                            const char *text, size_t size);

/*
 * The same for something that nobody waits for. If too much waits for that client, the message is
 * lost, and once there is room again the client is told how many were.
 */
void engine_peer_tell(struct engine_peer *peer, enum engine_log_level level, const char *text,
                      size_t size);

/* engine_peer_tell for all clients. */
void engine_server_tell(struct engine_server *server, enum engine_log_level level, const char *text,
                        size_t size);

/* Room in a block for all of a screenshot's frame that comes before its pixels. */
enum {
    ENGINE_SCREENSHOT_MARGIN = SCREENSHOT_HEAD_SIZE_MAX
};

/*
 * Answers the screenshot that was asked for. The block of malloc's is given away, and freed in any
 * case: ENGINE_SCREENSHOT_MARGIN bytes that are ours, then the pixels of those sides, as
 * engine_bodies.h has them. As engine_link_send, and STATUS_INVALID for sides that are none; where
 * it fails the client is told by a log.
 */
enum status engine_peer_send_screenshot(struct engine_peer *peer, struct image_sides sides,
                                        void *block);

/* Says that there is none, by a log. */
void engine_peer_refuse_screenshot(struct engine_peer *peer, const char *text);

/* Closes the connection; the owner is told by `left`. Twice is fine. */
void engine_peer_close(struct engine_peer *peer, const char *reason);

#endif
