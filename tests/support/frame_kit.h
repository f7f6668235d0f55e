/*
 * What the decoder of frames makes of a stream, as text, so that an expectation is one line to
 * read. Each slice is a heap copy of just the right size that is gone as soon as it is used up,
 * and the place for bodies moves with each growth: a sanitizer sees whatever is read too far or
 * too late. It judges only what holds for every stream.
 */
#ifndef TEST_SUPPORT_FRAME_KIT_H
#define TEST_SUPPORT_FRAME_KIT_H

#include "wire/frame.h"

/* The memory that a place grows in. */
struct frame_kit_memory {
    size_t budget;  /* bytes; larger places are refused */
    size_t largest; /* bytes, of what was asked for */
    size_t count;   /* how often */
};

/* An empty place in that memory, which counts what is asked for. */
struct frame_place frame_kit_place(struct frame_kit_memory *memory);

/* Frees it. */
void frame_kit_drop(struct frame_place *place);

/* frame_decoder_next with a copy of the frame; false, with *frame as it was, if there is none. */
bool frame_kit_next(struct frame_decoder *decoder, struct frame *frame);

struct frame_kit_way {
    int32_t cap;
    const size_t *cuts; /* where slices end, ascending, besides the end of the stream */
    size_t cut_count;
    bool in_place; /* wherever the decoder has room, bytes are received there */
};

/*
 * One line for each frame: its position, kind, the kind's name, and the body in hex, or its size
 * and a hash if it is long. Warnings have their sentence in place of a body. The last line is
 * "between", "within", or "failed" with the reason. Valid until the next call.
 */
const char *frame_kit_events(const uint8_t *stream, size_t size, struct frame_kit_way way);

/* The same for a stream in hex (blanks between bytes), in one slice, with the default cap. */
const char *frame_kit_hex_events(const char *hex);

#endif
