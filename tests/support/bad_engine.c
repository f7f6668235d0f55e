#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "support/bad_engine.h"

#include "support/deadline.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    FLOOD_SIZE = 64 * 1024,
    OUT_SIZE = 4 * FLOOD_SIZE,
    IN_SIZE = 64 * 1024,
    HEADER_SIZE = 5,
    TRICKLE_US = 1000000
};

enum kind {
    PING = 1,
    LOG = 2,
    ASK = 3,
    SCREENSHOT = 4,
    COMMAND = 5,
    UNKNOWN = 0x77
};

struct bad_engine {
    enum bad_engine_manner manner;
    int listener, end; /* the connection; -1: there is none */
    int stop;          /* eventfd */
    int port;
    pthread_t thread;
    atomic_uint count;
    bool is_over; /* once all is sent, the connection ends */
    struct deadline next_byte;
    uint32_t random;
    size_t in_size, out_size, out_done;
    unsigned char in[IN_SIZE], out[OUT_SIZE];
};

/* What it says. */

static bool has_room(const struct bad_engine *engine, size_t size)
{
    return size <= OUT_SIZE - engine->out_size;
}

static void put(struct bad_engine *engine, const void *bytes, size_t size)
{
    if (!has_room(engine, size))
        return;
    memcpy(engine->out + engine->out_size, bytes, size);
    engine->out_size += size;
}

static void put_number(struct bad_engine *engine, uint32_t value)
{
    uint32_t bytes = htonl(value);
    put(engine, &bytes, sizeof bytes);
}

static void put_header(struct bad_engine *engine, uint32_t size, unsigned char kind)
{
    put_number(engine, size);
    put(engine, &kind, 1);
}

static void put_ping(struct bad_engine *engine, uint32_t id, unsigned char what)
{
    put_header(engine, 5, PING);
    put_number(engine, id);
    put(engine, &what, 1);
}

static void put_pixels(struct bad_engine *engine, size_t size)
{
    static const unsigned char zeros[64];
    for (; size > 0; size -= size < sizeof zeros ? size : sizeof zeros)
        put(engine, zeros, size < sizeof zeros ? size : sizeof zeros);
}

static void put_screenshot(struct bad_engine *engine, uint32_t width, uint32_t height)
{
    uint32_t size = width * height * 4, extra = engine->manner == BAD_ENGINE_OTHER_SIZE ? 4 : 0;
    bool is_bare = engine->manner == BAD_ENGINE_BARE;
    put_header(engine, size + extra + (is_bare ? 0 : 8), SCREENSHOT);
    if (!is_bare) {
        put_number(engine, width);
        put_number(engine, height);
    }
    put_pixels(engine, size + extra);
}

/* A log of so many empty messages. */
static void put_log(struct bad_engine *engine, uint32_t id, unsigned char count)
{
    static const unsigned char entry[] = {0, 0, 0, 0, 'i'};
    put_header(engine, 5 + count * 5u, LOG);
    put_number(engine, id);
    put(engine, &count, 1);
    for (int i = 0; i < count; i++)
        put(engine, entry, sizeof entry);
}

static uint32_t next_random(struct bad_engine *engine)
{
    engine->random ^= engine->random << 13;
    engine->random ^= engine->random >> 17;
    engine->random ^= engine->random << 5;
    return engine->random;
}

static bool put_of_flood(struct bad_engine *engine)
{
    switch (engine->manner) {
    case BAD_ENGINE_GARBAGE:
        put_number(engine, next_random(engine));
        return true;
    case BAD_ENGINE_UNKNOWN_KINDS:
        put_header(engine, 0, UNKNOWN);
        return true;
    case BAD_ENGINE_LOGS:
        put_log(engine, 0, 255);
        return true;
    case BAD_ENGINE_PINGS:
    case BAD_ENGINE_PINGS_DEAF:
        put_ping(engine, next_random(engine), 1);
        return true;
    default:
        return false;
    }
}

/* What it hears. */

static uint32_t number_at(const unsigned char *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return ntohl(value);
}

/* The last argument of a command is {id = N}; 0: it is not. */
static uint32_t command_id(const unsigned char *body, size_t size)
{
    for (size_t at = size; at >= 4; at--) {
        const unsigned char *bytes = body + at - 4, *end = body + size;
        if (memcmp(bytes, "\x81\xa2id", 4) != 0 || bytes + 4 == end)
            continue;
        if (bytes[4] < 0x80)
            return bytes[4];
        if (bytes[4] == 0xcc && end - bytes == 6)
            return bytes[5];
        if (bytes[4] == 0xcd && end - bytes == 7)
            return (uint32_t)bytes[5] << 8 | bytes[6];
    }
    return 0;
}

static void answer(struct bad_engine *engine, unsigned char kind, const unsigned char *body,
                   size_t size)
{
    if (engine->manner == BAD_ENGINE_UNASKED)
        put_screenshot(engine, 2, 2);
    if (kind == PING && size == 5 && body[4] == 1)
        put_ping(engine, number_at(body), 2);
    else if (kind == COMMAND)
        put_log(engine, command_id(body, size), 1);
    else if (kind == ASK && size == 8)
        put_screenshot(engine, number_at(body), number_at(body + 4));
    if (kind == ASK && engine->manner == BAD_ENGINE_TWICE)
        put_screenshot(engine, number_at(body), number_at(body + 4));
}

static void hear(struct bad_engine *engine, unsigned char kind, const unsigned char *body,
                 size_t size)
{
    switch (engine->manner) {
    case BAD_ENGINE_SILENT:
        return;
    case BAD_ENGINE_CUTS_HEADERS:
        put(engine, "\0\0\0", 3);
        break;
    case BAD_ENGINE_CUTS_BODIES:
        put_header(engine, 3080, SCREENSHOT);
        put_pixels(engine, 1000);
        break;
    case BAD_ENGINE_NEGATIVE_SIZE:
        put_header(engine, UINT32_MAX, SCREENSHOT);
        return;
    case BAD_ENGINE_OVER_CAP:
        put_header(engine, INT32_MAX, SCREENSHOT);
        return;
    default:
        answer(engine, kind, body, size);
        return;
    }
    engine->is_over = true;
}

static void hear_all(struct bad_engine *engine)
{
    size_t at = 0;
    while (engine->in_size - at >= HEADER_SIZE && !engine->is_over) {
        size_t size = number_at(engine->in + at);
        if (size > engine->in_size - at - HEADER_SIZE)
            break;
        hear(engine, engine->in[at + 4], engine->in + at + HEADER_SIZE, size);
        at += HEADER_SIZE + size;
    }
    memmove(engine->in, engine->in + at, engine->in_size - at);
    engine->in_size -= at;
}

/* The thread. */

static bool never_reads(const struct bad_engine *engine)
{
    return engine->manner == BAD_ENGINE_NEVER_READS || engine->manner == BAD_ENGINE_PINGS_DEAF;
}

/* False: the connection is over. */
static bool receive(struct bad_engine *engine)
{
    ssize_t size =
        recv(engine->end, engine->in + engine->in_size, IN_SIZE - engine->in_size, MSG_DONTWAIT);
    if (size <= 0)
        return size < 0 && (errno == EAGAIN || errno == EINTR);
    engine->in_size += (size_t)size;
    hear_all(engine);
    return engine->in_size < IN_SIZE;
}

static void fill(struct bad_engine *engine)
{
    if (engine->out_done < engine->out_size)
        return;
    engine->out_done = engine->out_size = 0;
    while (engine->out_size < FLOOD_SIZE && put_of_flood(engine))
        continue;
}

static size_t sendable_size(const struct bad_engine *engine)
{
    size_t size = engine->out_size - engine->out_done;
    if (engine->manner != BAD_ENGINE_TRICKLES || size == 0)
        return size;
    return deadline_passed(engine->next_byte) ? 1 : 0;
}

static bool transmit(struct bad_engine *engine)
{
    size_t size = sendable_size(engine);
    ssize_t sent =
        send(engine->end, engine->out + engine->out_done, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0)
        return errno == EAGAIN || errno == EINTR;
    engine->out_done += (size_t)sent;
    if (sent > 0)
        engine->next_byte = deadline_in_us(TRICKLE_US);
    return !engine->is_over || engine->out_done < engine->out_size;
}

/* One turn of a connection; false: it is over. */
static bool turn(struct bad_engine *engine)
{
    fill(engine);
    bool wants_in = !never_reads(engine), wants_out = sendable_size(engine) > 0;
    bool trickles = engine->manner == BAD_ENGINE_TRICKLES && engine->out_done < engine->out_size;
    int events = POLLRDHUP | (wants_in ? POLLIN : 0) | (wants_out ? POLLOUT : 0);
    struct pollfd fds[] = {{.fd = engine->end, .events = (short)events},
                           {.fd = engine->stop, .events = POLLIN}};
    poll(fds, 2, trickles ? deadline_left_ms(engine->next_byte) : -1);
    if (fds[1].revents != 0 || (fds[0].revents & (POLLHUP | POLLERR)) != 0)
        return false;
    if ((fds[0].revents & POLLIN) != 0 && !receive(engine))
        return false;
    if ((fds[0].revents & POLLRDHUP) != 0 && !wants_in)
        return false;
    return !wants_out || transmit(engine);
}

static bool accept_next(struct bad_engine *engine)
{
    struct pollfd fds[] = {{.fd = engine->listener, .events = POLLIN},
                           {.fd = engine->stop, .events = POLLIN}};
    do {
        poll(fds, 2, -1);
        if (fds[1].revents != 0)
            return false;
        engine->end = accept4(engine->listener, NULL, NULL, SOCK_CLOEXEC);
    } while (engine->end < 0);
    atomic_fetch_add(&engine->count, 1);
    engine->is_over = false;
    engine->in_size = engine->out_size = engine->out_done = 0;
    return true;
}

static void *serve(void *argument)
{
    struct bad_engine *engine = argument;
    while (accept_next(engine)) {
        while (turn(engine))
            continue;
        close(engine->end);
        engine->end = -1;
    }
    return NULL;
}

struct bad_engine *bad_engine_start(enum bad_engine_manner manner)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    struct bad_engine *engine = calloc(1, sizeof *engine);
    assert_non_null(engine);
    engine->manner = manner;
    engine->end = -1;
    engine->random = 2463534242u;
    engine->stop = eventfd(0, EFD_CLOEXEC);
    engine->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(engine->stop >= 0 && engine->listener >= 0);
    assert_int_equal(bind(engine->listener, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(getsockname(engine->listener, (struct sockaddr *)&at, &size), 0);
    engine->port = ntohs(at.sin_port);
    if (manner != BAD_ENGINE_ABSENT)
        assert_int_equal(listen(engine->listener, 16), 0);
    if (manner != BAD_ENGINE_ABSENT)
        assert_int_equal(pthread_create(&engine->thread, NULL, serve, engine), 0);
    return engine;
}

int bad_engine_port(const struct bad_engine *engine)
{
    return engine->port;
}

unsigned bad_engine_count(const struct bad_engine *engine)
{
    return atomic_load(&engine->count);
}

void bad_engine_stop(struct bad_engine *engine)
{
    if (engine == NULL)
        return;
    eventfd_write(engine->stop, 1);
    if (engine->manner != BAD_ENGINE_ABSENT)
        pthread_join(engine->thread, NULL);
    close(engine->listener);
    close(engine->stop);
    free(engine);
}
