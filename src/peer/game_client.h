/*
 * The client's side of the mapped-memory conversation: register, take the game's calls, make
 * calls of our own inside them, answer. A state machine over a slot: it never waits, except in
 * game_client_close, and it knows neither Lua nor how the memory was mapped.
 *
 * The game may be hostile or half dead. What breaks the rules ends the conversation: the status
 * and a sentence are kept, every later call returns the same status, and the game is let go.
 *
 * Source: fact sheet "TMInterface mapped-memory protocol", sections 2, 3 and 16.
 */
#ifndef PEER_GAME_CLIENT_H
#define PEER_GAME_CLIENT_H

#include "base/printf_like.h"
#include "base/status.h"
#include "transport/slot.h"
#include "wire/message.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum game_client_phase {
    CLIENT_NEW,
    CLIENT_WANTS_TO_REGISTER, /* waits for the slot to be free */
    CLIENT_REGISTERING,       /* C_REGISTER is written */
    CLIENT_REGISTERED,
    CLIENT_ENDED
};

struct game_client {
    struct slot *slot;
    const struct dialect *dialect;
    enum game_client_phase phase;
    enum message call;       /* the game's call that is open, or MESSAGE_UNKNOWN */
    uint8_t call_number;     /* its number, 0 when none is open */
    uint8_t request_number;  /* of our call in flight, 0 when none is */
    const char *reply_shape; /* of our call in flight */
    size_t reply_size_last;  /* of the last reply with data: the next is likely as long */
    int64_t deadline_ms;     /* of the exchange in flight, 0 while unarmed */
    int32_t response_timeout_ms;
    bool refused; /* the last response was an error: no registration follows */
    /* Signs that the game speaks another dialect than we think. */
    bool awaits_first_call;  /* registered, and S_ON_REGISTERED has not come */
    uint32_t odd_registered; /* S_ON_REGISTERED with data: it is another message */
    int64_t stray_since_ms;  /* a response that nobody asked for; 0: there is none */
    enum status end;         /* why the conversation ended */
    char reason[200];        /* the same as a sentence */
};

/* What the game said: a call of its own, or the response to ours. */
struct game_message {
    bool is_response;
    enum message message; /* MESSAGE_UNKNOWN for a number outside the dialect */
    uint8_t number;
    enum status error;   /* of a response; also STATUS_DIALECT_MISMATCH for what is none to us */
    int32_t error_code;  /* the same as the number on the wire */
    const uint8_t *data; /* stable, until the next request or poll; null when size is 0 */
    size_t size;         /* bytes, as the message's shape measures them */
};

/* The slot, of 20 bytes or more, and the dialect stay the caller's. */
void game_client_open(struct game_client *client, struct slot *slot, const struct dialect *dialect);

/* Starts to register; the outcome comes from game_client_poll as a response. */
void game_client_register(struct game_client *client);

/*
 * Looks once. STATUS_OK: *message holds a call or a response. STATUS_WAITING: nothing yet.
 * Anything else: the conversation has ended with this status.
 * After a response, game_client_release must follow before anything else is sent.
 */
enum status game_client_poll(struct game_client *client, struct game_message *message);

/* Clears the slot after a response has been read (the one who asked clears, section 3). */
void game_client_release(struct game_client *client);

/* Whether anything can be sent now: STATUS_OK, or why not. */
enum status game_client_can_send(const struct game_client *client);

/* The same for a request of the vocabulary: STATUS_UNSUPPORTED when the dialect lacks it. */
enum status game_client_can_request(const struct game_client *client, enum message request);

/*
 * Starts a request: the place for its data, `slot_capacity(client->slot)` bytes. Call only when
 * game_client_can_request says STATUS_OK; game_client_send must follow.
 */
uint8_t *game_client_compose(struct game_client *client, enum message request);
void game_client_send(struct game_client *client, size_t data_size);

/*
 * For messages outside the vocabulary, when game_client_can_send says STATUS_OK: any number. How
 * long the reply is nobody knows: the response comes without data, and the whole slot may be read
 * (slot_peek) until it is released.
 */
uint8_t *game_client_compose_number(struct game_client *client, uint8_t number);

/*
 * Answers the open call. `extra` are further bytes after `which` (the brute-force answer).
 * There must be an open call and no request in flight.
 */
void game_client_answer(struct game_client *client, const void *extra, size_t extra_size);

/*
 * The slow part of waiting: looks at deadlines. Call it now and then (pause_once says when).
 * Returns STATUS_OK, or the status with which the conversation has just ended.
 */
enum status game_client_check(struct game_client *client, int64_t now_ms);

/* Ends the conversation from outside (the game's process is gone): the reason is a format. */
enum status game_client_fail(struct game_client *client, enum status status, const char *reason,
                             ...) PRINTF_LIKE(3, 4);

/*
 * Answers the open call, deregisters, and ends with `why`. A goodbye is safe inside a call only,
 * because outside the game may be writing: so it waits, at most `patience_ms` in all, for the
 * answer to be taken, shortly for the next call, and for the goodbye to be taken. Safe to call
 * twice.
 */
void game_client_close(struct game_client *client, enum status why, int32_t patience_ms);

#endif
