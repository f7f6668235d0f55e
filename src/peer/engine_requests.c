#include "peer/engine_client_parts.h"

#include "transport/clock.h"

enum {
    SMALL_FRAME_SIZE = 16
};

/* The ends of requests. */

static void unlist(struct engine_client *client, struct engine_request *request)
{
    struct engine_request **place = &client->requests;
    while (*place != request)
        place = &(*place)->next;
    *place = request->next;
    client->request_count--;
}

void engine_request_finish(struct engine_client *client, struct engine_request *request,
                           const struct engine_answer *answer)
{
    unlist(client, request);
    request->done(request, answer);
}

void engine_request_fail(struct engine_client *client, struct engine_request *request,
                         enum status status, const char *reason)
{
    struct engine_answer answer = {.status = status, .reason = reason};
    engine_request_finish(client, request, &answer);
}

void engine_requests_fail(struct engine_client *client, bool only_sent, enum status status,
                          const char *reason)
{
    uint64_t last = client->request_serial;
    struct engine_request *request;
    do { /* `done` may change the list */
        request = client->requests;
        while (request != NULL && (request->serial > last || (only_sent && !request->is_sent)))
            request = request->next;
        if (request != NULL)
            engine_request_fail(client, request, status, reason);
    } while (request != NULL);
}

struct engine_request *engine_requests_find_sent(const struct engine_client *client,
                                                 enum engine_request_kind kind, int32_t id)
{
    struct engine_request *request = client->requests;
    while (request != NULL && (request->kind != kind || !request->is_sent ||
                               (kind != ENGINE_REQUEST_SCREENSHOT && request->id != id)))
        request = request->next;
    return request;
}

/* Sending them. */

enum status engine_client_send_ping(struct engine_client *client, struct engine_ping ping)
{
    uint8_t bytes[SMALL_FRAME_SIZE];
    struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
    engine_put_ping(&writer, ping);
    return engine_link_send(&client->link, bytes, writer.position);
}

static enum status send_ask(struct engine_client *client, struct image_sides sides)
{
    uint8_t bytes[SMALL_FRAME_SIZE];
    struct bytes_writer writer = bytes_writer(bytes, sizeof bytes);
    if (client->handler->expects != NULL)
        client->handler->expects(client->owner,
                                 SCREENSHOT_HEAD_SIZE_MAX - FRAME_HEADER_SIZE + image_size(sides));
    client->complaint[0] = '\0';
    engine_put_ask_screenshot(&writer, sides);
    return engine_link_send(&client->link, bytes, writer.position);
}

static enum status send_request(struct engine_client *client, struct engine_request *request)
{
    switch (request->kind) {
    case ENGINE_REQUEST_PING:
        return engine_client_send_ping(
            client, (struct engine_ping){.id = request->id, .what = ENGINE_PING});
    case ENGINE_REQUEST_SCREENSHOT:
        return send_ask(client, request->sides);
    default:
        return engine_link_send(&client->link, request->frame, request->frame_size);
    }
}

void engine_requests_send(struct engine_client *client)
{
    if (client->state != ENGINE_CLIENT_CONNECTED)
        return;
    bool screenshot_is_under_way =
        engine_requests_find_sent(client, ENGINE_REQUEST_SCREENSHOT, 0) != NULL;
    for (struct engine_request *request = client->requests; request != NULL;
         request = request->next) {
        bool is_screenshot = request->kind == ENGINE_REQUEST_SCREENSHOT;
        if (request->is_sent || (is_screenshot && screenshot_is_under_way))
            continue;
        request->sent_ns = clock_now_ns();
        request->is_sent = send_request(client, request) == STATUS_OK;
        if (!request->is_sent)
            return;
        screenshot_is_under_way |= is_screenshot;
    }
}

/* For the owner. */

static enum status judge(const struct engine_client *client, const struct engine_request *request)
{
    const size_t sides_size = SCREENSHOT_HEAD_SIZE_MAX - FRAME_HEADER_SIZE;
    if (client->state == ENGINE_CLIENT_CLOSED)
        return STATUS_CLOSED;
    if (client->request_count >= ENGINE_REQUEST_COUNT_MAX)
        return STATUS_BUSY;
    if (request->kind == ENGINE_REQUEST_COMMAND)
        return request->frame_size <= client->options.queue_size_max ? STATUS_OK : STATUS_TOO_LONG;
    if (request->kind != ENGINE_REQUEST_SCREENSHOT)
        return STATUS_OK;
    bool fits = image_sides_are_valid(request->sides) &&
                image_size(request->sides) + sides_size <= (size_t)client->options.cap;
    return fits ? STATUS_OK : STATUS_INVALID;
}

enum status engine_client_ask(struct engine_client *client, struct engine_request *request)
{
    enum status status = judge(client, request);
    if (status != STATUS_OK)
        return status;
    if (request->kind == ENGINE_REQUEST_PING)
        request->id = engine_client_next_id(client);
    struct engine_request **last = &client->requests;
    while (*last != NULL)
        last = &(*last)->next;
    *last = request;
    request->next = NULL;
    request->is_sent = false;
    request->serial = ++client->request_serial;
    client->request_count++;
    if (request->deadline_ms < client->request_deadline_ms)
        client->request_deadline_ms = request->deadline_ms;
    engine_requests_send(client);
    return STATUS_OK;
}

void engine_client_cancel(struct engine_client *client, struct engine_request *request)
{
    unlist(client, request);
    /* Its answer is still to come, and would be taken for that of the next. */
    if (request->kind == ENGINE_REQUEST_SCREENSHOT && request->is_sent &&
        client->state == ENGINE_CLIENT_CONNECTED)
        engine_client_drop(client, STATUS_CLOSED, "a screenshot under way was cancelled");
}

static bool has_id(const struct engine_client *client, int32_t id)
{
    const struct engine_request *request = client->requests;
    while (request != NULL && (request->kind == ENGINE_REQUEST_SCREENSHOT || request->id != id))
        request = request->next;
    return request != NULL;
}

int32_t engine_client_next_id(struct engine_client *client)
{
    do {
        client->last_id = client->last_id < INT32_MAX ? client->last_id + 1 : 1;
    } while (has_id(client, client->last_id));
    return client->last_id;
}
