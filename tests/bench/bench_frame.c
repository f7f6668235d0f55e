/*
 * The decoder of frames against memcpy: screenshots of 1920 x 1080 that arrive in slices of 64
 * KiB, as a connection gives them, and small frames of which many are in a slice.
 */
#include "bench/bench_kit.h"
#include "wire/engine_bodies.h"

#include <string.h>

enum {
    ROUND_COUNT = 15,
    FRAME_COUNT = 24, /* screenshots of a round */
    SLICE_SIZE = 64 * 1024,
    BODY_SIZE = 8 + 1920 * 1080 * 4,
    STREAM_SIZE = FRAME_HEADER_SIZE + BODY_SIZE,
    PING_SIZE = 10,
    PING_COUNT = SLICE_SIZE / PING_SIZE,
    PING_SLICE_COUNT = 400
};

static uint8_t stream[STREAM_SIZE]; /* a screenshot */
static uint8_t body[BODY_SIZE];     /* the place, and where memcpy puts it */
static uint8_t pings[PING_COUNT * PING_SIZE];
static uint8_t received[SLICE_SIZE];
static size_t found;

static bool grow(struct frame_place *place, size_t size, size_t used)
{
    (void)used;
    uint8_t *bytes = realloc(place->bytes, size);
    if (bytes == NULL)
        return false;
    place->bytes = bytes;
    place->size = size;
    return true;
}

static const struct frame_place full_place = {.bytes = body, .size = BODY_SIZE};
static const struct frame_place empty_place = {.grow = grow};

static void take_all(struct frame_decoder *decoder)
{
    const struct frame *frame;
    while ((frame = frame_decoder_next(decoder)) != NULL)
        found += frame->size + frame->body[frame->size - 1];
}

static size_t slice_at(size_t at)
{
    return STREAM_SIZE - at < SLICE_SIZE ? STREAM_SIZE - at : SLICE_SIZE;
}

/* Each of these moves one screenshot. */

static void copy(void)
{
    for (size_t at = 0; at < BODY_SIZE; at += SLICE_SIZE)
        memcpy(body + at, stream + at, BODY_SIZE - at < SLICE_SIZE ? BODY_SIZE - at : SLICE_SIZE);
    found += body[BODY_SIZE - 1];
}

static void decode(void)
{
    struct frame_decoder decoder = frame_decoder(BODY_SIZE, full_place);
    for (size_t at = 0; at < STREAM_SIZE; at += SLICE_SIZE) {
        frame_decoder_feed(&decoder, stream + at, slice_at(at));
        take_all(&decoder);
    }
}

static void decode_growing(void)
{
    struct frame_decoder decoder = frame_decoder(BODY_SIZE, empty_place);
    for (size_t at = 0; at < STREAM_SIZE; at += SLICE_SIZE) {
        frame_decoder_feed(&decoder, stream + at, slice_at(at));
        take_all(&decoder);
    }
    free(decoder.place.bytes);
}

/* The same with what the system does before: it copies what has arrived into a buffer of ours. */

static void receive_and_decode(void)
{
    struct frame_decoder decoder = frame_decoder(BODY_SIZE, full_place);
    for (size_t at = 0; at < STREAM_SIZE; at += SLICE_SIZE) {
        memcpy(received, stream + at, slice_at(at));
        frame_decoder_feed(&decoder, received, slice_at(at));
        take_all(&decoder);
    }
}

static void receive_in_place(void)
{
    struct frame_decoder decoder = frame_decoder(BODY_SIZE, full_place);
    for (size_t at = 0, size; at < STREAM_SIZE; at += size) {
        size_t room_size;
        uint8_t *to = frame_decoder_room(&decoder, &room_size);
        size = to != NULL && room_size < slice_at(at) ? room_size : slice_at(at);
        if (to == NULL)
            to = received;
        memcpy(to, stream + at, size);
        frame_decoder_feed(&decoder, to, size);
        take_all(&decoder);
    }
}

/* Bytes a second, in GB. */
static void measure(void (*move)(void), struct series *series)
{
    int64_t before = bench_now_ns();
    for (int i = 0; i < FRAME_COUNT; i++)
        move();
    series_add(series, (double)FRAME_COUNT * BODY_SIZE / (double)(bench_now_ns() - before));
}

static void measure_pings(struct series *series)
{
    struct frame_decoder decoder = frame_decoder(BODY_SIZE, full_place);
    int64_t before = bench_now_ns();
    for (int i = 0; i < PING_SLICE_COUNT; i++) {
        frame_decoder_feed(&decoder, pings, sizeof pings);
        take_all(&decoder);
    }
    series_add(series, (double)(bench_now_ns() - before) / PING_SLICE_COUNT / PING_COUNT);
}

static void fill(void)
{
    struct bytes_writer writer = bytes_writer(stream, sizeof stream);
    engine_put_screenshot_head(&writer, SCREENSHOT_WITH_SIDES, (struct image_sides){1920, 1080});
    for (size_t i = writer.position; i < sizeof stream; i++)
        stream[i] = (uint8_t)(i >> 5);
    writer = bytes_writer(pings, sizeof pings);
    while (!writer.failed)
        engine_put_ping(&writer, (struct engine_ping){.id = 7, .what = ENGINE_PING});
}

int main(void)
{
    struct series copied = {0}, decoded = {0}, grown = {0}, twice = {0}, placed = {0}, each = {0};
    fill();
    for (int i = 0; i < ROUND_COUNT; i++) {
        measure(copy, &copied);
        measure(decode, &decoded);
        measure(decode_growing, &grown);
        measure(receive_and_decode, &twice);
        measure(receive_in_place, &placed);
        measure_pings(&each);
    }
    report_heading("frames, screenshots of 8.3 MB in slices of 64 KiB", ROUND_COUNT);
    report("memcpy", "GB/s", &copied);
    report("decoder, its place large enough", "GB/s", &decoded);
    struct series ratio = series_ratio(&copied, &decoded);
    report_at_most("  memcpy to that", "times", &ratio, 1.1);
    report("decoder, its place grown from nothing", "GB/s", &grown);
    ratio = series_ratio(&copied, &grown);
    report("  memcpy to that", "times", &ratio);
    report("received into a buffer (a memcpy) and decoded", "GB/s", &twice);
    report("received into the place (a memcpy), not copied", "GB/s", &placed);
    ratio = series_ratio(&copied, &placed);
    report_at_most("  memcpy to that", "times", &ratio, 1.1);
    report("ping, 6553 in a slice", "ns", &each);
    return found > 0 ? 0 : 1;
}
