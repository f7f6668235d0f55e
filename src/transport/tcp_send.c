#include "transport/tcp.h"
#include "transport/tcp_parts.h"

#include <stdlib.h>
#include <string.h>

/* A piece on its way. */
struct piece {
    uv_write_t request;
    struct tcp_stream *stream;
    size_t size;
    void *block; /* to be freed with it; null: the bytes are behind this */
};

static void free_piece(struct piece *piece)
{
    free(piece->block);
    free(piece);
}

static void on_written(uv_write_t *request, int failure)
{
    struct piece *piece = request->data;
    struct tcp_stream *stream = piece->stream;
    stream->queued_size -= piece->size;
    free_piece(piece);
    /* What failed is told by the end of the connection: its reading side fails as well. */
    if (failure != 0 || stream->gone || !stream->connected || stream->queued_size != 0)
        return;
    stream->tcp->told = true;
    stream->handler->sent(stream->owner);
}

static enum status queue(struct tcp_stream *stream, struct piece *piece, const void *bytes)
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

/* Sends behind all that is queued. */
static enum status send_now(struct tcp_stream *stream, const void *bytes, size_t size)
{
    if (stream->queued_size == 0) {
        uv_buf_t buffer = uv_buf_init((char *)bytes, (unsigned)size);
        int sent = uv_try_write((uv_stream_t *)&stream->handle, &buffer, 1);
        if (sent > 0) {
            bytes = (const char *)bytes + sent;
            size -= (size_t)sent;
        }
        if (size == 0)
            return STATUS_OK;
    }
    struct piece *piece = malloc(sizeof *piece + size);
    if (piece == NULL)
        return STATUS_OUT_OF_MEMORY;
    piece->size = size;
    piece->block = NULL;
    memcpy(piece + 1, bytes, size);
    return queue(stream, piece, piece + 1);
}

void tcp_stream_flush(struct tcp_stream *stream)
{
    size_t size = stream->gathered_size;
    stream->gathered_size = 0;
    if (size > 0 && stream->connected && !stream->gone &&
        send_now(stream, stream->gathered, size) != STATUS_OK)
        tcp_stream_fail(stream, UV_ENOMEM); /* a hole in the bytes would be worse */
}

/*
 * A thousand requests that have come together are answered together: one call of the system and
 * not a thousand. False: they are to be sent as they are.
 */
static bool gather(struct tcp_stream *stream, const void *bytes, size_t size)
{
    if (!stream->gathers || size > TCP_GATHER_SIZE_MAX - stream->gathered_size)
        return false;
    if (stream->gathered == NULL && (stream->gathered = malloc(TCP_GATHER_SIZE_MAX)) == NULL)
        return false;
    memcpy(stream->gathered + stream->gathered_size, bytes, size);
    stream->gathered_size += size;
    return true;
}

enum status tcp_send(struct tcp_stream *stream, const void *bytes, size_t size)
{
    if (!stream->connected)
        return STATUS_CLOSED;
    if (gather(stream, bytes, size))
        return STATUS_OK;
    tcp_stream_flush(stream);
    if (!stream->connected)
        return STATUS_CLOSED;
    return gather(stream, bytes, size) ? STATUS_OK : send_now(stream, bytes, size);
}

enum status tcp_send_block(struct tcp_stream *stream, void *block, const void *bytes, size_t size)
{
    tcp_stream_flush(stream);
    struct piece *piece = stream->connected ? malloc(sizeof *piece) : NULL;
    if (piece == NULL) {
        free(block);
        return stream->connected ? STATUS_OUT_OF_MEMORY : STATUS_CLOSED;
    }
    piece->size = size;
    piece->block = block;
    return queue(stream, piece, bytes);
}

size_t tcp_queued_size(const struct tcp_stream *stream)
{
    return stream->queued_size + stream->gathered_size;
}
