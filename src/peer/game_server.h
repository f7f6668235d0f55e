/*
 * The game's side of the mapped-memory conversation: one client at a time, calls it must answer
 * in time, requests served inside them. A state machine over a slot that never waits: the game
 * polls it, and calls game_server_check when it has been waiting for a while.
 *
 * Clients are served as they are (fact sheet "TMInterface mapped-memory protocol", section 16):
 * they clear late, tear their last message, die, and register while another one is served.
 *
 * Where the fact sheet is uncertain this server chooses: every message of the registered client
 * restarts the timer of a call; a new client starts with the default timeout; late answers are
 * cleared without a word; requests outside a call are served.
 */
#ifndef PEER_GAME_SERVER_H
#define PEER_GAME_SERVER_H

#include "base/status.h"
#include "transport/slot.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct game_server;

/* What the game does with what the server hears. Every function gets `context`. */
struct game_server_handler {
    void *context;
    /*
     * A request. The data is as long as the request's shape says, except that checkpoint data may
     * be cut short. The reply is built with game_server_reply, after which `data` is no longer
     * there; a status other than STATUS_OK becomes the error code.
     */
    enum status (*request)(void *context, struct game_server *server, enum message request,
                           const uint8_t *data, size_t size);
    /* The client answered the call; `data` begins after `which`. */
    void (*answered)(void *context, enum message call, const uint8_t *data, size_t size);
    void (*registered)(void *context);
    void (*deregistered)(void *context, enum status why);
    /* Something odd worth a line in the log. */
    void (*note)(void *context, const char *text);
};

enum game_server_phase {
    SERVER_FREE,     /* no client */
    SERVER_SETTLING, /* registered, but the client may still be clearing the slot */
    SERVER_READY,    /* registered, no call open */
    SERVER_CALLING
};

struct game_server {
    struct slot *slot;
    const struct dialect *dialect;
    const struct game_server_handler *handler;
    enum game_server_phase phase;
    enum message call;  /* open call */
    uint8_t *call_data; /* its data, kept to publish it again; `slot_capacity` bytes */
    size_t call_size;
    bool call_overheard;       /* a stranger's message took the place of the call */
    uint32_t request_count;    /* requests served inside the open call */
    int32_t timeout_ms;        /* -1: for ever */
    int64_t deadline_ms;       /* of the open call or of settling, 0 while unarmed */
    int64_t obstacle_since_ms; /* something in the way of a call: since when; -1: too long */
    size_t reply_size;
    bool replied;
    bool reply_cut;
};

/* `call_data` is room for `slot_capacity(slot)` bytes and stays the caller's, like the rest. */
void game_server_open(struct game_server *server, struct slot *slot, const struct dialect *dialect,
                      const struct game_server_handler *handler, uint8_t *call_data);

static inline bool game_server_has_client(const struct game_server *server)
{
    return server->phase != SERVER_FREE;
}

/*
 * Handles at most one message of a client. Returns whether there was one.
 */
bool game_server_poll(struct game_server *server);

/*
 * Makes a call. STATUS_OK: it is published, `answered` or `deregistered` will follow.
 * STATUS_BUSY: poll first (a client message is in the slot, or the client is still settling).
 * STATUS_CLOSED: there is no client. STATUS_UNSUPPORTED: the dialect has no such call.
 */
enum status game_server_call(struct game_server *server, enum message call, const void *data,
                             size_t size);

/* Appends bytes to the reply of the request being served; what does not fit is cut. */
void game_server_reply(struct game_server *server, const void *bytes, size_t size);

/* Timeouts, settling, calls that have to be published again. For use while waiting. */
void game_server_check(struct game_server *server, int64_t now_ms);

/* Drops the client without a word to it (the console's `deregister`). */
void game_server_deregister(struct game_server *server, enum status why);

#endif
