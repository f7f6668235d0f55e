/*
 * A stream of frames from anybody: what the decoder says of it does not depend on where the slices
 * end nor on where bodies are received, and every body that has a codec is read without harm and
 * written again as it was.
 *
 * The first ten bytes say how the rest is fed: the cap, in steps of 16 bytes; the size that the
 * place has from the start; the sizes of eight slices, which are taken again and again, each with
 * a last bit that says whether it is received in place.
 */
#include "fuzz/fuzz_input.h"
#include "wire/engine_bodies.h"
#include "wire/engine_log.h"

enum {
    SLICE_COUNT = 8,
    HEAD_SIZE = 2 + SLICE_COUNT
};

struct outcome {
    uint64_t hash; /* of all events */
    size_t count;
    struct frame failure;
    bool is_between;
};

static struct bytes_writer new_writer(size_t size)
{
    return bytes_writer(fuzz_memory(size), size);
}

/* What was written is a frame with this body. */
static void expect_frame(struct bytes_writer *writer, const uint8_t *body, size_t size)
{
    assert(!writer->failed && writer->position == FRAME_HEADER_SIZE + size);
    assert(memcmp(writer->bytes + FRAME_HEADER_SIZE, body, size) == 0);
    free(writer->bytes);
}

static void check_ping(const struct frame *frame)
{
    struct engine_ping ping;
    assert(engine_read_ping(frame->body, frame->size, &ping));
    struct bytes_writer writer = new_writer(FRAME_HEADER_SIZE + frame->size);
    engine_put_ping(&writer, ping);
    expect_frame(&writer, frame->body, frame->size);
}

static void check_ask(const struct frame *frame)
{
    struct image_sides sides;
    enum status status = engine_read_ask_screenshot(frame->body, frame->size, &sides);
    assert(status == (image_sides_are_valid(sides) ? STATUS_OK : STATUS_INVALID));
    struct bytes_writer writer = new_writer(FRAME_HEADER_SIZE + frame->size);
    engine_put_ask_screenshot(&writer, sides);
    expect_frame(&writer, frame->body, frame->size);
}

static void check_screenshot(const struct frame *frame)
{
    static const struct image_sides asked[] = {{0, 0}, {1, 1}, {2, 3}, {8, 4}, {-1, INT32_MIN}};
    for (size_t i = 0; i < sizeof asked / sizeof asked[0]; i++) {
        struct engine_screenshot shot;
        if (!engine_read_screenshot(frame->body, frame->size, asked[i], &shot))
            continue;
        size_t before = (size_t)(shot.pixels - frame->body);
        assert(before == (shot.variant == SCREENSHOT_BARE ? 0 : 8));
        assert(image_size(shot.sides) == frame->size - before);
        struct bytes_writer writer = new_writer(FRAME_HEADER_SIZE + frame->size);
        engine_put_screenshot_head(&writer, shot.variant, shot.sides);
        bytes_put(&writer, shot.pixels, image_size(shot.sides));
        expect_frame(&writer, frame->body, frame->size);
    }
}

/* The place of a problem is where it can be seen. */
static void check_problem(const struct engine_log_reader *reader, const struct frame *frame)
{
    bool has_size = reader->position >= 5 && frame->size >= 5 + reader->position;
    bool is_negative = has_size && (frame->body[reader->position] & 0x80) != 0;
    if (reader->problem == ENGINE_LOG_PROBLEM_SIZE_NEGATIVE)
        assert(is_negative);
    else if (reader->problem == ENGINE_LOG_PROBLEM_CUT)
        assert(!is_negative);
    else if (reader->problem == ENGINE_LOG_PROBLEM_TRAILING)
        assert(reader->position >= 5 && reader->position < frame->size);
}

/* Entries follow each other in the body; a list without faults is written as it was. */
static void check_log(const struct frame *frame)
{
    struct engine_log_reader reader = engine_log_reader(frame->body, frame->size);
    struct bytes_writer to = new_writer(2 * FRAME_HEADER_SIZE + frame->size);
    struct engine_log_writer writer = engine_log_writer(&to, reader.id);
    struct engine_log_entry entry;
    bool is_known = true;
    for (size_t at = 5; engine_log_next(&reader, &entry); at += 5 + entry.size) {
        assert(at + 5 <= frame->size && entry.size <= frame->size - (at + 5));
        assert((const uint8_t *)entry.text == frame->body + at + 5);
        is_known = is_known && entry.level != ENGINE_LOG_LEVEL_UNKNOWN;
        if (is_known)
            assert(engine_log_add(&writer, entry.level, entry.text, entry.size));
    }
    assert(!engine_log_next(&reader, &entry));
    check_problem(&reader, frame);
    if (reader.problem == ENGINE_LOG_PROBLEM_NONE && is_known)
        expect_frame(&to, frame->body, frame->size);
    else
        free(to.bytes);
}

static void check_body(const struct frame *frame)
{
    assert(frame->body != NULL && frame->size == (size_t)frame->announced_size);
    if (frame->kind == FRAME_KIND_PING)
        check_ping(frame);
    else if (frame->kind == FRAME_KIND_ASK_SCREENSHOT)
        check_ask(frame);
    else if (frame->kind == FRAME_KIND_SCREENSHOT)
        check_screenshot(frame);
    else if (frame->kind == FRAME_KIND_LOG)
        check_log(frame);
}

static void mix(struct outcome *outcome, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        outcome->hash = (outcome->hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211);
}

static void take_all(struct frame_decoder *decoder, struct outcome *outcome)
{
    const struct frame *frame;
    while ((frame = frame_decoder_next(decoder)) != NULL) {
        outcome->count++;
        mix(outcome, &frame->problem, sizeof frame->problem);
        mix(outcome, &frame->kind, sizeof frame->kind);
        mix(outcome, &frame->announced_size, sizeof frame->announced_size);
        mix(outcome, &frame->position, sizeof frame->position);
        if (frame->problem == FRAME_PROBLEM_NONE) {
            mix(outcome, frame->body, frame->size);
            check_body(frame);
        } else {
            assert(frame->body == NULL && frame->size == 0);
        }
    }
    assert(frame_decoder_next(decoder) == NULL);
}

/* Always elsewhere, so that whoever holds the old place is found out. */
static bool grow(struct frame_place *place, size_t size, size_t used)
{
    assert(size > place->size && used <= place->size);
    uint8_t *bytes = fuzz_memory(size);
    if (used > 0)
        memcpy(bytes, place->bytes, used);
    free(place->bytes);
    place->bytes = bytes;
    place->size = size;
    return true;
}

static void feed(struct frame_decoder *decoder, const uint8_t *bytes, size_t size,
                 struct outcome *outcome)
{
    uint8_t *copy = fuzz_memory(size);
    memcpy(copy, bytes, size);
    frame_decoder_feed(decoder, copy, size);
    take_all(decoder, outcome);
    free(copy);
}

/* Returns how much was fed. */
static size_t feed_in_place(struct frame_decoder *decoder, const uint8_t *bytes, size_t size,
                            struct outcome *outcome)
{
    size_t room_size;
    uint8_t *room = frame_decoder_room(decoder, &room_size);
    size = size < room_size ? size : room_size;
    if (size == 0)
        return 0;
    memcpy(room, bytes, size);
    frame_decoder_feed(decoder, room, size);
    take_all(decoder, outcome);
    return size;
}

/* All in one slice if there are no sizes of slices. */
static struct outcome run(const uint8_t *head, const uint8_t *slices, const uint8_t *stream,
                          size_t size)
{
    struct frame_place place = {.bytes = fuzz_memory(head[1]), .size = head[1], .grow = grow};
    struct frame_decoder decoder = frame_decoder(head[0] * 16, place);
    struct outcome outcome = {.hash = UINT64_C(14695981039346656037)};
    for (size_t at = 0, i = 0; at < size; i++) {
        size_t left = size - at;
        size_t slice = slices != NULL ? (size_t)slices[i % SLICE_COUNT] / 2 + 1 : left;
        bool in_place = slices != NULL && slices[i % SLICE_COUNT] % 2 == 1;
        slice = slice < left ? slice : left;
        size_t fed = in_place ? feed_in_place(&decoder, stream + at, slice, &outcome) : 0;
        if (fed < slice)
            feed(&decoder, stream + at + fed, slice - fed, &outcome);
        at += slice;
    }
    outcome.failure = decoder.failure;
    outcome.is_between = frame_decoder_is_between(&decoder);
    free(decoder.place.bytes);
    return outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < HEAD_SIZE)
        return 0;
    const uint8_t *stream = data + HEAD_SIZE;
    struct outcome whole = run(data, NULL, stream, size - HEAD_SIZE);
    struct outcome cut = run(data, data + 2, stream, size - HEAD_SIZE);
    assert(whole.hash == cut.hash && whole.count == cut.count);
    assert(whole.is_between == cut.is_between);
    assert(whole.failure.problem == cut.failure.problem);
    assert(whole.failure.position == cut.failure.position);
    assert(whole.failure.kind == cut.failure.kind);
    assert(whole.failure.announced_size == cut.failure.announced_size);
    assert(whole.failure.problem != FRAME_PROBLEM_NO_MEMORY);
    assert(whole.failure.problem == FRAME_PROBLEM_NONE || !whole.is_between);
    return 0;
}
