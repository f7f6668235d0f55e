/*
 * A client of the mapped-memory protocol that behaves as the fact sheet says the Python client
 * does (section 3): type word, error code, data, then the ready byte; replies recognised by their
 * whole first word; the whole buffer cleared front to back after a reply; C_PROCESSED_CALL
 * neither cleared nor awaited. It refuses to be kind: no retries, no header-last clearing.
 */
#ifndef TEST_SUPPORT_RAW_CLIENT_H
#define TEST_SUPPORT_RAW_CLIENT_H

#include "support/raw_facts.h"
#include "support/raw_slot.h"

struct raw_client {
    struct raw_slot slot;
    enum raw_dialect dialect;
    /* The last reply or call, copied whole from the region before anything was cleared. */
    unsigned char *copy;
    int32_t code; /* its error code */
};

/* A server call as received. */
struct raw_call {
    enum raw_message message;
    uint8_t number; /* as on the wire: what C_PROCESSED_CALL has to name */
    int32_t value;  /* first data word: time, result, count */
    int32_t second; /* second data word: target */
};

/* Waits for the object, maps it. False when it does not appear. */
bool raw_client_open(struct raw_client *client, const char *name, enum raw_dialect dialect,
                     int budget_ms);
void raw_client_close(struct raw_client *client);

/* Publishes a message over whatever is in the buffer. */
void raw_client_send(struct raw_client *client, enum raw_message message, const void *data,
                     size_t size);

/* Waits for the exact word of S_RESPONSE and copies the region; does not clear. */
bool raw_client_await_reply(struct raw_client *client, int budget_ms);

/* send + await + clear. The reply stays in client->copy (header at 0, data at 8). */
bool raw_client_request(struct raw_client *client, enum raw_message message, const void *data,
                        size_t size, int budget_ms);
bool raw_client_request_int(struct raw_client *client, enum raw_message message, int32_t value,
                            int budget_ms);

/* C_REGISTER, S_RESPONSE, clear; client->code holds the answer. */
bool raw_client_register(struct raw_client *client, int budget_ms);

/*
 * Waits for a server call, ignoring own and unknown types as section 3 demands, and copies the
 * region. S_RESPONSE is not a server call.
 */
bool raw_client_wait_call(struct raw_client *client, struct raw_call *call, int budget_ms);

/* C_PROCESSED_CALL naming the call. */
void raw_client_processed(struct raw_client *client, const struct raw_call *call);

/*
 * Answers every other call until one of this message arrives, which is left unanswered. What is
 * in `call` on entry is answered first, unless its message is RAW_UNKNOWN.
 */
bool raw_client_next(struct raw_client *client, struct raw_call *call, enum raw_message message,
                     int budget_ms);

/* As raw_client_next for run steps, until one with this time or later arrives. */
bool raw_client_run_to(struct raw_client *client, struct raw_call *call, int32_t time,
                       int budget_ms);

/* Section 3: int32 0, no reply awaited (v1); `public` waits for the S_RESPONSE and clears. */
void raw_client_deregister(struct raw_client *client);

/* C_SET_INPUT_STATES in wire order. */
struct raw_input {
    int32_t left, right, accelerate, brake, steer, gas;
};
bool raw_client_input(struct raw_client *client, const struct raw_input *input, int budget_ms);

/* C_EXECUTE_COMMAND, C_REGISTER_CUSTOM_COMMAND, C_LOG: a leading word, a length, bytes. */
bool raw_client_text(struct raw_client *client, enum raw_message message, int32_t lead,
                     const char *text, int budget_ms);

#endif
