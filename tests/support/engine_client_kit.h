/*
 * An engine client against a raw engine. What the client tells is kept as text, a line for each
 * call, so that an expectation is one text to read; the client's time is a number here, and only
 * sockets are real.
 */
#ifndef TEST_SUPPORT_ENGINE_CLIENT_KIT_H
#define TEST_SUPPORT_ENGINE_CLIENT_KIT_H

#include "peer/engine_client.h"
#include "support/raw_engine.h"

enum {
    ENGINE_KIT_REQUEST_COUNT = 8,
    ENGINE_KIT_TIMEOUT_MS = 5000
};

struct engine_client_kit {
    struct engine_client client;
    struct engine_client_options options; /* of the client that is opened next */
    bool is_open;
    int64_t now_ms;
    int listener, end; /* of the engine; -1: none */
    struct engine_request requests[ENGINE_KIT_REQUEST_COUNT];
    int done_counts[ENGINE_KIT_REQUEST_COUNT];
    char events[16384];
    void (*react)(const char *event); /* to each line, once it is there */
};

extern struct engine_client_kit engine_kit;

/* For cmocka: an engine that does not listen yet, and no client. */
int engine_kit_open(void **unused);
int engine_kit_close(void **unused);

/* The client begins to connect. */
void engine_kit_start(void);

/* The engine listens from now on; and takes the next connection. */
void engine_kit_listen(void);
void engine_kit_accept(void);

/* All of these, and the client has told that it is connected. */
void engine_kit_connect(void);

/* The engine closes its end. */
void engine_kit_hang_up(void);

/* Time passes. */
void engine_kit_pass(int64_t duration_ms);

/* Asserts that the client tells just this, now or as soon as it has come; and forgets it. */
void engine_kit_expect(const char *events);

/* Requests by number, with ENGINE_KIT_TIMEOUT_MS of time; "done 3 ok" tells its end. */
enum status engine_kit_ping(int number);
enum status engine_kit_shoot(int number, int32_t width, int32_t height);
enum status engine_kit_command(int number, const void *frame, size_t size);

/* The engine's image, of `size` bytes that are all the same. */
void engine_kit_send_image(size_t size, uint8_t value);

#endif
