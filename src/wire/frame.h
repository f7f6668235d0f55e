/*
 * The frames of the framed TCP protocol between a front end and an engine: int32 size of the
 * body, big-endian, then one byte that says its kind, then the body; back to back, without
 * padding. Bytes go in as they come, in slices of any size, and whole frames come out; what comes
 * out does not depend on where the slices end. This file opens no connection, allocates nothing,
 * and knows no body but by its size: for what is in them see engine_bodies.h and engine_log.h.
 *
 * A body that is whole in its slice is not copied: it stays there. Any other is put together in a
 * place that is its owner's memory, with one copy, or with none where the bytes are received
 * into that place (frame_decoder_room).
 *
 * The announced size is a claim. It is checked against the cap, and then memory is asked for as
 * bytes arrive: twice what has arrived of the body, but not more than the body, and never less
 * than FRAME_PLACE_SIZE_MIN, so that small bodies ask once. An owner who knows what will come, an
 * image it has asked for, makes its place large enough before, and nothing is ever moved.
 *
 * Source: the seed "remote-editor-protocol.md" and the fact sheet "Remote editor TCP protocol",
 * sections 2 (frame), 3 (kinds), 5 and 7 (what to do with bad ones).
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include "base/bytes.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_HEADER_SIZE = 5,
    FRAME_ANY_SIZE = -1,
    FRAME_KIND_RESERVED = 0xF0 /* and all above it */
};

/*
 * X(NAME, kind, size of the body in bytes, name). Section 3. Kind 6 is younger than the seed, and
 * passed on like any kind that has no name here.
 */
#define FRAME_KIND_LIST(X)                                                                         \
    X(INVALID, 0x00, FRAME_ANY_SIZE, "invalid")                                                    \
    X(PING, 0x01, 5, "ping")                                                                       \
    X(LOG, 0x02, FRAME_ANY_SIZE, "log")                                                            \
    X(ASK_SCREENSHOT, 0x03, 8, "ask screenshot")                                                   \
    X(SCREENSHOT, 0x04, FRAME_ANY_SIZE, "screenshot")                                              \
    X(COMMAND, 0x05, FRAME_ANY_SIZE, "command")                                                    \
    X(PROTOBUF_COMMAND, 0x06, FRAME_ANY_SIZE, "protobuf command")

enum frame_kind {
#define X(name, kind, size, word) FRAME_KIND_##name = kind,
    FRAME_KIND_LIST(X)
#undef X
};

/*
 * What can be wrong with a frame. With the first two the stream goes on behind it; section 7.
 * X(NAME, sentence)
 */
#define FRAME_PROBLEM_LIST(X)                                                                      \
    X(NONE, "no problem")                                                                          \
    X(KIND_INVALID, "a frame of kind 0, which is invalid")                                         \
    X(SIZE_WRONG, "a body of another size than its kind has")                                      \
    X(SIZE_NEGATIVE, "a body of negative size")                                                    \
    X(SIZE_OVER_CAP, "a body larger than is allowed")                                              \
    X(NO_MEMORY, "no memory for a body")

enum frame_problem {
#define X(name, sentence) FRAME_PROBLEM_##name,
    FRAME_PROBLEM_LIST(X)
#undef X
};

struct frame {
    enum frame_problem problem;
    uint8_t kind;
    int32_t announced_size; /* of the body, in bytes, as the header says */
    uint64_t position;      /* of the header's first byte, in bytes from the stream's start */
    const uint8_t *body;    /* null if there is a problem, and only then */
    size_t size;            /* of the body, in bytes; 0 if there is a problem */
};

/* Where bodies that come in parts are put together. The memory is the owner's throughout. */
struct frame_place {
    uint8_t *bytes;
    size_t size;

    /*
     * Makes the place at least `size` bytes large and keeps the first `used` of them, here or
     * elsewhere. False: it cannot, and everything is as it was. May be null if the place has room
     * for any body up to the cap.
     */
    bool (*grow)(struct frame_place *place, size_t size, size_t used);
    void *context; /* for `grow` */
};

/* Two fields are the owner's: `place`, when no body is under way in it, and `failure`, to read. */
struct frame_decoder {
    struct frame_place place;
    struct frame failure; /* its problem is FRAME_PROBLEM_NONE as long as all is well */

    int32_t cap;
    enum {
        FRAME_AT_HEADER,
        FRAME_IN_BODY,
        FRAME_IN_SKIPPED_BODY
    } state;
    const uint8_t *slice; /* what is left of it */
    size_t slice_size;
    uint64_t position; /* of the slice in the stream */
    uint8_t header[FRAME_HEADER_SIZE];
    size_t header_size;
    struct frame frame; /* the one under way */
    size_t missing;     /* bytes of its body */
};

/*
 * A decoder at the start of a stream that allows bodies of up to `cap` bytes (by default
 * FRAME_BODY_SIZE_MAX). It holds nothing to close; the memory of its place remains the owner's.
 */
struct frame_decoder frame_decoder(int32_t cap, struct frame_place place);

/*
 * Gives the decoder the next bytes of the stream. They stay the caller's and must stay as they
 * are until frame_decoder_next has said null, which it must have done for the slice before.
 * After a failure they are ignored.
 */
void frame_decoder_feed(struct frame_decoder *decoder, const void *bytes, size_t size);

/*
 * The next whole frame of what was fed, or with a problem and without a body the head of one that
 * is passed over: that is a warning. Null if there is none: then all is used up, or the stream has
 * failed for good; `failure` tells. The frame and its body are valid until the next call with this
 * decoder. If the body is in the place, the owner may until then take that memory away and give
 * the place other.
 */
const struct frame *frame_decoder_next(struct frame_decoder *decoder);

/*
 * Where the next bytes of the stream may be received without a copy: *size bytes in the place,
 * behind what the body under way has there. Whatever arrived is then fed from this address. Null
 * if no body is under way, or no memory is to be had for it, which is a failure. To be asked when
 * frame_decoder_next has said null. Where *size is small, a buffer that also takes what comes
 * behind the body is better.
 */
uint8_t *frame_decoder_room(struct frame_decoder *decoder, size_t *size);

/* Whether the stream may end here: it is well, and no frame is under way. */
bool frame_decoder_is_between(const struct frame_decoder *decoder);

/*
 * Writes a header for a body of `size` bytes that follows it. The writer fails if it does not
 * fit, or if no frame can be that large.
 */
void frame_put_header(struct bytes_writer *writer, uint8_t kind, size_t size);

/*
 * Writes the header and returns room for the whole body, or null if there is not room for both,
 * with the writer failed and nothing written.
 */
uint8_t *frame_put_room(struct bytes_writer *writer, uint8_t kind, size_t size);

/* The name of a kind ("log"), "reserved" or "unknown"; a static string. */
const char *frame_kind_name(uint8_t kind);

/* What is wrong, as a part of a sentence; a static string. */
const char *frame_problem_sentence(enum frame_problem problem);

#endif
