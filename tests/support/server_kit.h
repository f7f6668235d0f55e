/*
 * A server over the slot of slot_kit.h, a game that only remembers what it heard, and a clock
 * that stands still unless a test moves it. The client's side is played in raw bytes.
 */
#ifndef SUPPORT_SERVER_KIT_H
#define SUPPORT_SERVER_KIT_H

#include "base/limits.h"
#include "peer/game_server.h"
#include "support/slot_kit.h"

/* What the game heard since the start, and what it says. */
struct heard {
    unsigned request_count, answer_count, registered_count, deregistered_count, note_count;
    enum message request, answered;
    uint8_t data[70000]; /* of the last request */
    size_t size;
    uint8_t answer[16]; /* behind `which` */
    size_t answer_size;
    enum status why; /* the client was deregistered */
    char note[200];
    /* The reply to every request: so many bytes AB, in pieces of that size. */
    size_t reply_size, reply_piece;
    enum status reply_status;
    int32_t timeout_ms; /* set by the next request, unless 0 */
};

extern struct game_server server;
extern struct heard heard;
extern int64_t server_ms;

/* A server without a client over zero memory. */
void start_server(const struct dialect *dialect, size_t size);

/* Lets the server look at its clock after so many ms. */
void server_pass_ms(int64_t duration_ms);

/* A client registers, clears and settles: ready, and the memory is zero. */
void join_client(void);

/* Makes a call that must succeed: call_client(MESSAGE_S_ON_RUN_STEP, KIT_WORDS(1000)). */
void call_client(enum message call, const void *data, size_t size);

/* The client answers with these words, `which` first; true when the server took a message. */
bool client_says(uint8_t number, const void *data, size_t size);

/* v1, inside the run step call 04 with time 1000. */
void start_calling(void);

#endif
