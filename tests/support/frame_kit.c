#include "support/frame_kit.h"
#include "support/slot_kit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
    HEX_SIZE_MAX = 24 /* bytes of a body that is shown */
};

static char description[16384];
static size_t description_size;

__attribute__((format(printf, 1, 2))) static void add(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof description - description_size;
    int size = vsnprintf(description + description_size, room, format, arguments);
    va_end(arguments);
    assert_true(size >= 0 && (size_t)size < room);
    description_size += (size_t)size;
}

static bool grow(struct frame_place *place, size_t size, size_t used)
{
    struct frame_kit_memory *memory = place->context;
    memory->count++;
    if (size > memory->largest)
        memory->largest = size;
    assert_true(size > place->size);
    assert_true(used <= place->size);
    if (size > memory->budget)
        return false;
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    if (used > 0)
        memcpy(bytes, place->bytes, used);
    free(place->bytes);
    place->bytes = bytes;
    place->size = size;
    return true;
}

struct frame_place frame_kit_place(struct frame_kit_memory *memory)
{
    return (struct frame_place){.grow = grow, .context = memory};
}

void frame_kit_drop(struct frame_place *place)
{
    free(place->bytes);
    place->bytes = NULL;
    place->size = 0;
}

bool frame_kit_next(struct frame_decoder *decoder, struct frame *frame)
{
    const struct frame *next = frame_decoder_next(decoder);
    if (next != NULL)
        *frame = *next;
    return next != NULL;
}

static void describe_body(const struct frame *frame)
{
    if (frame->size <= HEX_SIZE_MAX) {
        for (size_t i = 0; i < frame->size; i++)
            add("%02x", frame->body[i]);
        return;
    }
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < frame->size; i++)
        hash = (hash ^ frame->body[i]) * 16777619u;
    add("%zu bytes %08x", frame->size, hash);
}

static void describe_head(const struct frame *frame)
{
    add("%llu %02x %s ", (unsigned long long)frame->position, frame->kind,
        frame_kind_name(frame->kind));
    if (frame->problem != FRAME_PROBLEM_NONE)
        add("(%d) %s", frame->announced_size, frame_problem_sentence(frame->problem));
}

static void describe_frame(const struct frame *frame)
{
    describe_head(frame);
    if (frame->problem == FRAME_PROBLEM_NONE) {
        assert_non_null(frame->body);
        assert_true(frame->announced_size >= 0);
        assert_int_equal(frame->size, frame->announced_size);
        describe_body(frame);
    } else {
        assert_null(frame->body);
        assert_int_equal(frame->size, 0);
    }
    add("\n");
}

static void take_all(struct frame_decoder *decoder)
{
    const struct frame *frame;
    while ((frame = frame_decoder_next(decoder)) != NULL)
        describe_frame(frame);
    assert_null(frame_decoder_next(decoder));
}

static void feed_copy(struct frame_decoder *decoder, const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size);
    assert_true(copy != NULL || size == 0);
    if (size > 0)
        memcpy(copy, bytes, size);
    frame_decoder_feed(decoder, copy, size);
    take_all(decoder);
    free(copy);
}

/* As many bytes as the decoder has room for go there; returns how many. */
static size_t feed_room(struct frame_decoder *decoder, const uint8_t *bytes, size_t size)
{
    size_t room_size;
    uint8_t *room = frame_decoder_room(decoder, &room_size);
    assert_int_equal(room == NULL, room_size == 0);
    if (room_size > size)
        room_size = size;
    if (room == NULL || size == 0)
        return 0;
    memcpy(room, bytes, room_size);
    frame_decoder_feed(decoder, room, room_size);
    take_all(decoder);
    return room_size;
}

static void feed_slice(struct frame_decoder *decoder, const uint8_t *bytes, size_t size,
                       bool in_place)
{
    size_t used = in_place ? feed_room(decoder, bytes, size) : 0;
    if (used < size || size == 0)
        feed_copy(decoder, bytes + used, size - used);
}

static void describe_end(const struct frame_decoder *decoder)
{
    if (decoder->failure.problem == FRAME_PROBLEM_NONE) {
        add(frame_decoder_is_between(decoder) ? "between\n" : "within\n");
        return;
    }
    assert_false(frame_decoder_is_between(decoder));
    assert_null(decoder->failure.body);
    add("failed ");
    describe_head(&decoder->failure);
    add("\n");
}

const char *frame_kit_events(const uint8_t *stream, size_t size, struct frame_kit_way way)
{
    struct frame_kit_memory memory = {.budget = SIZE_MAX};
    struct frame_decoder decoder = frame_decoder(way.cap, frame_kit_place(&memory));
    size_t position = 0;
    description_size = 0;
    for (size_t i = 0; i <= way.cut_count; i++) {
        size_t end = i < way.cut_count ? way.cuts[i] : size;
        assert_true(position <= end && end <= size);
        feed_slice(&decoder, stream + position, end - position, way.in_place);
        position = end;
    }
    describe_end(&decoder);
    frame_kit_drop(&decoder.place);
    return description;
}

const char *frame_kit_hex_events(const char *hex)
{
    uint8_t stream[1024];
    size_t size = kit_read_hex(hex, stream, sizeof stream);
    return frame_kit_events(stream, size, (struct frame_kit_way){.cap = FRAME_BODY_SIZE_MAX});
}
