/*
 * An engine server for raw clients. What it tells is kept as text, a line for each call with the
 * client's number.
 */
#ifndef TEST_SUPPORT_ENGINE_SERVER_KIT_H
#define TEST_SUPPORT_ENGINE_SERVER_KIT_H

#include "peer/engine_server.h"
#include "support/raw_engine.h"

struct engine_server_kit {
    struct engine_server server;
    uint16_t port;
    bool answers; /* screenshots, at once, with pixels that are all 0x55 */
    char events[16384];
    void (*react)(struct engine_peer *peer, const char *event); /* once the line is there */
};

extern struct engine_server_kit server_kit_engine;

/* For cmocka. */
int engine_server_kit_open(void **unused);
int engine_server_kit_close(void **unused);

/* A client that has joined, and the line about it forgotten. */
int engine_server_kit_join(void);

/* The client that came last; null: it is gone and forgotten. */
struct engine_peer *engine_server_kit_last(void);

/* Asserts that the server tells just this, now or as soon as it has come; and forgets it. */
void engine_server_kit_expect(const char *events);

/* Answers what was asked for first. */
enum status engine_server_kit_answer(struct engine_peer *peer);

#endif
