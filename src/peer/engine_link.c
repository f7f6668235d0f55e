#include "peer/engine_link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is in the place of the decoder is moved by realloc: mostly its pages, not its bytes. */
static bool grow(struct frame_place *place, size_t size, size_t used)
{
    (void)used;
    void *bytes = realloc(place->bytes, size);
    if (bytes == NULL)
        return false;
    place->bytes = bytes;
    place->size = size;
    return true;
}

void engine_link_open(struct engine_link *link, const struct engine_link_handler *handler,
                      void *owner, int32_t cap, size_t queue_size_max)
{
    *link =
        (struct engine_link){.handler = handler, .owner = owner, .queue_size_max = queue_size_max};
    link->decoder = frame_decoder(cap, (struct frame_place){.grow = grow});
}

static void begin(struct engine_link *link)
{
    link->decoder = frame_decoder(link->decoder.cap, link->decoder.place);
}

static void on_connected(void *owner)
{
    struct engine_link *link = owner;
    link->is_connected = true;
    link->handler->connected(link->owner);
}

static uint8_t *on_room(void *owner, size_t *size)
{
    struct engine_link *link = owner;
    uint8_t *room = frame_decoder_room(&link->decoder, size);
    /* At the end of a body the stream's own buffer takes what comes behind it as well. */
    return room != NULL && *size >= FRAME_PLACE_SIZE_MIN ? room : NULL;
}

static void end(struct engine_link *link, enum status status, const char *reason)
{
    engine_link_close(link);
    link->handler->ended(link->owner, status, reason);
}

static void on_received(void *owner, const uint8_t *bytes, size_t size)
{
    struct engine_link *link = owner;
    struct tcp_stream *stream = link->stream;
    const struct frame *frame;
    frame_decoder_feed(&link->decoder, bytes, size);
    while ((frame = frame_decoder_next(&link->decoder)) != NULL) {
        link->told = frame;
        link->handler->frame(link->owner, frame);
        link->told = NULL;
        if (link->stream != stream)
            return; /* closed, and perhaps connected anew */
    }
    const struct frame *failure = &link->decoder.failure;
    if (failure->problem == FRAME_PROBLEM_NONE)
        return;
    link->handler->frame(link->owner, failure);
    if (link->stream != stream)
        return;
    char reason[ENGINE_REASON_SIZE];
    snprintf(reason, sizeof reason, "%s (%ld bytes, kind %d, at byte %llu of the stream)",
             frame_problem_sentence(failure->problem), (long)failure->announced_size, failure->kind,
             (unsigned long long)failure->position);
    end(link, STATUS_PROTOCOL, reason);
}

static void on_sent(void *owner)
{
    struct engine_link *link = owner;
    link->handler->sent(link->owner);
}

static void on_ended(void *owner, enum status status, const char *reason)
{
    struct engine_link *link = owner;
    bool is_cut = link->is_connected && !frame_decoder_is_between(&link->decoder);
    char text[ENGINE_REASON_SIZE];
    link->stream = NULL;
    snprintf(text, sizeof text, "%s%s", reason, is_cut ? ", within a frame" : "");
    end(link, status, text);
}

static const struct tcp_handler stream_handler = {.connected = on_connected,
                                                  .room = on_room,
                                                  .received = on_received,
                                                  .sent = on_sent,
                                                  .ended = on_ended};

enum status engine_link_connect(struct engine_link *link, struct tcp *tcp,
                                const struct tcp_address *address)
{
    begin(link);
    return tcp_connect(tcp, address, &stream_handler, link, &link->stream);
}

void *engine_link_accept(struct engine_link *link, struct tcp_stream *stream,
                         const struct tcp_handler **handler)
{
    begin(link);
    link->stream = stream;
    *handler = &stream_handler;
    return link;
}

void engine_link_close(struct engine_link *link)
{
    tcp_stream_close(link->stream);
    link->stream = NULL;
    link->is_connected = false;
}

void engine_link_free(struct engine_link *link)
{
    engine_link_close(link);
    free(link->decoder.place.bytes);
    link->decoder.place.bytes = NULL;
    link->decoder.place.size = 0;
}

static enum status check_room(const struct engine_link *link, size_t size)
{
    if (!link->is_connected)
        return STATUS_CLOSED;
    if (size > link->queue_size_max)
        return STATUS_TOO_LONG;
    size_t queued = tcp_queued_size(link->stream);
    return queued > link->queue_size_max - size ? STATUS_BUSY : STATUS_OK;
}

enum status engine_link_send(struct engine_link *link, const void *frame, size_t size)
{
    enum status status = check_room(link, size);
    return status == STATUS_OK ? tcp_send(link->stream, frame, size) : status;
}

enum status engine_link_send_block(struct engine_link *link, void *block, const void *frame,
                                   size_t size)
{
    enum status status = check_room(link, size);
    if (status == STATUS_OK)
        return tcp_send_block(link->stream, block, frame, size);
    free(block);
    return status;
}

enum status engine_link_send_body(struct engine_link *link, uint8_t kind, const void *body,
                                  size_t size)
{
    enum {
        SMALL_SIZE = 512
    };
    uint8_t small[FRAME_HEADER_SIZE + SMALL_SIZE];
    enum status status = check_room(link, size);
    if (status != STATUS_OK)
        return status;
    size_t frame_size = FRAME_HEADER_SIZE + size;
    uint8_t *frame = size <= SMALL_SIZE ? small : malloc(frame_size);
    if (frame == NULL)
        return STATUS_OUT_OF_MEMORY;
    struct bytes_writer writer = bytes_writer(frame, frame_size);
    frame_put_header(&writer, kind, size);
    bytes_put(&writer, body, size);
    if (writer.failed)
        status = STATUS_TOO_LONG;
    if (frame == small)
        return status == STATUS_OK ? engine_link_send(link, frame, frame_size) : status;
    if (status == STATUS_OK)
        return engine_link_send_block(link, frame, frame, frame_size);
    free(frame);
    return status;
}

size_t engine_link_queued_size(const struct engine_link *link)
{
    return link->is_connected ? tcp_queued_size(link->stream) : 0;
}

/* A body that is put together there, or that its owner is just being told of. */
static bool place_is_in_use(const struct engine_link *link)
{
    const struct frame_decoder *decoder = &link->decoder;
    return decoder->state == FRAME_IN_BODY || (link->told != NULL && link->told->body != NULL &&
                                               link->told->body == decoder->place.bytes);
}

void *engine_link_swap_block(struct engine_link *link, void *block, size_t size)
{
    struct frame_place *place = &link->decoder.place;
    if (place_is_in_use(link) || size <= place->size)
        return block;
    void *old = place->bytes;
    place->bytes = block;
    place->size = size;
    return old;
}

void *engine_link_take_block(struct engine_link *link, const struct frame *frame, size_t *size)
{
    struct frame_place *place = &link->decoder.place;
    if (frame->body == NULL || frame->body != place->bytes)
        return NULL;
    void *block = place->bytes;
    *size = place->size;
    place->bytes = NULL;
    place->size = 0;
    return block;
}
