#include "transport/tcp.h"
#include "transport/tcp_parts.h"

#include <stdlib.h>
#include <string.h>

enum {
    /*
     * What has to wait goes together in pieces of that size at least: of frames of five bytes, each
     * in a piece of its own, 8 MiB took 400 MiB.
     */
    PIECE_SIZE_MIN = 16 * 1024
};

struct tcp_piece {
    uv_write_t request;
    struct tcp_stream *stream;
    size_t size, capacity;
    void *block; /* to be freed with it; null: the bytes are behind this */
};

static void free_piece(struct tcp_piece *piece)
{
    free(piece->block);
    free(piece);
}

static struct tcp_piece *new_piece(size_t capacity)
{
    struct tcp_piece *piece = malloc(sizeof *piece + capacity);
    if (piece == NULL)
        return NULL;
    piece->size = 0;
    piece->capacity = capacity;
    piece->block = NULL;
    return piece;
}

static char *bytes_of(struct tcp_piece *piece)
{
    return (char *)(piece + 1);
}

static void append(struct tcp_piece *piece, const void *bytes, size_t size)
{
    memcpy(bytes_of(piece) + piece->size, bytes, size);
    piece->size += size;
}

static bool hand_tail(struct tcp_stream *stream);

static void on_written(uv_write_t *request, int failure)
{
    struct tcp_piece *piece = request->data;
    struct tcp_stream *stream = piece->stream;
    stream->queued_size -= piece->size;
    free_piece(piece);
    /* What failed is told by the end of the connection: its reading side fails as well. */
    if (failure != 0 || stream->gone || !stream->connected)
        return;
    if (stream->queued_size != 0) {
        hand_tail(stream);
        return;
    }
    stream->tcp->told = true;
    stream->handler->sent(stream->owner);
}

static enum status queue(struct tcp_stream *stream, struct tcp_piece *piece, const void *bytes)
{
    uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)piece->size);
    piece->stream = stream;
    piece->request.data = piece;
    stream->queued_size += piece->size;
    int failure = uv_write(&piece->request, (uv_stream_t *)&stream->handle, &buffer, 1, on_written);
    if (failure == 0)
        return STATUS_OK;
    stream->queued_size -= piece->size;
    free_piece(piece);
    return tcp_status(failure);
}

/* What has been put aside goes to libuv. False: the stream has failed, for the bytes are lost. */
static bool hand_tail(struct tcp_stream *stream)
{
    struct tcp_piece *tail = stream->tail;
    if (tail == NULL || tail->size == 0)
        return true;
    stream->tail = NULL;
    stream->queued_size -= tail->size; /* which is about to be counted again */
    if (queue(stream, tail, bytes_of(tail)) == STATUS_OK)
        return true;
    tcp_stream_fail(stream, UV_ENOMEM);
    return false;
}

/* Puts bytes aside, behind others that wait. */
static enum status send_later(struct tcp_stream *stream, const void *bytes, size_t size)
{
    struct tcp_piece *tail = stream->tail;
    if (tail == NULL || size > tail->capacity - tail->size) {
        struct tcp_piece *larger = new_piece(size > PIECE_SIZE_MIN ? size : PIECE_SIZE_MIN);
        if (larger == NULL)
            return STATUS_OUT_OF_MEMORY;
        if (!hand_tail(stream)) {
            free_piece(larger);
            return STATUS_CLOSED;
        }
        free(stream->tail); /* an empty one */
        stream->tail = larger;
    }
    append(stream->tail, bytes, size);
    stream->queued_size += size;
    return STATUS_OK;
}

/* How many of them the system takes at once. */
static size_t try_to_send(struct tcp_stream *stream, const void *bytes, size_t size)
{
    uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)size);
    int sent = uv_try_write((uv_stream_t *)&stream->handle, &buffer, 1);
    return sent > 0 ? (size_t)sent : 0;
}

/* Whether all that waits has been put aside, and has never been tried to be sent. */
static bool has_only_tail(const struct tcp_stream *stream)
{
    return stream->tail != NULL && stream->queued_size == stream->tail->size;
}

void tcp_stream_flush(struct tcp_stream *stream)
{
    struct tcp_piece *tail = stream->tail;
    if (!has_only_tail(stream) || tail->size == 0 || stream->gone || !stream->connected)
        return; /* nothing, or on_written will see to it */
    size_t sent_size = try_to_send(stream, bytes_of(tail), tail->size);
    stream->queued_size -= sent_size;
    tail->size -= sent_size;
    if (tail->size == 0)
        return;
    memmove(bytes_of(tail), bytes_of(tail) + sent_size, tail->size);
    hand_tail(stream);
}

enum status tcp_send(struct tcp_stream *stream, const void *bytes, size_t size)
{
    if (!stream->connected)
        return STATUS_CLOSED;
    /* A thousand requests that came together are answered by one call of the system. */
    if (stream->gathers || stream->queued_size != 0)
        return send_later(stream, bytes, size);
    size_t sent_size = try_to_send(stream, bytes, size);
    if (sent_size == size)
        return STATUS_OK;
    struct tcp_piece *piece = new_piece(size - sent_size);
    if (piece == NULL)
        return STATUS_OUT_OF_MEMORY;
    append(piece, (const char *)bytes + sent_size, size - sent_size);
    return queue(stream, piece, bytes_of(piece));
}

enum status tcp_send_block(struct tcp_stream *stream, void *block, const void *bytes, size_t size)
{
    struct tcp_piece *piece = stream->connected ? new_piece(0) : NULL;
    if (piece == NULL || !hand_tail(stream)) {
        free(piece);
        free(block);
        return stream->connected ? STATUS_OUT_OF_MEMORY : STATUS_CLOSED;
    }
    piece->size = size;
    piece->block = block;
    return queue(stream, piece, bytes);
}

size_t tcp_queued_size(const struct tcp_stream *stream)
{
    return stream->gathers && has_only_tail(stream) ? 0 : stream->queued_size;
}
