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

enum status tcp_send(struct tcp_stream *stream, const void *bytes, size_t size)
{
    if (!stream->connected)
        return STATUS_CLOSED;
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

enum status tcp_send_block(struct tcp_stream *stream, void *block, const void *bytes, size_t size)
{
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
    return stream->queued_size;
}
