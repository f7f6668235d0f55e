#include "support/raw_editor.h"

#include "support/deadline.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void put_be32(unsigned char *at, uint32_t value)
{
    at[0] = (unsigned char)(value >> 24);
    at[1] = (unsigned char)(value >> 16);
    at[2] = (unsigned char)(value >> 8);
    at[3] = (unsigned char)value;
}

static int32_t get_be32(const unsigned char *at)
{
    return (int32_t)((uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3]);
}

/* Connections. */

int raw_editor_port(struct process *game)
{
    static const char before[] = ", engine on ";
    const char *at = NULL, *colon = NULL;
    if (process_wait_text(game, PROCESS_STDOUT, before, RAW_EDITOR_SOON_MS))
        at = strstr(process_text(game, PROCESS_STDOUT), before);
    if (at != NULL)
        colon = strchr(at, ':');
    if (colon == NULL)
        fail_msg("no port announced: %s%s", process_text(game, PROCESS_STDOUT),
                 process_text(game, PROCESS_STDERR));
    return (int)strtol(colon + 1, NULL, 10);
}

void raw_editor_open(struct raw_editor *engine, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1;
    memset(engine, 0, sizeof *engine);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    engine->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(engine->socket >= 0);
    if (connect(engine->socket, (struct sockaddr *)&address, sizeof address) != 0)
        fail_msg("port %d: %s", port, strerror(errno));
    setsockopt(engine->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    fcntl(engine->socket, F_SETFL, O_NONBLOCK);
}

void raw_editor_close(struct raw_editor *engine)
{
    if (engine->socket > 0)
        close(engine->socket);
    free(engine->body);
    memset(engine, 0, sizeof *engine);
    engine->socket = -1;
}

static bool wait_for(struct raw_editor *engine, short events, struct deadline deadline)
{
    struct pollfd descriptor = {.fd = engine->socket, .events = events};
    return poll(&descriptor, 1, deadline_left_ms(deadline)) > 0;
}

bool raw_editor_write(struct raw_editor *engine, const void *bytes, size_t size, int budget_ms)
{
    struct deadline deadline = deadline_in_ms(budget_ms);
    const unsigned char *at = bytes;
    while (size > 0) {
        ssize_t sent = send(engine->socket, at, size, MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN && wait_for(engine, POLLOUT, deadline))
            continue;
        if (sent <= 0)
            return false;
        at += sent;
        size -= (size_t)sent;
    }
    return true;
}

/* False: the end of the stream, before the first of these bytes. */
static bool read_bytes(struct raw_editor *engine, unsigned char *bytes, size_t size)
{
    struct deadline deadline = deadline_in_ms(RAW_EDITOR_SOON_MS);
    size_t have = 0;
    while (have < size) {
        ssize_t got = recv(engine->socket, bytes + have, size - have, 0);
        if (got == 0 || (got < 0 && errno == ECONNRESET)) {
            if (have != 0)
                fail_msg("the connection is closed within a frame");
            return false;
        }
        if (got > 0)
            have += (size_t)got;
        else if (errno != EAGAIN || !wait_for(engine, POLLIN, deadline))
            fail_msg("nothing to read in time: %s", strerror(errno));
    }
    return true;
}

/* Frames. */

void raw_editor_send(struct raw_editor *engine, int kind, const void *body, size_t size)
{
    unsigned char header[5];
    put_be32(header, (uint32_t)size);
    header[4] = (unsigned char)kind;
    assert_true(raw_editor_write(engine, header, sizeof header, RAW_EDITOR_SOON_MS));
    assert_true(raw_editor_write(engine, body, size, RAW_EDITOR_SOON_MS));
}

bool raw_editor_read(struct raw_editor *engine)
{
    unsigned char header[5];
    if (!read_bytes(engine, header, sizeof header))
        return false;
    engine->size = get_be32(header);
    engine->kind = header[4];
    assert_in_range(engine->size, 0, 256 << 20);
    free(engine->body);
    engine->body = malloc((size_t)engine->size + 1);
    assert_non_null(engine->body);
    if (engine->size > 0)
        assert_true(read_bytes(engine, engine->body, (size_t)engine->size));
    engine->body[engine->size] = 0;
    return true;
}

void raw_editor_expect_closed(struct raw_editor *engine)
{
    while (raw_editor_read(engine))
        ;
}

static void expect_kind(struct raw_editor *engine, int kind)
{
    do
        assert_true(raw_editor_read(engine));
    while (engine->kind == RAW_LOG && kind != RAW_LOG);
    assert_int_equal(engine->kind, kind);
}

void raw_editor_ping(struct raw_editor *engine, int32_t id)
{
    unsigned char body[5];
    put_be32(body, (uint32_t)id);
    body[4] = 1;
    raw_editor_send(engine, RAW_PING, body, sizeof body);
    body[4] = 2;
    expect_kind(engine, RAW_PING);
    assert_int_equal(engine->size, sizeof body);
    assert_memory_equal(engine->body, body, sizeof body);
}

void raw_editor_ask(struct raw_editor *engine, int32_t width, int32_t height)
{
    unsigned char body[8];
    put_be32(body, (uint32_t)width);
    put_be32(body + 4, (uint32_t)height);
    raw_editor_send(engine, RAW_ASK, body, sizeof body);
}

const unsigned char *raw_editor_picture(struct raw_editor *engine, int32_t width, int32_t height,
                                        bool is_bare)
{
    int32_t head = is_bare ? 0 : 8;
    expect_kind(engine, RAW_PICTURE);
    assert_int_equal(engine->size, head + 4 * width * height);
    if (!is_bare) {
        assert_int_equal(get_be32(engine->body), width);
        assert_int_equal(get_be32(engine->body + 4), height);
    }
    return (const unsigned char *)engine->body + head;
}

/* Logs. */

int raw_editor_log_count(const struct raw_editor *engine)
{
    return engine->body[4];
}

/* The text of the next message, terminated, or null at the end; *at moves behind it. */
static const char *next_message(const struct raw_editor *engine, int32_t *at, char *level)
{
    static char text[1000];
    if (*at == engine->size)
        return NULL;
    assert_true(engine->size - *at >= 5);
    int32_t size = get_be32(engine->body + *at);
    *level = (char)engine->body[*at + 4];
    assert_true(size >= 0 && size <= engine->size - *at - 5);
    assert_true((size_t)size < sizeof text);
    memcpy(text, engine->body + *at + 5, (size_t)size);
    text[size] = '\0';
    *at += 5 + size;
    return text;
}

const char *raw_editor_log(struct raw_editor *engine, int32_t id, char level, const char *text)
{
    char seen[2000] = "";
    struct deadline deadline = deadline_in_ms(RAW_EDITOR_SOON_MS);
    while (!deadline_passed(deadline) && raw_editor_read(engine)) {
        const char *message;
        char its_level;
        int32_t at = 5;
        if (engine->kind != RAW_LOG)
            continue;
        assert_true(engine->size >= 5);
        while ((message = next_message(engine, &at, &its_level)) != NULL) {
            if (get_be32(engine->body) == id && (level == 0 || level == its_level) &&
                strstr(message, text) != NULL)
                return message;
            size_t used = strlen(seen);
            snprintf(seen + used, sizeof seen - used, "%d %c %s\n", (int)get_be32(engine->body),
                     its_level, message);
        }
    }
    fail_msg("no log %d %c \"%s\", but:\n%s", (int)id, level, text, seen);
    return NULL;
}

/* MessagePack. */

static void pack_byte(struct raw_pack *pack, int byte)
{
    assert_true(pack->size < sizeof pack->bytes);
    pack->bytes[pack->size++] = (unsigned char)byte;
}

static void pack_be32(struct raw_pack *pack, uint32_t value)
{
    unsigned char bytes[4];
    put_be32(bytes, value);
    for (int i = 0; i < 4; i++)
        pack_byte(pack, bytes[i]);
}

void raw_pack_array(struct raw_pack *pack, int count)
{
    pack_byte(pack, 0x90 | count);
}

void raw_pack_long_array(struct raw_pack *pack, int count)
{
    pack_byte(pack, 0xDC);
    pack_byte(pack, count >> 8);
    pack_byte(pack, count & 0xFF);
}

void raw_pack_map(struct raw_pack *pack, int count)
{
    pack_byte(pack, 0x80 | count);
}

void raw_pack_text(struct raw_pack *pack, const char *text)
{
    pack_byte(pack, 0xD9);
    pack_byte(pack, (int)strlen(text));
    for (; *text != '\0'; text++)
        pack_byte(pack, *text);
}

void raw_pack_int(struct raw_pack *pack, int32_t value)
{
    pack_byte(pack, 0xD2);
    pack_be32(pack, (uint32_t)value);
}

void raw_pack_float(struct raw_pack *pack, float value)
{
    uint32_t word;
    memcpy(&word, &value, sizeof word);
    pack_byte(pack, 0xCA);
    pack_be32(pack, word);
}

void raw_pack_double(struct raw_pack *pack, double value)
{
    uint64_t word;
    memcpy(&word, &value, sizeof word);
    pack_byte(pack, 0xCB);
    pack_be32(pack, (uint32_t)(word >> 32));
    pack_be32(pack, (uint32_t)word);
}

void raw_pack_id(struct raw_pack *pack, int32_t id)
{
    raw_pack_map(pack, 1);
    raw_pack_text(pack, "id");
    raw_pack_int(pack, id);
}

void raw_pack_floats(struct raw_pack *pack, const float *values, int count)
{
    raw_pack_long_array(pack, count);
    for (int i = 0; i < count; i++)
        raw_pack_float(pack, values[i]);
}

void raw_editor_command(struct raw_editor *engine, const struct raw_pack *pack)
{
    raw_editor_send(engine, RAW_COMMAND, pack->bytes, pack->size);
}
