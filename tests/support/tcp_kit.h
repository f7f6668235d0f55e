/*
 * Streams that remember what they were told, and a listener for them, on 127.0.0.1. Time is real
 * here, for sockets are: every wait ends by something that happens, or fails the test.
 */
#ifndef TEST_SUPPORT_TCP_KIT_H
#define TEST_SUPPORT_TCP_KIT_H

#include "support/deadline.h"
#include "transport/tcp.h"

enum tcp_kit_call {
    TCP_KIT_CONNECTED,
    TCP_KIT_ROOM,
    TCP_KIT_RECEIVED,
    TCP_KIT_SENT,
    TCP_KIT_ENDED,
    TCP_KIT_CALL_COUNT
};

struct tcp_kit_end {
    struct tcp_stream *stream; /* null: closed, or over */
    size_t counts[TCP_KIT_CALL_COUNT];
    size_t received_size;
    uint32_t received_hash;
    enum status status; /* of its end */
    char reason[128];
    uint8_t *room; /* where it receives; null: in the stream's own buffer */
    size_t room_size;

    /* Runs at the end of every call. */
    void (*react)(struct tcp_kit_end *end, enum tcp_kit_call call);
};

extern struct tcp *tcp_kit;
extern const struct tcp_handler tcp_kit_handler; /* its owners are ends */
extern struct tcp_kit_end tcp_kit_near, tcp_kit_far;

/* For cmocka. tcp_kit_close asserts that nothing is left. */
int tcp_kit_open(void **unused);
int tcp_kit_close(void **unused);

/* Listens at a free port of that host; who connects becomes tcp_kit_far. */
struct tcp_listener *tcp_kit_listen(const char *host, struct tcp_address *address);

/* tcp_kit_near connects to that. */
void tcp_kit_connect(const struct tcp_address *address);

/* Both ends of a connection. */
void tcp_kit_pair(void);

uint32_t tcp_kit_hash(uint32_t hash, const uint8_t *bytes, size_t size);

/* Lets things happen until that is so. */
#define TCP_KIT_UNTIL(condition)                                                                   \
    for (struct deadline until = deadline_in_ms(10000); !(condition);                              \
         tcp_wait(tcp_kit, INT64_C(20000000)))                                                     \
    assert_false(deadline_passed(until))

#endif
