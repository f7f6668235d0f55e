#include "wire/frame.h"
#include "base/big_endian.h"

#include <assert.h>

static_assert(SIZE_MAX >= UINT32_MAX, "size_t holds any size on the wire, and twice that");

struct kind_description {
    const char *name;
    int32_t size;
};

static const struct kind_description kinds[] = {
#define X(name, kind, size, word) [kind] = {word, size},
    FRAME_KIND_LIST(X)
#undef X
};

static const char *const sentences[] = {
#define X(name, sentence) sentence,
    FRAME_PROBLEM_LIST(X)
#undef X
};

enum {
    KIND_COUNT = sizeof kinds / sizeof kinds[0]
};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

struct frame_decoder frame_decoder(int32_t cap, struct frame_place place)
{
    assert(cap >= 0);
    assert(place.grow != NULL || place.size >= (size_t)cap);
    return (struct frame_decoder){.cap = cap, .place = place};
}

void frame_decoder_feed(struct frame_decoder *decoder, const void *bytes, size_t size)
{
    if (decoder->failure.problem != FRAME_PROBLEM_NONE)
        return;
    assert(decoder->slice_size == 0);
    decoder->slice = bytes;
    decoder->slice_size = size;
}

static void advance(struct frame_decoder *decoder, size_t size)
{
    decoder->slice += size;
    decoder->slice_size -= size;
    decoder->position += size;
}

/* For good: there will be no more slices. */
static void fail(struct frame_decoder *decoder, enum frame_problem problem)
{
    decoder->failure = decoder->frame;
    decoder->failure.problem = problem;
    decoder->slice_size = 0;
}

/* The header, once it is complete, or null. It may be in the slice. */
static const uint8_t *take_header(struct frame_decoder *decoder)
{
    const uint8_t *slice = decoder->slice;
    if (decoder->header_size == 0 && decoder->slice_size >= FRAME_HEADER_SIZE) {
        advance(decoder, FRAME_HEADER_SIZE);
        return slice;
    }
    size_t size = smaller(FRAME_HEADER_SIZE - decoder->header_size, decoder->slice_size);
    memcpy(decoder->header + decoder->header_size, slice, size);
    decoder->header_size += size;
    advance(decoder, size);
    if (decoder->header_size < FRAME_HEADER_SIZE)
        return NULL;
    decoder->header_size = 0;
    return decoder->header;
}

static enum frame_problem judge(const struct frame_decoder *decoder, uint8_t kind, int32_t size)
{
    if (size < 0)
        return FRAME_PROBLEM_SIZE_NEGATIVE;
    if (size > decoder->cap)
        return FRAME_PROBLEM_SIZE_OVER_CAP;
    if (kind == FRAME_KIND_INVALID)
        return FRAME_PROBLEM_KIND_INVALID;
    if (kind < KIND_COUNT && kinds[kind].size != FRAME_ANY_SIZE && kinds[kind].size != size)
        return FRAME_PROBLEM_SIZE_WRONG;
    return FRAME_PROBLEM_NONE;
}

static bool ends_stream(enum frame_problem problem)
{
    return problem >= FRAME_PROBLEM_SIZE_NEGATIVE;
}

/* Takes the next header. False: it goes on, or the stream has failed. */
static bool enter_frame(struct frame_decoder *decoder)
{
    const uint8_t *header = take_header(decoder);
    if (header == NULL)
        return false;
    int32_t size = load_be_i32(header);
    enum frame_problem problem = judge(decoder, header[4], size);
    decoder->frame = (struct frame){.problem = problem,
                                    .kind = header[4],
                                    .announced_size = size,
                                    .position = decoder->position - FRAME_HEADER_SIZE};
    if (ends_stream(problem)) {
        fail(decoder, problem);
        return false;
    }
    decoder->missing = (size_t)size;
    if (problem == FRAME_PROBLEM_NONE)
        decoder->state = FRAME_IN_BODY;
    else if (size > 0)
        decoder->state = FRAME_IN_SKIPPED_BODY;
    return true;
}

/* False: the skipped body goes on. */
static bool skip_body(struct frame_decoder *decoder)
{
    size_t size = smaller(decoder->missing, decoder->slice_size);
    advance(decoder, size);
    decoder->missing -= size;
    if (decoder->missing > 0)
        return false;
    decoder->state = FRAME_AT_HEADER;
    return true;
}

/* How much of the body has arrived before. */
static size_t filled(const struct frame_decoder *decoder)
{
    return (size_t)decoder->frame.announced_size - decoder->missing;
}

/* Room for so many bytes of the body in the place, and some more. False: the stream fails. */
static bool make_place(struct frame_decoder *decoder, size_t needed)
{
    struct frame_place *place = &decoder->place;
    if (needed <= place->size)
        return true;
    size_t size = smaller(needed * 2, (size_t)decoder->frame.announced_size);
    if (size < FRAME_PLACE_SIZE_MIN)
        size = FRAME_PLACE_SIZE_MIN;
    if (place->grow == NULL || !place->grow(place, size, filled(decoder))) {
        fail(decoder, FRAME_PROBLEM_NO_MEMORY);
        return false;
    }
    assert(place->size >= size);
    return true;
}

/* Whether the slice was received where it belongs. */
static bool is_in_place(const struct frame_decoder *decoder, size_t at)
{
    const struct frame_place *place = &decoder->place;
    return at < place->size && decoder->slice == place->bytes + at;
}

/* Sees to it that the next bytes of the body are in the place. False: the stream has failed. */
static bool store(struct frame_decoder *decoder, size_t size)
{
    size_t at = filled(decoder);
    if (size == 0)
        return true;
    if (is_in_place(decoder, at)) {
        assert(size <= decoder->place.size - at);
        return true;
    }
    if (!make_place(decoder, at + size))
        return false;
    memcpy(decoder->place.bytes + at, decoder->slice, size);
    return true;
}

/* False: the body goes on, or the stream has failed. */
static bool take_body(struct frame_decoder *decoder)
{
    struct frame *frame = &decoder->frame;
    size_t size = smaller(decoder->missing, decoder->slice_size);
    const uint8_t *slice = decoder->slice;
    bool is_whole = size == (size_t)frame->announced_size;
    if (!is_whole && !store(decoder, size))
        return false;
    advance(decoder, size);
    decoder->missing -= size;
    if (decoder->missing > 0)
        return false;
    decoder->state = FRAME_AT_HEADER;
    frame->size = (size_t)frame->announced_size;
    frame->body = is_whole ? slice : decoder->place.bytes;
    return true;
}

/* The frame stays here: to copy what was just written in parts takes as long as all the rest. */
const struct frame *frame_decoder_next(struct frame_decoder *decoder)
{
    if (decoder->slice_size == 0) /* it may have failed */
        return NULL;
    if (decoder->state == FRAME_IN_SKIPPED_BODY && !skip_body(decoder))
        return NULL;
    if (decoder->state == FRAME_AT_HEADER && !enter_frame(decoder))
        return NULL;
    if (decoder->frame.problem == FRAME_PROBLEM_NONE && !take_body(decoder))
        return NULL;
    return &decoder->frame;
}

uint8_t *frame_decoder_room(struct frame_decoder *decoder, size_t *size)
{
    *size = 0;
    assert(decoder->slice_size == 0);
    if (decoder->state != FRAME_IN_BODY || decoder->failure.problem != FRAME_PROBLEM_NONE)
        return NULL;
    size_t at = filled(decoder);
    if (!make_place(decoder, at + 1))
        return NULL;
    *size = smaller(decoder->missing, decoder->place.size - at);
    return decoder->place.bytes + at;
}

bool frame_decoder_is_between(const struct frame_decoder *decoder)
{
    return decoder->failure.problem == FRAME_PROBLEM_NONE && decoder->header_size == 0 &&
           decoder->state == FRAME_AT_HEADER;
}

static void store_header(uint8_t *at, uint8_t kind, size_t size)
{
    store_be_i32(at, (int32_t)size);
    at[4] = kind;
}

void frame_put_header(struct bytes_writer *writer, uint8_t kind, size_t size)
{
    writer->failed |= size > INT32_MAX;
    uint8_t *at = bytes_room(writer, FRAME_HEADER_SIZE);
    if (at != NULL)
        store_header(at, kind, size);
}

uint8_t *frame_put_room(struct bytes_writer *writer, uint8_t kind, size_t size)
{
    writer->failed |= size > INT32_MAX;
    uint8_t *at = writer->failed ? NULL : bytes_room(writer, FRAME_HEADER_SIZE + size);
    if (at == NULL)
        return NULL;
    store_header(at, kind, size);
    return at + FRAME_HEADER_SIZE;
}

const char *frame_kind_name(uint8_t kind)
{
    if (kind < KIND_COUNT)
        return kinds[kind].name;
    return kind >= FRAME_KIND_RESERVED ? "reserved" : "unknown";
}

const char *frame_problem_sentence(enum frame_problem problem)
{
    assert(problem < sizeof sentences / sizeof sentences[0]);
    return sentences[problem];
}
