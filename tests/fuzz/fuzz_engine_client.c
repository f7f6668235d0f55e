/*
 * An engine that sends anything to a client, in slices of any size, while the client has requests
 * of every kind that come, are cancelled and time out, and connections that stall, end and come
 * again: every request is done once, or forgotten once; what the client sends is whole frames of
 * the kinds that it has; and nothing waits above its bound.
 */
#include "fuzz/fuzz_input.h"
#include "peer/engine_client.h"
#include "support/fake_tcp.h"

enum {
    REQUEST_COUNT = 8,
    QUEUE_SIZE_MAX = 64,
    CAP = 4096
};

static struct engine_client client;
static struct slot {
    struct engine_request request; /* the first field */
    bool is_asked;
} slots[REQUEST_COUNT];
static int64_t now_ms;
static bool is_connected;           /* as the owner was told */
static unsigned on_done_action;     /* what `done` does to the client */
static struct frame_decoder output; /* what the client has sent */

static void on_connected(void *owner)
{
    (void)owner;
    assert(!is_connected && client.state == ENGINE_CLIENT_CONNECTED);
    is_connected = true;
}

static void on_disconnected(void *owner, const char *reason)
{
    (void)owner;
    assert(is_connected && reason[0] != '\0');
    is_connected = false;
}

static void on_log(void *owner, struct engine_log_reader reader)
{
    struct engine_log_entry entry;
    (void)owner;
    while (engine_log_next(&reader, &entry))
        fuzz_touch((const uint8_t *)entry.text, entry.size);
}

static void on_expects(void *owner, size_t body_size)
{
    (void)owner;
    assert(client.state == ENGINE_CLIENT_CONNECTED && body_size <= CAP);
    free(engine_link_swap_block(&client.link, fuzz_memory(body_size), body_size));
}

static void on_frame(void *owner, const struct frame *frame)
{
    (void)owner;
    assert(frame->problem == FRAME_PROBLEM_NONE && is_connected);
    fuzz_touch(frame->body, frame->size);
}

static void on_warning(void *owner, const char *text)
{
    (void)owner;
    assert(text[0] != '\0');
}

static void on_sent(void *owner)
{
    (void)owner;
    assert(engine_link_queued_size(&client.link) == 0);
}

static const struct engine_client_handler handler = {.connected = on_connected,
                                                     .disconnected = on_disconnected,
                                                     .log = on_log,
                                                     .expects = on_expects,
                                                     .frame = on_frame,
                                                     .warning = on_warning,
                                                     .sent = on_sent};

static void on_done(struct engine_request *request, const struct engine_answer *answer);

static void ask(unsigned number, unsigned what)
{
    static const uint8_t frame[] = {0, 0, 0, 1, 5, 0xC0};
    struct slot *slot = &slots[number % REQUEST_COUNT];
    if (slot->is_asked)
        return;
    memset(&slot->request, 0xA5, sizeof slot->request);
    slot->request.kind = (enum engine_request_kind)(what % 3);
    slot->request.sides = (struct image_sides){(int32_t)(what / 3 % 8), (int32_t)(what / 24)};
    slot->request.frame = frame;
    slot->request.frame_size = sizeof frame;
    slot->request.deadline_ms = now_ms + (what % 7) * 500;
    slot->request.done = on_done;
    if (slot->request.kind == ENGINE_REQUEST_COMMAND)
        slot->request.id = engine_client_next_id(&client);
    slot->is_asked = true; /* it may be done before this has returned */
    enum status status = engine_client_ask(&client, &slot->request);
    if (status != STATUS_OK)
        slot->is_asked = false;
    assert(status == STATUS_OK || status == STATUS_INVALID || status == STATUS_CLOSED);
}

static void cancel(unsigned number)
{
    struct slot *slot = &slots[number % REQUEST_COUNT];
    if (!slot->is_asked)
        return;
    slot->is_asked = false;
    engine_client_cancel(&client, &slot->request);
}

static void act(unsigned action)
{
    unsigned number = action / 8;
    if (action % 8 == 1)
        ask(number, action);
    else if (action % 8 == 2)
        cancel(number);
    else if (action % 8 == 3)
        engine_client_send(&client, 0x42, "body", 4);
    else if (action % 8 == 4 && number == 31)
        engine_client_close(&client);
}

static void on_done(struct engine_request *request, const struct engine_answer *answer)
{
    struct slot *slot = (struct slot *)request;
    assert(slot->is_asked);
    slot->is_asked = false;
    assert((answer->status == STATUS_OK) == (answer->reason == NULL));
    act(on_done_action);
    if (answer->frame == NULL)
        return;
    fuzz_touch(answer->frame->body, answer->frame->size);
    if (request->kind == ENGINE_REQUEST_SCREENSHOT) {
        size_t size;
        free(engine_link_take_block(&client.link, answer->frame, &size));
    }
}

/* Frame by frame, and of those kinds only. */
static void see_sent(const uint8_t *bytes, size_t size)
{
    const struct frame *frame;
    frame_decoder_feed(&output, bytes, size);
    while ((frame = frame_decoder_next(&output)) != NULL) {
        assert(frame->problem == FRAME_PROBLEM_NONE);
        assert(frame->kind == FRAME_KIND_PING || frame->kind == FRAME_KIND_ASK_SCREENSHOT ||
               frame->kind == FRAME_KIND_COMMAND || frame->kind == 0x42);
    }
    assert(frame_decoder_is_between(&output));
}

static void receive(struct fuzz_input *input, struct tcp_stream *stream, size_t wanted)
{
    size_t size;
    const uint8_t *bytes = fuzz_take(input, wanted, &size);
    fake_tcp_receive(stream, bytes, size);
}

/* What the system does to the connection. */
static void move_stream(struct fuzz_input *input, unsigned what)
{
    struct tcp_stream *stream = fake_tcp_open_stream();
    if (stream == NULL)
        return;
    if (!stream->is_connected && what % 8 != 0)
        fake_tcp_connect(stream);
    else if (what % 8 == 0)
        fake_tcp_end(stream);
    else if (what % 8 == 1)
        fake_tcp_drain(stream);
    else if (what % 8 == 2)
        stream->is_stalled = true;
    else if (stream->is_connected)
        receive(input, stream, what);
}

static void pass(unsigned duration_ms)
{
    now_ms += duration_ms;
    engine_client_check(&client, now_ms);
    if (on_done_action % 8 != 1) /* with requests that ask anew, late from the start */
        assert(engine_client_wake_ms(&client) > now_ms);
}

static void step(struct fuzz_input *input)
{
    unsigned what = fuzz_byte(input);
    if (what < 160)
        move_stream(input, what);
    else if (what < 200)
        act(fuzz_byte(input));
    else if (what < 210)
        on_done_action = fuzz_byte(input);
    else
        pass((what - 210) * 50);
    struct tcp_stream *stream = fake_tcp_open_stream();
    assert(stream == NULL || stream->queued_size <= QUEUE_SIZE_MAX);
    assert((stream != NULL) ==
           (client.state == ENGINE_CLIENT_CONNECTED || client.state == ENGINE_CLIENT_CONNECTING));
    assert(is_connected == (client.state == ENGINE_CLIENT_CONNECTED));
    int asked_count = 0;
    for (int i = 0; i < REQUEST_COUNT; i++)
        asked_count += slots[i].is_asked;
    assert(client.request_count == asked_count);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz_input input = {.bytes = data, .size = size};
    struct engine_client_options options = engine_client_options();
    uint8_t place[64];
    options.cap = CAP;
    options.queue_size_max = QUEUE_SIZE_MAX;
    options.stays_closed = fuzz_choice(&input, 16) == 1;
    output =
        frame_decoder(sizeof place, (struct frame_place){.bytes = place, .size = sizeof place});
    fake_tcp_sees = see_sent;
    now_ms = 0;
    on_done_action = 0;
    engine_client_open(&client, NULL, &options, &handler, NULL, now_ms);
    while (fuzz_more(&input))
        step(&input);
    engine_client_free(&client);
    assert(!is_connected && client.requests == NULL);
    for (int i = 0; i < REQUEST_COUNT; i++)
        assert(!slots[i].is_asked);
    fake_tcp_free_closed();
    assert(fake_tcp_streams == NULL);
    return 0;
}
