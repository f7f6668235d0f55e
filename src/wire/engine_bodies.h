/*
 * The bodies of fixed shape in the framed protocol of engines: ping and pong, the request for a
 * screenshot, and the screenshot. Values to bytes and back, in the caller's memory; pixels are
 * never copied. What a command (kind 5) has inside is MessagePack and no matter of this file, which
 * ends at its header: frame_put_header. Logs are in engine_log.h.
 *
 * Source: the seed "remote-editor-protocol.md" and the fact sheet "Remote editor TCP protocol",
 * section 4. All numbers are big-endian.
 */
#ifndef WIRE_ENGINE_BODIES_H
#define WIRE_ENGINE_BODIES_H

#include "base/status.h"
#include "wire/frame.h"

/* The last byte of a ping. Any other is to be ignored, says the sheet. */
enum {
    ENGINE_PING = 1,
    ENGINE_PONG = 2
};

struct engine_ping {
    int32_t id; /* a pong has that of its ping; 0 is an id like any other */
    uint8_t what;
};

/* Writes a whole frame. The writer fails, with nothing written, if there is no room for it. */
void engine_put_ping(struct bytes_writer *writer, struct engine_ping ping);

/* Reads the body of a ping. False, with *ping as it was, if it has not the size of one. */
bool engine_read_ping(const uint8_t *body, size_t size, struct engine_ping *ping);

/* In pixels. */
struct image_sides {
    int32_t width;
    int32_t height;
};

/* Whether both sides are from 1 to IMAGE_SIDE_MAX. */
bool image_sides_are_valid(struct image_sides sides);

/* The bytes of all pixels of an image with valid sides: 4 each, no padding. */
size_t image_size(struct image_sides sides);

/* Writes a whole frame, whatever the sides. The writer fails if there is no room for it. */
void engine_put_ask_screenshot(struct bytes_writer *writer, struct image_sides sides);

/*
 * Reads the body of such a request. STATUS_OK; STATUS_INVALID, with the sides all the same, if
 * there can be no such image, which real servers do not answer (section 5); STATUS_PROTOCOL, with
 * *sides as it was, if it has not the size of one.
 */
enum status engine_read_ask_screenshot(const uint8_t *body, size_t size, struct image_sides *sides);

/*
 * The seed has the sides before the pixels. The real server and the real client have the pixels
 * alone, and the client takes them for an image of the sides it asked for. Section 4.
 */
enum screenshot_variant {
    SCREENSHOT_WITH_SIDES,
    SCREENSHOT_BARE
};

enum {
    SCREENSHOT_HEAD_SIZE_MAX = FRAME_HEADER_SIZE + 8 /* bytes of all but the pixels */
};

struct engine_screenshot {
    enum screenshot_variant variant;
    struct image_sides sides;

    /*
     * image_size bytes, in the caller's body: blue, green, red and alpha of each pixel, the rows
     * from the bottom up, and each from left to right.
     */
    const uint8_t *pixels;
};

/*
 * Writes all of the frame that comes before its pixels. The caller writes those behind it. The
 * writer fails if there is no room, or if the sides are not valid.
 */
void engine_put_screenshot_head(struct bytes_writer *writer, enum screenshot_variant variant,
                                struct image_sides sides);

/*
 * Reads the body of a screenshot when one of the sides `asked` is awaited; sides that are not
 * valid say that none is. The size decides, in this order:
 *
 *   4wh for the sides asked: bare. If it also begins with other sides that give just this size,
 *     it could be one with sides, of an image that was not asked for. Nobody is known to send
 *     that, and any image may begin with such pixels.
 *   8 + 4wh for the sides it begins with: with these sides, asked for or not. It could be a bare
 *     image that was not asked for and begins with such pixels; that would be of no use anyway.
 *     The sides asked decide nothing here, so a turned image is read as what it says it is.
 *
 * False, with *screenshot as it was, if it is neither: nobody can tell the sides of that image.
 */
bool engine_read_screenshot(const uint8_t *body, size_t size, struct image_sides asked,
                            struct engine_screenshot *screenshot);

#endif
