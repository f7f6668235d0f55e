#include "peer/engine_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    TEXT_SIZE = 200,
    LOG_HEAD_SIZE = FRAME_HEADER_SIZE + 10 /* of a log with one message, without its text */
};

/* Logs. */

enum status engine_peer_log(struct engine_peer *peer, int32_t id, enum engine_log_level level,
                            const char *text, size_t size)
{
    uint8_t small[LOG_HEAD_SIZE + TEXT_SIZE];
    size_t frame_size = LOG_HEAD_SIZE + (size < LOG_TEXT_SIZE_MAX ? size : LOG_TEXT_SIZE_MAX);
    uint8_t *frame = frame_size <= sizeof small ? small : malloc(frame_size);
    if (frame == NULL)
        return STATUS_OUT_OF_MEMORY;
    struct bytes_writer writer = bytes_writer(frame, frame_size);
    struct engine_log_writer list = engine_log_writer(&writer, id);
    engine_log_add(&list, level, text, size);
    if (frame == small)
        return engine_link_send(&peer->link, frame, writer.position);
    return engine_link_send_block(&peer->link, frame, frame, writer.position);
}

/* Told late, so that what was lost is known; and then, so that it can be told. */
static void tell_of_lost(struct engine_peer *peer)
{
    char text[TEXT_SIZE];
    if (peer->lost_log_count == 0 || engine_link_queued_size(&peer->link) > 0)
        return;
    int size = snprintf(text, sizeof text, "%lld messages were lost: they were not read in time",
                        (long long)peer->lost_log_count);
    peer->lost_log_count = 0;
    engine_peer_log(peer, ENGINE_LOG_NO_ID, ENGINE_LOG_WARNING, text, (size_t)size);
}

void engine_peer_tell(struct engine_peer *peer, enum engine_log_level level, const char *text,
                      size_t size)
{
    if (engine_link_queued_size(&peer->link) > ENGINE_LOG_QUEUE_SIZE_MAX) {
        peer->lost_log_count++;
        return;
    }
    tell_of_lost(peer);
    if (engine_peer_log(peer, ENGINE_LOG_NO_ID, level, text, size) == STATUS_BUSY)
        peer->lost_log_count++;
}

void engine_server_tell(struct engine_server *server, enum engine_log_level level, const char *text,
                        size_t size)
{
    for (struct engine_peer *peer = server->peers; peer != NULL; peer = peer->next)
        if (!peer->is_gone)
            engine_peer_tell(peer, level, text, size);
}

static void complain(struct engine_peer *peer, const char *text)
{
    engine_peer_tell(peer, ENGINE_LOG_ERROR, text, strlen(text));
    peer->server->handler->warning(peer->server->owner, peer, text);
}

/* Screenshots. */

/* A picture for somebody who has not taken the last one would only lie about. */
static void ask_owner(struct engine_peer *peer)
{
    if (peer->asked_count == 0 || peer->is_gone)
        return;
    peer->asks_later = engine_link_queued_size(&peer->link) > ENGINE_LOG_QUEUE_SIZE_MAX;
    if (!peer->asks_later)
        peer->server->handler->asked(peer->server->owner, peer, peer->asked[0]);
}

static void next_screenshot(struct engine_peer *peer)
{
    if (peer->asked_count == 0)
        return;
    peer->asked_count--;
    memmove(peer->asked, peer->asked + 1, (size_t)peer->asked_count * sizeof peer->asked[0]);
    ask_owner(peer);
}

static void take_ask(struct engine_peer *peer, const struct frame *frame)
{
    char text[TEXT_SIZE];
    struct image_sides sides;
    if (engine_read_ask_screenshot(frame->body, frame->size, &sides) != STATUS_OK) {
        snprintf(text, sizeof text, "there is no screenshot of %ld x %ld: sides go from 1 to %d",
                 (long)sides.width, (long)sides.height, IMAGE_SIDE_MAX);
        complain(peer, text);
    } else if (image_size(sides) > (size_t)IMAGE_PIXEL_COUNT_MAX * 4) {
        snprintf(text, sizeof text, "a screenshot of %ld x %ld is too large: up to %d pixels",
                 (long)sides.width, (long)sides.height, IMAGE_PIXEL_COUNT_MAX);
        complain(peer, text);
    } else if (peer->asked_count == ENGINE_ASK_COUNT_MAX) {
        snprintf(text, sizeof text, "a screenshot is not taken: %d are being waited for",
                 ENGINE_ASK_COUNT_MAX);
        complain(peer, text);
    } else {
        peer->asked[peer->asked_count++] = sides;
        if (peer->asked_count == 1)
            ask_owner(peer);
    }
}

enum status engine_peer_send_screenshot(struct engine_peer *peer, struct image_sides sides,
                                        void *block)
{
    uint8_t head[SCREENSHOT_HEAD_SIZE_MAX];
    struct bytes_writer writer = bytes_writer(head, sizeof head);
    engine_put_screenshot_head(&writer, peer->server->variant, sides);
    enum status status = STATUS_INVALID;
    if (writer.failed) {
        free(block);
    } else {
        uint8_t *frame = (uint8_t *)block + ENGINE_SCREENSHOT_MARGIN - writer.position;
        memcpy(frame, head, writer.position);
        status =
            engine_link_send_block(&peer->link, block, frame, writer.position + image_size(sides));
    }
    if (status == STATUS_OK || status == STATUS_CLOSED)
        next_screenshot(peer);
    else
        engine_peer_refuse_screenshot(peer, "the screenshot could not be sent");
    return status;
}

void engine_peer_refuse_screenshot(struct engine_peer *peer, const char *text)
{
    engine_peer_tell(peer, ENGINE_LOG_ERROR, text, strlen(text));
    next_screenshot(peer);
}

/* Frames. */

/*
 * Whoever does not read its pongs does not get more of them: ten bytes each, they would take more
 * memory than their bytes, by which the queue is measured.
 */
static void answer_ping(struct engine_peer *peer, const struct frame *frame)
{
    uint8_t bytes[FRAME_HEADER_SIZE + 5];
    struct engine_ping ping;
    if (!engine_read_ping(frame->body, frame->size, &ping) || ping.what != ENGINE_PING ||
        engine_link_queued_size(&peer->link) > ENGINE_LOG_QUEUE_SIZE_MAX)
        return;
    struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
    engine_put_ping(&writer, (struct engine_ping){.id = ping.id, .what = ENGINE_PONG});
    engine_link_send(&peer->link, bytes, writer.position);
}

static void complain_of_frame(struct engine_peer *peer, const struct frame *frame)
{
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, "%s (%s, %ld bytes, at byte %llu of the stream)",
             frame_problem_sentence(frame->problem), frame_kind_name(frame->kind),
             (long)frame->announced_size, (unsigned long long)frame->position);
    complain(peer, text);
}

static void take_frame(struct engine_peer *peer, const struct frame *frame)
{
    struct engine_server *server = peer->server;
    if (frame->problem != FRAME_PROBLEM_NONE) {
        complain_of_frame(peer, frame);
        return;
    }
    switch (frame->kind) {
    case FRAME_KIND_PING:
        answer_ping(peer, frame);
        break;
    case FRAME_KIND_ASK_SCREENSHOT:
        take_ask(peer, frame);
        break;
    case FRAME_KIND_COMMAND:
        server->handler->command(server->owner, peer, frame);
        break;
    default:
        server->handler->frame(server->owner, peer, frame);
        break;
    }
}

static void take_room(struct engine_peer *peer)
{
    tell_of_lost(peer);
    if (peer->asks_later)
        ask_owner(peer);
    if (!peer->is_gone)
        peer->server->handler->sent(peer->server->owner, peer);
}

/* What a link tells: no peer is freed meanwhile, for the link is within it. */

static void on_connected(void *owner)
{
    struct engine_peer *peer = owner;
    peer->server->told_depth++;
    peer->server->handler->joined(peer->server->owner, peer);
    peer->server->told_depth--;
}

static void on_frame(void *owner, const struct frame *frame)
{
    struct engine_peer *peer = owner;
    peer->server->told_depth++;
    take_frame(peer, frame);
    peer->server->told_depth--;
}

static void on_sent(void *owner)
{
    struct engine_peer *peer = owner;
    peer->server->told_depth++;
    take_room(peer);
    peer->server->told_depth--;
}

static void on_ended(void *owner, enum status status, const char *reason)
{
    struct engine_peer *peer = owner;
    (void)status;
    peer->server->told_depth++;
    engine_peer_close(peer, reason);
    peer->server->told_depth--;
}

static const struct engine_link_handler link_handler = {
    .connected = on_connected, .frame = on_frame, .sent = on_sent, .ended = on_ended};

/* Clients. */

static void *on_accepted(void *owner, struct tcp_stream *stream, const struct tcp_handler **handler)
{
    struct engine_server *server = owner;
    if (server->peer_count >= ENGINE_PEER_COUNT_MAX)
        return NULL;
    struct engine_peer *peer = calloc(1, sizeof *peer);
    if (peer == NULL)
        return NULL;
    engine_link_open(&peer->link, &link_handler, peer, server->cap, ENGINE_PEER_QUEUE_SIZE_MAX);
    peer->server = server;
    peer->number = ++server->last_number;
    tcp_peer_address(stream, peer->address);
    struct engine_peer **last = &server->peers;
    while (*last != NULL)
        last = &(*last)->next;
    *last = peer;
    server->peer_count++;
    return engine_link_accept(&peer->link, stream, handler);
}

void engine_peer_close(struct engine_peer *peer, const char *reason)
{
    if (peer->is_gone)
        return;
    peer->is_gone = true;
    peer->asked_count = 0;
    peer->server->peer_count--;
    engine_link_close(&peer->link);
    peer->server->handler->left(peer->server->owner, peer, reason);
}

void engine_server_check(struct engine_server *server)
{
    struct engine_peer **place = &server->peers;
    while (server->told_depth == 0 && *place != NULL) {
        struct engine_peer *peer = *place;
        if (!peer->is_gone) {
            place = &peer->next;
            continue;
        }
        *place = peer->next;
        engine_link_free(&peer->link);
        free(peer);
    }
}

enum status engine_server_open(struct engine_server *server, struct tcp *tcp,
                               const struct tcp_address *address,
                               const struct engine_server_handler *handler, void *owner,
                               const char **reason)
{
    static const struct tcp_listener_handler listener_handler = {.accepted = on_accepted};
    *server = (struct engine_server){.handler = handler,
                                     .owner = owner,
                                     .cap = FRAME_BODY_SIZE_MAX,
                                     .variant = SCREENSHOT_WITH_SIDES};
    return tcp_listen(tcp, address, &listener_handler, server, &server->listener, reason);
}

void engine_server_close(struct engine_server *server)
{
    tcp_listener_close(server->listener);
    server->listener = NULL;
    for (struct engine_peer *peer = server->peers; peer != NULL; peer = peer->next) {
        peer->is_gone = true;
        peer->asked_count = 0;
        engine_link_close(&peer->link);
    }
    server->peer_count = 0;
    engine_server_check(server);
}
