/*
 * A client of the framed TCP protocol, written from the fact sheet "Remote editor TCP protocol"
 * alone: it shares no code with the codecs under test. Sockets with deadlines, frames by hand, and
 * the little MessagePack that commands need. It refuses to be kind: what is not asserted of it, it
 * sends. Whatever does not come in time fails the test.
 */
#ifndef TEST_SUPPORT_RAW_EDITOR_H
#define TEST_SUPPORT_RAW_EDITOR_H

#include "support/process.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RAW_PING = 1,
    RAW_LOG = 2,
    RAW_ASK = 3,
    RAW_PICTURE = 4,
    RAW_COMMAND = 5,
    RAW_PROTOBUF = 6,

    RAW_EDITOR_SOON_MS = 20000
};

struct raw_editor {
    int socket; /* -1: closed */
    /* The last frame that was read; a zero is behind the body. */
    int kind;
    int32_t size;
    unsigned char *body;
};

/* The port in the line by which a tmsim announces itself. */
int raw_editor_port(struct process *game);

void raw_editor_open(struct raw_editor *engine, int port);
void raw_editor_close(struct raw_editor *engine);

/* Bytes as they are; false: the other side has closed the connection, or does not read them. */
bool raw_editor_write(struct raw_editor *engine, const void *bytes, size_t size, int budget_ms);

/* A frame, whatever is in it. */
void raw_editor_send(struct raw_editor *engine, int kind, const void *body, size_t size);

/* The next frame, of any kind. False: the connection is closed. */
bool raw_editor_read(struct raw_editor *engine);

/* Reads until the other side closes the connection. */
void raw_editor_expect_closed(struct raw_editor *engine);

/* A ping, and its pong before anything else but logs. */
void raw_editor_ping(struct raw_editor *engine, int32_t id);

void raw_editor_ask(struct raw_editor *engine, int32_t width, int32_t height);

/* The next picture, of these sides; logs before it are passed over. Its pixels: in the body. */
const unsigned char *raw_editor_picture(struct raw_editor *engine, int32_t width, int32_t height,
                                        bool is_bare);

/*
 * Reads up to the log that has a message with this id, level and a text that contains this one;
 * returns that text. Others are passed over. A level of 0 stands for any.
 */
const char *raw_editor_log(struct raw_editor *engine, int32_t id, char level, const char *text);

/* Messages in the log that was read last. */
int raw_editor_log_count(const struct raw_editor *engine);

/* MessagePack, put together. */
struct raw_pack {
    unsigned char bytes[2048];
    size_t size;
};

void raw_pack_array(struct raw_pack *pack, int count); /* up to 15 */
void raw_pack_long_array(struct raw_pack *pack, int count);
void raw_pack_map(struct raw_pack *pack, int count);
void raw_pack_text(struct raw_pack *pack, const char *text); /* up to 255 bytes */
void raw_pack_int(struct raw_pack *pack, int32_t value);
void raw_pack_float(struct raw_pack *pack, float value);
void raw_pack_double(struct raw_pack *pack, double value);

/* {id = N} */
void raw_pack_id(struct raw_pack *pack, int32_t id);

/* An array of `count` floats. */
void raw_pack_floats(struct raw_pack *pack, const float *values, int count);

/* Sends the bytes as a command. */
void raw_editor_command(struct raw_editor *engine, const struct raw_pack *pack);

#endif
