/*
 * The other end of the framed protocol, by plain sockets and bytes: it keeps no rule of its own, so
 * a test may break all of them. While it waits, the connections of raw_engine_tcp go on; each wait
 * ends by what it waits for, or fails the test.
 */
#ifndef TEST_SUPPORT_RAW_ENGINE_H
#define TEST_SUPPORT_RAW_ENGINE_H

#include "support/deadline.h"
#include "transport/tcp.h"

extern struct tcp *raw_engine_tcp;

enum {
    RAW_ENGINE_HEX_SIZE_MAX = 2048 /* bytes of one text in hex */
};

#define RAW_ENGINE_UNTIL(condition)                                                                \
    for (struct deadline until = deadline_in_ms(10000); !(condition);                              \
         tcp_wait(raw_engine_tcp, INT64_C(5000000)))                                               \
    assert_false(deadline_passed(until))

/* A socket with a port of 127.0.0.1 at which nobody listens yet. */
int raw_engine_reserve(uint16_t *port);

void raw_engine_listen(int listener, int backlog);
int raw_engine_accept(int listener);
int raw_engine_connect(uint16_t port);

void raw_engine_send(int end, const void *bytes, size_t size);
void raw_engine_send_hex(int end, const char *hex);

/* Size, kind and body, whatever they are. */
void raw_engine_send_frame(int end, int32_t announced_size, uint8_t kind, const void *body,
                           size_t size);

/* Asserts that these bytes come next. */
void raw_engine_expect(int end, const void *bytes, size_t size);
void raw_engine_expect_hex(int end, const char *hex);

/* Asserts that a log comes next: of that id, level and text. */
void raw_engine_expect_log(int end, int32_t id, char level, const char *text);

/* Asserts that nothing has come, after all that can happen has. */
void raw_engine_expect_nothing(int end);

/* Reads on, whatever comes, until the connection is over. */
void raw_engine_expect_end(int end);

void raw_engine_skip(int end, size_t size);

#endif
