#include "peer/engine_client_parts.h"

#include "transport/clock.h"

#include <stdio.h>
#include <string.h>

enum {
    TEXT_SIZE = 200
};

struct engine_client_options engine_client_options(void)
{
    return (struct engine_client_options){.address = {.host = "127.0.0.1", .port = 4242},
                                          .cap = FRAME_BODY_SIZE_MAX,
                                          .connect_timeout_ms = ENGINE_CONNECT_TIMEOUT_MS,
                                          .retry_first_ms = ENGINE_RETRY_FIRST_MS,
                                          .retry_last_ms = ENGINE_RETRY_LAST_MS,
                                          .queue_size_max = ENGINE_QUEUE_SIZE_MAX};
}

/* Connections. */

static void connect_now(struct engine_client *client);

static void wait_for_retry(struct engine_client *client, const char *reason)
{
    if (reason != client->reason)
        snprintf(client->reason, sizeof client->reason, "%s", reason);
    if (client->options.stays_closed) {
        engine_client_close(client);
        return;
    }
    client->state = ENGINE_CLIENT_WAITING;
    client->deadline_ms = client->now_ms + client->retry_ms;
    const int32_t last_ms = client->options.retry_last_ms;
    client->retry_ms = client->retry_ms > last_ms / 2 ? last_ms : client->retry_ms * 2;
}

/* Once for each `connected`, and never when its owner has closed the client already. */
static void tell_disconnected(struct engine_client *client)
{
    if (!client->has_told_connected)
        return;
    client->has_told_connected = false;
    client->handler->disconnected(client->owner, client->reason);
}

/* The link is closed. */
static void on_ended(void *owner, enum status status, const char *reason)
{
    struct engine_client *client = owner;
    bool was_connected = client->state == ENGINE_CLIENT_CONNECTED;
    snprintf(client->reason, sizeof client->reason, "%s", reason);
    if (!was_connected) {
        wait_for_retry(client, client->reason);
        return;
    }
    client->state = ENGINE_CLIENT_WAITING;
    client->deadline_ms = client->now_ms;
    engine_requests_fail(client, true, status != STATUS_OK ? status : STATUS_CLOSED,
                         client->reason);
    tell_disconnected(client);
    if (client->state == ENGINE_CLIENT_WAITING)
        wait_for_retry(client, client->reason);
}

void engine_client_drop(struct engine_client *client, enum status status, const char *reason)
{
    engine_link_close(&client->link);
    on_ended(client, status, reason);
}

static void on_connected(void *owner)
{
    struct engine_client *client = owner;
    client->state = ENGINE_CLIENT_CONNECTED;
    client->deadline_ms = INT64_MAX;
    client->reason[0] = '\0';
    client->has_told_connected = true;
    engine_requests_send(client);
    client->handler->connected(client->owner);
}

static void on_sent(void *owner)
{
    struct engine_client *client = owner;
    engine_requests_send(client);
    if (engine_link_queued_size(&client->link) == 0)
        client->handler->sent(client->owner);
}

static void connect_now(struct engine_client *client)
{
    client->state = ENGINE_CLIENT_CONNECTING;
    client->deadline_ms = client->now_ms + client->options.connect_timeout_ms;
    enum status status = engine_link_connect(&client->link, client->tcp, &client->options.address);
    if (status != STATUS_OK)
        wait_for_retry(client, status_sentence(status));
}

/* Frames. */

static void warn_of_frame(struct engine_client *client, const struct frame *frame)
{
    char text[TEXT_SIZE];
    snprintf(text, sizeof text, "%s (%s, %ld bytes, at byte %llu of the stream)",
             frame_problem_sentence(frame->problem), frame_kind_name(frame->kind),
             (long)frame->announced_size, (unsigned long long)frame->position);
    client->handler->warning(client->owner, text);
}

static void take_ping(struct engine_client *client, const struct frame *frame)
{
    struct engine_ping ping;
    if (!engine_read_ping(frame->body, frame->size, &ping))
        return;
    if (ping.what == ENGINE_PING) {
        /* As many as an engine reads: each that waits takes more memory than its bytes. */
        if (engine_link_queued_size(&client->link) <= ENGINE_LOG_QUEUE_SIZE_MAX)
            engine_client_send_ping(client,
                                    (struct engine_ping){.id = ping.id, .what = ENGINE_PONG});
        return;
    }
    struct engine_request *request =
        ping.what == ENGINE_PONG ? engine_requests_find_sent(client, ENGINE_REQUEST_PING, ping.id)
                                 : NULL;
    if (request == NULL) /* a pong that is late or that nobody asked for */
        return;
    struct engine_answer answer = {.elapsed_ns = clock_now_ns() - request->sent_ns};
    engine_request_finish(client, request, &answer);
}

static void take_screenshot(struct engine_client *client, const struct frame *frame)
{
    struct engine_request *request =
        engine_requests_find_sent(client, ENGINE_REQUEST_SCREENSHOT, 0);
    struct engine_answer answer = {.frame = frame};
    if (request == NULL) {
        client->handler->frame(client->owner, frame);
        return;
    }
    struct image_sides asked = request->sides;
    bool is_image = engine_read_screenshot(frame->body, frame->size, asked, &answer.screenshot);
    struct image_sides sides = answer.screenshot.sides;
    if (is_image && sides.width == asked.width && sides.height == asked.height) {
        engine_request_finish(client, request, &answer);
    } else {
        char text[TEXT_SIZE];
        int size = is_image ? snprintf(text, sizeof text, "the image is %ld x %ld, and",
                                       (long)sides.width, (long)sides.height)
                            : snprintf(text, sizeof text, "the image has %zu bytes, which is",
                                       frame->size);
        snprintf(text + size, sizeof text - (size_t)size, " none of %ld x %ld", (long)asked.width,
                 (long)asked.height);
        engine_request_fail(client, request, STATUS_PROTOCOL, text);
    }
    engine_requests_send(client);
}

/* Why there is no screenshot can only be said by a log that is about nothing in particular. */
static void keep_complaint(struct engine_client *client, struct engine_log_reader reader)
{
    struct engine_log_entry entry;
    if (reader.id != ENGINE_LOG_NO_ID ||
        engine_requests_find_sent(client, ENGINE_REQUEST_SCREENSHOT, 0) == NULL)
        return;
    while (engine_log_next(&reader, &entry))
        if (entry.level == ENGINE_LOG_ERROR || entry.level == ENGINE_LOG_FATAL)
            snprintf(client->complaint, sizeof client->complaint, "%.*s",
                     entry.size < sizeof client->complaint ? (int)entry.size
                                                           : (int)sizeof client->complaint - 1,
                     entry.text);
}

static void take_log(struct engine_client *client, const struct frame *frame)
{
    struct engine_log_reader reader = engine_log_reader(frame->body, frame->size);
    struct engine_request *request =
        reader.id != ENGINE_LOG_NO_ID
            ? engine_requests_find_sent(client, ENGINE_REQUEST_COMMAND, reader.id)
            : NULL;
    struct engine_answer answer = {.frame = frame};
    if (request != NULL) {
        engine_request_finish(client, request, &answer);
        return;
    }
    keep_complaint(client, reader);
    client->handler->log(client->owner, reader);
}

static void on_frame(void *owner, const struct frame *frame)
{
    struct engine_client *client = owner;
    if (frame->problem != FRAME_PROBLEM_NONE) {
        warn_of_frame(client, frame);
        return;
    }
    client->retry_ms = client->options.retry_first_ms; /* somebody is there who knows frames */
    switch (frame->kind) {
    case FRAME_KIND_PING:
        take_ping(client, frame);
        break;
    case FRAME_KIND_SCREENSHOT:
        take_screenshot(client, frame);
        break;
    case FRAME_KIND_LOG:
        take_log(client, frame);
        break;
    default:
        client->handler->frame(client->owner, frame);
        break;
    }
}

static const struct engine_link_handler link_handler = {
    .connected = on_connected, .frame = on_frame, .sent = on_sent, .ended = on_ended};

/* Time. */

static void fail_late(struct engine_client *client, struct engine_request *request)
{
    char text[TEXT_SIZE + ENGINE_REASON_SIZE];
    if (client->state == ENGINE_CLIENT_CONNECTED && request->is_sent &&
        request->kind == ENGINE_REQUEST_SCREENSHOT) {
        /* It fails with the connection: what its `done` asks for waits for the next one. */
        snprintf(text, sizeof text, "a screenshot was not answered in time%s%s",
                 client->complaint[0] != '\0' ? "; the last error was: " : "", client->complaint);
        engine_client_drop(client, STATUS_TIMEOUT, text);
        return;
    }
    if (client->state != ENGINE_CLIENT_CONNECTED)
        snprintf(text, sizeof text, "not connected: %s",
                 client->reason[0] != '\0' ? client->reason : "no answer");
    else
        snprintf(text, sizeof text, "%s",
                 request->is_sent ? "no answer in time" : "its turn did not come in time");
    engine_request_fail(client, request, STATUS_TIMEOUT, text);
}

/* Those that were there before: what `done` asks for, late as it may be, is for the next time. */
static void check_requests(struct engine_client *client)
{
    uint64_t last = client->request_serial;
    struct engine_request *request;
    do { /* `done` may change the list */
        client->request_deadline_ms = INT64_MAX;
        for (request = client->requests; request != NULL; request = request->next) {
            if (request->deadline_ms <= client->now_ms && request->serial <= last)
                break;
            if (request->deadline_ms < client->request_deadline_ms)
                client->request_deadline_ms = request->deadline_ms;
        }
        if (request != NULL)
            fail_late(client, request);
    } while (request != NULL);
}

void engine_client_check(struct engine_client *client, int64_t now_ms)
{
    client->now_ms = now_ms;
    if (now_ms >= client->request_deadline_ms)
        check_requests(client);
    if (now_ms < client->deadline_ms)
        return;
    if (client->state == ENGINE_CLIENT_WAITING) {
        connect_now(client);
    } else if (client->state == ENGINE_CLIENT_CONNECTING) {
        engine_link_close(&client->link);
        wait_for_retry(client, "no connection in time");
    }
}

int64_t engine_client_wake_ms(const struct engine_client *client)
{
    return client->deadline_ms < client->request_deadline_ms ? client->deadline_ms
                                                             : client->request_deadline_ms;
}

/* For the owner. */

void engine_client_open(struct engine_client *client, struct tcp *tcp,
                        const struct engine_client_options *options,
                        const struct engine_client_handler *handler, void *owner, int64_t now_ms)
{
    *client = (struct engine_client){.options = *options,
                                     .handler = handler,
                                     .owner = owner,
                                     .tcp = tcp,
                                     .now_ms = now_ms,
                                     .request_deadline_ms = INT64_MAX,
                                     .retry_ms = options->retry_first_ms};
    engine_link_open(&client->link, &link_handler, client, options->cap, options->queue_size_max);
    connect_now(client);
}

enum status engine_client_send(struct engine_client *client, uint8_t kind, const void *body,
                               size_t size)
{
    return engine_link_send_body(&client->link, kind, body, size);
}

void engine_client_close(struct engine_client *client)
{
    client->state = ENGINE_CLIENT_CLOSED;
    client->deadline_ms = INT64_MAX;
    engine_link_close(&client->link);
    if (client->reason[0] == '\0')
        snprintf(client->reason, sizeof client->reason, "closed");
    /* From within a `done` too: nothing is left to be told when this returns. */
    engine_requests_fail(client, false, STATUS_CLOSED, client->reason);
    tell_disconnected(client);
}

void engine_client_free(struct engine_client *client)
{
    engine_client_close(client);
    engine_link_free(&client->link);
}
