/*
 * The client of an engine: one connection that comes back by itself. It connects in the background,
 * tries again with back-off, answers pings, matches answers to requests, and sees to it that each
 * request comes to an end: an answer, or a status with a reason, at its deadline at the latest. It
 * never blocks, and is told the time.
 *
 * Screenshots have no ids and engines keep only the newest request (fact sheet, section 5), so one
 * is under way at a time and the others wait their turn. When one is not answered in time nobody
 * could tell its late answer from the next one's, so the connection is given up and made anew.
 * Requests wait for a connection as they wait for their turn; those that have been sent when a
 * connection ends fail, for nobody knows what became of them.
 *
 * Source: the seed "remote-editor-protocol.md" and the fact sheet "Remote editor TCP protocol".
 */
#ifndef PEER_ENGINE_CLIENT_H
#define PEER_ENGINE_CLIENT_H

#include "peer/engine_link.h"
#include "wire/engine_bodies.h"
#include "wire/engine_log.h"

enum engine_client_state {
    ENGINE_CLIENT_CLOSED,  /* for good */
    ENGINE_CLIENT_WAITING, /* for the time of the next attempt */
    ENGINE_CLIENT_CONNECTING,
    ENGINE_CLIENT_CONNECTED
};

enum engine_request_kind {
    ENGINE_REQUEST_PING,
    ENGINE_REQUEST_SCREENSHOT,
    ENGINE_REQUEST_COMMAND /* a frame of its owner's, answered by logs with its id */
};

/* What a request came to. */
struct engine_answer {
    enum status status; /* STATUS_OK, TIMEOUT, CLOSED, PROTOCOL (an image that is none) … */
    const char *reason; /* of a failure: a sentence; valid during the call */
    int64_t elapsed_ns; /* of a ping: from sending to answer */

    /*
     * Of a screenshot. Its pixels are in `frame`, whose memory engine_link_take_block may take.
     * Of a command: the body of the log.
     */
    const struct frame *frame;
    struct engine_screenshot screenshot;
};

/*
 * Something that is answered. The memory is the owner's, who leaves it alone from
 * engine_client_ask to `done` or engine_client_cancel.
 */
struct engine_request {
    enum engine_request_kind kind;
    struct image_sides sides; /* of a screenshot; valid ones */
    int32_t id;               /* of a command, from engine_client_next_id */
    const void *frame;        /* of a command: the whole frame, which is there until it is sent */
    size_t frame_size;
    int64_t deadline_ms;
    /*
     * Called once, from within any function of the client but engine_client_ask; that of another
     * request may be called from within engine_client_cancel.
     */
    void (*done)(struct engine_request *request, const struct engine_answer *answer);

    struct engine_request *next;
    uint64_t serial; /* in the order they came in */
    bool is_sent;
    int64_t sent_ns;
};

struct engine_client_handler {
    void (*connected)(void *owner);
    /* `reason` is a sentence. Told for a connection that was there, not for attempts. */
    void (*disconnected)(void *owner, const char *reason);
    /* A log, whichever id it has, unless a command waits for that. */
    void (*log)(void *owner, struct engine_log_reader reader);
    /*
     * A body of that size will come: room for it may be given, engine_link_swap_block, and nothing
     * else may be done with the client. Or null.
     */
    void (*expects)(void *owner, size_t body_size);
    /* A frame that is nothing to the client: of another kind, or with an answer nobody awaits. */
    void (*frame)(void *owner, const struct frame *frame);
    void (*warning)(void *owner, const char *text);
    void (*sent)(void *owner); /* nothing waits to be sent any more */
};

struct engine_client_options {
    struct tcp_address address;
    bool stays_closed; /* after the first connection or attempt has failed */
    int32_t cap;       /* bytes of a body */
    int32_t connect_timeout_ms;
    int32_t retry_first_ms, retry_last_ms;
    size_t queue_size_max; /* bytes */
};

struct engine_client {
    struct engine_client_options options;
    const struct engine_client_handler *handler;
    void *owner;
    struct tcp *tcp;
    struct engine_link link;
    enum engine_client_state state;
    int64_t now_ms;              /* as last told */
    int64_t deadline_ms;         /* of the attempt, or when the next begins; INT64_MAX: neither */
    int64_t request_deadline_ms; /* no request has an earlier one */
    int32_t retry_ms;            /* until the next attempt after the next failure */
    int32_t last_id;
    struct engine_request *requests; /* all of them, in the order they came in */
    int request_count;
    uint64_t request_serial;         /* of the last one */
    bool has_told_connected;         /* and not yet that it is over */
    char reason[ENGINE_REASON_SIZE]; /* why there is no connection */
    char complaint[80]; /* the last error that was logged while a screenshot is under way */
};

/* The address 127.0.0.1:4242, and what base/limits.h has. */
struct engine_client_options engine_client_options(void);

/*
 * Begins to connect. The client is where it is until engine_client_free has returned, and where
 * that is called from within a callback, until the function that called back has returned too.
 */
void engine_client_open(struct engine_client *client, struct tcp *tcp,
                        const struct engine_client_options *options,
                        const struct engine_client_handler *handler, void *owner, int64_t now_ms);

/* Deadlines. To be called about when engine_client_wake_ms says, and with the time as it goes. */
void engine_client_check(struct engine_client *client, int64_t now_ms);

/* When there is next something to do: ms of the clock; INT64_MAX: nothing. */
int64_t engine_client_wake_ms(const struct engine_client *client);

/*
 * STATUS_OK: `done` will be called. STATUS_CLOSED for a closed client, STATUS_BUSY if
 * ENGINE_REQUEST_COUNT_MAX of them wait, STATUS_INVALID for sides that are none, or of an image
 * above the cap, STATUS_TOO_LONG for a command above the size of the queue.
 */
enum status engine_client_ask(struct engine_client *client, struct engine_request *request);

/* Forgets a request: it is not answered. */
void engine_client_cancel(struct engine_client *client, struct engine_request *request);

/* Sends a body at once; as engine_link_send_body. */
enum status engine_client_send(struct engine_client *client, uint8_t kind, const void *body,
                               size_t size);

/* An id that no other request has: never 0. */
int32_t engine_client_next_id(struct engine_client *client);

/*
 * Ends the connection for good. Requests that wait are done, with STATUS_CLOSED, and nothing is
 * told after this has returned. Twice is fine, and so is any callback but `expects`.
 */
void engine_client_close(struct engine_client *client);

/* Closes it and frees what it holds. */
void engine_client_free(struct engine_client *client);

#endif
